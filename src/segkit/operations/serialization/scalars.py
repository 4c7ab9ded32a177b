"""Scalars in JSON, which has texts, truth values and numbers: the other kinds stand in objects.

Numbers of Python stay what they are [K10]. A plain JSON number without fraction and exponent is an
``int``, one with either a ``float``. JSON stores and browsers drop the ``.0`` of ``1.0`` and round
what lies beyond 2**53, so such numbers are written as text: ``{"float": "1.0"}``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias, cast

from segkit.errors import ConditionError, short_repr
from segkit.model.comparisons import Reference, Scalar
from segkit.model.values import MAX_INTEGER_DIGITS
from segkit.operations.serialization.cursor import Cursor, ObjectShape, has_split_surrogates

MOST_EXACT: Final = 2**53 - 1
"""The largest whole number up to which every reader of JSON keeps each apart."""

ScalarEncoder: TypeAlias = Callable[[Scalar], object]
"""How scalars are written: as they are, or in the one form that equal ones share."""

# --- writing --------------------------------------------------------------------------------------


def encode_scalar(value: Scalar) -> object:
    """A scalar as JSON has it; the very same scalar is read back."""
    match value:
        case str():
            return encode_text(value)
        case bool():
            return value
        case int():
            return encode_int(value)
        case float():
            plain = math.isfinite(value) and not value.is_integer()
            return value if plain else {"float": repr(value)}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"instant": f"{value.replace(tzinfo=None).isoformat()}Z"}
        case _:
            return {"day": value.isoformat()}


def encode_text(text: str) -> str:
    """A text, which JSON must be able to tell from every other one.

    Raises:
        ConditionError: If it cannot.
    """
    if has_split_surrogates(text):
        problem = (
            f"{short_repr(text)} holds a surrogate pair as two characters, which JSON has as one"
        )
        raise ConditionError("text", problem, text)
    return text


def encode_names(names: Iterable[str]) -> list[str]:
    """Several names, or one by its path."""
    return [encode_text(name) for name in names]


def encode_int(number: int) -> object:
    """A whole number, as text if it is too large for some readers of JSON."""
    return number if -MOST_EXACT <= number <= MOST_EXACT else {"int": str(number)}


# --- reading --------------------------------------------------------------------------------------

WHOLE: Final = re.compile("0|-?[1-9][0-9]*")
FLOAT: Final = re.compile(r"-?(inf|(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]{1,3})?)")
DECIMAL: Final = re.compile(r"-?(Infinity|[0-9]+(\.[0-9]+)?(E[+-]?[0-9]{1,18})?)")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
_AN_INSTANT: Final = 'an instant such as "2022-07-01T00:00:00Z"'


def _digits(cursor: Cursor, shape: re.Pattern[str], what: str) -> str | None:
    text = cursor.text(what, cursor.context.limits.digits)
    if text is not None and not shape.fullmatch(text):
        cursor.report(f"takes {what}")
        return None
    return text


def _whole(cursor: Cursor) -> int | None:
    text = _digits(cursor, WHOLE, 'a whole number as text, such as "12"')
    if text is not None and len(text.lstrip("-")) > MAX_INTEGER_DIGITS:
        cursor.report(f"a whole number has at most {MAX_INTEGER_DIGITS} digits")
        return None
    return None if text is None else int(text)


def _float(cursor: Cursor) -> float | None:
    text = _digits(cursor, FLOAT, 'a number as text, such as "1.0" or "inf"; not "nan"')
    if text is None:
        return None
    number = float(text)
    if math.isinf(number) and "inf" not in text:
        cursor.report('is larger than any float: write "inf", or {"decimal": ...}')
        return None
    return number


def _decimal(cursor: Cursor) -> Decimal | None:
    text = _digits(cursor, DECIMAL, 'a decimal number as text, such as "1.10"; not "NaN"')
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        cursor.report("is larger or smaller than any decimal number")
        return None


def _day(cursor: Cursor) -> date | None:
    text = cursor.text('text, a day such as "2022-07-01"')
    if text is None:
        return None
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        cursor.report('takes a day such as "2022-07-01", in the calendar')
        return None


def _instant(cursor: Cursor) -> datetime | None:
    text = cursor.text(f"text, {_AN_INSTANT}")
    if text is None:
        return None
    found = INSTANT.fullmatch(text)
    if found and not found["offset"]:
        cursor.report(f"takes {_AN_INSTANT}: without Z or an offset it is none")
        return None
    try:
        return datetime.fromisoformat(text if found else "")
    except ValueError:
        cursor.report(f"takes {_AN_INSTANT}, in the calendar")
        return None


def decode_names(cursor: Cursor) -> tuple[str, ...] | None:
    """One name or several, in a list."""
    items = cursor.items("names", cursor.context.limits.names)
    if items is None:
        return None
    if not items:
        cursor.report("at least one name is needed")
        return None
    names = [item.text("a name, which is text") for item in items]
    return None if None in names else tuple(cast("list[str]", names))


def _reference(cursor: Cursor, *, first: bool) -> Reference | None:
    path = decode_names(cursor)
    return None if path is None else Reference(path, first)


TAGS: Final[Mapping[str, Callable[[Cursor], Scalar | Reference | None]]] = {
    "int": _whole,
    "float": _float,
    "decimal": _decimal,
    "day": _day,
    "instant": _instant,
    "value_of": lambda cursor: _reference(cursor, first=False),
    "first_value_of": lambda cursor: _reference(cursor, first=True),
}
"""What stands in an object with one key."""

_TIMES: Final = ("day", "instant")
_FIXED: Final = ("int", "float", "decimal", *_TIMES)


def decode_scalar(cursor: Cursor, *, fixed: bool = False) -> Scalar | Reference | None:
    """One operand; a *fixed* one is no reference to another value."""
    value = cursor.value
    kind: type[object] = type(value)
    if issubclass(kind, str):
        return cursor.text()
    if issubclass(kind, bool):
        return cursor.flag()
    if issubclass(kind, int | float | Decimal):
        return _number(cursor, "takes a number")
    if not issubclass(kind, dict):
        cursor.report_type(
            'takes a text, a number, true, false or an object such as {"day": "2022-07-01"}'
        )
        return None
    return _in_object(cursor, "a value", _FIXED if fixed else tuple(TAGS))


def decode_time(cursor: Cursor) -> date | None:
    """A day or an instant."""
    return cast("date | None", _in_object(cursor, "a day or an instant", _TIMES))


def decode_int(cursor: Cursor) -> int | None:
    """A whole number."""
    if issubclass(type(cursor.value), dict):
        return cast("int | None", _in_object(cursor, "a whole number", ("int",)))
    return decode_plain_int(cursor)


def decode_plain_int(cursor: Cursor, expected: str = "takes a whole number") -> int | None:
    """A whole number that JSON has as such."""
    number = _number(cursor, expected)
    if isinstance(number, float):
        cursor.report(f"{expected}, without fraction and exponent")
        return None
    return number


def _in_object(cursor: Cursor, what: str, tags: tuple[str, ...]) -> Scalar | Reference | None:
    failed = cursor.context.failed
    fields = cursor.fields(what, ObjectShape((), tags))
    if fields is None or cursor.context.failed != failed:
        return None
    if len(fields) != 1:
        may = ", ".join(f'{{"{tag}": ...}}' for tag in tags)
        cursor.report(f"{what} is an object with one key: {may}")
        return None
    ((tag, held),) = fields.items()
    return TAGS[tag](held)


def _number(cursor: Cursor, expected: str) -> int | float | None:
    kind: type[object] = type(cursor.value)
    value: Any = cursor.value
    if issubclass(kind, bool) or not issubclass(kind, int | float | Decimal):
        cursor.report_type(expected)
        return None
    if issubclass(kind, int):
        whole = int.__int__(value)
        return whole if _is_short(cursor, abs(whole) < 10 ** _most_digits(cursor)) else None
    if issubclass(kind, float):
        number = float.__float__(value)
    else:
        # From a reader of JSON that keeps numbers exact: the fraction decides, as in the text.
        exact = Decimal(value)
        if exact.is_finite() and exact.as_tuple().exponent == 0:
            return (
                int(exact) if _is_short(cursor, exact.adjusted() < _most_digits(cursor)) else None
            )
        number = math.nan if exact.is_nan() else float(exact)
    if not math.isfinite(number):
        cursor.report(
            f'{expected}; JSON has finite ones only: write {{"float": "inf"}} or {{"decimal": ...}}'
        )
        return None
    return number


def _most_digits(cursor: Cursor) -> int:
    return min(MAX_INTEGER_DIGITS, cursor.context.limits.digits)


def _is_short(cursor: Cursor, short: bool) -> bool:  # noqa: FBT001 - what was found out
    if not short:
        cursor.report(f"a whole number has at most {_most_digits(cursor)} digits")
    return short
