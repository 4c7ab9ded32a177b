"""The pages hold a sentence for everything a condition can say."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final, cast, get_args

import pytest

from segkit import (
    Ago,
    And,
    Anniversary,
    AtLeast,
    Attribute,
    Between,
    Calendar,
    Comparison,
    Condition,
    ConditionError,
    EventCount,
    EventValue,
    Explanation,
    InSegment,
    ListMembership,
    Not,
    Or,
    Property,
    Reference,
    Sequence,
)
from segkit.model.comparisons import Scalar
from segkit.model.event_values import Aggregate
from segkit.model.operators import OPERATORS, Operator, OperatorRow
from segkit.model.time_spans import CalendarUnit, Window
from segkit.model.values import Kind
from segkit.testing.examples import EXAMPLES
from tests.snapshots.pages import PAGES, Page

SAMPLES: Final[dict[Kind, Scalar]] = {
    Kind.BOOLEAN: True,
    Kind.NUMBER: 5,
    Kind.TEXT: "x",
    Kind.DAY: date(2022, 7, 1),
    Kind.INSTANT: datetime(2022, 7, 1, tzinfo=UTC),
}


def conditions_of(value: object) -> Iterator[Condition]:
    """Find a condition and all those within it."""
    if isinstance(value, Condition):
        yield value
    match value:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from conditions_of(part)
        case Not(part):
            yield from conditions_of(part)
        case InSegment(segment):
            yield from conditions_of(segment.condition)
        case EventCount(condition=where) | EventValue(condition=where):
            yield from conditions_of(where)
        case Sequence():
            for event in (value.first, *(step.event for step in value.later_steps())):
                yield from conditions_of(event)
        case Explanation(condition=explained):
            yield from conditions_of(explained)
        case _:
            pass


@pytest.fixture(scope="module")
def shown() -> list[Condition]:
    """All conditions whose sentence is on some page."""
    return [
        condition
        for path in PAGES
        for block in Page.of(path.read_text("utf-8")).blocks
        for condition in conditions_of(block.gave)
    ]


def comparison_of(condition: Condition) -> Comparison | None:
    """The comparison that a leaf makes, if it makes one."""
    match condition:
        case Attribute(_, comparison) | Property(_, comparison):
            return comparison
        case EventValue(comparison=comparison):
            return comparison
        case ListMembership(_, joined):
            return joined
        case _:
            return None


def window_of(condition: Condition) -> object:
    """The window that a leaf looks through, if any."""
    if isinstance(condition, EventCount | EventValue):
        return condition.window
    comparison = comparison_of(condition)
    return comparison.operand if comparison and comparison.operator == "within" else None


def kinds_of(comparison: Comparison) -> set[Kind]:
    """The kinds of the scalar operands."""
    return {kind for kind, _ in comparison.typed_operands}


def takes(operator: Operator, kind: Kind) -> bool:
    """Whether *operator* accepts an operand of *kind*."""
    sample = SAMPLES[kind]
    for operand in (sample, (sample,), (sample, sample)):
        try:
            Comparison(operator, operand)
        except ConditionError:
            continue
        return True
    return False


@pytest.mark.parametrize("operator", get_args(Operator))
def test_every_operator_is_said_of_each_kind_it_takes(
    operator: Operator, shown: list[Condition]
) -> None:
    """A number, a text and a day are ordered in different words."""
    said = [
        comparison
        for condition in shown
        if (comparison := comparison_of(condition)) and comparison.operator == operator
    ]
    assert said
    kinds = {kind for comparison in said for kind in kinds_of(comparison)}
    assert kinds == {kind for kind in SAMPLES if takes(operator, kind)}


@pytest.mark.parametrize(
    "operator",
    [
        operator
        for operator, row in cast("Mapping[Operator, OperatorRow]", OPERATORS).items()
        if row.can_ignore_case
    ],
)
def test_ignoring_case_is_said_of_every_operator_that_can(
    operator: Operator, shown: list[Condition]
) -> None:
    """The sentence has a note on it [K3]."""
    comparisons = [comparison_of(condition) for condition in shown]
    assert any(said and said.operator == operator and said.ignore_case for said in comparisons)


@pytest.mark.parametrize("aggregate", get_args(Aggregate))
@pytest.mark.parametrize("with_where", [False, True], ids=["all", "where"])
def test_every_value_made_of_events_is_said(
    aggregate: Aggregate, with_where: bool, shown: list[Condition]
) -> None:
    """Of all events, and of those that satisfy a ``where`` [E4], [E5]."""
    assert any(
        isinstance(condition, EventValue)
        and condition.aggregate == aggregate
        and (condition.condition is not None) is with_where
        for condition in shown
    )


@pytest.mark.parametrize("operator", ["==", "<", "<=", ">", ">="])
@pytest.mark.parametrize("kind", [Attribute, Property], ids=lambda kind: kind.__name__)
def test_another_value_is_said_behind_each_operator(
    operator: Operator, kind: type, shown: list[Condition]
) -> None:
    """Of the same contact, or of the same event [K7]."""
    assert any(
        isinstance(condition, kind)
        and said.operator == operator
        and isinstance(said.operand, Reference)
        and not said.operand.first
        for condition in shown
        if (said := comparison_of(condition))
    )


def test_a_property_of_the_first_event_is_said(shown: list[Condition]) -> None:
    """It has to be told from the same property of the later event [S3]."""
    operands = [said.operand for condition in shown if (said := comparison_of(condition))]
    assert any(isinstance(operand, Reference) and operand.first for operand in operands)


@pytest.mark.parametrize(
    "days", [(0, 0), (1, 1), (-1, -1), (3, 3), (-3, -3), (0, 1), (0, 7), (-1, 0), (-7, 0), (-3, 5)]
)
def test_anniversaries_are_said_on_each_side_of_today(
    days: tuple[int, int], shown: list[Condition]
) -> None:
    """One day has another word than several, and today one of its own [T10]."""
    operands = [said.operand for condition in shown if (said := comparison_of(condition))]
    assert Anniversary(*days) in operands


@pytest.mark.parametrize(("steps", "is_absent"), [(1, False), (2, False), (0, True), (1, True)])
def test_sequences_are_said_with_and_without_an_event_that_stays_away(
    steps: int, is_absent: bool, shown: list[Condition]
) -> None:
    """Chains, and what must not have followed [S1], [S2]."""
    chains = [condition for condition in shown if isinstance(condition, Sequence)]
    assert any(len(said.steps) == steps and bool(said.absent) is is_absent for said in chains)


@pytest.mark.parametrize("window", get_args(Window), ids=lambda window: window.__name__)
def test_every_window_is_said(window: type, shown: list[Condition]) -> None:
    """Each has an adverb of its own."""
    assert any(isinstance(window_of(condition), window) for condition in shown)


@pytest.mark.parametrize("unit", get_args(CalendarUnit))
def test_every_calendar_unit_is_said_before_around_and_after_now(
    unit: CalendarUnit, shown: list[Condition]
) -> None:
    """Days have words that months have not, and one unit is said otherwise than several [T8]."""
    windows = [window_of(condition) for condition in shown]
    said = {
        (window.offset, window.count)
        for window in windows
        if isinstance(window, Calendar) and window.unit == unit
    }
    singles = {(offset, 1) for offset in (-3, -1, 0, 1, 3)}
    assert said >= singles | {(-6, 7), (-2, 2), (-1, 3), (0, 2), (1, 2), (2, 2)}


def test_open_ends_are_said_of_fixed_and_rolling_windows(shown: list[Condition]) -> None:
    """Days and instants end differently, so their open sides read differently [T7]."""
    windows = [window_of(condition) for condition in shown]
    fixed = [window for window in windows if isinstance(window, Between)]
    assert {type(window.start) for window in fixed if window.end is None} == {date, datetime}
    assert {type(window.end) for window in fixed if window.start is None} == {date, datetime}
    assert {window.older is None for window in windows if isinstance(window, Ago)} == {True, False}


@pytest.mark.parametrize("kind", get_args(Condition), ids=lambda kind: kind.__name__)
def test_every_kind_of_condition_is_said(kind: type, shown: list[Condition]) -> None:
    """A class without a sentence would be noticed by a user first."""
    assert any(type(condition) is kind for condition in shown)


def shape(condition: Condition) -> object:
    """What a sentence depends on besides the words of the user: a coarse form of the condition."""
    match condition:
        case And(parts) | Or(parts):
            return type(condition), min(2, len(parts))
        case AtLeast(number, parts):
            return AtLeast, min(2, number), min(2, len(parts))
        case InSegment(segment):
            return InSegment, type(segment.condition)
        case Sequence(_, steps, absent):
            return Sequence, min(2, len(steps)), absent is not None
        case EventValue(aggregate=aggregate):
            # What stands behind it, its window and its comparison, is said as of counts and values.
            return EventValue, aggregate
        case Not(part):
            return Not, type(part)
        case EventCount(counts=(least, most), window=window, condition=where):
            often = (min(least, 2), None if most is None else min(most, 2), least == most)
            return EventCount, often, type(window), type(where)
        case _:
            comparison = comparison_of(condition)
            refers = isinstance(comparison and comparison.operand, Reference)
            operator = comparison and (comparison.operator, comparison.ignore_case, refers)
            # An attribute and a property are said alike.
            kind = Attribute if isinstance(condition, Property) else type(condition)
            return kind, operator, type(window_of(condition))


@pytest.mark.parametrize("example", EXAMPLES, ids=repr)
def test_whatever_the_package_gives_as_an_example_is_said(
    example: Condition, shown: list[Condition]
) -> None:
    """A word that is new in a release has an example there, and so it needs a sentence here."""
    shapes = {shape(condition) for condition in shown}
    assert [part for part in conditions_of(example) if shape(part) not in shapes] == []
