"""The store in memory: a source whose contacts and events an application changes."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import date, tzinfo
from itertools import islice, repeat
from typing import Any, Final, TypeVar

from segkit.errors import FactsError, raise_unless_repeated, short_repr
from segkit.history import event_name
from segkit.model.catalog import Catalog
from segkit.model.catalog.bad_cells import OnBad
from segkit.model.catalog.rows import IdType
from segkit.model.facts import (
    Contact,
    ContactLike,
    EventLike,
    check_id,
    copy_mapping,
)
from segkit.model.requirements import Requirements
from segkit.sources.column_store import ColumnStore
from segkit.sources.copies import (
    UPDATE_ADVICE,
    different_ids,
    get_id,
    own_changes,
    own_contact,
    own_contacts,
    own_event,
    own_events,
    own_ids,
    own_pairs,
)
from segkit.sources.protocol import contains_id
from segkit.sources.records import Lists, RecordOptions, read_records

IdT = TypeVar("IdT", bound=Hashable)


_NO_EVENTS: Final[list[EventLike]] = []


class MemorySource(ColumnStore[IdT]):
    """Contacts and events in memory, which an application keeps and changes: a `Source`.

    `upsert`, `update`, `remove`, `add_to_list`, `remove_from_list`, `track` and `untrack` change
    the store. Each has a form for many (`upsert_many`, ...), which makes all its changes or, if it
    raises, none. ``len(source)``, ``for contact in source``, ``id in source``, `get` and `events`
    read it.

    Contacts are evaluated in the order in which they were first added.

    Args:
        contacts: `Contact` objects, or any objects with their fields.
        events: Events of any of the contacts, in any order. Events of contacts that are not known
            yet are kept until the contact is added. Of two events of one contact with one id, the
            first is kept [E3].

    *Columns*: results that segments need are kept, and kept right, so that a later evaluation
    takes a small part of the time of the first. `memory` returns the bytes; ``columns=False``
    switches it off.

    *Ownership*: what is added is owned. A `Contact` or an `Event` is kept as it is. Any other
    object is read once, and a `Contact` or an `Event` with its facts is kept: a later change of the
    object has no effect until it is added again. (An event without an instant or a name counts
    nowhere [K2]; the object itself is kept.)

    *Threads*: any number of threads may evaluate and change the store at the same time. An
    evaluation reads one version of the store: all contacts and events at the instant at which it
    starts. A change for many is one version.

    Raises:
        FactsError: If two contacts have one id [E6], or an element is not contact-like or not
            event-like, or an argument is not an iterable.

    >>> from segkit import Contact, MemorySource
    >>> source = MemorySource([Contact("ada")])
    >>> source.update("ada", {"city": "Lyon"})
    >>> len(source), source.get("ada")
    (1, Contact('ada', attributes={'city': 'Lyon'}, lists={}))
    """

    def __init__(
        self,
        contacts: Iterable[ContactLike[IdT]] = (),
        events: Iterable[EventLike] = (),
        *,
        columns: bool = True,
    ) -> None:
        super().__init__(uses_columns=columns)
        path = "MemorySource.contacts"
        given: list[Contact[IdT]] = own_contacts(contacts, path)
        last = different_ids(map(get_id, given), (), f"{path}[{{}}].id".format)
        if len(last) < len(given):
            first = next(n for n, each in enumerate(given) if last[each.id] != n)
            again, number = given[first], last[given[first].id]
            problem = (
                f"a contact with the id {short_repr(again.id)} exists already: leave out one, or "
                "replace it later, source.upsert(contact)"
            )
            raise FactsError(f"{path}[{number}].id", problem, given[number])
        for contact in given:
            self._put_contact(contact)
        path = "MemorySource.events"
        self._track(own_events(events, path), f"{path}[{{}}].contact_id".format)

    @classmethod
    def from_records(
        cls,
        contacts: Iterable[Mapping[str, Any]],
        events: Iterable[Mapping[str, Any]] = (),
        *,
        catalog: Catalog | None = None,
        lists: Lists | None = None,
        contact_columns: Mapping[str, str] | None = None,
        event_columns: Mapping[str, str] | None = None,
        event_name: str | None = None,
        tz: str | tzinfo | None = None,
        id_type: IdType | None = None,
        on_bad: OnBad = "raise",
    ) -> MemorySource[Any]:
        """Return a store with the contacts and events of rows: of CSV files, of JSON, of forms.

        Each row is read by `Catalog.contact` or `Catalog.event`, by the kinds of *catalog*.

        Args:
            contacts: The rows of the contacts, such as a ``csv.DictReader``.
            events: The rows of the events.
            catalog: The kinds of the cells; without one they are kept as they are.
            lists: The ids on each list, ``{"vip": ["ada"]}``, perhaps with the time at which each
                joined: ``{"vip": {"ada": "2022-09-12"}}``.
            contact_columns: The names of columns that are not those of the fields ``id``,
                ``attributes`` and ``lists``: ``{"id": "Customer ID"}``.
            event_columns: Likewise for ``contact_id``, ``name``, ``at``, ``properties``, ``id``.
            event_name, tz, id_type: As for `Catalog.event`.
            on_bad: ``"raise"`` one error for all cells that cannot be read, ``"skip"`` them, or
                pass each `BadCell` to a function and skip it. A row without a usable id, name or
                instant is left out whole.

        Raises:
            RecordError: If cells cannot be read, and *on_bad* is ``"raise"``.
            CatalogError: If a row is not a mapping, or another argument is of another type.
            ZoneError: If *tz* is unknown.

        >>> from segkit import Catalog, MemorySource
        >>> catalog = Catalog(attributes={"age": "number"}, events={"order": {"total": "number"}})
        >>> source = MemorySource.from_records(
        ...     [{"id": "ada", "age": "36"}],
        ...     [{"contact_id": "ada", "name": "order", "at": "2022-09-12 08:30", "total": "30"}],
        ...     catalog=catalog, tz="Europe/Paris",
        ... )
        >>> source.get("ada")
        Contact('ada', attributes={'age': 36}, lists={})
        """
        options = RecordOptions(catalog, tz, id_type, on_bad)
        given = ((contacts, contact_columns), (events, event_columns))
        return cls(*read_records(options, *given, lists=lists, event_name=event_name))

    # --- contacts ---------------------------------------------------------------------------------

    def upsert(self, contact: ContactLike[IdT]) -> None:
        """Insert a contact after the others, or replace the whole contact that has its id.

        A replaced contact keeps its position and its events. To change some attributes only, call
        `update`.

        Raises:
            FactsError: If *contact* is not contact-like, or has no usable id.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada", {"city": "Paris"}), Contact("tim")])
        >>> source.upsert(Contact("ada", {"plan": "pro"}))
        >>> [contact.attributes for contact in source]
        [{'plan': 'pro'}, {}]
        """
        self._upsert([own_contact(contact, "upsert.contact")], "upsert.contact.id".format)

    def upsert_many(self, contacts: Iterable[ContactLike[IdT]]) -> None:
        """Insert or replace several contacts; of two contacts with one id, the last is kept.

        Raises:
            FactsError: If an element is not contact-like. Then the store is unchanged.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource()
        >>> source.upsert_many([Contact("ada"), Contact("tim")])
        >>> len(source)
        2
        """
        path = "upsert_many.contacts"
        self._upsert(own_contacts(contacts, path), f"{path}[{{}}].id".format)

    def update(self, id: IdT, attributes: Mapping[str, Any]) -> None:  # noqa: A002 - the field's name
        """Set some attributes of a contact; the others stay. ``None`` removes an attribute.

        Raises:
            FactsError: If there is no contact with that id, or *attributes* is not a mapping.
            InstantError: If a naive ``datetime`` is anywhere in *attributes* [K2].

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada", {"city": "Paris", "phone": "06"})])
        >>> source.update("ada", {"city": "Lyon", "phone": None})
        >>> source.get("ada").attributes
        {'city': 'Lyon'}
        """
        path = f"update({short_repr(id)})"
        check_id(id, "update.id")
        own = [(id, copy_mapping(attributes, f"{path}.attributes", UPDATE_ADVICE))]
        self._update(own, lambda _: path)

    def update_many(self, changes: Mapping[IdT, Mapping[str, Any]]) -> None:
        """Set some attributes of several contacts: a mapping of ids to attributes.

        Raises:
            FactsError: If a contact does not exist, or *changes* is not a mapping of mappings. Then
                the store is unchanged.
            InstantError: If a naive ``datetime`` is anywhere in *changes* [K2].

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada"), Contact("tim")])
        >>> source.update_many({"ada": {"city": "Lyon"}, "tim": {"city": "Oslo"}})
        >>> [contact.attributes["city"] for contact in source]
        ['Lyon', 'Oslo']
        """
        path = "update_many.changes"
        own: list[tuple[IdT, dict[str, Any]]] = own_changes(changes, path)
        self._update(own, lambda number: f"{path}[{short_repr(own[number][0])}]")

    def remove(self, id: IdT) -> bool:  # noqa: A002 - the field's name
        """Remove a contact and its events, and return whether there was such a contact.

        Events of a contact that is not known yet are removed too.

        Raises:
            FactsError: If *id* cannot be an id.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada")])
        >>> source.remove("ada"), source.remove("ada")
        (True, False)
        """
        check_id(id, "remove.id")
        return bool(self._remove([id], "remove.id".format))

    def remove_many(self, ids: Iterable[IdT]) -> int:
        """Remove several contacts and their events, and return the number of these contacts.

        Raises:
            FactsError: If *ids* is not an iterable of ids. Then the store is unchanged.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada"), Contact("tim")])
        >>> source.remove_many(["ada", "nobody"])
        1
        """
        path = "remove_many.ids"
        return self._remove(own_ids(ids, path), f"{path}[{{}}]".format)

    # --- lists ------------------------------------------------------------------------------------

    def add_to_list(
        self,
        id: IdT,  # noqa: A002 - the field's name
        list: str,  # noqa: A002 - as in_list("vip") is read
        joined: date | None = None,
    ) -> bool:
        """Add a contact to a list, and return whether it was not on the list.

        If the contact is on the list, *joined* replaces the known instant, and ``None`` keeps it.

        Args:
            joined: The instant (or the day) at which the contact joined; ``None`` if unknown.

        Raises:
            FactsError: If there is no contact with that id, or *list* is not a text.
            InstantError: If *joined* is neither an aware ``datetime``, a day nor ``None``.

        >>> from datetime import date, tzinfo
        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada")])
        >>> source.add_to_list("ada", "vip"), source.add_to_list("ada", "vip", date(2022, 10, 1))
        (True, False)
        >>> source.get("ada").lists
        {'vip': datetime.date(2022, 10, 1)}
        """
        check_id(id, "add_to_list.id")
        return bool(self._add_to_list([id], list, joined, "add_to_list", "add_to_list.id".format))

    def add_many_to_list(
        self,
        ids: Iterable[IdT],
        list: str,  # noqa: A002 - as in_list("vip") is read
        joined: date | None = None,
    ) -> int:
        """Add several contacts to a list, and return how many were not on it.

        Raises:
            FactsError: If a contact does not exist, or *list* is not a text. Then the store is
                unchanged.
            InstantError: If *joined* is neither an aware ``datetime``, a day nor ``None``.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada"), Contact("tim", lists={"vip": None})])
        >>> source.add_many_to_list(["ada", "tim"], "vip")
        1
        """
        path = "add_many_to_list"
        own = own_ids(ids, f"{path}.ids")
        return self._add_to_list(own, list, joined, path, f"{path}.ids[{{}}]".format)

    def remove_from_list(self, id: IdT, list: str) -> bool:  # noqa: A002 - as in add_to_list
        """Remove a contact from a list, and return whether it was on the list.

        Raises:
            FactsError: If *id* cannot be an id, or *list* is not a text.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada", lists={"vip": None})])
        >>> source.remove_from_list("ada", "vip"), source.remove_from_list("ada", "vip")
        (True, False)
        """
        check_id(id, "remove_from_list.id")
        path = "remove_from_list"
        return bool(self._remove_from_list([id], list, path, f"{path}.id".format))

    def remove_many_from_list(self, ids: Iterable[IdT], list: str) -> int:  # noqa: A002 - as above
        """Remove several contacts from a list, and return how many were on it.

        Raises:
            FactsError: If *ids* is not an iterable of ids, or *list* is not a text. Then the store
                is unchanged.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada", lists={"vip": None}), Contact("tim")])
        >>> source.remove_many_from_list(["ada", "tim"], "vip")
        1
        """
        path = "remove_many_from_list"
        own = own_ids(ids, f"{path}.ids")
        return self._remove_from_list(own, list, path, f"{path}.ids[{{}}]".format)

    # --- events -----------------------------------------------------------------------------------

    def track(self, event: EventLike) -> bool:
        """Add an event, and return whether it was new: a known id of that contact changes nothing.

        Events without an id are all new [E3]. The contact may be added later [E6].

        Raises:
            FactsError: If *event* is not event-like, or has no usable contact id.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, MemorySource
        >>> source = MemorySource([Contact("ada")])
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="e1")
        >>> source.track(order), source.track(order)
        (True, False)
        """
        own = own_event(event, "track.event")
        return bool(self._track([own], "track.event.contact_id".format))

    def track_many(self, events: Iterable[EventLike]) -> int:
        """Add several events of any contacts, and return the number of new ones.

        Raises:
            FactsError: If an element is not event-like. Then the store is unchanged.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, MemorySource
        >>> source = MemorySource([Contact("ada")])
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="e1")
        >>> source.track_many([order, order])
        1
        """
        path = "track_many.events"
        return self._track(own_events(events, path), f"{path}[{{}}].contact_id".format)

    def untrack(self, contact_id: IdT, event_id: Hashable) -> bool:
        """Remove the event of a contact that has that id, and return whether there was one.

        The id may be tracked again later. An event without an id cannot be removed.

        Raises:
            FactsError: If *contact_id* or *event_id* cannot be an id.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, MemorySource
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="e1")
        >>> source = MemorySource([Contact("ada")], [order])
        >>> source.untrack("ada", "e1"), source.untrack("ada", "e1")
        (True, False)
        """
        check_id(contact_id, "untrack.contact_id")
        check_id(event_id, "untrack.event_id")
        return bool(self._untrack([(contact_id, event_id)], "untrack.contact_id".format))

    def untrack_many(self, pairs: Iterable[tuple[IdT, Hashable]]) -> int:
        """Remove several events, by pairs of a contact id and an event id; return their number.

        Raises:
            FactsError: If an element is not a pair of two ids. Then the store is unchanged.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, MemorySource
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), id="e1")
        >>> source = MemorySource([Contact("ada")], [order])
        >>> source.untrack_many([("ada", "e1"), ("ada", "e2")])
        1
        """
        path = "untrack_many.pairs"
        return self._untrack(own_pairs(pairs, path), f"{path}[{{}}][0]".format)

    # --- reading ----------------------------------------------------------------------------------

    def get(self, id: IdT) -> Contact[IdT] | None:  # noqa: A002 - the field's name
        """Return the contact with that id; ``None`` if it does not exist.

        Raises:
            FactsError: If *id* cannot be an id.

        >>> from segkit import Contact, MemorySource
        >>> source = MemorySource([Contact("ada")])
        >>> source.get("ada"), source.get("tim")
        (Contact('ada', attributes={}, lists={}), None)
        """
        check_id(id, "get.id")
        with self._lock:
            return self._contacts[id] if contains_id(id, self._contacts, "get.id") else None

    def events(self, id: IdT) -> list[EventLike]:  # noqa: A002 - the field's name
        """Return a new list of the events of a contact, in the order in which they were added.

        Raises:
            FactsError: If *id* cannot be an id.

        >>> from datetime import UTC, datetime
        >>> from segkit import Event, MemorySource
        >>> source = MemorySource([], [Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))])
        >>> [event.name for event in source.events("ada")], source.events("tim")
        (['order'], [])
        """
        check_id(id, "events.id")
        with self._lock:
            self._group()
            return list(self._events[id]) if contains_id(id, self._events, "events.id") else []

    def __len__(self) -> int:
        """The number of contacts."""
        return len(self._contacts)

    def __iter__(self) -> Iterator[Contact[IdT]]:
        with self._lock:
            contacts = list(self._contacts.values())
        return iter(contacts)

    def __contains__(self, id: object) -> bool:  # noqa: A002 - ids, also if it iterates contacts
        try:
            with self._lock:
                return contains_id(id, self._contacts)
        except FactsError:  # No contact has an id that cannot be hashed or compared.
            return False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._contacts)} contacts>"

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterator[tuple[Contact[IdT], list[EventLike]]]:
        """Return the contacts in order, each with its events of the needed names, or all events.

        The rows are read at the instant of the call: later changes have no effect on them.

        Raises:
            FactsError: If *ids* contains an id that cannot be hashed.
        """
        try:
            wanted = None if ids is None else set(ids)
        except Exception as error:
            raise_unless_repeated(error, lambda: set(ids or ()))
            problem = f"takes a collection of hashable ids, or None; got {short_repr(ids)}"
            raise FactsError("ids", problem, ids) from error
        names = None if needs.everything else needs.events
        with self._lock:
            contacts = list(self._contacts.values())
            if wanted is not None:
                contacts = [contact for contact in contacts if contact.id in wanted]
            if names == {}:
                return ((contact, []) for contact in contacts)
            self._group()
            events = list(map(self._events.get, map(get_id, contacts), repeat(_NO_EVENTS)))
            sizes = list(map(len, events))
        rows = zip(contacts, events, sizes, strict=True)
        if names is None:
            return ((contact, list(islice(own, size))) for contact, own, size in rows)
        return (
            (contact, [event for event in islice(own, size) if event_name(event) in names])
            for contact, own, size in rows
        )
