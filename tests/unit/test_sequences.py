"""Events in an order: followed by, not followed by [S1], [S2]."""

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
    case(cart.followed_by(order), ["cart 1 08:00", "order 9 08:00"], True, id="ever after"),
    case(cart.followed_by(order), ["order 1 08:00", "cart 9 08:00"], False, id="the other way"),
    case(cart.followed_by(order), ["order 9 08:00", "cart 1 08:00"], True, id="given in any order"),
    case(cart.followed_by(order), ["cart 1 08:00"], False, id="only the first"),
    case(cart.followed_by(order), ["order 1 08:00"], False, id="only the second"),
    case(cart.followed_by(order), [], False, id="nothing"),
    case(cart.followed_by(order), ["cart 1 08:00", "order 1 08:00"], True, id="at one instant"),
    case(cart.followed_by(order), ["order 1 08:00", "cart 1 08:00"], True, id="in either order"),
    case(cart.followed_by(cart), ["cart 1 08:00"], False, id="never by itself"),
    case(cart.followed_by(cart), ["cart 1 08:00", "cart 1 08:00"], True, id="by another like it"),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 2 07:59:59.999999"],
        True,
        id="just within",
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
        id="behind some cart, not the first",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 1 09:00", "cart 5 08:00"],
        True,
        id="nor the last",
    ),
    case(
        cart.followed_by(order, within=DAY),
        ["cart 1 08:00", "order 1 07:00", "order 2 09:00"],
        False,
        id="none of the orders lies within",
    ),
    case(
        cart.followed_by(order.where(prop("sku") == "a")),
        ["cart 1 08:00", "order 2 08:00 sku=b"],
        False,
        id="where of the second",
    ),
    case(
        cart.where(prop("sku") == "a").followed_by(order),
        ["cart 1 08:00 sku=b", "order 2 08:00", "cart 3 08:00 sku=a"],
        False,
        id="where of the first",
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
        ["cart 1 08:00", "order 2 07:00", "pay 3 06:00"], True, id="each a day from the one before"
    ),
    case(["cart 1 08:00", "order 2 07:00", "pay 3 07:00"], False, id="the last too late"),
    case(["cart 1 08:00", "order 2 08:00", "pay 2 09:00"], False, id="the second too late"),
    case(["cart 1 08:00", "order 1 08:00", "pay 1 08:00"], True, id="all at one instant"),
    case(["cart 1 08:00", "pay 1 09:00", "order 1 10:00"], False, id="out of order"),
    case(
        ["cart 1 08:00", "order 1 09:00", "order 2 07:00", "pay 2 20:00"],
        True,
        id="the second order is tried too",
    ),
    case(
        ["cart 1 08:00", "order 1 09:00", "order 2 09:00", "pay 2 20:00"],
        False,
        id="but lies too late itself",
    ),
    case(
        ["cart 1 08:00", "cart 1 20:00", "order 2 19:00", "pay 3 18:00"],
        True,
        id="the second cart is tried too",
    ),
]


@pytest.mark.parametrize(("condition", "said", "verdict"), FOLLOWED)
def test_one_event_is_followed_by_another(
    condition: Sequence, said: list[str], verdict: bool
) -> None:
    """[S1]."""
    assert is_member(condition, events=history(*said)) is verdict


@pytest.mark.parametrize(("said", "verdict"), CHAINS)
def test_a_chain_goes_on_from_the_event_before(said: list[str], verdict: bool) -> None:
    """[S1]."""
    condition = cart.followed_by(order, within=DAY).followed_by(did("pay"), within=DAY)
    assert is_member(condition, events=history(*said)) is verdict
    assert is_member(condition, events=history(*said)[::-1]) is verdict


@pytest.mark.parametrize("number", range(1, 6))
def test_all_events_of_a_chain_are_different(number: int) -> None:
    """[S1]: four times the same name takes four events, at one instant or not."""
    condition = order.followed_by(order).followed_by(order).followed_by(order)
    assert is_member(condition, events=history(*["order 1 08:00"] * number)) is (number >= 4)
    days = [f"order {day} 08:00" for day in range(1, number + 1)]
    assert is_member(condition, events=history(*days)) is (number >= 4)


def test_an_event_that_came_twice_is_one() -> None:
    """[E3]: it does not follow itself."""
    twice = [Event("ada", "order", instant("2022-09-01"), id="o1") for _ in range(2)]
    assert not is_member(order.followed_by(order), events=twice)


