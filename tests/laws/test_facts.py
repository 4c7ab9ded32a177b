"""Facts that may change a verdict, and facts that never change it."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from segkit import Condition, Event, describe, explain, matches, requirements
from segkit.clock import MAX_INSTANT
from segkit.model.facts import instant
from segkit.testing import events, instants, values, zones
from segkit.testing.hostile import RaisingMapping
from segkit.testing.strategies import EVENTS, LISTS, attribute_dicts
from tests.laws.inputs import Inputs, inputs, narrow
from tests.strategies import conditions

ANYTHING = values(hosted=True)
ATTRIBUTES = attribute_dicts(ANYTHING)


@attrs.frozen
class HostInputs:
    """Inputs of the classes of a host application, with any values in their fields."""

    contact: Any
    events: list[Any]
    now: Any
    tz: Any


@st.composite
def host_inputs(draw: DrawFn) -> HostInputs:
    mappings = st.one_of(
        ATTRIBUTES,
        ATTRIBUTES,
        ANYTHING,
        st.builds(RaisingMapping),
    )
    lists = st.dictionaries(st.sampled_from(LISTS) | st.integers(), ANYTHING, max_size=3)
    host_events = st.builds(
        SimpleNamespace,
        contact_id=st.just("c1"),
        name=st.sampled_from(EVENTS) | ANYTHING,
        at=instants() | ANYTHING,
        properties=mappings,
        id=st.none() | st.sampled_from(("e1", 1)) | ANYTHING,
    )
    contact = SimpleNamespace(
        id="c1", attributes=draw(mappings), lists=draw(lists | lists | mappings)
    )
    return HostInputs(
        contact, draw(st.lists(host_events, max_size=3)), draw(instants()), draw(zones())
    )


@given(conditions(), host_inputs())
def test_no_value_makes_a_verdict_raise(condition: Condition, case: HostInputs) -> None:
    """[V1] For any values in the objects of a host, the verdict is true or false."""
    verdict = matches(condition, case.contact, case.events, now=case.now, tz=case.tz)
    assert verdict is True or verdict is False


@given(conditions(), host_inputs())
def test_no_value_makes_a_negation_inexact(condition: Condition, case: HostInputs) -> None:
    """[V2] The negation is the exact complement for any values in the objects of a host."""
    verdicts = [
        matches(each, case.contact, case.events, now=case.now, tz=case.tz)
        for each in (condition, ~condition)
    ]
    assert sorted(verdicts) == [False, True]


@given(conditions(), host_inputs())
def test_no_value_makes_an_explanation_raise(condition: Condition, case: HostInputs) -> None:
    """[V1], [V6] An explanation can be printed, and has the verdict of ``matches``."""
    explanation = explain(condition, case.contact, case.events, now=case.now, tz=case.tz)
    assert str(explanation).encode()
    assert explanation.verdict is matches(
        condition, case.contact, case.events, now=case.now, tz=case.tz
    )


@given(conditions(), inputs(), events())
def test_events_after_now_never_count(
    condition: Condition, case: Inputs, event: Event[str]
) -> None:
    """[T1] An event changes no verdict before its own instant, in any window."""
    now = instant(case.now, "now")
    if event.at > now:
        future_event = event
    else:
        future_event = attrs.evolve(
            event, at=now + min(timedelta(microseconds=1), MAX_INSTANT - now)
        )
    more = attrs.evolve(case, events=[*case.events, attrs.evolve(future_event, id=None)])
    if future_event.at > now:
        assert more.matches(condition) is case.matches(condition)


@given(conditions(), inputs(unique_ids=True), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    condition: Condition, case: Inputs, random: Random
) -> None:
    """[E1], [E4] Events may be in any order; events of equal instants keep their order [E5]."""
    slots = [event.at for event in case.events]
    random.shuffle(slots)
    waiting = {at: [event for event in case.events if event.at == at] for at in slots}
    shuffled = [waiting[at].pop(0) for at in slots]
    assert attrs.evolve(case, events=shuffled).matches(condition) is case.matches(condition)


@given(conditions(), inputs())
def test_a_second_event_with_the_same_id_is_ignored(condition: Condition, case: Inputs) -> None:
    """[E3] Of two events with one id the first given is kept, with any names and instants."""
    seen: set[object] = set()
    kept: list[Event[str]] = []
    for event in case.events:
        if event.id is None or event.id not in seen:
            kept.append(event)
        seen.add(event.id)
    assert attrs.evolve(case, events=kept).matches(condition) is case.matches(condition)


@given(conditions(), inputs(unique_ids=True))
def test_facts_outside_the_requirements_do_not_matter(condition: Condition, case: Inputs) -> None:
    """Facts that ``requirements`` does not name can be omitted: the verdict is the same."""
    needs = requirements(condition, now=case.now, tz=case.tz)
    contact, required_events = narrow(case.contact, case.events, needs)
    assert attrs.evolve(case, contact=contact, events=required_events).matches(
        condition
    ) is case.matches(condition)


@given(conditions())
def test_every_condition_has_a_sentence(condition: Condition) -> None:
    """[V1] ``describe`` and ``repr`` return printable text for every condition."""
    assert describe(condition).encode()
    assert repr(condition).encode()
