"""Sequences: whether some choice of events makes the chain [S1], [S2], [S3].

Events of one instant may be taken in any order but each only once; events of different instants
cannot be the same. So a chain is cut into runs, the steps that fall on one instant, and the search
goes from the last instant back to the first: a run is possible if its steps can be seated on
different events, and if what comes behind it is possible within reach. Each instant is looked at
once, whichever events the chain began with; only where later steps look at the first event [S3],
first events that hold different values are searched for apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain as flat
from itertools import groupby
from typing import TypeAlias

import attrs

from segkit.clock import Beyond, Edge, Moment, leave
from segkit.history import TimedEvent
from segkit.leaves.fitting import Fitting, Places, Serving, alike, between
from segkit.model.durations import Duration
from segkit.model.events import Sequence

__all__ = ["chain"]


def chain(
    leaf: Sequence,
    events: list[TimedEvent],
    moment: Moment,
    serving: Serving,
    *,
    doubtful: bool = False,
    unfinished: bool = False,
) -> tuple[datetime, ...]:
    """The instants of a chain of events that satisfies *leaf*; empty if there is none.

    Args:
        events: All that could serve a step, none of them after now.
        serving: Asked with the event itself as the first one where the first step is meant.
        doubtful: Whether *serving* may let an event fit that cannot be compared [V6].
        unfinished: Whether the time of an absence need not be over [S2].
    """
    ordered = sorted(events, key=_instant)
    window = moment.interval(leaf.first.window)
    firsts = [
        place
        for place, (at, name, event) in enumerate(ordered)
        if name in leaf.first.names
        and at in window
        and serving(leaf.first, event, event, is_absent=False)
    ]
    last = len(leaf.steps)
    fittings = [
        Fitting(step.event, ordered, moment, serving, place == last, doubtful)
        for place, step in enumerate(leaf.behind())
    ]
    until = None if unfinished else moment.now
    for group in alike(leaf, ordered, firsts):
        found = _chain_from(leaf, ordered, group, fittings, until)
        if found:
            return found
    return ()


def _instant(timed: TimedEvent) -> datetime:
    return timed[0]


def _chain_from(
    leaf: Sequence,
    ordered: list[TimedEvent],
    firsts: Places,
    fittings: list[Fitting],
    until: datetime | None,
) -> tuple[datetime, ...]:
    """The chain from one of *firsts*, which are alike in what later steps see of them."""
    reach = _reach(leaf, ordered, firsts, fittings)
    if reach is None:
        return ()
    unwanted = reach.pop() if leaf.absent is not None else []
    serving: dict[int, set[int]] = {}
    stop = len(ordered)
    for step, lists in reversed(list(enumerate([[firsts], *reach]))):
        inside = [places for each in lists if (places := between(each, 0, stop))]
        for place in flat.from_iterable(inside):
            serving.setdefault(place, set()).add(step)
        # What is behind the last of them cannot be before one. There is one: the earliest of each
        # step is before all that were found behind it.
        last = max(places[-1] for places in inside)
        stop = bisect_right(ordered, ordered[last][0], key=_instant)
    instants = groupby(sorted(serving), key=lambda place: ordered[place][0])
    groups = [(at, {place: serving[place] for place in places}) for at, places in instants]
    return _Search(leaf, ordered, unwanted, until).chain(groups)


def _reach(
    leaf: Sequence, ordered: list[TimedEvent], firsts: Places, fittings: list[Fitting]
) -> list[list[Places]] | None:
    """For each later step the events that fit, none too early or too late for all of the others.

    ``None`` if a step has none; the absent one need not have any.
    """
    first = ordered[firsts[0]]
    latest: Edge = ordered[firsts[-1]][0]
    start = bisect_left(ordered, first[0], key=_instant)
    reach: list[list[Places]] = []
    for fitting, step in zip(fittings, leaf.behind(), strict=True):
        latest = _latest(latest, step.within)
        stop = len(ordered)
        if not isinstance(latest, Beyond):
            stop = bisect_left(ordered, latest, key=_instant)
        reach.append(fitting.of(first[-1], start, stop))
        if fitting.is_absent:
            continue
        earliest = min((places[0] for places in reach[-1] if places), default=None)
        if earliest is None:
            return None
        # What is before the earliest of them cannot be behind one.
        start = bisect_left(ordered, ordered[earliest][0], key=_instant)
    return reach


def _latest(at: Edge, within: Duration | None) -> Edge:
    """Before when the next step has to be, the one before it being at *at* at the latest."""
    return Beyond.AFTER if within is None or isinstance(at, Beyond) else leave(at, within)


_Tail: TypeAlias = "tuple[datetime, int, _Tail | None]"
"""The end of a chain: an instant, the number of steps on it, and what comes behind them."""


@attrs.frozen(eq=False)
class _Search:
    """The search among the events that serve some step.

    Attributes:
        unwanted: The events that serve the absent step, in lists in order.
        until: When the time of an absence must be over at the latest; ``None`` for whenever.
    """

    leaf: Sequence
    ordered: list[TimedEvent]
    unwanted: list[Places]
    until: datetime | None

    def chain(self, groups: list[tuple[datetime, dict[int, set[int]]]]) -> tuple[datetime, ...]:
        """The earliest chain through *groups*, the events of one instant with what they serve."""
        steps = range(len(self.leaf.steps) + 1)
        nearest: list[_Tail | None] = [None] * len(steps)  # by the step the tail begins with
        for at, serves in reversed(groups):
            choices = _choices(serves, steps)
            found = list(nearest)
            for step in steps:
                for final in _runs(step, choices):
                    if final < steps[-1]:
                        rest = nearest[final + 1]
                        if rest is not None and self._reaches(at, final, rest[0]):
                            found[step] = (at, final - step + 1, rest)
                    elif self._stays_away(at, serves, step):
                        found[step] = (at, final - step + 1, None)
            nearest = found
        return tuple(_instants(nearest[0]))

    def _reaches(self, at: datetime, step: int, later: datetime) -> bool:
        """Whether the step behind number *step*, at *at*, may be as late as *later*."""
        return _is_before(later, at, self.leaf.steps[step].within)

    def _stays_away(self, at: datetime, serves: Mapping[int, set[int]], step: int) -> bool:
        """Whether nothing unwanted is behind a run from *step* on at *at*, and in time [S2]."""
        absent = self.leaf.absent
        if absent is None:
            return True
        if absent.within is not None and self.until is not None:
            end = leave(at, absent.within)
            if isinstance(end, Beyond) or end > self.until:
                return False
        here: list[int] = []
        for places in self.unwanted:
            behind = bisect_right(places, at, key=self._at)
            later = self._at(places[behind]) if behind < len(places) else None
            if later is not None and _is_before(later, at, absent.within):
                return False
            here += places[bisect_left(places, at, key=self._at) : behind]
        # Those of the same instant must be events of the chain itself. That its steps can be
        # seated is known; that these can be, too, makes one seating of both possible [1].
        # [1] N. S. Mendelsohn, A. L. Dulmage, Some generalizations of the problem of distinct
        # representatives, Canadian Journal of Mathematics 10 (1958), 230-241.
        length = len(self.leaf.steps) + 1 - step
        if len(here) > length:
            return False
        could = {place: [s for s in serves.get(place, ()) if s >= step] for place in here}
        seated: dict[int, int] = {}
        return all(_seat(place, could, seated, set()) for place in here)

    def _at(self, place: int) -> datetime:
        return self.ordered[place][0]


def _is_before(later: datetime, at: datetime, within: Duration | None) -> bool:
    """Whether *later* is less than *within* behind *at*."""
    end = _latest(at, within)
    return isinstance(end, Beyond) or later < end


def _choices(serves: Mapping[int, set[int]], steps: range) -> dict[int, list[int]]:
    """For each step the events it could be seated on.

    As many as there are steps will do: of so many, the others cannot take all.
    """
    choices: dict[int, list[int]] = {step: [] for step in steps}
    for place, served in serves.items():
        for step in served:
            if len(choices[step]) < len(steps):
                choices[step].append(place)
    return choices


def _runs(step: int, choices: Mapping[int, list[int]]) -> Iterator[int]:
    """The last steps of the runs from *step* on that fit on one instant, the shortest first."""
    seated: dict[int, int] = {}
    for final in range(step, len(choices)):
        if not _seat(final, choices, seated, set()):
            return
        yield final


def _seat(
    one: int, choices: Mapping[int, list[int]], seated: dict[int, int], tried: set[int]
) -> bool:
    """Seat *one* on one of its choices; whoever sits there moves on if it can."""
    for choice in choices[one]:
        if choice in tried:
            continue
        tried.add(choice)
        if choice not in seated or _seat(seated[choice], choices, seated, tried):
            seated[choice] = one
            return True
    return False


def _instants(tail: _Tail | None) -> Iterator[datetime]:
    while tail is not None:
        at, number, tail = tail
        yield from [at] * number
