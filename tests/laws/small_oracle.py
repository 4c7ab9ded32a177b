"""What a condition of the small world means, counted out by hand from the sentences of its rules.

It shares no code with segkit but the classes of what is asked. What values and windows mean is in
`small_values`.
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
    """Whether the contact is in, *now* being a number of ticks."""
    met: dict[object, Event[Any]] = {}
    for place, event in enumerate(events):  # [E3]
        met.setdefault(("no id", place) if event.id is None else event.id, event)
    return holds(condition, contact, list(met.values()), now)


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
            return compared(name, comparison, contact.attributes, {}, now)
        case ListMembership(name, joined):
            return is_on(contact.lists, name, joined, now)
        case EventCount():
            least, most = condition.minimum, condition.maximum
            if least is None and most is None:
                least = 1
            number = len(looked_at(condition, events, now))  # [E1]
            return (least is None or number >= least) and (most is None or number <= most)
        case EventValue():
            value = made_of(condition, looked_at(condition, events, now))
            return satisfies(condition.comparison, value, now)
        case Sequence():
            return follows(condition, events, now)
        case Sample(percent, salt):
            drawn = hashlib.md5(f"{salt}:{contact.id}".encode()).hexdigest()  # noqa: S324 - [S5]
            return int(drawn[:8], 16) % 10_000 < Fraction(str(percent)) * 100
        case _:
            raise AssertionError(condition)


def is_on(
    lists: Mapping[str, date | None], asked: str | None, joined: Comparison | None, now: int
) -> bool:
    on = [name for name in lists if asked is None or name == asked]
    if joined is None:
        return bool(on)  # [L1]
    return any(satisfies(joined, lists[name], now) for name in on)  # [L1], [L2]


def compared(
    name: str, asked: Comparison, known: Mapping[str, Any], first: Mapping[str, Any], now: int
) -> bool:
    value = known.get(name)
    if isinstance(asked.operand, Reference):  # [K7], [S3]
        other = (first if asked.operand.first else known).get(asked.operand.path[0])
        if kind(other) == "boolean" and asked.operator != "==":
            return False  # booleans have no order [K1]
        return single(asked.operator, value, other, asked)
    return satisfies(asked, value, now)


# --- events ---------------------------------------------------------------------------------------


def looked_at(
    asked: EventCount | EventValue, events: list[Event[Any]], now: int
) -> list[Event[Any]]:
    return [
        event
        for event in events
        if event.name in asked.names
        and ticks(event.at) <= now  # [T1]
        and covers_instant(asked.window, ticks(event.at), now)
        and where(asked.condition, event, event, now)  # [E2]
    ]


def where(asked: Condition | None, event: Event[Any], first: Event[Any], now: int) -> bool:
    match asked:
        case None:
            return True
        case And(parts):
            return all(where(part, event, first, now) for part in parts)
        case Or(parts):
            return any(where(part, event, first, now) for part in parts)
        case AtLeast(number, parts):
            return [where(part, event, first, now) for part in parts].count(True) >= number
        case Not(part):
            return not where(part, event, first, now)
        case Property((name,), comparison):
            return compared(name, comparison, event.properties, first.properties, now)
        case _:
            raise AssertionError(asked)


def made_of(asked: EventValue, events: list[Event[Any]]) -> Any:  # noqa: ANN401
    """The value of [E4] and [E5]; ``None`` for no value."""
    in_order = sorted(events, key=lambda event: event.at)  # equal instants as given [E5]
    if asked.aggregate in ("latest", "latest_at", "earliest", "earliest_at"):
        if not in_order:
            return None
        one = in_order[-1 if asked.aggregate.startswith("latest") else 0]
        return one.properties.get(asked.path[0]) if asked.path else one.at
    found = [event.properties.get(asked.path[0]) for event in events]
    if asked.aggregate == "distinct":
        members = [one for value in found for one in members_of(value)]
        return len({(kind(one), one) for one in members if one is not None})
    numbers = [Fraction(value) for value in found if value is not None and kind(value) == "number"]
    if asked.aggregate == "sum":
        return sum(numbers, Fraction(0))
    if not numbers:
        return None
    return {
        "mean": sum(numbers, Fraction(0)) / len(numbers),
        "min": min(numbers),
        "max": max(numbers),
    }[asked.aggregate]


def follows(asked: Sequence, events: list[Event[Any]], now: int) -> bool:
    """Every choice of events is tried [S1]."""
    past = [event for event in events if ticks(event.at) <= now]
    return any(
        is_chain(asked, chain, now)
        and (asked.absent is None or is_alone(asked.absent, list(chain), past, now))
        for chain in permutations(past, 1 + len(asked.steps))
    )


def is_chain(asked: Sequence, chain: tuple[Event[Any], ...], now: int) -> bool:
    first = chain[0]
    if first not in looked_at(asked.first, [first], now):
        return False
    return all(
        comes_after(before, event, step) and serves(step, event, first, now)
        for before, event, step in zip(chain, chain[1:], asked.steps, strict=False)
    )


def is_alone(absent: Step, chain: list[Event[Any]], past: list[Event[Any]], now: int) -> bool:
    """Whether no other event follows, and none can any more [S2]."""
    last = chain[-1]
    if absent.within is not None and ticks(last.at) + absent.within.microseconds > now:
        return False
    return not any(
        comes_after(last, event, absent) and serves(absent, event, chain[0], now)
        for event in past
        if not any(event is one for one in chain)
    )


def comes_after(before: Event[Any], event: Event[Any], step: Step) -> bool:
    distance = ticks(event.at) - ticks(before.at)
    return distance >= 0 and (step.within is None or distance < step.within.microseconds)


def serves(step: Step, event: Event[Any], first: Event[Any], now: int) -> bool:
    return event.name in step.event.names and where(step.event.condition, event, first, now)
