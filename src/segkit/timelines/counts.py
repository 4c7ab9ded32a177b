"""Which events count as time passes: each enters its window and leaves it again.

Plain events go first in, first out, so that where the window stands says which are in it. Events
whose ``where`` looks at time too ("a booking whose departure is within the next 7 days") come and
go each by itself.


How long counts and values of events last: by which of them enter the window, and leave it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import Protocol

import attrs

from segkit.clock import Bound, Unbounded, coverage_bounds, is_rolling, window_bounds
from segkit.model.time_spans import Window
from segkit.model.values import TypedValue
from segkit.timelines.aggregates import IncrementalAggregate
from segkit.timelines.base import VerdictTimeline, VerdictUntil


class WindowMembership(Protocol):
    """The events that count, by their places in order."""

    def advance(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Bound]:
        """The events that are gone and those that have come since last asked; until when.

        Asked about instants that never go back.
        """
        ...

    def is_yearly(self) -> bool:
        """Whether, since last asked, surely nothing but an anniversary makes one come or go."""
        ...


@attrs.define(eq=False)
class SlidingWindow:
    """Events in a window, first in, first out.

    Attributes:
        instants: Of the events, in order; none after now counts [T1].
    """

    instants: Sequence[datetime]
    window: Window
    tz: tzinfo
    _first: int = 0
    _behind: int = 0

    def counts_at(self, at: datetime) -> tuple[int, int]:
        """The number of events that the window has lost at that instant, and has ever had."""
        start, end = window_bounds(self.window, at, self.tz)
        find = bisect_right if is_rolling(self.window) else bisect_left
        had = min(find(self.instants, end), bisect_right(self.instants, at))
        return min(find(self.instants, start), had), had

    def enter(self, place: int) -> Bound:
        """When the event at that place begins to count; if there is none, never."""
        if place >= len(self.instants):
            return Unbounded.FUTURE
        at = self.instants[place]
        return max(at, coverage_bounds(self.window, at, self.tz)[0])

    def leave(self, place: int) -> Bound:
        """When the event at that place has counted."""
        at = self.instants[place]
        return max(at, *coverage_bounds(self.window, at, self.tz))

    def advance(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Bound]:
        """As of every `WindowMembership`."""
        first, behind = self.counts_at(at)
        gone = range(self._first, min(first, self._behind))
        come = range(max(first, self._behind), behind)
        self._first, self._behind = first, behind
        until = self.enter(behind)
        return gone, come, min(until, self.leave(first)) if first < behind else until

    def is_yearly(self) -> bool:
        """They come and go as the window moves."""
        return False


@attrs.define(eq=False)
class IndependentMembership:
    """Events that come and go each by itself, as their courses say."""

    courses: list[VerdictTimeline]
    _next: list[tuple[datetime, int]] | None = None
    """When each may change next, the first one at the head of a heap."""
    _present: set[int] = attrs.field(factory=set[int])

    def advance(self, at: datetime) -> tuple[Iterable[int], Iterable[int], Bound]:
        """As of every `WindowMembership`."""
        gone: list[int] = []
        come: list[int] = []
        if self._next is None:
            self._next = []
            due: Iterable[int] = range(len(self.courses))
        else:
            due = self._due(self._next, at)
        changes: list[tuple[datetime, int]] = []
        for place in due:
            verdict, until = self.courses[place].verdict_at(at)
            if verdict is not (place in self._present):
                (come if verdict else gone).append(place)
            if not isinstance(until, Unbounded):
                changes.append((until, place))
        self._present.difference_update(gone)
        self._present.update(come)
        for change in changes:
            heappush(self._next, change)
        return gone, come, self._next[0][0] if self._next else Unbounded.FUTURE

    def is_yearly(self) -> bool:
        """When each of them is that may change at all."""
        return all(self.courses[place].is_yearly() for _, place in self._next or ())

    @staticmethod
    def _due(waiting: list[tuple[datetime, int]], at: datetime) -> list[int]:
        due: list[int] = []
        while waiting and waiting[0][0] <= at:
            due.append(heappop(waiting)[1])
        return due


ValueTimeline = Callable[[TypedValue], VerdictTimeline]
"""What a comparison says of a value as time passes."""


@attrs.define(eq=False)
class CountTimeline(VerdictTimeline):
    """Whether the number of events in a rolling window is in a range [E1].

    It looks at one or two events: while at least three are there, the third but newest has not
    left; before two more have come, there are not two more.
    """

    events: SlidingWindow
    least: int
    most: int | None

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict lasts until the event that could change it enters or leaves."""
        lost, had = self.events.counts_at(at)
        number = had - lost
        if number < self.least:
            return False, self.events.enter(lost + self.least - 1)
        if self.most is not None and number > self.most:
            return False, self.events.leave(had - self.most - 1)
        until: Bound = self.events.leave(had - self.least) if self.least else Unbounded.FUTURE
        if self.most is not None:
            until = min(until, self.events.enter(lost + self.most))
        return True, until


@attrs.define(eq=False)
class FirstOrLastTimeline(VerdictTimeline):
    """What a comparison says of the latest event in a window, or of the earliest [E5]."""

    events: SlidingWindow
    value: Callable[[int | None], TypedValue]
    """What the event at a place holds; without an event, no value."""
    holds: ValueTimeline
    is_latest: bool
    _place: int | None = None
    _course: VerdictTimeline | None = None

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict lasts no longer than the event is the latest, or the earliest."""
        lost, had = self.events.counts_at(at)
        if lost == had:
            place, until = None, self.events.enter(had)
        elif self.is_latest:
            place = had - 1
            until = min(self.events.enter(had), self.events.leave(place))
        else:
            place, until = lost, self.events.leave(lost)
        if self._course is None or place != self._place:
            self._place = place
            self._course = self.holds(self.value(place))
        verdict, unchanged = self._course.verdict_at(at)
        return verdict, min(until, unchanged)


@attrs.define(eq=False)
class AggregateTimeline(VerdictTimeline):
    """What a comparison says of a value that is kept up as events come and go [E4]."""

    events: WindowMembership
    running: IncrementalAggregate
    holds: ValueTimeline
    _course: VerdictTimeline | None = None
    _next: Bound = Unbounded.PAST
    """When the next event comes or goes."""

    def is_yearly(self) -> bool:
        """When events only come and go by anniversaries, and so it is with what is said of them."""
        settled = self._next is Unbounded.FUTURE or self.events.is_yearly()
        return settled and self._course is not None and self._course.is_yearly()

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict lasts no longer than until the next event comes or goes."""
        gone, come, until = self.events.advance(at)
        self._next = until
        changed = False
        for place in gone:
            self.running.remove(place)
            changed = True
        for place in come:
            self.running.add(place)
            changed = True
        if changed or self._course is None:
            self._course = self.holds(self.running.reading())
        verdict, unchanged = self._course.verdict_at(at)
        return verdict, min(until, unchanged)
