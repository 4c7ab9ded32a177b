"""Expression source: a condition as one Python expression, its leaves tested from left to right.

A leaf becomes an expression that reads its value once, into ``v``, and gives a plain ``bool``. A
value of the exact type that most values have is compared in place; a value of any other type goes
to `segkit.semantics`. Example: ``attr("age") >= 18`` becomes about ::

    (k1 <= v <= k2 if type(v := known.get(k0)) is int else k1 <= v if type(v) is float else
     type(v) not in k4 and compared(v, k3, context))

where ``known`` are the attributes of the contact, and the names ``k0``, ``k1``... stand for
constants. A leaf that gains nothing from this is left to the reference: see `declines`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache, partial
from itertools import islice
from types import NoneType
from typing import Any, Final, NamedTuple, assert_never, cast

from segkit import traversal
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition, ContactLeaf, EventLeaf
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.time_spans import Window
from segkit.model.values import MAX_INTEGER_DIGITS, Kind, normalize
from segkit.operations.compilation.source_builder import SourceBuilder

_KINDS: Final[Mapping[type, frozenset[Kind]]] = {
    NoneType: frozenset(),
    bool: frozenset({Kind.BOOLEAN}),
    int: frozenset({Kind.NUMBER}),
    float: frozenset({Kind.NUMBER}),
    Decimal: frozenset({Kind.NUMBER}),
    str: frozenset({Kind.TEXT}),
    date: frozenset({Kind.DAY}),
    datetime: frozenset({Kind.INSTANT}),
    list: frozenset({Kind.COLLECTION, Kind.LOCATION}),
    tuple: frozenset({Kind.COLLECTION, Kind.LOCATION}),
    dict: frozenset({Kind.LOCATION}),
}
"""The kinds that a value of exactly that type may have."""

_ALWAYS_SET: Final = frozenset({bool, int, str, date, list, tuple, dict})
"""The types none of whose values is no value, as NaN is [V3]."""

_INSTANT: Final = "type(v) is datetime and v.tzinfo is UTC"


class _FastPath(NamedTuple):
    """What a value of a plain type is tested by."""

    guard: str
    test: str


def value_expression(value: str, comparison: Comparison, builder: SourceBuilder) -> str:
    """The source that holds *value*, a piece of source itself, against *comparison*."""
    slow = f"compared(v, {builder.constant(comparison)}, context)"
    if comparison.operator == "is_set":
        plain = builder.constant(_ALWAYS_SET)
        return f"((v := {value}) is not None and (type(v) in {plain} or {slow}))"
    rest = (
        f"type(v) not in {builder.constant(_types_that_never_match(comparison.kinds))} and {slow}"
    )
    for guard, test in reversed(_fast_paths(comparison, builder)):
        rest = f"{test} if {guard} else {rest}"
    # Whichever branch it is, the condition of the first is what is evaluated first.
    before, _, behind = rest.partition("type(v)")
    return f"({before}type(v := {value}){behind})"


@lru_cache
def _types_that_never_match(kinds: frozenset[Kind]) -> frozenset[type]:
    """The types none of whose values is of one of the *kinds*."""
    return frozenset(plain for plain in _KINDS if not _KINDS[plain] & kinds)


def _fast_paths(comparison: Comparison, builder: SourceBuilder) -> list[_FastPath]:
    """The plain types that can be compared on the spot, the likeliest first."""
    if comparison.operator == "within":
        first, last = builder.ends(cast("Window", comparison.operand))
        return [_FastPath(_INSTANT, f"{first} <= v <= {last}")]
    operands = [operand for _, operand in comparison.typed_operands]
    match list({kind for kind, _ in comparison.typed_operands}):
        case [Kind.TEXT]:
            test = _text_test(comparison, cast("list[str]", operands), builder)
            return [_FastPath("type(v) is str", test)] if test else []
        case [Kind.NUMBER]:
            return _numbers(comparison, cast("list[int | Decimal]", operands), builder)
        case [Kind.BOOLEAN] if comparison.operator == "==":
            return [_FastPath("type(v) is bool", f"v is {operands[0]}")]
        case [Kind.DAY] if comparison.operator in _ORDER:
            test = f"v {comparison.operator} {builder.constant(operands[0])}"
            return [_FastPath("type(v) is date", test)]
        case [Kind.INSTANT] if comparison.operator in _ORDER:
            test = f"v {comparison.operator} {builder.constant(operands[0])}"
            return [_FastPath(_INSTANT, test)]
        case _:
            return []


_ORDER: Final = frozenset({"==", "<", "<=", ">", ">="})


# --- text ----------------------------------------------------------------------------------------


def _text_test(comparison: Comparison, operands: list[str], builder: SourceBuilder) -> str:
    text = "v"
    if comparison.ignore_case:  # [K3]
        text, operands = "v.casefold()", [operand.casefold() for operand in operands]
    match comparison.operator:
        case "==" | "<" | "<=" | ">" | ">=":
            return f"{text} {comparison.operator} {builder.constant(operands[0])}"
        case "is_in":
            return f"{text} in {builder.constant(frozenset(operands))}"
        case "between":
            return f"{builder.constant(operands[0])} <= {text} <= {builder.constant(operands[1])}"
        case "contains":
            return f"{builder.constant(operands[0])} in {text}"
        case "starts_with":
            return f"{text}.startswith({builder.constant(operands[0])})"
        case "ends_with":
            return f"{text}.endswith({builder.constant(operands[0])})"
        case _:
            return ""


# --- numbers -------------------------------------------------------------------------------------


class _End(NamedTuple):
    """An end of the numbers looked for."""

    number: int | Decimal
    included: bool


def _numbers(
    comparison: Comparison, operands: list[int | Decimal], builder: SourceBuilder
) -> list[_FastPath]:
    if any(isinstance(operand, Decimal) and not operand.is_finite() for operand in operands):
        return []  # Rare, and quick enough the other way.
    word = comparison.operator
    if word == "is_in":
        if not all(isinstance(operand, int) for operand in operands):
            return []
        several = builder.constant(
            frozenset(operands)
        )  # A float that is whole is found as an int is.
        return [_FastPath(f"type(v) is {kind}", f"v in {several}") for kind in ("int", "float")]
    low = high = None
    if word in ("==", ">=", ">", "between"):
        low = _End(_whole(operands[0]), word != ">")
    if word in ("==", "<=", "<", "between"):
        high = _End(_whole(operands[-1]), word != "<")
    if low is high:
        return []  # A number among the members of a collection.
    return [
        _FastPath("type(v) is int", _ints(low, high, builder)),
        _FastPath("type(v) is float", _floats(low, high, builder)),
    ]


def _whole(number: int | Decimal) -> int | Decimal:
    """The number as an int, if it is whole."""
    return int(number) if number == _rounded(number, ROUND_FLOOR) else number


def _rounded(number: int | Decimal, rounding: str) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(rounding))


_GREATEST: Final = 10**MAX_INTEGER_DIGITS - 1


def _ints(low: _End | None, high: _End | None, builder: SourceBuilder) -> str:
    """The ints between two ends; those too long to have a kind are left out [K9]."""
    least, most = -_GREATEST, _GREATEST
    if low is not None:
        least = _rounded(low.number, ROUND_CEILING)
        least += not low.included and least == low.number
    if high is not None:
        most = _rounded(high.number, ROUND_FLOOR)
        most -= not high.included and most == high.number
    if least == most:
        return f"v == {builder.constant(least)}"
    return f"{builder.constant(least)} <= v <= {builder.constant(most)}"


def _floats(low: _End | None, high: _End | None, builder: SourceBuilder) -> str:
    """The floats between two ends, NaN never.

    A float stands for the decimal it prints as [K1]. That lies on the same side of the end as
    the float lies of the float nearest to the end; what that one stands for is known here.
    """
    least = None if low is None else _nearest(low, stands_inside=lambda own, end: own > end)
    most = None if high is None else _nearest(high, stands_inside=lambda own, end: own < end)
    if least is not None and most is not None and least == most and least.included:
        return f"v == {builder.constant(least.number)}"
    test = "v"
    if least is not None:
        test = f"{builder.constant(least.number)} {'<=' if least.included else '<'} {test}"
    if most is not None:
        test = f"{test} {'<=' if most.included else '<'} {builder.constant(most.number)}"
    return test


def _nearest(end: _End, *, stands_inside: Callable[[Any, Any], bool]) -> _FloatEnd:
    if isinstance(end.number, int):  # Python compares a float with an int exactly.
        return _FloatEnd(end.number, end.included)
    nearest = float(end.number)
    own = normalize(nearest)[1]
    included = stands_inside(own, end.number) or (end.included and own == end.number)
    return _FloatEnd(nearest, included)


class _FloatEnd(NamedTuple):
    """An end of the floats looked for."""

    number: int | float
    included: bool


def contact_expression(condition: Condition, builder: SourceBuilder) -> str:
    """The source that tests a contact: ``known`` are its attributes, ``lists`` its lists.

    Where events are counted it holds a mark, which `SourceBuilder.counted` replaces.
    """

    def of_leaf(leaf: ContactLeaf) -> str:
        return _of_contact(leaf, builder)

    return traversal.fold(condition, of_leaf, partial(_at_least, builder), _negate)


_MAX_LEAVES: Final = 1_000
"""A source with more of them takes Python a second to compile, or more nesting than it has."""


def is_small(condition: Condition) -> bool:
    """Whether it pays to compile *condition*; a part that stands in several places counts each."""
    return next(islice(_tests_in(condition), _MAX_LEAVES, None), None) is None


def _tests_in(condition: Condition) -> Iterator[object]:
    """Everything that becomes a test: leaves, and the names and parts within those on events."""
    for leaf in traversal.iter_leaves(condition):
        yield leaf
        if isinstance(leaf, EventCount | EventValue):
            yield from leaf.names[1:]
            if leaf.condition is not None:
                yield from traversal.iter_leaves(leaf.condition)


def _at_least(builder: SourceBuilder, number: int, parts: list[str]) -> str:
    """Return the expression of a group: *number* or more of the parts are true.

    It stops as soon as it is decided where all parts are required, or one is. Otherwise the parts
    are counted: for the few parts that groups have, adding up is as fast as testing in between.
    """
    if number <= 0 or number > len(parts):
        return str(number <= 0)
    if number in (1, len(parts)):
        return f"({(' and ' if number == len(parts) else ' or ').join(parts)})"
    return f"({' + '.join(parts)} >= {builder.constant(number)})"


def _negate(part: str) -> str:
    return f"(not {part})"


# --- contacts -------------------------------------------------------------------------------------


def declines(leaf: ContactLeaf | EventLeaf) -> bool:
    """Return whether a leaf is left to the reference, because it gains nothing from compiling.

    A test lists these leaves, so that no other leaf is left to the reference unnoticed.
    """
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            return isinstance(comparison.operand, Reference)
        case ListMembership(None, joined):
            return joined is not None
        case Sequence() | Sample():
            return True
        case _:
            return False


def _of_contact(leaf: ContactLeaf, builder: SourceBuilder) -> str:
    match leaf:
        case Attribute(path, comparison) if not declines(leaf):
            builder.needs_attributes = True
            return value_expression(_looked_up(path, builder), comparison, builder)
        case ListMembership(None) if not declines(leaf):
            builder.needs_lists = True
            return "(len(lists) > 0)"
        case ListMembership(name, None) if not declines(leaf):
            builder.needs_lists = True
            return f"({builder.constant(name)} in lists)"
        case ListMembership(name, joined) if joined is not None and not declines(leaf):
            builder.needs_lists = True
            return value_expression(f"lists.get({builder.constant(name)})", joined, builder)
        case EventCount():
            return _count(leaf, builder)
        case EventValue():
            where = _where(leaf.condition, builder)
            events = _events(leaf, builder)
            return f"value_holds({builder.constant(leaf)}, {events}, {where}, context)"
        case Sequence():
            builder.needs_history = True
            facts = "Facts(contact, events.timed, events.undated, events)"
            return f"leaf_is_true({builder.constant(leaf)}, {facts}, context)"
        case Attribute() | ListMembership() | Sample():
            return f"leaf_is_true({builder.constant(leaf)}, Facts(contact, [], []), context)"
        case _:
            assert_never(leaf)


def _looked_up(path: tuple[str, ...], builder: SourceBuilder) -> str:
    found = f"known.get({builder.constant(path[0])})"
    return found if len(path) == 1 else f"value_at({found}, {builder.constant(path[1:])})"


# --- what is asked of events ---------------------------------------------------------------------


def _count(leaf: EventCount, builder: SourceBuilder) -> str:
    least, most = leaf.counts
    tests = [_at_least_expression(leaf, least, builder)] if least else []
    if most is not None:
        tests.append(f"not {_at_least_expression(leaf, most + 1, builder)}")
    return f"({' and '.join(tests) or True})"


def _at_least_expression(leaf: EventCount, number: int, builder: SourceBuilder) -> str:
    """Whether there are *number* events or more, 1 at the least."""
    if leaf.condition is not None:
        where = _where(leaf.condition, builder)
        return f"reaches({_events(leaf, builder)}, {where}, {builder.constant(number)})"
    return builder.count_placeholder(tuple(dict.fromkeys(leaf.names)), leaf.window, number)


def _events(leaf: EventCount | EventValue, builder: SourceBuilder) -> str:
    builder.needs_history = True
    first, last = builder.ends(leaf.window, of_events=True)
    return f"events.between({builder.constant(tuple(dict.fromkeys(leaf.names)))}, {first}, {last})"


def _where(condition: Condition | None, builder: SourceBuilder) -> str:
    """Return the name of the generated function that tests one event."""
    if condition is None:
        return "None"

    def of_leaf(leaf: EventLeaf) -> str:
        if declines(leaf):
            return f"event_leaf_is_true({builder.constant(leaf)}, EventSubject(event), context)"
        return value_expression(_looked_up(leaf.path, builder), leaf.comparison, builder)

    return builder.function(
        "where",
        [
            "known = event.properties",
            "if type(known) is not dict:",
            "    known = Known(known)",
            f"return {traversal.fold(condition, of_leaf, partial(_at_least, builder), _negate)}",
        ],
    )
