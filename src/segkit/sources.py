"""Where facts come from: what a host supplies for many contacts, and what one call is given."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

import attrs

from segkit.errors import FactsError, shown
from segkit.model.facts import Contact, ContactLike, Event, EventLike, check_id
from segkit.model.needs import Requirements
from segkit.model.values import Kind, read

__all__ = ["Facts", "MemorySource", "Source", "TimedEvent", "event_name"]

IdT = TypeVar("IdT", bound=Hashable)

TimedEvent: TypeAlias = tuple[datetime, str, EventLike]
"""An event behind its instant in UTC and its name, as plain values."""


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


@attrs.frozen(eq=False)
class Facts:
    """One contact and its events, as an evaluation reads them.

    Attributes:
        contact: The contact.
        events: Its events with their instants, in the order given.
        unusable: Its events whose ``at`` is no aware instant, or whose name is no text; they
            count nowhere [K2].
    """

    contact: ContactLike[Any]
    events: list[TimedEvent]
    unusable: list[EventLike]

    @classmethod
    def of(cls, contact: ContactLike[Any], events: Iterable[EventLike]) -> Facts:
        """The facts a source yields: unique already [E3].

        Raises:
            FactsError: If *contact* or one of *events* is none.
        """
        _check_fields(contact, _CONTACT_FIELDS, "contact", Contact)
        timed: list[TimedEvent] = []
        unusable: list[EventLike] = []
        for event in _iterated(events):
            if type(event) is Event:
                timed.append((event.at, event.name, event))
                continue
            _check_fields(event, _EVENT_FIELDS, "event", Event)
            (at_kind, at), name = read(event.at), event_name(event)
            if at_kind is Kind.INSTANT and name is not None:
                timed.append((cast("datetime", at), name, event))
            else:
                unusable.append(event)
        return cls(contact, timed, unusable)

    @classmethod
    def of_call(cls, contact: ContactLike[Any], events: Iterable[EventLike]) -> Facts:
        """The facts handed in with a single call.

        Raises:
            FactsError: If *contact* or one of *events* is none, or an event is somebody else's.
        """
        _check_fields(contact, _CONTACT_FIELDS, "contact", Contact)
        given = list(_iterated(events))
        for event in given:
            _check_fields(event, _EVENT_FIELDS, "event", Event)
            if event.contact_id != contact.id:
                problem = (
                    f"the contact is {shown(contact.id)}, but an event {shown(event.name)} is of "
                    f"{shown(event.contact_id)}: hand in the contact's own events only"
                )
                raise FactsError("events", problem, event)
        return cls.of(contact, _first_of_each_id(given))


_CONTACT_FIELDS = ("id", "attributes", "lists")
_EVENT_FIELDS = ("contact_id", "name", "at", "properties", "id")


def event_name(event: EventLike) -> str | None:
    """The name of an event as plain text; ``None`` if it is none."""
    if type(event) is Event:
        return event.name
    kind, name = read(event.name)
    return cast("str", name) if kind is Kind.TEXT else None


def _check_fields(value: object, fields: tuple[str, ...], what: str, shipped: type) -> None:
    if type(value) is shipped:
        return
    missing = [field for field in fields if not hasattr(value, field)]
    if missing:
        problem = f"{shown(value)} is no {what}: it has no .{' and no .'.join(missing)}"
        raise FactsError(what, problem, value)


def _iterated(events: object) -> Iterable[EventLike]:
    given: object = events
    if isinstance(events, Iterable) and not isinstance(events, str | bytes | Mapping):
        return cast("Iterable[EventLike]", events)
    problem = f"takes the contact's events, a list or any other iterable; got {shown(given)}"
    raise FactsError("events", problem, given)


def _event_id(event: EventLike) -> Hashable:
    """What tells an event from others; ``None`` if nothing does."""
    given = event.id
    if given is None or read(given)[0] is Kind.NO_VALUE:
        return None
    return given


def _is_new(event: EventLike, met: set[Hashable]) -> bool:
    """Whether no event of its id was met before; it is met now [E3]."""
    key = _event_id(event)
    if key is None:
        return True
    try:
        if key in met:
            return False
        met.add(key)
    except Exception:  # noqa: BLE001 - an id that cannot be hashed or compared tells nothing apart
        return True
    return True


def _first_of_each_id(events: Iterable[EventLike]) -> Iterator[EventLike]:
    """*events* without those whose id was met before [E3]."""
    met: set[Hashable] = set()
    for event in events:
        if _is_new(event, met):
            yield event


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
        _check_fields(contact, _CONTACT_FIELDS, "contact", Contact)
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
        _check_fields(event, _EVENT_FIELDS, "event", Event)
        check_id(event.contact_id, "Event.contact_id")
        owner = cast("IdT", event.contact_id)
        if not _is_new(event, self._event_ids.setdefault(owner, set())):
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
