"""Conditions of every kind, for the small world."""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec
from typing import Final, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.conditions import Condition, EventCondition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.operators import Operator
from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Duration,
    Ever,
    Last,
    Next,
    Window,
)
from segkit.testing.strategies import weighted
from tests.strategies.edge_world import LONGEST, TIME_NAME, TIMES, VALUE_NAME, VALUES
from tests.strategies.groups import nested, nested_in_where

_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)
_RANGES: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (None, None), (2, None), (0, None), (None, 0), (None, 1), (1, 1), (1, 2), (2, 2),
)  # fmt: skip
_ORDER: Final[tuple[Operator, ...]] = ("==", "<", "<=", ">", ">=")
_IN_TEXT: Final[tuple[Operator, ...]] = ("contains", "starts_with", "ends_with")
_OF_MEMBERS: Final[tuple[Operator, ...]] = ("has_any", "has_all", "is_in")
_AGGREGATES: Final[tuple[Aggregate, ...]] = get_args(Aggregate)


def small_conditions(*, max_leaves: int = 4) -> SearchStrategy[Condition]:
    """Conditions of every kind whose windows are one to six microseconds, or a calendar unit.

    Args:
        max_leaves: The most leaves in one condition, those within ``where`` not counted.

    >>> from hypothesis import given, settings
    >>> from segkit import matches
    >>> from segkit.testing import SMALL_NOWS, small_conditions, small_histories
    >>> @given(small_conditions(), small_histories())
    ... @settings(max_examples=20)
    ... def nobody_is_in_and_out(condition, history):
    ...     for now in SMALL_NOWS:
    ...         inside = matches(condition, *history, now=now)
    ...         assert matches(~condition, *history, now=now) is not inside
    >>> nobody_is_in_and_out()
    """
    return nested(_LEAVES, max_leaves)


# --- windows --------------------------------------------------------------------------------------


@st.composite
def _agos(draw: DrawFn) -> Ago:
    shorter, longer = sorted(draw(_TWO_LENGTHS), key=lambda length: length.microseconds)
    return Ago(longer if draw(_MOSTLY) else None, shorter)


@st.composite
def _betweens(draw: DrawFn) -> Between:
    one, other = draw(_TIME), draw(_TIME | st.none())
    if other is None:
        return Between(one, None) if draw(st.booleans()) else Between(None, one)
    if isinstance(one, datetime) is isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    return Between(one, other)  # a day and an instant next to it may stand in either order


_MOSTLY = st.sampled_from((*[True] * 5, False))
_TIME = st.sampled_from(TIMES)
_LENGTH = st.sampled_from([Duration(microseconds=length) for length in range(1, LONGEST + 1)])
_TWO_LENGTHS = st.lists(_LENGTH, min_size=2, max_size=2, unique=True)
_LASTS = st.builds(Last, _LENGTH)
_NEXTS = st.builds(Next, _LENGTH)
_CALENDARS = st.builds(
    Calendar, st.sampled_from(_UNITS), st.sampled_from((0, -1, 0, -1, 1)), st.integers(1, 2)
)
# What moves with now is drawn more often than what stands still.
_WITHIN_PAST: SearchStrategy[Window] = weighted(
    (2, _LASTS), (2, _agos()), (1, _betweens()), (1, _CALENDARS)
)
_PAST: SearchStrategy[Window] = weighted((1, st.builds(Ever)), (4, _WITHIN_PAST))


# --- comparisons ----------------------------------------------------------------------------------

_NUMBERS = st.one_of(
    st.builds(Comparison, st.sampled_from(_ORDER), st.sampled_from((1, 2, 0, 1.5, 3))),
    st.builds(Comparison, st.just("between"), st.sampled_from(((1, 1), (1, 2), (0, 3)))),
)
_AT_ANNIVERSARIES = st.sampled_from(
    [
        Comparison("anniversary", Anniversary(first, last))
        for first, last in ((0, 0), (-1, -1), (1, 1), (0, 1), (-1, 0))
    ]
)
_EVENT_TIMES = weighted(
    (4, st.builds(Comparison, st.just("within"), _WITHIN_PAST)),
    (2, st.builds(Comparison, st.sampled_from(_ORDER), _TIME)),
    (1, st.builds(Comparison, st.just("is_in"), st.lists(_TIME, max_size=2).map(tuple))),
    (1, _AT_ANNIVERSARIES),
)
_WITH_TIMES = weighted((4, _EVENT_TIMES), (1, st.builds(Comparison, st.just("within"), _NEXTS)))
_PATTERNS = (
    [st.builds(Comparison, st.just("matches_regex"), st.sampled_from(("a", "^A", "(?i)A$")))]
    if find_spec("re2")  # patterns need the extra `regex`
    else []
)
_WITH_VALUES = st.one_of(
    *_PATTERNS,
    _NUMBERS,
    st.just(Comparison("is_set")),
    st.builds(Comparison, st.just("=="), st.sampled_from((*VALUES, "A")), st.booleans()),
    st.builds(Comparison, st.sampled_from(_ORDER), st.just("a")),
    st.builds(Comparison, st.sampled_from(_IN_TEXT), st.sampled_from("aA"), st.booleans()),
    st.builds(
        Comparison,
        st.sampled_from(_OF_MEMBERS),
        st.lists(st.sampled_from((*VALUES, *VALUES, *TIMES)), min_size=1, max_size=2).map(tuple),
        st.booleans(),
    ),
    st.builds(Comparison, st.just("within_km"), st.sampled_from((Place(1, 0, 0), Place(1, 0, 90)))),
)


