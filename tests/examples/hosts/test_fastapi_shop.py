"""The FastAPI application returns what a source in memory gives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from segkit import (
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Requirements,
    all_of,
    attr,
    did,
    in_list,
    requirements,
)
from segkit.testing import SOURCE_CASES, SourceCase, check_source
from tests.examples.hosts.needing import counted, need, program
from tests.examples.hosts.shops import NOW, World, examples_alike, worlds

need("sqlalchemy", "aiosqlite", "fastapi", "httpx")

import httpx  # noqa: E402 - where it is installed
from sqlalchemy import event, insert  # noqa: E402
from sqlalchemy.ext.asyncio import create_async_engine  # noqa: E402
from sqlalchemy.pool import NullPool  # noqa: E402

shop = program("fastapi_shop")
make_id = "c{:05}".format


def plain(known: dict[str, Any]) -> dict[str, Any]:
    """What JSON can hold: this shop has no column for decimals."""
    return {
        name: value.isoformat() if isinstance(value, date) else float(value)
        if type(value).__name__ == "Decimal" else value
        for name, value in known.items()
    }  # fmt: skip


class Database:
    """A file, emptied and filled again, and the queries put to it."""

    def __init__(self, path: Path) -> None:
        self.queries = list[str]()
        # Each question of these tests has an event loop of its own, so no connection is kept.
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool)
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._heard)
        asyncio.run(self._create())

    def _heard(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.queries.append(statement)

    async def _create(self) -> None:
        async with self.engine.begin() as database:
            await database.run_sync(shop.TABLES.create_all)

    async def fill(self, contacts: Iterable[Contact[str]], events: Iterable[Event[str]]) -> None:
        people = [
            {
                "id": contact.id,
                **{name: contact.attributes.get(name) for name in shop.COLUMNS},
                "more": plain(
                    {n: v for n, v in contact.attributes.items() if n not in shop.COLUMNS}
                ),
            }
            for contact in contacts
        ]
        lists = [
            {"customer_id": contact.id, "list": name, "joined": joined}
            for contact in contacts
            for name, joined in contact.lists.items()
        ]
        happened = [
            {
                "customer_id": event.contact_id,
                "name": event.name,
                "at": event.at,
                "properties": plain(event.properties),
            }
            for event in events
        ]
        async with self.engine.begin() as database:
            tables = (
                (shop.CUSTOMER, people),
                (shop.SUBSCRIPTION, lists),
                (shop.CUSTOMER_EVENT, happened),
            )
            for table, rows in tables:
                await database.execute(table.delete())
                if rows:
                    await database.execute(insert(table), rows)

    def make(self, contacts: list[Contact[str]], events: list[Event[str]]) -> Awaiting:
        asyncio.run(self.fill(contacts, events))
        return Awaiting(self)


class Awaiting:
    """The shop as a source, so that it can be checked like any other: what it awaits is handed in.

    This is what the documentation tells an async host to do when it wants an `Evaluator`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> list[tuple[Contact[str], list[Event[str]]]]:
        async def awaited() -> list[tuple[Contact[str], list[Event[str]]]]:
            async with self.database.engine.connect() as connection:
                return [row async for row in shop.customers(connection, needs, ids)]

        return asyncio.run(awaited())


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "shop.db")


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_it_does_what_a_source_has_to(case: SourceCase, database: Database) -> None:
    check_source(database.make, [case], make_id=make_id)


def test_it_answers_every_example_as_memory_does(database: Database) -> None:
    examples_alike(database.make, make_id)


@given(worlds(make_id))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_it_answers_random_questions_as_memory_does(database: Database, world: World) -> None:
    world.check(database.make, make_id)


def test_the_queries_for_a_page_are_three_whatever_is_asked(database: Database) -> None:
    """One for customers, one for lists, one for events; and one that finds no page any more."""
    ids = [make_id(number) for number in range(1, 1201)]
    people = [Contact(who, {"city": "Lyon"}, {"vip": None}) for who in ids]
    source = database.make(people, [Event(who, "order", NOW) for who in ids])
    names = [did(f"event {number}").within_last(days=number + 1) for number in range(300)]
    every = (attr("city") == "Lyon") & in_list("vip") & did("order") & ~all_of(*names)
    with counted(database.queries, 3 * 3 + 1):
        assert list(Evaluator(source).members(every, now=NOW)) == ids
    with counted(database.queries, 3):
        assert len(Evaluator(source).members(every, now=NOW, ids=ids[:400])) == 400
    with counted(database.queries, 3 + 1):
        assert list(Evaluator(source).members(all_of(), now=NOW)) == ids


