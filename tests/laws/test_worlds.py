"""Random conditions contain everything, and are often true and often false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit import (
    And,
    AtLeast,
    Attribute,
    Comparison,
    Condition,
    Contact,
    EventCount,
    EventValue,
    InSegment,
    ListMembership,
    Not,
    Or,
    Property,
    Reference,
    Sample,
    SegkitError,
    Sequence,
    matches,
)
from segkit.model.conditions import LeafCondition
from segkit.model.event_values import Aggregate
from segkit.model.operators import Operator
from segkit.model.time_spans import CalendarUnit, Window
from segkit.model.values import Kind, normalize
from segkit.testing import EXAMPLES, values
from segkit.testing.hostile import (
    Raising,
    RaisingFloat,
    RaisingInt,
    RaisingList,
    RaisingMapping,
    RaisingText,
    RaisingZone,
)
from tests.laws.inputs import inputs
from tests.strategies import SMALL, SMALL_NOWS, conditions, small_histories, windows

LEAVES = frozenset(get_args(LeafCondition))
GROUPS = frozenset(get_args(Condition)) - LEAVES
WINDOWS = frozenset(get_args(Window))
OPERATORS = frozenset(get_args(Operator))
UNITS = frozenset(get_args(CalendarUnit))
AGGREGATES = frozenset(get_args(Aggregate))
SPECIAL = {"another", "the first event's", "absent", "present"}
"""Both kinds of references, and both kinds of sequences."""
EVERYTHING = LEAVES | GROUPS | WINDOWS | OPERATORS | UNITS | AGGREGATES | SPECIAL

SEARCH = settings(
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""The same examples in every run."""


def drawn_from(strategy: SearchStrategy[Any], number: int = 300) -> list[Any]:
    drawn: list[Any] = []

    @settings(SEARCH, max_examples=number)
    @given(strategy)
    def draw(value: object) -> None:
        drawn.append(value)

    draw()
    return drawn


def share(verdicts: list[bool]) -> float:
    assert len(verdicts) > 200
    return sum(verdicts) / len(verdicts)


def contents(condition: Condition) -> Iterator[object]:
    """Yield every class, operator, aggregate and calendar unit in a condition."""
    yield type(condition)
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from contents(part)
        case InSegment(segment):
            yield from contents(segment.condition)
        case Not(part):
            yield from contents(part)
        case Attribute(_, comparison) | Property(_, comparison):
            yield from comparison_contents(comparison)
        case ListMembership(_, joined):
            if joined is not None:
                yield from comparison_contents(joined)
        case EventCount() | EventValue():
            yield from window_contents(condition.window)
            if condition.condition is not None:
                yield from contents(condition.condition)
            if isinstance(condition, EventValue):
                yield condition.aggregate
                yield from comparison_contents(condition.comparison)
        case Sequence(first):
            yield from contents(first)
            for step in condition.later_steps():
                yield from contents(step.event)
            yield "present" if condition.absent is None else "absent"
        case Sample():
            pass


def comparison_contents(comparison: Comparison) -> Iterator[object]:
    yield comparison.operator
    match comparison.operand:
        case Reference(first=first):
            yield "the first event's" if first else "another"
        case window if isinstance(window, Window):
            yield from window_contents(window)
        case _:
            pass


def window_contents(window: Window) -> Iterator[object]:
    yield type(window)
    yield getattr(window, "unit", None)


def contents_of_all(several: Iterable[Condition]) -> set[object]:
    return {item for condition in several for item in contents(condition)} - {None}


def test_the_examples_contain_everything() -> None:
    """A leaf, group, window or operator that is added to its union needs an example."""
    assert contents_of_all(EXAMPLES) == EVERYTHING


@pytest.mark.parametrize(
    "world",
    [conditions(max_leaves=10), conditions(SMALL, max_leaves=10)],
    ids=["wide", "small"],
)
def test_random_conditions_contain_everything(
    world: SearchStrategy[Condition],
) -> None:
    """Properties are not tested for a leaf or operator that no random condition contains."""
    assert contents_of_all(drawn_from(world, 700)) == EVERYTHING


def test_wide_conditions_are_true_about_as_often_as_not() -> None:
    """If nearly all verdicts are equal, a property test finds no counterexample."""
    drawn = drawn_from(st.tuples(conditions(), inputs()))
    assert 0.2 < share([case.matches(condition) for condition, case in drawn]) < 0.8


@pytest.fixture(scope="module")
def small_verdicts() -> list[list[bool]]:
    """Return the verdicts of random conditions of the small world, for each now."""
    return [
        [matches(condition, *history, now=now) for now in SMALL_NOWS]
        for condition, history in drawn_from(st.tuples(conditions(SMALL), small_histories()))
    ]


def test_small_conditions_are_true_about_as_often_as_not(small_verdicts: list[list[bool]]) -> None:
    """The same in the small world."""
    assert 0.2 < share([verdict for verdicts in small_verdicts for verdict in verdicts]) < 0.8


def test_small_conditions_change_their_verdict_as_time_passes(
    small_verdicts: list[list[bool]],
) -> None:
    """So the bounds of windows are tested; values and fixed windows do not change with time."""
    assert share([len(set(verdicts)) > 1 for verdicts in small_verdicts]) > 0.1


def test_random_windows_are_of_every_kind() -> None:
    assert {type(window) for window in drawn_from(windows())} == WINDOWS


def test_random_values_are_of_every_kind() -> None:
    """Without a `Place` to compare with, a location is a collection or a mapping."""
    assert {normalize(value)[0] for value in drawn_from(values())} == set(Kind) - {Kind.LOCATION}


@given(values())
def test_a_contact_takes_every_value(value: object) -> None:
    """A `Contact` accepts every value that is not ``hosted``."""
    assert "x" in Contact("c1", {"x": value}).attributes


def test_some_hosted_values_are_refused_by_a_contact() -> None:
    """Naive datetimes, lists that contain themselves, and unreadable values [K2], [D9]."""

    def is_refused(value: object) -> bool:
        try:
            Contact("c1", {"x": value})
        except (SegkitError, RuntimeError):
            return True
        return False

    assert any(map(is_refused, drawn_from(values(hosted=True))))


@pytest.mark.parametrize(
    "call",
    [
        lambda: Raising() == Raising(),
        lambda: bool(Raising()),
        lambda: str(Raising()),
        lambda: list(Raising()),
        lambda: {Raising(): 1}.get("zip"),  # type: ignore[call-overload]
        lambda: RaisingText("a") == "a",
        lambda: RaisingInt(1) < 2,
        lambda: float(RaisingFloat(0.1)),
        lambda: list(RaisingList("a")),
        lambda: RaisingMapping().get("a"),
        lambda: RaisingZone().utcoffset(None),
    ],
)
def test_raising_values_raise(call: Callable[[], object]) -> None:
    """The values raise when they are compared, converted or read."""
    with pytest.raises(RuntimeError, match="answers nothing"):
        call()


@given(st.sampled_from([Raising(), RaisingList("a"), RaisingMapping(), RaisingText("a")]))
def test_raising_values_can_be_printed(value: object) -> None:
    """A failing test prints its values."""
    assert repr(value)
