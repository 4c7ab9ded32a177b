"""English for values: scalars, paths, instants, durations, windows and comparisons."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, assert_never

from segkit.errors import join_items
from segkit.model.comparisons import Anniversary, Comparison, Reference
from segkit.model.operators import OPERATORS
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from segkit.model.values import Kind


def format_instant(instant: datetime, tz: tzinfo = UTC) -> str:
    """Return an instant in a zone, without the parts of the time that are zero.

    The offset is there if the zone has no name, or shows that local time twice, because its clocks
    are turned back: ``2022-10-30 02:30+02:00 Europe/Paris``.
    """
    if tz is UTC:
        return f"{_format_local(instant.astimezone(UTC).replace(tzinfo=None))} UTC"
    try:
        local = instant.astimezone(tz)
        is_unambiguous = local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset()
    except (OverflowError, ValueError):  # A local time before year 1, or after 9999 [T12].
        return format_instant(instant)
    name: object = getattr(tz, "key", None)
    if not isinstance(name, str) or not name.isprintable():
        return _format_local(local)
    return f"{_format_local(local.replace(tzinfo=None) if is_unambiguous else local)} {name}"


def _format_local(local: datetime) -> str:
    exact = "auto" if local.second or local.microsecond else "minutes"
    return local.isoformat(sep=" ", timespec=exact)


def _units(length: Duration) -> list[tuple[int, str]]:
    """Return a duration in as few units as possible, years included."""
    units = length.in_units()
    if "months" in units and units["months"] % 12 == 0:
        units = {"years": units.pop("months") // 12, **units}
    return [(number, unit) for unit, number in units.items()]


def format_duration(length: Duration) -> str:
    """Return a duration in words: ``24 hours``, ``6 months``."""
    units = _units(length)
    if units == [(1, "days")]:  # "The last day" could be read as a calendar day.
        units = [(24, "hours")]
    return " and ".join(f"{number} {unit if number != 1 else unit[:-1]}" for number, unit in units)


def format_window(window: Window) -> str:
    """Return a window as an adverb: ``in the last 30 days``; empty for `Ever`."""
    match window:
        case Ever():
            return ""
        case Last(length) | Next(length):
            direction = "last" if isinstance(window, Last) else "next"
            return f"in the {direction} {format_duration(length).removeprefix('1 ')}"
        case Ago():
            return _format_ago(window)
        case Between(start, end):
            return _format_between(start, end)
        case Calendar():
            return _format_calendar(window)
        case _:
            assert_never(window)


def _format_ago(window: Ago) -> str:
    if window.older is None:
        return f"{format_duration(window.newer)} ago or earlier"
    older, newer = _units(window.older), _units(window.newer)
    if len(older) == len(newer) == 1 and older[0][1] == newer[0][1]:
        return f"between {older[0][0]} and {newer[0][0]} {newer[0][1]} ago"
    if len(older) == len(newer) == 1:
        return f"between {format_duration(window.older)} and {format_duration(window.newer)} ago"
    return f"from {format_duration(window.older)} ago to {format_duration(window.newer)} ago"


def _format_between(start: date | None, end: date | None) -> str:
    if start is None:
        assert end is not None, "Between() refuses both sides open"  # noqa: S101
        return f"{'before' if isinstance(end, datetime) else 'on or before'} {format_value(end)}"
    if end is None:
        return f"{'at' if isinstance(start, datetime) else 'on'} or after {format_value(start)}"
    if isinstance(end, datetime):
        return f"from {format_value(start)} to before {format_value(end)}"
    if start == end:
        return f"on {format_value(start)}"
    return f"between {format_value(start)} and {format_value(end)}"


_ONE_DAY: Final = {0: "today", -1: "yesterday", 1: "tomorrow"}
_ONE_UNIT: Final = {0: "in this", -1: "in the previous", 1: "in the next"}


def _format_calendar(window: Calendar) -> str:
    unit, offset, count = window.unit, window.offset, window.count
    is_day = unit == "day"
    whole = "day" if is_day else f"calendar {unit}"
    away = f"{abs(offset)} {unit}{'' if abs(offset) == 1 else 's'}"
    there = f"{away} ago" if offset < 0 else f"{away} from now"
    if count == 1:
        if offset in _ONE_UNIT:
            return _ONE_DAY[offset] if is_day else f"{_ONE_UNIT[offset]} {whole}"
        return f"{'on' if is_day else 'in'} the {whole} {there}"
    if offset + count == 1:
        return f"in the {count} {whole}s up to and including {'today' if is_day else 'this one'}"
    if not is_day and offset + count == 0:
        return f"in the previous {count} {whole}s"
    if not is_day and offset == 1:
        return f"in the next {count} {whole}s"
    near = _ONE_DAY if is_day else {0: "this one"}
    first = near.get(offset, f"the one {there}")
    return f"in the {count} {whole}s beginning with {first}"


# --- values ---------------------------------------------------------------------------------------


_MAX_CHARACTERS: Final = 200
"""A longer text is cut to its beginning."""

_SHOWN_CHARACTERS: Final = 100


def format_value(value: object, tz: tzinfo = UTC) -> str:
    """Return a scalar for people: text in quotes, days in ISO form, instants in the zone *tz*.

    Of a long text or number, it is the beginning, with the number of all characters.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _shorten(value, _quote)
    if isinstance(value, datetime):
        return format_instant(value, tz)
    if isinstance(value, float | Decimal):
        return _shorten(_format_number(value), str)
    return value.isoformat() if isinstance(value, date) else _shorten(str(value), str)


