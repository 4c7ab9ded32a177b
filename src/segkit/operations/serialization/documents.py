"""`to_dict` and `from_dict`: whole documents, of a condition, a segment or several segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import attrs

from segkit.errors import ConditionTypeError, short_repr
from segkit.model.base import BaseCondition
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, Segments
from segkit.operations.serialization.codec import Document, EncodeOptions
from segkit.operations.serialization.conditions import (
    SEGMENT,
    decode_condition,
    encode_condition,
)
from segkit.operations.serialization.cursor import Cursor, DecodeContext
from segkit.operations.serialization.limits import Limits, ensure_limits
from segkit.operations.serialization.named_segments import decode_segments
from segkit.operations.serialization.scalars import decode_plain_int

VERSION: Final = 1
"""The version of the format. A change that older versions of segkit would misread raises it."""

DEFAULT_LIMITS: Final = Limits()
_CONTENT_KEYS: Final = ("condition", "segment", "segments")


def to_dict(value: Condition | Segment | Segments, /) -> Document:
    """Return a condition, a segment or a collection of segments as a document of plain dicts.

    The document consists of dicts with text keys, lists, texts, numbers and booleans, so every JSON
    writer and JSON store can keep it. `from_dict` returns an equal value, with numbers of the same
    types. Defaults are left out. In a `Segments`, a referenced segment is written as its name;
    otherwise it is written in full. The same value always gives the same document.

    Raises:
        ConditionTypeError: If *value* is of another type.
        ConditionError: If a text holds a surrogate pair as two characters, which JSON has as one.

    >>> from segkit import attr, to_dict
    >>> to_dict(attr("age") >= 18)["condition"]
    {'type': 'attribute', 'path': ['age'], 'comparison': {'operator': '>=', 'operand': 18}}
    """
    return encode_document(value, EncodeOptions(), "to_dict")


def encode_document(value: object, options: EncodeOptions, path: str) -> Document:
    """Return the document of *value*; errors name the function *path*.

    Raises:
        ConditionTypeError: If *value* is not a condition, a `Segment` or a `Segments`.
    """
    # By the type: an object may raise when its class is read.
    kind: type[object] = type(value)
    if issubclass(kind, Segments):
        by_name = attrs.evolve(options, by_name=True)
        segments = [SEGMENT.encode(segment, by_name) for segment in cast("Segments", value)]
        return {"segkit": VERSION, "segments": segments}
    if issubclass(kind, Segment):
        return {"segkit": VERSION, "segment": SEGMENT.encode(value, options)}
    if not issubclass(kind, BaseCondition):
        problem = f"takes a condition, a Segment or Segments([...]); got {short_repr(value)}"
        raise ConditionTypeError(path, problem, value)
    return {"segkit": VERSION, "condition": encode_condition(cast("Condition", value), options)}


def from_dict(
    document: Document, /, *, limits: Limits = DEFAULT_LIMITS
) -> Condition | Segment | Segments:
    """Return the condition, the segment or the collection of segments of a document.

    Safe for untrusted documents, such as a field of a form: the constructors of conditions build
    the result, nothing in the document is executed or imported, and time and memory are bounded by
    *limits* and by the size of the document. All problems are reported together, each with its
    path.

    Args:
        document: A document as `to_dict` returns it. Defaults may be left out. Mappings, lists and
            texts that are not a `dict`, `list` or `str`, or a subclass, are refused.
        limits: The limits of the document.

    Raises:
        DocumentError: If anything in the document is wrong.
        ConditionTypeError: If *limits* is not a `Limits`.

    >>> from segkit import attr, from_dict, to_dict
    >>> from_dict(to_dict(attr("age") >= 18)) == (attr("age") >= 18)
    True
    """
    return decode_document("from_dict", document, limits)


def decode_document(path: str, document: object, limits: Limits) -> Condition | Segment | Segments:
    """Return the value of *document*; errors name the function *path*."""
    context = DecodeContext(ensure_limits(path, limits))
    cursor = Cursor(context, document)
    value: Condition | Segment | Segments | None = None
    try:
        value = _decode(cursor)
    except RecursionError:
        report_recursion(cursor)
    if context.failures:
        context.raise_problems(path, document)
    return cast("Condition | Segment | Segments", value)


def report_recursion(cursor: Cursor) -> None:
    """Record that Python's recursion limit is reached."""
    cursor.report("nests too deep for the recursion limit of Python and the calls so far")


def _decode(cursor: Cursor) -> Condition | Segment | Segments | None:
    values = cursor.mapping("a document")
    if values is None:
        return None
    known = ("segkit", *_CONTENT_KEYS)
    cursors = cursor.select("a document", values, ("segkit",), known)
    if not _check_version(cursors):
        return None
    present = [key for key in _CONTENT_KEYS if key in cursors]
    if len(present) != 1:
        cursor.report('a document has one of the keys "condition", "segment" and "segments"')
        return None
    (key,) = present
    if key == "condition":
        return decode_condition(cursors[key])
    return SEGMENT.decode(cursors[key]) if key == "segment" else decode_segments(cursors[key])


def _check_version(cursors: Mapping[str, Cursor]) -> bool:
    cursor = cursors.get("segkit")
    if cursor is None:
        return True  # The missing key is reported already.
    expected = f"is the version of the document, {VERSION}"
    version = decode_plain_int(cursor, expected)
    if version is None:
        return False
    if version > VERSION:
        cursor.report(
            f"this segkit reads documents of version {VERSION}: install a newer one to read it"
        )
        return False
    if version < 1:
        cursor.report(expected)
        return False
    return True
