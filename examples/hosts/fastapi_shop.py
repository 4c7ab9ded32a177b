"""A shop behind FastAPI, whose customers are in a database with an async driver.

Nothing in segkit is async, for asking waits for nothing. Loading waits, and loading is the host's:
`customers` awaits what `requirements` names, a page at a time, and `matches` is asked of each. Run
it from a checkout, and open http://127.0.0.1:8000/docs:

    pip install -e ".[hosts]" uvicorn
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
"""Customers that are in memory at one time, with the events and lists that are asked for."""
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
    """An instant in a database whose own type has no zone: UTC goes in, and comes out."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """Write it in UTC."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: sa.Dialect) -> datetime | None:
        """Read it as UTC."""
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
    sa.Column("more", sa.JSON, nullable=False),  # what is known and has no column
)
SUBSCRIPTION = sa.Table(
    "subscription",
    TABLES,
    sa.Column("customer_id", sa.String, primary_key=True),
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("joined", Instant),
)
HAPPENING = sa.Table(
    "happening",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("properties", sa.JSON, nullable=False),
    sa.Index("happening_of", "customer_id", "name", "at"),
)
COLUMNS = {column.name: column for column in CUSTOMER.c if column.name not in ("id", "more")}
PROPERTIES = {"departure": datetime.fromisoformat}
"""The properties of events that JSON has as texts, and that are none."""

Row = tuple[Contact[str], list[Event[str]]]


async def customers(
    database: AsyncConnection, needs: Requirements, ids: Collection[str] | None = None
) -> AsyncIterator[Row]:
    """Stream customers, each with its events, narrowed to *needs*: three queries for a page."""
    # Names in a segment may come from a user: a query holds none but those of COLUMNS.
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
        for id_, known in page.items():
            after = known.pop("id")
            attributes = known.pop("more", {}) | known
            yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])


async def _lists(
    database: AsyncConnection, needs: Requirements, page: Collection[str]
) -> dict[str, dict[str, date | None]]:
    found: dict[str, dict[str, date | None]] = {}
    names = [name for name in needs.lists if is_text(name)]
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
    at = HAPPENING.c.at
    ranges = [
        # Each name has a range of its own, and both ends are included.
        sa.and_(HAPPENING.c.name == name, at >= (need.since or FIRST), at <= need.until)
        for name, need in needs.events.items()
        if is_text(name)
    ]
    if ranges:
        query = sa.select(HAPPENING).where(HAPPENING.c.customer_id.in_(page), sa.or_(*ranges))
        for number, id_, name, when, known in await database.execute(
            query.order_by(HAPPENING.c.id)
        ):
            for key in PROPERTIES.keys() & known:
                known[key] = known[key] and PROPERTIES[key](known[key])
            found.setdefault(id_, []).append(Event(id_, name, when, known, number))
    return found


def is_text(name: str) -> bool:
    """Whether the database can hold that name; one that it cannot is nobody's."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half a character
        return False


# --- the application ------------------------------------------------------------------------------

ENGINE = create_async_engine("sqlite+aiosqlite:///shop.db")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the tables, if they are not there yet."""
    async with ENGINE.begin() as database:
        await database.run_sync(TABLES.create_all)
    yield
    await ENGINE.dispose()


app = FastAPI(lifespan=lifespan)


async def connection() -> AsyncIterator[AsyncConnection]:
    """Give each request a connection of its own."""
    async with ENGINE.connect() as database:
        yield database


def clock() -> datetime:
    """Read the clock: once for a request, for every question in it is asked at one instant."""
    return datetime.now(UTC)


def segment(name: str) -> Segment:
    """Find the segment that an address names."""
    if name not in SEGMENTS:
        raise HTTPException(404, f"there is no segment {name!r}")
    return SEGMENTS[name]


Database = Annotated[AsyncConnection, Depends(connection)]
Now = Annotated[datetime, Depends(clock)]


@app.get("/segments/{name}")
async def members(
    asked: Annotated[Segment, Depends(segment)], database: Database, now: Now
) -> dict[str, Any]:
    """Say what a segment is, and who is in it."""
    needs = requirements(asked, now=now, tz=ZONE)
    found = [
        contact.id
        async for contact, events in customers(database, needs)
        if matches(asked, contact, events, now=now, tz=ZONE)
    ]
    return {"sentence": describe(asked), "members": found}


@app.get("/segments/{name}/customers/{customer_id}")
async def why(
    asked: Annotated[Segment, Depends(segment)], customer_id: str, database: Database, now: Now
) -> dict[str, Any]:
    """Say whether one customer is in a segment, and why."""
    needs = requirements(asked, now=now, tz=ZONE)
    async for contact, events in customers(database, needs, [customer_id]):
        answer = explain(asked, contact, events, now=now, tz=ZONE)
        return {"member": answer.verdict, "why": str(answer)}
    raise HTTPException(404, f"there is no customer {customer_id!r}")
