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
from tests.examples.hosts.needing import limit_queries, program, require
from tests.examples.hosts.shops import NOW, World, check_examples, worlds

require("sqlalchemy", "aiosqlite", "fastapi", "httpx")

import httpx  # noqa: E402 - only if it is installed
from sqlalchemy import event, insert  # noqa: E402
from sqlalchemy.ext.asyncio import create_async_engine  # noqa: E402
from sqlalchemy.pool import NullPool  # noqa: E402

shop = program("fastapi_shop")
make_id = "c{:05}".format


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as JSON can represent them; this shop has no column for decimals."""
    return {
        name: value.isoformat() if isinstance(value, date) else float(value)
        if type(value).__name__ == "Decimal" else value
        for name, value in values.items()
    }  # fmt: skip


class Database:
    """A database file, which is refilled for each source, and the queries to it."""

    def __init__(self, path: Path) -> None:
        self.queries = list[str]()
        # Each evaluation of these tests has its own event loop, so no connection is kept.
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{path}", poolclass=NullPool)
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._record)
        asyncio.run(self._create())

    def _record(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.queries.append(statement)

    async def _create(self) -> None:
        async with self.engine.begin() as database:
            await database.run_sync(shop.TABLES.create_all)

    async def fill(self, contacts: Iterable[Contact[str]], events: Iterable[Event[str]]) -> None:
        customer_rows = [
            {
                "id": contact.id,
                **{name: contact.attributes.get(name) for name in shop.COLUMNS},
                "more": as_json(
                    {n: v for n, v in contact.attributes.items() if n not in shop.COLUMNS}
                ),
            }
            for contact in contacts
        ]
        list_rows = [
            {"customer_id": contact.id, "list": name, "joined": joined}
            for contact in contacts
            for name, joined in contact.lists.items()
        ]
        event_rows = [
            {
                "customer_id": event.contact_id,
                "name": event.name,
                "at": event.at,
                "properties": as_json(event.properties),
            }
            for event in events
        ]
        async with self.engine.begin() as database:
            tables = (
                (shop.CUSTOMER, customer_rows),
                (shop.SUBSCRIPTION, list_rows),
                (shop.CUSTOMER_EVENT, event_rows),
            )
            for table, rows in tables:
                await database.execute(table.delete())
                if rows:
                    await database.execute(insert(table), rows)

    def make(self, contacts: list[Contact[str]], events: list[Event[str]]) -> SynchronousSource:
        asyncio.run(self.fill(contacts, events))
        return SynchronousSource(self)


class SynchronousSource:
    """The shop as a synchronous source, so that `check_source` and `Evaluator` can use it.

    The documentation describes this for an async host that uses an `Evaluator`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def load(
        self, needs: Requirements, ids: Collection[str] | None = None, /
    ) -> list[tuple[Contact[str], list[Event[str]]]]:
        async def load_all() -> list[tuple[Contact[str], list[Event[str]]]]:
            async with self.database.engine.connect() as connection:
                return [row async for row in shop.customers(connection, needs, ids)]

        return asyncio.run(load_all())


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "shop.db")


@pytest.mark.parametrize("case", SOURCE_CASES, ids=str)
def test_the_source_passes_every_source_case(case: SourceCase, database: Database) -> None:
    check_source(database.make, [case], make_id=make_id)


def test_every_example_has_the_members_of_a_memory_source(database: Database) -> None:
    check_examples(database.make, make_id)


@given(worlds(make_id))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_random_conditions_have_the_members_of_a_memory_source(
    database: Database, world: World
) -> None:
    world.check(database.make, make_id)


def test_a_page_takes_three_queries_for_any_condition(database: Database) -> None:
    """There is one query each for customers, lists and events; the last query finds no page."""
    ids = [make_id(number) for number in range(1, 1201)]
    people = [Contact(customer_id, {"city": "Lyon"}, {"vip": None}) for customer_id in ids]
    source = database.make(people, [Event(customer_id, "order", NOW) for customer_id in ids])
    names = [did(f"event {number}").within_last(days=number + 1) for number in range(300)]
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order") & ~all_of(*names)
    with limit_queries(database.queries, 3 * 3 + 1):
        assert list(Evaluator(source).members(condition, now=NOW)) == ids
    with limit_queries(database.queries, 3):
        assert len(Evaluator(source).members(condition, now=NOW, ids=ids[:400])) == 400
    with limit_queries(database.queries, 3 + 1):
        assert list(Evaluator(source).members(all_of(), now=NOW)) == ids


