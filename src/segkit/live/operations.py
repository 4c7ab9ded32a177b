"""The operations of a `Live` as values, for many at once: ``live.apply([Track(event), ...])``.

Each takes the arguments of the method of the same name, checks and copies them, and has an instant
*at*; ``None`` is the instant of the operation before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar, assert_never, cast

import attrs

from segkit.errors import FactsError, InstantError, short_repr
from segkit.model.facts import (
    ContactLike,
    EventLike,
    check_id,
    copy_mapping,
    instant,
    joined_time,
    list_name,
)
from segkit.model.validation import has_type, is_iterable_of_items, mismatch, set_fields
from segkit.sources import MemorySource
from segkit.sources.copies import UPDATE_ADVICE, own_contact, own_event
from segkit.sources.protocol import contains_id

IdT = TypeVar("IdT", bound=Hashable)


def _instant_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else instant(at, "at")


@attrs.frozen
class _At:
    """When an operation takes place."""

    at: datetime | None = attrs.field(default=None, kw_only=True, converter=_instant_or_none)


@attrs.frozen
class Upsert(_At, Generic[IdT]):
    """Insert or replace a contact; see `Live.upsert`.

    >>> from segkit import Contact
    >>> from segkit.live import Upsert
    >>> Upsert(Contact("ada")).contact.id
    'ada'
    """

    contact: ContactLike[IdT]

    def __attrs_post_init__(self) -> None:
        set_fields(self, contact=own_contact(self.contact, "upsert.contact"))


@attrs.frozen
class Update(_At, Generic[IdT]):
    """Set some attributes of a contact; see `Live.update`.

    >>> from segkit.live import Update
    >>> Update("ada", {"city": "Lyon", "phone": None}).id
    'ada'
    """

    id: IdT
    attributes: Mapping[str, Any]

    def __attrs_post_init__(self) -> None:
        check_id(self.id, "update.id")
        own = copy_mapping(self.attributes, "update.attributes", UPDATE_ADVICE)
        set_fields(self, attributes=own)


@attrs.frozen
class Remove(_At, Generic[IdT]):
    """Remove a contact and its events; see `Live.remove`.

    >>> from segkit.live import Remove
    >>> Remove("ada").id
    'ada'
    """

    id: IdT

    def __attrs_post_init__(self) -> None:
        check_id(self.id, "remove.id")


@attrs.frozen
class AddToList(_At, Generic[IdT]):
    """Add a contact to a list; see `Live.add_to_list`.

    >>> from segkit.live import AddToList
    >>> AddToList("ada", "vip").list
    'vip'
    """

    id: IdT
    list: str
    joined: date | None = None

    def __attrs_post_init__(self) -> None:
        check_id(self.id, "add_to_list.id")
        name = list_name(self.list, "add_to_list.list")
        set_fields(self, list=name, joined=joined_time(self.joined, "add_to_list.joined"))


@attrs.frozen
class RemoveFromList(_At, Generic[IdT]):
    """Remove a contact from a list; see `Live.remove_from_list`.

    >>> from segkit.live import RemoveFromList
    >>> RemoveFromList("ada", "vip").list
    'vip'
    """

    id: IdT
    list: str

    def __attrs_post_init__(self) -> None:
        check_id(self.id, "remove_from_list.id")
        set_fields(self, list=list_name(self.list, "remove_from_list.list"))


@attrs.frozen
class Track(_At):
    """Add an event; see `Live.track`.

    >>> from datetime import UTC, datetime
    >>> from segkit import Event
    >>> from segkit.live import Track
    >>> Track(Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))).event.name
    'order'
    """

    event: EventLike

    def __attrs_post_init__(self) -> None:
        set_fields(self, event=own_event(self.event, "track.event"))


@attrs.frozen
class Untrack(_At, Generic[IdT]):
    """Remove an event of a contact; see `Live.untrack`.

    >>> from segkit.live import Untrack
    >>> Untrack("ada", "e1").event_id
    'e1'
    """

    contact_id: IdT
    event_id: Hashable

    def __attrs_post_init__(self) -> None:
        check_id(self.contact_id, "untrack.contact_id")
        check_id(self.event_id, "untrack.event_id")


ContactOperation: TypeAlias = Upsert[Any] | Update[Any] | AddToList[Any] | RemoveFromList[Any]
"""A change of the attributes or lists of a contact."""

Operation: TypeAlias = ContactOperation | Remove[Any] | Track | Untrack[Any]
"""A change of the facts of one contact."""

OPERATIONS: Final = (Upsert, Update, Remove, AddToList, RemoveFromList, Track, Untrack)
"""The classes of operations."""


def contact_id_of(operation: Operation) -> Any:  # noqa: ANN401 - an id of any type
    """Return the id of the contact that *operation* changes."""
    match operation:
        case Upsert(contact=contact):
            return contact.id
        case Track(event=event):
            return event.contact_id
        case Untrack(contact_id=contact_id):
            return contact_id
        case Update(id=id_) | Remove(id=id_) | AddToList(id=id_) | RemoveFromList(id=id_):
            return id_
        case _:
            assert_never(operation)


def ensure_operations(operations: Iterable[object]) -> list[Operation]:
    """Return a list of operations."""
    expected = "takes several operations, [Track(event), Update(id, {...})] for example"
    if not is_iterable_of_items(operations):
        raise mismatch("apply", expected, operations, FactsError)
    found = list(operations)
    for number, given in enumerate(found):
        if not has_type(given, *OPERATIONS):
            names = ", ".join(each.__name__ for each in OPERATIONS)
            raise mismatch(f"apply[{number}]", f"takes an operation: {names}", given, FactsError)
    return cast("list[Operation]", found)


def change_contact(source: MemorySource[Any], operation: ContactOperation) -> None:
    """Change a contact of a store as an operation says."""
    match operation:
        case Upsert(contact=contact):
            source.upsert(contact)
        case Update(id=id_, attributes=attributes):
            source.update(id_, attributes)
        case AddToList(id=id_, list=name, joined=joined):
            source.add_to_list(id_, name, joined)
        case RemoveFromList(id=id_, list=name):
            source.remove_from_list(id_, name)
        case _:
            assert_never(operation)


def checked_operations(
    operations: Iterable[Operation],
    now: datetime,
    default: datetime,
    exists: Callable[[Any], bool],
) -> list[tuple[Operation, datetime]]:
    """Return operations, each with its instant, if all of them can be applied in order.

    Args:
        now: The instant of the clock.
        default: The instant of the first operation if it has none, which is not before *now*.
        exists: Returns whether a contact exists before the first operation.
    """
    known: dict[Any, bool] = {}
    found: list[tuple[Operation, datetime]] = []
    for number, operation in enumerate(operations):
        if operation.at is not None:
            path = "at" if number == 0 else f"apply[{number}].at"
            now = not_before(operation.at, now, path)
        elif number == 0:
            now = default
        id_ = contact_id_of(operation)
        is_known = known[id_] if contains_id(id_, known, "id") else exists(id_)
        if isinstance(operation, Update | AddToList) and not is_known:
            text = short_repr(id_)
            problem = f"there is no contact {text}: insert it first, upsert(Contact({text}))"
            word = "update" if isinstance(operation, Update) else "add_to_list"
            raise FactsError(f"{word}.id", problem, id_)
        if isinstance(operation, Upsert | Remove):
            known[id_] = isinstance(operation, Upsert)
        found.append((operation, now))
    return found


def not_before(at: datetime, now: datetime, path: str) -> datetime:
    """Return an instant that is not before *now*."""
    if at < now:
        problem = f"{at.isoformat()} is before the clock, {now.isoformat()}"
        if path.endswith("at"):
            problem += ": for a fact that arrives late, leave out at"
        raise InstantError(path, problem, at)
    return at
