"""Operands: the values that each operator accepts, and the errors for other values."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import pytest
from dateutil.relativedelta import relativedelta

from segkit import (
    Ago,
    Attribute,
    Between,
    Calendar,
    Comparison,
    ConditionError,
    Duration,
    Ever,
    Last,
    ListMembership,
    attr,
    did,
    in_list,
)
from tests.unit.evaluation import NOW, TICK

# Any, because type checkers refuse most of these calls, too.
x: Any = attr("x")
order: Any = did("order")
vip: Any = in_list("vip")
half: Any = 1.5
NAIVE: Final = datetime(2022, 9, 12, 12)  # noqa: DTZ001 - refused
JULY: Final = date(2022, 7, 1)

Build = Callable[[], object]


class Unusual(Enum):
    NOTHING = None
    SEVERAL = ("a", "b")


BLANKS: Final = (None, math.nan, Decimal("NaN"), Decimal("sNaN"), Unusual.NOTHING)


@pytest.mark.parametrize("value", BLANKS)
@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda operand: x == operand, id="=="),
        pytest.param(lambda operand: x != operand, id="!="),
        pytest.param(lambda operand: x < operand, id="<"),
        pytest.param(lambda operand: x <= operand, id="<="),
        pytest.param(lambda operand: x > operand, id=">"),
        pytest.param(lambda operand: x >= operand, id=">="),
        pytest.param(lambda operand: x.is_in([operand]), id="is_in"),
        pytest.param(lambda operand: x.is_in([1, operand]), id="is_in with another value"),
        pytest.param(x.contains, id="contains"),
        pytest.param(x.starts_with, id="starts_with"),
        pytest.param(x.ends_with, id="ends_with"),
    ],
)
def test_a_comparison_without_a_value_is_refused(
    build: Callable[[object], object], value: object
) -> None:
    """[V3]: every comparison with a missing value is false, so the condition is a mistake."""
    with pytest.raises(ConditionError, match=r"write .is_set\(\)"):
        build(value)


@pytest.mark.parametrize("nan", [math.nan, Decimal("NaN")])
def test_only_none_means_an_open_side(nan: object) -> None:
    """[V3], [K8]: NaN as the result of a computation is refused."""
    with pytest.raises(ConditionError, match="no value to compare with"):
        x.between(nan, 3)
    with pytest.raises(ConditionError, match="no value to compare with"):
        x.between(3, nan)


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: x.contains(3), r"takes text; got 3 \(number\)", id="number"),
        pytest.param(lambda: x.starts_with(3), "takes text", id="starts_with"),
        pytest.param(lambda: x.ends_with(True), "takes text", id="ends_with"),
        pytest.param(lambda: x.contains(["a"]), "takes text", id="contains a list"),
        pytest.param(lambda: x == ["a"], r"write .is_in\(\[...\]\)", id="== a list"),
        pytest.param(lambda: x == ("a",), r"write .is_in\(\[...\]\)", id="== a tuple"),
        pytest.param(lambda: x == {"a"}, r"write .is_in\(\[...\]\)", id="== a set"),
        pytest.param(lambda: x == Unusual.SEVERAL, r"write .is_in\(\[...\]\)",
                     id="== an Enum member of a tuple"),
        pytest.param(lambda: x == {"a": 1}, "takes boolean or day or instant", id="== a mapping"),
        pytest.param(lambda: x == b"a", r"\(no kind\)", id="== bytes"),
        pytest.param(lambda: x == 10**400, r"\(no kind\)", id="== 401 digits"),
        pytest.param(lambda: x == 10**5000, r"\(no kind\)", id="== more than Python prints"),
        pytest.param(lambda: x == object(), r"\(no kind\)", id="== an object"),
        pytest.param(lambda: x == timedelta(1), r"\(no kind\)", id="== a length of time"),
        pytest.param(lambda: x < True, r"got True \(boolean\)", id="a boolean has no order"),
        pytest.param(lambda: x.between(False, True), "takes number or text", id="between booleans"),
        pytest.param(lambda: x.is_in("Paris"), r"a list of values: \['Paris'\]", id="is_in a text"),
        pytest.param(lambda: x.is_in(""), r"a list of values: \[''\]", id="is_in an empty text"),
        pytest.param(lambda: x.is_in(b"Paris"), "takes a list of values", id="bytes"),
        pytest.param(lambda: x.is_in({"a": 1}), "takes a list of values", id="a mapping"),
        pytest.param(lambda: x.is_in(3), "takes a list of values", id="a number"),
        pytest.param(lambda: x.is_in(None), "takes a list of values", id="None"),
        pytest.param(lambda: x.is_in([["a"]]), r"\(collection\)", id="a list in a list"),
        pytest.param(lambda: x.between(30, 18), "30 is after the second 18", id="reversed"),
        pytest.param(lambda: x.between("b", "a"), "is after", id="reversed text"),
        pytest.param(lambda: x.between(18, "30"), "of two kinds, number and text", id="two kinds"),
        pytest.param(lambda: x.between(None, None), "one side may be open, not both",
                     id="no bounds of values"),
        pytest.param(lambda: x.between(JULY, "2022"), "takes days", id="a day and a text"),
        pytest.param(lambda: x.between(1, NOW), "takes days", id="a number and an instant"),
        pytest.param(lambda: x.between(NOW, NOW - TICK), "is after the end",
                     id="instants reversed by one tick"),
        pytest.param(lambda: x.between(JULY, date(2022, 6, 30)), "is after", id="reversed days"),
        pytest.param(lambda: order.between(JULY, date(2022, 6, 30)), "is after",
                     id="reversed days of events"),
        pytest.param(lambda: vip.joined_between(JULY, date(2022, 6, 30)), "is after",
                     id="reversed days of lists"),
        pytest.param(lambda: order.between(None, None), "not both", id="no bounds of events"),
        pytest.param(lambda: order.between(1, 2), "takes days", id="events between numbers"),
        pytest.param(lambda: x.before(3), "takes a timedelta", id="before a number"),
        pytest.param(lambda: x.before("2022"), r"date\.fromisoformat\(", id="before a text"),
        pytest.param(x.before, "such as days=30; got None", id="before without an argument"),
        pytest.param(lambda: x.before(JULY, days=3), "length of time",
                     id="before a day and a length"),
        pytest.param(lambda: x.after(3), "takes a day or an instant; got 3", id="after a number"),
        pytest.param(lambda: x.after("2022"), "takes a day or an instant", id="after a text"),
        pytest.param(lambda: order.after("2022"), "takes days", id="events after a text"),
        pytest.param(lambda: order.before(date.min), "before the first", id="before all days"),
        pytest.param(lambda: order.after(date.max), "after the last", id="after all days"),
    ],
)  # fmt: skip
def test_an_operator_refuses_invalid_operands(build: Build, cure: str) -> None:
    """[V6], [K1], [K5], [K8], [K9]: when the condition is built, not when it is evaluated."""
    with pytest.raises(ConditionError, match=cure) as caught:
        build()
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: x == NAIVE, id="=="),
        pytest.param(lambda: x < NAIVE, id="<"),
        pytest.param(lambda: x.is_in([NAIVE]), id="is_in"),
        pytest.param(lambda: x.between(NAIVE, None), id="between"),
        pytest.param(lambda: x.between(None, NAIVE), id="between, the end"),
        pytest.param(lambda: x.before(NAIVE), id="before"),
        pytest.param(lambda: x.after(NAIVE), id="after"),
        pytest.param(lambda: order.before(NAIVE), id="events before"),
        pytest.param(lambda: order.after(NAIVE), id="events after"),
        pytest.param(lambda: order.between(NAIVE, NOW), id="events between"),
        pytest.param(lambda: vip.joined_before(NAIVE), id="joined before"),
        pytest.param(lambda: vip.joined_between(NAIVE, None), id="joined between"),
    ],
)
def test_a_naive_operand_is_refused(build: Build) -> None:
    """[K2]: the error says how to attach a zone."""
    with pytest.raises(ConditionError, match=r"is naive: attach a zone, .replace\(tzinfo=UTC\)"):
        build()


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(order.within_last, "days=30, or a timedelta", id="no argument"),
        pytest.param(lambda: order.within_last(30), r"units \(days=30\)", id="a bare number"),
        pytest.param(lambda: order.within_last("30 days"), r"units \(days=30\)", id="a text"),
        pytest.param(lambda: order.within_last(days=0), "longer than 0", id="zero"),
        pytest.param(
            lambda: order.within_last(days=-1), "a whole number, 0 or more; got -1", id="negative"
        ),
        pytest.param(lambda: order.within_last(days=1.5), "a whole number", id="a half"),
        pytest.param(lambda: order.within_last(days=True), "a whole number", id="a boolean"),
        pytest.param(lambda: order.within_last(days="3"), "a whole number", id="digits"),
        pytest.param(lambda: order.within_last(fortnights=1), "the units are years", id="unknown"),
        pytest.param(
            lambda: order.within_last(timedelta(1), days=1), "once", id="a timedelta and a unit"
        ),
        pytest.param(
            lambda: order.within_last(timedelta(-1)),
            "longer than 0",
            id="a negative timedelta",
        ),
        pytest.param(
            lambda: order.within_last(relativedelta(day=1)),
            "is a date",
            id="an absolute relativedelta",
        ),
        pytest.param(
            lambda: order.within_last(relativedelta(leapdays=1)), "is a date", id="leap days"
        ),
        pytest.param(lambda: order.within_last(relativedelta(days=half)), "whole", id="a fraction"),
        pytest.param(
            lambda: order.within_last(relativedelta(months=-1)),
            "a whole number, 0 or more",
            id="negative months",
        ),
        pytest.param(
            lambda: order.within_last(relativedelta(months=1, days=-1)),
            "a whole number, 0 or more",
            id="partly negative",
        ),
        pytest.param(lambda: order.between_ago(days=(30, 90)), r"days=\(90, 30\)", id="reversed"),
        pytest.param(lambda: order.between_ago(days=(30, 30)), r"days=\(90, 30\)", id="equal"),
        pytest.param(lambda: order.between_ago(days=30), r"a pair \(older, newer\)", id="one end"),
        pytest.param(
            lambda: order.between_ago(timedelta(9)), "two lengths of time", id="one length"
        ),
        pytest.param(
            lambda: order.between_ago(timedelta(9), timedelta(3), days=(9, 3)),
            "two",
            id="lengths and units",
        ),
        pytest.param(
            lambda: order.between_ago(relativedelta(months=1), relativedelta(months=3)),
            "older end must be longer ago",
            id="months reversed",
        ),
        pytest.param(
            lambda: order.during("fortnight"), "day, week, month, quarter", id="an unknown unit"
        ),
        pytest.param(
            lambda: order.during(["day"]), "day, week, month, quarter", id="a list as the unit"
        ),
        pytest.param(lambda: order.during("day", count=0), "1 or more; got 0", id="no days"),
        pytest.param(lambda: order.during("day", 0.5), "a whole number of units", id="half a day"),
        pytest.param(
            lambda: order.during("day", True),
            "a whole number of units",
            id="a boolean as the offset",
        ),
        pytest.param(lambda: x.within_next(days=0), "longer than 0", id="an empty future"),
    ],
)
def test_a_length_of_time_is_whole_and_positive(build: Build, cure: str) -> None:
    """[T15], [T3], [T8]."""
    with pytest.raises(ConditionError, match=cure):
        build()


def test_months_and_days_may_be_the_two_ends_of_a_window() -> None:
    """[T3]: the calendar determines which one is longer, so both orders are accepted."""
    assert order.between_ago(relativedelta(months=1), timedelta(days=40)).window == Ago(
        Duration(months=1), Duration(days=40)
    )


def test_a_day_and_an_instant_may_be_ordered_in_some_zone_only() -> None:
    """[T7]: 1 October may start at 30 September 10:00 UTC; an earlier end is refused."""
    early = datetime(2022, 9, 30, 10, tzinfo=UTC)
    assert x.between(date(2022, 10, 1), early).comparison.operand == Between(
        date(2022, 10, 1), early
    )
    with pytest.raises(ConditionError, match="is after the end"):
        x.between(date(2022, 10, 2), early)


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: Comparison("~", 3), "the operators are ==", id="an unknown operator"),  # type: ignore[arg-type]
        pytest.param(lambda: Comparison("is_set", 3), "takes no operand", id="is_set of 3"),
        pytest.param(lambda: Comparison("within", 3), r"Last\(days=30\)", id="no window"),
        pytest.param(
            lambda: Comparison("within", Ever()), r"Last\(days=30\)", id="a window without bounds"
        ),  # type: ignore[arg-type,unused-ignore]
        pytest.param(lambda: Comparison("between", 3), "takes two ends", id="one end"),
        pytest.param(lambda: Comparison("between", (1, 2, 3)), "takes two ends", id="three ends"),
        pytest.param(
            lambda: Comparison("<", "a", ignore_case=True), "no meaning here", id="< ignoring case"
        ),
        pytest.param(lambda: Attribute(("a",), 3), "must be a Comparison", id="no comparison"),  # type: ignore[arg-type]
        pytest.param(
            lambda: Attribute((), Comparison("is_set")), "at least one is needed", id="no path"
        ),
        pytest.param(
            lambda: Attribute((1,), Comparison("is_set")),
            "must be text; got 1",
            id="a number as a name",
        ),
        pytest.param(
            lambda: ListMembership("vip", Comparison("==", 3)), "days and instants", id="a number"
        ),
        pytest.param(
            lambda: ListMembership("vip", Comparison("is_set")), "days and instants", id="is_set"
        ),
        pytest.param(lambda: Calendar("month", count=0), "1 or more", id="no months"),
        pytest.param(Last, "give a length of time once", id="no length"),
    ],
)
def test_the_classes_validate_the_same_arguments(build: Build, cure: str) -> None:
    """[V6]: a condition that is built from its classes is validated at once."""
    with pytest.raises(ConditionError, match=cure):
        build()
