"""Cells: values of files, forms and JSON, read as the kind that a field is to have.

Each function of `READERS` returns the value, or `NO_VALUE` for an empty cell, and raises
`BadValueError` with a sentence that says what is wrong and what to do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar, cast

import attrs

from segkit.errors import raise_unless_repeated, short_repr
from segkit.model.values import Kind, is_naive, normalize, normalize_location, to_builtin

_T = TypeVar("_T")


class BadValueError(Exception):
    """A cell cannot be read as the kind of its field; the text is the problem with the advice.

    Attributes:
        problem: The problem, without what to write in the field of a catalog.
    """

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem}{advice}")
        self.problem = problem


@attrs.frozen
class CellOptions:
    """How a cell is read: the options of the field, and the zone of naive times."""

    tz: tzinfo | None = None
    format: str | None = None
    separator: str = ","
    decimal: str | None = None


NO_VALUE: Final = None

_YES: Final = frozenset({"true", "yes", "y", "t", "on", "1"})
_NO: Final = frozenset({"false", "no", "n", "f", "off", "0"})

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
# With a non-breaking space, a narrow one or a thin one too.
_SPACED: Final = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f\u2009]\d{3})+(\.\d*)?", re.ASCII)
_SPACES: Final = re.compile(r"[ \u00a0\u202f\u2009]")
# One group and no point, 1,234: with a decimal comma it would be a fraction.
_UNCLEAR: Final = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
_SEPARATED: Final = re.compile(r"[+-]?\d[\d.,'_ ]*", re.ASCII)
_MAX_DIGITS: Final = 400


def read_number(value: object, options: CellOptions) -> int | float | Decimal | None:
    """Return a number: an int, a float, or a Decimal where a float would round."""
    kind, _ = normalize(value)
    if kind is Kind.NUMBER:
        return cast("int | float | Decimal", to_builtin(value))
    if kind is not Kind.TEXT:
        raise BadValueError("is no number")
    text = plain_text(value)
    if not text:
        return NO_VALUE
    if len(text) > _MAX_DIGITS:
        raise BadValueError("is no number with at most 400 digits")
    number = _parse_number(text, options.decimal or ".")
    if number is None or (options.decimal is None and _UNCLEAR.fullmatch(text)):
        raise BadValueError(_number_problem(text, options.decimal))
    if normalize(number)[0] is not Kind.NUMBER:
        raise BadValueError("is no number with at most 400 digits")
    return number


def _parse_number(text: str, decimal: str) -> int | float | Decimal | None:
    if decimal == ",":
        text = text.translate(_SWAPPED)
    if _SPACED.fullmatch(text):
        text = _SPACES.sub("", text)
    elif _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return int(text)
    exact, double = Decimal(text), float(text)
    return double if Decimal(repr(double)) == exact else exact


_SWAPPED: Final = str.maketrans(",.", ".,")


def _number_problem(text: str, decimal: str | None) -> str:
    """Return the problem, and the separators by which the text is a number."""
    readings = [(mark, _parse_number(text, mark)) for mark in ".," if mark != decimal]
    clear = [
        f'Field("number", decimal="{mark}") to read {number}'
        for mark, number in readings
        if number is not None
    ]
    if not clear:
        has_separators = _SEPARATED.fullmatch(text)
        return f"is no number{': leave out what separates its digits' if has_separators else ''}"
    return f"is {'not clear' if len(clear) > 1 else 'no number'}: write {' or '.join(clear)}"


def read_boolean(value: object, options: CellOptions) -> bool | None:
    """Return a boolean: of yes, no, true, false, y, n, t, f, on, off, 1 or 0 in any case."""
    del options
    kind, normalized = normalize(value)
    if kind is Kind.BOOLEAN:
        return cast("bool", normalized)
    word = str(normalized) if kind is Kind.NUMBER else ""
    if kind is Kind.TEXT:
        word = plain_text(value).casefold()
        if not word:
            return NO_VALUE
    if word in _YES or word in _NO:
        return word in _YES
    raise BadValueError("is neither yes nor no: true, yes, y, on or 1, false, no, n, off or 0")


def read_text(value: object, options: CellOptions) -> str | None:
    """Return a text without spaces around it; a whole number as its digits."""
    del options
    kind, normalized = normalize(value)
    if kind is Kind.TEXT:
        return plain_text(value) or NO_VALUE
    if kind is Kind.NUMBER and isinstance(normalized, int):
        return str(normalized)
    raise BadValueError("is no text")


def read_day(value: object, options: CellOptions) -> date | None:
    """Return a day: of an ISO date, or of a date and a time at midnight."""
    kind, normalized = normalize(value)
    if kind is Kind.DAY:
        return cast("date", normalized)
    moment: object = value
    if kind is Kind.TEXT:
        text = plain_text(value)
        if not text:
            return NO_VALUE
        if options.format:
            return _by_format(text, options.format).date()
        if is_iso_day(text):
            return date.fromisoformat(text)
        if _ISO_TIME.match(text):
            with suppress(ValueError):
                moment = datetime.fromisoformat(text)
    # A file that was written by a data frame has days as naive times at midnight.
    if is_naive(moment):
        # Of datetime itself: a subclass may have methods that raise.
        naive = cast("datetime", moment)
        if datetime.time(naive) == time():
            return datetime.date(naive)
    advice = ': for another form write Field("day", format="%d.%m.%Y")'
    raise BadValueError("is no day such as 2024-03-05", advice)


def is_iso_day(text: str) -> bool:
    """Return whether a text is a day in ISO form."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


