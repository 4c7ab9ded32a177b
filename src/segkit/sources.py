"""Where facts come from: what a host supplies for many contacts, and the source in memory."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar, cast

from segkit.errors import FactsError, shown
from segkit.history import CONTACT_FIELDS, EVENT_FIELDS, check_fields, event_name, is_new
from segkit.model.facts import Contact, ContactLike, Event, EventLike, check_id
from segkit.model.needs import Requirements

__all__ = ["MemorySource", "Source"]

IdT = TypeVar("IdT", bound=Hashable)


class Source(Protocol[IdT]):
    """A host's own storage: any object with this one method.

    *Absence*: an id in *ids* that is not there is not yielded; a contact without events is
    yielded with none. *Order*: contacts come in the order an `Audience` is to have; the events
    of one contact in any order. *Ownership*: what is yielded is read while the next one is asked
    for, never kept, never changed. *Uniqueness*: no contact twice, and of one contact no two
    events of one id [E3]. *Concurrency*: ``load`` is called once per question, in the calling
    thread; an evaluation is as consistent as what it streams.
    """

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        """Stream contacts, each with its events, narrowed to *needs* or wider.

        Args:
            needs: The attributes, lists and events that can matter. More does no harm.
            ids: The contacts asked about; ``None`` for all.
        """
        ...


class MemorySource(Generic[IdT]):
    """Contacts and events held in memory, in the order given: the `Source` for one process.

    Args:
        contacts: `Contact` or any object like it.
        events: Events of any of them, in any order. Events of contacts not known yet are kept
            until the contact is added. Of two events of one contact with one id, the first given
            is kept [E3].

    Raises:
        FactsError: If a contact's id comes twice [E6], or something is no contact or event.

    >>> from segkit import Contact, MemorySource
    >>> source = MemorySource([Contact("ada")])
    >>> len(source)
    1
    """

    def __init__(
        self, contacts: Iterable[ContactLike[IdT]] = (), events: Iterable[EventLike] = ()
    ) -> None:
        self._contacts: dict[IdT, ContactLike[IdT]] = {}
        self._events: dict[IdT, list[EventLike]] = {}
        self._event_ids: dict[IdT, set[Hashable]] = {}
        for contact in contacts:
            self.add_contact(contact)
        for event in events:
            self.add_event(event)

    def __len__(self) -> int:
        """The number of contacts."""
        return len(self._contacts)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._contacts)} contacts>"

    def add_contact(self, contact: ContactLike[IdT]) -> None:
        """Add one contact behind the others.

        Raises:
            FactsError: If it is none, has no usable id, or one that is known already [E6].
        """
        check_fields(contact, CONTACT_FIELDS, "contact", Contact)
        check_id(contact.id, "Contact.id")
        if contact.id in self._contacts:
            problem = f"a second contact of the id {shown(contact.id)} is refused"
            raise FactsError("contacts", problem, contact)
        self._contacts[contact.id] = contact

    def add_event(self, event: EventLike) -> bool:
        """Add one event; ``False`` if one of its id is there already and it was left out [E3].

        Raises:
            FactsError: If it is none.
        """
        check_fields(event, EVENT_FIELDS, "event", Event)
        check_id(event.contact_id, "Event.contact_id")
        owner = cast("IdT", event.contact_id)
        if not is_new(event, self._event_ids.setdefault(owner, set())):
            return False
        self._events.setdefault(owner, []).append(event)
        return True

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[ContactLike[IdT], list[EventLike]]]:
        """Contacts in the order they were added, each with its events of the names needed."""
        contacts = list(self._contacts.values())
        if ids is not None:
            wanted = set(ids)
            contacts = [contact for contact in contacts if contact.id in wanted]
        for contact in contacts:
            events = self._events.get(contact.id, ()) if needs.events else ()
            yield contact, [event for event in events if event_name(event) in needs.events]
