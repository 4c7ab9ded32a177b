"""A `DurableLive` on a real PostgreSQL server: crashes, lost connections, and several workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, Final, Self, TypeVar

import attrs
import pytest

from segkit import Contact, Segment, attr, matches
from segkit.live import Transition, Upsert
from segkit.live.durable import DurableLive, PostgresStorage
from segkit.live.durable.fact_codec import contact_of, event_of, id_of
from tests.durable import sqlite_files
from tests.durable.crashes import (
    ACTIVE,
    HOST_TABLE,
    PROS,
    SERIAL,
    STEPS,
    Crash,
    Program,
    Rows,
    Statements,
    check_sent,
    check_state,
    day,
    key_of,
    order,
    read_state,
    report,
    small_batches,
)
from tests.durable.sqlite_files import attempt
from tests.durable.within import (
    Host,
    check_refused_part,
    check_rollback,
    check_segments_rolled_back,
)
from tests.examples.hosts.needing import require, skip_or_fail
from tests.examples.hosts.postgres import find_programs, start_server

require("psycopg")
found_programs = find_programs()
if found_programs is None:
    skip_or_fail("there is no PostgreSQL server: install the package `postgresql`")
assert found_programs is not None
SERVER = found_programs

import psycopg  # noqa: E402 - only if it is installed
from psycopg.abc import PQGen  # noqa: E402 - as above

ResultT = TypeVar("ResultT")

ROOT: Final = Path(__file__).parents[3]
KEYS: Final = {
    "segkit_version": None,
    "segkit_contact": "position",
    "segkit_membership": None,
    "segkit_operation": None,
    "segkit_transition": "position",
    "segkit_contact_facts": None,
    "segkit_event": "number",
    "host_mail": "number",
    "host_sent": "number",
}
"""The tables, each with the column that a sequence fills."""


class LostConnection(psycopg.Connection[Any]):
    """A connection whose statements are counted."""

    statements = Statements()

    def wait(self, gen: PQGen[ResultT], *args: Any, **options: Any) -> ResultT:  # noqa: ANN401
        return self.statements.run(lambda: super(LostConnection, self).wait(gen, *args, **options))


class Database:
    """The database of a server, with a connection that watches it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.watch: psycopg.Connection[Any] = psycopg.connect(address, autocommit=True)
        self.spare = LostConnection.connect(address)
        """A connection for programs without a crash, because a new one takes time."""
        self.create()

    def create(self) -> None:
        storage: PostgresStorage[Any] = PostgresStorage(self.address)
        storage.create_tables()
        storage.close()
        table = HOST_TABLE.format(serial=SERIAL["postgres"])
        self.execute(table)
        self.execute(table.replace("host_mail", "host_sent"))

    def execute(self, statement: str) -> psycopg.Cursor[Any]:
        return self.watch.execute(statement.encode())

    def content(self) -> dict[str, bytes]:
        """Return the rows of all tables as the server writes them."""
        found: dict[str, bytes] = {}
        for table in KEYS:
            with self.watch.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
                found[table] = b"".join(map(bytes, copy))
        return found

    def restore(self, content: dict[str, bytes]) -> None:
        """Let the tables have earlier rows; without rows, empty tables."""
        with self.watch.transaction():
            self.execute(";".join(f"DELETE FROM {table}" for table in KEYS))  # noqa: S608
            for table, rows in content.items():
                if rows:
                    with self.watch.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                        copy.write(rows)
            self.execute(
                ";".join(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'),"  # noqa: S608
                    f" (SELECT coalesce(max({key}), 0) + 1 FROM {table}), false)"
                    for table, key in KEYS.items()
                    if key is not None
                )
            )

    def fingerprint(self) -> object:
        """Return a hash of the rows of all tables."""
        hashes = ", ".join(
            f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t)"  # noqa: S608
            for table in KEYS
        )
        return self.execute(f"SELECT {hashes}").fetchone()

    def state(self) -> dict[str, Rows]:
        return read_state(lambda query: self.execute(query).fetchall())

    def wait_until_lost(self, pids: list[int]) -> None:
        """Wait until the server has noticed that connections were lost."""
        query = b"SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
        while self.watch.execute(query, (pids,)).fetchone() != (0,):
            pass


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with start_server(SERVER) as address, small_batches():
        database = Database(address.replace("postgresql+psycopg", "postgresql"))
        yield database
        database.spare.close()
        database.watch.close()


@pytest.fixture(autouse=True)
def _empty(database: Database) -> None:
    database.restore({})


@pytest.fixture
def storage(database: Database) -> Iterator[PostgresStorage[Any]]:
    storage: PostgresStorage[Any] = PostgresStorage(database.address)
    yield storage
    storage.close()


