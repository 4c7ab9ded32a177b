"""Lengths of time as people say them: calendar months and exact durations, kept apart."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict, Unpack, cast

import attrs

from segkit.errors import ConditionError, asking, shown
from segkit.model.values import is_whole

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

__all__ = ["Duration", "DurationLike", "UnitPairs", "Units"]


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


@asking("duration")
def _parts(length: object, units: Mapping[str, object]) -> tuple[int, int]:
    """Months and microseconds of a length given either way."""
    if (length is None) is (not units):
        problem = "give a length of time once: days=30, or a timedelta or relativedelta"
        raise ConditionError("duration", problem, length)
    if isinstance(length, Duration):
        return length.months, length.microseconds
    if isinstance(length, timedelta):
        if length <= timedelta(0):
            problem = f"must be longer than nothing; got {shown(length)}"
            raise ConditionError("duration", problem, length)
        units = {"microseconds": length // timedelta(microseconds=1)}
    elif length is not None:
        units = _relative_units(length)
    months = microseconds = 0
    for unit, number in units.items():
        if unit not in _MONTHS and unit not in _MICROSECONDS:
            known = ", ".join((*_MONTHS, *_MICROSECONDS))
            raise ConditionError("duration", f"no unit {unit!r}; the units are {known}", unit)
        if not is_whole(number) or cast("int", number) < 0:
            problem = (
                f"{unit} must be a whole number, not negative nor endless; got {shown(number)}"
            )
            raise ConditionError("duration", problem, number)
        months += _MONTHS.get(unit, 0) * cast("int", number)
        microseconds += _MICROSECONDS.get(unit, 0) * cast("int", number)
    if not months and not microseconds:
        raise ConditionError("duration", "must be longer than nothing", length)
    return months, microseconds


def _relative_units(length: object) -> dict[str, object]:
    """The parts of a ``relativedelta``, which only a program that loaded it can hand in."""
    module = sys.modules.get("dateutil.relativedelta")
    if module is None or not isinstance(length, module.relativedelta):
        problem = f"takes a timedelta or relativedelta, or units (days=30); got {shown(length)}"
        raise ConditionError("duration", problem, length)
    parts = vars(length)
    absolute = [part for part in _ABSOLUTE if parts.get(part) is not None]
    if absolute or parts.get("leapdays"):
        which = ", ".join(absolute) or "leapdays"
        problem = f"a relativedelta with absolute parts ({which}) is a date, not a length"
        raise ConditionError("duration", problem, length)
    units = {unit: parts.get(unit, 0) for unit in (*_MONTHS, *_MICROSECONDS) if unit != "weeks"}
    return {
        unit: int(part) if isinstance(part, float) and part.is_integer() else part
        for unit, part in units.items()
    }
