"""The search for a chain of events that satisfies a sequence.

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
events that hold the same values [S1], [S2], [S3].
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from datetime import datetime
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
    group_equivalent_starts,
    slice_positions,
)


class Chain(NamedTuple):
    """A chain of events from some step on; from the first step on, it is a whole chain.

    Attributes:
        complete: Since when the chain is complete: its last event, or the end of an absence.
        end: Until when the chain is valid, not included.
        at: The instant of its first run.
        steps: The number of steps in that run.
        rest: The chain after that run; ``None`` after the last step.
    """

    complete: Bound
    end: Bound
    at: datetime
    steps: int
    rest: Chain | None

    def instants(self) -> tuple[datetime, ...]:
        """Return the instant of each step."""
        later = () if self.rest is None else self.rest.instants()
        return (self.at,) * self.steps + later


class FoundChain(NamedTuple):
    """The result of a search.

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

    *events* are all events that could serve a step, none of them after now. The other arguments are
    those of `ChainSearch`.
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
    pending: Interval | None = None
    search = ChainSearch(leaf, ordered, context, step_predicate, include_uncertain)
    for chain in search.chains(starts):
        if chain.complete <= context.now < chain.end:
            return FoundChain(chain.instants(), None)
        if pending is None and context.now < chain.end:
            pending = Interval.from_bounds(chain.instants()[-1], chain.complete, "left")
    return FoundChain((), pending)


