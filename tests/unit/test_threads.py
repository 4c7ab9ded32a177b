"""Many threads evaluate and add facts concurrently: each result was true at some instant [T1]."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any, Final

import pytest

from segkit import (
    Contact,
    Evaluator,
    History,
    MemorySource,
    Requirements,
    Segment,
    all_of,
    attr,
    compile_condition,
    did,
    in_list,
    matches,
    requirements,
)
from segkit import Event as Happened
from segkit.testing import EXAMPLES
from tests.unit.evaluation import NOW

ORDERS: Final = requirements(did("order"), now=NOW)
THREADS: Final = 4
ADDED: Final = 25
"""The number of events that are added to each contact during the evaluations."""
CONTACT_IDS: Final = ("ada", "bob", "cleo")


@pytest.fixture(autouse=True)
def frequent_thread_switches() -> Iterator[None]:
    """Switch threads after a few instructions, so that calls overlap."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def run_concurrently(*works: Callable[[], Any]) -> list[Any]:
    """Return the results of *works*, which start at the same time in separate threads."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> object:
        barrier.wait(timeout=60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [running.result(timeout=60) for running in [pool.submit(run, w) for w in works]]


class SwitchingId:
    """An id whose comparison lets other threads run, as methods in Python do."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        sleep(0)
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        sleep(0)
        return isinstance(other, SwitchingId) and self.name == other.name


def order(contact_id: str, number: int) -> Happened[str]:
    return Happened(
        contact_id, "order", NOW - timedelta(days=100) + timedelta(hours=number), {"n": number}
    )


class AddEvents:
    """The work of one thread: add events, and record the numbers before and after each call."""

    def __init__(self, source: MemorySource[str]) -> None:
        self.source = source
        self.started, self.added = dict.fromkeys(CONTACT_IDS, 0), dict.fromkeys(CONTACT_IDS, 0)
        self.finished = Event()

    def __call__(self) -> None:
        for number in range(1, ADDED + 1):
            for contact_id in CONTACT_IDS:
                self.started[contact_id] = number
                self.source.track(order(contact_id, number))
                self.added[contact_id] = number
        self.finished.set()


BY_COUNT: Final = [Segment(f"{n}", did("order").exactly(n)) for n in range(ADDED + 1)]
BY_LATEST: Final = [Segment(f"last {n}", did("order").latest("n") == n) for n in range(ADDED + 1)]


def test_events_are_the_events_at_some_instant_of_the_call() -> None:
    """At least the events at the start of the call, at most the events at its end, without gaps."""
    source = MemorySource(map(Contact, CONTACT_IDS))
    evaluator, add = Evaluator(source), AddEvents(source)

    def evaluate() -> list[tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int]]]:
        results = []
        while not add.finished.is_set():
            before = dict(add.added)
            audiences = evaluator.evaluate([*BY_COUNT, *BY_LATEST], now=NOW)
            after = dict(add.started)
            counted = {w: n for n, s in enumerate(BY_COUNT) for w in audiences[s.name]}
            last = {w: n for n, s in enumerate(BY_LATEST) for w in audiences[s.name]}
            results.append((before, counted, last, after))
        return results

    _, *result_lists = run_concurrently(add, *[evaluate] * THREADS)
    for before, counted, last, after in [result for results in result_lists for result in results]:
        assert list(counted) == sorted(CONTACT_IDS, key=counted.__getitem__)
        for contact_id in CONTACT_IDS:
            assert before[contact_id] <= counted[contact_id] <= after[contact_id]
            assert last.get(contact_id, 0) == counted[contact_id]
    members = evaluator.members(did("order").exactly(ADDED), now=NOW)
    assert list(members) == list(CONTACT_IDS)


