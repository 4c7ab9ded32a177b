"""Sequences in small random worlds, against a search that tries every choice of events.

The oracle is written from the law alone: it takes all ordered choices of different events, one for
each step, and looks whether one of them keeps the rules [S1], [S2], [S3].
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
"""What a step asks of an event: a word for one of the comparisons below."""

Within: TypeAlias = timedelta | relativedelta | None

START: Final = datetime(2023, 1, 29, tzinfo=UTC)
STEP: Final = timedelta(hours=12)


class Asked(NamedTuple):
    """One step: the names, what its event must satisfy, and how long after the one before."""

    names: tuple[str, ...]
    where: Where
    within: Within


class World(NamedTuple):
    """A question and the facts it is asked of."""

    first: Asked
    window: timedelta | None
    steps: tuple[Asked, ...]
    absent: Asked | None
    events: tuple[Event[str], ...]
    now: datetime


# --- the law --------------------------------------------------------------------------------------


def leave(at: datetime, within: timedelta | relativedelta) -> datetime:
    """[T6]: a duration later; months later, or when the month after begins."""
    if isinstance(within, timedelta):
        return at + within
    year, month = divmod(at.year * 12 + at.month - 1 + within.months, 12)
    if at.day <= calendar.monthrange(year, month + 1)[1]:
        return at.replace(year=year, month=month + 1)
    year, month = divmod(year * 12 + month + 1, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def fits(asked: Asked, event: Event[str], first: Event[str]) -> bool:
    """The event's name and ``where`` [S1], [S3]."""
    if event.name not in asked.names:
        return False
    sku, origin = event.properties.get("sku"), first.properties.get("sku")
    same = sku is not None and origin is not None and sku == origin
    return {
        "anything": True,
        "is a": sku == "a",
        "is not a": sku != "a",
        "as the first": same,
        "not as the first": not same,
    }[asked.where]


def reaches(a: Event[str], b: Event[str], within: Within) -> bool:
    """[S1]: ``a.at <= b.at < leave(a.at, d)``."""
    return a.at <= b.at and (within is None or b.at < leave(a.at, within))


def chains(world: World) -> Iterator[tuple[Event[str], ...]]:
    """Every choice of different events that makes the chain."""
    happened = [each for each in world.events if each.at <= world.now]
    for choice in permutations(happened, 1 + len(world.steps)):
        first = choice[0]
        if not fits(world.first, first, first):
            continue
        if world.window is not None and not first.at > world.now - world.window:
            continue
        later = zip(world.steps, pairwise(choice), strict=True)
        if all(fits(step, b, first) and reaches(a, b, step.within) for step, (a, b) in later):
            yield choice


def is_left_alone(world: World, chain: tuple[Event[str], ...]) -> bool:
    """[S2]: the time is over, and no other event of the absent step lies in it."""
    absent, last = world.absent, chain[-1]
    if absent is None:
        return True
    if absent.within is not None and leave(last.at, absent.within) > world.now:
        return False
    return not any(
        fits(absent, other, chain[0]) and reaches(last, other, absent.within)
        for other in world.events
        if other.at <= world.now and not any(other is taken for taken in chain)
    )


def law(world: World) -> bool:
    """Whether some chain satisfies the whole."""
    return any(is_left_alone(world, chain) for chain in chains(world))


# --- the worlds -----------------------------------------------------------------------------------

# What is said more than once is drawn more often: so that every fifth world says yes.
NAMES: Final = st.sampled_from([("x", "y"), ("x", "y"), ("x",), ("y",)])
PLAIN: Final = ("anything", "anything", "is a", "is not a")
CORRELATED: Final = ("as the first", "not as the first")
WITHIN: Final[st.SearchStrategy[Within]] = st.sampled_from(
    [None, None, STEP, 2 * STEP, 4 * STEP, timedelta(microseconds=1), relativedelta(months=1)]
)
STEPS: Final = st.builds(Asked, NAMES, st.sampled_from((*PLAIN, *CORRELATED)), WITHIN)
FIRSTS: Final = st.builds(Asked, NAMES, st.sampled_from(PLAIN), st.none())


@st.composite
def events(draw: st.DrawFn) -> Event[str]:
    """Half days from January 29 on, and the days in which a month after them ends."""
    at = START + STEP * draw(st.integers(0, 4))
    at += timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 0, 28, 29, 30])))
    sku = draw(st.sampled_from(["a", "a", "b", None]))
    return Event("ada", draw(st.sampled_from("xy")), at, {} if sku is None else {"sku": sku})


def _several(number: int) -> st.SearchStrategy[tuple[Event[str], ...]]:
    return st.lists(events(), min_size=number, max_size=number).map(tuple)


WORLDS: Final = st.builds(
    World,
    first=FIRSTS,
    window=st.sampled_from([None, None, None, None, timedelta(days=30), 4 * STEP]),
    steps=st.sampled_from([1, 2, 3, 0]).flatmap(
        lambda number: st.lists(STEPS, min_size=number, max_size=number).map(tuple)
    ),
    absent=st.none() | STEPS,
    events=st.sampled_from([6, 5, 4, 3, 2, 1, 0]).flatmap(_several),
    now=st.sampled_from([START + STEP * number for number in (200, 200, 200, 64, 62, 6, 4, 2)]),
).filter(lambda world: bool(world.steps or world.absent))


def _where(asked: Asked) -> Any:  # noqa: ANN401 - a condition of one event, or none
    same = prop("sku") == first_prop("sku")
    return {
        "anything": None,
        "is a": prop("sku") == "a",
        "is not a": prop("sku") != "a",
        "as the first": same,
        "not as the first": ~same,
    }[asked.where]


def condition_of(world: World) -> Sequence:
    """The same question in the words of segkit."""

    def step(asked: Asked) -> Any:  # noqa: ANN401 - did(...), with or without where
        where, event = _where(asked), did(*asked.names)
        return event if where is None else event.where(where)

    first = step(world.first)
    if world.window is not None:
        first = first.within_last(world.window)
    steps = tuple(Step(step(asked), asked.within) for asked in world.steps)
    absent = world.absent and Step(step(world.absent), world.absent.within)
    return Sequence(first, steps, absent)


@settings(max_examples=max(600, settings().max_examples))
@given(WORLDS)
def test_a_sequence_holds_exactly_if_some_choice_of_events_keeps_the_law(world: World) -> None:
    """[S1], [S2], [S3]: however the events are given."""
    condition, ada = condition_of(world), Contact("ada")
    verdict = matches(condition, ada, world.events, now=world.now)
    note(repr(condition))
    assert verdict is law(world)
    assert matches(condition, ada, world.events[::-1], now=world.now) is verdict


@settings(max_examples=max(100, settings().max_examples))
@given(WORLDS)
def test_every_way_of_asking_about_a_sequence_agrees(world: World) -> None:
    """[V2]: and what `segkit.requirements` leaves out changes nothing."""
    assert is_member(condition_of(world), events=world.events, now=world.now) is law(world)


@settings(max_examples=max(200, settings().max_examples))
@given(WORLDS)
def test_the_chain_that_is_shown_is_one(world: World) -> None:
    """What `segkit.explain` saw are the instants of a chain that satisfies the whole."""
    seen = explain(condition_of(world), Contact("ada"), world.events, now=world.now).seen
    satisfying = [chain for chain in chains(world) if is_left_alone(world, chain)]
    if satisfying:
        assert seen in [tuple(event.at for event in chain) for chain in satisfying]
    else:
        assert seen == ()
