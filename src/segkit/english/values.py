"""English for values: scalars, paths, instants, durations, windows and comparisons."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypedDict, assert_never

import attrs

from segkit.model.comparisons import Anniversary, Comparison, Reference
from segkit.model.operators import OPERATORS
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from segkit.model.values import Kind


def format_instant(instant: datetime) -> str:
    """Return an instant in UTC, without the parts of the time that are zero."""
    wall = instant.astimezone(UTC).replace(tzinfo=None)
    exact = "auto" if wall.second or wall.microsecond else "minutes"
    return f"{wall.isoformat(sep=' ', timespec=exact)} UTC"


def _format_time(time: date) -> str:
    return format_instant(time) if isinstance(time, datetime) else time.isoformat()


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


def _format_duration_to_now(length: Duration) -> str:
    """Return a duration without the number one: "the last month"."""
    return format_duration(length).removeprefix("1 ")


def format_window(window: Window) -> str:
    """Return a window as an adverb: ``in the last 30 days``; empty for `Ever`."""
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


# --- values ---------------------------------------------------------------------------------------

NO_VALUE_NOTE: Final = "or has no value"
"""The note of a negation that includes contacts without a value [V3]."""


def format_value(value: object) -> str:
    """Return a scalar for people: text in quotes, days and instants in ISO form."""
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
    wild = (
        unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in _BIDIRECTIONAL
    )
    return char.encode("ascii", "backslashreplace").decode() if wild else char


def format_path(path: tuple[str, ...]) -> str:
    """Return a path: ``address.zip``; in quotes where it is not printable or not clear."""
    plain = all(step and "." not in step and step.isprintable() for step in path)
    return ".".join(path if plain else map(format_value, path))


# --- comparisons ----------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class OperatorWords:
    """How one operator is worded.

    Attributes:
        positive: The verb: ``contains``.
        negative: The verb of the complement; empty if the opposite operator is worded instead.
        opposite: The operator that is worded for the complement: ``<`` for ``>=``.
        reference: The verb before another attribute or property, after ``is``; empty if there is
            none.
        by_kind: What comes after ``is``, by the kind of the operand, in place of *positive*.
    """

    positive: str = ""
    negative: str = ""
    opposite: Literal["<", "<=", ">", ">="] | None = None
    reference: str = ""
    by_kind: Mapping[Kind, str] = attrs.field(factory=dict[Kind, str])


def _order(
    number: str, text: str, day: str, instant: str, opposite: Literal["<", "<=", ">", ">="]
) -> OperatorWords:
    kinds = {Kind.NUMBER: number, Kind.TEXT: text, Kind.DAY: day, Kind.INSTANT: instant}
    return OperatorWords(opposite=opposite, reference=number, by_kind=kinds)


OperatorWordTable = TypedDict(
    "OperatorWordTable",
    {
        "==": OperatorWords,
        "<": OperatorWords,
        "<=": OperatorWords,
        ">": OperatorWords,
        ">=": OperatorWords,
        "between": OperatorWords,
        "is_in": OperatorWords,
        "has_any": OperatorWords,
        "has_all": OperatorWords,
        "contains": OperatorWords,
        "starts_with": OperatorWords,
        "ends_with": OperatorWords,
        "matches_regex": OperatorWords,
        "is_set": OperatorWords,
        "within": OperatorWords,
        "anniversary": OperatorWords,
        "within_km": OperatorWords,
    },
)

WORDS: Final[OperatorWordTable] = {
    "==": OperatorWords(positive="is", negative="is not", reference="equal to"),
    "<": _order("less than", "sorted before", "before", "before", opposite=">="),
    "<=": _order("at most", "sorted at or before", "on or before", "at or before", opposite=">"),
    ">": _order("more than", "sorted after", "after", "after", opposite="<="),
    ">=": _order("at least", "sorted at or after", "on or after", "at or after", opposite="<"),
    "between": OperatorWords(positive="is between", negative="is not between"),
    "is_in": OperatorWords(positive="is any of", negative="is not any of"),
    "has_any": OperatorWords(positive="has any of", negative="does not have any of"),
    "has_all": OperatorWords(positive="has all of", negative="does not have all of"),
    "contains": OperatorWords(positive="contains", negative="does not contain"),
    "starts_with": OperatorWords(positive="starts with", negative="does not start with"),
    "ends_with": OperatorWords(positive="ends with", negative="does not end with"),
    "matches_regex": OperatorWords(
        positive="matches the pattern", negative="does not match the pattern"
    ),
    "is_set": OperatorWords(positive="is set", negative="is not set"),
    "within": OperatorWords(positive="is", negative="is not"),
    "anniversary": OperatorWords(
        positive="has its anniversary", negative="does not have its anniversary"
    ),
    "within_km": OperatorWords(positive="is within", negative="is not within"),
}
"""One row for each operator: a member of `Operator` without a row is an error of the checkers."""


def format_comparison(comparison: Comparison, *, negated: bool = False) -> str:
    """Return the predicate of a comparison: ``is any of "Paris", "Lyon"``.

    A negation that includes contacts without a value says so.
    """
    text = _predicate(comparison, negated=negated)
    if comparison.ignore_case:
        text += " (ignoring case)"
    if includes_no_value(comparison, negated=negated):
        text += f" ({NO_VALUE_NOTE})"
    return text


def includes_no_value(comparison: Comparison, *, negated: bool) -> bool:
    """Return whether a comparison, or its complement, is true without a value [V3]."""
    return negated and comparison.operator != "is_set"


def _predicate(comparison: Comparison, *, negated: bool) -> str:
    words = WORDS[comparison.operator]
    if negated and words.opposite is not None:
        words, negated = WORDS[words.opposite], False
    operand = comparison.operand
    if isinstance(operand, Reference):
        name = format_path(operand.path)
        other = f"the {name} of the first event" if operand.first else name
        return f"is{' not' if negated else ''} {words.reference} {other}"
    verb = words.negative if negated else words.positive
    if words.by_kind:
        verb = f"is {words.by_kind[comparison.typed_operands[0][0]]}"
    return f"{verb} {_format_operand(comparison)}".rstrip()


def _format_operand(comparison: Comparison) -> str:
    operand: Any = comparison.operand
    form = OPERATORS[comparison.operator].operand
    match form:
        case "scalar":
            return format_value(operand)
        case "values":
            return ", ".join(map(format_value, operand)) or "nothing"
        case "range":
            return " and ".join(map(format_value, operand))
        case "pattern":  # as it was written, with single backslashes
            return f'"{"".join(map(_escape_control, operand))}"'
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
