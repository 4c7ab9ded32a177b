"""Owned copies of the contacts and events that an application hands to a store.

An exact `Contact` or `Event` is immutable and has private copies already, so it is kept as it is. A
host's own object may change later. It is read once, and what is kept is a `Contact` or an `Event`
with the same facts. Neither raises for a value that an evaluation accepts [V1], so that conditions
have the same verdicts for the copy and for the object.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, Final, TypeAlias, TypeVar, cast

from segkit.errors import FactsError, raise_unless_repeated, short_repr, with_error_path
from segkit.history import add_if_new, check_contact, check_event, check_iterable, event_name
from segkit.model.facts import (
    Contact,
    Event,
    EventLike,
    check_id,
    contact_of_owned,
    copy_mapping,
    copy_readable,
    event_of_owned,
    is_no_id,
)
from segkit.model.validation import mismatch
from segkit.model.values import TIMES, Kind, TypedValue, collection_items, normalize
from segkit.semantics.observations import memberships
from segkit.sources.protocol import not_comparable

IdT = TypeVar("IdT", bound=Hashable)

get_id: Final = attrgetter("id")
get_owner: Final = attrgetter("contact_id")

UPDATE_ADVICE: Final = '. Write {"city": "Lyon"} for example'

PathOf: TypeAlias = Callable[[int], str]
"""A function that returns the path of the id at a position, for an error."""


def own_contact(contact: object, path: str) -> Contact[Any]:
    """Return *contact*, or a `Contact` with the facts of a host's object."""
    given = cast("Contact[Any]", contact)
    if type(contact) is Contact:
        return given
    with with_error_path(path):
        check_contact(contact)
    contact_id: Hashable = given.id
    check_id(contact_id, f"{path}.id")
    attributes = copy_readable(given.attributes, f"{path}.attributes")
    return contact_of_owned(contact_id, attributes, _own_lists(given.lists))


def own_event(event: object, path: str) -> EventLike:
    """Return *event*, or an `Event` with the facts of a host's object.

    A host's event that counts nowhere, because it has no instant or no name, cannot be an `Event`:
    it is returned itself [K2].
    """
    given = cast("EventLike", event)
    if type(event) is Event:
        return given
    with with_error_path(path):
        check_event(event)
    contact_id = given.contact_id
    check_id(contact_id, f"{path}.contact_id")
    (kind, at), name = normalize(given.at), event_name(given)
    if kind is not Kind.INSTANT or name is None:
        return given
    properties = copy_readable(given.properties, f"{path}.properties")
    return event_of_owned(contact_id, name, cast("datetime", at), properties, _own_id(given.id))


def own_contacts(contacts: Iterable[object], path: str) -> list[Contact[Any]]:
    """Return a list of owned contacts; the error for one of them has its position."""
    given = list(check_iterable(contacts, path, "contacts"))
    if set(map(type, given)) <= {Contact}:
        return given
    return [own_contact(each, f"{path}[{number}]") for number, each in enumerate(given)]


def own_events(events: Iterable[object], path: str) -> list[EventLike]:
    """Return a list of owned events; the error for one of them has its position."""
    given = list(check_iterable(events, path, "events"))
    if set(map(type, given)) <= {Event}:
        return given
    return [own_event(each, f"{path}[{number}]") for number, each in enumerate(given)]


def own_changes(changes: object, path: str) -> list[tuple[Any, dict[str, Any]]]:
    """Return pairs of an id and a copy of the attributes to set, of a mapping of them."""
    if not issubclass(type(changes), Mapping):
        expected = 'takes a mapping of ids to attributes, {"ada": {"city": "Lyon"}} for example'
        raise mismatch(path, expected, changes, FactsError)
    found: list[tuple[Any, dict[str, Any]]] = []
    for id_, attributes in cast("Mapping[object, object]", changes).items():
        check_id(id_, f"{path}[{len(found)}].id")
        own = copy_mapping(attributes, f"{path}[{short_repr(id_)}]", UPDATE_ADVICE)
        found.append((id_, own))
    return found


