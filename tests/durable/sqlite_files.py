"""Files of SQLite for the tests of crashes: connections that are lost, and states that are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

import attrs

from segkit.live.durable import SQLiteStorage
from tests.durable.crashes import (
    HOST_TABLE,
    SERIAL,
    STEPS,
    Program,
    Rows,
    Statements,
    read_state,
)

SETTINGS: Final = ("PRAGMA synchronous = OFF",)
"""A crash of the program loses nothing that was written; only a crash of the system would."""


class LostConnection:
    """A connection whose statements are counted."""

    def __init__(self, connection: sqlite3.Connection, statements: Statements) -> None:
        self.connection = connection
        self._statements = statements

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._statements.run(lambda: self.connection.execute(statement, parameters))

    def executescript(self, script: str) -> sqlite3.Cursor:
        return self._statements.run(lambda: self.connection.executescript(script))

    def rollback(self) -> None:
        if not self._statements.is_dead:
            self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of the driver's class
        return getattr(self.connection, name)


class LossyStorage(SQLiteStorage[Any]):
    """A storage whose program may end at any statement.

    Args:
        path: The file.
        statements: Counts the statements, and ends the program.
        settings: Statements for each connection.
    """

    def __init__(
        self, path: Path, statements: Statements, settings: Sequence[str] = SETTINGS
    ) -> None:
        super().__init__(path)
        self._statements = statements
        self._settings = settings
        self.connections: list[sqlite3.Connection] = []

    def connect(self) -> sqlite3.Connection:
        connection = super().connect()
        for setting in self._settings:
            connection.execute(setting)
        self.connections.append(connection)
        return cast("sqlite3.Connection", LostConnection(connection, self._statements))

    def lose_connections(self) -> None:
        """Close the connections as the end of a program does: without a commit."""
        for connection in self.connections:
            # A cursor that is still referred to would keep a transaction beyond `close`.
            with suppress(sqlite3.ProgrammingError):  # The storage may have closed it.
                connection.rollback()
            connection.close()
        self.connections.clear()


@contextmanager
def program_of(
    path: Path, statements: Statements | None = None, settings: Sequence[str] = SETTINGS
) -> Iterator[tuple[Program, LossyStorage]]:
    """Start a program over a file, and end it."""
    statements = statements or Statements()
    storage = LossyStorage(path, statements, settings)
    try:
        yield Program(storage, "?", statements), storage
    finally:
        storage.lose_connections()


def create(path: Path) -> None:
    """Create the tables of a storage and of the host."""
    with closing(sqlite3.connect(path)) as connection:
        # Small pages, so that most steps need a new one.
        connection.execute("PRAGMA page_size = 512")
        connection.execute(HOST_TABLE.format(serial=SERIAL["sqlite"]))
        connection.commit()
    storage: SQLiteStorage[Any] = SQLiteStorage(path)
    storage.create_tables()
    storage.close()


def state_of(path: Path) -> dict[str, Rows]:
    """Return the rows of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return read_state(lambda query: connection.execute(query).fetchall())


@attrs.frozen
class Stage:
    """The state before a step of the scenario, or after the last one.

    Attributes:
        content: The file.
        state: The rows.
        sent: The messages that the step sends.
        statements: The number of statements of the step.
    """

    content: bytes
    state: dict[str, Rows]
    sent: list[str]
    statements: int


def stages(path: Path) -> list[Stage]:
    """Run the scenario without a crash, and return the state before each step and at the end."""
    create(path)
    found: list[Stage] = []
    for step in STEPS:
        content, state = path.read_bytes(), state_of(path)
        with program_of(path) as (program, _):
            step.run(program)
        found.append(Stage(content, state, program.sent, program.statements.count))
    return [*found, Stage(path.read_bytes(), state_of(path), [], 0)]


def restore(path: Path, content: bytes) -> None:
    """Let a file have an earlier content."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(content)


def attempt(action: Callable[[], object], error: type[BaseException]) -> bool:
    """Return whether an action ends without an error of a class."""
    try:
        action()
    except error:
        return False
    return True
