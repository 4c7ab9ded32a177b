"""A slow implementation of the rules of time: the oracle of the tests of the clock.

This module does not use `segkit.clock`. It reads windows and durations as plain data. Instants are
whole numbers of microseconds, which are not limited to the calendar. To find local days, the module
reads the clocks of a zone through some years.
"""

import calendar
import math
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import assert_never
from zoneinfo import ZoneInfo

from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Duration,
    Ever,
    Last,
    Next,
    Window,
)

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def instant(text: str) -> datetime:
    """Return the instant in UTC of a text such as ``2022-03-31 15:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instant_or_none(text: str | None) -> datetime | None:
    """Return the instant, or ``None`` for an open end."""
    return None if text is None else instant(text)


def beside(moment: datetime, reach: int = 1) -> list[datetime]:
    """Return the instant and its neighbors up to *reach* microseconds, within the calendar."""
    at = counted(moment)
    numbers = range(max(at - reach, 0), min(at + reach, counted(LAST)) + 1)
    return [FIRST + number * MICROSECOND for number in numbers]


def counted(moment: datetime) -> int:
    """Return the number of microseconds since the first instant."""
    return (moment - FIRST) // MICROSECOND


# --- lengths of time -----------------------------------------------------------------------------


def months_away(moment: datetime, months: int) -> datetime | float:
    """Return the same day and time [T5], or the end of that month; infinite if out of range."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return -math.inf if year < 1 else math.inf
    days = calendar.monthrange(year, month + 1)[1]
    if moment.day <= days:
        return moment.replace(year=year, month=month + 1)
    return datetime(year, month + 1, days, 23, 59, 59, 999_999, tzinfo=UTC)


def away(now: datetime, length: Duration, direction: int) -> float:
    """Return *now* moved by the months and then by the rest [T15], back (-1) or ahead (1)."""
    moved = months_away(now, direction * length.months)
    if isinstance(moved, datetime):
        return counted(moved) + direction * length.microseconds
    return moved


# --- local days ----------------------------------------------------------------------------------


class LocalDays:
    """The local days of a zone in some years [T9], which are found by reading its clocks.

    The clocks are read every minute, except in hours in which neither date nor offset changes. In
    the years below, clocks change at whole minutes, and never twice within an hour.

    Attributes:
        tz: The zone.
        starts: For each day, the first instant whose local date is that day or later.
        changes: The instants at which the clocks change.
    """

    def __init__(self, key: str, first_year: int, last_year: int) -> None:
        """Read the clocks from the first day of one year to the last day of another."""
        self.tz = ZoneInfo(key)
        self.starts: dict[date, datetime] = {}
        self.changes: list[datetime] = []
        hour, minute = timedelta(hours=1), timedelta(minutes=1)
        now, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
        shown = now.astimezone(self.tz)
        latest_day = shown.date()
        while now < end:
            later = (now + hour).astimezone(self.tz)
            if (later.date(), later.utcoffset()) == (shown.date(), shown.utcoffset()):
                now, shown = now + hour, later
                continue
            for _ in range(60):
                now += minute
                later = now.astimezone(self.tz)
                if later.utcoffset() != shown.utcoffset():
                    self.changes.append(now)
                shown = later
                while latest_day < shown.date():
                    latest_day += DAY
                    self.starts[latest_day] = now
        self._days = list(self.starts)
        self._instants = list(self.starts.values())

    def day_of(self, moment: datetime) -> date:
        """Return the latest day that has started."""
        if not self._instants[0] <= moment < self._instants[-1]:
            raise LookupError(f"{moment} was not watched")
        return self._days[bisect_right(self._instants, moment) - 1]


#: Zones, the years in which their clocks are read, and the clock changes in these years.
WATCHED = {
    "Europe/Paris": (2020, 2022, "changes its clocks at night, never at midnight"),
    "Europe/Dublin": (2020, 2022, "has its daylight saving time in winter, and negative"),
    "America/New_York": (2020, 2022, "changes its clocks at night, west of Greenwich"),
    "Australia/Lord_Howe": (2020, 2022, "changes its clocks by half an hour"),
    "America/Sao_Paulo": (2017, 2019, "skipped midnight in spring, repeated 23:00 in autumn"),
    "Asia/Beirut": (2020, 2022, "skips midnight in spring, repeats 23:00 in autumn"),
    "Africa/Cairo": (2010, 2014, "changed its clocks four times in 2010 and 2014, at midnight"),
    "America/Havana": (2020, 2022, "skips midnight in spring, has two midnights in autumn"),
    "America/St_Johns": (2009, 2011, "changed its clocks one minute after midnight"),
    "Pacific/Apia": (2010, 2012, "skipped December 30, 2011"),
}


@cache
def local_days(key: str) -> LocalDays:
    """Return the local days of a zone in `WATCHED`."""
    first_year, last_year, _ = WATCHED[key]
    return LocalDays(key, first_year, last_year)


# --- windows -------------------------------------------------------------------------------------


def unit_number(day: date, unit: CalendarUnit) -> int:
    """Return the number of the unit that contains *day*; consecutive units differ by 1 [T8]."""
    match unit:
        case "day":
            return day.toordinal()
        case "week":
            monday = day.toordinal() - day.weekday()
            return monday // 7
        case "month":
            return day.year * 12 + day.month
        case "quarter":
            return day.year * 4 + (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)[day.month - 1]
        case "year":
            return day.year
        case _:
            assert_never(unit)


def in_utc(moment: datetime) -> date:
    """Return the local day in UTC."""
    return moment.date()


def covers(
    window: Window, fact: datetime, now: datetime, day_of: Callable[[datetime], date] = in_utc
) -> bool:
    """Return whether the window covers an instant at *now*, by the rules."""
    at = counted(fact)
    match window:
        case Ever():
            return True
        case Last(length):  # [T2]
            return away(now, length, -1) < at <= counted(now)
        case Ago(None, newer):  # [T3]
            return at <= away(now, newer, -1)
        case Ago(Duration() as older, newer):  # [T3]
            return away(now, older, -1) < at <= away(now, newer, -1)
        case Next(length):  # [T3]
            return counted(now) < at <= away(now, length, 1)
        case Between(start, end):  # [T7]
            return _begun(start, fact, day_of) and not _over(end, fact, day_of)
        case Calendar(unit, offset, count):  # [T8]
            units = unit_number(day_of(fact), unit) - unit_number(day_of(now), unit)
            return offset <= units < offset + count
        case _:
            raise AssertionError(window)


def _begun(start: date | None, fact: datetime, day_of: Callable[[datetime], date]) -> bool:
    if start is None:
        return True
    return fact >= start if isinstance(start, datetime) else day_of(fact) >= start


def _over(end: date | None, fact: datetime, day_of: Callable[[datetime], date]) -> bool:
    if end is None:
        return False
    return fact >= end if isinstance(end, datetime) else day_of(fact) > end


def covers_as_day(
    window: Between | Calendar, fact: date, now: datetime, day_of: Callable[[datetime], date]
) -> bool:
    """Return whether the window covers a day, which is compared as a day [T13], [K4]."""
    match window:
        case Between(start, end):
            first = day_of(start) if isinstance(start, datetime) else start
            if isinstance(end, datetime):
                return (first is None or fact >= first) and fact < day_of(end)
            return (first is None or fact >= first) and (end is None or fact <= end)
        case Calendar(unit, offset, count):
            units = unit_number(fact, unit) - unit_number(day_of(now), unit)
            return offset <= units < offset + count
        case _:
            assert_never(window)
