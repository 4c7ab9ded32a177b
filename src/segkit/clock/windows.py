"""The instants that a window covers at a now, and the nows at which it covers a fact."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal, assert_never

from segkit.clock.calendar import day_start, local_day, unit_index, unit_start
from segkit.clock.intervals import Bound, Interval, Unbounded, add_duration, leave
from segkit.model.time_spans import Ago, Between, Calendar, Ever, Last, Next, Window

_DAY: Final = timedelta(days=1)


def window_interval(window: Window, now: datetime, tz: tzinfo) -> Interval:
    """Return the instants that *window* covers at *now*, an instant in UTC, in the zone *tz*.

    Rolling windows exclude their start and include their end [T2], [T3]; the others include their
    start and exclude their end [T7], [T8].
    """
    closed: Literal["left", "right"] = "right" if is_rolling(window) else "left"
    return Interval.from_bounds(*window_bounds(window, now, tz), closed)


def is_rolling(window: Window) -> bool:
    """Return whether *window* is ``(start, end]``; otherwise it is ``[start, end)``."""
    match window:
        case Last() | Ago() | Next():
            return True
        case Ever() | Between() | Calendar():
            return False
        case _:
            assert_never(window)


def window_bounds(window: Window, now: datetime, tz: tzinfo) -> tuple[Bound, Bound]:
    """Return both bounds of *window* at *now*; neither moves back as time passes."""
    match window:
        case Ever():
            return Unbounded.PAST, Unbounded.FUTURE
        case Last(length):
            return add_duration(now, length, -1), now
        case Ago(older, newer):
            start = Unbounded.PAST if older is None else add_duration(now, older, -1)
            return start, add_duration(now, newer, -1)
        case Next(length):
            return now, add_duration(now, length, 1)
        case Between(start, end):
            return _start_bound(start, tz), _end_bound(end, tz)
        case Calendar(unit, offset, count):
            first = unit_index(local_day(now, tz), unit) + offset
            return unit_start(first, unit, tz), unit_start(first + count, unit, tz)
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


def coverage(window: Window, fact: date, tz: tzinfo) -> Interval:
    """Return the nows at which *window* covers *fact*, an instant in UTC or a day.

    They are one interval, which includes its start and may be empty [T11]. That an event does not
    count before its own instant [T1] is not considered here.

    A rolling window treats a day as the instant at which the day starts in *tz*; `Between` and
    `Calendar` compare days [T13].
    """
    return Interval.from_bounds(*coverage_bounds(window, fact, tz), "left")


def coverage_bounds(window: Window, fact: date, tz: tzinfo) -> tuple[Bound, Bound]:
    """Return the bounds of `coverage`: the nows at which *fact* enters and leaves *window*.

    Of two facts the later one neither enters nor leaves before the earlier one. A fact that is
    never covered leaves when it enters, or before that.
    """
    at = fact if isinstance(fact, datetime) else day_start(fact, tz)
    match window:
        case Ever():
            return Unbounded.PAST, Unbounded.FUTURE
        case Last(length):
            return at, leave(at, length)
        case Ago(older, newer):
            return leave(at, newer), Unbounded.FUTURE if older is None else leave(at, older)
        case Next(length):
            return leave(at, length, -1), at
        case Between(start, end):
            # This window does not move. A fact after it never enters. A fact before it left before
            # every instant, so that no later fact enters or leaves before an earlier one.
            if _is_after(fact, end, tz):
                return Unbounded.FUTURE, Unbounded.FUTURE
            is_before = _is_before(fact, start, tz)
            return Unbounded.PAST, Unbounded.PAST if is_before else Unbounded.FUTURE
        case Calendar(unit, offset, count):
            last = unit_index(local_day(fact, tz), unit) - offset
            return unit_start(last - count + 1, unit, tz), unit_start(last + 1, unit, tz)
        case _:
            assert_never(window)


def covered_days(window: Window, now: datetime, tz: tzinfo) -> tuple[date, date]:
    """Return the first and the last day that *window* covers at *now*, both included.

    If it covers no day, the first is later than the last.
    """

    # Later days enter and leave later, so both are found by bisection.
    def has_not_left(ordinal: int) -> bool:
        return now < coverage_bounds(window, date.fromordinal(ordinal), tz)[1]

    def has_not_entered(ordinal: int) -> bool:
        return now < coverage_bounds(window, date.fromordinal(ordinal), tz)[0]

    ordinals = range(1, date.max.toordinal() + 1)
    first = bisect_left(ordinals, 1, key=has_not_left)
    last = bisect_left(ordinals, 1, key=has_not_entered) - 1
    if first > last:
        return date.max, date.min
    return date.fromordinal(ordinals[first]), date.fromordinal(ordinals[last])


def _is_before(fact: date, start: date | None, tz: tzinfo) -> bool:
    if isinstance(fact, datetime):
        return fact < _start_bound(start, tz)
    return start is not None and fact < local_day(start, tz)  # [K4]


def _is_after(fact: date, end: date | None, tz: tzinfo) -> bool:
    if isinstance(fact, datetime):
        return fact >= _end_bound(end, tz)
    if isinstance(end, datetime):
        return fact >= local_day(end, tz)  # [K4]; an instant end is not included [T7]
    return end is not None and fact > end
