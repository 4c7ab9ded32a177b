"""Members kept current: the time of an operation, of a transition by time, and the memory.

*Operations* are 70 % events, 25 % attributes and 5 % lists, each at a later instant than the one
before, over 10,000 contacts with ten events each and ten segments. *Bare* makes the same changes in
a dict of attributes, a list of events and a dict of lists; it checks nothing, and finds no members.
After the measured operations, the members have to be those of `matches`.

*Evaluating again* evaluates all 1,000 segments for the changed contact, compiled, which gives the
same transitions. *Timers* lets a year pass in which each contact enters and leaves a segment;
*heap* pops the same instants from a heap and pushes others, and does nothing else.
"""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from random import Random
from typing import Any, Final

from harness import SMOKE, Disagreement, Effort, measure, parse_effort
from population import NOW
from report import Row, format_table, machine

from segkit import (
    Contact,
    Event,
    Live,
    MemorySource,
    Segment,
    attr,
    compile_condition,
    did,
    in_list,
    matches,
)

__all__ = ["OPERATIONS", "SEGMENTS", "Stream", "make_contacts", "make_events", "rows"]

_CITIES: Final = tuple(f"city {number}" for number in range(500))
_NAMES: Final = ("order", "visit", "opened")
_STEP: Final = timedelta(seconds=7)
OPERATIONS: Final = 200

SEGMENTS: Final = [
    Segment("active", did("order").within_last(days=30)),
    Segment("often", did("order").at_least(3).within_last(months=3)),
    Segment("quiet", did("opened").never().within_last(days=60)),
    Segment("pro", attr("plan") == "pro"),
    Segment("adult", (attr("age") >= 18) & attr("city").is_in(_CITIES[:250])),
    Segment("vip", in_list("vip")),
    Segment("big", did("order").within_last(days=90).sum("total") >= 500),
    Segment("lost visit", did("visit").within_last(days=7) & did("order").never()),
    Segment("free reader", (attr("plan") != "pro") & did("opened").at_least(2)),
    Segment("trial", attr("trial_ends").within_next(days=3)),
]


def make_contacts(number: int) -> list[Contact[int]]:
    """Return contacts with four attributes."""
    random = Random(1)  # noqa: S311 - not for secrets
    return [
        Contact(
            id_,
            {
                "plan": random.choice(("pro", "free")),
                "age": random.randint(10, 80),
                "city": random.choice(_CITIES),
                "trial_ends": NOW + timedelta(days=random.randint(-10, 30)),
            },
        )
        for id_ in range(number)
    ]


def make_events(number: int, each: int) -> list[Event[int]]:
    """Return a number of events for each of a number of contacts."""
    random = Random(2)  # noqa: S311 - not for secrets
    return [
        Event(
            id_,
            random.choice(_NAMES),
            NOW - timedelta(seconds=random.randrange(120 * 86_400)),
            {"total": random.randint(5, 200)},
            id=f"{id_}-{place}",
        )
        for id_ in range(number)
        for place in range(each)
    ]


@dataclass
class Stream:
    """Operations without an end, the same for every candidate."""

    contacts: int
    apply: Callable[[str, int, Any, datetime], None]
    at: datetime = NOW
    made: int = 0
    batch: list[tuple[str, int, Any, datetime]] = field(default_factory=list)

    def prepare(self) -> None:
        """Make the next operations, which are not measured."""
        self.batch = list(self._operations())

    def run(self) -> None:
        """Apply the operations."""
        apply = self.apply
        for operation in self.batch:
            apply(*operation)

    def _operations(self) -> Iterator[tuple[str, int, Any, datetime]]:
        random = Random(self.made)  # noqa: S311 - not for secrets
        for _ in range(OPERATIONS):
            self.made += 1
            self.at += _STEP
            id_, kind = random.randrange(self.contacts), random.random()
            if kind < 0.70:
                properties = {"total": random.randint(5, 200)}
                name = random.choice(_NAMES)
                event = Event(id_, name, self.at, properties, id=f"new-{self.made}")
                yield "track", id_, event, self.at
            elif kind < 0.95:
                changes = random.choice(
                    ({"plan": random.choice(("pro", "free"))}, {"age": random.randint(10, 80)})
                )
                yield "update", id_, changes, self.at
            else:
                yield random.choice(("join", "leave")), id_, "vip", self.at


def _live(live: Live[int]) -> Callable[[str, int, Any, datetime], None]:
    def apply(kind: str, id_: int, fact: Any, at: datetime) -> None:  # noqa: ANN401 - of any operation
        if kind == "track":
            live.track(fact, at=at)
        elif kind == "update":
            live.update(id_, fact, at=at)
        elif kind == "join":
            live.add_to_list(id_, fact, at=at)
        else:
            live.remove_from_list(id_, fact, at=at)

    return apply