_EPOCH: Final = re.compile(r"\d{9,}(\.\d+)?", re.ASCII)
# Python also reads an offset, or digits alone, as a time: "2024-03-05+02:00", "1709632800000".
_ISO_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{4}-W\d\d-\d)[Tt ]\d\d:\d\d|\d{4}(\d{4}|W\d{3})[Tt]\d\d", re.ASCII
)


def read_instant(value: object, options: CellOptions) -> datetime | None:
    """Return an instant in UTC; a naive time is one in the zone of the options."""
    kind, normalized = normalize(value)
    if kind is Kind.INSTANT:
        return cast("datetime", normalized)
    moment: object = value
    if options.format in ("seconds", "milliseconds"):
        return _since_1970(value, options)
    if kind is Kind.TEXT:
        text = plain_text(value)
        if not text:
            return NO_VALUE
        moment = _by_format(text, options.format) if options.format else _iso_instant(text)
    elif kind is Kind.DAY:
        day = cast("date", normalized)
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - its zone follows below
    elif kind is Kind.NUMBER:
        raise _is_number()
    if is_naive(moment):
        if options.tz is None:
            raise BadValueError('is naive: name the zone of naive times, tz="Europe/Paris"')
        moment = _with_zone(cast("datetime", moment), options.tz)
    kind, normalized = normalize(moment)
    if kind is not Kind.INSTANT:
        has_zone = issubclass(type(moment), datetime)
        raise BadValueError("has a zone that raises an error" if has_zone else "is no instant")
    return cast("datetime", normalized)


def _with_zone(moment: datetime, tz: tzinfo) -> datetime:
    return datetime.combine(datetime.date(moment), datetime.time(moment), tz)


def _is_number() -> BadValueError:
    advice = ': write Field("instant", format="seconds") or format="milliseconds"'
    return BadValueError("is a number", advice)


_OFFSET: Final = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")


def _iso_instant(text: str) -> datetime:
    if _EPOCH.fullmatch(text):
        raise _is_number()
    iso = _OFFSET.sub("", text)
    for zone in (" UTC", " Z"):
        iso = f"{iso.removesuffix(zone)}Z" if iso.endswith(zone) else iso
    if is_iso_day(iso) or _ISO_TIME.match(iso):
        with suppress(ValueError):
            return datetime.fromisoformat(iso)
    advice = ': for another form write Field("instant", format="%d.%m.%Y %H:%M")'
    raise BadValueError("is no instant such as 2024-03-05T14:30:00Z", advice)


