"""What a contact or an event keeps of what it was given: instants in UTC, copies of collections.

Contacts and events: what segkit ships, and what it accepts in their place.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import attrs

from segkit.errors import FactsError, InstantError, short_repr
from segkit.model.repr import PasteableRepr
from segkit.model.values import DATETIME64_ADVICE, Kind, is_datetime64, normalize

_MAX_DEPTH: Final = 100
_MAX_COLLECTIONS: Final = 100_000
# Nearly every value is one of these; the path to it need not be spelled out.
_SHARED_TYPES: Final = frozenset({str, int, float, bool, type(None)})
_COLLECTIONS: Final = (Mapping, list, tuple, set, frozenset)


def instant(value: object, path: str) -> datetime:
    """*value* as an instant in UTC.

    Raises:
        InstantError: If it is naive, or no ``datetime``.
    """
    kind, moment = normalize(value)
    if kind is Kind.INSTANT:
        return cast("datetime", moment)
    given: type[object] = type(value)
    problem = f"must be an aware datetime; got {short_repr(value)}"
    if issubclass(given, datetime) and kind is Kind.INCOMPARABLE:
        problem = f"{short_repr(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
    elif is_datetime64(value):
        problem = f"{short_repr(value)} has no zone: {DATETIME64_ADVICE}"
    elif issubclass(given, str):
        problem += ": read it first, datetime.fromisoformat(...) for example"
    raise InstantError(path, problem, value)


def defensive_copy(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy of the collections in *value*, at any depth [D9]; scalars are shared.

    Raises:
        InstantError: If a naive ``datetime`` is anywhere inside [K2].
        FactsError: If it nests more than 100 levels deep, holds itself, has more than 100,000
            collections in it, or raises when it is read.
    """
    return cast("dict[str, Any]", _DeepCopy().copy(value, path))


@attrs.define
class _DeepCopy:
    """One copy in the making.

    A collection that occurs twice is copied twice, and counts twice: a copy of forty lists, each
    of which holds the one before it twice, would not fit into memory.
    """

    collections: int = 0
    """How many collections there were so far."""
    ancestors: set[int] = attrs.field(factory=set[int])
    """The identities of the collections around the current one."""

    def copy(self, value: object, path: str) -> object:
        # By the type: an object may lie about its class, or raise when it is asked for it.
        kind: type[object] = type(value)
        if issubclass(kind, datetime):
            return instant(value, path) if normalize(value)[0] is Kind.INCOMPARABLE else value
        if is_datetime64(value):
            return instant(value, path)  # which refuses it
        if not issubclass(kind, _COLLECTIONS):
            return value
        self._check_limits(value, path)
        shallow = _shallow_copy(value, path)
        self.ancestors.add(id(value))
        own: object
        if isinstance(shallow, dict):
            own = {
                key: item
                if type(item) in _SHARED_TYPES
                else self.copy(item, f"{path}[{short_repr(key)}]")
                for key, item in shallow.items()
            }
        else:
            members = [
                item if type(item) in _SHARED_TYPES else self.copy(item, f"{path}[{place}]")
                for place, item in enumerate(shallow)
            ]
            # What is in a set cannot change; a copy of it might not be hashable.
            own = members if isinstance(shallow, list) else shallow
            if isinstance(shallow, tuple):
                own = tuple(members)
        self.ancestors.discard(id(value))
        return own

    def _check_limits(self, value: object, path: str) -> None:
        if id(value) in self.ancestors:
            raise FactsError(path, "holds itself: there is no end to copying it", value)
        if len(self.ancestors) == _MAX_DEPTH:
            raise FactsError(path, f"nests more than {_MAX_DEPTH} levels deep", value)
        self.collections += 1
        if self.collections > _MAX_COLLECTIONS:
            problem = (
                f"there are more than {_MAX_COLLECTIONS:,} collections in it, each counted as "
                "often as it occurs: pass an object of your own, which is not copied"
            )
            raise FactsError(path, problem, value)


