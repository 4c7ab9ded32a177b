"""The functions that encode and decode whole documents, as dicts and as JSON text.

A document holds a condition, a segment or several segments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast, get_args, overload

from segkit.errors import ConditionTypeError
from segkit.model.base import BaseCondition
from segkit.model.catalog import Catalog
from segkit.model.conditions import Condition, EventCondition
from segkit.model.segments import Segment, Segments
from segkit.model.validation import ensure_choice, ensure_type, has_type, mismatch
from segkit.operations.serialization.catalog_findings import report_findings
from segkit.operations.serialization.catalog_scope import scope_of_document
from segkit.operations.serialization.codec import Document, EncodeOptions
from segkit.operations.serialization.conditions import CONDITION, SEGMENT
from segkit.operations.serialization.cursor import Cursor, DecodeContext
from segkit.operations.serialization.json_text import parse_json
from segkit.operations.serialization.limits import Limits
from segkit.operations.serialization.named_segments import decode_segments
from segkit.operations.serialization.scalars import decode_plain_int
from segkit.operations.serialization.subjects import check_subject

VERSION: Final = 1
"""The version of the format. A change that older versions of segkit would misread raises it."""

DEFAULT_LIMITS: Final = Limits()
_CONTENTS: Final[Mapping[str, Callable[[Cursor], Any]]] = {
    "condition": CONDITION.decode,
    "segment": SEGMENT.decode,
    "segments": decode_segments,
}
_CONTENT_TYPES: Final = {"condition": Condition, "segment": Segment, "segments": Segments}
ResultT = TypeVar("ResultT", Segment, Segments)


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
    return _encode(value, EncodeOptions(), "to_dict")


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
    return _sorted_json(_encode(value, EncodeOptions(), "to_json"))


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
    document = _encode(value, EncodeOptions(canonical=True), "content_hash")
    return hashlib.sha256(_sorted_json(document).encode("ascii")).hexdigest()


def _encode(value: object, options: EncodeOptions, path: str) -> Document:
    if has_type(value, Segments):
        by_name = EncodeOptions(by_name=True, canonical=options.canonical)
        segments = [SEGMENT.encode(segment, by_name) for segment in value]
        return {"segkit": VERSION, "segments": segments}
    if has_type(value, Segment):
        return {"segkit": VERSION, "segment": SEGMENT.encode(value, options)}
    if has_type(value, BaseCondition):
        return {"segkit": VERSION, "condition": CONDITION.encode(value, options)}
    expected = "takes a condition, a Segment or Segments([...])"
    raise mismatch(path, expected, value, ConditionTypeError)


def _sorted_json(document: Document) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


# --- decoding -------------------------------------------------------------------------------------


Subject: TypeAlias = Literal["contact", "event"]
"""The subject of the condition of a document."""


@overload
def from_dict(
    document: Document,
    /,
    *,
    of: Literal["contact"] = "contact",
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition | Segment | Segments: ...
@overload
def from_dict(
    document: Document,
    /,
    *,
    of: Literal["event"],
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> EventCondition: ...
@overload
def from_dict(
    document: Document,
    result_type: type[ResultT],
    /,
    *,
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ResultT: ...
@overload
def from_dict(
    document: Document,
    result_type: UnionType,
    /,
    *,
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition: ...
def from_dict(
    document: Document,
    result_type: object = None,
    /,
    *,
    of: Subject = "contact",
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition | Segment | Segments:
    """Return the condition, the segment or the collection of segments of a document.

    Safe for untrusted documents, such as a field of a form: the constructors of conditions build
    the result, nothing in the document is executed or imported, and time and memory are bounded by
    *limits* and by the size of the document. All problems are reported together, each with its
    path.

    Args:
        document: A document as `to_dict` returns it. Defaults may be left out. Mappings, lists and
            texts that are not a `dict`, `list` or `str`, or a subclass, are refused.
        result_type: `Segment`, `Segments` or `Condition`, to refuse a document of another type.
        of: ``"event"`` for a document with a condition on ``prop(...)``, to use in
            ``did(...).where(...)``. Other documents are about contacts, and refuse such a condition
            outside of a ``where``.
        catalog: The names and kinds. Each finding of `check` is then a problem of the document, and
            a text operand is read as the kind that its field has in the catalog: ``"21"`` as 21.
        limits: The limits of the document.

    Raises:
        DocumentError: If anything in the document is wrong.
        ConditionTypeError: If *limits*, *catalog* or *result_type* is of another type.
        ConditionError: If *of* is neither ``"contact"`` nor ``"event"``.

    >>> from segkit import Segment, attr, from_dict, prop, to_dict
    >>> from_dict(to_dict(attr("age") >= 18)) == (attr("age") >= 18)
    True
    >>> from_dict(to_dict(Segment("adults", attr("age") >= 18)), Segment).name
    'adults'
    >>> from_dict(to_dict(prop("total") >= 50), of="event") == (prop("total") >= 50)
    True
    """
    return _decode("from_dict", document, limits, result_type, of=of, catalog=catalog)


@overload
def from_json(
    text: str | bytes,
    /,
    *,
    of: Literal["contact"] = "contact",
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition | Segment | Segments: ...
@overload
def from_json(
    text: str | bytes,
    /,
    *,
    of: Literal["event"],
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> EventCondition: ...
@overload
def from_json(
    text: str | bytes,
    result_type: type[ResultT],
    /,
    *,
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ResultT: ...
@overload
def from_json(
    text: str | bytes,
    result_type: UnionType,
    /,
    *,
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition: ...
def from_json(
    text: str | bytes,
    result_type: object = None,
    /,
    *,
    of: Subject = "contact",
    catalog: Catalog | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Condition | Segment | Segments:
    """Return the value of a JSON text, as `from_dict` does; safe for untrusted text.

    In addition to the problems of `from_dict`, a repeated key in one object, ``NaN`` and
    ``Infinity``, bytes that are not UTF-8, and numbers with more digits than *limits* allows are
    refused. The nesting is checked before the text is parsed.

    Args:
        text: The text, or its UTF-8 bytes. A byte order mark is skipped.
        result_type: `Segment`, `Segments` or `Condition`, to refuse a document of another type.
        of: The subject of its condition, as for `from_dict`.
        catalog: The names and kinds, as for `from_dict`.
        limits: The limits of the document.

    Raises:
        DocumentError: If anything in the text or the document is wrong; all problems together.
        ConditionTypeError: If *limits*, *catalog* or *result_type* is of another type.
        ConditionError: If *of* is neither ``"contact"`` nor ``"event"``.

    >>> from segkit import DocumentError, from_json
    >>> from_json('{"segkit": 1, "condition": {"type": "list", "name": "vip"}}')
    ListMembership('vip')
    >>> try:
    ...     from_json('{"segkit": 1, "condition": {"type": "lost", "name": 5}}')
    ... except DocumentError as error:
    ...     print(error.problems[0].path)
    $.condition.type
    """
    context = _new_context("from_json", limits)
    document = parse_json(Cursor(context, text))
    if context.failures:
        context.raise_problems("from_json", text)
    return _decode("from_json", document, limits, result_type, of=of, catalog=catalog)


def _new_context(path: str, limits: object) -> DecodeContext:
    expected = "takes limits=Limits(nodes=500), for example"
    return DecodeContext(ensure_type(path, expected, limits, Limits, ConditionTypeError))


def _decode(
    path: str,
    document: object,
    limits: Limits,
    result_type: object,
    *,
    of: Subject,
    catalog: Catalog | None,
) -> Condition | Segment | Segments:
    context = _new_context(path, limits)
    expected_key = _key_of(path, result_type)
    subject = ensure_choice(f"{path}.of", "subject", of, get_args(Subject))
    if catalog is not None:
        ensure_type(path, "takes catalog=Catalog(...)", catalog, Catalog, ConditionTypeError)
        context.scope = scope_of_document(catalog, subject)
    cursor = Cursor(context, document)
    value: Any = None
    try:
        value = _decode_content(cursor, expected_key, subject)
        if catalog is not None and not context.failures:
            report_findings(cursor, value, catalog)
    except RecursionError:
        cursor.report_recursion()
    if context.failures:
        context.raise_problems(path, document)
    return cast("Condition | Segment | Segments", value)


def _key_of(path: str, result_type: object) -> str | None:
    """Return the key of the documents that hold a *result_type*; ``None`` for every document."""
    if result_type is None:
        return None
    for key, content_type in _CONTENT_TYPES.items():
        if result_type is content_type:
            return key
    expected = "takes Segment, Segments or Condition as the type of the result"
    raise mismatch(path, expected, result_type, ConditionTypeError)


def _decode_content(cursor: Cursor, expected_key: str | None, subject: str) -> Any:  # noqa: ANN401 - any content
    values = cursor.mapping("a document")
    if values is None:
        return None
    cursors = cursor.select("a document", values, ("segkit",), ("segkit", *_CONTENTS))
    if not _check_version(cursors):
        return None
    present = [key for key in _CONTENTS if key in cursors]
    if len(present) != 1:
        cursor.report('a document has one of the keys "condition", "segment" and "segments"')
        return None
    (key,) = present
    if key != (expected_key or key):
        cursor.report(f'is to have the key "{expected_key}", and has the key "{key}"')
        return None
    failures = cursor.context.failures
    value = _CONTENTS[key](cursors[key])
    if key == "condition" and cursor.context.failures == failures:
        check_subject(cursors[key], cast("Condition", value), subject)
    elif key != "condition" and subject == "event":
        cursors[key].report('is about contacts; with of="event", a document has a "condition"')
    return value


def _check_version(cursors: Mapping[str, Cursor]) -> bool:
    cursor = cursors.get("segkit")
    if cursor is None:
        return True  # The missing key is reported already.
    expected = f"is the version of the document, {VERSION}"
    version = decode_plain_int(cursor, expected)
    if version is not None and version > VERSION:
        cursor.report(
            f"this segkit reads documents of version {VERSION}: install a newer one to read it"
        )
    elif version is not None and version < 1:
        cursor.report(expected)
    return version == VERSION
