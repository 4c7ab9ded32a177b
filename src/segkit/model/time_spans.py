"""Durations and windows of time, as data without arithmetic.

A `Duration` keeps calendar months and exact microseconds apart [T4], [T5]. `segkit.clock` computes
which instants a window covers at a given ``now``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict, Unpack, cast, get_args

import attrs

from segkit.errors import ConditionError, read_foreign, short_repr
from segkit.model.foreign_data import day_advice
from segkit.model.repr import PasteableRepr
from segkit.model.validation import (
    ensure_choice,
    ensure_pair,
    ensure_whole,
    has_type,
    mismatch,
    set_fields,
    zone_problem,
)
from segkit.model.values import TIMES, is_int, normalize, to_builtin

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Units(TypedDict, total=False):
    """The units of one length of time: whole numbers, together positive."""

    years: int
    months: int
    weeks: int
    days: int
    hours: int
    minutes: int
    seconds: int
    microseconds: int


class UnitPairs(TypedDict, total=False):
    """The units of two lengths of time: ``days=(90, 30)`` is between 90 and 30 days ago."""

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
    """A length of time: calendar months and exact microseconds, whole and together positive.

    Give a ``timedelta`` or ``dateutil.relativedelta.relativedelta``, or whole ``years, months,
    weeks, days, hours, minutes, seconds, microseconds``. A year is 12 months, and a day is 24
    hours [T4], [T5], [T15].

    Raises:
        ConditionError: If neither or both forms are given, or a part is fractional, negative or
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
        """Return the length multiplied by *number*.

        Raises:
            ConditionError: If *number* is not a whole number of 1 or more.

        >>> from segkit import Duration
        >>> Duration(weeks=1).times(2)
        Duration(days=14)
        """
        factor = ensure_whole("times", "takes a whole number, 1 or more", number, minimum=1)
        return Duration(months=self.months * factor, microseconds=self.microseconds * factor)

    def in_units(self) -> dict[str, int]:
        """Return the length in months, and the rest in the largest unit up to days that divides it.

        >>> from segkit import Duration
        >>> Duration(years=1, weeks=2).in_units()
        {'months': 12, 'days': 14}
        """
        units = {"months": self.months} if self.months else {}
        for unit in ("days", "hours", "minutes", "seconds", "microseconds"):
            if self.microseconds and self.microseconds % _MICROSECONDS[unit] == 0:
                units[unit] = self.microseconds // _MICROSECONDS[unit]
                break
        return units

    def __repr__(self) -> str:
        return f"Duration({_as_arguments(self)})"


def _as_arguments(length: Duration) -> str:
    return ", ".join(f"{unit}={number}" for unit, number in length.in_units().items())


DurationLike: TypeAlias = "Duration | timedelta | relativedelta"
"""The types of a length of time that is given as one positional argument."""


def _parts(length: object, units: Mapping[str, object]) -> tuple[int, int]:
    """Return the months and microseconds of a duration, given either way."""
    if (length is None) is (not units):
        problem = "give a length of time once: days=30, or a timedelta or relativedelta"
        raise ConditionError("duration", problem, length)
    if has_type(length, Duration):
        return length.months, length.microseconds
    if has_type(length, timedelta):
        # A plain timedelta, whatever methods a subclass overrides.
        exact = timedelta.__add__(length, timedelta(0))
        if exact <= timedelta(0):
            raise mismatch("duration", "must be longer than 0", length)
        return 0, exact // timedelta(microseconds=1)
    if length is not None:
        units = _relative_units(length)
    months = microseconds = 0
    for unit, number in units.items():
        if unit not in _MONTHS and unit not in _MICROSECONDS:
            known = ", ".join((*_MONTHS, *_MICROSECONDS))
            raise ConditionError("duration", f"no unit {unit!r}; the units are {known}", unit)
        expected = f"{unit} must be a whole number, 0 or more"
        whole = ensure_whole("duration", expected, number, minimum=0)
        months += _MONTHS.get(unit, 0) * whole
        microseconds += _MICROSECONDS.get(unit, 0) * whole
    if not months and not microseconds:
        raise ConditionError("duration", "must be longer than 0", length)
    return months, microseconds


def _relative_units(length: object) -> dict[str, object]:
    """Return the units of a ``relativedelta``, which only a program that imported it can pass."""
    module = sys.modules.get("dateutil.relativedelta")
    if module is None or not issubclass(type(length), module.relativedelta):
        problem = (
            f"takes a timedelta or relativedelta, or units (days=30); got {short_repr(length)}"
        )
        if is_int(length):
            number = int.__int__(cast("int", length))
            problem += f": a number needs a unit, such as days={number} or timedelta(days={number})"
        raise ConditionError("duration", problem, length)
    parts = read_foreign("duration", lambda: dict(vars(length)))
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
"""A ``date`` that is not a ``datetime``."""


class BaseWindow(PasteableRepr):
    """The base of all windows of time."""

    __slots__ = ()


@attrs.frozen(repr=False)
class Ever(BaseWindow):
    """All time. Of events, only those up to and including now count.

    >>> from segkit import EventCount, Ever
    >>> EventCount("order").window == Ever()
    True
    """


