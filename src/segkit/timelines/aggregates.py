"""Aggregates that are updated as events enter and leave.

Each event contributes keys to an aggregate: numbers to a sum, its position to the latest event. The
aggregates differ in what they keep of the keys: their sum, their number, or all of them in order.
Of the totals 5, 9 and 5, "max" keeps [5, 5, 9]; when the event with 9 leaves, it keeps [5, 5], and
its value is 5.

`segkit.semantics.aggregates` computes the same values from all events at once; a property test
compares both [E4], [E5].
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import Any, Literal, assert_never

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


@attrs.frozen(eq=False)
class IncrementalAggregate:
    """A value of the events that are present, each given by its position in order.

    Attributes:
        keys: Returns the keys that the event at a position contributes.
        update: Adds a key, or with -1 removes an added key.
        value: Returns the value of the keys that are present.
    """

    keys: Callable[[int], Iterable[Any]]
    update: Callable[[Any, Literal[1, -1]], None]
    value: Callable[[], TypedValue]

    def change(self, position: int, sign: Literal[1, -1]) -> None:
        """Add an event, or with *sign* -1 remove an added event."""
        for key in self.keys(position):
            self.update(key, sign)


def _distinct(keys: Callable[[int], Iterable[Hashable]]) -> IncrementalAggregate:
    """Return the number of distinct keys."""
    occurrences = Counter[Hashable]()

    def update(key: Hashable, sign: Literal[1, -1]) -> None:
        occurrences[key] += sign
        if not occurrences[key]:
            del occurrences[key]

    return IncrementalAggregate(keys, update, lambda: (Kind.NUMBER, len(occurrences)))


def _extreme(
    keys: Callable[[int], Iterable[Any]],
    index: Literal[-1, 0],
    value_of: Callable[[Any], TypedValue],
) -> IncrementalAggregate:
    """Return the value of the greatest key (*index* -1) or of the least (*index* 0)."""
    ascending: list[Any] = []

    def update(key: Any, sign: Literal[1, -1]) -> None:  # noqa: ANN401
        if sign == 1:
            insort(ascending, key)
        else:
            del ascending[bisect_left(ascending, key)]

    return IncrementalAggregate(
        keys, update, lambda: value_of(ascending[index] if ascending else None)
    )


def incremental_aggregate(
    leaf: EventCount | EventValue, events: list[TimedEvent]
) -> IncrementalAggregate:
    """Return the value that *leaf* compares, at first without any event.

    *events* are all events that can be added, in chronological order. A count compares their
    number.
    """

    def itself(position: int) -> tuple[int]:
        return (position,)

    if isinstance(leaf, EventCount):
        return _distinct(itself)
    total = ExactSum()

    def numbers(position: int) -> tuple[int | Decimal, ...]:
        return numbers_of_event(leaf, events[position])

    def value_at(position: int | None) -> TypedValue:
        return value_of_event(leaf, None if position is None else events[position])

    match leaf.aggregate:
        case "latest" | "latest_at":
            return _extreme(itself, -1, value_at)
        case "earliest" | "earliest_at":
            return _extreme(itself, 0, value_at)
        case "max":
            return _extreme(numbers, -1, optional_number)
        case "min":
            return _extreme(numbers, 0, optional_number)
        case "distinct":
            return _distinct(lambda position: distinct_keys(leaf, events[position]))
        case "sum":
            return IncrementalAggregate(numbers, total.add, total.sum)
        case "mean":
            return IncrementalAggregate(numbers, total.add, total.mean)
        case _:
            assert_never(leaf.aggregate)
