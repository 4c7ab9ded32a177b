"""`to_json` and `from_json`: documents as JSON text.

`content_hash`: one hash for all values that are equal, in every process and every version.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from decimal import Decimal
from typing import Any, Final, cast

from segkit.errors import short_repr
from segkit.model.comparisons import Scalar
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, Segments
from segkit.model.values import EXACT_CONTEXT, MAX_INTEGER_DIGITS
from segkit.operations.serialization.cursor import (
    Cursor,
    DecodeContext,
    DuplicateKeys,
    UnreadNumber,
)
from segkit.operations.serialization.decoding import DEFAULT_LIMITS, decode_document
from segkit.operations.serialization.encoding import Document, EncodeOptions, encode_document
from segkit.operations.serialization.limits import Limits, ensure_limits
from segkit.operations.serialization.scalars import encode_scalar


def canonical_json(document: Document) -> str:
    """The one text of a document: keys in the order of their code points, no spaces, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def to_json(value: Condition | Segment | Segments, /) -> str:
    """A condition, a segment or a collection of segments as JSON text; see `to_dict`.

    The same value always gives the same text: sorted keys, no spaces, and only ASCII characters,
    so that no encoding on its way can change it.

    Raises:
        ConditionTypeError: If *value* is something else.
        ConditionError: As `to_dict` does.

    >>> from segkit import in_list, to_json
    >>> to_json(in_list("vip"))
    '{"condition":{"name":"vip","type":"list"},"segkit":1}'
    """
    return canonical_json(encode_document(value, EncodeOptions(), "to_json"))


def from_json(
    text: str | bytes, /, *, limits: Limits = DEFAULT_LIMITS
) -> Condition | Segment | Segments:
    """What a JSON text holds, as `from_dict` reads it; safe for text that nobody trusts.

    Besides what `from_dict` refuses, a key that comes twice in one object is refused, and so are
    ``NaN`` and ``Infinity``, bytes that are no UTF-8, and numbers of more digits than *limits*
    allows. The nesting is looked at before anything is built.

    Args:
        text: The text, or its UTF-8 bytes. A byte order mark is skipped.
        limits: What the document may ask for.

    Raises:
        DocumentError: For anything that is wrong with the text or the document; all of it at once.
        ConditionTypeError: If *limits* are none.

    >>> from segkit import DocumentError, from_json
    >>> from_json('{"segkit": 1, "condition": {"type": "list", "name": "vip"}}')
    ListMembership('vip')
    >>> try:
    ...     from_json('{"segkit": 1, "condition": {"type": "lost", "name": 5}}')
    ... except DocumentError as error:
    ...     print(error.problems[0].path)
    $.condition.type
    """
    session = DecodeContext(ensure_limits("from_json", limits))
    cursor = Cursor(session, text)
    document = _parsed(cursor, limits)
    if session.failed:
        session.raise_problems("from_json", text)
    return decode_document("from_json", document, limits)


# --- from text to plain values --------------------------------------------------------------------

_TOKENS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
"""Texts, so that brackets within them are passed over, and brackets. A text without an end reaches
to the end, so that no part of the input is looked at twice."""


def _parsed(cursor: Cursor, limits: Limits) -> object:
    text = _decoded(cursor, limits)
    if text is None:
        return None
    if _nesting_depth(text, limits.depth) > limits.depth:
        cursor.report(f"objects and lists nest at most {limits.depth:,} levels deep")
        return None
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda digits: _whole(digits, limits),
            parse_float=lambda digits: _float(digits, limits),
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        cursor.report(f"is no JSON text: {error.msg} at {where}")
    except RecursionError:
        cursor.report("nests deeper than this program can read where it stands")
    return None


def _decoded(cursor: Cursor, limits: Limits) -> str | None:
    kind: type[object] = type(cursor.value)
    text: str
    if issubclass(kind, bytes | bytearray):
        decode = bytes.decode if issubclass(kind, bytes) else bytearray.decode
        try:
            text = decode(cast("Any", cursor.value), "utf-8-sig")
        except UnicodeDecodeError as error:
            cursor.report(f"is no UTF-8: byte {error.start} is {error.object[error.start]}")
            return None
    elif issubclass(kind, str):
        text = str.__str__(cast("str", cursor.value)).removeprefix("\ufeff")
    else:
        cursor.report("takes JSON text: str, or bytes in UTF-8; from_dict takes what it holds")
        return None
    if len(text) > limits.characters:
        met = f"{short_repr(text)} ({len(text):,} characters)"
        cursor.report(f"a document has at most {limits.characters:,} characters", met)
        return None
    return text


def _nesting_depth(text: str, enough: int) -> int:
    """How deep brackets nest in *text*; it is not looked further once that is more than enough."""
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
    held = dict(pairs)
    if len(held) == len(pairs):
        return held
    seen: set[str] = set()
    twice = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    doubled = DuplicateKeys(held)
    doubled.duplicates = tuple(twice)
    return doubled


def _whole(digits: str, limits: Limits) -> object:
    most = min(limits.digits, MAX_INTEGER_DIGITS + 1)
    if len(digits) > most:
        return UnreadNumber(_cut(digits), f"a whole number has at most {most:,} characters")
    return int(digits)


def _float(digits: str, limits: Limits) -> object:
    if len(digits) > limits.digits:
        return UnreadNumber(_cut(digits), f"a number has at most {limits.digits:,} characters")
    number = float(digits)
    if math.isinf(number):
        problem = 'is larger than any float: write {"float": "inf"} or {"decimal": ...}'
        return UnreadNumber(_cut(digits), problem)
    return number


def _constant(word: str) -> object:
    problem = 'is no JSON: write {"float": "inf"} for infinity; nothing is compared with NaN'
    return UnreadNumber(word, problem)


def _cut(digits: str) -> str:
    return short_repr(digits).strip("'")


def content_hash(value: Condition | Segment | Segments, /) -> str:
    """The SHA-256 of what *value* says, as 64 hexadecimal digits.

    Equal values have one hash, and values that differ have different ones [K10]: ``did("order")``
    and ``did("order").at_least(1)`` share theirs, ``attr("n") == 1`` and ``attr("n") == 1.0`` do
    not. It does not depend on the process, the machine or the version of segkit, so it can be kept
    beside a stored audience to tell whether its segment has changed since.

    What is hashed is the text of `to_json`, in UTF-8, but for three things, which have one form
    where values are equal: decimals have no trailing zeros (``{"decimal":"1.1"}`` for
    ``Decimal("1.10")``) and no negative zero, floats no negative zero either, and of numbers of
    events, ``least`` is left out where it is 1 without ``most``, or 0 beside it.

    Raises:
        ConditionTypeError: If *value* is something else.
        ConditionError: As `to_dict` does.

    >>> from segkit import content_hash, did
    >>> content_hash(did("order")) == content_hash(did("order").at_least(1))
    True
    """
    document = encode_document(
        value, EncodeOptions(scalar=_one_form, canonical_counts=True), "content_hash"
    )
    return hashlib.sha256(canonical_json(document).encode("ascii")).hexdigest()


def _one_form(scalar: Scalar) -> object:
    if isinstance(scalar, Decimal):
        # Zero of any sign and exponent is 0.
        return encode_scalar(EXACT_CONTEXT.normalize(scalar) if scalar else Decimal(0))
    if isinstance(scalar, float):
        return encode_scalar(scalar or 0.0)
    return encode_scalar(scalar)
