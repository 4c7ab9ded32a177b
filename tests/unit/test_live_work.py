"""How much work a `Live` does: evaluations, and entries of its schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import attrs
import pytest

from segkit import (
    Contact,
    Event,
    Live,
    MemorySource,
    Segment,
    attr,
    did,
    in_any_list,
    in_list,
    prop,
)
from segkit.clock import EvaluationContext
from segkit.history import Facts
from segkit.live import counters, members
from segkit.live.changes import ContactChange, Dependencies
from segkit.live.live_segment import LiveSegment
from segkit.live.records import Membership, Record, facts_of
from segkit.live.schedule import Schedule
from segkit.timelines.base import VerdictUntil
from tests.unit.call_counts import count_calls

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)

SEGMENTS: Final = [
    Segment("paris", attr("city") == "Paris"),
    Segment("lyon", attr("city") == "Lyon"),
    Segment("south", attr("city").is_in(["Lyon", "Nice"])),
    Segment("not paris", attr("city") != "Paris"),
    Segment("any city", attr("city").is_set()),
    Segment("same city", attr("city") == attr("home")),
    Segment("day", attr("city") == date(2022, 10, 1)),
    Segment("zip", attr("city", "zip") == "75011"),
    Segment("lower", attr("city").is_in(["paris"], ignore_case=True)),
    Segment("adult", attr("age") >= 18),
    Segment("vip", in_list("vip")),
    Segment("listed", in_any_list()),
    Segment("buyer", did("order").within_last(days=30)),
    Segment("visitor", did("visit", "order").at_least(2)),
    Segment("steps", did("cart").followed_by(did("order"))),
]


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the segments that are evaluated, which grows."""
    names: list[str] = []
    create = LiveSegment.create

    def noting(name: str, *args: Any) -> LiveSegment:  # noqa: ANN401
        segment = create(name, *args)

        def evaluate(facts: Facts, context: EvaluationContext) -> VerdictUntil:
            names.append(name)
            return segment.evaluate(facts, context)

        return attrs.evolve(segment, evaluate=evaluate)

    monkeypatch.setattr(LiveSegment, "create", noting)
    return names


def order(days: float = 0, contact: int = 0, name: str = "order") -> Event[int]:
    return Event(contact, name, NOW + days * DAY)


BROAD: Final = {"any city", "same city", "day", "zip", "lower"}
"""The segments that any change of the city can affect."""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Paris", "Lyon", {"paris", "not paris", "lyon", "south", *BROAD}),
        ("Paris", "Rome", {"paris", "not paris", *BROAD}),
        ("Oslo", "Rome", BROAD),
        ("Paris", None, {"paris", "not paris", *BROAD}),
        (None, "Nice", {"south", *BROAD}),
        ("Lyon", ["Lyon"], {"lyon", "south", *BROAD}),
        ("Paris", "Paris", set[str]()),
        (["Paris"], ["Paris"], BROAD),
    ],
)
def test_a_new_value_evaluates_the_segments_that_it_can_affect(
    evaluated: list[str], old: object, new: object, expected: set[str]
) -> None:
    source = MemorySource([Contact(0, {"city": old}), Contact(1, {"city": old})])
    live = Live(SEGMENTS, source, now=NOW)
    evaluated.clear()
    live.update(0, {"city": new, "name": "Ada"})
    assert sorted(evaluated) == sorted(expected)


def test_each_operation_evaluates_the_segments_that_read_its_facts(evaluated: list[str]) -> None:
    live = Live(SEGMENTS, MemorySource([Contact(0), Contact(1)]), now=NOW)
    calls: list[tuple[Callable[[], object], list[str]]] = [
        (lambda: live.update(0, {"age": 5}), ["adult"]),
        (lambda: live.add_to_list(0, "vip"), ["listed", "vip"]),
        (lambda: live.add_to_list(0, "news"), ["listed"]),
        (lambda: live.remove_from_list(0, "vip"), ["listed", "vip"]),
        (lambda: live.track(order()), ["buyer", "steps", "visitor"]),
        (lambda: live.track(order(name="visit")), ["visitor"]),
        (lambda: live.track(order(name="unknown")), []),
        (lambda: live.track(order(contact=7)), []),
        (lambda: live.upsert(Contact(0, {"age": 18}, {"news": None})), ["adult"]),
        (lambda: live.remove(0), []),
        (lambda: live.advance(NOW + 5 * DAY), []),
        (lambda: live.advance(NOW + 90 * DAY), []),
    ]
    for call, expected in calls:
        evaluated.clear()
        call()
        assert sorted(evaluated) == expected


