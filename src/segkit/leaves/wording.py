"""How values and comparisons are said in English."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, cast

from segkit.leaves.timing import said_instant, said_window
from segkit.model.comparisons import Comparison
from segkit.model.operands import Anniversary, Place, Reference
from segkit.model.values import Kind
from segkit.model.windows import Window

__all__ = ["BLANK", "said_comparison", "said_path", "said_value"]

BLANK: Final = "or has no value"
"""Said wherever a negation lets in contacts without a value [V3]."""


def said_value(value: object) -> str:
    """A scalar as a person reads it: text in quotes, days and instants in ISO form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # Quotes and line breaks are escaped, other languages stay as they are.
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(map(_tamed, quoted))
    if isinstance(value, datetime):
        return said_instant(value)
    if isinstance(value, float | Decimal):
        return _said_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _said_number(number: float | Decimal) -> str:
    """Without an exponent where that can be read: 1000, not 1E+3."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite():
        return "infinity" if exact > 0 else "-infinity"
    readable = -_LONG_NUMBER < exact.adjusted() < _LONG_NUMBER
    text = f"{exact:f}" if readable else str(exact)
    return text.removesuffix(".0")


_LONG_NUMBER: Final = 30
_BIDIRECTIONAL: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _tamed(char: str) -> str:
    """A character, escaped if it would break or flip the line, or could not be printed."""
    wild = (
        unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(char) in _BIDIRECTIONAL
    )
    return char.encode("ascii", "backslashreplace").decode() if wild else char


def said_path(path: tuple[str, ...]) -> str:
    """Where a value is: ``address.zip``; in quotes where that would not print or not be clear."""
    plain = all(step and "." not in step and step.isprintable() for step in path)
    return ".".join(path if plain else map(said_value, path))


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


def said_comparison(comparison: Comparison, *, negated: bool = False) -> str:
    """The predicate: ``is any of "Paris", "Lyon"``. A negation says that it lets blanks in."""
    said = _predicate(comparison, negated=negated)
    if comparison.ignore_case:
        said += " (ignoring case)"
    if negated and comparison.operator != "is_set":
        said += f" ({BLANK})"
    return said


_OPPOSITE: Final[Mapping[str, str]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _said_anniversary(days: Anniversary) -> str:
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
    return f"from {_away(first)} to {_away(last)}"


_NEAR: Final = {(0, 1): "today or tomorrow", (-1, 0): "yesterday or today"}


def _away(days: int) -> str:
    return f"{-days} days ago" if days < 0 else f"{days} days from today"


def _predicate(comparison: Comparison, *, negated: bool) -> str:
    word: str = comparison.operator
    operand = comparison.operand
    if negated and word in _OPPOSITE:
        word, negated = _OPPOSITE[word], False
    if isinstance(operand, Reference):
        verb = f"is{' not' if negated else ''}{_REFERRING[word]}"
        name = said_path(operand.path)
        return f"{verb} {f'the {name} of the first event' if operand.first else name}"
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
        point = f"{said_value(operand.latitude)}, {said_value(operand.longitude)}"
        return f"{verb} {said_value(operand.km)} km of {point}"
    if isinstance(operand, tuple):
        values = [said_value(value) for value in operand]
        return f"{verb} {(' and ' if word == 'between' else ', ').join(values) or 'nothing'}"
    if word == "matches_regex":  # as it was written, its backslashes single
        return f'{verb} "{"".join(map(_tamed, cast("str", operand)))}"'
    return f"{verb} {said_value(operand)}"
