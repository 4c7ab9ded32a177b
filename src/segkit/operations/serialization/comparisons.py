"""Comparisons as documents: an operator with its operand."""

from __future__ import annotations

from typing import Any, Final, cast, get_args

from segkit.model.comparisons import Comparison, Operand
from segkit.model.operands import Anniversary, Place, Reference, Scalar
from segkit.model.operators import FOLDS_CASE, MEMBERS, Operator
from segkit.model.windows import BaseWindow
from segkit.operations.serialization.scalars import Written, read_scalar, written_names
from segkit.operations.serialization.spots import Keys, Spot
from segkit.operations.serialization.windows import (
    read_anniversary,
    read_window,
    written_anniversary,
    written_window,
)

__all__ = ["OPERATORS", "SEVERAL", "read_comparison", "written_comparison"]

OPERATORS: Final[tuple[str, ...]] = get_args(Operator)
SEVERAL: Final = MEMBERS | {"is_in", "between"}
"""The operators whose operand is a list."""

_KEYS: Final = Keys(("operator",), ("operand", "ignore_case"))
_PLACE: Final = Keys(("km", "latitude", "longitude"))


# --- writing --------------------------------------------------------------------------------------


def written_comparison(comparison: Comparison, written: Written) -> dict[str, object]:
    """A comparison, its scalars in the form that *written* gives them."""
    document: dict[str, object] = {"operator": comparison.operator}
    if comparison.operator != "is_set":
        document["operand"] = _operand(comparison.operand, written)
    if comparison.ignore_case:
        document["ignore_case"] = True
    return document


def _operand(operand: Operand, written: Written) -> object:
    match operand:
        case tuple():
            return [written(scalar) for scalar in operand]
        case Reference(path, first):
            return {"first_value_of" if first else "value_of": written_names(path)}
        case Anniversary():
            return written_anniversary(operand)
        case Place(km, latitude, longitude):
            place = {"km": km, "latitude": latitude, "longitude": longitude}
            return {key: written(number) for key, number in place.items()}
        case BaseWindow():
            return written_window(operand)
        case _:
            return written(cast("Scalar", operand))


# --- reading --------------------------------------------------------------------------------------


def read_comparison(spot: Spot) -> Comparison | None:
    """A comparison; what its constructor refuses is told at the operand or the operator."""
    failed = spot.session.failed
    fields = spot.fields("a comparison", _KEYS)
    if fields is None or "operator" not in fields:
        return None
    operator = fields["operator"].text("an operator, which is text")
    if operator is not None and operator not in OPERATORS:
        fields["operator"].refuse(
            f"is no operator; they are: {' '.join(OPERATORS)}", known=OPERATORS
        )
        return None
    operand = fields.get("operand")
    ignore_case = fields["ignore_case"].flag() if "ignore_case" in fields else False
    value = None if operator is None or operand is None else _read_operand(operator, operand)
    if spot.session.failed != failed:
        return None
    if operand is None and operator != "is_set":
        spot.refuse(f'a comparison with "{operator}" needs the key "operand"')
        return None
    folds = not ignore_case or operator in FOLDS_CASE
    return spot.built(
        lambda: Comparison(cast("Operator", operator), cast("Operand", value), bool(ignore_case)),
        lambda _: operand if folds else fields["ignore_case"],
    )


def _read_operand(operator: str, spot: Spot) -> object:
    if operator == "is_set":
        spot.refuse("is_set takes no operand")
        return None
    if operator == "within":
        return read_window(spot)
    if operator == "anniversary":
        return read_anniversary(spot)
    if operator == "within_km":
        return _read_place(spot)
    if operator in SEVERAL:
        items = spot.items("values", spot.session.limits.operands)
        return None if items is None else tuple(read_scalar(item, fixed=True) for item in items)
    if operator == "matches_regex":
        return _read_pattern(spot)
    return read_scalar(spot)


def _read_pattern(spot: Spot) -> str | None:
    session = spot.session
    session.patterns += 1
    if session.patterns > session.limits.patterns:
        spot.refuse(f"a document has at most {session.limits.patterns:,} patterns")
        return None
    return spot.text("a pattern, which is text", session.limits.pattern)


def _read_place(spot: Spot) -> Place | None:
    failed = spot.session.failed
    fields = spot.fields("a place", _PLACE)
    if fields is None:
        return None
    numbers: dict[str, Any] = {key: read_scalar(held, fixed=True) for key, held in fields.items()}
    return spot.built(lambda: Place(**numbers)) if spot.session.failed == failed else None
