"""Comparisons: whether a value satisfies an operator with its operand, by kind and exact value."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Final, TypeAlias, TypedDict, assert_never, cast

from segkit.clock import EvaluationContext, has_anniversary
from segkit.errors import raise_unless_repeated
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.operators import OPERATORS
from segkit.model.regex import regex_search
from segkit.model.time_spans import Between
from segkit.model.values import (
    SCALARS,
    TIMES,
    Kind,
    TypedValue,
    collection_members,
    normalize,
    normalize_location,
)
from segkit.semantics.operand_sets import OperandSet, operand_set

_EARTH_KM: Final = 6371.0088
_POLE: Final = 90

_FEW_PAIRS: Final = 16
"""So many pairs of a member and an operand are compared faster than the members are arranged."""


def _get(mapping: object, step: str) -> object:
    return cast("Mapping[object, object]", mapping).get(step)


def get_path(mapping: object, path: tuple[str, ...]) -> object:
    """Return the value at *path*; ``None`` if a step is absent or not a mapping."""  # [K6]
    value = mapping
    for step in path:
        if type(value) is not dict and not issubclass(type(value), Mapping):
            return None
        try:
            # Not value[step], which would make a defaultdict grow.
            value = cast("Mapping[object, object]", value).get(step)
        except Exception as error:  # noqa: BLE001 - keys of the host's may raise from __eq__ [V1]
            raise_unless_repeated(error, partial(_get, value, step))
            return None
    return value


def normalize_for(comparison: Comparison, value: object) -> TypedValue:
    """Return *value* normalized as *comparison* needs it: as a location, or as a scalar."""
    return normalize_location(value) if comparison.operator == "within_km" else normalize(value)


def value_satisfies(value: object, comparison: Comparison, context: EvaluationContext) -> bool:
    """Return whether a value of any type satisfies *comparison*."""
    return satisfies(comparison, normalize_for(comparison, value), context)


def satisfies(
    comparison: Comparison,
    typed_value: TypedValue,
    context: EvaluationContext,
    operands: tuple[TypedValue, ...] | None = None,
) -> bool:
    """Return whether a normalized value satisfies *comparison*.

    It is false for no value, for an incomparable value and for a kind other than that of the
    operand [V3], [V6], [K9]. *operands* is the value of a `Reference`; by default the operands of
    the comparison are used.
    """
    if typed_value[0] not in comparison.kinds:
        return False
    if operands is None:
        operands = comparison.typed_operands
    return TESTS[comparison.operator](comparison, typed_value, operands, context)


# --- the meaning of each operator -----------------------------------------------------------------

Test: TypeAlias = Callable[
    [Comparison, TypedValue, tuple[TypedValue, ...], EvaluationContext], bool
]
"""Whether a value, of a kind that the operator can be true for, satisfies a comparison."""


def _satisfies_any(
    test: Callable[[Any, Any], bool],
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    """Return whether *test* is true for the value and at least one of the operands.

    It is one loop without further calls, because most comparisons spend most of their time here.
    """
    kind, value = typed_value
    for operand_kind, operand in operands:
        left: Any = value
        right: Any = operand
        if kind is not operand_kind:
            if not comparable(kind, operand_kind):
                continue
            left, right = context.local_day(left), context.local_day(right)  # [K4]
        elif comparison.ignore_case and kind is Kind.TEXT:
            left, right = left.casefold(), right.casefold()
        if test(left, right):
            return True
    return False


def _is_in(
    comparison: Comparison,
    typed_value: TypedValue,
    _operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    """Return whether the value is equal to at least one of the operands."""
    return operand_set(comparison).has_equal(typed_value, context)


def _members(typed_value: TypedValue) -> Iterable[TypedValue]:
    """Return the members of a collection; a scalar is a collection of one."""  # [K5]
    kind, value = typed_value
    return collection_members(value) if kind is Kind.COLLECTION else (typed_value,)


def _has_any(
    comparison: Comparison,
    typed_value: TypedValue,
    _operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    operands = operand_set(comparison)
    return any(operands.has_equal(member, context) for member in _members(typed_value))


def _has_all(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    members = tuple(_members(typed_value))
    if len(members) * len(operands) <= _FEW_PAIRS:
        equals = partial(_satisfies_any, operator.eq, comparison)
        return all(equals(operand, members, context) for operand in operands)
    # Stops at the first operand that is missing, so the members decide how long it takes.
    found = OperandSet.of(members, ignore_case=comparison.ignore_case)
    return all(found.has_equal(operand, context) for operand in operand_set(comparison))


def _is_set(*_: object) -> bool:
    return True  # No value has a kind that is_set cannot be true for.


def _between(
    _comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[Any, ...],
    _context: EvaluationContext,
) -> bool:
    (_, low), (_, high) = operands
    return bool(low <= typed_value[1] <= high)


def _matches_regex(text: str, pattern: str) -> bool:
    return regex_search(pattern, text)


def _satisfies_operand(
    test: Callable[[EvaluationContext, Any, Any], bool],
    comparison: Comparison,
    typed_value: TypedValue,
    _operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    """Return whether *test* is true for the operand, which is not a scalar, and the value."""
    return test(context, comparison.operand, typed_value[1])


def _anniversary(context: EvaluationContext, days: Anniversary, value: date) -> bool:
    return has_anniversary(context.local_day(value), days, context.local_day(context.now))


def _within_km(_context: EvaluationContext, place: Place, value: tuple[float, float]) -> bool:
    return _distance_km(value, place) <= place.km


OperatorTests = TypedDict("OperatorTests", {
    "==": Test, "<": Test, "<=": Test, ">": Test, ">=": Test, "between": Test, "is_in": Test,
    "has_any": Test, "has_all": Test, "contains": Test, "starts_with": Test, "ends_with": Test,
    "matches_regex": Test, "is_set": Test, "within": Test, "anniversary": Test, "within_km": Test,
})  # fmt: skip

TESTS: Final[OperatorTests] = {
    "==": partial(_satisfies_any, operator.eq),
    "<": partial(_satisfies_any, operator.lt),
    "<=": partial(_satisfies_any, operator.le),
    ">": partial(_satisfies_any, operator.gt),
    ">=": partial(_satisfies_any, operator.ge),
    "between": _between,
    "is_in": _is_in,
    "has_any": _has_any,
    "has_all": _has_all,
    "contains": partial(_satisfies_any, operator.contains),
    "starts_with": partial(_satisfies_any, str.startswith),
    "ends_with": partial(_satisfies_any, str.endswith),
    "matches_regex": partial(_satisfies_any, _matches_regex),
    "is_set": _is_set,
    "within": partial(_satisfies_operand, EvaluationContext.covers),
    "anniversary": partial(_satisfies_operand, _anniversary),
    "within_km": partial(_satisfies_operand, _within_km),
}
"""One row for each operator; the type checkers report a member of `Operator` without a row."""


def comparable(kind: Kind, other: Kind) -> bool:
    """Return whether values of the two kinds can be compared with each other."""  # [K1], [K4]
    return kind in SCALARS and (kind is other or frozenset({kind, other}) == TIMES)


def reference_operands(
    comparison: Comparison, mapping: object, first: object
) -> tuple[TypedValue, ...] | None:
    """Return the value of a `Reference`; ``None`` if the operand is fixed.

    The reference is read from *mapping*, or from *first* if it is to the first event of a sequence.
    """  # [K7], [S3]
    operand = comparison.operand
    if not isinstance(operand, Reference):
        return None
    return (normalize(get_path(first if operand.first else mapping, operand.path)),)


def _distance_km(location: tuple[float, float], place: Place) -> Fraction:
    """Return the haversine distance on a sphere of the Earth's mean radius.

    The differences are computed in degrees, in which they are exact for close points. For nearly
    opposite points the distance is computed from the opposite point [S6].
    """
    (latitude, longitude), of_latitude = location, float(place.latitude)
    # 180 and -180 degrees are the same longitude.
    along = math.remainder(longitude - float(place.longitude), 360)
    apart = math.radians(latitude - of_latitude) / 2
    across = math.radians(latitude + of_latitude) / 2
    turned = math.radians(along) / 2
    near = math.sin(apart) ** 2 + _cos(latitude) * _cos(of_latitude) * math.sin(turned) ** 2
    far = (math.cos(turned) * math.cos(apart)) ** 2 + (math.sin(turned) * math.sin(across)) ** 2
    return Fraction(2 * _EARTH_KM * math.atan2(math.sqrt(near), math.sqrt(far)))


def _cos(degrees: float) -> float:
    """Return the cosine of a latitude: exactly 0 at a pole, where all longitudes are the same."""
    return 0.0 if abs(degrees) == _POLE else math.cos(math.radians(degrees))


def depends_on_now(comparison: Comparison) -> bool:
    """Return whether *comparison* of one value can have another verdict at another now."""
    form = OPERATORS[comparison.operator].operand
    match form:
        case "window":
            return not isinstance(comparison.operand, Between)
        case "anniversary":
            return True
        case "scalar" | "values" | "range" | "pattern" | "place" | "none":
            return False
        case _:
            assert_never(form)
