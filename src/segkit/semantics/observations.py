"""Observe and decide: which fact a leaf looks at, and whether what is found satisfies it.

What a leaf could ever ask for, so that a host loads no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias, assert_never, cast

import attrs

from segkit import traversal
from segkit.clock import EvaluationContext
from segkit.history import Facts, TimedEvent
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.values import TypedValue, normalize
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import read_path, reference_operands, satisfies
from segkit.semantics.sequences import find_chain
from segkit.semantics.step_candidates import StepPredicate


class EventSubject(NamedTuple):
    """One event as ``where`` sees it, and in a later step of a sequence the first one [S3]."""

    event: EventLike
    first: EventLike | None = None


Subject: TypeAlias = Facts | EventSubject
"""What a leaf is asked of: a contact with its events, or (`Property`) one event."""

Found: TypeAlias = tuple[TypedValue, tuple[TypedValue, ...] | None]
"""A value, and what a `Reference` it is compared with was found to be."""

Seen: TypeAlias = Found | dict[str, TypedValue] | list[TimedEvent] | tuple[datetime, ...] | int
"""What a leaf found: a value; the lists the contact is on, with what is known of when it joined;
the events that count; the instants of a chain; the number drawn for a sample."""


def observe(leaf: LeafCondition, subject: Subject, context: EvaluationContext) -> Seen:
    """The facts that *leaf* looks at."""
    facts: Any = subject  # Which of the two follows from what the leaf is asked of.
    match leaf:
        case Attribute(path, comparison):
            known = facts.contact.attributes
            return read_path(comparison, known, path), reference_operands(comparison, known, None)
        case Property(path, comparison):
            event, first = cast("EventSubject", subject)
            origin = None if first is None else first.properties
            found = read_path(comparison, event.properties, path)
            return found, reference_operands(comparison, event.properties, origin)
        case ListMembership(name):
            return memberships(facts.contact.lists, name)
        case EventCount():
            return matching_events(leaf, facts, context)
        case EventValue():
            return aggregate_events(leaf, matching_events(leaf, facts, context)), None
        case Sequence():
            return find_sequence(leaf, facts, context, step_predicate(context))
        case Sample(_, salt):
            return sample_number(salt, facts.contact.id)
        case _:
            assert_never(leaf)


def decide(leaf: LeafCondition, seen: Seen, context: EvaluationContext) -> bool:
    """Whether what was seen satisfies *leaf*."""
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison) | EventValue(comparison=comparison):
            reading, operands = cast("Found", seen)
            return satisfies(comparison, reading, context, operands)
        case ListMembership(_, joined):
            lists = cast("dict[str, TypedValue]", seen)
            if joined is None:
                return bool(lists)
            return any(satisfies(joined, reading, context) for reading in lists.values())
        case EventCount():
            return in_range(leaf, len(cast("list[TimedEvent]", seen)))
        case Sequence():
            return bool(seen)
        case Sample(percent):
            # A fraction is compared exactly, whatever 0.07 * 100 is in floats or Decimals.
            return Fraction(cast("int", seen), _PER_PERCENT) < cast(
                "Decimal", normalize(percent)[1]
            )
        case _:
            assert_never(leaf)


_PER_PERCENT: Final = 100


def in_range(leaf: EventCount, number: int) -> bool:
    """Whether that many events are neither too few nor too many [E1]."""
    least, most = leaf.counts
    return least <= number and (most is None or number <= most)


def leaf_holds(leaf: LeafCondition, subject: Subject, context: EvaluationContext) -> bool:
    """Whether *leaf* is true of *subject*."""
    return decide(leaf, observe(leaf, subject, context), context)


def events_in_window(
    leaf: EventCount | EventValue, facts: Facts, context: EvaluationContext
) -> list[TimedEvent]:
    """The events of the leaf's names in its window, none of them after now [T1]."""
    names, now = leaf.names, context.now
    window = context.window_interval(leaf.window)
    return [
        (at, name, event)
        for at, name, event in facts.events
        if name in names and at <= now and at in window
    ]


def matching_events(
    leaf: EventCount | EventValue, facts: Facts, context: EvaluationContext
) -> list[TimedEvent]:
    """The candidates that satisfy the leaf's ``where``, each by itself [E2]."""
    found = events_in_window(leaf, facts, context)
    where = leaf.condition
    if where is None:
        return found
    return [timed for timed in found if where_holds(where, EventSubject(timed[-1]), context)]


def where_holds(where: Condition | None, subject: EventSubject, context: EvaluationContext) -> bool:
    """Whether one event satisfies *where*."""
    return where is None or traversal.evaluate(
        where, lambda part: leaf_holds(part, subject, context)
    )


