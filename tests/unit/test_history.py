"""A contact's events, prepared once."""

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from segkit import Contact, Event, FactsError, History, did, explain, matches
from tests.unit.evaluation import NOW, HostEvent

ADA: Final = Contact("ada")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_it_keeps_the_order_given_and_counts_what_is_there() -> None:
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


def test_each_name_has_its_instants_in_their_order() -> None:
    events = [Event("ada", name, at(minute)) for name, minute in (("a", 3), ("b", 1), ("a", 2))]
    assert History(events).instants == {"a": [at(2), at(3)], "b": [at(1)]}


def test_of_two_events_of_one_id_the_first_given_is_kept() -> None:
    """[E3], before anything is selected: whatever their names and instants."""
    events = [Event("ada", "cart", at(9), id=1), Event("ada", "order", at(1), id=1)]
    history = History(events)
    assert list(history) == events[:1]
    assert not matches(did("order"), ADA, history, now=at(10))


@pytest.mark.parametrize("odd", [at(1).replace(tzinfo=None), None, "yesterday"], ids=repr)
def test_an_event_without_a_usable_time_counts_nowhere_and_is_explained(odd: object) -> None:
    """[K2]: a host's own event is read as it is."""
    history = History([HostEvent("order", odd)])
    assert history.instants == {}
    assert len(history) == 1
    explanation = explain(did("order").never(), ADA, history, now=NOW)
    assert explanation.verdict
    assert "no usable time" in str(explanation)


def test_instants_of_any_zone_are_kept_in_utc() -> None:
    local = datetime.fromisoformat("2022-10-01T02:00+02:00")
    (instant,) = History([HostEvent("order", local)]).instants["order"]
    assert instant == NOW
    assert instant.tzinfo is UTC


def test_events_of_one_instant_stay_in_the_order_given() -> None:
    """[E5] goes by it: the latest of them is the last given."""
    events = [Event("ada", "order", NOW, {"status": status}) for status in ("paid", "sent", "lost")]
    found = History(events).between(("order",), NOW, NOW)
    assert [event.properties["status"] for _, _, event in found] == ["paid", "sent", "lost"]


def test_events_of_several_names_are_sorted_by_instant_and_then_as_given() -> None:
    """[E5]: not by name."""
    given = (("b", 2), ("a", 2), ("b", 1), ("a", 0))
    history = History([Event("ada", name, at(minute)) for name, minute in given])
    found = history.chronological(("a", "b"), at(1))
    assert [(name, at_) for at_, name, _ in found] == [("b", at(1)), ("b", at(2)), ("a", at(2))]


def test_both_ends_are_within() -> None:
    history = History([Event("ada", name, at(minute)) for minute in range(9) for name in "ab"])
    assert [(name, at_) for at_, name, _ in history.between(("b", "a"), at(2), at(3))] == [
        ("a", at(2)), ("b", at(2)), ("a", at(3)), ("b", at(3)),
    ]  # fmt: skip
    assert history.between(("c",), at(2), at(3)) == []
    assert history.between(("a",), at(3), at(2)) == []


@pytest.mark.parametrize(
    ("events", "said"),
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
def test_what_is_no_history_of_one_contact_is_refused(events: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(FactsError) as raised:
        History(events)
    assert said in str(raised.value)


def test_another_contact_s_history_is_an_error_of_the_call() -> None:
    """[E6], for every call about one contact."""
    history = History([Event("tim", "order", NOW)])
    with pytest.raises(FactsError, match="own events only"):
        matches(did("order"), ADA, history, now=NOW)


@pytest.mark.parametrize("events", [[], [Event("ada", "order", NOW, {"total": 3}, id="e1")]])
def test_it_is_pickled_and_belongs_to_no_one_when_empty(events: Iterable[Event[str]]) -> None:
    history = pickle.loads(pickle.dumps(History(events)))  # noqa: S301
    assert list(history) == list(events)
    for verdict in (True, False):
        condition = did("order") if verdict else did("order").never()
        assert matches(condition, ADA, history, now=NOW) is (verdict is bool(events))
