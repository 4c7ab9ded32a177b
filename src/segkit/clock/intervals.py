"""Edges of time, some of them beyond every instant, and the interval between two.

Lengths of time taken from an instant and given back: `shift` and its exact inverse, `leave`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Literal, TypeAlias

import attrs
from dateutil.relativedelta import relativedelta

from segkit.model.time_spans import Duration
from segkit.model.values import MAX_INSTANT, MIN_INSTANT


class Unbounded(Enum):
    """An edge that no instant reaches [T12]; it has its place in the order of instants."""

    PAST = "before every instant"
    FUTURE = "after every instant"

    # An instant that is compared with an edge asks the edge, so all four are said.

    def __lt__(self, other: Bound) -> bool:
        return self is Unbounded.PAST and other is not self

    def __le__(self, other: Bound) -> bool:
        return self is Unbounded.PAST or other is self

    def __gt__(self, other: Bound) -> bool:
        return self is Unbounded.FUTURE and other is not self

    def __ge__(self, other: Bound) -> bool:
        return self is Unbounded.FUTURE or other is self


Bound: TypeAlias = datetime | Unbounded


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

    def first_and_last(self) -> tuple[datetime, datetime]:
        """The first and the last instant in it; of an empty interval the first is the later one."""
        first = MIN_INSTANT if self.start is None else self.start
        last = MAX_INSTANT if self.end is None else self.end
        if self.closed == "right" and self.start is not None:
            if first == MAX_INSTANT:
                return MAX_INSTANT, MIN_INSTANT
            first += datetime.resolution
        if self.closed == "left" and self.end is not None:
            if last == MIN_INSTANT:
                return MAX_INSTANT, MIN_INSTANT
            last -= datetime.resolution
        return first, last


def interval_between(start: Bound, end: Bound, closed: Literal["left", "right"]) -> Interval:
    """The interval between two edges; empty if no instant can lie there."""
    if start is Unbounded.FUTURE:
        return Interval(MAX_INSTANT, MAX_INSTANT, closed)
    if end is Unbounded.PAST:
        return Interval(MIN_INSTANT, MIN_INSTANT, closed)
    return Interval(
        None if isinstance(start, Unbounded) else start,
        None if isinstance(end, Unbounded) else end,
        closed,
    )


def _plus_months(moment: datetime, months: int) -> Bound:
    """The same day and time months away, or the last day of that month, as dateutil says it."""
    try:
        return moment + relativedelta(months=months)
    except (ValueError, OverflowError):
        return Unbounded.FUTURE if months > 0 else Unbounded.PAST


@lru_cache
def _timedelta(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _plus_microseconds(moment: datetime, microseconds: int) -> Bound:
    try:
        return moment + _timedelta(microseconds)
    except OverflowError:
        return Unbounded.FUTURE if microseconds > 0 else Unbounded.PAST


def shift(moment: datetime, months: int) -> Bound:
    """The same day and time *months* away, or the last microsecond of that month [T5].

    Monotone in *moment*, which dateutil's arithmetic alone is not: what has left a window of
    months does not come back on the 29th.
    """
    moved = _plus_months(moment, months)
    if isinstance(moved, Unbounded) or moved.day == moment.day:
        return moved
    return moved.replace(hour=23, minute=59, second=59, microsecond=999_999)


def subtract(now: datetime, length: Duration) -> Bound:
    """``now - length``: months first, then the rest [T15]."""
    moved = shift(now, -length.months) if length.months else now
    if isinstance(moved, Unbounded):
        return moved
    return _plus_microseconds(moved, -length.microseconds)


def add(now: datetime, length: Duration) -> Bound:
    """``now + length``: months first, then the rest [T15]."""
    moved = shift(now, length.months) if length.months else now
    if isinstance(moved, Unbounded):
        return moved
    return _plus_microseconds(moved, length.microseconds)


def leave(moment: datetime, length: Duration, direction: Literal[1, -1] = 1) -> Bound:
    """The first now for which ``now - length >= moment`` [T6].

    With *direction* -1: the first now for which ``now + length >= moment``. The months were taken
    from now first, so they are given back last [T15].
    """
    rest = _plus_microseconds(moment, direction * length.microseconds)
    if isinstance(rest, Unbounded) or not length.months:
        return rest
    moved = _plus_months(rest, direction * length.months)
    if isinstance(moved, Unbounded) or moved.day == rest.day:
        return moved
    # No such day in that month: shift() jumps over it when the next month begins.
    return _plus_months(datetime(moved.year, moved.month, 1, tzinfo=UTC), 1)
