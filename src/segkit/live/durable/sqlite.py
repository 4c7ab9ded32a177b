"""`SQLiteStorage`: a storage in one file, with the standard library only."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Hashable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from os import PathLike
from typing import Any, Final, Generic, TypeVar

from segkit.errors import FactsError
from segkit.live.durable.connections import Connections
from segkit.live.durable.sql import SCHEMA, SqlTransaction
from segkit.live.durable.sql_facts import FACTS_SCHEMA, SqlFactTables
from segkit.live.durable.storage import FactTables

IdT = TypeVar("IdT", bound=Hashable)

_TYPES: Final = {
    "serial": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "instant": "TEXT",
    "without_rowid": " WITHOUT ROWID",
}


class _SQLiteDialect:
    # A write transaction excludes all others, so its rows are held.
    lock = ""
    skip_locked = ""
    lock_versions = "SELECT 1"

    @staticmethod
    def execute(
        connection: sqlite3.Connection, statement: str, parameters: Sequence[Any], /
    ) -> sqlite3.Cursor:
        cursor = connection.execute(statement, parameters)
        cursor.row_factory = None  # The connection may be the host's, with another one.
        return cursor

    @staticmethod
    def is_error(error: Exception, /) -> bool:
        return isinstance(error, sqlite3.Error)

    @staticmethod
    def from_instant(at: datetime, /) -> str:
        """Return an instant as text of one length, so that texts sort as instants."""
        return at.astimezone(UTC).isoformat(timespec="microseconds")

    @staticmethod
    def to_instant(value: str, /) -> datetime:
        return datetime.fromisoformat(value)


_DIALECT: Final = _SQLiteDialect()


class SQLiteStorage(Generic[IdT]):
    """The state of a `DurableLive` in a file of SQLite.

    Several threads and processes of one machine may use the file; their write transactions take
    turns. A committed transaction survives a crash of the program or the system, and a loss of
    power.

    Args:
        path: The file, which is created if it does not exist. With ``":memory:"``, two transactions
            at the same time would have two databases: it is for tests with one after the other.
        facts: The tables of the host for contacts and events; by default tables of the storage.
        timeout: How many seconds to wait for the transaction of another thread or process.

    >>> from segkit.live.durable import SQLiteStorage
    >>> storage = SQLiteStorage(":memory:")
    >>> storage.create_tables()
    >>> storage.close()
    """

    def __init__(
        self,
        path: str | PathLike[str],
        facts: FactTables[IdT] | None = None,
        *,
        timeout: float = 30,
    ) -> None:
        self._path = path
        self._timeout = timeout
        self._facts = facts
        self._connections = Connections(self.connect, _is_usable)

    def connect(self) -> sqlite3.Connection:
        """Return a new connection, with the settings of the storage."""
        connection = sqlite3.connect(
            self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            self._use_log(connection)
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _use_log(self, connection: sqlite3.Connection) -> None:
        """Let a file have a write-ahead log, which is in the file from then on."""
        end = time.monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # SQLite does not wait itself while another process does the same.
                is_locked = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_locked or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def create_tables(self) -> None:
        """Create the tables that do not exist yet.

        Raises:
            FactsError: If a later version of segkit has created tables of another form.
        """
        schema = SCHEMA if self._facts is not None else SCHEMA + FACTS_SCHEMA
        with self._connections.borrowed() as connection:
            connection.executescript(f"BEGIN IMMEDIATE; {schema.format(**_TYPES)} COMMIT;")
        with self.reading() as transaction:
            transaction.check_schema()

    @contextmanager
    def transaction(self) -> Generator[SqlTransaction]:
        """Begin a transaction; an exception in the block rolls it back."""
        with self._begun("BEGIN IMMEDIATE") as transaction:
            yield transaction

    @contextmanager
    def reading(self) -> Generator[SqlTransaction]:
        """Begin a transaction that sees one state, and waits for no other transaction."""
        with self._begun("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def _begun(self, begin: str) -> Generator[SqlTransaction]:
        with self._connections.borrowed() as connection:
            connection.execute(begin)
            try:
                yield self._transaction_on(connection)
                connection.execute("COMMIT")
            except BaseException:
                if _is_open(connection):
                    connection.rollback()
                raise

    @contextmanager
    def within(self, connection: sqlite3.Connection, /) -> Generator[SqlTransaction]:
        """Begin a part of the caller's transaction on *connection*.

        Raises:
            FactsError: If no transaction has begun on *connection*.
        """
        if not connection.in_transaction:
            problem = "no transaction has begun on the connection: execute BEGIN IMMEDIATE first"
            raise FactsError("within", problem, connection)
        connection.execute("SAVEPOINT segkit")
        try:
            yield self._transaction_on(connection)
        except BaseException:
            # After some errors, such as a full disk, SQLite has rolled back all of the transaction.
            if connection.in_transaction:
                connection.execute("ROLLBACK TO segkit")
                connection.execute("RELEASE segkit")
            raise
        connection.execute("RELEASE segkit")

    def _transaction_on(self, connection: sqlite3.Connection) -> SqlTransaction:
        return SqlTransaction(connection, _DIALECT, self._facts or SqlFactTables(_DIALECT))

    def close(self) -> None:
        """Close the connections that no transaction uses."""
        self._connections.close()


def _is_usable(connection: sqlite3.Connection) -> bool:
    if not _is_open(connection):
        return False
    if connection.in_transaction:
        # A rollback has failed or was interrupted. Until there is one, the file stays locked, also
        # by a closed connection, as long as something refers to one of its cursors.
        connection.rollback()
    return True


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False
