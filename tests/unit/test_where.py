"""What one and the same event must satisfy."""

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
        pytest.param([{"campaign": "summer", "clicks": 2}], True, id="both, on one event"),
        pytest.param(
            [{"campaign": "summer", "clicks": 1}, {"campaign": "winter", "clicks": 2}],
            False,
            id="each on another event",
        ),
        pytest.param(
            [{"campaign": "winter"}, {"campaign": "summer", "clicks": 9}], True, id="one of several"
        ),
        pytest.param([{"campaign": "summer"}], False, id="one of them absent"),
        pytest.param([], False, id="no event at all"),
    ],
)
def test_one_event_has_to_satisfy_everything(
    properties: list[Mapping[str, Any]], verdict: bool
) -> None:
    """[E2]."""
    assert evaluate(SUMMER_CLICKS, events=with_properties(*properties)) is verdict


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(
            did("order").where(prop("campaign") == "summer").where(prop("clicks") > 1), id="again"
        ),
        pytest.param(
            did("order").where((prop("campaign") == "summer") & (prop("clicks") > 1)), id="&"
        ),
        pytest.param(
            did("order").where(And((prop("campaign") == "summer", prop("clicks") > 1))), id="And"
        ),
    ],
)
def test_where_said_again_means_all_of_it(condition: EventCount) -> None:
    """[E2]: and is the same condition, however it is said."""
    assert condition == SUMMER_CLICKS


def test_where_said_again_keeps_an_or_together() -> None:
    """[E2]: (a or b) and c, not a or (b and c)."""
    either = (prop("a") == 1) | (prop("b") == 1)
    condition = did("order").where(either).where(prop("c") == 1)
    assert evaluate(condition, events=with_properties({"a": 1})) is False
    assert evaluate(condition, events=with_properties({"a": 1, "c": 1})) is True
    assert evaluate(condition, events=with_properties({"b": 1, "c": 1})) is True


@pytest.mark.parametrize(
    ("where", "properties", "verdict"),
    [
        pytest.param(prop("status") != "paid", {}, True, id="a blank is unlike anything"),
        pytest.param(~(prop("total") >= 50), {"total": "60"}, True, id="so is another kind"),
        pytest.param(~prop("coupon").is_set(), {}, True, id="not set"),
        pytest.param(~prop("coupon").is_set(), {"coupon": ""}, False, id="empty is set"),
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
            id="nested, none of it",
        ),
        pytest.param(And(), {}, True, id="all of nothing"),
        pytest.param(Or(), {}, False, id="any of nothing"),
        pytest.param(prop("items", "count") > 1, {"items": {"count": 2}}, True, id="by a path"),
        pytest.param(prop("items", "count") > 1, {"items": [2]}, False, id="through a list"),
    ],
)
def test_where_follows_the_rules_of_comparing(
    where: Any,  # noqa: ANN401 - a condition of events
    properties: Mapping[str, Any],
    verdict: bool,
) -> None:
    """[E2], [V3], [V5], [V6], [K6]."""
    assert evaluate(did("order").where(where), events=with_properties(properties)) is verdict


@pytest.mark.parametrize(
    ("departure", "verdict"),
    [
        pytest.param(NOW, False, id="now is not ahead"),
        pytest.param(NOW + TICK, True, id="the next instant is"),
        pytest.param(NOW + timedelta(days=7), True, id="the far end is included"),
        pytest.param(NOW + timedelta(days=7) + TICK, False, id="and nothing behind it"),
        pytest.param(date(2022, 10, 8), True, id="a day stands for its start"),
        pytest.param(date(2022, 10, 1), False, id="today has started"),
        pytest.param("2022-10-03", False, id="a text is no day"),
    ],
)
def test_a_property_may_lie_ahead_though_its_event_does_not(
    departure: object, verdict: bool
) -> None:
    """[E2], [T3], [T13]: "a booking whose departure is within the next 7 days"."""
    leaving = did("booking").where(prop("departure").within_next(days=7))
    booking = Event("ada", "booking", PAST, {"departure": departure})
    assert evaluate(leaving, events=[booking]) is verdict


def test_where_and_the_window_are_asked_of_the_same_event() -> None:
    """[E1], [E2]: an old large order and a recent small one are no recent large order."""
    large = did("order").where(prop("total") >= 50).within_last(days=30)
    old = Event("ada", "order", NOW - timedelta(days=31), {"total": 60})
    small = Event("ada", "order", PAST, {"total": 40})
    assert evaluate(large, events=[old, small]) is False
    assert evaluate(large, events=[old, small, *with_properties({"total": 50})]) is True


def test_where_narrows_what_is_counted() -> None:
    """[E1], [E2]: at_most counts only the events that satisfy it, and may count none."""
    few = did("order").where(prop("total") >= 50).at_most(1)
    assert evaluate(few, events=with_properties({"total": 1}, {"total": 2}, {"total": 60})) is True
    assert evaluate(few, events=with_properties({"total": 50}, {"total": 60})) is False
    assert evaluate(few, Contact("ada")) is True


@pytest.mark.parametrize("properties", [None, ["total"], "total", 3])
def test_properties_that_are_no_mapping_hold_nothing(properties: object) -> None:
    """[V1], [K6]: the event itself still counts."""
    events = [HostEvent(at=PAST, properties=properties)]
    assert evaluate(did("order"), events=events) is True
    assert evaluate(did("order").where(prop("total").is_set()), events=events) is False
    assert evaluate(did("order").where(prop("total") != 1), events=events) is True
