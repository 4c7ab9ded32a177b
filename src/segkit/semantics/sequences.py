"""The search for a chain of events that satisfies a sequence [S1], [S2], [S3].

Events of one instant may be taken in any order, but each only once; events of different instants
are always different events. So a chain falls into runs, the consecutive steps on one instant, and
whether a run is possible is a matching of its steps with the events of that instant.

The search goes backwards from the last instant to the first, and keeps for each step the partial
chains that begin with it. A run begins a partial chain if its steps can be matched, and if a
partial chain of the next step lies within reach after it. So each instant is visited once,
whichever event a chain begins with. Take ``cart`` followed by ``order`` within 60 minutes, and
these events::

    9:00 cart    9:30 cart    10:00 order

At 10:00 the run *order* begins a partial chain of step 1. At 9:30 the run *cart* begins a whole
chain, because that partial chain is within reach. At 9:00 it does not: 10:00 is too late.

Where later steps compare with the first event [S3], there is one search for each group of first
events that hold the same values.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain as flat
from itertools import groupby
from typing import NamedTuple

import attrs

from segkit.clock import Bound, EvaluationContext, Interval, Unbounded, leave
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


def candidates_by_step(
    steps_by_event: Mapping[int, set[int]], steps: range
) -> dict[int, list[int]]:
    """Return for each step the events that it can be matched with.

    At most as many events as there are steps: the other steps cannot take all of them.
    """
    choices: dict[int, list[int]] = {step: [] for step in steps}
    for position, possible in steps_by_event.items():
        for step in possible:
            if len(choices[step]) < len(steps):
                choices[step].append(position)
    return choices


def matchable_runs(step: int, choices: Mapping[int, list[int]]) -> Iterator[int]:
    """Yield the last step of each run from *step* on that can be matched, the shortest first."""
    matched: dict[int, int] = {}
    for last in range(step, len(choices)):
        if not augment_matching(last, choices, matched, set()):
            return
        yield last


def augment_matching(
    item: int, choices: Mapping[int, list[int]], matched: dict[int, int], tried: set[int]
) -> bool:
    """Match *item* with one of its choices; return whether that is possible.

    These are Kuhn's augmenting paths: a choice that is taken becomes free if the item matched with
    it can move to another choice. Say step 0 can take the events x and y and is matched with x,
    and step 1 can take x only. Then step 0 moves to y, and step 1 is matched with x.

    Args:
        item: The item to match; the items in *matched* remain matched, perhaps differently.
        choices: The choices of each item.
        matched: The item that each taken choice is matched with; changed if there is a match.
        tried: The choices already tried for this item; empty at first.
    """
    for choice in choices[item]:
        if choice in tried:
            continue
        tried.add(choice)
        if choice not in matched or augment_matching(matched[choice], choices, matched, tried):
            matched[choice] = item
            return True
    return False


class FoundChain(NamedTuple):
    """What a search found.

    Attributes:
        instants: The instants of the events of a chain; empty if there is none.
        pending: Without a chain, the time in which the absence after the last event of an
            incomplete chain may still be broken [S2]; ``None`` if there is no such chain.
    """

    instants: tuple[datetime, ...]
    pending: Interval | None


def find_chain(
    leaf: Sequence,
    events: list[TimedEvent],
    context: EvaluationContext,
    step_predicate: StepPredicate,
    *,
    include_uncertain: bool = False,
) -> FoundChain:
    """Return a chain of events that satisfies *leaf*, if there is one.

    Args:
        leaf: The sequence.
        events: All events that could serve a step, none of them after now.
        context: The now and the zone of the evaluation.
        step_predicate: Decides whether an event serves a step. For the first step it is called with
            the event itself as the first event.
        include_uncertain: Whether *step_predicate* is also called for events whose values cannot be
            compared [V6], although by the values alone they cannot serve a step.
    """
    ordered = sorted(events, key=event_instant)
    window = context.window_interval(leaf.first.window)
    starts = [
        position
        for position, (at, name, event) in enumerate(ordered)
        if name in leaf.first.names
        and at in window
        and step_predicate(leaf.first, event, event, is_absent=False)
    ]
    candidates = candidates_of_steps(
        leaf, ordered, context, step_predicate, include_uncertain=include_uncertain
    )
    pending: Interval | None = None
    for group in group_equivalent_starts(leaf, ordered, starts):
        for chain in _chains_from(leaf, ordered, group, candidates):
            if chain.complete <= context.now:
                return FoundChain(tuple(_instants(chain)), None)
            if pending is None:
                *_, last = _instants(chain)
                pending = Interval.from_bounds(last, chain.complete, "left")
    return FoundChain((), pending)


def iter_completions(
    leaf: Sequence,
    ordered: list[TimedEvent],
    starts: Positions,
    context: EvaluationContext,
    step_predicate: StepPredicate,
) -> Iterator[tuple[datetime, Bound, Bound]]:
    """Yield the first instant of each chain, when it becomes complete, and its end.

    Of the chains that begin at one instant only the first to be complete is yielded. A chain of one
    event ends with the first event of the absent step after it. Longer chains that would end are
    left out, so *ordered* must not have events of the absent step after the instants of interest.

    Args:
        leaf: The sequence.
        ordered: All events that could serve a step, in chronological order, also those after now.
        starts: The positions in *ordered* of the events that a chain can begin with.
        context: The zone of the evaluation; its now is not used.
        step_predicate: As for `find_chain`.
    """
    candidates = candidates_of_steps(leaf, ordered, context, step_predicate)
    for group in group_equivalent_starts(leaf, ordered, starts):
        for chain in _chains_from(leaf, ordered, group, candidates, may_end=not leaf.steps):
            yield chain.at, chain.complete, chain.end


class _PartialChain(NamedTuple):
    """A chain from some step on; from step 0 on, it is a whole chain.

    Attributes:
        complete: Since when the chain is complete: its last event, or the end of an absence.
        end: Until when the chain is valid, not included.
        at: The instant of its first run.
        steps: The number of steps in that run.
        rest: The partial chain after that run; ``None`` after the last step.
    """

    complete: Bound
    end: Bound
    at: datetime
    steps: int
    rest: _PartialChain | None


def _chains_from(
    leaf: Sequence,
    ordered: list[TimedEvent],
    starts: Positions,
    candidates: list[StepCandidates],
    *,
    may_end: bool = False,
) -> list[_PartialChain]:
    """Return whole chains from *starts*, which no later step can tell apart, the earliest first."""
    reachable = _candidates_in_reach(leaf, ordered, starts, candidates)
    if reachable is None:
        return []
    absent_events = reachable.pop() if leaf.absent is not None else []
    steps_by_event: dict[int, set[int]] = {}
    stop = len(ordered)
    for step, lists in reversed(list(enumerate([[starts], *reachable]))):
        inside = [positions for each in lists if (positions := slice_positions(each, 0, stop))]
        for position in flat.from_iterable(inside):
            steps_by_event.setdefault(position, set()).add(step)
        # An event of an earlier step is not after the last event of this step. There is a last
        # event: the earliest event of each step is before all that were found for later steps.
        last = max(positions[-1] for positions in inside)
        stop = bisect_right(ordered, ordered[last][0], key=event_instant)
    by_instant = groupby(sorted(steps_by_event), key=lambda position: ordered[position][0])
    groups = [
        (at, {position: steps_by_event[position] for position in positions})
        for at, positions in by_instant
    ]
    return _Search(leaf, ordered, absent_events, may_end).chains(groups)


def _candidates_in_reach(
    leaf: Sequence, ordered: list[TimedEvent], starts: Positions, candidates: list[StepCandidates]
) -> list[list[Positions]] | None:
    """Return for each later step its candidates, without those too early or late for every chain.

    ``None`` if a step has no candidate; the absent step need not have one.
    """
    first = ordered[starts[0]]
    latest: Bound = ordered[starts[-1]][0]
    start = bisect_left(ordered, first[0], key=event_instant)
    reachable: list[list[Positions]] = []
    for of_step, step in zip(candidates, leaf.later_steps(), strict=True):
        latest = _deadline(latest, step.within)
        stop = bisect_left(ordered, latest, key=event_instant)
        reachable.append(of_step.of(first[-1], start, stop))
        if of_step.is_absent:
            continue
        earliest = min((positions[0] for positions in reachable[-1] if positions), default=None)
        if earliest is None:
            return None
        # No later step has an event before the earliest event of this one.
        start = bisect_left(ordered, ordered[earliest][0], key=event_instant)
    return reachable


def _deadline(at: Bound, within: Duration | None) -> Bound:
    """Return the instant before which the next step must be, if this one is not after *at*."""
    return Unbounded.FUTURE if within is None or isinstance(at, Unbounded) else leave(at, within)


@attrs.frozen(eq=False)
class _Search:
    """The search among the events that can serve some step.

    Attributes:
        absent_events: The events that serve the absent step, in several lists, each in order.
        may_end: Whether a chain is wanted that a later event of the absent step ends.
    """

    leaf: Sequence
    ordered: list[TimedEvent]
    absent_events: list[Positions]
    may_end: bool
    _partial_chains: list[deque[_PartialChain]] = attrs.field(init=False)
    """For each step the partial chains that begin with it and may be needed: in the order of their
    instants, each one complete sooner than the one before it. A chain that is neither earlier nor
    complete sooner than another one is never needed."""

    def __attrs_post_init__(self) -> None:
        steps = range(len(self.leaf.steps) + 1)
        object.__setattr__(self, "_partial_chains", [deque[_PartialChain]() for _ in steps])

    def chains(self, groups: list[tuple[datetime, dict[int, set[int]]]]) -> list[_PartialChain]:
        """Return the whole chains, the earliest first, at most one for each instant.

        Args:
            groups: Each instant with its events, and the steps that each of these can serve.
        """
        steps = range(len(self.leaf.steps) + 1)
        whole: list[_PartialChain] = []
        for at, steps_by_event in reversed(groups):
            choices = candidates_by_step(steps_by_event, steps)
            found = [self._earliest_completion(at, steps_by_event, step, choices) for step in steps]
            for chain, later in zip(found, self._partial_chains, strict=True):
                if chain is not None:
                    while later and later[0].complete >= chain.complete:
                        later.popleft()
                    later.appendleft(chain)
            if found[0] is not None:
                whole.append(found[0])
        whole.reverse()
        return whole

    def _earliest_completion(
        self,
        at: datetime,
        steps_by_event: Mapping[int, set[int]],
        step: int,
        choices: Mapping[int, list[int]],
    ) -> _PartialChain | None:
        """Return the partial chain from *step* on that begins at *at* and is complete first."""
        best: _PartialChain | None = None
        for last in matchable_runs(step, choices):
            rest = None
            if last < len(self.leaf.steps):
                rest = self._reachable(at, last)
                validity = None if rest is None else (rest.complete, rest.end)
            else:
                validity = self._valid_from_until(at, steps_by_event, step)
            if validity is not None and (best is None or validity[0] < best.complete):
                best = _PartialChain(*validity, at, last - step + 1, rest)
        return best

    def _reachable(self, at: datetime, step: int) -> _PartialChain | None:
        """Return the chain to continue with if *step* is at *at*: the first to be complete."""
        later = self._partial_chains[step + 1]
        deadline = _deadline(at, self.leaf.steps[step].within)
        # Further calls are for earlier instants, whose deadlines are not later than this one.
        while later and not later[-1].at < deadline:
            later.pop()
        return later[-1] if later else None

    def _valid_from_until(
        self, at: datetime, steps_by_event: Mapping[int, set[int]], step: int
    ) -> tuple[Bound, Bound] | None:
        """Return when a chain is complete, and its end, if its last run is from *step* on at *at*.

        ``None`` if an event of the absent step breaks it [S2].
        """
        absent = self.leaf.absent
        if absent is None:
            return at, Unbounded.FUTURE
        complete = at if absent.within is None else leave(at, absent.within)
        next_absent: Bound = Unbounded.FUTURE
        simultaneous: list[int] = []
        for positions in self.absent_events:
            after = bisect_right(positions, at, key=self._at)
            if after < len(positions):
                next_absent = min(next_absent, self._at(positions[after]))
            simultaneous += positions[bisect_left(positions, at, key=self._at) : after]
        is_broken = next_absent < _deadline(at, absent.within)
        if is_broken and not (self.may_end and complete < next_absent):
            return None
        # Events of the absent step at *at* break the chain unless all of them are events of the
        # chain. So they must be matched with steps of the run. The caller matched all steps of
        # the run with events; both matchings together give one that covers both sides [1].
        # [1] N. S. Mendelsohn, A. L. Dulmage, Some generalizations of the problem of distinct
        # representatives, Canadian Journal of Mathematics 10 (1958), 230-241.
        length = len(self.leaf.steps) + 1 - step
        if len(simultaneous) > length:
            return None
        choices = {
            position: [s for s in steps_by_event.get(position, ()) if s >= step]
            for position in simultaneous
        }
        matched: dict[int, int] = {}
        if not all(augment_matching(event, choices, matched, set()) for event in simultaneous):
            return None
        return complete, next_absent if absent.within is None else Unbounded.FUTURE

    def _at(self, position: int) -> datetime:
        return self.ordered[position][0]


def _instants(chain: _PartialChain | None) -> Iterator[datetime]:
    while chain is not None:
        yield from [chain.at] * chain.steps
        chain = chain.rest