class Run:
    """A program over the database, whose connections may be lost."""

    def __init__(self, database: Database, statements: Statements) -> None:
        self.database = database
        self.statements = statements
        self.connections: list[LostConnection] = []
        self._pids: list[int] = []
        self.program = Program(PostgresStorage(self.connect), "%s", statements)

    @staticmethod
    def repeat(database: Database, number: int) -> Program:
        """Take a step without a crash, and return the program."""
        statements = database.spare.statements = Statements()
        program = Program(PostgresStorage(lambda: database.spare), "%s", statements)
        STEPS[number].run(program)
        return program

    def connect(self) -> LostConnection:
        connection = LostConnection.connect(self.database.address)
        connection.statements = self.statements
        self.connections.append(connection)
        self._pids.append(connection.info.backend_pid)
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self.connections:
            connection.close()
        self.wait_until_lost()

    def wait_until_lost(self) -> None:
        """Wait until the server has noticed which connections were closed."""
        lost = zip(self.connections, self._pids, strict=True)
        self.database.wait_until_lost([pid for connection, pid in lost if connection.closed])


@attrs.frozen
class Stage:
    """The state before a step of the scenario, or after the last one; see `sqlite_files.Stage`."""

    content: dict[str, bytes]
    state: dict[str, Rows]
    sent: list[str]
    statements: int


@pytest.fixture(scope="module")
def undisturbed(database: Database) -> list[Stage]:
    database.restore({})
    found: list[Stage] = []
    for number in range(len(STEPS)):
        content, state = database.content(), database.state()
        program = Run.repeat(database, number)
        found.append(Stage(content, state, program.sent, program.statements.count))
    return [*found, Stage(database.content(), database.state(), [], 0)]


# --- crashes --------------------------------------------------------------------------------------


def test_the_scenario_has_the_states_that_it_has_on_sqlite(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    expected = sqlite_files.stages(tmp_path / "segkit.db")
    for number, (stage, other) in enumerate(zip(undisturbed, expected, strict=True)):
        assert stage.state == other.state, number
        assert stage.sent == other.sent, number


def test_after_a_crash_at_any_statement_the_repeated_step_has_the_same_result(
    database: Database, undisturbed: list[Stage]
) -> None:
    tried = changed = 0
    for number, step in enumerate(STEPS):
        stage, end = undisturbed[number], undisturbed[number + 1].state
        database.restore(stage.content)
        before = database.fingerprint()
        for statement in range(1, stage.statements + 1):
            for is_after in (False, True):
                if is_after and statement % 8 and statement != stage.statements:
                    continue  # The server sees the same as before the next statement.
                point = (number, statement, is_after)
                with Run(database, Statements(statement, is_after=is_after)) as run:
                    assert not attempt(lambda: step.run(run.program), Crash), point  # noqa: B023
                tried += 1
                if database.fingerprint() == before:
                    continue  # All was rolled back, so the next crash begins with the same.
                changed += 1
                program = Run.repeat(database, number)
                check_state(database.state(), end, 1, point)
                check_sent(run.program.sent + program.sent, stage.sent, 1, point)
                database.restore(stage.content)
        # The sequences have gaps now, which must not matter.
        program = Run.repeat(database, number)
        check_state(database.state(), end, 0, number)
        check_sent(program.sent, stage.sent, 0, number)
    assert tried > 800
    assert changed > 100
    report(f"PostgreSQL: {tried:,} crashes, {changed:,} of them with a repetition")


@pytest.mark.parametrize("way", ["before", "after", "terminated"])
def test_after_a_lost_connection_the_same_program_repeats_the_step(
    way: str, database: Database, undisturbed: list[Stage]
) -> None:
    for number, step in enumerate(STEPS):
        stage = undisturbed[number]
        stride = 33 if way == "terminated" else 13
        first = number % stride % stage.statements + 1
        for statement in range(first, stage.statements + 1, stride):
            point = (number, statement, way)
            database.restore(stage.content)

            def lose() -> None:
                connection = run.connections[-1]
                if way == "terminated":
                    pid = connection.info.backend_pid
                    database.execute(f"SELECT pg_terminate_backend({pid}, 1000)")
                else:
                    connection.close()
                    raise psycopg.OperationalError("the connection is lost")

            statements = Statements(statement, is_after=way == "after", end=lose)
            with Run(database, statements) as run:
                run.program.statements = Statements()  # Only statements of the database.
                while not attempt(lambda: step.run(run.program), psycopg.OperationalError):  # noqa: B023
                    run.wait_until_lost()
            check_state(database.state(), undisturbed[number + 1].state, 1, point)
            check_sent(run.program.sent, stage.sent, 1, point)


# --- transactions of the host ---------------------------------------------------------------------


@pytest.mark.parametrize("check", [check_rollback, check_refused_part, check_segments_rolled_back])
def test_a_part_of_a_transaction_of_the_host(
    check: Callable[[Host], None], database: Database, storage: PostgresStorage[Any]
) -> None:
    with psycopg.connect(database.address) as connection:
        insert = "INSERT INTO host_mail (transition) VALUES (%s)"
        check(Host(storage, connection, lambda: connection.execute("SELECT 1"), insert))


def test_a_handler_that_hides_the_error_of_a_statement_has_failed(
    database: Database, storage: PostgresStorage[Any]
) -> None:
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: day(0))
    live.set_segments([PROS])
    live.upsert(Contact("ada", {"plan": "pro"}))

    def hide(_: object, connection: psycopg.Connection[Any]) -> None:
        connection.execute("INSERT INTO host_mail (transition) VALUES ('lost')")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM no_table")

    assert live.deliver_in_transaction(hide, limit=3) == 0
    [delivery] = live.deliveries()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert "InFailedSqlTransaction" in str(delivery.error)
    assert database.state()["mail"] == []


