"""The text of an explanation: what each part found, in lines below its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Final, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.english.values import format_instant, format_path, format_value
from segkit.errors import short_repr
from segkit.history import Facts, TimedEvent, event_instant
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.time_spans import Ever, Window
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


def format_compared_events(compared: tuple[ComparedValues, ...]) -> list[str]:
    """Return the values of the newest events, one line each; none for values of the contact."""
    events = [(each.at, each) for each in compared if each.at is not None]
    lines = [
        f"{format_value(each.event)} at {format_instant(at)}: {format_compared_values(each)}"
        for at, each in events[:_MAX_EVENTS]
    ]
    more = len(events) - len(lines)
    return [*lines, f"and {more} earlier event{'s' if more > 1 else ''}"] if more else lines


def format_compared_values(each: ComparedValues) -> str:
    """Return the values that were compared with each other, with their names."""
    return ", ".join(f"{path} {_format_found(value)}" for path, value in each.values.items())


# --- what a leaf found ----------------------------------------------------------------------------


@attrs.frozen(eq=False)
class Finding:
    """What a leaf found, for people.

    Attributes:
        line: What was found, in one line.
        seen: What was found, as a value.
        among: Of a count with ``where``, the number of events in the window.
        compared: The values that were compared with each other.
        window: The window that was searched, as two instants.
    """

    line: str
    seen: object
    among: int | None = None
    compared: tuple[ComparedValues, ...] = ()
    window: Interval | None = None


def finding(observation: ContactObservation, facts: Facts, context: EvaluationContext) -> Finding:
    """Return what an observation found: its text, its values and its window."""
    match observation:
        case ValueObservation(leaf, raw=raw):
            compared = _compared_attributes(observation, facts)
            line = f"value: {_format_found(raw)}"
            if compared:
                line = f"values: {format_compared_values(compared)}"
            return Finding(
                line,
                raw,
                compared=() if compared is None else (compared,),
                window=_compared_window(leaf.comparison, context),
            )
        case ListObservation(leaf, joined):
            seen = {name: at for name, (_, at) in joined.items()}
            names = [f"{format_value(name)} ({_format_joined(at)})" for name, at in seen.items()]
            line = f"on: {', '.join(names) or ('no list' if leaf.name is None else 'no such list')}"
            joined_window = None
            if leaf.joined is not None:
                joined_window = _compared_window(leaf.joined, context)
            return Finding(line, seen, window=joined_window)
        case CountObservation(leaf, window, candidates, events):
            number, among = len(events), None if leaf.condition is None else len(candidates)
            line = f"count: {number}"
            line += "" if among is None else f" of {among} in the window"
            compared_events = _compared_in_events(leaf, [], candidates, window)
            shown = _up_to_now(leaf.window, window, context)
            return Finding(line, number, among, compared_events, shown)
        case AggregateObservation(leaf, window, candidates, value=(_, value)):
            compared_events = _compared_in_events(leaf, [], candidates, window)
            shown = _up_to_now(leaf.window, window, context)
            line = f"value: {_format_found(value)}"
            return Finding(line, value, compared=compared_events, window=shown)
        case SequenceObservation(leaf, window, candidates, chain):
            later = [step.event for step in leaf.later_steps()]
            compared_events = _compared_in_events(leaf.first, later, candidates, window)
            shown = _up_to_now(leaf.first.window, window, context)
            line = f"found: {', then '.join(map(format_instant, chain)) or 'none'}"
            return Finding(line, chain, compared=compared_events, window=shown)
        case SampleObservation(number=drawn):
            line = "drawn: none" if drawn is None else f"drawn: {drawn} of 10000"
            return Finding(line, drawn)
        case _:
            assert_never(observation)


def _compared_attributes(observation: ValueObservation, facts: Facts) -> ComparedValues | None:
    leaf, operand = observation.leaf, observation.leaf.comparison.operand
    if not isinstance(operand, Reference):
        return None
    other = get_path(facts.contact.attributes, operand.path)
    values = {format_path(leaf.path): observation.raw, format_path(operand.path): other}
    return ComparedValues(values)


def _compared_window(comparison: Comparison, context: EvaluationContext) -> Interval | None:
    if comparison.operator != "within":
        return None
    return context.window_interval(cast("Window", comparison.operand))


def _up_to_now(window: Window, interval: Interval, context: EvaluationContext) -> Interval:
    """Return the window of events; without a window, everything up to now [T1]."""
    return Interval(None, context.now, "right") if window == Ever() else interval


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
