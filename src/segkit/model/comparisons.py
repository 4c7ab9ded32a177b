"""Comparisons: one operator with its operand, checked when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias, assert_never, cast, get_args

import attrs

from segkit.errors import ConditionError, short_repr, wrap_foreign_errors
from segkit.model.operators import OPERATORS, TIMES, Operator, OperatorRow
from segkit.model.regex import compile_regex
from segkit.model.repr import PasteableRepr
from segkit.model.time_spans import BaseWindow, Ever, Window
from segkit.model.values import (
    DATETIME64_ADVICE,
    Kind,
    TypedValue,
    is_datetime64,
    is_int,
    location,
    normalize,
    to_builtin,
    to_int,
)

Scalar: TypeAlias = bool | int | float | Decimal | str | date
"""What one operand may be; a ``datetime`` (which is a ``date`` to Python) must be aware."""


def _type_and_value(value: object) -> object:
    """Return what equality of operands compares: ``1``, ``1.0`` and ``True`` differ [K10]."""
    if isinstance(value, tuple):
        return tuple(_type_and_value(item) for item in cast("tuple[object, ...]", value))
    return type(value), value


@attrs.frozen(repr=False)
class Reference(PasteableRepr):
    """Another value of the same contact or event, as an operand [K7].

    Attributes:
        path: Where it is, as for ``attr`` and ``prop``.
        first: Whether it is looked up in the first event of a sequence instead [S3].
    """

    path: tuple[str, ...]
    first: bool = False


@attrs.frozen(repr=False)
class Anniversary(PasteableRepr):
    """The local days from ``today + first`` to ``today + last``, both included [T10].

    Raises:
        ConditionError: If they are not whole numbers in that order.

    >>> from segkit import Anniversary
    >>> Anniversary(0, 7)
    Anniversary(0, 7)
    """

    first: int = attrs.field(converter=to_int)
    last: int = attrs.field(converter=to_int)

    def __attrs_post_init__(self) -> None:
        if not is_int(self.first) or not is_int(self.last) or self.first > self.last:
            problem = (
                f"takes whole numbers of days in order; got {short_repr((self.first, self.last))}"
            )
            raise ConditionError("Anniversary", problem, (self.first, self.last))


def _ensure_number(value: object) -> int | float | Decimal:
    kind, number = normalize(value)
    infinite = isinstance(number, Decimal) and not number.is_finite()
    if kind is not Kind.NUMBER or infinite:
        raise ConditionError("Place", f"takes numbers; got {short_repr(value)}", value)
    return cast("int | float | Decimal", to_builtin(value))


@attrs.frozen(repr=False)
class Place(PasteableRepr):
    """All locations at most *km* kilometres from a point [S6].

    Args:
        km: The distance along the surface, 0 or more.
        latitude: Of the point, in degrees from -90 to 90.
        longitude: Of the point, in degrees from -180 to 180.

    Raises:
        ConditionError: If an argument is not a number, or is out of range.

    >>> from segkit import Place
    >>> Place(25, 48.85, 2.35)
    Place(25, 48.85, 2.35)
    """

    km: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)
    latitude: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)
    longitude: int | float | Decimal = attrs.field(converter=_ensure_number, eq=_type_and_value)

    def __attrs_post_init__(self) -> None:
        if self.km < 0:
            raise ConditionError("within_km", f"a distance is 0 or more; got {self.km}", self.km)
        if location((self.latitude, self.longitude)) is None:
            problem = (
                "of= takes (latitude, longitude), degrees within 90 and 180; "
                f"got {(self.latitude, self.longitude)}"
            )
            raise ConditionError("within_km", problem, (self.latitude, self.longitude))


Operand: TypeAlias = Scalar | tuple[Scalar, ...] | Window | Reference | Anniversary | Place | None


def _ensure_scalar(operator: Operator, value: object) -> Scalar:
    """Return *value* as a plain operand of *operator*.

    Raises:
        ConditionError: If it is no value, or of a kind the operator does not take [V3], [V6].
    """
    kinds = OPERATORS[operator].kinds
    kind, _ = normalize(value)
    if kind in kinds:
        return cast("Scalar", to_builtin(value))
    if kind is Kind.NO_VALUE:
        problem = (
            f"{short_repr(value)} is no value to compare with: write .is_set(), or ~ before it"
        )
    elif is_datetime64(value):
        problem = f"{short_repr(value)} has no zone: {DATETIME64_ADVICE}"
    elif issubclass(type(value), datetime):
        problem = f"{short_repr(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
    else:
        expected = " or ".join(sorted(kind.value for kind in kinds))
        problem = f"takes {expected}; got {short_repr(value)} ({kind.value})"
        if kind is Kind.COLLECTION and operator == "==":
            problem += "; for several values write .is_in([...])"
    raise ConditionError(operator, problem, value)


@attrs.frozen(repr=False)
class Comparison(PasteableRepr):
    r"""One operator with its operand, which a value is compared with.

    Args:
        operator: One of `Operator`.
        operand: A scalar; for ``between`` a pair, both ends included [K8]; for ``is_in``,
            ``has_any`` and ``has_all`` a tuple of scalars; for ``within`` a window; for
            ``anniversary`` an `Anniversary`; for ``within_km`` a `Place`; for ``is_set`` nothing.
            After ``==`` and the order operators, a `Reference` to another value.
        ignore_case: Compare text ``casefold()``\\ ed [K3]; never for order.

    Raises:
        ConditionError: If the operator does not take the operand [V6].

    >>> from segkit import Comparison
    >>> Comparison(">=", 18)
    Comparison('>=', operand=18)
    """

    operator: Operator
    operand: Operand = attrs.field(default=None, eq=_type_and_value)
    ignore_case: bool = False
    typed_operands: tuple[TypedValue, ...] = attrs.field(init=False, eq=False, repr=False)
    """The scalar operands, normalized once."""
    kinds: frozenset[Kind] = attrs.field(init=False, eq=False, repr=False)
    """The kinds of value this comparison can be true for; any other makes it false [V6]."""

    def __attrs_post_init__(self) -> None:
        with wrap_foreign_errors("operator"):
            is_known = self.operator in get_args(Operator)
        if not is_known:
            known = " ".join(get_args(Operator))
            problem = f"no operator {short_repr(self.operator)}; the operators are {known}"
            raise ConditionError("operator", problem, self.operator)
        row = OPERATORS[self.operator]
        ignore_case: object = self.ignore_case
        if ignore_case is not True and ignore_case is not False:
            problem = f"ignore_case is True or False; got {short_repr(ignore_case)}"
            raise ConditionError(self.operator, problem, ignore_case)
        if self.ignore_case and not row.can_ignore_case:
            raise ConditionError(self.operator, "ignore_case has no meaning here", self.operand)
        operand = _ensure_operand(self.operator, self.operand)
        typed_operands: tuple[TypedValue, ...] = ()
        if row.kinds and not isinstance(operand, Reference):
            scalars = operand if isinstance(operand, tuple) else (operand,)
            typed_operands = tuple(map(normalize, scalars))
        set_field = object.__setattr__
        set_field(self, "operand", operand)
        set_field(self, "typed_operands", typed_operands)
        set_field(self, "kinds", _value_kinds(row, typed_operands))


def _value_kinds(row: OperatorRow, typed_operands: tuple[TypedValue, ...]) -> frozenset[Kind]:
    """Return the kinds of value that a comparison can be true for [V6]."""
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
    # By the type: an object may lie about its class, or raise when its class is read.
    kind: type[object] = type(operand)
    if issubclass(kind, Reference):
        if row.takes_reference:
            return cast("Reference", operand)
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
            return cast("Window", _ensure_instance(operator, operand, BaseWindow))
        case "anniversary":
            return cast("Anniversary", _ensure_instance(operator, operand, Anniversary))
        case "place":
            return cast("Place", _ensure_instance(operator, operand, Place))
        case "none":
            if operand is not None:
                raise ConditionError(operator, "takes no operand", operand)
            return None
        case _:
            assert_never(row.operand)


_EXAMPLES: Final[Mapping[type[object], str]] = {
    Anniversary: "an Anniversary, such as Anniversary(0, 7)",
    Place: "a Place, such as Place(25, 48.85, 2.35)",
    BaseWindow: "a window such as Last(days=30)",
}


def _ensure_instance(operator: Operator, operand: object, expected: type[object]) -> object:
    kind: type[object] = type(operand)
    # All time is no window to be within: the comparison would be the same as is_set.
    if not issubclass(kind, expected) or issubclass(kind, Ever):
        problem = f"takes {_EXAMPLES[expected]}; got {short_repr(operand)}"
        raise ConditionError(operator, problem, operand)
    return operand


def _ensure_values(operator: Operator, values: object) -> tuple[Scalar, ...]:
    scalars = tuple(_ensure_scalar(operator, item) for item in _items(operator, values))
    if operator == "has_all" and not scalars:
        problem = "takes at least one value: all of nothing is no test"
        raise ConditionError(operator, problem, values)
    return scalars


def _items(operator: Operator, values: object) -> list[object]:
    kind: type[object] = type(values)
    if issubclass(kind, str):
        raise ConditionError(operator, f"takes a list of values: [{short_repr(values)}]", values)
    if issubclass(kind, bytes | Mapping) or not issubclass(kind, Iterable):
        raise ConditionError(operator, f"takes a list of values; got {short_repr(values)}", values)
    with wrap_foreign_errors(operator):
        items = list(cast("Iterable[object]", values))
    if issubclass(kind, set | frozenset):
        # Sets have no order of their own; the condition must print alike in every process.
        items.sort(key=lambda item: (str(type(item)), short_repr(item)))
    return items


def _ensure_range(operator: Operator, operand: object) -> tuple[Scalar, Scalar]:
    with wrap_foreign_errors(operator):
        try:
            low, high = cast("tuple[object, object]", operand)
        except (TypeError, ValueError):
            problem = f"takes two ends; got {short_repr(operand)}"
            raise ConditionError(operator, problem, operand) from None
    low, high = _ensure_scalar(operator, low), _ensure_scalar(operator, high)
    (low_kind, low_value), (high_kind, high_value) = normalize(low), normalize(high)
    if low_kind is not high_kind:
        problem = f"the ends are of two kinds, {low_kind.value} and {high_kind.value}"
        raise ConditionError(operator, problem, operand)
    if low_value > high_value:  # type: ignore[operator] # pyright: ignore[reportOperatorIssue]
        problem = f"the first end {short_repr(low)} is after the second {short_repr(high)}"
        raise ConditionError(operator, problem, operand)
    return low, high
