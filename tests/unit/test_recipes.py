"""Conditions for common requests, evaluated over a whole history."""

from datetime import date, timedelta
from typing import Final

import pytest

from segkit import Condition, Event, attr, describe, did, first_prop, prop
from tests.slow_clock import MICROSECOND, instant
from tests.unit.event_evaluation import NOW, is_member

case = pytest.param

DAY: Final = timedelta(days=1)

STOPPED: Final = did("order").before(days=90) & ~did("order").within_last(days=90)
"""Ordered before, and not in the last 90 days."""

STOPPED_BY_LATEST: Final = did("order").latest_at().before(days=90)

RESTARTED: Final = (
    did("order").within_last(days=30)
    & ~did("order").between_ago(days=(120, 30))
    & did("order").before(days=120)
)
"""Ordered in the last 30 days, after 90 days without an order, and before that."""


def orders(*days_ago: float) -> list[Event[str]]:
    """Return orders, each a number of days before now."""
    return [Event("ada", "order", NOW - days * DAY) for days in days_ago]


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        case([], False, id="never ordered"),
        case(orders(10), False, id="a recent order"),
        case(orders(400, 10), False, id="an old and a recent order"),
        case(orders(400, 89), False, id="89 days ago is recent"),
        case(orders(90), True, id="exactly 90 days ago"),
        case(orders(400, 91), True, id="91 days ago"),
        case(
            [Event("ada", "order", NOW - 90 * DAY + MICROSECOND)],
            False,
            id="a microsecond less than 90 days ago",
        ),
        case(orders(400, -5), True, id="a future order does not count [T1]"),
    ],
)
def test_stopped(given: list[Event[str]], verdict: bool) -> None:
    """Two conditions with the same verdict: ordered before, but not in the last 90 days."""
    assert is_member(STOPPED, events=given) is verdict
    assert is_member(STOPPED_BY_LATEST, events=given) is verdict


def test_stopped_and_recent_are_complements_among_contacts_with_orders() -> None:
    """[T2], [T3]: no gap and no overlap between the two windows, at any instant."""
    for days in range(80, 100):
        given = orders(days, 500)
        recent = is_member(did("order").within_last(days=90), events=given)
        assert is_member(STOPPED, events=given) is not recent


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        case([], False, id="never"),
        case(orders(10), False, id="started"),
        case(orders(200), False, id="stopped"),
        case(orders(200, 10), True, id="restarted"),
        case(orders(200, 100, 10), False, id="an order in the pause"),
        case(orders(120, 10), True, id="the old end of the pause is open"),
        case(orders(200, 30, 10), False, id="the new end belongs to the pause"),
        case(orders(200, 29, 10), True, id="29 days ago is recent"),
        case(orders(200, 30), False, id="30 days ago is not recent"),
        case(orders(119, 10), False, id="ordered in the pause, and not before it"),
        case(orders(500, 400, 200, 20, 10, 5), True, id="many orders before and after the pause"),
    ],
)
def test_restarted(given: list[Event[str]], verdict: bool) -> None:
    """An order in the last 30 days, after 90 days without an order."""
    assert is_member(RESTARTED, events=given) is verdict


@pytest.mark.parametrize(
    "known",
    [
        case(attr("created").before(days=90), id="by an attribute"),
        case(did("signup").earliest_at().before(days=90), id="by the first event"),
        case(did("signup").before(days=90), id="by any event"),
        case(did("signup").latest("created").before(days=90), id="by a property"),
    ],
)
@pytest.mark.parametrize(
    ("since", "verdict"),
    [
        case(NOW - 89 * DAY, False, id="89 days"),
        case(NOW - 90 * DAY + MICROSECOND, False, id="a microsecond short of 90"),
        case(NOW - 90 * DAY, True, id="90 days"),
        case(NOW - 3650 * DAY, True, id="ten years"),
    ],
)
def test_known_for_at_least_90_days(known: Condition, since: object, verdict: bool) -> None:
    """[T3]: 90 days ago is included; a missing value is not known [V3]."""
    signup_at = NOW - 100 * DAY if "latest" in repr(known) else since
    signup = [Event("ada", "signup", signup_at, {"created": since})]  # type: ignore[arg-type]
    assert is_member(known, {"created": since}, signup) is verdict
    assert not is_member(known)
    assert is_member(~known)


def test_known_for_at_least_90_days_by_a_day() -> None:
    """[T13]: the age of a day is counted from its start in the zone."""
    known = attr("created").before(days=90)
    assert is_member(known, {"created": date(2022, 7, 3)})
    assert not is_member(known, {"created": date(2022, 7, 4)})
    assert not is_member(known, {"created": date(2022, 7, 3)}, tz="America/New_York")


def test_an_abandoned_cart_until_it_is_ordered() -> None:
    """[S2], [S3]: a cart and an order of one sku."""
    order = did("order").where(prop("sku") == first_prop("sku"))
    abandoned = did("cart").within_last(days=7).not_followed_by(order, within=DAY)
    still_abandoned = abandoned & did("cart").not_followed_by(order)
    given = [
        Event("ada", "cart", instant("2022-09-01 08:00"), {"sku": "a"}),
        Event("ada", "cart", instant("2022-09-01 09:00"), {"sku": "b"}),
        Event("ada", "order", instant("2022-09-01 10:00"), {"sku": "b"}),
        Event("ada", "order", instant("2022-09-02 20:00"), {"sku": "a"}),
    ]
    for now, is_abandoned, is_still_abandoned in (
        ("2022-09-01 12:00", False, False),
        ("2022-09-02 07:59:59", False, False),
        ("2022-09-02 08:00", True, True),
        ("2022-09-02 20:00", True, False),
        ("2022-09-08 07:59:59", True, False),
        ("2022-09-08 08:00", False, False),
    ):
        assert is_member(abandoned, events=given, now=instant(now)) is is_abandoned, now
        assert is_member(still_abandoned, events=given, now=instant(now)) is is_still_abandoned, now


def test_a_good_customer_by_several_measures() -> None:
    """[E4]: three orders, 100 spent, 20 on average, of two brands, in the last year."""
    recent = did("order").within_last(days=365)
    good = (
        recent.at_least(3)
        & (recent.sum("total") >= 100)
        & (recent.mean("total") >= 20)
        & (recent.distinct("brands") >= 2)
        & (recent.min("total") > 0)
    )
    given = [
        Event("ada", "order", NOW - days * DAY, {"total": total, "brands": brands})
        for days, total, brands in ((10, 9.99, ["x"]), (20, 40, ["x", "y"]), (30, 50.01, []))
    ]
    assert is_member(good, events=given)
    assert not is_member(good, events=given[1:])
    assert not is_member(good, events=[*given[:2], Event("ada", "order", NOW, {"total": 50})])
    refund = Event("ada", "order", NOW, {"total": -0.01})
    assert not is_member(good, events=[*given, refund])


def test_descriptions() -> None:
    """Section 5 of the specification."""
    assert describe(STOPPED) == (
        'all of: did "order" at least once 90 days ago or earlier; '
        'never did "order" in the last 90 days'
    )
    assert describe(STOPPED_BY_LATEST) == (
        'the time of the latest "order" is 90 days ago or earlier'
    )
    assert describe(RESTARTED) == (
        'all of: did "order" at least once in the last 30 days; '
        'never did "order" between 120 and 30 days ago; '
        'did "order" at least once 120 days ago or earlier'
    )
    assert describe(attr("created").before(days=90)) == "created is 90 days ago or earlier"