def own_ids(ids: Iterable[IdT], path: str) -> list[IdT]:
    """Return a list of ids, each of which can be an id; the error for one has its position."""
    given: list[IdT] = list(check_iterable(ids, path, "ids"))
    for number, each in enumerate(given):
        check_id(each, f"{path}[{number}]")
    return given


def own_pairs(pairs: Iterable[tuple[IdT, Hashable]], path: str) -> list[tuple[IdT, Hashable]]:
    """Return a list of pairs of the id of a contact and the id of an event."""
    found: list[tuple[IdT, Hashable]] = []
    for number, pair in enumerate(check_iterable(pairs, path, "pairs (contact_id, event_id)")):
        place = f"{path}[{number}]"
        items: list[Any] = list(pair) if issubclass(type(pair), tuple | list) else []
        if len(items) != len(("contact_id", "event_id")):
            raise mismatch(place, "must be a pair (contact_id, event_id)", pair, FactsError)
        contact_id, event_id = items
        check_id(contact_id, f"{place}[0]")
        check_id(event_id, f"{place}[1]")
        found.append((contact_id, event_id))
    return found


def different_ids(
    ids: Iterable[object], known: Container[object], path_of: PathOf
) -> dict[Any, int]:
    """Return the different ids in order, each with the last position at which it is given.

    It is an error if an id cannot be compared with the others or with *known*.
    """
    found: dict[object, int] = {}
    number, id_ = 0, None
    try:
        for number, id_ in enumerate(ids):
            _ = id_ in known
            found[id_] = number
    except Exception as error:
        raise_unless_repeated(error, lambda: (id_ in known, id_ in found))
        raise FactsError(path_of(number), not_comparable(error), id_) from error
    return found


def known_event_ids(events: Iterable[EventLike]) -> set[Hashable]:
    """Return the ids of events, without ids that identify nothing [E3]."""
    try:
        return {event.id for event in events}
    except Exception as error:  # noqa: BLE001 - an id of a host may raise when it is hashed or compared
        raise_unless_repeated(error, lambda: {event.id for event in events})
        ids: set[Hashable] = set()
        for event in events:
            add_if_new(event, ids)
        return ids


def are_distinct(events: list[EventLike]) -> bool:
    """Return whether a few passes in C show that no two of many events can be one event [E3].

    It is false if events of several contacts share an id, although those are distinct.
    """
    if set(map(type, events)) != {Event}:
        return False
    ids = list(map(get_id, events))
    owners = list(map(get_owner, events))
    try:
        set(owners)  # An id that cannot be compared raises here.
        different = set(ids)
    except Exception as error:  # noqa: BLE001 - the methods of a host's id may raise anything
        raise_unless_repeated(error, lambda: (set(owners), set(ids)))
        return False
    without_id = sum(map(is_, ids, repeat(None)))
    return len(different) - (without_id > 0) == len(ids) - without_id


def _own_id(event_id: object) -> Hashable:
    """Return the id of an event, or ``None`` if it identifies nothing [E3]."""
    if is_no_id(event_id):
        return None
    try:
        hash(event_id)
    except Exception as error:  # noqa: BLE001 - a host's __hash__ may raise anything
        raise_unless_repeated(error, partial(hash, event_id))
        return None
    return event_id


def _own_lists(lists: object) -> dict[str, date | None]:
    found = memberships(lists, None)
    if not found and issubclass(type(lists), Mapping):
        # There may be one name that raises: conditions can read the others.
        for name in _names_of(cast("Mapping[object, object]", lists)):
            found |= memberships(lists, name)
    return {name: _own_joined(joined) for name, joined in found.items()}


def _names_of(lists: Mapping[object, object]) -> list[str]:
    return [name for name in collection_items(lists) if type(name) is str]


def _own_joined(joined: TypedValue) -> date | None:
    kind, value = joined
    return cast("date", value) if kind in TIMES else None
