"""A segkit source over PostgreSQL, with SQLAlchemy and psycopg.

The source loads the data that an evaluation needs, page by page, in one transaction that sees one
state of the database. Run the program from a checkout, with the URL of an empty database:

    pip install -e ".[hosts]"
    python examples/hosts/postgres_shop.py postgresql+psycopg://localhost/shop
"""

import sys
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from segkit import Contact, Evaluator, Event, Requirements, attr, did, in_list

PAGE = 500
"""How many customers are in memory at the same time, with their events and lists."""


class Table(DeclarativeBase):
    """The base class of the tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute once
        datetime: sa.DateTime(timezone=True),  # loaded as aware datetimes
        Decimal: sa.Numeric(12, 2),
        dict[str, Any]: JSONB,
    }


class Customer(Table):
    """A customer. The column `more` has the attributes without a column of their own."""

    __tablename__ = "customer"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    city: Mapped[str | None]
    plan: Mapped[str | None]
    age: Mapped[int | None]
    vip: Mapped[bool | None]
    balance: Mapped[Decimal | None]
    born: Mapped[date | None]
    birthday: Mapped[date | None]
    subscribed_at: Mapped[datetime | None]
    trial_ends: Mapped[datetime | None]
    last_login: Mapped[datetime | None]
    last_order: Mapped[datetime | None]
    seen: Mapped[datetime | None]
    more: Mapped[dict[str, Any]]


class Subscription(Table):
    """A list that a customer is on, and the instant of joining, if known."""

    __tablename__ = "subscription"
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    list: Mapped[str] = mapped_column(primary_key=True)
    joined: Mapped[datetime | None]


class CustomerEvent(Table):
    """An event of a customer."""

    __tablename__ = "customer_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[datetime]
    properties: Mapped[dict[str, Any]]
    __table_args__ = (sa.Index("event_by_customer", "customer_id", "name", "at"),)


COLUMNS = {
    column.name: column for column in Customer.__table__.c if column.name not in ("id", "more")
}
PROPERTIES = {"departure": datetime.fromisoformat}
"""How to convert event properties that JSON stores as text."""


def engine_for(address: str) -> sa.Engine:
    """Return an engine that connects in UTC. East of UTC, the end of year 9999 would overflow."""
    return sa.create_engine(address, connect_args={"options": "-c TimeZone=UTC"})


class ShopSource:
    """The source, over an engine of `engine_for`.

    Threads can share it, because each evaluation uses its own connection of the engine.
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Create a source whose transactions see one state of the database."""
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ")

    def load(
        self, needs: Requirements, ids: Collection[UUID] | None = None, /
    ) -> Iterator[tuple[Contact[UUID], list[Event[UUID]]]]:
        """Yield customers in the order of their ids, with at most three queries for each page."""
        with Session(self._engine) as session:
            for page in self._pages(session, needs, ids):
                lists = self._lists(session, needs, page)
                events = self._events(session, needs, page)
                for id_, attributes in page.items():
                    yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])

    def _pages(
        self, session: Session, needs: Requirements, ids: Collection[UUID] | None
    ) -> Iterator[dict[UUID, dict[str, Any]]]:
        # Names in a segment may come from a user: only names of COLUMNS go into the query.
        columns = [column for name, column in COLUMNS.items() if name in needs.attributes]
        more = [Customer.more] if needs.attributes - COLUMNS.keys() else []
        query = sa.select(Customer.id, *columns, *more).order_by(Customer.id).limit(PAGE)
        if ids is None:
            rows = session.execute(query).mappings().all()
            while rows:
                yield dict(map(_read, rows))
                rows = session.execute(query.where(Customer.id > rows[-1]["id"])).mappings().all()
        else:
            # One page at a time, because the number of parameters of a query is limited.
            wanted = sorted(set(ids))
            for start in range(0, len(wanted), PAGE):
                part = query.where(Customer.id.in_(wanted[start : start + PAGE]))
                yield dict(map(_read, session.execute(part).mappings()))

    def _lists(
        self, session: Session, needs: Requirements, page: Iterable[UUID]
    ) -> dict[UUID, dict[str, date | None]]:
        found: dict[UUID, dict[str, date | None]] = {}
        names = [name for name in needs.lists if can_store(name)]
        if not (names or needs.any_list):
            return found
        query = sa.select(Subscription.customer_id, Subscription.list, Subscription.joined)
        query = query.where(Subscription.customer_id.in_(page))
        if not needs.any_list:
            query = query.where(Subscription.list.in_(names))
        for id_, name, joined in session.execute(query):
            found.setdefault(id_, {})[name] = joined
        return found

    def _events(
        self, session: Session, needs: Requirements, page: Iterable[UUID]
    ) -> dict[UUID, list[Event[UUID]]]:
        found: dict[UUID, list[Event[UUID]]] = {}
        ranges = [
            # Each event name has its own time range, which includes both ends.
            sa.and_(
                CustomerEvent.name == name,
                CustomerEvent.at <= need.until,
                *([] if need.since is None else [CustomerEvent.at >= need.since]),
            )
            for name, need in needs.events.items()
            if can_store(name)
        ]
        if not ranges:
            return found
        query = sa.select(
            CustomerEvent.id,
            CustomerEvent.customer_id,
            CustomerEvent.name,
            CustomerEvent.at,
            CustomerEvent.properties,
        )
        query = query.where(CustomerEvent.customer_id.in_(page), sa.or_(*ranges)).order_by(
            CustomerEvent.id
        )
        for number, id_, name, at, properties in session.execute(query):
            for key in PROPERTIES.keys() & properties:
                properties[key] = properties[key] and PROPERTIES[key](properties[key])
            found.setdefault(id_, []).append(Event(id_, name, at, properties, number))
        return found


def _read(row: sa.RowMapping) -> tuple[UUID, dict[str, Any]]:
    attributes: dict[str, Any] = dict(row)
    return attributes.pop("id"), attributes.pop("more", {}) | attributes


def can_store(name: str) -> bool:
    """Return whether the database can store this name; other names match no contact."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def stored(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as JSON stores them."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def fill(engine: sa.Engine, contacts: list[Contact[UUID]], events: list[Event[UUID]]) -> None:
    """Insert customers and their events into the tables."""
    with Session(engine) as session, session.begin():
        for contact in contacts:
            attributes = contact.attributes
            columns = {name: attributes.get(name) for name in COLUMNS}
            more = {name: value for name, value in attributes.items() if name not in COLUMNS}
            session.add(Customer(id=contact.id, **columns, more=stored(more)))
            for name, joined in contact.lists.items():
                session.add(Subscription(customer_id=contact.id, list=name, joined=joined))
        for event in events:
            row = {"customer_id": event.contact_id, "name": event.name, "at": event.at}
            session.add(CustomerEvent(**row, properties=stored(event.properties)))


def main(address: str) -> None:
    """Fill the tables of a small shop, and print the members of its segments."""
    now = datetime(2024, 5, 10, 12, tzinfo=UTC)
    engine = engine_for(address)
    Table.metadata.create_all(engine)
    ada, bob, cleo = (UUID(int=number) for number in (1, 2, 3))
    customers = [
        Contact(ada, {"city": "Lyon", "plan": "club"}, {"newsletter": None}),
        Contact(bob, {"city": "Oslo"}),
        Contact(cleo, {"city": "Lyon", "plan": "free"}, {"newsletter": now}),
    ]
    orders = [Event(id_, "order", now - timedelta(days=2)) for id_ in (ada, bob)]
    fill(engine, customers, orders)
    evaluator = Evaluator(ShopSource(engine), tz="Europe/Paris")
    buyers = did("order").within_last(days=30) & (attr("city") == "Lyon")
    print("buyers in Lyon:", *evaluator.members(buyers, now=now))
    print("readers:", *evaluator.members(in_list("newsletter"), now=now))
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