@attrs.define(eq=False)
class ChainSearch:
    """The search for the chains of a sequence.

    Attributes:
        leaf: The sequence.
        ordered: All events that could serve a step, in chronological order.
        context: The zone of the evaluation.
        step_predicate: Decides whether an event serves a step.
        include_uncertain: Whether *step_predicate* is also called for events whose values cannot be
            compared [V6], although by the values alone they cannot serve a step.
    """

    leaf: Sequence
    ordered: list[TimedEvent]
    context: EvaluationContext
    step_predicate: StepPredicate
    include_uncertain: bool = False
    _absent_events: Positions = attrs.field(factory=list[int], init=False)
    """The events that serve the absent step."""
    _partial_chains: list[deque[Chain]] = attrs.field(factory=list[deque[Chain]], init=False)
    """For each step the partial chains that begin with it and may be needed: in the order of their
    instants, each one complete sooner than the one before it. A chain that is neither earlier nor
    complete sooner than another one is never needed."""

    def chains(self, starts: Positions) -> Iterator[Chain]:
        """Yield chains that begin with one of the events *starts*, given by their positions.

        Of the chains that begin at one instant only the first to be complete is yielded. A chain of
        one event ends with the first event of the absent step after it. Longer chains that would
        end are left out, so no event of the absent step may be after the instants of interest.
        """
        leaf, ordered = self.leaf, self.ordered
        candidates = [
            StepCandidates(
                step.event,
                ordered,
                self.context,
                self.step_predicate,
                is_absent=number == len(leaf.steps),
                include_uncertain=self.include_uncertain,
            )
            for number, step in enumerate(leaf.later_steps())
        ]
        for group in group_equivalent_starts(leaf, ordered, starts):
            by_step = self._events_in_reach(group, candidates)
            if by_step is not None:
                self._absent_events = by_step.pop() if leaf.absent is not None else []
                yield from self._chains_among(by_step)

    def _events_in_reach(
        self, starts: Positions, candidates: list[StepCandidates]
    ) -> list[Positions] | None:
        """Return the events for each step, without those too early or too late for every chain.

        No later step can tell the events *starts* apart. The result is ``None`` if a step has no
        event; the absent step need not have one.
        """
        ordered = self.ordered
        at, _, first = ordered[starts[0]]
        latest: Bound = ordered[starts[-1]].at
        start = bisect_left(ordered, at, key=event_instant)
        by_step = [starts]
        for of_step, step in zip(candidates, self.leaf.later_steps(), strict=True):
            latest = _deadline(latest, step.within)
            found = of_step.of(first, start, bisect_left(ordered, latest, key=event_instant))
            by_step.append(found)
            if of_step.is_absent:
                break
            if not found:
                return None
            # No later step has an event before the earliest event of this one.
            start = bisect_left(ordered, ordered[found[0]].at, key=event_instant)
        stop = len(ordered)
        for number in range(len(self.leaf.steps), -1, -1):
            # An event of an earlier step is not after the last event of this one. There is a last
            # event: the earliest event of each step is before all that were found for later steps.
            by_step[number] = slice_positions(by_step[number], 0, stop)
            stop = bisect_right(ordered, ordered[by_step[number][-1]].at, key=event_instant)
        return by_step

    def _chains_among(self, by_step: list[Positions]) -> list[Chain]:
        """Return the whole chains of the events of each step, the earliest chain first."""
        self._partial_chains = [deque() for _ in by_step]
        choices_at = defaultdict[datetime, list[set[int]]](lambda: [set() for _ in by_step])
        for step, positions in enumerate(by_step):
            for position in positions:
                choices_at[self._at(position)][step].add(position)
        whole: list[Chain] = []
        for at in sorted(choices_at, reverse=True):
            choices = choices_at[at]
            found = [self._earliest_completion(at, choices, step) for step in range(len(by_step))]
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
        self, at: datetime, choices: list[set[int]], step: int
    ) -> Chain | None:
        """Return the chain from *step* on that begins at *at* and is complete first.

        *choices* are the events at that instant that can serve each step.
        """
        best: Chain | None = None
        matched: dict[int, int] = {}
        for last in range(step, len(choices)):
            if not augment_matching(last, choices, matched, set()):
                break
            rest = None
            if last < len(self.leaf.steps):
                rest = self._reachable(at, last)
                validity = None if rest is None else (rest.complete, rest.end)
            else:
                validity = self._valid_from_until(at, choices, step)
            if validity is not None and (best is None or validity[0] < best.complete):
                best = Chain(*validity, at, last - step + 1, rest)
        return best

    def _reachable(self, at: datetime, step: int) -> Chain | None:
        """Return the chain to continue with if *step* is at *at*: the first to be complete."""
        later = self._partial_chains[step + 1]
        deadline = _deadline(at, self.leaf.steps[step].within)
        # Further calls are for earlier instants, whose deadlines are not later than this one.
        while later and not later[-1].at < deadline:
            later.pop()
        return later[-1] if later else None

    def _valid_from_until(
        self, at: datetime, choices: list[set[int]], step: int
    ) -> tuple[Bound, Bound] | None:
        """Return when a chain is complete, and its end, if its last run is from *step* on at *at*.

        ``None`` if an event of the absent step breaks it [S2].
        """
        absent, absent_events = self.leaf.absent, self._absent_events
        if absent is None:
            return at, Unbounded.FUTURE
        first = bisect_left(absent_events, at, key=self._at)
        after = bisect_right(absent_events, at, key=self._at)
        deadline = _deadline(at, absent.within)
        end: Bound = Unbounded.FUTURE
        if after < len(absent_events) and self._at(absent_events[after]) < deadline:
            if self.leaf.steps:
                return None
            end = self._at(absent_events[after])
        # Events of the absent step at *at* break the chain unless all of them are events of the
        # chain. So they must be matched with steps of the run. The caller matched all steps of
        # the run with events; both matchings together give a matching that covers both sides [1].
        # [1] N. S. Mendelsohn, A. L. Dulmage, Some generalizations of the problem of distinct
        # representatives, Canadian Journal of Mathematics 10 (1958), 230-241.
        simultaneous = absent_events[first:after]
        run = range(step, len(choices))
        if len(simultaneous) > len(run):
            return None
        steps_of = {event: [s for s in run if event in choices[s]] for event in simultaneous}
        matched: dict[int, int] = {}
        if not all(augment_matching(event, steps_of, matched, set()) for event in simultaneous):
            return None
        return at if absent.within is None else deadline, end

    def _at(self, position: int) -> datetime:
        return self.ordered[position].at


def _deadline(at: Bound, within: Duration | None) -> Bound:
    """Return the instant before which the next step must be, if this one is not after *at*."""
    return Unbounded.FUTURE if within is None or isinstance(at, Unbounded) else leave(at, within)


def augment_matching(
    item: int,
    choices: Mapping[int, list[int]] | list[set[int]],
    matched: dict[int, int],
    tried: set[int],
) -> bool:
    """Match *item* with one of its choices; return whether that is possible.

    These are Kuhn's augmenting paths: a choice that is taken becomes free if the item matched with
    it can move to another choice. Say step 0 can take the events x and y and is matched with x,
    and step 1 can take x only. Then step 0 moves to y, and step 1 is matched with x.

    *matched* has the item that each taken choice is matched with. If there is a match it is changed
    so that its items remain matched, perhaps differently. *tried* are the choices that were already
    tried for *item*; at first there are none.
    """
    for choice in choices[item]:
        if choice in tried:
            continue
        tried.add(choice)
        if choice not in matched or augment_matching(matched[choice], choices, matched, tried):
            matched[choice] = item
            return True
    return False