@st.composite
def _compared(draw: DrawFn, *, first: bool = False) -> tuple[tuple[str], Comparison]:
    """A path, and a comparison that mostly suits what is there."""
    name = draw(_PATHS)
    if first or not draw(_MOSTLY):
        return (name,), Comparison(draw(_REFERRING), Reference((draw(_NAMES),), first))
    return (name,), draw(_WITH_TIMES if (name == TIME_NAME) is draw(_MOSTLY) else _WITH_VALUES)


_NAMES = st.sampled_from((VALUE_NAME, TIME_NAME))
_PATHS = st.sampled_from((VALUE_NAME, VALUE_NAME, TIME_NAME, TIME_NAME, TIME_NAME))
_REFERRING = st.sampled_from(_ORDER)


# --- leaves ---------------------------------------------------------------------------------------


@st.composite
def _attributes(draw: DrawFn) -> Attribute:
    return Attribute(*draw(_compared()))


@st.composite
def _properties(draw: DrawFn, *, first: bool = False) -> Property:
    return Property(*draw(_compared(first=first)))


@st.composite
def _event_counts(draw: DrawFn) -> EventCount:
    minimum, maximum = draw(st.sampled_from(_RANGES))
    return EventCount(draw(_SEVERAL), minimum, maximum, draw(_PAST), draw(_WHERE))


@st.composite
def _event_values(draw: DrawFn) -> EventValue:
    aggregate = draw(st.sampled_from(_AGGREGATES))
    path: tuple[str, ...] = (VALUE_NAME,)
    match aggregate:
        case "latest_at" | "earliest_at":
            path, comparison = (), draw(_EVENT_TIMES)
        case "latest" | "earliest":
            path, comparison = draw(_compared().filter(_is_fixed))
        case _:
            comparison = draw(_NUMBERS)
    return EventValue(draw(_SEVERAL), aggregate, path, comparison, draw(_PAST), draw(_WHERE))


def _is_fixed(compared: tuple[tuple[str], Comparison]) -> bool:
    return not isinstance(compared[1].operand, Reference)


@st.composite
def _sequences(draw: DrawFn) -> Sequence:
    first = EventCount(draw(_SEVERAL), window=draw(_FIRST_WINDOW), condition=draw(_WHERE))
    steps = tuple(draw(_STEP) for _ in range(draw(_NUMBERS_OF_STEPS)))
    return Sequence(first, steps, draw(_ABSENT) if steps else draw(_STEP))


@st.composite
def _steps(draw: DrawFn) -> Step:
    return Step(EventCount(draw(_SEVERAL), condition=draw(_WHERE_LATER)), draw(_WITHIN))


_SEVERAL = st.sampled_from(
    ((VALUE_NAME,), (TIME_NAME,), (VALUE_NAME, TIME_NAME), (TIME_NAME, VALUE_NAME))
)
_NO_WHERE: SearchStrategy[EventCondition | None] = st.none()
_WHERE = weighted((2, _NO_WHERE), (1, nested_in_where(_properties(), 2)))
_WHERE_LATER = weighted(
    (2, _NO_WHERE), (1, nested_in_where(_properties() | _properties(first=True), 2))
)
_FIRST_WINDOW = weighted((1, st.builds(Ever)), (1, _PAST))
_WITHIN = st.none() | _LENGTH
_STEP = _steps()
_NO_STEP: SearchStrategy[Step | None] = st.none()
_NUMBERS_OF_STEPS = st.sampled_from((1, 1, 1, 0, 2, 2))
_ABSENT = weighted((2, _NO_STEP), (1, _STEP))
_JOINED = weighted((1, st.none()), (2, _WITH_TIMES))
_MEMBERSHIPS = st.builds(ListMembership, st.sampled_from((None, VALUE_NAME, TIME_NAME)), _JOINED)
_SAMPLES = st.builds(Sample, st.sampled_from((50, 0.01, 99.5)), st.sampled_from("abc"))
SMALL_LEAVES: Final[dict[type[LeafCondition], SearchStrategy[LeafCondition]]] = {
    Attribute: _attributes(),
    ListMembership: _MEMBERSHIPS,
    EventCount: _event_counts(),
    EventValue: _event_values(),
    Sequence: _sequences(),
    Sample: _SAMPLES,
}
"""The leaves of contacts by their kind, for laws that are tried on each kind by itself."""

_WEIGHTS: Final[dict[type[LeafCondition], int]] = {Sample: 1, ListMembership: 3}
_LEAVES: SearchStrategy[Condition] = weighted(
    *[(_WEIGHTS.get(kind, 5), leaves) for kind, leaves in SMALL_LEAVES.items()]
)
