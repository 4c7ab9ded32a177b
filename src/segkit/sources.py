"""Where facts come from: what a host supplies for many contacts, and the source in memory."""

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

    *Absence*: an id in *ids* that is not there is not yielded; a contact without events is
    yielded with none. *Order*: contacts come in the order an `Audience` is to have; the events
    of one contact in any order. *Ownership*: what is yielded is read while the next one is asked
    for, never kept, never changed. *Uniqueness*: no contact twice, and of one contact no two
    events of one id [E3]. *Names* in what is needed may be any text: one that is not there, or that
    the storage cannot hold, is left out. *Concurrency*: ``load`` is called once per question, in
    the calling thread; an evaluation is as consistent as what it streams. *Errors*: what the
    source raises itself comes through as it is; a row that is no contact with its events is a
    `FactsError`.
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


def load_facts(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """The facts that *source* streams; its own exceptions pass as they are.

    Raises:
        FactsError: If it yields something that is no contact with its events.
    """
    rows: object = source.load(needs, ids)
    if not is_iterable_of_items(rows):
        problem = (
            f"returns pairs (contact, events), a list or generator of them; got {short_repr(rows)}"
        )
        if hasattr(type(rows), "__aiter__") or hasattr(type(rows), "__await__"):
            problem += ": await the data first, and hand it in with MemorySource"
        raise FactsError("load", problem, rows)
    met: set[IdT] = set()
    for place, row in enumerate(cast("Iterable[object]", rows)):
        path = f"load()[{place}]"
        try:
            contact, events = cast("tuple[ContactLike[IdT], Iterable[EventLike]]", row)
        except Exception as error:
            problem = f"a row is a pair (contact, events); got {short_repr(row)}"
            raise FactsError(path, problem, row) from error
        try:
            facts = Facts.from_source(contact, events)
            _check_unique(contact.id, met)
        except FactsError as error:
            error.path = f"{path}.{error.path}"
            raise
        met.add(contact.id)
        yield facts


def _check_unique(id_: object, seen_ids: set[Any]) -> None:
    check_id(id_, "contact.id")
    if _contains_id(id_, seen_ids):
        problem = f"the source yields the contact {short_repr(id_)} twice"
        raise FactsError("contact.id", problem, id_)


def _contains_id(id_: object, met: Container[object]) -> bool:
    """Whether a contact of that id was met.

    Raises:
        FactsError: If the id cannot be compared with the others.
    """
    try:
        return id_ in met
    except Exception as error:
        problem = f"an id must be comparable: text, int or UUID; it raises {short_repr(error)}"
        raise FactsError("contact.id", problem, id_) from error


class MemorySource(Generic[IdT]):
    """Contacts and events held in memory, in the order given: the `Source` for one process.

    Args:
        contacts: `Contact` or any object like it.
        events: Events of any of them, in any order. Events of contacts not known yet are kept
            until the contact is added. Of two events of one contact with one id, the first given
            is kept [E3].

    *Threads*: any number of them may ask and add at the same time. A question takes the contacts
    there are when it begins, and the events each of them has when its turn comes: so what it says
    of a contact was true at some instant between its beginning and its end. Two contacts may be
    seen at two such instants. What the objects handed in hold is read as it is found.

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
        # Looking whether something is there and adding it are two steps. Re-entrant, because
        # comparing ids may run a host's code, which may ask this very source.
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
        """Add one contact behind the others.

        Raises:
            FactsError: If it is none, has no usable id, or one that is known already [E6].
        """
        check_contact(contact)
        check_id(contact.id, "Contact.id")
        with self._lock:
            if _contains_id(contact.id, self._contacts):
                problem = f"a second contact of the id {short_repr(contact.id)} is refused"
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
        with self._lock:
            _contains_id(owner, self._event_ids)
            if not add_if_new(event, self._event_ids.setdefault(owner, set())):
                return False
            self._events.setdefault(owner, []).append(event)
            return True

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[ContactLike[IdT], list[EventLike]]]:
        """Contacts in the order they were added, each with its events of the names needed."""
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
        """What is held, as it is at one instant; a lock stays in its process."""
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
    problem = f"takes several {what}, a list or any other iterable; got {short_repr(given)}"
    if issubclass(type(given), Mapping):
        problem += ": hand in its .values()"
    raise FactsError(f"MemorySource.{what}", problem, given)
