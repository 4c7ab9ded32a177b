"""What is let in as a contact, as an event or as several of them, and which event is new."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import cast

from segkit.errors import FactsError, shown
from segkit.model.facts import Contact, Event, EventLike
from segkit.model.values import Kind, read

__all__ = [
    "check_contact",
    "check_event",
    "event_name",
    "is_new",
    "is_same",
    "is_several",
    "iterated",
]

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


def is_same(one: object, other: object) -> bool:
    """Whether two ids are equal; one that cannot be compared is equal to itself only."""
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - an id that cannot be compared is nobody's
        return one is other


def iterated(events: object) -> Iterable[EventLike]:
    """*events*, if they are several.

    Raises:
        FactsError: If they are no iterable, or one of characters or keys.
    """
    if is_several(events):
        return cast("Iterable[EventLike]", events)
    problem = f"takes the contact's events, a list or any other iterable; got {shown(events)}"
    raise FactsError("events", problem, events)


def is_several(given: object) -> bool:
    """Whether *given* can be iterated and holds things of its own: no text, no mapping."""
    # By the type: an object may lie about its class, or raise when it is asked for it.
    kind: type[object] = type(given)
    return issubclass(kind, Iterable) and not issubclass(kind, str | bytes | Mapping)


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
