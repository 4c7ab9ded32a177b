"""Expression source: a condition as one Python expression, its leaves tested from left to right.

A leaf becomes an expression that reads its value once, into ``v``, and results in a plain ``bool``.
A value of the exact type that most values have is compared in place, and a value of any other type
goes to `segkit.semantics`. For example ``attr("age") >= 18`` becomes about ::

    (k1 <= v <= k2 if type(v := attributes.get(k0)) is int else k1 <= v if type(v) is float else
     type(v) not in k4 and value_satisfies(v, k3, context))

where the names ``k0``, ``k1``... stand for constants. The builder lists the leaves that have no
such expression (`SourceBuilder.declined`): the reference evaluates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache, partial
from itertools import islice
from types import NoneType
from typing import Any, Final, NamedTuple, TypeAlias, assert_never, cast

from segkit import traversal
from segkit.model.comparisons import Comparison, Reference
from segkit.model.conditions import Condition, ContactLeaf, EventLeaf
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.operators import Operator
from segkit.model.time_spans import Window
from segkit.model.values import MAX_INTEGER_DIGITS, Kind, normalize
from segkit.operations.compilation.source_builder import SourceBuilder

_MAX_LEAVES: Final = 1_000
"""Python takes a second to compile a source with more leaves, or runs out of nesting."""


def is_small(condition: Condition) -> bool:
    """Return whether *condition* is worth compiling; a part that occurs twice counts twice."""
    return next(islice(_tested_parts(condition), _MAX_LEAVES, None), None) is None


def _tested_parts(condition: Condition) -> Iterator[object]:
    """Yield what becomes a test: leaves, and the further names and ``where`` leaves of those."""
    for leaf in traversal.iter_leaves(condition):
        yield leaf
        if isinstance(leaf, EventCount | EventValue):
            yield from leaf.names[1:]
            yield from traversal.iter_event_leaves(leaf.condition)


# --- groups ---------------------------------------------------------------------------------------


def contact_expression(condition: Condition, builder: SourceBuilder) -> str:
    """Return the expression that evaluates *condition* for a contact.

    It reads the variables ``contact``, ``attributes``, ``lists`` and ``events``. Where events are
    counted it contains a placeholder, which `SourceBuilder.fill_counts` replaces.
    """

    def of_leaf(leaf: ContactLeaf) -> str:
        return _contact_leaf(leaf, builder)

    return traversal.fold(condition, of_leaf, partial(_at_least, builder), _negate)


def _at_least(builder: SourceBuilder, number: int, parts: list[str]) -> str:
    """Return the expression of a group, which stops as soon as its verdict is decided.

    All of the parts are ``a and b``, one of them is ``a or b``. Other numbers count the parts that
    are true, so far, and stop when enough parts are true or too few parts are left. If only the
    last part is left and nothing is decided, then the last part decides. Two of four is ::

        (n >= 2 if (n := a + b) >= 2 or not 1 <= (n := n + c) < 2 else d)

    Measured, this is faster than adding up all parts in groups of up to five, and never more than
    8 % slower in larger ones.
    """
    if number <= 0 or number > len(parts):
        return str(number <= 0)
    if number in (1, len(parts)):
        return f"({(' and ' if number == len(parts) else ' or ').join(parts)})"
    true = builder.variable("true")
    undecided = min(number, len(parts) - number + 1)  # Fewer parts cannot decide.
    count = " + ".join(parts[:undecided])
    decided: list[str] = []
    for tested, part in enumerate(parts[undecided:], undecided):
        fewest = number - (len(parts) - tested)
        assigned = f"({true} := {count})"
        if fewest <= 0:
            decided.append(f"{assigned} >= {number}")
        elif tested < number:
            decided.append(f"{assigned} < {fewest}")
        else:
            decided.append(f"not {fewest} <= {assigned} < {number}")
        count = f"{true} + {part}"
    return f"({true} >= {number} if {' or '.join(decided)} else {parts[-1]})"


def _negate(part: str) -> str:
    return f"(not {part})"


# --- leaves of contacts ---------------------------------------------------------------------------


def _contact_leaf(leaf: ContactLeaf, builder: SourceBuilder) -> str:
    match leaf:
        case Attribute(path, comparison) if not isinstance(comparison.operand, Reference):
            builder.needs_attributes = True
            return value_expression(_path_value("attributes", path, builder), comparison, builder)
        case ListMembership(None, None):
            builder.needs_lists = True
            return "(len(lists) > 0)"
        case ListMembership(name, None):
            builder.needs_lists = True
            return f"({builder.constant(name)} in lists)"
        case ListMembership(name, joined) if name is not None and joined is not None:
            builder.needs_lists = True
            return value_expression(f"lists.get({builder.constant(name)})", joined, builder)
        case EventCount():
            return _count(leaf, builder)
        case EventValue():
            where = "None" if leaf.condition is None else _where(leaf.condition, builder)
            constant, events = builder.constant(leaf), _events(leaf, builder)
            return f"aggregate_satisfies({constant}, {events}, {where}, context)"
        case Sequence():
            builder.needs_history = True
            return _declined(leaf, "Facts(contact, events.timed, events.undated, events)", builder)
        case Attribute() | ListMembership() | Sample():
            # References between attributes, and any list with a joined time: rare in practice.
            return _declined(leaf, "Facts(contact, [], [])", builder)
        case _:
            assert_never(leaf)


def _declined(leaf: ContactLeaf, facts: str, builder: SourceBuilder) -> str:
    """Return the expression of a leaf that gains nothing from compiling: ask the reference."""
    builder.declined.append(leaf)
    return f"leaf_is_true({builder.constant(leaf)}, {facts}, context)"


def _path_value(mapping: str, path: tuple[str, ...], builder: SourceBuilder) -> str:
    value = f"{mapping}.get({builder.constant(path[0])})"
    return value if len(path) == 1 else f"get_path({value}, {builder.constant(path[1:])})"


# --- events ---------------------------------------------------------------------------------------


def _count(leaf: EventCount, builder: SourceBuilder) -> str:
    least, most = leaf.counts
    tests = [_count_at_least(leaf, least, builder)] if least else []
    if most is not None:
        tests.append(f"not {_count_at_least(leaf, most + 1, builder)}")
    return f"({' and '.join(tests) or True})"


def _count_at_least(leaf: EventCount, number: int, builder: SourceBuilder) -> str:
    """Return the expression whether *number* events, 1 or more, count."""
    if leaf.condition is not None:
        where = _where(leaf.condition, builder)
        events = _events(leaf, builder)
        return f"at_least_satisfy({events}, {where}, {builder.constant(number)})"
    return builder.count_placeholder(tuple(dict.fromkeys(leaf.names)), leaf.window, number)


def _events(leaf: EventCount | EventValue, builder: SourceBuilder) -> str:
    builder.needs_history = True
    first, last = builder.bounds(leaf.window, of_events=True)
    return f"events.between({builder.constant(tuple(dict.fromkeys(leaf.names)))}, {first}, {last})"


def _where(condition: Condition, builder: SourceBuilder) -> str:
    """Return the name of a generated function that tests one event."""

    def of_leaf(leaf: EventLeaf) -> str:
        if isinstance(leaf.comparison.operand, Reference):
            builder.declined.append(leaf)
            return f"event_leaf_is_true({builder.constant(leaf)}, EventSubject(event), context)"
        value = _path_value("properties", leaf.path, builder)
        return value_expression(value, leaf.comparison, builder)

    return builder.event_function(
        "where",
        [
            "properties = event.properties",
            "if type(properties) is not dict:",
            "    properties = HostMapping(properties)",
            f"return {traversal.fold(condition, of_leaf, partial(_at_least, builder), _negate)}",
        ],
    )


# --- values ---------------------------------------------------------------------------------------


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
"""The kinds that a value of exactly that type can have."""

_ALWAYS_SET: Final = frozenset({bool, int, str, date, list, tuple, dict})
"""The types without a value that counts as no value, as the float NaN does [V3]."""


class FastPath(NamedTuple):
    """An expression that compares ``v`` if its exact type is *value_type*."""

    value_type: type
    expression: str

    @property
    def guard(self) -> str:
        """Return the expression whether ``v`` is of that type."""
        if self.value_type is datetime:
            # Python compares instants of other zones without regard to fold [K4].
            return "type(v) is datetime and v.tzinfo is UTC"
        return f"type(v) is {self.value_type.__name__}"


def value_expression(value: str, comparison: Comparison, builder: SourceBuilder) -> str:
    """Return the expression that compares *value*, itself an expression, by *comparison*."""
    slow = f"value_satisfies(v, {builder.constant(comparison)}, context)"
    if comparison.operator == "is_set":
        always_set = builder.constant(_ALWAYS_SET)
        return f"((v := {value}) is not None and (type(v) in {always_set} or {slow}))"
    never = builder.constant(_types_that_never_match(comparison.kinds))
    expression = f"type(v) not in {never} and {slow}"
    for path in reversed(fast_paths(comparison, builder)):
        expression = f"{path.expression} if {path.guard} else {expression}"
    # The first guard is evaluated first, so it is the one that reads the value.
    before, _, after = expression.partition("type(v)")
    return f"({before}type(v := {value}){after})"


@lru_cache
def _types_that_never_match(kinds: frozenset[Kind]) -> frozenset[type]:
    """Return the types without a value of one of the *kinds*."""
    return frozenset(plain for plain in _KINDS if not _KINDS[plain] & kinds)


def fast_paths(comparison: Comparison, builder: SourceBuilder) -> list[FastPath]:
    """Return the types whose values are compared in place, the likeliest type first.

    Operators, and kinds of operand, without a fast path have an empty list. A test says which
    operators have a fast path for which types.
    """
    if comparison.operator == "within":
        first, last = builder.bounds(cast("Window", comparison.operand))
        return [FastPath(datetime, f"{first} <= v <= {last}")]
    kinds = {kind for kind, _ in comparison.typed_operands}
    if len(kinds) != 1:
        return []  # Operands of several kinds, or none: an anniversary, a place.
    of_kind = _FAST_PATHS_OF_KIND.get(kinds.pop())
    return [] if of_kind is None else of_kind(comparison, builder)


_ORDER: Final[Mapping[Operator, str]] = {
    "==": "{value} == {0}",
    "<": "{value} < {0}",
    "<=": "{value} <= {0}",
    ">": "{value} > {0}",
    ">=": "{value} >= {0}",
}
"""Templates over the operands, partial on purpose: other operators have no fast path."""

_TEXT: Final[Mapping[Operator, str]] = {
    **_ORDER,
    "between": "{0} <= {value} <= {1}",
    "is_in": "{value} in {operands}",
    "contains": "{0} in {value}",
    "starts_with": "{value}.startswith({0})",
    "ends_with": "{value}.endswith({0})",
}
"""The same for text. Collections (`has_any`, `has_all`) and patterns have no fast path."""


def _text_paths(comparison: Comparison, builder: SourceBuilder) -> list[FastPath]:
    template = _TEXT.get(comparison.operator)
    if template is None:
        return []
    value, operands = "v", [cast("str", operand) for _, operand in comparison.typed_operands]
    if comparison.ignore_case:  # [K3]
        value, operands = "v.casefold()", [operand.casefold() for operand in operands]
    if comparison.operator == "is_in":
        constant = builder.constant(frozenset(operands))
        return [FastPath(str, template.format(value=value, operands=constant))]
    return [FastPath(str, template.format(*map(builder.constant, operands), value=value))]


def _order_paths(
    value_type: type, comparison: Comparison, builder: SourceBuilder
) -> list[FastPath]:
    template = _ORDER.get(comparison.operator)
    if template is None:
        return []
    operand = builder.constant(comparison.typed_operands[0][1])
    return [FastPath(value_type, template.format(operand, value="v"))]


def _boolean_paths(comparison: Comparison, _builder: SourceBuilder) -> list[FastPath]:
    if comparison.operator != "==":
        return []
    return [FastPath(bool, f"v is {comparison.typed_operands[0][1]}")]


# --- numbers --------------------------------------------------------------------------------------


class _Included(NamedTuple):
    """Whether the lower and the upper bound are included; ``None`` without a bound."""

    low: bool | None
    high: bool | None


_NUMBER_RANGES: Final[Mapping[Operator, _Included]] = {
    "==": _Included(low=True, high=True),
    "<": _Included(low=None, high=False),
    "<=": _Included(low=None, high=True),
    ">": _Included(low=False, high=None),
    ">=": _Included(low=True, high=None),
    "between": _Included(low=True, high=True),
}
"""The operators that ask for a range of numbers. Besides them, only `is_in` has a fast path."""


class _Bound(NamedTuple):
    """An exact bound of a range of numbers."""

    number: int | Decimal
    included: bool


def _number_paths(comparison: Comparison, builder: SourceBuilder) -> list[FastPath]:
    operands = [cast("int | Decimal", operand) for _, operand in comparison.typed_operands]
    if any(isinstance(operand, Decimal) and not operand.is_finite() for operand in operands):
        return []  # Infinities are rare.
    if comparison.operator == "is_in":
        if not all(isinstance(operand, int) for operand in operands):
            return []
        # A whole float is equal to the int, and so has the same hash.
        expression = f"v in {builder.constant(frozenset(operands))}"
        return [FastPath(int, expression), FastPath(float, expression)]
    included = _NUMBER_RANGES.get(comparison.operator)
    if included is None:
        return []
    low = None if included.low is None else _Bound(_as_int(operands[0]), included.low)
    high = None if included.high is None else _Bound(_as_int(operands[-1]), included.high)
    return [
        FastPath(int, _int_expression(low, high, builder)),
        FastPath(float, _float_expression(low, high, builder)),
    ]


def _as_int(number: int | Decimal) -> int | Decimal:
    """Return *number* as an int if it is whole."""
    return int(number) if number == _round(number, ROUND_FLOOR) else number


def _round(number: int | Decimal, rounding: str) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(rounding))


_MAX_INT: Final = 10**MAX_INTEGER_DIGITS - 1


def _int_expression(low: _Bound | None, high: _Bound | None, builder: SourceBuilder) -> str:
    """Return the expression for ints, without those that are too long to have a kind [K9]."""
    least, most = -_MAX_INT, _MAX_INT
    if low is not None:
        least = _round(low.number, ROUND_CEILING)
        least += not low.included and least == low.number
    if high is not None:
        most = _round(high.number, ROUND_FLOOR)
        most -= not high.included and most == high.number
    if least == most:
        return f"v == {builder.constant(least)}"
    return f"{builder.constant(least)} <= v <= {builder.constant(most)}"


class _FloatBound(NamedTuple):
    """A bound of a range of floats, by Python's own order of floats."""

    number: int | float
    included: bool


