"""Expression source: a condition as one Python expression, its leaves tested from left to right.

A leaf becomes an expression that reads its value once, into ``value``, and results in a ``bool``.
A value of the exact type that most values have is compared in place, and a value of any other type
is passed to `segkit.semantics`. For example ``attr("age") >= 18`` becomes about ::

    (k1 <= value <= k2 if type(value := attributes.get(k0)) is int
     else value >= k3 if type(value) is float
     else type(value) not in k4 and value_satisfies(value, k5, context))

where the names ``k0``, ``k1``... are constants. `SourceBuilder.declined` lists the leaves that have
no such expression: the reference evaluates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from types import NoneType
from typing import Any, Final, assert_never, cast

import attrs

from segkit import traversal
from segkit.model.comparisons import Anniversary, Comparison, Reference
from segkit.model.conditions import Condition, ContactLeaf, EventLeaf, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.operators import OPERATORS, Operator
from segkit.model.time_spans import Window
from segkit.model.values import MAX_INTEGER_DIGITS, Kind, normalize
from segkit.semantics.operand_sets import operand_set

MAX_LEAVES: Final = 1_000
"""Python takes a second to compile a source with more leaves, or runs out of nesting."""


def is_small(condition: Condition) -> bool:
    """Return whether *condition* is worth compiling; a part that occurs twice counts twice."""
    return next(islice(tested_parts(condition), MAX_LEAVES, None), None) is None


def tested_parts(condition: Condition) -> Iterator[object]:
    """Yield every part that becomes a test: leaves, their further names and ``where`` leaves."""
    for leaf in traversal.iter_leaves(condition):
        yield leaf
        if isinstance(leaf, EventCount | EventValue):
            yield from leaf.names[1:]
            yield from traversal.iter_event_leaves(leaf.condition)


@attrs.define(eq=False)
class SourceBuilder:
    """The parts of one source that are collected while its expression is written.

    The source contains no text of the condition: each value gets a name, ``k0``, ``k1``... So
    nothing has to be escaped, and all conditions of one shape share one source, which Python
    compiles once. Both ``in_list("vip")`` and ``in_list("news")`` become ``(k0 in lists)``.

    Attributes:
        constants: The values of the condition, by their names in the source.
        windows: A number for each window, which is part of the names of its bounds. Windows of
            events are separate: they end at now.
        windows_of_days: A number for each window that days are compared with.
        anniversary_windows: A number for each window of anniversaries.
        counts: The leaf and the number for each placeholder ``{0}``, ``{1}``... in the expression:
            whether that number of events happened is tested in a `History` by one expression and
            in a list by another.
        declined: The leaves without an expression of their own: the reference evaluates them.
        functions: The lines of the functions that test one event.
        fields: The fields of the contact that the expression reads.
        path_variables: The variables of values that several leaves read, by mapping and path.
        of_many: Whether the source is for many contacts, so that preparing may take longer.
        needs_history: Whether more of the events is read than their names and instants.
    """

    constants: dict[str, object] = attrs.field(factory=dict[str, object])
    windows: dict[tuple[Window, bool], int] = attrs.field(factory=dict[tuple[Window, bool], int])
    windows_of_days: dict[Window, int] = attrs.field(factory=dict[Window, int])
    anniversary_windows: dict[Anniversary, int] = attrs.field(factory=dict[Anniversary, int])
    counts: list[tuple[EventCount, int]] = attrs.field(factory=list[tuple[EventCount, int]])
    declined: list[LeafCondition] = attrs.field(factory=list[LeafCondition])
    functions: list[str] = attrs.field(factory=list[str])
    fields: set[str] = attrs.field(factory=set[str])
    path_variables: dict[tuple[str, tuple[str, ...]], str] = attrs.field(
        factory=dict[tuple[str, tuple[str, ...]], str]
    )
    needs_history: bool = False
    of_many: bool = False

    def constant(self, value: object) -> str:
        """Return a new name for *value*."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def bounds(self, window: Window, *, of_events: bool = False) -> tuple[str, str]:
        """Return the variables of the first and the last instant of *window*, both included."""
        number = self.windows.setdefault((window, of_events), len(self.windows))
        return f"first_{number}", f"last_{number}"

    def days(self, window: Window) -> tuple[str, str]:
        """Return the variables of the first and the last day in *window*, both included."""
        number = self.windows_of_days.setdefault(window, len(self.windows_of_days))
        return f"first_day_{number}", f"last_day_{number}"

    def anniversaries(self, window: Anniversary) -> str:
        """Return the variable of the months and days that have an anniversary in *window*."""
        number = self.anniversary_windows.setdefault(window, len(self.anniversary_windows))
        return f"anniversaries_{number}"

    def bound_lines(self) -> list[str]:
        """Return lines that compute the bounds of the windows from ``context``."""
        return [
            *(
                f"first_{number}, last_{number} = window_bounds({self.constant(window)}, context)"
                for window, number in self.windows.items()
            ),
            *(
                f"first_day_{number}, last_day_{number} = "
                f"covered_days({self.constant(window)}, context.now, context.tz)"
                for window, number in self.windows_of_days.items()
            ),
            *(
                f"anniversaries_{number} = "
                f"anniversary_days({self.constant(window)}, context.local_day(context.now))"
                for window, number in self.anniversary_windows.items()
            ),
        ]


