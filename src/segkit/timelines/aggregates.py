"""Aggregates that are updated as events enter and leave [E4], [E5].

Each event contributes keys to an aggregate: numbers to a sum, its position to the latest event. So
three classes are enough, which differ in what they keep of the keys: their sum, their number, or
all of them in order. Of the totals 5, 9 and 5, "max" keeps [5, 5, 9]; when the event with 9 leaves,
it keeps [5, 5], and its value is 5.

`segkit.semantics.aggregates` computes the same values from all events at once; a property test
compares both.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import Any, Literal, TypeAlias, assert_never

import attrs

from segkit.history import TimedEvent
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.values import Kind, TypedValue
from segkit.semantics.aggregates import (
    ExactSum,
    distinct_keys,
    numbers_of_event,
    optional_number,
    value_of_event,
)


def _position(position: int) -> tuple[int]:
    return (position,)


@attrs.define(eq=False)
class _Distinct:
    """The number of distinct keys."""

    keys: Callable[[int], Iterable[Hashable]]
    occurrences: Counter[Hashable] = attrs.field(factory=Counter[Hashable])

    def add(self, position: int) -> None:
        self.occurrences.update(self.keys(position))

    def remove(self, position: int) -> None:
        for key in self.keys(position):
            self.occurrences[key] -= 1
            if not self.occurrences[key]:
                del self.occurrences[key]

    def value(self) -> TypedValue:
        return (Kind.NUMBER, len(self.occurrences))


@attrs.define(eq=False)
class _Extreme:
    """The value of the greatest key (*index* -1) or of the least (*index* 0)."""

    keys: Callable[[int], Iterable[Any]]
    index: Literal[-1, 0]
    value_of: Callable[[Any], TypedValue]
    ascending: list[Any] = attrs.field(factory=list[Any])

    def add(self, position: int) -> None:
        for key in self.keys(position):
            insort(self.ascending, key)

    def remove(self, position: int) -> None:
        for key in self.keys(position):
            del self.ascending[bisect_left(self.ascending, key)]

    def value(self) -> TypedValue:
        return self.value_of(self.ascending[self.index] if self.ascending else None)


@attrs.define(eq=False)
class _Total:
    """The sum or the mean of the numbers."""

    numbers: Callable[[int], Iterable[int | Decimal]]
    value_of: Callable[[ExactSum], TypedValue]
    total: ExactSum = attrs.field(factory=ExactSum)

    def add(self, position: int) -> None:
        for number in self.numbers(position):
            self.total.add(number)

    def remove(self, position: int) -> None:
        for number in self.numbers(position):
            self.total.add(number, -1)

    def value(self) -> TypedValue:
        return self.value_of(self.total)


IncrementalAggregate: TypeAlias = _Distinct | _Extreme | _Total
"""A value of the events that are present, each given by its position in order."""


def incremental_aggregate(
    leaf: EventCount | EventValue, events: list[TimedEvent]
) -> IncrementalAggregate:
    """Return the value that *leaf* compares, at first without any event.

    *events* are all events that can be added, in chronological order. A count compares their
    number.
    """
    if isinstance(leaf, EventCount):
        return _Distinct(_position)

    def numbers(position: int) -> tuple[int | Decimal, ...]:
        return numbers_of_event(leaf, events[position])

    def value_at(position: int | None) -> TypedValue:
        return value_of_event(leaf, None if position is None else events[position])

    match leaf.aggregate:
        case "latest" | "latest_at":
            return _Extreme(_position, -1, value_at)
        case "earliest" | "earliest_at":
            return _Extreme(_position, 0, value_at)
        case "max":
            return _Extreme(numbers, -1, optional_number)
        case "min":
            return _Extreme(numbers, 0, optional_number)
        case "distinct":
            return _Distinct(lambda position: distinct_keys(leaf, events[position]))
        case "sum":
            return _Total(numbers, ExactSum.sum)
        case "mean":
            return _Total(numbers, ExactSum.mean)
        case _:
            assert_never(leaf.aggregate)
