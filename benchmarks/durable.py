"""Members kept current in a database: operations a second, against bare inserts of the same rows.

The operations are those of live.py, over 10,000 contacts with ten events each and ten segments, in
a file of SQLite with a write-ahead log, one transaction an operation. *Bare* executes the
statements that change rows, and nothing else: it reads nothing and evaluates nothing. Times are
those of the clock on the wall, because a commit waits for the disk. Without waiting for the disk at
each commit, which a loss of power does not survive, the computation is a larger part of the time.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from harness import SMOKE, Disagreement, Effort, measure, parse_effort
from live import OPERATIONS, SEGMENTS, Stream, make_contacts, make_events
from population import NOW
from report import Row, format_table, machine

from segkit import Event
from segkit.live.durable import DurableLive, SQLiteStorage

__all__ = ["rows"]

Statement: TypeAlias = tuple[str, tuple[Any, ...]]

_READS: Final = ("SELECT", "PRAGMA", "SAVEPOINT")


class _Recording(sqlite3.Connection):
    """A connection that keeps the statements that change rows, by transaction."""

    transactions: list[list[Statement]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3
        if sql.startswith("BEGIN"):
            self.transactions.append([])
        elif not sql.startswith((*_READS, "COMMIT")):
            self.transactions[-1].append((sql, tuple(parameters)))
        return super().execute(sql, parameters)


class _Storage(SQLiteStorage[int]):
    """A storage whose connections wait for the disk or not."""

    def __init__(self, path: Path, synchronous: str, *, records: bool = False) -> None:
        super().__init__(path)
        self.path, self.synchronous, self.records = path, synchronous, records
        self.transactions: list[list[Statement]] = []

    def connect(self) -> sqlite3.Connection:
        factory = _Recording if self.records else sqlite3.Connection
        connection = sqlite3.connect(self.path, isolation_level=None, factory=factory)
        if isinstance(connection, _Recording):
            connection.transactions = self.transactions
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self.synchronous}")
        return connection


def _live(storage: _Storage) -> DurableLive[int]:
    return DurableLive(storage, clock=lambda: NOW)


def _fill(storage: _Storage, number: int) -> DurableLive[int]:
    storage.create_tables()
    live = _live(storage)
    live.set_segments(SEGMENTS)
    own: dict[int, list[Event[int]]] = {}
    for event in make_events(number, 10):
        own.setdefault(event.contact_id, []).append(event)
    live.import_contacts((contact, own[contact.id]) for contact in make_contacts(number))
    return live


def _apply_to(live: DurableLive[int]) -> Callable[[str, int, Any, datetime], None]:
    def apply(kind: str, id_: int, fact: Any, at: datetime) -> None:  # noqa: ANN401 - of any operation
        if kind == "track":
            live.track(fact, at=at)
        elif kind == "update":
            live.update(id_, fact, at=at)
        elif kind == "join":
            live.add_to_list(id_, fact, at=at)
        else:
            live.remove_from_list(id_, fact, at=at)

    return apply


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    number = 30 if effort == SMOKE else 10_000
    return [
        *_operations(effort, number, "FULL", "waits for the disk", ">= 0.5"),
        *_operations(effort, number, "NORMAL", "does not wait", ""),
    ]


def _operations(
    effort: Effort, number: int, synchronous: str, remark: str, target: str
) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        places = [Path(folder) / name for name in ("recorded.db", "bare.db", "durable.db")]
        recorded = stack.enter_context(closing(_Storage(places[0], "OFF", records=True)))
        _fill(recorded, number)
        for place in places[1:]:
            with closing(sqlite3.connect(places[0])) as one, closing(sqlite3.connect(place)) as two:
                one.backup(two)
        bare = stack.enter_context(closing(_Storage(places[1], synchronous).connect()))
        durable = stack.enter_context(closing(_Storage(places[2], synchronous)))
        live = _live(durable)
        to_record = Stream(number, _apply_to(_live(recorded)))
        stream = Stream(number, _apply_to(live))

        def record() -> None:
            recorded.transactions.clear()
            to_record.prepare()
            to_record.run()

        def replay() -> None:
            for statements in recorded.transactions:
                bare.execute("BEGIN IMMEDIATE")
                for sql, parameters in statements:
                    bare.execute(sql, parameters)
                bare.execute("COMMIT")

        times = measure(
            {"bare": replay, "durable": stream.run},
            Effort(max(1, effort.rounds // 5), effort.seconds),
            before={"bare": record, "durable": stream.prepare},
            clock=time.perf_counter_ns,
        )
        _check(live, number, stream.at)
        case, each = f"durable, {remark}", 1 / OPERATIONS
        ratio = times.ratio("bare", "durable")
        yield Row(case, "bare inserts", times.seconds("bare") * each)
        yield Row(case, "DurableLive", times.seconds("durable") * each, ratio,
                  "operations a second, of bare inserts", target)  # fmt: skip


def _check(live: DurableLive[int], number: int, now: datetime) -> None:
    live.advance(now)
    for id_ in range(min(number, 100)):
        found = live.segments_of(id_)
        expected = [each.name for each in SEGMENTS if live.explain(each, id_, at=now)]
        if found != expected:
            raise Disagreement(f"durable: the segments of {id_} are {expected}, not {found}")


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine(["attrs", "python-dateutil"]))
    print(format_table(rows(effort)))