# --- groups ---------------------------------------------------------------------------------------


def contact_expression(condition: Condition, builder: SourceBuilder) -> str:
    """Return the expression that evaluates *condition* for a contact.

    It reads the variables ``contact``, ``attributes``, ``lists``, ``events`` (a `History`) and
    ``context``, and contains placeholders for counts of events: see `SourceBuilder.counts`.
    """
    return traversal.fold(condition, partial(_contact_leaf, builder), join_at_least, negate)


def declined_leaves(leaf: ContactLeaf) -> list[LeafCondition]:
    """Return *leaf*, or the leaves of its ``where``, if the reference evaluates them."""
    builder = SourceBuilder()
    _contact_leaf(builder, leaf)
    return builder.declined


def join_at_least(number: int, parts: list[str]) -> str:
    """Return the expression of a group, which stops as soon as its verdict is decided.

    All of the parts are ``a and b``, one of them is ``a or b``. Other numbers count the parts that
    are true, so far, and stop when enough parts are true or too few parts are left. If only the
    last part is left and nothing is decided, then the last part decides. Two of four is ::

        (true >= 2 if (true := a + b) >= 2 or not 1 <= (true := true + c) < 2 else d)

    Groups within each other use the same variable: ``true + c`` reads it before it evaluates ``c``.
    Measured, this is faster than adding up all parts in groups of up to five, and never more than
    8 % slower in larger ones.
    """
    if number <= 0 or number > len(parts):
        return str(number <= 0)
    if number in (1, len(parts)):
        return f"({(' and ' if number == len(parts) else ' or ').join(parts)})"
    undecided = min(number, len(parts) - number + 1)  # Fewer parts cannot decide.
    count = " + ".join(parts[:undecided])
    decided: list[str] = []
    for tested, part in enumerate(parts[undecided:], undecided):
        fewest = number - (len(parts) - tested)
        if fewest <= 0:
            decided.append(f"(true := {count}) >= {number}")
        elif tested < number:
            decided.append(f"(true := {count}) < {fewest}")
        else:
            decided.append(f"not {fewest} <= (true := {count}) < {number}")
        count = f"true + {part}"
    return f"(true >= {number} if {' or '.join(decided)} else {parts[-1]})"


negate: Final = "(not {})".format


# --- leaves of contacts ---------------------------------------------------------------------------


def contact_fact(leaf: Attribute | ListMembership | Sample, builder: SourceBuilder) -> str:
    """Return the expression of a leaf that reads no events."""
    match leaf:
        case Attribute(path, comparison) if not isinstance(comparison.operand, Reference):
            builder.fields.add("attributes")
            return value_expression(_path_value("attributes", path, builder), comparison, builder)
        case ListMembership(name, joined) if name is not None or joined is None:
            builder.fields.add("lists")
            if name is None:
                return "(len(lists) > 0)"
            constant = builder.constant(name)
            if joined is None:
                return f"({constant} in lists)"
            return value_expression(f"lists.get({constant})", joined, builder)
        case Attribute() | ListMembership() | Sample():
            # References between attributes, and any list with a joined time, are rare in practice.
            builder.declined.append(leaf)
            return f"leaf_is_true({builder.constant(leaf)}, Facts(contact, [], []), context)"
        case _:
            assert_never(leaf)


def _contact_leaf(builder: SourceBuilder, leaf: ContactLeaf) -> str:
    match leaf:
        case EventCount():
            least, most = leaf.counts
            tests = [_count_at_least(leaf, least, builder)] if least else []
            if most is not None:
                tests.append(f"not {_count_at_least(leaf, most + 1, builder)}")
            return f"({' and '.join(tests) or True})"
        case EventValue():
            where = "None" if leaf.condition is None else _where(leaf.condition, builder)
            constant, events = builder.constant(leaf), _events(leaf, builder)
            return f"aggregate_satisfies({constant}, {events}, {where}, context)"
        case Sequence():
            builder.declined.append(leaf)
            builder.needs_history = True
            facts = "Facts(contact, events.timed, events.undated, events)"
            return f"leaf_is_true({builder.constant(leaf)}, {facts}, context)"
        case Attribute() | ListMembership() | Sample():
            return contact_fact(leaf, builder)
        case _:
            assert_never(leaf)


