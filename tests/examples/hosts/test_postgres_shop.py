"""The shop in PostgreSQL gives the results of a memory source; the tests start a real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from segkit import Contact, Evaluator, Event, all_of, attr, did, in_any_list, in_list, requirements
from segkit.testing import SOURCE_CASES, SourceCase, check_source
from tests.examples.hosts.needing import HOSTS, limit_queries, program, require, skip_or_fail
from tests.examples.hosts.postgres import find_programs, start_server
from tests.examples.hosts.shops import NOW, World, check_examples, worlds

require("sqlalchemy", "psycopg")
found = find_programs()
if found is None:
    skip_or_fail("there is no PostgreSQL server: install the package `postgresql`")
assert found is not None
SERVER = found

from sqlalchemy import Engine, event  # noqa: E402 - only if it is installed

shop = program("postgres_shop")


def make_id(number: int) -> UUID:
    return UUID(int=number)


class Database:
    """A database on the server, which is refilled for each source, and the queries to it."""

    def __init__(self, address: str) -> None:
        self.address, self.queries = address, list[str]()
        self.engine: Engine = shop.engine_for(address)
        shop.Table.metadata.create_all(self.engine)
        event.listen(self.engine, "before_cursor_execute", self._record)

    def _record(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.queries.append(statement)

    def make(self, contacts: list[Contact[UUID]], events: list[Event[UUID]]) -> Any:  # noqa: ANN401
        with self.engine.begin() as connection:
            for table in shop.Table.metadata.sorted_tables:
                connection.execute(table.delete())
        shop.fill(self.engine, contacts, events)
        return shop.ShopSource(self.engine)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with start_server(SERVER) as address:
        database = Database(address)
        yield database
        database.engine.dispose()


def people(number: int) -> list[Contact[UUID]]:
    return [Contact(make_id(n), {"city": "Lyon"}, {"vip": None}) for n in range(1, number + 1)]


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_the_source_passes_every_source_case(case: SourceCase, database: Database) -> None:
    check_source(database.make, [case], make_id=make_id)


def test_every_example_has_the_members_of_a_memory_source(database: Database) -> None:
    check_examples(database.make, make_id)


@given(worlds(make_id))
def test_random_conditions_have_the_members_of_a_memory_source(
    database: Database, world: World
) -> None:
    world.check(database.make, make_id)


def test_the_ends_of_the_calendar_are_stored_in_any_zone_of_the_server(database: Database) -> None:
    """In the zone of the server, which is ahead of UTC, the last instant is in the year 10000."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    ada = Contact(make_id(1), {}, {"first": first, "last": last})
    source = database.make([ada], [])
    [(loaded, _)] = source.load(requirements(in_any_list()))
    assert loaded.lists == {"first": first, "last": last}


def test_a_page_takes_three_queries_for_any_condition(database: Database) -> None:
    """There is one query each for customers, lists and events; the last query finds no page."""
    source = database.make(people(1200), [Event(make_id(n), "order", NOW) for n in range(1, 1201)])
    names = [did(f"event {number}").within_last(days=number + 1) for number in range(300)]
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order") & ~all_of(*names)
    with limit_queries(database.queries, 3 * 3 + 1):
        assert len(Evaluator(source).members(condition, now=NOW)) == 1200
    with limit_queries(database.queries, 3):
        ids = [make_id(number) for number in range(1, 400)]
        assert len(Evaluator(source).members(condition, now=NOW, ids=ids)) == 399
    with limit_queries(database.queries, 3 + 1):
        assert len(Evaluator(source).members(all_of(), now=NOW)) == 1200


def test_a_page_is_loaded_only_when_it_is_read(database: Database) -> None:
    """The source streams: a caller that stops early has loaded no further pages."""
    source = database.make(people(1200), [])
    with limit_queries(database.queries, 1):
        assert next(source.load(requirements(all_of()), None))[0].id == make_id(1)


def test_only_the_required_facts_are_loaded(database: Database) -> None:
    ada = make_id(1)
    attributes = {"city": "Lyon", "plan": "pro", "code": 1}
    orders = [Event(ada, "order", NOW - timedelta(days=n), {"total": n}) for n in (1, 29, 31, -1)]
    everything = [*orders, Event(ada, "refund", NOW)]
    source = database.make([Contact(ada, attributes, {"vip": None, "news": None})], everything)
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order").within_last(days=30)
    [(contact, events)] = source.load(requirements(condition, now=NOW), None)
    assert (contact.attributes, contact.lists) == ({"city": "Lyon"}, {"vip": None})
    assert [event.properties["total"] for event in events] == [1, 29]


def test_an_evaluation_reads_one_state_of_the_database(database: Database) -> None:
    """Rows that are written while the pages are read have no effect."""
    source = database.make(people(1200), [])
    reading = source.load(requirements(did("order"), now=NOW), None)
    next(reading)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM customer WHERE city = 'Lyon'")
    assert len(list(reading)) == 1199
    assert len(Evaluator(source).members(all_of(), now=NOW)) == 0


def test_many_threads_can_evaluate(database: Database) -> None:
    """Each evaluation has its own connection."""
    orders = [Event(make_id(number), "order", NOW) for number in (3, 900)]
    evaluator = Evaluator(database.make(people(1200), orders))
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(evaluator.members, did("order"), now=NOW) for _ in range(8)]
        results = [future.result(timeout=60) for future in futures]
    assert results == [{make_id(3), make_id(900)}] * 8


def test_the_program_prints_the_members(database: Database) -> None:
    shop.Table.metadata.drop_all(database.engine)
    run = subprocess.run(  # noqa: S603 - the program is our own
        [sys.executable, "-W", "error", HOSTS / "postgres_shop.py", database.address],
        check=True, capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert run.stdout == f"buyers in Lyon: {make_id(1)}\nreaders: {make_id(1)} {make_id(3)}\n"
