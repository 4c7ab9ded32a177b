"""A later step of a sequence compared with the first step [S3], and where this is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import pytest

import segkit
from segkit import (
    AtLeast,
    Comparison,
    ConditionError,
    ConditionTypeError,
    Contact,
    Evaluator,
    EventCount,
    EventNeed,
    MemorySource,
    Property,
    Reference,
    Segment,
    Sequence,
    attr,
    describe,
    did,
    explain,
    first_prop,
    prop,
    requirements,
)
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, history, is_member

case = pytest.param

# Any: type checkers refuse the invalid calls, too.
kit: Any = segkit
cart: Any = did("cart")
order: Any = did("order")

SAME: Final = prop("sku") == first_prop("sku")
same_order: Any = order.where(SAME)
FOLDED: Final = Property(("n",), Comparison("==", Reference(("n",), first=True), ignore_case=True))
DAY: Final = timedelta(hours=24)


@pytest.mark.parametrize(
    ("texts", "followed", "not_followed"),
    [
        case(["cart 1 08:00 sku=a", "order 2 08:00 sku=a"], True, False, id="the same sku"),
        case(["cart 1 08:00 sku=a", "order 2 08:00 sku=b"], False, True, id="another sku"),
        case(
            ["cart 1 08:00", "order 2 08:00"],
            False,
            True,
            id="two missing values are not equal [V3]",
        ),
        case(
            ["cart 1 08:00 sku=a", "order 2 08:00"], False, True, id="no value in the second step"
        ),
        case(["cart 1 08:00", "order 2 08:00 sku=a"], False, True, id="no value in the first step"),
        case(
            ["cart 1 08:00 sku=a", "cart 2 08:00 sku=b", "order 3 08:00 sku=b"],
            True,
            True,
            id="an order is compared with each cart",
        ),
        case(
            ["cart 1 08:00 sku=a", "cart 1 08:00 sku=b", "order 1 08:00 sku=a"],
            True,
            True,
            id="two carts at one instant",
        ),
        case(
            ["cart 1 08:00 sku=b", "cart 1 08:00 sku=a", "order 1 08:00 sku=a"],
            True,
            True,
            id="two carts at one instant, in the other order",
        ),
        case(
            ["cart 1 08:00 sku=a", "order 2 08:00 sku=b", "order 3 08:00 sku=a"],
            True,
            False,
            id="a later order of the same sku",
        ),
        case(
            ["order 1 08:00 sku=a", "cart 2 08:00 sku=a"], False, True, id="no order after the cart"
        ),
    ],
)
def test_a_later_event_is_compared_with_the_first(
    texts: list[str], followed: bool, not_followed: bool
) -> None:
    """[S3]."""
    assert is_member(cart.followed_by(same_order), events=history(*texts)) is followed
    assert is_member(cart.not_followed_by(same_order), events=history(*texts)) is not_followed


def test_a_third_step_is_compared_with_the_first_and_not_with_the_second() -> None:
    """[S3]."""
    condition = cart.followed_by(order).followed_by(did("pay").where(SAME))
    first = "cart 1 08:00 sku=a"
    assert is_member(condition, events=history(first, "order 2 08:00 sku=b", "pay 3 08:00 sku=a"))
    assert not is_member(
        condition, events=history(first, "order 2 08:00 sku=b", "pay 3 08:00 sku=b")
    )


def test_an_event_may_be_the_first_of_one_chain_and_later_in_another() -> None:
    """[S1], [S3]: two orders of one sku, in a history where each order may start a chain."""
    condition = order.followed_by(order.where(SAME), within=DAY)
    texts = ["order 1 08:00 sku=a", "order 1 09:00 sku=b", "order 2 07:00 sku=c"]
    assert not is_member(condition, events=history(*texts))
    assert is_member(condition, events=history(*texts, "order 2 08:30 sku=b"))
    assert not is_member(condition, events=history(*texts, "order 2 08:30 sku=a"))


@pytest.mark.parametrize(
    ("where", "first", "later", "verdict"),
    [
        case(prop("n") > first_prop("n"), 1, 2, True, id=">"),
        case(prop("n") > first_prop("n"), 2, 2.0, False, id="> of equal values"),
        case(prop("n") >= first_prop("n"), 2, 2.0, True, id=">="),
        case(prop("n") < first_prop("n"), "a", "b", False, id="<"),
        case(prop("n") <= first_prop("n"), "a", "a", True, id="<="),
        case(prop("n") != first_prop("n"), 1, 2, True, id="!="),
        case(prop("n") != first_prop("n"), None, 2, True,
             id="!= is true without a first value [V3]"),
        case(prop("n") != first_prop("n"), 2, None, True, id="!= is true without a later value"),
        case(prop("n") == first_prop("n"), 1, True, False, id="1 is not True [K1]"),
        case(prop("n") == first_prop("n"), "1", 1, False, id="a text is not a number"),
        case(prop("n") == first_prop("n"), ["a"], ["a"], False,
             id="a collection is equal to nothing"),
        case(prop("n") == first_prop("n"), date(2022, 9, 2), instant("2022-09-02 09:00"), True,
             id="a day and an instant [K4]"),
        case(prop("n") == first_prop("n"), instant("2022-09-02 09:00"), date(2022, 9, 2), True,
             id="an instant and a day"),
        case(prop("n") == first_prop("n"), instant("2022-09-02 09:00"), instant("2022-09-02 09:01"),
             False, id="two instants of a day"),
        case(prop("n") == first_prop("n"), "A", "a", False, id="text is compared exactly [K3]"),
        case(FOLDED, "STRASSE", "straße", True, id="text is compared ignoring case"),
        case(FOLDED, "a", "b", False, id="other texts differ ignoring case"),
        case((prop("n") == first_prop("n")) & (prop("n") == first_prop("in", "n")), 7, 7, True,
             id="two values of the first event"),
        case((prop("n") == first_prop("n")) & (prop("n") == first_prop("in", "n")), 8, 8, False,
             id="two values of the first event, one differs"),
        case((prop("n") > first_prop("n")) & (prop("n") < 9), 1, 9, False,
             id="and a comparison with a fixed value"),
        case((prop("n") == first_prop("n")) | (prop("n") == 9), 1, 9, True,
             id="or a comparison with a fixed value"),
        case(~((prop("n") == first_prop("n")) | (prop("n") == 9)), 1, 9, False, id="negated"),
        case(AtLeast(2, (prop("n") == first_prop("n"), prop("n") == 9, prop("n").is_set())),
             1, 9, True, id="at least two of three"),
        case(prop("n") == first_prop("deep", "n"), 1, 1, False, id="a path that is absent [K6]"),
        case(prop("n") == first_prop("in", "n"), 1, 7, True, id="a path that is present"),
        case(prop("n") == prop("n"), None, 5, True, id="a property of the same event [K7]"),
    ],
)  # fmt: skip
def test_every_comparison_with_the_first(
    where: Any,  # noqa: ANN401 - a condition of one event
    first: object,
    later: object,
    verdict: bool,
) -> None:
    """[S3]."""
    events = [
        event("cart", "2022-09-01", n=first, **{"in": {"n": 7}}),
        event("order", "2022-09-02", n=later),
    ]
    assert is_member(cart.followed_by(order.where(where)), events=events) is verdict
    assert is_member(cart.not_followed_by(order.where(where)), events=events) is not verdict


def test_compared_days_are_local_days() -> None:
    """[K4]."""
    events = [
        event("cart", "2022-09-01", day=date(2022, 9, 3)),
        event("order", "2022-09-02", day=instant("2022-09-02 22:30")),
    ]
    condition = cart.followed_by(order.where(prop("day") == first_prop("day")))
    assert is_member(condition, events=events, tz="Europe/Paris")
    assert not is_member(condition, events=events)


def test_the_properties_of_both_events_are_required() -> None:
    """The requirements name each property with its own event."""
    other = prop("code") == first_prop("coupon", "code")
    condition = cart.where(prop("n") > 1).within_last(days=7).followed_by(order.where(SAME, other))
    since = instant("2022-09-24")
    assert requirements(condition, now=NOW).events == {
        "cart": EventNeed(since, NOW, frozenset({"n", "sku", "coupon"})),
        "order": EventNeed(since, NOW, frozenset({"sku", "code"})),
    }
    again = order.followed_by(order.where(other))
    assert requirements(again, now=NOW).events == {
        "order": EventNeed(None, NOW, frozenset({"code", "coupon"}))
    }


def test_explain_names_a_missing_value_of_the_first_event() -> None:
    """[V6]: with the value, the sequence might be true."""
    condition = cart.not_followed_by(same_order)
    given = history("cart 1 08:00", "order 2 08:00 sku=a")
    explanation = explain(condition, Contact("ada"), given, now=NOW)
    assert explanation.verdict
    assert not explanation.certain
    assert explanation.notes == ("the first sku has no value",)


def test_a_missing_value_is_uncertain_only_if_the_other_conditions_are_true() -> None:
    """[V6], [S3]: an order in the shop of a cart might also have its sku."""
    both = order.where(SAME, prop("shop") == first_prop("shop"))
    carts = [
        event("cart", "2022-09-01", sku="a", shop="Paris"),
        event("cart", "2022-09-02", sku="b", shop="Lyon"),
    ]
    for shop, certain in (("Lyon", False), ("Paris", False), ("Nice", True)):
        given = [*carts, event("order", "2022-09-03", shop=shop)]
        explanation = explain(cart.followed_by(both), Contact("ada"), given, now=NOW)
        assert not explanation.verdict
        assert explanation.certain is certain


def test_descriptions() -> None:
    """Section 5 of the specification."""
    assert describe(cart.followed_by(same_order, within=DAY)) == (
        'did "cart" followed by "order" (where sku is equal to the sku of the first event) '
        "within 24 hours"
    )
    less = order.where(prop("n") < first_prop("a", "b"), prop("x") != first_prop("x"))
    assert describe(cart.not_followed_by(less)) == (
        'did "cart" not followed by "order" (where n is less than the a.b of the first event and '
        "x is not equal to the x of the first event (or has no value))"
    )


INVALID_USES: Final[list[Any]] = [
    case(lambda: kit.matches(same_order, Contact("ada")), id="matches"),
    case(lambda: describe(same_order), id="describe"),
    case(lambda: explain(same_order, Contact("ada")), id="explain"),
    case(lambda: requirements(same_order), id="requirements"),
    case(lambda: Evaluator(MemorySource[str]()).members(same_order, now=NOW), id="members"),
    case(lambda: kit.matches(SAME, Contact("ada")), id="without a step"),
    case(lambda: Segment("same", same_order), id="a segment"),
    case(lambda: Segment("same", SAME), id="a segment without a step"),
    case(lambda: ~same_order, id="negated"),
    case(lambda: same_order & attr("a").is_true(), id="and"),
    case(lambda: attr("a").is_true() & same_order, id="on the right of and"),
    case(lambda: same_order | order, id="or"),
    case(lambda: kit.all_of(same_order), id="all_of"),
    case(lambda: kit.any_of(order, same_order), id="any_of"),
    case(lambda: kit.at_least(1, same_order), id="at_least"),
    case(lambda: kit.all_of(kit.any_of(~SAME), order), id="nested with a condition of a contact"),
    case(lambda: same_order.in_at_least(1, of=2), id="in_at_least"),
    case(lambda: same_order.sum("n") > 1, id="a sum"),
    case(lambda: same_order.latest("n") == 1, id="the latest"),
    case(lambda: order.where(~((prop("n") == 1) | SAME)).max("n") > 1, id="nested in where"),
    case(lambda: same_order.followed_by(order), id="the first step"),
    case(lambda: same_order.not_followed_by(order), id="the first step of not_followed_by"),
    case(lambda: Sequence(same_order), id="Sequence"),
    case(lambda: order.where(cart.followed_by(same_order)), id="a sequence in where"),
    case(lambda: order.where(same_order), id="a step in where"),
    case(lambda: kit.in_segment(SAME), id="in_segment"),
]


@pytest.mark.parametrize("build", INVALID_USES)
def test_first_prop_outside_a_later_step_is_refused(build: Callable[[], object]) -> None:
    """[S3]: when the condition is built, or when it is evaluated."""
    with pytest.raises((ConditionError, ConditionTypeError)):
        build()


@pytest.mark.parametrize(
    "build",
    [
        case(lambda: kit.matches(same_order, Contact("ada")), id="matches"),
        case(lambda: Segment("same", same_order), id="a segment"),
        case(lambda: ~same_order, id="negated"),
        case(lambda: same_order & attr("a").is_true(), id="and"),
        case(lambda: same_order.followed_by(order), id="the first step"),
    ],
)
def test_the_error_shows_the_valid_use(build: Callable[[], object]) -> None:
    """[S3]."""
    with pytest.raises(
        ConditionError, match=r"followed_by\(did\(...\).where\(prop\(...\) == first"
    ):
        build()


def test_a_step_may_be_built_before_its_sequence() -> None:
    """[S3]: the step is assigned to a variable first."""
    step = order.where((prop("n") > 1) | SAME)
    assert isinstance(step, EventCount)
    assert is_member(
        cart.followed_by(step), events=history("cart 1 08:00 sku=a", "order 2 08:00 sku=a")
    )
