"""`timeline` and `next_change` agree with `matches` at every instant.

Both compute with the inverse of each window, and `matches` only selects the events in a
window now. This module compares them in the small world, at all instants; `test_timelines_wide`
compares them in the wide one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from segkit import Condition, History, NextChange, matches, next_change, requirements, timeline
from segkit.model.conditions import LeafCondition
from segkit.testing.strategies import ContactWithEvents
from tests.laws.candidate_instants import clip
from tests.laws.inputs import narrow
from tests.strategies import SMALL, SMALL_NOWS, conditions, leaves, small_histories
from tests.unit.evaluation import TICK

FIRST, LAST = SMALL_NOWS[0], SMALL_NOWS[-1]
YEARS_LATER = LAST + timedelta(days=1500)
"""Anniversaries recur each year, so a search up to the year 9999 would be slow."""


def verdicts_of(condition: Condition, history: ContactWithEvents) -> list[bool]:
    """Return the verdict of `matches` at each instant of the small world."""
    return [matches(condition, *history, now=now) for now in SMALL_NOWS]


def first_flip(verdicts: list[bool], index: int) -> datetime | None:
    """Return the first instant with another verdict after the instant at *index*."""
    later_indexes = range(index + 1, len(SMALL_NOWS))
    return next(
        (SMALL_NOWS[other] for other in later_indexes if verdicts[other] is not verdicts[index]),
        None,
    )


def check_timeline(condition: Condition, history: ContactWithEvents) -> None:
    """Spans cover exactly the instants at which the condition is true; no two spans touch [T11]."""
    spans = timeline(condition, *history, start=FIRST, end=LAST)
    for now, verdict in zip(SMALL_NOWS[:-1], verdicts_of(condition, history), strict=False):
        assert any(start <= now < end for start, end in spans) is verdict
    assert all(FIRST <= start < end <= LAST for start, end in spans)
    assert all(one.end < other.start for one, other in pairwise(spans))


def check_next_change(condition: Condition, history: ContactWithEvents) -> None:
    """From each instant, the first instant with another verdict is found, up to the horizon."""
    contact, events = history
    prepared = History(events)
    verdicts = verdicts_of(condition, history)
    for index, now in enumerate(SMALL_NOWS):

        def change(horizon: datetime | None, now: datetime = now) -> NextChange:
            return next_change(condition, contact, prepared, now=now, horizon=horizon)

        flip = first_flip(verdicts, index)
        assert change(LAST) == NextChange(flip, LAST)
        if flip is not None:
            assert change(flip) == NextChange(flip, flip)
            assert change(flip - TICK) == NextChange(None, flip - TICK)
            assert change(None) == NextChange(flip, None)


@given(conditions(SMALL), small_histories())
def test_a_timeline_is_right_at_every_instant(
    condition: Condition, history: ContactWithEvents
) -> None:
    check_timeline(condition, history)


@given(conditions(SMALL), small_histories())
def test_the_next_change_is_right_from_every_instant(
    condition: Condition, history: ContactWithEvents
) -> None:
    check_next_change(condition, history)


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_the_timeline_of_every_leaf_is_right_at_every_instant(
    kind: type[LeafCondition], data: DataObject, history: ContactWithEvents
) -> None:
    """The condition is a single leaf, so that every kind of leaf is tested often."""
    check_timeline(data.draw(leaves(SMALL)[kind]), history)


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_the_next_change_of_every_leaf_is_right_from_every_instant(
    kind: type[LeafCondition], data: DataObject, history: ContactWithEvents
) -> None:
    """The same for `next_change`."""
    check_next_change(data.draw(leaves(SMALL)[kind]), history)


@given(conditions(SMALL), small_histories(), st.data())
def test_a_part_of_a_timeline_is_the_timeline_of_its_range(
    condition: Condition, history: ContactWithEvents, data: DataObject
) -> None:
    """Events before the start of a range count in the range."""
    whole = timeline(condition, *history, start=FIRST, end=LAST)
    edges = st.sampled_from([at for span in whole for at in span] or [LAST])
    ends = st.tuples(st.sampled_from(SMALL_NOWS), edges | st.sampled_from(SMALL_NOWS))
    start, end = sorted(data.draw(ends))
    assert timeline(condition, *history, start=start, end=end) == clip(whole, start, end)


@given(conditions(SMALL), small_histories())
def test_a_history_and_its_events_have_the_same_timeline(
    condition: Condition, history: ContactWithEvents
) -> None:
    """A `History` contains the events in order."""
    contact, events = history
    expected = timeline(condition, contact, events, start=FIRST, end=LAST)
    assert timeline(condition, contact, History(events), start=FIRST, end=LAST) == expected
    for now in SMALL_NOWS:
        change = next_change(condition, contact, events, now=now, horizon=YEARS_LATER)
        prepared = History(events)
        assert next_change(condition, contact, prepared, now=now, horizon=YEARS_LATER) == change


@given(conditions(SMALL), small_histories())
def test_required_facts_and_later_events_suffice_for_the_next_change(
    condition: Condition, history: ContactWithEvents
) -> None:
    """An event that has left a window does not reenter it; a later event can enter it."""
    contact, events = history
    unique = [attrs.evolve(event, id=index) for index, event in enumerate(events)]
    for now in SMALL_NOWS:
        needs = requirements(condition, now=now)
        extended = {name: attrs.evolve(need, until=LAST) for name, need in needs.events.items()}
        required_facts = narrow(contact, unique, attrs.evolve(needs, events=extended))
        change = next_change(condition, contact, unique, now=now)
        assert next_change(condition, *required_facts, now=now) == change


@given(conditions(SMALL), small_histories())
def test_the_complement_has_the_complementary_timeline(
    condition: Condition, history: ContactWithEvents
) -> None:
    """[V2] Where a span of one ends, a span of the other starts."""
    edges = [FIRST, LAST]
    for each in (condition, ~condition):
        edges += [at for span in timeline(each, *history, start=FIRST, end=LAST) for at in span]
    assert len(edges) % 2 == 0
    assert all(edges.count(at) == 2 for at in edges)
