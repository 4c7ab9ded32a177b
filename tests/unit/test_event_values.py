"""What events make together: exact sums and means, extremes, how many different [E4]."""

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
"""Written out it has a thousand million digits, and so would a sum with it."""

ORDER: Final = did("order")
the_sum, the_mean = ORDER.sum("total"), ORDER.mean("total")
the_least, the_greatest = ORDER.min("total"), ORDER.max("total")
how_many = ORDER.distinct("total")

# Any: a table has numbers of all types in it.
Values = list[Any]


def some_orders(values: Values) -> list[Values]:
    """*values* as given, reversed, and in all orders where there are few."""
    if len(values) <= 3:
        return [list(order) for order in permutations(values)]
    return [values, values[::-1], sorted(values, key=repr)]


SUMS = [
    case([], 0, id="of nothing"),
    case([0.1, 0.2], 0.3, id="the tenths a person sees"),
    case([0.1] * 10, 1, id="ten tenths are one"),
    case([9.99] * 10 + [0.1], 100, id="ten times 9.99 and 0.1 reaches 100"),
    case([19.99, 5.01, -25], 0, id="a refund takes away"),
    case([-0.1, -0.2], Decimal("-0.3"), id="below nothing"),
    case([1, 0.5, Decimal("0.25")], 1.75, id="int, float and Decimal mix"),
    case([1e16, 1, -1e16], 1, id="a float would have lost the 1"),
    case([2**53, 1.0], 2**53 + 1, id="beyond what floats count"),
    case([1e308, 1e308], 2 * int(1e308), id="beyond the largest float"),
    case([5e-324, 5e-324], Decimal("1e-323"), id="the least float there is"),
    case([10**399, 0.1], Decimal(f"1{'0' * 399}.1"), id="a sum of four hundred digits"),
    case([Decimal("1E+399"), Decimal("1E-400")], Decimal(f"1{'0' * 399}.{'0' * 399}1"), id="eight"),
    case([INFINITE, 1, -5.5], INFINITE, id="an infinity swallows"),
    case([-INFINITE, 10**399, Decimal("-Infinity")], -INFINITE, id="two of one sign"),
    case([True, "5", None, NAN, Decimal("NaN"), 2], 2, id="bool, text, None and NaN are skipped"),
    case([[1, 2], {"a": 1}, b"3", date(2022, 9, 1), 2], 2, id="so is whatever is no number"),
    case([10**499, -(10**399), 2], 2 - 10**399, id="500 digits have no kind [K9]"),
    case([TINY, 2], 2, id="too many digits behind the point to be written out"),
    case([-0.0, Decimal("-0")], 0, id="nothing and nothing"),
    case([Decimal(f"1.{'0' * 500}"), 2], 3, id="a whole number, however it is written [K1]"),
]


@pytest.mark.parametrize(("values", "total"), SUMS)
def test_a_sum_is_exact_and_does_not_depend_on_the_order(values: Values, total: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(the_sum == total, events=orders(*given))
        assert not is_member(the_sum < total, events=orders(*given))
        assert not is_member(the_sum > total, events=orders(*given))


MEANS = [
    case([1, 2], 1.5, id="between two"),
    case([0.1, 0.2], 0.15, id="of tenths"),
    case([0.1, 0.1, 0.1], 0.1, id="of three tenths"),
    case([5, Decimal("5.0"), 5.0], 5, id="int, float and Decimal mix"),
    case([-1, 1], 0, id="nothing on balance"),
    case([1e308, 1e308], 1e308, id="although the sum is beyond floats"),
    case([10**399, 10**399 + 2], 10**399 + 1, id="of four hundred digits"),
    case([1, None, "9", True, NAN, 10**499], 1, id="what is skipped is not counted either"),
    case([TINY, 2], 2, id="nor what cannot be written out"),
    case([INFINITE, 1, 2], INFINITE, id="an infinity swallows"),
    case([-INFINITE, -INFINITE], -INFINITE, id="two of one sign"),
]


@pytest.mark.parametrize(("values", "mean"), MEANS)
def test_a_mean_is_exact_and_does_not_depend_on_the_order(values: Values, mean: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(the_mean == mean, events=orders(*given))
        assert is_member(the_mean.between(mean, mean), events=orders(*given))
        assert not is_member(the_mean < mean, events=orders(*given))


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        case(the_mean == 10 / 3, False, id="the nearest float is not it"),
        case(the_mean < 3.3333333333333335, True, id="it prints as more"),
        case(the_mean == Decimal("3.333333333333333333333333333"), False, id="nor 28 digits"),
        case(the_mean > Decimal("3.333333333333333333333333333"), True, id="above 28 digits"),
        case(the_mean > Decimal(f"3.{'3' * 300}"), True, id="above 300 digits"),
        case(the_mean < Decimal(f"3.{'3' * 299}4"), True, id="below one more"),
        case(the_mean.between(3, 4), True, id="between"),
        case(the_mean.is_in([3, Decimal("3.33"), 3.3]), False, id="is_in"),
        case(the_mean >= 10**399, False, id="a long whole number"),
        case(the_mean > -INFINITE, True, id="above the lowest"),
    ],
)
def test_a_mean_without_an_end_is_compared_exactly(said: Condition, verdict: bool) -> None:
    """[E4]: of 10, 0 and 0 it is 10/3."""
    assert is_member(said, events=orders(10, 0, 0)) is verdict


