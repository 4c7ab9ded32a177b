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
from hypothesis import given, settings
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
MAX_INSTANTS: Final = 200
"""The maximum number of instants at which a timeline is checked, each with its neighbors."""


@attrs.frozen
class Scenario:
    """A contact, its events, and the range of time in which they are evaluated."""

    contact: Contact[str]
    events: list[Event[str]]
    start: datetime
    end: datetime
    tz: tzinfo
    offset: int
    """The index of the first candidate that is checked, if there are too many candidates."""

    def holds(self, condition: Condition, now: datetime) -> bool:
        return matches(condition, self.contact, self.events, now=now, tz=self.tz)

    def changes(self, condition: Condition, now: datetime, horizon: datetime) -> NextChange:
        return next_change(
            condition, self.contact, History(self.events), now=now, tz=self.tz, horizon=horizon
        )

    def candidates(self, condition: Condition) -> list[datetime]:
        """Return the instants at which the verdict may flip, or some of them if there are many."""
        collected = Collected()
        for source in (condition, self.contact, self.events):
            collected.collect(source)
        candidates = candidate_instants(collected, self.tz, self.start, self.end)
        step = 1 + len(candidates) // MAX_INSTANTS
        return candidates[self.offset % step :: step]


@st.composite
def ranges(draw: DrawFn) -> tuple[datetime, datetime]:
    """Generate a range of days up to years, or the whole calendar."""
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
def scenarios(draw: DrawFn, facts: SearchStrategy[ContactWithEvents] | None = None) -> Scenario:
    contact, events = draw(histories() if facts is None else facts)
    start, end = draw(ranges())
    return Scenario(contact, events, start, end, draw(zones()), draw(st.integers(0, 100)))


def some_of(instants_of_flips: list[datetime]) -> list[datetime]:
    """Return the first instants, the last, and some between: anniversaries have thousands."""
    step = 1 + len(instants_of_flips) // MAX_INSTANTS
    return sorted(
        {
            *instants_of_flips[:MAX_INSTANTS],
            *instants_of_flips[-MAX_INSTANTS:],
            *instants_of_flips[::step],
        }
    )


