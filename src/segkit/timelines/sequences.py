"""When a sequence is true: from when a chain is complete until its first event leaves the window.

Two more things can change as time passes: which events serve a step, if its ``where`` depends on
time, and which chains an event of the absent step has broken, if the absence has no time limit. So
time is cut into pieces in which neither changes. In one piece, each event that a chain can begin
with makes the sequence true during one interval, and the sequence is true in the union of these.

Say ``cart`` in the last 24 hours is followed by ``order``, with carts at 9:00 and 11:00 on Monday
and an order at 12:00. Each cart makes the sequence true from 12:00 on Monday, the first one until
9:00 and the second one until 11:00 on Tuesday: it is true from Monday 12:00 to Tuesday 11:00.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import groupby, zip_longest

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded, window_bounds
from segkit.history import TimedEvent, event_instant
from segkit.model.event_leaves import Sequence
from segkit.model.facts import EventLike
from segkit.semantics.observations import step_predicate
from segkit.semantics.sequences import ChainSearch
from segkit.semantics.step_candidates import Positions
from segkit.timelines.base import VerdictTimeline, VerdictUntil
from segkit.timelines.counts import SlidingWindow


@attrs.define(eq=False)
class SequenceTimeline(VerdictTimeline):
    """Whether some choice of events is a chain of the sequence.

    *events* are all events that could serve a step, in chronological order. *stable_until* returns
    until when, from an instant on, no ``where`` of a step changes for any of some events.
    """  # [S1], [S2], [S3]

    leaf: Sequence
    events: list[TimedEvent]
    tz: tzinfo
    stable_until: Callable[[list[TimedEvent], datetime], Bound]
    _piece_end: Bound = attrs.field(default=Unbounded.PAST, init=False)
    _work: int = attrs.field(default=0, init=False)
    _changes: list[Bound] = attrs.field(factory=list[Bound], init=False)
    """When the sequence becomes true in the current piece, and when false again, alternately."""

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts until the next change, but at most to the piece's end."""
        if at >= self._piece_end:
            self._compute_piece(at)
        passed = bisect_right(self._changes, at)
        until = self._changes[passed] if passed < len(self._changes) else self._piece_end
        return VerdictUntil(passed % 2 == 1, min(until, self._piece_end), work=self._work)

    def _compute_piece(self, at: datetime) -> None:
        """Compute the changes in the piece that starts at an instant."""
        first, context = self.leaf.first, EvaluationContext(at, self.tz)
        # Events before the window of the first step cannot be in a chain, now or later.
        start, _ = window_bounds(first.window, at, self.tz)
        self.events = self.events[bisect_left(self.events, start, key=event_instant) :]
        self._work += len(self.events) // 10  # Each piece tests all events again.
        self._piece_end = min(self._next_absent_event(at), self.stable_until(self.events, at))
        ordered = self.events[: bisect_left(self.events, self._piece_end, key=event_instant)]
        serves = step_predicate(context)
        starts = [
            position
            for position, (_, name, event) in enumerate(ordered)
            if name in first.names and serves(first, event, event, is_absent=False)
        ]
        intervals = _chain_intervals(self.leaf, ordered, starts, context)
        self._changes = _merge_intervals((start, end) for _, start, end in intervals)

    def _next_absent_event(self, at: datetime) -> Bound:
        """Return when an event after *at* may break a chain that another may follow."""  # [S2]
        absent = self.leaf.absent
        if absent is None or not absence_may_restart(self.leaf):
            return Unbounded.FUTURE
        after = bisect_right(self.events, at, key=event_instant)
        names = absent.event.names
        return next((at for at, name, _ in self.events[after:] if name in names), Unbounded.FUTURE)


def _chain_intervals(
    leaf: Sequence, ordered: list[TimedEvent], starts: Positions, context: EvaluationContext
) -> Iterator[tuple[datetime, Bound, Bound]]:
    """Yield ``(at, start, end)``: a chain from *at* on makes *leaf* true in ``[start, end)``.

    Chains that cannot do so at the now of *context* or later are left out. *starts* are the
    positions in *ordered* of the events that a chain can begin with.
    """
    instants = [ordered[position].at for position in starts]
    window = SlidingWindow(instants, leaf.first.window, context.tz)
    left, _ = window.counts_at(context.now)
    in_window = {
        instants[number]: (window.enters_at(number), window.leaves_at(number))
        for number in range(left, len(starts))
    }
    search = ChainSearch(leaf, ordered, context, step_predicate(context))
    for chain in search.chains(starts[left:]):
        enters, leaves = in_window[chain.at]
        yield chain.at, max(chain.complete, enters), min(chain.end, leaves)


def chain_intervals_by_event(
    leaf: Sequence, events: list[TimedEvent], context: EvaluationContext
) -> Iterator[tuple[EventLike, Bound, Bound]]:
    """Yield ``(event, start, end)``: a chain from *event* on makes *leaf* true in ``[start, end)``.

    The ``where`` of the first step is not applied.
    """
    # _chain_intervals() cannot tell events of one instant apart. So the first of each instant are
    # the starts of one round, the second of each instant those of the next round, and so on.
    named = (number for number, (_, name, _) in enumerate(events) if name in leaf.first.names)
    simultaneous = (group for _, group in groupby(named, key=lambda number: events[number].at))
    for of_round in zip_longest(*map(list, simultaneous)):
        starts = [position for position in of_round if position is not None]
        event_at = {events[position].at: events[position].event for position in starts}
        for at, start, end in _chain_intervals(leaf, events, starts, context):
            yield event_at[at], start, end


def absence_may_restart(leaf: Sequence) -> bool:
    """Return whether an event of the absent step may break one chain, and another one follow.

    Not if the absence has a time limit. Nor if a chain is one event: that event's interval ends
    with the first event of the absent step [S2].
    """
    return leaf.absent is not None and leaf.absent.within is None and bool(leaf.steps)


def _merge_intervals(intervals: Iterable[tuple[Bound, Bound]]) -> list[Bound]:
    """Return the starts and ends of the union of half-open intervals, alternately."""
    merged: list[Bound] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1]:
            merged[-1] = max(merged[-1], end)
        else:
            merged += (start, end)
    return merged
