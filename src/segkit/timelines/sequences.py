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

from segkit.clock import Beyond, Edge, Moment, edges
from segkit.history import TimedEvent, instant_of
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.semantics.sequences import completions
from segkit.semantics.step_candidates import Places, Serving
from segkit.timelines.base import Course, Spell
from segkit.timelines.counts import Rolling

Unchanged = Callable[[EventCount, list[TimedEvent], datetime], Edge]
"""Until when, from an instant on, what the ``where`` of a step says of events stays the same."""


@attrs.define(eq=False)
class Chained(Course):
    """Whether some choice of events makes the chain [S1], [S2], [S3].

    Attributes:
        events: All that could serve a step, in order.
        serving: Gives what `segkit.semantics.sequences` asks of events, at one moment.
    """

    leaf: Sequence
    events: list[TimedEvent]
    tz: tzinfo
    serving: Callable[[Moment], Serving]
    unchanged: Unchanged
    _until: Edge = Beyond.BEFORE
    """The end of the piece that was looked at."""
    _effort: int = 0
    _edges: list[Edge] = attrs.field(factory=list[Edge])
    """Where the sequence begins to hold and ends to in that piece, by turns."""

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts to the next of the edges, or at least to the end of the piece."""
        if at >= self._until:
            self._look(at)
        passed = bisect_right(self._edges, at)
        until = self._edges[passed] if passed < len(self._edges) else self._until
        return passed % 2 == 1, min(until, self._until)

    def effort(self) -> int:
        """All events are looked at anew in each piece."""
        return self._effort

    def _look(self, at: datetime) -> None:
        """Look at the piece that begins at an instant."""
        leaf, moment = self.leaf, Moment(at, self.tz)
        # What is before the window of the first step is of no use, now or later.
        start, _ = edges(leaf.first.window, at, self.tz)
        self.events = self.events[bisect_left(self.events, start, key=instant_of) :]
        self._effort += len(self.events) // 10
        changes = [self.unchanged(step, self.events, at) for step in self._steps()]
        self._until = min(self._unwanted(at), *changes)
        ordered = self.events[: bisect_left(self.events, self._until, key=instant_of)]
        serving = self.serving(moment)
        firsts = [
            place
            for place, (_, name, event) in enumerate(ordered)
            if name in leaf.first.names and serving(leaf.first, event, event, is_absent=False)
        ]
        stays = stays_of(leaf, ordered, firsts, moment, serving)
        self._edges = _merged((start, end) for _, start, end in stays)

    def _steps(self) -> list[EventCount]:
        return [self.leaf.first, *(step.event for step in self.leaf.behind())]

    def _unwanted(self, at: datetime) -> Edge:
        """When the next event comes that may end an absence without a limit of time [S2]."""
        absent = self.leaf.absent
        if absent is None or not ends_elsewhere(self.leaf):
            return Beyond.AFTER
        behind = bisect_right(self.events, at, key=instant_of)
        names = absent.event.names
        return next((at for at, name, _ in self.events[behind:] if name in names), Beyond.AFTER)


def stays_of(
    leaf: Sequence, ordered: list[TimedEvent], firsts: Places, moment: Moment, serving: Serving
) -> Iterator[tuple[datetime, Edge, Edge]]:
    """From when to when, from *moment* on, a chain makes *leaf* true, by the instant it begins at.

    The arguments are those of `segkit.semantics.sequences.completions`.
    """
    window = Rolling([ordered[place][0] for place in firsts], leaf.first.window, moment.tz)
    lost, _ = window.met(moment.now)
    stays = {
        window.instants[place]: (window.enter(place), window.leave(place))
        for place in range(lost, len(firsts))
    }
    for at, complete, end in completions(leaf, ordered, firsts[lost:], moment, serving):
        yield at, max(complete, stays[at][0]), min(end, stays[at][1])


def stays_of_each(
    leaf: Sequence, events: list[TimedEvent], moment: Moment, serving: Serving
) -> Iterator[tuple[EventLike, Edge, Edge]]:
    """The same by the event that a chain begins with, whatever its own ``where`` says of it."""
    rounds: list[Places] = []  # Events of one instant are told apart one after the other.
    named = (place for place, (_, name, _) in enumerate(events) if name in leaf.first.names)
    for _, places in groupby(named, key=lambda place: events[place][0]):
        for turn, place in enumerate(places):
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append(place)
    for firsts in rounds:
        event_at = {events[place][0]: events[place][-1] for place in firsts}
        for at, start, end in stays_of(leaf, events, firsts, moment, serving):
            yield event_at[at], start, end


def ends_elsewhere(leaf: Sequence) -> bool:
    """Whether something unwanted may end one chain and leave room for another one [S2].

    A chain of one event says itself when it ends, and so does an absence with a limit of time.
    """
    return leaf.absent is not None and leaf.absent.within is None and bool(leaf.steps)


def _merged(stays: Iterable[tuple[Edge, Edge]]) -> list[Edge]:
    """Where at least one of them begins and where none is left, by turns."""
    merged: list[Edge] = []
    for start, end in sorted(stay for stay in stays if stay[0] < stay[1]):
        if merged and start <= merged[-1]:
            merged[-1] = max(merged[-1], end)
        else:
            merged += (start, end)
    return merged
