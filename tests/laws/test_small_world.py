"""In a world of a few microseconds, every condition is evaluated at every instant."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from segkit import Condition, matches, requirements
from segkit.model.conditions import LeafCondition
from segkit.testing.strategies import ContactWithEvents
from tests.laws.inputs import narrow
from tests.laws.small_oracle import oracle
from tests.laws.small_values import ticks
from tests.strategies import SMALL, SMALL_NOWS, conditions, leaves, small_histories


@given(conditions(SMALL), small_histories())
def test_what_matches_says_is_what_the_rules_say(
    condition: Condition, history: ContactWithEvents
) -> None:
    """The verdict is the one counted out by hand from the sentences of the rules, at every now."""
    for now in SMALL_NOWS:
        assert matches(condition, *history, now=now) is oracle(condition, *history, ticks(now))


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_what_each_leaf_says_is_what_its_rules_say(
    kind: type[LeafCondition], data: DataObject, history: ContactWithEvents
) -> None:
    """The same for one leaf alone, so that no kind of leaf is drowned by the others."""
    leaf = data.draw(leaves(SMALL)[kind])
    for now in SMALL_NOWS:
        assert matches(leaf, *history, now=now) is oracle(leaf, *history, ticks(now))


@given(conditions(SMALL), small_histories())
def test_the_facts_that_are_needed_suffice(
    condition: Condition, history: ContactWithEvents
) -> None:
    """Facts outside of ``requirements`` change nothing, at the edges of windows neither."""
    contact, events = history
    unique = [attrs.evolve(event, id=place) for place, event in enumerate(events)]
    for now in SMALL_NOWS:
        needed = narrow(contact, unique, requirements(condition, now=now))
        assert matches(condition, *needed, now=now) is matches(condition, contact, unique, now=now)
