"""Members that are kept current are those of `matches`, and transitions are those of `timeline`.

The model is a store of its own, changed in the same way. Membership after each operation is that of
`matches` for the facts of the model. Transitions by time are the changes that `timeline` finds;
transitions by a change are the differences between two calls of `matches`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from segkit import Contact, Event, Live, MemorySource, Segment, matches, next_change, timeline
from segkit.live import (
    AddToList,
    ContactAdded,
    ContactRemoved,
    EventArrived,
    EventExpired,
    FactsDiffer,
    Remove,
    RemoveFromList,
    SegmentChanged,
    TimePassed,
    Track,
    Transition,
    TransitionId,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.durable import restore, snapshot
from segkit.model.conditions import ContactLeaf
from segkit.traversal import iter_contact_leaves
from tests.strategies import SMALL, SMALL_NOWS, conditions, small_histories

IDS: Final = ("ada", "bob", 3)
NAMES: Final = ("one", "two", "three")
TICK: Final = timedelta(microseconds=1)

ids: Final = st.sampled_from(IDS)
names: Final = st.sampled_from(NAMES)
segments: Final = st.builds(Segment, names, conditions(SMALL))
steps: Final = st.sampled_from((0, 0, 0, 1, 1, 2, 5))
"""How many microseconds pass before an operation."""


@st.composite
def owned(draw: st.DrawFn) -> tuple[Contact[Any], list[Event[Any]]]:
    """Generate a contact with events, with one of a few ids."""
    contact, events = draw(small_histories())
    id_ = draw(ids)
    own = [Event(id_, each.name, each.at, each.properties, each.id) for each in events]
    return Contact(id_, contact.attributes, contact.lists), own


Difference = tuple[TransitionId, datetime, str]


class LiveMachine(RuleBasedStateMachine):
    """Change a `Live` and the model alike, and let time pass."""

    live: Live[Any]

    def __init__(self) -> None:
        super().__init__()
        self.model: MemorySource[Any] = MemorySource()
        self.now = SMALL_NOWS[0]
        self.segments: dict[str, Segment] = {}
        self.revisions = Counter[str]()
        self.numbers = Counter[tuple[str, int, Any]]()
        self.members: set[tuple[str, Any]] = set()

    @initialize(
        given=st.lists(segments, max_size=3, unique_by=lambda segment: segment.name),
        facts=st.lists(owned(), max_size=2, unique_by=lambda row: row[0].id),
        zone=st.sampled_from((UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York"))),
    )
    def create(self, given: list[Segment], facts: list[Any], zone: Any) -> None:  # noqa: ANN401
        contacts = [contact for contact, _ in facts]
        events = [event for _, own in facts for event in own]
        self.tz = zone
        self.model = MemorySource(contacts, events)
        source = MemorySource(contacts, events)
        self.live = Live(given, source, now=self.now, tz=zone)
        for segment in given:
            self.segments[segment.name] = segment
            self.revisions[segment.name] += 1
        self.members = self.matching()

    # --- the model --------------------------------------------------------------------------------

    def matching(self) -> set[tuple[str, Any]]:
        return {
            (segment.name, contact.id)
            for contact in self.model
            for segment in self.segments.values()
            if self.matches(segment, contact.id)
        }

    def matches(self, segment: Any, id_: Any) -> bool:  # noqa: ANN401
        contact = self.model.get(id_)
        assert contact is not None
        return matches(segment, contact, self.model.events(id_), now=self.now, tz=self.tz)

    def flip(self, name: str, id_: Any) -> Difference:  # noqa: ANN401
        self.members ^= {(name, id_)}
        kind = "entered" if (name, id_) in self.members else "left"
        pair = (name, self.revisions[name], id_)
        self.numbers[name, 0, id_] += 1
        return TransitionId(*pair, self.numbers[name, 0, id_]), self.now, kind

    def pass_time(self, to: datetime) -> Iterator[Difference]:
        """Return the changes of timelines, in the order of [M4]."""
        changes: list[tuple[datetime, int, int, str, Any]] = []
        for order, contact in enumerate(self.model):
            events = self.model.events(contact.id)
            for place, segment in enumerate(self.segments.values()):
                found = timeline(
                    segment, contact, events, start=self.now, end=to + TICK, tz=self.tz
                )
                changes += [
                    (at, order, place, segment.name, contact.id)
                    for span in found
                    for at in span
                    if self.now < at <= to
                ]
        for at, *_, name, id_ in sorted(changes, key=lambda change: change[:3]):
            self.now = at
            yield self.flip(name, id_)
        self.now = to

    def differences(self, order: list[Any]) -> Iterator[Difference]:
        """Return the transitions that lead from the members before to the present ones [M2]."""
        matching = self.matching()
        for id_ in order:
            for name in self.segments:
                if ((name, id_) in self.members) is not ((name, id_) in matching):
                    yield self.flip(name, id_)

    def change(
        self, step: int, call: Callable[[datetime], Any], of_model: Callable[[], object]
    ) -> list[Transition[Any]]:
        """Change both after a number of microseconds, and compare the transitions."""
        at = self.now + step * TICK
        order = [contact.id for contact in self.model]
        segments_before = dict(self.segments)
        expected = list(self.pass_time(at))
        of_time = len(expected)
        of_model()
        order += [contact.id for contact in self.model if contact.id not in order]
        expected += self.differences(order)
        found: list[Transition[Any]] = call(at)
        assert [(each.id, each.at, each.kind) for each in found] == expected
        for transition in found[:of_time]:
            assert isinstance(transition.cause, EventArrived | EventExpired | TimePassed)
            self.check_cause(transition, segments_before)
        for transition in found[of_time:]:
            self.check_cause(transition, self.segments)
        return found[of_time:]

    def check_cause(self, transition: Transition[Any], among: dict[str, Segment]) -> None:
        assert str(transition).startswith(f'{transition.kind} "{transition.segment}": ')
        cause = transition.cause
        assert not isinstance(cause, FactsDiffer)
        if isinstance(cause, SegmentChanged | ContactRemoved) or cause.part is None:
            return
        part: ContactLeaf = cause.part
        assert part in set(iter_contact_leaves(among[transition.segment].condition))

    # --- operations -------------------------------------------------------------------------------

    @rule(step=steps, row=owned())
    def upsert(self, step: int, row: Any) -> None:  # noqa: ANN401
        contact, _ = row
        is_new = contact.id not in self.model
        found = self.change(
            step,
            lambda at: self.live.upsert(contact, at=at),
            lambda: self.model.upsert(contact),
        )
        assert all(isinstance(each.cause, ContactAdded) is is_new for each in found)

    @rule(step=steps, id_=ids, row=owned())
    def update(self, step: int, id_: Any, row: Any) -> None:  # noqa: ANN401
        if id_ in self.model:
            changes = row[0].attributes
            self.change(
                step,
                lambda at: self.live.update(id_, changes, at=at),
                lambda: self.model.update(id_, changes),
            )

    @rule(step=steps, id_=ids)
    def remove(self, step: int, id_: Any) -> None:  # noqa: ANN401
        found = self.change(
            step, lambda at: self.live.remove(id_, at=at), lambda: self.model.remove(id_)
        )
        assert all(isinstance(each.cause, ContactRemoved) for each in found)

    @rule(step=steps, id_=ids, name=st.sampled_from("xy"), joined=st.sampled_from(SMALL_NOWS))
    def add_to_list(self, step: int, id_: Any, name: str, joined: datetime) -> None:  # noqa: ANN401
        if id_ in self.model:
            self.change(
                step,
                lambda at: self.live.add_to_list(id_, name, joined, at=at),
                lambda: self.model.add_to_list(id_, name, joined),
            )

    @rule(step=steps, id_=ids, name=st.sampled_from("xy"))
    def remove_from_list(self, step: int, id_: Any, name: str) -> None:  # noqa: ANN401
        self.change(
            step,
            lambda at: self.live.remove_from_list(id_, name, at=at),
            lambda: self.model.remove_from_list(id_, name),
        )

    @rule(step=steps, row=owned())
    def track(self, step: int, row: Any) -> None:  # noqa: ANN401
        for event in row[1]:
            self.change(
                step,
                lambda at, event=event: self.live.track(event, at=at),  # type: ignore[misc]
                lambda event=event: self.model.track(event),  # type: ignore[misc]
            )

    @rule(step=steps, id_=ids, event_id=st.sampled_from(("e1", "e2")))
    def untrack(self, step: int, id_: Any, event_id: str) -> None:  # noqa: ANN401
        self.change(
            step,
            lambda at: self.live.untrack(id_, event_id, at=at),
            lambda: self.model.untrack(id_, event_id),
        )

    @rule(step=st.integers(0, 30))
    def advance(self, step: int) -> None:
        self.change(step, self.live.advance, lambda: None)

    @rule(step=st.integers(1, 30), limit=st.integers(1, 3))
    def advance_in_small_parts(self, step: int, limit: int) -> None:
        def advance(at: datetime) -> list[Transition[Any]]:
            found: list[Transition[Any]] = []
            while self.live.now < at or (self.live.next_wake or at + TICK) <= at:
                found += self.live.advance(at, limit=limit)
            return found

        self.change(step, advance, lambda: None)

    @rule()
    def sleep_until_the_next_wake(self) -> None:
        """Before that there is no transition."""
        wake = self.live.next_wake
        if wake is not None:
            self.change((wake - self.now) // TICK - 1, self.live.advance, lambda: None)
            assert self.live.next_wake == wake
            self.change(1, self.live.advance, lambda: None)

    @rule()
    def restart(self) -> None:
        """A restored `Live` goes on as if nothing had happened."""
        text = snapshot(self.live)
        self.live = restore(text)
        assert snapshot(self.live) == text

    @rule(step=steps, segment=segments)
    def add_or_replace_segment(self, step: int, segment: Segment) -> None:
        name = segment.name
        old = self.segments.get(name)

        def of_model() -> None:
            self.segments[name] = segment
            if old is None or old.condition != segment.condition:
                self.revisions[name] += 1

        method = self.live.add_segment if old is None else self.live.replace_segment
        found = self.change(step, lambda at: method(segment, at=at), of_model)
        assert all(isinstance(each.cause, SegmentChanged) for each in found)

    @rule(step=steps, rows=st.lists(owned(), max_size=3), id_=ids)
    def apply(self, step: int, rows: Any, id_: Any) -> None:  # noqa: ANN401
        """Several operations at once have the transitions of the single ones."""
        operations: list[Any] = [Update(id_, {"x": 1})] if id_ in self.model else []
        for contact, events in rows:
            operations += [Upsert(contact), *map(Track, events), AddToList(contact.id, "x")]
        operations += [Untrack(id_, "e1"), RemoveFromList(id_, "x"), Remove(id_)]
        at = self.now + step * TICK
        expected = list(self.pass_time(at))
        for operation in operations:
            order = [contact.id for contact in self.model]
            self.apply_to_model(operation)
            order += [contact.id for contact in self.model if contact.id not in order]
            expected += self.differences(order)
        found = self.live.apply([evolve(operations[0], at=at), *operations[1:]])
        assert [(each.id, each.at, each.kind) for each in found] == expected

    def apply_to_model(self, operation: Any) -> None:  # noqa: ANN401
        match operation:
            case Upsert(contact=contact):
                self.model.upsert(contact)
            case Update(id=id_, attributes=attributes):
                self.model.update(id_, attributes)
            case Track(event=event):
                self.model.track(event)
            case Untrack(contact_id=id_, event_id=event_id):
                self.model.untrack(id_, event_id)
            case AddToList(id=id_, list=name):
                self.model.add_to_list(id_, name)
            case RemoveFromList(id=id_, list=name):
                self.model.remove_from_list(id_, name)
            case _:
                self.model.remove(operation.id)

    # --- what is compared -------------------------------------------------------------------------

    @invariant()
    def members_are_those_of_matches(self) -> None:
        """[M1]: at the instant of the clock."""
        matching = self.matching()
        assert self.members == matching
        for name in self.segments:
            expected = [contact.id for contact in self.model if (name, contact.id) in matching]
            assert list(self.live.members(name)) == expected
        for id_ in IDS:
            assert self.live.segments_of(id_) == [
                name for name in self.segments if (name, id_) in matching
            ]

    @invariant()
    def next_wake_is_the_next_transition_by_time(self) -> None:
        changes = [
            next_change(segment, contact, self.model.events(contact.id), now=self.now, tz=self.tz)
            for contact in self.model
            for segment in self.segments.values()
        ]
        expected = min((each.at for each in changes if each.at is not None), default=None)
        wake = self.live.next_wake
        if wake != expected:  # A search without an end stops early, at an instant of its own.
            assert any(each.at is None and each.horizon is not None for each in changes)
            assert wake is not None
            assert self.now < wake
            assert expected is None or wake < expected
        assert self.live.now == self.now


TestLive = LiveMachine.TestCase
TestLive.settings = settings(stateful_step_count=12)
