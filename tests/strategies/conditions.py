"""Random conditions and segments, with the names and values of one `World`."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.segments import Segment
from segkit.testing.strategies import weighted
from tests.strategies.groups import nested
from tests.strategies.leaves import leaves
from tests.strategies.world import WIDE, World

_WEIGHTS: Final[dict[type[LeafCondition], int]] = {Attribute: 6, ListMembership: 3, Sample: 1}


@cache
def conditions(world: World = WIDE, *, max_leaves: int = 4) -> SearchStrategy[Condition]:
    """Generate conditions of contacts: every leaf, operator, window and group, nested at random.

    They use the names and values that are generated for contacts and events of the same world, so
    that about half of them are true.

    Args:
        world: The names and values to use.
        max_leaves: The maximum number of leaves in one condition, without the leaves in ``where``.

    >>> from hypothesis import given, settings
    >>> from segkit import matches
    >>> from segkit.testing import histories, instants
    >>> from tests.strategies import conditions
    >>> @given(conditions(), histories(), instants())
    ... @settings(max_examples=20)
    ... def a_condition_or_its_negation_is_true(condition, history, now):
    ...     is_member = matches(condition, *history, now=now)
    ...     assert matches(~condition, *history, now=now) is not is_member
    >>> a_condition_or_its_negation_is_true()
    """
    weights = [(_WEIGHTS.get(kind, 4), strategy) for kind, strategy in leaves(world).items()]
    return nested(weighted(*weights), max_leaves)


def segments(*, max_leaves: int = 4) -> SearchStrategy[Segment]:
    """Generate segments of random `conditions`, with few names.

    Args:
        max_leaves: As for `conditions`.

    >>> from hypothesis import find
    >>> from tests.strategies import segments
    >>> find(segments(), lambda segment: True).name
    'a'
    """
    names = st.sampled_from(("a", "b", "c")) | st.text(st.characters(), min_size=1)
    return st.builds(Segment, names, conditions(max_leaves=max_leaves))