def test_a_page_is_loaded_only_when_it_is_read(database: Database) -> None:
    """The source streams: a caller that stops early has loaded no further pages."""
    asyncio.run(database.fill([Contact(make_id(number)) for number in range(1, 1201)], []))

    async def first() -> str:
        async with database.engine.connect() as connection:
            async for contact, _ in shop.customers(connection, requirements(all_of())):
                return str(contact.id)
        return "nobody"

    with limit_queries(database.queries, 1):
        assert asyncio.run(first()) == make_id(1)


def test_only_the_required_facts_are_loaded(database: Database) -> None:
    attributes = {"city": "Lyon", "plan": "pro", "code": 1}
    orders = [Event("ada", "order", NOW - timedelta(days=n), {"total": n}) for n in (1, 29, 31, -1)]
    everything = [*orders, Event("ada", "refund", NOW)]
    source = database.make([Contact("ada", attributes, {"vip": None, "news": None})], everything)
    condition = (attr("city") == "Lyon") & in_list("vip") & did("order").within_last(days=30)
    [(contact, events)] = source.load(requirements(condition, now=NOW), None)
    assert (contact.attributes, contact.lists) == ({"city": "Lyon"}, {"vip": None})
    assert [event.properties["total"] for event in events] == [1, 29]


# --- the application ------------------------------------------------------------------------------

PEOPLE = [
    Contact("ada", {"city": "Lyon"}, {"newsletter": None}),
    Contact("bob", {"city": "Oslo"}, {"newsletter": NOW}),
    Contact("cleo", {"city": "Lyon"}),
]
ORDERS = [
    Event(customer_id, "order", NOW - timedelta(days=n))
    for customer_id, n in (("ada", 3), ("cleo", 200))
]


def responses_of(database: Database, *addresses: str) -> list[tuple[int, Any]]:
    """Return the status and the body of the responses of the application over HTTP."""

    async def connection() -> AsyncIterator[Any]:
        async with database.engine.connect() as opened:
            yield opened

    async def responses() -> list[tuple[int, Any]]:
        await database.fill(PEOPLE, ORDERS)
        transport = httpx.ASGITransport(app=shop.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            received = [await client.get(address) for address in addresses]
            return [(response.status_code, response.json()) for response in received]

    shop.app.dependency_overrides = {shop.connection: connection, shop.clock: lambda: NOW}
    try:
        return asyncio.run(responses())
    finally:
        shop.app.dependency_overrides = {}


def test_the_application_returns_the_members_of_a_segment(database: Database) -> None:
    memory = Evaluator(MemorySource(PEOPLE, ORDERS), tz=shop.ZONE).evaluate(
        shop.SEGMENTS.values(), now=NOW
    )
    responses = responses_of(database, *[f"/segments/{name}" for name in shop.SEGMENTS])
    assert [(code, body["members"]) for code, body in responses] == [
        (200, list(audience)) for audience in memory.values()
    ]
    assert [body["members"] for _, body in responses] == [["ada"], ["cleo"], ["ada"]]
    assert responses[0][1]["sentence"] == 'did "order" at least once in the last 30 days'


def test_the_application_explains_a_verdict(database: Database) -> None:
    [(code, ada), (_, bob)] = responses_of(
        database, "/segments/buyers/customers/ada", "/segments/buyers/customers/bob"
    )
    assert (code, ada["member"], bob["member"]) == (200, True, False)
    assert ada["why"].startswith('yes  did "order" at least once in the last 30 days\n')


def test_an_unknown_segment_or_customer_is_not_found(database: Database) -> None:
    responses = responses_of(
        database,
        "/segments/nobody",
        "/segments/nobody/customers/ada",
        "/segments/buyers/customers/zoe",
    )
    assert [code for code, _ in responses] == [404, 404, 404]
    assert [body["detail"] for _, body in responses] == [
        "no segment is named 'nobody'",
        "no segment is named 'nobody'",
        "no customer has the id 'zoe'",
    ]


def test_the_application_evaluates_at_the_current_time() -> None:
    """The current time has a zone."""
    assert shop.clock().tzinfo is UTC
    assert isinstance(shop.clock(), datetime)
