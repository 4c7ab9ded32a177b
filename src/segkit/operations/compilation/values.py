"""The source that tests one value: a plain type is compared on the spot, any other with care.

Each test is one expression that reads its value once, into ``v``, and gives a plain bool. Of the
exact types that most values have, this room knows how Python has to compare them for what the
rules ask; a value of any other type goes to `segkit.leaves`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, Final, NamedTuple, cast

from segkit.model.comparisons import Comparison
from segkit.model.values import LONGEST_NUMBER, Kind, read
from segkit.model.windows import Window
from segkit.operations.compilation.sheets import Sheet

__all__ = ["value_test"]

_KINDS: Final[Mapping[type, frozenset[Kind]]] = {
    NoneType: frozenset(),
    bool: frozenset({Kind.BOOLEAN}),
    int: frozenset({Kind.NUMBER}),
    float: frozenset({Kind.NUMBER}),
    Decimal: frozenset({Kind.NUMBER}),
    str: frozenset({Kind.TEXT}),
    date: frozenset({Kind.DAY}),
    datetime: frozenset({Kind.INSTANT}),
    list: frozenset({Kind.COLLECTION, Kind.LOCATION}),
    tuple: frozenset({Kind.COLLECTION, Kind.LOCATION}),
    dict: frozenset({Kind.LOCATION}),
}
"""The kinds that a value of exactly that type may have."""

_ALWAYS_SET: Final = frozenset({bool, int, str, date, list, tuple, dict})
"""The types none of whose values is no value, as NaN is [V3]."""

_INSTANT: Final = "type(v) is datetime and v.tzinfo is UTC"


class _Branch(NamedTuple):
    """What a value of a plain type is tested by."""

    guard: str
    test: str


def value_test(value: str, comparison: Comparison, sheet: Sheet) -> str:
    """The source that holds *value*, a piece of source itself, against *comparison*."""
    slow = f"compared(v, {sheet.name(comparison)}, moment)"
    if comparison.operator == "is_set":
        plain = sheet.name(_ALWAYS_SET)
        return f"((v := {value}) is not None and (type(v) in {plain} or {slow}))"
    rest = f"type(v) not in {sheet.name(_hopeless(comparison.kinds))} and {slow}"
    for guard, test in reversed(_branches(comparison, sheet)):
        rest = f"{test} if {guard} else {rest}"
    # Whichever branch it is, the condition of the first is what is evaluated first.
    before, _, behind = rest.partition("type(v)")
    return f"({before}type(v := {value}){behind})"


@lru_cache
def _hopeless(kinds: frozenset[Kind]) -> frozenset[type]:
    """The types none of whose values is of one of the *kinds*."""
    return frozenset(plain for plain in _KINDS if not _KINDS[plain] & kinds)


def _branches(comparison: Comparison, sheet: Sheet) -> list[_Branch]:
    """The plain types that can be compared on the spot, the likeliest first."""
    if comparison.operator == "within":
        first, last = sheet.ends(cast("Window", comparison.operand))
        return [_Branch(_INSTANT, f"{first} <= v <= {last}")]
    operands = [operand for _, operand in comparison.readings]
    match list({kind for kind, _ in comparison.readings}):
        case [Kind.TEXT]:
            test = _text_test(comparison, cast("list[str]", operands), sheet)
            return [_Branch("type(v) is str", test)] if test else []
        case [Kind.NUMBER]:
            return _numbers(comparison, cast("list[int | Decimal]", operands), sheet)
        case [Kind.BOOLEAN] if comparison.operator == "==":
            return [_Branch("type(v) is bool", f"v is {operands[0]}")]
        case [Kind.DAY] if comparison.operator in _ORDER:
            test = f"v {comparison.operator} {sheet.name(operands[0])}"
            return [_Branch("type(v) is date", test)]
        case [Kind.INSTANT] if comparison.operator in _ORDER:
            test = f"v {comparison.operator} {sheet.name(operands[0])}"
            return [_Branch(_INSTANT, test)]
        case _:
            return []


_ORDER: Final = frozenset({"==", "<", "<=", ">", ">="})


# --- text ----------------------------------------------------------------------------------------


def _text_test(comparison: Comparison, operands: list[str], sheet: Sheet) -> str:
    text = "v"
    if comparison.ignore_case:  # [K3]
        text, operands = "v.casefold()", [operand.casefold() for operand in operands]
    match comparison.operator:
        case "==" | "<" | "<=" | ">" | ">=":
            return f"{text} {comparison.operator} {sheet.name(operands[0])}"
        case "is_in":
            return f"{text} in {sheet.name(frozenset(operands))}"
        case "between":
            return f"{sheet.name(operands[0])} <= {text} <= {sheet.name(operands[1])}"
        case "contains":
            return f"{sheet.name(operands[0])} in {text}"
        case "starts_with":
            return f"{text}.startswith({sheet.name(operands[0])})"
        case "ends_with":
            return f"{text}.endswith({sheet.name(operands[0])})"
        case _:
            return ""


# --- numbers -------------------------------------------------------------------------------------


class _End(NamedTuple):
    """An end of the numbers looked for."""

    number: int | Decimal
    included: bool


def _numbers(comparison: Comparison, operands: list[int | Decimal], sheet: Sheet) -> list[_Branch]:
    if any(isinstance(operand, Decimal) and not operand.is_finite() for operand in operands):
        return []  # Rare, and quick enough the other way.
    word = comparison.operator
    if word == "is_in":
        if not all(isinstance(operand, int) for operand in operands):
            return []
        several = sheet.name(frozenset(operands))  # A float that is whole is found as an int is.
        return [_Branch(f"type(v) is {kind}", f"v in {several}") for kind in ("int", "float")]
    low = high = None
    if word in ("==", ">=", ">", "between"):
        low = _End(_whole(operands[0]), word != ">")
    if word in ("==", "<=", "<", "between"):
        high = _End(_whole(operands[-1]), word != "<")
    if low is high:
        return []  # A number among the members of a collection.
    return [
        _Branch("type(v) is int", _ints(low, high, sheet)),
        _Branch("type(v) is float", _floats(low, high, sheet)),
    ]


def _whole(number: int | Decimal) -> int | Decimal:
    """The number as an int, if it is whole."""
    return int(number) if number == _rounded(number, ROUND_FLOOR) else number


def _rounded(number: int | Decimal, rounding: str) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(rounding))


_GREATEST: Final = 10**LONGEST_NUMBER - 1


def _ints(low: _End | None, high: _End | None, sheet: Sheet) -> str:
    """The ints between two ends; those too long to have a kind are left out [K9]."""
    least, most = -_GREATEST, _GREATEST
    if low is not None:
        least = _rounded(low.number, ROUND_CEILING)
        least += not low.included and least == low.number
    if high is not None:
        most = _rounded(high.number, ROUND_FLOOR)
        most -= not high.included and most == high.number
    if least == most:
        return f"v == {sheet.name(least)}"
    return f"{sheet.name(least)} <= v <= {sheet.name(most)}"


def _floats(low: _End | None, high: _End | None, sheet: Sheet) -> str:
    """The floats between two ends, NaN never.

    A float stands for the decimal it prints as [K1]. That lies on the same side of the end as
    the float lies of the float nearest to the end; what that one stands for is known here.
    """
    least = None if low is None else _nearest(low, stands_inside=lambda own, end: own > end)
    most = None if high is None else _nearest(high, stands_inside=lambda own, end: own < end)
    if least is not None and most is not None and least == most and least.included:
        return f"v == {sheet.name(least.number)}"
    test = "v"
    if least is not None:
        test = f"{sheet.name(least.number)} {'<=' if least.included else '<'} {test}"
    if most is not None:
        test = f"{test} {'<=' if most.included else '<'} {sheet.name(most.number)}"
    return test


def _nearest(end: _End, *, stands_inside: Callable[[Any, Any], bool]) -> _FloatEnd:
    if isinstance(end.number, int):  # Python compares a float with an int exactly.
        return _FloatEnd(end.number, end.included)
    nearest = float(end.number)
    own = read(nearest)[1]
    included = stands_inside(own, end.number) or (end.included and own == end.number)
    return _FloatEnd(nearest, included)


class _FloatEnd(NamedTuple):
    """An end of the floats looked for."""

    number: int | float
    included: bool
