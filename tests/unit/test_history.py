"""Histories: the events of a contact, prepared once."""

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import Contact, Event, FactsError, History, did, explain, matches
from segkit.history import EventIndex, GrowingIndex, TimedEvent
from tests.unit.evaluation import NOW, HostEvent

ADA: Final = Contact("ada")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_history_keeps_the_order_given_and_has_a_length() -> None:
    events = [
        Event("ada", "order", at(3)),
        Event("ada", "cart", at(1)),
        Event("ada", "order", at(2)),
    ]
    history = History(iter(events))
    assert list(history) == events
    assert len(history) == 3
    assert repr(history) == "<History of 3 events>"
    assert history.contact_id == "ada"


def test_each_name_has_its_instants_in_chronological_order() -> None:
    events = [Event("ada", name, at(minute)) for name, minute in (("a", 3), ("b", 1), ("a", 2))]
    assert History(events).instants == {"a": [at(2), at(3)], "b": [at(1)]}


def test_of_two_events_of_one_id_the_first_given_is_kept() -> None:
    """[E3]: before any selection, also if names and instants differ."""
    events = [Event("ada", "cart", at(9), id=1), Event("ada", "order", at(1), id=1)]
    history = History(events)
    assert list(history) == events[:1]
    assert not matches(did("order"), ADA, history, now=at(10))


@pytest.mark.parametrize("instant", [at(1).replace(tzinfo=None), None, "yesterday"], ids=repr)
def test_an_event_without_a_usable_time_counts_nowhere_and_is_explained(instant: object) -> None:
    """[K2]: an event of a host is not validated."""
    history = History([HostEvent("order", instant)])
    assert history.instants == {}
    assert len(history) == 1
    explanation = explain(did("order").never(), ADA, history, now=NOW)
    assert explanation.verdict
    problem = "its time is a naive datetime" if isinstance(instant, datetime) else "no usable time"
    assert problem in str(explanation)


def test_instants_of_any_zone_are_kept_in_utc() -> None:
    local = datetime.fromisoformat("2022-10-01T02:00+02:00")
    (instant,) = History([HostEvent("order", local)]).instants["order"]
    assert instant == NOW
    assert instant.tzinfo is UTC


def test_events_of_one_instant_keep_the_order_given() -> None:
    """[E5]: the latest of these events is the last one given."""
    events = [Event("ada", "order", NOW, {"status": status}) for status in ("paid", "sent", "lost")]
    found = History(events).between(("order",), NOW, NOW)
    assert [event.properties["status"] for _, _, event in found] == ["paid", "sent", "lost"]


def test_events_of_several_names_are_sorted_by_instant_and_then_as_given() -> None:
    """[E5]: not by name."""
    given = (("b", 2), ("a", 2), ("b", 1), ("a", 0))
    history = History([Event("ada", name, at(minute)) for name, minute in given])
    found = history.chronological(("a", "b"), at(1))
    assert [(name, at_) for at_, name, _ in found] == [("b", at(1)), ("b", at(2)), ("a", at(2))]


def test_between_includes_both_bounds() -> None:
    history = History([Event("ada", name, at(minute)) for minute in range(9) for name in "ab"])
    assert [(name, at_) for at_, name, _ in history.between(("b", "a"), at(2), at(3))] == [
        ("a", at(2)), ("b", at(2)), ("a", at(3)), ("b", at(3)),
    ]  # fmt: skip
    assert history.between(("c",), at(2), at(3)) == []
    assert history.between(("a",), at(3), at(2)) == []


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (5, "got 5"),
        ("order", "got 'order'"),
        ({"order": NOW}, "got {'order'"),
        (None, "got None"),
        ([1], "1 is not an event"),
        ([HostEvent(), HostEvent(contact_id="tim")], "'ada' and 'tim'"),
    ],
    ids=repr,
)
def test_invalid_events_are_refused(events: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(FactsError) as caught:
        History(events)
    assert message in str(caught.value)


def test_the_history_of_another_contact_is_an_error() -> None:
    """[E6]: in every call about one contact."""
    history = History([Event("tim", "order", NOW)])
    with pytest.raises(FactsError, match="own events only"):
        matches(did("order"), ADA, history, now=NOW)


@pytest.mark.parametrize("events", [[], [Event("ada", "order", NOW, {"total": 3}, id="e1")]])
def test_a_history_can_be_pickled_and_an_empty_one_belongs_to_any_contact(
    events: Iterable[Event[str]],
) -> None:
    history = pickle.loads(pickle.dumps(History(events)))  # noqa: S301
    assert list(history) == list(events)
    for verdict in (True, False):
        condition = did("order") if verdict else did("order").never()
        assert matches(condition, ADA, history, now=NOW) is (verdict is bool(events))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5)), max_size=12))
def test_an_index_that_grows_is_the_index_of_all_events(drawn: list[tuple[str, int]]) -> None:
    """Also if an event is before others, or at the instant of another one [E5]."""
    timed = [
        TimedEvent(at(minute), name, Event("ada", name, at(minute), id=number))
        for number, (name, minute) in enumerate(drawn)
    ]
    index, growing = EventIndex(timed), GrowingIndex([])
    for each in timed:
        growing.add(each)
    assert growing.instants == index.instants
    assert growing.timed == timed
    for names in ("a", "b", "ab"):
        assert growing.chronological(names, at(2)) == index.chronological(names, at(2))
        assert growing.between(names, at(1), at(3)) == index.between(names, at(1), at(3))
