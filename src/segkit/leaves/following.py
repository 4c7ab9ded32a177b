"""Sequences: whether some choice of events makes the chain [S1], [S2], [S3].

Events of one instant may be taken in any order but each only once. So the search does not ask
which of them were taken, but how many of each sort, a sort being the steps an event could serve:
that keeps the number of states small even where a host knows only the day of its events.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, TypeAlias

import attrs

from segkit.clock import Beyond, Moment, leave
from segkit.history import TimedEvent
from segkit.model.durations import Duration
from segkit.model.events import EventCount, Sequence
from segkit.model.facts import EventLike

__all__ = ["Serving", "chain"]


class Serving(Protocol):
    """Whether an event fits a step, given the first event of the chain."""

    def __call__(
        self, step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool
    ) -> bool:
        """Whether it does; the absent step is asked for apart."""
        ...


_Sort: TypeAlias = int
"""The steps an event could serve, as bits; the absent step is the highest."""
_Taken: TypeAlias = tuple[tuple[_Sort, int], ...]


def chain(
    leaf: Sequence, events: list[TimedEvent], firsts: list[TimedEvent], moment: Moment,
    serving: Serving,
) -> tuple[datetime, ...]:  # fmt: skip
    """The instants of a chain of events that satisfies *leaf*; empty if there is none.

    Args:
        events: All that could serve a step, none of them after now.
        firsts: Those of them that serve the first step.
    """
    ordered = sorted(events, key=lambda timed: timed[0])
    correlated = any(step.event.scope == "step" for step in leaf.behind())
    search: _Search | None = None
    for first in firsts:
        if search is None or correlated:
            sorts = [_sort_of(leaf, timed, first, serving) for timed in ordered]
            search = _Search(leaf, moment, *_grouped(ordered, sorts))
        own = _sort_of(leaf, first, first, serving)
        found = search.extend(0, bisect_left(search.instants, first[0]), ((own, 1),))
        if found is not None:
            return (first[0], *found)
    return ()


def _sort_of(leaf: Sequence, timed: TimedEvent, first: TimedEvent, serving: Serving) -> _Sort:
    _, name, event = timed
    sort = 0
    for place, step in enumerate(leaf.behind()):
        is_absent = place == len(leaf.steps)
        if name in step.event.names and serving(step.event, event, first[-1], is_absent=is_absent):
            sort |= 1 << place
    return sort


def _grouped(
    ordered: list[TimedEvent], sorts: list[_Sort]
) -> tuple[list[datetime], list[Counter[_Sort]]]:
    groups: dict[datetime, Counter[_Sort]] = {}
    for (at, _, _), sort in zip(ordered, sorts, strict=True):
        groups.setdefault(at, Counter())[sort] += 1
    return list(groups), list(groups.values())


@attrs.frozen(eq=False)
class _Search:
    """The search for the steps behind the first event, over the events grouped by instant."""

    leaf: Sequence
    moment: Moment
    instants: list[datetime]
    groups: list[Counter[_Sort]]
    dead: set[tuple[int, int, _Taken]] = attrs.field(factory=set[tuple[int, int, _Taken]])
    """Where the search has been without finding anything."""

    def extend(self, step: int, group: int, taken: _Taken) -> tuple[datetime, ...] | None:
        """The instants of the steps from number *step*, behind an event of *group*."""
        if step == len(self.leaf.steps):
            return () if self._stays_away(group, taken) else None
        state = (step, group, taken)
        if state in self.dead:
            return None
        for later in self._reach(group, self.leaf.steps[step].within):
            used = Counter(dict(taken)) if later == group else Counter[_Sort]()
            for sort, number in self.groups[later].items():
                if sort >> step & 1 and used[sort] < number:
                    now_taken = used + Counter((sort,))
                    rest = self.extend(step + 1, later, tuple(sorted(now_taken.items())))
                    if rest is not None:
                        return (self.instants[later], *rest)
        self.dead.add(state)
        return None

    def _reach(self, group: int, within: Duration | None) -> Iterator[int]:
        """The groups from *group* up to, not including, *within* later."""
        end = Beyond.AFTER if within is None else leave(self.instants[group], within)
        for later in range(group, len(self.instants)):
            if not isinstance(end, Beyond) and self.instants[later] >= end:
                return
            yield later

    def _stays_away(self, group: int, taken: _Taken) -> bool:
        """Whether no other event of the absent step is within reach, its time being over [S2]."""
        absent = self.leaf.absent
        if absent is None:
            return True
        if absent.within is not None:
            end = leave(self.instants[group], absent.within)
            if isinstance(end, Beyond) or end > self.moment.now:
                return False
        bit = len(self.leaf.steps)
        for later in self._reach(group, absent.within):
            left = (
                self.groups[later] - Counter(dict(taken)) if later == group else self.groups[later]
            )
            if any(sort >> bit & 1 for sort in left):
                return False
        return True
