"""The conditions that compiled code evaluates itself, and those it leaves to the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, get_args

import pytest

from segkit import (
    Anniversary,
    Attribute,
    Comparison,
    Condition,
    Contact,
    Event,
    History,
    Last,
    ListMembership,
    Place,
    Property,
    Reference,
    Sample,
    Sequence,
    at_least,
    attr,
    compile_condition,
    did,
    in_list,
    matches,
    prop,
)
from segkit.model.conditions import LeafCondition
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.model.operators import OPERATORS, OperandForm, Operator, OperatorRow
from segkit.model.values import Kind
from segkit.operations.evaluation import runtime
from segkit.operations.evaluation.expression_source import SourceBuilder, fast_paths
from segkit.operations.evaluation.function_source import build_source
from segkit.testing import EXAMPLES
from segkit.traversal import iter_contact_leaves, iter_event_leaves
from tests.unit.evaluation import NOW
from tests.unit.reference_calls import counting_declined_leaves, counting_fallbacks

ADA: Final = Contact(
    "ada",
    {"plan": "pro", "age": 36, "city": None, "address": {"zip": "75001"}, "other": "pro"},
    {"vip": NOW - timedelta(days=3), "news": None},
)
EVENTS: Final = [
    Event("ada", "order", NOW - timedelta(days=days), {"total": total, "paid": 2}, id=days)
    for days, total in ((1, 0.1), (2, 2), (400, None))
]


def declined_by(condition: Condition) -> list[LeafCondition]:
    builder = SourceBuilder()
    build_source(condition, builder)
    return builder.declined


# --- leaves ---------------------------------------------------------------------------------------


def may_be_declined(leaf: LeafCondition) -> bool:
    """Return whether compiled code may leave *leaf* to the reference."""
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            return isinstance(comparison.operand, Reference)
        case ListMembership(name, joined):
            return name is None and joined is not None
        case Sequence() | Sample():
            return True
        case EventCount() | EventValue():
            return False


@pytest.mark.parametrize("condition", EXAMPLES, ids=repr)
def test_the_leaves_that_are_left_to_the_reference(condition: Condition) -> None:
    """They are references, sequences, samples, and any list with a joined time."""
    expected = set[LeafCondition]()
    for leaf in iter_contact_leaves(condition):
        expected.update([leaf] if may_be_declined(leaf) else [])
        if isinstance(leaf, EventCount | EventValue):
            expected.update(filter(may_be_declined, iter_event_leaves(leaf.condition)))
    assert set(declined_by(condition)) == expected


def test_the_examples_contain_every_kind_of_leaf_that_is_left_to_the_reference() -> None:
    declined = {type(leaf) for condition in EXAMPLES for leaf in declined_by(condition)}
    assert declined == {Attribute, Property, ListMembership, Sequence, Sample}


@pytest.mark.parametrize("condition", EXAMPLES, ids=repr)
def test_exact_facts_never_fall_back_to_the_reference(condition: Condition) -> None:
    """Generated code raises no error, and calls the reference for declined leaves only."""
    with counting_fallbacks() as fallbacks, counting_declined_leaves() as leaves:
        match = compile_condition(condition).at(NOW)
        for events in ([], EVENTS, [*EVENTS, EVENTS[0]]):
            assert match(ADA, events) is matches(condition, ADA, events, now=NOW)
            assert match(ADA, History(events)) is matches(condition, ADA, events, now=NOW)
    assert fallbacks == []
    assert set(leaves) <= set(declined_by(condition))


USES: Final[Mapping[str, Condition]] = {
    "aggregate_satisfies": did("order").sum("total") > 2,
    "at_least_satisfy": did("order").where(prop("total") > 1),
    "count_between": did("order", "booking").at_least(2).within_last(days=3),
    "date": attr("plan") >= date(2022, 1, 1),
    "datetime": attr("plan").within_last(days=3),
    "event_leaf_is_true": did("order").where(prop("total") == prop("paid")),
    "get_path": attr("address", "zip") == "75001",
    "ids_are_unique": did("order"),
    "leaf_is_true": attr("plan") == attr("other"),
    "value_satisfies": attr("plan").has_any(["pro"]),
}
"""Names of the generated code, each with a condition that needs it."""


@pytest.mark.parametrize("name", USES)
def test_a_missing_name_causes_a_fallback(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The verdict is still correct, so only the count of fallbacks shows the fault."""
    monkeypatch.delitem(runtime.RUNTIME, name)
    expected = matches(USES[name], ADA, EVENTS, now=NOW)
    with counting_fallbacks() as fallbacks:
        match = compile_condition(USES[name]).at(NOW)
        assert match(ADA, EVENTS if name != "count_between" else History(EVENTS)) is expected
    assert len(fallbacks) == 1


