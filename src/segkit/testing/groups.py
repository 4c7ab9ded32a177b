"""Groups of random conditions, nested, for both worlds."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import Condition
from segkit.model.logic import And, Not, Or

__all__ = ["nested"]


def nested(leaves: SearchStrategy[Condition], max_leaves: int) -> SearchStrategy[Condition]:
    """*leaves*, and groups of them and of each other; few groups are empty."""
    return st.recursive(st.one_of(*[leaves] * 9, _EMPTY), _groups, max_leaves=max_leaves)


# A composite is one choice to st.recursive, taken as often as a leaf; three would drown the leaves.
@st.composite
def _groups(draw: DrawFn, inner: SearchStrategy[Condition]) -> Condition:
    group = draw(_GROUPS)
    if group is None:
        return Not(draw(inner))
    return group(tuple(draw(inner) for _ in range(draw(_SIZES))))


_EMPTY = st.sampled_from((And(), Or()))
_GROUPS: SearchStrategy[type[And | Or] | None] = st.sampled_from((And, Or, None))
_SIZES = st.integers(1, 3)
