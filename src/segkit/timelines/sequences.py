"""How long a sequence lasts: from when its chain is complete until its first event leaves.

Whether an event fits a step may itself depend on time, and an absence without a limit of time ends
with the first event that is unwanted, which another chain may be behind. So time is cut into pieces
within which neither changes. In one piece, each event that a chain can begin with makes the
sequence true from when the first chain from it is complete, and the event is in its window, until
it leaves the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import groupby

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded, window_bounds
from segkit.history import TimedEvent, event_instant
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.semantics.sequences import iter_completions
from segkit.semantics.step_candidates import Positions, StepPredicate
from segkit.timelines.base import VerdictTimeline, VerdictUntil
from segkit.timelines.counts import SlidingWindow

WhereStableUntil = Callable[[EventCount, list[TimedEvent], datetime], Bound]
"""Until when, from an instant on, what the ``where`` of a step says of events stays the same."""


@attrs.define(eq=False)
class SequenceTimeline(VerdictTimeline):
    """Whether some choice of events makes the chain [S1], [S2], [S3].

    Attributes:
        events: All that could serve a step, in order.
        serving: Gives what `segkit.semantics.sequences` asks of events, at one moment.
    """

    leaf: Sequence
    events: list[TimedEvent]
    tz: tzinfo
    serving: Callable[[EvaluationContext], StepPredicate]
    unchanged: WhereStableUntil
    _until: Bound = Unbounded.PAST
    """The end of the piece that was looked at."""
    _effort: int = 0
    _edges: list[Bound] = attrs.field(factory=list[Bound])
    """Where the sequence begins to hold and ends to in that piece, by turns."""

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict lasts to the next of the edges, or at least to the end of the piece."""
        if at >= self._until:
            self._look(at)
        passed = bisect_right(self._edges, at)
        until = self._edges[passed] if passed < len(self._edges) else self._until
        return passed % 2 == 1, min(until, self._until)

    def extra_work(self) -> int:
        """All events are looked at anew in each piece."""
        return self._effort

    def _look(self, at: datetime) -> None:
        """Look at the piece that begins at an instant."""
        leaf, context = self.leaf, EvaluationContext(at, self.tz)
        # What is before the window of the first step is of no use, now or later.
        start, _ = window_bounds(leaf.first.window, at, self.tz)
        self.events = self.events[bisect_left(self.events, start, key=event_instant) :]
        self._effort += len(self.events) // 10
        changes = [self.unchanged(step, self.events, at) for step in self._steps()]
        self._until = min(self._unwanted(at), *changes)
        ordered = self.events[: bisect_left(self.events, self._until, key=event_instant)]
        serving = self.serving(context)
        firsts = [
            place
            for place, (_, name, event) in enumerate(ordered)
            if name in leaf.first.names and serving(leaf.first, event, event, is_absent=False)
        ]
        stays = chain_intervals(leaf, ordered, firsts, context, serving)
        self._edges = _merge_intervals((start, end) for _, start, end in stays)

    def _steps(self) -> list[EventCount]:
        return [self.leaf.first, *(step.event for step in self.leaf.later_steps())]

    def _unwanted(self, at: datetime) -> Bound:
        """When the next event comes that may end an absence without a limit of time [S2]."""
        absent = self.leaf.absent
        if absent is None or not absence_may_restart(self.leaf):
            return Unbounded.FUTURE
        behind = bisect_right(self.events, at, key=event_instant)
        names = absent.event.names
        return next((at for at, name, _ in self.events[behind:] if name in names), Unbounded.FUTURE)


def chain_intervals(
    leaf: Sequence,
    ordered: list[TimedEvent],
    firsts: Positions,
    context: EvaluationContext,
    serving: StepPredicate,
) -> Iterator[tuple[datetime, Bound, Bound]]:
    """From when to when, from *moment* on, a chain makes *leaf* true, by the instant it begins at.

    The arguments are those of `segkit.semantics.sequences.iter_completions`.
    """
    window = SlidingWindow([ordered[place][0] for place in firsts], leaf.first.window, context.tz)
    lost, _ = window.counts_at(context.now)
    stays = {
        window.instants[place]: (window.enter(place), window.leave(place))
        for place in range(lost, len(firsts))
    }
    for at, complete, end in iter_completions(leaf, ordered, firsts[lost:], context, serving):
        yield at, max(complete, stays[at][0]), min(end, stays[at][1])


def chain_intervals_by_event(
    leaf: Sequence, events: list[TimedEvent], context: EvaluationContext, serving: StepPredicate
) -> Iterator[tuple[EventLike, Bound, Bound]]:
    """The same by the event that a chain begins with, whatever its own ``where`` says of it."""
    rounds: list[Positions] = []  # Events of one instant are told apart one after the other.
    named = (place for place, (_, name, _) in enumerate(events) if name in leaf.first.names)
    for _, places in groupby(named, key=lambda place: events[place][0]):
        for turn, place in enumerate(places):
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append(place)
    for firsts in rounds:
        event_at = {events[place][0]: events[place][-1] for place in firsts}
        for at, start, end in chain_intervals(leaf, events, firsts, context, serving):
            yield event_at[at], start, end


def absence_may_restart(leaf: Sequence) -> bool:
    """Whether something unwanted may end one chain and leave room for another one [S2].

    A chain of one event says itself when it ends, and so does an absence with a limit of time.
    """
    return leaf.absent is not None and leaf.absent.within is None and bool(leaf.steps)


def _merge_intervals(stays: Iterable[tuple[Bound, Bound]]) -> list[Bound]:
    """Where at least one of them begins and where none is left, by turns."""
    merged: list[Bound] = []
    for start, end in sorted(stay for stay in stays if stay[0] < stay[1]):
        if merged and start <= merged[-1]:
            merged[-1] = max(merged[-1], end)
        else:
            merged += (start, end)
    return merged