def test_a_new_contact_evaluates_the_segments_of_its_facts(evaluated: list[str]) -> None:
    """And those that are true of every contact without facts, here "not paris"."""
    live = Live[int](SEGMENTS, now=NOW)
    live.track(order(contact=1, name="visit"))
    evaluated.clear()
    live.upsert(Contact(1, {"age": 36}))
    assert sorted(evaluated) == ["adult", "not paris", "visitor"]


def test_time_evaluates_what_it_can_change(evaluated: list[str]) -> None:
    live = Live(SEGMENTS, MemorySource(Contact(number) for number in range(10)), now=NOW)
    for number in range(5):
        live.track(order(number, contact=number))
    evaluated.clear()
    live.advance(NOW + 32 * DAY)
    # The orders of the future begin to count, and three of the five leave the window.
    assert evaluated.count("buyer") == 4 + 3
    assert set(evaluated) == {"buyer"}


def test_segments_that_read_other_facts_are_not_evaluated(evaluated: list[str]) -> None:
    others = [Segment(f"city {number}", attr("city") == str(number)) for number in range(500)]
    live = Live([*others, *SEGMENTS], MemorySource([Contact(0)]), now=NOW)
    evaluated.clear()
    live.update(0, {"city": "250"})
    assert sorted(evaluated) == sorted({"city 250", *BROAD})


def test_where_is_evaluated_once_for_each_event(monkeypatch: pytest.MonkeyPatch) -> None:
    large = did("order", "visit").where(prop("total") >= 100)
    segments = [Segment("large", large), Segment("two large", large.at_least(2))]
    live = Live(segments, MemorySource([Contact(0)]), now=NOW)

    def track() -> None:
        for number in range(50):
            total = 100 if number in (20, 30) else 5
            live.track(Event(0, "order", NOW - number * DAY, {"total": total}, id=number))

    assert count_calls(monkeypatch, [(counters, "where_is_true")], track) == 2 * 50
    assert live.segments_of(0) == ["large", "two large"]
    live.untrack(0, 20)
    assert live.segments_of(0) == ["large"]
    live.replace_segment(Segment("large", large.within_last(days=25)))
    assert live.segments_of(0) == []


# --- the schedule ---------------------------------------------------------------------------------


def test_further_events_of_a_contact_do_not_add_entries(evaluated: list[str]) -> None:
    live = Live([SEGMENTS[-3]], MemorySource(Contact(number) for number in range(20)), now=NOW)
    schedule = live._members.schedule  # noqa: SLF001
    for day in range(50):
        for number in range(20):
            live.track(order(day, number), at=NOW + day * DAY)
    assert (len(schedule), schedule.entries) == (20, 20)
    evaluated.clear()
    assert live.advance(NOW + 60 * DAY) == []
    assert evaluated == []
    assert live.next_wake == NOW + 79 * DAY


def test_entries_that_are_not_valid_are_dropped_when_they_are_many() -> None:
    """The end of a trial moves to earlier instants again and again."""
    trial = Segment("trial", attr("ends").within_next(days=1))
    live = Live([trial], MemorySource(Contact(number) for number in range(30)), now=NOW)
    schedule = live._members.schedule  # noqa: SLF001
    for days in range(400, 100, -1):
        for number in range(30):
            live.update(number, {"ends": NOW + days * DAY})
        assert schedule.entries <= 2 * len(schedule) + 64
    assert len(schedule) == 30
    live.update(0, {"ends": None})
    live.remove(1)
    assert len(schedule) == 28
    assert live.next_wake == NOW + 100 * DAY
    found = live.advance(NOW + 102 * DAY)
    assert len(found) == 2 * 28


