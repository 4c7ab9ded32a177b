"""Observe and decide: which fact a leaf looks at, and whether what is found satisfies it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never, cast

from segkit import tree
from segkit.clock import Moment
from segkit.leaves.comparing import reading_at, satisfies
from segkit.model.conditions import (
    Attribute,
    EventCount,
    LeafCondition,
    ListMembership,
    Property,
)
from segkit.model.facts import EventLike
from segkit.model.values import Reading, read
from segkit.sources import Facts, TimedEvent

__all__ = ["Seen", "Subject", "candidates", "decide", "event_satisfies", "leaf_holds", "observe"]

Subject: TypeAlias = Facts | EventLike
"""What a leaf is asked of: a contact with its events, or (`Property`) one event."""

Seen: TypeAlias = Reading | dict[str, Reading] | list[TimedEvent]
"""What a leaf found: a value; the lists the contact is on, with what is known of when it joined;
or the events that count."""


def observe(leaf: LeafCondition, subject: Subject, moment: Moment) -> Seen:
    """The facts that *leaf* looks at."""
    match leaf:
        case Attribute(path):
            return reading_at(cast("Facts", subject).contact.attributes, path)
        case Property(path):
            return reading_at(cast("EventLike", subject).properties, path)
        case ListMembership(name):
            return _memberships(cast("Facts", subject).contact.lists, name)
        case EventCount():
            found = candidates(leaf, cast("Facts", subject), moment)
            return [timed for timed in found if event_satisfies(leaf, timed[-1], moment)]
        case _:
            assert_never(leaf)


def decide(leaf: LeafCondition, seen: Seen, moment: Moment) -> bool:
    """Whether what was seen satisfies *leaf*."""
    match leaf:
        case Attribute(_, comparison) | Property(_, comparison):
            return satisfies(comparison, cast("Reading", seen), moment)
        case ListMembership(_, joined):
            lists = cast("dict[str, Reading]", seen)
            if joined is None:
                return bool(lists)
            return any(satisfies(joined, reading, moment) for reading in lists.values())
        case EventCount(counts=(least, most)):
            return least <= len(seen) and (most is None or len(seen) <= most)
        case _:
            assert_never(leaf)


def leaf_holds(leaf: LeafCondition, subject: Subject, moment: Moment) -> bool:
    """Whether *leaf* is true of *subject*."""
    return decide(leaf, observe(leaf, subject, moment), moment)


def candidates(leaf: EventCount, facts: Facts, moment: Moment) -> list[TimedEvent]:
    """The events of the leaf's names in its window, none of them after now [T1]."""
    names, now = leaf.names, moment.now
    window = moment.interval(leaf.window)
    return [
        (at, name, event)
        for at, name, event in facts.events
        if name in names and at <= now and at in window
    ]


def event_satisfies(leaf: EventCount, event: EventLike, moment: Moment) -> bool:
    """Whether one event satisfies the leaf's ``where`` by itself [E2]."""
    if leaf.condition is None:
        return True
    return tree.holds(leaf.condition, lambda part: leaf_holds(part, event, moment))


def _memberships(lists: object, name: str | None) -> dict[str, Reading]:
    if not issubclass(type(lists), Mapping):
        return {}  # As in a path: what is no mapping holds nothing [K6].
    known = cast("Mapping[str, object]", lists)
    try:
        if name is None:
            return {joined: read(known[joined]) for joined in known}
        return {name: read(known[name])} if name in known else {}
    except Exception:  # noqa: BLE001 - keys of the host's may raise from __eq__ [V1]
        return {}
