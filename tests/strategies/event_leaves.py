"""The leaves that look at events: how many, what they make together, in what order."""

from __future__ import annotations

from typing import Final, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import EventCondition
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.time_spans import Ever
from segkit.testing.strategies import EVENTS, PATHS, durations, weighted
from tests.strategies.comparisons import (
    comparisons,
    comparisons_of_events,
    comparisons_of_numbers,
    references,
)
from tests.strategies.groups import nested_in_where
from tests.strategies.windows import windows

_RANGES: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (1, None), (2, None), (0, None),
    (0, 0), (None, 0), (None, 1), (1, 1), (1, 2), (0, 2), (2, 3), (10**30, None),
)  # fmt: skip
_AGGREGATES: Final[tuple[Aggregate, ...]] = get_args(Aggregate)


@st.composite
def _properties(draw: DrawFn, *, later: bool = False) -> Property:
    """Conditions of one event; *later*, of one that is compared with the first of a sequence."""
    path, kind = draw(_PATHS)
    if later or draw(_IS_REFERENCE):
        return Property(path, draw(references(kind, first=later)))
    return Property(path, draw(_COMPARISONS[kind]))


@st.composite
def event_counts(draw: DrawFn) -> EventCount:
    """How many events there were."""
    minimum, maximum = draw(_COUNTS)
    return EventCount(draw(_NAMES), minimum, maximum, draw(_WINDOWS), draw(_WHERE))


@st.composite
def event_values(draw: DrawFn) -> EventValue:
    """What events make together, compared with what that can be."""
    aggregate = draw(st.sampled_from(_AGGREGATES))
    path, kind = draw(_PATHS)
    match aggregate:
        case "latest_at" | "earliest_at":
            path, comparison = (), draw(comparisons_of_events)
        case "latest" | "earliest":
            comparison = draw(_COMPARISONS[kind])
        case "distinct":
            comparison = draw(comparisons_of_numbers)
        case _:
            path, comparison = draw(_NUMBER_PATHS), draw(comparisons_of_numbers)
    return EventValue(draw(_NAMES), aggregate, path, comparison, draw(_WINDOWS), draw(_WHERE))


@st.composite
def sequences(draw: DrawFn) -> Sequence:
    """Events in an order, perhaps with one that must not have followed."""
    first = EventCount(draw(_NAMES), window=draw(_FIRST_WINDOW), condition=draw(_WHERE))
    steps = tuple(draw(_STEP) for _ in range(draw(_NUMBERS_OF_STEPS)))
    return Sequence(first, steps, draw(_ABSENT) if steps else draw(_STEP))


@st.composite
def _steps(draw: DrawFn) -> Step:
    return Step(EventCount(draw(_NAMES), condition=draw(_WHERE_LATER)), draw(_WITHIN))


_PATHS = st.sampled_from(PATHS)
_NUMBER_PATHS = st.sampled_from((("total",), ("total",), ("odd \ud800\n",), ("plan",)))
_COMPARISONS: Final = {kind: comparisons(kind) for _, kind in PATHS}
_IS_REFERENCE = st.sampled_from((*[False] * 6, True))
_COUNTS = st.sampled_from(_RANGES)
_NAMES = st.lists(st.sampled_from((*EVENTS[:2] * 2, EVENTS[2])), min_size=1, max_size=2).map(tuple)
_WINDOWS = windows(ahead=False)

_NO_WHERE: SearchStrategy[EventCondition | None] = st.none()
_WHERE = weighted((2, _NO_WHERE), (1, nested_in_where(_properties(), 3)))
_WHERE_LATER = weighted(
    (2, _NO_WHERE), (1, nested_in_where(_properties() | _properties(later=True), 2))
)
_WITHIN = st.none() | durations()
_FIRST_WINDOW = weighted((1, st.builds(Ever)), (1, _WINDOWS))
_STEP = _steps()
_NO_STEP: SearchStrategy[Step | None] = st.none()
_NUMBERS_OF_STEPS = st.sampled_from((1, 1, 1, 0, 2, 2))
_ABSENT = weighted((2, _NO_STEP), (1, _STEP))
