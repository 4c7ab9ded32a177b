"""The timeline of every condition: its verdict as time passes, if no fact changes."""

from __future__ import annotations

from datetime import MAXYEAR, date, datetime
from functools import partial
from typing import Final, assert_never, cast

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded, coverage_bounds, window_bounds
from segkit.history import Facts, TimedEvent
from segkit.model.comparisons import Anniversary, Comparison
from segkit.model.conditions import Condition, ContactLeaf, EventLeaf
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.operators import OPERATORS, OperandForm
from segkit.model.time_spans import Window
from segkit.model.values import TypedValue
from segkit.semantics.aggregates import AGGREGATES
from segkit.semantics.comparisons import depends_on_now, satisfies
from segkit.semantics.observations import (
    AggregateObservation,
    ContactObservation,
    CountObservation,
    EventSubject,
    ListObservation,
    SampleObservation,
    SequenceObservation,
    ValueObservation,
    decide,
    is_in_range,
    observe,
    observe_event,
    where_is_true,
)
from segkit.semantics.step_candidates import step_names
from segkit.timelines.aggregates import incremental_aggregate
from segkit.timelines.base import (
    AnniversaryTimeline,
    Constant,
    Deferred,
    DuringInterval,
    VerdictTimeline,
    at_least,
    negate,
)
from segkit.timelines.counts import (
    AggregateTimeline,
    CountTimeline,
    IndependentMembership,
    SlidingMembership,
    SlidingWindow,
    WindowMembership,
)
from segkit.timelines.sequences import (
    SequenceTimeline,
    absence_may_restart,
    chain_intervals_by_event,
)
from segkit.traversal import fold, iter_contact_leaves, iter_event_leaves

# --- conditions and leaves ------------------------------------------------------------------------


def timeline_of(condition: Condition, facts: Facts, context: EvaluationContext) -> VerdictTimeline:
    """Return the timeline of *condition* from ``context.now`` on.

    At every instant its verdict is that of `segkit.matches` at that instant.
    """

    def of_leaf(leaf: ContactLeaf) -> VerdictTimeline:
        if isinstance(leaf, EventCount | EventValue | Sequence):
            return Deferred(partial(timeline_of_leaf, leaf, facts, context))
        return timeline_of_leaf(leaf, facts, context)

    return fold(condition, of_leaf, at_least, negate)


def timeline_of_leaf(
    leaf: ContactLeaf, facts: Facts, context: EvaluationContext
) -> VerdictTimeline:
    """Return the timeline of a leaf from ``context.now`` on."""
    if isinstance(leaf, EventCount | EventValue | Sequence):
        return _events_timeline(leaf, facts, context)
    return timeline_of_observation(observe(leaf, facts, context), facts, context)


def timeline_of_observation(
    observation: ContactObservation, facts: Facts, context: EvaluationContext
) -> VerdictTimeline:
    """Return the timeline of a leaf that was observed already."""
    match observation:
        case ValueObservation(leaf, value, operands):
            return _value_timeline(leaf.comparison, context, value, operands)
        case ListObservation(leaf, lists):
            if leaf.joined is None:
                return Constant(bool(lists))
            of_joined = partial(_value_timeline, leaf.joined, context)
            return at_least(1, map(of_joined, lists.values()))
        case CountObservation(leaf) | AggregateObservation(leaf) | SequenceObservation(leaf):
            return _events_timeline(leaf, facts, context)
        case SampleObservation():
            return Constant(decide(observation, context))
        case _:
            assert_never(observation)


def _value_timeline(
    comparison: Comparison,
    context: EvaluationContext,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...] | None = None,
) -> VerdictTimeline:
    """Return whether a value satisfies *comparison*, as time passes.

    Only windows and anniversaries change their verdict by themselves [T11].
    """
    kind, value = typed_value
    form: OperandForm = "none"
    if kind in comparison.kinds:
        form = OPERATORS[comparison.operator].operand
    match form:
        case "window":
            window = cast("Window", comparison.operand)
            return DuringInterval(*coverage_bounds(window, cast("date", value), context.tz))
        case "anniversary":
            day = context.local_day(cast("date", value))
            return AnniversaryTimeline(day, cast("Anniversary", comparison.operand), context.tz)
        case "scalar" | "values" | "range" | "pattern" | "place" | "none":
            return Constant(satisfies(comparison, typed_value, context, operands))
        case _:
            assert_never(form)


