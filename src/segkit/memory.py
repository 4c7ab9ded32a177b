"""Contacts and events in memory: the source for one process."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar, cast

from segkit.errors import FactsError, shown
from segkit.history import check_contact, check_event, event_name, is_new, is_several
from segkit.model.facts import ContactLike, EventLike, check_id
from segkit.model.needs import Requirements
from segkit.sources import is_among

__all__ = ["MemorySource"]

IdT = TypeVar("IdT", bound=Hashable)


class MemorySource(Generic[IdT]):
    """Contacts and events held in memory, in the order given: the `Source` for one process.

    Args:
        contacts: `Contact` or any object like it.
        events: Events of any of them, in any order. Events of contacts not known yet are kept
            until the contact is added. Of two events of one contact with one id, the first given
            is kept [E3].

    Raises:
        FactsError: If a contact's id comes twice [E6], or something is no contact or event, or
            not several of them.

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
        for contact in _each(contacts, "contacts"):
            self.add_contact(cast("ContactLike[IdT]", contact))
        for event in _each(events, "events"):
            self.add_event(cast("EventLike", event))

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
        check_contact(contact)
        check_id(contact.id, "Contact.id")
        if is_among(contact.id, self._contacts):
            problem = f"a second contact of the id {shown(contact.id)} is refused"
            raise FactsError("contacts", problem, contact)
        self._contacts[contact.id] = contact

    def add_event(self, event: EventLike) -> bool:
        """Add one event; ``False`` if one of its id is there already and it was left out [E3].

        Raises:
            FactsError: If it is none.
        """
        check_event(event)
        check_id(event.contact_id, "Event.contact_id")
        owner = cast("IdT", event.contact_id)
        is_among(owner, self._event_ids)
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
            wanted = _hashed(ids)
            contacts = [contact for contact in contacts if contact.id in wanted]
        for contact in contacts:
            events = self._events.get(contact.id, ()) if needs.events else ()
            yield contact, [event for event in events if event_name(event) in needs.events]


def _hashed(ids: Collection[IdT]) -> set[IdT]:
    try:
        return set(ids)
    except Exception as error:
        problem = f"takes a collection of ids that can be hashed, or None; got {shown(ids)}"
        raise FactsError("ids", problem, ids) from error


def _each(given: object, what: str) -> Iterable[object]:
    if is_several(given):
        return cast("Iterable[object]", given)
    problem = f"takes several {what}, a list or any other iterable; got {shown(given)}"
    if issubclass(type(given), Mapping):
        problem += ": hand in its .values()"
    raise FactsError(f"MemorySource.{what}", problem, given)