# --- several workers ------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["apply", "import", "advance"])
def test_segments_that_change_between_any_two_statements_of_another_worker(
    action: str, database: Database, storage: PostgresStorage[Any]
) -> None:
    changed = Segment("pros", attr("plan").is_in(["pro", "team"]))
    statement, is_done = 0, False
    while not is_done:
        statement += 1
        database.restore({})
        other: DurableLive[Any] = DurableLive(storage, clock=lambda: day(40))
        other.set_segments([ACTIVE], at=day(0))
        for name in ("ada", "bob", "kim"):
            other.upsert(Contact(name, {"plan": "team"}), at=day(0))
            other.track(order(name, 0, "1"), at=day(0))
        own_clock = day(40)

        def change() -> None:
            other.set_segments([changed, ACTIVE], at=day(39))  # noqa: B023
            other.advance()  # noqa: B023

        other_run = Statements(statement, end=change)
        with Run(database, other_run) as run:
            run.program.now = own_clock
            live = run.program.live
            if action == "apply":
                live.apply([Upsert(Contact(name, {"plan": "team"})) for name in ("bob", "new")])
            elif action == "import":
                live.import_contacts([(Contact("bob"), []), (Contact("new", {"plan": "pro"}), [])])
            else:
                live.advance()
        is_done = other_run.count < statement
        if not is_done:
            other.advance()
            expected = {"ada", "bob", "kim", *(["new"] if action != "advance" else [])}
            assert set(other.members("pros")) == expected, statement
            assert other.count("active") == 0, statement
            check_outbox(database)
    assert statement > 8


def test_a_worker_that_tracks_the_first_event_while_another_one_inserts_the_contact(
    database: Database,
) -> None:
    storages: list[PostgresStorage[Any]] = [PostgresStorage(database.address) for _ in range(2)]
    lives = [DurableLive(each, clock=lambda: day(0)) for each in storages]
    lives[0].set_segments([ACTIVE])
    barrier = Barrier(2, timeout=30)

    def insert(number: int) -> None:
        barrier.wait()
        lives[0].upsert(Contact(number))

    def track(number: int) -> None:
        barrier.wait()
        lives[1].track(order(number, -1, "first"))

    with ThreadPoolExecutor(2) as threads:
        for number in range(50):
            for task in [threads.submit(insert, number), threads.submit(track, number)]:
                task.result()
    assert list(lives[0].members(ACTIVE)) == list(range(50))
    for each in storages:
        each.close()


def test_two_workers_race(database: Database, storage: PostgresStorage[Any]) -> None:
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: day(0))
    live.set_segments([ACTIVE, PROS])
    rows = [(Contact(f"contact {n}"), [order(f"contact {n}", -n, "0")]) for n in range(30)]
    live.import_contacts(rows)
    outputs = start_workers(["-m", "tests.durable.racing", database.address], "4")
    applied = max(map(int, outputs))
    assert applied > 50

    end = day(applied / 10 + 100)
    while live.advance(end):
        pass
    with psycopg.connect(database.address, autocommit=True) as outside:
        insert = "INSERT INTO {} (transition) VALUES (%s)"

        def send(transition: Transition[Any]) -> None:
            outside.execute(insert.format("host_sent").encode(), (key_of(transition),))

        def write(transition: Transition[Any], connection: psycopg.Connection[Any]) -> None:
            connection.execute(insert.format("host_mail").encode(), (key_of(transition),))

        live.deliver(send, segment="pros", at=end)
        live.deliver_in_transaction(write, at=end)
    report(f"PostgreSQL: {applied:,} operations of two workers that race")
    check_outbox(database)
    check_delivered(database)
    check_events(database, applied)
    check_members(database, live, end)