@attrs.frozen(init=False, repr=False)
class _Rolling(BaseWindow):
    length: Duration

    def __init__(self, length: DurationLike | None = None, /, **units: Unpack[Units]) -> None:
        self.__attrs_init__(Duration(length, **units))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_as_arguments(self.length)})"


@attrs.frozen(init=False, repr=False)
class Last(_Rolling):
    """The time up to now, ``(now - length, now]``: the older end is excluded, now is included.

    The arguments are those of `Duration` [T2].

    >>> from segkit import Last
    >>> Last(days=30)
    Last(days=30)
    """


@attrs.frozen(init=False, repr=False)
class Next(_Rolling):
    """The time after now, for attributes and properties: ``(now, now + length]``.

    The arguments are those of `Duration` [T3].

    >>> from segkit import Next
    >>> Next(weeks=1)
    Next(days=7)
    """


@attrs.frozen(repr=False)
class Ago(BaseWindow):
    """The time between two lengths of time ago, ``(now - older, now - newer]``.

    With ``None`` for *older*, all time up to and including ``now - newer`` [T3].

    Raises:
        ConditionError: If *older* cannot be longer than *newer*.

    >>> from segkit import Ago, Duration
    >>> Ago(Duration(days=90), Duration(days=30))
    Ago(Duration(days=90), Duration(days=30))
    """

    older: Duration | None = attrs.field(converter=attrs.converters.optional(Duration))
    newer: Duration = attrs.field(converter=Duration)

    def __attrs_post_init__(self) -> None:
        older, newer = self.older, self.newer
        # Months and days are not compared: which length is longer depends on the calendar.
        if older and older.months <= newer.months and older.microseconds <= newer.microseconds:
            expected = "the older end must be longer ago than the newer one, as in days=(90, 30)"
            found = f"{_as_arguments(older)} and {_as_arguments(newer)}"
            raise mismatch("Ago", expected, (older, newer), found=found)


def ago_window(
    older: DurationLike | None, newer: DurationLike | None, pairs: Mapping[str, object]
) -> Ago:
    """Return the window of ``between_ago``: two lengths, or units as pairs (older, newer)."""
    if pairs and older is None and newer is None:
        ends: list[dict[str, Any]] = [{}, {}]
        for unit, pair in pairs.items():
            expected = f"{unit} takes a pair (older, newer), as in days=(90, 30)"
            ends[0][unit], ends[1][unit] = ensure_pair("between_ago", expected, pair)
        return Ago(Duration(**ends[0]), Duration(**ends[1]))
    if pairs or older is None or newer is None:
        problem = "takes two lengths of time (older, newer) or pairs: days=(90, 30)"
        raise ConditionError("between_ago", problem, (older, newer))
    return Ago(older, newer)


def end_of_window(value: object) -> Day | datetime | None:
    """Return an end of `Between`: a day, an instant in UTC, or ``None`` for an open side."""
    if value is None:
        return None
    if normalize(value)[0] in TIMES:
        return cast("Day | datetime", to_builtin(value))
    problem = zone_problem(value)
    if problem is None:
        expected = "takes days (date) and instants (aware datetime)"
        raise mismatch("Between", expected, value, advice=day_advice(value))
    raise ConditionError("Between", problem, value)


@attrs.frozen(repr=False)
class Between(BaseWindow):
    """The time between two fixed ends, one of which may be open (``None``).

    Days are those of the time zone of the evaluation, and included whole at both ends. An instant
    is included as the start and excluded as the end [T7].

    Raises:
        ConditionError: If both ends are ``None`` or in reverse order, or an end is naive or is
            neither a day nor an instant.

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
    # A day and an instant may be one day apart in UTC and still be in order in the time zone of
    # the evaluation, which is not known here: zones differ from UTC by less than a day.
    tolerance = 0
    if isinstance(start, datetime):
        start, tolerance = start.date(), 1
    elif isinstance(end, datetime):
        end, tolerance = end.date(), 1
    return (start - end).days > tolerance


CalendarUnit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]


@attrs.frozen(repr=False)
class Calendar(BaseWindow):
    """Whole calendar units in the time zone of the evaluation: start included, end excluded.

    The arguments are those of ``did(...).during`` [T8].

    Raises:
        ConditionError: For another unit, or a number that is not whole.

    >>> from segkit import Calendar
    >>> Calendar("month", -1)
    Calendar('month', offset=-1)
    """

    unit: CalendarUnit
    offset: int = 0
    count: int = 1

    def __attrs_post_init__(self) -> None:
        unit = ensure_choice("Calendar", "unit", self.unit, get_args(CalendarUnit))
        whole = "offset must be a whole number of units"
        positive = "count must be a whole number, 1 or more"
        offset = ensure_whole("Calendar", whole, self.offset)
        count = ensure_whole("Calendar", positive, self.count, minimum=1)
        set_fields(self, unit=unit, offset=offset, count=count)


Window: TypeAlias = Ever | Last | Ago | Next | Between | Calendar
