"""The record of one contact: its facts, and its membership in each segment."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from segkit.history import Facts, split_usable
from segkit.model.facts import Contact, EventLike

IdT = TypeVar("IdT", bound=Hashable)


@attrs.define(eq=False)
class Membership:
    """The membership of one contact in one segment.

    Attributes:
        is_member: Whether the contact is a member.
        number: The number of transitions so far [M5].
        until: The instant up to which the verdict certainly lasts; ``None`` for ever.
        is_exact: Whether the next transition was searched already, and is at *until*, or the search
            ended there.
        scheduled: The instant of the entry in the schedule; not after *until*.
    """

    is_member: bool = False
    number: int = 0
    until: datetime | None = None
    is_exact: bool = False
    scheduled: datetime | None = None


@attrs.define(eq=False)
class Record(Generic[IdT]):
    """A contact with the events that segments read, and its memberships by segment.

    A segment has no `Membership` if the contact has never been a member, and time alone does not
    change that.

    Attributes:
        order: The position of the contact among all that were ever inserted.
    """

    order: int
    facts: Facts
    memberships: dict[int, Membership] = attrs.field(factory=dict[int, Membership])

    @property
    def contact(self) -> Contact[IdT]:
        """The contact."""
        return cast("Contact[IdT]", self.facts.contact)

    def membership(self, slot: int) -> Membership:
        """Return the membership in a segment, which may be a new one."""
        found = self.memberships.get(slot)
        if found is None:
            found = self.memberships[slot] = Membership()
        return found


def facts_of(contact: Contact[Any], events: Iterable[EventLike]) -> Facts:
    """Return a contact with its events."""
    timed, _ = split_usable(events)
    return Facts(contact, timed, _NO_EVENTS)


order_of: Final = attrgetter("order")

_NO_EVENTS: Final[list[EventLike]] = []
