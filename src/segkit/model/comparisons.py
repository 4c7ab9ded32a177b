"""Comparisons: one operator with its operand, checked when it is built."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, assert_never, cast, get_args

import attrs

from segkit.errors import ConditionError, read_foreign, short_repr
from segkit.model.operators import OPERATORS, Operator, OperatorRow
from segkit.model.regex import compile_regex
from segkit.model.repr import PasteableRepr
from segkit.model.time_spans import BaseWindow, Ever, Window
from segkit.model.validation import (
    as_names,
    ensure_choice,
    ensure_items,
    ensure_pair,
    ensure_type,
    ensure_whole,
    has_type,
    mismatch,
    set_fields,
    zone_problem,
)
from segkit.model.values import TIMES, Kind, TypedValue, normalize, normalize_location, to_builtin

Scalar: TypeAlias = bool | int | float | Decimal | str | date
"""A fixed value that a value may be compared with; a ``datetime`` must be aware."""


def _type_and_value(value: object) -> object:
    """Return the key of equality of operands: ``1``, ``1.0`` and ``True`` differ."""  # [K10]
    if isinstance(value, tuple):
        return tuple(_type_and_value(item) for item in cast("tuple[object, ...]", value))
    return type(value), value


@attrs.frozen(repr=False)
class Reference(PasteableRepr):
    """Another attribute of the contact, or another property of the event, as an operand.

    Attributes:
        path: The path of the other value, as for ``attr`` and ``prop``. If either value is absent,
            the comparison is false [K7].
        first: Whether it is a property of the first event of a sequence instead [S3].

    Raises:
        ConditionError: If a name is not text, or *first* is not true or false.

    >>> from segkit import attr
    >>> (attr("shipping_city") != attr("billing_city")).part.comparison.operand
    Reference(('billing_city',))
    """

    path: tuple[str, ...] = attrs.field(converter=as_names)
    first: bool = False

    def __attrs_post_init__(self) -> None:
        ensure_type("first", "must be True or False", self.first, bool)


@attrs.frozen(repr=False)
class Anniversary(PasteableRepr):
    """The local days from ``today + first`` to ``today + last``, both included.

    Raises:
        ConditionError: If *first* and *last* are not whole numbers in order.

    >>> from segkit import Anniversary
    >>> Anniversary(0, 7)
    Anniversary(0, 7)
    """

    first: int
    last: int

    def __attrs_post_init__(self) -> None:
        expected = "takes whole numbers of days in order"
        first = ensure_whole("Anniversary", expected, self.first)
        last = ensure_whole("Anniversary", expected, self.last)
        if first > last:
            raise mismatch("Anniversary", expected, (first, last))
        set_fields(self, first=first, last=last)


def _ensure_number(value: object) -> int | float | Decimal:
    kind, number = normalize(value)
    infinite = isinstance(number, Decimal) and not number.is_finite()
    if kind is not Kind.NUMBER or infinite:
        raise mismatch("Place", "takes numbers", value)
    return cast("int | float | Decimal", to_builtin(value))


@attrs.frozen(repr=False)
class Place(PasteableRepr):
    """All locations at most *km* kilometres from a point in degrees.

    Raises:
        ConditionError: If an argument is not a number, *km* is below 0, *latitude* is not from -90
            to 90, or *longitude* not from -180 to 180.

    >>> from segkit import Place
    >>> Place(25, 48.85, 2.35)
    Place(25, 48.85, 2.35)
    """

    km: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)
    latitude: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)
    longitude: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)

    def __attrs_post_init__(self) -> None:
        if self.km < 0:
            raise mismatch("within_km", "a distance is 0 or more", self.km)
        point = (self.latitude, self.longitude)
        if normalize_location(point)[0] is Kind.NO_VALUE:
            expected = "of= takes (latitude, longitude), degrees within 90 and 180"
            raise mismatch("within_km", expected, point)


Operand: TypeAlias = Scalar | tuple[Scalar, ...] | Window | Reference | Anniversary | Place | None


def _ensure_operator(operator: Operator) -> Operator:
    choice = ensure_choice("operator", "operator", operator, get_args(Operator))
    return cast("Operator", choice)


class Searchable:
    """The base of comparisons: the operands in the form that `segkit.semantics` searches.

    This slot is no field: it is not compared, printed, pickled or copied.
    """

    __slots__ = ("_operand_set",)

    _operand_set: Any


@attrs.frozen(repr=False, cache_hash=True)  # Long lists are hashed once.
class Comparison(PasteableRepr, Searchable):
    """One operator with its operand, which a value is compared with.

    Args:
        operator: ``==``, ``<``, ``<=``, ``>``, ``>=``, or the name of a method of ``attr(...)``;
            ``within`` for every window, ``anniversary`` for every anniversary.
        operand: A scalar; for ``between`` a pair, both ends included [K8]; for ``is_in``,
            ``has_any`` and ``has_all`` a tuple of scalars; for ``within`` a window; for
            ``anniversary`` an `Anniversary`; for ``within_km`` a `Place`; for ``is_set`` nothing.
            After ``==`` and the order operators, a `Reference` to another value.
        ignore_case: Whether text is compared by its ``casefold()`` [K3]; not for order.

    Raises:
        ConditionError: If the operator does not take the operand [V6].

    >>> from segkit import Comparison
    >>> Comparison(">=", 18)
    Comparison('>=', operand=18)
    """

    operator: Operator = attrs.field(converter=_ensure_operator)
    operand: Operand = attrs.field(default=None, eq=_type_and_value)
    ignore_case: bool = False
    typed_operands: tuple[TypedValue, ...] = attrs.field(init=False, eq=False, repr=False)
    kinds: frozenset[Kind] = attrs.field(init=False, eq=False, repr=False)
    """The kinds of value this comparison can be true for; any other makes it false [V6]."""

    def __attrs_post_init__(self) -> None:
        operator, row = self.operator, OPERATORS[self.operator]
        if type(self.ignore_case) is not bool:
            raise mismatch(operator, "ignore_case is True or False", self.ignore_case)
        if self.ignore_case and not row.can_ignore_case:
            raise ConditionError(operator, "ignore_case has no meaning here", self.operand)
        operand = _ensure_operand(operator, self.operand)
        typed_operands: tuple[TypedValue, ...] = ()
        if row.kinds and not isinstance(operand, Reference):
            scalars = operand if isinstance(operand, tuple) else (operand,)
            typed_operands = tuple(map(normalize, scalars))
        kinds = _value_kinds(row, typed_operands)
        set_fields(self, operand=operand, typed_operands=typed_operands, kinds=kinds)


def _value_kinds(row: OperatorRow, typed_operands: tuple[TypedValue, ...]) -> frozenset[Kind]:
    """Return the kinds of value that a comparison can be true for."""  # [V6]
    if row.value_kinds is not None:
        return row.value_kinds
    if not typed_operands and row.takes_reference:
        return row.kinds  # The other value is not known before the evaluation.
    kinds = frozenset(kind for kind, _ in typed_operands)
    if kinds & TIMES:  # a day and an instant can be compared with each other [K4]
        kinds |= TIMES
    # A scalar counts as a collection of one [K5].
    return kinds | {Kind.COLLECTION} if row.of_members else kinds


def _ensure_operand(operator: Operator, operand: object) -> Operand:
    row = OPERATORS[operator]
    if has_type(operand, Reference):
        if row.takes_reference:
            return operand
        if row.kinds:
            problem = "takes a fixed value: another attribute or property only with == < <= > >="
            raise ConditionError(operator, problem, operand)
    match row.operand:
        case "scalar":
            return _ensure_scalar(operator, operand)
        case "values":
            return _ensure_values(operator, operand)
        case "range":
            return _ensure_range(operator, operand)
        case "pattern":
            pattern = _ensure_scalar(operator, operand)
            compile_regex(cast("str", pattern))  # refuses a pattern that does not compile [S7]
            return pattern
        case "window":
            # Not Ever: every time is in it, so the comparison would be the same as is_set.
            if has_type(operand, BaseWindow) and not has_type(operand, Ever):
                return cast("Window", operand)
            raise mismatch(operator, "takes a window such as Last(days=30)", operand)
        case "anniversary":
            expected = "takes an Anniversary, such as Anniversary(0, 7)"
            return ensure_type(operator, expected, operand, Anniversary)
        case "place":
            expected = "takes a Place, such as Place(25, 48.85, 2.35)"
            return ensure_type(operator, expected, operand, Place)
        case "none":
            if operand is not None:
                raise ConditionError(operator, "takes no operand", operand)
            return None
        case _:
            assert_never(row.operand)


def _ensure_scalar(operator: Operator, value: object) -> Scalar:
    """Return *value* as a plain operand, if *operator* takes values of its kind."""  # [V6]
    kinds = OPERATORS[operator].kinds
    kind, _ = normalize(value)
    if kind in kinds:
        return cast("Scalar", to_builtin(value))
    problem = zone_problem(value)
    if kind is Kind.NO_VALUE:
        problem = (
            f"{short_repr(value)} is no value to compare with: write .is_set(), or ~ before it"
        )
    elif problem is None:
        expected = " or ".join(sorted(kind.value for kind in kinds))
        advice = f" ({kind.value})"
        if kind in TIMES and operator == "between":
            advice += '; for days and instants the operator is "within"'
        if kind is Kind.COLLECTION and operator == "==":
            advice += _COLLECTION_ADVICE if _is_empty(value) else _SEVERAL_ADVICE
        raise mismatch(operator, f"takes {expected}", value, advice=advice)
    raise ConditionError(operator, problem, value)


_SEVERAL_ADVICE: Final = (
    "; for one of several values write .is_in([...]), for the members of a collection "
    ".has_any([...])"
)
_COLLECTION_ADVICE: Final = (
    ": a collection equals nothing; for an empty one there is no comparison: store None instead of "
    "it, and write ~attr(...).is_set(), or store the number of its members"
)


def _is_empty(collection: object) -> bool:
    return read_foreign("operand", lambda: not collection)


def _ensure_values(operator: Operator, values: object) -> tuple[Scalar, ...]:
    scalars = tuple(_ensure_scalar(operator, item) for item in _items(operator, values))
    if operator == "has_all" and not scalars:
        problem = "takes at least one value: all of nothing is no test"
        raise ConditionError(operator, problem, values)
    return scalars


def _items(operator: Operator, values: object) -> list[object]:
    if has_type(values, str):
        raise ConditionError(operator, f"takes a list of values: [{short_repr(values)}]", values)
    items = list(ensure_items(operator, "takes a list of values", values))
    if has_type(values, set, frozenset):
        # The order of a set differs between processes; the repr of the condition must not.
        items.sort(key=lambda item: (str(type(item)), short_repr(item)))
    return items


def _ensure_range(operator: Operator, operand: object) -> tuple[Scalar, Scalar]:
    low, high = ensure_pair(operator, "takes two ends", operand)
    low, high = _ensure_scalar(operator, low), _ensure_scalar(operator, high)
    (low_kind, low_value), (high_kind, high_value) = normalize(low), normalize(high)
    if low_kind is not high_kind:
        problem = f"the ends are of two kinds, {low_kind.value} and {high_kind.value}"
        raise ConditionError(operator, problem, operand)
    if low_value > high_value:  # type: ignore[operator] # pyright: ignore[reportOperatorIssue]
        problem = f"the first end {short_repr(low)} is after the second {short_repr(high)}"
        raise ConditionError(operator, problem, operand)
    return low, high