def _shallow_copy(
    value: object, path: str
) -> dict[object, object] | list[object] | tuple[object, ...] | set[object] | frozenset[object]:
    """The same members in a plain collection of the nearest base."""
    kind: type[object] = type(value)
    try:
        if issubclass(kind, Mapping):
            return dict(cast("Mapping[object, object]", value).items())
        items = cast("list[object]", value)
        if issubclass(kind, list):
            return list(items)
        if issubclass(kind, tuple):
            return tuple(items)
        return set(items) if issubclass(kind, set) else frozenset(items)
    except Exception as error:
        raise FactsError(path, f"raises {short_repr(error)} when it is read", value) from error


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


def is_no_id(value: object) -> bool:
    """Return whether *value* cannot be an id: no value, or an empty text [E6]."""
    kind, normalized = normalize(value)
    return kind is Kind.NO_VALUE or (kind is Kind.TEXT and not normalized)


def check_id(value: object, path: str) -> None:
    """Refuse what cannot tell one contact from another.

    Raises:
        FactsError: If it is no value, or cannot be hashed.
    """
    if is_no_id(value):
        raise FactsError(path, f"an id is needed; got {short_repr(value)}", value)
    try:
        hash(value)
    except Exception:  # noqa: BLE001 - a host's __hash__ may raise anything
        problem = f"an id must be hashable: text, int or UUID; got {short_repr(value)}"
        raise FactsError(path, problem, value) from None


def _ensure_name(name: object) -> str:
    kind, text = normalize(name)
    if kind is not Kind.TEXT:
        raise FactsError("Event.name", f"must be text; got {short_repr(name)}", name)
    return cast("str", text)


def _copy_mapping(value: object, path: str) -> dict[str, Any]:
    if not issubclass(type(value), Mapping):
        problem = f"must be a mapping; got {short_repr(value)}"
        if path.endswith("lists"):
            problem += '. Write {"vip": None} for a list whose joined instant is not known'
        raise FactsError(path, problem, value)
    return defensive_copy(cast("Mapping[str, Any]", value), path)


def _joined_time(name: object, joined: object, path: str) -> date | None:
    if not issubclass(type(name), str):
        raise FactsError(path, f"the name of a list is text; got {short_repr(name)}", name)
    kind, moment = normalize(joined)
    if kind is Kind.NO_VALUE:
        return None
    if kind is Kind.DAY:
        return cast("date", moment)
    return instant(joined, f"{path}[{short_repr(name)}]")


@attrs.frozen(repr=False, init=False)
class Contact(PasteableRepr, Generic[IdT]):
    """A person, household or account, as it is today.

    Args:
        id: Who it is: text, int or UUID.
        attributes: What is known, by name: scalars [K1], mappings and collections of them. It is
            copied; what is not there, ``None`` or NaN has no value [V3].
        lists: The lists it is on, each with the instant (or day) it joined, ``None`` if unknown.

    Raises:
        FactsError: If the id is missing, or an argument is not a mapping.
        InstantError: If a naive ``datetime`` is anywhere in it [K2].

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
        path = f"Contact({short_repr(id)})"
        own_lists = _copy_mapping({} if lists is None else lists, f"{path}.lists")
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            id,
            _copy_mapping({} if attributes is None else attributes, f"{path}.attributes"),
            {name: _joined_time(name, at, f"{path}.lists") for name, at in own_lists.items()},
        )


@attrs.frozen(repr=False, init=False)
class Event(PasteableRepr, Generic[IdT]):
    """Something that a contact did, or that happened to it, at one instant.

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
        name = _ensure_name(name)
        if is_no_id(id):
            id = None  # noqa: A001 - a NaN of a data frame, or an empty cell, is not an id
        else:
            check_id(id, "Event.id")
        path = f"Event({short_repr(contact_id)}, {short_repr(name)})"
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            contact_id,
            name,
            instant(at, f"{path}.at"),
            _copy_mapping({} if properties is None else properties, f"{path}.properties"),
            id,
        )
