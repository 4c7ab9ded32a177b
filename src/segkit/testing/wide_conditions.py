"""Conditions of every kind, asked of the names and values that `wide_facts` draws."""

from __future__ import annotations

from typing import Final, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCondition,
    EventCount,
    ListMembership,
    Property,
)
from segkit.model.segment import Segment
from segkit.testing.groups import nested
from segkit.testing.wide_comparisons import comparisons, comparisons_in_time
from segkit.testing.wide_facts import EVENTS, LISTS, PATHS
from segkit.testing.wide_windows import windows

__all__ = ["conditions", "segments"]

_RANGES: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (1, None), (2, None), (0, None),
    (0, 0), (None, 0), (None, 1), (1, 1), (1, 2), (0, 2), (2, 3), (10**30, None),
)  # fmt: skip


def conditions(*, max_leaves: int = 4) -> SearchStrategy[Condition]:
    """Conditions of contacts: every leaf, operator, window and group, nested at random.

    They ask for the names and values that `contacts` and `events` draw, so that about half of them
    are true.

    Args:
        max_leaves: The most leaves in one condition, those within ``where`` not counted.

    >>> from hypothesis import given, settings
    >>> from segkit import matches
    >>> from segkit.testing import conditions, histories, instants
    >>> @given(conditions(), histories(), instants())
    ... @settings(max_examples=20)
    ... def nobody_is_in_and_out(condition, history, now):
    ...     inside = matches(condition, *history, now=now)
    ...     assert matches(~condition, *history, now=now) is not inside
    >>> nobody_is_in_and_out()
    """
    return nested(_LEAVES, max_leaves)


def segments(*, max_leaves: int = 4) -> SearchStrategy[Segment]:
    """Segments of random `conditions`, with few names.

    Args:
        max_leaves: As for `conditions`.

    >>> from hypothesis import find
    >>> from segkit.testing import segments
    >>> find(segments(), lambda segment: True).name
    'a'
    """
    names = st.sampled_from(("a", "b", "c")) | st.text(st.characters(), min_size=1)
    return st.builds(Segment, names, conditions(max_leaves=max_leaves))


@st.composite
def _attributes(draw: DrawFn) -> Attribute:
    path, kind = draw(_PATHS)
    return Attribute(path, draw(_COMPARISONS[kind]))


@st.composite
def _properties(draw: DrawFn) -> Property:
    path, kind = draw(_PATHS)
    return Property(path, draw(_COMPARISONS[kind]))


@st.composite
def _event_counts(draw: DrawFn) -> EventCount:
    minimum, maximum = draw(_COUNTS)
    return EventCount(draw(_NAMES), minimum, maximum, draw(_WINDOWS), draw(_WHERE))


_PATHS = st.sampled_from(PATHS)
_COMPARISONS: Final = {kind: comparisons(kind) for _, kind in PATHS}
_COUNTS = st.sampled_from(_RANGES)
_NAMES = st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2).map(tuple)
_WINDOWS = windows(ahead=False)
_WHERE = st.none() | cast("SearchStrategy[EventCondition]", nested(_properties(), 3))
_MEMBERSHIPS = st.builds(
    ListMembership, st.none() | st.sampled_from(LISTS), st.none() | comparisons_in_time
)
_LEAVES: SearchStrategy[Condition] = st.one_of(
    _attributes(), _attributes(), _event_counts(), _event_counts(), _MEMBERSHIPS
)
