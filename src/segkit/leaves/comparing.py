"""Whether a value satisfies a comparison: kinds first, then exact values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

from segkit.clock import Moment
from segkit.model.operators import Comparison
from segkit.model.values import Kind, Reading, read
from segkit.model.windows import Window

__all__ = ["satisfies", "value_at"]

_SINGLE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "is_in": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def value_at(mapping: object, path: tuple[str, ...]) -> object:
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


def satisfies(comparison: Comparison, reading: Reading, moment: Moment) -> bool:
    """Whether the value read satisfies *comparison*.

    False for no value, no kind and any kind that is not the operand's [V3], [V6], [K9].
    """
    kind, value = reading
    if kind not in comparison.kinds:
        return False
    match comparison.operator:
        case "is_set":
            return True
        case "within":
            return moment.covers(cast("Window", comparison.operand), cast("date", value))
        case "between":
            low, high = comparison.readings
            return bool(cast("Any", low[1]) <= value <= cast("Any", high[1]))
        case single:
            test = _SINGLE[single]
            for operand in comparison.readings:
                pair = _alike(reading, operand, moment)
                if pair is not None and test(*_folded(pair, comparison)):
                    return True
            return False


def _alike(reading: Reading, operand: Reading, moment: Moment) -> tuple[Any, Any] | None:
    """Value and operand in a form in which they can be compared, if there is one."""
    kind, value = reading
    operand_kind, operand_value = operand
    if kind is operand_kind:
        return value, operand_value
    if {kind, operand_kind} == {Kind.DAY, Kind.INSTANT}:  # [K4]
        return (
            moment.local_day(cast("date", value)),
            moment.local_day(cast("date", operand_value)),
        )
    return None


def _folded(pair: tuple[Any, Any], comparison: Comparison) -> tuple[Any, Any]:
    value, operand = pair
    if comparison.ignore_case and isinstance(value, str) and isinstance(operand, str):
        return value.casefold(), operand.casefold()
    return pair


def reading_at(mapping: object, path: tuple[str, ...]) -> Reading:
    """What is read at the end of *path*."""
    return read(value_at(mapping, path))
