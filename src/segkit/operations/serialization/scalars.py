"""Scalars in documents: JSON has texts, booleans and numbers; other types are objects with one key.

The types of numbers are kept [K10]. A JSON number without a fraction and an exponent is an ``int``,
another one is a ``float``. JSON stores and browsers drop the ``.0`` of ``1.0`` and round integers
beyond 2**53, so such numbers are written as text: ``{"float": "1.0"}``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, assert_never, cast

import attrs

from segkit.errors import ConditionError, short_repr
from segkit.model.comparisons import Reference, Scalar
from segkit.model.values import EXACT_CONTEXT, MAX_INTEGER_DIGITS
from segkit.operations.serialization.codec import Codec, Document, EncodeOptions, list_of, ref
from segkit.operations.serialization.cursor import SPLIT_SURROGATES, Cursor, has_split_surrogates

MAX_EXACT_INTEGER: Final = 2**53 - 1
"""The largest integer that JSON readers with floats keep apart from the next one."""

# --- encoding -------------------------------------------------------------------------------------


def _encode_scalar(value: Scalar, options: EncodeOptions) -> object:
    match value:
        case str():
            return _encode_text(value, options)
        case bool():
            return value
        case int():
            return _encode_int(value, options)
        case float():
            value = value or 0.0 if options.canonical else value
            plain = math.isfinite(value) and not value.is_integer()
            return value if plain else {"float": repr(value)}
        case Decimal():
            if options.canonical:
                # Zero of any sign and exponent is 0.
                value = EXACT_CONTEXT.normalize(value) if value else Decimal(0)
            return {"decimal": str(value)}
        case datetime():
            return {"instant": f"{value.replace(tzinfo=None).isoformat()}Z"}
        case date():
            return {"day": value.isoformat()}
        case _:
            assert_never(value)


def _encode_text(text: str, _: EncodeOptions) -> str:
    if has_split_surrogates(text):
        raise ConditionError("text", f"{short_repr(text)} {SPLIT_SURROGATES}", text)
    return text


def _encode_int(number: int, _: EncodeOptions) -> object:
    is_exact = -MAX_EXACT_INTEGER <= number <= MAX_EXACT_INTEGER
    return number if is_exact else {"int": str(number)}


def _encode_operand(operand: Scalar | Reference, options: EncodeOptions) -> object:
    if isinstance(operand, Reference):
        tag = "first_value_of" if operand.first else "value_of"
        return {tag: NAMES.encode(operand.path, options)}
    return _encode_scalar(operand, options)


# --- decoding objects with one key ----------------------------------------------------------------

_INTEGER: Final = re.compile("0|-?[1-9][0-9]*")
_FLOAT: Final = re.compile(r"-?(inf|(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]{1,3})?)")
_DECIMAL: Final = re.compile(r"-?(Infinity|[0-9]+(\.[0-9]+)?(E[+-]?[0-9]{1,18})?)")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
_AN_INSTANT: Final = 'an instant such as "2022-07-01T00:00:00Z"'


def _number_text(cursor: Cursor, pattern: re.Pattern[str], expected: str) -> str | None:
    text = cursor.text(expected, cursor.context.limits.digits)
    if text is not None and not pattern.fullmatch(text):
        cursor.report(f"takes {expected}")
        return None
    return text


def _decode_integer(cursor: Cursor) -> int | None:
    text = _number_text(cursor, _INTEGER, 'a whole number as text, such as "12"')
    if text is not None and len(text.lstrip("-")) > MAX_INTEGER_DIGITS:
        return _refuse_digits(cursor, MAX_INTEGER_DIGITS)
    return None if text is None else int(text)


def _decode_float(cursor: Cursor) -> float | None:
    text = _number_text(cursor, _FLOAT, 'a number as text, such as "1.0" or "inf"; not "nan"')
    if text is None:
        return None
    number = float(text)
    if math.isinf(number) and "inf" not in text:
        cursor.report('is larger than any float: write "inf", or {"decimal": ...}')
        return None
    return number


def _decode_decimal(cursor: Cursor) -> Decimal | None:
    text = _number_text(cursor, _DECIMAL, 'a decimal number as text, such as "1.10"; not "NaN"')
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        cursor.report("is larger or smaller than any decimal number")
        return None


def _decode_day(cursor: Cursor) -> date | None:
    text = cursor.text('text, a day such as "2022-07-01"')
    try:
        return None if text is None else date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        cursor.report('takes a day such as "2022-07-01", in the calendar')
        return None


def _decode_instant(cursor: Cursor) -> datetime | None:
    text = cursor.text(f"text, {_AN_INSTANT}")
    if text is None:
        return None
    found = _INSTANT.fullmatch(text)
    if found and not found["offset"]:
        cursor.report(f"takes {_AN_INSTANT}, with Z or an offset")
        return None
    try:
        return datetime.fromisoformat(text if found else "")
    except ValueError:
        cursor.report(f"takes {_AN_INSTANT}, in the calendar")
        return None


def _decode_reference(cursor: Cursor, *, first: bool) -> Reference | None:
    path = NAMES.decode(cursor)
    return None if path is None else Reference(path, first)


@attrs.frozen
class _Tagged:
    """The value of an object with one key."""

    decode: Callable[[Cursor], Scalar | Reference | None]
    schema: Document


def _matching(pattern: re.Pattern[str]) -> Document:
    without_groups = pattern.pattern.replace("?P<offset>", "")
    return {"type": "string", "pattern": f"^({without_groups})$"}


TAGS: Final[Mapping[str, _Tagged]] = {
    "int": _Tagged(_decode_integer, _matching(_INTEGER)),
    "float": _Tagged(_decode_float, _matching(_FLOAT)),
    "decimal": _Tagged(_decode_decimal, _matching(_DECIMAL)),
    "day": _Tagged(_decode_day, _matching(_DAY)),
    "instant": _Tagged(_decode_instant, _matching(_INSTANT)),
    "value_of": _Tagged(lambda cursor: _decode_reference(cursor, first=False), ref("names")),
    "first_value_of": _Tagged(lambda cursor: _decode_reference(cursor, first=True), ref("names")),
}
_TIMES: Final = ("day", "instant")
_FIXED: Final = ("int", "float", "decimal", *_TIMES)


def _decode_tagged(cursor: Cursor, name: str, tags: tuple[str, ...]) -> Scalar | Reference | None:
    failures = cursor.context.failures
    values = cursor.mapping(name)
    cursors = {} if values is None else cursor.select(name, values, (), tags)
    if cursor.context.failures != failures:
        return None
    if len(cursors) != 1:
        forms = ", ".join(f'{{"{tag}": ...}}' for tag in tags)
        cursor.report(f"{name} is an object with one key: {forms}")
        return None
    ((tag, inner),) = cursors.items()
    return TAGS[tag].decode(inner)


def tagged_schema(tag: str) -> Document:
    """Return the JSON Schema of an object with the key *tag* alone."""
    return {
        "type": "object",
        "properties": {tag: TAGS[tag].schema},
        "required": [tag],
        "additionalProperties": False,
    }


# --- decoding scalars -----------------------------------------------------------------------------


def _is_text(cursor: Cursor) -> bool:
    return issubclass(type(cursor.value), str)


def _decode_operand(cursor: Cursor, tags: tuple[str, ...] = tuple(TAGS)) -> Any:  # noqa: ANN401 - a scalar or a reference
    kind: type[object] = type(cursor.value)
    if _is_text(cursor):
        text, scope = cursor.text(), cursor.context.scope
        return text if text is None or scope is None else scope.read(text)
    if issubclass(kind, bool):
        return cursor.flag()
    if issubclass(kind, int | float | Decimal):
        return _decode_number(cursor, "takes a number")
    if issubclass(kind, dict):
        return _decode_tagged(cursor, "a value", tags)
    cursor.report_type(
        'takes a text, a number, true, false or an object such as {"day": "2022-07-01"}'
    )
    return None


def _decode_int(cursor: Cursor) -> int | None:
    if issubclass(type(cursor.value), dict):
        return cast("int | None", _decode_tagged(cursor, "a whole number", ("int",)))
    return decode_plain_int(cursor)


def decode_plain_int(cursor: Cursor, expected: str = "takes a whole number") -> int | None:
    """Decode an integer that is written as a JSON number."""
    number = _decode_number(cursor, expected)
    if isinstance(number, float):
        cursor.report(f"{expected}, without fraction and exponent")
        return None
    return number


def _decode_number(cursor: Cursor, expected: str) -> int | float | None:
    kind: type[object] = type(cursor.value)
    value: Any = cursor.value
    if issubclass(kind, bool) or not issubclass(kind, int | float | Decimal):
        cursor.report_type(expected)
        return None
    max_digits = min(MAX_INTEGER_DIGITS, cursor.context.limits.digits)
    if issubclass(kind, int):
        whole = int.__int__(value)
        return whole if abs(whole) < 10**max_digits else _refuse_digits(cursor, max_digits)
    if issubclass(kind, Decimal):
        # From a JSON reader that keeps numbers exact: the fraction decides, as in the text.
        exact = Decimal(value)
        if exact.is_finite() and exact.as_tuple().exponent == 0:
            is_short = exact.adjusted() < max_digits
            return int(exact) if is_short else _refuse_digits(cursor, max_digits)
        number = math.nan if exact.is_nan() else float(exact)
    else:
        number = float.__float__(value)
    if not math.isfinite(number):
        cursor.report(
            f'{expected}; JSON has finite ones only: write {{"float": "inf"}} or {{"decimal": ...}}'
        )
        return None
    return number


def _refuse_digits(cursor: Cursor, max_digits: int) -> int | None:
    cursor.report(f"a whole number has at most {max_digits} digits")
    return None


# --- the codecs -----------------------------------------------------------------------------------

TEXT: Final = Codec(_encode_text, Cursor.text, {"type": "string"})
FLAG: Final = Codec(lambda flag, _: flag, Cursor.flag, {"type": "boolean"})
WHOLE: Final = Codec(_encode_int, _decode_int, ref("whole"))
COUNT: Final = Codec(_encode_int, _decode_int, ref("count"))
POSITIVE: Final = Codec(
    _encode_int, _decode_int, {"anyOf": [{"type": "integer", "minimum": 1}, tagged_schema("int")]}
)
SCALAR: Final = Codec(_encode_scalar, lambda cursor: _decode_operand(cursor, _FIXED), ref("scalar"))
NUMBER: Final = attrs.evolve(SCALAR, schema=ref("number"))
"""A scalar that the constructor refuses unless it is a number."""
OPERAND: Final = Codec(
    _encode_operand, _decode_operand, {"anyOf": [ref("scalar"), ref("reference")]}
)
"""A scalar, or a reference to another value [K7]."""
TEXT_OPERAND: Final = Codec(
    _encode_operand,
    lambda cursor: cursor.text() if _is_text(cursor) else _decode_operand(cursor),
    TEXT.schema,
)
"""A text that is part of a value, so it is never read as another kind.