def check(condition: Condition, scenario: Scenario) -> None:
    """Compare `timeline`, and `next_change` at each edge of its spans, with `matches`."""
    start, end = scenario.start, scenario.end
    spans = timeline(
        condition, scenario.contact, scenario.events, start=start, end=end, tz=scenario.tz
    )
    assert all(start <= span.start < span.end <= end for span in spans)
    assert all(one.end < other.start for one, other in pairwise(spans))
    prepared = History(scenario.events)
    spans_of_history = timeline(
        condition, scenario.contact, prepared, start=start, end=end, tz=scenario.tz
    )
    assert spans_of_history == spans
    if start == end:
        return

    edges = [at for span in spans for at in span if start < at < end]
    between = [one + (other - one) // 2 for one, other in pairwise([start, *edges, end])]
    near = [at + step for at in some_of(edges) for step in (-TICK, 0 * TICK, TICK)]
    candidates = scenario.candidates(condition)
    candidates = [
        at + step for at in candidates if FIRST < at < LAST for step in (-TICK, 0 * TICK, TICK)
    ]
    nows = {start, end - TICK, *near, *some_of(between), *candidates}
    remaining = iter([*spans, (LAST, LAST)])
    since, until = next(remaining)
    for now in sorted(now for now in nows if start <= now < end):
        while now >= until and until < LAST:
            since, until = next(remaining)
        assert scenario.holds(condition, now) is (since <= now < until), now
    for at in edges[:3]:
        part = timeline(condition, scenario.contact, prepared, start=start, end=at, tz=scenario.tz)
        assert part == clip(spans, start, at)
    check_next_change(condition, scenario, edges, between)


def check_next_change(
    condition: Condition, scenario: Scenario, edges: list[datetime], between: list[datetime]
) -> None:
    """From each edge, and from the middle between two edges, `next_change` finds the next edge."""
    start, end = scenario.start, scenario.end
    next_edges = [*edges, None]
    for now, following, middle in zip(
        [start, *edges][:40], next_edges[:40], between[:40], strict=False
    ):
        last = end - TICK
        for since in (now, max(middle, now)):
            change = scenario.changes(condition, since, last)
            assert change.horizon is not None
            if change.horizon == last:
                assert change.at == following, since
            else:  # The search ended early, and nothing changes up to there.
                assert change.at is None
                assert since <= change.horizon < (last if following is None else following)
        if following is not None and change.horizon == last:
            assert scenario.changes(condition, now, following) == NextChange(following, following)
            assert scenario.changes(condition, now, following - TICK) == NextChange(
                None, following - TICK
            )
    # Anniversaries recur each year, so a search up to the last instant is slow, and is rare.
    horizon = LAST if scenario.offset % 8 == 0 or LAST - end < YEARS else end + YEARS
    far = scenario.changes(condition, edges[-1] if edges else start, horizon).at
    if far is not None:
        assert far >= end
        verdict = scenario.holds(condition, end - TICK)
        assert scenario.holds(condition, far) is not verdict
        assert scenario.holds(condition, far - TICK) is verdict


# --- random conditions ----------------------------------------------------------------------------


@given(conditions(), scenarios())
def test_a_condition_flips_at_the_computed_instants(
    condition: Condition, scenario: Scenario
) -> None:
    check(condition, scenario)


@pytest.mark.parametrize("kind", leaves())
@given(st.data(), scenarios())
def test_a_leaf_flips_at_the_computed_instants(
    kind: type[LeafCondition], data: DataObject, scenario: Scenario
) -> None:
    """The condition is a single leaf, so that every kind of leaf is tested often."""
    check(data.draw(leaves()[kind]), scenario)


# --- the examples of the package ------------------------------------------------------------------

PRESENT: Final = (datetime(2022, 7, 1, tzinfo=UTC), datetime(2022, 9, 12, 12, tzinfo=UTC))
USUAL_VALUES: Final = st.one_of(
    instants(),
    st.sampled_from(PRESENT),
    st.dates(date(2022, 6, 1), date(2024, 4, 1)),
    st.sampled_from(("pro", "a", "Paris", 18, 1, 60, 0.5, True, None, ("golf",))),
)


@st.composite
def suitable_facts(draw: DrawFn, condition: Condition) -> ContactWithEvents:
    """Generate a contact and events with the facts that *condition* reads."""
    needs = requirements(condition, now=PRESENT[1])
    times = instants() | st.sampled_from(PRESENT)
    attributes = {name: draw(USUAL_VALUES) for name in sorted(needs.attributes)}
    lists = {name: draw(st.none() | times) for name in sorted(needs.lists | {"vip"})}
    events = [
        Event(
            "c1",
            name,
            draw(times),
            {name_of_property: draw(USUAL_VALUES) for name_of_property in sorted(need.properties)},
        )
        for name, need in sorted(needs.events.items())
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Contact("c1", attributes, lists), events


@pytest.mark.parametrize("condition", EXAMPLES, ids=range(len(EXAMPLES)))
@settings(max_examples=max(25, settings().max_examples // 4))
@given(st.data())
def test_an_example_flips_at_the_computed_instants(condition: Condition, data: DataObject) -> None:
    check(condition, data.draw(scenarios(suitable_facts(condition))))


# --- ``where`` that depends on time ---------------------------------------------------------------


@st.composite
def timed_properties(draw: DrawFn, *, first: bool = False) -> Property:
    """Generate conditions that an event satisfies for a limited time."""
    path = draw(st.sampled_from((("seen",), ("born",))))
    if first and draw(st.integers(0, 3)) == 0:
        return Property(path, Comparison(draw(REFERRING), Reference(path, first=True)))
    within = st.builds(Comparison, st.just("within"), windows(ever=False))
    return Property(path, draw(within | comparisons_in_time(WIDE)))


REFERRING: Final[SearchStrategy[Operator]] = st.sampled_from(("==", "<", ">="))
WHERE: Final = nested_in_where(timed_properties(), 3)
WHERE_LATER: Final = nested_in_where(timed_properties() | timed_properties(first=True), 3)


@st.composite
def steps_with_where(draw: DrawFn, step: Step) -> Step:
    where = draw(st.none() | WHERE_LATER)
    return Step(attrs.evolve(step.event, condition=where), step.within)


@st.composite
def leaves_with_where(draw: DrawFn, leaves: SearchStrategy[Any]) -> Condition:
    """Generate leaves of events, each with a ``where`` that depends on time."""
    leaf: EventCount | EventValue | Sequence = draw(leaves)
    if not isinstance(leaf, Sequence):
        return attrs.evolve(leaf, condition=draw(WHERE))
    return Sequence(
        attrs.evolve(leaf.first, condition=draw(WHERE)),
        tuple(draw(steps_with_where(step)) for step in leaf.steps),
        None if leaf.absent is None else draw(steps_with_where(leaf.absent)),
    )


@pytest.mark.parametrize("leaves", [event_counts(), event_values(), sequences()], ids=str)
@given(st.data(), scenarios(histories(max_events=6)))
def test_a_where_that_depends_on_time_flips_at_the_computed_instants(
    leaves: SearchStrategy[Any], data: DataObject, scenario: Scenario
) -> None:
    """[E2] For example, a booking whose departure is within the next 7 days."""
    check(data.draw(leaves_with_where(leaves)), scenario)


# --- the ends of the calendar ---------------------------------------------------------------------

TO_THE_FIRST: Final = FIRST - datetime(2023, 1, 29, tzinfo=UTC)
TO_THE_LAST: Final = LAST - datetime(2024, 4, 2, tzinfo=UTC)


@st.composite
def scenarios_at_the_ends(draw: DrawFn) -> Scenario:
    """Generate facts of the first or the last years, evaluated there or in the whole calendar."""
    contact, events = draw(histories())
    move = partial(move_times, away=draw(st.sampled_from((TO_THE_FIRST, TO_THE_LAST))))
    contact = attrs.evolve(contact, attributes=move(contact.attributes), lists=move(contact.lists))
    events = [
        attrs.evolve(each, at=move(each.at), properties=move(each.properties)) for each in events
    ]
    ends = ((FIRST, FIRST + 900 * DAY), (LAST - 900 * DAY, LAST), (FIRST, LAST))
    start, end = draw(st.sampled_from(ends))
    return Scenario(contact, events, start, end, draw(zones()), draw(st.integers(0, 100)))


def test_times_outside_the_calendar_are_not_moved() -> None:
    first_of_may = datetime(2024, 5, 1, tzinfo=UTC)
    assert move_times({"a": first_of_may}, TO_THE_LAST) == {"a": first_of_may}
    assert move_times(date(2024, 4, 1), TO_THE_LAST) == date(9999, 12, 30)


@given(conditions(), scenarios_at_the_ends())
def test_flips_at_the_ends_of_the_calendar_are_found(
    condition: Condition, scenario: Scenario
) -> None:
    """[T12] Instants are limited to the calendar."""
    check(condition, scenario)
