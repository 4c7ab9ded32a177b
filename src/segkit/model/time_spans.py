"""Lengths of time as people say them: calendar months and exact durations, kept apart.

The windows of time a condition can look through: data, no arithmetic.

Which instants a window covers at a given ``now`` is said in one place, `segkit.clock`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict, Unpack, cast, get_args

import attrs

from segkit.errors import ConditionError, short_repr, wrap_foreign_errors
from segkit.model.repr import PasteableRepr
from segkit.model.values import MAX_INSTANT, Kind, is_int, normalize, to_builtin, to_int

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Units(TypedDict, total=False):
    """A length of time in words: whole numbers, one or several units, together positive."""

    years: int
    months: int
    weeks: int
    days: int
    hours: int
    minutes: int
    seconds: int
    microseconds: int


class UnitPairs(TypedDict, total=False):
    """Two lengths of time in words: ``days=(90, 30)`` is from 90 to 30 days ago."""

    years: tuple[int, int]
    months: tuple[int, int]
    weeks: tuple[int, int]
    days: tuple[int, int]
    hours: tuple[int, int]
    minutes: tuple[int, int]
    seconds: tuple[int, int]
    microseconds: tuple[int, int]


_SECOND: Final = 1_000_000
_MICROSECONDS: Final = {
    "weeks": 7 * 86_400 * _SECOND,
    "days": 86_400 * _SECOND,
    "hours": 3_600 * _SECOND,
    "minutes": 60 * _SECOND,
    "seconds": _SECOND,
    "microseconds": 1,
}
_MONTHS: Final = {"years": 12, "months": 1}
_ABSOLUTE: Final = (
    "year", "month", "day", "weekday", "hour", "minute", "second", "microsecond",
)  # fmt: skip


@attrs.frozen(init=False, repr=False)
class Duration:
    """A length of time: calendar months, then exact microseconds [T4], [T5], [T15].

    Both are whole and not negative, one of them is positive. ``Duration(years=1, days=3)`` and
    ``Duration(months=12, hours=72)`` are the same: a year is 12 months, a day is 24 hours.

    Args:
        length: A ``timedelta`` or ``dateutil.relativedelta.relativedelta``; or leave it out and
            say it in units.
        **units: ``years months weeks days hours minutes seconds microseconds``.

    Raises:
        ConditionError: If nothing or both are given, or a part is fractional, negative or
            absolute (``relativedelta(day=1)``).

    >>> from datetime import timedelta
    >>> from segkit import Duration
    >>> Duration(weeks=2) == Duration(timedelta(days=14))
    True
    """

    months: int
    microseconds: int

    def __init__(self, length: DurationLike | None = None, /, **units: Unpack[Units]) -> None:
        months, microseconds = _parts(length, cast("Mapping[str, object]", units))
        self.__attrs_init__(months, microseconds)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def times(self, number: int) -> Duration:
        """The length *number* times over."""
        return Duration(months=self.months * number, microseconds=self.microseconds * number)

    def in_units(self) -> dict[str, int]:
        """The length in as few units as say it exactly: ``{"days": 30}``, ``{"months": 6}``."""
        units = {"months": self.months} if self.months else {}
        for unit in ("days", "hours", "minutes", "seconds", "microseconds"):
            if self.microseconds and self.microseconds % _MICROSECONDS[unit] == 0:
                units[unit] = self.microseconds // _MICROSECONDS[unit]
                break
        return units

    def __repr__(self) -> str:
        return f"Duration({self.as_arguments()})"

    def as_arguments(self) -> str:
        """The keyword arguments that build this length again: ``days=30``."""
        return ", ".join(f"{unit}={number}" for unit, number in self.in_units().items())


DurationLike: TypeAlias = "Duration | timedelta | relativedelta"
"""What a length of time may be given as, positionally."""


def _parts(length: object, units: Mapping[str, object]) -> tuple[int, int]:
    """Return the months and microseconds of a duration, given either way."""
    if (length is None) is (not units):
        problem = "give a length of time once: days=30, or a timedelta or relativedelta"
        raise ConditionError("duration", problem, length)
    # By the type: an object may lie about its class, or raise when its class is read.
    kind: type[object] = type(length)
    if issubclass(kind, Duration):
        duration = cast("Duration", length)
        return duration.months, duration.microseconds
    if issubclass(kind, timedelta):
        # A plain timedelta, whatever methods a subclass overrides.
        exact = timedelta.__add__(cast("timedelta", length), timedelta(0))
        if exact <= timedelta(0):
            problem = f"must be longer than nothing; got {short_repr(length)}"
            raise ConditionError("duration", problem, length)
        units = {"microseconds": exact // timedelta(microseconds=1)}
    elif length is not None:
        units = _relative_units(length)
    months = microseconds = 0
    for unit, number in units.items():
        if unit not in _MONTHS and unit not in _MICROSECONDS:
            known = ", ".join((*_MONTHS, *_MICROSECONDS))
            raise ConditionError("duration", f"no unit {unit!r}; the units are {known}", unit)
        plain = to_int(cast("int", number))
        if not is_int(plain) or plain < 0:
            problem = (
                f"{unit} must be a whole number, not negative nor endless; got {short_repr(number)}"
            )
            raise ConditionError("duration", problem, number)
        months += _MONTHS.get(unit, 0) * plain
        microseconds += _MICROSECONDS.get(unit, 0) * plain
    if not months and not microseconds:
        raise ConditionError("duration", "must be longer than nothing", length)
    return months, microseconds


def _relative_units(length: object) -> dict[str, object]:
    """Return the units of a ``relativedelta``, which only a program that imported it can pass."""
    module = sys.modules.get("dateutil.relativedelta")
    if module is None or not issubclass(type(length), module.relativedelta):
        problem = (
            f"takes a timedelta or relativedelta, or units (days=30); got {short_repr(length)}"
        )
        raise ConditionError("duration", problem, length)
    with wrap_foreign_errors("duration"):
        parts = dict(vars(length))
    absolute = [part for part in _ABSOLUTE if parts.get(part) is not None]
    if absolute or parts.get("leapdays"):
        which = ", ".join(absolute) or "leapdays"
        problem = f"a relativedelta with absolute parts ({which}) is a date, not a length"
        raise ConditionError("duration", problem, length)
    units = {unit: parts.get(unit, 0) for unit in (*_MONTHS, *_MICROSECONDS) if unit != "weeks"}
    return {
        unit: int(part) if type(part) is float and part.is_integer() else part
        for unit, part in units.items()
    }


Day: TypeAlias = date
"""A ``date`` that is no ``datetime``."""


class BaseWindow(PasteableRepr):
    """The base of all windows."""

    __slots__ = ()


@attrs.frozen(repr=False)
class Ever(BaseWindow):
    """All time; of events, everything up to and including now [T1]."""


@attrs.frozen(init=False, repr=False)
class _Rolling(BaseWindow):
    length: Duration

    def __init__(self, length: DurationLike | None = None, /, **units: Unpack[Units]) -> None:
        self.__attrs_init__(Duration(length, **units))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length.as_arguments()})"


@attrs.frozen(init=False, repr=False)
class Last(_Rolling):
    """The time up to and including now: ``(now - length, now]`` [T2].

    An event is in ``Last(days=30)`` from its instant up to, not including, 30 days later.

    >>> from segkit import Last
    >>> Last(days=30)
    Last(days=30)
    """


@attrs.frozen(init=False, repr=False)
class Next(_Rolling):
    """The time ahead, for attributes and properties: ``(now, now + length]`` [T3].

    >>> from segkit import Next
    >>> Next(weeks=1)
    Next(days=7)
    """


def _duration(length: DurationLike) -> Duration:
    return Duration(length)


def _optional_duration(length: DurationLike | None) -> Duration | None:
    return None if length is None else Duration(length)


@attrs.frozen(repr=False)
class Ago(BaseWindow):
    """Between two lengths of time ago: ``(now - older, now - newer]`` [T3].

    Args:
        older: The longer one, its end not included; ``None`` for everything before.
        newer: The shorter one, its end included.

    Raises:
        ConditionError: If ``older`` cannot be longer than ``newer``.

    >>> from segkit import Ago, Duration
    >>> Ago(Duration(days=90), Duration(days=30))
    Ago(Duration(days=90), Duration(days=30))
    """

    older: Duration | None = attrs.field(converter=_optional_duration)
    newer: Duration = attrs.field(converter=_duration)

    def __attrs_post_init__(self) -> None:
        older, newer = self.older, self.newer
        # Months against days is left open: which is longer depends on the calendar.
        if older and older.months <= newer.months and older.microseconds <= newer.microseconds:
            problem = (
                "the older end must be longer ago than the newer one, as in days=(90, 30); "
                f"got {older.as_arguments()} and {newer.as_arguments()}"
            )
            raise ConditionError("Ago", problem, (older, newer))


def ago_window(
    older: DurationLike | None, newer: DurationLike | None, pairs: Mapping[str, object]
) -> Ago:
    """The window of ``between_ago``: two lengths, or units as pairs (older, newer)."""
    if pairs and older is None and newer is None:
        ends: list[dict[str, Any]] = [{}, {}]
        for unit, pair in pairs.items():
            with wrap_foreign_errors("between_ago"):
                try:
                    ends[0][unit], ends[1][unit] = cast("tuple[object, object]", pair)
                except (TypeError, ValueError):
                    problem = f"{unit} takes a pair (older, newer), as in days=(90, 30)"
                    raise ConditionError("between_ago", problem, pair) from None
        return Ago(Duration(**ends[0]), Duration(**ends[1]))
    if pairs or older is None or newer is None:
        problem = "takes two lengths of time (older, newer) or pairs: days=(90, 30)"
        raise ConditionError("between_ago", problem, (older, newer))
    return Ago(older, newer)


def end_of_window(value: object) -> Day | datetime | None:
    """An end of `Between`: a day, an instant (kept in UTC), or ``None`` for an open side."""
    if value is None:
        return None
    kind, _ = normalize(value)
    if kind not in (Kind.DAY, Kind.INSTANT):
        problem = f"takes days (date) and instants (aware datetime); got {short_repr(value)}"
        if issubclass(type(value), datetime):
            problem = (
                f"{short_repr(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
            )
        raise ConditionError("Between", problem, value)
    return cast("Day | datetime", to_builtin(value))


@attrs.frozen(repr=False)
class Between(BaseWindow):
    """Between two fixed ends, one of which may be open (``None``) [T7].

    An instant ``start`` is included, an instant ``end`` is not. A day is included whole, as it
    runs in the zone of the evaluation, at either end.

    Raises:
        ConditionError: If both are ``None``, an end is naive or no time, or they are reversed.

    >>> from datetime import date
    >>> from segkit import Between
    >>> Between(date(2022, 7, 1), date(2022, 9, 30))
    Between(datetime.date(2022, 7, 1), datetime.date(2022, 9, 30))
    """

    start: Day | datetime | None = attrs.field(converter=end_of_window)
    end: Day | datetime | None = attrs.field(converter=end_of_window)

    def __attrs_post_init__(self) -> None:
        if self.start is None and self.end is None:
            raise ConditionError("Between", "one side may be open, not both", None)
        if self.start is not None and self.end is not None and _reversed(self.start, self.end):
            problem = f"the start {self.start} is after the end {self.end}"
            raise ConditionError("Between", problem, (self.start, self.end))


def _reversed(start: Day | datetime, end: Day | datetime) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start > end
    # A day and an instant: zones differ from UTC by less than a day either way, so one day of
    # difference is left for the evaluation zone to decide.
    both_days = not isinstance(start, datetime) and not isinstance(end, datetime)
    slack = timedelta(0) if both_days else timedelta(days=1)
    return _calendar_day(start) - _calendar_day(end) > slack


def _calendar_day(end: Day | datetime) -> date:
    return end.date() if isinstance(end, datetime) else end


CalendarUnit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]


def _plain_text(unit: CalendarUnit) -> CalendarUnit:
    kind, text = normalize(unit)
    return cast("CalendarUnit", text) if kind is Kind.TEXT else unit


@attrs.frozen(repr=False)
class Calendar(BaseWindow):
    """Whole calendar units in the zone of the evaluation, start included, end excluded [T8].

    Args:
        unit: ``"day"``, ``"week"`` (ISO, from Monday), ``"month"``, ``"quarter"``, ``"year"``.
        offset: The first unit, counted from the one that holds now: 0 this, -1 the previous.
        count: How many units, 1 or more.

    Raises:
        ConditionError: For another unit, or numbers that are not whole.

    >>> from segkit import Calendar
    >>> Calendar("month", -1)
    Calendar('month', offset=-1)
    """

    unit: CalendarUnit = attrs.field(converter=_plain_text)
    offset: int = attrs.field(default=0, converter=to_int)
    count: int = attrs.field(default=1, converter=to_int)

    def __attrs_post_init__(self) -> None:
        # A text is a plain one by now; anything else is not compared.
        unit: object = self.unit
        if type(unit) is not str or unit not in get_args(CalendarUnit):
            known = ", ".join(get_args(CalendarUnit))
            problem = f"no unit {short_repr(self.unit)}; the units are {known}"
            raise ConditionError("Calendar", problem, self.unit)
        if not is_int(self.offset):
            problem = f"offset must be a whole number of units; got {short_repr(self.offset)}"
            raise ConditionError("Calendar", problem, self.offset)
        if not is_int(self.count) or self.count < 1:
            problem = f"count must be a whole number, 1 or more; got {short_repr(self.count)}"
            raise ConditionError("Calendar", problem, self.count)


Window: TypeAlias = Ever | Last | Ago | Next | Between | Calendar


def before_window(end: Day | datetime) -> Between:
    """All events before an instant, or before a day begins [T14]."""
    until = end_of_window(end)
    if isinstance(until, date) and not isinstance(until, datetime):
        if until == date.min:
            raise ConditionError("before", "no day lies before the first one", end)
        until -= timedelta(days=1)
    return Between(None, until)


def after_window(start: Day | datetime) -> Between:
    """All events after an instant, or after a day has ended [T14]."""
    since = end_of_window(start)
    if since is None or since in (date.max, MAX_INSTANT):
        raise ConditionError("after", "nothing lies after the last instant", start)
    step = timedelta(microseconds=1) if isinstance(since, datetime) else timedelta(days=1)
    return Between(since + step, None)
