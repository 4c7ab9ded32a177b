"""Decoding a collection of segments that refer to each other by name.

A segment is decoded after the segments that it refers to, so their names are searched first. For
example, if ``a`` refers to ``b``, and ``b`` to ``a`` and ``c``, the order is ``c``, ``b``, ``a``,
and the cycle of ``a`` and ``b`` is a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from segkit.errors import short_repr
from segkit.model.segments import Segment, Segments
from segkit.operations.serialization.conditions import SEGMENT
from segkit.operations.serialization.cursor import Cursor, items_of, text_of, values_of
from segkit.operations.serialization.limits import Limits


def decode_segments(cursor: Cursor) -> Segments | None:
    """Decode a list of segments."""
    context = cursor.context
    failures = context.failures
    items = cursor.items("segments", context.limits.parts)
    if items is None:
        return None
    search = _ReferenceSearch(context.limits)
    by_name = search.by_name(items)
    decoded: dict[str, Segment | None] = dict.fromkeys(by_name)
    context.segments = decoded
    found: dict[str | int, Segment | None] = {}
    for item in search.in_order(by_name, items):
        segment = found[item.key] = SEGMENT.decode(item)
        if segment is not None:
            decoded[segment.name] = segment
    if context.failures != failures:
        return None
    segments = cast("list[Segment]", [found[item.key] for item in items])
    return cursor.construct(lambda: Segments(segments), lambda _: None)


_MAX_SHOWN: Final = 80


class _ReferenceSearch:
    """Finds names and references in segments that are not decoded yet.

    Only duplicate names and cycles are reported here; decoding reports everything else. Each value
    is visited twice at most. The search gives up after twice as many values as decoding could read,
    because decoding refuses such a document.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._budget = 2 * limits.characters

    def by_name(self, items: list[Cursor]) -> dict[str, Cursor]:
        """Return the first segment of each name; another one is a problem."""
        by_name: dict[str, Cursor] = {}
        for item in items:
            name = self._values(item.value).get("name")
            text = text_of(name)
            if text in by_name:
                first = by_name[text].path()
                item.child("name", name).report(f"the name is taken by the segment at {first}")
            elif text is not None:
                by_name[text] = item
        return by_name

    def in_order(self, by_name: Mapping[str, Cursor], items: list[Cursor]) -> list[Cursor]:
        """Return *items*, each after the segments that it refers to; cycles are problems."""
        ordered: dict[str | int, Cursor] = {}
        started: set[str | int] = set()
        in_cycles: set[str | int] = set()
        for item in items:
            path = [] if item.key in started else [(item, iter(self._references(item)))]
            started.add(item.key)
            while path:
                last, names = path[-1]
                inner = next((by_name[name] for name in names if name in by_name), None)
                if inner is None:
                    ordered[last.key] = last
                    path.pop()
                elif inner.key not in started:
                    started.add(inner.key)
                    path.append((inner, iter(self._references(inner))))
                elif inner.key not in ordered and last.key not in in_cycles:
                    in_cycles.add(last.key)
                    _report_cycle([cursor for cursor, _ in path], inner)
        return list(ordered.values())

    def _references(self, item: Cursor) -> list[str]:
        """Return the names in references to segments, wherever they are.

        A condition on events cannot refer to a segment, but a reference in it must be reported as
        that, and not as a missing segment.
        """
        names: list[str] = []
        pending: list[tuple[object, int]] = [(item.value, 0)]
        while pending:
            value, level = pending.pop()
            if level > self._limits.depth:
                continue
            values = self._values(value)
            name = text_of(values.get("name"))
            if name is not None and text_of(values.get("type")) == "in_segment":
                names.append(name)
            values.pop("comparison", None)  # It has no conditions, and may have many operands.
            nested = list(values.values()) or self._list(value)
            pending += [(inner, level + 1) for inner in reversed(nested)]
        return names

    def _values(self, value: object) -> dict[str, object]:
        """Return the values of the text keys of an object. No other key is compared or hashed."""
        pairs = items_of(value) if self._budget > 0 else None
        if pairs is None:
            return {}
        self._budget -= 1 + len(pairs)
        named = ((text_of(key), item) for key, item in pairs)
        return {key: item for key, item in named if key is not None}

    def _list(self, value: object) -> list[object]:
        items = values_of(value) if self._budget > 0 else None
        if items is None:
            return []
        self._budget -= 1 + len(items)
        return items


def _report_cycle(path: list[Cursor], back_to: Cursor) -> None:
    cycle = [*path[path.index(back_to) :], back_to]
    names = [
        text_of(value) or ""
        for cursor in cycle[:_MAX_SHOWN]
        for key, value in items_of(cursor.value) or ()
        if text_of(key) == "name"
    ]
    found = short_repr(" -> ".join(name[:_MAX_SHOWN] for name in names))
    path[-1].report("a segment must not refer to itself, directly or through others", found)
