"""What other threads and processes do between two steps of an operation, without a race."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from segkit import Contact
from segkit.live.durable import Delivery, DurableLive, SQLiteStorage
from segkit.live.durable.sql import SqlTransaction
from tests.durable.crashes import ACTIVE, PROS, PROS_AND_TEAMS, day
from tests.durable.sqlite_files import create


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SQLiteStorage[Any]]:
    create(tmp_path / "segkit.db")
    storage = SQLiteStorage[Any](tmp_path / "segkit.db")
    yield storage
    storage.close()


@pytest.mark.parametrize("action", ["upsert", "advance"])
def test_a_contact_may_have_segments_that_were_set_after_the_last_version_was_read(
    action: str, storage: SQLiteStorage[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    live, other = (DurableLive[Any](storage, clock=lambda: day(40)) for _ in range(2))
    live.set_segments([ACTIVE, PROS], at=day(0))
    live.upsert(Contact("ada", {"plan": "team"}), at=day(0))
    other.set_segments([PROS_AND_TEAMS, ACTIVE], at=day(1))
    other.advance()
    last_version, read = SqlTransaction.last_version, list[int]()

    def read_late(transaction: SqlTransaction) -> int:
        read.append(last_version(transaction))
        return 1 if len(read) == 1 else read[-1]

    def lock_all(transaction: SqlTransaction, *_: object) -> list[Any]:
        return list(zip(["ada"], transaction.lock(["ada"]), strict=True))

    monkeypatch.setattr(SqlTransaction, "last_version", read_late)
    monkeypatch.setattr(SqlTransaction, "lock_due", lock_all)
    if action == "upsert":
        [transition] = live.upsert(Contact("ada", {"plan": "free"}))
        assert (transition.id.revision, transition.kind) == (2, "left")
    else:
        assert live.advance(limit=1) == []
    assert read[0] == 2


def test_a_connection_waits_for_another_process_that_opens_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            SQLiteStorage[Any](path, timeout=0.05).connect()
        other.execute("ROLLBACK")
    SQLiteStorage[Any](path).connect().close()


def test_a_worker_that_fails_after_its_lease_leaves_the_attempt_of_another_one_alone(
    storage: SQLiteStorage[Any],
) -> None:
    now = day(0)
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: now)
    live.set_segments([PROS])
    live.upsert(Contact("ada", {"plan": "pro"}))
    has_failed, is_taken = Event(), Event()
    seen: list[Delivery] = []

    def fail_late(_: object) -> None:
        nonlocal now
        now += timedelta(minutes=6)
        thread.start()
        assert is_taken.wait(30)
        raise ValueError

    def work(_: object) -> None:
        is_taken.set()
        assert has_failed.wait(30)
        seen.extend(live.deliveries())

    thread = Thread(target=live.deliver, args=[work])
    assert live.deliver(fail_late, limit=1) == 0
    has_failed.set()
    thread.join()
    assert [(each.attempts, each.due) for each in seen] == [(2, now + timedelta(minutes=5))]
    [delivery] = live.deliveries()
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 2, None)
