"""Values of events, by floats where these are certain to decide as exact numbers would [E4]."""

from __future__ import annotations

import math
from typing import Final, cast

from segkit.clock import Moment
from segkit.history import TimedEvent
from segkit.leaves import aggregated, satisfies, value_at
from segkit.model.conditions import EventValue
from segkit.model.values import Kind

__all__ = ["decided_by_floats", "value_holds"]

_ORDER: Final = frozenset({"<", "<=", ">", ">="})

_ROUNDING: Final = 2.0**-52
"""Twice the most by which a float differs from the decimal it prints as, relative to itself."""

_LARGEST: Final = 2.0**1000
"""Far enough from the largest float that no sum here overflows unnoticed."""

_SMALLEST: Final = 2.0**-1000
"""More than the smallest floats together, which print as decimals far from them, may be off."""


def value_holds(leaf: EventValue, events: list[TimedEvent], moment: Moment) -> bool:
    """Whether the value made of *events*, all of them counting, satisfies *leaf*."""
    if leaf.aggregate == "sum":
        decided = decided_by_floats(leaf, events)
        if decided is not None:
            return decided
    return satisfies(leaf.comparison, aggregated(leaf, events), moment)


def decided_by_floats(leaf: EventValue, events: list[TimedEvent]) -> bool | None:
    """Whether the sum satisfies *leaf*, if floats suffice to say it; ``None`` if they do not.

    A float stands for the decimal it prints as [K1], which lies within half a unit in its last
    place. `math.fsum` rounds once. So the exact sum lies within the sum of the magnitudes times
    2**-53, and half a unit of the result; the bound used is more than twice that.
    """
    word = leaf.comparison.operator
    if word not in _ORDER or len(leaf.comparison.readings) != 1:
        return None
    kind, operand = leaf.comparison.readings[0]
    path = leaf.path
    numbers: list[float] = []
    for _, _, event in events:
        properties: object = event.properties
        if type(properties) is not dict:
            return None
        known = cast("dict[str, object]", properties)
        value = known.get(path[0]) if len(path) == 1 else value_at(known, path)
        if type(value) is float or type(value) is int:
            numbers.append(value)  # An int is rounded by fsum, to within the same bound.
        elif value is not None and type(value) is not str:
            return None
    try:
        total = math.fsum(numbers)
        size = math.fsum(map(abs, numbers))
        limit = float(cast("int", operand))
    except (OverflowError, ValueError):
        return None
    # Not so for NaN, which no comparison holds for.
    if kind is not Kind.NUMBER or not size < _LARGEST or not abs(limit) < _LARGEST:
        return None
    doubt = (size + abs(limit)) * _ROUNDING * 2 + _SMALLEST
    if total > limit + doubt:
        return word in (">", ">=")
    if total < limit - doubt:
        return word in ("<", "<=")
    return None
