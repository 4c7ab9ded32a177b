"""Contacts and events: what segkit ships, and what it accepts in their place."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar, cast

import attrs

from segkit.errors import FactsError, shown
from segkit.model.copies import instant, private_copy
from segkit.model.showing import Pasted
from segkit.model.values import Kind, read

__all__ = ["Contact", "ContactLike", "Event", "EventLike", "check_id", "instant"]

IdT = TypeVar("IdT", bound=Hashable)
IdT_co = TypeVar("IdT_co", covariant=True)


class ContactLike(Protocol[IdT_co]):
    """Any object with these three is a contact. segkit reads it and never copies or changes it."""

    @property
    def id(self) -> IdT_co:
        """Who it is; hashable, one contact each."""
        ...

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What is known, by name. What is not there has no value [V3]."""
        ...

    @property
    def lists(self) -> Mapping[str, Any]:
        """The lists it is on, each with the instant it joined, or ``None`` if not known [L1]."""
        ...


class EventLike(Protocol):
    """Any object with these five is an event. segkit reads it and never copies or changes it."""

    @property
    def contact_id(self) -> object:
        """Whose it is."""
        ...

    @property
    def name(self) -> str:
        """What happened."""
        ...

    @property
    def at(self) -> datetime:
        """When, an aware ``datetime``. With anything else the event counts nowhere [K2]."""
        ...

    @property
    def properties(self) -> Mapping[str, Any]:
        """What is known about it, by name."""
        ...

    @property
    def id(self) -> object:
        """What tells it from others; ``None`` if nothing does [E3]."""
        ...


def check_id(value: object, path: str) -> None:
    """Refuse what cannot tell one contact from another.

    Raises:
        FactsError: If it is no value, or cannot be hashed.
    """
    kind, _ = read(value)
    if kind is Kind.NO_VALUE:
        raise FactsError(path, f"an id is needed; got {shown(value)}", value)
    try:
        hash(value)
    except Exception:  # noqa: BLE001 - a host's __hash__ may raise anything
        problem = f"an id must be hashable: text, int or UUID; got {shown(value)}"
        raise FactsError(path, problem, value) from None


def _checked_name(name: object) -> str:
    kind, text = read(name)
    if kind is not Kind.TEXT:
        raise FactsError("Event.name", f"must be text; got {shown(name)}", name)
    return cast("str", text)


def _mapping(value: object, path: str) -> dict[str, Any]:
    if not issubclass(type(value), Mapping):
        problem = f"must be a mapping; got {shown(value)}"
        if path.endswith("lists"):
            problem += '. Write {"vip": None} for a list whose joined instant is not known'
        raise FactsError(path, problem, value)
    return private_copy(cast("Mapping[str, Any]", value), path)


def _joined(name: object, joined: object, path: str) -> date | None:
    if not issubclass(type(name), str):
        raise FactsError(path, f"the name of a list is text; got {shown(name)}", name)
    kind, moment = read(joined)
    if kind is Kind.NO_VALUE:
        return None
    if kind is Kind.DAY:
        return cast("date", moment)
    return instant(joined, f"{path}[{shown(name)}]")


@attrs.frozen(repr=False, init=False)
class Contact(Pasted, Generic[IdT]):
    """A person, household or account, as it is today.

    Args:
        id: Who it is: text, int or UUID.
        attributes: What is known, by name: scalars [K1], mappings and collections of them. It is
            copied; what is not there, ``None`` or NaN has no value [V3].
        lists: The lists it is on, each with the instant (or day) it joined, ``None`` if unknown.

    Raises:
        FactsError: If the id is missing, or a mapping is none.
        InstantError: If a naive ``datetime`` is met anywhere in it [K2].

    >>> from segkit import Contact
    >>> Contact("ada", {"city": "Paris"}, lists={"vip": None})
    Contact('ada', attributes={'city': 'Paris'}, lists={'vip': None})
    """

    id: IdT
    attributes: dict[str, Any] = attrs.field(factory=dict[str, Any])
    lists: dict[str, date | None] = attrs.field(factory=dict[str, date | None])

    def __init__(
        self,
        id: IdT,  # noqa: A002 - the field's fixed name
        attributes: Mapping[str, Any] | None = None,
        lists: Mapping[str, date | None] | None = None,
    ) -> None:
        check_id(id, "Contact.id")
        path = f"Contact({shown(id)})"
        own_lists = _mapping({} if lists is None else lists, f"{path}.lists")
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            id,
            _mapping({} if attributes is None else attributes, f"{path}.attributes"),
            {name: _joined(name, at, f"{path}.lists") for name, at in own_lists.items()},
        )


@attrs.frozen(repr=False, init=False)
class Event(Pasted, Generic[IdT]):
    """Something a contact did or met, at one instant.

    Args:
        contact_id: Whose it is.
        name: What happened: ``"order"``.
        at: When, an aware ``datetime``; kept in UTC.
        properties: What is known about it, by name; copied, as a contact's attributes are.
        id: What tells it from others: two events of one id of a contact are one event, the first
            given [E3]. ``None`` if nothing does; such events all count.

    Raises:
        FactsError: If an id is missing or cannot be hashed, the name is no text, or
            *properties* no mapping.
        InstantError: If ``at`` or a ``datetime`` among the properties is naive [K2].

    >>> from datetime import UTC, datetime
    >>> from segkit import Event
    >>> Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), {"total": 30}).name
    'order'
    """

    contact_id: IdT
    name: str
    at: datetime
    properties: dict[str, Any] = attrs.field(factory=dict[str, Any])
    id: Hashable = None

    def __init__(
        self,
        contact_id: IdT,
        name: str,
        at: datetime,
        properties: Mapping[str, Any] | None = None,
        id: Hashable = None,  # noqa: A002 - the field's fixed name
    ) -> None:
        check_id(contact_id, "Event.contact_id")
        name = _checked_name(name)
        if read(id)[0] is Kind.NO_VALUE:
            id = None  # noqa: A001 - a NaN from a data frame is no id
        else:
            check_id(id, "Event.id")
        path = f"Event({shown(contact_id)}, {shown(name)})"
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            contact_id,
            name,
            instant(at, f"{path}.at"),
            _mapping({} if properties is None else properties, f"{path}.properties"),
            id,
        )
