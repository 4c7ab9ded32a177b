"""Zones, instants, days, durations and windows: mostly close together, so that they meet."""

from __future__ import annotations

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


def mostly(
    usual: SearchStrategy[DrawnT], rare: SearchStrategy[DrawnT], times: int = 7
) -> SearchStrategy[DrawnT]:
    """*usual* that many times as often as *rare*, which ``|`` would make equally frequent."""
    return st.sampled_from([usual] * times + [rare]).flatmap(lambda strategy: strategy)


def zones() -> SearchStrategy[tzinfo]:
    """``UTC`` and zones of `zoneinfo` whose clocks change at odd times or by odd amounts.

    >>> from hypothesis import find
    >>> find(zones(), lambda zone: zone is not UTC)
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    return st.just(UTC) | st.sampled_from(_ZONES).map(ZoneInfo)


def instants() -> SearchStrategy[datetime]:
    """Aware datetimes in several zones: mostly of early 2024, a microsecond to months apart.

    Some are anywhere from year 1 to 9999, or outside of these in UTC [T12].

    >>> from hypothesis import find
    >>> find(instants(), lambda at: at.year == 2024).utcoffset() is None
    False
    """
    near = st.builds(
        lambda at, step, tz: (at + step).astimezone(tz),
        st.sampled_from(_AROUND),
        st.sampled_from(_STEPS),
        zones(),
    )
    far = st.datetimes(timezones=zones())
    ends = st.builds(lambda at, tz: at.replace(tzinfo=tz), st.sampled_from((FIRST, LAST)), zones())
    return mostly(near, far | ends, 11)


def days() -> SearchStrategy[date]:
    """Days, mostly those of the usual `instants`.

    >>> from hypothesis import find
    >>> find(days(), lambda day: True)
    datetime.date(2024, 1, 31)
    """
    near = st.builds(
        lambda at, step: (at + step).date(), st.sampled_from(_AROUND), st.sampled_from(_STEPS)
    )
    return mostly(near, st.dates() | st.sampled_from((date.min, date.max)), 11)


def durations() -> SearchStrategy[Duration]:
    """Lengths of time: few usual ones, from a microsecond to a year, and any others.

    >>> from hypothesis import find
    >>> find(durations(), lambda length: length.months > 1)
    Duration(months=2)
    """
    some = st.builds(
        lambda months, rest: Duration(months=months, microseconds=rest),
        st.integers(0, 30),
        st.integers(1, 10**15),
    )
    return mostly(st.sampled_from(_LENGTHS), some | st.sampled_from(_HUGE), 11)


def windows(*, ever: bool = True, ahead: bool = True) -> SearchStrategy[Window]:
    """Windows of every kind.

    Args:
        ever: Whether `Ever` is among them, which a comparison does not take.
        ahead: Whether `Next` is among them, which events do not take.

    >>> from hypothesis import find
    >>> find(windows(ever=False), lambda window: True)
    Last(days=30)
    """
    kinds: list[SearchStrategy[Window]] = [st.just(Ever())] if ever else []
    kinds += [durations().map(Last), _agos(), _betweens(), _calendars()]
    kinds += [durations().map(Next)] if ahead else []
    return st.one_of(kinds)


def _agos() -> SearchStrategy[Ago]:
    return st.builds(_ago, st.none() | durations(), durations())


def _ago(older: Duration | None, newer: Duration) -> Ago:
    if older is None or older == newer:
        return Ago(None, newer)
    if older.months <= newer.months and older.microseconds <= newer.microseconds:
        return Ago(newer, older)
    return Ago(older, newer)


def _betweens() -> SearchStrategy[Between]:
    ends = (days() | instants()).map(end_of_window)
    return st.builds(_between, ends, ends | st.none())


def _between(one: Day | datetime | None, other: Day | datetime | None) -> Between:
    if one is None or other is None:
        return Between(other, one)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    return Between(*sorted((one, other), key=lambda end: (end.year, end.month, end.day)))


def _calendars() -> SearchStrategy[Calendar]:
    units: tuple[CalendarUnit, ...] = get_args(CalendarUnit)
    offsets = mostly(st.integers(-2, 1), st.sampled_from((-(10**30), -(10**6), 10**6, 10**30)), 11)
    counts = mostly(st.integers(1, 3), st.sampled_from((7, 10**6, 10**30)), 11)
    return st.builds(Calendar, st.sampled_from(units), offsets, counts)
