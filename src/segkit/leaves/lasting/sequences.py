"""How long a sequence lasts: from when its chain is complete until its first event leaves.

Whether an event fits a step may itself depend on time, and an absence without a limit of time ends
with the first event that is unwanted, which another chain may be behind. So time is cut into pieces
within which neither changes. In one piece, each event that a chain can begin with makes the
sequence true from when the first chain from it is complete, and the event is in its window, until
it leaves the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

import attrs

from segkit.clock import Beyond, Edge, Moment, edges
from segkit.history import TimedEvent, instant_of
from segkit.leaves.fitting import Serving
from segkit.leaves.following import completions
from segkit.leaves.lasting.courses import Course, Spell
from segkit.leaves.lasting.presence import Rolling
from segkit.model.events import EventCount, Sequence

__all__ = ["Chained", "Unchanged"]

Unchanged = Callable[[EventCount, list[TimedEvent], datetime], Edge]
"""Until when, from an instant on, what the ``where`` of a step says of events stays the same."""


@attrs.define(eq=False)
class Chained(Course):
    """Whether some choice of events makes the chain [S1], [S2], [S3].

    Attributes:
        events: All that could serve a step, in order.
        serving: Gives what `segkit.leaves.following` asks of events, at one moment.
    """

    leaf: Sequence
    events: list[TimedEvent]
    tz: tzinfo
    serving: Callable[[Moment], Serving]
    unchanged: Unchanged
    _until: Edge = Beyond.BEFORE
    """The end of the piece that was looked at."""
    _edges: list[Edge] = attrs.field(factory=list[Edge])
    """Where the sequence begins to hold and ends to in that piece, by turns."""

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts to the next of the edges, or at least to the end of the piece."""
        if at >= self._until:
            self._look(at)
        passed = bisect_right(self._edges, at)
        until = self._edges[passed] if passed < len(self._edges) else self._until
        return passed % 2 == 1, min(until, self._until)

    def _look(self, at: datetime) -> None:
        """Look at the piece that begins at an instant."""
        leaf, moment = self.leaf, Moment(at, self.tz)
        # What is before the window of the first step is of no use, now or later.
        start, _ = edges(leaf.first.window, at, self.tz)
        self.events = self.events[bisect_left(self.events, start, key=instant_of) :]
        changes = [self.unchanged(step, self.events, at) for step in self._steps()]
        self._until = min(self._unwanted(at), *changes)
        ordered = self.events[: bisect_left(self.events, self._until, key=instant_of)]
        serving = self.serving(moment)
        firsts = [
            place
            for place, (_, name, event) in enumerate(ordered)
            if name in leaf.first.names and serving(leaf.first, event, event, is_absent=False)
        ]
        window = Rolling([ordered[place][0] for place in firsts], leaf.first.window, self.tz)
        lost, _ = window.met(at)
        stays = {
            window.instants[place]: (window.enter(place), window.leave(place))
            for place in range(lost, len(firsts))
        }
        found = completions(leaf, ordered, firsts[lost:], moment, serving)
        self._edges = _merged(
            (max(complete, stays[first][0]), min(end, stays[first][1]))
            for first, complete, end in found
        )

    def _steps(self) -> list[EventCount]:
        return [self.leaf.first, *(step.event for step in self.leaf.behind())]

    def _unwanted(self, at: datetime) -> Edge:
        """When the next event comes that may end an absence without a limit of time [S2].

        Never, where chains of one event are looked for, which say themselves when they end.
        """
        absent = self.leaf.absent
        if absent is None or absent.within is not None or not self.leaf.steps:
            return Beyond.AFTER
        behind = bisect_right(self.events, at, key=instant_of)
        names = absent.event.names
        return next((at for at, name, _ in self.events[behind:] if name in names), Beyond.AFTER)


def _merged(stays: Iterable[tuple[Edge, Edge]]) -> list[Edge]:
    """Where at least one of them begins and where none is left, by turns."""
    merged: list[Edge] = []
    for start, end in sorted(stay for stay in stays if stay[0] < stay[1]):
        if merged and start <= merged[-1]:
            merged[-1] = max(merged[-1], end)
        else:
            merged += (start, end)
    return merged
