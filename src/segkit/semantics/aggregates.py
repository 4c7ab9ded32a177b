"""What events make together: exact sums, extremes, distinct values, the latest [E4], [E5]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, assert_never, cast

import attrs

from segkit.history import TimedEvent, event_instant
from segkit.model.event_values import EventValue
from segkit.model.values import (
    EXACT_CONTEXT,
    MAX_INTEGER_DIGITS,
    Kind,
    TypedValue,
    collection_members,
    equality_key,
    normalize,
)
from segkit.semantics.comparisons import get_path, read_path

_NOTHING: Final[TypedValue] = (Kind.NO_VALUE, None)


def aggregate_events(leaf: EventValue, events: list[TimedEvent]) -> TypedValue:
    """The value *leaf* compares, made of the events that count, in the order given."""
    match leaf.aggregate:
        case "latest_at" | "latest":
            # Not max(), which keeps the first of equal instants [E5].
            found = max(reversed(events), key=event_instant, default=None)
            return value_of_event(leaf, found)
        case "earliest_at" | "earliest":
            return value_of_event(leaf, min(events, key=event_instant, default=None))
        case "distinct":
            return (Kind.NUMBER, len({each for one in events for each in distinct_keys(leaf, one)}))
        case "sum":
            return ExactSum.of(_numbers(leaf, events)).sum()
        case "mean":
            return ExactSum.of(_numbers(leaf, events)).mean()
        case "min":
            return optional_number(min(_numbers(leaf, events), default=None))
        case "max":
            return optional_number(max(_numbers(leaf, events), default=None))
        case _:
            assert_never(leaf.aggregate)


def value_of_event(leaf: EventValue, timed: TimedEvent | None) -> TypedValue:
    """What *leaf* compares of the latest event, or of the earliest; of none, no value."""
    if timed is None:
        return _NOTHING
    at, _, event = timed
    if not leaf.path:
        return (Kind.INSTANT, at)
    return read_path(leaf.comparison, event.properties, leaf.path)


def number_of_event(leaf: EventValue, timed: TimedEvent) -> int | Decimal | None:
    """The number an event holds; ``None`` if it holds something else, which is skipped."""
    kind, value = normalize(get_path(timed[-1].properties, leaf.path))
    return cast("int | Decimal", value) if kind is Kind.NUMBER else None


def _numbers(leaf: EventValue, events: list[TimedEvent]) -> list[int | Decimal]:
    found = (number_of_event(leaf, timed) for timed in events)
    return [number for number in found if number is not None]


def distinct_keys(leaf: EventValue, timed: TimedEvent) -> Iterable[Hashable]:
    """What tells apart the scalars an event holds: one, or the members of a collection."""
    reading = normalize(get_path(timed[-1].properties, leaf.path))
    if reading[0] is Kind.COLLECTION:
        return map(equality_key, collection_members(reading[1]))
    return () if reading[0] in (Kind.NO_VALUE, Kind.INCOMPARABLE) else (equality_key(reading),)


def optional_number(number: int | Decimal | None) -> TypedValue:
    """The least number or the greatest; of none, no value."""
    return _NOTHING if number is None else (Kind.NUMBER, number)


@attrs.define(eq=False)
class ExactSum:
    """An exact sum that numbers can be added to, and taken out of again.

    A number with more than 400 digits behind the point is left out, so that the sum can be written
    out: no float has as many, and an exact sum with ``Decimal("1E-999999999")`` would need a
    gigabyte.
    """

    _whole: int = 0
    _rest: Decimal = Decimal(0)
    _infinite: Counter[Decimal] = attrs.field(factory=Counter[Decimal])
    _count: int = 0

    @classmethod
    def of(cls, numbers: Iterable[int | Decimal]) -> ExactSum:
        """The total of some numbers."""
        total = cls()
        for number in numbers:
            total.add(number)
        return total

    def add(self, number: int | Decimal, sign: Literal[1, -1] = 1) -> None:
        """Add a number, or with *sign* -1 take out one that was added."""
        if isinstance(number, int):
            self._whole += sign * number
        elif not number.is_finite():
            self._infinite[number] += sign
        elif _is_writable(number):
            self._rest = (EXACT_CONTEXT.add if sign > 0 else EXACT_CONTEXT.subtract)(
                self._rest, number
            )
        else:
            return
        self._count += sign

    def sum(self) -> TypedValue:
        """The sum; of nothing 0, of infinities of both signs no value [E4]."""
        infinite = [number for number, times in self._infinite.items() if times]
        if infinite:
            return (Kind.NUMBER, infinite[0]) if len(infinite) == 1 else _NOTHING
        exact = EXACT_CONTEXT.add(self._rest, Decimal(self._whole)) if self._rest else self._whole
        return (Kind.NUMBER, exact)

    def mean(self) -> TypedValue:
        """The mean; of nothing no value [E4]."""
        kind, total = self.sum()
        if not self._count or kind is not Kind.NUMBER:
            return _NOTHING
        number = cast("int | Decimal", total)
        if isinstance(number, Decimal) and not number.is_finite():
            return (Kind.NUMBER, number)
        return (Kind.NUMBER, Fraction(number) / self._count)


def _is_writable(number: Decimal) -> bool:
    # Without the zeros at its end: 1.000 is a whole number.
    return cast("int", EXACT_CONTEXT.normalize(number).as_tuple().exponent) >= -MAX_INTEGER_DIGITS
