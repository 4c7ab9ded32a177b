"""Which instants a window covers now, and at which nows it covers a fact."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final, assert_never

from segkit.clock.days import day_start, local_day, unit_of, unit_start
from segkit.clock.edges import Beyond, Edge, Interval, interval_between
from segkit.clock.lengths import ago, ahead, leave
from segkit.model.values import FIRST, LAST
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next, Window

__all__ = ["covers_day", "interval", "validity"]

_DAY: Final = timedelta(days=1)


def interval(window: Window, now: datetime, tz: tzinfo) -> Interval:
    """The instants *window* covers at *now* (in UTC) in *tz*.

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import interval
    >>> interval(Last(months=1), datetime(2022, 3, 31, 12, tzinfo=UTC), UTC).start
    datetime.datetime(2022, 2, 28, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    match window:
        case Ever():
            return Interval(None, None, "left")
        case Last(length):
            return interval_between(ago(now, length), now, "right")
        case Ago(older, newer):
            start = Beyond.BEFORE if older is None else ago(now, older)
            return interval_between(start, ago(now, newer), "right")
        case Next(length):
            return interval_between(now, ahead(now, length), "right")
        case Between(start, end):
            return interval_between(_start_of(start, tz), _end_of(end, tz), "left")
        case Calendar(unit):
            first, behind = _calendar_days(window, now, tz)
            return interval_between(
                unit_start(first, unit, tz), unit_start(behind, unit, tz), "left"
            )
        case _:
            assert_never(window)


def _start_of(start: date | None, tz: tzinfo) -> Edge:
    if start is None:
        return Beyond.BEFORE
    return start if isinstance(start, datetime) else day_start(start, tz)


def _end_of(end: date | None, tz: tzinfo) -> Edge:
    if end is None or isinstance(end, datetime):
        return Beyond.AFTER if end is None else end
    return Beyond.AFTER if end == date.max else day_start(end + _DAY, tz)


def covers_day(window: Window, day: date, now: datetime, tz: tzinfo) -> bool:
    """Whether *window* covers a day value.

    In a rolling window it stands for the instant it starts at, elsewhere it is a day [T13].
    """
    match window:
        case Between(start, end):
            return _not_before(day, start, tz) and not _behind(day, end, tz)
        case Calendar(unit):
            first, behind = _calendar_days(window, now, tz)
            return first <= unit_of(day, unit) < behind
        case Ever() | Last() | Ago() | Next():
            return day_start(day, tz) in interval(window, now, tz)
        case _:
            assert_never(window)


def _not_before(day: date, start: date | None, tz: tzinfo) -> bool:
    if isinstance(start, datetime):
        start = local_day(start, tz)  # [K4]
    return start is None or day >= start


def _behind(day: date, end: date | None, tz: tzinfo) -> bool:
    if isinstance(end, datetime):
        return day >= local_day(end, tz)  # [K4]; an instant end is not included [T7]
    return end is not None and day > end


def validity(window: Window, fact: date, tz: tzinfo) -> Interval:
    """The nows at which *window* covers *fact*, an instant in UTC or a day [T11].

    One half-open interval ``[enter, leave)``; ``None`` at the start: since ever; at the end: for
    ever. Of events, [T1] applies besides: none counts before its own instant.

    >>> from datetime import UTC, datetime
    >>> from segkit import Last
    >>> from segkit.clock import validity
    >>> validity(Last(months=1), datetime(2022, 1, 31, 15, tzinfo=UTC), UTC).end
    datetime.datetime(2022, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    at = fact if isinstance(fact, datetime) else day_start(fact, tz)
    match window:
        case Last(length):
            return interval_between(at, leave(at, length), "left")
        case Ago(older, newer):
            end = Beyond.AFTER if older is None else leave(at, older)
            return interval_between(leave(at, newer), end, "left")
        case Next(length):
            return interval_between(leave(at, length, -1), at, "left")
        case Calendar(unit, offset, count):
            day = local_day(fact, tz) if isinstance(fact, datetime) else fact
            last = unit_of(day, unit) - offset
            start = unit_start(last - count + 1, unit, tz)
            return interval_between(start, unit_start(last + 1, unit, tz), "left")
        case Ever() | Between():
            # These do not move: what they cover at one now they cover at every other.
            covered = (
                fact in interval(window, FIRST, tz)
                if isinstance(fact, datetime)
                else covers_day(window, fact, FIRST, tz)
            )
            return Interval(None, None, "left") if covered else Interval(LAST, FIRST, "left")
        case _:
            assert_never(window)


def _calendar_days(window: Calendar, now: datetime, tz: tzinfo) -> tuple[int, int]:
    """The numbers of the first unit and of the first unit behind."""
    first = unit_of(local_day(now, tz), window.unit) + window.offset
    return first, first + window.count
