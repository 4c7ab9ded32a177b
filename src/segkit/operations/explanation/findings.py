"""Findings: what each leaf found, as values and in one line of text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from functools import partial
from typing import TypeAlias, assert_never, cast

import attrs

from segkit.clock import EvaluationContext, Interval
from segkit.english.conditions import phrase
from segkit.english.values import format_instant, format_path, format_value
from segkit.errors import join_items, short_repr
from segkit.history import Facts, TimedEvent, event_instant
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import ListMembership
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.time_spans import Ever, Last, Window
from segkit.model.values import MAX_INSTANT, Kind, normalize
from segkit.operations.explanation.reasons import format_reference
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
from segkit.semantics.step_candidates import references, step_names

_Paths: TypeAlias = dict[str, tuple[str, ...]]
"""Paths by the texts that name them."""


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
    later: list[EventCount],
    candidates: list[TimedEvent],
    window: Interval,
) -> tuple[ComparedValues, ...]:
    """Return the compared values of the events in the window of *leaf*, and of the later steps."""
    own, of_later = _own_paths(leaf.condition), list[tuple[tuple[str, ...], _Paths]]()
    for step in later:
        of_later.append((step.names, _own_paths(step.condition)))
        for _, operand in references(step.condition):
            if operand.first:
                own[format_reference(operand)] = operand.path
    if not own and not any(paths for _, paths in of_later):
        return ()
    compared: list[ComparedValues] = []
    for at, name, event in sorted(candidates, key=event_instant, reverse=True):
        paths = dict(own) if name in leaf.names and at in window else {}
        for names, others in of_later:
            if name in names:
                paths |= others
        if paths:
            values = {text: get_path(event.properties, path) for text, path in paths.items()}
            compared.append(ComparedValues(values, name, at))
    return tuple(compared)


def _own_paths(where: Condition | None) -> _Paths:
    """Return the paths in the event itself that ``where`` compares with other paths."""
    paths: _Paths = {}
    for leaf, operand in references(where):
        paths[format_path(leaf.path)] = leaf.path
        if not operand.first:
            paths[format_path(operand.path)] = operand.path
    return paths


def format_compared_values(each: ComparedValues, tz: tzinfo) -> str:
    """Return the values that were compared with each other, with their names."""
    return ", ".join(f"{path} {_format_found(value, tz)}" for path, value in each.values.items())


# --- findings -------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class LeafFinding:
    """The finding of a leaf: the fields of `segkit.Explanation` with these names."""

    line: str = ""
    seen: object = None
    among: int | None = None
    compared: tuple[ComparedValues, ...] = ()
    window: Interval | None = None
    waiting: Interval | None = None
    future: int = 0


def finding(
    observation: ContactObservation, facts: Facts, context: EvaluationContext
) -> LeafFinding:
    """Return what an observation found."""
    tz = context.tz
    match observation:
        case ValueObservation(leaf, raw=raw):
            compared = _compared_attributes(observation, facts)
            line = f"value: {_format_found(raw, tz)}"
            if compared:
                line = f"values: {format_compared_values(compared[0], tz)}"
            shown = _compared_window(leaf.comparison, context)
            return LeafFinding(line, raw, compared=compared, window=shown)
        case ListObservation(leaf, joined):
            seen = {name: at for name, (_, at) in joined.items()}
            lists = join_items(list(seen.items()), partial(_format_list, tz=tz))
            line = f"on: {lists}" if lists else phrase(ListMembership(leaf.name), negated=True)
            return LeafFinding(line, seen, window=_compared_window(leaf.joined, context))
        case CountObservation(leaf, window, candidates, events):
            compared = _compared_in_events(leaf, [], candidates, window)
            number, among = len(events), None if leaf.condition is None else len(candidates)
            line = f"count: {number}" + ("" if among is None else f" of {among} in the window")
            shown, future = (
                _up_to_now(leaf.window, window, context),
                _events_after_now(leaf, facts, context),
            )
            return LeafFinding(line, number, among, compared, shown, None, future)
        case AggregateObservation(leaf, window, candidates, value=(_, value)):
            compared = _compared_in_events(leaf, [], candidates, window)
            line = f"value: {_format_found(value, tz)}"
            shown, future = (
                _up_to_now(leaf.window, window, context),
                _events_after_now(leaf, facts, context),
            )
            return LeafFinding(line, value, None, compared, shown, None, future)
        case SequenceObservation(leaf, window, candidates, chain, pending):
            later = [step.event for step in leaf.later_steps()]
            compared = _compared_in_events(leaf.first, later, candidates, window)
            line = f"found: {', then '.join(format_instant(at, tz) for at in chain) or 'none'}"
            shown = _up_to_now(leaf.first.window, window, context)
            future = _count_after_now(step_names(leaf), context.now, MAX_INSTANT, facts, context)
            return LeafFinding(line, chain, None, compared, shown, pending, future)
        case SampleObservation(number=drawn):
            return LeafFinding(
                "drawn: none" if drawn is None else f"drawn: {drawn} of 10000", drawn
            )
        case _:
            assert_never(observation)


def _compared_attributes(observation: ValueObservation, facts: Facts) -> tuple[ComparedValues, ...]:
    leaf, operand = observation.leaf, observation.leaf.comparison.operand
    if not isinstance(operand, Reference):
        return ()
    other = get_path(facts.contact.attributes, operand.path)
    values = {format_path(leaf.path): observation.raw, format_path(operand.path): other}
    return (ComparedValues(values),)


def _compared_window(comparison: Comparison | None, context: EvaluationContext) -> Interval | None:
    if comparison is None or comparison.operator != "within":
        return None
    return context.window_interval(cast("Window", comparison.operand))


def _up_to_now(window: Window, interval: Interval, context: EvaluationContext) -> Interval:
    """Return the window of events; without a window, everything up to now."""  # [T1]
    return Interval(None, context.now, "right") if window == Ever() else interval


def _events_after_now(
    leaf: EventCount | EventValue, facts: Facts, context: EvaluationContext
) -> int:
    """Return how many events would be in the window if they were not in the future."""  # [T1]
    first, last = context.window_interval(leaf.window).first_and_last()
    if isinstance(leaf.window, Last):
        last = MAX_INSTANT
    return _count_after_now(leaf.names, first, last, facts, context)


def _format_list(named: tuple[str, object], tz: tzinfo) -> str:
    name, joined = named
    when = "at an unknown time" if joined is None else _format_found(joined, tz)
    return f"{format_value(name)} (joined {when})"


def _count_after_now(
    names: Iterable[str], first: datetime, last: datetime, facts: Facts, context: EvaluationContext
) -> int:
    number = 0
    for name in dict.fromkeys(names):
        instants = facts.index().instants.get(name, [])
        start = max(bisect_left(instants, first), bisect_right(instants, context.now))
        number += max(0, bisect_right(instants, last) - start)
    return number


def _format_found(value: object, tz: tzinfo) -> str:
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
            return format_value(normalized, tz)
        case _:
            assert_never(kind)
