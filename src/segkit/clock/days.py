"""Zones, the days in them, and the calendar units those days make."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, cast

from segkit.clock.edges import Beyond, Edge
from segkit.errors import ZoneError, shown
from segkit.model.values import FIRST
from segkit.model.windows import CalendarUnit

__all__ = ["day_start", "local_day", "unit_of", "unit_start", "zone"]

_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=4096)
def day_start(day: date, tz: tzinfo) -> datetime:
    """The first instant whose local date is *day* or later, in UTC [T9].

    The first of two midnights; the end of a gap that swallows midnight; a skipped day starts
    with the day after it. The first day of all starts with the first instant [T12].
    """
    if day == date.min:
        return FIRST
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    start = _as_utc(midnight)
    if _local_date(start, tz) == day and start.astimezone(tz).time() == midnight.time():
        return start
    # Midnight does not exist. Read with the offset after the gap it lies before the gap, read
    # with the offset before the gap it lies behind: the gap's end is the first of that day.
    before, behind = _as_utc(midnight.replace(fold=1)), start
    while behind - before > timedelta.resolution:
        middle = before + (behind - before) // 2
        if _local_date(middle, tz) >= day:
            behind = middle
        else:
            before = middle
    return behind


def _as_utc(wall: datetime) -> datetime:
    offset = wall.utcoffset()
    assert offset is not None, "zone() lets only zones with an offset in"  # noqa: S101
    return wall.replace(tzinfo=UTC, fold=0) - offset


def _local_date(moment: datetime, tz: tzinfo) -> date:
    try:
        return moment.astimezone(tz).date()
    except (OverflowError, ValueError):
        return date.min if moment.year == 1 else date.max


def local_day(moment: datetime, tz: tzinfo) -> date:
    """The last day that has started in *tz*: it never runs backwards [T9]."""
    day = _local_date(moment, tz)
    # Clocks turned back over midnight show the old date again; the new day has begun.
    while tz is not UTC and day < date.max and day_start(day + _DAY, tz) <= moment:
        day += _DAY
    return day


_PER_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}


def unit_of(day: date, unit: CalendarUnit) -> int:
    """The number of the unit that holds *day*; consecutive units have consecutive numbers."""
    if unit == "day":
        return day.toordinal()
    if unit == "week":  # Day 1 of year 1 was a Monday.
        return (day.toordinal() - 1) // 7
    per_year = _PER_YEAR[unit]
    return day.year * per_year + (day.month - 1) * per_year // 12


def _first_day(number: int, unit: CalendarUnit) -> date | Beyond:
    """The first day of the unit of that number."""
    if unit in _PER_YEAR:
        year, part = divmod(number, _PER_YEAR[unit])
        if not date.min.year <= year <= date.max.year:
            return Beyond.BEFORE if year < date.min.year else Beyond.AFTER
        return date(year, 1 + part * 12 // _PER_YEAR[unit], 1)
    ordinal = number if unit == "day" else number * 7 + 1
    if not 1 <= ordinal <= date.max.toordinal():
        return Beyond.BEFORE if ordinal < 1 else Beyond.AFTER
    return date.fromordinal(ordinal)


def unit_start(number: int, unit: CalendarUnit, tz: tzinfo) -> Edge:
    """The first instant of the unit of that number."""
    day = _first_day(number, unit)
    return day if isinstance(day, Beyond) else day_start(day, tz)


def zone(tz: object) -> tzinfo:
    """The time zone of that name, or itself.

    Args:
        tz: A name such as ``"Europe/Paris"``, a ``zoneinfo.ZoneInfo``, or ``datetime.UTC``.

    Raises:
        ZoneError: If the name is unknown, or the zone is of another library: only ``zoneinfo``
            says for every instant what the clocks show [T9].
    """
    if tz is UTC:
        return UTC
    kind: type[object] = type(tz)
    if issubclass(kind, zoneinfo.ZoneInfo):
        return cast("zoneinfo.ZoneInfo", tz)
    if issubclass(kind, str):
        name = str.__str__(cast("str", tz))
        try:
            return UTC if name == "UTC" else zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            problem = (
                f"no time zone {shown(tz)} here; names look like 'Europe/Paris', and where the "
                "system has no zone data, `pip install tzdata` brings it"
            )
            raise ZoneError("tz", problem, tz) from None
    problem = f"takes a name, a zoneinfo.ZoneInfo or datetime.UTC; got {shown(tz)}"
    if issubclass(kind, tzinfo):
        problem += ": write zoneinfo.ZoneInfo('Europe/Paris') for example"
    raise ZoneError("tz", problem, tz)
