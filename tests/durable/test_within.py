"""Operations within a transaction of the host, and other programs on the same file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from segkit import Contact
from segkit.live.durable import DurableLive, SQLiteStorage
from segkit.live.transitions import Transition
from tests.durable.crashes import day
from tests.durable.sqlite_files import create
from tests.durable.within import (
    PROS,
    Host,
    check_refused_part,
    check_rollback,
    check_segments_rolled_back,
)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SQLiteStorage[Any]]:
    create(tmp_path / "segkit.db")
    storage = SQLiteStorage[Any](tmp_path / "segkit.db")
    yield storage
    storage.close()


@pytest.mark.parametrize("check", [check_rollback, check_refused_part, check_segments_rolled_back])
def test_a_part_of_a_transaction_of_the_host(
    check: Callable[[Host], None], storage: SQLiteStorage[Any]
) -> None:
    with closing(storage.connect()) as connection:
        insert = "INSERT INTO host_mail (transition) VALUES (?)"
        check(Host(storage, connection, lambda: connection.execute("BEGIN IMMEDIATE"), insert))


def test_an_error_that_ends_the_transaction_of_the_host_is_raised_itself(
    storage: SQLiteStorage[Any],
) -> None:
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: day(0))
    live.set_segments([PROS])
    with closing(storage.connect()) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="disk is full"):
            live.within(connection).upsert(Contact("ada", {"plan": "pro" * 5000}))
        connection.rollback()
    assert live.deliveries() == []
    assert live.upsert(Contact("ada")) == []


def test_each_attempt_has_the_whole_lease(storage: SQLiteStorage[Any]) -> None:
    now = day(0)

    def clock() -> datetime:
        return now

    live: DurableLive[Any] = DurableLive(storage, clock=clock)
    live.set_segments([PROS])
    for name in ("ada", "bob", "kim"):
        live.upsert(Contact(name, {"plan": "pro"}))
    delivered: list[str] = []

    def handle(transition: Transition[Any]) -> None:
        nonlocal now
        now += timedelta(minutes=4)
        # Another worker gets none that this one holds.
        other: DurableLive[Any] = DurableLive(storage, clock=clock)
        other.deliver(lambda each: delivered.append(each.contact), limit=1)
        delivered.append(transition.contact)

    live.deliver(handle)
    assert sorted(delivered) == ["ada", "bob", "kim"]


def test_an_attempt_is_repeated_after_its_wait_from_the_failure_on(
    storage: SQLiteStorage[Any],
) -> None:
    now = day(0)
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: now)
    live.set_segments([PROS])
    live.upsert(Contact("ada", {"plan": "pro"}))

    def fail(_: object) -> None:
        nonlocal now
        now += timedelta(minutes=1)
        raise ValueError

    assert live.deliver(fail) == 0
    [delivery] = live.deliveries()
    assert delivery.due == day(0) + timedelta(minutes=1, seconds=10)


def test_several_programs_create_the_tables_of_a_new_file_at_the_same_time(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from segkit import Segment, attr\n"
        "from segkit.live.durable import DurableLive, SQLiteStorage\n"
        "folder = Path(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for number in range(30):\n"
        "    storage = SQLiteStorage(folder / f'{number}.db')\n"
        "    storage.create_tables()\n"
        "    live = DurableLive(storage, clock=lambda: datetime(2022, 9, 1, tzinfo=UTC))\n"
        "    live.set_segments([Segment('pros', attr('plan') == 'pro')])\n"
        "    storage.close()\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path)]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    workers = [
        subprocess.Popen(  # noqa: S603 - the program above
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment,
        )
        for _ in range(2)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    errors = [worker.communicate(timeout=60)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], "\n".join(errors)
