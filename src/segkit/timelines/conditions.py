"""The course of every condition: what it says as time passes, if nothing new happens.

Looking ahead: when a course turns over next, and when it is given up to look.
"""

from __future__ import annotations

from datetime import MAXYEAR, date, datetime
from functools import partial
from typing import Final, assert_never, cast

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded, coverage_bounds, window_bounds
from segkit.history import Facts, TimedEvent
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.comparisons import Anniversary, Comparison
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment
from segkit.model.time_spans import Between, Ever, Window
from segkit.model.values import TypedValue
from segkit.semantics.aggregates import value_of_event
from segkit.semantics.comparisons import satisfies
from segkit.semantics.observations import (
    EventSubject,
    Found,
    Subject,
    in_range,
    leaf_holds,
    observe,
    step_predicate,
    where_holds,
)
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
    FirstOrLastTimeline,
    IndependentMembership,
    SlidingWindow,
)
from segkit.timelines.sequences import (
    SequenceTimeline,
    absence_may_restart,
    chain_intervals_by_event,
)
from segkit.traversal import iter_leaves


def timeline_of(
    condition: Condition, subject: Subject, context: EvaluationContext
) -> VerdictTimeline:
    """What *condition* says of *subject* from *moment* on.

    At every instant what `segkit.matches` says then.
    """
    match condition:
        case And(parts):
            return at_least(len(parts), [timeline_of(part, subject, context) for part in parts])
        case Or(parts):
            return at_least(1, [timeline_of(part, subject, context) for part in parts])
        case AtLeast(number, parts):
            return at_least(number, [timeline_of(part, subject, context) for part in parts])
        case Not(part):
            return negate(timeline_of(part, subject, context))
        case InSegment(segment):
            return timeline_of(segment.condition, subject, context)
        case Leaf():
            return _leaf_timeline(condition, subject, context)
        case _:
            assert_never(condition)


def _leaf_timeline(
    leaf: LeafCondition, subject: Subject, context: EvaluationContext
) -> VerdictTimeline:
    facts = cast("Facts", subject)
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            reading, operands = cast("Found", observe(leaf, subject, context))
            return _value_timeline(comparison, reading, context, operands)
        case ListMembership(_, joined):
            lists = cast("dict[str, TypedValue]", observe(leaf, subject, context))
            if joined is None:
                return Constant(bool(lists))
            return at_least(
                1, [_value_timeline(joined, reading, context) for reading in lists.values()]
            )
        case EventCount() | EventValue():
            return Deferred(lambda: _events_timeline(leaf, facts, context))
        case Sequence():
            return Deferred(lambda: _sequence_timeline(leaf, facts, context))
        case Sample():
            return Constant(leaf_holds(leaf, subject, context))
        case _:
            assert_never(leaf)


def _value_timeline(
    comparison: Comparison,
    reading: TypedValue,
    context: EvaluationContext,
    operands: tuple[TypedValue, ...] | None = None,
) -> VerdictTimeline:
    """What *comparison* says of a value; only windows and anniversaries move [T11]."""
    kind, value = reading
    if kind in comparison.kinds:
        if comparison.operator == "within":
            window = cast("Window", comparison.operand)
            return DuringInterval(*coverage_bounds(window, cast("date", value), context.tz))
        if comparison.operator == "anniversary":
            day = context.local_day(cast("date", value))
            return AnniversaryTimeline(day, cast("Anniversary", comparison.operand), context.tz)
    return Constant(satisfies(comparison, reading, context, operands))


def _events_timeline(
    leaf: EventCount | EventValue, facts: Facts, context: EvaluationContext
) -> VerdictTimeline:
    """What a count says of the events, or what a comparison says of a value they make."""
    tz, where, history = context.tz, leaf.condition, facts.history()
    if isinstance(leaf, EventCount) and where is None and len(leaf.names) == 1:
        instants = history.instants.get(leaf.names[0], [])
        return CountTimeline(SlidingWindow(instants, leaf.window, tz), *leaf.counts)
    start, _ = window_bounds(leaf.window, context.now, tz)
    events = history.chronological(leaf.names, start)  # What the window has lost is gone for good.

    holds = partial(_aggregate_timeline, leaf, context)
    if _time_dependent_leaves(where):
        each = [_event_timeline(leaf, timed, context) for timed in events]
        return AggregateTimeline(
            IndependentMembership(each), incremental_aggregate(leaf, events), holds
        )
    if where is not None:
        events = [timed for timed in events if where_holds(where, EventSubject(timed[-1]), context)]
    rolling = SlidingWindow([at for at, _, _ in events], leaf.window, tz)
    if isinstance(leaf, EventCount):
        return CountTimeline(rolling, *leaf.counts)
    if leaf.aggregate in _ENDS:
        value = partial(_value_at, leaf, events)
        return FirstOrLastTimeline(rolling, value, holds, leaf.aggregate.startswith("latest"))
    return AggregateTimeline(rolling, incremental_aggregate(leaf, events), holds)


def _aggregate_timeline(
    leaf: EventCount | EventValue, context: EvaluationContext, reading: TypedValue
) -> VerdictTimeline:
    """What *leaf* says of the number of events, or of the value that they make."""
    if isinstance(leaf, EventCount):
        return Constant(in_range(leaf, cast("int", reading[1])))
    return _value_timeline(leaf.comparison, reading, context)


