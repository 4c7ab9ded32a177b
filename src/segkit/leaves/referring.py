"""Where values are compared with each other: what stood on either side [K7], [S3]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from segkit import tree
from segkit.clock import Moment
from segkit.errors import shown
from segkit.history import Facts, instant_of
from segkit.leaves.comparing import value_at
from segkit.leaves.wording import said_path
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    EventValue,
    LeafCondition,
    Property,
    Sequence,
)
from segkit.model.operands import Reference

__all__ = ["Compared", "compared", "references", "said_reference"]


@attrs.frozen
class Compared:
    """Values that were compared with each other.

    Attributes:
        values: What each was found to be, by its path as sentences have it; ``None`` if absent.
            Of an event a sequence may begin with, what later events are compared with is there
            as ``the first sku``.
        event: The name of the event that holds them; ``None`` where the contact does.
        at: Its instant.
    """

    values: Mapping[str, object] = attrs.field(repr=shown)
    event: str | None = None
    at: datetime | None = None


def references(where: Condition | None) -> Iterator[tuple[Property, Reference]]:
    """The leaves of *where* that compare two values, each with what the other one is."""
    for leaf in () if where is None else tree.leaves_of(where):
        if isinstance(leaf, Property) and isinstance(leaf.comparison.operand, Reference):
            yield leaf, leaf.comparison.operand


def said_reference(operand: Reference) -> str:
    """The other value: ``the first sku``."""
    return f"{'the first ' if operand.first else ''}{said_path(operand.path)}"


def compared(leaf: LeafCondition, facts: Facts, moment: Moment) -> tuple[Compared, ...]:
    """What *leaf* compares with each other: of the contact, or of each event, newest first."""
    match leaf:
        case Attribute(path, comparison) if isinstance(comparison.operand, Reference):
            held = facts.contact.attributes
            paths = {said_path(each): each for each in (path, comparison.operand.path)}
            return (Compared({said: value_at(held, each) for said, each in paths.items()}),)
        case EventCount() | EventValue():
            return _of_events(leaf, (), facts, moment)
        case Sequence(first):
            return _of_events(first, [step.event for step in leaf.behind()], facts, moment)
        case _:
            return ()


def _of_events(
    leaf: EventCount | EventValue, later: Iterable[EventCount], facts: Facts, moment: Moment
) -> tuple[Compared, ...]:
    """The events in the window of *leaf*, and those that could come *later*."""
    window = moment.interval(leaf.window)
    own, of_first = _own_paths(leaf.condition), dict[str, tuple[str, ...]]()
    behind = [(step.names, _own_paths(step.condition)) for step in later]
    for step in later:
        for _, operand in references(step.condition):
            if operand.first:
                of_first[said_reference(operand)] = operand.path
    found: list[Compared] = []
    for timed in sorted(facts.events, key=instant_of, reverse=True):
        at, name, event = timed
        paths = own | of_first if name in leaf.names and at in window else {}
        for names, others in behind:
            paths = paths | others if name in names else paths
        if paths and at <= moment.now:
            held = event.properties
            values = {said: value_at(held, path) for said, path in paths.items()}
            found.append(Compared(values, name, at))
    return tuple(found)


def _own_paths(where: Condition | None) -> dict[str, tuple[str, ...]]:
    """The paths of *where* that are looked up in the event itself."""
    paths: dict[str, tuple[str, ...]] = {}
    for leaf, operand in references(where):
        paths[said_path(leaf.path)] = leaf.path
        if not operand.first:
            paths[said_path(operand.path)] = operand.path
    return paths
