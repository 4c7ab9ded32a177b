"""Comparisons: whether a value satisfies an operator with its operand, by kind and exact value."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeAlias, TypedDict, cast

from segkit.clock import EvaluationContext, has_anniversary
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.operators import SCALARS, TIMES
from segkit.model.regex import regex_search
from segkit.model.time_spans import Window
from segkit.model.values import Kind, TypedValue, collection_members, normalize, normalize_location

_EARTH_KM: Final = 6371.0088


def get_path(mapping: object, path: tuple[str, ...]) -> object:
    """The value at the end of *path*; ``None`` where a step is absent or no mapping [K6]."""
    value = mapping
    for step in path:
        if type(value) is not dict and not issubclass(type(value), Mapping):
            return None
        try:
            # Not value[step], which would make a defaultdict grow.
            value = cast("Mapping[object, object]", value).get(step)
        except Exception:  # noqa: BLE001 - keys of the host's may raise from __eq__ [V1]
            return None
    return value


def read_path(comparison: Comparison, mapping: object, path: tuple[str, ...]) -> TypedValue:
    """What is read at the end of *path*, as *comparison* asks for it."""
    return normalize_for(comparison, get_path(mapping, path))


def normalize_for(comparison: Comparison, value: object) -> TypedValue:
    """Return *value* normalized as *comparison* needs it: as a location, or as a scalar."""
    return normalize_location(value) if comparison.operator == "within_km" else normalize(value)


def value_satisfies(value: object, comparison: Comparison, context: EvaluationContext) -> bool:
    """Whether a value, of whatever type, satisfies *comparison*."""
    return satisfies(comparison, normalize_for(comparison, value), context)


def satisfies(
    comparison: Comparison,
    typed_value: TypedValue,
    context: EvaluationContext,
    operands: tuple[TypedValue, ...] | None = None,
) -> bool:
    """Return whether a value satisfies *comparison*.

    It is false for no value, for an incomparable value and for any kind that is not the operand's
    [V3], [V6], [K9].

    Args:
        comparison: The operator with its operand.
        typed_value: The value, normalized.
        context: The instant and the zone of the evaluation.
        operands: The value of a `Reference`; by default the comparison's own operands.
    """
    if typed_value[0] not in comparison.kinds:
        return False
    if operands is None:
        operands = comparison.typed_operands
    return TESTS[comparison.operator](comparison, typed_value, operands, context)


# --- what each operator means ---------------------------------------------------------------------

Test: TypeAlias = Callable[
    [Comparison, TypedValue, tuple[TypedValue, ...], EvaluationContext], bool
]
"""Whether a value, of a kind that the operator can be true for, satisfies a comparison."""


def _pairwise(test: Callable[[Any, Any], bool]) -> Test:
    """Return the test that the value satisfies *test* with at least one of the operands."""

    def satisfied(
        comparison: Comparison,
        typed_value: TypedValue,
        operands: tuple[TypedValue, ...],
        context: EvaluationContext,
    ) -> bool:
        return _any_pair_satisfies(test, comparison, (typed_value,), operands, context)

    return satisfied


def _has_any(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    members = _members_of(typed_value)
    return _any_pair_satisfies(operator.eq, comparison, members, operands, context)


def _has_all(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    members = _members_of(typed_value)
    return all(
        _any_pair_satisfies(operator.eq, comparison, members, (operand,), context)
        for operand in operands
    )


def _between(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    del comparison, context
    low, high = operands
    value: Any = typed_value[1]
    return bool(cast("Any", low[1]) <= value <= cast("Any", high[1]))


def _is_set(*_: object) -> bool:
    return True  # No value has a kind that is_set cannot be true for.


def _within(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    del operands
    return context.covers(cast("Window", comparison.operand), cast("date", typed_value[1]))


def _anniversary(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    del operands
    day = context.local_day(cast("date", typed_value[1]))
    today = context.local_day(context.now)
    return has_anniversary(day, cast("Anniversary", comparison.operand), today)


def _within_km(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    del operands, context
    place = cast("Place", comparison.operand)
    return _distance_km(cast("tuple[float, float]", typed_value[1]), place) <= place.km


def _matches_regex(
    comparison: Comparison,
    typed_value: TypedValue,
    operands: tuple[TypedValue, ...],
    context: EvaluationContext,
) -> bool:
    del operands, context
    return regex_search(cast("str", comparison.operand), cast("str", typed_value[1]))


OperatorTests = TypedDict(
    "OperatorTests",
    {
        "==": Test,
        "<": Test,
        "<=": Test,
        ">": Test,
        ">=": Test,
        "between": Test,
        "is_in": Test,
        "has_any": Test,
        "has_all": Test,
        "contains": Test,
        "starts_with": Test,
        "ends_with": Test,
        "matches_regex": Test,
        "is_set": Test,
        "within": Test,
        "anniversary": Test,
        "within_km": Test,
    },
)

TESTS: Final[OperatorTests] = {
    "==": _pairwise(operator.eq),
    "<": _pairwise(operator.lt),
    "<=": _pairwise(operator.le),
    ">": _pairwise(operator.gt),
    ">=": _pairwise(operator.ge),
    "between": _between,
    "is_in": _pairwise(operator.eq),
    "has_any": _has_any,
    "has_all": _has_all,
    "contains": _pairwise(operator.contains),
    "starts_with": _pairwise(str.startswith),
    "ends_with": _pairwise(str.endswith),
    "matches_regex": _matches_regex,
    "is_set": _is_set,
    "within": _within,
    "anniversary": _anniversary,
    "within_km": _within_km,
}
"""One row for each operator: a member of `Operator` without a row is an error of the checkers."""


# --- comparing two values -------------------------------------------------------------------------


def _members_of(typed_value: TypedValue) -> tuple[TypedValue, ...]:
    """Return the members of a collection; a scalar counts as a collection of one [K5]."""
    if typed_value[0] is Kind.COLLECTION:
        return tuple(collection_members(typed_value[1]))
    return (typed_value,)


def _any_pair_satisfies(
    test: Callable[[Any, Any], bool],
    comparison: Comparison,
    values: Iterable[TypedValue],
    operands: Iterable[TypedValue],
    context: EvaluationContext,
) -> bool:
    """Return whether *test* is true for one of the values with one of the operands.

    This is one loop without calls, because most of the time of a comparison is spent here.
    """
    for kind, value in values:
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


def comparable(kind: Kind, other: Kind) -> bool:
    """Whether values of the two kinds can be equal, or one more than the other [K1], [K4]."""
    return kind in SCALARS and (kind is other or frozenset({kind, other}) == TIMES)


def reference_operands(
    comparison: Comparison, mapping: object, first: object
) -> tuple[TypedValue, ...] | None:
    """What a `Reference` was found to be [K7], [S3]; ``None`` if the operand is fixed."""
    operand = comparison.operand
    if not isinstance(operand, Reference):
        return None
    return (normalize(get_path(first if operand.first else mapping, operand.path)),)


def _distance_km(location: tuple[float, float], place: Place) -> Fraction:
    """The haversine distance on a sphere of the Earth's mean radius [S6].

    Of two close points the differences are taken in degrees, where they are exact; of two nearly
    opposite ones the distance is taken from the opposite side.
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
    """The cosine of a latitude; exactly 0 at the poles, where every longitude is the same."""
    return 0.0 if abs(degrees) == _POLE else math.cos(math.radians(degrees))


_POLE: Final = 90
