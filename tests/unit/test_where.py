"""Conditions in ``where``, which one event must satisfy."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from segkit import And, Contact, Event, EventCount, Or, did, prop
from tests.unit.evaluation import NOW, TICK, HostEvent, evaluate

PAST: Final = datetime(2022, 9, 12, 12, tzinfo=UTC)


def with_properties(*properties: Mapping[str, Any]) -> list[Event[str]]:
    return [Event("ada", "order", PAST, each) for each in properties]


SUMMER_CLICKS: Final = did("order").where(prop("campaign") == "summer", prop("clicks") > 1)


@pytest.mark.parametrize(
    ("properties", "verdict"),
    [
        pytest.param([{"campaign": "summer", "clicks": 2}], True, id="both on one event"),
        pytest.param(
            [{"campaign": "summer", "clicks": 1}, {"campaign": "winter", "clicks": 2}],
            False,
            id="each on another event",
        ),
        pytest.param(
            [{"campaign": "winter"}, {"campaign": "summer", "clicks": 9}],
            True,
            id="one of several events",
        ),
        pytest.param([{"campaign": "summer"}], False, id="one property is absent"),
        pytest.param([], False, id="no events"),
    ],
)
def test_one_event_must_satisfy_all_conditions(
    properties: list[Mapping[str, Any]], verdict: bool
) -> None:
    """[E2]."""
    assert evaluate(SUMMER_CLICKS, events=with_properties(*properties)) is verdict


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(
            did("order").where(prop("campaign") == "summer").where(prop("clicks") > 1),
            id="two calls of where",
        ),
        pytest.param(
            did("order").where((prop("campaign") == "summer") & (prop("clicks") > 1)), id="&"
        ),
        pytest.param(
            did("order").where(And((prop("campaign") == "summer", prop("clicks") > 1))), id="And"
        ),
    ],
)
def test_a_repeated_where_means_and(condition: EventCount) -> None:
    """[E2]: all forms build the same condition."""
    assert condition == SUMMER_CLICKS


def test_a_repeated_where_keeps_an_or_as_a_group() -> None:
    """[E2]: (a or b) and c; not a or (b and c)."""
    either = (prop("a") == 1) | (prop("b") == 1)
    condition = did("order").where(either).where(prop("c") == 1)
    assert evaluate(condition, events=with_properties({"a": 1})) is False
    assert evaluate(condition, events=with_properties({"a": 1, "c": 1})) is True
    assert evaluate(condition, events=with_properties({"b": 1, "c": 1})) is True


@pytest.mark.parametrize(
    ("where", "properties", "verdict"),
    [
        pytest.param(prop("status") != "paid", {}, True, id="a missing value is not equal"),
        pytest.param(~(prop("total") >= 50), {"total": "60"}, True, id="a value of another kind"),
        pytest.param(~prop("coupon").is_set(), {}, True, id="not set"),
        pytest.param(~prop("coupon").is_set(), {"coupon": ""}, False, id="an empty text is set"),
        pytest.param(
            (prop("a") == 1) | ~((prop("b") == 1) & (prop("c") == 1)),
            {"b": 1, "c": 2},
            True,
            id="nested",
        ),
        pytest.param(
            (prop("a") == 1) | ~((prop("b") == 1) & (prop("c") == 1)),
            {"b": 1, "c": 1},
            False,
            id="nested, all parts false",
        ),
        pytest.param(And(), {}, True, id="And without parts"),
        pytest.param(Or(), {}, False, id="Or without parts"),
        pytest.param(prop("items", "count") > 1, {"items": {"count": 2}}, True, id="a path"),
        pytest.param(prop("items", "count") > 1, {"items": [2]}, False, id="a path through a list"),
    ],
)
def test_where_follows_the_rules_of_comparisons(
    where: Any,  # noqa: ANN401 - a condition of events
    properties: Mapping[str, Any],
    verdict: bool,
) -> None:
    """[E2], [V3], [V5], [V6], [K6]."""
    assert evaluate(did("order").where(where), events=with_properties(properties)) is verdict


@pytest.mark.parametrize(
    ("departure", "verdict"),
    [
        pytest.param(NOW, False, id="now is not in the future"),
        pytest.param(NOW + TICK, True, id="the next instant is in the future"),
        pytest.param(NOW + timedelta(days=7), True, id="the later end is included"),
        pytest.param(NOW + timedelta(days=7) + TICK, False, id="a microsecond after the later end"),
        pytest.param(date(2022, 10, 8), True, id="a day is compared by its start"),
        pytest.param(date(2022, 10, 1), False, id="today is not in the future"),
        pytest.param("2022-10-03", False, id="a text is not a day"),
    ],
)
def test_a_property_may_be_in_the_future(departure: object, verdict: bool) -> None:
    """[E2], [T3], [T13]: "a booking whose departure is within the next 7 days"."""
    leaving = did("booking").where(prop("departure").within_next(days=7))
    booking = Event("ada", "booking", PAST, {"departure": departure})
    assert evaluate(leaving, events=[booking]) is verdict


def test_one_event_must_satisfy_where_and_the_window() -> None:
    """[E1], [E2]: an old large order and a recent small order are not a recent large order."""
    large = did("order").where(prop("total") >= 50).within_last(days=30)
    old = Event("ada", "order", NOW - timedelta(days=31), {"total": 60})
    small = Event("ada", "order", PAST, {"total": 40})
    assert evaluate(large, events=[old, small]) is False
    assert evaluate(large, events=[old, small, *with_properties({"total": 50})]) is True


def test_where_restricts_the_counted_events() -> None:
    """[E1], [E2]: at_most counts only events that satisfy where, possibly none."""
    few = did("order").where(prop("total") >= 50).at_most(1)
    assert evaluate(few, events=with_properties({"total": 1}, {"total": 2}, {"total": 60})) is True
    assert evaluate(few, events=with_properties({"total": 50}, {"total": 60})) is False
    assert evaluate(few, Contact("ada")) is True


@pytest.mark.parametrize("properties", [None, ["total"], "total", 3])
def test_properties_that_are_not_a_mapping_are_ignored(properties: object) -> None:
    """[V1], [K6]: the event itself still counts."""
    events = [HostEvent(at=PAST, properties=properties)]
    assert evaluate(did("order"), events=events) is True
    assert evaluate(did("order").where(prop("total").is_set()), events=events) is False
    assert evaluate(did("order").where(prop("total") != 1), events=events) is True