def _store(source: MemorySource[int]) -> Callable[[str, int, Any, datetime], None]:
    def apply(kind: str, id_: int, fact: Any, at: datetime) -> None:  # noqa: ANN401 - of any operation
        del at
        if kind == "track":
            source.track(fact)
        elif kind == "update":
            source.update(id_, fact)
        elif kind == "join":
            source.add_to_list(id_, fact)
        else:
            source.remove_from_list(id_, fact)

    return apply


def _bare(contacts: list[Contact[int]]) -> Callable[[str, int, Any, datetime], None]:
    attributes = {contact.id: dict(contact.attributes) for contact in contacts}
    events: dict[int, list[Event[int]]] = {contact.id: [] for contact in contacts}
    lists: dict[int, dict[str, None]] = {contact.id: {} for contact in contacts}

    def apply(kind: str, id_: int, fact: Any, at: datetime) -> None:  # noqa: ANN401 - of any operation
        del at
        if kind == "track":
            events[id_].append(fact)
        elif kind == "update":
            attributes[id_].update(fact)
        elif kind == "join":
            lists[id_][fact] = None
        else:
            lists[id_].pop(fact, None)

    return apply


def _measured(streams: dict[str, Stream], effort: Effort) -> Any:  # noqa: ANN401 - Times
    effort = Effort(max(1, effort.rounds // 3), effort.seconds)
    prepare = {name: stream.prepare for name, stream in streams.items()}
    return measure({name: each.run for name, each in streams.items()}, effort, before=prepare)


def _check(live: Live[int], source: MemorySource[int], segments: list[Segment]) -> None:
    for contact in list(source)[:200]:
        events = source.events(contact.id)
        expected = [each.name for each in segments if matches(each, contact, events, now=live.now)]
        if live.segments_of(contact.id) != expected:
            raise Disagreement(f"live: the segments of {contact.id} are {expected}")


# --- the rows -------------------------------------------------------------------------------------


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    small = effort == SMOKE
    return [
        *_operations(effort, 50 if small else 10_000),
        *_sizes(effort, (20, 40) if small else (1_000, 300_000)),
        *_segments(effort, 30 if small else 1_000),
        *_timers(effort, 20 if small else 10_000),
        *_memory(50 if small else 10_000),
    ]


def _operations(effort: Effort, number: int) -> list[Row]:
    contacts, events = make_contacts(number), make_events(number, 10)
    store, source = MemorySource(contacts, events), MemorySource(contacts, events)
    live = Live(SEGMENTS, source, now=NOW)
    streams = {
        "bare": Stream(number, _bare(contacts)),
        "MemorySource": Stream(number, _store(store)),
        "Live": Stream(number, _live(live)),
    }
    times = _measured(streams, effort)
    _check(live, source, SEGMENTS)
    case, each = "operations", 1 / OPERATIONS
    return [
        Row(case, "bare", times.seconds("bare") * each),
        Row(case, "MemorySource", times.seconds("MemorySource") * each,
            times.ratio("MemorySource", "bare"), "bare"),
        Row(case, "Live", times.seconds("Live") * each, times.ratio("Live", "bare"), "bare",
            "<= 12"),
        Row(case, "Live", times.seconds("Live") * each, times.ratio("Live", "MemorySource"),
            "MemorySource"),
    ]  # fmt: skip


def _sizes(effort: Effort, sizes: tuple[int, int]) -> list[Row]:
    streams: dict[str, Stream] = {}
    for number in sizes:
        source = MemorySource(make_contacts(number), make_events(number, 1))
        live = Live(SEGMENTS, source, now=NOW)
        streams[f"{number:,} contacts"] = Stream(number, _live(live))
    times = _measured(streams, effort)
    few, many = streams
    return [
        Row("number of contacts", few, times.seconds(few) / OPERATIONS),
        Row("number of contacts", many, times.seconds(many) / OPERATIONS,
            times.ratio(many, few), few, "<= 1.5"),
    ]  # fmt: skip


def _segments(effort: Effort, number: int) -> list[Row]:
    """Measure changes of the city, with ten segments that they can affect and many others."""
    cities = [Segment(city, attr("city") == city) for city in _CITIES[:5]]
    cities += [Segment(f"not {city}", attr("city") != city) for city in _CITIES[:5]]
    others = [
        Segment(f"other {place}", (attr(f"x{place}") == 1) & did(f"event {place}").at_least(2))
        for place in range(number - len(cities))
    ]
    contacts = make_contacts(100)
    live: dict[str, Live[int]] = {
        name: Live(segments, MemorySource(contacts), now=NOW)
        for name, segments in (("10 segments", cities), ("all", [*cities, *others]))
    }
    matchers = [compile_condition(segment) for segment in [*cities, *others]]
    source = MemorySource(contacts)
    members: dict[int, list[bool]] = {}

    def evaluate_again(_: str, id_: int, fact: Any, at: datetime) -> None:  # noqa: ANN401 - of any operation
        source.update(id_, fact)
        contact = source.get(id_)
        assert contact is not None  # noqa: S101
        members[id_] = [matcher(contact, (), now=at) for matcher in matchers]

    streams = {
        "10 segments": _CityStream(100, _live(live["10 segments"])),
        f"{number} segments": _CityStream(100, _live(live["all"])),
        "evaluating again": _CityStream(100, evaluate_again),
    }
    times = _measured(dict(streams), effort)
    few, many, again = streams
    return [
        Row("number of segments", few, times.seconds(few) / OPERATIONS),
        Row("number of segments", many, times.seconds(many) / OPERATIONS,
            times.ratio(many, few), few, "<= 1.2"),
        Row("number of segments", again, times.seconds(again) / OPERATIONS,
            times.ratio(again, many), many, ">= 10"),
    ]  # fmt: skip


class _CityStream(Stream):
    """Operations that move contacts between five cities."""

    def _operations(self) -> Iterator[tuple[str, int, Any, datetime]]:
        random = Random(self.made)  # noqa: S311 - not for secrets
        for _ in range(OPERATIONS):
            self.made += 1
            city = random.choice(_CITIES[:5])
            yield "update", random.randrange(self.contacts), {"city": city}, self.at


def _timers(effort: Effort, number: int) -> list[Row]:
    """Measure a year in which each contact enters and leaves a segment by time alone."""
    random = Random(3)  # noqa: S311 - not for secrets
    trial = Segment("trial", attr("ends").within_next(days=3))
    contacts = [
        Contact(id_, {"ends": NOW + timedelta(seconds=random.randrange(10**7, 3 * 10**7))})
        for id_ in range(number)
    ]
    fresh: list[Live[int]] = []
    heap: list[tuple[datetime, int]] = []
    end = NOW + timedelta(days=365)

    def prepare() -> None:
        fresh[:] = [Live([trial], MemorySource(contacts), now=NOW)]

    def prepare_heap() -> None:
        heap[:] = [(each.attributes["ends"] - timedelta(days=3), each.id) for each in contacts]
        heapify(heap)

    def advance() -> None:
        found = fresh[0].advance(to=end)
        if len(found) != 2 * number:
            raise Disagreement(f"timers: {len(found)} transitions of {2 * number}")

    def pop_and_push() -> None:
        for _ in range(number):
            at, id_ = heappop(heap)
            heappush(heap, (at + timedelta(days=3), id_))
        for _ in range(number):
            heappop(heap)

    effort = Effort(max(1, effort.rounds // 10), effort.seconds)
    times = measure(
        {"heap": pop_and_push, "Live": advance},
        effort,
        before={"heap": prepare_heap, "Live": prepare},
    )
    each = 1 / (2 * number)
    return [
        Row("timers", "heap", times.seconds("heap") * each),
        Row("timers", "Live", times.seconds("Live") * each, times.ratio("Live", "heap"), "heap",
            "<= 12"),
    ]  # fmt: skip


def _memory(number: int) -> list[Row]:
    """Return the bytes of a contact with four attributes and one timer, and of an event."""
    segments = [SEGMENTS[3], SEGMENTS[9]]
    without = _bytes(lambda: Live(segments, MemorySource(make_contacts(number)), now=NOW)) / number
    counted = [*segments, SEGMENTS[0]]
    events = make_events(number, 10)
    base = _bytes(lambda: MemorySource(make_contacts(number), events))
    counting = _bytes(lambda: Live(counted, MemorySource(make_contacts(number), events), now=NOW))
    of_contacts = _bytes(lambda: Live(counted, MemorySource(make_contacts(number)), now=NOW))
    bare = _bytes(lambda: MemorySource(make_contacts(number)))
    orders = sum(event.name == "order" for event in events)
    each = (counting - base - (of_contacts - bare)) / orders
    return [
        Row("memory", "a contact, with its facts", target="<= 1000 bytes", is_held=without <= 1000,
            remark=f"{without:.0f} bytes"),
        Row("memory", "a counted event, without it", target="<= 10 bytes", is_held=each <= 10,
            remark=f"{each:.0f} bytes"),
    ]  # fmt: skip


def _bytes(build: Callable[[], object]) -> int:
    tracemalloc.start()
    kept = build()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine(["attrs", "python-dateutil"]))
    print(format_table(rows(effort)))
