"""Sequences of events: followed by, not followed by [S1], [S2]."""

from datetime import date, timedelta
from typing import Final

import pytest
from dateutil.relativedelta import relativedelta

from segkit import Event, Sequence, Step, did, prop
from tests.slow_clock import instant
from tests.unit.event_evaluation import event, history, is_member

case = pytest.param

cart, order = did("cart"), did("order")

DAY: Final = timedelta(hours=24)
ORDERED: Final = Step(order)


FOLLOWED = [
    case(
        cart.followed_by(order), ["cart 1 08:00", "order 9 08:00"], True, id="an order after a cart"
    ),
    case(
        cart.followed_by(order),
        ["order 1 08:00", "cart 9 08:00"],
        False,
        id="an order before a cart",
    ),
    case(
        cart.followed_by(order),
        ["order 9 08:00", "cart 1 08:00"],
        True,
        id="events given in reverse order",
    ),
    case(cart.followed_by(order), ["cart 1 08:00"], False, id="only the first event"),
    case(cart.followed_by(order), ["order 1 08:00"], False, id="only the second event"),
    case(cart.followed_by(order), [], False, id="no events"),
    case(cart.followed_by(order), ["cart 1 08:00", "order 1 08:00"], True, id="at one instant"),
    case(
        cart.followed_by(order),
        ["order 1 08:00", "cart 1 08:00"],
        True,
        id="at one instant, in reverse order",
    ),
    case(cart.followed_by(cart), ["cart 1 08:00"], False, id="an event does not follow itself"),
    case(cart.followed_by(cart), ["cart 1 08:00", "cart 1 08:00"], True, id="two equal events"),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 2 07:59:59.999999"],
        True,
        id="a microsecond before the end",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 2 08:00"],
        False,
        id="the end is open",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "cart 5 08:00", "order 6 07:00"],
        True,
        id="an order after a later cart",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 1 09:00", "cart 5 08:00"],
        True,
        id="an order after an earlier cart",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 1 07:00", "order 2 09:00"],
        False,
        id="no order within the time",
    ),
    case(
        cart.followed_by(order.where(prop("sku") == "a")),
        ["cart 1 08:00", "order 2 08:00 sku=b"],
        False,
        id="where of the second step",
    ),
    case(
        cart.where(prop("sku") == "a").followed_by(order),
        ["cart 1 08:00 sku=b", "order 2 08:00", "cart 3 08:00 sku=a"],
        False,
        id="where of the first step",
    ),
    case(
        did("cart", "wish").followed_by(did("order", "call")),
        ["wish 1 08:00", "call 2 08:00"],
        True,
        id="several names",
    ),
    case(
        cart.followed_by(did("order", "cart")),
        ["order 1 08:00", "cart 2 08:00"],
        False,
        id="a name in both steps needs two events",
    ),
]

CHAINS = [
    case(
        ["cart 1 08:00", "order 2 07:00", "pay 3 06:00"],
        True,
        id="each event within a day after the previous one",
    ),
    case(["cart 1 08:00", "order 2 07:00", "pay 3 07:00"], False, id="the last event is too late"),
    case(
        ["cart 1 08:00", "order 2 08:00", "pay 2 09:00"], False, id="the second event is too late"
    ),
    case(["cart 1 08:00", "order 1 08:00", "pay 1 08:00"], True, id="all events at one instant"),
    case(["cart 1 08:00", "pay 1 09:00", "order 1 10:00"], False, id="out of order"),
    case(
        ["cart 1 08:00", "order 1 09:00", "order 2 07:00", "pay 2 20:00"],
        True,
        id="a chain with the second order",
    ),
    case(
        ["cart 1 08:00", "order 1 09:00", "order 2 09:00", "pay 2 20:00"],
        False,
        id="the second order is too late",
    ),
    case(
        ["cart 1 08:00", "cart 1 20:00", "order 2 19:00", "pay 3 18:00"],
        True,
        id="a chain with the second cart",
    ),
]


@pytest.mark.parametrize(("condition", "texts", "verdict"), FOLLOWED)
def test_one_event_is_followed_by_another(
    condition: Sequence, texts: list[str], verdict: bool
) -> None:
    """[S1]."""
    assert is_member(condition, events=history(*texts)) is verdict


