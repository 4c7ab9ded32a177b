"""Random windows of every class."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Final, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

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
    end_of_window,
)
from segkit.testing.strategies import weighted
from tests.strategies.world import WIDE, World

_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)


@cache
def windows(
    world: World = WIDE, *, ever: bool = True, ahead: bool = True
) -> SearchStrategy[Window]:
    """Generate windows of every class.

    Args:
        world: The times to use.
        ever: Whether to include `Ever`, which a comparison does not accept.
        ahead: Whether to include `Next`, which events do not accept.

    >>> from hypothesis import find
    >>> from tests.strategies import windows
    >>> find(windows(ever=False), lambda window: True)
    Last(days=30)
    """
    older = weighted((3, world.durations), (1, st.none()))
    ends = world.ends.map(end_of_window)
    calendars = st.builds(
        Calendar,
        st.sampled_from(_UNITS),
        st.sampled_from(world.calendar_offsets),
        st.sampled_from(world.calendar_counts),
    )
    classes: dict[type[Window], SearchStrategy[Window]] = {
        Last: st.builds(Last, world.durations),
        Ago: st.builds(_ago, older, world.durations),
        Between: _betweens(ends, st.none() | ends),
        Calendar: calendars,
        Next: st.builds(Next, world.durations),
        Ever: st.builds(Ever),
    }
    left_out = {Ever: not ever, Next: not ahead}
    return weighted(
        *[
            (world.window_weights[window], strategy)
            for window, strategy in classes.items()
            if not left_out.get(window)
        ]
    )


def _ago(older: Duration | None, newer: Duration) -> Ago:
    if older is None or older == newer:
        return Ago(None, newer)
    if older.months <= newer.months and older.microseconds <= newer.microseconds:
        return Ago(newer, older)
    return Ago(older, newer)


@st.composite
def _betweens(
    draw: DrawFn,
    ends: SearchStrategy[date | datetime | None],
    other_ends: SearchStrategy[date | datetime | None],
) -> Between:
    one, other = draw(ends), draw(other_ends)
    if one is None or other is None:
        return Between(other, one) if draw(st.booleans()) else Between(one, other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    days = [date(end.year, end.month, end.day) for end in (one, other)]
    if isinstance(one, datetime) is not isinstance(other, datetime) and (
        abs(days[0] - days[1]).days <= 1
    ):
        return Between(one, other)  # valid in either order, because zones differ
    return Between(one, other) if days[0] <= days[1] else Between(other, one)
