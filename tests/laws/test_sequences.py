"""Sequences against a search that tries every choice of events [S1], [S2], [S3], [V6]."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import permutations
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import event as noted
from hypothesis import given
from hypothesis import strategies as st

from segkit import Contact, Event, Reference, Sequence, did, explain, matches, prop
from segkit.clock import EvaluationContext, Unbounded, leave
from segkit.model.comparisons import Comparison
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Step
from segkit.operations.explanation.certainty import EventJudgements
from segkit.semantics.observations import EventSubject, where_is_true

NOON: Final = datetime(2022, 10, 1, 22, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
PARIS: Final = ZoneInfo("Europe/Paris")

VALUES: Final = st.sampled_from(
    [1, 1.0, True, "a", "A", "ß", "ss", None, [1], b"1", float("nan"), date(2022, 10, 2),
     NOON + 5 * HOUR, NOON - 2 * HOUR, 2**61 - 1, 0, 0.5]
)  # fmt: skip
FEW: Final = st.sampled_from(["a", "A", "b", None, 1])
PLACES: Final = st.sampled_from(["p", "q"])


def referring(operator: str, path: str, first: str, *, folds: bool) -> Property:
    """Build ``prop(path) <operator> first_prop(first)``."""
    operand = Reference((first,), first=True)
    return Property((path,), Comparison(operator, operand, folds))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


EQUAL: Final = st.builds(referring, st.just("=="), PLACES, PLACES, folds=st.booleans())
PARTS: Final = st.one_of(
    EQUAL,
    EQUAL,
    st.builds(referring, st.sampled_from(["<", ">="]), PLACES, PLACES, folds=st.just(value=False)),
    st.builds(lambda path, value: prop(path) == value, PLACES, st.sampled_from(["a", 1])),
    st.builds(lambda path: prop(path).is_set(), PLACES),
)
WHERES: Final = st.one_of(
    st.none(),
    PARTS,
    st.builds(lambda a, b: a & b, PARTS, PARTS),
    st.builds(lambda a, b: a | b, PARTS, PARTS),
    st.builds(lambda a: ~a, PARTS),
)


def step(name: str, where: Any, hours: int | None) -> Step:  # noqa: ANN401 - of one event
    """Build a later step, within *hours* of the one before."""
    asked = did(*name.split()) if where is None else did(*name.split()).where(where)
    return Step(asked, None if hours is None else timedelta(hours=hours))


NAMES: Final = st.sampled_from(["A", "B", "A B"])
STEPS: Final = st.builds(step, NAMES, WHERES, st.sampled_from([None, 1, 2]))


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    """Up to three later steps, perhaps with an absent one."""
    steps = draw(st.lists(STEPS, max_size=2) | st.lists(STEPS, max_size=3))
    absent = draw(STEPS if not steps else st.none() | STEPS)
    first: Any = did(*draw(NAMES).split())
    return Sequence(first.within_last(hours=draw(st.integers(4, 9))), tuple(steps), absent)


@st.composite
def histories(draw: st.DrawFn) -> list[Event[str]]:
    """Up to six events, many of them at one instant."""
    values = draw(st.sampled_from([VALUES, FEW, FEW]))
    event = st.builds(
        lambda name, hours, p, q: Event("ada", name, NOON - hours * HOUR, {"p": p, "q": q}),
        st.sampled_from("AB"), st.integers(-1, 3), values, values,
    )  # fmt: skip
    return draw(st.lists(event, min_size=2, max_size=6))


def chosen(
    leaf: Sequence, given: list[Event[str]], context: EvaluationContext
) -> Iterator[list[Event[str]]]:
    """All choices of different events whose instants are right, the steps aside."""
    past = [event for event in given if event.at <= context.now]
    window = context.window_interval(leaf.first.window)
    for choice in permutations(past, len(leaf.steps) + 1):
        names = [leaf.first.names, *(each.event.names for each in leaf.steps)]
        if choice[0].at in window and all(
            event.name in several for event, several in zip(choice, names, strict=True)
        ):
            gaps = zip(choice, choice[1:], leaf.steps, strict=False)
            if all(in_time(a, b, each) for a, b, each in gaps):
                yield list(choice)


def in_time(a: Event[str], b: Event[str], later: Step) -> bool:
    """Whether b may be the step behind a."""
    if later.within is None:
        return a.at <= b.at
    end = leave(a.at, later.within)
    assert not isinstance(end, Unbounded)
    return a.at <= b.at < end


def found(leaf: Sequence, given: list[Event[str]], context: EvaluationContext, serves: Any) -> bool:  # noqa: ANN401
    """Whether one of all choices will do, by what *serves* says of events and steps."""
    for choice in chosen(leaf, given, context):
        first, last = choice[0], choice[-1]
        fits = [
            serves(each.event, event, first, False)
            for event, each in zip(choice[1:], leaf.steps, strict=True)
        ]
        if not all(fits):
            continue
        if leaf.absent is None:
            return True
        within = leaf.absent.within
        if within is not None and last.at + timedelta(microseconds=within.microseconds) > NOON:
            continue
        if not any(
            other.name in leaf.absent.event.names
            and other.at <= NOON
            and not any(other is event for event in choice)
            and in_time(last, other, leaf.absent)
            and serves(leaf.absent.event, other, first, True)
            for other in given
        ):
            return True
    return False


@given(sequences(), histories(), st.sampled_from([UTC, PARIS]))
def test_a_sequence_is_found_where_some_choice_of_events_makes_it(
    leaf: Sequence, given: list[Event[str]], tz: tzinfo
) -> None:
    """The search that looks events up, and seats those of one instant, misses none."""
    context = EvaluationContext.create(NOON, tz)

    def holds(asked: EventCount, event: Any, first: Any, _: bool) -> bool:  # noqa: ANN401
        return where_is_true(asked.condition, EventSubject(event, first), context)

    expected = found(leaf, given, context, holds)
    noted(f"found: {expected}")
    assert matches(leaf, Contact("ada"), given, now=NOON, tz=tz) is expected


@given(sequences(), histories(), st.sampled_from([UTC, PARIS]))
def test_it_is_certain_where_doubtful_events_change_nothing(
    leaf: Sequence, given: list[Event[str]], tz: tzinfo
) -> None:
    """Whether all of them help, or all of them hinder [V6]."""
    context = EvaluationContext.create(NOON, tz)

    judgements = EventJudgements(context)

    def found_if(*, doubtful_fit: bool) -> bool:
        def holds(asked: EventCount, event: Any, first: Any, absent: bool) -> bool:  # noqa: ANN401
            judged = judgements.judge(asked.condition, EventSubject(event, first))
            return judged.verdict if judged.certain else doubtful_fit is not absent

        return found(leaf, given, context, holds)

    certain = found_if(doubtful_fit=True) is found_if(doubtful_fit=False)
    noted(f"certain: {certain}")
    explained = explain(leaf, Contact("ada"), given, now=NOON, tz=tz)
    assert explained.certain is certain
    assert certain or explained.notes
