"""The lines of an explanation: what a leaf found, and the values that were compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Final, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.english.values import format_instant, format_path, format_value
from segkit.errors import short_repr
from segkit.history import Facts, event_instant
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.values import Kind, normalize
from segkit.semantics.comparisons import get_path
from segkit.semantics.step_candidates import references
from segkit.timelines.conditions import NextChange

_MOST_EVENTS: Final = 5


def format_compared_events(events: tuple[ComparedValues, ...]) -> list[str]:
    """The values of the newest events, a line each."""
    said = [
        f"{format_value(each.event)} at {format_instant(each.at)}: {format_compared_values(each)}"
        for each in events[:_MOST_EVENTS]
        if each.at is not None
    ]
    more = len(events) - len(said)
    return [*said, f"and {more} earlier event{'s' if more > 1 else ''}"] if more else said


def format_compared_values(each: ComparedValues) -> str:
    """The values that were compared with each other, by their names."""
    return ", ".join(f"{path} {_format_found(value)}" for path, value in each.values.items())


def format_next_change(change: NextChange) -> list[str]:
    """Until when a verdict holds, if not for ever."""
    if change.at is not None:
        return [f"until: {format_instant(change.at)}"]
    return [f"until: after {format_instant(change.horizon)}"] if change.horizon is not None else []


def format_pending(time: Interval) -> str:
    """How long an absence can still be broken [S2]."""
    assert time.start is not None, "it starts with an event"  # noqa: S101
    over = "never over" if time.end is None else f"not over until {format_instant(time.end)}"
    return f"not yet: the time after {format_instant(time.start)} is {over}"


def format_observation(leaf: LeafCondition, seen: object, among: int | None) -> str:
    """What a leaf looked at and found there."""
    match leaf:
        case EventCount():
            return f"count: {seen}" if among is None else f"count: {seen} of {among} in the window"
        case ListMembership():
            lists = cast("Mapping[str, object]", seen)
            said = [f"{format_value(name)} ({_format_joined(at)})" for name, at in lists.items()]
            none = "no list" if leaf.name is None else "no such list"
            return f"on: {', '.join(said) or none}"
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
    if type(value) is Fraction:  # a mean, which may have no end in decimals
        with localcontext(Context(prec=6)) as context:
            mean = Decimal(value.numerator) / Decimal(value.denominator)
            rounded = context.flags[Inexact] or context.flags[Rounded]
        return f"{'about ' if rounded else ''}{format_value(mean)}"
    kind, plain = normalize(value)
    match kind:
        case Kind.NO_VALUE:
            return "none"
        case Kind.INCOMPARABLE | Kind.COLLECTION | Kind.LOCATION:
            return short_repr(value)
        case Kind.INSTANT | Kind.DAY | Kind.TEXT | Kind.BOOLEAN | Kind.NUMBER:
            return format_value(plain)
        case _:
            assert_never(kind)


def format_interval(window: Interval) -> str:
    """The window in words that say which edge belongs to it."""
    start, end = window.start, window.end
    if start is not None and end is not None and start >= end:
        return "empty"
    since = "from " if window.closed == "left" else "after "
    until = "up to and including "
    if window.closed == "left":
        until = "before " if start is None else "to before "
    said = [f"{since}{format_instant(start)}"] if start is not None else []
    said += [f"{until}{format_instant(end)}"] if end is not None else []
    return ", ".join(said) or "at all time"


@attrs.frozen
class ComparedValues:
    """Values that were compared with each other.

    Attributes:
        values: What each was found to be, by its path as sentences have it; ``None`` if absent.
            Of an event a sequence may begin with, what later events are compared with is there
            as ``the first sku``.
        event: The name of the event that holds them; ``None`` where the contact does.
        at: Its instant.
    """

    values: Mapping[str, object] = attrs.field(repr=short_repr)
    event: str | None = None
    at: datetime | None = None


def format_reference(operand: Reference) -> str:
    """The other value: ``the first sku``."""
    return f"{'the first ' if operand.first else ''}{format_path(operand.path)}"


def compared_values(
    leaf: LeafCondition, facts: Facts, context: EvaluationContext
) -> tuple[ComparedValues, ...]:
    """What *leaf* compares with each other: of the contact, or of each event, newest first."""
    match leaf:
        case Attribute(path, comparison) if isinstance(comparison.operand, Reference):
            held = facts.contact.attributes
            paths = {format_path(each): each for each in (path, comparison.operand.path)}
            return (ComparedValues({said: get_path(held, each) for said, each in paths.items()}),)
        case EventCount() | EventValue():
            return _of_events(leaf, (), facts, context)
        case Sequence(first):
            return _of_events(first, [step.event for step in leaf.later_steps()], facts, context)
        case _:
            return ()


def _of_events(
    leaf: EventCount | EventValue,
    later: Iterable[EventCount],
    facts: Facts,
    context: EvaluationContext,
) -> tuple[ComparedValues, ...]:
    """The events in the window of *leaf*, and those that could come *later*."""
    window = context.window_interval(leaf.window)
    own, of_first = _own_paths(leaf.condition), dict[str, tuple[str, ...]]()
    behind = [(step.names, _own_paths(step.condition)) for step in later]
    for step in later:
        for _, operand in references(step.condition):
            if operand.first:
                of_first[format_reference(operand)] = operand.path
    found: list[ComparedValues] = []
    for timed in sorted(facts.events, key=event_instant, reverse=True):
        at, name, event = timed
        paths = own | of_first if name in leaf.names and at in window else {}
        for names, others in behind:
            paths = paths | others if name in names else paths
        if paths and at <= context.now:
            held = event.properties
            values = {said: get_path(held, path) for said, path in paths.items()}
            found.append(ComparedValues(values, name, at))
    return tuple(found)


def _own_paths(where: Condition | None) -> dict[str, tuple[str, ...]]:
    """The paths of *where* that are looked up in the event itself."""
    paths: dict[str, tuple[str, ...]] = {}
    for leaf, operand in references(where):
        paths[format_path(leaf.path)] = leaf.path
        if not operand.first:
            paths[format_path(operand.path)] = operand.path
    return paths
