"""What events make together: exact sums, extremes, distinct values, the latest [E4], [E5]."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never, cast

from segkit.history import TimedEvent
from segkit.leaves.comparing import look_up, value_at
from segkit.model.event_values import EventValue
from segkit.model.values import EXACT, LONGEST_NUMBER, Kind, Reading, members, read, same

__all__ = ["aggregated"]

_NOTHING: Final[Reading] = (Kind.NO_VALUE, None)


def aggregated(leaf: EventValue, events: list[TimedEvent]) -> Reading:
    """The value *leaf* compares, made of the events that count, in the order given."""
    match leaf.aggregate:
        case "latest_at" | "latest":
            # Not max(), which keeps the first of equal instants [E5].
            found = max(reversed(events), key=_instant, default=None)
            return _of_one(leaf, found)
        case "earliest_at" | "earliest":
            return _of_one(leaf, min(events, key=_instant, default=None))
        case "distinct":
            return (Kind.NUMBER, len(set(map(same, _scalars(leaf, events)))))
        case "sum":
            return _sum(_addable(_numbers(leaf, events)))
        case "mean":
            return _mean(_addable(_numbers(leaf, events)))
        case "min":
            return _extreme(min(_numbers(leaf, events), default=None))
        case "max":
            return _extreme(max(_numbers(leaf, events), default=None))
        case _:
            assert_never(leaf.aggregate)


def _instant(timed: TimedEvent) -> datetime:
    return timed[0]


def _of_one(leaf: EventValue, timed: TimedEvent | None) -> Reading:
    if timed is None:
        return _NOTHING
    at, _, event = timed
    if not leaf.path:
        return (Kind.INSTANT, at)
    return look_up(leaf.comparison, event.properties, leaf.path)


def _readings(leaf: EventValue, events: list[TimedEvent]) -> Iterable[Reading]:
    return (read(value_at(event.properties, leaf.path)) for _, _, event in events)


def _numbers(leaf: EventValue, events: list[TimedEvent]) -> list[int | Decimal]:
    """The property's numbers; the rest is skipped."""
    return [
        cast("int | Decimal", value)
        for kind, value in _readings(leaf, events)
        if kind is Kind.NUMBER
    ]


def _scalars(leaf: EventValue, events: list[TimedEvent]) -> Iterable[Reading]:
    for reading in _readings(leaf, events):
        if reading[0] is Kind.COLLECTION:
            yield from members(reading[1])
        elif reading[0] not in (Kind.NO_VALUE, Kind.NO_KIND):
            yield reading


def _extreme(number: int | Decimal | None) -> Reading:
    return _NOTHING if number is None else (Kind.NUMBER, number)


def _addable(numbers: list[int | Decimal]) -> list[int | Decimal]:
    """The numbers with at most 400 digits behind the point, so that a sum can be written out.

    No float has more; an exact sum with ``Decimal("1E-999999999")`` would need a gigabyte.
    """
    return [number for number in numbers if isinstance(number, int) or _is_writable(number)]


def _is_writable(number: Decimal) -> bool:
    if not number.is_finite():
        return True
    # Without the zeros at its end: 1.000 is a whole number.
    return cast("int", EXACT.normalize(number).as_tuple().exponent) >= -LONGEST_NUMBER


def _sum(numbers: list[int | Decimal]) -> Reading:
    whole, rest, infinite = 0, Decimal(0), set[Decimal]()
    for number in numbers:
        if isinstance(number, int):
            whole += number
        elif not number.is_finite():
            infinite.add(number)
        else:
            rest = EXACT.add(rest, number)
    if infinite:
        return (Kind.NUMBER, infinite.pop()) if len(infinite) == 1 else _NOTHING
    return (Kind.NUMBER, EXACT.add(rest, Decimal(whole)) if rest else whole)


def _mean(numbers: list[int | Decimal]) -> Reading:
    kind, total = _sum(numbers)
    if not numbers or kind is not Kind.NUMBER:
        return _NOTHING
    number = cast("int | Decimal", total)
    if isinstance(number, Decimal) and not number.is_finite():
        return (Kind.NUMBER, number)
    return (Kind.NUMBER, Fraction(number) / len(numbers))
