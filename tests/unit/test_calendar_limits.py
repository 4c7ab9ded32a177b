"""The years 1 and 9999, and durations that are longer than the calendar [T12]."""

from datetime import UTC, date, datetime
from typing import Literal

import pytest

from segkit.clock import (
    EvaluationContext,
    Interval,
    Unbounded,
    coverage,
    leave,
    parse_zone,
    shift,
)
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from tests.slow_clock import DAY, FIRST, LAST, MICROSECOND, instant

HUGE = 10**30

# Whether FIRST and LAST are covered, at FIRST and at LAST.
CASES = [
    pytest.param(Ever(), (True, True), (True, True), id="everything"),
    pytest.param(Last(microseconds=1), (True, False), (False, True), id="one microsecond"),
    pytest.param(Last(months=1), (True, False), (False, True), id="one month"),
    pytest.param(Last(weeks=HUGE), (True, False), (True, True), id="a huge duration"),
    pytest.param(Last(years=HUGE), (True, False), (True, True), id="a huge number of months"),
    pytest.param(
        Last(months=HUGE, microseconds=HUGE), (True, False), (True, True), id="huge and mixed"
    ),
    pytest.param(Last(months=1, days=HUGE), (True, False), (True, True), id="huge days"),
    pytest.param(Next(microseconds=1), (False, False), (False, False), id="one microsecond ahead"),
    pytest.param(Next(weeks=HUGE), (False, True), (False, False), id="a huge duration ahead"),
    pytest.param(Next(years=HUGE), (False, True), (False, False), id="huge months ahead"),
    pytest.param(Next(months=1, days=HUGE), (False, True), (False, False), id="huge days ahead"),
    pytest.param(
        Ago(None, Duration(microseconds=1)), (False, False), (True, False), id="everything before"
    ),
    pytest.param(Ago(None, Duration(weeks=HUGE)), (False, False), (False, False), id="long ago"),
    pytest.param(Ago(None, Duration(years=HUGE)), (False, False), (False, False), id="years ago"),
    pytest.param(
        Ago(Duration(years=HUGE), Duration(microseconds=1)), (False, False), (True, False),
        id="the older end before year 1",
    ),
    pytest.param(
        Ago(Duration(weeks=HUGE + 1), Duration(weeks=HUGE)), (False, False), (False, False),
        id="both ends before year 1",
    ),
    pytest.param(Between(FIRST, LAST), (True, False), (True, False), id="the end is excluded"),
    pytest.param(Between(FIRST, FIRST), (False, False), (False, False), id="an empty interval"),
    pytest.param(Between(None, FIRST), (False, False), (False, False), id="before year 1"),
    pytest.param(Between(LAST, None), (False, True), (False, True), id="the last instant"),
    pytest.param(Between(date.min, date.max), (True, True), (True, True), id="all days"),
    pytest.param(Between(None, date.min), (True, False), (True, False), id="the first day"),
    pytest.param(Between(date.max, None), (False, True), (False, True), id="the last day"),
    *(
        pytest.param(Calendar(unit, offset, count), at_first, at_last, id=f"{unit}s {why}")
        for unit in ("day", "week", "month", "quarter", "year")
        for offset, count, at_first, at_last, why in (
            (0, 1, (True, False), (False, True), "of now"),
            (-1, 1, (False, False), (False, False), "before"),
            (1, 1, (False, False), (False, False), "after"),
            (HUGE, 1, (False, False), (False, False), "long after"),
            (-HUGE, 1, (False, False), (False, False), "long before"),
            (-HUGE, 2 * HUGE, (True, True), (True, True), "in huge numbers"),
            (-HUGE, HUGE, (False, False), (True, False), "until now"),
            (1, HUGE, (False, True), (False, False), "from the next one"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("UTC", id="no offset"),
        pytest.param("Asia/Tokyo", id="east in year 1 and year 9999"),
        pytest.param("America/New_York", id="west in year 1 and year 9999"),
        pytest.param("Pacific/Auckland", id="east, with summer time at the end of year 9999"),
        pytest.param("Asia/Manila", id="far west in year 1 and east in year 9999"),
        pytest.param("America/Juneau", id="far east in year 1 and west in year 9999"),
    ],
)
@pytest.mark.parametrize(("window", "at_first", "at_last"), CASES)
def test_no_overflow_at_the_ends_of_the_calendar(
    window: Window, at_first: tuple[bool, bool], at_last: tuple[bool, bool], key: str
) -> None:
    """[T12]: for instants, for the first and the last day, and for the inverse."""
    tz = parse_zone(key)
    for now, verdicts in ((FIRST, at_first), (LAST, at_last)):
        found = tuple(EvaluationContext(now, tz).covers(window, fact) for fact in (FIRST, LAST))
        assert found == verdicts
        inverse = tuple(now in coverage(window, fact, tz) for fact in (FIRST, LAST))
        assert inverse == verdicts
        for day in (date.min, date.max):
            assert (now in coverage(window, day, tz)) is EvaluationContext(now, tz).covers(
                window, day
            )


@pytest.mark.parametrize(
    ("window", "fact", "now", "covered"),
    [
        pytest.param(Last(days=1), FIRST, FIRST + DAY, False, id="a bound at the first instant"),
        pytest.param(
            Last(days=1), FIRST, FIRST + DAY - MICROSECOND, True, id="a bound just before year 1"
        ),
        pytest.param(Next(days=1), LAST, LAST - DAY, True, id="a bound at the last instant"),
        pytest.param(
            Next(days=1), LAST, LAST - DAY + MICROSECOND, True, id="a bound just after year 9999"
        ),
        pytest.param(
            Last(months=1), FIRST, instant("0001-02-01 00:00"), False, id="a month after the first"
        ),
        pytest.param(
            Last(months=1), FIRST, instant("0001-01-31 23:59:59.999999"), True, id="almost a month"
        ),
        pytest.param(
            Ago(None, Duration(months=1)), instant("9999-12-01 00:00"), LAST, False,
            id="in the last month",
        ),
        pytest.param(
            Ago(None, Duration(months=1)), instant("9999-11-30 23:59:59.999999"), LAST, True,
            id="a month before the last instant",
        ),
    ],
)  # fmt: skip
def test_bounds_at_the_ends_of_the_calendar_are_exact(
    window: Window, fact: datetime, now: datetime, covered: bool
) -> None:
    """[T12]."""
    assert EvaluationContext(now, UTC).covers(window, fact) is covered
    assert (now in coverage(window, fact, UTC)) is covered


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(
    "length",
    [Duration(months=HUGE), Duration(weeks=HUGE), Duration(months=HUGE, weeks=HUGE)],
)
def test_a_bound_outside_the_calendar_is_not_an_instant(
    length: Duration, direction: Literal[1, -1]
) -> None:
    """[T12]."""
    for moment in (FIRST, instant("2022-10-01 12:00"), LAST):
        assert not isinstance(leave(moment, length, direction), datetime)
        assert not isinstance(shift(moment, direction * HUGE), datetime)


@pytest.mark.parametrize("closed", ["left", "right"])
@pytest.mark.parametrize("bound", list(Unbounded))
def test_an_interval_outside_the_calendar_is_empty(
    bound: Unbounded, closed: Literal["left", "right"]
) -> None:
    """[T12]: it excludes the first and the last instant, with either end closed."""
    interval = Interval.from_bounds(bound, bound, closed)
    assert FIRST not in interval
    assert LAST not in interval
    first, last = interval.first_and_last()
    assert first > last
    assert EvaluationContext(LAST, UTC).window_interval(Next(days=1)).first_and_last() == (
        LAST,
        FIRST,
    )
