"""Kinds of values: equal values, ordered values, and values without a kind."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from enum import Enum, IntEnum, IntFlag, StrEnum
from fractions import Fraction
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from segkit.model.values import Kind, normalize
from tests.unit.evaluation import NOW, TICK, evaluate_value

INFINITY: Final = math.inf
TINY: Final = Decimal("1E-1000000")

BIG: Final = 2**53


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(1, 1.0, id="an int and a float"),
        pytest.param(1, Decimal(1), id="an int and a Decimal"),
        pytest.param(1.0, Decimal("1.000"), id="trailing zeros"),
        pytest.param(0.1, Decimal("0.1"), id="a float is the decimal that it prints as"),
        pytest.param(1e-7, Decimal("0.0000001"), id="a float that prints an exponent"),
        pytest.param(5e-324, Decimal("5E-324"), id="the smallest float"),
        pytest.param(2.5, Decimal("2.50"), id="a half"),
        pytest.param(0, -0.0, id="minus zero is zero"),
        pytest.param(0, Decimal("-0"), id="minus zero as a Decimal"),
        pytest.param(0, Decimal("0E500"), id="zero with an exponent"),
        pytest.param(BIG, 2.0**53, id="a whole float and an int"),
        pytest.param(10**22, 1e22, id="the largest exact power of ten of a float"),
        pytest.param(INFINITY, Decimal("Infinity"), id="infinity"),
        pytest.param(-INFINITY, Decimal("-Infinity"), id="minus infinity"),
        pytest.param(Decimal("1E399"), 10**399, id="400 digits before the point"),
        pytest.param(TINY, Decimal("10E-1000001"), id="a million digits after the point"),
    ],
)
def test_numbers_of_one_value_are_equal(left: object, right: object) -> None:
    """[K1]: by exact value, independent of their types."""
    check_equal(left, right)
    check_equal(right, left)


def check_equal(value: object, operand: object) -> None:
    assert evaluate_value({"x": value}, lambda x: x == operand) is True
    assert evaluate_value({"x": value}, lambda x: x.is_in([operand])) is True
    assert evaluate_value({"x": value}, lambda x: (x <= operand) & (x >= operand)) is True
    assert evaluate_value({"x": value}, lambda x: (x < operand) | (x > operand)) is False
    assert evaluate_value({"x": value}, lambda x: x.between(operand, operand)) is True


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param(2.0**53, BIG + 1, id="an int that is no float"),
        pytest.param(-BIG - 1, -(2.0**53), id="a negative int that is no float"),
        pytest.param(0.3, 0.1 + 0.2, id="0.1 + 0.2 is the decimal that it prints as"),
        pytest.param(Decimal("0.3"), 0.1 + 0.2, id="0.1 + 0.2 and a Decimal"),
        pytest.param(0.1, Decimal("0.1000000000000000055"), id="0.1 is not its binary value"),
        pytest.param(1e23, 10**23, id="a whole float has its binary value"),
        pytest.param(1e300, 10**300 * 2, id="large numbers"),
        pytest.param(10**399, INFINITY, id="a number is less than infinity"),
        pytest.param(Decimal("-Infinity"), -(10**399), id="a number is more than minus infinity"),
        pytest.param(-INFINITY, INFINITY, id="two infinities"),
        pytest.param(0, TINY, id="a tiny number is more than zero"),
        pytest.param(TINY, 5e-324, id="a tiny number is less than any float"),
        pytest.param(TINY, Decimal("2E-1000000"), id="tiny numbers are ordered"),
        pytest.param(10**399 - 1, 10**399, id="a difference of one in 400 digits"),
        pytest.param(-1, -0.5, id="negative numbers"),
    ],
)
def test_numbers_have_one_exact_order(less: object, more: object) -> None:
    """[K1]: without rounding."""
    assert evaluate_value({"x": less}, lambda x: x < more) is True
    assert evaluate_value({"x": more}, lambda x: x > less) is True
    assert evaluate_value({"x": less}, lambda x: (x == more) | (x >= more)) is False
    assert evaluate_value({"x": more}, lambda x: (x == less) | (x <= less)) is False


def test_the_decimal_context_of_a_program_changes_nothing() -> None:
    """[K1]: comparisons are exact in a program that computes with three digits and traps."""
    with localcontext(prec=3) as context:
        for signal in context.traps:
            context.traps[signal] = True
        assert (
            evaluate_value({"x": Decimal("1.2345678")}, lambda x: x == Decimal("1.2345678")) is True
        )
        assert evaluate_value({"x": 1.2345678}, lambda x: x == Decimal("1.2345678")) is True
        assert evaluate_value({"x": 1.2345}, lambda x: x == Decimal("1.2345678")) is False
        assert evaluate_value({"x": BIG + 1}, lambda x: x > Decimal(BIG)) is True
        assert evaluate_value({"x": Decimal("sNaN")}, lambda x: x.is_set()) is False


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("number", [0, 1, 0.0, 1.0, Decimal(0), Decimal(1)])
def test_booleans_are_not_numbers(value: bool, number: Any) -> None:  # noqa: ANN401
    """[K1]: True is not 1, neither as the value nor as the operand."""
    assert evaluate_value({"x": value}, lambda x: (x == number) | x.is_in([number])) is False
    assert evaluate_value({"x": value}, lambda x: (x < number) | (x >= number)) is False
    assert evaluate_value({"x": number}, lambda x: (x == value) | x.is_in([value])) is False
    assert evaluate_value({"x": value}, lambda x: x == value) is True


class Plan(StrEnum):
    PRO = "pro"


class Size(IntEnum):
    LARGE = 3


class Right(IntFlag):
    READ = 1
    WRITE = 2


class Mixed(Enum):
    TEXT = "pro"
    NUMBER = 3
    BOOLEAN = True
    DAY = date(2022, 10, 1)
    INSTANT = NOW
    NOTHING = None
    NAN = math.nan
    SEVERAL = ("pro", 3)
    BYTES = b"pro"
    NAIVE = datetime(2022, 10, 1)  # noqa: DTZ001 - a value without a kind


class Nested(Enum):
    INNER = Mixed.TEXT


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(Plan.PRO, "pro", id="StrEnum"),
        pytest.param(Size.LARGE, 3, id="IntEnum"),
        pytest.param(Right.READ | Right.WRITE, 3, id="two flags"),
        pytest.param(Mixed.TEXT, "pro", id="Enum of text"),
        pytest.param(Mixed.NUMBER, 3, id="Enum of a number"),
        pytest.param(Mixed.BOOLEAN, True, id="Enum of a boolean"),
        pytest.param(Mixed.DAY, date(2022, 10, 1), id="Enum of a day"),
        pytest.param(Mixed.INSTANT, NOW, id="Enum of an instant"),
        pytest.param(Nested.INNER, "pro", id="Enum of an Enum member"),
    ],
)
def test_an_enum_member_has_the_kind_of_its_value(value: Any, plain: Any) -> None:  # noqa: ANN401
    """[K1]: as the value and as the operand."""
    assert evaluate_value({"x": value}, lambda x: x == plain) is True
    assert evaluate_value({"x": plain}, lambda x: x == value) is True
    assert evaluate_value({"x": value}, lambda x: x.is_in([value])) is True


@pytest.mark.parametrize(
    ("member", "is_set"),
    [
        pytest.param(Mixed.NOTHING, False, id="None is not a value"),
        pytest.param(Mixed.NAN, False, id="NaN is not a value"),
        pytest.param(Mixed.SEVERAL, True, id="a tuple is a collection"),
        pytest.param(Mixed.BYTES, True, id="bytes have no kind"),
        pytest.param(Mixed.NAIVE, True, id="a naive datetime has no kind"),
    ],
)
def test_an_enum_member_of_an_unusual_value(member: Mixed, is_set: bool) -> None:
    """[K1], [V3], [K9]: the member is treated as its value."""
    assert evaluate_value({"x": member}, lambda x: x.is_set()) is is_set
    assert evaluate_value({"x": member}, lambda x: (x == "pro") | (x == 3) | (x <= NOW)) is False


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


class Double(float):
    pass


class Money(Decimal):
    pass


class Stamp(datetime):
    pass


class Day(date):
    pass


class Tags(list[str]):
    pass


class Pair(NamedTuple):
    first: str
    second: str


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(Text("pro"), "pro", id="a subclass of str"),
        pytest.param(Whole(3), 3, id="a subclass of int"),
        pytest.param(Double(0.1), Decimal("0.1"), id="a subclass of float"),
        pytest.param(Money("9.99"), Decimal("9.99"), id="a subclass of Decimal"),
        pytest.param(Stamp(2022, 10, 1, tzinfo=UTC), NOW, id="a subclass of datetime"),
        pytest.param(Day(2022, 10, 1), date(2022, 10, 1), id="a subclass of date"),
    ],
)
def test_subclasses_are_compared_as_their_nearest_base(value: Any, plain: Any) -> None:  # noqa: ANN401
    """[K1]: as the value and as the operand, which is converted to the plain value."""
    assert evaluate_value({"x": value}, lambda x: x == plain) is True
    assert evaluate_value({"x": plain}, lambda x: x == value) is True
    assert evaluate_value({"x": value}, lambda x: x < plain) is False


def test_a_datetime_is_an_instant_and_never_a_day() -> None:
    """[K1], [K4]: although it is a ``date`` in Python; a day is compared with its local day."""
    noon = datetime(2022, 10, 1, 12, tzinfo=UTC)
    assert normalize(noon)[0] is Kind.INSTANT
    assert evaluate_value({"x": noon}, lambda x: x == NOW) is False
    assert evaluate_value({"x": noon}, lambda x: x == date(2022, 10, 1)) is True


@pytest.mark.parametrize("key", ["UTC", "Europe/Paris", "Asia/Kathmandu", "America/St_Johns"])
def test_an_instant_of_any_zone_is_exact_to_the_microsecond(key: str) -> None:
    """[K4]: compared in UTC."""
    fine = datetime(2022, 10, 1, 12, 34, 56, 789_123, tzinfo=UTC)
    local = fine.astimezone(ZoneInfo(key))
    assert normalize(local) == (Kind.INSTANT, fine)
    assert evaluate_value({"x": local}, lambda x: x == fine) is True
    assert evaluate_value({"x": fine}, lambda x: x == local) is True
    assert evaluate_value({"x": local}, lambda x: (x < fine) | (x > fine)) is False
    assert evaluate_value({"x": local - TICK}, lambda x: x < fine) is True


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(["pro"], id="list"),
        pytest.param(("pro",), id="tuple"),
        pytest.param({"pro"}, id="set"),
        pytest.param(frozenset({"pro"}), id="frozenset"),
        pytest.param(Tags(["pro"]), id="a subclass of list"),
        pytest.param(Pair("pro", "pro"), id="a named tuple"),
        pytest.param([["pro"]], id="nested"),
    ],
)
def test_a_whole_collection_is_equal_to_nothing(value: object) -> None:
    """[K5], [V4]: it is set and has no order; only operators of collections search it."""
    assert normalize(value)[0] is Kind.COLLECTION
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True
    assert (
        evaluate_value({"x": value}, lambda x: x.is_in(["pro"]) | (x >= "") | (x == "pro")) is False
    )
    assert evaluate_value({"x": value}, lambda x: x.contains("pro") | x.starts_with("")) is False


COMPARISONS: Final[tuple[Callable[[Any], Any], ...]] = (
    lambda x: x == 1,
    lambda x: x == "a",
    lambda x: x.is_true() | x.is_false(),
    lambda x: (x < INFINITY) | (x >= -INFINITY),
    lambda x: (x >= "") | x.contains(""),
    lambda x: (x <= date.max) | (x >= date.min) | x.between(None, date.max),
    lambda x: x.within_last(years=9999) | x.within_next(years=9999) | x.before(days=1),
)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": 1}, id="a mapping"),
        pytest.param(b"a", id="bytes"),
        pytest.param(bytearray(b"a"), id="a bytearray"),
        pytest.param(datetime(2022, 10, 1), id="a naive datetime"),  # noqa: DTZ001
        pytest.param(10**400, id="401 digits"),
        pytest.param(-(10**400), id="401 digits below zero"),
        pytest.param(10**499, id="500 digits"),
        pytest.param(10**5000, id="more digits than Python prints"),
        pytest.param(Decimal("1E400"), id="401 digits of a Decimal"),
        pytest.param(Decimal("-1E999999"), id="a million digits"),
        pytest.param(1j, id="a complex number"),
        pytest.param(Fraction(1, 2), id="a fraction"),
        pytest.param(UUID(int=1), id="a UUID"),
        pytest.param(time(12), id="a time of day"),
        pytest.param(timedelta(1), id="a length of time"),
        pytest.param(object(), id="an object"),
        pytest.param(int, id="a type"),
        pytest.param(range(3), id="a range"),
        pytest.param(..., id="an ellipsis"),
    ],
)
def test_a_value_without_a_kind_is_set_and_equals_nothing(value: object) -> None:
    """[K9], [K2]: every comparison is false, and its negation true."""
    assert normalize(value) == (Kind.INCOMPARABLE, None)
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True
    for make_comparison in COMPARISONS:
        assert evaluate_value({"x": value}, make_comparison) is False