@pytest.mark.parametrize(("texts", "verdict"), CHAINS)
def test_each_step_of_a_chain_starts_at_the_previous_event(texts: list[str], verdict: bool) -> None:
    """[S1]."""
    condition = cart.followed_by(order, within=DAY).followed_by(did("pay"), within=DAY)
    assert is_member(condition, events=history(*texts)) is verdict
    assert is_member(condition, events=history(*texts)[::-1]) is verdict


@pytest.mark.parametrize("number", range(1, 6))
def test_all_events_of_a_chain_are_different(number: int) -> None:
    """[S1]: four steps of one name need four events, at one instant or not."""
    condition = order.followed_by(order).followed_by(order).followed_by(order)
    assert is_member(condition, events=history(*["order 1 08:00"] * number)) is (number >= 4)
    days = [f"order {day} 08:00" for day in range(1, number + 1)]
    assert is_member(condition, events=history(*days)) is (number >= 4)


def test_a_duplicate_event_counts_once() -> None:
    """[E3]: an event does not follow itself."""
    duplicates = [Event("ada", "order", instant("2022-09-01"), id="o1") for _ in range(2)]
    assert not is_member(order.followed_by(order), events=duplicates)


def test_every_choice_at_one_instant_is_tried() -> None:
    """[S1]: an event that matches both steps may be needed for either step."""
    condition = order.where(prop("sku") == "a").followed_by(order.where(prop("gift") == "y"))
    both, gift, sku = "order 1 08:00 sku=a gift=y", "order 1 08:00 gift=y", "order 1 08:00 sku=a"
    assert is_member(condition, events=history(both, gift))
    assert is_member(condition, events=history(both, sku))
    assert not is_member(condition, events=history(both))
    three = condition.followed_by(order.where(prop("sku") == "a"))
    assert is_member(three, events=history(both, both, sku))
    assert not is_member(three, events=history(both, sku))
    assert not is_member(three, events=history(both, gift, gift))


@pytest.mark.parametrize(
    ("ordered", "verdict"),
    [
        case("2022-02-28 23:59:59.999999", True, id="the last microsecond of the month"),
        case("2022-03-01 00:00", False, id="the month is over at the start of March"),
    ],
)
def test_a_month_after_january_31_ends_with_february(ordered: str, verdict: bool) -> None:
    """[S1], [T6]."""
    condition = cart.followed_by(order, within=relativedelta(months=1))
    events = [event("cart", "2022-01-31 15:00"), event("order", ordered)]
    assert is_member(condition, events=events) is verdict


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        case(["cart 20 08:00", "order 25 08:00"], True, id="both events in the window"),
        case(["cart 1 08:00", "order 25 08:00"], False, id="the first event is before the window"),
        case(["cart 20 08:00", "order 30 23:59"], True, id="the second step has no window"),
        case(
            ["cart 1 08:00", "cart 24 08:00", "order 25 08:00"],
            True,
            id="a later cart in the window",
        ),
        case(["order 23 08:00", "cart 24 08:00"], False, id="no order after the cart"),
    ],
)
def test_the_first_step_may_have_a_window(texts: list[str], verdict: bool) -> None:
    """[S1]."""
    for first in (cart.within_last(days=14), cart.between(date(2022, 9, 17), date(2022, 9, 24))):
        assert is_member(first.followed_by(order), events=history(*texts)) is verdict


def test_future_events_are_not_part_of_a_sequence() -> None:
    """[S1], [T1]: each event is at or before now."""
    events = history("cart 1 08:00", "order 2 08:00")
    condition = cart.followed_by(order)
    for now, verdict in (("2022-09-02 08:00", True), ("2022-09-02 07:59:59.999999", False)):
        assert is_member(condition, events=events, now=instant(now)) is verdict


# --- not followed by ------------------------------------------------------------------------------

ABANDONED: Final = cart.not_followed_by(order, within=DAY)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        case("2022-09-01 07:59", False, id="no cart yet"),
        case("2022-09-01 08:10", False, id="a cart ten minutes ago is not abandoned yet"),
        case("2022-09-02 07:59:59.999999", False, id="the time is not over"),
        case("2022-09-02 08:00", True, id="the time is over"),
        case("2022-09-20 08:00", True, id="long after the time"),
    ],
)
def test_a_cart_is_abandoned_when_its_time_is_over(now: str, verdict: bool) -> None:
    """[S2]."""
    assert is_member(ABANDONED, events=history("cart 1 08:00"), now=instant(now)) is verdict
    late = history("cart 1 08:00", "order 2 08:00")
    assert is_member(ABANDONED, events=late, now=instant(now)) is verdict