def test_contacts_are_the_contacts_at_some_instant_of_the_call() -> None:
    """All contacts at the start of the call, none added after its end, in the order added."""
    source: MemorySource[int] = MemorySource()
    evaluator = Evaluator(source)
    numbers, started, added = range(400), [0], [0]

    def add() -> None:
        for number in numbers:
            started[0] = number + 1
            source.upsert(Contact(number))
            added[0] = number + 1

    def evaluate() -> list[tuple[int, list[int], int]]:
        results: list[tuple[int, list[int], int]] = []
        while not results or results[-1][0] < len(numbers):
            before = added[0]
            found = list(evaluator.members(all_of(), now=NOW))
            results.append((before, found, started[0]))
        return results

    _, *result_lists = run_concurrently(add, *[evaluate] * THREADS)
    for before, found, after in [result for results in result_lists for result in results]:
        assert found == list(range(len(found)))
        assert before <= len(found) <= after


@pytest.mark.parametrize("round_", range(10))
def test_one_of_several_concurrent_events_of_one_id_is_added(round_: int) -> None:
    """[E3]: one call returns ``True``, and the source has one event."""
    source = MemorySource([Contact("ada")])

    def add() -> bool:
        return source.track(Happened("ada", "order", NOW, id=SwitchingId(f"e{round_}")))

    assert sum(run_concurrently(*[add] * THREADS)) == 1
    [(_, events)] = source.load(ORDERS)
    assert len(events) == 1


@pytest.mark.parametrize("round_", range(10))
def test_of_several_concurrent_contacts_of_one_id_one_is_kept(round_: int) -> None:
    """Each call replaces the contact before: there is one contact, one of those given."""
    source: MemorySource[SwitchingId] = MemorySource()

    def put(number: int) -> None:
        source.upsert(Contact(SwitchingId(f"c{round_}"), {"number": number}))

    run_concurrently(*[lambda number=number: put(number) for number in range(THREADS)])
    [(contact, _)] = source.load(ORDERS)
    assert len(source) == 1
    assert contact.attributes["number"] in range(THREADS)


@pytest.mark.parametrize("round_", range(10))
def test_no_update_is_lost_if_threads_update_one_contact(round_: int) -> None:
    """Each update starts from the contact that the update before has put."""
    source = MemorySource([Contact(SwitchingId(f"c{round_}"))])

    def update(number: int) -> None:
        source.update(SwitchingId(f"c{round_}"), {f"a{number}": number})
        source.add_to_list(SwitchingId(f"c{round_}"), f"l{number}")

    run_concurrently(*[lambda number=number: update(number) for number in range(THREADS)])
    [contact] = source
    assert contact.attributes == {f"a{number}": number for number in range(THREADS)}
    assert contact.lists.keys() == {f"l{number}" for number in range(THREADS)}


def test_an_evaluation_sees_one_version_of_the_store() -> None:
    """A change for many moves a token: exactly one contact has it in every evaluation."""
    ids = list(range(8))
    source = MemorySource([Contact(0, {"token": True}), *map(Contact, ids[1:])])
    evaluator, finished = Evaluator(source), Event()
    has_token = attr("token").is_true()

    def write() -> None:
        for number in range(200):
            old, new = 3 * number % 8, 3 * (number + 1) % 8
            source.update_many({old: {"token": None}, new: {"token": True}})
        finished.set()

    def read() -> list[list[int]]:
        found: list[list[int]] = []
        while not finished.is_set():
            found.append(list(evaluator.members(has_token, now=NOW)))
        return found

    _, *results = run_concurrently(write, *[read] * THREADS)
    assert {len(members) for found in results for members in found} == {1}


def test_a_replaced_population_is_seen_as_a_whole() -> None:
    """`upsert_many` and `track_many` are one version each; the contacts of a version are equal."""
    ids = list(range(20))
    source = MemorySource([Contact(id_, {"version": 0}) for id_ in ids])
    evaluator, finished = Evaluator(source), Event()
    versions = [Segment(f"{n}", attr("version") == n) for n in range(30)]
    counts = [Segment(f"events {n}", did("order").exactly(n)) for n in range(30)]

    def write() -> None:
        for version in range(1, 30):
            source.upsert_many([Contact(id_, {"version": version}) for id_ in ids])
            source.track_many([Happened(id_, "order", NOW) for id_ in ids])
        finished.set()

    def read() -> list[list[int]]:
        found: list[list[int]] = []
        while not finished.is_set():
            audiences = evaluator.evaluate([*versions, *counts], now=NOW)
            found.append([len(audience) for audience in audiences.values()])
        return found

    _, *results = run_concurrently(write, *[read] * THREADS)
    for sizes in [sizes for found in results for sizes in found]:
        assert sorted(sizes) == [0] * 58 + [20] * 2
        version, number = sizes[:30].index(20), sizes[30:].index(20)
        assert number in (version, version - 1)


