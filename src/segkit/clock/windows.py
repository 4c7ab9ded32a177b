"""The instants that a window covers at a now, and the nows at which it covers a fact."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final, assert_never

from segkit.clock.calendar import day_start, local_day, unit_index, unit_start
from segkit.clock.intervals import (
    Bound,
    Interval,
    Unbounded,
    add,
    leave,
    subtract,
)
from segkit.model.time_spans import Ago, Between, Calendar, Ever, Last, Next, Window

_DAY: Final = timedelta(days=1)


def window_interval(window: Window, now: datetime, tz: tzinfo) -> Interval:
    """Return the instants that *window* covers at *now*, an instant in UTC, in the zone *tz*.

    Rolling windows exclude their start and include their end [T2], [T3]; the others include their
    start and exclude their end [T7], [T8].

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import window_interval
    >>> window_interval(Last(months=1), datetime(2022, 3, 31, 12, tzinfo=UTC), UTC).start
    datetime.datetime(2022, 2, 28, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    if isinstance(window, Ever):
        return Interval(None, None, "left")
    return Interval.from_bounds(
        *window_bounds(window, now, tz), "right" if is_rolling(window) else "left"
    )


def is_rolling(window: Window) -> bool:
    """Return whether *window* is ``(start, end]``; otherwise it is ``[start, end)``."""
    return isinstance(window, Last | Ago | Next)


def window_bounds(window: Window, now: datetime, tz: tzinfo) -> tuple[Bound, Bound]:
    """Return both bounds of *window* at *now*; neither moves back as time passes."""
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
            first, stop = _calendar_units(window, now, tz)
            return unit_start(first, unit, tz), unit_start(stop, unit, tz)
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
    """Return whether *window* covers *day*, a value of a contact or an event.

    A rolling window treats *day* as the instant at which the day starts in *tz*; `Between` and
    `Calendar` compare it as a day [T13].
    """
    match window:
        case Between(start, end):
            return _not_before(day, start, tz) and not _after(day, end, tz)
        case Calendar(unit):
            first, stop = _calendar_units(window, now, tz)
            return first <= unit_index(day, unit) < stop
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
    """Return the nows at which *window* covers *fact*, an instant in UTC or a day.

    That is one half-open interval ``[enter, leave)`` [T11], perhaps empty. A start of ``None``
    means that it has no beginning, an end of ``None`` that it has no end. Events have one more
    rule, which is not applied here: an event does not count before its own instant [T1].

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import coverage
    >>> coverage(Last(months=1), datetime(2022, 1, 31, 15, tzinfo=UTC), UTC).end
    datetime.datetime(2022, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return Interval.from_bounds(*coverage_bounds(window, fact, tz), "left")


def coverage_bounds(window: Window, fact: date, tz: tzinfo) -> tuple[Bound, Bound]:
    """Return the bounds of `coverage`: the now at which *fact* enters *window*, and leaves it.

    Of two facts the later one neither enters nor leaves before the earlier one. A fact that is
    never covered leaves when it enters, or before that.
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
            # This window does not move. A fact before it has left since ever, a fact after it never
            # enters, so that later facts do not enter before earlier ones.
            if isinstance(fact, datetime):
                before, after = fact < _start_bound(start, tz), fact >= _end_bound(end, tz)
            else:
                before, after = not _not_before(fact, start, tz), _after(fact, end, tz)
            if after:
                return Unbounded.FUTURE, Unbounded.FUTURE
            return Unbounded.PAST, Unbounded.PAST if before else Unbounded.FUTURE
        case _:
            assert_never(window)


def _calendar_units(window: Calendar, now: datetime, tz: tzinfo) -> tuple[int, int]:
    """Return the numbers of the first unit in *window*, and of the first unit after it."""
    first = unit_index(local_day(now, tz), window.unit) + window.offset
    return first, first + window.count
