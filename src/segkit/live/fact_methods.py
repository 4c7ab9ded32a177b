"""The methods that change the facts of one contact, each as one `Operation`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from segkit.live.operations import (
    AddToList,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.transitions import Transition
from segkit.model.facts import ContactLike, EventLike

IdT = TypeVar("IdT", bound=Hashable)


class FactMethods(ABC, Generic[IdT]):
    """The words of `MemorySource`, each with an instant, and each returning transitions.

    Each method takes *at*, the instant of the operation: an aware ``datetime`` that is not before
    the clock; by default that of the clock.
    """

    __slots__ = ()

    @abstractmethod
    def apply(self, operations: Iterable[Operation]) -> list[Transition[IdT]]:
        """Apply several operations in order, and return the transitions of all."""

    def upsert(
        self, contact: ContactLike[IdT], *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Insert a contact, or replace the whole contact that has its id.

        Args:
            at: The instant, an aware ``datetime``, not before `now`; ``None`` for `now`.

        Raises:
            FactsError: If *contact* is not contact-like, or has no usable id.
            InstantError: If *at* is naive or before `now`.
        """
        return self.apply([Upsert(contact, at=at)])

    def update(
        self,
        id: IdT,  # noqa: A002 - the field's name
        attributes: Mapping[str, Any],
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Set some attributes of a contact; the others stay. ``None`` removes an attribute.

        Raises:
            FactsError: If there is no contact with that id, or *attributes* is not a mapping.
            InstantError: If a naive ``datetime`` is anywhere in *attributes*, or *at* is naive or
                before `now`.
        """
        return self.apply([Update(id, attributes, at=at)])

    def remove(
        self,
        id: IdT,  # noqa: A002 - the field's name
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Remove a contact and its events: it leaves its segments.

        An unknown id changes nothing.

        Raises:
            FactsError: If *id* cannot be an id.
            InstantError: If *at* is naive or before `now`.
        """
        return self.apply([Remove(id, at=at)])

    def add_to_list(
        self,
        id: IdT,  # noqa: A002 - the field's name
        list: str,  # noqa: A002 - as in_list("vip") is read
        joined: date | None = None,
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Add a contact to a list; *joined* is the instant or the day, ``None`` if unknown.

        Raises:
            FactsError: If there is no contact with that id, or *list* is not a text.
            InstantError: If *joined* is neither an aware ``datetime``, a day nor ``None``, or *at*
                is naive or before `now`.
        """
        return self.apply([AddToList(id, list, joined, at=at)])

    def remove_from_list(
        self,
        id: IdT,  # noqa: A002 - the field's name
        list: str,  # noqa: A002 - as in add_to_list
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Remove a contact from a list; if it is not on the list, nothing changes.

        Raises:
            FactsError: If *id* cannot be an id, or *list* is not a text.
            InstantError: If *at* is naive or before `now`.
        """
        return self.apply([RemoveFromList(id, list, at=at)])

    def track(self, event: EventLike, *, at: datetime | None = None) -> list[Transition[IdT]]:
        """Add an event; a known id of that contact changes nothing.

        The contact may be added later [E6].

        Raises:
            FactsError: If *event* is not event-like, or has no usable contact id.
            InstantError: If *at* is naive or before `now`.
        """
        return self.apply([Track(event, at=at)])

    def untrack(
        self, contact_id: IdT, event_id: Hashable, *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Remove the event of a contact that has that id; if there is none, nothing changes.

        Raises:
            FactsError: If *contact_id* or *event_id* cannot be an id.
            InstantError: If *at* is naive or before `now`.
        """
        return self.apply([Untrack(contact_id, event_id, at=at)])