@pytest.mark.parametrize("round_", range(10))
def test_no_event_is_lost_if_threads_add_the_first_events_of_a_contact(round_: int) -> None:
    """All threads add to one list of events of the contact."""
    contact_id = SwitchingId(f"c{round_}")
    source = MemorySource([Contact(contact_id)])
    run_concurrently(
        *[lambda: source.track(Happened(SwitchingId(contact_id.name), "order", NOW))] * THREADS
    )
    [(_, events)] = source.load(ORDERS)
    assert len(events) == THREADS


def test_facts_that_are_changed_during_a_load() -> None:
    """The rows are those of the instant of the call of `load`."""
    events = [order("ada", 1), Happened("bob", "order", NOW, id="e1")]
    source = MemorySource([Contact("ada"), Contact("bob"), Contact("cleo")], events)
    rows = source.load(ORDERS)
    source.track(order("ada", 2))
    ada = next(rows)
    source.upsert(Contact("dora"))
    source.upsert(Contact("bob", {"city": "Paris"}))
    source.track(order("bob", 1))
    source.untrack("bob", "e1")
    source.remove("cleo")
    found = [(contact.id, contact.attributes, len(events)) for contact, events in (ada, *rows)]
    assert found == [("ada", {}, 1), ("bob", {}, 1), ("cleo", {}, 0)]


class LoadingId(SwitchingId):
    """An id that loads its source in each comparison."""

    source: MemorySource[Any]

    __hash__ = SwitchingId.__hash__

    def __eq__(self, other: object) -> bool:
        assert len(list(self.source.load(Requirements()))) == 1
        return super().__eq__(other)


def test_the_comparison_of_an_id_may_load_its_source() -> None:
    """This must not cause a deadlock."""
    source: MemorySource[LoadingId] = MemorySource([Contact(LoadingId("ada"))])
    LoadingId.source = source
    added: list[bool] = []

    def add() -> None:
        for event in [Happened(LoadingId("ada"), "order", NOW)] * 2:
            added.append(source.track(event))  # noqa: PERF401 - partial results are kept

    # In a thread, because a deadlock would never end.
    other = Thread(target=add, daemon=True)
    other.start()
    other.join(timeout=60)
    assert added == [True, True]


@pytest.mark.parametrize(
    "make_copy",
    [copy.copy, copy.deepcopy, lambda source: pickle.loads(pickle.dumps(source))],  # noqa: S301
)
def test_a_source_can_be_copied_and_pickled(
    make_copy: Callable[[MemorySource[str]], MemorySource[str]],
) -> None:
    """The copy and the original are independent, and both know the ids of events [E3]."""
    source = MemorySource([Contact("ada")], [Happened("ada", "order", NOW, id="e1")])
    other = make_copy(source)
    assert other.track(Happened("ada", "order", NOW, id="e1")) is False
    assert other.track(Happened("ada", "order", NOW, id="e2")) is True
    other.upsert(Contact("bob"))
    other.update("ada", {"city": "Paris"})
    assert [(contact.id, len(events)) for contact, events in other.load(ORDERS)] == [
        ("ada", 2),
        ("bob", 0),
    ]
    assert [(contact, len(events)) for contact, events in source.load(ORDERS)] == [
        (Contact("ada"), 1)
    ]


