"""A FastAPI application that evaluates segments over a database with an async driver.

segkit has no async functions, because evaluation only computes. Only loading waits, and the
application does the loading: `customers` awaits the data that `requirements` names, page by page,
and `matches` evaluates each customer. Run the application from a checkout, and open
http://127.0.0.1:8000/docs:

    pip install -e ".[hosts]"
    uvicorn --app-dir examples/hosts fastapi_shop:app
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.types import TypeDecorator

from segkit import (
    Contact,
    Event,
    Requirements,
    Segment,
    attr,
    describe,
    did,
    explain,
    in_list,
    matches,
    requirements,
)

PAGE = 500
"""How many customers are in memory at the same time, with their events and lists."""
FIRST = datetime.min.replace(tzinfo=UTC)
ZONE = "Europe/Paris"

SEGMENTS = {
    segment.name: segment
    for segment in (
        Segment("buyers", did("order").within_last(days=30)),
        Segment("lapsed", did("order") & did("order").never().within_last(months=3)),
        Segment("readers in Lyon", in_list("newsletter") & (attr("city") == "Lyon")),
    )
}


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC, for a database without a type for time zones."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """Convert an aware datetime to a naive one in UTC."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """Convert a naive datetime in UTC to an aware one."""
        return value and value.replace(tzinfo=UTC)


INSTANTS = ("subscribed_at", "trial_ends", "last_login", "last_order", "seen")
TABLES = sa.MetaData()
CUSTOMER = sa.Table(
    "customer",
    TABLES,
    sa.Column("id", sa.String, primary_key=True),
    *[sa.Column(name, sa.String) for name in ("name", "city", "plan")],
    sa.Column("age", sa.Integer),
    sa.Column("vip", sa.Boolean),
    *[sa.Column(name, sa.Date) for name in ("born", "birthday")],
    *[sa.Column(name, Instant) for name in INSTANTS],
    sa.Column("more", sa.JSON, nullable=False),  # attributes without a column of their own
)
SUBSCRIPTION = sa.Table(
    "subscription",
    TABLES,
    sa.Column("customer_id", sa.String, primary_key=True),
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("joined", Instant),
)
CUSTOMER_EVENT = sa.Table(
    "customer_event",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("properties", sa.JSON, nullable=False),
    sa.Index("event_by_customer", "customer_id", "name", "at"),
)
COLUMNS = {column.name: column for column in CUSTOMER.c if column.name not in ("id", "more")}
PROPERTIES = {"departure": datetime.fromisoformat}
"""How to convert event properties that JSON stores as text."""

Row = tuple[Contact[str], list[Event[str]]]


async def customers(
    database: AsyncConnection, needs: Requirements, ids: Collection[str] | None = None
) -> AsyncIterator[Row]:
    """Yield the customers with the data of *needs*, with at most three queries for each page."""
    # Names in a segment may come from a user: only names of COLUMNS go into the query.
    columns = [column for name, column in COLUMNS.items() if name in needs.attributes]
    more = [CUSTOMER.c.more] if needs.attributes - COLUMNS.keys() else []
    query = sa.select(CUSTOMER.c.id, *columns, *more).order_by(CUSTOMER.c.id).limit(PAGE)
    wanted = None if ids is None else sorted(set(ids))
    after = ""
    while wanted is None or wanted:
        part = query.where(CUSTOMER.c.id > after)
        if wanted is not None:
            part, wanted = query.where(CUSTOMER.c.id.in_(wanted[:PAGE])), wanted[PAGE:]
        page = {row["id"]: dict(row) for row in (await database.execute(part)).mappings()}
        if not page and wanted is None:
            return
        lists, events = await _lists(database, needs, page), await _events(database, needs, page)
        for id_, row in page.items():
            after = row.pop("id")
            attributes = row.pop("more", {}) | row
            yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])


async def _lists(
    database: AsyncConnection, needs: Requirements, page: Collection[str]
) -> dict[str, dict[str, date | None]]:
    found: dict[str, dict[str, date | None]] = {}
    names = [name for name in needs.lists if can_store(name)]
    if names or needs.any_list:
        query = sa.select(SUBSCRIPTION).where(SUBSCRIPTION.c.customer_id.in_(page))
        if not needs.any_list:
            query = query.where(SUBSCRIPTION.c.list.in_(names))
        for id_, name, joined in await database.execute(query):
            found.setdefault(id_, {})[name] = joined
    return found


async def _events(
    database: AsyncConnection, needs: Requirements, page: Collection[str]
) -> dict[str, list[Event[str]]]:
    found: dict[str, list[Event[str]]] = {}
    at = CUSTOMER_EVENT.c.at
    ranges = [
        # Each event name has its own time range, which includes both ends.
        sa.and_(CUSTOMER_EVENT.c.name == name, at >= (need.since or FIRST), at <= need.until)
        for name, need in needs.events.items()
        if can_store(name)
    ]
    if ranges:
        query = sa.select(CUSTOMER_EVENT).where(
            CUSTOMER_EVENT.c.customer_id.in_(page), sa.or_(*ranges)
        )
        for number, id_, name, instant, properties in await database.execute(
            query.order_by(CUSTOMER_EVENT.c.id)
        ):
            for key in PROPERTIES.keys() & properties:
                properties[key] = properties[key] and PROPERTIES[key](properties[key])
            found.setdefault(id_, []).append(Event(id_, name, instant, properties, number))
    return found


def can_store(name: str) -> bool:
    """Return whether the database can store this name; other names match no contact."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


# --- the application ------------------------------------------------------------------------------

ENGINE = create_async_engine("sqlite+aiosqlite:///shop.db")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Create the tables if they do not exist."""
    async with ENGINE.begin() as database:
        await database.run_sync(TABLES.create_all)
    yield
    await ENGINE.dispose()


app = FastAPI(lifespan=lifespan)


async def connection() -> AsyncIterator[AsyncConnection]:
    """Open a connection for each request."""
    async with ENGINE.connect() as database:
        yield database


def clock() -> datetime:
    """Return the current time, once for each request, so that a request uses one `now`."""
    return datetime.now(UTC)


def find_segment(name: str) -> Segment:
    """Return the segment that a URL names."""
    if name not in SEGMENTS:
        raise HTTPException(404, f"no segment is named {name!r}")
    return SEGMENTS[name]


Database = Annotated[AsyncConnection, Depends(connection)]
Now = Annotated[datetime, Depends(clock)]


@app.get("/segments/{name}")
async def members(
    segment: Annotated[Segment, Depends(find_segment)], database: Database, now: Now
) -> dict[str, Any]:
    """Return the sentence of a segment, and its members."""
    needs = requirements(segment, now=now, tz=ZONE)
    ids = [
        contact.id
        async for contact, events in customers(database, needs)
        if matches(segment, contact, events, now=now, tz=ZONE)
    ]
    return {"sentence": describe(segment), "members": ids}


@app.get("/segments/{name}/customers/{customer_id}")
async def why(
    segment: Annotated[Segment, Depends(find_segment)],
    customer_id: str,
    database: Database,
    now: Now,
) -> dict[str, Any]:
    """Return whether a customer is a member of a segment, and why."""
    needs = requirements(segment, now=now, tz=ZONE)
    async for contact, events in customers(database, needs, [customer_id]):
        explanation = explain(segment, contact, events, now=now, tz=ZONE)
        return {"member": explanation.verdict, "why": str(explanation)}
    raise HTTPException(404, f"no customer has the id {customer_id!r}")
