"""The pages contain a sentence for every kind of condition."""

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
    """Yield a condition and all conditions in it."""
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
        case Explanation(condition=condition):
            yield from conditions_of(condition)
        case _:
            pass


@pytest.fixture(scope="module")
def conditions_on_pages() -> list[Condition]:
    """Return all conditions whose sentence is on a page."""
    return [
        condition
        for path in PAGES
        for block in Page.of(path.read_text("utf-8")).blocks
        for condition in conditions_of(block.result)
    ]


def comparison_of(condition: Condition) -> Comparison | None:
    """Return the comparison of a leaf, or ``None``."""
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
    """Return the window of a leaf, or ``None``."""
    if isinstance(condition, EventCount | EventValue):
        return condition.window
    comparison = comparison_of(condition)
    return comparison.operand if comparison and comparison.operator == "within" else None


def kinds_of(comparison: Comparison) -> set[Kind]:
    """Return the kinds of the scalar operands."""
    return {kind for kind, _ in comparison.typed_operands}


def accepts(operator: Operator, kind: Kind) -> bool:
    """Return whether *operator* accepts an operand of *kind*."""
    sample = SAMPLES[kind]
    for operand in (sample, (sample,), (sample, sample)):
        try:
            Comparison(operator, operand)
        except ConditionError:
            continue
        return True
    return False


@pytest.mark.parametrize("operator", get_args(Operator))
def test_every_operator_is_on_a_page_with_each_kind_of_operand(
    operator: Operator, conditions_on_pages: list[Condition]
) -> None:
    """The words for an order differ for a number, a text and a day."""
    comparisons = [
        comparison
        for condition in conditions_on_pages
        if (comparison := comparison_of(condition)) and comparison.operator == operator
    ]
    assert comparisons
    kinds = {kind for comparison in comparisons for kind in kinds_of(comparison)}
    assert kinds == {kind for kind in SAMPLES if accepts(operator, kind)}


@pytest.mark.parametrize(
    "operator",
    [
        operator
        for operator, row in cast("Mapping[Operator, OperatorRow]", OPERATORS).items()
        if row.can_ignore_case
    ],
)
def test_ignore_case_is_on_a_page_for_each_operator_that_supports_it(
    operator: Operator, conditions_on_pages: list[Condition]
) -> None:
    """The sentence has a note about it [K3]."""
    comparisons = [comparison_of(condition) for condition in conditions_on_pages]
    assert any(
        comparison and comparison.operator == operator and comparison.ignore_case
        for comparison in comparisons
    )


@pytest.mark.parametrize("aggregate", get_args(Aggregate))
@pytest.mark.parametrize("with_where", [False, True], ids=["all", "where"])
def test_every_aggregate_is_on_a_page(
    aggregate: Aggregate, with_where: bool, conditions_on_pages: list[Condition]
) -> None:
    """The aggregate is over all events, or over the events that satisfy a ``where`` [E4], [E5]."""
    assert any(
        isinstance(condition, EventValue)
        and condition.aggregate == aggregate
        and (condition.condition is not None) is with_where
        for condition in conditions_on_pages
    )


@pytest.mark.parametrize("operator", ["==", "<", "<=", ">", ">="])
@pytest.mark.parametrize("kind", [Attribute, Property], ids=lambda kind: kind.__name__)
def test_a_reference_is_on_a_page_for_each_operator(
    operator: Operator, kind: type, conditions_on_pages: list[Condition]
) -> None:
    """The reference is to a value of the same contact, or of the same event [K7]."""
    assert any(
        isinstance(condition, kind)
        and comparison.operator == operator
        and isinstance(comparison.operand, Reference)
        and not comparison.operand.first
        for condition in conditions_on_pages
        if (comparison := comparison_of(condition))
    )


def test_a_property_of_the_first_event_is_on_a_page(conditions_on_pages: list[Condition]) -> None:
    """The sentence distinguishes it from the same property of the later event [S3]."""
    operands = [
        comparison.operand
        for condition in conditions_on_pages
        if (comparison := comparison_of(condition))
    ]
    assert any(isinstance(operand, Reference) and operand.first for operand in operands)


