"""Sequences in small random worlds, compared with a search through all choices of events.

The oracle follows only the specification: it takes all ordered choices of different events, one for
each step, and tests whether one of them satisfies the rules [S1], [S2], [S3].
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any, Final, NamedTuple, TypeAlias

from dateutil.relativedelta import relativedelta
from hypothesis import given, note, settings
from hypothesis import strategies as st

from segkit import Contact, Event, Sequence, Step, did, explain, first_prop, matches, prop
from tests.unit.event_evaluation import is_member

Where: TypeAlias = str
"""The condition of a step: the name of one of the comparisons below."""

Within: TypeAlias = timedelta | relativedelta | None

START: Final = datetime(2023, 1, 29, tzinfo=UTC)
STEP: Final = timedelta(hours=12)


class StepSpec(NamedTuple):
    """A step: the names, the condition of its event, and the time after the previous step."""

    names: tuple[str, ...]
    where: Where
    within: Within


class World(NamedTuple):
    """A sequence, and the facts for which it is evaluated."""

    first: StepSpec
    window: timedelta | None
    steps: tuple[StepSpec, ...]
    absent: StepSpec | None
    events: tuple[Event[str], ...]
    now: datetime


# --- the specification ----------------------------------------------------------------------------


def leave(at: datetime, within: timedelta | relativedelta) -> datetime:
    """Return the instant *within* after *at*; for months, see [T6]."""
    if isinstance(within, timedelta):
        return at + within
    year, month = divmod(at.year * 12 + at.month - 1 + within.months, 12)
    if at.day <= calendar.monthrange(year, month + 1)[1]:
        return at.replace(year=year, month=month + 1)
    year, month = divmod(year * 12 + month + 1, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def matches_step(spec: StepSpec, event: Event[str], first: Event[str]) -> bool:
    """Return whether the event has the name and satisfies ``where`` [S1], [S3]."""
    if event.name not in spec.names:
        return False
    sku, origin = event.properties.get("sku"), first.properties.get("sku")
    same = sku is not None and origin is not None and sku == origin
    return {
        "anything": True,
        "is a": sku == "a",
        "is not a": sku != "a",
        "as the first": same,
        "not as the first": not same,
    }[spec.where]


def reaches(a: Event[str], b: Event[str], within: Within) -> bool:
    """Return whether ``a.at <= b.at < leave(a.at, within)`` [S1]."""
    return a.at <= b.at and (within is None or b.at < leave(a.at, within))


def chains(world: World) -> Iterator[tuple[Event[str], ...]]:
    """Yield all choices of different events that are a chain."""
    past_events = [each for each in world.events if each.at <= world.now]
    for choice in permutations(past_events, 1 + len(world.steps)):
        first = choice[0]
        if not matches_step(world.first, first, first):
            continue
        if world.window is not None and not first.at > world.now - world.window:
            continue
        later = zip(world.steps, pairwise(choice), strict=True)
        if all(
            matches_step(step, b, first) and reaches(a, b, step.within) for step, (a, b) in later
        ):
            yield choice


def satisfies_absence(world: World, chain: tuple[Event[str], ...]) -> bool:
    """Return whether the time is over, without another event of the absent step in it [S2]."""
    absent, last = world.absent, chain[-1]
    if absent is None:
        return True
    if absent.within is not None and leave(last.at, absent.within) > world.now:
        return False
    return not any(
        matches_step(absent, other, chain[0]) and reaches(last, other, absent.within)
        for other in world.events
        if other.at <= world.now and not any(other is taken for taken in chain)
    )


def oracle(world: World) -> bool:
    """Return whether some chain satisfies the sequence."""
    return any(satisfies_absence(world, chain) for chain in chains(world))


# --- the worlds -----------------------------------------------------------------------------------

# Repeated values are drawn more often, so that every fifth verdict is true.
NAMES: Final = st.sampled_from([("x", "y"), ("x", "y"), ("x",), ("y",)])
PLAIN: Final = ("anything", "anything", "is a", "is not a")
CORRELATED: Final = ("as the first", "not as the first")
WITHIN: Final[st.SearchStrategy[Within]] = st.sampled_from(
    [None, None, STEP, 2 * STEP, 4 * STEP, timedelta(microseconds=1), relativedelta(months=1)]
)
STEPS: Final = st.builds(StepSpec, NAMES, st.sampled_from((*PLAIN, *CORRELATED)), WITHIN)
FIRSTS: Final = st.builds(StepSpec, NAMES, st.sampled_from(PLAIN), st.none())


@st.composite
def events(draw: st.DrawFn) -> Event[str]:
    """Draw an event: on half days from January 29 on, or about a month after them."""
    at = START + STEP * draw(st.integers(0, 4))
    at += timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 0, 28, 29, 30])))
    sku = draw(st.sampled_from(["a", "a", "b", None]))
    return Event("ada", draw(st.sampled_from("xy")), at, {} if sku is None else {"sku": sku})


def _event_lists(number: int) -> st.SearchStrategy[tuple[Event[str], ...]]:
    return st.lists(events(), min_size=number, max_size=number).map(tuple)


WORLDS: Final = st.builds(
    World,
    first=FIRSTS,
    window=st.sampled_from([None, None, None, None, timedelta(days=30), 4 * STEP]),
    steps=st.sampled_from([1, 2, 3, 0]).flatmap(
        lambda number: st.lists(STEPS, min_size=number, max_size=number).map(tuple)
    ),
    absent=st.none() | STEPS,
    events=st.sampled_from([6, 5, 4, 3, 2, 1, 0]).flatmap(_event_lists),
    now=st.sampled_from([START + STEP * number for number in (200, 200, 200, 64, 62, 6, 4, 2)]),
).filter(lambda world: bool(world.steps or world.absent))


def _where(spec: StepSpec) -> Any:  # noqa: ANN401 - a condition of one event, or None
    same = prop("sku") == first_prop("sku")
    return {
        "anything": None,
        "is a": prop("sku") == "a",
        "is not a": prop("sku") != "a",
        "as the first": same,
        "not as the first": ~same,
    }[spec.where]


def condition_of(world: World) -> Sequence:
    """Return the sequence of *world* as a condition of segkit."""

    def step(spec: StepSpec) -> Any:  # noqa: ANN401 - did(...), with or without where
        where, event = _where(spec), did(*spec.names)
        return event if where is None else event.where(where)

    first = step(world.first)
    if world.window is not None:
        first = first.within_last(world.window)
    steps = tuple(Step(step(spec), spec.within) for spec in world.steps)
    absent = world.absent and Step(step(world.absent), world.absent.within)
    return Sequence(first, steps, absent)


@settings(max_examples=max(600, settings().max_examples))
@given(WORLDS)
def test_a_sequence_is_true_exactly_if_some_choice_of_events_satisfies_the_rules(
    world: World,
) -> None:
    """[S1], [S2], [S3]: for any order of the events."""
    condition, ada = condition_of(world), Contact("ada")
    verdict = matches(condition, ada, world.events, now=world.now)
    note(repr(condition))
    assert verdict is oracle(world)
    assert matches(condition, ada, world.events[::-1], now=world.now) is verdict


@settings(max_examples=max(100, settings().max_examples))
@given(WORLDS)
def test_all_engines_agree_about_a_sequence(world: World) -> None:
    """[V2]: also with only the facts in `segkit.requirements`."""
    assert is_member(condition_of(world), events=world.events, now=world.now) is oracle(world)


@settings(max_examples=max(200, settings().max_examples))
@given(WORLDS)
def test_the_explained_chain_is_a_valid_chain(world: World) -> None:
    """`segkit.explain` shows the instants of a chain that satisfies the sequence."""
    seen = explain(condition_of(world), Contact("ada"), world.events, now=world.now).seen
    satisfying = [chain for chain in chains(world) if satisfies_absence(world, chain)]
    if satisfying:
        assert seen in [tuple(event.at for event in chain) for chain in satisfying]
    else:
        assert seen == ()