# --- operators and the types of values ------------------------------------------------------------


ORDERED: Final = {str, int, float, date, datetime}
FAST: Final[Mapping[Operator, set[type]]] = {
    "==": ORDERED | {bool},
    "<": ORDERED,
    "<=": ORDERED,
    ">": ORDERED,
    ">=": ORDERED,
    "between": {str, int, float},
    "is_in": {str, int, float},
    "has_any": set(),
    "has_all": set(),
    "contains": {str},
    "starts_with": {str},
    "ends_with": {str},
    "matches_regex": set(),
    "is_set": set(),  # not by type: see the test below
    "within": {datetime},
    "anniversary": set(),
    "within_km": set(),
}
"""For each operator, the exact types of value that compiled code compares itself."""

VALUES: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: "b",
    Kind.NUMBER: 5,
    Kind.BOOLEAN: True,
    Kind.DAY: date(2022, 9, 30),
    Kind.INSTANT: NOW,
}
SAMPLES: Final[Mapping[type, Any]] = {
    str: "b",
    int: 5,
    float: 4.5,
    bool: True,
    date: date(2022, 9, 30),
    datetime: NOW - timedelta(days=1),
}


def test_every_operator_is_listed() -> None:
    assert set(FAST) == set(get_args(Operator))


OPERANDS: Final[Mapping[OperandForm, Callable[[OperatorRow], list[Any]]]] = {
    "scalar": lambda row: [VALUES[kind] for kind in row.kinds],
    "values": lambda row: [(VALUES[kind],) for kind in row.kinds],
    "range": lambda row: [(VALUES[kind], VALUES[kind]) for kind in row.kinds],
    "pattern": lambda _: ["b+"],
    "window": lambda _: [Last(days=3)],
    "anniversary": lambda _: [Anniversary(0, 7)],
    "place": lambda _: [Place(25, 48.85, 2.35)],
    "none": lambda _: [None],
}


def comparisons_of(operator: Operator) -> list[Comparison]:
    """Return one comparison for each kind of operand that the operator takes."""
    row = OPERATORS[operator]
    return [Comparison(operator, operand) for operand in OPERANDS[row.operand](row)]


@pytest.mark.parametrize("operator", FAST)
def test_the_operators_that_have_a_fast_path_for_a_type_of_value(operator: Operator) -> None:
    paths = [fast_paths(comparison, SourceBuilder()) for comparison in comparisons_of(operator)]
    assert {value_type for found in paths for value_type in found} == FAST[operator]


@pytest.mark.parametrize("operator", FAST)
def test_a_fast_path_does_not_call_the_reference(
    monkeypatch: pytest.MonkeyPatch, operator: Operator
) -> None:
    """It does not call `value_satisfies`, which is missing here, for any value."""
    cases: list[tuple[Comparison, type, bool]] = []
    for comparison in comparisons_of(operator):
        for value_type in fast_paths(comparison, SourceBuilder()):
            contact = Contact("ada", {"x": SAMPLES[value_type]})
            expected = matches(Attribute(("x",), comparison), contact, now=NOW)
            cases.append((comparison, value_type, expected))
    monkeypatch.delitem(runtime.RUNTIME, "value_satisfies")
    with counting_fallbacks() as fallbacks:
        for comparison, value_type, expected in cases:
            match = compile_condition(Attribute(("x",), comparison)).at(NOW)
            assert match(Contact("ada", {"x": SAMPLES[value_type]})) is expected
    assert fallbacks == []


