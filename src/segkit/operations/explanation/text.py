"""The lines of an explanation: what a leaf found, and the values that were compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Final, assert_never, cast

import attrs

from segkit.clock import Interval, Moment
from segkit.english.values import said_instant, said_path, said_value
from segkit.errors import shown
from segkit.history import Facts, instant_of
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.values import Kind, read
from segkit.semantics.comparisons import value_at
from segkit.semantics.step_candidates import references
from segkit.timelines.conditions import NextChange

_MOST_EVENTS: Final = 5


def said_compared(events: tuple[Compared, ...]) -> list[str]:
    """The values of the newest events, a line each."""
    said = [
        f"{said_value(each.event)} at {said_instant(each.at)}: {said_values(each)}"
        for each in events[:_MOST_EVENTS]
        if each.at is not None
    ]
    more = len(events) - len(said)
    return [*said, f"and {more} earlier event{'s' if more > 1 else ''}"] if more else said


def said_values(each: Compared) -> str:
    """The values that were compared with each other, by their names."""
    return ", ".join(f"{path} {_said_found(value)}" for path, value in each.values.items())


def said_until(change: NextChange) -> list[str]:
    """Until when a verdict holds, if not for ever."""
    if change.at is not None:
        return [f"until: {said_instant(change.at)}"]
    return [f"until: after {said_instant(change.horizon)}"] if change.horizon is not None else []


def said_waiting(time: Interval) -> str:
    """How long an absence can still be broken [S2]."""
    assert time.start is not None, "it starts with an event"  # noqa: S101
    over = "never over" if time.end is None else f"not over until {said_instant(time.end)}"
    return f"not yet: the time after {said_instant(time.start)} is {over}"


def said_seen(leaf: LeafCondition, seen: object, among: int | None) -> str:
    """What a leaf looked at and found there."""
    match leaf:
        case EventCount():
            return f"count: {seen}" if among is None else f"count: {seen} of {among} in the window"
        case ListMembership():
            lists = cast("Mapping[str, object]", seen)
            said = [f"{said_value(name)} ({_said_joined(at)})" for name, at in lists.items()]
            none = "no list" if leaf.name is None else "no such list"
            return f"on: {', '.join(said) or none}"
        case Sequence():
            chain = cast("tuple[datetime, ...]", seen)
            return f"found: {', then '.join(map(said_instant, chain)) or 'none'}"
        case Sample():
            return f"drawn: {seen} of 10000"
        case EventValue() | Attribute() | Property():
            return f"value: {_said_found(seen)}"
        case _:
            assert_never(leaf)


def _said_joined(joined: object) -> str:
    return "joined at an unknown time" if joined is None else f"joined {_said_found(joined)}"


def _said_found(value: object) -> str:
    if type(value) is Fraction:  # a mean, which may have no end in decimals
        with localcontext(Context(prec=6)) as context:
            mean = Decimal(value.numerator) / Decimal(value.denominator)
            rounded = context.flags[Inexact] or context.flags[Rounded]
        return f"{'about ' if rounded else ''}{said_value(mean)}"
    kind, plain = read(value)
    match kind:
        case Kind.NO_VALUE:
            return "none"
        case Kind.NO_KIND | Kind.COLLECTION | Kind.LOCATION:
            return shown(value)
        case Kind.INSTANT | Kind.DAY | Kind.TEXT | Kind.BOOLEAN | Kind.NUMBER:
            return said_value(plain)
        case _:
            assert_never(kind)


def said_interval(window: Interval) -> str:
    """The window in words that say which edge belongs to it."""
    start, end = window.start, window.end
    if start is not None and end is not None and start >= end:
        return "empty"
    since = "from " if window.closed == "left" else "after "
    until = "up to and including "
    if window.closed == "left":
        until = "before " if start is None else "to before "
    said = [f"{since}{said_instant(start)}"] if start is not None else []
    said += [f"{until}{said_instant(end)}"] if end is not None else []
    return ", ".join(said) or "at all time"


@attrs.frozen
class Compared:
    """Values that were compared with each other.

    Attributes:
        values: What each was found to be, by its path as sentences have it; ``None`` if absent.
            Of an event a sequence may begin with, what later events are compared with is there
            as ``the first sku``.
        event: The name of the event that holds them; ``None`` where the contact does.
        at: Its instant.
    """

    values: Mapping[str, object] = attrs.field(repr=shown)
    event: str | None = None
    at: datetime | None = None


def said_reference(operand: Reference) -> str:
    """The other value: ``the first sku``."""
    return f"{'the first ' if operand.first else ''}{said_path(operand.path)}"


def compared(leaf: LeafCondition, facts: Facts, moment: Moment) -> tuple[Compared, ...]:
    """What *leaf* compares with each other: of the contact, or of each event, newest first."""
    match leaf:
        case Attribute(path, comparison) if isinstance(comparison.operand, Reference):
            held = facts.contact.attributes
            paths = {said_path(each): each for each in (path, comparison.operand.path)}
            return (Compared({said: value_at(held, each) for said, each in paths.items()}),)
        case EventCount() | EventValue():
            return _of_events(leaf, (), facts, moment)
        case Sequence(first):
            return _of_events(first, [step.event for step in leaf.behind()], facts, moment)
        case _:
            return ()


def _of_events(
    leaf: EventCount | EventValue, later: Iterable[EventCount], facts: Facts, moment: Moment
) -> tuple[Compared, ...]:
    """The events in the window of *leaf*, and those that could come *later*."""
    window = moment.interval(leaf.window)
    own, of_first = _own_paths(leaf.condition), dict[str, tuple[str, ...]]()
    behind = [(step.names, _own_paths(step.condition)) for step in later]
    for step in later:
        for _, operand in references(step.condition):
            if operand.first:
                of_first[said_reference(operand)] = operand.path
    found: list[Compared] = []
    for timed in sorted(facts.events, key=instant_of, reverse=True):
        at, name, event = timed
        paths = own | of_first if name in leaf.names and at in window else {}
        for names, others in behind:
            paths = paths | others if name in names else paths
        if paths and at <= moment.now:
            held = event.properties
            values = {said: value_at(held, path) for said, path in paths.items()}
            found.append(Compared(values, name, at))
    return tuple(found)


def _own_paths(where: Condition | None) -> dict[str, tuple[str, ...]]:
    """The paths of *where* that are looked up in the event itself."""
    paths: dict[str, tuple[str, ...]] = {}
    for leaf, operand in references(where):
        paths[said_path(leaf.path)] = leaf.path
        if not operand.first:
            paths[said_path(operand.path)] = operand.path
    return paths
