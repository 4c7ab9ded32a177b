"""Values computed from several events: sums, extremes, distinct values, the latest.

`AGGREGATES` has one row for each aggregate. `segkit.timelines.aggregates` computes the same values
incrementally [E4], [E5].
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypedDict, cast

import attrs

from segkit.history import TimedEvent, event_instant
from segkit.model.event_values import EventValue
from segkit.model.values import (
    EXACT_CONTEXT,
    MAX_INTEGER_DIGITS,
    NO_VALUE,
    Kind,
    TypedValue,
    collection_members,
    equality_key,
    normalize,
)
from segkit.semantics.comparisons import get_path, normalize_for


def aggregate_events(leaf: EventValue, events: list[TimedEvent]) -> TypedValue:
    """Return the value that *leaf* compares.

    *events* are the events that count: in its window, satisfying its ``where``, and in the order in
    which they were given [E5].
    """
    return AGGREGATES[leaf.aggregate].compute(leaf, events)


def value_of_event(leaf: EventValue, timed: TimedEvent | None) -> TypedValue:
    """Return the value of the latest or earliest event for *leaf*; without an event, no value."""
    if timed is None:
        return NO_VALUE
    if not leaf.path:
        return (Kind.INSTANT, timed.at)
    return normalize_for(leaf.comparison, get_path(timed.event.properties, leaf.path))


def numbers_of_event(leaf: EventValue, timed: TimedEvent) -> tuple[int | Decimal, ...]:
    """Return the number in the property of an event; nothing for another kind."""  # [E4]
    kind, value = normalize(get_path(timed.event.properties, leaf.path))
    return (cast("int | Decimal", value),) if kind is Kind.NUMBER else ()


def distinct_keys(leaf: EventValue, timed: TimedEvent) -> Iterable[Hashable]:
    """Return a key for each scalar in the property of an event; equal scalars have equal keys."""
    typed = normalize(get_path(timed.event.properties, leaf.path))
    if typed[0] is Kind.COLLECTION:
        return map(equality_key, collection_members(typed[1]))
    return () if typed[0] in (Kind.NO_VALUE, Kind.INCOMPARABLE) else (equality_key(typed),)


def optional_number(number: int | Decimal | None) -> TypedValue:
    """Return a number as a typed value; ``None`` as no value."""
    return NO_VALUE if number is None else (Kind.NUMBER, number)


@attrs.define(eq=False)
class ExactSum:
    """An exact sum, to which numbers can be added, and from which they can be removed.

    A number with more than 400 digits after the decimal point is skipped: no float has as many, and
    an exact sum with ``Decimal("1E-999999999")`` would need a gigabyte.
    """

    _whole: int = 0
    _rest: Decimal = Decimal(0)
    _infinite: Counter[Decimal] = attrs.field(factory=Counter[Decimal])
    _count: int = 0

    @classmethod
    def of(cls, numbers: Iterable[int | Decimal]) -> ExactSum:
        """Return the sum of some numbers."""
        total = cls()
        for number in numbers:
            total.add(number)
        return total

    def add(self, number: int | Decimal, sign: Literal[1, -1] = 1) -> None:
        """Add a number, or with *sign* -1 remove an added number."""
        if isinstance(number, int):
            self._whole += sign * number
        elif not number.is_finite():
            self._infinite[number] += sign
        else:
            # Trailing zeros do not count: 1.000 is a whole number.
            shortest = EXACT_CONTEXT.normalize(number)
            if cast("int", shortest.as_tuple().exponent) < -MAX_INTEGER_DIGITS:
                return
            combine = EXACT_CONTEXT.add if sign > 0 else EXACT_CONTEXT.subtract
            self._rest = combine(self._rest, shortest)
        self._count += sign

    def sum(self) -> TypedValue:
        """Return the sum: 0 without numbers, no value with infinities of both signs."""  # [E4]
        infinite = [number for number, times in self._infinite.items() if times]
        if infinite:
            return (Kind.NUMBER, infinite[0]) if len(infinite) == 1 else NO_VALUE
        exact = EXACT_CONTEXT.add(self._rest, Decimal(self._whole)) if self._rest else self._whole
        return (Kind.NUMBER, exact)

    def mean(self) -> TypedValue:
        """Return the mean: no value without numbers or with infinities of both signs."""  # [E4]
        kind, total = self.sum()
        if not self._count or kind is not Kind.NUMBER:
            return NO_VALUE
        number = cast("int | Decimal", total)
        if isinstance(number, Decimal) and not number.is_finite():
            return (Kind.NUMBER, number)
        return (Kind.NUMBER, Fraction(number) / self._count)


def _count_distinct(leaf: EventValue, events: list[TimedEvent]) -> TypedValue:
    return (Kind.NUMBER, len({key for timed in events for key in distinct_keys(leaf, timed)}))


def picked_event(leaf: EventValue, events: list[TimedEvent]) -> TimedEvent | None:
    """Return the latest or earliest event; ``None`` without one, and for values of all events."""
    picks = AGGREGATES[leaf.aggregate].picks
    if picks == "earliest":
        return min(events, key=event_instant, default=None)
    # Of equal instants max() returns the first, and the last given is needed [E5].
    return max(reversed(events), key=event_instant, default=None) if picks else None


def _of_picked_event(leaf: EventValue, events: list[TimedEvent]) -> TypedValue:
    return value_of_event(leaf, picked_event(leaf, events))


@attrs.frozen(kw_only=True)
class AggregateRow:
    """How one aggregate is computed, and its properties.

    Attributes:
        compute: The function of `aggregate_events`.
        skipped_kinds: The kinds of a property's value that the aggregate skips [E4].
        picks: Which one event the value is of; ``None`` if the value is of all events.
        trend: How the value can change when an event is added: ``"up"`` if it never falls,
            ``"down"`` if it never rises, ``None`` if it can do both.
    """

    compute: Callable[[EventValue, list[TimedEvent]], TypedValue]
    skipped_kinds: frozenset[Kind] = frozenset()
    picks: Literal["latest", "earliest"] | None = None
    trend: Literal["up", "down"] | None = None


class AggregateTable(TypedDict):
    """One row for each member of `Aggregate`; the type checkers report a member without a row."""

    sum: AggregateRow
    mean: AggregateRow
    min: AggregateRow
    max: AggregateRow
    distinct: AggregateRow
    latest: AggregateRow
    earliest: AggregateRow
    latest_at: AggregateRow
    earliest_at: AggregateRow


def _of_numbers(
    compute: Callable[[list[int | Decimal]], TypedValue],
    trend: Literal["up", "down"] | None = None,
) -> AggregateRow:
    """Return the row of an aggregate of the numbers in a property, computed by *compute*."""

    def of_events(leaf: EventValue, events: list[TimedEvent]) -> TypedValue:
        return compute([number for timed in events for number in numbers_of_event(leaf, timed)])

    skipped = frozenset(Kind) - {Kind.NUMBER}
    return AggregateRow(compute=of_events, skipped_kinds=skipped, trend=trend)


AGGREGATES: Final[AggregateTable] = {
    "sum": _of_numbers(lambda numbers: ExactSum.of(numbers).sum()),
    "mean": _of_numbers(lambda numbers: ExactSum.of(numbers).mean()),
    "min": _of_numbers(lambda numbers: optional_number(min(numbers, default=None)), trend="down"),
    "max": _of_numbers(lambda numbers: optional_number(max(numbers, default=None)), trend="up"),
    "distinct": AggregateRow(
        compute=_count_distinct,
        skipped_kinds=frozenset({Kind.NO_VALUE, Kind.INCOMPARABLE}),
        trend="up",
    ),
    "latest": AggregateRow(compute=_of_picked_event, picks="latest"),
    "earliest": AggregateRow(compute=_of_picked_event, picks="earliest"),
    "latest_at": AggregateRow(compute=_of_picked_event, picks="latest"),
    "earliest_at": AggregateRow(compute=_of_picked_event, picks="earliest"),
}
