"""What a leaf could ever ask for, so that a host loads no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import attrs

from segkit import tree
from segkit.clock import Moment
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    EventValue,
    LeafCondition,
    ListMembership,
    Property,
    Sample,
    Sequence,
)
from segkit.model.needs import EventNeed, Requirements
from segkit.model.operands import Reference

__all__ = ["footprint"]


def footprint(leaf: LeafCondition, moment: Moment) -> Requirements:
    """The facts that can change what *leaf* says at that moment."""
    match leaf:
        case Attribute(path, comparison):
            other = comparison.operand
            paths = (path, other.path) if isinstance(other, Reference) else (path,)
            return Requirements(attributes=frozenset(path[0] for path in paths))
        case ListMembership(name):
            if name is None:
                return Requirements(any_list=True)
            return Requirements(lists=frozenset((name,)))
        case EventCount():
            return _events(leaf, moment, ())
        case EventValue(path=path):
            return _events(leaf, moment, path[:1])
        case Sequence():
            return _sequence(leaf, moment)
        case Sample():
            return Requirements()  # The id is always there.
        case Property():
            return Requirements()  # Said with the events it is asked of.
        case _:
            assert_never(leaf)


def _events(
    leaf: EventCount | EventValue, moment: Moment, properties: tuple[str, ...]
) -> Requirements:
    window = moment.interval(leaf.window)
    until = moment.now if window.end is None else min(window.end, moment.now)  # [T1]
    looked_at = frozenset((*properties, *_properties(leaf.condition)))
    return Requirements(events=dict.fromkeys(leaf.names, EventNeed(window.start, until, looked_at)))


def _sequence(leaf: Sequence, moment: Moment) -> Requirements:
    """The first step in its window; the others from where that begins, up to now."""
    needs = _events(leaf.first, moment, ())
    since = moment.interval(leaf.first.window).start
    for step in leaf.behind():
        own = frozenset(_properties(step.event.condition))
        later = dict.fromkeys(step.event.names, EventNeed(since, moment.now, own))
        needs |= Requirements(events=later)
        for name in leaf.first.names:  # What first_prop(...) looks at [S3].
            origin = frozenset(_properties(step.event.condition, first=True))
            first = needs.events[name]
            needs |= Requirements(events={name: attrs.evolve(first, properties=origin)})
    return needs


def _properties(where: Condition | None, *, first: bool = False) -> Iterator[str]:
    """The properties a ``where`` looks at, of the event itself or of the first of a sequence."""
    for part in tree.leaves_of(where) if where is not None else ():
        if isinstance(part, Property):
            if not first:
                yield part.path[0]
            operand = part.comparison.operand
            if isinstance(operand, Reference) and operand.first is first:
                yield operand.path[0]
