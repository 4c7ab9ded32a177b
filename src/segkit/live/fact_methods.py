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
    """The methods of `MemorySource` that change facts, each returning the transitions it caused.

    Each method takes *at*, the instant at which the application learns the fact: an aware
    ``datetime``; ``None`` for `now`. Time passes up to it first, and the transitions of that come
    first. If the method raises, nothing is changed.

    A `Live` refuses an instant before `now`. In a `DurableLive`, an operation of an earlier instant
    takes effect at the clock of its contact.
    """

    __slots__ = ()

    @abstractmethod
    def apply(self, operations: Iterable[Operation]) -> list[Transition[IdT]]:
        """Apply several operations in order, and return the transitions of all."""

    def upsert(
        self, contact: ContactLike[IdT], *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Insert a contact, or replace the whole contact that has its id; return the transitions.

        A replaced contact keeps its events, and leaves the lists that *contact* does not name.

        Args:
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If *contact* is not contact-like, or has no usable id.
            InstantError: If *at* is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, Segment, attr
        >>> pros = Segment("pros", attr("plan") == "pro")
        >>> live = Live([pros], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> [transition.kind for transition in live.upsert(Contact("ada", {"plan": "pro"}))]
        ['entered']
        """
        return self.apply([Upsert(contact, at=at)])

    def update(
        self,
        id: IdT,  # noqa: A002 - the field's name
        attributes: Mapping[str, Any],
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Set some attributes of a contact, the others stay; return the transitions.

        ``None`` removes an attribute.

        Args:
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If there is no contact with that id, or *attributes* is not a mapping.
            InstantError: If a naive ``datetime`` is anywhere in *attributes*, or *at* is naive, or
                before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, Segment, attr
        >>> pros = Segment("pros", attr("plan") == "pro")
        >>> live = Live([pros], now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> live.upsert(Contact("ada"))
        []
        >>> [transition.kind for transition in live.update("ada", {"plan": "pro"})]
        ['entered']
        """
        return self.apply([Update(id, attributes, at=at)])

    def remove(
        self,
        id: IdT,  # noqa: A002 - the field's name
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Remove a contact and its events: it leaves its segments; return the transitions.

        An unknown id changes nothing.

        Args:
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If *id* cannot be an id.
            InstantError: If *at* is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, MemorySource, Segment, all_of
        >>> source = MemorySource([Contact("ada")])
        >>> live = Live([Segment("all", all_of())], source, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> [transition.kind for transition in live.remove("ada")]
        ['left']
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
        """Add a contact to a list; return the transitions.

        If the contact is on the list, *joined* replaces the known instant, and ``None`` keeps it.

        Args:
            joined: The instant (or the day) at which the contact joined; ``None`` if unknown.
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If there is no contact with that id, or *list* is not a text.
            InstantError: If *joined* is neither an aware ``datetime``, a day nor ``None``, or *at*
                is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, MemorySource, Segment, in_list
        >>> source = MemorySource([Contact("ada")])
        >>> vips = Segment("vips", in_list("vip"))
        >>> live = Live([vips], source, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> [transition.kind for transition in live.add_to_list("ada", "vip", joined=live.now)]
        ['entered']
        """
        return self.apply([AddToList(id, list, joined, at=at)])

    def remove_from_list(
        self,
        id: IdT,  # noqa: A002 - the field's name
        list: str,  # noqa: A002 - as in add_to_list
        *,
        at: datetime | None = None,
    ) -> list[Transition[IdT]]:
        """Remove a contact from a list; return the transitions.

        If the contact is not on the list, nothing changes.

        Args:
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If *id* cannot be an id, or *list* is not a text.
            InstantError: If *at* is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Live, MemorySource, Segment, in_list
        >>> source = MemorySource([Contact("ada", lists={"vip": None})])
        >>> vips = Segment("vips", in_list("vip"))
        >>> live = Live([vips], source, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> [transition.kind for transition in live.remove_from_list("ada", "vip")]
        ['left']
        """
        return self.apply([RemoveFromList(id, list, at=at)])

    def track(self, event: EventLike, *, at: datetime | None = None) -> list[Transition[IdT]]:
        """Add an event; return the transitions.

        An event counts from its own instant on: an event after the clock waits for it, and one
        before the clock takes effect now. An event with an id that the contact has already changes
        nothing; events without an id are all new. The contact may be inserted later.

        Args:
            event: An `Event`, or any object with its fields.
            at: The instant at which the application learns of the event; ``None`` for `now`. It is
                not the instant of the event, ``event.at``.

        Raises:
            FactsError: If *event* is not event-like, or has no usable contact id.
            InstantError: If *at* is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, Live, MemorySource, Segment, did
        >>> buyers = Segment("buyers", did("order"))
        >>> source = MemorySource([Contact("ada")])
        >>> live = Live([buyers], source, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> late = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="o1")
        >>> [transition.kind for transition in live.track(late)], live.track(late)
        (['entered'], [])
        """
        return self.apply([Track(event, at=at)])

    def untrack(
        self, contact_id: IdT, event_id: Hashable, *, at: datetime | None = None
    ) -> list[Transition[IdT]]:
        """Remove the event of a contact that has that id; return the transitions.

        If there is no such event, nothing changes. The id may be tracked again later.

        Args:
            at: The instant at which the application learns this; ``None`` for `now`.

        Raises:
            FactsError: If *contact_id* or *event_id* cannot be an id.
            InstantError: If *at* is naive, or before `now` of a `Live`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, Live, MemorySource, Segment, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="o1")
        >>> source = MemorySource([Contact("ada")], [order])
        >>> buyers = Segment("buyers", did("order"))
        >>> live = Live([buyers], source, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> [transition.kind for transition in live.untrack("ada", "o1")]
        ['left']
        """
        return self.apply([Untrack(contact_id, event_id, at=at)])
