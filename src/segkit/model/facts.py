"""Contacts and events: the classes that segkit provides, and the protocols that it accepts.

`Contact` and `Event` keep their instants in UTC, and copies of the collections that they receive.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, cast

import attrs

from segkit.errors import FactsError, InstantError, raise_unless_repeated, short_repr
from segkit.model.foreign_data import instant_advice, json_advice
from segkit.model.repr import PasteableRepr
from segkit.model.validation import (
    ensure_text,
    has_type,
    is_iterable_of_items,
    mismatch,
    zone_problem,
)
from segkit.model.values import Kind, collection_items, normalize

_MAX_DEPTH: Final = 100
_MAX_COLLECTIONS: Final = 100_000
# Most values have one of these types: they are not copied, and no path to them is built.
_SHARED_TYPES: Final = frozenset({str, int, float, bool, type(None)})
_COLLECTIONS: Final = (Mapping, list, tuple, set, frozenset)
_EXACT_COLLECTIONS: Final = frozenset({dict, list, tuple, set, frozenset})


def instant(value: object, path: str, expected: str = "an aware datetime") -> datetime:
    """Return *value*, an aware ``datetime``, as an instant in UTC."""
    kind, moment = normalize(value)
    if kind is Kind.INSTANT:
        return cast("datetime", moment)
    problem = zone_problem(value, takes_day="a day" in expected)
    if problem is None:
        problem = f"must be {expected}; got {short_repr(value)}{instant_advice(value)}"
    raise InstantError(path, problem, value)


@attrs.define
class _DeepCopy:
    """A copy of the collections in a value, at any depth; scalars are shared.

    A collection that occurs twice is copied twice, and counts twice: a copy of forty lists, each
    of which contains the previous one twice, would not fit into memory [D9].

    Attributes:
        is_lenient: Whether a naive ``datetime`` stays as it is, and the copy of a collection that
            raises has the members that a condition can read.
        ancestors: The identities of the collections around the current one.
    """

    is_lenient: bool = False
    collections: int = 0
    ancestors: set[int] = attrs.field(factory=set[int])

    def copy(self, value: object, path: str) -> object:
        problem = None if self.is_lenient else zone_problem(value)
        if problem is not None:
            raise InstantError(path, problem, value)
        if not issubclass(type(value), _COLLECTIONS):
            return value
        if self.is_lenient and self.ancestors and issubclass(type(value), Enum):
            return value  # A member that is compared by its .value.
        self._check_limits(value, path)
        shallow = readable_members(value) if self.is_lenient else _shallow_copy(value, path)
        self.ancestors.add(id(value))
        copies = {
            key: item
            if type(item) in _SHARED_TYPES
            else self.copy(item, f"{path}[{short_repr(key)}]")
            for key, item in (shallow.items() if isinstance(shallow, dict) else enumerate(shallow))
        }
        self.ancestors.discard(id(value))
        if isinstance(shallow, dict):
            return copies
        if isinstance(shallow, set | frozenset):
            return shallow  # Its members are hashable; copies of them might not be.
        members = copies.values()
        return tuple(members) if isinstance(shallow, tuple) else list(members)

    def _check_limits(self, value: object, path: str) -> None:
        if id(value) in self.ancestors:
            raise FactsError(path, "holds itself: there is no end to copying it", value)
        if len(self.ancestors) == _MAX_DEPTH:
            raise FactsError(path, f"nests more than {_MAX_DEPTH} levels deep", value)
        self.collections += 1
        if self.collections > _MAX_COLLECTIONS:
            problem = (
                f"there are more than {_MAX_COLLECTIONS:,} collections in it, each counted as "
                "often as it occurs: leave out what no condition reads"
            )
            raise FactsError(path, problem, value)


_Plain: TypeAlias = (
    dict[object, object] | list[object] | tuple[object, ...] | set[object] | frozenset[object]
)


def _shallow_copy(value: object, path: str) -> _Plain:
    """Return the members of a collection in a plain one."""
    try:
        return _plain_copy(value)
    except Exception as error:
        raise_unless_repeated(error, partial(_plain_copy, value))
        raise FactsError(path, f"raises {short_repr(error)} when it is read", value) from error


def _plain_copy(value: object) -> _Plain:
    kind: type[object] = type(value)
    if issubclass(kind, Mapping):
        return dict(cast("Mapping[object, object]", value).items())
    items = cast("list[object]", value)
    if issubclass(kind, list):
        return list(items)
    if issubclass(kind, tuple):
        return tuple(items)
    return set(items) if issubclass(kind, set) else frozenset(items)


def readable_members(value: object) -> _Plain:
    """Return the members of a collection of a host that a condition can read.

    Mappings are read by ``get`` and other collections by iteration, as in an evaluation [V1].
    """
    kind: type[object] = type(value)
    if kind in _EXACT_COLLECTIONS:  # Neither hashes nor compares the members again.
        return _shallow_copy(value, "")
    if not issubclass(kind, Mapping):
        members = collection_items(value)
        # A subclass of set may yield members that are equal, or that are not hashable.
        return members if issubclass(kind, tuple) else list(members)
    mapping = cast("Mapping[object, object]", value)
    found: dict[object, object] = {}
    for name in collection_items(mapping):
        try:
            found[name] = mapping.get(name)
        except Exception as error:  # noqa: BLE001 - a key or a value of the host's may raise [V1]
            raise_unless_repeated(error, partial(mapping.get, name))
    return found


IdT = TypeVar("IdT", bound=Hashable)
IdT_co = TypeVar("IdT_co", covariant=True)


class ContactLike(Protocol[IdT_co]):
    """Any object with ``id``, ``attributes`` and ``lists``; segkit never changes it.

    >>> from types import SimpleNamespace
    >>> from segkit import attr, matches
    >>> ada = SimpleNamespace(id="ada", attributes={"city": "Paris"}, lists={})
    >>> matches(attr("city") == "Paris", ada)
    True
    """

    @property
    def id(self) -> IdT_co:
        """The id: hashable, and different for each contact."""
        ...

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes by name. An attribute that is absent has no value."""  # [V3]
        ...

    @property
    def lists(self) -> Mapping[str, Any]:
        """The lists by name, each with the instant of joining, or ``None`` if unknown."""  # [L1]
        ...


