"""Anniversaries: the same day and month, whatever the year [T10]."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import Final

from segkit.model.operands import Anniversary

__all__ = ["days_unchanged", "has_anniversary"]

_FEBRUARY, _LEAP_DAY, _LONGEST_YEAR = 2, 29, 366
_CYCLE: Final = 400
"""Years after which the Gregorian calendar repeats itself, leap days included."""


def has_anniversary(day: date, window: Anniversary, today: date) -> bool:
    """Whether an anniversary of *day* lies from ``today + first`` to ``today + last``.

    Feb 29 is kept on Feb 28 in common years.
    """
    if window.last - window.first + 1 >= _LONGEST_YEAR:
        return True
    start, end = _looked_at(window, today)
    return any(start <= _anniversary(day, year) <= end for year in range(start.year, end.year + 1))


def days_unchanged(day: date, window: Anniversary, today: date) -> int | None:
    """For how many days, today being the first, `has_anniversary` surely stays what it is.

    At least 1; ``None``: for ever.
    """
    if window.last - window.first + 1 >= _LONGEST_YEAR:
        return None
    start, end = _looked_at(window, today)
    dates = [_anniversary(day, year) for year in range(start.year, end.year + 2)]
    inside = [date for date in dates if start <= date <= end]
    if inside:
        return (inside[-1] - start).days + 1
    return (next(date for date in dates if date > end) - end).days


def _looked_at(window: Anniversary, today: date) -> tuple[date, date]:
    """The first and last day of *window*, in another cycle of the calendar.

    At the same place of it, so that neither end of the calendar is in the way.
    """
    today = today.replace(year=2000 + today.year % _CYCLE)
    cycle_days = date(2000 + _CYCLE, 1, 1) - date(2000, 1, 1)
    start = today + timedelta(days=window.first % cycle_days.days)
    return start, start + timedelta(days=window.last - window.first)


def _anniversary(day: date, year: int) -> date:
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY) and not isleap(year):
        return date(year, _FEBRUARY, _LEAP_DAY - 1)
    return day.replace(year=year)
