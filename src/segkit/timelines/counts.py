"""The events in a window as time passes, and the verdicts on their number and on their values.

A window never moves back. So events in chronological order enter it in that order and leave it in
that order, first in, first out, and those in the window are one slice of the list. Binary search
finds where it starts, at the number of events that have left, and where it stops, at the number of
events that have entered. Of events at 1, 2, 5 and 9 o'clock, 3 have entered "the last 4 hours" at 6
o'clock, and 2 have left it, so that the slice is the event at 5.

Events whose ``where`` depends on time too ("a booking whose departure is within the next 7 days")
enter and leave independently of each other, each by a timeline of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import Literal, NamedTuple, TypeAlias

import attrs

from segkit.clock import Bound, Unbounded, coverage_bounds, is_rolling, window_bounds
from segkit.model.time_spans import Window
from segkit.model.values import TypedValue
from segkit.timelines.aggregates import IncrementalAggregate
from segkit.timelines.base import VerdictTimeline, VerdictUntil


class MembershipChange(NamedTuple):
    """The events that stopped counting and that started counting, by their positions.

    Before *until* there is no further change. If *yearly* is true, only anniversaries can cause
    further changes.
    """

    left: Sequence[int]
    entered: Sequence[int]
    until: Bound
    yearly: bool = False


@attrs.define(eq=False)
class SlidingWindow:
    """The events in a window that enter and leave in chronological order.

    *instants* are the instants of all events, in order. An event after now does not count [T1].
    """

    instants: Sequence[datetime]
    window: Window
    tz: tzinfo

    def counts_at(self, at: datetime) -> tuple[int, int]:
        """Return how many events have left the window at an instant, and how many have entered it.

        The events from the first of these positions up to, not including, the second one count.
        """
        start, end = window_bounds(self.window, at, self.tz)
        find = bisect_right if is_rolling(self.window) else bisect_left
        entered = min(find(self.instants, end), bisect_right(self.instants, at))
        return min(find(self.instants, start), entered), entered

    def enters_at(self, position: int) -> Bound:
        """Return when the event at a position starts to count; without such an event, never."""
        if position >= len(self.instants):
            return Unbounded.FUTURE
        at = self.instants[position]
        return max(at, coverage_bounds(self.window, at, self.tz)[0])

    def leaves_at(self, position: int) -> Bound:
        """Return when the event at a position stops counting; at once if it never counts."""
        at = self.instants[position]
        return max(at, *coverage_bounds(self.window, at, self.tz))


@attrs.define(eq=False)
class SlidingMembership:
    """The events in a sliding window; with *picks*, only the latest or earliest of them."""  # [E5]

    events: SlidingWindow
    picks: Literal["latest", "earliest"] | None
    _start: int = attrs.field(default=0, init=False)
    _stop: int = attrs.field(default=0, init=False)

    def advance(self, at: datetime) -> MembershipChange:
        """Return the changes since the last call."""
        start, stop = left, entered = self.events.counts_at(at)
        until: Bound = Unbounded.FUTURE
        if left < entered:
            if self.picks == "latest":
                start = entered - 1
            elif self.picks == "earliest":
                stop = left + 1
            until = self.events.leaves_at(start)
        if self.picks != "earliest" or left == entered:
            until = min(until, self.events.enters_at(entered))
        # An event that entered and left since the last call is in neither range.
        newly_left = range(self._start, min(start, self._stop))
        newly_entered = range(max(start, self._stop), stop)
        self._start, self._stop = start, stop
        return MembershipChange(newly_left, newly_entered, until)


@attrs.define(eq=False)
class IndependentMembership:
    """Events that enter and leave independently of each other.

    A heap has the instants at which events may change next, so that a call evaluates only the
    events that are due. Say the events 0, 1 and 2 may change at 5, 3 and 8: at 4 only event 1 is
    evaluated again.
    """

    timelines: list[VerdictTimeline]
    """For each event, whether it counts."""
    _schedule: list[tuple[Bound, int]] = attrs.field(init=False)
    """A heap of when each event may change next, and its position."""
    _present: set[int] = attrs.field(factory=set[int], init=False)
    _not_yearly: set[int] = attrs.field(factory=set[int], init=False)
    """The scheduled events that not only anniversaries can change."""

    def __attrs_post_init__(self) -> None:
        self._schedule = [(Unbounded.PAST, position) for position in range(len(self.timelines))]

    def advance(self, at: datetime) -> MembershipChange:
        """Return the changes since the last call."""
        due: list[int] = []
        while self._schedule and self._schedule[0][0] <= at:
            due.append(heappop(self._schedule)[1])
        left: list[int] = []
        entered: list[int] = []
        for position in due:
            verdict, until, yearly, _ = self.timelines[position].verdict_at(at)
            if verdict is not (position in self._present):
                (entered if verdict else left).append(position)
            self._not_yearly.discard(position)
            if until is not Unbounded.FUTURE:
                heappush(self._schedule, (until, position))
                if not yearly:
                    self._not_yearly.add(position)
        self._present.difference_update(left)
        self._present.update(entered)
        until = self._schedule[0][0] if self._schedule else Unbounded.FUTURE
        return MembershipChange(left, entered, until, not self._not_yearly)


WindowMembership: TypeAlias = SlidingMembership | IndependentMembership
"""The events that count. The instants passed to ``advance`` never go back."""


@attrs.define(eq=False)
class CountTimeline(VerdictTimeline):
    """Whether the number of events in a rolling window is from *least* to *most*.

    The answer needs one or two events: there are at least 3 until the third latest event leaves,
    and there are fewer than 3 until the third one enters [E1].
    """

    events: SlidingWindow
    least: int
    most: int | None

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts until the event enters or leaves that could change it."""
        left, entered = self.events.counts_at(at)
        count = entered - left
        if count < self.least:
            until = self.events.enters_at(left + self.least - 1)
            return VerdictUntil(verdict=False, until=until)
        if self.most is not None and count > self.most:
            until = self.events.leaves_at(entered - self.most - 1)
            return VerdictUntil(verdict=False, until=until)
        until = self.events.leaves_at(entered - self.least) if self.least else Unbounded.FUTURE
        if self.most is not None:
            until = min(until, self.events.enters_at(left + self.most))
        return VerdictUntil(verdict=True, until=until)


@attrs.define(eq=False)
class AggregateTimeline(VerdictTimeline):
    """The verdict of a comparison with a value that is updated as events enter and leave.

    *timeline_of_value* returns the timeline of the comparison with one value [E4].
    """

    events: WindowMembership
    aggregate: IncrementalAggregate
    timeline_of_value: Callable[[TypedValue], VerdictTimeline]
    _timeline: VerdictTimeline | None = attrs.field(default=None, init=False)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts no longer than until the next event enters or leaves."""
        left, entered, until, yearly = self.events.advance(at)
        for position in left:
            self.aggregate.change(position, -1)
        for position in entered:
            self.aggregate.change(position, 1)
        if self._timeline is None or left or entered:
            self._timeline = self.timeline_of_value(self.aggregate.value())
        verdict, value_until, value_yearly, _ = self._timeline.verdict_at(at)
        yearly = value_yearly and (yearly or until is Unbounded.FUTURE)
        return VerdictUntil(verdict, min(until, value_until), yearly)
