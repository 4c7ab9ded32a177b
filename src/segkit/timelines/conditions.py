"""The course of every condition: what it says as time passes, if nothing new happens.

Looking ahead: when a course turns over next, and when it is given up to look.
"""

from __future__ import annotations

from datetime import MAXYEAR, date, datetime
from functools import partial
from typing import Final, assert_never, cast

import attrs

from segkit.clock import Beyond, Edge, Moment, edges, stay
from segkit.history import Facts, TimedEvent
from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.comparisons import Anniversary, Comparison
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment
from segkit.model.time_spans import Between, Ever, Window
from segkit.model.values import Reading
from segkit.semantics.aggregates import of_one
from segkit.semantics.comparisons import satisfies
from segkit.semantics.observations import (
    Found,
    OneEvent,
    Subject,
    in_range,
    leaf_holds,
    observe,
    serving,
    where_holds,
)
from segkit.timelines.aggregates import running
from segkit.timelines.base import Always, Course, Later, Stay, Yearly, enough, inverse
from segkit.timelines.counts import Counted, EndMost, Rolling, Several, Tallied
from segkit.timelines.sequences import Chained, ends_elsewhere, stays_of_each
from segkit.traversal import leaves_of


def course_of(condition: Condition, subject: Subject, moment: Moment) -> Course:
    """What *condition* says of *subject* from *moment* on.

    At every instant what `segkit.matches` says then.
    """
    match condition:
        case And(parts):
            return enough(len(parts), [course_of(part, subject, moment) for part in parts])
        case Or(parts):
            return enough(1, [course_of(part, subject, moment) for part in parts])
        case AtLeast(number, parts):
            return enough(number, [course_of(part, subject, moment) for part in parts])
        case Not(part):
            return inverse(course_of(part, subject, moment))
        case InSegment(segment):
            return course_of(segment.condition, subject, moment)
        case Leaf():
            return _of_leaf(condition, subject, moment)
        case _:
            assert_never(condition)


def _of_leaf(leaf: LeafCondition, subject: Subject, moment: Moment) -> Course:
    facts = cast("Facts", subject)
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            reading, operands = cast("Found", observe(leaf, subject, moment))
            return _of_value(comparison, reading, moment, operands)
        case ListMembership(_, joined):
            lists = cast("dict[str, Reading]", observe(leaf, subject, moment))
            if joined is None:
                return Always(bool(lists))
            return enough(1, [_of_value(joined, reading, moment) for reading in lists.values()])
        case EventCount() | EventValue():
            return Later(lambda: _of_events(leaf, facts, moment))
        case Sequence():
            return Later(lambda: _of_sequence(leaf, facts, moment))
        case Sample():
            return Always(leaf_holds(leaf, subject, moment))
        case _:
            assert_never(leaf)


def _of_value(
    comparison: Comparison,
    reading: Reading,
    moment: Moment,
    operands: tuple[Reading, ...] | None = None,
) -> Course:
    """What *comparison* says of a value; only windows and anniversaries move [T11]."""
    kind, value = reading
    if kind in comparison.kinds:
        if comparison.operator == "within":
            window = cast("Window", comparison.operand)
            return Stay(*stay(window, cast("date", value), moment.tz))
        if comparison.operator == "anniversary":
            day = moment.local_day(cast("date", value))
            return Yearly(day, cast("Anniversary", comparison.operand), moment.tz)
    return Always(satisfies(comparison, reading, moment, operands))


def _of_events(leaf: EventCount | EventValue, facts: Facts, moment: Moment) -> Course:
    """What a count says of the events, or what a comparison says of a value they make."""
    tz, where, history = moment.tz, leaf.condition, facts.history()
    if isinstance(leaf, EventCount) and where is None and len(leaf.names) == 1:
        instants = history.instants.get(leaf.names[0], [])
        return Counted(Rolling(instants, leaf.window, tz), *leaf.counts)
    start, _ = edges(leaf.window, moment.now, tz)
    events = history.ordered(leaf.names, start)  # What the window has lost is gone for good.

    holds = partial(_of_reading, leaf, moment)
    if _moving_parts(where):
        each = [_of_event(leaf, timed, moment) for timed in events]
        return Tallied(Several(each), running(leaf, events), holds)
    if where is not None:
        events = [timed for timed in events if where_holds(where, OneEvent(timed[-1]), moment)]
    rolling = Rolling([at for at, _, _ in events], leaf.window, tz)
    if isinstance(leaf, EventCount):
        return Counted(rolling, *leaf.counts)
    if leaf.aggregate in _ENDS:
        value = partial(_value_at, leaf, events)
        return EndMost(rolling, value, holds, leaf.aggregate.startswith("latest"))
    return Tallied(rolling, running(leaf, events), holds)


