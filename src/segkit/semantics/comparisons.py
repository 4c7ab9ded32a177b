"""Whether a value satisfies a comparison: kinds first, then exact values."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, cast

from segkit.clock import EvaluationContext, has_anniversary
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.operators import COLLECTION_OPERATORS, SCALARS, TIMES
from segkit.model.regex import regex_search
from segkit.model.time_spans import Window
from segkit.model.values import Kind, TypedValue, collection_members, normalize, normalize_location

_PAIRWISE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "is_in": operator.eq,
    "has_any": operator.eq,
    "has_all": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}

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
    reading: TypedValue,
    context: EvaluationContext,
    operands: tuple[TypedValue, ...] | None = None,
) -> bool:
    """Whether the value read satisfies *comparison*.

    False for no value, no kind and any kind that is not the operand's [V3], [V6], [K9].

    Args:
        operands: What a `Reference` was found to be; otherwise the comparison's own.
    """
    kind, value = reading
    if kind not in comparison.kinds:
        return False
    if operands is None:
        operands = comparison.typed_operands
    word = comparison.operator
    if word in _PAIRWISE:
        own = _members_of(reading) if word in COLLECTION_OPERATORS else (reading,)
        if word == "has_all":
            return all(_any_pair_satisfies(comparison, own, (one,), context) for one in operands)
        return _any_pair_satisfies(comparison, own, operands, context)
    match word:
        case "is_set":
            return True
        case "within":
            return context.covers(cast("Window", comparison.operand), cast("date", value))
        case "between":
            low, high = operands
            return bool(cast("Any", low[1]) <= value <= cast("Any", high[1]))
        case "anniversary":
            day = context.local_day(cast("date", value))
            today = context.local_day(context.now)
            return has_anniversary(day, cast("Anniversary", comparison.operand), today)
        case "within_km":
            place = cast("Place", comparison.operand)
            return _distance_km(cast("tuple[float, float]", value), place) <= place.km
        case _:  # matches_regex, the only one left
            return regex_search(cast("str", comparison.operand), cast("str", value))


def _members_of(reading: TypedValue) -> tuple[TypedValue, ...]:
    """The members of a collection; a scalar counts as a collection of one [K5]."""
    return tuple(collection_members(reading[1])) if reading[0] is Kind.COLLECTION else (reading,)


def _any_pair_satisfies(
    comparison: Comparison,
    values: Iterable[TypedValue],
    operands: Iterable[TypedValue],
    context: EvaluationContext,
) -> bool:
    """Whether one of the values and one of the operands satisfy the operator.

    All in one loop, for it is where most of the time of a test goes.
    """
    test = _PAIRWISE[comparison.operator]
    for kind, value in values:
        for operand_kind, operand in operands:
            one: Any = value
            other: Any = operand
            if kind is not operand_kind:
                if not comparable(kind, operand_kind):
                    continue
                one, other = context.local_day(one), context.local_day(other)  # [K4]
            elif comparison.ignore_case and kind is Kind.TEXT:
                one, other = one.casefold(), other.casefold()
            if test(one, other):
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
