"""The events in a window as time passes, and the verdicts on their number and on their values.

A window never moves back. So events in chronological order enter it in that order and leave it in
that order, first in, first out, and those in the window are one slice of the list. Binary search
finds where it starts, at the number of events that have left, and where it stops, at the number of
those that have entered. Of events at 1, 2, 5 and 9 o'clock, 3 have entered "the last 4 hours" at 6
o'clock, and 2 have left it, so that the slice is the event at 5.

Events whose ``where`` depends on time too ("a booking whose departure is within the next 7 days")
enter and leave independently of each other, each by a timeline of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import NamedTuple, Protocol, TypeAlias

import attrs

from segkit.clock import Bound, Unbounded, coverage_bounds, is_rolling, window_bounds
from segkit.model.time_spans import Window
from segkit.model.values import TypedValue
from segkit.timelines.aggregates import IncrementalAggregate
from segkit.timelines.base import VerdictTimeline, VerdictUntil


class MembershipChange(NamedTuple):
    """The events that stopped and started counting, by position, and when others may do so."""

    left: Iterable[int]
    entered: Iterable[int]
    until: Bound


class WindowMembership(Protocol):
    """The events that count, by their positions in chronological order."""

    def advance(self, at: datetime) -> MembershipChange:
        """Return the changes since the last call; *at* is never before that of the last call."""
        ...

    def changes_only_yearly(self) -> bool:
        """Return whether, after the last call, only anniversaries make an event enter or leave."""
        ...


@attrs.define(eq=False)
class SlidingWindow:
    """The events in a window that enter and leave in chronological order.

    Attributes:
        instants: The instants of the events, in order; an event after now does not count [T1].
        window: The window.
        tz: The zone of the window's days.
    """

    instants: Sequence[datetime]
    window: Window
    tz: tzinfo
    _left: int = attrs.field(default=0, init=False)
    _entered: int = attrs.field(default=0, init=False)

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
        """Return when the event at a position stops counting."""
        at = self.instants[position]
        return max(at, *coverage_bounds(self.window, at, self.tz))

    def advance(self, at: datetime) -> MembershipChange:
        """Return the changes since the last call, as `WindowMembership` describes."""
        left, entered = self.counts_at(at)
        # An event that entered and left since the last call is in neither range.
        newly_left = range(self._left, min(left, self._entered))
        newly_entered = range(max(left, self._entered), entered)
        self._left, self._entered = left, entered
        until = self.enters_at(entered)
        if left < entered:
            until = min(until, self.leaves_at(left))
        return MembershipChange(newly_left, newly_entered, until)

    def changes_only_yearly(self) -> bool:
        """Return false: events enter and leave as the window moves."""
        return False


@attrs.define(eq=False)
class IndependentMembership:
    """Events that enter and leave independently of each other.

    Attributes:
        timelines: For each event, whether it counts.
    """

    timelines: list[VerdictTimeline]
    _schedule: list[tuple[datetime, int]] | None = attrs.field(default=None, init=False)
    """A heap of when each event may change next, and its position."""
    _present: set[int] = attrs.field(factory=set[int], init=False)

    def advance(self, at: datetime) -> MembershipChange:
        """Return the changes since the last call, as `WindowMembership` describes."""
        left: list[int] = []
        entered: list[int] = []
        if self._schedule is None:
            self._schedule = []
            due: Iterable[int] = range(len(self.timelines))
        else:
            due = self._due(self._schedule, at)
        scheduled: list[tuple[datetime, int]] = []
        for position in due:
            verdict, until = self.timelines[position].verdict_at(at)
            if verdict is not (position in self._present):
                (entered if verdict else left).append(position)
            if not isinstance(until, Unbounded):
                scheduled.append((until, position))
        self._present.difference_update(left)
        self._present.update(entered)
        for change in scheduled:
            heappush(self._schedule, change)
        until = self._schedule[0][0] if self._schedule else Unbounded.FUTURE
        return MembershipChange(left, entered, until)

    def changes_only_yearly(self) -> bool:
        """Return whether each event that may change at all changes only yearly."""
        return all(
            self.timelines[position].changes_only_yearly() for _, position in self._schedule or ()
        )

    @staticmethod
    def _due(schedule: list[tuple[datetime, int]], at: datetime) -> list[int]:
        due: list[int] = []
        while schedule and schedule[0][0] <= at:
            due.append(heappop(schedule)[1])
        return due


ValueTimeline: TypeAlias = Callable[[TypedValue], VerdictTimeline]
"""Returns the timeline of a comparison with a value."""


@attrs.define(eq=False)
class CountTimeline(VerdictTimeline):
    """Whether the number of events in a rolling window is from *least* to *most* [E1].

    The answer needs one or two events: there are at least 3 until the third but last event leaves,
    and there are fewer than 3 until the third one enters.
    """

    events: SlidingWindow
    least: int
    most: int | None

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict, and when the event enters or leaves that could change it."""
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
class FirstOrLastTimeline(VerdictTimeline):
    """The verdict of a comparison with the latest event in a window, or the earliest [E5].

    Attributes:
        events: The events in the window.
        value: Returns the value of the event at a position; for ``None``, no value.
        timeline_of_value: Returns the timeline of the comparison with such a value.
        is_latest: Whether the latest event is compared.
    """

    events: SlidingWindow
    value: Callable[[int | None], TypedValue]
    timeline_of_value: ValueTimeline
    is_latest: bool
    _position: int | None = attrs.field(default=None, init=False)
    _timeline: VerdictTimeline | None = attrs.field(default=None, init=False)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts no longer than the event is the latest, or the earliest."""
        left, entered = self.events.counts_at(at)
        if left == entered:
            position, until = None, self.events.enters_at(entered)
        elif self.is_latest:
            position = entered - 1
            until = min(self.events.enters_at(entered), self.events.leaves_at(position))
        else:
            position, until = left, self.events.leaves_at(left)
        if self._timeline is None or position != self._position:
            self._position = position
            self._timeline = self.timeline_of_value(self.value(position))
        verdict, value_until = self._timeline.verdict_at(at)
        return VerdictUntil(verdict, min(until, value_until))


@attrs.define(eq=False)
class AggregateTimeline(VerdictTimeline):
    """The verdict of a comparison with a value that is updated as events enter and leave [E4].

    Attributes:
        events: The events that count.
        aggregate: The value of those events.
        timeline_of_value: Returns the timeline of the comparison with such a value.
    """

    events: WindowMembership
    aggregate: IncrementalAggregate
    timeline_of_value: ValueTimeline
    _timeline: VerdictTimeline | None = attrs.field(default=None, init=False)
    _events_until: Bound = attrs.field(default=Unbounded.PAST, init=False)
    """When the next event enters or leaves."""

    def changes_only_yearly(self) -> bool:
        """Return whether both the events and the verdict on their value change only yearly."""
        events_yearly = self._events_until is Unbounded.FUTURE or self.events.changes_only_yearly()
        return events_yearly and self._timeline is not None and self._timeline.changes_only_yearly()

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts no longer than until the next event enters or leaves."""
        left, entered, until = self.events.advance(at)
        self._events_until = until
        has_changed = False
        for position in left:
            self.aggregate.remove(position)
            has_changed = True
        for position in entered:
            self.aggregate.add(position)
            has_changed = True
        if has_changed or self._timeline is None:
            self._timeline = self.timeline_of_value(self.aggregate.value())
        verdict, value_until = self._timeline.verdict_at(at)
        return VerdictUntil(verdict, min(until, value_until))
