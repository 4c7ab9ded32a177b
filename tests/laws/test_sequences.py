"""Sequences against a search that tries every choice of events [S1], [S2], [S3], [V6]."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import permutations
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import event as record
from hypothesis import given
from hypothesis import strategies as st

from segkit import Contact, Event, Reference, Sequence, did, explain, matches, prop
from segkit.clock import EvaluationContext, Unbounded, leave
from segkit.model.comparisons import Comparison
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Step
from segkit.operations.explanation.certainty import EventJudgements
from segkit.semantics.observations import EventSubject, where_is_true

NOW: Final = datetime(2022, 10, 1, 22, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
PARIS: Final = ZoneInfo("Europe/Paris")

VALUES: Final = st.sampled_from(
    [1, 1.0, True, "a", "A", "ß", "ss", None, [1], b"1", float("nan"), date(2022, 10, 2),
     NOW + 5 * HOUR, NOW - 2 * HOUR, 2**61 - 1, 0, 0.5]
)  # fmt: skip
FEW_VALUES: Final = st.sampled_from(["a", "A", "b", None, 1])
PATHS: Final = st.sampled_from(["p", "q"])


def referring(operator: str, path: str, first: str, *, folds: bool) -> Property:
    """Build ``prop(path) <operator> first_prop(first)``."""
    operand = Reference((first,), first=True)
    return Property((path,), Comparison(operator, operand, folds))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


EQUAL: Final = st.builds(referring, st.just("=="), PATHS, PATHS, folds=st.booleans())
PARTS: Final = st.one_of(
    EQUAL,
    EQUAL,
    st.builds(referring, st.sampled_from(["<", ">="]), PATHS, PATHS, folds=st.just(value=False)),
    st.builds(lambda path, value: prop(path) == value, PATHS, st.sampled_from(["a", 1])),
    st.builds(lambda path: prop(path).is_set(), PATHS),
)
WHERES: Final = st.one_of(
    st.none(),
    PARTS,
    st.builds(lambda a, b: a & b, PARTS, PARTS),
    st.builds(lambda a, b: a | b, PARTS, PARTS),
    st.builds(lambda a: ~a, PARTS),
)


def step(name: str, where: Any, hours: int | None) -> Step:  # noqa: ANN401 - of one event
    """Build a later step, within *hours* of the step before."""
    event = did(*name.split()) if where is None else did(*name.split()).where(where)
    return Step(event, None if hours is None else timedelta(hours=hours))


NAMES: Final = st.sampled_from(["A", "B", "A B"])
STEPS: Final = st.builds(step, NAMES, WHERES, st.sampled_from([None, 1, 2]))


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    """Generate sequences of up to three later steps; the last step may be absent."""
    steps = draw(st.lists(STEPS, max_size=2) | st.lists(STEPS, max_size=3))
    absent = draw(STEPS if not steps else st.none() | STEPS)
    first: Any = did(*draw(NAMES).split())
    return Sequence(first.within_last(hours=draw(st.integers(4, 9))), tuple(steps), absent)


@st.composite
def histories(draw: st.DrawFn) -> list[Event[str]]:
    """Generate up to six events, many of them at the same instant."""
    values = draw(st.sampled_from([VALUES, FEW_VALUES, FEW_VALUES]))
    event = st.builds(
        lambda name, hours, p, q: Event("ada", name, NOW - hours * HOUR, {"p": p, "q": q}),
        st.sampled_from("AB"), st.integers(-1, 3), values, values,
    )  # fmt: skip
    return draw(st.lists(event, min_size=2, max_size=6))


def choices(
    leaf: Sequence, events: list[Event[str]], context: EvaluationContext
) -> Iterator[list[Event[str]]]:
    """Yield each choice of different events whose names and instants fit."""
    past = [event for event in events if event.at <= context.now]
    window = context.window_interval(leaf.first.window)
    for choice in permutations(past, len(leaf.steps) + 1):
        names = [leaf.first.names, *(each.event.names for each in leaf.steps)]
        if choice[0].at in window and all(
            event.name in expected_names
            for event, expected_names in zip(choice, names, strict=True)
        ):
            gaps = zip(choice, choice[1:], leaf.steps, strict=False)
            if all(in_time(a, b, each) for a, b, each in gaps):
                yield list(choice)


def in_time(earlier: Event[str], later: Event[str], next_step: Step) -> bool:
    """Return whether *later* is in the window of *next_step* after *earlier*."""
    if next_step.within is None:
        return earlier.at <= later.at
    end = leave(earlier.at, next_step.within)
    assert not isinstance(end, Unbounded)
    return earlier.at <= later.at < end


def is_found(
    leaf: Sequence,
    events: list[Event[str]],
    context: EvaluationContext,
    fits: Any,  # noqa: ANN401
) -> bool:
    """Return whether some choice of events is a sequence, if *fits* decides about each event."""
    for choice in choices(leaf, events, context):
        first, last = choice[0], choice[-1]
        are_fitting = [
            fits(each.event, event, first, False)
            for event, each in zip(choice[1:], leaf.steps, strict=True)
        ]
        if not all(are_fitting):
            continue
        if leaf.absent is None:
            return True
        within = leaf.absent.within
        if within is not None and last.at + timedelta(microseconds=within.microseconds) > NOW:
            continue
        if not any(
            other.name in leaf.absent.event.names
            and other.at <= NOW
            and not any(other is event for event in choice)
            and in_time(last, other, leaf.absent)
            and fits(leaf.absent.event, other, first, True)
            for other in events
        ):
            return True
    return False


@given(sequences(), histories(), st.sampled_from([UTC, PARIS]))
def test_a_sequence_is_found_if_some_choice_of_events_fits(
    leaf: Sequence, given: list[Event[str]], tz: tzinfo
) -> None:
    """The search selects events by name and assigns events of one instant to different steps."""
    context = EvaluationContext.create(NOW, tz)

    def holds(count: EventCount, event: Any, first: Any, _: bool) -> bool:  # noqa: ANN401
        return where_is_true(count.condition, EventSubject(event, first), context)

    expected = is_found(leaf, given, context, holds)
    record(f"found: {expected}")
    assert matches(leaf, Contact("ada"), given, now=NOW, tz=tz) is expected


@given(sequences(), histories(), st.sampled_from([UTC, PARIS]))
def test_a_sequence_is_certain_if_doubtful_events_change_nothing(
    leaf: Sequence, given: list[Event[str]], tz: tzinfo
) -> None:
    """The verdict is equal if all doubtful events help and if all of them hinder [V6]."""
    context = EvaluationContext.create(NOW, tz)

    judgements = EventJudgements(context)

    def is_found_if(*, doubtful_fit: bool) -> bool:
        def holds(count: EventCount, event: Any, first: Any, absent: bool) -> bool:  # noqa: ANN401
            judgement = judgements.judge(count.condition, EventSubject(event, first))
            return judgement.verdict if judgement.certain else doubtful_fit is not absent

        return is_found(leaf, given, context, holds)

    certain = is_found_if(doubtful_fit=True) is is_found_if(doubtful_fit=False)
    record(f"certain: {certain}")
    explanation = explain(leaf, Contact("ada"), given, now=NOW, tz=tz)
    assert explanation.certain is certain
    assert certain or explanation.notes
