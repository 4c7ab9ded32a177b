"""Each day of ten years: shifts by months, their inverse, and calendar units."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from dateutil.relativedelta import relativedelta

from segkit.clock import Interval, leave, shift, window_interval
from segkit.model.time_spans import Calendar, CalendarUnit, Duration
from tests.slow_clock import DAY, FIRST, MICROSECOND, months_away

DAYS = [date(2019, 1, 1) + number * DAY for number in range(3653)]
LENGTHS = (1, 2, 3, 6, 11, 12, 13, 48)
SIGNED_LENGTHS = (*(-length for length in LENGTHS), *LENGTHS)


def test_the_days_are_all_days_of_ten_years() -> None:
    assert (DAYS[-1], len(DAYS)) == (date(2028, 12, 31), len(set(DAYS)))


@pytest.mark.parametrize("months", SIGNED_LENGTHS)
def test_shift_is_the_running_maximum_of_the_result_of_dateutil(months: int) -> None:
    """[T5]: within a day dateutil is monotonic, so the last microsecond of a day is its maximum."""
    step = relativedelta(months=months)
    maximum = FIRST
    for day in DAYS:
        for at in (time(0), time(15), time(23, 59, 59, 999_999)):
            now = datetime.combine(day, at, UTC)
            maximum = max(maximum, now + step)
            assert shift(now, months) == maximum, now


@pytest.mark.parametrize("months", SIGNED_LENGTHS)
def test_shift_is_the_same_day_and_time_or_the_end_of_the_month(months: int) -> None:
    """[T5]."""
    for day in DAYS:
        now = datetime.combine(day, time(6, 30, 0, 1), UTC)
        assert shift(now, months) == months_away(now, months), now


@pytest.mark.parametrize("months", [*range(-13, 0), *range(1, 14)])
def test_shift_is_monotonic_around_a_month_end(months: int) -> None:
    """[T5]: of two consecutive instants the later one is never shifted before the earlier one."""
    moments = [
        moment
        for day in DAYS
        if day.day >= 28 or day.day == 1
        for midnight in [datetime.combine(day, time(), UTC)]
        for moment in (
            midnight,
            midnight + MICROSECOND,
            midnight + timedelta(hours=6),
            midnight + DAY - 2 * MICROSECOND,
            midnight + DAY - MICROSECOND,
        )
    ]
    shifted = [shift(moment, months) for moment in moments]
    for (moment, earlier), (_, later) in pairwise(zip(moments, shifted, strict=True)):
        assert isinstance(earlier, datetime)
        assert isinstance(later, datetime)
        assert earlier <= later, moment


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("months", LENGTHS)
def test_leave_is_the_first_now_whose_window_excludes_the_instant(
    months: int, direction: Literal[1, -1]
) -> None:
    """[T6]: at `leave` the shifted now has reached the instant, and not a microsecond before."""
    length = Duration(months=months)
    for day in DAYS:
        for at in (time(0), time(15), time(23, 59, 59, 999_999)):
            moment = datetime.combine(day, at, UTC)
            left = leave(moment, length, direction)
            assert isinstance(left, datetime)
            reached = months_away(left, -direction * months)
            short = months_away(left - MICROSECOND, -direction * months)
            assert isinstance(reached, datetime)
            assert isinstance(short, datetime)
            assert short < moment <= reached, moment


@pytest.mark.parametrize("unit", ["day", "week", "month", "quarter", "year"])
def test_a_calendar_unit_lasts_until_the_first_day_of_the_next_unit(unit: CalendarUnit) -> None:
    """[T8]: the expected first days are selected from all days."""
    begins = {
        "day": DAYS,
        "week": [day for day in DAYS if day.isoweekday() == 1],
        "month": [day for day in DAYS if day.day == 1],
        "quarter": [day for day in DAYS if day.day == 1 and day.month in {1, 4, 7, 10}],
        "year": [day for day in DAYS if day.day == 1 and day.month == 1],
    }
    first_days = [datetime.combine(day, time(), UTC) for day in begins[unit]]
    for first, end in pairwise(first_days):
        for now in (first, end - MICROSECOND):
            assert window_interval(Calendar(unit), now, UTC) == Interval(first, end, "left")
