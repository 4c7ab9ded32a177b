"""The facts that a store owns, and how they change: each change has all its effects, or none."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from itertools import chain, islice
from operator import contains
from threading import RLock
from typing import Any, Final, Generic, TypeVar, cast

from segkit.errors import FactsError, raise_unless_repeated, short_repr
from segkit.history import add_if_new, ids_equal
from segkit.model.facts import (
    Contact,
    EventLike,
    contact_of_owned,
    is_no_id,
    joined_time,
    list_name,
)
from segkit.sources.copies import (
    PathOf,
    are_distinct,
    different_ids,
    get_id,
    get_owner,
    known_event_ids,
)

IdT = TypeVar("IdT", bound=Hashable)

_MANY_EVENTS: Final = 32
"""A contact with more events has a set of their ids; up to this number, the events are searched."""


class OwnedFacts(Generic[IdT]):
    """Contacts and events by contact, and the changes of them, under one lock.

    The methods take owned values that are checked already. They compare ids, which may fail, before
    the first call of `_put_contact`, `_drop_contact`, `_append_event`, `_drop_event` or
    `_put_first_events`. These five cannot fail, and no other method changes contacts or events.
    """

    def __init__(self) -> None:
        self._contacts: dict[IdT, Contact[IdT]] = {}
        # A list of events is appended to, or replaced by another list, and never changed otherwise:
        # a list and its length are a version of it.
        self._events: dict[IdT, list[EventLike]] = {}
        # All events, until they are needed by contact for the first time; then `None`.
        self._ungrouped: list[EventLike] | None = None
        # The ids of the events of a contact with many events, since they were first needed.
        self._event_ids: dict[IdT, set[Hashable]] = {}
        self.repeated_events = 0
        """The number of events that were given and not kept: their ids were known already [E3]."""
        # The lock is re-entrant, because comparing ids may run a host's code, which may use this
        # very source.
        self._lock = RLock()

    def _iter_all_events(self) -> Iterator[EventLike]:
        """Return an iterator over one version of all events, of unknown contacts too."""
        with self._lock:
            if self._ungrouped is not None:
                return iter(self._ungrouped)
            versions = [islice(events, len(events)) for events in self._events.values()]
        return chain.from_iterable(versions)

    def __getstate__(self) -> dict[str, Any]:
        """Return the contents at one instant, without the lock, which belongs to its process."""
        with self._lock:
            return {
                **{k: value for k, value in vars(self).items() if k not in ("_lock", "_event_ids")},
                "_contacts": dict(self._contacts),
                "_events": {owner: list(events) for owner, events in self._events.items()},
                "_ungrouped": self._ungrouped,
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._event_ids = {}
        self._lock = RLock()

    # --- changes ----------------------------------------------------------------------------------

    def _upsert(self, contacts: list[Contact[IdT]], path_of: PathOf) -> None:
        with self._lock:
            last = different_ids(map(get_id, contacts), self._contacts, path_of)
            for number in last.values():
                self._put_contact(contacts[number])

    def _update(self, changes: list[tuple[IdT, dict[str, Any]]], path_of: PathOf) -> None:
        with self._lock:
            changed: list[Contact[IdT]] = []
            last = different_ids((id_ for id_, _ in changes), self._contacts, path_of)
            for id_, number in last.items():
                contact = self._existing(id_, path_of(number))
                given = changes[number][1]
                merged = {**contact.attributes, **given}
                for name, value in given.items():
                    if value is None:
                        del merged[name]
                changed.append(contact_of_owned(contact.id, merged, contact.lists))
            for contact in changed:
                self._put_contact(contact)

    def _remove(self, ids: list[IdT], path_of: PathOf) -> int:
        with self._lock:
            self._group()
            different_ids(ids, self._events, path_of)
            last = different_ids(ids, self._contacts, path_of)
            before = len(self._contacts)
            for id_ in last:
                self._drop_contact(id_)
            return before - len(self._contacts)

    def _add_to_list(
        self, ids: list[IdT], name: object, joined: object, path: str, path_of: PathOf
    ) -> int:
        name = list_name(name, f"{path}.list")
        time = joined_time(joined, f"{path}.joined")
        with self._lock:
            changed: list[Contact[IdT]] = []
            added = 0
            for id_, number in different_ids(ids, self._contacts, path_of).items():
                contact = self._existing(id_, path_of(number))
                is_new = name not in contact.lists
                added += is_new
                if is_new or time is not None:
                    lists = {**contact.lists, name: time}
                    changed.append(contact_of_owned(contact.id, contact.attributes, lists))
            for contact in changed:
                self._put_contact(contact)
            return added

    def _remove_from_list(self, ids: list[IdT], name: object, path: str, path_of: PathOf) -> int:
        name = list_name(name, f"{path}.list")
        with self._lock:
            changed: list[Contact[IdT]] = []
            for id_ in different_ids(ids, self._contacts, path_of):
                contact = self._contacts.get(id_)
                if contact is not None and name in contact.lists:
                    lists = {each: time for each, time in contact.lists.items() if each != name}
                    changed.append(contact_of_owned(contact.id, contact.attributes, lists))
            for contact in changed:
                self._put_contact(contact)
            return len(changed)

    def _track(self, events: list[EventLike], path_of: PathOf) -> int:
        with self._lock:
            is_empty = not self._events and self._ungrouped is None
            if is_empty and len(events) > _MANY_EVENTS and are_distinct(events):
                self._put_first_events(events)
                return len(events)
            self._group()
            different_ids(map(get_owner, events), self._events, path_of)
            given_ids: dict[object, set[Hashable]] = {}
            new: list[EventLike] = []
            for event in events:
                ids = given_ids.setdefault(event.contact_id, set())
                if add_if_new(event, ids) and not self._has_event(event):
                    new.append(event)
            for event in new:
                self._append_event(event)
            self.repeated_events += len(events) - len(new)
            return len(new)

    def _untrack(self, pairs: list[tuple[IdT, Hashable]], path_of: PathOf) -> int:
        with self._lock:
            self._group()
            different_ids((owner for owner, _ in pairs), self._events, path_of)
            # By identity: a pair that is given twice names one event.
            found: dict[int, tuple[IdT, EventLike]] = {}
            for owner, event_id in pairs:
                for event in self._events.get(owner, ()):
                    if ids_equal(event.id, event_id):
                        found[id(event)] = (owner, event)
                        break
            for owner, event in found.values():
                self._drop_event(owner, event)
            return len(found)

    def _existing(self, id_: IdT, path: str) -> Contact[IdT]:
        contact = self._contacts.get(id_)
        if contact is None:
            given = short_repr(id_)
            problem = (
                f"there is no contact {given}: insert it first, source.upsert(Contact({given}))"
            )
            raise FactsError(path, problem, id_)
        return contact

    def _has_event(self, event: EventLike) -> bool:
        """Return whether its contact has an event with that id."""  # [E3]
        owner, event_id = cast("IdT", event.contact_id), event.id
        if event_id is None or is_no_id(event_id):
            return False
        ids = self._event_ids.get(owner)
        if ids is None:
            events = self._events.get(owner, [])
            ids = known_event_ids(events)
            if len(events) > _MANY_EVENTS:
                self._event_ids[owner] = ids
        try:
            return event_id in ids
        except Exception as error:  # noqa: BLE001 - an id that cannot be hashed or compared identifies nothing
            raise_unless_repeated(error, partial(contains, ids, event_id))
            return False

    def _group(self) -> None:
        """Group the events by contact; the groups are kept from then on."""
        if self._ungrouped is None:
            return
        groups: dict[IdT, list[EventLike]] = {}
        for owner, event in zip(map(get_owner, self._ungrouped), self._ungrouped, strict=True):
            if owner in groups:
                groups[owner].append(event)
            else:
                groups[owner] = [event]
        self._events, self._ungrouped = groups, None

    # --- the only methods that change contacts and events -----------------------------------------

    def _put_first_events(self, events: list[EventLike]) -> None:
        self._ungrouped = events

    def _put_contact(self, contact: Contact[IdT]) -> None:
        self._contacts[contact.id] = contact

    def _drop_contact(self, id_: IdT) -> None:
        self._contacts.pop(id_, None)
        self._events.pop(id_, None)
        self._event_ids.pop(id_, None)

    def _append_event(self, event: EventLike) -> None:
        owner = cast("IdT", event.contact_id)
        self._events.setdefault(owner, []).append(event)
        ids = self._event_ids.get(owner)
        if ids is not None:
            add_if_new(event, ids)

    def _drop_event(self, contact_id: IdT, event: EventLike) -> None:
        events = self._events[contact_id]
        place = next(number for number, each in enumerate(events) if each is event)
        kept = events[:place] + events[place + 1 :]
        self._event_ids.pop(contact_id, None)  # It is built again when it is needed.
        if kept:
            self._events[contact_id] = kept
        else:
            del self._events[contact_id]