def _path_value(mapping: str, path: tuple[str, ...], builder: SourceBuilder) -> str:
    shared = builder.path_variables.get((mapping, path))
    return path_expression(mapping, path, builder) if shared is None else shared


def path_expression(mapping: str, path: tuple[str, ...], builder: SourceBuilder) -> str:
    """Return the expression of the value at *path* of ``attributes`` or ``properties``."""
    value = f"{mapping}.get({builder.constant(path[0])})"
    return value if len(path) == 1 else f"get_path({value}, {builder.constant(path[1:])})"


# --- events ---------------------------------------------------------------------------------------


def _count_at_least(leaf: EventCount, number: int, builder: SourceBuilder) -> str:
    """Return the expression whether *number* events, 1 or more, count."""
    if leaf.condition is None:
        builder.counts.append((leaf, number))
        return f"{{{len(builder.counts) - 1}}}"
    where, events = _where(leaf.condition, builder), _events(leaf, builder)
    return f"at_least_satisfy({events}, {where}, {builder.constant(number)})"


def _events(leaf: EventCount | EventValue, builder: SourceBuilder) -> str:
    builder.needs_history = True
    first, last = builder.bounds(leaf.window, of_events=True)
    return f"events.between({builder.constant(leaf.names)}, {first}, {last})"


def where_expression(condition: Condition, builder: SourceBuilder) -> str:
    """Return the expression that evaluates a ``where``, over the variables of one event.

    It reads ``event``, ``properties`` and ``context``.
    """

    def of_leaf(leaf: EventLeaf) -> str:
        if isinstance(leaf.comparison.operand, Reference):
            builder.declined.append(leaf)
            return f"event_leaf_is_true({builder.constant(leaf)}, EventSubject(event), context)"
        value = _path_value("properties", leaf.path, builder)
        return value_expression(value, leaf.comparison, builder)

    return traversal.fold(condition, of_leaf, join_at_least, negate)


def _where(condition: Condition, builder: SourceBuilder) -> str:
    """Add a function that tests one event, and return its name."""
    expression = where_expression(condition, builder)
    name = f"where_{len(builder.functions)}"
    builder.functions += [
        f"def {name}(event):",
        "    properties = event.properties",
        "    if type(properties) is not dict:",
        "        properties = HostMapping(properties)",
        f"    return {expression}",
    ]
    return name


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
"""The types all of whose values are set; the float NaN, for example, is no value [V3]."""


def value_expression(value: str, comparison: Comparison, builder: SourceBuilder) -> str:
    """Return the expression that compares *value*, itself an expression, by *comparison*."""
    slow = f"value_satisfies(value, {builder.constant(comparison)}, context)"
    if comparison.operator == "is_set":
        always_set = builder.constant(_ALWAYS_SET)
        return f"((value := {value}) is not None and (type(value) in {always_set} or {slow}))"
    never = builder.constant({each for each in _KINDS if not _KINDS[each] & comparison.kinds})
    expression = f"type(value) not in {never} and {slow}"
    for value_type, fast in reversed(fast_paths(comparison, builder).items()):
        guard = f"type(value) is {value_type.__name__}"
        if value_type is datetime:
            # Python compares instants of other zones without regard to fold [K4].
            guard += " and value.tzinfo is UTC"
        expression = f"{fast} if {guard} else {expression}"
    # The first guard is evaluated first, so it reads the value.
    before, _, after = expression.partition("type(value)")
    return f"({before}type(value := {value}){after})"


def fast_paths(comparison: Comparison, builder: SourceBuilder) -> dict[type, str]:
    """Return the types whose values are compared in place, the likeliest type first.

    The dictionary is empty for operators, and kinds of operand, without a fast path. A test lists
    the types for each operator.
    """
    if comparison.operator == "within":
        first, last = builder.bounds(cast("Window", comparison.operand))
        paths: dict[type, str] = {datetime: f"{first} <= value <= {last}"}
        if builder.of_many:
            # The first and the last day take longer to find than a few values to compare.
            first, last = builder.days(cast("Window", comparison.operand))
            paths[date] = f"{first} <= value <= {last}"
        return paths
    if comparison.operator == "anniversary" and builder.of_many:
        days = builder.anniversaries(cast("Anniversary", comparison.operand))
        return {date: f"(value.month, value.day) in {days}"}
    if OPERATORS[comparison.operator].operand == "values":
        return _paths_of_values(comparison, builder)
    kinds = {kind for kind, _ in comparison.typed_operands}
    if len(kinds) != 1:
        return {}  # Operands of several kinds, or none: an anniversary, a place.
    kind = kinds.pop()
    operands: list[Any] = [operand for _, operand in comparison.typed_operands]
    if kind is Kind.NUMBER:
        return _number_paths(comparison.operator, operands, builder)
    value_type, templates = _TEMPLATES[kind]
    template = templates.get(comparison.operator)
    if template is None:
        return {}
    value = "value"
    if comparison.ignore_case and kind is Kind.TEXT:  # [K3]
        value, operands = "value.casefold()", [operand.casefold() for operand in operands]
    return {value_type: template.format(*map(builder.constant, operands), value=value)}


