"""Zones, instants, days and durations: mostly close together, so that they meet."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.clock import FIRST, LAST, zone
from segkit.model.durations import Duration

__all__ = ["days", "durations", "instants", "zones"]

_ZONES: Final = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Asia/Kathmandu",  # 5 hours and 45 minutes from UTC
    "America/Havana",  # clocks change at midnight: some midnights are missing, some come twice
    "Pacific/Kiritimati",  # 14 hours ahead of UTC, from a day that it skipped in 1994
    "Africa/Monrovia",  # until 1972, 44 minutes and 30 seconds behind UTC
)
_AROUND: Final = (
    "2024-01-31T00:00Z",
    "2024-02-29T12:00Z",
    "2024-03-01T00:00Z",
    "2024-03-10T05:00Z",  # the first instant of a day without midnight in Havana
    "2024-03-31T01:00Z",  # the clocks of Paris go from 2 to 3
    "2024-04-01T00:00Z",
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

# Strategies are made once and drawn from often: making one takes longer than drawing from it.
_NEAR = st.sampled_from(
    [datetime.fromisoformat(around) + step for around in _AROUND for step in _STEPS]
)
_ZONE = st.sampled_from(_ZONES).map(zone)
_FAR_INSTANTS: SearchStrategy[datetime] = st.datetimes(timezones=_ZONE) | st.builds(
    datetime.replace, st.sampled_from((FIRST, LAST)), tzinfo=_ZONE
)
_FAR_DAYS = st.dates() | st.sampled_from((date.min, date.max))
_NEAR_LENGTHS = st.sampled_from(_LENGTHS)
_FAR_LENGTHS = st.sampled_from(_HUGE) | st.builds(
    Duration, months=st.integers(0, 30), microseconds=st.integers(1, 10**15)
)
_IS_FAR = st.sampled_from((*[False] * 11, True))


def zones() -> SearchStrategy[tzinfo]:
    """``UTC`` and zones of `zoneinfo` whose clocks change at odd times or by odd amounts.

    >>> from datetime import UTC
    >>> from hypothesis import find
    >>> from segkit.testing import zones
    >>> find(zones(), lambda zone: zone is not UTC)
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    return _ZONE


@st.composite
def instants(draw: DrawFn) -> datetime:
    """Aware datetimes in several zones: mostly of early 2024, a microsecond to months apart.

    Some are anywhere from year 1 to 9999, or outside of these in UTC [T12].

    >>> from hypothesis import find
    >>> from segkit.testing import instants
    >>> find(instants(), lambda at: at.year == 2024)
    datetime.datetime(2024, 1, 31, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if draw(_IS_FAR):
        return draw(_FAR_INSTANTS)
    return draw(_NEAR).astimezone(draw(_ZONE))


@st.composite
def days(draw: DrawFn) -> date:
    """Days, mostly those of the usual `instants`."""
    return draw(_FAR_DAYS) if draw(_IS_FAR) else draw(_NEAR).date()


@st.composite
def durations(draw: DrawFn) -> Duration:
    """Lengths of time: mostly few usual ones, from a microsecond to a year; any others, too.

    >>> from hypothesis import find
    >>> from segkit.testing import durations
    >>> find(durations(), lambda length: length.months > 1)
    Duration(months=2)
    """
    return draw(_FAR_LENGTHS if draw(_IS_FAR) else _NEAR_LENGTHS)
