"""Compiled conditions give the verdicts of the reference, over plain events and histories."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from segkit import Condition, Contact, Event, History, Segment, compile_condition, matches
from segkit.model.conditions import LeafCondition
from segkit.operations.evaluation import matches as matches_module
from segkit.operations.evaluation.expression_source import SourceBuilder
from segkit.operations.evaluation.function_source import build_source
from segkit.testing import EXAMPLES
from tests.laws.inputs import Inputs, inputs
from tests.strategies import SMALL, SMALL_NOWS, conditions, leaves, small_histories
from tests.unit.evaluation import HostContact, HostEvent
from tests.unit.reference_calls import (
    counting_declined_leaves,
    counting_fallbacks,
    matches_by_reference,
)


@given(conditions(), inputs())
def test_a_compiled_condition_gives_the_verdict_of_matches(
    condition: Condition, situation: Inputs
) -> None:
    """The condition is called and bound, over plain events and a history, and after a pickle."""
    expected = situation.matches(condition)
    compiled = compile_condition(condition, tz=situation.tz)
    match = compiled.at(situation.now)
    history = History(situation.events)
    unpickled = pickle.loads(pickle.dumps(compiled))  # noqa: S301
    assert match(situation.contact, situation.events) is expected
    assert match(situation.contact, history) is expected
    assert compiled(situation.contact, iter(situation.events), now=situation.now) is expected
    assert unpickled(situation.contact, situation.events, now=situation.now) is expected
    assert (
        matches_by_reference(
            condition, situation.contact, history, now=situation.now, tz=situation.tz
        )
        is expected
    )


@given(conditions(), inputs(), st.lists(inputs(), max_size=3))
def test_matches_gives_the_verdict_of_the_reference_after_it_compiles(
    condition: Condition, situation: Inputs, others: list[Inputs]
) -> None:
    """The condition keeps what it was compiled to, for other facts, nows and zones too."""
    segment = Segment("members", condition)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matches_module, "COMPILE_AFTER", 0)
        for each in (situation, *others, situation):
            expected = each.matches(condition)
            for asked in (condition, segment):
                for _ in range(2):
                    verdict = matches(asked, each.contact, each.events, now=each.now, tz=each.tz)
                    assert verdict is expected


@given(conditions(), inputs())
def test_contacts_and_events_of_other_classes_give_the_same_verdict(
    condition: Condition, situation: Inputs
) -> None:
    """The objects validate and copy nothing."""
    contact = HostContact(
        situation.contact.id, situation.contact.attributes, situation.contact.lists
    )
    events = [
        HostEvent(event.name, event.at, event.properties, event.id, event.contact_id)
        for event in situation.events
    ]
    match = compile_condition(condition, tz=situation.tz).at(situation.now)
    assert match(contact, events) is situation.matches(condition)
    assert match(contact, History(events)) is situation.matches(condition)


@given(conditions(SMALL), small_histories())
def test_compiled_conditions_are_right_at_every_instant_of_the_small_world(
    condition: Condition, facts: tuple[Contact[str], list[Event[str]]]
) -> None:
    """One compiled condition is bound to each now in turn, in both directions."""
    _assert_same_verdicts(condition, *facts)


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_each_leaf_is_right_at_every_instant_of_the_small_world(
    kind: type[LeafCondition],
    data: DataObject,
    facts: tuple[Contact[str], list[Event[str]]],
) -> None:
    """The same for a single leaf, so that every kind of leaf is tested often."""
    _assert_same_verdicts(data.draw(leaves(SMALL)[kind]), *facts)


def _assert_same_verdicts(
    condition: Condition, contact: Contact[str], events: list[Event[str]]
) -> None:
    compiled = compile_condition(condition)
    history = History(events)
    for now in (*SMALL_NOWS, *reversed(SMALL_NOWS)):
        expected = matches_by_reference(condition, contact, events, now=now)
        assert compiled.at(now)(contact, events) is expected
        assert compiled.at(now)(contact, history) is expected


@given(inputs())
def test_every_example_compiles(situation: Inputs) -> None:
    """Every condition compiles, whatever its leaves.

    To generate facts takes far longer than to evaluate, so all examples have the same ones.
    """
    for example in EXAMPLES:
        match = compile_condition(example, tz=situation.tz).at(situation.now)
        expected = situation.matches(example)
        assert match(situation.contact, situation.events) is expected, example


@given(conditions() | conditions(SMALL), inputs())
def test_exact_contacts_and_events_never_fall_back_to_the_reference(
    condition: Condition, situation: Inputs
) -> None:
    """Generated code raises no error for exact `Contact` and `Event` objects with any values.

    It calls the reference only for the leaves that the builder lists as declined.
    """
    builder = SourceBuilder()
    build_source(condition, builder)
    with counting_fallbacks() as fallbacks, counting_declined_leaves() as leaves:
        match = compile_condition(condition, tz=situation.tz).at(situation.now)
        match(situation.contact, situation.events)
        match(situation.contact, History(situation.events))
    assert fallbacks == []
    assert all(leaf in builder.declined for leaf in leaves)


@given(conditions(), st.lists(inputs(), min_size=2, max_size=3))
def test_one_plan_serves_every_now(condition: Condition, several: list[Inputs]) -> None:
    """An evaluation at one now never changes the verdict at another."""
    compiled = compile_condition(condition)
    for _ in range(2):
        for situation in several:
            expected = matches_by_reference(
                condition, situation.contact, situation.events, now=situation.now
            )
            assert compiled.at(situation.now)(situation.contact, situation.events) is expected
