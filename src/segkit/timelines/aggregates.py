"""Values of events that are kept up as one after the other comes and goes [E4], [E5].

What `segkit.semantics.aggregates` makes of all events at once is made here of those before and the
one that changes; a property test holds the two together.
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
    """A value of some events, told by their places in order."""

    def add(self, place: int) -> None:
        """The event at that place has come."""
        ...

    def remove(self, place: int) -> None:
        """The event at that place, which had come, is gone."""
        ...

    def reading(self) -> TypedValue:
        """The value of those that are there."""
        ...


def incremental_aggregate(
    leaf: EventCount | EventValue, events: list[TimedEvent]
) -> IncrementalAggregate:
    """What *leaf* compares, of none of the *events* to begin with; they are in order."""
    if isinstance(leaf, EventCount):
        return _Number()
    match leaf.aggregate:
        case "latest" | "latest_at":
            return _LastOrFirst(leaf, events, -1)
        case "earliest" | "earliest_at":
            return _LastOrFirst(leaf, events, 0)
        case "distinct":
            return _Distinct(leaf, events)
        case "sum" | "mean":
            return _Total(leaf, events)
        case "min":
            return _Extreme(leaf, events, 0)
        case "max":
            return _Extreme(leaf, events, -1)
        case _:
            assert_never(leaf.aggregate)


@attrs.define(eq=False)
class _Number:
    """How many there are."""

    number: int = 0

    def add(self, place: int) -> None:
        del place
        self.number += 1

    def remove(self, place: int) -> None:
        del place
        self.number -= 1

    def reading(self) -> TypedValue:
        return (Kind.NUMBER, self.number)


@attrs.define(eq=False)
class _LastOrFirst:
    """What the last of them holds, or the first."""

    leaf: EventValue
    events: list[TimedEvent]
    end: int
    places: list[int] = attrs.field(factory=list[int])

    def add(self, place: int) -> None:
        insort(self.places, place)

    def remove(self, place: int) -> None:
        del self.places[bisect_left(self.places, place)]

    def reading(self) -> TypedValue:
        found = self.events[self.places[self.end]] if self.places else None
        return value_of_event(self.leaf, found)


@attrs.define(eq=False)
class _Distinct:
    """How many different values they hold."""

    leaf: EventValue
    events: list[TimedEvent]
    times: Counter[Hashable] = attrs.field(factory=Counter[Hashable])

    def add(self, place: int) -> None:
        self.times.update(distinct_keys(self.leaf, self.events[place]))

    def remove(self, place: int) -> None:
        for scalar in distinct_keys(self.leaf, self.events[place]):
            self.times[scalar] -= 1
            if not self.times[scalar]:
                del self.times[scalar]

    def reading(self) -> TypedValue:
        return (Kind.NUMBER, len(self.times))


@attrs.define(eq=False)
class _Total:
    """The sum of their numbers, or the mean."""

    leaf: EventValue
    events: list[TimedEvent]
    total: ExactSum = attrs.field(factory=ExactSum)

    def add(self, place: int) -> None:
        number = number_of_event(self.leaf, self.events[place])
        if number is not None:
            self.total.add(number)

    def remove(self, place: int) -> None:
        number = number_of_event(self.leaf, self.events[place])
        if number is not None:
            self.total.add(number, -1)

    def reading(self) -> TypedValue:
        return self.total.mean() if self.leaf.aggregate == "mean" else self.total.sum()


@attrs.define(eq=False)
class _Extreme:
    """The least of their numbers, or the greatest."""

    leaf: EventValue
    events: list[TimedEvent]
    end: int
    numbers: list[int | Decimal] = attrs.field(factory=list["int | Decimal"])

    def add(self, place: int) -> None:
        number = number_of_event(self.leaf, self.events[place])
        if number is not None:
            insort(self.numbers, number)

    def remove(self, place: int) -> None:
        number = number_of_event(self.leaf, self.events[place])
        if number is not None:
            del self.numbers[bisect_left(self.numbers, number)]

    def reading(self) -> TypedValue:
        return optional_number(self.numbers[self.end] if self.numbers else None)