_ENDS: Final = frozenset({"latest", "latest_at", "earliest", "earliest_at"})


def _value_at(leaf: EventValue, events: list[TimedEvent], place: int | None) -> TypedValue:
    return value_of_event(leaf, None if place is None else events[place])


def _event_timeline(
    leaf: EventCount | EventValue, timed: TimedEvent, context: EvaluationContext
) -> VerdictTimeline:
    """Whether one event counts: it is in the window, has happened, and satisfies ``where``."""
    at, _, event = timed
    start, end = coverage_bounds(leaf.window, at, context.tz)
    where = cast("Condition", leaf.condition)
    return at_least(
        2, [DuringInterval(max(start, at), end), timeline_of(where, EventSubject(event), context)]
    )


def _depends_on_time(leaf: LeafCondition) -> bool:
    """Whether what a leaf says of one event changes by itself."""
    comparison = cast("Property", leaf).comparison
    if comparison.operator == "within":
        return not isinstance(comparison.operand, Ever | Between)
    return comparison.operator == "anniversary"


def _sequence_timeline(leaf: Sequence, facts: Facts, context: EvaluationContext) -> VerdictTimeline:
    later = [step.event for step in leaf.later_steps()]
    steps = [leaf.first, *later]
    start, _ = window_bounds(leaf.first.window, context.now, context.tz)
    events = facts.history().chronological([name for step in steps for name in step.names], start)
    moving = {step: parts for step in steps if (parts := _time_dependent_leaves(step.condition))}
    if moving and moving.keys().isdisjoint(later) and not absence_may_restart(leaf):
        return _first_step_timeline(leaf, events, context)

    def unchanged(step: EventCount, events: list[TimedEvent], at: datetime) -> Bound:
        now = EvaluationContext(at, context.tz)
        return min(
            (
                _leaf_timeline(part, EventSubject(event), now).verdict_at(at)[1]
                for part in moving.get(step, ())
                for _, name, event in events
                if name in step.names
            ),
            default=Unbounded.FUTURE,
        )

    return SequenceTimeline(leaf, events, context.tz, step_predicate, unchanged)


def _time_dependent_leaves(where: Condition | None) -> list[LeafCondition]:
    return [] if where is None else [part for part in iter_leaves(where) if _depends_on_time(part)]


def _first_step_timeline(
    leaf: Sequence, events: list[TimedEvent], context: EvaluationContext
) -> VerdictTimeline:
    """What a sequence says of which only the first step's ``where`` moves: one event is enough."""
    where = cast("Condition", leaf.first.condition)
    each = [
        at_least(
            2, [DuringInterval(start, end), timeline_of(where, EventSubject(event, event), context)]
        )
        for event, start, end in chain_intervals_by_event(
            leaf, events, context, step_predicate(context)
        )
    ]
    # A step is said without a number, so what its count asks for is one event at least.
    return AggregateTimeline(
        IndependentMembership(each),
        incremental_aggregate(leaf.first, events),
        partial(_aggregate_timeline, leaf.first, context),
    )


@attrs.frozen
class NextChange:
    """When an answer will change by itself.

    Attributes:
        at: The next instant, in UTC, at which it flips; ``None`` if there is none up to *horizon*.
        horizon: How far was looked, in UTC, included; ``None``: for ever, so that without an *at*
            the answer never changes by itself.
    """

    at: datetime | None
    horizon: datetime | None


def find_next_change(
    condition: Condition,
    facts: Facts,
    context: EvaluationContext,
    horizon: datetime | None,
    *,
    max_steps: int,
) -> NextChange:
    """When what *condition* says changes by itself.

    Each event may come and go once for each leaf: looks at those are granted besides *patience*,
    which is for what has no end.
    """
    events = len(facts.events)
    granted = 2 * events * sum(1 for _ in iter_leaves(condition)) if events else 0
    course = timeline_of(condition, facts, context)
    return first_change(course, context.now, horizon, max_steps=max_steps + granted)


def first_change(
    timeline: VerdictTimeline, now: datetime, horizon: datetime | None, *, max_steps: int
) -> NextChange:
    """The first instant behind *now*, and not behind *horizon*, at which the verdict turns over.

    Looks in vain, and the effort they take, use up *patience*; then it is said how far they went.
    """
    limit: Bound = Unbounded.FUTURE if horizon is None else horizon
    verdict, until = timeline.verdict_at(now)
    at, yearly = now, False
    cycle_end: Bound = now
    while until <= limit and not isinstance(until, Unbounded):
        if max_steps <= timeline.extra_work():
            return NextChange(None, at)
        max_steps -= 1
        at = until
        then, until = timeline.verdict_at(at)
        if then is not verdict:
            return NextChange(at, horizon)
        if at > cycle_end:
            # What anniversaries do not bring about in a cycle of the calendar they never will.
            if yearly:
                break
            cycle_end, yearly = _a_cycle_behind(at), timeline.changes_only_yearly()
    return NextChange(None, horizon)


_CYCLE_YEARS: Final = 401
"""After 400 years the calendar repeats itself; one more for the clocks of zones."""


def _a_cycle_behind(at: datetime) -> Bound:
    if at.year + _CYCLE_YEARS > MAXYEAR:
        return Unbounded.FUTURE
    return at.replace(year=at.year + _CYCLE_YEARS, day=1)
