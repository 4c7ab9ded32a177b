"""The verdict of a condition in the small world, computed from the sentences of the rules.

The oracle shares no code with segkit except the classes of conditions and facts. `small_values`
computes the meaning of values and windows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from itertools import permutations
from typing import Any

from segkit import (
    And,
    AtLeast,
    Attribute,
    Comparison,
    Condition,
    Contact,
    Event,
    EventCount,
    EventValue,
    InSegment,
    ListMembership,
    Not,
    Or,
    Property,
    Reference,
    Sample,
    Sequence,
    Step,
)
from tests.laws.small_values import covers_instant, kind, members_of, satisfies, single, ticks

# --- conditions -----------------------------------------------------------------------------------


def oracle(
    condition: Condition, contact: Contact[Any], events: Iterable[Event[Any]], now: int
) -> bool:
    """Return the verdict at *now*, which is a number of ticks."""
    unique: dict[object, Event[Any]] = {}
    for index, event in enumerate(events):  # [E3]
        unique.setdefault(("no id", index) if event.id is None else event.id, event)
    return holds(condition, contact, list(unique.values()), now)


def holds(condition: Condition, contact: Contact[Any], events: list[Event[Any]], now: int) -> bool:
    match condition:
        case And(parts):
            return all(holds(part, contact, events, now) for part in parts)  # [V5]
        case Or(parts):
            return any(holds(part, contact, events, now) for part in parts)  # [V5]
        case AtLeast(number, parts):
            return [holds(part, contact, events, now) for part in parts].count(True) >= number
        case Not(part):
            return not holds(part, contact, events, now)  # [V2]
        case InSegment(segment):
            return holds(segment.condition, contact, events, now)  # [S8]
        case Attribute((name,), comparison):
            return satisfies_comparison(name, comparison, contact.attributes, {}, now)
        case ListMembership(name, joined):
            return is_on(contact.lists, name, joined, now)
        case EventCount():
            least, most = condition.minimum, condition.maximum
            if least is None and most is None:
                least = 1
            number = len(counted_events(condition, events, now))  # [E1]
            return (least is None or number >= least) and (most is None or number <= most)
        case EventValue():
            value = aggregate_of(condition, counted_events(condition, events, now))
            return satisfies(condition.comparison, value, now)
        case Sequence():
            return is_true_for_some_chain(condition, events, now)
        case Sample(percent, salt):
            drawn = hashlib.md5(f"{salt}:{contact.id}".encode()).hexdigest()  # noqa: S324 - [S5]
            return int(drawn[:8], 16) % 10_000 < Fraction(str(percent)) * 100
        case _:
            raise AssertionError(condition)


def is_on(
    lists: Mapping[str, date | None], list_name: str | None, joined: Comparison | None, now: int
) -> bool:
    names = [name for name in lists if list_name is None or name == list_name]
    if joined is None:
        return bool(names)  # [L1]
    return any(satisfies(joined, lists[name], now) for name in names)  # [L1], [L2]


def satisfies_comparison(
    name: str, comparison: Comparison, known: Mapping[str, Any], first: Mapping[str, Any], now: int
) -> bool:
    value = known.get(name)
    if isinstance(comparison.operand, Reference):  # [K7], [S3]
        other = (first if comparison.operand.first else known).get(comparison.operand.path[0])
        if kind(other) == "boolean" and comparison.operator != "==":
            return False  # booleans have no order [K1]
        return single(comparison.operator, value, other, comparison)
    return satisfies(comparison, value, now)


# --- events ---------------------------------------------------------------------------------------


def counted_events(
    leaf: EventCount | EventValue, events: list[Event[Any]], now: int
) -> list[Event[Any]]:
    return [
        event
        for event in events
        if event.name in leaf.names
        and ticks(event.at) <= now  # [T1]
        and covers_instant(leaf.window, ticks(event.at), now)
        and fits_where(leaf.condition, event, event, now)  # [E2]
    ]


def fits_where(condition: Condition | None, event: Event[Any], first: Event[Any], now: int) -> bool:
    match condition:
        case None:
            return True
        case And(parts):
            return all(fits_where(part, event, first, now) for part in parts)
        case Or(parts):
            return any(fits_where(part, event, first, now) for part in parts)
        case AtLeast(number, parts):
            return [fits_where(part, event, first, now) for part in parts].count(True) >= number
        case Not(part):
            return not fits_where(part, event, first, now)
        case Property((name,), comparison):
            return satisfies_comparison(name, comparison, event.properties, first.properties, now)
        case _:
            raise AssertionError(condition)


def aggregate_of(leaf: EventValue, events: list[Event[Any]]) -> Any:  # noqa: ANN401
    """Return the aggregate of the events [E4], [E5], or ``None`` if it has no value."""
    in_order = sorted(events, key=lambda event: event.at)  # equal instants as given [E5]
    if leaf.aggregate in ("latest", "latest_at", "earliest", "earliest_at"):
        if not in_order:
            return None
        event = in_order[-1 if leaf.aggregate.startswith("latest") else 0]
        return event.properties.get(leaf.path[0]) if leaf.path else event.at
    values = [event.properties.get(leaf.path[0]) for event in events]
    if leaf.aggregate == "distinct":
        members = [member for value in values for member in members_of(value)]
        return len({(kind(member), member) for member in members if member is not None})
    numbers = [Fraction(value) for value in values if value is not None and kind(value) == "number"]
    if leaf.aggregate == "sum":
        return sum(numbers, Fraction(0))
    if not numbers:
        return None
    return {
        "mean": sum(numbers, Fraction(0)) / len(numbers),
        "min": min(numbers),
        "max": max(numbers),
    }[leaf.aggregate]


def is_true_for_some_chain(sequence: Sequence, events: list[Event[Any]], now: int) -> bool:
    """Try every choice of events [S1]."""
    past = [event for event in events if ticks(event.at) <= now]
    return any(
        is_chain(sequence, chain, now)
        and (
            sequence.absent is None or has_no_absent_event(sequence.absent, list(chain), past, now)
        )
        for chain in permutations(past, 1 + len(sequence.steps))
    )


def is_chain(sequence: Sequence, chain: tuple[Event[Any], ...], now: int) -> bool:
    first = chain[0]
    if first not in counted_events(sequence.first, [first], now):
        return False
    return all(
        comes_after(before, event, step) and fits(step, event, first, now)
        for before, event, step in zip(chain, chain[1:], sequence.steps, strict=False)
    )


def has_no_absent_event(
    absent: Step, chain: list[Event[Any]], past: list[Event[Any]], now: int
) -> bool:
    """Return whether the absent event has not followed, and cannot follow any more [S2]."""
    last = chain[-1]
    if absent.within is not None and ticks(last.at) + absent.within.microseconds > now:
        return False
    return not any(
        comes_after(last, event, absent) and fits(absent, event, chain[0], now)
        for event in past
        if not any(event is other for other in chain)
    )


def comes_after(before: Event[Any], event: Event[Any], step: Step) -> bool:
    distance = ticks(event.at) - ticks(before.at)
    return distance >= 0 and (step.within is None or distance < step.within.microseconds)


def fits(step: Step, event: Event[Any], first: Event[Any], now: int) -> bool:
    return event.name in step.event.names and fits_where(step.event.condition, event, first, now)
