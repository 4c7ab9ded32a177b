"""Parsing of untrusted JSON text: nesting, repeated keys and numbers are checked as it is read."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, cast

from segkit.errors import short_repr
from segkit.model.values import MAX_INTEGER_DIGITS
from segkit.operations.serialization.cursor import Cursor, DuplicateKeys, UnreadNumber
from segkit.operations.serialization.limits import Limits

_TOKENS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""Strings, so that the brackets in them are skipped, and brackets. An unterminated string extends
to the end of the text, so that nothing is read twice."""


def parse_json(cursor: Cursor) -> object:
    """Return the value of a JSON text, or ``None`` after recording a problem."""
    limits = cursor.context.limits
    text = _decode_text(cursor, limits)
    if text is None:
        return None
    if _nesting_depth(text, limits.depth) > limits.depth:
        cursor.report(f"objects and lists nest at most {limits.depth:,} levels deep")
        return None
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda digits: _integer(digits, limits),
            parse_float=lambda digits: _float(digits, limits),
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        cursor.report(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        cursor.report_recursion()
    return None


def _decode_text(cursor: Cursor, limits: Limits) -> str | None:
    kind: type[object] = type(cursor.value)
    text: str
    if issubclass(kind, bytes | bytearray):
        decode = bytes.decode if issubclass(kind, bytes) else bytearray.decode
        try:
            text = decode(cast("Any", cursor.value), "utf-8-sig")
        except UnicodeDecodeError as error:
            cursor.report(f"is not UTF-8: byte {error.start} is {error.object[error.start]}")
            return None
    elif issubclass(kind, str):
        text = str.__str__(cast("str", cursor.value)).removeprefix("\ufeff")
    else:
        cursor.report("takes JSON text, a str or UTF-8 bytes; for a dict, call from_dict")
        return None
    if len(text) > limits.characters:
        found = f"{short_repr(text)} ({len(text):,} characters)"
        cursor.report(f"a document has at most {limits.characters:,} characters", found)
        return None
    return text


def _nesting_depth(text: str, enough: int) -> int:
    """Return how deep brackets nest in *text*, or any depth greater than *enough*."""
    level = deepest = 0
    for token in _TOKENS.finditer(text):
        first = text[token.start()]
        if first in "[{":
            level += 1
            deepest = max(deepest, level)
            if deepest > enough:
                break
        elif first != '"':
            level -= 1
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    repeated = DuplicateKeys(values)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            repeated.duplicates.append(key)
        seen.add(key)
    return repeated


def _integer(digits: str, limits: Limits) -> object:
    most = min(limits.digits, MAX_INTEGER_DIGITS + 1)
    if len(digits) > most:
        return _unread(digits, f"a whole number has at most {most:,} characters")
    return int(digits)


def _float(digits: str, limits: Limits) -> object:
    if len(digits) > limits.digits:
        return _unread(digits, f"a number has at most {limits.digits:,} characters")
    number = float(digits)
    if math.isinf(number):
        expected = 'is larger than any float: write {"float": "inf"} or {"decimal": ...}'
        return _unread(digits, expected)
    return number


def _constant(name: str) -> object:
    return _unread(name, 'is not JSON: write {"float": "inf"} for infinity; NaN cannot be compared')


def _unread(text: str, expected: str) -> UnreadNumber:
    return UnreadNumber(short_repr(text).strip("'"), expected)
