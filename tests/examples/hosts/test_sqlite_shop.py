"""The shop in SQLite gives the results of a memory source, page by page."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from segkit import Contact, Evaluator, Event, all_of, attr, did, in_list, prop, requirements
from segkit.testing import SOURCE_CASES, SourceCase, check_source
from tests.examples.hosts.needing import HOSTS, limit_queries, program
from tests.examples.hosts.shops import NOW, World, check_examples, worlds

shop = program("sqlite_shop")


class Database:
    """A database file, which is refilled for each source, and the queries to it."""

    def __init__(self, path: Path) -> None:
        self.path, self.queries = path, list[str]()
        with closing(self.connect()) as database:
            database.executescript(shop.SCHEMA)

    def connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path)
        database.set_trace_callback(self.queries.append)
        return database

    def make(self, contacts: Iterable[Contact[int]], events: Iterable[Event[int]]) -> Any:  # noqa: ANN401
        with closing(self.connect()) as database:
            for table in ("customer", "subscription", "customer_event"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - one of these three
            shop.fill(database, contacts, events)
        return shop.ShopSource(self.connect)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "shop.db")


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_the_source_passes_every_source_case(case: SourceCase, database: Database) -> None:
    check_source(database.make, [case], make_id=int)


def test_every_example_has_the_members_of_a_memory_source(database: Database) -> None:
    check_examples(database.make, int)


@given(worlds(int))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_conditions_have_the_members_of_a_memory_source(
    database: Database, world: World
) -> None:
    """All examples share the fixture; each example refills it."""
    world.check(database.make, int)


def test_a_page_takes_three_queries_for_any_condition(database: Database) -> None:
    """There is one query each for customers, lists and events; the last query finds no page."""
    people = [Contact(number, {"city": "Lyon"}, {"vip": None}) for number in range(1, 1201)]
    orders = [Event(number, "order", NOW) for number in range(1, 1201)]
    source = database.make(people, orders)
    names = [did(f"event {number}").within_last(days=number + 1) for number in range(300)]
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order") & ~all_of(*names)
    with limit_queries(database.queries, 3 * 3 + 1):
        assert len(Evaluator(source).members(condition, now=NOW)) == 1200
    with limit_queries(database.queries, 3 + 1):
        assert len(Evaluator(source).members(condition, now=NOW, ids=range(1, 400))) == 399
    with limit_queries(database.queries, 3 + 1):
        assert len(Evaluator(source).members(all_of(), now=NOW)) == 1200


def test_a_page_is_loaded_only_when_it_is_read(database: Database) -> None:
    """The source streams: a caller that stops early has loaded no further pages."""
    source = database.make([Contact(number) for number in range(1, 1201)], [])
    with limit_queries(database.queries, 1):
        assert next(source.load(requirements(all_of()), None))[0].id == 1


def test_only_the_required_facts_are_loaded(database: Database) -> None:
    people = [Contact(1, {"city": "Lyon", "plan": "pro", "code": 1}, {"vip": None, "news": None})]
    days = (1, 29, 31, -1)
    orders = [
        Event(1, "order", NOW - timedelta(days=days_ago), {"total": days_ago}) for days_ago in days
    ]
    source = database.make(people, [*orders, Event(1, "refund", NOW)])
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order").within_last(days=30)
    [(contact, events)] = source.load(requirements(condition, now=NOW), None)
    assert (contact.attributes, contact.lists) == ({"city": "Lyon"}, {"vip": None})
    assert [event.properties["total"] for event in events] == [1, 29]


def test_an_evaluation_reads_one_state_of_the_database(database: Database) -> None:
    """Rows that are written while the pages are read have no effect."""
    source = database.make([Contact(number) for number in range(1, 1201)], [])
    with closing(database.connect()) as writer:
        writer.execute("PRAGMA journal_mode = WAL")  # Otherwise the writer waits for the reader.
        rows = source.load(requirements(did("order"), now=NOW), None)
        next(rows)
        shop.fill(writer, [Contact(2000)], [Event(1199, "order", NOW)])
        remaining = [(contact.id, len(events)) for contact, events in rows]
    assert remaining == [(number, 0) for number in range(2, 1201)]
    assert Evaluator(source).members(did("order"), now=NOW) == {1199}


def test_many_threads_can_evaluate(database: Database) -> None:
    """Each evaluation has its own connection."""
    people = [Contact(number) for number in range(1, 1201)]
    evaluator = Evaluator(
        database.make(people, [Event(number, "order", NOW) for number in (3, 900)])
    )
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(evaluator.members, did("order"), now=NOW) for _ in range(8)]
        assert all(future.result(timeout=60) == {3, 900} for future in futures)


def test_amounts_are_exact(database: Database) -> None:
    orders = [Event(1, "order", NOW, {"total": amount}) for amount in [9.99] * 10 + [0.1]]
    source = database.make([Contact(1)], orders)
    assert Evaluator(source).members(did("order").sum("total") >= 100, now=NOW) == {1}
    assert Evaluator(source).members(did("order").where(prop("total") < 0.1), now=NOW) == set()


def test_the_program_prints_the_members() -> None:
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", HOSTS / "sqlite_shop.py"],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stdout == "buyers in Lyon: 1\nreaders: 1, 3\n"