def _float_expression(low: _Bound | None, high: _Bound | None, builder: SourceBuilder) -> str:
    """Return the expression for floats; NaN never satisfies it.

    A float stands for the decimal that it prints as [K1]. Floats are compared as floats, with the
    float that is nearest to the bound. Any other float is on the same side of the bound as it is of
    that nearest float, and so is its decimal. For the nearest float itself it is known here
    whether its decimal is in range: ``< Decimal("0.1")`` becomes ``v < 0.1``, because the float
    0.1 stands for exactly 0.1; ``< Decimal("0.10000000000000000001")`` becomes ``v <= 0.1``.
    """
    least = None if low is None else _float_bound(low, lambda number, bound: number > bound)
    most = None if high is None else _float_bound(high, lambda number, bound: number < bound)
    if least is not None and most is not None and least == most and least.included:
        return f"v == {builder.constant(least.number)}"
    expression = "v"
    if least is not None:
        sign = "<=" if least.included else "<"
        expression = f"{builder.constant(least.number)} {sign} {expression}"
    if most is not None:
        sign = "<=" if most.included else "<"
        expression = f"{expression} {sign} {builder.constant(most.number)}"
    return expression


def _float_bound(bound: _Bound, is_inside: Callable[[Any, Any], bool]) -> _FloatBound:
    if isinstance(bound.number, int):  # Python compares a float with an int exactly.
        return _FloatBound(bound.number, bound.included)
    nearest = float(bound.number)
    exact = normalize(nearest)[1]
    included = is_inside(exact, bound.number) or (bound.included and exact == bound.number)
    return _FloatBound(nearest, included)


_Paths: TypeAlias = Callable[[Comparison, SourceBuilder], list[FastPath]]

_FAST_PATHS_OF_KIND: Final[Mapping[Kind, _Paths]] = {
    Kind.TEXT: _text_paths,
    Kind.NUMBER: _number_paths,
    Kind.BOOLEAN: _boolean_paths,
    Kind.DAY: partial(_order_paths, date),
    Kind.INSTANT: partial(_order_paths, datetime),
}
"""The fast paths by the kind of the operands. Other kinds are not kinds of operands."""