# --- events ---------------------------------------------------------------------------------------


def _event_timeline(
    where: Condition, subject: EventSubject, start: Bound, end: Bound, context: EvaluationContext
) -> VerdictTimeline:
    """Return when one event counts: from *start* to *end*, while it satisfies ``where``."""
    of_leaf = partial(_event_leaf_timeline, subject, context)
    return at_least(2, [DuringInterval(start, end), fold(where, of_leaf, at_least, negate)])


def _event_leaf_timeline(
    subject: EventSubject, context: EvaluationContext, leaf: EventLeaf
) -> VerdictTimeline:
    found = observe_event(leaf, subject)
    return _value_timeline(leaf.comparison, context, found.value, found.operands)


def _time_dependent_leaves(where: Condition | None) -> list[EventLeaf]:
    """Return the leaves of ``where`` whose verdict on one event changes by itself."""
    return [leaf for leaf in iter_event_leaves(where) if depends_on_now(leaf.comparison)]


def _events_timeline(
    leaf: EventCount | EventValue | Sequence, facts: Facts, context: EvaluationContext
) -> VerdictTimeline:
    """Return the timeline of a leaf that reads events."""
    if isinstance(leaf, Sequence):
        return _sequence_timeline(leaf, facts, context)
    tz, where, index = context.tz, leaf.condition, facts.index()
    if isinstance(leaf, EventCount) and where is None and len(leaf.names) == 1:
        instants = index.instants.get(leaf.names[0], [])
        return CountTimeline(SlidingWindow(instants, leaf.window, tz), *leaf.counts)
    # An event that has left the window does not come back.
    start, _ = window_bounds(leaf.window, context.now, tz)
    events = index.chronological(leaf.names, start)
    if where is not None and _time_dependent_leaves(where):
        timelines: list[VerdictTimeline] = []
        for at, _, event in events:
            enters, leaves = coverage_bounds(leaf.window, at, tz)
            enters = max(enters, at)  # An event does not count before its own instant [T1].
            subject = EventSubject(event)
            timelines.append(_event_timeline(where, subject, enters, leaves, context))
        return _aggregate_timeline(leaf, events, IndependentMembership(timelines), context)
    if where is not None:
        matches = partial(where_is_true, where, context=context)
        events = [each for each in events if matches(EventSubject(each.event))]
    return timeline_of_selected(leaf, events, [each.at for each in events], context)


def timeline_of_selected(
    leaf: EventCount | EventValue,
    events: list[TimedEvent],
    instants: list[datetime],
    context: EvaluationContext,
) -> VerdictTimeline:
    """Return the timeline of *leaf*, given the events that satisfy its ``where`` at every now.

    *events* and their *instants* are in chronological order. Later ones may be appended to both
    afterwards.
    """
    window = SlidingWindow(instants, leaf.window, context.tz)
    if isinstance(leaf, EventCount):
        return CountTimeline(window, *leaf.counts)
    membership = SlidingMembership(window, AGGREGATES[leaf.aggregate].picks)
    return _aggregate_timeline(leaf, events, membership, context)


def _aggregate_timeline(
    leaf: EventCount | EventValue,
    events: list[TimedEvent],
    membership: WindowMembership,
    context: EvaluationContext,
) -> VerdictTimeline:
    """Return the timeline of *leaf*, given which of the events count as time passes."""

    def of_value(typed_value: TypedValue) -> VerdictTimeline:
        if isinstance(leaf, EventCount):
            return Constant(is_in_range(leaf, cast("int", typed_value[1])))
        return _value_timeline(leaf.comparison, context, typed_value)

    return AggregateTimeline(membership, incremental_aggregate(leaf, events), of_value)


# --- sequences ------------------------------------------------------------------------------------


