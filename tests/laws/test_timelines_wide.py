"""`timeline` and `next_change` agree with `matches` in the wide world, at many instants.

These are all bounds, a microsecond before and after them, instants between them, and all instants
at which a change might have been missed: see `candidate_instants`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from itertools import pairwise
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from segkit import (
    Comparison,
    Condition,
    Contact,
    Event,
    EventCount,
    EventValue,
    History,
    NextChange,
    Property,
    Reference,
    Sequence,
    Step,
    matches,
    next_change,
    requirements,
    timeline,
)
from segkit.model.conditions import LeafCondition
from segkit.model.operators import Operator
from segkit.testing import EXAMPLES, histories, instants, zones
from segkit.testing.strategies import ContactWithEvents, weighted
from tests.laws.candidate_instants import (
    DAY,
    FIRST,
    LAST,
    Collected,
    candidate_instants,
    clip,
    in_utc,
    move_times,
)
from tests.strategies import conditions, leaves, windows
from tests.strategies.comparisons import comparisons_in_time
from tests.strategies.groups import nested_in_where
from tests.strategies.leaves import event_counts, event_values, sequences
from tests.strategies.world import WIDE
from tests.unit.evaluation import TICK

YEARS: Final = 4000 * DAY
MOST_POINTS: Final = 200
"""At how many instants a timeline is checked, each with its two neighbours."""


@attrs.frozen
class Watched:
    """A contact, its events, and the time through which they are watched."""

    contact: Contact[str]
    events: list[Event[str]]
    start: datetime
    end: datetime
    tz: tzinfo
    place: int
    """Which of the points are taken if there are too many."""

    def holds(self, condition: Condition, now: datetime) -> bool:
        return matches(condition, self.contact, self.events, now=now, tz=self.tz)

    def changes(self, condition: Condition, now: datetime, horizon: datetime) -> NextChange:
        return next_change(
            condition, self.contact, History(self.events), now=now, tz=self.tz, horizon=horizon
        )

    def worth_asking(self, condition: Condition) -> list[datetime]:
        """The instants at which something might happen, some of them if they are many."""
        found = Collected()
        for each in (condition, self.contact, self.events):
            found.collect(each)
        chosen = candidate_instants(found, self.tz, self.start, self.end)
        step = 1 + len(chosen) // MOST_POINTS
        return chosen[self.place % step :: step]


@st.composite
def times_of(draw: DrawFn) -> tuple[datetime, datetime]:
    """From an instant on for days up to years, or from beginning to end."""
    start = in_utc(
        draw(weighted((10, instants()), (1, st.sampled_from((FIRST, LAST - 400 * DAY)))))
    )
    length = draw(LENGTHS)
    end = LAST if length is None or LAST - start < length else start + length
    return start, end


STARTS: Final = weighted((10, instants()), (1, st.sampled_from((FIRST, LAST - 400 * DAY))))
LENGTHS: Final[SearchStrategy[timedelta | None]] = st.sampled_from(
    (400 * DAY, DAY, 40 * DAY, 90 * DAY, TICK, 400 * DAY, 40 * DAY, 90 * DAY, YEARS, YEARS, None)
)


@st.composite
def watched(draw: DrawFn, facts: SearchStrategy[ContactWithEvents] | None = None) -> Watched:
    contact, events = draw(histories() if facts is None else facts)
    start, end = draw(times_of())
    return Watched(contact, events, start, end, draw(zones()), draw(st.integers(0, 100)))


def some_of(moments: list[datetime]) -> list[datetime]:
    """The first ones, the last ones, and some between: of anniversaries there are thousands."""
    step = 1 + len(moments) // MOST_POINTS
    return sorted({*moments[:MOST_POINTS], *moments[-MOST_POINTS:], *moments[::step]})


def check(condition: Condition, asked: Watched) -> None:
    """`timeline`, and `next_change` at each of its edges, say what `matches` says."""
    start, end = asked.start, asked.end
    spans = timeline(condition, asked.contact, asked.events, start=start, end=end, tz=asked.tz)
    assert all(start <= span.start < span.end <= end for span in spans)
    assert all(one.end < other.start for one, other in pairwise(spans))
    prepared = History(asked.events)
    again = timeline(condition, asked.contact, prepared, start=start, end=end, tz=asked.tz)
    assert again == spans
    if start == end:
        return

    edges = [at for span in spans for at in span if start < at < end]
    between = [one + (other - one) // 2 for one, other in pairwise([start, *edges, end])]
    near = [at + step for at in some_of(edges) for step in (-TICK, 0 * TICK, TICK)]
    missed = asked.worth_asking(condition)
    missed = [at + step for at in missed if FIRST < at < LAST for step in (-TICK, 0 * TICK, TICK)]
    nows = {start, end - TICK, *near, *some_of(between), *missed}
    held = iter([*spans, (LAST, LAST)])
    since, until = next(held)
    for now in sorted(now for now in nows if start <= now < end):
        while now >= until and until < LAST:
            since, until = next(held)
        assert asked.holds(condition, now) is (since <= now < until), now
    for at in edges[:3]:
        part = timeline(condition, asked.contact, prepared, start=start, end=at, tz=asked.tz)
        assert part == clip(spans, start, at)
    check_next_change(condition, asked, edges, between)


def check_next_change(
    condition: Condition, asked: Watched, edges: list[datetime], between: list[datetime]
) -> None:
    """From each edge, or the middle between two, the next one is the next change."""
    start, end = asked.start, asked.end
    ends = [*edges, None]
    for now, then, middle in zip([start, *edges][:40], ends[:40], between[:40], strict=False):
        last = end - TICK
        for since in (now, max(middle, now)):
            change = asked.changes(condition, since, last)
            assert change.horizon is not None
            if change.horizon == last:
                assert change.at == then, since
            else:  # The search ended early, and nothing changes up to there.
                assert change.at is None
                assert since <= change.horizon < (last if then is None else then)
        if then is not None and change.horizon == last:
            assert asked.changes(condition, now, then) == NextChange(then, then)
            assert asked.changes(condition, now, then - TICK) == NextChange(None, then - TICK)
    # Anniversaries come back each year: most of the time, up to the last one is too long a way.
    horizon = LAST if asked.place % 8 == 0 or LAST - end < YEARS else end + YEARS
    far = asked.changes(condition, edges[-1] if edges else start, horizon).at
    if far is not None:
        assert far >= end
        verdict = asked.holds(condition, end - TICK)
        assert asked.holds(condition, far) is not verdict
        assert asked.holds(condition, far - TICK) is verdict


# --- whatever there is ----------------------------------------------------------------------------


@given(conditions(), watched())
def test_a_condition_of_the_wide_world_changes_when_it_is_said_to(
    condition: Condition, asked: Watched
) -> None:
    check(condition, asked)


@pytest.mark.parametrize("kind", leaves())
@given(st.data(), watched())
def test_a_leaf_of_the_wide_world_changes_when_it_is_said_to(
    kind: type[LeafCondition], data: DataObject, asked: Watched
) -> None:
    """For one leaf alone, so that no kind of leaf is drowned by the others."""
    check(data.draw(leaves()[kind]), asked)


# --- the vocabulary -------------------------------------------------------------------------------

PRESENT: Final = (datetime(2022, 7, 1, tzinfo=UTC), datetime(2022, 9, 12, 12, tzinfo=UTC))
USUAL: Final = st.one_of(
    instants(),
    st.sampled_from(PRESENT),
    st.dates(date(2022, 6, 1), date(2024, 4, 1)),
    st.sampled_from(("pro", "a", "Paris", 18, 1, 60, 0.5, True, None, ("golf",))),
)


@st.composite
def suited(draw: DrawFn, condition: Condition) -> ContactWithEvents:
    """A contact and events that have what *condition* reads."""
    needs = requirements(condition, now=PRESENT[1])
    when = instants() | st.sampled_from(PRESENT)
    held = {name: draw(USUAL) for name in sorted(needs.attributes)}
    lists = {name: draw(st.none() | when) for name in sorted(needs.lists | {"vip"})}
    events = [
        Event("c1", name, draw(when), {each: draw(USUAL) for each in sorted(need.properties)})
        for name, need in sorted(needs.events.items())
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Contact("c1", held, lists), events


@pytest.mark.parametrize("condition", EXAMPLES, ids=range(len(EXAMPLES)))
@given(st.data())
def test_an_example_of_the_vocabulary_changes_when_it_is_said_to(
    condition: Condition, data: DataObject
) -> None:
    check(condition, data.draw(watched(suited(condition))))


# --- where that moves with time -------------------------------------------------------------------


@st.composite
def moving(draw: DrawFn, *, first: bool = False) -> Property:
    """What one event satisfies for a time."""
    path = draw(st.sampled_from((("seen",), ("born",))))
    if first and draw(st.integers(0, 3)) == 0:
        return Property(path, Comparison(draw(REFERRING), Reference(path, first=True)))
    within = st.builds(Comparison, st.just("within"), windows(ever=False))
    return Property(path, draw(within | comparisons_in_time(WIDE)))


REFERRING: Final[SearchStrategy[Operator]] = st.sampled_from(("==", "<", ">="))
WHERE: Final = nested_in_where(moving(), 3)
WHERE_LATER: Final = nested_in_where(moving() | moving(first=True), 3)


@st.composite
def moving_steps(draw: DrawFn, step: Step) -> Step:
    where = draw(st.none() | WHERE_LATER)
    return Step(attrs.evolve(step.event, condition=where), step.within)


@st.composite
def moving_leaves(draw: DrawFn, leaves: SearchStrategy[Any]) -> Condition:
    """The leaves of events, each with a ``where`` that moves."""
    leaf: EventCount | EventValue | Sequence = draw(leaves)
    if not isinstance(leaf, Sequence):
        return attrs.evolve(leaf, condition=draw(WHERE))
    return Sequence(
        attrs.evolve(leaf.first, condition=draw(WHERE)),
        tuple(draw(moving_steps(step)) for step in leaf.steps),
        None if leaf.absent is None else draw(moving_steps(leaf.absent)),
    )


@pytest.mark.parametrize("leaves", [event_counts(), event_values(), sequences()], ids=str)
@given(st.data(), watched(histories(max_events=6)))
def test_where_that_moves_changes_when_it_is_said_to(
    leaves: SearchStrategy[Any], data: DataObject, asked: Watched
) -> None:
    """[E2] "A booking whose departure is within the next 7 days"."""
    check(data.draw(moving_leaves(leaves)), asked)


# --- the ends of the calendar ---------------------------------------------------------------------

TO_THE_FIRST: Final = FIRST - datetime(2023, 1, 29, tzinfo=UTC)
TO_THE_LAST: Final = LAST - datetime(2024, 4, 2, tzinfo=UTC)


@st.composite
def at_the_ends(draw: DrawFn) -> Watched:
    """Facts of the first year or of the last, watched through it or from there to the other end."""
    contact, events = draw(histories())
    away = partial(move_times, away=draw(st.sampled_from((TO_THE_FIRST, TO_THE_LAST))))
    contact = attrs.evolve(contact, attributes=away(contact.attributes), lists=away(contact.lists))
    events = [
        attrs.evolve(each, at=away(each.at), properties=away(each.properties)) for each in events
    ]
    ends = ((FIRST, FIRST + 900 * DAY), (LAST - 900 * DAY, LAST), (FIRST, LAST))
    start, end = draw(st.sampled_from(ends))
    return Watched(contact, events, start, end, draw(zones()), draw(st.integers(0, 100)))


@given(conditions(), at_the_ends())
def test_nothing_is_lost_at_the_ends_of_the_calendar(condition: Condition, asked: Watched) -> None:
    """[T12]."""
    check(condition, asked)