def _of_reading(leaf: EventCount | EventValue, moment: Moment, reading: Reading) -> Course:
    """What *leaf* says of the number of events, or of the value that they make."""
    if isinstance(leaf, EventCount):
        return Always(in_range(leaf, cast("int", reading[1])))
    return _of_value(leaf.comparison, reading, moment)


_ENDS: Final = frozenset({"latest", "latest_at", "earliest", "earliest_at"})


def _value_at(leaf: EventValue, events: list[TimedEvent], place: int | None) -> Reading:
    return of_one(leaf, None if place is None else events[place])


def _of_event(leaf: EventCount | EventValue, timed: TimedEvent, moment: Moment) -> Course:
    """Whether one event counts: it is in the window, has happened, and satisfies ``where``."""
    at, _, event = timed
    start, end = stay(leaf.window, at, moment.tz)
    where = cast("Condition", leaf.condition)
    return enough(2, [Stay(max(start, at), end), course_of(where, OneEvent(event), moment)])


def _moves(leaf: LeafCondition) -> bool:
    """Whether what a leaf says of one event changes by itself."""
    comparison = cast("Property", leaf).comparison
    if comparison.operator == "within":
        return not isinstance(comparison.operand, Ever | Between)
    return comparison.operator == "anniversary"


def _of_sequence(leaf: Sequence, facts: Facts, moment: Moment) -> Course:
    later = [step.event for step in leaf.behind()]
    steps = [leaf.first, *later]
    start, _ = edges(leaf.first.window, moment.now, moment.tz)
    events = facts.history().ordered([name for step in steps for name in step.names], start)
    moving = {step: parts for step in steps if (parts := _moving_parts(step.condition))}
    if moving and moving.keys().isdisjoint(later) and not ends_elsewhere(leaf):
        return _of_first_events(leaf, events, moment)

    def unchanged(step: EventCount, events: list[TimedEvent], at: datetime) -> Edge:
        now = Moment(at, moment.tz)
        return min(
            (
                _of_leaf(part, OneEvent(event), now).spell(at)[1]
                for part in moving.get(step, ())
                for _, name, event in events
                if name in step.names
            ),
            default=Beyond.AFTER,
        )

    return Chained(leaf, events, moment.tz, serving, unchanged)


def _moving_parts(where: Condition | None) -> list[LeafCondition]:
    return [] if where is None else [part for part in leaves_of(where) if _moves(part)]


def _of_first_events(leaf: Sequence, events: list[TimedEvent], moment: Moment) -> Course:
    """What a sequence says of which only the first step's ``where`` moves: one event is enough."""
    where = cast("Condition", leaf.first.condition)
    each = [
        enough(2, [Stay(start, end), course_of(where, OneEvent(event, event), moment)])
        for event, start, end in stays_of_each(leaf, events, moment, serving(moment))
    ]
    # A step is said without a number, so what its count asks for is one event at least.
    return Tallied(
        Several(each), running(leaf.first, events), partial(_of_reading, leaf.first, moment)
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


def look_ahead(
    condition: Condition,
    facts: Facts,
    moment: Moment,
    horizon: datetime | None,
    *,
    patience: int,
) -> NextChange:
    """When what *condition* says changes by itself.

    Each event may come and go once for each leaf: looks at those are granted besides *patience*,
    which is for what has no end.
    """
    events = len(facts.events)
    granted = 2 * events * sum(1 for _ in leaves_of(condition)) if events else 0
    course = course_of(condition, facts, moment)
    return next_turn(course, moment.now, horizon, patience=patience + granted)


def next_turn(
    course: Course, now: datetime, horizon: datetime | None, *, patience: int
) -> NextChange:
    """The first instant behind *now*, and not behind *horizon*, at which the verdict turns over.

    Looks in vain, and the effort they take, use up *patience*; then it is said how far they went.
    """
    limit: Edge = Beyond.AFTER if horizon is None else horizon
    verdict, until = course.spell(now)
    at, yearly = now, False
    cycle_end: Edge = now
    while until <= limit and not isinstance(until, Beyond):
        if patience <= course.effort():
            return NextChange(None, at)
        patience -= 1
        at = until
        then, until = course.spell(at)
        if then is not verdict:
            return NextChange(at, horizon)
        if at > cycle_end:
            # What anniversaries do not bring about in a cycle of the calendar they never will.
            if yearly:
                break
            cycle_end, yearly = _a_cycle_behind(at), course.is_yearly()
    return NextChange(None, horizon)


_CYCLE_YEARS: Final = 401
"""After 400 years the calendar repeats itself; one more for the clocks of zones."""


def _a_cycle_behind(at: datetime) -> Edge:
    if at.year + _CYCLE_YEARS > MAXYEAR:
        return Beyond.AFTER
    return at.replace(year=at.year + _CYCLE_YEARS, day=1)