class EventLike(Protocol):
    """Any object with ``contact_id``, ``name``, ``at``, ``properties`` and ``id``.

    segkit never changes it.

    >>> from datetime import UTC, datetime
    >>> from types import SimpleNamespace
    >>> from segkit import Contact, did, matches
    >>> at = datetime(2022, 9, 12, tzinfo=UTC)
    >>> order = SimpleNamespace(contact_id="ada", name="order", at=at, properties={}, id=None)
    >>> matches(did("order"), Contact("ada"), [order])
    True
    """

    @property
    def contact_id(self) -> object:
        """The id of the contact."""
        ...

    @property
    def name(self) -> str:
        """The name, such as ``"order"``."""
        ...

    @property
    def at(self) -> datetime:
        """The instant, an aware ``datetime``. An event without one never counts."""  # [K2]
        ...

    @property
    def properties(self) -> Mapping[str, Any]:
        """The properties by name. A property that is absent has no value."""  # [V3]
        ...

    @property
    def id(self) -> object:
        """The id, or ``None``. Of two events of a contact with one id, the first counts."""  # [E3]
        ...


NOT_GIVEN: Final[tuple[EventLike, ...]] = ()
"""The default of the parameter *events* in calls about one contact."""


def is_no_id(value: object) -> bool:
    """Return whether *value* cannot be an id: no value, or an empty text."""  # [E6]
    kind, normalized = normalize(value)
    return kind is Kind.NO_VALUE or (kind is Kind.TEXT and not normalized)


def check_id(value: object, path: str) -> None:
    """Refuse an id that is no value, is an empty text or cannot be hashed."""
    if is_no_id(value):
        raise mismatch(path, "an id is needed", value, FactsError)
    try:
        hash(value)
    except Exception as error:  # noqa: BLE001 - a host's __hash__ may raise anything
        raise_unless_repeated(error, partial(hash, value))
        expected = "an id must be hashable: text, int or UUID"
        raise mismatch(path, expected, value, FactsError) from None


def _copy_mapping(value: object, path: str, advice: str = "") -> dict[str, Any]:
    """Return a deep copy of a mapping, or an empty ``dict`` for ``None``."""
    return {} if value is None else copy_mapping(value, path, advice)


def copy_mapping(value: object, path: str, advice: str = "") -> dict[str, Any]:
    """Return a deep copy of a mapping, without a naive ``datetime``."""
    if not issubclass(type(value), Mapping):
        advice = json_advice(value) or advice
        raise mismatch(path, "must be a mapping", value, FactsError, advice=advice)
    return cast("dict[str, Any]", _DeepCopy().copy(value, path))


def _copy_lists(lists: object, path: str) -> dict[str, Any]:
    """Return the joined instant by list; ``None`` for each name of a collection of names."""
    if not is_iterable_of_items(lists):
        advice = ': write ["vip"], or {"vip": None} with the instant of joining or None'
        return _copy_mapping(lists, path, advice)
    try:
        names = list(lists)
    except Exception as error:
        raise_unless_repeated(error, partial(list[Any], lists))
        raise FactsError(path, f"raises {short_repr(error)} when it is read", lists) from error
    own = [list_name(name, path) for name in names]
    # The order of a set differs between processes; the repr of the contact must not.
    return dict.fromkeys(sorted(own) if has_type(lists, set, frozenset) else own)