def find_sequence(
    leaf: Sequence,
    facts: Facts,
    context: EvaluationContext,
    step_predicate: StepPredicate,
    *,
    include_uncertain: bool = False,
    allow_pending: bool = False,
) -> tuple[datetime, ...]:
    """The instants of a chain that satisfies *leaf*, by what *serving* takes for a fit event.

    The last two are those of `segkit.semantics.sequences.find_chain`.
    """
    names = set(leaf.first.names).union(*(step.event.names for step in leaf.later_steps()))
    events = [timed for timed in facts.events if timed[1] in names and timed[0] <= context.now]
    return find_chain(
        leaf,
        events,
        context,
        step_predicate,
        include_uncertain=include_uncertain,
        allow_pending=allow_pending,
    )


def step_predicate(context: EvaluationContext) -> StepPredicate:
    """Whether events fit the steps of a sequence, as `observe` asks."""

    def serves(step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool) -> bool:
        del is_absent  # An event that has happened has happened, wanted or not.
        return where_holds(step.condition, EventSubject(event, first), context)

    return serves


def sample_number(salt: str, contact_id: object) -> int:
    """The number from 0 to 9,999 that this contact drew under *salt* [S5]."""
    drawn = f"{salt}:{contact_id!s}".encode("utf-8", "surrogatepass")
    # Not for security, and to be computed alike by other languages and databases.
    return int(hashlib.md5(drawn, usedforsecurity=False).hexdigest()[:8], 16) % 10_000


def memberships(lists: object, name: str | None) -> dict[str, TypedValue]:
    """The lists of that name, or of any, with what is known of when the contact joined [L1]."""
    if not issubclass(type(lists), Mapping):
        return {}  # As in a path: what is no mapping holds nothing [K6].
    known = cast("Mapping[str, object]", lists)
    try:
        if name is None:
            return {joined: normalize(known[joined]) for joined in known}
        return {name: normalize(known[name])} if name in known else {}
    except Exception:  # noqa: BLE001 - keys of the host's may raise from __eq__ [V1]
        return {}


def footprint(leaf: LeafCondition, context: EvaluationContext) -> Requirements:
    """The facts that can change what *leaf* says at that moment."""
    match leaf:
        case Attribute(path, comparison):
            other = comparison.operand
            paths = (path, other.path) if isinstance(other, Reference) else (path,)
            return Requirements(attributes=frozenset(path[0] for path in paths))
        case ListMembership(name):
            if name is None:
                return Requirements(any_list=True)
            return Requirements(lists=frozenset((name,)))
        case EventCount():
            return _events(leaf, context, ())
        case EventValue(path=path):
            return _events(leaf, context, path[:1])
        case Sequence():
            return _sequence(leaf, context)
        case Sample():
            return Requirements()  # The id is always there.
        case Property():
            return Requirements()  # Said with the events it is asked of.
        case _:
            assert_never(leaf)


def _events(
    leaf: EventCount | EventValue, context: EvaluationContext, properties: tuple[str, ...]
) -> Requirements:
    window = context.window_interval(leaf.window)
    until = context.now if window.end is None else min(window.end, context.now)  # [T1]
    looked_at = frozenset((*properties, *_properties(leaf.condition)))
    return Requirements(events=dict.fromkeys(leaf.names, EventNeed(window.start, until, looked_at)))


def _sequence(leaf: Sequence, context: EvaluationContext) -> Requirements:
    """The first step in its window; the others from where that begins, up to now."""
    needs = _events(leaf.first, context, ())
    since = context.window_interval(leaf.first.window).start
    for step in leaf.later_steps():
        own = frozenset(_properties(step.event.condition))
        later = dict.fromkeys(step.event.names, EventNeed(since, context.now, own))
        needs |= Requirements(events=later)
        for name in leaf.first.names:  # What first_prop(...) looks at [S3].
            origin = frozenset(_properties(step.event.condition, first=True))
            first = needs.events[name]
            needs |= Requirements(events={name: attrs.evolve(first, properties=origin)})
    return needs


def _properties(where: Condition | None, *, first: bool = False) -> Iterator[str]:
    """The properties a ``where`` looks at, of the event itself or of the first of a sequence."""
    for part in traversal.iter_leaves(where) if where is not None else ():
        if isinstance(part, Property):
            if not first:
                yield part.path[0]
            operand = part.comparison.operand
            if isinstance(operand, Reference) and operand.first is first:
                yield operand.path[0]