def test_a_matcher_and_a_history_are_shared_by_threads() -> None:
    """An evaluation changes no state: all threads get the verdicts of a single thread."""
    ada = Contact("ada", {"age": 36, "plan": "pro"}, {"vip": None})
    events = [order("ada", number) for number in range(40)]
    history = History(events)
    nows = [NOW - timedelta(days=number) for number in range(0, 120, 10)]
    matchers = [compile_condition(condition) for condition in EXAMPLES]
    expected = [
        [matches(condition, ada, events, now=now) for now in nows] for condition in EXAMPLES
    ]

    def evaluate() -> list[list[bool]]:
        return [[matcher.at(now)(ada, history) for now in nows] for matcher in matchers]

    def compile_and_evaluate() -> list[list[bool]]:
        return [
            [compile_condition(condition).at(now)(ada, history) for now in nows]
            for condition in EXAMPLES
        ]

    assert run_concurrently(evaluate, evaluate, evaluate, compile_and_evaluate) == [expected] * 4


# --- over columns ---------------------------------------------------------------------------------

MANY: Final = range(60)
"""More contacts than a store without columns has."""


def test_an_evaluation_over_columns_sees_one_version_of_the_store() -> None:
    """One change moves a token; another sets a list and counts an event of the same contacts."""
    source = MemorySource([Contact(0, {"token": True}), *map(Contact, MANY[1:])])
    finished = Event()
    segments = [
        Segment("token", attr("token").is_true()),
        Segment("no token", attr("token") != True),
        Segment("several", did("order").at_least(2)),
        Segment("recent", did("order").within_last(days=1)),
        Segment("sum", did("order").sum("n") >= 1),
        Segment("latest", did("order", "visit").latest("n") == 1),
        Segment("list", in_list("vip")),
    ]

    def write() -> None:
        for number in range(150):
            old, new = 7 * number % len(MANY), 7 * (number + 1) % len(MANY)
            source.update_many({old: {"token": None}, new: {"token": True}})
            ids = MANY[number % 10 :: 10]
            source.track_many([Happened(id_, "order", NOW, {"n": 1}, id=1) for id_ in ids])
            if number % 3 == 0:
                source.add_many_to_list(ids, "vip")
            source.untrack_many([(id_, 1) for id_ in ids])
        finished.set()

    def read() -> list[dict[str, list[int]]]:
        evaluator = Evaluator(source)
        found: list[dict[str, list[int]]] = []
        while not finished.is_set():
            audiences = evaluator.evaluate(segments, now=NOW)
            found.append({name: list(audience) for name, audience in audiences.items()})
        return found

    _, *results = run_concurrently(write, *[read] * THREADS)
    for members in [each for found in results for each in found]:
        assert len(members["token"]) == 1
        assert sorted(members["token"] + members["no token"]) == list(MANY)
        assert members["several"] == []
        assert members["recent"] in ([], *(list(MANY[n::10]) for n in range(10)))
        assert members["recent"] == members["sum"] == members["latest"]
        assert members["list"] == [
            n for n in MANY if n % 10 in {id_ % 10 for id_ in members["list"]}
        ]


def test_contacts_that_are_removed_and_added_during_evaluations_over_columns() -> None:
    """A contact moves to another id, with its events, in the same two changes."""
    source = MemorySource(map(Contact, MANY), [Happened(n, "order", NOW) for n in MANY])
    finished = Event()
    everybody, never = all_of(), did("order").never()

    def write() -> None:
        for number in range(300):
            source.track(Happened(number + len(MANY), "order", NOW))
            source.upsert(Contact(number + len(MANY)))
            source.remove(number)
        finished.set()

    def read() -> list[tuple[list[int], list[int]]]:
        evaluator = Evaluator(source)
        found: list[tuple[list[int], list[int]]] = []
        segments = [Segment("all", everybody), Segment("never", never)]
        while not finished.is_set():
            audiences = evaluator.evaluate(segments, now=NOW)
            found.append((list(audiences["all"]), list(audiences["never"])))
        return found

    _, *results = run_concurrently(write, *[read] * THREADS)
    for members, without_orders in [each for found in results for each in found]:
        assert len(members) in (len(MANY), len(MANY) + 1)
        assert members == list(range(members[0], members[0] + len(members)))
        assert without_orders == []


def store_of_many() -> MemorySource[int]:
    """Return a store of contacts, each with an order and an attribute."""
    contacts = [Contact(n, {"n": n}) for n in MANY]
    return MemorySource(contacts, [Happened(n, "order", NOW, {"n": n}) for n in MANY])