def _by_format(text: str, format_: str) -> datetime:
    try:
        return datetime.strptime(text, format_)  # noqa: DTZ007 - its zone follows
    except ValueError:
        raise BadValueError(f"is not of the form {format_}") from None


def _since_1970(value: object, options: CellOptions) -> datetime | None:
    number = read_number(value, options)
    if number is None:
        return NO_VALUE
    unit = 1 if options.format == "seconds" else 1_000
    try:
        # Exact to the microsecond: a float of seconds would round.
        microseconds = int(Fraction(str(number)) * 1_000_000 / unit)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except (OverflowError, ValueError):
        raise BadValueError(f"is no number of {options.format} since 1970") from None


def read_collection(value: object, options: CellOptions) -> list[Any] | None:
    """Return the members of a collection: of a JSON list, or of a text with separators."""
    kind, normalized = normalize(value)
    if kind is Kind.COLLECTION:
        return _contents(list[Any], normalized)
    if kind is not Kind.TEXT:
        raise BadValueError("is no list")
    text = plain_text(value)
    if not text:
        return NO_VALUE
    if text.startswith("["):
        return cast("list[Any]", read_json(text))
    members = [member.strip() for member in text.split(options.separator)]
    return [member for member in members if member]


def read_mapping(value: object) -> dict[str, Any] | None:
    """Return a mapping: of a mapping, or of a text that is a JSON object."""
    if issubclass(type(value), Mapping):
        return _contents(dict[str, Any], value)
    if normalize(value)[0] is Kind.TEXT:
        text = plain_text(value)
        if not text:
            return NO_VALUE
        with suppress(BadValueError):
            found = read_json(text)
            if isinstance(found, dict):
                return cast("dict[str, Any]", found)
    raise BadValueError('is no mapping and no JSON object such as {"zip": "75011"}')


def _contents(build: Callable[..., _T], value: object) -> _T:
    """Return a list or a dict of a collection or mapping of the host, which may raise."""
    try:
        return build(value)
    except Exception as error:
        raise_unless_repeated(error, lambda: build(value))
        raise BadValueError(f"raises {short_repr(error)} when it is read") from error


def read_location(value: object, options: CellOptions) -> object:
    """Return a location: a pair, a mapping, or a text with a latitude and a longitude."""
    found = value
    if normalize(value)[0] is Kind.TEXT:
        text = plain_text(value)
        if not text:
            return NO_VALUE
        with suppress(BadValueError):
            found = read_json(text) if text[0] in "[{" else _pair(text, options)
    if normalize_location(found)[0] is not Kind.LOCATION:
        raise BadValueError(
            "is no location: latitude and longitude, 48.85, 2.35 for example, "
            'or {"latitude": 48.85, "longitude": 2.35}'
        )
    return found


def _pair(text: str, options: CellOptions) -> tuple[object, ...]:
    numbers = CellOptions(decimal=options.decimal)
    return tuple(read_number(part, numbers) for part in text.split(options.separator))


def read_json(text: str) -> object:
    """Return the value of a JSON text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadValueError("is no valid JSON") from None


def plain_text(value: object) -> str:
    """Return a text without spaces and without a byte order mark around it."""
    return cast("str", normalize(value)[1]).strip().strip("\ufeff").strip()


def plain_id(value: object) -> str:
    """Return an id without spaces and without the apostrophe that spreadsheets write before it."""
    return plain_text(value).removeprefix("'").strip()


READERS: Final[Mapping[str, Callable[[object, CellOptions], object]]] = {
    "boolean": read_boolean,
    "number": read_number,
    "text": read_text,
    "day": read_day,
    "instant": read_instant,
    "collection": read_collection,
    "location": read_location,
}
"""The function that reads each kind of `Field`."""
