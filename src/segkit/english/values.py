"""How lengths of time, instants and windows are said in English.

How values and comparisons are said in English.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, assert_never, cast

from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from segkit.model.values import Kind


def format_instant(moment: datetime) -> str:
    """An instant in UTC, without the parts of the time that are zero."""
    wall = moment.astimezone(UTC).replace(tzinfo=None)
    exact = "auto" if wall.second or wall.microsecond else "minutes"
    return f"{wall.isoformat(sep=' ', timespec=exact)} UTC"


def _format_time(time: date) -> str:
    return format_instant(time) if isinstance(time, datetime) else time.isoformat()


def _units(length: Duration) -> list[tuple[int, str]]:
    """A length in as few units as say it, years among them."""
    units = length.in_units()
    if "months" in units and units["months"] % 12 == 0:
        units = {"years": units.pop("months") // 12, **units}
    return [(number, unit) for unit, number in units.items()]


def format_duration(length: Duration) -> str:
    """A length of time in words: ``24 hours``, ``6 months``."""
    units = _units(length)
    if units == [(1, "days")]:  # "The last day" might be taken for a calendar day.
        units = [(24, "hours")]
    return " and ".join(f"{number} {unit if number != 1 else unit[:-1]}" for number, unit in units)


def _format_duration_to_now(length: Duration) -> str:
    """Without the number where it is one: "the last month"."""
    return format_duration(length).removeprefix("1 ")


def format_window(window: Window) -> str:
    """When, as an adverb: ``in the last 30 days``; empty for `Ever`."""
    match window:
        case Ever():
            return ""
        case Last(length):
            return f"in the last {_format_duration_to_now(length)}"
        case Next(length):
            return f"in the next {_format_duration_to_now(length)}"
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
        return f"{'before' if isinstance(end, datetime) else 'on or before'} {_format_time(end)}"
    if end is None:
        return f"{'at' if isinstance(start, datetime) else 'on'} or after {_format_time(start)}"
    if isinstance(end, datetime):
        return f"from {_format_time(start)} to before {_format_time(end)}"
    if start == end:
        return f"on {_format_time(start)}"
    return f"between {_format_time(start)} and {_format_time(end)}"


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
    first = _ONE_DAY.get(offset, f"the one {there}") if is_day else f"the one {there}"
    if offset == 0 and not is_day:
        first = "this one"
    return f"in the {count} {whole}s beginning with {first}"


NO_VALUE_NOTE: Final = "or has no value"
"""Said wherever a negation lets in contacts without a value [V3]."""


def format_value(value: object) -> str:
    """A scalar as a person reads it: text in quotes, days and instants in ISO form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # Quotes and line breaks are escaped, other languages stay as they are.
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(map(_escape_control, quoted))
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, float | Decimal):
        return _format_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _format_number(number: float | Decimal) -> str:
    """Without an exponent where that can be read: 1000, not 1E+3."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite():
        return "infinity" if exact > 0 else "-infinity"
    readable = -_LONG_NUMBER < exact.adjusted() < _LONG_NUMBER
    text = f"{exact:f}" if readable else str(exact)
    return text.removesuffix(".0")


_LONG_NUMBER: Final = 30
_BIDIRECTIONAL: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _escape_control(char: str) -> str:
    """A character, escaped if it would break or flip the line, or could not be printed."""
    wild = (
        unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in _BIDIRECTIONAL
    )
    return char.encode("ascii", "backslashreplace").decode() if wild else char


def format_path(path: tuple[str, ...]) -> str:
    """Where a value is: ``address.zip``; in quotes where that would not print or not be clear."""
    plain = all(step and "." not in step and step.isprintable() for step in path)
    return ".".join(path if plain else map(format_value, path))


_IS: Final[Mapping[str, tuple[str, str]]] = {
    "==": ("is", "is not"),
    "is_in": ("is any of", "is not any of"),
    "contains": ("contains", "does not contain"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
    "is_set": ("is set", "is not set"),
    "between": ("is between", "is not between"),
    "within": ("is", "is not"),
    "has_any": ("has any of", "does not have any of"),
    "has_all": ("has all of", "does not have all of"),
    "matches_regex": ("matches the pattern", "does not match the pattern"),
    "within_km": ("is within", "is not within"),
    "anniversary": ("has its anniversary", "does not have its anniversary"),
}

_ORDER: Final[Mapping[str, Mapping[Kind, str]]] = {
    "<": {Kind.NUMBER: "less than", Kind.TEXT: "sorted before"},
    "<=": {Kind.NUMBER: "at most", Kind.TEXT: "sorted at or before", Kind.DAY: "on or before"},
    ">": {Kind.NUMBER: "more than", Kind.TEXT: "sorted after"},
    ">=": {Kind.NUMBER: "at least", Kind.TEXT: "sorted at or after", Kind.DAY: "on or after"},
}
_REFERRING: Final[Mapping[str, str]] = {
    "==": " equal to",
    "<": " less than",
    "<=": " at most",
    ">": " more than",
    ">=": " at least",
}
_INSTANT_ORDER: Final = {"<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}


def format_comparison(comparison: Comparison, *, negated: bool = False) -> str:
    """The predicate: ``is any of "Paris", "Lyon"``. A negation says that it lets blanks in."""
    said = _predicate(comparison, negated=negated)
    if comparison.ignore_case:
        said += " (ignoring case)"
    if negated and comparison.operator != "is_set":
        said += f" ({NO_VALUE_NOTE})"
    return said


_OPPOSITE: Final[Mapping[str, str]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _format_anniversary(days: Anniversary) -> str:
    first, last = days.first, days.last
    if first == last:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(
            first, f"in exactly {first} days" if first > 0 else f"exactly {-first} days ago"
        )
    if (first, last) in _NEAR:
        return _NEAR[first, last]
    if first == 0:
        return f"today or in the next {last} days"
    if last == 0:
        return f"today or in the last {-first} days"
    return f"from {_relative_days(first)} to {_relative_days(last)}"


_NEAR: Final = {(0, 1): "today or tomorrow", (-1, 0): "yesterday or today"}


def _relative_days(days: int) -> str:
    return f"{-days} days ago" if days < 0 else f"{days} days from today"


def _predicate(comparison: Comparison, *, negated: bool) -> str:
    word: str = comparison.operator
    operand = comparison.operand
    if negated and word in _OPPOSITE:
        word, negated = _OPPOSITE[word], False
    if isinstance(operand, Reference):
        verb = f"is{' not' if negated else ''}{_REFERRING[word]}"
        name = format_path(operand.path)
        return f"{verb} {f'the {name} of the first event' if operand.first else name}"
    if word in _ORDER:
        kind = comparison.typed_operands[0][0]
        verb = "is not" if negated else "is"
        return f"{verb} {_ORDER[word].get(kind, _INSTANT_ORDER[word])} {format_value(operand)}"
    verb = _IS[word][negated]
    if word == "is_set":
        return verb
    if word == "within":
        return f"{verb} {format_window(cast('Window', operand))}"
    if isinstance(operand, Anniversary):
        return f"{verb} {_format_anniversary(operand)}"
    if isinstance(operand, Place):
        point = f"{format_value(operand.latitude)}, {format_value(operand.longitude)}"
        return f"{verb} {format_value(operand.km)} km of {point}"
    if isinstance(operand, tuple):
        values = [format_value(value) for value in operand]
        return f"{verb} {(' and ' if word == 'between' else ', ').join(values) or 'nothing'}"
    if word == "matches_regex":  # as it was written, its backslashes single
        return f'{verb} "{"".join(map(_escape_control, cast("str", operand)))}"'
    return f"{verb} {format_value(operand)}"
