"""Windows and lengths of time as documents.

Comparisons as documents: an operator with its operand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never, cast, get_args, get_type_hints

from segkit.model.comparisons import Anniversary, Comparison, Operand, Place, Reference, Scalar
from segkit.model.operators import OPERATORS, Operator
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
from segkit.operations.serialization.cursor import Cursor, ObjectShape
from segkit.operations.serialization.scalars import (
    ScalarEncoder,
    decode_int,
    decode_scalar,
    decode_time,
    encode_int,
    encode_names,
    encode_scalar,
)

UNITS: Final = tuple(get_type_hints(Units))
WINDOWS: Final[Mapping[str, ObjectShape]] = {
    "ever": ObjectShape(()),
    "last": ObjectShape(("length",)),
    "ago": ObjectShape(("newer",), ("older",)),
    "next": ObjectShape(("length",)),
    "between": ObjectShape((), ("start", "end")),
    "calendar": ObjectShape(("unit",), ("offset", "count")),
}
_A_YEAR: Final = 366 * 86_400 * 10**6
_UNITS_OF_A_YEAR: Final = {"day": 366, "week": 53, "month": 12, "quarter": 4, "year": 1}


# --- writing --------------------------------------------------------------------------------------


def encode_duration(length: Duration) -> dict[str, object]:
    """A length in as few units as say it exactly."""
    return {unit: encode_int(number) for unit, number in length.in_units().items()}


def encode_window(window: Window) -> dict[str, object]:
    """A window, without what it has by default."""
    document: dict[str, object] = {"type": type(window).__name__.lower()}
    match window:
        case Ever():
            pass
        case Last(length) | Next(length):
            document["length"] = encode_duration(length)
        case Ago(older, newer):
            if older is not None:
                document["older"] = encode_duration(older)
            document["newer"] = encode_duration(newer)
        case Between(start, end):
            if start is not None:
                document["start"] = encode_scalar(start)
            if end is not None:
                document["end"] = encode_scalar(end)
        case Calendar(unit, offset, count):
            document["unit"] = unit
            if offset != 0:
                document["offset"] = encode_int(offset)
            if count != 1:
                document["count"] = encode_int(count)
        case _:
            assert_never(window)
    return document


def encode_anniversary(days: Anniversary) -> dict[str, object]:
    """The first and the last day, counted from today."""
    return {"first": encode_int(days.first), "last": encode_int(days.last)}


# --- reading --------------------------------------------------------------------------------------


def decode_duration(cursor: Cursor) -> Duration | None:
    """A length of time, of one unit or several."""
    failed = cursor.context.failed
    fields = cursor.fields("a length of time", ObjectShape((), UNITS))
    if fields is None:
        return None
    units = {unit: decode_int(held) for unit, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    length = cursor.construct(lambda: Duration(**cast("Units", units)))
    years = cursor.context.limits.years
    if length and (length.months > 12 * years or length.microseconds > _A_YEAR * years):
        cursor.report(f"is at most {years:,} years")
        return None
    return length


def decode_window(cursor: Cursor) -> Window | None:
    """A window of any type."""
    failed = cursor.context.failed
    tagged = cursor.tagged("a window", WINDOWS)
    if tagged is None:
        return None
    tag, fields = tagged
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    if tag == "calendar":
        most = _UNITS_OF_A_YEAR.get(values["unit"], 1) * cursor.context.limits.years
        _check_period(cursor, most, values.get("offset", 0), values.get("count", 1))
    return cursor.construct(lambda: _built(tag, values))


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


_READERS: Final[Mapping[str, Callable[[Cursor], object]]] = {
    "length": decode_duration,
    "older": decode_duration,
    "newer": decode_duration,
    "start": decode_time,
    "end": decode_time,
    "unit": Cursor.text,
    "offset": decode_int,
    "count": decode_int,
}


def decode_anniversary(cursor: Cursor) -> Anniversary | None:
    """The days of an anniversary."""
    failed = cursor.context.failed
    fields = cursor.fields("an anniversary", ObjectShape(("first", "last")))
    if fields is None:
        return None
    days: dict[str, Any] = {key: decode_int(held) for key, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    _check_period(cursor, 366 * cursor.context.limits.years, *days.values())
    return cursor.construct(lambda: Anniversary(**days))


def _check_period(cursor: Cursor, most: int, *numbers: int) -> None:
    if any(abs(number) > most for number in numbers):
        cursor.report(f"reaches at most {cursor.context.limits.years:,} years")


OPERATOR_NAMES: Final = cast("tuple[Operator, ...]", get_args(Operator))
SEVERAL: Final = frozenset(
    word for word in OPERATOR_NAMES if OPERATORS[word].operand in ("values", "range")
)
"""The operators whose operand is a list."""

_KEYS: Final = ObjectShape(("operator",), ("operand", "ignore_case"))
_PLACE: Final = ObjectShape(("km", "latitude", "longitude"))


# --- writing --------------------------------------------------------------------------------------


def encode_comparison(comparison: Comparison, written: ScalarEncoder) -> dict[str, object]:
    """A comparison, its scalars in the form that *written* gives them."""
    document: dict[str, object] = {"operator": comparison.operator}
    if comparison.operator != "is_set":
        document["operand"] = _operand(comparison.operand, written)
    if comparison.ignore_case:
        document["ignore_case"] = True
    return document


def _operand(operand: Operand, written: ScalarEncoder) -> object:
    match operand:
        case tuple():
            return [written(scalar) for scalar in operand]
        case Reference(path, first):
            return {"first_value_of" if first else "value_of": encode_names(path)}
        case Anniversary():
            return encode_anniversary(operand)
        case Place(km, latitude, longitude):
            place = {"km": km, "latitude": latitude, "longitude": longitude}
            return {key: written(number) for key, number in place.items()}
        case BaseWindow():
            return encode_window(operand)
        case _:
            return written(cast("Scalar", operand))


# --- reading --------------------------------------------------------------------------------------


def decode_comparison(cursor: Cursor) -> Comparison | None:
    """Decode a comparison; a refusal of its constructor belongs to the operand or the operator."""
    failed = cursor.context.failed
    fields = cursor.fields("a comparison", _KEYS)
    if fields is None or "operator" not in fields:
        return None
    word = fields["operator"].text("an operator, which is text")
    operator = _operator_named(word)
    if word is not None and operator is None:
        fields["operator"].report(
            f"is no operator; they are: {' '.join(OPERATOR_NAMES)}", known=OPERATOR_NAMES
        )
        return None
    operand = fields.get("operand")
    ignore_case = fields["ignore_case"].flag() if "ignore_case" in fields else False
    value = None if operator is None or operand is None else _decode_operand(operator, operand)
    if operator is None or cursor.context.failed != failed:
        return None
    if operand is None and OPERATORS[operator].operand != "none":
        cursor.report(f'a comparison with "{operator}" needs the key "operand"')
        return None
    folds = not ignore_case or OPERATORS[operator].can_ignore_case
    return cursor.construct(
        lambda: Comparison(operator, cast("Operand", value), bool(ignore_case)),
        lambda _: operand if folds else fields["ignore_case"],
    )


def _operator_named(word: str | None) -> Operator | None:
    for operator in OPERATOR_NAMES:
        if word == operator:
            return operator
    return None


def _decode_operand(operator: Operator, cursor: Cursor) -> object:
    form = OPERATORS[operator].operand
    match form:
        case "scalar":
            return decode_scalar(cursor)
        case "values" | "range":
            items = cursor.items("values", cursor.context.limits.operands)
            if items is None:
                return None
            return tuple(decode_scalar(item, fixed=True) for item in items)
        case "pattern":
            return _read_pattern(cursor)
        case "window":
            return decode_window(cursor)
        case "anniversary":
            return decode_anniversary(cursor)
        case "place":
            return _read_place(cursor)
        case "none":
            cursor.report(f"{operator} takes no operand")
            return None
        case _:
            assert_never(form)


def _read_pattern(cursor: Cursor) -> str | None:
    session = cursor.context
    session.patterns += 1
    if session.patterns > session.limits.patterns:
        cursor.report(f"a document has at most {session.limits.patterns:,} patterns")
        return None
    return cursor.text("a pattern, which is text", session.limits.pattern)


def _read_place(cursor: Cursor) -> Place | None:
    failed = cursor.context.failed
    fields = cursor.fields("a place", _PLACE)
    if fields is None:
        return None
    numbers: dict[str, Any] = {key: decode_scalar(held, fixed=True) for key, held in fields.items()}
    return cursor.construct(lambda: Place(**numbers)) if cursor.context.failed == failed else None