Other values are decoded too, so that the constructor says which operators take one.
"""
TIME: Final = Codec(
    _encode_scalar,
    lambda cursor: _decode_tagged(cursor, "a day or an instant", _TIMES),
    ref("time"),
)


_NAME: Final = Codec(_encode_text, lambda cursor: cursor.text("a name, which is text"), TEXT.schema)
_NAME_LIST: Final = list_of(_NAME, "names", "names", minItems=1)


def _decode_names(cursor: Cursor) -> tuple[str, ...] | None:
    names: tuple[str | None, ...] | None = _NAME_LIST.decode(cursor)
    if names == ():
        cursor.report("at least one name is needed")
    return None if not names or None in names else cast("tuple[str, ...]", names)


NAMES: Final = attrs.evolve(_NAME_LIST, decode=_decode_names, schema=ref("names"))
"""One name or several, or the steps of a path."""


def scalar_definitions() -> Document:
    """Return the definitions of the JSON Schema that the codecs of scalars refer to."""
    tagged_numbers = [tagged_schema(tag) for tag in ("int", "float", "decimal")]
    return {
        "names": _NAME_LIST.schema,
        "count": {"anyOf": [{"type": "integer", "minimum": 0}, tagged_schema("int")]},
        "whole": {"anyOf": [{"type": "integer"}, tagged_schema("int")]},
        "number": {"anyOf": [{"type": "number"}, *tagged_numbers]},
        "time": {"anyOf": [tagged_schema(tag) for tag in _TIMES]},
        "scalar": {"anyOf": [{"type": ["string", "boolean"]}, ref("number"), ref("time")]},
        "reference": {"anyOf": [tagged_schema("value_of"), tagged_schema("first_value_of")]},
    }
