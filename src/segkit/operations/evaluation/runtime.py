"""Functions and classes that generated code uses at run time.

Generated code contains the differences between conditions. The operations that are the same in all
of them are functions here, and `RUNTIME` gives their names in the source. For example,
``did("order").sum("total") >= 100`` becomes a call of `aggregate_satisfies` ::

    aggregate_satisfies(k0, events.between(k1, first_0, last_0), None, context)
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final, cast

import attrs

from segkit.clock import EvaluationContext, anniversary_days, covered_days
from segkit.errors import raise_unless_repeated
from segkit.history import (
    Facts,
    History,
    TimedEvent,
    check_iterable,
    split_usable,
)
from segkit.model.event_values import EventValue
from segkit.model.facts import NOT_GIVEN, Contact, Event, EventLike
from segkit.model.time_spans import Window
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import get_path, satisfies, value_satisfies
from segkit.semantics.observations import (
    EventSubject,
    event_leaf_is_true,
    leaf_is_true,
    memberships,
)

# --- attributes, properties and lists of a host's own objects -------------------------------------


@attrs.define(eq=False)
class HostMapping:
    """Reads the attributes or properties of a host's object as the reference does."""  # [K6]

    _mapping: object

    def get(self, name: str) -> object:
        """Return the value of *name*, or ``None``."""
        return get_path(self._mapping, (name,))


@attrs.define(eq=False)
class HostLists:
    """Reads the lists of a host's contact as the reference does."""  # [L1]

    _lists: object

    def __contains__(self, name: str) -> bool:
        return name in memberships(self._lists, name)

    def __len__(self) -> int:
        return len(memberships(self._lists, None))

    def get(self, name: str) -> object:
        """Return the normalized time at which the contact joined, or ``None``."""
        return memberships(self._lists, name).get(name, (None, None))[1]


# --- windows and events ---------------------------------------------------------------------------


def window_bounds(
    window_of_events: tuple[Window, bool], context: EvaluationContext
) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a window, both included; events end now."""  # [T1]
    window, of_events = window_of_events
    first, last = context.window_interval(window).first_and_last()
    return first, min(last, context.now) if of_events else last


def as_list(events: Iterable[EventLike]) -> list[EventLike]:
    """Return *events* as a list, which can be read twice; refuse what is not iterable."""
    return cast("list[EventLike]", events) if type(events) is list else list(check_iterable(events))


@attrs.define(eq=False)
class UsableEvent:
    """An event of a host application: its UTC instant, its name, and its own properties."""

    at: datetime
    name: str
    properties: object


def usable_event(event: EventLike) -> UsableEvent | None:
    """Return a host's event as generated code reads it; ``None`` if it cannot count."""  # [K2]
    usable, _ = split_usable([event])
    return UsableEvent(usable[0].at, usable[0].name, event.properties) if usable else None


def ids_are_unique(events: list[EventLike]) -> bool:
    """Return whether no two of the events have the same id."""  # [E3]
    ids = {event.id for event in events}
    if len(ids) == len(events) or ids == {None}:
        return True
    return len(ids - {None}) == sum(event.id is not None for event in events)


def count_between(instants: list[datetime] | None, first: datetime, last: datetime) -> int:
    """Return how many of the sorted *instants* are between two instants, both included."""
    if not instants or first > last:
        return 0
    return bisect_right(instants, last) - bisect_left(instants, first)


def at_least_satisfy(
    events: list[TimedEvent], where: Callable[[EventLike], bool], number: int
) -> bool:
    """Return whether *number* of the events, 1 or more, satisfy *where*."""
    if len(events) < number:
        return False
    for _, _, event in events:
        if where(event):
            number -= 1
            if not number:
                return True
    return False


# --- aggregates -----------------------------------------------------------------------------------


