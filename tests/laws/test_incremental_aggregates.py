"""An aggregate that is updated event by event equals the aggregate of all present events."""

from __future__ import annotations

from datetime import UTC
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from segkit import Comparison, Event, EventCount, EventValue
from segkit.history import TimedEvent
from segkit.model.event_values import Aggregate
from segkit.model.values import Kind, TypedValue
from segkit.semantics.aggregates import aggregate_events
from segkit.testing import events, values
from segkit.timelines.aggregates import incremental_aggregate

AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
PATHS = st.sampled_from((("total",), ("total",), ("tags",), ("plan",), ("address", "zip")))
NUMBERS = st.one_of(
    st.sampled_from((0.1, 0.2, 9.99, 1, 1.0, -0.0, float("inf"), float("-inf"), 10**30, 5e-324)),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=None),
)


def value_of(aggregate: Aggregate, path: tuple[str, ...]) -> EventValue:
    """Build an aggregate; the tests do not use its comparison."""
    if aggregate in ("latest_at", "earliest_at"):
        return EventValue(("order",), aggregate, (), Comparison("is_set"))
    return EventValue(("order",), aggregate, path, Comparison("is_set"))


def timed(given_events: list[Event[str]]) -> list[TimedEvent]:
    """Return the events in the order of their instants; equal instants keep their order [E5]."""
    timed_events = [
        TimedEvent(event.at.astimezone(UTC), event.name, event) for event in given_events
    ]
    return sorted(timed_events, key=lambda timed_event: timed_event[0])


def is_same(one: TypedValue, other: TypedValue) -> bool:
    """Return whether two values are the same; an incomparable object is never compared [V1]."""
    return one[0] is other[0] and (
        one[1] is other[1] or (one[0] is not Kind.INCOMPARABLE and one[1] == other[1])
    )


def check(leaf: EventCount | EventValue, given_events: list[TimedEvent], draw: DataObject) -> None:
    """After each added or removed event, the value is the aggregate of the present events."""
    incremental = incremental_aggregate(leaf, given_events)
    present: set[int] = set()
    indexes: SearchStrategy[list[int]] = (
        st.lists(st.integers(0, len(given_events) - 1), max_size=12)
        if given_events
        else st.just([])
    )
    for index in [*draw.draw(indexes), None]:
        present_events = [given_events[position] for position in sorted(present)]
        if isinstance(leaf, EventCount):
            assert incremental.value() == (Kind.NUMBER, len(present_events))
        else:
            assert is_same(incremental.value(), aggregate_events(leaf, present_events))
        if index is None:
            break
        incremental.change(index, -1 if index in present else 1)
        present ^= {index}


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(PATHS, st.lists(events(), max_size=6), st.data())
def test_an_incremental_aggregate_is_the_aggregate_of_the_present_events(
    aggregate: Aggregate, path: tuple[str, ...], given_events: list[Event[str]], data: DataObject
) -> None:
    """[E4], [E5] Events are added and removed in random order."""
    check(value_of(aggregate, path), timed(given_events), data)


@pytest.mark.parametrize("aggregate", ["sum", "mean", "min", "max", "distinct"])
@given(st.lists(NUMBERS | values(), max_size=6), events(), st.data())
def test_removed_numbers_do_not_change_an_aggregate(
    aggregate: Aggregate, numbers: list[object], event: Event[str], data: DataObject
) -> None:
    """[E4] Sums are exact: infinities, huge and tiny numbers, and values that are not numbers."""
    given_events = [Event("c1", "order", event.at, {"total": number}) for number in numbers]
    check(value_of(aggregate, ("total",)), timed(given_events), data)


@given(st.lists(events(), max_size=6), st.data())
def test_an_incremental_count_is_the_number_of_present_events(
    given_events: list[Event[str]], data: DataObject
) -> None:
    """[E1] The count is updated event by event."""
    check(EventCount(("order",)), timed(given_events), data)
