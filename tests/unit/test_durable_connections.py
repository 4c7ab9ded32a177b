"""Connections of a storage: who has them, and when one is not used again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import segkit
from segkit import Contact, FactsError, Segment, attr
from segkit.live.durable import DurableLive, SQLiteStorage
from segkit.live.durable.connections import Connections, close_all

NOW = datetime(2022, 10, 1, tzinfo=UTC)
PROS = Segment("pros", attr("plan") == "pro")


class Closable:
    """A connection that can be closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def test_a_connection_is_lent_to_one_transaction_at_a_time() -> None:
    connections = Connections(Closable, lambda each: not each.is_closed)
    with connections.borrowed() as first, connections.borrowed() as second:
        assert first is not second
    with connections.borrowed() as again:
        assert again in (first, second)


def test_a_connection_that_cannot_be_used_again_is_closed() -> None:
    connections = Connections(Closable, lambda _: False)
    with connections.borrowed() as first:
        pass
    assert first.is_closed
    with connections.borrowed() as second:
        assert second is not first


def test_a_connection_of_the_process_before_a_fork_is_neither_used_nor_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connections = Connections(Closable, lambda _: True)
    with connections.borrowed() as of_parent, connections.borrowed() as other_of_parent:
        pass
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with connections.borrowed() as of_child:
        assert of_child not in (of_parent, other_of_parent)
    connections.close()
    assert of_child.is_closed
    assert not of_parent.is_closed
    assert not other_of_parent.is_closed


def test_closing_leaves_the_connections_of_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    connections = Connections(Closable, lambda _: True)
    with connections.borrowed() as of_parent:
        pass
    monkeypatch.setattr(os, "getpid", lambda: -1)
    connections.close()
    assert not of_parent.is_closed


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Return the path of a file that another program has locked for the moment."""
    path = tmp_path / "segkit.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE own (x)")
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.1, other.execute, ["COMMIT"])
        timer.start()
        yield path
        timer.join()


def test_a_new_file_that_another_program_has_locked_is_waited_for(path: Path) -> None:
    with closing(SQLiteStorage[str](path, timeout=30)) as storage:
        storage.create_tables()


def test_a_file_that_stays_locked_is_an_error_of_the_driver(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        SQLiteStorage[str](path, timeout=0).create_tables()


def test_a_lock_that_sqlite_does_not_wait_for_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes that open a new file at once would wait for each other."""
    tries: list[str] = []

    class Busy(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3
            if sql == "PRAGMA journal_mode = WAL":
                tries.append(sql)
                if len(tries) == 1:
                    error = sqlite3.OperationalError("database is locked")
                    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                    raise error
            return super().execute(sql, *parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Busy, **k))
    SQLiteStorage[str](tmp_path / "segkit.db").connect().close()
    assert len(tries) == 2


def test_a_file_is_not_locked_after_an_interrupted_rollback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, interrupts = tmp_path / "segkit.db", [KeyboardInterrupt]

    class Interrupted(sqlite3.Connection):
        def rollback(self) -> None:
            if interrupts:
                raise interrupts.pop()
            super().rollback()

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, factory=Interrupted, **k))
    with closing(SQLiteStorage[str](path)) as storage:
        storage.create_tables()

        def work() -> None:
            with storage.transaction() as transaction:
                transaction.connection.execute("INSERT INTO segkit_schema VALUES (9)")
                raise KeyError

        with pytest.raises(KeyboardInterrupt):
            work()
        with closing(connect(path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT max(number) FROM segkit_schema").fetchone() == (1,)
            other.execute("ROLLBACK")


def test_a_closed_connection_is_not_used_again(tmp_path: Path) -> None:
    with closing(SQLiteStorage[str](tmp_path / "segkit.db")) as storage:
        storage.create_tables()

        def work() -> None:
            with storage.transaction() as transaction:
                transaction.connection.close()
                raise KeyError

        with pytest.raises(KeyError):
            work()
        live = DurableLive(storage, clock=lambda: NOW)
        assert live.set_segments([PROS])


def test_a_part_of_a_transaction_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    """Otherwise it would be committed, whatever the caller does."""
    with closing(SQLiteStorage[str](tmp_path / "segkit.db")) as storage:
        storage.create_tables()
        live = DurableLive(storage, clock=lambda: NOW)
        live.set_segments([PROS])
        with closing(storage.connect()) as connection:
            part = live.within(connection)
            with pytest.raises(FactsError, match=r"within: no transaction has begun"):
                part.upsert(Contact("ada", {"plan": "pro"}))
            connection.execute("BEGIN IMMEDIATE")
            assert len(part.upsert(Contact("ada", {"plan": "pro"}))) == 1
            connection.execute("ROLLBACK")
        assert live.count("pros") == 0


def test_reads_do_not_wait_for_a_transaction_that_writes(tmp_path: Path) -> None:
    with closing(SQLiteStorage[str](tmp_path / "segkit.db", timeout=0)) as storage:
        storage.create_tables()
        live = DurableLive(storage, clock=lambda: NOW)
        live.set_segments([PROS])
        live.upsert(Contact("ada", {"plan": "pro"}))
        taken: list[Any] = []
        assert live.deliver(taken.append) == 1
        with storage.transaction():
            assert live.members("pros") == {"ada"}
            assert live.next_wake is None
            assert live.advance() == []
            assert live.deliver(taken.append) == 0
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                live.upsert(Contact("tim"))


def test_a_path_is_no_storage() -> None:
    storage: Any = "automation.db"
    with pytest.raises(FactsError, match=r'DurableLive.storage: takes a storage: SQLiteStorage\("'):
        DurableLive(storage, clock=lambda: NOW)


def test_idle_connections_are_closed_before_a_fork() -> None:
    """SQLite keeps the locks of a file for a process: a child with an open file would take none."""
    connections = Connections(Closable, lambda _: True)
    with connections.borrowed() as of_parent:
        pass
    close_all()
    assert of_parent.is_closed


_PROGRAM = """
import os, sys
from datetime import UTC, datetime
from segkit import Contact, Segment, all_of
from segkit.live.durable import DurableLive, SQLiteStorage

storage = SQLiteStorage(sys.argv[1])
storage.create_tables()
live = DurableLive(storage, clock=lambda: datetime(2022, 10, 1, tzinfo=UTC))
live.set_segments([Segment("all", all_of())])
live.upsert(Contact("parent"))
start, go = os.pipe()
child = os.fork()
if not child:
    live.upsert(Contact("child"))
    os.write(go, b"x")
    os.close(go)
    while os.path.exists(sys.argv[2]):
        pass
    live.upsert(Contact("child after the parent has closed"))
    assert live.count("all") == 3, live.members("all")
    os._exit(0)
os.read(start, 1)
storage.close()
os.remove(sys.argv[2])
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(live.count("all"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_storage_is_used_on_both_sides_of_a_fork(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    sign.touch()
    run = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "segkit.db"), str(sign)],
        env={**os.environ, "PYTHONPATH": str(Path(segkit.__file__).parents[1])},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.stdout == "3\n", run.stderr


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    with closing(SQLiteStorage[str](tmp_path / "segkit.db")) as storage:
        storage.create_tables()
        with storage.transaction() as transaction:
            transaction.connection.execute("INSERT INTO segkit_schema VALUES (2)")
        with pytest.raises(FactsError, match="the tables are those of a later version of segkit"):
            storage.create_tables()
