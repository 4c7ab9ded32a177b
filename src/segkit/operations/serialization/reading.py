"""`from_dict`: what a document holds, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from segkit.errors import shown
from segkit.model.conditions import Condition
from segkit.model.segment import Segment
from segkit.model.segments import Segments
from segkit.operations.serialization.conditions import read_condition, read_segment
from segkit.operations.serialization.limits import Limits, checked_limits
from segkit.operations.serialization.scalars import read_plain_whole
from segkit.operations.serialization.spots import Keys, Session, Spot
from segkit.operations.serialization.together import read_segments
from segkit.operations.serialization.writing import VERSION, Document

__all__ = ["DEFAULT_LIMITS", "from_dict", "read_document"]

DEFAULT_LIMITS: Final = Limits()

_HELD: Final = ("condition", "segment", "segments")
_KEYS: Final = Keys(("segkit",), _HELD)


def from_dict(
    document: Document, /, *, limits: Limits = DEFAULT_LIMITS
) -> Condition | Segment | Segments:
    """What a document holds: a condition, a segment or a collection of segments.

    Safe for documents that nobody trusts, such as a field of a form. What is read is made by the
    constructors of conditions, so nothing comes in that could not be written in Python; nothing of
    the document is run, imported or looked up; and what it asks for stays within *limits*. Reading
    takes time and memory in proportion to the size of the document.

    Everything that is wrong is told at once, each with its place. Mappings, lists and texts of
    other types than dict, list and str, their subclasses aside, are refused.

    Args:
        document: As `to_dict` writes it. What is at its default may be left out or stand there.
        limits: What the document may ask for.

    Raises:
        DocumentError: For anything that is wrong with the document; no other error.
        ConditionTypeError: If *limits* are none.

    >>> from segkit import attr, from_dict, to_dict
    >>> from_dict(to_dict(attr("age") >= 18)) == (attr("age") >= 18)
    True
    """
    return read_document("from_dict", document, limits)


def read_document(word: str, document: object, limits: Limits) -> Condition | Segment | Segments:
    """What *document* holds, errors in the name of the function that was called."""
    session = Session(checked_limits(word, limits))
    spot = Spot(session, document)
    found: Condition | Segment | Segments | None = None
    try:
        found = _document(spot)
    except RecursionError:
        spot.refuse("nests deeper than this program can read where it stands")
    if session.failed:
        session.refuse(word, document)
    return cast("Condition | Segment | Segments", found)


def _document(spot: Spot) -> Condition | Segment | Segments | None:
    fields = spot.fields("a document", _KEYS)
    if fields is None or not _is_of_this_version(fields):
        return None
    held = [key for key in _HELD if key in fields]
    if len(held) != 1:
        spot.refuse('a document has one of the keys "condition", "segment" and "segments"')
        return None
    (key,) = held
    if key == "condition":
        return read_condition(fields[key])
    return read_segment(fields[key]) if key == "segment" else read_segments(fields[key])


def _is_of_this_version(fields: Mapping[str, Spot]) -> bool:
    spot = fields.get("segkit")
    if spot is None:
        return True  # which is told already
    expected = f"is the version of the document, {VERSION}"
    version = read_plain_whole(spot, expected)
    if version is None:
        return False
    if version < 1:
        spot.refuse(expected)
        return False
    if version > VERSION:
        spot.refuse(
            f"a document of version {shown(version)}; this segkit reads version {VERSION}: "
            "install a newer one to read it"
        )
        return False
    return True
