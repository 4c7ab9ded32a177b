"""What facts may change a verdict, and which never do."""

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
class Hosted:
    """A contact and events of a host's own classes, with anything in their fields."""

    contact: Any
    events: list[Any]
    now: Any
    tz: Any


@st.composite
def hosted(draw: DrawFn) -> Hosted:
    mappings = st.one_of(
        ATTRIBUTES,
        ATTRIBUTES,
        ANYTHING,
        st.builds(RaisingMapping),
    )
    joined = st.dictionaries(st.sampled_from(LISTS) | st.integers(), ANYTHING, max_size=3)
    met = st.builds(
        SimpleNamespace,
        contact_id=st.just("c1"),
        name=st.sampled_from(EVENTS) | ANYTHING,
        at=instants() | ANYTHING,
        properties=mappings,
        id=st.none() | st.sampled_from(("e1", 1)) | ANYTHING,
    )
    contact = SimpleNamespace(
        id="c1", attributes=draw(mappings), lists=draw(joined | joined | mappings)
    )
    return Hosted(contact, draw(st.lists(met, max_size=3)), draw(instants()), draw(zones()))


@given(conditions(), hosted())
def test_no_value_makes_a_verdict_raise(condition: Condition, case: Hosted) -> None:
    """[V1] Whatever a host's objects hold, the answer is true or false."""
    answer = matches(condition, case.contact, case.events, now=case.now, tz=case.tz)
    assert answer is True or answer is False


@given(conditions(), hosted())
def test_no_value_makes_a_negation_less_than_the_complement(
    condition: Condition, case: Hosted
) -> None:
    """[V2] The complement is exact for a host's objects too, whatever they hold."""
    answers = [
        matches(either, case.contact, case.events, now=case.now, tz=case.tz)
        for either in (condition, ~condition)
    ]
    assert sorted(answers) == [False, True]


@given(conditions(), hosted())
def test_no_value_makes_an_explanation_raise(condition: Condition, case: Hosted) -> None:
    """[V1], [V6] An explanation can be had and printed, and its verdict is that of ``matches``."""
    told = explain(condition, case.contact, case.events, now=case.now, tz=case.tz)
    assert str(told).encode()
    assert told.verdict is matches(condition, case.contact, case.events, now=case.now, tz=case.tz)


@given(conditions(), inputs(), events())
def test_events_after_now_never_count(
    condition: Condition, case: Inputs, event: Event[str]
) -> None:
    """[T1] An event changes nothing before its own instant, whatever its window."""
    now = instant(case.now, "now")
    if event.at > now:
        ahead = event
    else:
        ahead = attrs.evolve(event, at=now + min(timedelta(microseconds=1), MAX_INSTANT - now))
    more = attrs.evolve(case, events=[*case.events, attrs.evolve(ahead, id=None)])
    if ahead.at > now:
        assert more.matches(condition) is case.matches(condition)


@given(conditions(), inputs(unique_ids=True), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(
    condition: Condition, case: Inputs, random: Random
) -> None:
    """[E1], [E4] Events are handed in in any order; of equal instants the given one stays [E5]."""
    slots = [event.at for event in case.events]
    random.shuffle(slots)
    waiting = {at: [event for event in case.events if event.at == at] for at in slots}
    shuffled = [waiting[at].pop(0) for at in slots]
    assert attrs.evolve(case, events=shuffled).matches(condition) is case.matches(condition)


@given(conditions(), inputs())
def test_a_second_event_of_one_id_is_none(condition: Condition, case: Inputs) -> None:
    """[E3] Of two events with one id the first given is kept, whatever their names and instants."""
    met: set[object] = set()
    kept: list[Event[str]] = []
    for event in case.events:
        if event.id is None or event.id not in met:
            kept.append(event)
        met.add(event.id)
    assert attrs.evolve(case, events=kept).matches(condition) is case.matches(condition)


@given(conditions(), inputs(unique_ids=True))
def test_facts_outside_the_requirements_do_not_matter(condition: Condition, case: Inputs) -> None:
    """What ``requirements`` does not name can be left out: the verdict stays."""
    needs = requirements(condition, now=case.now, tz=case.tz)
    contact, met = narrow(case.contact, case.events, needs)
    assert attrs.evolve(case, contact=contact, events=met).matches(condition) is case.matches(
        condition
    )


@given(conditions())
def test_every_condition_can_be_said(condition: Condition) -> None:
    """[V1] ``describe`` and ``repr`` answer for every condition, with text that can be printed."""
    assert describe(condition).encode()
    assert repr(condition).encode()