def _sequence_timeline(leaf: Sequence, facts: Facts, context: EvaluationContext) -> VerdictTimeline:
    first, later = leaf.first, [step.event for step in leaf.later_steps()]
    start, _ = window_bounds(first.window, context.now, context.tz)
    events = facts.index().chronological(step_names(leaf), start)
    time_dependent = {step: _time_dependent_leaves(step.condition) for step in (first, *later)}
    changing = {step: leaves for step, leaves in time_dependent.items() if leaves}
    if changing and changing.keys().isdisjoint(later) and not absence_may_restart(leaf):
        # The sequence is true while an event with which a chain begins satisfies that `where`.
        where = cast("Condition", first.condition)
        timelines = [
            _event_timeline(where, EventSubject(event, event), start, end, context)
            for event, start, end in chain_intervals_by_event(leaf, events, context)
        ]
        return _aggregate_timeline(first, events, IndependentMembership(timelines), context)

    def stable_until(events: list[TimedEvent], at: datetime) -> Bound:
        now = EvaluationContext(at, context.tz)
        timelines = (
            _event_leaf_timeline(EventSubject(event), now, part)
            for step, leaves in changing.items()
            for _, name, event in events
            if name in step.names
            for part in leaves
        )
        return min((each.verdict_at(at).until for each in timelines), default=Unbounded.FUTURE)

    return SequenceTimeline(leaf, events, context.tz, stable_until)


# --- the next change ------------------------------------------------------------------------------


@attrs.frozen
class NextChange:
    """When a verdict changes by itself, if no fact changes.

    ``bool()`` returns whether there is such an instant.

    Attributes:
        at: The next instant, in UTC, at which the verdict flips; ``None`` if there is none up to
            *horizon*.
        horizon: How far the search went, in UTC, included; ``None`` if it went on for ever, so
            that without *at* the verdict never changes by itself.

    >>> from segkit import Contact, in_list, next_change
    >>> next_change(in_list("vip"), Contact("ada")).at is None
    True
    """

    at: datetime | None
    horizon: datetime | None

    def __bool__(self) -> bool:
        return self.at is not None


_MAX_STEPS: Final = 10_000
"""Steps of the search for the next change, to bound its cost; events allow for more steps."""


def next_change_of(
    condition: Condition, facts: Facts, context: EvaluationContext, horizon: datetime | None = None
) -> NextChange:
    """Return when the verdict of *condition* changes by itself after ``context.now``."""
    leaves = sum(1 for _ in iter_contact_leaves(condition))
    steps = _MAX_STEPS + steps_for_events(leaves, facts)
    timeline = timeline_of(condition, facts, context)
    return first_change(timeline, context.now, horizon, max_steps=steps)


def steps_for_events(leaves: int, facts: Facts) -> int:
    """Return the steps that events need: each may enter and leave the window of each leaf once.

    They are granted besides ``max_steps``, which bounds the searches that have no end.
    """
    return 2 * leaves * len(facts.events)


def first_change(
    timeline: VerdictTimeline, now: datetime, horizon: datetime | None, *, max_steps: int
) -> NextChange:
    """Return the first instant after *now*, and no later than *horizon*, of another verdict.

    Steps without a change, and the work of the timeline, use up *max_steps*; then the result says
    how far the search went.
    """
    limit: Bound = Unbounded.FUTURE if horizon is None else horizon
    at, (verdict, until, _, work) = now, timeline.verdict_at(now)
    cycle_end: Bound = now  # so that the first cycle starts at the first change
    is_yearly_cycle = False
    while until <= limit and not isinstance(until, Unbounded):
        if max_steps <= work:
            return NextChange(None, at)
        max_steps -= 1
        at = until
        new_verdict, until, yearly, work = timeline.verdict_at(at)
        if new_verdict is not verdict:
            return NextChange(at, horizon)
        if at > cycle_end:
            # A verdict that anniversaries do not change within a cycle of the calendar is final.
            if is_yearly_cycle:
                break
            cycle_end, is_yearly_cycle = _after_one_cycle(at), yearly
    return NextChange(None, horizon)


_CYCLE_YEARS: Final = 401
"""The calendar repeats itself after 400 years; one more year covers the offsets of zones."""


def _after_one_cycle(at: datetime) -> Bound:
    if at.year + _CYCLE_YEARS > MAXYEAR:
        return Unbounded.FUTURE
    return at.replace(year=at.year + _CYCLE_YEARS, day=1)
