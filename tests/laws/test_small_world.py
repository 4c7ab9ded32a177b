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
def test_matches_returns_the_verdict_of_the_oracle(
    condition: Condition, history: ContactWithEvents
) -> None:
    """At every now, the verdict is the verdict that the oracle computes from the rules."""
    for now in SMALL_NOWS:
        assert matches(condition, *history, now=now) is oracle(condition, *history, ticks(now))


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_each_leaf_has_the_verdict_of_the_oracle(
    kind: type[LeafCondition], data: DataObject, history: ContactWithEvents
) -> None:
    """The same for a single leaf, so that every kind of leaf is tested often."""
    leaf = data.draw(leaves(SMALL)[kind])
    for now in SMALL_NOWS:
        assert matches(leaf, *history, now=now) is oracle(leaf, *history, ticks(now))


@given(conditions(SMALL), small_histories())
def test_the_required_facts_suffice(condition: Condition, history: ContactWithEvents) -> None:
    """Facts outside of ``requirements`` change no verdict, also at the bounds of windows."""
    contact, events = history
    unique = [attrs.evolve(event, id=index) for index, event in enumerate(events)]
    for now in SMALL_NOWS:
        required_facts = narrow(contact, unique, requirements(condition, now=now))
        assert matches(condition, *required_facts, now=now) is matches(
            condition, contact, unique, now=now
        )
