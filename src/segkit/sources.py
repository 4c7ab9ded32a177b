"""Sources of facts: the protocol that a host implements, and the source in memory."""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping
from threading import RLock
from typing import Any, Generic, Protocol, TypeVar, cast

from segkit.errors import FactsError, short_repr
from segkit.history import (
    Facts,
    add_if_new,
    check_contact,
    check_event,
    event_name,
    is_iterable_of_items,
)
from segkit.model.facts import ContactLike, EventLike, check_id
from segkit.model.requirements import Requirements

IdT = TypeVar("IdT", bound=Hashable)


class Source(Protocol[IdT]):
    """A host's own storage: any object with this one method.

    * *Absence*: an id in *ids* that does not exist is not yielded. A contact without events is
      yielded with an empty iterable.
    * *Order*: contacts come in the order of the resulting `Audience`; the events of one contact
      in any order.
    * *Ownership*: what is yielded is read until the next contact is requested, and is never kept
      and never changed.
    * *Uniqueness*: no contact twice, and no two events of one contact with one id [E3].
    * *Names* in the requirements may be any text: a name that does not exist, or that the storage
      cannot hold, is left out.
    * *Concurrency*: ``load`` is called once per evaluation, in the calling thread. An evaluation is
      as consistent as what it streams.
    * *Errors*: exceptions of the source itself come through unchanged. A row that is not a pair of
      a contact and its events is a `FactsError`.
    """

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        """Yield contacts, each with its events, narrowed to *needs* or wider.

        Args:
            needs: The attributes, lists and events that can change a verdict. More does no harm.
            ids: The ids of the contacts to load; ``None`` for all.
        """
        ...


def load_facts(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """Yield the facts that *source* streams; its own exceptions come through unchanged.

    Raises:
        FactsError: If a row is not a pair of a contact and its events, or a contact comes twice.
    """
    rows: object = source.load(needs, ids)
    if not is_iterable_of_items(rows):
        problem = (
            f"returns pairs (contact, events), a list or generator of them; got {short_repr(rows)}"
        )
        if hasattr(type(rows), "__aiter__") or hasattr(type(rows), "__await__"):
            problem += ": await the data first, and pass it to MemorySource"
        raise FactsError("load", problem, rows)
    seen_ids: set[IdT] = set()
    for number, row in enumerate(cast("Iterable[object]", rows)):
        path = f"load()[{number}]"
        try:
            contact, events = cast("tuple[ContactLike[IdT], Iterable[EventLike]]", row)
        except Exception as error:
            problem = f"a row must be a pair (contact, events); got {short_repr(row)}"
            raise FactsError(path, problem, row) from error
        try:
            facts = Facts.from_source(contact, events)
            _check_unique(contact.id, seen_ids)
        except FactsError as error:
            error.path = f"{path}.{error.path}"
            raise
        seen_ids.add(contact.id)
        yield facts


def _check_unique(id_: object, seen_ids: set[Any]) -> None:
    check_id(id_, "contact.id")
    if _contains_id(id_, seen_ids):
        problem = f"the source yields the contact {short_repr(id_)} twice"
        raise FactsError("contact.id", problem, id_)


def _contains_id(id_: object, ids: Container[object]) -> bool:
    """Return whether *ids* contains an id.

    Raises:
        FactsError: If the id cannot be compared with the others.
    """
    try:
        return id_ in ids
    except Exception as error:
        problem = f"an id must be comparable: text, int or UUID; it raises {short_repr(error)}"
        raise FactsError("contact.id", problem, id_) from error


class MemorySource(Generic[IdT]):
    """Contacts and events in memory: the `Source` for one process.

    Contacts are evaluated in the order in which they were added.

    Args:
        contacts: `Contact` objects, or any objects with their fields.
        events: Events of any of the contacts, in any order. Events of contacts that are not known
            yet are kept until the contact is added. Of two events of one contact with one id, the
            first is kept [E3].

    *Threads*: any number of threads may evaluate and add at the same time. An evaluation takes the
    contacts that exist when it starts, and the events that each contact has when its turn comes, so
    each verdict was true at some instant during the evaluation; two contacts may be seen at two
    such instants. The objects themselves are read as they are.

    Raises:
        FactsError: If two contacts have one id [E6], or an element is not contact-like or not
            event-like, or an argument is not an iterable.

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
        # Testing whether an id exists and adding it are two steps. The lock is re-entrant, because
        # comparing ids may run a host's code, which may use this very source.
        self._lock = RLock()
        for contact in _check_items(contacts, "contacts"):
            self.add_contact(cast("ContactLike[IdT]", contact))
        for event in _check_items(events, "events"):
            self.add_event(cast("EventLike", event))

    def __len__(self) -> int:
        """The number of contacts."""
        return len(self._contacts)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._contacts)} contacts>"

    def add_contact(self, contact: ContactLike[IdT]) -> None:
        """Add one contact after the others.

        Raises:
            FactsError: If *contact* is not contact-like, or has no usable id, or its id exists
                already [E6].
        """
        check_contact(contact)
        check_id(contact.id, "Contact.id")
        with self._lock:
            if _contains_id(contact.id, self._contacts):
                problem = f"a contact with the id {short_repr(contact.id)} exists already"
                raise FactsError("contacts", problem, contact)
            self._contacts[contact.id] = contact

    def add_event(self, event: EventLike) -> bool:
        """Add one event, and return whether it was new: an event of a known id is left out [E3].

        Raises:
            FactsError: If *event* is not event-like, or has no usable contact id.
        """
        check_event(event)
        check_id(event.contact_id, "Event.contact_id")
        owner = cast("IdT", event.contact_id)
        with self._lock:
            _contains_id(owner, self._event_ids)
            if not add_if_new(event, self._event_ids.setdefault(owner, set())):
                return False
            self._events.setdefault(owner, []).append(event)
            return True

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[ContactLike[IdT], list[EventLike]]]:
        """Yield contacts in the order they were added, each with its events of the needed names."""
        wanted = None if ids is None else _as_set(ids)
        with self._lock:
            contacts = list(self._contacts.values())
        for contact in contacts:
            if wanted is None or contact.id in wanted:
                events = self._events_of(contact.id) if needs.events else []
                yield contact, [event for event in events if event_name(event) in needs.events]

    def _events_of(self, id_: IdT) -> list[EventLike]:
        with self._lock:
            return list(self._events.get(id_, ()))

    def __getstate__(self) -> dict[str, Any]:
        """Return the contents at one instant, without the lock, which belongs to its process."""
        with self._lock:
            return {
                "_contacts": dict(self._contacts),
                "_events": {owner: list(events) for owner, events in self._events.items()},
                "_event_ids": {owner: set(ids) for owner, ids in self._event_ids.items()},
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = RLock()


def _as_set(ids: Collection[IdT]) -> set[IdT]:
    try:
        return set(ids)
    except Exception as error:
        problem = f"takes a collection of ids that can be hashed, or None; got {short_repr(ids)}"
        raise FactsError("ids", problem, ids) from error


def _check_items(given: object, what: str) -> Iterable[object]:
    if is_iterable_of_items(given):
        return cast("Iterable[object]", given)
    problem = f"takes {what}, a list or any iterable of them; got {short_repr(given)}"
    if issubclass(type(given), Mapping):
        problem += ": pass its .values()"
    raise FactsError(f"MemorySource.{what}", problem, given)