def test_every_choice_at_one_instant_is_tried() -> None:
    """[S1]: the one that fits both steps must be left to the step that no other fits."""
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
        case("2022-02-28 23:59:59.999999", True, id="still within a month"),
        case("2022-03-01 00:00", False, id="the month is over when March begins"),
    ],
)
def test_a_month_after_january_31_ends_with_february(ordered: str, verdict: bool) -> None:
    """[S1], [T6]."""
    condition = cart.followed_by(order, within=relativedelta(months=1))
    events = [event("cart", "2022-01-31 15:00"), event("order", ordered)]
    assert is_member(condition, events=events) is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        case(["cart 20 08:00", "order 25 08:00"], True, id="both of late"),
        case(["cart 1 08:00", "order 25 08:00"], False, id="the first step takes the window"),
        case(["cart 20 08:00", "order 30 23:59"], True, id="the second takes none"),
        case(["cart 1 08:00", "cart 24 08:00", "order 25 08:00"], True, id="some cart in it"),
        case(["order 23 08:00", "cart 24 08:00"], False, id="nothing behind it"),
    ],
)
def test_the_first_step_takes_a_window(said: list[str], verdict: bool) -> None:
    """[S1]."""
    for first in (cart.within_last(days=14), cart.between(date(2022, 9, 17), date(2022, 9, 24))):
        assert is_member(first.followed_by(order), events=history(*said)) is verdict


def test_what_has_not_happened_yet_follows_nothing() -> None:
    """[S1], [T1]: at or before now."""
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
        case("2022-09-01 08:10", False, id="a cart of ten minutes ago is not yet abandoned"),
        case("2022-09-02 07:59:59.999999", False, id="there is still time"),
        case("2022-09-02 08:00", True, id="the time is over"),
        case("2022-09-20 08:00", True, id="and stays so"),
    ],
)
def test_a_cart_is_abandoned_when_its_time_is_over(now: str, verdict: bool) -> None:
    """[S2]."""
    assert is_member(ABANDONED, events=history("cart 1 08:00"), now=instant(now)) is verdict
    late = history("cart 1 08:00", "order 2 08:00")
    assert is_member(ABANDONED, events=late, now=instant(now)) is verdict


@pytest.mark.parametrize(
    ("condition", "said", "verdict"),
    [
        case(ABANDONED, ["cart 1 08:00", "order 1 09:00"], False, id="it was ordered"),
        case(ABANDONED, ["cart 1 08:00", "order 1 08:00"], False, id="in the same instant"),
        case(ABANDONED, ["order 1 07:00", "cart 1 08:00"], True, id="the order came before"),
        case(ABANDONED, ["cart 1 08:00", "order 1 09:00", "cart 9 08:00"], True, id="another cart"),
        case(ABANDONED, ["cart 30 08:00"], False, id="too young"),
        case(ABANDONED, ["order 1 08:00"], False, id="no cart"),
        case(cart.not_followed_by(order), ["cart 30 23:59"], True, id="so far, however young"),
        case(
            Sequence(cart, (ORDERED,), ORDERED),
            ["cart 1 08:00", "order 2 08:00"],
            True,
            id="one step object wanted and absent",
        ),
        case(
            Sequence(cart, (ORDERED,), ORDERED),
            ["cart 1 08:00"],
            False,
            id="one step object, and no such event",
        ),
        case(cart.not_followed_by(order), ["cart 1 08:00", "order 30 08:00"], False, id="at last"),
        case(cart.not_followed_by(cart), ["cart 1 08:00"], True, id="the last of its kind"),
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
            id="some chain whose last event is left alone",
        ),
        case(
            cart.followed_by(order).not_followed_by(order),
            ["cart 1 08:00", "order 2 08:00", "order 2 08:00"],
            False,
            id="either order has the other beside it",
        ),
        case(
            cart.followed_by(order).not_followed_by(did("cart", "order")),
            ["cart 1 08:00", "order 1 08:00"],
            True,
            id="what belongs to the chain is not behind it",
        ),
        case(
            cart.followed_by(order, within=DAY).followed_by(did("pay")).not_followed_by(order),
            ["cart 1 08:00", "order 1 09:00", "pay 5 08:00", "order 5 08:00", "cart 9 08:00"],
            False,
            id="an order too late for the chain is behind it",
        ),
    ],
)
def test_nothing_followed(condition: Sequence, said: list[str], verdict: bool) -> None:
    """[S2]."""
    assert is_member(condition, events=history(*said)) is verdict


def test_a_month_must_be_over_to_the_first_instant_of_the_next() -> None:
    """[S2], [T6]: a cart of January 31 has until the end of February."""
    condition = cart.not_followed_by(order, within=relativedelta(months=1))
    events = [event("cart", "2022-01-31 15:00")]
    assert not is_member(condition, events=events, now=instant("2022-02-28 23:59:59.999999"))
    assert is_member(condition, events=events, now=instant("2022-03-01 00:00"))


def test_a_time_that_ends_behind_the_calendar_is_never_over() -> None:
    """[S2], [T12]."""
    for within in (relativedelta(years=8000), timedelta(days=3_000_000)):
        events = history("cart 1 08:00")
        last = instant("9999-12-31 23:59:59.999999")
        assert not is_member(cart.not_followed_by(order, within=within), events=events, now=last)
        assert is_member(
            cart.followed_by(order, within=within), events=[*events, *history("order 1 08:00")]
        )
