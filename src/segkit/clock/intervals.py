"""Bounds and intervals of instants, and the arithmetic of durations on instants.

A bound is an instant in UTC, or lies before or after every instant. `shift` adds months,
`add_duration` adds or subtracts a `Duration`, and `leave` is the exact inverse of `add_duration`.
Nothing overflows: a result outside the years 1 to 9999 is an `Unbounded` [T12].
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache, total_ordering
from typing import Literal, TypeAlias

import attrs
from dateutil.relativedelta import relativedelta

from segkit.model.time_spans import Duration
from segkit.model.values import MAX_INSTANT, MIN_INSTANT


@total_ordering
class Unbounded(Enum):
    """A bound before, or after, every instant; it can be compared with instants."""  # [T12]

    PAST = "before every instant"
    FUTURE = "after every instant"

    def __lt__(self, other: object) -> bool:
        return self is Unbounded.PAST and other is not self


Bound: TypeAlias = datetime | Unbounded


@attrs.frozen
class Interval:
    """The instants between two bounds, one of which is included.

    Attributes:
        start: The earlier bound, in UTC; ``None`` if the interval has no start.
        end: The later bound, in UTC; ``None`` if the interval has no end.
        closed: The bound that is included: ``"right"`` means ``(start, end]``, as for rolling
            windows; ``"left"`` means ``[start, end)``.

    >>> from datetime import UTC, datetime
    >>> from segkit import Interval
    >>> september, october = datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 10, 1, tzinfo=UTC)
    >>> october in Interval(september, october, "left")
    False
    >>> october in Interval(september, october, "right")
    True
    """

    start: datetime | None
    end: datetime | None
    closed: Literal["left", "right"]

    @classmethod
    def from_bounds(cls, start: Bound, end: Bound, closed: Literal["left", "right"]) -> Interval:
        """Return the interval between two bounds; empty if no instant lies between them."""
        if start is Unbounded.FUTURE:
            return cls(MAX_INSTANT, MAX_INSTANT, closed)
        if end is Unbounded.PAST:
            return cls(MIN_INSTANT, MIN_INSTANT, closed)
        return cls(
            None if isinstance(start, Unbounded) else start,
            None if isinstance(end, Unbounded) else end,
            closed,
        )

    def __contains__(self, instant: datetime) -> bool:
        first, last = self.first_and_last()
        return first <= instant <= last

    def first_and_last(self) -> tuple[datetime, datetime]:
        """Return the first and the last instant in the interval, both included, in UTC.

        For an empty interval the first is later than the last.
        """
        first = MIN_INSTANT if self.start is None else self.start
        last = MAX_INSTANT if self.end is None else self.end
        try:
            if self.closed == "right" and self.start is not None:
                first += datetime.resolution
            if self.closed == "left" and self.end is not None:
                last -= datetime.resolution
        except OverflowError:
            return MAX_INSTANT, MIN_INSTANT
        return first, last


def _plus_months(instant: datetime, months: int) -> Bound:
    """Return the same day and time *months* away, or that time on the last day of the month."""
    try:
        return instant + relativedelta(months=months)
    except (ValueError, OverflowError):
        return Unbounded.FUTURE if months > 0 else Unbounded.PAST


@lru_cache
def _timedelta(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _plus_microseconds(instant: datetime, microseconds: int) -> Bound:
    try:
        return instant + _timedelta(microseconds)
    except OverflowError:
        return Unbounded.FUTURE if microseconds > 0 else Unbounded.PAST


def shift(instant: datetime, months: int) -> Bound:
    """Return the same day and time *months* away, or the last microsecond of that month.

    The result never moves back when *instant* moves forward. The arithmetic of dateutil alone
    does: an event that had left "the last month" would return to it on the 29th [T5].

    >>> from datetime import UTC, datetime
    >>> from segkit.clock import shift
    >>> print(shift(datetime(2022, 3, 31, 12, tzinfo=UTC), -1))
    2022-02-28 23:59:59.999999+00:00
    """
    shifted = _plus_months(instant, months)
    if isinstance(shifted, Unbounded) or shifted.day == instant.day:
        return shifted
    return shifted.replace(hour=23, minute=59, second=59, microsecond=999_999)


def add_duration(instant: datetime, duration: Duration, direction: Literal[1, -1]) -> Bound:
    """Return ``instant + duration`` or, in the direction -1, ``instant - duration``.

    Months are added or subtracted first, then the rest [T15].
    """
    shifted = shift(instant, direction * duration.months) if duration.months else instant
    if isinstance(shifted, Unbounded):
        return shifted
    return _plus_microseconds(shifted, direction * duration.microseconds)


def leave(instant: datetime, duration: Duration, direction: Literal[1, -1] = 1) -> Bound:
    """Return the first now with ``now - duration >= instant``: the inverse of `add_duration`.

    A window ``(now - duration, now]`` contains *instant* up to, not including, that now. With
    *direction* -1, return the first now with ``now + duration >= instant``.

    >>> from datetime import UTC, datetime
    >>> from segkit import Duration
    >>> from segkit.clock import leave
    >>> print(leave(datetime(2022, 1, 31, 15, tzinfo=UTC), Duration(months=1)))
    2022-03-01 00:00:00+00:00
    """  # [T6]
    # add_duration() takes the months first, so its inverse takes them last [T15].
    without_rest = _plus_microseconds(instant, direction * duration.microseconds)
    if isinstance(without_rest, Unbounded) or not duration.months:
        return without_rest
    shifted = _plus_months(without_rest, direction * duration.months)
    if isinstance(shifted, Unbounded) or shifted.day == without_rest.day:
        return shifted
    # No such day in that month: shift() reaches the instant when the next month begins.
    return _plus_months(datetime(shifted.year, shifted.month, 1, tzinfo=UTC), 1)
