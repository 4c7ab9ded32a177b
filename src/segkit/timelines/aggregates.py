"""Values of events that are updated as events enter and leave [E4], [E5].

`segkit.semantics.aggregates` computes the same values from all events at once; a property test
compares both.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Hashable
from decimal import Decimal
from typing import Protocol, assert_never

import attrs

from segkit.history import TimedEvent
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.values import Kind, TypedValue
from segkit.semantics.aggregates import (
    ExactSum,
    distinct_keys,
    number_of_event,
    optional_number,
    value_of_event,
)


class IncrementalAggregate(Protocol):
    """A value of the events that are present, each given by its position in order."""

    def add(self, position: int) -> None:
        """Add the event at a position."""
        ...

    def remove(self, position: int) -> None:
        """Remove the event at a position, which was added before."""
        ...

    def value(self) -> TypedValue:
        """Return the value of the events that are present."""
        ...


def incremental_aggregate(
    leaf: EventCount | EventValue, events: list[TimedEvent]
) -> IncrementalAggregate:
    """Return the value that *leaf* compares, at first without any event.

    Args:
        leaf: The leaf; a count compares the number of events.
        events: All events that can be added, in chronological order.
    """
    if isinstance(leaf, EventCount):
        return _Count()
    match leaf.aggregate:
        case "latest" | "latest_at":
            return _LastOrFirst(leaf, events, -1)
        case "earliest" | "earliest_at":
            return _LastOrFirst(leaf, events, 0)
        case "distinct":
            return _Distinct(leaf, events)
        case "sum" | "mean":
            return _SumOrMean(leaf, events)
        case "min":
            return _MinOrMax(leaf, events, 0)
        case "max":
            return _MinOrMax(leaf, events, -1)
        case _:
            assert_never(leaf.aggregate)


@attrs.define(eq=False)
class _Count:
    """The number of events."""

    count: int = 0

    def add(self, position: int) -> None:
        del position
        self.count += 1

    def remove(self, position: int) -> None:
        del position
        self.count -= 1

    def value(self) -> TypedValue:
        return (Kind.NUMBER, self.count)


@attrs.define(eq=False)
class _LastOrFirst:
    """The value of the latest event (*index* -1) or of the earliest (*index* 0)."""

    leaf: EventValue
    events: list[TimedEvent]
    index: int
    positions: list[int] = attrs.field(factory=list[int])

    def add(self, position: int) -> None:
        insort(self.positions, position)

    def remove(self, position: int) -> None:
        del self.positions[bisect_left(self.positions, position)]

    def value(self) -> TypedValue:
        timed = self.events[self.positions[self.index]] if self.positions else None
        return value_of_event(self.leaf, timed)


@attrs.define(eq=False)
class _Distinct:
    """The number of distinct values."""

    leaf: EventValue
    events: list[TimedEvent]
    occurrences: Counter[Hashable] = attrs.field(factory=Counter[Hashable])

    def add(self, position: int) -> None:
        self.occurrences.update(distinct_keys(self.leaf, self.events[position]))

    def remove(self, position: int) -> None:
        for key in distinct_keys(self.leaf, self.events[position]):
            self.occurrences[key] -= 1
            if not self.occurrences[key]:
                del self.occurrences[key]

    def value(self) -> TypedValue:
        return (Kind.NUMBER, len(self.occurrences))


@attrs.define(eq=False)
class _SumOrMean:
    """The sum or the mean of the numbers."""

    leaf: EventValue
    events: list[TimedEvent]
    total: ExactSum = attrs.field(factory=ExactSum)

    def add(self, position: int) -> None:
        number = number_of_event(self.leaf, self.events[position])
        if number is not None:
            self.total.add(number)

    def remove(self, position: int) -> None:
        number = number_of_event(self.leaf, self.events[position])
        if number is not None:
            self.total.add(number, -1)

    def value(self) -> TypedValue:
        return self.total.mean() if self.leaf.aggregate == "mean" else self.total.sum()


@attrs.define(eq=False)
class _MinOrMax:
    """The greatest number (*index* -1) or the least (*index* 0)."""

    leaf: EventValue
    events: list[TimedEvent]
    index: int
    numbers: list[int | Decimal] = attrs.field(factory=list["int | Decimal"])

    def add(self, position: int) -> None:
        number = number_of_event(self.leaf, self.events[position])
        if number is not None:
            insort(self.numbers, number)

    def remove(self, position: int) -> None:
        number = number_of_event(self.leaf, self.events[position])
        if number is not None:
            del self.numbers[bisect_left(self.numbers, number)]

    def value(self) -> TypedValue:
        return optional_number(self.numbers[self.index] if self.numbers else None)