@pytest.mark.parametrize(
    "days", [(0, 0), (1, 1), (-1, -1), (3, 3), (-3, -3), (0, 1), (0, 7), (-1, 0), (-7, 0), (-3, 5)]
)
def test_anniversaries_before_and_after_today_are_on_a_page(
    days: tuple[int, int], conditions_on_pages: list[Condition]
) -> None:
    """The words differ for one day, several days and today [T10]."""
    operands = [
        comparison.operand
        for condition in conditions_on_pages
        if (comparison := comparison_of(condition))
    ]
    assert Anniversary(*days) in operands


@pytest.mark.parametrize(("steps", "is_absent"), [(1, False), (2, False), (0, True), (1, True)])
def test_sequences_with_and_without_an_absent_event_are_on_a_page(
    steps: int, is_absent: bool, conditions_on_pages: list[Condition]
) -> None:
    """The last event must follow, or must not follow [S1], [S2]."""
    sequences = [condition for condition in conditions_on_pages if isinstance(condition, Sequence)]
    assert any(
        len(sequence.steps) == steps and bool(sequence.absent) is is_absent
        for sequence in sequences
    )


@pytest.mark.parametrize("window", get_args(Window), ids=lambda window: window.__name__)
def test_every_window_is_on_a_page(window: type, conditions_on_pages: list[Condition]) -> None:
    """Each class of window has its own adverb."""
    assert any(isinstance(window_of(condition), window) for condition in conditions_on_pages)


@pytest.mark.parametrize("unit", get_args(CalendarUnit))
def test_every_calendar_unit_before_around_and_after_now_is_on_a_page(
    unit: CalendarUnit, conditions_on_pages: list[Condition]
) -> None:
    """Days have other words than months, and one unit has other words than several units [T8]."""
    windows = [window_of(condition) for condition in conditions_on_pages]
    offsets_and_counts = {
        (window.offset, window.count)
        for window in windows
        if isinstance(window, Calendar) and window.unit == unit
    }
    single_units = {(offset, 1) for offset in (-3, -1, 0, 1, 3)}
    assert offsets_and_counts >= single_units | {(-6, 7), (-2, 2), (-1, 3), (0, 2), (1, 2), (2, 2)}


def test_fixed_and_rolling_windows_with_an_open_end_are_on_a_page(
    conditions_on_pages: list[Condition],
) -> None:
    """Days and instants end differently, so their open ends have different words [T7]."""
    windows = [window_of(condition) for condition in conditions_on_pages]
    fixed = [window for window in windows if isinstance(window, Between)]
    assert {type(window.start) for window in fixed if window.end is None} == {date, datetime}
    assert {type(window.end) for window in fixed if window.start is None} == {date, datetime}
    assert {window.older is None for window in windows if isinstance(window, Ago)} == {True, False}


@pytest.mark.parametrize("kind", get_args(Condition), ids=lambda kind: kind.__name__)
def test_every_class_of_condition_is_on_a_page(
    kind: type, conditions_on_pages: list[Condition]
) -> None:
    """Otherwise a user would be the first to find a class without a sentence."""
    assert any(type(condition) is kind for condition in conditions_on_pages)


def shape(condition: Condition) -> object:
    """Return the form of a condition, on which its sentence depends besides names and values."""
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
            # Its window and its comparison have the words of counts and of other comparisons.
            return EventValue, aggregate
        case Not(part):
            return Not, type(part)
        case EventCount(counts=(minimum, maximum), window=window, condition=where):
            numbers = (
                min(minimum, 2),
                None if maximum is None else min(maximum, 2),
                minimum == maximum,
            )
            return EventCount, numbers, type(window), type(where)
        case _:
            comparison = comparison_of(condition)
            is_reference = isinstance(comparison and comparison.operand, Reference)
            operator = comparison and (comparison.operator, comparison.ignore_case, is_reference)
            # An attribute and a property have the same words.
            kind = Attribute if isinstance(condition, Property) else type(condition)
            return kind, operator, type(window_of(condition))


@pytest.mark.parametrize("example", EXAMPLES, ids=repr)
def test_every_example_of_the_package_is_on_a_page(
    example: Condition, conditions_on_pages: list[Condition]
) -> None:
    """A new kind of condition has an example in the package, so it needs a sentence on a page."""
    shapes = {shape(condition) for condition in conditions_on_pages}
    assert [part for part in conditions_of(example) if shape(part) not in shapes] == []