def test_a_page_is_awaited_when_it_is_come_to(database: Database) -> None:
    """The source streams: a caller that stops early has loaded no further pages."""
    asyncio.run(database.fill([Contact(make_id(number)) for number in range(1, 1201)], []))

    async def first() -> str:
        async with database.engine.connect() as connection:
            async for contact, _ in shop.customers(connection, requirements(all_of())):
                return str(contact.id)
        return "nobody"

    with counted(database.queries, 1):
        assert asyncio.run(first()) == make_id(1)


def test_no_more_is_loaded_than_is_needed(database: Database) -> None:
    known = {"city": "Lyon", "plan": "pro", "code": 1}
    orders = [Event("ada", "order", NOW - timedelta(days=n), {"total": n}) for n in (1, 29, 31, -1)]
    everything = [*orders, Event("ada", "refund", NOW)]
    source = database.make([Contact("ada", known, {"vip": None, "news": None})], everything)
    asked = (attr("city") == "Lyon") & in_list("vip") & did("order").within_last(days=30)
    [(contact, events)] = source.load(requirements(asked, now=NOW), None)
    assert (contact.attributes, contact.lists) == ({"city": "Lyon"}, {"vip": None})
    assert [event.properties["total"] for event in events] == [1, 29]


# --- the application ------------------------------------------------------------------------------

PEOPLE = [
    Contact("ada", {"city": "Lyon"}, {"newsletter": None}),
    Contact("bob", {"city": "Oslo"}, {"newsletter": NOW}),
    Contact("cleo", {"city": "Lyon"}),
]
ORDERS = [Event(who, "order", NOW - timedelta(days=n)) for who, n in (("ada", 3), ("cleo", 200))]


def answered(database: Database, *addresses: str) -> list[tuple[int, Any]]:
    """What the application answers, put to it over HTTP."""

    async def connection() -> AsyncIterator[Any]:
        async with database.engine.connect() as found:
            yield found

    async def asking() -> list[tuple[int, Any]]:
        await database.fill(PEOPLE, ORDERS)
        transport = httpx.ASGITransport(app=shop.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            got = [await client.get(address) for address in addresses]
            return [(response.status_code, response.json()) for response in got]

    shop.app.dependency_overrides = {shop.connection: connection, shop.clock: lambda: NOW}
    try:
        return asyncio.run(asking())
    finally:
        shop.app.dependency_overrides = {}


def test_the_application_says_who_is_in_a_segment(database: Database) -> None:
    memory = Evaluator(MemorySource(PEOPLE, ORDERS), tz=shop.ZONE).evaluate(
        shop.SEGMENTS.values(), now=NOW
    )
    answers = answered(database, *[f"/segments/{name}" for name in shop.SEGMENTS])
    assert [(code, got["members"]) for code, got in answers] == [
        (200, list(audience)) for audience in memory.values()
    ]
    assert [got["members"] for _, got in answers] == [["ada"], ["cleo"], ["ada"]]
    assert answers[0][1]["sentence"] == 'did "order" at least once in the last 30 days'


def test_the_application_says_why(database: Database) -> None:
    [(code, ada), (_, bob)] = answered(
        database, "/segments/buyers/customers/ada", "/segments/buyers/customers/bob"
    )
    assert (code, ada["member"], bob["member"]) == (200, True, False)
    assert ada["why"].startswith('yes  did "order" at least once in the last 30 days\n')


def test_what_is_not_there_is_not_found(database: Database) -> None:
    answers = answered(
        database,
        "/segments/nobody",
        "/segments/nobody/customers/ada",
        "/segments/buyers/customers/zoe",
    )
    assert [code for code, _ in answers] == [404, 404, 404]
    assert [got["detail"] for _, got in answers] == [
        "no segment is named 'nobody'",
        "no segment is named 'nobody'",
        "no customer has the id 'zoe'",
    ]


def test_the_application_asks_at_the_current_time() -> None:
    """Once for a request; and what it reads is aware."""
    assert shop.clock().tzinfo is UTC
    assert isinstance(shop.clock(), datetime)
