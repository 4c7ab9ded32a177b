"""Nested groups of random conditions."""

from __future__ import annotations

from typing import cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.base import And, AtLeast, Not, Or
from segkit.model.conditions import Condition, EventCondition
from segkit.model.segments import InSegment, Segment
from segkit.testing.strategies import weighted

_IN_WHERE = ("and", "or", "not", "and", "or", "not", "at least")


def nested(leaves: SearchStrategy[Condition], max_leaves: int) -> SearchStrategy[Condition]:
    """Generate *leaves*, nested groups of leaves, and rarely an empty group."""
    leaves_or_empty = weighted((12, leaves), (1, _EMPTY))
    return st.recursive(leaves_or_empty, lambda inner: _groups(inner, _ANY), max_leaves=max_leaves)


def nested_in_where(
    leaves: SearchStrategy[EventCondition], max_leaves: int
) -> SearchStrategy[EventCondition]:
    """Generate conditions of one event, which are never `InSegment`."""
    leaves_or_empty = weighted((12, cast("SearchStrategy[Condition]", leaves)), (1, _EMPTY))
    nested_conditions = st.recursive(
        leaves_or_empty, lambda inner: _groups(inner, _EVENT), max_leaves=max_leaves
    )
    return cast("SearchStrategy[EventCondition]", nested_conditions)


# One composite for all groups: `st.recursive` draws it as often as a leaf, and would draw five
# strategies five times as often.
@st.composite
def _groups(
    draw: DrawFn, inner: SearchStrategy[Condition], kinds: SearchStrategy[str]
) -> Condition:
    kind = draw(kinds)
    if kind == "not":
        return Not(draw(inner))
    if kind == "in segment":
        return InSegment(Segment("a", draw(inner)))
    parts = tuple(draw(inner) for _ in range(draw(_SIZES)))
    if kind == "at least":
        return AtLeast(draw(_NUMBERS), parts)
    return And(parts) if kind == "and" else Or(parts)


_EMPTY: SearchStrategy[Condition] = st.sampled_from((And(), Or()))
_EVENT = st.sampled_from(_IN_WHERE)
_ANY = st.sampled_from((*_IN_WHERE, "in segment"))
_SIZES = st.integers(1, 3)
_NUMBERS = st.sampled_from((1, 2, 0, 3))
