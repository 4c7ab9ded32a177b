"""Many threads ask and add at one time: each answer was true at some instant [T1]."""

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
"""Events that are added to each contact while others ask."""
WHO: Final = ("ada", "bob", "cleo")


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Threads take turns after every few steps, so that they meet in the middle of things."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each gives; all begin at the same time, each in a thread of its own."""
    gate = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> object:
        gate.wait(timeout=60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [running.result(timeout=60) for running in [pool.submit(begin, w) for w in works]]


class Yielding:
    """An id during whose comparison other threads have their turn, as those in Python do."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        sleep(0)
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        sleep(0)
        return isinstance(other, Yielding) and self.name == other.name


def order(who: str, number: int) -> Happened[str]:
    return Happened(
        who, "order", NOW - timedelta(days=100) + timedelta(hours=number), {"n": number}
    )


class Adding:
    """One thread's work: events one after another, and what was there when."""

    def __init__(self, source: MemorySource[str]) -> None:
        self.source = source
        self.begun, self.done = dict.fromkeys(WHO, 0), dict.fromkeys(WHO, 0)
        self.over = Event()

    def __call__(self) -> None:
        for number in range(1, ADDED + 1):
            for who in WHO:
                self.begun[who] = number
                self.source.add_event(order(who, number))
                self.done[who] = number
        self.over.set()


BY_COUNT: Final = [Segment(f"{n}", did("order").exactly(n)) for n in range(ADDED + 1)]
BY_LATEST: Final = [Segment(f"last {n}", did("order").latest("n") == n) for n in range(ADDED + 1)]


def test_events_are_those_of_some_instant_of_the_call() -> None:
    """Not fewer than there were when it began, not more than when it ended, and none skipped."""
    source = MemorySource(map(Contact, WHO))
    evaluator, adding = Evaluator(source), Adding(source)

    def asking() -> list[tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int]]]:
        met = []
        while not adding.over.is_set():
            before = dict(adding.done)
            answers = evaluator.evaluate([*BY_COUNT, *BY_LATEST], now=NOW)
            after = dict(adding.begun)
            counted = {w: n for n, s in enumerate(BY_COUNT) for w in answers[s.name]}
            last = {w: n for n, s in enumerate(BY_LATEST) for w in answers[s.name]}
            met.append((before, counted, last, after))
        return met

    _, *asked = together(adding, *[asking] * THREADS)
    for before, counted, last, after in [one for many in asked for one in many]:
        assert list(counted) == sorted(WHO, key=counted.__getitem__)
        for who in WHO:
            assert before[who] <= counted[who] <= after[who]
            assert last.get(who, 0) == counted[who]
    members = evaluator.members(did("order").exactly(ADDED), now=NOW)
    assert list(members) == list(WHO)


def test_contacts_are_those_of_some_instant_of_the_call() -> None:
    """All that were there when it began, none that came after it ended, in the order added."""
    source: MemorySource[int] = MemorySource()
    evaluator = Evaluator(source)
    numbers, begun, done = range(400), [0], [0]

    def adding() -> None:
        for number in numbers:
            begun[0] = number + 1
            source.add_contact(Contact(number))
            done[0] = number + 1

    def asking() -> list[tuple[int, list[int], int]]:
        met: list[tuple[int, list[int], int]] = []
        while not met or met[-1][0] < len(numbers):
            before = done[0]
            found = list(evaluator.members(all_of(), now=NOW))
            met.append((before, found, begun[0]))
        return met

    _, *asked = together(adding, *[asking] * THREADS)
    for before, found, after in [one for many in asked for one in many]:
        assert found == list(range(len(found)))
        assert before <= len(found) <= after


@pytest.mark.parametrize("round_", range(10))
def test_of_one_event_id_one_is_added_whoever_is_first(round_: int) -> None:
    """[E3]: one call says ``True``, and there is one event."""
    source = MemorySource([Contact("ada")])

    def adding() -> bool:
        return source.add_event(Happened("ada", "order", NOW, id=Yielding(f"e{round_}")))

    assert sum(together(*[adding] * THREADS)) == 1
    [(_, events)] = source.load(ORDERS)
    assert len(events) == 1


