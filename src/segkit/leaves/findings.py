"""What a leaf found, in words: the lines under a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Final, assert_never, cast

from segkit.clock import Interval
from segkit.errors import shown
from segkit.leaves.lasting import NextChange
from segkit.leaves.referring import Compared
from segkit.leaves.timing import said_instant
from segkit.leaves.wording import said_value
from segkit.model.conditions import (
    Attribute,
    EventCount,
    EventValue,
    LeafCondition,
    ListMembership,
    Property,
    Sample,
    Sequence,
)
from segkit.model.values import Kind, read

__all__ = [
    "said_compared",
    "said_interval",
    "said_seen",
    "said_until",
    "said_values",
    "said_waiting",
]

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
