"""Windows and lengths of time as documents.

Comparisons as documents: an operator with its operand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never, cast, get_args, get_type_hints

from segkit.model.comparisons import Anniversary, Comparison, Operand, Place, Reference, Scalar
from segkit.model.operators import FOLDS_CASE, MEMBERS, Operator
from segkit.model.time_spans import (
    Ago,
    BaseWindow,
    Between,
    Calendar,
    Duration,
    Ever,
    Last,
    Next,
    Units,
    Window,
)
from segkit.operations.serialization.cursor import Keys, Spot
from segkit.operations.serialization.scalars import (
    Written,
    read_scalar,
    read_time,
    read_whole,
    written,
    written_names,
    written_whole,
)

UNITS: Final = tuple(get_type_hints(Units))
WINDOWS: Final[Mapping[str, Keys]] = {
    "ever": Keys(()),
    "last": Keys(("length",)),
    "ago": Keys(("newer",), ("older",)),
    "next": Keys(("length",)),
    "between": Keys((), ("start", "end")),
    "calendar": Keys(("unit",), ("offset", "count")),
}
_A_YEAR: Final = 366 * 86_400 * 10**6
_UNITS_OF_A_YEAR: Final = {"day": 366, "week": 53, "month": 12, "quarter": 4, "year": 1}


# --- writing --------------------------------------------------------------------------------------


def written_length(length: Duration) -> dict[str, object]:
    """A length in as few units as say it exactly."""
    return {unit: written_whole(number) for unit, number in length.in_units().items()}


def written_window(window: Window) -> dict[str, object]:
    """A window, without what it has by default."""
    document: dict[str, object] = {"type": type(window).__name__.lower()}
    match window:
        case Ever():
            pass
        case Last(length) | Next(length):
            document["length"] = written_length(length)
        case Ago(older, newer):
            if older is not None:
                document["older"] = written_length(older)
            document["newer"] = written_length(newer)
        case Between(start, end):
            if start is not None:
                document["start"] = written(start)
            if end is not None:
                document["end"] = written(end)
        case Calendar(unit, offset, count):
            document["unit"] = unit
            if offset != 0:
                document["offset"] = written_whole(offset)
            if count != 1:
                document["count"] = written_whole(count)
        case _:
            assert_never(window)
    return document


def written_anniversary(days: Anniversary) -> dict[str, object]:
    """The first and the last day, counted from today."""
    return {"first": written_whole(days.first), "last": written_whole(days.last)}


# --- reading --------------------------------------------------------------------------------------


def read_length(spot: Spot) -> Duration | None:
    """A length of time, of one unit or several."""
    failed = spot.session.failed
    fields = spot.fields("a length of time", Keys((), UNITS))
    if fields is None:
        return None
    units = {unit: read_whole(held) for unit, held in fields.items()}
    if spot.session.failed != failed:
        return None
    length = spot.built(lambda: Duration(**cast("Units", units)))
    years = spot.session.limits.period
    if length and (length.months > 12 * years or length.microseconds > _A_YEAR * years):
        spot.refuse(f"is at most {years:,} years")
        return None
    return length


def read_window(spot: Spot) -> Window | None:
    """A window of any type."""
    failed = spot.session.failed
    tagged = spot.tagged("a window", WINDOWS)
    if tagged is None:
        return None
    tag, fields = tagged
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    if tag == "calendar":
        most = _UNITS_OF_A_YEAR.get(values["unit"], 1) * spot.session.limits.period
        _check_period(spot, most, values.get("offset", 0), values.get("count", 1))
    return spot.built(lambda: _built(tag, values))


def _built(tag: str, values: dict[str, Any]) -> Window:
    match tag:
        case "ever":
            return Ever()
        case "last":
            return Last(values["length"])
        case "next":
            return Next(values["length"])
        case "ago":
            return Ago(values.get("older"), values["newer"])
        case "between":
            return Between(values.get("start"), values.get("end"))
        case _:
            return Calendar(**values)


_READERS: Final[Mapping[str, Callable[[Spot], object]]] = {
    "length": read_length,
    "older": read_length,
    "newer": read_length,
    "start": read_time,
    "end": read_time,
    "unit": Spot.text,
    "offset": read_whole,
    "count": read_whole,
}


def read_anniversary(spot: Spot) -> Anniversary | None:
    """The days of an anniversary."""
    failed = spot.session.failed
    fields = spot.fields("an anniversary", Keys(("first", "last")))
    if fields is None:
        return None
    days: dict[str, Any] = {key: read_whole(held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    _check_period(spot, 366 * spot.session.limits.period, *days.values())
    return spot.built(lambda: Anniversary(**days))


def _check_period(spot: Spot, most: int, *numbers: int) -> None:
    if any(abs(number) > most for number in numbers):
        spot.refuse(f"reaches at most {spot.session.limits.period:,} years")


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
