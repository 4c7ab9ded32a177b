"""Which events count as time passes: each enters its window and leaves it again.

Plain events go first in, first out, so that where the window stands says which are in it. Events
whose ``where`` looks at time too ("a booking whose departure is within the next 7 days") come and
go each by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import Protocol

import attrs

from segkit.clock import Beyond, Edge, edges, is_rolling, stay
from segkit.leaves.lasting.courses import Course
from segkit.model.windows import Window

__all__ = ["Presence", "Rolling", "Several"]


class Presence(Protocol):
    """The events that count, by their places in order."""

    def pass_to(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Edge]:
        """The events that are gone and those that have come since last asked; until when.

        Asked about instants that never go back.
        """
        ...

    def is_yearly(self) -> bool:
        """Whether, since last asked, surely nothing but an anniversary makes one come or go."""
        ...


@attrs.define(eq=False)
class Rolling:
    """Events in a window, first in, first out.

    Attributes:
        instants: Of the events, in order; none after now counts [T1].
    """

    instants: Sequence[datetime]
    window: Window
    tz: tzinfo
    _first: int = 0
    _behind: int = 0

    def met(self, at: datetime) -> tuple[int, int]:
        """The number of events that the window has lost at that instant, and has ever had."""
        start, end = edges(self.window, at, self.tz)
        find = bisect_right if is_rolling(self.window) else bisect_left
        had = min(find(self.instants, end), bisect_right(self.instants, at))
        return min(find(self.instants, start), had), had

    def enter(self, place: int) -> Edge:
        """When the event at that place begins to count; if there is none, never."""
        if place >= len(self.instants):
            return Beyond.AFTER
        at = self.instants[place]
        return max(at, stay(self.window, at, self.tz)[0])

    def leave(self, place: int) -> Edge:
        """When the event at that place has counted."""
        at = self.instants[place]
        return max(at, *stay(self.window, at, self.tz))

    def pass_to(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Edge]:
        """As of every `Presence`."""
        first, behind = self.met(at)
        gone = range(self._first, min(first, self._behind))
        come = range(max(first, self._behind), behind)
        self._first, self._behind = first, behind
        until = self.enter(behind)
        return gone, come, min(until, self.leave(first)) if first < behind else until

    def is_yearly(self) -> bool:
        """They come and go as the window moves."""
        return False


@attrs.define(eq=False)
class Several:
    """Events that come and go each by itself, as their courses say."""

    courses: list[Course]
    _next: list[tuple[datetime, int]] | None = None
    """When each may change next, the first one at the head of a heap."""
    _present: set[int] = attrs.field(factory=set[int])

    def pass_to(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Edge]:
        """As of every `Presence`."""
        gone: list[int] = []
        come: list[int] = []
        if self._next is None:
            self._next = []
            due: Iterable[int] = range(len(self.courses))
        else:
            due = self._due(self._next, at)
        changes: list[tuple[datetime, int]] = []
        for place in due:
            verdict, until = self.courses[place].spell(at)
            if verdict is not (place in self._present):
                (come if verdict else gone).append(place)
            if not isinstance(until, Beyond):
                changes.append((until, place))
        self._present.difference_update(gone)
        self._present.update(come)
        for change in changes:
            heappush(self._next, change)
        return gone, come, self._next[0][0] if self._next else Beyond.AFTER

    def is_yearly(self) -> bool:
        """When each of them is that may change at all."""
        return all(self.courses[place].is_yearly() for _, place in self._next or ())

    @staticmethod
    def _due(waiting: list[tuple[datetime, int]], at: datetime) -> list[int]:
        due: list[int] = []
        while waiting and waiting[0][0] <= at:
            due.append(heappop(waiting)[1])
        return due
