"""Comparisons: one operator with its operand, checked when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, cast, get_args

import attrs

from segkit.errors import ConditionError, short_repr, wrap_foreign_errors
from segkit.model.operators import (
    CASE_INSENSITIVE,
    COLLECTION_OPERATORS,
    OPERAND_KINDS,
    TIMES,
    Operator,
)
from segkit.model.regex import compile_regex
from segkit.model.repr import PasteableRepr
from segkit.model.time_spans import BaseWindow, Ever, Window
from segkit.model.values import Kind, TypedValue, is_int, location, normalize, to_builtin, to_int

Scalar: TypeAlias = bool | int | float | Decimal | str | date
"""What one operand may be; a ``datetime`` (which is a ``date`` to Python) must be aware."""


def _type_and_value(value: object) -> object:
    """What equality of operands goes by: ``1``, ``1.0`` and ``True`` are three [K10]."""
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
        ConditionError: If a number is none, or out of range.

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
    """*value* as an operand of *operator*, in plain form.

    Raises:
        ConditionError: If it is no value, or of a kind the operator does not take [V3], [V6].
    """
    kind, _ = normalize(value)
    if kind in OPERAND_KINDS[operator]:
        return cast("Scalar", to_builtin(value))
    if kind is Kind.NO_VALUE:
        problem = (
            f"{short_repr(value)} is no value to compare with: write .is_set(), or ~ before it"
        )
    elif issubclass(type(value), datetime):
        problem = f"{short_repr(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
    else:
        kinds = " or ".join(sorted(kind.value for kind in OPERAND_KINDS[operator]))
        problem = f"takes {kinds}; got {short_repr(value)} ({kind.value})"
        if kind is Kind.COLLECTION and operator == "==":
            problem += "; for several values write .is_in([...])"
    raise ConditionError(operator, problem, value)


@attrs.frozen(repr=False)
class Comparison(PasteableRepr):
    r"""One operator with its operand: what a value is held against.

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
    """The scalar operands in comparable form, read once."""
    kinds: frozenset[Kind] = attrs.field(init=False, eq=False, repr=False)
    """The kinds of value this comparison can be true for; any other makes it false [V6]."""

    @wrap_foreign_errors("Comparison")
    def __attrs_post_init__(self) -> None:
        if self.operator not in get_args(Operator):
            known = " ".join(get_args(Operator))
            problem = f"no operator {short_repr(self.operator)}; the operators are {known}"
            raise ConditionError("operator", problem, self.operator)
        ignore_case: object = self.ignore_case
        if ignore_case is not True and ignore_case is not False:
            problem = f"ignore_case is True or False; got {short_repr(ignore_case)}"
            raise ConditionError(self.operator, problem, ignore_case)
        if self.ignore_case and self.operator not in CASE_INSENSITIVE:
            raise ConditionError(self.operator, "ignore_case has no meaning here", self.operand)
        operand = _ensure_operand(self.operator, self.operand)
        scalars = operand if isinstance(operand, tuple) else (operand,)
        referring = isinstance(operand, Reference)
        readings = (
            tuple(map(normalize, scalars))
            if self.operator in OPERAND_KINDS and not referring
            else ()
        )
        kinds = OPERAND_KINDS[self.operator] if referring else _value_kinds(self.operator, readings)
        set_field = object.__setattr__
        set_field(self, "operand", operand)
        set_field(self, "typed_operands", readings)
        set_field(self, "kinds", kinds)


_OPERAND_TYPES: dict[Operator, tuple[type, str]] = {
    "anniversary": (Anniversary, "an Anniversary, such as Anniversary(0, 7)"),
    "within_km": (Place, "a Place, such as Place(25, 48.85, 2.35)"),
    "within": (BaseWindow, "a window such as Last(days=30)"),
}


def _ensure_operand(operator: Operator, operand: object) -> Operand:
    if operator == "is_set":
        if operand is not None:
            raise ConditionError(operator, "takes no operand", operand)
        return None
    if operator in _OPERAND_TYPES:
        kind, example = _OPERAND_TYPES[operator]
        if not isinstance(operand, kind) or isinstance(operand, Ever):
            raise ConditionError(operator, f"takes {example}; got {short_repr(operand)}", operand)
        return cast("Operand", operand)
    if isinstance(operand, Reference):
        if operator not in _REFERRING:
            problem = "takes a fixed value: another attribute or property only with == < <= > >="
            raise ConditionError(operator, problem, operand)
        return operand
    if operator == "is_in" or operator in COLLECTION_OPERATORS:
        return _scalar_tuple(operator, operand)
    if operator == "between":
        return _ensure_range(operand)
    scalar = _ensure_scalar(operator, operand)
    if operator == "matches_regex":
        compile_regex(cast("str", scalar))  # refuses a pattern that does not compile [S7]
    return scalar


_REFERRING = frozenset({"==", "<", "<=", ">", ">="})


def _scalar_tuple(operator: Operator, values: object) -> tuple[Scalar, ...]:
    scalars = tuple(_ensure_scalar(operator, item) for item in _ensure_items(operator, values))
    if operator == "has_all" and not scalars:
        raise ConditionError(
            operator, "takes at least one value: all of nothing is no test", values
        )
    return scalars


def _ensure_items(operator: Operator, values: object) -> Iterable[object]:
    given: object = values
    if isinstance(values, str):
        raise ConditionError(operator, f"takes a list of values: [{short_repr(given)}]", given)
    if isinstance(values, bytes | Mapping) or not isinstance(values, Iterable):
        raise ConditionError(operator, f"takes a list of values; got {short_repr(given)}", given)
    items = cast("Iterable[object]", values)
    if isinstance(values, set | frozenset):
        # Sets have no order of their own; the condition must print alike in every process.
        return sorted(items, key=lambda item: (str(type(item)), short_repr(item)))
    return items


def _ensure_range(operand: object) -> tuple[Scalar, Scalar]:
    try:
        low, high = cast("tuple[object, object]", operand)
    except (TypeError, ValueError):
        raise ConditionError(
            "between", f"takes two ends; got {short_repr(operand)}", operand
        ) from None
    low, high = _ensure_scalar("between", low), _ensure_scalar("between", high)
    (low_kind, low_value), (high_kind, high_value) = normalize(low), normalize(high)
    if low_kind is not high_kind:
        problem = f"the ends are of two kinds, {low_kind.value} and {high_kind.value}"
        raise ConditionError("between", problem, operand)
    if low_value > high_value:  # type: ignore[operator] # pyright: ignore[reportOperatorIssue]
        problem = f"the first end {short_repr(low)} lies after the second {short_repr(high)}"
        raise ConditionError("between", problem, operand)
    return low, high


def _value_kinds(operator: Operator, readings: tuple[TypedValue, ...]) -> frozenset[Kind]:
    if operator == "is_set":
        return frozenset(Kind) - {Kind.NO_VALUE}
    if operator in ("within", "anniversary"):
        return TIMES
    if operator == "within_km":
        return frozenset({Kind.LOCATION})
    kinds = frozenset(kind for kind, _ in readings)
    if kinds & TIMES:  # a day and an instant can be compared with each other [K4]
        kinds |= TIMES
    # A scalar counts as a collection of one [K5].
    return kinds | {Kind.COLLECTION} if operator in COLLECTION_OPERATORS else kinds
