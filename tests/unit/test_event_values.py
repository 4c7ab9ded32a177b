"""Aggregates of events: exact sums and means, extremes, numbers of distinct values [E4]."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_UP, Decimal, FloatOperation, Inexact, localcontext
from itertools import permutations
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import Condition, EventCount, did, prop
from tests.unit.event_evaluation import event, is_member, orders

case = pytest.param
INFINITE: Final = math.inf
NAN: Final = math.nan
TINY: Final = Decimal("1E-999999999")
"""Its decimal form has a billion digits, and so has a sum that contains it."""

ORDER: Final = did("order")
total_sum, total_mean = ORDER.sum("total"), ORDER.mean("total")
total_min, total_max = ORDER.min("total"), ORDER.max("total")
distinct_totals = ORDER.distinct("total")

# Any: the tables contain numbers of all types.
Values = list[Any]


def some_orders(values: Values) -> list[Values]:
    """Return *values* in all orders if there are few, otherwise in some orders."""
    if len(values) <= 3:
        return [list(order) for order in permutations(values)]
    return [values, values[::-1], sorted(values, key=repr)]


SUMS = [
    case([], 0, id="no values"),
    case([0.1, 0.2], 0.3, id="floats are read as decimal tenths"),
    case([0.1] * 10, 1, id="ten tenths"),
    case([9.99] * 10 + [0.1], 100, id="ten times 9.99 and 0.1"),
    case([19.99, 5.01, -25], 0, id="a refund is subtracted"),
    case([-0.1, -0.2], Decimal("-0.3"), id="a negative sum"),
    case([1, 0.5, Decimal("0.25")], 1.75, id="int, float and Decimal together"),
    case([1e16, 1, -1e16], 1, id="a sum of floats would lose the 1"),
    case([2**53, 1.0], 2**53 + 1, id="above the exact integers of floats"),
    case([1e308, 1e308], 2 * int(1e308), id="above the largest float"),
    case([5e-324, 5e-324], Decimal("1e-323"), id="the smallest float"),
    case([10**399, 0.1], Decimal(f"1{'0' * 399}.1"), id="a sum of four hundred digits"),
    case(
        [Decimal("1E+399"), Decimal("1E-400")],
        Decimal(f"1{'0' * 399}.{'0' * 399}1"),
        id="a sum of eight hundred digits",
    ),
    case([INFINITE, 1, -5.5], INFINITE, id="an infinity and finite numbers"),
    case([-INFINITE, 10**399, Decimal("-Infinity")], -INFINITE, id="two infinities of one sign"),
    case([True, "5", None, NAN, Decimal("NaN"), 2], 2, id="bool, text, None and NaN are skipped"),
    case([[1, 2], {"a": 1}, b"3", date(2022, 9, 1), 2], 2, id="other values are skipped, too"),
    case([10**499, -(10**399), 2], 2 - 10**399, id="500 digits have no kind [K9]"),
    case([TINY, 2], 2, id="a number with too many decimal places is skipped"),
    case([-0.0, Decimal("-0")], 0, id="negative zeros"),
    case([Decimal(f"1.{'0' * 500}"), 2], 3, id="a whole number with 500 decimal zeros [K1]"),
]


@pytest.mark.parametrize(("values", "total"), SUMS)
def test_a_sum_is_exact_and_does_not_depend_on_the_order(values: Values, total: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(total_sum == total, events=orders(*given))
        assert not is_member(total_sum < total, events=orders(*given))
        assert not is_member(total_sum > total, events=orders(*given))


MEANS = [
    case([1, 2], 1.5, id="between two values"),
    case([0.1, 0.2], 0.15, id="a mean of tenths"),
    case([0.1, 0.1, 0.1], 0.1, id="a mean of three tenths"),
    case([5, Decimal("5.0"), 5.0], 5, id="int, float and Decimal together"),
    case([-1, 1], 0, id="a mean of zero"),
    case([1e308, 1e308], 1e308, id="the sum is above the largest float"),
    case([10**399, 10**399 + 2], 10**399 + 1, id="a mean of four hundred digits"),
    case([1, None, "9", True, NAN, 10**499], 1, id="skipped values are not counted"),
    case([TINY, 2], 2, id="a number with too many decimal places is not counted"),
    case([INFINITE, 1, 2], INFINITE, id="an infinity and finite numbers"),
    case([-INFINITE, -INFINITE], -INFINITE, id="two infinities of one sign"),
]


@pytest.mark.parametrize(("values", "mean"), MEANS)
def test_a_mean_is_exact_and_does_not_depend_on_the_order(values: Values, mean: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(total_mean == mean, events=orders(*given))
        assert is_member(total_mean.between(mean, mean), events=orders(*given))
        assert not is_member(total_mean < mean, events=orders(*given))


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        case(total_mean == 10 / 3, False, id="the nearest float is not equal"),
        case(total_mean < 3.3333333333333335, True, id="the float prints as more"),
        case(
            total_mean == Decimal("3.333333333333333333333333333"),
            False,
            id="28 digits are not equal",
        ),
        case(total_mean > Decimal("3.333333333333333333333333333"), True, id="above 28 digits"),
        case(total_mean > Decimal(f"3.{'3' * 300}"), True, id="above 300 digits"),
        case(
            total_mean < Decimal(f"3.{'3' * 299}4"),
            True,
            id="below 300 digits, the last one larger",
        ),
        case(total_mean.between(3, 4), True, id="between"),
        case(total_mean.is_in([3, Decimal("3.33"), 3.3]), False, id="is_in"),
        case(total_mean >= 10**399, False, id="a long whole number"),
        case(total_mean > -INFINITE, True, id="above the lowest"),
    ],
)
def test_a_mean_without_a_finite_decimal_form_is_compared_exactly(
    condition: Condition, verdict: bool
) -> None:
    """[E4]: the mean of 10, 0 and 0 is 10/3."""
    assert is_member(condition, events=orders(10, 0, 0)) is verdict


EXTREMES = [
    case([3, Decimal("2.5"), 2.75], Decimal("2.5"), 3, id="int, float and Decimal together"),
    case([-1, -1.5, 0], -1.5, 0, id="negative numbers"),
    case([2.0**53, 2**53 + 1], 2**53, 2**53 + 1, id="closer together than floats"),
    case(["100", 10, True, None, NAN], 10, 10, id="values that are not numbers are skipped"),
    case([-INFINITE, 0, INFINITE], -INFINITE, INFINITE, id="infinities are numbers"),
    case([10**499, 7, -(10**400)], 7, 7, id="longer numbers have no kind [K9]"),
    case([TINY, 1], TINY, 1, id="a number near zero"),
]


@pytest.mark.parametrize(("values", "minimum", "maximum"), EXTREMES)
def test_the_minimum_and_the_maximum(values: Values, minimum: Any, maximum: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(total_min == minimum, events=orders(*given))
        assert is_member(total_max == maximum, events=orders(*given))


DISTINCT = [
    case([], 0, id="no values"),
    case([1, 1.0, Decimal(1), Decimal("1.00")], 1, id="one number in several notations"),
    case([0.1, Decimal("0.1")], 1, id="a float is the decimal it prints as"),
    case([0, -0.0, Decimal("-0")], 1, id="zeros are equal"),
    case([INFINITE, Decimal("Infinity"), -INFINITE], 2, id="two infinities"),
    case([1, True, "1"], 3, id="three kinds"),
    case(["a", "A", "a", "á", "a\u0301"], 4, id="code point by code point [K3]"),
    case(["", "", None, NAN, Decimal("NaN")], 1, id="empty text is a value, None and NaN are not"),
    case([["a", "b"], ["b", "c"]], 3, id="the members of a collection"),
    case([("a",), {"a"}, frozenset({"a", "b"}), "b"], 2, id="the members of any collection"),
    case([["a", ["b"], None, {"c": 1}], []], 1, id="nested members are skipped"),
    case([{"a": 1}, b"x", 10**499, 10**499 + 1], 0, id="values without a kind are skipped [K9]"),
    case([TINY, Decimal("1E-999999998"), 0], 3, id="numbers near zero"),
    case([date(2022, 9, 1), datetime(2022, 9, 1, tzinfo=UTC)], 2, id="a day and an instant"),
    case(
        [
            datetime(2022, 9, 1, tzinfo=UTC),
            datetime(2022, 9, 1, 2, tzinfo=ZoneInfo("Europe/Paris")),
        ],
        1,
        id="one instant in two zones",
    ),
]


@pytest.mark.parametrize(("values", "number"), DISTINCT)
def test_distinct_values_are_counted(values: Values, number: int) -> None:
    """[E4], [K1]."""
    assert is_member(distinct_totals == number, events=orders(*values))
    assert is_member(distinct_totals == number, events=orders(*values[::-1]))


MAKE_COMPARISON: Final[dict[str, Callable[[Any], Condition]]] = {
    "==": lambda value: value == 0,
    "<": lambda value: value < INFINITE,
    "<=": lambda value: value <= 0,
    ">": lambda value: value > -INFINITE,
    ">=": lambda value: value >= 0,
    "between": lambda value: value.between(-1, 1),
    "is_in": lambda value: value.is_in([1, 0]),
    "has_any": lambda value: value.has_any([1, 0]),
    "has_all": lambda value: value.has_all([0]),
    "is_set": lambda value: value.is_set(),
}


@pytest.mark.parametrize("operator", MAKE_COMPARISON)
@pytest.mark.parametrize(
    "events",
    [
        case([], id="no events"),
        case(orders(None, "x", True), id="no numbers"),
        case([event("order", "2022-09-01")], id="no such property"),
        case([event("cart", "2022-09-01", total=5)], id="events of another name"),
        case([event("order", "2022-10-01 00:00:00.000001", total=5)], id="a future event [T1]"),
    ],
)
def test_without_values_a_sum_is_0_and_a_mean_has_no_value(operator: str, events: Values) -> None:
    """[E4], [V3]."""
    make_comparison = MAKE_COMPARISON[operator]
    assert is_member(make_comparison(total_sum), events=events)
    for term in (total_mean, total_min, total_max):
        assert not is_member(make_comparison(term), events=events)


@pytest.mark.parametrize("operator", MAKE_COMPARISON)
@pytest.mark.parametrize("term", [total_sum, total_mean], ids=["sum", "mean"])
def test_infinities_of_both_signs_have_no_sum(operator: str, term: Any) -> None:  # noqa: ANN401
    """[E4]: and no mean."""
    events = orders(INFINITE, 0, Decimal("-Infinity"), 0)
    assert not is_member(MAKE_COMPARISON[operator](term), events=events)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        case(total_sum == 30, True, id="=="),
        case(total_sum != 30, False, id="!="),
        case(total_sum < 30, False, id="<"),
        case(total_sum <= 30, True, id="<="),
        case(total_sum > 30, False, id=">"),
        case(total_sum >= 30.0, True, id=">="),
        case(total_sum.between(30, 40), True, id="between includes its lower end"),
        case(total_sum.between(None, 30), True, id="between without a lower end"),
        case(total_sum.is_in([3, 30]), True, id="is_in"),
        case(total_sum.is_in([]), False, id="is_in an empty list"),
        case(total_sum.has_any([3, 30]), True, id="has_any"),
        case(total_sum.has_all([30, 30.0]), True, id="has_all"),
        case(ORDER.distinct("total") == 2, True, id="distinct is compared in the same manner"),
    ],
)
def test_every_operator_of_a_number(condition: Condition, verdict: bool) -> None:
    assert is_member(condition, events=orders(10, 20)) is verdict


@pytest.mark.parametrize(
    ("count", "total"),
    [
        case(did("order"), 7, id="all"),
        case(did("order").within_last(days=30), 6, id="the old end is open [T2]"),
        case(did("order").between_ago(days=(60, 30)), 1, id="the previous window includes it [T3]"),
        case(did("order").during("month", -1), 3, id="a calendar month [T8]"),
        case(did("order").where(prop("total") > 1), 6, id="where [E2]"),
        case(did("order").where(prop("gift").is_true()), 4, id="where on another property"),
        case(did("order", "cart"), 15, id="events of several names"),
        case(did("cart", "order").where(prop("gift").is_true()).within_last(days=1), 4, id="both"),
    ],
)
def test_only_the_counted_events_are_aggregated(count: EventCount, total: int) -> None:
    """[E4]: the same events as for a count."""
    events = [
        event("order", "2022-09-01 00:00", total=1),
        event("order", "2022-09-01 00:00:00.000001", total=2),
        event("order", "2022-10-01 00:00", total=4, gift=True),
        event("order", "2022-10-01 00:00:00.000001", total=100),
        event("cart", "2022-09-15", total=8, gift=True),
    ]
    assert is_member(count.sum("total") == total, events=events)


def test_a_value_may_be_nested_in_an_event() -> None:
    """[K6]."""
    given = orders({"gross": 3}, {"gross": 4.5}, {"net": 5}, 6, name="price")
    assert is_member(ORDER.sum("price", "gross") == 7.5, events=given)


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    """[E4]: sums are exact, also in a program that rounds to two digits."""
    with localcontext(prec=2, rounding=ROUND_UP, Emax=3) as context:
        context.traps.update({Inexact: True, FloatOperation: True})
        events = orders(123, 0.45, Decimal("1E+10"))
        assert is_member(total_sum == Decimal("10000000123.45"), events=events)
        assert is_member(total_mean > Decimal("3333333374.483333333"), events=events)
        assert is_member(total_mean < Decimal("3333333374.483333334"), events=events)
        assert is_member(total_min == 0.45, events=events)
