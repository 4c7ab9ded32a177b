"""Which instants a window covers now, and at which nows it covers a fact."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final, assert_never

from segkit.clock.calendar import day_start, local_day, unit_index, unit_start
from segkit.clock.intervals import (
    Bound,
    Interval,
    Unbounded,
    add,
    interval_between,
    leave,
    subtract,
)
from segkit.model.time_spans import Ago, Between, Calendar, Ever, Last, Next, Window

_DAY: Final = timedelta(days=1)


def window_interval(window: Window, now: datetime, tz: tzinfo) -> Interval:
    """The instants *window* covers at *now* (in UTC) in *tz*.

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import window_interval
    >>> window_interval(Last(months=1), datetime(2022, 3, 31, 12, tzinfo=UTC), UTC).start
    datetime.datetime(2022, 2, 28, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    if isinstance(window, Ever):
        return Interval(None, None, "left")
    return interval_between(
        *window_bounds(window, now, tz), "right" if is_rolling(window) else "left"
    )


def is_rolling(window: Window) -> bool:
    """Whether the later edge of *window* belongs to it; otherwise the earlier one does."""
    return isinstance(window, Last | Ago | Next)


def window_bounds(window: Window, now: datetime, tz: tzinfo) -> tuple[Bound, Bound]:
    """The two edges of *window* at *now*; neither ever moves back as time passes."""
    match window:
        case Ever():
            return Unbounded.PAST, Unbounded.FUTURE
        case Last(length):
            return subtract(now, length), now
        case Ago(older, newer):
            return Unbounded.PAST if older is None else subtract(now, older), subtract(now, newer)
        case Next(length):
            return now, add(now, length)
        case Between(start, end):
            return _start_bound(start, tz), _end_bound(end, tz)
        case Calendar(unit):
            first, behind = _calendar_units(window, now, tz)
            return unit_start(first, unit, tz), unit_start(behind, unit, tz)
        case _:
            assert_never(window)


def _start_bound(start: date | None, tz: tzinfo) -> Bound:
    if start is None:
        return Unbounded.PAST
    return start if isinstance(start, datetime) else day_start(start, tz)


def _end_bound(end: date | None, tz: tzinfo) -> Bound:
    if end is None or isinstance(end, datetime):
        return Unbounded.FUTURE if end is None else end
    return Unbounded.FUTURE if end == date.max else day_start(end + _DAY, tz)


def covers_day(window: Window, day: date, now: datetime, tz: tzinfo) -> bool:
    """Whether *window* covers a day value.

    In a rolling window it stands for the instant it starts at, elsewhere it is a day [T13].
    """
    match window:
        case Between(start, end):
            return _not_before(day, start, tz) and not _after(day, end, tz)
        case Calendar(unit):
            first, behind = _calendar_units(window, now, tz)
            return first <= unit_index(day, unit) < behind
        case Ever() | Last() | Ago() | Next():
            return day_start(day, tz) in window_interval(window, now, tz)
        case _:
            assert_never(window)


def _not_before(day: date, start: date | None, tz: tzinfo) -> bool:
    if isinstance(start, datetime):
        start = local_day(start, tz)  # [K4]
    return start is None or day >= start


def _after(day: date, end: date | None, tz: tzinfo) -> bool:
    if isinstance(end, datetime):
        return day >= local_day(end, tz)  # [K4]; an instant end is not included [T7]
    return end is not None and day > end


def coverage(window: Window, fact: date, tz: tzinfo) -> Interval:
    """The nows at which *window* covers *fact*, an instant in UTC or a day [T11].

    One half-open interval ``[enter, leave)``; ``None`` at the start: since ever; at the end: for
    ever. Of events, [T1] applies besides: none counts before its own instant.

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import coverage
    >>> coverage(Last(months=1), datetime(2022, 1, 31, 15, tzinfo=UTC), UTC).end
    datetime.datetime(2022, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return interval_between(*coverage_bounds(window, fact, tz), "left")


def coverage_bounds(window: Window, fact: date, tz: tzinfo) -> tuple[Bound, Bound]:
    """The edges of `coverage`: the now at which *window* takes *fact* in, and that of its leaving.

    Of two facts the later one is never taken in, nor left, before the earlier one. A fact that is
    never covered is left when it is taken in, or before that.
    """
    at = fact if isinstance(fact, datetime) else day_start(fact, tz)
    match window:
        case Last(length):
            return at, leave(at, length)
        case Ago(older, newer):
            return leave(at, newer), Unbounded.FUTURE if older is None else leave(at, older)
        case Next(length):
            return leave(at, length, -1), at
        case Calendar(unit, offset, count):
            day = local_day(fact, tz) if isinstance(fact, datetime) else fact
            last = unit_index(day, unit) - offset
            return unit_start(last - count + 1, unit, tz), unit_start(last + 1, unit, tz)
        case Ever():
            return Unbounded.PAST, Unbounded.FUTURE
        case Between(start, end):
            # It does not move: what it does not cover is never taken in, or was left long ago.
            if isinstance(fact, datetime):
                before, behind = fact < _start_bound(start, tz), fact >= _end_bound(end, tz)
            else:
                before, behind = not _not_before(fact, start, tz), _after(fact, end, tz)
            if behind:
                return Unbounded.FUTURE, Unbounded.FUTURE
            return Unbounded.PAST, Unbounded.PAST if before else Unbounded.FUTURE
        case _:
            assert_never(window)


def _calendar_units(window: Calendar, now: datetime, tz: tzinfo) -> tuple[int, int]:
    """The numbers of the first unit and of the first unit behind."""
    first = unit_index(local_day(now, tz), window.unit) + window.offset
    return first, first + window.count
