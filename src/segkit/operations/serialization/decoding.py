"""Several segments of one document, which may look into each other by name.

`from_dict`: what a document holds, or all that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from segkit.errors import short_repr
from segkit.model.conditions import Condition
from segkit.model.segments import Segment, Segments
from segkit.operations.serialization.conditions import decode_condition, decode_segment
from segkit.operations.serialization.cursor import (
    Cursor,
    DecodeContext,
    ObjectShape,
    pairs_of,
    text_of,
    values_of,
)
from segkit.operations.serialization.encoding import VERSION, Document
from segkit.operations.serialization.limits import Limits, ensure_limits
from segkit.operations.serialization.scalars import decode_plain_int

_NESTED_KEYS: Final = ("condition", "part", "where", "first", "absent", "event")
"""The keys behind which, as behind those of lists, segments are named. None may be named of events,
but whoever does is told so, and not that there is no such segment."""
_LISTS: Final = ("parts", "steps")


def decode_segments(cursor: Cursor) -> Segments | None:
    """A collection of segments; each is read behind those that it names."""
    session = cursor.context
    failed = session.failed
    items = cursor.items("segments", session.limits.parts)
    if items is None:
        return None
    search = _ReferenceGraph(session.limits)
    by_name = search.by_name(items)
    known: dict[str, Segment | None] = dict.fromkeys(by_name)
    session.segments = known
    found: dict[str | int, Segment | None] = {}
    for item in search.in_order(by_name, items):
        segment = found[item.key] = decode_segment(item)
        if segment is not None:
            known[segment.name] = segment
    if session.failed != failed:
        return None
    in_place = [found[item.key] for item in items]
    return cursor.construct(lambda: Segments(cast("list[Segment]", in_place)))


class _ReferenceGraph:
    """Looks through segments before they are read, for their names and for those that they name.

    Nothing is told but what names have to do with each other: reading comes later, and tells what
    is wrong with the rest. Each value is looked at twice at most, and all of them together are no
    more than could be read, so what is larger is left to reading, which will refuse it.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = 2 * limits.characters

    def by_name(self, items: list[Cursor]) -> dict[str, Cursor]:
        """The first segment of each name; another one of that name is told."""
        by_name: dict[str, Cursor] = {}
        for item in items:
            name = self._entries(item.value).get("name")
            text = text_of(name)
            if text in by_name:
                first = by_name[text].path()
                cursor = item.at("name", name)
                cursor.report(f"a name stands for one segment; {first} has this one")
            elif text is not None:
                by_name[text] = item
        return by_name

    def in_order(self, by_name: Mapping[str, Cursor], items: list[Cursor]) -> list[Cursor]:
        """*items* such that each stands behind those that it names; circles are told."""
        ordered: dict[str | int, Cursor] = {}
        begun: set[str | int] = set()
        in_circles: set[str | int] = set()
        for item in items:
            way = [] if item.key in begun else [(item, iter(self._names_in(item)))]
            begun.add(item.key)
            while way:
                last, names = way[-1]
                inner = next((by_name[name] for name in names if name in by_name), None)
                if inner is None:
                    ordered[last.key] = last
                    way.pop()
                elif inner.key not in begun:
                    begun.add(inner.key)
                    way.append((inner, iter(self._names_in(inner))))
                elif inner.key not in ordered and last.key not in in_circles:
                    in_circles.add(last.key)
                    _report_cycle([cursor for cursor, _ in way], inner)
        return list(ordered.values())

    def _names_in(self, item: Cursor) -> list[str]:
        """The segments that a segment names, as far as it looks like one."""
        names: list[str] = []
        waiting: list[tuple[object, int]] = [(item.value, 0)]
        while waiting:
            value, level = waiting.pop()
            if level > self._limits.depth:
                continue
            held = self._entries(value)
            inner = [held[key] for key in _NESTED_KEYS if key in held]
            for key in _LISTS:
                inner += self._parts(held.get(key))
            if text_of(held.get("type")) == "in_segment":
                name = text_of(held.get("name"))
                names += [] if name is None else [name]
            waiting += [(value, level + 1) for value in reversed(inner)]
        return names

    def _entries(self, value: object) -> dict[str, object]:
        """What an object holds under keys that are text. No key of another type is asked."""
        pairs = (pairs_of(value) if self._left > 0 else None) or ()
        self._left -= 1 + len(pairs)
        named = ((text_of(key), held) for key, held in pairs)
        return {key: held for key, held in named if key is not None}

    def _parts(self, value: object) -> list[object]:
        parts = (values_of(value) if self._left > 0 else None) or []
        self._left -= 1 + len(parts)
        return parts


def _report_cycle(way: list[Cursor], back_to: Cursor) -> None:
    circle = [*way[way.index(back_to) :], back_to]
    # As many as are shown.
    names = [
        text_of(held) or ""
        for cursor in circle[:_MAX_SHOWN]
        for key, held in pairs_of(cursor.value) or ()
        if text_of(key) == "name"
    ]
    told = short_repr(" -> ".join(name[:_MAX_SHOWN] for name in names))
    way[-1].report("no segment may look into itself, by whatever way", told)


_MAX_SHOWN: Final = 80
"""Characters; see `short_repr`."""


DEFAULT_LIMITS: Final = Limits()

_HELD: Final = ("condition", "segment", "segments")
_KEYS: Final = ObjectShape(("segkit",), _HELD)


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
    return decode_document("from_dict", document, limits)


def decode_document(word: str, document: object, limits: Limits) -> Condition | Segment | Segments:
    """What *document* holds, errors in the name of the function that was called."""
    session = DecodeContext(ensure_limits(word, limits))
    cursor = Cursor(session, document)
    found: Condition | Segment | Segments | None = None
    try:
        found = _document(cursor)
    except RecursionError:
        cursor.report("nests deeper than this program can read where it stands")
    if session.failed:
        session.raise_problems(word, document)
    return cast("Condition | Segment | Segments", found)


def _document(cursor: Cursor) -> Condition | Segment | Segments | None:
    fields = cursor.fields("a document", _KEYS)
    if fields is None or not _is_of_this_version(fields):
        return None
    held = [key for key in _HELD if key in fields]
    if len(held) != 1:
        cursor.report('a document has one of the keys "condition", "segment" and "segments"')
        return None
    (key,) = held
    if key == "condition":
        return decode_condition(fields[key])
    return decode_segment(fields[key]) if key == "segment" else decode_segments(fields[key])


def _is_of_this_version(fields: Mapping[str, Cursor]) -> bool:
    cursor = fields.get("segkit")
    if cursor is None:
        return True  # which is told already
    expected = f"is the version of the document, {VERSION}"
    version = decode_plain_int(cursor, expected)
    if version is None:
        return False
    if version < 1:
        cursor.report(expected)
        return False
    if version > VERSION:
        cursor.report(
            f"a document of version {short_repr(version)}; this segkit reads version {VERSION}: "
            "install a newer one to read it"
        )
        return False
    return True
