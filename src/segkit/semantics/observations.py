"""Observations: which facts a leaf looks at, and whether what was found satisfies the leaf.

`observe` returns what a leaf found: one class per sort of fact, with the window that was searched
and the events that counted. `decide` says whether an observation satisfies its leaf. Explanations
and timelines read observations too, so nothing is worked out twice. `footprint` says which facts a
leaf could ever look at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.history import Facts, TimedEvent
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, ContactLeaf, EventLeaf
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.values import TypedValue, normalize
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import get_path, normalize_for, reference_operands, satisfies
from segkit.semantics.sequences import find_chain
from segkit.semantics.step_candidates import StepPredicate
from segkit.traversal import evaluate, iter_event_leaves


class EventSubject(NamedTuple):
    """One event as ``where`` sees it, with the first event of its sequence, if any [S3]."""

    event: EventLike
    first: EventLike | None = None


EventPredicate: TypeAlias = Callable[[Condition, EventSubject], bool]
"""Whether one event satisfies a ``where``."""


# --- observations ---------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class ValueObservation:
    """The value of an attribute or a property, and what it was compared with.

    Attributes:
        leaf: The leaf that looked.
        value: The value, normalized.
        operands: The value of the `Reference` that it is compared with; ``None`` if the operand
            is fixed.
        raw: The value as the facts hold it; ``None`` if it is absent.
    """

    leaf: Attribute | Property
    value: TypedValue
    operands: tuple[TypedValue, ...] | None
    raw: object


@attrs.frozen(eq=False)
class ListObservation:
    """The lists that a contact is on, each with the normalized instant it joined."""

    leaf: ListMembership
    joined: Mapping[str, TypedValue]


@attrs.frozen(eq=False)
class CountObservation:
    """The events in a window, and those of them that satisfy ``where``."""

    leaf: EventCount
    window: Interval
    candidates: list[TimedEvent]
    events: list[TimedEvent]


@attrs.frozen(eq=False)
class AggregateObservation:
    """The value that the matching events in a window make."""

    leaf: EventValue
    window: Interval
    candidates: list[TimedEvent]
    events: list[TimedEvent]
    value: TypedValue


@attrs.frozen(eq=False)
class SequenceObservation:
    """The instants of a chain of events that satisfies a sequence; empty if there is none.

    Attributes:
        leaf: The leaf that looked.
        window: The window of the first step.
        candidates: The events of any step's names, none after now.
        chain: The instants of the chain.
        pending: Without a chain, the time in which an absence may still be broken [S2].
    """

    leaf: Sequence
    window: Interval
    candidates: list[TimedEvent]
    chain: tuple[datetime, ...]
    pending: Interval | None


@attrs.frozen(eq=False)
class SampleObservation:
    """The number from 0 to 9,999 of a contact; ``None`` if its id cannot be written [S5]."""

    leaf: Sample
    number: int | None


ContactObservation: TypeAlias = (
    ValueObservation
    | ListObservation
    | CountObservation
    | AggregateObservation
    | SequenceObservation
    | SampleObservation
)
"""What a leaf found."""


# --- observe --------------------------------------------------------------------------------------


def observe(
    leaf: ContactLeaf,
    facts: Facts,
    context: EvaluationContext,
    event_matches: EventPredicate | None = None,
) -> ContactObservation:
    """Return what *leaf* finds in the facts of one contact.

    Args:
        leaf: A leaf on contacts.
        facts: The contact with its events.
        context: The instant and the zone of the evaluation.
        event_matches: Decides whether an event satisfies a ``where``; by default `where_is_true`.
            An explanation passes its own, which also notes the reasons.
    """
    match leaf:
        case Attribute(path, comparison):
            attributes = facts.contact.attributes
            raw = get_path(attributes, path)
            operands = reference_operands(comparison, attributes, None)
            return ValueObservation(leaf, normalize_for(comparison, raw), operands, raw)
        case ListMembership(name):
            return ListObservation(leaf, memberships(facts.contact.lists, name))
        case EventCount(names) | EventValue(names):
            window = context.window_interval(leaf.window)
            candidates = facts.events_in(names, window, context.now)
            events = _matching(leaf.condition, candidates, context, event_matches)
            if isinstance(leaf, EventCount):
                return CountObservation(leaf, window, candidates, events)
            value = aggregate_events(leaf, events)
            return AggregateObservation(leaf, window, candidates, events, value)
        case Sequence(first):
            window = context.window_interval(first.window)
            candidates = step_events(leaf, facts, window, context)
            predicate = step_predicate(context, event_matches)
            explains = event_matches is not None  # and notes the reasons
            found = find_chain(leaf, candidates, context, predicate, include_uncertain=explains)
            return SequenceObservation(leaf, window, candidates, found.instants, found.pending)
        case Sample(_, salt):
            return SampleObservation(leaf, sample_number(salt, facts.contact.id))
        case _:
            assert_never(leaf)


def observe_event(leaf: EventLeaf, subject: EventSubject) -> ValueObservation:
    """Return what a leaf of a ``where`` finds in one event."""
    properties = subject.event.properties
    first = None if subject.first is None else subject.first.properties
    raw = get_path(properties, leaf.path)
    operands = reference_operands(leaf.comparison, properties, first)
    return ValueObservation(leaf, normalize_for(leaf.comparison, raw), operands, raw)


def _matching(
    where: Condition | None,
    candidates: list[TimedEvent],
    context: EvaluationContext,
    event_matches: EventPredicate | None,
) -> list[TimedEvent]:
    """Return the candidates that satisfy ``where``, each by itself [E2]."""
    if where is None:
        return candidates
    if event_matches is None:
        event_matches = event_predicate(context)
    return [timed for timed in candidates if event_matches(where, EventSubject(timed.event))]


def step_events(
    leaf: Sequence, facts: Facts, window: Interval, context: EvaluationContext
) -> list[TimedEvent]:
    """Return the events that could serve a step: none after now, none before the first window."""
    names = set(leaf.first.names).union(*(step.event.names for step in leaf.later_steps()))
    reachable = Interval(window.start, None, window.closed)
    return facts.events_in(names, reachable, context.now)


def sample_number(salt: str, contact_id: object) -> int | None:
    """Return the number from 0 to 9,999 of a contact under *salt*; ``None`` without a text [S5]."""
    try:
        text = f"{salt}:{contact_id!s}".encode("utf-8", "surrogatepass")
    except Exception:  # noqa: BLE001 - the id's own __str__ may raise, or be too long an int
        return None
    # MD5 is not used for security, but because other languages and databases compute it alike.
    return int(hashlib.md5(text, usedforsecurity=False).hexdigest()[:8], 16) % 10_000


def memberships(lists: object, name: str | None) -> dict[str, TypedValue]:
    """Return the list of that name, or all lists, with the instants at which the contact joined.

    A value that is not a mapping holds no lists, as in a path [K6], [L1].
    """
    if not issubclass(type(lists), Mapping):
        return {}
    mapping = cast("Mapping[str, object]", lists)
    try:
        if name is None:
            return {each: normalize(mapping[each]) for each in mapping}
        return {name: normalize(mapping[name])} if name in mapping else {}
    except Exception:  # noqa: BLE001 - keys of a host's objects may raise from __eq__ [V1]
        return {}


# --- decide ---------------------------------------------------------------------------------------


def decide(observation: ContactObservation, context: EvaluationContext) -> bool:
    """Return whether an observation satisfies its leaf."""
    match observation:
        case ValueObservation(leaf, value, operands):
            return satisfies(leaf.comparison, value, context, operands)
        case ListObservation(leaf, lists):
            comparison = leaf.joined
            if comparison is None:
                return bool(lists)
            return any(satisfies(comparison, joined, context) for joined in lists.values())
        case CountObservation(leaf, events=events):
            return is_in_range(leaf, len(events))
        case AggregateObservation(leaf, value=value):
            return satisfies(leaf.comparison, value, context)
        case SequenceObservation(chain=chain):
            return bool(chain)
        case SampleObservation(leaf, number):
            if number is None:
                return False
            # Fractions compare exactly: 0.07 * 100 is 7.000000000000001 in floats.
            percent = cast("Decimal", normalize(leaf.percent)[1])
            return Fraction(number, _PER_PERCENT) < percent
        case _:
            assert_never(observation)


_PER_PERCENT: Final = 100


def is_in_range(leaf: EventCount, number: int) -> bool:
    """Return whether a number of events is neither too small nor too large [E1]."""
    least, most = leaf.counts
    return least <= number and (most is None or number <= most)


def leaf_is_true(leaf: ContactLeaf, facts: Facts, context: EvaluationContext) -> bool:
    """Return whether *leaf* is true for the facts of one contact."""
    return decide(observe(leaf, facts, context), context)


def event_leaf_is_true(leaf: EventLeaf, subject: EventSubject, context: EvaluationContext) -> bool:
    """Return whether a leaf of a ``where`` is true for one event."""
    return decide(observe_event(leaf, subject), context)


def evaluate_condition(condition: Condition, facts: Facts, context: EvaluationContext) -> bool:
    """Return whether *condition* is true for the facts of one contact."""

    def is_true(leaf: ContactLeaf) -> bool:
        return decide(observe(leaf, facts, context), context)

    return evaluate(condition, is_true)


def where_is_true(
    where: Condition | None, subject: EventSubject, context: EvaluationContext
) -> bool:
    """Return whether one event satisfies ``where``; without a condition every event does."""

    def is_true(leaf: EventLeaf) -> bool:
        return decide(observe_event(leaf, subject), context)

    return where is None or evaluate(where, is_true)


def event_predicate(context: EvaluationContext) -> EventPredicate:
    """Return the predicate that evaluates ``where`` for one event at a time."""
    return lambda where, subject: where_is_true(where, subject, context)


def step_predicate(
    context: EvaluationContext, event_matches: EventPredicate | None = None
) -> StepPredicate:
    """Return the predicate that says whether an event serves a step of a sequence."""
    matches = event_predicate(context) if event_matches is None else event_matches

    def serves(step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool) -> bool:
        del is_absent  # A wanted and an unwanted event are tested alike.
        return step.condition is None or matches(step.condition, EventSubject(event, first))

    return serves


# --- footprint ------------------------------------------------------------------------------------


def footprint(leaf: ContactLeaf, context: EvaluationContext) -> Requirements:
    """Return the facts that can change the verdict of *leaf* at that instant."""
    match leaf:
        case Attribute(path, comparison):
            other = comparison.operand
            paths = (path, other.path) if isinstance(other, Reference) else (path,)
            return Requirements(attributes=frozenset(each[0] for each in paths))
        case ListMembership(name):
            if name is None:
                return Requirements(any_list=True)
            return Requirements(lists=frozenset((name,)))
        case EventCount():
            return _events_needed(leaf, context, ())
        case EventValue(path=path):
            return _events_needed(leaf, context, path[:1])
        case Sequence():
            return _sequence_needs(leaf, context)
        case Sample():
            return Requirements()  # The id is always loaded.
        case _:
            assert_never(leaf)


def _events_needed(
    leaf: EventCount | EventValue, context: EvaluationContext, properties: tuple[str, ...]
) -> Requirements:
    window = context.window_interval(leaf.window)
    until = context.now if window.end is None else min(window.end, context.now)  # [T1]
    names = frozenset((*properties, *_properties(leaf.condition)))
    return Requirements(events=dict.fromkeys(leaf.names, EventNeed(window.start, until, names)))


def _sequence_needs(leaf: Sequence, context: EvaluationContext) -> Requirements:
    """Return the first step in its window, and the later steps from the start of that window on."""
    needs = _events_needed(leaf.first, context, ())
    since = context.window_interval(leaf.first.window).start
    for step in leaf.later_steps():
        properties = frozenset(_properties(step.event.condition))
        need = EventNeed(since, context.now, properties)
        needs |= Requirements(events=dict.fromkeys(step.event.names, need))
        for name in leaf.first.names:  # the properties that first_prop(...) refers to [S3]
            of_first = frozenset(_properties(step.event.condition, first=True))
            first = attrs.evolve(needs.events[name], properties=of_first)
            needs |= Requirements(events={name: first})
    return needs


def _properties(where: Condition | None, *, first: bool = False) -> Iterator[str]:
    """Yield the properties that ``where`` reads of the event itself, or of the first event."""
    for leaf in iter_event_leaves(where):
        if not first:
            yield leaf.path[0]
        operand = leaf.comparison.operand
        if isinstance(operand, Reference) and operand.first is first:
            yield operand.path[0]