@pytest.mark.parametrize("value", [None, True, 5, "", date(2022, 1, 1), [], (), {}], ids=repr)
def test_is_set_does_not_call_the_reference(monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    """[V3], [V4]: every value of these types is set; a float or a Decimal may be NaN."""
    monkeypatch.delitem(runtime.RUNTIME, "value_satisfies")
    with counting_fallbacks() as fallbacks:
        match = compile_condition(attr("x").is_set()).at(NOW)
        assert match(Contact("ada", {"x": value})) is (value is not None)
    assert fallbacks == []


# --- groups ---------------------------------------------------------------------------------------


class RecordingLists(dict[str, None]):
    """A mapping of lists that records the names that are looked up."""

    def __init__(self, names: str) -> None:
        super().__init__(dict.fromkeys(names))
        self.names_read = ""

    def __contains__(self, name: object) -> bool:
        self.names_read += str(name)
        return super().__contains__(name)


@pytest.mark.parametrize(
    ("number", "true", "names_read"),
    [
        (0, "", ""),
        (1, "b", "ab"),
        (2, "ab", "ab"),
        (2, "ae", "abcde"),
        (2, "", "abcd"),
        (2, "d", "abcde"),
        (3, "ace", "abcde"),
        (3, "abc", "abc"),
        (3, "", "abc"),
        (4, "bcde", "abcde"),
        (4, "cde", "ab"),
        (4, "abcd", "abcd"),
        (5, "bcde", "a"),
        (6, "abcde", ""),
    ],
)
def test_a_group_stops_when_its_verdict_is_decided(number: int, true: str, names_read: str) -> None:
    """It stops if enough parts are true, or too few remain; so does the reference."""
    condition = at_least(number, *(in_list(name) for name in "abcde"))
    contact = Contact("ada")
    for evaluate in (compile_condition(condition).at(NOW), partial(matches, condition, now=NOW)):
        lists = RecordingLists(true)
        object.__setattr__(contact, "lists", lists)
        assert evaluate(contact) is (len(true) >= number)
        assert lists.names_read == names_read


@pytest.mark.parametrize("parts", range(1, 8))
def test_groups_of_every_size_and_number_are_correct(parts: int) -> None:
    names = "abcdefg"[:parts]
    for number in range(parts + 2):
        match = compile_condition(at_least(number, *(in_list(name) for name in names))).at(NOW)
        for mask in range(2**parts):
            lists = {name: None for index, name in enumerate(names) if mask >> index & 1}
            assert match(Contact("ada", None, lists)) is (len(lists) >= number)


def test_nested_groups_do_not_mix_up_their_counts() -> None:
    inner = at_least(2, in_list("a"), in_list("b"), in_list("c"))
    condition = at_least(2, inner, in_list("d"), ~inner, in_list("e"))
    match = compile_condition(condition).at(NOW)
    for mask in range(2**5):
        contact = Contact("ada", None, {n: None for i, n in enumerate("abcde") if mask >> i & 1})
        assert match(contact) is matches(condition, contact, now=NOW)


def test_a_group_in_where_is_correct() -> None:
    where = at_least(2, prop("a") > 0, prop("b") > 0, prop("c") > 0)
    match = compile_condition(did("order").where(where)).at(NOW)
    for mask in range(2**3):
        properties = {n: 1 for i, n in enumerate("abc") if mask >> i & 1}
        assert match(Contact("ada"), [Event("ada", "order", NOW, properties)]) is (
            len(properties) >= 2
        )
