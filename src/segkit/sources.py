"""Sources of facts: the protocol that a host implements, and the source in memory."""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator
from threading import RLock
from typing import Any, Generic, Protocol, TypeVar, cast

from segkit.errors import FactsError, short_repr
from segkit.history import (
    Facts,
    History,
    add_if_new,
    check_contact,
    check_event,
    check_iterable,
    event_name,
)
from segkit.model.facts import Contact, ContactLike, EventLike, check_id
from segkit.model.requirements import Requirements
from segkit.model.validation import is_iterable_of_items

IdT = TypeVar("IdT", bound=Hashable)


class Source(Protocol[IdT]):
    """A host's own storage: any object with this one method.

    * *Absence*: an id in *ids* that does not exist is not yielded. A contact without events is
      yielded with an empty iterable.
    * *Order*: the `Audience` keeps the order of the contacts. The events of one contact may have
      any order.
    * *Ownership*: contacts and events are read until the next contact is requested, and are never
      kept and never changed.
    * *Uniqueness*: no contact twice, and no two events of one contact with one id [E3].
    * *Names* in the requirements may be any text: a name that does not exist, or that the storage
      cannot hold, is left out.
    * *Concurrency*: ``load`` is called once per evaluation, in the calling thread. An evaluation is
      as consistent as the rows that the source yields.
    * *Errors*: exceptions of the source itself are not changed. A row that is not a pair of a
      contact and its events is a `FactsError`.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, attr
    >>> class AgesSource:
    ...     def load(self, needs, ids=None, /):
    ...         for name, age in {"ada": 36, "tim": 9}.items():
    ...             if ids is None or name in ids:
    ...                 yield Contact(name, {"age": age}), []
    >>> evaluator = Evaluator(AgesSource())
    >>> list(evaluator.members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC)))
    ['ada']
    """

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        """Yield contacts, each with its events, narrowed to *needs* or wider.

        Args:
            needs: The attributes, lists and events that can change a verdict. Others may be
                yielded too.
            ids: The ids of the contacts to load; ``None`` for all.
        """
        ...


def load_rows(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[tuple[ContactLike[IdT], list[EventLike] | History]]:
    """Yield the contacts that *source* streams, each with its events, which can be read twice.

    Raises:
        FactsError: If a row is not a pair of a contact and an iterable, or a contact comes twice.
    """
    rows: object = source.load(needs, ids)
    if not is_iterable_of_items(rows):
        problem = f"returns pairs (contact, events), in a list or generator; got {short_repr(rows)}"
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
            kind: type[object] = type(contact)
            if kind is not Contact:
                check_contact(contact)
                check_id(contact.id, "contact.id")
            is_known = _contains_id(contact.id, seen_ids)
            if type(events) is not list and type(events) is not History:
                events = list(check_iterable(events))
        except FactsError as error:
            add_row_to_path(error, number)
            raise
        if is_known:
            problem = f"the source yields the contact {short_repr(contact.id)} twice"
            raise FactsError(f"{path}.contact.id", problem, contact.id)
        seen_ids.add(contact.id)
        yield contact, events


def load_facts(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """Yield the facts that *source* streams; a row with a mistake is a `FactsError`."""
    for number, (contact, events) in enumerate(load_rows(source, needs, ids)):
        try:
            facts = Facts.from_source(contact, events)
        except FactsError as error:
            add_row_to_path(error, number)
            raise
        yield facts


def add_row_to_path(error: FactsError, number: int) -> None:
    """Let the path of *error* say in which row of a source the mistake is."""
    error.path = f"load()[{number}].{error.path}"


def _contains_id(id_: object, ids: Container[object]) -> bool:
    """Return whether *ids* contains an id; it is an error if the id cannot be compared."""
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

    *Threads*: any number of threads may evaluate and add at the same time. An evaluation reads the
    contacts that exist when it starts, and the events that each contact has when it is evaluated.
    So each verdict was true at some instant during the evaluation, and that instant may differ
    between contacts. The objects themselves are not copied.

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
        for contact in check_iterable(contacts, "MemorySource.contacts", "contacts"):
            self.add_contact(contact)
        for event in check_iterable(events, "MemorySource.events", "events"):
            self.add_event(event)

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
        """Add one event, and return whether it was new: an event of a known id is left out.

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
        try:
            wanted = None if ids is None else set(ids)
        except Exception as error:
            problem = f"takes a collection of hashable ids, or None; got {short_repr(ids)}"
            raise FactsError("ids", problem, ids) from error
        with self._lock:
            contacts = list(self._contacts.values())
        for contact in contacts:
            if wanted is None or contact.id in wanted:
                with self._lock:
                    events = list(self._events.get(contact.id, ())) if needs.events else []
                yield contact, [event for event in events if event_name(event) in needs.events]

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
