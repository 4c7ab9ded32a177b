"""`to_json`, `from_json` and `content_hash`: documents as JSON text."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, Final, cast

from segkit.errors import short_repr
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, Segments
from segkit.model.values import MAX_INTEGER_DIGITS
from segkit.operations.serialization.codec import Document, EncodeOptions
from segkit.operations.serialization.cursor import (
    Cursor,
    DecodeContext,
    DuplicateKeys,
    UnreadNumber,
)
from segkit.operations.serialization.documents import (
    DEFAULT_LIMITS,
    decode_document,
    encode_document,
    report_recursion,
)
from segkit.operations.serialization.limits import Limits, ensure_limits


def to_json(value: Condition | Segment | Segments, /) -> str:
    """Return a condition, a segment or a collection of segments as JSON text; see `to_dict`.

    The same value always gives the same text: sorted keys, no spaces and only ASCII characters, so
    that no encoding can change it.

    Raises:
        ConditionTypeError: If *value* is of another type.
        ConditionError: If a text holds a surrogate pair as two characters, which JSON has as one.

    >>> from segkit import in_list, to_json
    >>> to_json(in_list("vip"))
    '{"condition":{"name":"vip","type":"list"},"segkit":1}'
    """
    return _canonical_json(encode_document(value, EncodeOptions(), "to_json"))


def _canonical_json(document: Document) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def content_hash(value: Condition | Segment | Segments, /) -> str:
    """Return the SHA-256 of the content of *value*, as 64 hexadecimal digits.

    Equal values have equal hashes, and different values have different ones [K10]:
    ``did("order")`` and ``did("order").at_least(1)`` share one, ``attr("n") == 1`` and
    ``attr("n") == 1.0`` do not. The hash does not depend on the process, the machine or the version
    of segkit, so it can be stored with an audience to tell whether the segment has changed since.

    It is the hash of the text of `to_json` in UTF-8, with three differences where equal values
    have different texts: a decimal has no trailing zeros (``{"decimal":"1.1"}`` for
    ``Decimal("1.10")``) and no negative zero, a float has no negative zero, and ``least`` is left
    out if it is 1 without ``most``, or 0 with it.

    Raises:
        ConditionTypeError: If *value* is of another type.
        ConditionError: As for `to_json`.

    >>> from segkit import content_hash, did
    >>> content_hash(did("order")) == content_hash(did("order").at_least(1))
    True
    """
    document = encode_document(value, EncodeOptions(canonical=True), "content_hash")
    return hashlib.sha256(_canonical_json(document).encode("ascii")).hexdigest()


def from_json(
    text: str | bytes, /, *, limits: Limits = DEFAULT_LIMITS
) -> Condition | Segment | Segments:
    """Return the value of a JSON text, as `from_dict` does; safe for untrusted text.

    In addition to the problems of `from_dict`, a repeated key in one object, ``NaN`` and
    ``Infinity``, bytes that are not UTF-8, and numbers with more digits than *limits* allows are
    refused. The nesting is checked before the text is parsed.

    Args:
        text: The text, or its UTF-8 bytes. A byte order mark is skipped.
        limits: The limits of the document.

    Raises:
        DocumentError: If anything in the text or the document is wrong; all problems together.
        ConditionTypeError: If *limits* is not a `Limits`.

    >>> from segkit import DocumentError, from_json
    >>> from_json('{"segkit": 1, "condition": {"type": "list", "name": "vip"}}')
    ListMembership('vip')
    >>> try:
    ...     from_json('{"segkit": 1, "condition": {"type": "lost", "name": 5}}')
    ... except DocumentError as error:
    ...     print(error.problems[0].path)
    $.condition.type
    """
    context = DecodeContext(ensure_limits("from_json", limits))
    document = _parse(Cursor(context, text), limits)
    if context.failures:
        context.raise_problems("from_json", text)
    return decode_document("from_json", document, limits)


# --- parsing --------------------------------------------------------------------------------------

_TOKENS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""Strings, so that the brackets in them are skipped, and brackets. An unterminated string extends
to the end of the text, so that nothing is read twice."""


def _parse(cursor: Cursor, limits: Limits) -> object:
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
        report_recursion(cursor)
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
    seen: set[str] = set()
    duplicates = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    with_duplicates = DuplicateKeys(values)
    with_duplicates.duplicates = tuple(duplicates)
    return with_duplicates


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
