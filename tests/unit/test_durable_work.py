"""How much work a `DurableLive` does: statements, fetched rows and evaluations."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import attrs
import pytest

from segkit import Contact, Event, Segment, attr
from segkit.live import Track, Upsert
from segkit.live.durable import SQLiteStorage
from segkit.live.live_segment import LiveSegment
from tests.unit.durable_program import ACTIVE, DAY, NOW, PROS, Program, order, told


class Work:
    """The statements of a connection by their first words, and the rows that it returned."""

    def __init__(self) -> None:
        self.statements: Counter[str] = Counter()
        self.rows = 0

    @property
    def count(self) -> int:
        return self.statements.total()

    def writes(self, table: str) -> int:
        """Return the number of statements that change a table."""
        return sum(
            number
            for text, number in self.statements.items()
            if table in text.split() and not text.lstrip().startswith("SELECT")
        )


class CountingCursor(sqlite3.Cursor):
    work: Work

    def fetchone(self) -> Any:  # noqa: ANN401
        row = super().fetchone()
        self.work.rows += row is not None
        return row

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        self.work.rows += len(rows)
        return rows


class CountingConnection(sqlite3.Connection):
    work: Work

    def execute(self, statement: str, parameters: Any = ()) -> Any:  # noqa: ANN401
        self.work.statements[statement] += 1
        cursor = self.cursor(CountingCursor)
        cursor.work = self.work
        return cursor.execute(statement, parameters)


class CountingStorage(SQLiteStorage[Any]):
    def __init__(self) -> None:
        super().__init__(":memory:")
        self.work = Work()

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None, factory=CountingConnection)
        connection.work = self.work
        return connection

    def done_by(self, call: Callable[[], object]) -> Work:
        """Return the work of one call."""
        self.work.statements.clear()
        self.work.rows = 0
        call()
        found = Work()
        found.statements.update(self.work.statements)
        found.rows = self.work.rows
        return found


FACTS: Final = ("segkit_contact_facts", "segkit_event")


@pytest.fixture(name="storage")
def make_storage() -> Iterator[CountingStorage]:
    storage = CountingStorage()
    yield storage
    storage.close()


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the segments that are evaluated, which grows."""
    names: list[str] = []
    create = LiveSegment.create

    def noting(name: str, *args: Any) -> LiveSegment:  # noqa: ANN401
        segment = create(name, *args)

        def evaluate(*given: Any) -> Any:  # noqa: ANN401
            names.append(name)
            return segment.evaluate(*given)

        return attrs.evolve(segment, evaluate=evaluate)

    monkeypatch.setattr(LiveSegment, "create", noting)
    return names


def reads(work: Work) -> int:
    """Return the number of queries of facts."""
    return sum(
        number
        for text, number in work.statements.items()
        if text.startswith("SELECT") and any(name in text for name in FACTS)
    )


def test_an_event_that_no_segment_reads_loads_no_facts(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE, PROS])
    program.live.apply([Upsert(Contact("ada")), Track(order())])
    work = storage.done_by(lambda: program.live.track(Event("ada", "visit", NOW)))
    assert reads(work) == 0
    assert work.writes("segkit_event") == 1


def test_an_event_of_an_unknown_contact_loads_no_facts(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE])
    assert reads(storage.done_by(lambda: program.live.track(order()))) == 0


def test_an_event_that_a_segment_reads_loads_the_facts_once(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE, PROS])
    program.insert("ada")
    operations = [Track(order(NOW + number * DAY)) for number in range(10)]
    work = storage.done_by(lambda: program.live.apply(operations))
    assert reads(work) == 2  # attributes and events


def test_contacts_that_are_not_due_are_not_read_by_advance(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE])
    program.live.import_contacts(
        [(Contact(number), [order(NOW - number * DAY, number)]) for number in range(20)]
    )
    work = storage.done_by(lambda: program.live.advance(NOW + 12 * DAY))
    assert reads(work) == 2 * 2  # of the contacts 18 and 19
    work = storage.done_by(lambda: program.live.advance(NOW + 12 * DAY))
    assert reads(work) == 0


def test_an_operation_evaluates_the_segments_that_it_affects(
    storage: CountingStorage, evaluated: list[str]
) -> None:
    program = Program(storage, [ACTIVE, PROS, Segment("city", attr("city") == "Lyon")])
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])
    calls: list[tuple[Callable[[], object], set[str]]] = [
        (lambda: program.live.update("ada", {"city": "Lyon"}, at=NOW + DAY), {"city"}),
        (lambda: program.live.update("ada", {"city": "Paris"}, at=NOW + 2 * DAY), {"city"}),
        (lambda: program.live.track(Event("ada", "visit", NOW), at=NOW + 3 * DAY), set()),
        (lambda: program.live.update("ada", {"age": 3}, at=NOW + 4 * DAY), set()),
    ]
    for call, expected in calls:
        evaluated.clear()
        call()
        assert set(evaluated) == expected
    # At its wake, the segment with a window is evaluated too.
    evaluated.clear()
    found = program.live.update("ada", {"city": "Lyon"}, at=NOW + 31 * DAY)
    assert told(found) == [(30, "ada", "active", "left"), (31, "ada", "city", "entered")]
    assert set(evaluated) == {"active", "city"}