def start_workers(arguments: list[str], *more: str) -> list[str]:
    """Run two workers at the same time, and return what they print."""
    paths = os.pathsep.join([str(ROOT), *sys.path])
    workers = [
        subprocess.Popen(  # noqa: S603 - a file of the tests
            [sys.executable, "-W", "error", *arguments, str(number), *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths},
        )
        for number in range(2)
    ]  # fmt: skip
    results = [worker.communicate(timeout=120) for worker in workers]
    for worker, (_, errors) in zip(workers, results, strict=True):
        assert worker.returncode == 0, errors
    return [output for output, _ in results]


def check_outbox(database: Database) -> None:
    """Check that the transitions of a contact and segment alternate, and are numbered in order."""
    query = (
        "SELECT contact, segment, revision, number, kind FROM segkit_transition ORDER BY position"
    )
    last: dict[tuple[str, str], tuple[int, int, str]] = {}
    for contact, segment, revision, number, kind in database.execute(query).fetchall():
        before = last.get((contact, segment))
        if before is not None:
            assert kind != before[2], (contact, segment)
            # A segment that was removed and added again counts from 1 in a later revision.
            is_new = revision > before[0] and (number, kind) == (1, "entered")
            assert revision >= before[0], (contact, segment)
            assert is_new or number == before[1] + 1, (contact, segment)
        last[contact, segment] = revision, number, kind


def check_delivered(database: Database) -> None:
    """Check that each transition was delivered once, in order."""
    query = "SELECT segment, revision, contact, number, state FROM segkit_transition"
    outbox = database.execute(query).fetchall()
    assert {row[4] for row in outbox} == {"delivered"}
    identities = {(row[0], row[1], id_of(row[2]), row[3]) for row in outbox}
    seen: Counter[tuple[Any, ...]] = Counter()
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for table in ("host_mail", "host_sent"):
        rows = database.execute(f"SELECT transition FROM {table} ORDER BY number")  # noqa: S608
        for (text,) in rows:
            segment, revision, contact, number = identity = tuple(id_of(text))
            seen[identity] += 1
            assert last.get((segment, contact), (0, 0)) < (revision, number), identity
            last[segment, contact] = revision, number
    assert set(seen.values()) == {1}
    assert set(seen) == identities


def check_events(database: Database, applied: int) -> None:
    """Check that no operation was applied twice, and none was left out."""
    query = "SELECT properties FROM segkit_event WHERE event_id IS NULL"
    events = Counter(database.execute(query).fetchall())
    assert set(events.values()) == {1}
    [number] = database.execute("SELECT count(*) FROM segkit_operation").fetchone() or [0]
    assert number == applied


def check_members(database: Database, live: DurableLive[Any], now: Any) -> None:  # noqa: ANN401
    """Check that members are those whose facts match."""
    facts = database.execute("SELECT contact, attributes, lists FROM segkit_contact_facts")
    contacts = [contact_of(id_of(key), *rest) for key, *rest in facts]
    assert len(contacts) > 10
    query = b"SELECT name, at, properties, event_id FROM segkit_event WHERE contact = %s"
    for segment in live.segments:
        expected = set()
        for contact in contacts:
            rows = database.watch.execute(query, (f'"{contact.id}"',)).fetchall()
            events = [event_of(contact.id, *row) for row in rows]
            if matches(segment.condition, contact, events, now=now):
                expected.add(contact.id)
        assert set(live.members(segment)) == expected, segment.name


def test_two_programs_create_the_tables_and_set_segments_at_the_same_time(
    database: Database,
) -> None:
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from segkit import Segment, attr\n"
        "from segkit.live.durable import DurableLive, PostgresStorage\n"
        "storage = PostgresStorage(sys.argv[1])\n"
        "live = DurableLive(storage, clock=lambda: datetime(2022, 9, 1, tzinfo=UTC))\n"
        "for number in range(30):\n"
        "    storage.create_tables()\n"
        "    name = f'{number} of {sys.argv[2]}'\n"
        "    assert live.set_segments([Segment(name, attr('plan') == 'pro')])\n"
        "storage.close()\n"
    )
    database.execute(";".join(f"DROP TABLE {table}" for table in KEYS))
    start_workers(["-c", program, database.address])
    database.create()
    rows = database.execute("SELECT number FROM segkit_version ORDER BY number").fetchall()
    assert [number for (number,) in rows] == list(range(1, 61))
