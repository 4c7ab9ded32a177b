"""What a leaf could ever ask for, so that a host loads no more."""

from __future__ import annotations

from typing import assert_never

from segkit import tree
from segkit.clock import Moment
from segkit.model.conditions import (
    Attribute,
    EventCount,
    LeafCondition,
    ListMembership,
    Property,
)
from segkit.model.needs import EventNeed, Requirements

__all__ = ["footprint"]


def footprint(leaf: LeafCondition, moment: Moment) -> Requirements:
    """The facts that can change what *leaf* says at that moment."""
    match leaf:
        case Attribute(path):
            return Requirements(attributes=frozenset(path[:1]))
        case ListMembership(name):
            if name is None:
                return Requirements(any_list=True)
            return Requirements(lists=frozenset((name,)))
        case EventCount():
            need = _event_need(leaf, moment)
            return Requirements(events=dict.fromkeys(leaf.names, need))
        case Property():
            return Requirements()  # Said with the events it is asked of.
        case _:
            assert_never(leaf)


def _event_need(leaf: EventCount, moment: Moment) -> EventNeed:
    window = moment.interval(leaf.window)
    until = moment.now if window.end is None else min(window.end, moment.now)  # [T1]
    properties: set[str] = set()
    if leaf.condition is not None:
        for part in tree.leaves_of(leaf.condition):
            if isinstance(part, Property):
                properties.add(part.path[0])
    return EventNeed(window.start, until, frozenset(properties))