LEAST_AND_GREATEST = [
    case([3, Decimal("2.5"), 2.75], Decimal("2.5"), 3, id="int, float and Decimal mix"),
    case([-1, -1.5, 0], -1.5, 0, id="below nothing"),
    case([2.0**53, 2**53 + 1], 2**53, 2**53 + 1, id="closer than floats can tell"),
    case(["100", 10, True, None, NAN], 10, 10, id="what is no number is skipped"),
    case([-INFINITE, 0, INFINITE], -INFINITE, INFINITE, id="infinities are numbers"),
    case([10**499, 7, -(10**400)], 7, 7, id="longer numbers are none [K9]"),
    case([TINY, 1], TINY, 1, id="a number that is next to nothing"),
]


@pytest.mark.parametrize(("values", "least", "greatest"), LEAST_AND_GREATEST)
def test_the_least_and_the_greatest(values: Values, least: Any, greatest: Any) -> None:  # noqa: ANN401
    """[E4]."""
    for given in some_orders(values):
        assert is_member(the_least == least, events=orders(*given))
        assert is_member(the_greatest == greatest, events=orders(*given))


DISTINCT = [
    case([], 0, id="of nothing"),
    case([1, 1.0, Decimal(1), Decimal("1.00")], 1, id="one number however it is written"),
    case([0.1, Decimal("0.1")], 1, id="a float is the decimal it prints as"),
    case([0, -0.0, Decimal("-0")], 1, id="one nothing"),
    case([INFINITE, Decimal("Infinity"), -INFINITE], 2, id="two infinities"),
    case([1, True, "1"], 3, id="three kinds"),
    case(["a", "A", "a", "á", "a\u0301"], 4, id="code point by code point [K3]"),
    case(["", "", None, NAN, Decimal("NaN")], 1, id="empty text is a value, None and NaN are none"),
    case([["a", "b"], ["b", "c"]], 3, id="of a collection its members"),
    case([("a",), {"a"}, frozenset({"a", "b"}), "b"], 2, id="of any collection"),
    case([["a", ["b"], None, {"c": 1}], []], 1, id="nested members are skipped"),
    case([{"a": 1}, b"x", 10**499, 10**499 + 1], 0, id="what has no kind is no scalar [K9]"),
    case([TINY, Decimal("1E-999999998"), 0], 3, id="numbers next to nothing"),
    case([date(2022, 9, 1), datetime(2022, 9, 1, tzinfo=UTC)], 2, id="a day and an instant"),
    case(
        [
            datetime(2022, 9, 1, tzinfo=UTC),
            datetime(2022, 9, 1, 2, tzinfo=ZoneInfo("Europe/Paris")),
        ],
        1,
        id="one instant on two clocks",
    ),
]


@pytest.mark.parametrize(("values", "number"), DISTINCT)
def test_how_many_different(values: Values, number: int) -> None:
    """[E4], by [K1]."""
    assert is_member(how_many == number, events=orders(*values))
    assert is_member(how_many == number, events=orders(*values[::-1]))


