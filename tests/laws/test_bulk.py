"""The results for many contacts are the results for each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import pairwise

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Requirements,
    Segment,
)
from segkit.model.facts import instant
from segkit.testing import histories, instants, zones
from segkit.testing.strategies import ContactWithEvents
from tests.laws.inputs import narrow
from tests.strategies import conditions, segments
from tests.unit.reference_calls import matches_by_reference


@attrs.frozen
class Population:
    """Contacts with their events, and the now and the zone of an evaluation."""

    histories: list[ContactWithEvents]
    now: datetime
    tz: tzinfo

    def source(self) -> MemorySource[str]:
        """Return a source of the contacts in order, with the events of the last contact first."""
        contacts = [contact for contact, _ in self.histories]
        return MemorySource(
            contacts, [event for _, events in reversed(self.histories) for event in events]
        )

    def evaluator(self) -> Evaluator[str]:
        return Evaluator(self.source(), self.tz)

    def expected_members(self, condition: Condition | Segment) -> list[str]:
        """Return the members, evaluated one by one."""
        return [
            contact.id
            for contact, events in self.histories
            if matches_by_reference(condition, contact, events, now=self.now, tz=self.tz)
        ]


@st.composite
def populations(draw: DrawFn, *, unique_ids: bool = False) -> Population:
    size = draw(st.integers(0, 4))
    drawn = [draw(histories(f"c{number}", unique_ids=unique_ids)) for number in range(size)]
    return Population(drawn, draw(instants()), draw(zones()))


@given(conditions(), populations())
def test_members_are_the_contacts_that_match(condition: Condition, population: Population) -> None:
    """``Evaluator.members`` equals ``matches`` contact by contact, in the order of the source."""
    assert list(
        population.evaluator().members(condition, now=population.now)
    ) == population.expected_members(condition)


@given(st.lists(segments(), max_size=3, unique_by=lambda segment: segment.name), populations())
def test_several_segments_have_the_members_of_each_segment(
    several: list[Segment], population: Population
) -> None:
    """``Evaluator.evaluate`` equals ``matches`` segment by segment, contact by contact."""
    audiences = population.evaluator().evaluate(several, now=population.now)
    assert {name: list(audience) for name, audience in audiences.items()} == {
        segment.name: population.expected_members(segment) for segment in several
    }


@given(conditions(), populations())
def test_a_condition_and_its_negation_divide_the_contacts(
    condition: Condition, population: Population
) -> None:
    """[V2] ``members(c)`` and ``members(~c)`` are disjoint, and their union is all contacts."""
    evaluator = population.evaluator()
    inside = evaluator.members(condition, now=population.now)
    outside = evaluator.members(~condition, now=population.now)
    assert inside.isdisjoint(outside)
    assert inside | outside == {contact.id for contact, _ in population.histories}


@given(conditions(), populations(), st.sets(st.integers(0, 5)))
def test_ids_restrict_the_members(
    condition: Condition, population: Population, numbers: set[int]
) -> None:
    """With *ids*, the members are the members among these contacts."""
    evaluator = population.evaluator()
    ids = {f"c{number}" for number in numbers}
    members = evaluator.members(condition, now=population.now, ids=ids)
    assert members == evaluator.members(condition, now=population.now) & ids


@attrs.frozen
class NarrowSource:
    """A source that yields the required facts only."""

    histories: list[ContactWithEvents]

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterator[ContactWithEvents]:
        for contact, events in self.histories:
            if ids is None or contact.id in ids:
                yield narrow(contact, events, needs)


@attrs.frozen
class WideSource:
    """A source that yields all facts, required or not."""

    histories: list[ContactWithEvents]

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterable[tuple[Contact[str], Iterator[Event[str]]]]:
        del needs
        return [
            (contact, iter(events))
            for contact, events in self.histories
            if ids is None or contact.id in ids
        ]


@given(conditions(), populations(unique_ids=True))
def test_a_source_may_omit_facts_that_are_not_required(
    condition: Condition, population: Population
) -> None:
    """A source that yields no more than its `Requirements` name gives the same members."""
    evaluator = Evaluator(NarrowSource(population.histories), population.tz)
    assert list(evaluator.members(condition, now=population.now)) == population.expected_members(
        condition
    )


@given(conditions(), populations(unique_ids=True))
def test_a_source_may_load_facts_that_are_not_required(
    condition: Condition, population: Population
) -> None:
    """A source that yields everything it has gives the same members."""
    evaluator = Evaluator(WideSource(population.histories), population.tz)
    assert list(evaluator.members(condition, now=population.now)) == population.expected_members(
        condition
    )


@given(
    st.lists(segments(), min_size=1, max_size=3, unique_by=lambda segment: segment.name),
    populations(unique_ids=True),
)
def test_the_joined_requirements_suffice_for_each_segment(
    several: list[Segment], population: Population
) -> None:
    """The joined requirements of all segments contain each fact that one segment requires."""
    audiences = Evaluator(NarrowSource(population.histories), population.tz).evaluate(
        several, now=population.now
    )
    assert [list(audiences[segment.name]) for segment in several] == [
        population.expected_members(segment) for segment in several
    ]


@given(populations(unique_ids=True), conditions(), instants(), instants())
def test_the_size_over_time_is_the_number_of_members_at_every_instant(
    population: Population, condition: Condition, one: datetime, other: datetime
) -> None:
    """At each step, just before the next one, and at instants in between."""
    start, end = sorted((instant(one, "one"), instant(other, "other")))
    assume(start < end)
    evaluator = population.evaluator()
    steps = evaluator.size_over_time(condition, start, end)
    assert steps[0].at == start
    ends = [*(step.at for step in steps[1:]), end]
    for (at, size), until in zip(steps, ends, strict=True):
        assert at < until
        for now in (at, at + (until - at) // 2, until - datetime.resolution):
            assert len(evaluator.as_of(condition, now)) == size
    assert all(one.size != other.size for one, other in pairwise(steps))
