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
    FactsError,
    History,
    MemorySource,
    Requirements,
    Segment,
    all_of,
    compile_condition,
    did,
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
                self.source.add_event(order(contact_id, number))
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
            source.add_contact(Contact(number))
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
        return source.add_event(Happened("ada", "order", NOW, id=SwitchingId(f"e{round_}")))

    assert sum(run_concurrently(*[add] * THREADS)) == 1
    [(_, events)] = source.load(ORDERS)
    assert len(events) == 1


@pytest.mark.parametrize("round_", range(10))
def test_one_of_several_concurrent_contacts_of_one_id_is_added(round_: int) -> None:
    """[E6]: the other contacts are refused, and the source keeps the accepted one."""
    source: MemorySource[SwitchingId] = MemorySource()

    def add(number: int) -> int | None:
        try:
            source.add_contact(Contact(SwitchingId(f"c{round_}"), {"number": number}))
        except FactsError as error:
            assert "exists already" in error.problem  # noqa: PT017 - any other error is a fault
            return None
        return number

    added = run_concurrently(*[lambda number=number: add(number) for number in range(THREADS)])
    [first] = [number for number in added if number is not None]
    [(contact, _)] = source.load(ORDERS)
    assert contact.attributes == {"number": first}


@pytest.mark.parametrize("round_", range(10))
def test_no_event_is_lost_if_threads_add_the_first_events_of_a_contact(round_: int) -> None:
    """All threads add to one list of events of the contact."""
    contact_id = SwitchingId(f"c{round_}")
    source = MemorySource([Contact(contact_id)])
    run_concurrently(
        *[lambda: source.add_event(Happened(SwitchingId(contact_id.name), "order", NOW))] * THREADS
    )
    [(_, events)] = source.load(ORDERS)
    assert len(events) == THREADS


def test_facts_that_are_added_during_a_load() -> None:
    """Contacts are read at the start; the events of a contact are read when it is yielded."""
    source = MemorySource([Contact("ada"), Contact("bob")])
    rows = source.load(ORDERS)
    ada = next(rows)
    source.add_contact(Contact("cleo"))
    source.add_event(order("ada", 1))
    source.add_event(order("bob", 1))
    assert [(contact.id, len(events)) for contact, events in (ada, *rows)] == [
        ("ada", 0),
        ("bob", 1),
    ]


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
            added.append(source.add_event(event))  # noqa: PERF401 - partial results are kept

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
    """The copy and the original are independent, and both know their ids [E3], [E6]."""
    source = MemorySource([Contact("ada")], [Happened("ada", "order", NOW, id="e1")])
    other = make_copy(source)
    assert other.add_event(Happened("ada", "order", NOW, id="e1")) is False
    assert other.add_event(Happened("ada", "order", NOW, id="e2")) is True
    other.add_contact(Contact("bob"))
    with pytest.raises(FactsError, match="exists already"):
        other.add_contact(Contact("ada"))
    assert [(contact.id, len(events)) for contact, events in other.load(ORDERS)] == [
        ("ada", 2),
        ("bob", 0),
    ]
    assert [(contact.id, len(events)) for contact, events in source.load(ORDERS)] == [("ada", 1)]


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