def copy_readable(value: object, path: str) -> dict[str, Any]:
    """Return a deep copy of what a condition can read of a host's attributes or properties.

    It is empty if *value* is not a mapping [K6].
    """
    if not issubclass(type(value), Mapping):
        return {}
    return cast("dict[str, Any]", _DeepCopy(is_lenient=True).copy(value, path))


_JOINED: Final = "a day, an aware datetime or None"


def list_name(name: object, path: str) -> str:
    """Return the name of a list as a plain ``str``."""
    return ensure_text(path, "the name of a list is text", name, FactsError)


def joined_time(joined: object, path: str) -> date | None:
    """Return the instant or day at which a contact joined a list, or ``None`` if unknown."""
    kind, moment = normalize(joined)
    if kind is Kind.NO_VALUE:
        return None
    if kind is Kind.DAY:
        return cast("date", moment)
    if kind is Kind.BOOLEAN:
        advice = ": write None where it is not known when the contact joined"
        raise mismatch(path, f"must be {_JOINED}", joined, InstantError, advice=advice)
    return instant(joined, path, _JOINED)


def _joined_time(name: object, joined: object, path: str) -> date | None:
    list_name(name, path)
    return joined_time(joined, f"{path}[{short_repr(name)}]")


@attrs.frozen(repr=False, init=False)
class Contact(PasteableRepr, Generic[IdT]):
    """A person, household or account, with its current attributes and lists.

    Args:
        id: The id: text that is not empty, int or UUID. A text of blanks is an id.
        attributes: The attributes by name: scalars [K1], mappings and collections of them. They
            are copied. An attribute that is absent, ``None`` or NaN has no value [V3].
        lists: The lists by name, each with the instant (or day) at which the contact joined it, or
            ``None`` if unknown. If it is unknown for all, the names alone: ``["vip"]``.

    Raises:
        FactsError: If the id is missing, *attributes* is not a mapping, or *lists* is neither a
            mapping nor a collection of names.
        InstantError: If a naive ``datetime`` is anywhere in the arguments [K2], or the value of a
            list is neither an instant, a day nor ``None``.

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
        lists: Mapping[str, date | None] | Iterable[str] | None = None,
    ) -> None:
        check_id(id, "Contact.id")
        path = f"Contact({short_repr(id)})"
        own_lists = _copy_lists(lists, f"{path}.lists")
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            id,
            _copy_mapping(attributes, f"{path}.attributes"),
            {name: _joined_time(name, at, f"{path}.lists") for name, at in own_lists.items()},
        )


@attrs.frozen(repr=False, init=False)
class Event(PasteableRepr, Generic[IdT]):
    """Something that a contact did, or that happened to it, at one instant.

    Args:
        contact_id: The id of the contact.
        name: The name: ``"order"``.
        at: The instant, an aware ``datetime``; kept in UTC.
        properties: The properties by name, copied as the attributes of a contact are.
        id: The id of the event. Two events of a contact with one id are one event, the first given
            [E3]. Events without an id all count; an empty text is no id.

    Raises:
        FactsError: If an id is missing or cannot be hashed, *name* is not a text, or *properties*
            is not a mapping.
        InstantError: If *at* or a ``datetime`` among the properties is naive [K2].

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
        name = ensure_text("Event.name", "must be text", name, FactsError)
        if is_no_id(id):
            id = None  # noqa: A001 - a NaN of a data frame, or an empty cell, is not an id
        else:
            check_id(id, "Event.id")
        path = f"Event({short_repr(contact_id)}, {short_repr(name)})"
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            contact_id,
            name,
            instant(at, f"{path}.at"),
            _copy_mapping(properties, f"{path}.properties"),
            id,
        )


# --- facts of dicts that nothing else refers to ---------------------------------------------------


def contact_of_owned(
    id: IdT,  # noqa: A002 - the field's fixed name
    attributes: dict[str, Any],
    lists: dict[str, date | None],
) -> Contact[IdT]:
    """Return a contact that keeps these dicts: they are neither copied nor checked."""
    contact = cast("Contact[IdT]", object.__new__(Contact))
    contact.__attrs_init__(id, attributes, lists)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return contact


def event_of_owned(
    contact_id: IdT,
    name: str,
    at: datetime,
    properties: dict[str, Any],
    id: Hashable,  # noqa: A002 - the field's fixed name
) -> Event[IdT]:
    """Return an event that keeps this dict: it is neither copied nor checked."""
    event = cast("Event[IdT]", object.__new__(Event))
    event.__attrs_init__(contact_id, name, at, properties, id)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return event
