"""Random leaves: of contacts, by their class, and of one event."""

from __future__ import annotations

from functools import cache
from typing import Final, assert_never, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import EventCondition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.time_spans import Ever
from segkit.model.values import Kind
from segkit.testing.strategies import weighted
from tests.strategies.comparisons import (
    comparisons,
    comparisons_in_time,
    comparisons_of_events,
    comparisons_of_numbers,
    references,
)
from tests.strategies.groups import nested_in_where
from tests.strategies.windows import windows
from tests.strategies.world import WIDE, World

_COUNTS: Final = st.sampled_from((
    (None, None), (1, None), (2, None), (0, None), (0, 0), (None, 0), (None, 1), (1, 1), (1, 2),
    (0, 2), (2, 2), (2, 3), (10**30, None),
))  # fmt: skip
_AGGREGATES: Final = st.sampled_from(get_args(Aggregate))
_IS_REFERENCE: Final = st.sampled_from((*[False] * 6, True))
_IS_ABSENT: Final = st.sampled_from((False, False, True))
_NUMBERS_OF_STEPS: Final = st.sampled_from((1, 1, 1, 0, 2, 2))


@cache
def leaves(world: World = WIDE) -> dict[type[LeafCondition], SearchStrategy[LeafCondition]]:
    """Return the strategies for leaves of contacts by their class, to test each class alone."""
    return {
        Attribute: _attributes(world),
        EventCount: event_counts(world),
        EventValue: event_values(world),
        ListMembership: st.builds(
            ListMembership,
            st.none() | st.sampled_from(world.list_names),
            weighted((1, st.none()), (2, comparisons_in_time(world))),
        ),
        Sequence: sequences(world),
        Sample: st.builds(Sample, st.sampled_from(world.percents), st.sampled_from(world.salts)),
    }


@st.composite
def event_counts(draw: DrawFn, world: World = WIDE) -> EventCount:
    """Generate counts of events."""
    minimum, maximum = draw(_COUNTS)
    window = draw(windows(world, ahead=False))
    return EventCount(draw(_names(world)), minimum, maximum, window, draw(_where(world)))


@st.composite
def event_values(draw: DrawFn, world: World = WIDE) -> EventValue:
    """Generate aggregates of events, with a comparison that suits the aggregate."""
    aggregate = draw(_AGGREGATES)
    path, kind = draw(_paths(world))
    match aggregate:
        case "latest_at" | "earliest_at":
            path, comparison = (), draw(comparisons_of_events(world))
        case "latest" | "earliest":
            comparison = draw(comparisons(world, kind))
        case "distinct":
            comparison = draw(comparisons_of_numbers(world))
        case "sum" | "mean" | "min" | "max":
            path = draw(st.sampled_from(world.number_paths))
            comparison = draw(comparisons_of_numbers(world))
        case _:
            assert_never(aggregate)
    window = draw(windows(world, ahead=False))
    return EventValue(draw(_names(world)), aggregate, path, comparison, window, draw(_where(world)))


@st.composite
def sequences(draw: DrawFn, world: World = WIDE) -> Sequence:
    """Generate sequences of events, some with an event that must not follow."""
    window = draw(weighted((1, st.builds(Ever)), (1, windows(world, ahead=False))))
    first = EventCount(draw(_names(world)), window=window, condition=draw(_where(world)))
    steps = tuple(draw(_steps(world)) for _ in range(draw(_NUMBERS_OF_STEPS)))
    is_absent = draw(_IS_ABSENT) if steps else True
    return Sequence(first, steps, draw(_steps(world)) if is_absent else None)


@st.composite
def _steps(draw: DrawFn, world: World) -> Step:
    event = EventCount(draw(_names(world)), condition=draw(_where(world, later=True)))
    return Step(event, draw(st.none() | world.durations))


@st.composite
def _attributes(draw: DrawFn, world: World) -> Attribute:
    path, kind = draw(_paths(world))
    is_reference = draw(_IS_REFERENCE)
    return Attribute(path, draw((references if is_reference else comparisons)(world, kind)))


@st.composite
def _properties(draw: DrawFn, world: World, *, first: bool = False) -> Property:
    """Generate conditions on one event; if *first*, compared with the first event of a sequence."""
    path, kind = draw(_paths(world))
    if first or draw(_IS_REFERENCE):
        return Property(path, draw(references(world, kind, first=first)))
    return Property(path, draw(comparisons(world, kind)))


@cache
def _where(world: World, *, later: bool = False) -> SearchStrategy[EventCondition | None]:
    """Conditions in ``where``; for a *later* event of a sequence, also with the first event."""
    properties: SearchStrategy[EventCondition] = _properties(world)
    if later:
        properties |= _properties(world, first=True)
    return weighted((2, st.none()), (1, nested_in_where(properties, 2 if later else 3)))


@cache
def _paths(world: World) -> SearchStrategy[tuple[tuple[str, ...], Kind]]:
    return st.sampled_from([(path, kind) for path, kinds in world.paths for kind in kinds])


@cache
def _names(world: World) -> SearchStrategy[tuple[str, ...]]:
    names = st.sampled_from(world.event_names)
    return st.lists(names, min_size=1, max_size=2).map(tuple)
