"""Conditions of every kind, asked of the names and values that `wide_facts` draws."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import Segment
from segkit.testing.strategies import LISTS, PATHS, weighted
from tests.strategies.comparisons import comparisons, comparisons_in_time, references
from tests.strategies.event_leaves import event_counts, event_values, sequences
from tests.strategies.groups import nested


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
    return Attribute(path, draw(_REFERENCES[kind] if draw(_IS_REFERENCE) else _COMPARISONS[kind]))


_PATHS = st.sampled_from(PATHS)
_COMPARISONS: Final = {kind: comparisons(kind) for _, kind in PATHS}
_REFERENCES: Final = {kind: references(kind) for _, kind in PATHS}
_IS_REFERENCE = st.sampled_from((*[False] * 6, True))
_MEMBERSHIPS = st.builds(
    ListMembership, st.none() | st.sampled_from(LISTS), st.none() | comparisons_in_time
)
_SAMPLES = st.builds(
    Sample,
    st.sampled_from((50, 10, 99.5, Decimal("33.3"), 0.01, 100)),
    st.sampled_from(("a", "b", "", "\ud800")),
)
WIDE_LEAVES: Final[dict[type[LeafCondition], SearchStrategy[LeafCondition]]] = {
    Attribute: _attributes(),
    EventCount: event_counts(),
    EventValue: event_values(),
    ListMembership: _MEMBERSHIPS,
    Sequence: sequences(),
    Sample: _SAMPLES,
}
"""The leaves of contacts by their kind, for laws that are tried on each kind by itself."""

_WEIGHTS: Final[dict[type[LeafCondition], int]] = {Attribute: 7, EventCount: 4, Sample: 1}
_LEAVES: SearchStrategy[Condition] = weighted(
    *[(_WEIGHTS.get(kind, 3), leaves) for kind, leaves in WIDE_LEAVES.items()]
)
