"""Conditions that methods build: equality, hash, evaluable repr, and requirements."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

import pytest
from dateutil.relativedelta import relativedelta

from segkit import (
    And,
    AtLeast,
    Attribute,
    Comparison,
    Condition,
    Contact,
    Duration,
    EventCount,
    EventNeed,
    EventValue,
    Last,
    Not,
    Place,
    Property,
    Reference,
    Requirements,
    Sequence,
    Step,
    attr,
    did,
    first_prop,
    in_list,
    matches,
    prop,
    requirements,
    sample,
)
from segkit.model.base import MAX_DEPTH
from tests.slow_clock import instant
from tests.unit.event_evaluation import (
    NOW,
    assert_repr_and_pickle_round_trip,
    event,
    history,
    narrow,
)

case = pytest.param

order: Final = did("order")
cart: Final = did("cart")
SKU: Final = prop("sku") == first_prop("sku")
HOUR: Final = timedelta(hours=1)

UNEQUAL: Final[list[Condition]] = [
    order.sum("n") > 1,
    order.sum("n") > 1.0,
    order.sum("n") > Decimal(1),
    order.sum("n") >= 1,
    order.sum("n", "m") > 1,
    order.sum("m") > 1,
    order.mean("n") > 1,
    order.min("n") > 1,
    order.max("n") > 1,
    order.distinct("n") > 1,
    order.latest("n") > 1,
    order.earliest("n") > 1,
    order.within_last(days=30).sum("n") > 1,
    order.where(prop("n") > 1).sum("n") > 1,
    did("order", "cart").sum("n") > 1,
    did("cart", "order").sum("n") > 1,
    order.latest_at().is_set(),
    order.earliest_at().is_set(),
    order.latest_at() > date(2022, 9, 1),
    order.latest_at() > datetime(2022, 9, 1, tzinfo=UTC),
    order.latest("n").is_true(),
    order.latest("n") == 1,
    cart.followed_by(order),
    cart.followed_by(order, within=HOUR),
    cart.followed_by(order, within=timedelta(hours=2)),
    cart.followed_by(order, within=relativedelta(months=1)),
    cart.not_followed_by(order),
    cart.not_followed_by(order, within=HOUR),
    order.followed_by(cart),
    cart.followed_by(order).followed_by(order),
    cart.followed_by(order).not_followed_by(order),
    cart.within_last(days=1).followed_by(order),
    cart.followed_by(order.where(SKU)),
    cart.followed_by(order.where(prop("sku") == prop("sku"))),
    cart.followed_by(order.where(prop("sku") == "sku")),
    attr("a") == attr("b"),
    attr("b") == attr("a"),
    attr("a") == "b",
    attr("a") == attr("b", "c"),
    attr("a") < attr("b"),
    attr("a").has_any(["b"]),
    attr("a").has_all(["b"]),
    attr("a").is_in(["b"]),
    attr("a").anniversary_in(days=1),
    attr("a").anniversary_within_next(days=1),
    attr("a").anniversary_within_last(days=1),
    attr("a").within_km(1, of=(2, 3)),
    attr("a").within_km(1, of=(3, 2)),
    attr("a").within_km(2, of=(2, 3)),
    sample(1, "a"),
    sample(1, "b"),
    sample(1.0, "a"),
]


def test_conditions_with_different_meanings_are_not_equal() -> None:
    """[K10]."""
    for one, other in combinations(UNEQUAL, 2):
        assert one != other, (one, other)
    assert len({*UNEQUAL}) == len(UNEQUAL)


@pytest.mark.parametrize("condition", UNEQUAL, ids=repr)
def test_repr_and_pickle_rebuild_an_equal_condition(condition: Condition) -> None:
    """Also in a group and in a complement."""
    for each in (condition, ~condition, And((condition,)), AtLeast(1, (condition, ~condition))):
        assert_repr_and_pickle_round_trip(each)


EQUAL: Final[list[tuple[Condition, Condition]]] = [
    (
        order.within_last(days=30).where(prop("a") == 1).sum("n") > 1,
        EventValue(("order",), "sum", ("n",), Comparison(">", 1), Last(days=30),
                   Property(("a",), Comparison("==", 1))),
    ),
    (order.latest_at().is_set(), EventValue(("order",), "latest_at", (), Comparison("is_set"))),
    (order.mean("n") != 1, Not(order.mean("n") == 1)),
    (
        cart.within_last(days=1).followed_by(order, within=timedelta(days=1)),
        Sequence(EventCount(("cart",), window=Last(days=1)),
                 (Step(EventCount(("order",)), Duration(hours=24)),)),
    ),
    (cart.not_followed_by(order), Sequence(cart, absent=Step(order))),
    (cart.followed_by(order, within=relativedelta(years=1)),
     cart.followed_by(order, within=relativedelta(months=12))),
    (attr("a") < attr("b"), Attribute(("a",), Comparison("<", Reference(("b",))))),
    (attr("a").within_km(1, of=(2, 3)), Attribute(("a",), Comparison("within_km", Place(1, 2, 3)))),
    (order.latest_at() > datetime.fromisoformat("2022-09-01T02:00+02:00"),
     order.latest_at() > instant("2022-09-01")),
]  # fmt: skip


@pytest.mark.parametrize(("built", "expected"), EQUAL, ids=[repr(built) for built, _ in EQUAL])
def test_methods_and_classes_build_equal_conditions(built: Condition, expected: Condition) -> None:
    """The classes are public, and the methods build their instances."""
    assert built == expected
    assert hash(built) == hash(expected)
    assert repr(built) == repr(expected)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        case(
            order.within_last(days=30).sum("price", "gross") >= 0.5,
            "EventValue(('order',), 'sum', ('price', 'gross'), Comparison('>=', operand=0.5), "
            "window=Last(days=30))",
            id="a sum",
        ),
        case(
            order.latest_at().is_set(),
            "EventValue(('order',), 'latest_at', (), Comparison('is_set'))",
            id="an instant",
        ),
        case(
            cart.followed_by(order, within=HOUR).not_followed_by(did("pay")),
            "Sequence(EventCount(('cart',)), steps=(Step(EventCount(('order',)), "
            "within=Duration(hours=1)),), absent=Step(EventCount(('pay',))))",
            id="a sequence",
        ),
        case(
            attr("a") == attr("b"),
            "Attribute(('a',), Comparison('==', operand=Reference(('b',))))",
            id="a reference",
        ),
        case(sample(percent=0.07, salt="autumn"), "Sample(0.07, 'autumn')", id="a sample"),
    ],
)
def test_a_repr_omits_default_values(condition: Condition, text: str) -> None:
    """It contains only the arguments that differ from the defaults."""
    assert repr(condition) == text


def test_the_repr_of_the_deepest_conditions_can_be_evaluated() -> None:
    """Python parses at most 200 nested brackets."""
    where: Any = SKU
    while where.depth < MAX_DEPTH - 2:
        where = AtLeast(1, (where,)) if where.depth % 2 else ~where
    sequence = cart.followed_by(order.where(where))
    plain = order.where(AtLeast(1, (prop("a") == prop("b"),)))
    while plain.depth < MAX_DEPTH - 1:
        assert plain.condition is not None
        plain = order.where(AtLeast(1, (plain.condition,)))
    for deep in (sequence, plain.sum("n") > 1, plain.latest("n").within_km(1, of=(2, 3))):
        assert_repr_and_pickle_round_trip(deep)
    longest: Any = cart
    while longest is cart or longest.depth < MAX_DEPTH:
        longest = longest.followed_by(order, within=HOUR)
    assert_repr_and_pickle_round_trip(longest)
    assert matches(
        longest, Contact("ada"), history(*["cart 1 08:00"], *["order 1 08:00"] * MAX_DEPTH)
    )


SINCE: Final = instant("2022-09-01")

NEEDS: Final[list[Any]] = [
    case(
        order.within_last(days=30).where(prop("a", "b") > 1).sum("price", "net") > 1,
        {"order": EventNeed(SINCE, NOW, frozenset({"a", "price"}))},
        id="a sum",
    ),
    case(order.latest_at().is_set(), {"order": EventNeed(None, NOW)}, id="an instant"),
    case(
        did("order", "cart").before(days=30).latest("x") == 1,
        {name: EventNeed(None, SINCE, frozenset({"x"})) for name in ("order", "cart")},
        id="several names",
    ),
    case(
        order.between(date(2022, 9, 1), date(2022, 12, 31)).distinct("x") > 1,
        {"order": EventNeed(SINCE, NOW, frozenset({"x"}))},
        id="nothing after now [T1]",
    ),
    case(
        cart.within_last(days=30).where(prop("a") == 1).followed_by(order.where(prop("b") == 1)),
        {
            "cart": EventNeed(SINCE, NOW, frozenset({"a"})),
            "order": EventNeed(SINCE, NOW, frozenset({"b"})),
        },
        id="a sequence: the later steps up to now",
    ),
    case(
        cart.before(days=30).followed_by(cart.where(prop("b") == 1)).not_followed_by(order),
        {"cart": EventNeed(None, NOW, frozenset({"b"})), "order": EventNeed(None, NOW)},
        id="one name in two steps",
    ),
    case(
        (order.sum("a") > 1) & order.within_last(days=30).followed_by(order),
        {"order": EventNeed(None, NOW, frozenset({"a"}))},
        id="several conditions",
    ),
]


@pytest.mark.parametrize(("condition", "events"), NEEDS)
def test_requirements_of_conditions_about_events(
    condition: Condition, events: dict[str, EventNeed]
) -> None:
    """They say which events and properties a host loads, and the bounds of their instants."""
    assert requirements(condition, now=NOW) == Requirements(events=events)
    assert requirements(~condition, now=NOW) == Requirements(events=events)


@pytest.mark.parametrize(("condition", "events"), NEEDS)
def test_facts_outside_the_requirements_do_not_change_the_verdict(
    condition: Condition, events: dict[str, EventNeed]
) -> None:
    """The history contains events near the bounds of the required interval."""
    ada = Contact("ada", {"a": 1, "x": 2}, lists={"vip": None})
    instants = ["2022-08-31", "2022-09-01", "2022-09-01 00:00:00.000001", "2022-10-01",
                "2022-10-01 00:00:00.000001", "2022-12-01"]  # fmt: skip
    history = [
        event(name, at, x=number, b=number % 2, price={"net": 1}, a=number % 3)
        for number, at in enumerate(instants)
        for name in ("order", "cart", "call")
    ]
    verdict = matches(condition, ada, history, now=NOW)
    needs = requirements(condition, now=NOW)
    _, kept = narrow(needs, ada, history)
    assert 0 < len(kept) < len(history)
    assert {each.name for each in kept} == {*events}
    assert matches(condition, Contact("ada"), kept, now=NOW) is verdict
    assert matches(condition & ~in_list("x"), *narrow(needs, ada, history), now=NOW) is verdict
