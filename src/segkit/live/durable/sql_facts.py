"""Contacts and events in tables of the storage: the `FactTables` of hosts without own tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, TypeVar

from segkit.live.durable.fact_codec import (
    can_be_name,
    check_name,
    contact_of,
    dump,
    event_of,
    event_text,
    key_of,
)
from segkit.live.durable.sql import Dialect
from segkit.live.durable.storage import Connection
from segkit.live.operations import (
    ContactOperation,
    Operation,
    Remove,
    Track,
    Untrack,
    Upsert,
    change_contact,
    contact_id_of,
)
from segkit.model.facts import Contact, EventLike
from segkit.model.requirements import Requirements
from segkit.sources import MemorySource

IdT = TypeVar("IdT", bound=Hashable)

FACTS_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS segkit_contact_facts (
    contact TEXT PRIMARY KEY,
    attributes TEXT NOT NULL,
    lists TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS segkit_event (
    number {serial},
    contact TEXT NOT NULL,
    name TEXT NOT NULL,
    at {instant} NOT NULL,
    properties TEXT NOT NULL,
    event_id TEXT,
    UNIQUE (contact, event_id)
);
CREATE INDEX IF NOT EXISTS segkit_event_by_contact ON segkit_event (contact, name, at);
"""


class SqlFactTables:
    """Contacts and events as JSON text, in one transaction; see `FactTables`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._contacts: dict[str, Contact[Any] | None] = {}

    def load(
        self,
        connection: Connection,
        needs: Requirements,
        id_: Any,  # noqa: ANN401 - an id of any type
        /,
    ) -> tuple[Contact[Any] | None, list[EventLike]]:
        """Return a contact with all attributes and lists, and the events of the needed names."""
        key = key_of(id_, "id")
        return self._contact(connection, key, id_), self._events(connection, needs, key, id_)

    def _contact(self, connection: Connection, key: str, id_: IdT) -> Contact[IdT] | None:
        if key not in self._contacts:
            query = "SELECT attributes, lists FROM segkit_contact_facts WHERE contact = ?"
            row = self._dialect.execute(connection, query, (key,)).fetchone()
            self._contacts[key] = None if row is None else contact_of(id_, *row)
        return self._contacts[key]

    def _events(
        self,
        connection: Connection,
        needs: Requirements,
        key: str,
        id_: Any,  # noqa: ANN401 - as above
    ) -> list[EventLike]:
        ranges: list[str] = []
        parameters: list[object] = [key]
        for name, need in needs.events.items():
            if not can_be_name(name):
                continue  # There is no such event, and no parameter can have that text.
            if need.since is None:
                ranges.append("name = ?")
                parameters.append(name)
            else:
                ranges.append("(name = ? AND at >= ?)")
                parameters += [name, self._dialect.from_instant(need.since)]
        if not ranges:
            return []
        query = (
            "SELECT name, at, properties, event_id FROM segkit_event"
            f" WHERE contact = ? AND ({' OR '.join(ranges)}) ORDER BY number"
        )
        rows = self._dialect.execute(connection, query, parameters).fetchall()
        to_instant = self._dialect.to_instant
        return [
            event_of(id_, name, to_instant(at), properties, event_id)
            for name, at, properties, event_id in rows
        ]

    def write(self, connection: Connection, operation: Operation, /) -> bool:
        """Make the change of an operation."""
        key = key_of(contact_id_of(operation), "id")
        if isinstance(operation, Track):
            return self._track(connection, operation.event)
        if isinstance(operation, Untrack):
            delete = "DELETE FROM segkit_event WHERE contact = ? AND event_id = ?"
            event_key = key_of(operation.event_id, "untrack.event_id")
            return self._change(connection, delete, key, event_key)
        if isinstance(operation, Remove):
            has_changed = self._remove(connection, key)
        else:
            has_changed = self._put(connection, key, operation)
        self._contacts.pop(key, None)
        return has_changed

    def _remove(self, connection: Connection, key: str) -> bool:
        self._change(connection, "DELETE FROM segkit_event WHERE contact = ?", key)
        delete = "DELETE FROM segkit_contact_facts WHERE contact = ?"
        return self._change(connection, delete, key)

    def _change(self, connection: Connection, statement: str, *parameters: object) -> bool:
        return bool(self._dialect.execute(connection, statement, parameters).rowcount)

    def _put(self, connection: Connection, key: str, operation: ContactOperation) -> bool:
        if isinstance(operation, Upsert):
            contact = operation.contact
        else:
            known = self._contact(connection, key, operation.id)
            if known is None:
                return False
            source = MemorySource([known], columns=False)
            change_contact(source, operation)
            contact = source.get(operation.id) or known
        for name in contact.lists:
            check_name(name, "contact.lists")
        attributes = dump(contact.attributes, "contact.attributes")
        insert = (
            "INSERT INTO segkit_contact_facts (contact, attributes, lists) VALUES (?, ?, ?)"
            " ON CONFLICT (contact) DO UPDATE SET"
            " attributes = excluded.attributes, lists = excluded.lists"
        )
        return self._change(connection, insert, key, attributes, dump(contact.lists, "lists"))

    def _track(self, connection: Connection, event: EventLike) -> bool:
        key, name, at, properties, event_id = event_text(event, "track.event")
        insert = (
            "INSERT INTO segkit_event (contact, name, at, properties, event_id)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        instant = self._dialect.from_instant(at)
        return self._change(connection, insert, key, name, instant, properties, event_id)
