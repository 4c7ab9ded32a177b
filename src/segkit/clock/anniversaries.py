"""Anniversaries: the same day and month, whatever the year [T10]."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import Final

from segkit.model.operands import Anniversary

__all__ = ["has_anniversary"]

_FEBRUARY, _LEAP_DAY, _LONGEST_YEAR = 2, 29, 366
_CYCLE: Final = 400
"""Years after which the Gregorian calendar repeats itself, leap days included."""


def has_anniversary(day: date, window: Anniversary, today: date) -> bool:
    """Whether an anniversary of *day* lies from ``today + first`` to ``today + last``.

    Feb 29 is kept on Feb 28 in common years.
    """
    if window.last - window.first + 1 >= _LONGEST_YEAR:
        return True
    # The same place of another cycle, so that neither end of the calendar is in the way.
    today = today.replace(year=2000 + today.year % _CYCLE)
    cycle_days = date(2000 + _CYCLE, 1, 1) - date(2000, 1, 1)
    start = today + timedelta(days=window.first % cycle_days.days)
    end = start + timedelta(days=window.last - window.first)
    return any(start <= _anniversary(day, year) <= end for year in range(start.year, end.year + 1))


def _anniversary(day: date, year: int) -> date:
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY) and not isleap(year):
        return date(year, _FEBRUARY, _LEAP_DAY - 1)
    return day.replace(year=year)
