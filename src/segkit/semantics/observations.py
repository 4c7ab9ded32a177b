"""Observations: the facts that a leaf reads, and whether these satisfy the leaf.

`observe` returns what a leaf found: one class per sort of fact, with the window that was searched
and the events that counted. `decide` returns whether an observation satisfies its leaf.
Explanations and timelines read observations too; only the ``where`` of events is evaluated again
for a timeline. `footprint` returns the facts that a leaf could ever read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple, TypeAlias, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.errors import raise_unless_repeated
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
from segkit.semantics.comparisons import (
    depends_on_now,
    get_path,
    normalize_for,
    reference_operands,
    satisfies,
)
from segkit.semantics.sequences import find_chain
from segkit.semantics.step_candidates import StepPredicate, step_names
from segkit.traversal import evaluate, iter_event_leaves


class EventSubject(NamedTuple):
    """An event that ``where`` is evaluated on, with the first event of its sequence, if any."""

    event: EventLike
    first: EventLike | None = None


EventPredicate: TypeAlias = Callable[[Condition, EventSubject], bool]
"""Whether one event satisfies a ``where``."""


# --- observations ---------------------------------------------------------------------------------
# These classes are not frozen: one is built for each leaf and each event of a ``where``, and a
# frozen class takes three times as long to build.


@attrs.define(eq=False)
class ValueObservation:
    """The normalized value of an attribute or a property, and its value as the facts hold it.

    *operands* is the value of the `Reference` that it is compared with, or ``None`` if the operand
    is fixed; *raw* is ``None`` if there is no value.
    """

    leaf: Attribute | Property
    value: TypedValue
    operands: tuple[TypedValue, ...] | None
    raw: object


@attrs.define(eq=False)
class ListObservation:
    """The lists that a contact is on, each with the normalized instant it joined."""

    leaf: ListMembership
    joined: Mapping[str, TypedValue]


@attrs.define(eq=False)
class CountObservation:
    """The events in a window, and those of them that satisfy ``where``."""

    leaf: EventCount
    window: Interval
    candidates: list[TimedEvent]
    events: list[TimedEvent]


@attrs.define(eq=False)
class AggregateObservation:
    """The events in a window, those of them that satisfy ``where``, and the value of these."""

    leaf: EventValue
    window: Interval
    candidates: list[TimedEvent]
    events: list[TimedEvent]
    value: TypedValue


@attrs.define(eq=False)
class SequenceObservation:
    """The instants of a chain of events that satisfies a sequence; empty if there is none.

    *window* is the window of the first step, and *candidates* are the events that could serve a
    step, none of them after now. *pending* is, without a chain, the time in which an absence may
    still be broken [S2].
    """

    leaf: Sequence
    window: Interval
    candidates: list[TimedEvent]
    chain: tuple[datetime, ...]
    pending: Interval | None


@attrs.define(eq=False)
class SampleObservation:
    """The number from 0 to 9,999 of a contact; ``None`` if its id cannot be written."""  # [S5]

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
"""The result of `observe`, with the facts that a leaf found."""


# --- observe --------------------------------------------------------------------------------------


def observe(
    leaf: ContactLeaf,
    facts: Facts,
    context: EvaluationContext,
    event_matches: EventPredicate | None = None,
) -> ContactObservation:
    """Return what *leaf* finds in the facts of one contact.

    An explanation passes *event_matches*, to note why an event satisfies a ``where`` or does not;
    by default it is `where_is_true`.
    """
    match leaf:
        case Attribute():
            return _observe_value(leaf, facts.contact.attributes, None)
        case ListMembership():
            return ListObservation(leaf, memberships(facts.contact.lists, leaf.name))
        case EventCount() | EventValue():
            window = context.window_interval(leaf.window)
            candidates = facts.events_in(leaf.names, window, context.now)
            where, events = leaf.condition, candidates
            if where is not None:  # Each event has to satisfy it alone [E2].
                matches = event_matches or partial(where_is_true, context=context)
                events = [each for each in candidates if matches(where, EventSubject(each.event))]
            if isinstance(leaf, EventCount):
                return CountObservation(leaf, window, candidates, events)
            value = aggregate_events(leaf, events)
            return AggregateObservation(leaf, window, candidates, events, value)
        case Sequence():
            window = context.window_interval(leaf.first.window)
            # No event after now can serve a step, and none before the window of the first step.
            reachable = Interval(window.start, None, window.closed)
            candidates = facts.events_in(step_names(leaf), reachable, context.now)
            predicate = step_predicate(context, event_matches)
            explains = event_matches is not None  # and notes the reasons
            found = find_chain(leaf, candidates, context, predicate, include_uncertain=explains)
            return SequenceObservation(leaf, window, candidates, found.instants, found.pending)
        case Sample():
            return SampleObservation(leaf, _sample_number(leaf.salt, facts.contact.id))
        case _:
            assert_never(leaf)


def observe_event(leaf: EventLeaf, subject: EventSubject) -> ValueObservation:
    """Return what a leaf of a ``where`` finds in one event."""
    first = None if subject.first is None else subject.first.properties
    return _observe_value(leaf, subject.event.properties, first)


def _observe_value(leaf: Attribute | Property, mapping: object, first: object) -> ValueObservation:
    comparison, raw = leaf.comparison, get_path(mapping, leaf.path)
    operands = reference_operands(comparison, mapping, first)
    return ValueObservation(leaf, normalize_for(comparison, raw), operands, raw)


def _sample_number(salt: str, contact_id: object) -> int | None:
    try:
        text = f"{salt}:{contact_id!s}".encode("utf-8", "surrogatepass")
    except Exception as error:  # noqa: BLE001 - the id's own __str__ may raise, or be too long an int
        raise_unless_repeated(error, partial(str, contact_id))
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
        return _read_memberships(mapping, name)
    except Exception as error:  # noqa: BLE001 - keys of a host's objects may raise from __eq__ [V1]
        raise_unless_repeated(error, partial(_read_memberships, mapping, name))
        return {}


def _read_memberships(lists: Mapping[str, object], name: str | None) -> dict[str, TypedValue]:
    if name is None:
        # A copy first: another thread may add a list meanwhile.
        return {each: normalize(joined) for each, joined in dict(lists).items()}
    return {name: normalize(lists[name])} if name in lists else {}


# --- decide ---------------------------------------------------------------------------------------


def decide(observation: ContactObservation, context: EvaluationContext) -> bool:
    """Return whether an observation satisfies its leaf."""
    match observation:
        case ValueObservation():
            comparison = observation.leaf.comparison
            return satisfies(comparison, observation.value, context, observation.operands)
        case ListObservation(leaf, lists):
            if leaf.joined is None:
                return bool(lists)
            return any(satisfies(leaf.joined, joined, context) for joined in lists.values())
        case CountObservation():
            return is_in_range(observation.leaf, len(observation.events))
        case AggregateObservation():
            return satisfies(observation.leaf.comparison, observation.value, context)
        case SequenceObservation():
            return bool(observation.chain)
        case SampleObservation(leaf, number):
            if number is None:
                return False
            # Fractions compare exactly: 0.07 * 100 is 7.000000000000001 in floats.
            percent = cast("Decimal", normalize(leaf.percent)[1])
            return Fraction(number, 100) < percent
        case _:
            assert_never(observation)


def is_in_range(leaf: EventCount, number: int) -> bool:
    """Return whether a number of events is neither too small nor too large."""  # [E1]
    least, most = leaf.counts
    return least <= number and (most is None or number <= most)


def leaf_is_true(leaf: ContactLeaf, facts: Facts, context: EvaluationContext) -> bool:
    """Return whether *leaf* is true for the facts of one contact."""
    return decide(observe(leaf, facts, context), context)


def event_leaf_is_true(leaf: EventLeaf, subject: EventSubject, context: EvaluationContext) -> bool:
    """Return whether a leaf of a ``where`` is true for one event."""
    return decide(observe_event(leaf, subject), context)


def leaf_depends_on_now(leaf: ContactLeaf) -> bool:
    """Return whether the verdict of *leaf* for the same facts can be another at another now."""
    match leaf:
        case Attribute(comparison=comparison):
            return depends_on_now(comparison)
        case ListMembership(joined=joined):
            return joined is not None and depends_on_now(joined)
        case EventCount() | EventValue() | Sequence():
            return True  # An event of the future counts from its own instant on [T1].
        case Sample():
            return False
        case _:
            assert_never(leaf)


def evaluate_condition(condition: Condition, facts: Facts, context: EvaluationContext) -> bool:
    """Return whether *condition* is true for the facts of one contact."""
    return evaluate(condition, partial(leaf_is_true, facts=facts, context=context))


def where_is_true(
    where: Condition | None, subject: EventSubject, context: EvaluationContext
) -> bool:
    """Return whether one event satisfies ``where``; without a condition every event does."""
    is_true = partial(event_leaf_is_true, subject=subject, context=context)
    return where is None or evaluate(where, is_true)


def step_predicate(
    context: EvaluationContext, event_matches: EventPredicate | None = None
) -> StepPredicate:
    """Return the predicate that says whether an event serves a step of a sequence."""
    matches = event_matches or partial(where_is_true, context=context)

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
            return _events_needed(leaf, context)
        case EventValue(path=path):
            return _events_needed(leaf, context, path[:1])
        case Sequence(first):
            later = [step.event for step in leaf.later_steps()]
            of_first = [name for step in later for name in _properties(step.condition, first=True)]
            needs = _events_needed(first, context, of_first)
            since = context.window_interval(first.window).start
            for step in later:
                need = EventNeed(since, context.now, frozenset(_properties(step.condition)))
                needs |= Requirements(events=dict.fromkeys(step.names, need))
            return needs
        case Sample():
            return Requirements()  # The id is always loaded.
        case _:
            assert_never(leaf)


def _events_needed(
    leaf: EventCount | EventValue, context: EvaluationContext, properties: Iterable[str] = ()
) -> Requirements:
    window = context.window_interval(leaf.window)
    until = context.now if window.end is None else min(window.end, context.now)  # [T1]
    names = frozenset((*properties, *_properties(leaf.condition)))
    return Requirements(events=dict.fromkeys(leaf.names, EventNeed(window.start, until, names)))


def _properties(where: Condition | None, *, first: bool = False) -> Iterator[str]:
    """Yield the properties that ``where`` reads: of the event itself, or of the first event."""
    for leaf in iter_event_leaves(where):
        if not first:
            yield leaf.path[0]
        operand = leaf.comparison.operand
        if isinstance(operand, Reference) and operand.first is first:
            yield operand.path[0]
