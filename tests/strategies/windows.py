"""Windows of every kind, over the instants and days of `wide_times`."""

from __future__ import annotations

from datetime import datetime
from typing import Final, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Ever,
    Last,
    Next,
    Window,
    end_of_window,
)
from segkit.testing.strategies import days, durations, instants

_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)
_OFFSETS: Final = (*(0, -1, -2, 1) * 10, -6, -(10**6), 10**6, -(10**30), 10**30)
_COUNTS: Final = (*(1, 1, 1, 2, 3) * 8, 7, 10**6, 10**30)

_DURATIONS = durations()
_OLDER = st.none() | _DURATIONS
_ENDS = (days() | instants()).map(end_of_window)
_OTHER_ENDS = st.none() | _ENDS


def windows(*, ever: bool = True, ahead: bool = True) -> SearchStrategy[Window]:
    """Windows of every kind.

    Args:
        ever: Whether `Ever` is among them, which a comparison does not take.
        ahead: Whether `Next` is among them, which events do not take.

    >>> from hypothesis import find
    >>> from segkit.testing import windows
    >>> find(windows(ever=False), lambda window: True)
    Last(days=30)
    """
    kinds: list[SearchStrategy[Window]] = [_EVERS] if ever else []
    kinds += [_LASTS, _agos(), _betweens(), _CALENDARS]
    kinds += [_NEXTS] if ahead else []
    return st.one_of(kinds)


@st.composite
def _agos(draw: DrawFn) -> Ago:
    newer, older = draw(_DURATIONS), draw(_OLDER)
    if older is None or older == newer:
        return Ago(None, newer)
    if older.months <= newer.months and older.microseconds <= newer.microseconds:
        return Ago(newer, older)
    return Ago(older, newer)


@st.composite
def _betweens(draw: DrawFn) -> Between:
    one, other = draw(_ENDS), draw(_OTHER_ENDS)
    if one is None or other is None:
        return Between(other, one) if draw(st.booleans()) else Between(one, other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    return Between(*sorted((one, other), key=lambda end: (end.year, end.month, end.day)))


_CALENDARS = st.builds(
    Calendar, st.sampled_from(_UNITS), st.sampled_from(_OFFSETS), st.sampled_from(_COUNTS)
)
_EVERS = st.builds(Ever)
_LASTS = st.builds(Last, _DURATIONS)
_NEXTS = st.builds(Next, _DURATIONS)
