"""How values, windows and comparisons are said in English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final, assert_never, cast

from segkit.model.comparisons import Comparison
from segkit.model.durations import Duration
from segkit.model.operands import Anniversary, Place, Reference
from segkit.model.values import Kind
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next, Window

__all__ = [
    "BLANK",
    "said_comparison",
    "said_instant",
    "said_length",
    "said_path",
    "said_value",
    "said_window",
]

BLANK: Final = "or has no value"
"""Said wherever a negation lets in contacts without a value [V3]."""


def said_value(value: object) -> str:
    """A scalar as a person reads it: text in quotes, days and instants in ISO form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # Quotes and line breaks are escaped, other languages stay as they are, and a lone
        # surrogate must not make print() fail.
        quoted = json.dumps(value, ensure_ascii=False)
        return quoted.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, datetime):
        return said_instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def said_path(path: tuple[str, ...]) -> str:
    """Where a value is: ``address.zip``; in quotes if it would not print."""
    name = ".".join(path)
    return name if name.isprintable() else said_value(name)


def said_instant(moment: datetime) -> str:
    """An instant in UTC, without the parts of the time that are zero."""
    wall = moment.astimezone(UTC).replace(tzinfo=None)
    exact = "auto" if wall.second or wall.microsecond else "minutes"
    return f"{wall.isoformat(sep=' ', timespec=exact)} UTC"


def said_length(length: Duration) -> str:
    """A length of time in as few units as say it: ``24 hours``, ``6 months``."""
    units = length.in_units()
    if units == {"days": 1}:
        units = {"hours": 24}
    if "months" in units and units["months"] % 12 == 0:
        units = {"years": units.pop("months") // 12, **units}
    return " and ".join(
        f"{number} {unit if number != 1 else unit[:-1]}" for unit, number in units.items()
    )


def _said_length_to_now(length: Duration) -> str:
    """Without the number where it is one: "the last month"."""
    return said_length(length).removeprefix("1 ")


def said_window(window: Window) -> str:
    """When, as an adverb: ``in the last 30 days``; empty for `Ever`."""
    match window:
        case Ever():
            return ""
        case Last(length):
            return f"in the last {_said_length_to_now(length)}"
        case Next(length):
            return f"in the next {_said_length_to_now(length)}"
        case Ago(older, newer):
            new = said_length(newer)
            if older is None:
                return f"{new} ago or earlier"
            old = said_length(older)
            if old.partition(" ")[2].rstrip("s") == new.partition(" ")[2].rstrip("s"):
                old = old.partition(" ")[0]
            return f"between {old} and {new} ago"
        case Between():
            return _said_between(window)
        case Calendar():
            return _said_calendar(window)
        case _:
            assert_never(window)


def _said_between(window: Between) -> str:
    start, end = window.start, window.end
    if start is None:
        return f"{'before' if isinstance(end, datetime) else 'on or before'} {said_value(end)}"
    if end is None:
        return f"{'at' if isinstance(start, datetime) else 'on'} or after {said_value(start)}"
    if isinstance(end, datetime):
        return f"from {said_value(start)} to before {said_value(end)}"
    return f"between {said_value(start)} and {said_value(end)}"


_DAYS: Final = {0: "today", -1: "yesterday", 1: "tomorrow"}
_UNITS: Final = {0: "in this calendar", -1: "in the previous calendar", 1: "in the next calendar"}


def _said_calendar(window: Calendar) -> str:
    unit, offset, count = window.unit, window.offset, window.count
    whole = unit if unit == "day" else f"calendar {unit}"
    if count == 1 and offset in _UNITS:
        return _DAYS[offset] if unit == "day" else f"{_UNITS[offset]} {unit}"
    if count > 1 and offset + count == 1:
        return f"in the {count} {whole}s up to {'today' if unit == 'day' else 'this one'}"
    distance = f"{abs(offset)} {unit}{'' if abs(offset) == 1 else 's'}"
    begin = {True: f"{distance} ago", False: f"{distance} from now"}[offset < 0]
    if offset == 0:
        begin = "today" if unit == "day" else f"this {unit}"
    if count == 1:
        return f"in the {whole} {begin}"
    return f"in {count} {whole}s starting {begin}"


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
    ">": " greater than",
    ">=": " at least",
}
_INSTANT_ORDER: Final = {"<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}


def said_comparison(comparison: Comparison, *, negated: bool = False) -> str:
    """The predicate: ``is any of "Paris", "Lyon"``. A negation says that it lets blanks in."""
    said = _predicate(comparison, negated=negated)
    if comparison.ignore_case:
        said += " (in any case)"
    if negated and comparison.operator != "is_set":
        said += f" ({BLANK})"
    return said


def _said_anniversary(days: Anniversary) -> str:
    first, last = days.first, days.last
    if first == last:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(
            first, f"in exactly {first} days" if first > 0 else f"exactly {-first} days ago"
        )
    if first == 0:
        return f"in the next {_days(last)}"
    if last == 0:
        return f"in the last {_days(-first)}"
    return f"between {first} and {last} days from today"


def _days(number: int) -> str:
    return "day" if number == 1 else f"{number} days"


def _predicate(comparison: Comparison, *, negated: bool) -> str:
    word, operand = comparison.operator, comparison.operand
    if isinstance(operand, Reference):
        verb = f"is{' not' if negated else ''}{_REFERRING[word]}"
        name = said_path(operand.path)
        return f"{verb} {f'the {name} of the first' if operand.first else name}"
    if word in _ORDER:
        kind = comparison.readings[0][0]
        verb = "is not" if negated else "is"
        return f"{verb} {_ORDER[word].get(kind, _INSTANT_ORDER[word])} {said_value(operand)}"
    verb = _IS[word][negated]
    if word == "is_set":
        return verb
    if word == "within":
        return f"{verb} {said_window(cast('Window', operand))}"
    if isinstance(operand, Anniversary):
        return f"{verb} {_said_anniversary(operand)}"
    if isinstance(operand, Place):
        return f"{verb} {operand.km} km of {operand.latitude}, {operand.longitude}"
    if isinstance(operand, tuple):
        values = [said_value(value) for value in operand]
        return f"{verb} {(' and ' if word == 'between' else ', ').join(values) or 'nothing'}"
    return f"{verb} {said_value(operand)}"
