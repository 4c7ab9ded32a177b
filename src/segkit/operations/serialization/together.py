"""Several segments of one document, which may look into each other by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from segkit.errors import shown
from segkit.model.segment import Segment
from segkit.model.segments import Segments
from segkit.operations.serialization.conditions import read_segment
from segkit.operations.serialization.plain import pairs_of, text_of, values_of
from segkit.operations.serialization.spots import Spot

__all__ = ["read_segments"]

_INWARDS: Final = ("condition", "part", "parts")
"""The keys behind which segments can be named. Conditions of events name none."""


def read_segments(spot: Spot) -> Segments | None:
    """A collection of segments; each is read behind those that it names."""
    session = spot.session
    failed = session.failed
    items = spot.items("segments", session.limits.parts)
    if items is None:
        return None
    by_name = _by_name(items)
    known: dict[str, Segment | None] = dict.fromkeys(by_name)
    session.segments = known
    found: dict[str | int, Segment | None] = {}
    for item in _in_order(by_name, items):
        segment = found[item.key] = read_segment(item)
        if segment is not None:
            known[segment.name] = segment
    if session.failed != failed:
        return None
    return spot.built(lambda: Segments([found[item.key] for item in items]))


def _by_name(items: list[Spot]) -> dict[str, Spot]:
    """The first segment of each name; another one of that name is told."""
    by_name: dict[str, Spot] = {}
    for item in items:
        for name in _texts_at("name", item.value):
            if name in by_name:
                first = by_name[name].path()
                item.at("name", name).refuse(f"a name stands for one segment; {first} has this one")
            else:
                by_name[name] = item
    return by_name


def _in_order(by_name: Mapping[str, Spot], items: list[Spot]) -> list[Spot]:
    """*items* such that each stands behind those that it names; circles are told."""
    budget = items[0].session.limits.characters if items else 0
    ordered: dict[str | int, Spot] = {}
    begun: set[str | int] = set()
    for item in items:
        way = [(item, iter(_names_in(item, budget)))] if item.key not in begun else []
        begun.add(item.key)
        while way:
            last, names = way[-1]
            inner = next((by_name[name] for name in names if name in by_name), None)
            if inner is None:
                ordered[last.key] = last
                way.pop()
            elif inner.key not in begun:
                begun.add(inner.key)
                way.append((inner, iter(_names_in(inner, budget))))
            elif inner.key not in ordered:
                _refuse_circle([spot for spot, _ in way], inner)
    return list(ordered.values())


def _refuse_circle(way: list[Spot], back_to: Spot) -> None:
    circle = [*way[way.index(back_to) :], back_to]
    names = " -> ".join(name for spot in circle for name in _texts_at("name", spot.value))
    way[-1].refuse("no segment may look into itself, by whatever way", shown(names))


def _names_in(item: Spot, budget: int) -> list[str]:
    """The segments that a segment names, as far as it looks like one.

    Nothing is told here: reading it comes later, and tells what is wrong. It is looked through only
    as far as it could be read: to a depth, and so many values.
    """
    names: list[str] = []
    waiting: list[tuple[object, int]] = [(item.value, 0)]
    while waiting and budget > 0:
        value, level = waiting.pop()
        if level > item.session.limits.depth:
            continue
        inner = values_of(value)
        if inner is None:
            inner = [held for key, held in _entries(value) if key in _INWARDS]
            if "in_segment" in _texts_at("type", value):
                names += _texts_at("name", value)
        budget -= 1 + len(inner)
        waiting += [(held, level + 1) for held in reversed(inner)]
    return names


def _texts_at(key: str, value: object) -> list[str]:
    texts = (text_of(held) for name, held in _entries(value) if name == key)
    return [text for text in texts if text is not None]


def _entries(value: object) -> list[tuple[str | None, object]]:
    """What an object holds, keys that are no text as ``None``."""
    return [(text_of(key), held) for key, held in pairs_of(value) or ()]
