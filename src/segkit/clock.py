"""Which instants a window covers at a given now, and at which nows a window covers an instant.

===================  ==============================  ===========================================
window               covers, at ``now``              covers the instant t while now is in
===================  ==============================  ===========================================
``Last(w)``          ``(now - w, now]``              ``[t, leave(t, w))``
``Ago(a, b)``        ``(now - a, now - b]``          ``[leave(t, b), leave(t, a))``
``Ago(None, b)``     everything up to ``now - b``    ``[leave(t, b), ...)``
``Next(w)``          ``(now, now + w]``              ``[leave(t, -w), t)``
``Between(a, b)``    ``[a, b)``                      always or never
``Calendar(...)``    ``[first day, last day + 1)``   from the start of a unit to that of another
===================  ==============================  ===========================================

``now - w`` is `shift`, months first and then the exact rest; ``leave`` is its exact inverse, the
first now whose window has lost t. Everything is exact to the microsecond in UTC. An edge outside
the years 1 to 9999 lies before, or behind, every instant: nothing overflows.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from typing import Final, Literal, TypeAlias, assert_never

import attrs
from dateutil.relativedelta import relativedelta

from segkit.errors import InstantError, ZoneError, shown
from segkit.model.durations import Duration
from segkit.model.facts import instant
from segkit.model.windows import Ago, Between, Calendar, CalendarUnit, Ever, Last, Next, Window

__all__ = [
    "FIRST",
    "LAST",
    "Interval",
    "Moment",
    "day_start",
    "interval",
    "leave",
    "local_day",
    "shift",
    "validity",
    "zone",
]

FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)


class _Beyond(Enum):
    """An edge that no instant reaches [T12]."""

    BEFORE = "before every instant"
    AFTER = "after every instant"


_Edge: TypeAlias = datetime | _Beyond


@attrs.frozen
class Interval:
    """The instants between two edges, one of which is included.

    Attributes:
        start: The lower edge, in UTC; ``None`` if there is none.
        end: The upper edge, in UTC; ``None`` if there is none.
        closed: The edge that is included: ``"right"`` for rolling windows, ``"left"`` otherwise.
    """

    start: datetime | None
    end: datetime | None
    closed: Literal["left", "right"]

    def __contains__(self, moment: datetime) -> bool:
        if self.closed == "right":
            return (self.start is None or moment > self.start) and (
                self.end is None or moment <= self.end
            )
        return (self.start is None or moment >= self.start) and (
            self.end is None or moment < self.end
        )


def _between(start: _Edge, end: _Edge, closed: Literal["left", "right"]) -> Interval:
    if start is _Beyond.AFTER or end is _Beyond.BEFORE:
        return Interval(LAST, FIRST, closed)
    return Interval(
        None if isinstance(start, _Beyond) else start,
        None if isinstance(end, _Beyond) else end,
        closed,
    )


# --- lengths of time -----------------------------------------------------------------------------


def _plus_months(moment: datetime, months: int) -> _Edge:
    """The same day and time months away, or the last day of that month, as dateutil says it."""
    try:
        return moment + relativedelta(months=months)
    except (ValueError, OverflowError):
        return _Beyond.AFTER if months > 0 else _Beyond.BEFORE


def _plus_microseconds(moment: datetime, microseconds: int) -> _Edge:
    try:
        return moment + timedelta(microseconds=microseconds)
    except OverflowError:
        return _Beyond.AFTER if microseconds > 0 else _Beyond.BEFORE


def shift(moment: datetime, months: int) -> _Edge:
    """The same day and time *months* away, or the last microsecond of that month [T5].

    Monotone in *moment*, which dateutil's arithmetic alone is not: what has left a window of
    months does not come back on the 29th.
    """
    moved = _plus_months(moment, months)
    if isinstance(moved, _Beyond) or moved.day == moment.day:
        return moved
    return moved.replace(hour=23, minute=59, second=59, microsecond=999_999)


def _ago(now: datetime, length: Duration) -> _Edge:
    """``now - length``: months first, then the rest [T15]."""
    moved = shift(now, -length.months) if length.months else now
    if isinstance(moved, _Beyond):
        return moved
    return _plus_microseconds(moved, -length.microseconds)


def _ahead(now: datetime, length: Duration) -> _Edge:
    """``now + length``: months first, then the rest [T15]."""
    moved = shift(now, length.months) if length.months else now
    if isinstance(moved, _Beyond):
        return moved
    return _plus_microseconds(moved, length.microseconds)


def leave(moment: datetime, length: Duration, direction: Literal[1, -1] = 1) -> _Edge:
    """The first now for which ``now - length >= moment`` [T6].

    With *direction* -1: the first now for which ``now + length >= moment``. The months were taken
    from now first, so they are given back last [T15].
    """
    rest = _plus_microseconds(moment, direction * length.microseconds)
    if isinstance(rest, _Beyond) or not length.months:
        return rest
    moved = _plus_months(rest, direction * length.months)
    if isinstance(moved, _Beyond) or moved.day == rest.day:
        return moved
    # No such day in that month: shift() jumps over it when the next month begins.
    return _plus_months(datetime(moved.year, moved.month, 1, tzinfo=UTC), 1)


# --- local days ----------------------------------------------------------------------------------


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


# --- calendar units ------------------------------------------------------------------------------

_PER_YEAR: Final = {"month": 12, "quarter": 4, "year": 1}


def _unit_of(day: date, unit: CalendarUnit) -> int:
    """The number of the unit that holds *day*; consecutive units have consecutive numbers."""
    if unit == "day":
        return day.toordinal()
    if unit == "week":  # Day 1 of year 1 was a Monday.
        return (day.toordinal() - 1) // 7
    per_year = _PER_YEAR[unit]
    return day.year * per_year + (day.month - 1) * per_year // 12


def _first_day(number: int, unit: CalendarUnit) -> date | _Beyond:
    """The first day of the unit of that number."""
    if unit in _PER_YEAR:
        year, part = divmod(number, _PER_YEAR[unit])
        if not date.min.year <= year <= date.max.year:
            return _Beyond.BEFORE if year < date.min.year else _Beyond.AFTER
        return date(year, 1 + part * 12 // _PER_YEAR[unit], 1)
    ordinal = number if unit == "day" else number * 7 + 1
    if not 1 <= ordinal <= date.max.toordinal():
        return _Beyond.BEFORE if ordinal < 1 else _Beyond.AFTER
    return date.fromordinal(ordinal)


def _unit_start(number: int, unit: CalendarUnit, tz: tzinfo) -> _Edge:
    day = _first_day(number, unit)
    return day if isinstance(day, _Beyond) else day_start(day, tz)


def _calendar_days(window: Calendar, now: datetime, tz: tzinfo) -> tuple[int, int]:
    """The numbers of the first unit and of the first unit behind."""
    first = _unit_of(local_day(now, tz), window.unit) + window.offset
    return first, first + window.count


# --- windows -------------------------------------------------------------------------------------


def interval(window: Window, now: datetime, tz: tzinfo) -> Interval:
    """The instants *window* covers at *now* (in UTC) in *tz*.

    >>> from datetime import UTC, datetime
    >>> interval(Last(months=1), datetime(2022, 3, 31, 12, tzinfo=UTC), UTC).start
    datetime.datetime(2022, 2, 28, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    """
    match window:
        case Ever():
            return Interval(None, None, "left")
        case Last(length):
            return _between(_ago(now, length), now, "right")
        case Ago(older, newer):
            start = _Beyond.BEFORE if older is None else _ago(now, older)
            return _between(start, _ago(now, newer), "right")
        case Next(length):
            return _between(now, _ahead(now, length), "right")
        case Between(start, end):
            return _between(_start_of(start, tz), _end_of(end, tz), "left")
        case Calendar(unit):
            first, behind = _calendar_days(window, now, tz)
            return _between(_unit_start(first, unit, tz), _unit_start(behind, unit, tz), "left")
        case _:
            assert_never(window)


def _start_of(start: date | None, tz: tzinfo) -> _Edge:
    if start is None:
        return _Beyond.BEFORE
    return start if isinstance(start, datetime) else day_start(start, tz)


def _end_of(end: date | None, tz: tzinfo) -> _Edge:
    if end is None or isinstance(end, datetime):
        return _Beyond.AFTER if end is None else end
    return _Beyond.AFTER if end == date.max else day_start(end + _DAY, tz)


def covers_day(window: Window, day: date, now: datetime, tz: tzinfo) -> bool:
    """Whether *window* covers a day value.

    In a rolling window it stands for the instant it starts at, elsewhere it is a day [T13].
    """
    match window:
        case Between(start, end):
            return _not_before(day, start, tz) and not _behind(day, end, tz)
        case Calendar(unit):
            first, behind = _calendar_days(window, now, tz)
            return first <= _unit_of(day, unit) < behind
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
    >>> validity(Last(months=1), datetime(2022, 1, 31, 15, tzinfo=UTC), UTC).end
    datetime.datetime(2022, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    at = fact if isinstance(fact, datetime) else day_start(fact, tz)
    match window:
        case Last(length):
            return _between(at, leave(at, length), "left")
        case Ago(older, newer):
            end = _Beyond.AFTER if older is None else leave(at, older)
            return _between(leave(at, newer), end, "left")
        case Next(length):
            return _between(leave(at, length, -1), at, "left")
        case Calendar(unit, offset, count):
            day = local_day(fact, tz) if isinstance(fact, datetime) else fact
            last = _unit_of(day, unit) - offset
            start = _unit_start(last - count + 1, unit, tz)
            return _between(start, _unit_start(last + 1, unit, tz), "left")
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


# --- the moment of a question --------------------------------------------------------------------


@attrs.frozen(eq=False)
class Moment:
    """A now in UTC and the zone of the evaluation; each window is worked out once."""

    now: datetime
    tz: tzinfo
    _intervals: dict[Window, Interval] = attrs.field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, now: datetime | None, tz: str | tzinfo) -> Moment:
        """The moment a caller asks about; ``None`` is the current time.

        Raises:
            InstantError: If *now* is naive or no ``datetime``.
            ZoneError: If *tz* is unknown or does not come from ``zoneinfo``.
        """
        return cls(datetime.now(UTC) if now is None else instant(now, "now"), zone(tz))

    def interval(self, window: Window) -> Interval:
        """The instants *window* covers now."""
        found = self._intervals.get(window)
        if found is None:
            found = self._intervals[window] = interval(window, self.now, self.tz)
        return found

    def covers(self, window: Window, fact: date) -> bool:
        """Whether *window* covers an instant in UTC, or a day, now."""
        if isinstance(fact, datetime):
            return fact in self.interval(window)
        return covers_day(window, fact, self.now, self.tz)

    def local_day(self, fact: date) -> date:
        """The local day of an instant; a day is its own [K4]."""
        return local_day(fact, self.tz) if isinstance(fact, datetime) else fact


def zone(tz: object) -> tzinfo:
    """The time zone of that name, or itself.

    Args:
        tz: A name such as ``"Europe/Paris"``, a ``zoneinfo.ZoneInfo``, or ``datetime.UTC``.

    Raises:
        ZoneError: If the name is unknown, or the zone is of another library: only ``zoneinfo``
            says for every instant what the clocks show [T9].
    """
    if tz is UTC or isinstance(tz, zoneinfo.ZoneInfo):
        return tz
    if isinstance(tz, str):
        try:
            return UTC if tz == "UTC" else zoneinfo.ZoneInfo(tz)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            problem = (
                f"no time zone {shown(tz)} here; names look like 'Europe/Paris', and where the "
                "system has no zone data, `pip install tzdata` brings it"
            )
            raise ZoneError("tz", problem, tz) from None
    problem = f"takes a name, a zoneinfo.ZoneInfo or datetime.UTC; got {shown(tz)}"
    if isinstance(tz, tzinfo):
        problem += ": write zoneinfo.ZoneInfo('Europe/Paris') for example"
    raise ZoneError("tz", problem, tz)
