"""What is compiled answers what `matches` answers, over plain events and prepared ones."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from segkit import Condition, Contact, Event, History, compile_condition, matches
from segkit.model.conditions import LeafCondition
from segkit.operations.compilation.function_source import build_source
from segkit.operations.compilation.source_builder import SourceBuilder
from segkit.testing import EXAMPLES
from tests.laws.situations import Situation, situations
from tests.strategies import SMALL_NOWS, conditions, small_conditions, small_histories
from tests.strategies.edge_conditions import SMALL_LEAVES
from tests.unit.asking import Happening, Person
from tests.unit.reference_calls import counting_declined_leaves, counting_fallbacks


@given(conditions(), situations())
def test_compiled_is_what_matches_says(condition: Condition, asked: Situation) -> None:
    """Over plain events and over a history, called and bound, and once more after a pickle."""
    expected = asked.holds(condition)
    compiled = compile_condition(condition, tz=asked.tz)
    ask = compiled.at(asked.now)
    history = History(asked.events)
    again = pickle.loads(pickle.dumps(compiled))  # noqa: S301
    assert ask(asked.contact, asked.events) is expected
    assert ask(asked.contact, history) is expected
    assert compiled(asked.contact, iter(asked.events), now=asked.now) is expected
    assert again(asked.contact, asked.events, now=asked.now) is expected
    assert matches(condition, asked.contact, history, now=asked.now, tz=asked.tz) is expected


@given(conditions(), situations())
def test_a_host_s_own_objects_are_answered_alike(condition: Condition, asked: Situation) -> None:
    """Objects that check nothing, and mappings that are no dict."""
    contact = Person(asked.contact.id, asked.contact.attributes, asked.contact.lists)
    events = [
        Happening(event.name, event.at, event.properties, event.id, event.contact_id)
        for event in asked.events
    ]
    ask = compile_condition(condition, tz=asked.tz).at(asked.now)
    assert ask(contact, events) is asked.holds(condition)
    assert ask(contact, History(events)) is asked.holds(condition)


@given(small_conditions(), small_histories())
def test_compiled_is_right_at_every_instant_of_the_small_world(
    condition: Condition, told: tuple[Contact[str], list[Event[str]]]
) -> None:
    """One plan bound to each now in turn, backwards too."""
    _assert_alike(condition, *told)


@pytest.mark.parametrize("kind", SMALL_LEAVES)
@given(st.data(), small_histories())
def test_each_leaf_is_right_at_every_instant_of_the_small_world(
    kind: type[LeafCondition],
    data: DataObject,
    told: tuple[Contact[str], list[Event[str]]],
) -> None:
    """The same for one leaf alone, so that no kind of leaf is drowned by the others."""
    _assert_alike(data.draw(SMALL_LEAVES[kind]), *told)


def _assert_alike(condition: Condition, contact: Contact[str], events: list[Event[str]]) -> None:
    compiled = compile_condition(condition)
    history = History(events)
    for now in (*SMALL_NOWS, *reversed(SMALL_NOWS)):
        expected = matches(condition, contact, events, now=now)
        assert compiled.at(now)(contact, events) is expected
        assert compiled.at(now)(contact, history) is expected


@pytest.mark.parametrize("example", EXAMPLES, ids=repr)
@given(asked=situations())
def test_every_example_compiles(example: Any, asked: Situation) -> None:  # noqa: ANN401
    """Nothing a condition can say is left out."""
    ask = compile_condition(example, tz=asked.tz).at(asked.now)
    assert ask(asked.contact, asked.events) is asked.holds(example)


@given(conditions() | small_conditions(), situations())
def test_exact_contacts_and_events_never_fall_back_to_the_reference(
    condition: Condition, asked: Situation
) -> None:
    """Whatever their values: generated code raises for no exact `Contact` and `Event`.

    And it asks the reference for no leaf besides those that the builder lists as declined.
    """
    builder = SourceBuilder()
    build_source(condition, builder)
    with counting_fallbacks() as fallbacks, counting_declined_leaves() as leaves:
        match = compile_condition(condition, tz=asked.tz).at(asked.now)
        match(asked.contact, asked.events)
        match(asked.contact, History(asked.events))
    assert fallbacks == []
    assert all(leaf in builder.declined for leaf in leaves)


@given(conditions(), st.lists(situations(), min_size=2, max_size=3))
def test_one_plan_serves_every_now(condition: Condition, several: list[Situation]) -> None:
    """Asking about one now never changes the answer about another."""
    compiled = compile_condition(condition)
    for _ in range(2):
        for asked in several:
            expected = matches(condition, asked.contact, asked.events, now=asked.now)
            assert compiled.at(asked.now)(asked.contact, asked.events) is expected
