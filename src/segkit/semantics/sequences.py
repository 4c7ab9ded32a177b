"""Steps of a sequence on events of one instant: each needs one of its own [S1].

Events of one instant may be taken in any order but each only once, so whether some steps in a row
can all be there at once is a matching of steps and events.


Sequences: whether some choice of events makes the chain [S1], [S2], [S3].

Events of one instant may be taken in any order but each only once; events of different instants
cannot be the same. So a chain is cut into runs, the steps that fall on one instant, and the search
goes from the last instant back to the first: a run is possible if its steps can be seated on
different events, and if what comes behind it is possible within reach. Each instant is looked at
once, whichever events the chain began with; only where later steps look at the first event [S3],
first events that hold different values are searched for apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain as flat
from itertools import groupby
from typing import TypeAlias

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded, leave
from segkit.history import TimedEvent, event_instant
from segkit.model.event_leaves import Sequence
from segkit.model.time_spans import Duration
from segkit.semantics.step_candidates import (
    Positions,
    StepCandidates,
    StepPredicate,
    candidates_of_steps,
    group_equivalent_starts,
    slice_positions,
)


def candidates_by_step(serves: Mapping[int, set[int]], steps: range) -> dict[int, list[int]]:
    """For each step the events it could be seated on.

    As many as there are steps will do: of so many, the others cannot take all.
    """
    choices: dict[int, list[int]] = {step: [] for step in steps}
    for place, served in serves.items():
        for step in served:
            if len(choices[step]) < len(steps):
                choices[step].append(place)
    return choices


def matchable_runs(step: int, choices: Mapping[int, list[int]]) -> Iterator[int]:
    """The last steps of the runs from *step* on that fit on one instant, the shortest first."""
    seated: dict[int, int] = {}
    for final in range(step, len(choices)):
        if not augment_matching(final, choices, seated, set()):
            return
        yield final


def augment_matching(
    one: int, choices: Mapping[int, list[int]], seated: dict[int, int], tried: set[int]
) -> bool:
    """Seat *one* on one of its choices; whoever sits there moves on if it can."""
    for choice in choices[one]:
        if choice in tried:
            continue
        tried.add(choice)
        if choice not in seated or augment_matching(seated[choice], choices, seated, tried):
            seated[choice] = one
            return True
    return False


def find_chain(
    leaf: Sequence,
    events: list[TimedEvent],
    context: EvaluationContext,
    step_predicate: StepPredicate,
    *,
    include_uncertain: bool = False,
    allow_pending: bool = False,
) -> tuple[datetime, ...]:
    """The instants of a chain of events that satisfies *leaf*; empty if there is none.

    Args:
        events: All that could serve a step, none of them after now.
        serving: Asked with the event itself as the first one where the first step is meant.
        doubtful: Whether *serving* may let an event fit that cannot be compared [V6].
        unfinished: Whether the time of an absence need not be over [S2].
    """
    ordered = sorted(events, key=event_instant)
    window = context.window_interval(leaf.first.window)
    firsts = [
        place
        for place, (at, name, event) in enumerate(ordered)
        if name in leaf.first.names
        and at in window
        and step_predicate(leaf.first, event, event, is_absent=False)
    ]
    until = None if allow_pending else context.now
    fittings = candidates_of_steps(
        leaf, ordered, context, step_predicate, include_uncertain=include_uncertain
    )
    for group in group_equivalent_starts(leaf, ordered, firsts):
        tails = _chains_from(leaf, ordered, group, fittings, until)
        if tails:
            return tuple(_instants(tails[0]))
    return ()


def iter_completions(
    leaf: Sequence,
    ordered: list[TimedEvent],
    firsts: Positions,
    context: EvaluationContext,
    step_predicate: StepPredicate,
) -> Iterator[tuple[datetime, Bound, Bound]]:
    """Since when a chain has been complete, and until when, by the instant that it begins with.

    Of the chains from one instant the first to be complete; an instant without any is left out.
    A chain of one event ends with the first unwanted event behind it; of longer ones, those that
    end are left out, so that none may be unwanted behind the instants that are asked about.

    Args:
        ordered: All events that could serve a step, in order.
        firsts: Where those stand among them that could be the first.
        moment: Whose zone days are of; what happens after it happens as well.
        serving: As for `find_chain`.
    """
    fittings = candidates_of_steps(leaf, ordered, context, step_predicate)
    for group in group_equivalent_starts(leaf, ordered, firsts):
        tails = _chains_from(
            leaf, ordered, group, fittings, Unbounded.FUTURE, may_end=not leaf.steps
        )
        for complete, end, at, _, _ in tails:
            yield at, complete, end


_PartialChain: TypeAlias = "tuple[Bound, Bound, datetime, int, _PartialChain | None]"
"""The end of a chain: since when it has been complete, and until when; an instant, the number of
steps on it, and what comes behind them."""


def _chains_from(
    leaf: Sequence,
    ordered: list[TimedEvent],
    firsts: Positions,
    fittings: list[StepCandidates],
    until: Bound | None,
    *,
    may_end: bool = False,
) -> list[_PartialChain]:
    """Whole chains from *firsts*, which later steps see alike, the earliest first."""
    reach = _candidates_in_reach(leaf, ordered, firsts, fittings)
    if reach is None:
        return []
    unwanted = reach.pop() if leaf.absent is not None else []
    serving: dict[int, set[int]] = {}
    stop = len(ordered)
    for step, lists in reversed(list(enumerate([[firsts], *reach]))):
        inside = [places for each in lists if (places := slice_positions(each, 0, stop))]
        for place in flat.from_iterable(inside):
            serving.setdefault(place, set()).add(step)
        # What is behind the last of them cannot be before one. There is one: the earliest of each
        # step is before all that were found behind it.
        last = max(places[-1] for places in inside)
        stop = bisect_right(ordered, ordered[last][0], key=event_instant)
    instants = groupby(sorted(serving), key=lambda place: ordered[place][0])
    groups = [(at, {place: serving[place] for place in places}) for at, places in instants]
    return _Search(leaf, ordered, unwanted, until, may_end).chains(groups)


def _candidates_in_reach(
    leaf: Sequence, ordered: list[TimedEvent], firsts: Positions, fittings: list[StepCandidates]
) -> list[list[Positions]] | None:
    """For each later step the events that fit, none too early or too late for all of the others.

    ``None`` if a step has none; the absent one need not have any.
    """
    first = ordered[firsts[0]]
    latest: Bound = ordered[firsts[-1]][0]
    start = bisect_left(ordered, first[0], key=event_instant)
    reach: list[list[Positions]] = []
    for fitting, step in zip(fittings, leaf.later_steps(), strict=True):
        latest = _deadline(latest, step.within)
        stop = bisect_left(ordered, latest, key=event_instant)
        reach.append(fitting.of(first[-1], start, stop))
        if fitting.is_absent:
            continue
        earliest = min((places[0] for places in reach[-1] if places), default=None)
        if earliest is None:
            return None
        # What is before the earliest of them cannot be behind one.
        start = bisect_left(ordered, ordered[earliest][0], key=event_instant)
    return reach


def _deadline(at: Bound, within: Duration | None) -> Bound:
    """Before when the next step has to be, the one before it being at *at* at the latest."""
    return Unbounded.FUTURE if within is None or isinstance(at, Unbounded) else leave(at, within)


@attrs.frozen(eq=False)
class _Search:
    """The search among the events that serve some step.

    Attributes:
        unwanted: The events that serve the absent step, in lists in order.
        until: When a chain must be complete at the latest; ``None`` for whenever, and then the time
            of an absence need not be over.
        may_end: Whether a chain will do that something unwanted ends later on.
    """

    leaf: Sequence
    ordered: list[TimedEvent]
    unwanted: list[Positions]
    until: Bound | None
    may_end: bool
    _chains_after: list[deque[_PartialChain]] = attrs.field(init=False)
    """By the step they begin with, the tails worth going on with: the nearest first, and the
    further away, the sooner complete. One that is neither nearer nor sooner is never needed."""

    def __attrs_post_init__(self) -> None:
        steps = range(len(self.leaf.steps) + 1)
        object.__setattr__(self, "_chains_after", [deque[_PartialChain]() for _ in steps])

    def chains(self, groups: list[tuple[datetime, dict[int, set[int]]]]) -> list[_PartialChain]:
        """The whole chains through *groups*, the events of one instant with what they serve."""
        steps = range(len(self.leaf.steps) + 1)
        whole: list[_PartialChain] = []
        for at, serves in reversed(groups):
            choices = candidates_by_step(serves, steps)
            found = [self._earliest_completion(at, serves, step, choices) for step in steps]
            for tail, behind in zip(found, self._chains_after, strict=True):
                if tail is not None:
                    while behind and behind[0][0] >= tail[0]:
                        behind.popleft()
                    behind.appendleft(tail)
            if found[0] is not None:
                whole.append(found[0])
        whole.reverse()
        return whole

    def _earliest_completion(
        self,
        at: datetime,
        serves: Mapping[int, set[int]],
        step: int,
        choices: Mapping[int, list[int]],
    ) -> _PartialChain | None:
        """The tail from *step* on at *at* that is complete first."""
        soonest: _PartialChain | None = None
        for final in matchable_runs(step, choices):
            rest = None
            if final < len(self.leaf.steps):
                rest = self._reachable(at, final)
                lasts = None if rest is None else rest[:2]
            else:
                lasts = self._valid_from_until(at, serves, step)
            if lasts is not None and (soonest is None or lasts[0] < soonest[0]):
                soonest = *lasts, at, final - step + 1, rest
        return soonest

    def _reachable(self, at: datetime, step: int) -> _PartialChain | None:
        """Of the tails that may come behind number *step*, at *at*, the first to be complete."""
        behind = self._chains_after[step + 1]
        end = _deadline(at, self.leaf.steps[step].within)
        # Who comes before *at*, and is asked later, reaches less far.
        while behind and not behind[-1][2] < end:
            behind.pop()
        return behind[-1] if behind else None

    def _valid_from_until(
        self, at: datetime, serves: Mapping[int, set[int]], step: int
    ) -> tuple[Bound, Bound] | None:
        """Since when a chain that ends in a run from *step* on at *at* is complete, and until when.

        ``None`` if something unwanted is behind it and in time, or it is complete too late [S2].
        """
        absent = self.leaf.absent
        if absent is None:
            return at, Unbounded.FUTURE
        complete: Bound = at
        if absent.within is not None and self.until is not None:
            complete = leave(at, absent.within)
            if complete > self.until or complete is Unbounded.FUTURE:
                return None
        ends: Bound = Unbounded.FUTURE
        here: list[int] = []
        for places in self.unwanted:
            behind = bisect_right(places, at, key=self._at)
            if behind < len(places):
                ends = min(ends, self._at(places[behind]))
            here += places[bisect_left(places, at, key=self._at) : behind]
        if ends < _deadline(at, absent.within) and not (self.may_end and complete < ends):
            return None
        # Those of the same instant must be events of the chain itself. That its steps can be
        # seated is known; that these can be, too, makes one seating of both possible [1].
        # [1] N. S. Mendelsohn, A. L. Dulmage, Some generalizations of the problem of distinct
        # representatives, Canadian Journal of Mathematics 10 (1958), 230-241.
        length = len(self.leaf.steps) + 1 - step
        if len(here) > length:
            return None
        could = {place: [s for s in serves.get(place, ()) if s >= step] for place in here}
        seated: dict[int, int] = {}
        seats = all(augment_matching(place, could, seated, set()) for place in here)
        return (complete, ends if absent.within is None else Unbounded.FUTURE) if seats else None

    def _at(self, place: int) -> datetime:
        return self.ordered[place][0]


def _instants(tail: _PartialChain | None) -> Iterator[datetime]:
    while tail is not None:
        _, _, at, number, tail = tail
        yield from [at] * number