OF_MANY: Final = [
    Segment("large", attr("n") >= 30),
    Segment("twice", did("order").at_least(2)),
    Segment("sum", did("order").sum("n") >= 50),
]
EXPECTED: Final = [list(MANY[30:]), list[int](), list(MANY[50:])]


def members_of_many(source: MemorySource[int], **options: Any) -> list[list[int]]:  # noqa: ANN401
    audiences = Evaluator(source).evaluate(OF_MANY, now=NOW, **options)
    return [list(audience) for audience in audiences.values()]


def in_thread(work: Callable[[], object]) -> None:
    """Run *work* in a thread, because a deadlock would never end."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()
    for error in errors:
        raise error


def test_a_progress_function_may_evaluate_the_store() -> None:
    source, found = store_of_many(), list[list[list[int]]]()
    in_thread(
        lambda: members_of_many(source, progress=lambda *_: found.append(members_of_many(source)))
    )
    assert len(found) == 6
    assert found == [EXPECTED] * 6
    assert members_of_many(source) == EXPECTED


def test_a_progress_function_may_change_the_store() -> None:
    """The evaluation reads the version at its start, and the next one reads the changes."""
    source, calls = store_of_many(), list[int]()

    def change(*_: object) -> None:
        calls.append(1)
        for number in MANY:
            source.track(Happened(number, "order", NOW, {"n": 0}))
        source.update_many({number: {"n": 0} for number in MANY[30:]})
        source.remove(len(calls))
        source.upsert(Contact(100 + len(calls), {"n": 100}))

    def evaluate() -> None:
        assert members_of_many(source, progress=change) == EXPECTED

    in_thread(evaluate)
    assert len(calls) == 6
    new = [100 + number for number in range(1, 7)]
    remaining = [number for number in MANY if number not in range(1, 7)]
    assert members_of_many(source) == [new, remaining, list(MANY[50:])]


def test_a_progress_function_may_evaluate_a_changed_store() -> None:
    """An evaluation within another one sees the changes; the outer one does not."""
    source, found = store_of_many(), list[list[list[int]]]()

    def change(*_: object) -> None:
        source.upsert(Contact(100 + len(found), {"n": 100}))
        found.append(members_of_many(source))

    in_thread(lambda: found.append(members_of_many(source, progress=change)))
    assert found.pop() == EXPECTED
    for number, members in enumerate(found):
        assert members == [[*EXPECTED[0], *range(100, 101 + number)], *EXPECTED[1:]]


def test_events_that_are_added_during_an_evaluation_are_in_no_sequence_of_it() -> None:
    """Sequences are evaluated one by one, over the events at the start."""
    source = store_of_many()
    again = did("order").followed_by(did("order"))
    latest = did("order", "visit").latest("n") == 7
    calls: list[object] = []

    def change(*_: object) -> None:
        calls.append(source.track_many([Happened(n, "order", NOW, {"n": 7}) for n in MANY]))

    segments = [Segment("large", attr("n") >= 30), Segment("again", again), Segment("7", latest)]
    found = Evaluator(source).evaluate(segments, now=NOW, progress=change)
    assert (len(found["again"]), list(found["7"])) == (0, [7])
    assert len(calls) == 6
    assert len(Evaluator(source).members(again, now=NOW)) == len(MANY)


@pytest.mark.parametrize("call", range(1, 7))
def test_an_exception_of_a_progress_function_leaves_the_store_usable(call: int) -> None:
    source = store_of_many()
    calls: list[int] = []

    def refuse(*_: object) -> None:
        calls.append(1)
        if len(calls) == call:
            raise ConnectionError

    for _ in range(2):
        calls.clear()
        with pytest.raises(ConnectionError):
            members_of_many(source, progress=refuse)
    source.update(59, {"n": 0})
    source.track(Happened(58, "order", NOW))
    expected = [list(MANY[30:59]), [58], list(MANY[50:])]
    in_thread(lambda: members_of_many(source))
    assert members_of_many(source) == expected
