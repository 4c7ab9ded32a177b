"""Answers about many contacts are the answers about each of them."""

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
    matches,
)
from segkit.model.facts import instant
from segkit.testing import histories, instants, zones
from segkit.testing.strategies import ContactWithEvents
from tests.laws.inputs import narrow
from tests.strategies import conditions, segments


@attrs.frozen
class Population:
    """Contacts with their events, and the now and the zone of an evaluation."""

    histories: list[ContactWithEvents]
    now: datetime
    tz: tzinfo

    def source(self) -> MemorySource[str]:
        """The contacts in order, their events from the last to the first contact."""
        contacts = [contact for contact, _ in self.histories]
        return MemorySource(
            contacts, [event for _, events in reversed(self.histories) for event in events]
        )

    def evaluator(self) -> Evaluator[str]:
        return Evaluator(self.source(), self.tz)

    def found(self, case: Condition | Segment) -> list[str]:
        """Return the members, evaluated one by one."""
        return [
            contact.id
            for contact, events in self.histories
            if matches(case, contact, events, now=self.now, tz=self.tz)
        ]


@st.composite
def populations(draw: DrawFn, *, unique_ids: bool = False) -> Population:
    size = draw(st.integers(0, 4))
    several = [draw(histories(f"c{place}", unique_ids=unique_ids)) for place in range(size)]
    return Population(several, draw(instants()), draw(zones()))


@given(conditions(), populations())
def test_members_are_those_that_match(condition: Condition, people: Population) -> None:
    """``Evaluator.members`` equals ``matches`` contact by contact, in the order of the source."""
    assert list(people.evaluator().members(condition, now=people.now)) == people.found(condition)


@given(st.lists(segments(), max_size=3, unique_by=lambda segment: segment.name), populations())
def test_several_segments_are_answered_as_each_is(case: list[Segment], people: Population) -> None:
    """``Evaluator.evaluate`` equals ``matches`` segment by segment, contact by contact."""
    answers = people.evaluator().evaluate(case, now=people.now)
    assert {name: list(audience) for name, audience in answers.items()} == {
        segment.name: people.found(segment) for segment in case
    }


@given(conditions(), populations())
def test_members_and_the_others_are_everyone(condition: Condition, people: Population) -> None:
    """[V2] ``members(c)`` and ``members(~c)`` are disjoint, and together are everyone."""
    evaluator = people.evaluator()
    inside = evaluator.members(condition, now=people.now)
    outside = evaluator.members(~condition, now=people.now)
    assert inside.isdisjoint(outside)
    assert inside | outside == {contact.id for contact, _ in people.histories}


@given(conditions(), populations(), st.sets(st.integers(0, 5)))
def test_asking_about_some_asks_only_about_them(
    condition: Condition, people: Population, some: set[int]
) -> None:
    """Given ids, the members are those of all that are among them."""
    evaluator = people.evaluator()
    ids = {f"c{place}" for place in some}
    answer = evaluator.members(condition, now=people.now, ids=ids)
    assert answer == evaluator.members(condition, now=people.now) & ids


@attrs.frozen
class NarrowSource:
    """Yields the needed facts only."""

    histories: list[ContactWithEvents]

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> Iterator[ContactWithEvents]:
        for contact, events in self.histories:
            if ids is None or contact.id in ids:
                yield narrow(contact, events, needs)


@attrs.frozen
class WideSource:
    """Yields all facts, whatever is needed."""

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
def test_a_source_may_leave_out_what_is_not_needed(
    condition: Condition, people: Population
) -> None:
    """A source that yields no more than its `Requirements` name gives the same members."""
    evaluator = Evaluator(NarrowSource(people.histories), people.tz)
    assert list(evaluator.members(condition, now=people.now)) == people.found(condition)


@given(conditions(), populations(unique_ids=True))
def test_a_source_may_hand_out_more_than_is_needed(
    condition: Condition, people: Population
) -> None:
    """A source that yields everything it has gives the same members."""
    evaluator = Evaluator(WideSource(people.histories), people.tz)
    assert list(evaluator.members(condition, now=people.now)) == people.found(condition)


@given(
    st.lists(segments(), min_size=1, max_size=3, unique_by=lambda segment: segment.name),
    populations(unique_ids=True),
)
def test_what_several_segments_need_suffices_for_each(
    case: list[Segment], people: Population
) -> None:
    """In one pass, the needs of all segments joined leave no fact out that one of them needs."""
    answers = Evaluator(NarrowSource(people.histories), people.tz).evaluate(case, now=people.now)
    assert [list(answers[segment.name]) for segment in case] == [
        people.found(segment) for segment in case
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
