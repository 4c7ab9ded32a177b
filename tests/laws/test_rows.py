"""Many segments compiled together give the members that the reference gives for each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Sequence as Items
from datetime import UTC, datetime, tzinfo
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from segkit import Condition, Evaluator, Requirements, Segment
from segkit.model.conditions import LeafCondition
from segkit.operations.evaluation import rows
from segkit.testing import histories, instants, zones
from segkit.testing.strategies import ContactWithEvents
from tests.strategies import SMALL, SMALL_NOWS, conditions, leaves, small_histories
from tests.unit.evaluation import HostContact, HostEvent
from tests.unit.hostile_values import VALUES
from tests.unit.reference_calls import counting_declined_leaves, matches_by_reference


@attrs.frozen
class StreamedSource:
    """A host's storage that yields each contact with an iterator of its events."""

    histories: list[tuple[Any, list[Any]]]

    def load(
        self, needs: Requirements, ids: Collection[Any] | None = None, /
    ) -> Iterator[tuple[Any, Iterator[Any]]]:
        del needs, ids
        for contact, events in self.histories:
            yield contact, iter(events)


@pytest.fixture(autouse=True)
def _always_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segkit.evaluator.COMPILE_AFTER", 0)


def members(
    several: Items[Condition],
    histories: list[tuple[Any, list[Any]]],
    now: datetime,
    tz: tzinfo = UTC,
) -> list[list[object]]:
    """Return the members of each condition, evaluated in one pass."""
    segments = [Segment(f"s{number}", condition) for number, condition in enumerate(several)]
    evaluator = Evaluator(StreamedSource(histories), tz)
    return [list(ids) for ids in evaluator.evaluate(segments, now=now).values()]


def expected(
    several: Items[Condition],
    histories: list[tuple[Any, list[Any]]],
    now: datetime,
    tz: tzinfo = UTC,
) -> list[list[object]]:
    """Return the same, evaluated one by one by the reference."""
    return [
        [
            contact.id
            for contact, events in histories
            if matches_by_reference(condition, contact, events, now=now, tz=tz)
        ]
        for condition in several
    ]


@st.composite
def related(draw: DrawFn, pool: st.SearchStrategy[Condition]) -> list[Condition]:
    """Generate conditions that have parts in common."""
    parts = draw(st.lists(pool, min_size=1, max_size=3))
    part = st.sampled_from(parts)
    combined = st.one_of(
        part, st.builds(lambda a, b: a & b, part, part), st.builds(lambda a, b: ~a | b, part, part)
    )
    return draw(st.lists(combined, min_size=1, max_size=5))


def people(number: int = 3) -> st.SearchStrategy[list[ContactWithEvents]]:
    several = [histories(f"c{each}", unique_ids=True) for each in range(number)]
    return st.tuples(*several).map(list)


@given(related(conditions()), people(), instants(), zones())
def test_segments_have_their_members(
    several: list[Condition], histories: list[ContactWithEvents], now: datetime, tz: tzinfo
) -> None:
    assert members(several, histories, now, tz) == expected(several, histories, now, tz)


@given(related(conditions(SMALL)), small_histories(), st.sampled_from(SMALL_NOWS))
def test_segments_are_right_at_every_instant_of_the_small_world(
    several: list[Condition], facts: ContactWithEvents, now: datetime
) -> None:
    facts = without_repeated_ids(facts)
    assert members(several, [facts], now) == expected(several, [facts], now)


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories(), st.sampled_from(SMALL_NOWS))
def test_each_leaf_is_right_in_the_small_world(
    kind: type[LeafCondition], data: DataObject, facts: ContactWithEvents, now: datetime
) -> None:
    """A single leaf, and together with others of its kind and with its negation."""
    facts = without_repeated_ids(facts)
    one, other = data.draw(leaves(SMALL)[kind]), data.draw(leaves(SMALL)[kind])
    several = [one, other, ~one, one | other]
    assert members(several, [facts], now) == expected(several, [facts], now)


def without_repeated_ids(facts: ContactWithEvents) -> ContactWithEvents:
    """Return the facts as a source may yield them [E3]."""
    contact, events = facts
    first = {event.id: event for event in reversed(events) if event.id is not None}
    return contact, [event for event in events if event.id is None or first[event.id] is event]


@given(related(conditions()), people(), instants(), zones(), st.randoms(use_true_random=False))
def test_objects_of_other_classes_have_the_same_members(
    several: Items[Condition],
    histories: list[ContactWithEvents],
    now: datetime,
    tz: tzinfo,
    random: Any,  # noqa: ANN401
) -> None:
    """Some of the events of a contact are of a host's class, and some are not."""
    hosts = [
        (
            HostContact(contact.id, contact.attributes, contact.lists),
            [
                event
                if random.random() < 0.5
                else HostEvent(event.name, event.at, event.properties, event.id, contact.id)
                for event in events
            ],
        )
        for contact, events in histories
    ]
    assert members(several, hosts, now, tz) == expected(several, hosts, now, tz)


# Hypothesis prints what it draws, so it draws the descriptions of the values.
_NAMED = st.dictionaries(
    st.sampled_from(["plan", "age", "since", "city", "total", "coupon", "tags"]),
    st.sampled_from(sorted(VALUES)),
)


@given(related(conditions()), _NAMED, _NAMED, st.sampled_from(sorted(VALUES)), instants())
def test_values_that_raise_are_values_like_others(
    several: list[Condition],
    attributes: dict[str, str],
    properties: dict[str, str],
    at: str,
    now: datetime,
) -> None:
    """[V1]: a value stops nobody's evaluation."""
    contact = HostContact("c0", {name: VALUES[each] for name, each in attributes.items()}, 7)
    values = {name: VALUES[each] for name, each in properties.items()}
    events = [
        HostEvent(name, moment, values, None, "c0")
        for name in ("order", "booking")
        for moment in (now, VALUES[at])
    ]
    facts: list[tuple[Any, list[Any]]] = [(contact, events)]
    assert members(several, facts, now) == expected(several, facts, now)


@given(related(conditions() | conditions(SMALL)), people(), instants(), zones())
def test_exact_contacts_and_events_never_fall_back_to_the_reference(
    several: list[Condition], histories: list[ContactWithEvents], now: datetime, tz: tzinfo
) -> None:
    """The reference evaluates no leaf but those that are listed as declined."""

    def refuse(*_: object) -> None:
        raise AssertionError

    with pytest.MonkeyPatch.context() as patched, counting_declined_leaves() as evaluated:
        patched.setattr(rows, "_by_reference", refuse)
        members(several, histories, now, tz)
    assert all(leaf in rows.compile_rows(several).declined for leaf in evaluated)
