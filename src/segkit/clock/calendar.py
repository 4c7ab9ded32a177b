"""Local days, calendar units and anniversaries."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from segkit.clock.intervals import Bound, Unbounded
from segkit.model.comparisons import Anniversary
from segkit.model.time_spans import CalendarUnit
from segkit.model.values import MIN_INSTANT

_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=4096)
def day_start(day: date, tz: tzinfo) -> datetime:
    """Return the first instant whose local date in *tz* is *day* or later, in UTC.

    That is the first of two midnights, or the end of a gap in which midnight does not exist. A day
    that a zone skipped starts when the day after it starts, so it is empty [T9]. ``date.min``
    starts at the first instant [T12].
    """
    if day == date.min:
        return MIN_INSTANT
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    start = midnight.astimezone(UTC)
    if _local_date(start, tz) == day and start.astimezone(tz).time() == midnight.time():
        return start
    # Midnight does not exist. Read with the offset that is valid after the gap, midnight lies
    # before the gap; read with the offset before the gap, it lies after the gap. The day starts at
    # the end of the gap, which a binary search finds between those two.
    before, step = midnight.replace(fold=1).astimezone(UTC), timedelta.resolution
    steps = range((start - before) // step)
    return before + step * bisect_left(steps, day, key=lambda n: _local_date(before + step * n, tz))


def _local_date(instant: datetime, tz: tzinfo) -> date:
    try:
        return instant.astimezone(tz).date()
    except (OverflowError, ValueError):
        return date.min if instant.year == 1 else date.max


def local_day(value: date, tz: tzinfo) -> date:
    """Return the last day that has started in *tz* at an instant; a day is returned as it is.

    The result never moves back as time passes [T9], [K4].
    """
    if not isinstance(value, datetime):
        return value
    day = _local_date(value, tz)
    # Clocks turned back over midnight show the old date again, but the new day has started.
    while tz is not UTC and day < date.max and day_start(day + _DAY, tz) <= value:
        day += _DAY
    return day


_PER_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}


def unit_index(day: date, unit: CalendarUnit) -> int:
    """Return the number of the unit that contains *day*; the next unit has the next number."""
    if unit == "day":
        return day.toordinal()
    if unit == "week":  # Day 1 of year 1 was a Monday.
        return (day.toordinal() - 1) // 7
    per_year = _PER_YEAR[unit]
    return day.year * per_year + (day.month - 1) * per_year // 12


def unit_start(number: int, unit: CalendarUnit, tz: tzinfo) -> Bound:
    """Return the first instant of a unit, by its number; a bound outside the calendar."""  # [T12]
    if number < unit_index(date.min, unit):
        return Unbounded.PAST
    if number > unit_index(date.max, unit):
        return Unbounded.FUTURE
    if unit in _PER_YEAR:
        year, part = divmod(number, _PER_YEAR[unit])
        return day_start(date(year, 1 + part * 12 // _PER_YEAR[unit], 1), tz)
    return day_start(date.fromordinal(number if unit == "day" else number * 7 + 1), tz)


_LONGEST_YEAR: Final = 366
_CYCLE: Final = 400  # years, after which the calendar repeats itself
_CYCLE_DAYS: Final = 146_097


_LEAP_DAY: Final = date(2000, 2, 29)


def has_anniversary(day: date, window: Anniversary, today: date) -> bool:
    """Return whether *day* has an anniversary in *window*, counted from *today*.

    The first and the last day of the window are included. In common years the anniversary of
    Feb 29 is Mar 1: the day on which `leave` completes the year [T6], [T10].
    """
    if window.last - window.first + 1 >= _LONGEST_YEAR:
        return True
    start, end = _window_in_cycle(window, today)
    return any(start <= _anniversary(day, year) <= end for year in range(start.year, end.year + 1))


def anniversary_days(window: Anniversary, today: date) -> frozenset[tuple[int, int]]:
    """Return the months and days for which `has_anniversary` is true; the year is ignored."""
    start, end = _window_in_cycle(window, today)
    number = min((end - start).days + 1, _LONGEST_YEAR)
    if number == _LONGEST_YEAR:
        start = date(2000, 1, 1)  # Every day of a leap year.
    days = [start + timedelta(days=each) for each in range(number)]
    return frozenset(
        (leap_day.month, leap_day.day)
        for day in days
        for leap_day in (day, _LEAP_DAY)
        if leap_day is day or day == _anniversary(_LEAP_DAY, day.year)
    )


def days_until_change(day: date, window: Anniversary, today: date) -> int | None:
    """Return for how many days from *today* `has_anniversary` cannot change.

    Today is the first of them, so the result is at least 1; ``None`` means that it never changes.
    """
    if window.last - window.first + 1 >= _LONGEST_YEAR:
        return None
    start, end = _window_in_cycle(window, today)
    dates = [_anniversary(day, year) for year in range(start.year, end.year + 2)]
    inside = [date for date in dates if start <= date <= end]
    if inside:
        return (inside[-1] - start).days + 1
    return (next(date for date in dates if date > end) - end).days


def _window_in_cycle(window: Anniversary, today: date) -> tuple[date, date]:
    """Return the first and the last day of *window*, moved by whole cycles of the calendar.

    Both keep their place in the cycle, in years from 2000 on, where no arithmetic overflows.
    """
    today = today.replace(year=2000 + today.year % _CYCLE)
    start = today + timedelta(days=window.first % _CYCLE_DAYS)
    return start, start + timedelta(days=window.last - window.first)


def _anniversary(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # Feb 29 in a common year.
        return date(year, 3, 1)