def test_a_changed_segment_alone_is_evaluated(
    storage: CountingStorage, evaluated: list[str]
) -> None:
    program = Program(storage, [ACTIVE, PROS])
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])
    program.live.set_segments([ACTIVE, Segment("pros", attr("plan").is_set())])
    evaluated.clear()
    assert program.live.advance() == []
    assert set(evaluated) == {"pros"}


def track_and_count(storage: CountingStorage, program: Program) -> tuple[int, int]:
    work = storage.done_by(lambda: program.live.track(order(NOW, "ada", 1), at=NOW))
    return work.count, work.rows


def test_the_work_of_an_operation_does_not_grow_with_the_contacts() -> None:
    found = []
    for count in (1, 200):
        storage = CountingStorage()
        program = Program(storage, [ACTIVE, PROS])
        rows: list[Any] = [(Contact(number), [order(NOW, number)]) for number in range(count)]
        program.live.import_contacts(rows)
        program.insert("ada")
        found.append(track_and_count(storage, program))
        storage.close()
    assert found[0] == found[1]
    assert found[0][0] <= 15


def test_the_work_of_an_operation_does_not_grow_with_segments_it_does_not_affect() -> None:
    found = []
    for count in (1, 100):
        storage = CountingStorage()
        others = [Segment(f"plan {number}", attr("plan") == number) for number in range(count)]
        program = Program(storage, [ACTIVE, *others])
        program.insert("ada")
        found.append(track_and_count(storage, program))
        storage.close()
    assert found[0] == found[1]


def test_the_rows_of_an_operation_do_not_grow_with_events_outside_of_windows() -> None:
    found = []
    for count in (0, 300):
        storage = CountingStorage()
        program = Program(storage, [ACTIVE])
        old = [order(NOW - timedelta(days=31 + number)) for number in range(count)]
        visits = [Event("ada", "visit", NOW) for _ in range(count)]
        program.live.import_contacts([(Contact("ada"), [*old, *visits])])
        found.append(track_and_count(storage, program))
        storage.close()
    assert found[0] == found[1]


def test_a_membership_is_written_if_it_has_changed(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE, PROS])
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])
    # The instant only moves to a later one.
    work = storage.done_by(lambda: program.live.track(order(NOW + DAY), at=NOW + DAY))
    assert work.writes("segkit_membership") == 0
    # An earlier instant is written.
    program.live.track(order(NOW + 60 * DAY), at=NOW + DAY)
    work = storage.done_by(lambda: program.live.update("ada", {"plan": None}))
    assert work.writes("segkit_membership") == 1


def test_deliveries_do_not_read_the_facts(storage: CountingStorage) -> None:
    program = Program(storage, [ACTIVE, PROS])
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])
    work = storage.done_by(lambda: program.live.deliver(lambda _: None))
    assert reads(work) == 0
    # First one look without a lock. Then, for each: to begin, to take, to write and to commit, and
    # the same with the result; and one more claim.
    assert work.count <= 3 + 2 * (4 + 3) + 3


def test_members_are_counted_without_reading_them(storage: CountingStorage) -> None:
    program = Program(storage, [Segment("all", ~attr("x").is_set())])
    program.live.import_contacts([(Contact(number), []) for number in range(50)])
    assert storage.done_by(lambda: program.live.count("all")).rows <= 3
    assert storage.done_by(lambda: program.live.members("all")).rows <= 53


def test_the_queries_of_work_to_do_use_an_index(storage: CountingStorage) -> None:
    """Not a scan of all contacts, memberships or transitions."""
    program = Program(storage, [ACTIVE, PROS])
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])

    def calls() -> None:
        program.live.advance(NOW + DAY)
        program.live.deliver(lambda _: None)
        program.live.track(order(NOW, id_=1))
        program.live.members("pros")
        program.live.segments_of("ada")
        _ = program.live.next_wake

    queries = [text for text in storage.done_by(calls).statements if "FROM" in text]
    plans = {
        text: [each for *_, each in program.rows(f"EXPLAIN QUERY PLAN {_with_texts(text)}")]
        for text in queries
    }
    scans = {text: plan for text, plan in plans.items() if any("SCAN" in each for each in plan)}
    assert not {
        text: plan
        for text, plan in scans.items()
        if not all("INDEX" in each for each in plan if "SCAN" in each)
        and "segkit_version" not in text
    }


def _with_texts(query: str) -> str:
    return query.replace("LIMIT ?", "LIMIT 1").replace("?", "'a'")
