"""Lengths of time taken from an instant and given back: `shift` and its exact inverse, `leave`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta

from segkit.clock.edges import Beyond, Edge
from segkit.model.durations import Duration

__all__ = ["ago", "ahead", "leave", "shift"]


def _plus_months(moment: datetime, months: int) -> Edge:
    """The same day and time months away, or the last day of that month, as dateutil says it."""
    try:
        return moment + relativedelta(months=months)
    except (ValueError, OverflowError):
        return Beyond.AFTER if months > 0 else Beyond.BEFORE


@lru_cache
def _exactly(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def _plus_microseconds(moment: datetime, microseconds: int) -> Edge:
    try:
        return moment + _exactly(microseconds)
    except OverflowError:
        return Beyond.AFTER if microseconds > 0 else Beyond.BEFORE


def shift(moment: datetime, months: int) -> Edge:
    """The same day and time *months* away, or the last microsecond of that month [T5].

    Monotone in *moment*, which dateutil's arithmetic alone is not: what has left a window of
    months does not come back on the 29th.
    """
    moved = _plus_months(moment, months)
    if isinstance(moved, Beyond) or moved.day == moment.day:
        return moved
    return moved.replace(hour=23, minute=59, second=59, microsecond=999_999)


def ago(now: datetime, length: Duration) -> Edge:
    """``now - length``: months first, then the rest [T15]."""
    moved = shift(now, -length.months) if length.months else now
    if isinstance(moved, Beyond):
        return moved
    return _plus_microseconds(moved, -length.microseconds)


def ahead(now: datetime, length: Duration) -> Edge:
    """``now + length``: months first, then the rest [T15]."""
    moved = shift(now, length.months) if length.months else now
    if isinstance(moved, Beyond):
        return moved
    return _plus_microseconds(moved, length.microseconds)


def leave(moment: datetime, length: Duration, direction: Literal[1, -1] = 1) -> Edge:
    """The first now for which ``now - length >= moment`` [T6].

    With *direction* -1: the first now for which ``now + length >= moment``. The months were taken
    from now first, so they are given back last [T15].
    """
    rest = _plus_microseconds(moment, direction * length.microseconds)
    if isinstance(rest, Beyond) or not length.months:
        return rest
    moved = _plus_months(rest, direction * length.months)
    if isinstance(moved, Beyond) or moved.day == rest.day:
        return moved
    # No such day in that month: shift() jumps over it when the next month begins.
    return _plus_months(datetime(moved.year, moved.month, 1, tzinfo=UTC), 1)
