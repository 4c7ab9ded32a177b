"""The causes of transitions, as data.

A *part* of a condition is one of its leaves: a comparison, a list membership, a count and so on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from segkit.model.conditions import ContactLeaf
from segkit.model.facts import EventLike

ChangeOfSegment: TypeAlias = Literal["added", "replaced", "removed", "zone changed"]


@attrs.frozen
class ContactAdded:
    """A new contact was inserted.

    Attributes:
        part: The part of the condition that decided, compared with a contact without facts; or
            ``None``, if that is a member too.
        is_true: Whether that part is true now.
    """

    part: ContactLeaf | None
    is_true: bool


@attrs.frozen
class ContactRemoved:
    """The contact was removed."""


@attrs.frozen
class AttributeChanged:
    """An attribute of the contact was set, changed or removed.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        attribute: The name of the attribute.
        old: The value before; ``None`` if the contact had no value.
        new: The value after; ``None`` if the attribute was removed.
    """

    part: ContactLeaf
    is_true: bool
    attribute: str
    old: object
    new: object


@attrs.frozen
class ListJoined:
    """The contact joined a list, or the instant at which it joined was changed.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        list: The name of the list.
    """

    part: ContactLeaf
    is_true: bool
    list: str


@attrs.frozen
class ListLeft:
    """The contact left a list.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        list: The name of the list.
    """

    part: ContactLeaf
    is_true: bool
    list: str


@attrs.frozen
class EventArrived:
    """An event was tracked, or the instant of a future event was reached.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        event: The event.
    """

    part: ContactLeaf
    is_true: bool
    event: EventLike


@attrs.frozen
class EventRemoved:
    """An event was removed by ``untrack``.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        event: The event.
    """

    part: ContactLeaf
    is_true: bool
    event: EventLike


@attrs.frozen
class EventExpired:
    """An event left the time window of the condition.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
        event: The event; if several left at that instant, the last of them.
    """

    part: ContactLeaf
    is_true: bool
    event: EventLike


@attrs.frozen
class TimePassed:
    """Time passed: a birthday, a trial that ended, an event that became old enough.

    Attributes:
        part: The part of the condition that decided.
        is_true: Whether that part is true now.
    """

    part: ContactLeaf
    is_true: bool


@attrs.frozen
class SegmentChanged:
    """The segment itself was added, replaced or removed, or its time zone was changed.

    Attributes:
        change: How the segment was changed; ``"zone changed"`` if it is evaluated in another zone,
            or the rules of its zone have changed.
    """

    change: ChangeOfSegment


@attrs.frozen
class FactsDiffer:
    """The facts of the contact were changed in another way than by an operation.

    This is the cause in a database only, whose tables an application can change.
    """


Cause: TypeAlias = (
    ContactAdded
    | ContactRemoved
    | AttributeChanged
    | ListJoined
    | ListLeft
    | EventArrived
    | EventRemoved
    | EventExpired
    | TimePassed
    | SegmentChanged
    | FactsDiffer
)
"""The cause of a transition, as data."""