VALUE_WORDS: Final[dict[str, Callable[[Any], Condition]]] = {
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


@pytest.mark.parametrize("word", VALUE_WORDS)
@pytest.mark.parametrize(
    "events",
    [
        case([], id="no events"),
        case(orders(None, "x", True), id="no numbers"),
        case([event("order", "2022-09-01")], id="no such property"),
        case([event("cart", "2022-09-01", total=5)], id="other events"),
        case([event("order", "2022-10-01 00:00:00.000001", total=5)], id="not yet [T1]"),
    ],
)
def test_a_sum_of_nothing_is_0_and_a_mean_of_nothing_is_no_value(word: str, events: Values) -> None:
    """[E4], [V3]."""
    said = VALUE_WORDS[word]
    assert is_member(said(the_sum), events=events)
    for term in (the_mean, the_least, the_greatest):
        assert not is_member(said(term), events=events)


@pytest.mark.parametrize("word", VALUE_WORDS)
@pytest.mark.parametrize("term", [the_sum, the_mean], ids=["sum", "mean"])
def test_infinities_of_both_signs_have_no_sum(word: str, term: Any) -> None:  # noqa: ANN401
    """[E4]: and no mean either."""
    events = orders(INFINITE, 0, Decimal("-Infinity"), 0)
    assert not is_member(VALUE_WORDS[word](term), events=events)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        case(the_sum == 30, True, id="=="),
        case(the_sum != 30, False, id="!="),
        case(the_sum < 30, False, id="<"),
        case(the_sum <= 30, True, id="<="),
        case(the_sum > 30, False, id=">"),
        case(the_sum >= 30.0, True, id=">="),
        case(the_sum.between(30, 40), True, id="between holds its low end"),
        case(the_sum.between(None, 30), True, id="between, one side open"),
        case(the_sum.is_in([3, 30]), True, id="is_in"),
        case(the_sum.is_in([]), False, id="is_in nothing"),
        case(the_sum.has_any([3, 30]), True, id="has_any"),
        case(the_sum.has_all([30, 30.0]), True, id="has_all"),
        case(ORDER.distinct("total") == 2, True, id="distinct is compared likewise"),
    ],
)
def test_every_word_for_a_number(said: Condition, verdict: bool) -> None:
    assert is_member(said, events=orders(10, 20)) is verdict


@pytest.mark.parametrize(
    ("counted", "total"),
    [
        case(did("order"), 7, id="all"),
        case(did("order").within_last(days=30), 6, id="the old end is open [T2]"),
        case(did("order").between_ago(days=(60, 30)), 1, id="and the next window holds it [T3]"),
        case(did("order").during("month", -1), 3, id="a calendar month [T8]"),
        case(did("order").where(prop("total") > 1), 6, id="where [E2]"),
        case(did("order").where(prop("gift").is_true()), 4, id="where on another property"),
        case(did("order", "cart"), 15, id="several names together"),
        case(did("cart", "order").where(prop("gift").is_true()).within_last(days=1), 4, id="both"),
    ],
)
def test_only_the_events_that_count_are_taken(counted: EventCount, total: int) -> None:
    """[E4]: as for a count."""
    events = [
        event("order", "2022-09-01 00:00", total=1),
        event("order", "2022-09-01 00:00:00.000001", total=2),
        event("order", "2022-10-01 00:00", total=4, gift=True),
        event("order", "2022-10-01 00:00:00.000001", total=100),
        event("cart", "2022-09-15", total=8, gift=True),
    ]
    assert is_member(counted.sum("total") == total, events=events)


def test_a_value_may_lie_deeper_in_an_event() -> None:
    """[K6]."""
    given = orders({"gross": 3}, {"gross": 4.5}, {"net": 5}, 6, name="price")
    assert is_member(ORDER.sum("price", "gross") == 7.5, events=given)


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    """[E4]: sums are exact in a program that rounds to two digits as well."""
    with localcontext(prec=2, rounding=ROUND_UP, Emax=3) as context:
        context.traps.update({Inexact: True, FloatOperation: True})
        events = orders(123, 0.45, Decimal("1E+10"))
        assert is_member(the_sum == Decimal("10000000123.45"), events=events)
        assert is_member(the_mean > Decimal("3333333374.483333333"), events=events)
        assert is_member(the_mean < Decimal("3333333374.483333334"), events=events)
        assert is_member(the_least == 0.45, events=events)