def _paths_of_values(comparison: Comparison, builder: SourceBuilder) -> dict[type, str]:
    """Return the paths of `is_in` with operands of one kind, texts or usual whole numbers."""
    operands = operand_set(comparison)
    if comparison.operator != "is_in" or operands.ordered or len(operands.hashed) != 1:
        return {}
    ((kind, values),) = operands.hashed.items()
    if kind is Kind.TEXT:
        value = "value.casefold()" if comparison.ignore_case else "value"
        return {str: f"{value} in {builder.constant(values)}"}
    if kind is Kind.NUMBER:
        # A whole float is equal to the int, and so has the same hash.
        found = f"value in {builder.constant(values)}"
        return {int: found, float: found}
    return {}


_ORDER: Final[Mapping[Operator, str]] = {
    "==": "{value} == {0}",
    "<": "{value} < {0}",
    "<=": "{value} <= {0}",
    ">": "{value} > {0}",
    ">=": "{value} >= {0}",
}

_TEXT: Final[Mapping[Operator, str]] = {
    **_ORDER,
    "between": "{0} <= {value} <= {1}",
    "contains": "{0} in {value}",
    "starts_with": "{value}.startswith({0})",
    "ends_with": "{value}.endswith({0})",
}

_TEMPLATES: Final[Mapping[Kind, tuple[type, Mapping[Operator, str]]]] = {
    Kind.TEXT: (str, _TEXT),
    Kind.BOOLEAN: (bool, {"==": "{value} is {0}"}),
    Kind.DAY: (date, _ORDER),
    Kind.INSTANT: (datetime, _ORDER),
}
"""The type of value and the expressions for each kind of operand besides numbers.

Operators are missing on purpose: patterns, for example, have no fast path.
"""


# --- numbers --------------------------------------------------------------------------------------

_MAX_INT: Final = 10**MAX_INTEGER_DIGITS - 1

_BOUNDS: Final[Mapping[Operator, tuple[str, ...]]] = {
    "==": (">=", "<="),
    "<": ("<",),
    "<=": ("<=",),
    ">": (">",),
    ">=": (">=",),
    "between": (">=", "<="),
}
"""The operators that require a range of numbers, as comparisons with its bounds."""


def _number_paths(
    of: Operator, operands: list[int | Decimal], builder: SourceBuilder
) -> dict[type, str]:
    if of == "==" and isinstance(operands[0], int):
        equal = f"value == {builder.constant(operands[0])}"
        return {int: equal, float: equal}
    low, high = Decimal(operands[0]), Decimal(operands[-1])
    if not (low.is_finite() and high.is_finite()):
        return {}  # Infinities are rare.
    bounds = {sign[0]: (sign, low if sign[0] == ">" else high) for sign in _BOUNDS[of]}
    # An int that is too long has no kind [K9].
    int_bounds = {">": (">=", -_MAX_INT), "<": ("<=", _MAX_INT)} | bounds
    return {
        int: _range_expression(int, int_bounds.values(), builder),
        float: _range_expression(float, bounds.values(), builder),
    }


def _range_expression(
    value_type: type[int | float],
    bounds: Iterable[tuple[str, int | Decimal]],
    builder: SourceBuilder,
) -> str:
    """Return the expression whether an int or a float is in range; NaN never is.

    The value is compared with a number of its own type, close to the bound: with the nearest float,
    or with the bound truncated to an int. Any other number of that type is on the same side of the
    bound as of the close number. For the close number itself the result is known here: a float
    means the decimal that it prints as [K1], so ``< Decimal("0.1")`` becomes ``value < 0.1``, and
    ``< Decimal("0.10000000000000000001")`` becomes ``value <= 0.1``.
    """
    tests: list[str] = []
    for sign, bound in bounds:
        close = value_type(bound)
        exact = cast("int | Decimal", normalize(close)[1])
        is_inside = exact > bound if sign[0] == ">" else exact < bound
        included = "=" if is_inside or (exact == bound and sign[-1] == "=") else ""
        tests.append(f"value {sign[0]}{included} {builder.constant(close)}")
    return " and ".join(tests)
