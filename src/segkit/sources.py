"""Where facts come from: what a host supplies for many contacts, and what one call is given."""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import attrs

from segkit.errors import FactsError, shown
from segkit.model.facts import Contact, ContactLike, Event, EventLike, check_id
from segkit.model.needs import Requirements
from segkit.model.values import Kind, read

__all__ = [
    "Facts",
    "Source",
    "TimedEvent",
    "check_contact",
    "check_event",
    "event_name",
    "is_among",
    "is_new",
    "is_several",
    "loaded",
]

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
    thread; an evaluation is as consistent as what it streams. *Errors*: what the source raises
    itself comes through as it is; a row that is no contact with its events is a `FactsError`.
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
        check_contact(contact)
        timed: list[TimedEvent] = []
        unusable: list[EventLike] = []
        for event in _iterated(events):
            if type(event) is Event:
                timed.append((event.at, event.name, event))
                continue
            check_event(event)
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
        check_contact(contact)
        given = list(_iterated(events))
        for event in given:
            check_event(event)
            if not _is_same(event.contact_id, contact.id):
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


def check_contact(value: object) -> None:
    """Refuse what is no contact.

    Raises:
        FactsError: Naming the fields that are missing.
    """
    _check_fields(value, _CONTACT_FIELDS, "contact", Contact)


def check_event(value: object) -> None:
    """Refuse what is no event.

    Raises:
        FactsError: Naming the fields that are missing.
    """
    _check_fields(value, _EVENT_FIELDS, "event", Event)


def _check_fields(value: object, fields: tuple[str, ...], what: str, shipped: type) -> None:
    if type(value) is shipped:
        return
    missing = [field for field in fields if not hasattr(value, field)]
    if missing:
        problem = f"{shown(value)} is no {what}: it has no .{' and no .'.join(missing)}"
        raise FactsError(what, problem, value)


def _is_same(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - an id that cannot be compared is nobody's
        return one is other


def _iterated(events: object) -> Iterable[EventLike]:
    if is_several(events):
        return cast("Iterable[EventLike]", events)
    problem = f"takes the contact's events, a list or any other iterable; got {shown(events)}"
    raise FactsError("events", problem, events)


def is_several(given: object) -> bool:
    """Whether *given* can be iterated and holds things of its own: no text, no mapping."""
    # By the type: an object may lie about its class, or raise when it is asked for it.
    kind: type[object] = type(given)
    return issubclass(kind, Iterable) and not issubclass(kind, str | bytes | Mapping)


def loaded(
    source: Source[IdT], needs: Requirements, ids: Collection[IdT] | None
) -> Iterator[Facts]:
    """The facts that *source* streams; its own exceptions pass as they are.

    Raises:
        FactsError: If it yields something that is no contact with its events.
    """
    rows: object = source.load(needs, ids)
    if not is_several(rows):
        problem = f"returns pairs (contact, events), a list or generator of them; got {shown(rows)}"
        if hasattr(type(rows), "__aiter__") or hasattr(type(rows), "__await__"):
            problem += ": await the data first, and hand it in with MemorySource"
        raise FactsError("load", problem, rows)
    met: set[IdT] = set()
    for place, row in enumerate(cast("Iterable[object]", rows)):
        path = f"load()[{place}]"
        try:
            contact, events = cast("tuple[ContactLike[IdT], Iterable[EventLike]]", row)
        except Exception as error:
            problem = f"a row is a pair (contact, events); got {shown(row)}"
            raise FactsError(path, problem, row) from error
        try:
            facts = Facts.of(contact, events)
            _check_new(contact.id, met)
        except FactsError as error:
            error.path = f"{path}.{error.path}"
            raise
        met.add(contact.id)
        yield facts


def _check_new(id_: object, met: set[Any]) -> None:
    check_id(id_, "contact.id")
    if is_among(id_, met):
        problem = f"the source yields the contact {shown(id_)} twice"
        raise FactsError("contact.id", problem, id_)


def is_among(id_: object, met: Container[object]) -> bool:
    """Whether a contact of that id was met.

    Raises:
        FactsError: If the id cannot be compared with the others.
    """
    try:
        return id_ in met
    except Exception as error:
        problem = f"an id must be comparable: text, int or UUID; it raises {shown(error)}"
        raise FactsError("contact.id", problem, id_) from error


def _event_id(event: EventLike) -> Hashable:
    """What tells an event from others; ``None`` if nothing does."""
    given = event.id
    if given is None or read(given)[0] is Kind.NO_VALUE:
        return None
    return given


def is_new(event: EventLike, met: set[Hashable]) -> bool:
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
        if is_new(event, met):
            yield event