@pytest.mark.parametrize(
    ("condition", "texts", "verdict"),
    [
        case(ABANDONED, ["cart 1 08:00", "order 1 09:00"], False, id="an order within the time"),
        case(
            ABANDONED, ["cart 1 08:00", "order 1 08:00"], False, id="an order at the same instant"
        ),
        case(ABANDONED, ["order 1 07:00", "cart 1 08:00"], True, id="an order before the cart"),
        case(ABANDONED, ["cart 1 08:00", "order 1 09:00", "cart 9 08:00"], True, id="another cart"),
        case(ABANDONED, ["cart 30 08:00"], False, id="the time of the cart is not over"),
        case(ABANDONED, ["order 1 08:00"], False, id="no cart"),
        case(cart.not_followed_by(order), ["cart 30 23:59"], True, id="without a time limit"),
        case(
            Sequence(cart, (ORDERED,), ORDERED),
            ["cart 1 08:00", "order 2 08:00"],
            True,
            id="one step object, required and absent",
        ),
        case(
            Sequence(cart, (ORDERED,), ORDERED),
            ["cart 1 08:00"],
            False,
            id="one step object, and no such event",
        ),
        case(
            cart.not_followed_by(order),
            ["cart 1 08:00", "order 30 08:00"],
            False,
            id="a late order",
        ),
        case(cart.not_followed_by(cart), ["cart 1 08:00"], True, id="the last cart"),
        case(cart.not_followed_by(cart), ["cart 1 08:00"] * 2, False, id="two at one instant"),
        case(
            cart.not_followed_by(order.where(prop("sku") == "a")),
            ["cart 1 08:00", "order 2 08:00 sku=b"],
            True,
            id="another order does not count",
        ),
        case(
            cart.followed_by(order).not_followed_by(did("pay"), within=DAY),
            ["cart 1 08:00", "order 2 08:00", "pay 2 09:00", "order 5 08:00", "pay 6 09:00"],
            True,
            id="one of two chains is not followed",
        ),
        case(
            cart.followed_by(order).not_followed_by(order),
            ["cart 1 08:00", "order 2 08:00", "order 2 08:00"],
            False,
            id="two orders at one instant follow each other",
        ),
        case(
            cart.followed_by(order).not_followed_by(did("cart", "order")),
            ["cart 1 08:00", "order 1 08:00"],
            True,
            id="an event of the chain does not follow the chain",
        ),
        case(
            cart.followed_by(order, within=DAY).followed_by(did("pay")).not_followed_by(order),
            ["cart 1 08:00", "order 1 09:00", "pay 5 08:00", "order 5 08:00", "cart 9 08:00"],
            False,
            id="an order too late for the chain follows it",
        ),
    ],
)
def test_not_followed_by(condition: Sequence, texts: list[str], verdict: bool) -> None:
    """[S2]."""
    assert is_member(condition, events=history(*texts)) is verdict


def test_an_absence_of_a_month_is_true_from_the_end_of_the_month() -> None:
    """[S2], [T6]: the time of a cart of January 31 is over at the end of February."""
    condition = cart.not_followed_by(order, within=relativedelta(months=1))
    events = [event("cart", "2022-01-31 15:00")]
    assert not is_member(condition, events=events, now=instant("2022-02-28 23:59:59.999999"))
    assert is_member(condition, events=events, now=instant("2022-03-01 00:00"))


def test_a_time_that_ends_after_the_calendar_is_never_over() -> None:
    """[S2], [T12]."""
    for within in (relativedelta(years=8000), timedelta(days=3_000_000)):
        events = history("cart 1 08:00")
        last = instant("9999-12-31 23:59:59.999999")
        assert not is_member(cart.not_followed_by(order, within=within), events=events, now=last)
        assert is_member(
            cart.followed_by(order, within=within), events=[*events, *history("order 1 08:00")]
        )