def aggregate_satisfies(
    leaf: EventValue,
    events: list[TimedEvent],
    where: Callable[[EventLike], bool] | None,
    context: EvaluationContext,
) -> bool:
    """Return whether the aggregate of *events* satisfies *leaf*.

    The events have the names of the leaf and are in its window. Only the events that satisfy
    *where* count; without it every event counts.
    """
    if where is not None:
        events = [timed for timed in events if where(timed.event)]
    if leaf.aggregate == "sum":
        verdict = decide_sum_by_floats(leaf, events)
        if verdict is not None:
            return verdict
    return satisfies(leaf.comparison, aggregate_events(leaf, events), context)


_FLOAT_OPERATORS: Final = frozenset({"<", "<=", ">", ">="})

_RELATIVE_ERROR: Final = 2.0**-52
"""Twice the largest relative difference between a float and the decimal that it prints as."""

_MAX_MAGNITUDE: Final = 2.0**1000
"""Far enough below the largest float that no sum overflows."""

_MIN_ERROR: Final = 2.0**-1000
"""More than the error of the smallest floats, which print as decimals that are far from them."""


def decide_sum_by_floats(leaf: EventValue, events: list[TimedEvent]) -> bool | None:
    """Return whether the sum satisfies *leaf*; ``None`` if floats cannot decide.

    Floats are added instead of exact numbers, and decide only if the result differs from the limit
    by more than the largest possible error: 101.5 is certainly at least 100, while 0.1 + 0.2,
    which is 0.30000000000000004 in floats, may be more than 0.3 or not [E4].

    The error: a float means the decimal that it prints as [K1], which is within half a unit in the
    last place of the float, and `math.fsum` rounds once. So the error of the sum is at most the sum
    of the magnitudes times 2**-53, and half a unit of the result; the bound used here is more than
    twice that.
    """
    operator = leaf.comparison.operator
    if operator not in _FLOAT_OPERATORS:
        return None
    path = leaf.path
    numbers: list[float] = []
    for _, _, event in events:
        properties: object = event.properties
        if type(properties) is not dict:
            return None
        mapping = cast("dict[str, object]", properties)
        try:
            value = mapping.get(path[0]) if len(path) == 1 else get_path(mapping, path)
        except Exception as error:  # noqa: BLE001 - keys of the host's may raise from __eq__ [V1]
            raise_unless_repeated(error, partial(mapping.get, path[0]))
            return None
        if type(value) is float or type(value) is int:
            numbers.append(value)  # An int is rounded by fsum, to within the same bound.
        elif value is not None and type(value) is not str:
            return None
    try:
        total = math.fsum(numbers)
        magnitude = math.fsum(map(abs, numbers))
        limit = float(cast("int", leaf.comparison.typed_operands[0][1]))
    except (OverflowError, ValueError):
        return None
    # `not <` instead of `>=` refuses NaN as well.
    if not magnitude < _MAX_MAGNITUDE or not abs(limit) < _MAX_MAGNITUDE:
        return None
    max_error = (magnitude + abs(limit)) * _RELATIVE_ERROR * 2 + _MIN_ERROR
    if total > limit + max_error:
        return operator in (">", ">=")
    if total < limit - max_error:
        return operator in ("<", "<=")
    return None


RUNTIME: Final[Mapping[str, Any]] = {
    "Contact": Contact,
    "Event": Event,
    "EventSubject": EventSubject,
    "Facts": Facts,
    "History": History,
    "HostLists": HostLists,
    "HostMapping": HostMapping,
    "NOT_GIVEN": NOT_GIVEN,
    "UTC": UTC,
    "aggregate_satisfies": aggregate_satisfies,
    "anniversary_days": anniversary_days,
    "as_list": as_list,
    "at_least_satisfy": at_least_satisfy,
    "count_between": count_between,
    "covered_days": covered_days,
    "date": date,
    "datetime": datetime,
    "event_leaf_is_true": event_leaf_is_true,
    "get_path": get_path,
    "ids_are_unique": ids_are_unique,
    "leaf_is_true": leaf_is_true,
    "timed_event": partial(
        cast("Any", tuple).__new__, TimedEvent
    ),  # half of the time of TimedEvent()
    "usable_event": usable_event,
    "value_satisfies": value_satisfies,
    "window_bounds": window_bounds,
}
"""The names that generated code may use besides its own constants and Python's builtins."""