@pytest.mark.parametrize("round_", range(10))
def test_of_one_contact_one_is_added_whoever_is_first(round_: int) -> None:
    """[E6]: the others are refused, and their contact is not the one that stays."""
    source: MemorySource[Yielding] = MemorySource()

    def adding(number: int) -> int | None:
        try:
            source.add_contact(Contact(Yielding(f"c{round_}"), {"number": number}))
        except FactsError as error:
            assert "exists already" in error.problem  # noqa: PT017 - any other is a finding
            return None
        return number

    added = together(*[lambda number=number: adding(number) for number in range(THREADS)])
    [first] = [number for number in added if number is not None]
    [(contact, _)] = source.load(ORDERS)
    assert contact.attributes == {"number": first}


@pytest.mark.parametrize("round_", range(10))
def test_no_event_of_a_contact_is_lost_when_many_add_its_first(round_: int) -> None:
    """Each finds, or makes, the one place where the events of that contact are."""
    who = Yielding(f"c{round_}")
    source = MemorySource([Contact(who)])
    together(*[lambda: source.add_event(Happened(Yielding(who.name), "order", NOW))] * THREADS)
    [(_, events)] = source.load(ORDERS)
    assert len(events) == THREADS


def test_what_is_added_while_a_question_is_answered() -> None:
    """Contacts are those of its beginning; the events of each are those of its turn."""
    source = MemorySource([Contact("ada"), Contact("bob")])
    answering = source.load(ORDERS)
    ada = next(answering)
    source.add_contact(Contact("cleo"))
    source.add_event(order("ada", 1))
    source.add_event(order("bob", 1))
    assert [(contact.id, len(events)) for contact, events in (ada, *answering)] == [
        ("ada", 0),
        ("bob", 1),
    ]


class Asking(Yielding):
    """An id that asks the source that it is in, whenever it is compared."""

    source: MemorySource[Any]

    __hash__ = Yielding.__hash__

    def __eq__(self, other: object) -> bool:
        assert len(list(self.source.load(Requirements()))) == 1
        return super().__eq__(other)


def test_an_id_may_ask_the_source_it_is_in() -> None:
    """Odd, but no reason to wait for oneself for ever."""
    source: MemorySource[Asking] = MemorySource([Contact(Asking("ada"))])
    Asking.source = source
    added: list[bool] = []

    def adding() -> None:
        for event in [Happened(Asking("ada"), "order", NOW)] * 2:
            added.append(source.add_event(event))  # noqa: PERF401 - what was added so far is kept

    # In a thread, because one that waits for itself would never end.
    other = Thread(target=adding, daemon=True)
    other.start()
    other.join(timeout=60)
    assert added == [True, True]


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda source: pickle.loads(pickle.dumps(source))],  # noqa: S301
)
def test_a_source_can_be_copied_and_sent_to_another_process(
    copied: Callable[[MemorySource[str]], MemorySource[str]],
) -> None:
    """Each goes its own way from there, and each knows what it has [E3], [E6]."""
    source = MemorySource([Contact("ada")], [Happened("ada", "order", NOW, id="e1")])
    other = copied(source)
    assert other.add_event(Happened("ada", "order", NOW, id="e1")) is False
    assert other.add_event(Happened("ada", "order", NOW, id="e2")) is True
    other.add_contact(Contact("bob"))
    with pytest.raises(FactsError, match="exists already"):
        other.add_contact(Contact("ada"))
    assert [(who.id, len(events)) for who, events in other.load(ORDERS)] == [("ada", 2), ("bob", 0)]
    assert [(who.id, len(events)) for who, events in source.load(ORDERS)] == [("ada", 1)]


def test_a_matcher_and_a_history_are_shared_by_threads() -> None:
    """They hold nothing that an answer changes: everybody hears what one alone would."""
    ada = Contact("ada", {"age": 36, "plan": "pro"}, {"vip": None})
    events = [order("ada", number) for number in range(40)]
    history = History(events)
    nows = [NOW - timedelta(days=number) for number in range(0, 120, 10)]
    matchers = [compile_condition(condition) for condition in EXAMPLES]
    alone = [[matches(condition, ada, events, now=now) for now in nows] for condition in EXAMPLES]

    def asking() -> list[list[bool]]:
        return [[matcher.at(now)(ada, history) for now in nows] for matcher in matchers]

    def compiling() -> list[list[bool]]:
        return [
            [compile_condition(condition).at(now)(ada, history) for now in nows]
            for condition in EXAMPLES
        ]

    assert together(asking, asking, asking, compiling) == [alone] * 4
