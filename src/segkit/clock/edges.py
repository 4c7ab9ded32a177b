"""Edges of time, some of them beyond every instant, and the interval between two."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Literal, TypeAlias

import attrs

from segkit.model.values import FIRST, LAST

__all__ = ["Beyond", "Edge", "Interval", "interval_between"]


class Beyond(Enum):
    """An edge that no instant reaches [T12]; it has its place in the order of instants."""

    BEFORE = "before every instant"
    AFTER = "after every instant"

    # An instant that is compared with an edge asks the edge, so all four are said.

    def __lt__(self, other: Edge) -> bool:
        return self is Beyond.BEFORE and other is not self

    def __le__(self, other: Edge) -> bool:
        return self is Beyond.BEFORE or other is self

    def __gt__(self, other: Edge) -> bool:
        return self is Beyond.AFTER and other is not self

    def __ge__(self, other: Edge) -> bool:
        return self is Beyond.AFTER or other is self


Edge: TypeAlias = datetime | Beyond


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

    def ends(self) -> tuple[datetime, datetime]:
        """The first and the last instant in it; of an empty interval the first is the later one."""
        first = FIRST if self.start is None else self.start
        last = LAST if self.end is None else self.end
        if self.closed == "right" and self.start is not None:
            if first == LAST:
                return LAST, FIRST
            first += datetime.resolution
        if self.closed == "left" and self.end is not None:
            if last == FIRST:
                return LAST, FIRST
            last -= datetime.resolution
        return first, last


def interval_between(start: Edge, end: Edge, closed: Literal["left", "right"]) -> Interval:
    """The interval between two edges; empty if no instant can lie there."""
    if start is Beyond.AFTER:
        return Interval(LAST, LAST, closed)
    if end is Beyond.BEFORE:
        return Interval(FIRST, FIRST, closed)
    return Interval(
        None if isinstance(start, Beyond) else start,
        None if isinstance(end, Beyond) else end,
        closed,
    )