def test_entries_of_removed_contacts_are_dropped_when_they_are_many() -> None:
    contacts = [Contact(number) for number in range(200)]
    events = [order(-1, number) for number in range(200)]
    live = Live([SEGMENTS[-3]], MemorySource(contacts, events), now=NOW)
    schedule = live._members.schedule  # noqa: SLF001
    for number in range(1, 200):
        live.remove(number)
        assert schedule.entries <= 2 * len(schedule) + 64
    assert len(schedule) == 1


def test_adding_segments_reads_each_of_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that many segments take time in proportion to their number."""
    segments = [Segment(str(number), attr("x") == number) for number in range(100)]

    def live() -> Live[Any]:
        made = Live[Any](segments[:50], now=NOW)
        for segment in segments[50:]:
            made.add_segment(segment)
        return made

    assert count_calls(monkeypatch, [(Dependencies, "add")], live) == 100


def test_an_entry_that_moves_to_an_earlier_instant_comes_before_others() -> None:
    trial = Segment("trial", attr("ends").within_next(days=1))
    contacts = [Contact(number, {"ends": NOW + (10 + number) * DAY}) for number in range(3)]
    live = Live([trial], MemorySource(contacts), now=NOW)
    live.update(2, {"ends": NOW + 5 * DAY})
    assert live.next_wake == NOW + 4 * DAY
    found = live.advance(NOW + 20 * DAY)
    assert [each.contact for each in found if each.kind == "entered"] == [2, 0, 1]


def test_a_removed_segment_has_no_entries() -> None:
    live = Live([SEGMENTS[-3]], MemorySource(Contact(number) for number in range(3)), now=NOW)
    live.track(order())
    live.remove_segment("buyer")
    schedule = live._members.schedule  # noqa: SLF001
    assert len(schedule) == 0
    assert schedule.first() is None


def test_a_search_for_the_next_wake_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is false when the other one is true, so the group never becomes true."""
    both = attr("a").within_next(days=3) & attr("b").within_next(days=3)
    contact = Contact(0, {"a": NOW + 10 * DAY, "b": NOW + 20 * DAY})
    live = Live([Segment("both", both)], MemorySource([contact]), now=NOW)
    searches: list[object] = []
    search = vars(members)["next_change_of"]

    def noting(*args: Any) -> Any:  # noqa: ANN401
        searches.append(args)
        return search(*args)

    monkeypatch.setattr(members, "next_change_of", noting)
    assert live.next_wake is live.next_wake is None
    assert len(searches) == 1
    live.update(0, {"b": NOW + 11 * DAY})
    assert live.next_wake == live.next_wake == NOW + 8 * DAY
    assert len(searches) == 2
    live.update(0, {"b": NOW + 30 * DAY})
    assert live.next_wake is None


def test_a_schedule_without_valid_entries_becomes_small() -> None:
    schedule = Schedule[int]()
    record = Record[int](0, facts_of(Contact(0), []))
    for number in range(1000):
        membership = record.memberships[number] = Membership(until=NOW)
        schedule.update(record, number, membership)
    assert schedule.entries == len(schedule) == 1000
    for number, membership in record.memberships.items():
        membership.until = None
        schedule.update(record, number, membership)
    assert len(schedule) == 0
    assert schedule.first() is None
    assert schedule.entries == 0


# --- dependencies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (1, True), ("a", "A"), (0.1, 0.5), (2**70, 2**70 + 1), (None, 1), ([1], (1,))],
)
def test_values_that_a_condition_distinguishes_are_a_change(one: object, other: object) -> None:
    """Two numbers that are equal may have two types: then the verdicts are compared."""
    segment = LiveSegment.create("a", attr("x").is_set(), 1, EvaluationContext(NOW, UTC))
    contacts = Contact(0, {"x": one}), Contact(0, {"x": other})
    assert Dependencies({7: segment.needs}).of_change(ContactChange.between(*contacts)) == {7}
