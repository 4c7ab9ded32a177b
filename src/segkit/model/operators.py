"""Comparison operators: what each takes, and which kinds of value it can be true for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias, cast, get_args

import attrs

from segkit.errors import ConditionError, shown
from segkit.model.showing import Pasted
from segkit.model.values import Kind, Reading, plain, read
from segkit.model.windows import Ever, Window

__all__ = ["Comparison", "Operand", "Operator", "Scalar", "checked_scalar"]

Scalar: TypeAlias = bool | int | float | Decimal | str | date
"""What one operand may be; a ``datetime`` (which is a ``date`` to Python) must be aware."""

Operator: TypeAlias = Literal[
    "==", "<", "<=", ">", ">=", "between", "is_in",
    "contains", "starts_with", "ends_with", "is_set", "within",
]  # fmt: skip

Operand: TypeAlias = Scalar | tuple[Scalar, ...] | Window | None

_TIMES: Final = frozenset({Kind.DAY, Kind.INSTANT})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.TEXT}) | _TIMES
_SCALARS: Final = _ORDERED | {Kind.BOOLEAN}
_TEXT: Final = frozenset({Kind.TEXT})

_TAKES: Final[Mapping[Operator, frozenset[Kind]]] = {
    "==": _SCALARS,
    "<": _ORDERED,
    "<=": _ORDERED,
    ">": _ORDERED,
    ">=": _ORDERED,
    "between": frozenset({Kind.NUMBER, Kind.TEXT}),
    "is_in": _SCALARS,
    "contains": _TEXT,
    "starts_with": _TEXT,
    "ends_with": _TEXT,
}
"""The kinds of operand of each operator that takes scalars."""

_FOLDS_CASE: Final = frozenset({"==", "is_in", "contains", "starts_with", "ends_with"})


def _typed(value: object) -> object:
    """What equality of operands goes by: ``1``, ``1.0`` and ``True`` are three [K10]."""
    if isinstance(value, tuple):
        return tuple(_typed(item) for item in cast("tuple[object, ...]", value))
    return type(value), value


def checked_scalar(operator: Operator, value: object) -> Scalar:
    """*value* as an operand of *operator*, in plain form.

    Raises:
        ConditionError: If it is no value, or of a kind the operator does not take [V3], [V6].
    """
    kind, _ = read(value)
    if kind in _TAKES[operator]:
        return cast("Scalar", plain(value))
    if kind is Kind.NO_VALUE:
        problem = f"{shown(value)} is no value to compare with: write .is_set() or ~....is_set()"
    elif isinstance(value, datetime):
        problem = f"{shown(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
    else:
        kinds = " or ".join(sorted(kind.value for kind in _TAKES[operator]))
        problem = f"{operator} takes {kinds}; got {shown(value)} ({kind.value})"
        if kind is Kind.COLLECTION:
            problem += "; for several values write .is_in([...])"
    raise ConditionError(operator, problem, value)


@attrs.frozen(repr=False)
class Comparison(Pasted):
    r"""One operator with its operand: what a value is held against.

    Args:
        operator: One of `Operator`.
        operand: A scalar; for ``between`` a pair, both ends included [K8]; for ``is_in`` a tuple
            of scalars; for ``within`` a window; for ``is_set`` nothing.
        ignore_case: Compare text ``casefold()``\\ ed [K3]; never for order.

    Raises:
        ConditionError: If the operator does not take the operand [V6].

    >>> from segkit import Comparison
    >>> Comparison(">=", 18)
    Comparison('>=', operand=18)
    """

    operator: Operator
    operand: Operand = attrs.field(default=None, eq=_typed)
    ignore_case: bool = False
    readings: tuple[Reading, ...] = attrs.field(init=False, eq=False, repr=False)
    """The scalar operands in comparable form, read once."""
    kinds: frozenset[Kind] = attrs.field(init=False, eq=False, repr=False)
    """The kinds of value this comparison can be true for; any other makes it false [V6]."""

    def __attrs_post_init__(self) -> None:
        if self.operator not in get_args(Operator):
            known = " ".join(get_args(Operator))
            problem = f"no operator {shown(self.operator)}; the operators are {known}"
            raise ConditionError("operator", problem, self.operator)
        if self.ignore_case and self.operator not in _FOLDS_CASE:
            raise ConditionError(self.operator, "ignore_case has no meaning here", self.operand)
        operand = _checked_operand(self.operator, self.operand)
        scalars = operand if isinstance(operand, tuple) else (operand,)
        readings = tuple(map(read, scalars)) if self.operator in _TAKES else ()
        set_field = object.__setattr__
        set_field(self, "operand", operand)
        set_field(self, "readings", readings)
        set_field(self, "kinds", _value_kinds(self.operator, readings))


def _checked_operand(operator: Operator, operand: object) -> Operand:
    if operator == "is_set":
        if operand is not None:
            raise ConditionError(operator, "takes no operand", operand)
        return None
    if operator == "within":
        if not isinstance(operand, Window) or isinstance(operand, Ever):
            problem = f"takes a window such as Last(days=30); got {shown(operand)}"
            raise ConditionError(operator, problem, operand)
        return operand
    if operator == "is_in":
        return tuple(checked_scalar(operator, item) for item in _items(operand))
    if operator == "between":
        return _checked_ends(operand)
    return checked_scalar(operator, operand)


def _items(values: object) -> Iterable[object]:
    given: object = values
    if isinstance(values, str):
        raise ConditionError("is_in", f"takes a list of values: [{shown(given)}]", given)
    if isinstance(values, bytes | Mapping) or not isinstance(values, Iterable):
        raise ConditionError("is_in", f"takes a list of values; got {shown(given)}", given)
    items = cast("Iterable[object]", values)
    if isinstance(values, set | frozenset):
        # Sets have no order of their own; the condition must print alike in every process.
        return sorted(items, key=lambda item: (str(type(item)), shown(item)))
    return items


def _checked_ends(operand: object) -> tuple[Scalar, Scalar]:
    try:
        low, high = cast("tuple[object, object]", operand)
    except (TypeError, ValueError):
        raise ConditionError("between", f"takes two ends; got {shown(operand)}", operand) from None
    low, high = checked_scalar("between", low), checked_scalar("between", high)
    (low_kind, low_value), (high_kind, high_value) = read(low), read(high)
    if low_kind is not high_kind:
        problem = f"the ends are of two kinds, {low_kind.value} and {high_kind.value}"
        raise ConditionError("between", problem, operand)
    if low_value > high_value:  # type: ignore[operator] # pyright: ignore[reportOperatorIssue]
        problem = f"the first end {shown(low)} lies after the second {shown(high)}"
        raise ConditionError("between", problem, operand)
    return low, high


def _value_kinds(operator: Operator, readings: tuple[Reading, ...]) -> frozenset[Kind]:
    if operator == "is_set":
        return frozenset(Kind) - {Kind.NO_VALUE}
    kinds = frozenset(kind for kind, _ in readings) if operator != "within" else _TIMES
    # A day and an instant can be compared with each other [K4].
    return kinds | _TIMES if kinds & _TIMES else kinds
