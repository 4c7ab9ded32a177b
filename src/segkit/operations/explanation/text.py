"""The text of an explanation: what each part found, in lines below its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Final, assert_never, cast

import attrs

from segkit.clock import Interval
from segkit.english.values import format_instant, format_path, format_value
from segkit.errors import short_repr
from segkit.history import Facts, TimedEvent, event_instant
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.values import Kind, normalize
from segkit.operations.explanation.certainty import format_reference
from segkit.semantics.comparisons import get_path
from segkit.semantics.observations import (
    AggregateObservation,
    ContactObservation,
    CountObservation,
    ListObservation,
    SampleObservation,
    SequenceObservation,
    ValueObservation,
)
from segkit.semantics.step_candidates import references
from segkit.timelines import NextChange

_MAX_EVENTS: Final = 5


# --- values that are compared with each other -----------------------------------------------------


@attrs.frozen
class ComparedValues:
    """Values that were compared with each other.

    Attributes:
        values: The values by their paths, as sentences write them; ``None`` if absent. For an event
            that a sequence may start with, the values that later events are compared with are
            there as ``the first sku``.
        event: The name of the event that holds the values; ``None`` if the contact holds them.
        at: The instant of the event.
    """

    values: Mapping[str, object] = attrs.field(repr=short_repr)
    event: str | None = None
    at: datetime | None = None


def compared_values(observation: ContactObservation, facts: Facts) -> tuple[ComparedValues, ...]:
    """Return the values that a leaf compares with each other [K7], [S3].

    Those of the contact, or those of each candidate event, newest first.
    """
    match observation:
        case ValueObservation(leaf, raw=raw):
            operand = leaf.comparison.operand
            if not isinstance(operand, Reference):
                return ()
            other = get_path(facts.contact.attributes, operand.path)
            values = {format_path(leaf.path): raw, format_path(operand.path): other}
            return (ComparedValues(values),)
        case CountObservation(leaf, window, candidates) | AggregateObservation(
            leaf, window, candidates
        ):
            return _compared_in_events(leaf, [], candidates, window)
        case SequenceObservation(leaf, window, candidates):
            later = [step.event for step in leaf.later_steps()]
            return _compared_in_events(leaf.first, later, candidates, window)
        case ListObservation() | SampleObservation():
            return ()
        case _:
            assert_never(observation)


def _compared_in_events(
    leaf: EventCount | EventValue,
    later_steps: list[EventCount],
    candidates: list[TimedEvent],
    window: Interval,
) -> tuple[ComparedValues, ...]:
    """Return the compared values of the events in the window of *leaf*, and of the later steps."""
    own, of_first = _own_paths(leaf.condition), dict[str, tuple[str, ...]]()
    later = [(step.names, _own_paths(step.condition)) for step in later_steps]
    for step in later_steps:
        for _, operand in references(step.condition):
            if operand.first:
                of_first[format_reference(operand)] = operand.path
    if not own and not of_first and not any(paths for _, paths in later):
        return ()
    found: list[ComparedValues] = []
    for at, name, event in sorted(candidates, key=event_instant, reverse=True):
        paths = own | of_first if name in leaf.names and at in window else {}
        for names, others in later:
            paths = paths | others if name in names else paths
        if paths:
            values = {text: get_path(event.properties, path) for text, path in paths.items()}
            found.append(ComparedValues(values, name, at))
    return tuple(found)


def _own_paths(where: Condition | None) -> dict[str, tuple[str, ...]]:
    """Return the paths of ``where`` that are compared with each other within one event."""
    paths: dict[str, tuple[str, ...]] = {}
    for leaf, operand in references(where):
        paths[format_path(leaf.path)] = leaf.path
        if not operand.first:
            paths[format_path(operand.path)] = operand.path
    return paths


def format_compared_events(events: tuple[ComparedValues, ...]) -> list[str]:
    """Return the values of the newest events, one line each."""
    lines = [
        f"{format_value(each.event)} at {format_instant(each.at)}: {format_compared_values(each)}"
        for each in events[:_MAX_EVENTS]
        if each.at is not None
    ]
    more = len(events) - len(lines)
    return [*lines, f"and {more} earlier event{'s' if more > 1 else ''}"] if more else lines


def format_compared_values(each: ComparedValues) -> str:
    """Return the values that were compared with each other, with their names."""
    return ", ".join(f"{path} {_format_found(value)}" for path, value in each.values.items())


# --- what a leaf found ----------------------------------------------------------------------------


def format_observation(leaf: LeafCondition, seen: object, among: int | None) -> str:
    """Return the line that says what a leaf found."""
    match leaf:
        case EventCount():
            return f"count: {seen}" if among is None else f"count: {seen} of {among} in the window"
        case ListMembership():
            lists = cast("Mapping[str, object]", seen)
            names = [f"{format_value(name)} ({_format_joined(at)})" for name, at in lists.items()]
            none = "no list" if leaf.name is None else "no such list"
            return f"on: {', '.join(names) or none}"
        case Sequence():
            chain = cast("tuple[datetime, ...]", seen)
            return f"found: {', then '.join(map(format_instant, chain)) or 'none'}"
        case Sample():
            return f"drawn: {seen} of 10000"
        case EventValue() | Attribute() | Property():
            return f"value: {_format_found(seen)}"
        case _:
            assert_never(leaf)


def _format_joined(joined: object) -> str:
    return "joined at an unknown time" if joined is None else f"joined {_format_found(joined)}"


def _format_found(value: object) -> str:
    if type(value) is Fraction:  # a mean, which may have infinitely many decimals
        with localcontext(Context(prec=6)) as context:
            mean = Decimal(value.numerator) / Decimal(value.denominator)
            rounded = context.flags[Inexact] or context.flags[Rounded]
        return f"{'about ' if rounded else ''}{format_value(mean)}"
    kind, normalized = normalize(value)
    match kind:
        case Kind.NO_VALUE:
            return "none"
        case Kind.INCOMPARABLE | Kind.COLLECTION | Kind.LOCATION:
            return short_repr(value)
        case Kind.INSTANT | Kind.DAY | Kind.TEXT | Kind.BOOLEAN | Kind.NUMBER:
            return format_value(normalized)
        case _:
            assert_never(kind)


# --- time -----------------------------------------------------------------------------------------


def format_next_change(change: NextChange) -> list[str]:
    """Return the line that says until when a verdict holds; none if it holds for ever."""
    if change.at is not None:
        return [f"until: {format_instant(change.at)}"]
    return [f"until: after {format_instant(change.horizon)}"] if change.horizon is not None else []


def format_interval(window: Interval) -> str:
    """Return a window in words that say which bound is included."""
    start, end = window.start, window.end
    if start is not None and end is not None and start >= end:
        return "empty"
    since = "from " if window.closed == "left" else "after "
    until = "up to and including "
    if window.closed == "left":
        until = "before " if start is None else "to before "
    bounds = [f"{since}{format_instant(start)}"] if start is not None else []
    bounds += [f"{until}{format_instant(end)}"] if end is not None else []
    return ", ".join(bounds) or "at all time"


def format_pending(pending: Interval) -> str:
    """Return the line that says how long an absence can still be broken [S2]."""
    assert pending.start is not None, "it starts with an event"  # noqa: S101
    over = "never over" if pending.end is None else f"not over until {format_instant(pending.end)}"
    return f"not yet: the time after {format_instant(pending.start)} is {over}"


_MAX_NOTES: Final = 5


def format_notes(notes: tuple[str, ...]) -> str:
    """Return the first notes, and how many more there are."""
    more = len(notes) - _MAX_NOTES
    rest = (f"{more} more like these",) if more > 0 else ()
    return "; ".join((*notes[:_MAX_NOTES], *rest))
