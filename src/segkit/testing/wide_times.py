"""Zones, instants, days, durations and windows: mostly close together, so that they meet."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, TypeVar, get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.clock import FIRST, LAST
from segkit.model.durations import Duration
from segkit.model.windows import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Day,
    Ever,
    Last,
    Next,
    Window,
    end_of_window,
)

__all__ = ["days", "durations", "instants", "mostly", "windows", "zones"]

DrawnT = TypeVar("DrawnT")

_ZONES: Final = (
    "Europe/Paris",
    "America/New_York",
    "Asia/Kathmandu",  # 5 hours and 45 minutes from UTC
    "America/Havana",  # clocks change at midnight: some midnights are missing, some come twice
    "Pacific/Kiritimati",  # 14 hours ahead of UTC, from a day that it skipped in 1995
    "Africa/Monrovia",  # until 1972, 44 minutes and 30 seconds behind UTC
)
_AROUND: Final = tuple(
    map(
        datetime.fromisoformat,
        (
            "2024-01-31T00:00+00:00",
            "2024-02-29T12:00+00:00",
            "2024-03-01T00:00+00:00",
            "2024-03-10T05:00+00:00",  # the first instant of a day without midnight in Havana
            "2024-03-31T01:00+00:00",  # the clocks of Paris go from 2 to 3
            "2024-04-01T00:00+00:00",
        ),
    )
)
_STEPS: Final = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(microseconds=-1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=-1),
    timedelta(days=-30),
    timedelta(days=-366),
)
_LENGTHS: Final = (
    Duration(days=30),
    Duration(months=1),
    Duration(days=1),
    Duration(weeks=1),
    Duration(months=2),
    Duration(years=1),
    Duration(months=1, days=1),
    Duration(hours=1),
    Duration(seconds=1),
    Duration(microseconds=1),
)
_HUGE: Final = (Duration(days=10**7), Duration(months=10**6), Duration(years=10**30, hours=1))


@st.composite
def rarely(draw: DrawFn, times: int = 12) -> bool:
    """Once in that many *times*."""
    return draw(st.integers(1, times)) == times


@st.composite
def zones(draw: DrawFn) -> tzinfo:
    """``UTC`` and zones of `zoneinfo` whose clocks change at odd times or by odd amounts.

    >>> from datetime import UTC
    >>> from hypothesis import find
    >>> from segkit.testing import zones
    >>> find(zones(), lambda zone: zone is not UTC)
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    name = draw(st.sampled_from(_ZONES))
    return UTC if name == "UTC" else ZoneInfo(name)


@st.composite
def instants(draw: DrawFn) -> datetime:
    """Aware datetimes in several zones: mostly of early 2024, a microsecond to months apart.

    Some are anywhere from year 1 to 9999, or outside of these in UTC [T12].

    >>> from hypothesis import find
    >>> from segkit.testing import instants
    >>> find(instants(), lambda at: at.year > 2024).tzinfo
    datetime.timezone.utc
    """
    if draw(rarely()):
        return draw(_FAR_INSTANTS).replace(tzinfo=draw(zones()))
    return draw(_NEAR).astimezone(draw(zones()))


@st.composite
def days(draw: DrawFn) -> date:
    """Days, mostly those of the usual `instants`."""
    return draw(_FAR_DAYS) if draw(rarely()) else draw(_NEAR).date()


@st.composite
def durations(draw: DrawFn) -> Duration:
    """Lengths of time: few usual ones, from a microsecond to a year, and any others.

    >>> from hypothesis import find
    >>> from segkit.testing import durations
    >>> find(durations(), lambda length: length.months > 1)
    Duration(months=2)
    """
    return draw(_FAR_LENGTHS) if draw(rarely()) else draw(_NEAR_LENGTHS)


_NEAR: Final = st.builds(operator.add, st.sampled_from(_AROUND), st.sampled_from(_STEPS))
_FAR_INSTANTS: Final = st.datetimes() | st.sampled_from((datetime.min, datetime.max))
_FAR_DAYS: Final = st.dates() | st.sampled_from((date.min, date.max))
_NEAR_LENGTHS: Final = st.sampled_from(_LENGTHS)
_FAR_LENGTHS: Final = st.sampled_from(_HUGE) | st.builds(
    Duration, months=st.integers(0, 30), microseconds=st.integers(1, 10**15)
)


@st.composite
def windows(draw: DrawFn, *, ever: bool = True, ahead: bool = True) -> Window:
    """Windows of every kind.

    Args:
        ever: Whether `Ever` is among them, which a comparison does not take.
        ahead: Whether `Next` is among them, which events do not take.

    >>> from hypothesis import find
    >>> from segkit.testing import windows
    >>> find(windows(ever=False), lambda window: True)
    Last(days=30)
    """
    kinds: list[type[Window]] = [Last, Ago, Between, Calendar]
    kinds += [Ever] if ever else []
    kinds += [Next] if ahead else []
    kind = draw(st.sampled_from(kinds))
    if kind is Last or kind is Next:
        return kind(draw(durations()))
    return draw(_BUILT[kind])


@st.composite
def _agos(draw: DrawFn) -> Ago:
    newer, older = draw(durations()), draw(st.none() | durations())
    if older is None or older == newer:
        return Ago(None, newer)
    if older.months <= newer.months and older.microseconds <= newer.microseconds:
        return Ago(newer, older)
    return Ago(older, newer)


@st.composite
def _betweens(draw: DrawFn) -> Between:
    one, other = (end_of_window(draw(ends)) for ends in (_ENDS, st.none() | _ENDS))
    if one is None or other is None:
        return Between(other, one) if draw(st.booleans()) else Between(one, other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    return Between(*sorted((one, other), key=lambda end: (end.year, end.month, end.day)))


@st.composite
def _calendars(draw: DrawFn) -> Calendar:
    offset, count = draw(st.integers(-2, 1)), draw(st.integers(1, 3))
    if draw(rarely()):
        offset, count = draw(st.sampled_from(_FAR_UNITS)), draw(st.sampled_from(_MANY_UNITS))
    return Calendar(draw(st.sampled_from(_UNITS)), offset, count)


_ENDS: Final = days() | instants()
_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)
_FAR_UNITS: Final = (-(10**30), -(10**6), -6, 10**6, 10**30)
_MANY_UNITS: Final = (1, 7, 10**6, 10**30)
_BUILT: Final[dict[type, SearchStrategy[Window]]] = {
    Ever: st.just(Ever()), Ago: _agos(), Between: _betweens(), Calendar: _calendars(),
}  # fmt: skip
