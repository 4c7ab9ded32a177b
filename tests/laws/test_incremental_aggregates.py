"""Values that are kept up as events come and go are those that all events at once make."""

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
    """Build what is compared; with what does not matter here."""
    if aggregate in ("latest_at", "earliest_at"):
        return EventValue(("order",), aggregate, (), Comparison("is_set"))
    return EventValue(("order",), aggregate, path, Comparison("is_set"))


def timed(several: list[Event[str]]) -> list[TimedEvent]:
    """Events in the order of their instants; those of one instant as given [E5]."""
    found = [TimedEvent(each.at.astimezone(UTC), each.name, each) for each in several]
    return sorted(found, key=lambda one: one[0])


def is_same(one: TypedValue, other: TypedValue) -> bool:
    """Whether two readings are of one value; a foreign object is never asked [V1]."""
    return one[0] is other[0] and (
        one[1] is other[1] or (one[0] is not Kind.INCOMPARABLE and one[1] == other[1])
    )


def check(leaf: EventCount | EventValue, several: list[TimedEvent], draw: DataObject) -> None:
    """After each event that has come or gone, the value is that of those who are there."""
    kept = incremental_aggregate(leaf, several)
    present: set[int] = set()
    places: SearchStrategy[list[int]] = (
        st.lists(st.integers(0, len(several) - 1), max_size=12) if several else st.just([])
    )
    for place in [*draw.draw(places), None]:
        there = [several[each] for each in sorted(present)]
        if isinstance(leaf, EventCount):
            assert kept.value() == (Kind.NUMBER, len(there))
        else:
            assert is_same(kept.value(), aggregate_events(leaf, there))
        if place is None:
            break
        kept.change(place, -1 if place in present else 1)
        present ^= {place}


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(PATHS, st.lists(events(), max_size=6), st.data())
def test_a_value_that_is_kept_up_is_the_value_of_those_that_are_there(
    aggregate: Aggregate, path: tuple[str, ...], several: list[Event[str]], data: DataObject
) -> None:
    """[E4], [E5] Whatever comes and goes, in whatever order."""
    check(value_of(aggregate, path), timed(several), data)


@pytest.mark.parametrize("aggregate", ["sum", "mean", "min", "max", "distinct"])
@given(st.lists(NUMBERS | values(), max_size=6), events(), st.data())
def test_numbers_that_are_gone_leave_nothing_behind(
    aggregate: Aggregate, numbers: list[object], event: Event[str], data: DataObject
) -> None:
    """[E4] Exactly: infinities, huge numbers and tiny ones, and what is no number at all."""
    several = [Event("c1", "order", event.at, {"total": number}) for number in numbers]
    check(value_of(aggregate, ("total",)), timed(several), data)


@given(st.lists(events(), max_size=6), st.data())
def test_a_number_of_events_that_is_kept_up_is_their_number(
    several: list[Event[str]], data: DataObject
) -> None:
    """[E1]."""
    check(EventCount(("order",)), timed(several), data)