def _quote(text: str) -> str:
    """Return a text in quotes. Quotes and line breaks are escaped, other languages stay."""
    return "".join(map(_escape_control, json.dumps(text, ensure_ascii=False)))


def _quote_pattern(pattern: str) -> str:
    """Return a pattern in quotes, as it was written, with single backslashes."""
    return f'"{"".join(map(_escape_control, pattern))}"'


def _shorten(text: str, form: Callable[[str], str]) -> str:
    """Return *form* of a text; of a long one, of its beginning, with the number of characters."""
    if len(text) <= _MAX_CHARACTERS:
        return form(text)
    return f"{form(text[:_SHOWN_CHARACTERS] + '...')} ({len(text):,} characters)"


def format_names(names: Sequence[str]) -> str:
    """Return names of events: ``"order" or "booking"``."""
    return join_items(names, format_value, " or ", " or ")


def _format_number(number: float | Decimal) -> str:
    """Return a number, without an exponent where that is readable: 1000, not 1E+3."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite():
        return "infinity" if exact > 0 else "-infinity"
    readable = -_LONG_NUMBER < exact.adjusted() < _LONG_NUMBER
    text = f"{exact:f}" if readable else str(exact)
    return text.removesuffix(".0")


_LONG_NUMBER: Final = 30
_BIDIRECTIONAL: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _escape_control(char: str) -> str:
    """Return a character, escaped if it breaks or reverses the line, or cannot be printed."""
    category, direction = unicodedata.category(char), unicodedata.bidirectional(char)
    if category in {"Cc", "Cs", "Zl", "Zp"} or direction in _BIDIRECTIONAL:
        return char.encode("ascii", "backslashreplace").decode()
    return char


def format_path(path: tuple[str, ...]) -> str:
    """Return a path: ``address.zip``; in quotes where it is not printable or not clear."""
    plain = all(step and "." not in step and step.isprintable() for step in path)
    return ".".join(path if plain else map(format_value, path))


# --- comparisons ----------------------------------------------------------------------------------


_ORDERS: Final = ("<", "<=", ">", ">=")
"""The operators that order two values; the complement of each has its place from the end."""

_ORDER_WORDS: Final = {
    Kind.NUMBER: ("less than", "at most", "more than", "at least"),
    Kind.TEXT: ("sorted before", "sorted at or before", "sorted after", "sorted at or after"),
    Kind.DAY: ("before", "on or before", "after", "on or after"),
    Kind.INSTANT: ("before", "at or before", "after", "at or after"),
}
"""The words for the operators of `_ORDERS`, by the kind of the operand."""


def format_comparison(comparison: Comparison, *, negated: bool = False) -> str:
    """Return the predicate of a comparison: ``is any of "Paris", "Lyon"``."""
    positive, negative = _verbs(comparison)
    text = " ".join(filter(None, (negative if negated else positive, _format_operand(comparison))))
    return f"{text} (ignoring case)" if comparison.ignore_case else text


def _verbs(comparison: Comparison) -> tuple[str, str]:
    """Return the verb of a comparison, and that of its complement."""
    operator = comparison.operator
    refers = isinstance(comparison.operand, Reference)
    match operator:
        case "<" | "<=" | ">" | ">=":
            words = _ORDER_WORDS[Kind.NUMBER if refers else comparison.typed_operands[0][0]]
            place = _ORDERS.index(operator)
            return f"is {words[place]}", f"is {words[-1 - place]}"
        case "==" if refers:
            return "is equal to", "is not equal to"
        case "==" | "within":
            return "is", "is not"
        case "between":
            return "is between", "is not between"
        case "is_in":
            return "is any of", "is not any of"
        case "has_any":
            return "has any of", "does not have any of"
        case "has_all":
            return "has all of", "does not have all of"
        case "contains":
            return "contains", "does not contain"
        case "starts_with":
            return "starts with", "does not start with"
        case "ends_with":
            return "ends with", "does not end with"
        case "matches_regex":
            return "matches the pattern", "does not match the pattern"
        case "is_set":
            return "is set", "is not set"
        case "anniversary":
            return "has its anniversary", "does not have its anniversary"
        case "within_km":
            return "is within", "is not within"
        case _:
            assert_never(operator)


def _format_operand(comparison: Comparison) -> str:
    operand: Any = comparison.operand
    if isinstance(operand, Reference):
        name = format_path(operand.path)
        return f"the {name} of the first event" if operand.first else name
    form = OPERATORS[comparison.operator].operand
    match form:
        case "scalar":
            return format_value(operand)
        case "values":
            return join_items(operand, format_value) or "nothing"
        case "range":
            return " and ".join(map(format_value, operand))
        case "pattern":
            return _shorten(operand, _quote_pattern)
        case "window":
            return format_window(operand)
        case "anniversary":
            return _format_anniversary(operand)
        case "place":
            point = f"{format_value(operand.latitude)}, {format_value(operand.longitude)}"
            return f"{format_value(operand.km)} km of {point}"
        case "none":
            return ""
        case _:
            assert_never(form)


def _format_anniversary(days: Anniversary) -> str:
    first, last = days.first, days.last
    if first == last:
        exact = f"in exactly {first} days" if first > 0 else f"exactly {-first} days ago"
        return _ONE_DAY.get(first, exact)
    if (first, last) in ((-1, 0), (0, 1)):
        return f"{_ONE_DAY[first]} or {_ONE_DAY[last]}"
    if first == 0:
        return f"today or in the next {last} days"
    if last == 0:
        return f"today or in the last {-first} days"
    return f"from {_relative_days(first)} to {_relative_days(last)}"


def _relative_days(days: int) -> str:
    number = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{number} ago" if days < 0 else f"{number} from today"
