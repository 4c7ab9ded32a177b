"""Connections of a storage that no transaction uses, for the next one."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, Final, Generic, Protocol, TypeVar
from weakref import WeakSet


class _Closable(Protocol):
    def close(self) -> object: ...


_ALL: Final[WeakSet[Connections[Any]]] = WeakSet()


def close_all() -> None:
    """Close the idle connections of this process.

    SQLite keeps the locks of a file for a process, so a child with an open file would take none:
    the two processes would overwrite each other.
    """
    for connections in list(_ALL):
        connections.close()


with suppress(AttributeError):  # of Windows, which has no fork
    os.register_at_fork(before=close_all)

ConnectionT = TypeVar("ConnectionT", bound=_Closable)


class Connections(Generic[ConnectionT]):
    """Lends each connection to one transaction at a time, in any thread.

    Args:
        connect: Returns a new connection.
        is_usable: Returns whether a connection can be used again after a transaction.
    """

    def __init__(
        self, connect: Callable[[], ConnectionT], is_usable: Callable[[ConnectionT], bool]
    ) -> None:
        self._connect = connect
        self._is_usable = is_usable
        self._idle: list[tuple[int, ConnectionT]] = []
        _ALL.add(self)

    @contextmanager
    def borrowed(self) -> Generator[ConnectionT]:
        """Lend a connection for the time of the block."""
        connection = self._take()
        try:
            yield connection
        finally:
            if self._is_usable(connection):
                self._idle.append((os.getpid(), connection))
            else:
                connection.close()

    def _take(self) -> ConnectionT:
        while True:
            try:
                process, connection = self._idle.pop()
            except IndexError:
                return self._connect()
            # After a fork, a connection still belongs to the process that has opened it.
            if process == os.getpid():
                return connection

    def close(self) -> None:
        """Close the connections that no transaction uses."""
        while self._idle:
            process, connection = self._idle.pop()
            if process == os.getpid():
                connection.close()
