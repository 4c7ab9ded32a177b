"""Values of events, by floats where these are certain to decide as exact numbers would [E4].

What generated source calls: the parts of a test that are better said once than written out.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from segkit.clock import EvaluationContext
from segkit.history import NOT_GIVEN, Facts, History, TimedEvent, check_iterable
from segkit.model.event_values import EventValue
from segkit.model.facts import Contact, Event, EventLike
from segkit.model.values import Kind
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import get_path, satisfies, value_satisfies
from segkit.semantics.observations import (
    EventSubject,
    event_leaf_is_true,
    leaf_is_true,
    memberships,
)

_ORDER: Final = frozenset({"<", "<=", ">", ">="})

_ROUNDING: Final = 2.0**-52
"""Twice the most by which a float differs from the decimal it prints as, relative to itself."""

_LARGEST: Final = 2.0**1000
"""Far enough from the largest float that no sum here overflows unnoticed."""

_SMALLEST: Final = 2.0**-1000
"""More than the smallest floats together, which print as decimals far from them, may be off."""


def value_holds(leaf: EventValue, events: list[TimedEvent], context: EvaluationContext) -> bool:
    """Whether the value made of *events*, all of them counting, satisfies *leaf*."""
    if leaf.aggregate == "sum":
        decided = decide_sum_by_floats(leaf, events)
        if decided is not None:
            return decided
    return satisfies(leaf.comparison, aggregate_events(leaf, events), context)


def decide_sum_by_floats(leaf: EventValue, events: list[TimedEvent]) -> bool | None:
    """Whether the sum satisfies *leaf*, if floats suffice to say it; ``None`` if they do not.

    A float stands for the decimal it prints as [K1], which lies within half a unit in its last
    place. `math.fsum` rounds once. So the exact sum lies within the sum of the magnitudes times
    2**-53, and half a unit of the result; the bound used is more than twice that.
    """
    word = leaf.comparison.operator
    if word not in _ORDER or len(leaf.comparison.typed_operands) != 1:
        return None
    kind, operand = leaf.comparison.typed_operands[0]
    path = leaf.path
    numbers: list[float] = []
    for _, _, event in events:
        properties: object = event.properties
        if type(properties) is not dict:
            return None
        known = cast("dict[str, object]", properties)
        value = known.get(path[0]) if len(path) == 1 else get_path(known, path)
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


class UseReferenceError(Exception):
    """Raised where the fast path meets what only the reference can judge, or refuse."""


def _materialized(events: Iterable[EventLike]) -> History | list[EventLike]:
    """*events* in a form that can be read twice.

    Raises:
        FactsError: If they are no iterable.
    """
    if type(events) is History or type(events) is list:
        return cast("History | list[EventLike]", events)
    return list(check_iterable(events))


def _ids_are_unique(events: list[EventLike]) -> bool:
    """Whether no two of the events have one id [E3]."""
    ids = {event.id for event in events}
    if len(ids) == len(events) or ids == {None}:
        return True
    return len(ids - {None}) == sum(event.id is not None for event in events)


def _counted(instants: list[datetime] | None, first: datetime, last: datetime) -> int:
    """How many of *instants* lie between two, both included."""
    if not instants or first > last:
        return 0
    return bisect_right(instants, last) - bisect_left(instants, first)


def _reaches(events: list[TimedEvent], where: Callable[[EventLike], bool], number: int) -> bool:
    """Whether *number* of the events, 1 or more, satisfy *where*."""
    if len(events) < number:
        return False
    for _, _, event in events:
        if where(event):
            number -= 1
            if not number:
                return True
    return False


def _value(
    leaf: EventValue,
    events: list[TimedEvent],
    where: Callable[[EventLike], bool] | None,
    context: EvaluationContext,
) -> bool:
    if where is not None:
        events = [timed for timed in events if where(timed[-1])]
    return value_holds(leaf, events, context)


class _HostMapping:
    """A mapping of the host's, which may be none at all, looked up as the reference does [K6]."""

    __slots__ = ("_mapping",)

    def __init__(self, mapping: object) -> None:
        self._mapping = mapping

    def get(self, name: str) -> object:
        return get_path(self._mapping, (name,))


class _HostLists:
    """The lists of a host's contact, looked up as the reference does."""

    __slots__ = ("_lists",)

    def __init__(self, lists: object) -> None:
        self._lists = lists

    def __contains__(self, name: str) -> bool:
        return name in memberships(self._lists, name)

    def __len__(self) -> int:
        return len(memberships(self._lists, None))

    def get(self, name: str) -> object:
        """When it joined, in comparable form."""
        return memberships(self._lists, name).get(name, (None, None))[1]


RUNTIME: Final[Mapping[str, Any]] = {
    "Contact": Contact,
    "Doubt": UseReferenceError,
    "Event": Event,
    "Facts": Facts,
    "History": History,
    "Known": _HostMapping,
    "EventSubject": EventSubject,
    "UTC": UTC,
    "all_count": _ids_are_unique,
    "compared": value_satisfies,
    "counted": _counted,
    "date": date,
    "datetime": datetime,
    "event_leaf_is_true": event_leaf_is_true,
    "leaf_is_true": leaf_is_true,
    "Lists": _HostLists,
    "no_events": NOT_GIVEN,
    "reaches": _reaches,
    "settled": _materialized,
    "value_at": get_path,
    "value_holds": _value,
}
"""The names generated source may use besides its own."""
