"""The storage protocol over SQL, for SQLite and PostgreSQL: the statements of a transaction.

Statements are written for SQLite, with ``?`` for parameters. A `Dialect` has the differences.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from segkit.errors import FactsError
from segkit.live.durable.fact_codec import id_of, key_of
from segkit.live.durable.storage import (
    Connection,
    ContactState,
    Delivery,
    DeliveryState,
    FactTables,
    StoredMembership,
)
from segkit.live.durable.transition_codec import dump_cause, load_cause
from segkit.live.operations import Operation
from segkit.live.transitions import Transition, TransitionId
from segkit.model.facts import ContactLike, EventLike
from segkit.model.requirements import Requirements

IdT = TypeVar("IdT", bound=Hashable)

Row = tuple[Any, ...]


class Dialect(Protocol):
    """The differences between databases."""

    lock: str
    """The end of a query that holds its rows."""
    skip_locked: str
    """The end of a query that holds its rows, without the rows that are held already."""
    lock_versions: str
    """The statement after which no other transaction adds a version."""

    def execute(
        self, connection: Connection, statement: str, parameters: Sequence[object], /
    ) -> Any:  # noqa: ANN401 - a cursor
        """Execute a statement, and return the cursor."""
        ...

    def is_error(self, error: Exception, /) -> bool:
        """Return whether an exception is one of the driver."""
        ...

    def from_instant(self, at: datetime, /) -> object:
        """Return an instant as the driver takes it."""
        ...

    def to_instant(self, value: Any, /) -> datetime:  # noqa: ANN401 - of any driver
        """Return an instant that the driver has read, in UTC."""
        ...


SCHEMA_NUMBER: Final = 1
"""The number of the form of the tables. A change of the tables raises it."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS segkit_schema (number INTEGER PRIMARY KEY);
INSERT INTO segkit_schema (number) VALUES (1) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS segkit_version (
    number INTEGER PRIMARY KEY,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS segkit_contact (
    position {serial},
    contact TEXT NOT NULL UNIQUE,
    is_present INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0,
    clock {instant},
    wake {instant}
);
CREATE INDEX IF NOT EXISTS segkit_contact_wake ON segkit_contact (wake, position)
    WHERE wake IS NOT NULL;
CREATE INDEX IF NOT EXISTS segkit_contact_version ON segkit_contact (version, position);
CREATE TABLE IF NOT EXISTS segkit_membership (
    position BIGINT NOT NULL,
    segment TEXT NOT NULL,
    is_member INTEGER NOT NULL,
    number BIGINT NOT NULL,
    until {instant},
    PRIMARY KEY (position, segment)
){without_rowid};
CREATE INDEX IF NOT EXISTS segkit_membership_members ON segkit_membership (segment, position)
    WHERE is_member = 1;
CREATE TABLE IF NOT EXISTS segkit_operation (
    operation_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    at {instant} NOT NULL
){without_rowid};
CREATE TABLE IF NOT EXISTS segkit_transition (
    position {serial},
    segment TEXT NOT NULL,
    revision INTEGER NOT NULL,
    contact TEXT NOT NULL,
    number BIGINT NOT NULL,
    at {instant} NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    operation_id TEXT,
    state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    due {instant} NOT NULL,
    error TEXT,
    UNIQUE (contact, segment, revision, number)
);
CREATE INDEX IF NOT EXISTS segkit_transition_pending ON segkit_transition (due, position)
    WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS segkit_transition_pending_of_segment
    ON segkit_transition (segment, due, position) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS segkit_transition_pending_of_contact
    ON segkit_transition (contact, segment, position) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS segkit_transition_dead ON segkit_transition (position)
    WHERE state = 'dead';
CREATE INDEX IF NOT EXISTS segkit_transition_of_operation ON segkit_transition (operation_id)
    WHERE operation_id IS NOT NULL;
"""

_STATE: Final = "position, is_present, version, clock"
_TRANSITION: Final = "segment, revision, contact, number, at, kind, cause"
_DELIVERY: Final = f"{_TRANSITION}, position, state, attempts, due, error"


class SqlTransaction:
    """The statements of one transaction; see `StorageTransaction` for each method."""

    def __init__(self, connection: Connection, dialect: Dialect, facts: FactTables[Any]) -> None:
        self.connection = connection
        self._dialect = dialect
        self._facts = facts

    def _run(self, statement: str, *parameters: object) -> Any:  # noqa: ANN401 - a cursor
        return self._dialect.execute(self.connection, statement, parameters)

    def _from_optional(self, at: datetime | None) -> object:
        return None if at is None else self._dialect.from_instant(at)

    def _to_optional(self, value: object) -> datetime | None:
        return None if value is None else self._dialect.to_instant(value)

    def is_broken_by(self, error: Exception) -> bool:
        """Return whether an exception is one of the database."""
        return self._dialect.is_error(error)

    def check_schema(self) -> None:
        """Refuse tables that a later version of segkit has created.

        Raises:
            FactsError: If the number of the tables is greater than that of this version.
        """
        [number] = self._run("SELECT max(number) FROM segkit_schema").fetchone()
        if number > SCHEMA_NUMBER:
            problem = (
                f"the tables are those of a later version of segkit: they have the number {number},"
                f" and this version reads {SCHEMA_NUMBER}"
            )
            raise FactsError("create_tables", problem, number)

    # --- segments ---------------------------------------------------------------------------------

    def last_version(self) -> int:
        """Return the number of the last version."""
        [number] = self._run("SELECT max(number) FROM segkit_version").fetchone()
        return int(number or 0)

    def lock_versions(self) -> None:
        """Wait until no other transaction adds a version."""
        self._run(self._dialect.lock_versions)

    def versions(self, after: int) -> list[str]:
        """Return the documents of later versions."""
        query = "SELECT document FROM segkit_version WHERE number > ? ORDER BY number"
        return [document for (document,) in self._run(query, after).fetchall()]

    def add_version(self, number: int, document: str) -> None:
        """Add a version."""
        self._run("INSERT INTO segkit_version (number, document) VALUES (?, ?)", number, document)

    # --- operations and contacts ------------------------------------------------------------------

    def add_operation(self, operation_id: str, digest: str, at: datetime) -> str | None:
        """Record an operation, or return the digest that was recorded before."""
        insert = (
            "INSERT INTO segkit_operation (operation_id, digest, at) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING"
        )
        query = "SELECT digest FROM segkit_operation WHERE operation_id = ?"
        row = None
        while row is None:  # Another transaction may delete it between the two statements.
            parameters = (operation_id, digest, self._dialect.from_instant(at))
            if self._run(insert, *parameters).rowcount == 1:
                return None
            row = self._run(query, operation_id).fetchone()
        return str(row[0])

    def lock(self, ids: Sequence[IdT]) -> list[ContactState]:
        """Return the states of contacts, in the order of *ids*, and hold them."""
        keys = [key_of(id_, "id") for id_ in ids]
        # Always in one order, so that two transactions do not wait for each other.
        states = {key: self._lock(key) for key in sorted(set(keys))}
        return [states[key] for key in keys]

    def _lock(self, key: str) -> ContactState:
        query = f"SELECT {_STATE} FROM segkit_contact WHERE contact = ?{self._dialect.lock}"
        row = self._run(query, key).fetchone()
        if row is None:
            self._run("INSERT INTO segkit_contact (contact) VALUES (?) ON CONFLICT DO NOTHING", key)
            row = self._run(query, key).fetchone()
        return self._state(row)

    def _state(self, row: Row) -> ContactState:
        position, is_present, version, clock = row
        query = "SELECT segment, is_member, number, until FROM segkit_membership WHERE position = ?"
        memberships = {
            segment: StoredMembership(bool(is_member), number, self._to_optional(until))
            for segment, is_member, number, until in self._run(query, position).fetchall()
        }
        clock = self._to_optional(clock)
        return ContactState(position, bool(is_present), version, clock, memberships)

    def lock_due(
        self, to: datetime, count: int, without: Collection[int]
    ) -> list[tuple[Any, ContactState]]:
        """Hold contacts that are due."""
        return self._lock_first("wake <= ?", "wake", self._dialect.from_instant(to), count, without)

    def lock_outdated(
        self, version: int, count: int, without: Collection[int]
    ) -> list[tuple[Any, ContactState]]:
        """Hold contacts with an earlier version."""
        return self._lock_first("version < ? AND version > 0", "version", version, count, without)

    def _lock_first(
        self, condition: str, order: str, parameter: object, count: int, without: Collection[int]
    ) -> list[tuple[Any, ContactState]]:
        query = (
            f"SELECT contact, {_STATE} FROM segkit_contact WHERE {condition}{_others(without)}"
            f" ORDER BY {order}, position LIMIT ?{self._dialect.skip_locked}"
        )
        rows = self._run(query, parameter, count).fetchall()
        return [(id_of(key), self._state(tuple(row))) for key, *row in rows]

    def load(
        self,
        needs: Requirements,
        id_: Any,  # noqa: ANN401 - an id of any type
    ) -> tuple[ContactLike[Any] | None, Iterable[EventLike]]:
        """Return the facts of a contact."""
        return self._facts.load(self.connection, needs, id_)

    def write(self, operation: Operation) -> bool:
        """Change the facts of a contact."""
        return self._facts.write(self.connection, operation)

    def save(self, state: ContactState, memberships: Mapping[str, StoredMembership | None]) -> None:
        """Keep a state and changed memberships."""
        update = (
            "UPDATE segkit_contact SET is_present = ?, version = ?, clock = ?, wake = ?"
            " WHERE position = ?"
        )
        clock, wake = self._from_optional(state.clock), self._from_optional(state.wake)
        self._run(update, int(state.is_present), state.version, clock, wake, state.position)
        for segment, membership in memberships.items():
            if membership is None:
                delete = "DELETE FROM segkit_membership WHERE position = ? AND segment = ?"
                self._run(delete, state.position, segment)
                continue
            insert = (
                "INSERT INTO segkit_membership (position, segment, is_member, number, until)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (position, segment) DO UPDATE SET"
                " is_member = excluded.is_member, number = excluded.number, until = excluded.until"
            )
            until = self._from_optional(membership.until)
            is_member = int(membership.is_member)
            self._run(insert, state.position, segment, is_member, membership.number, until)

    # --- the outbox -------------------------------------------------------------------------------

    def add_transitions(
        self, transitions: Sequence[Transition[Any]], operation_id: str | None
    ) -> None:
        """Add transitions to the outbox."""
        insert = (
            f"INSERT INTO segkit_transition ({_TRANSITION}, operation_id, due)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        for each in transitions:
            at = self._dialect.from_instant(each.at)
            segment, revision, contact, number = each.id
            identity = (segment, revision, key_of(contact, "id"), number)
            self._run(insert, *identity, at, each.kind, dump_cause(each.cause), operation_id, at)

    def transitions_of(self, operation_id: str) -> list[Transition[Any]]:
        """Return the transitions of an operation."""
        query = (
            f"SELECT {_TRANSITION} FROM segkit_transition WHERE operation_id = ? ORDER BY position"
        )
        return [self._transition(row) for row in self._run(query, operation_id).fetchall()]

    def _transition(self, row: Row) -> Transition[Any]:
        segment, revision, contact, number, at, kind, cause = row
        identity = TransitionId(segment, revision, id_of(contact), number)
        return Transition(identity, self._dialect.to_instant(at), kind, load_cause(cause))

    def _delivery(self, row: Row) -> Delivery:
        *transition, position, state, attempts, due, error = row
        due = self._dialect.to_instant(due)
        return Delivery(position, self._transition(tuple(transition)), state, attempts, due, error)

    def next_delivery(self, now: datetime, segment: str | None) -> Delivery | None:
        """Hold the first transition that is due, and not after another one of its contact."""
        row = self._next(now, segment, self._dialect.skip_locked)
        return None if row is None else self._delivery(row)

    def has_delivery(self, now: datetime, segment: str | None) -> bool:
        """Return whether there is a transition to deliver."""
        return self._next(now, segment, "") is not None

    def _next(self, now: datetime, segment: str | None, lock: str) -> Row | None:
        parameters: list[object] = [self._dialect.from_instant(now)]
        of_segment = ""
        if segment is not None:
            of_segment = " AND segment = ?"
            parameters.append(segment)
        query = f"""SELECT {_DELIVERY} FROM segkit_transition AS own
            WHERE state = 'pending' AND due <= ?{of_segment} AND NOT EXISTS (
                SELECT 1 FROM segkit_transition AS earlier
                WHERE earlier.contact = own.contact AND earlier.segment = own.segment
                AND earlier.state = 'pending' AND earlier.position < own.position
            ) ORDER BY due, position LIMIT 1{lock}"""
        row: Row | None = self._run(query, *parameters).fetchone()
        return row

    def delete_delivery(self, position: int, state: DeliveryState) -> bool:
        """Delete a transition of the outbox."""
        delete = "DELETE FROM segkit_transition WHERE position = ? AND state = ?"
        return bool(self._run(delete, position, state).rowcount)

    def set_delivery(
        self,
        position: int,
        state: DeliveryState,
        *,
        attempts: int,
        due: datetime,
        error: str | None,
        if_state: DeliveryState = "pending",
        if_attempts: int | None = None,
    ) -> bool:
        """Keep the result of an attempt, if the state is *if_state*."""
        update = (
            "UPDATE segkit_transition SET state = ?, attempts = ?, due = ?, error = ?"
            " WHERE position = ? AND state = ?"
        )
        at = self._dialect.from_instant(due)
        parameters: list[object] = [state, attempts, at, error, position, if_state]
        if if_attempts is not None:
            update += " AND attempts = ?"
            parameters.append(if_attempts)
        return bool(self._run(update, *parameters).rowcount)

    def deliveries(
        self, state: DeliveryState | None, segment: str | None, limit: int
    ) -> list[Delivery]:
        """Return the newest transitions of the outbox."""
        given = {"state": state, "segment": segment}
        where = {f"{name} = ?": value for name, value in given.items() if value is not None}
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        query = (
            f"SELECT {_DELIVERY} FROM segkit_transition{condition} ORDER BY position DESC LIMIT ?"
        )
        return [self._delivery(row) for row in self._run(query, *where.values(), limit).fetchall()]

    def prune(self, before: datetime) -> int:
        """Delete what was delivered, and operations, before an instant."""
        at = self._dialect.from_instant(before)
        # A repeated operation returns its transitions, so these stay as long as its id.
        delete = """DELETE FROM segkit_transition WHERE state = 'delivered' AND due < ?
            AND (operation_id IS NULL OR NOT EXISTS (
                SELECT 1 FROM segkit_operation
                WHERE segkit_operation.operation_id = segkit_transition.operation_id
                AND segkit_operation.at >= ?
            ))"""
        found = int(self._run(delete, at, at).rowcount)
        return found + int(self._run("DELETE FROM segkit_operation WHERE at < ?", at).rowcount)

    # --- reading ----------------------------------------------------------------------------------

    def members(self, segment: str) -> list[Any]:
        """Return the members of a segment."""
        query = """SELECT contact FROM segkit_membership
            JOIN segkit_contact ON segkit_contact.position = segkit_membership.position
            WHERE segment = ? AND is_member = 1 ORDER BY segkit_membership.position"""
        return [id_of(key) for (key,) in self._run(query, segment).fetchall()]

    def count(self, segment: str) -> int:
        """Return the number of members."""
        query = "SELECT count(*) FROM segkit_membership WHERE segment = ? AND is_member = 1"
        [number] = self._run(query, segment).fetchone()
        return int(number)

    def segments_of(self, id_: Any) -> set[str]:  # noqa: ANN401 - an id of any type
        """Return the names of the segments of a contact."""
        query = """SELECT segment FROM segkit_membership
            JOIN segkit_contact ON segkit_contact.position = segkit_membership.position
            WHERE contact = ? AND is_member = 1"""
        return {segment for (segment,) in self._run(query, key_of(id_, "id")).fetchall()}

    def first_wake(self) -> datetime | None:
        """Return the least wake."""
        [wake] = self._run("SELECT min(wake) FROM segkit_contact WHERE wake IS NOT NULL").fetchone()
        return self._to_optional(wake)

    def first_version(self, without: Collection[int] = ()) -> int | None:
        """Return the least number of a version that a contact has."""
        query = f"SELECT min(version) FROM segkit_contact WHERE version > 0{_others(without)}"
        [number] = self._run(query).fetchone()
        return None if number is None else int(number)


def _others(without: Collection[int]) -> str:
    """Return the condition that a contact has none of some positions."""
    return f" AND position NOT IN ({', '.join(map(str, without))})" if without else ""
