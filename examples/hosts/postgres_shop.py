"""A shop whose customers are in PostgreSQL: its `Source`, through SQLAlchemy and psycopg.

The source asks for what a question needs, page by page, within one transaction that sees one state
of the database. Run it from a checkout, with the address of an empty database:

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
"""Customers that are in memory at one time, with the events and lists that are asked for."""


class Table(DeclarativeBase):
    """The shop's tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it once
        datetime: sa.DateTime(timezone=True),  # comes back aware; without a zone it would be naive
        Decimal: sa.Numeric(12, 2),
        dict[str, Any]: JSONB,
    }


class Customer(Table):
    """What is known of a customer: columns, and in `more` what has none."""

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
    """Which lists a customer is on, and since when, if that is known."""

    __tablename__ = "subscription"
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    list: Mapped[str] = mapped_column(primary_key=True)
    joined: Mapped[datetime | None]


class Happening(Table):
    """What a customer did."""

    __tablename__ = "happening"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    name: Mapped[str]
    at: Mapped[datetime]
    properties: Mapped[dict[str, Any]]
    __table_args__ = (sa.Index("happening_of", "customer_id", "name", "at"),)


COLUMNS = {
    column.name: column for column in Customer.__table__.c if column.name not in ("id", "more")
}
PROPERTIES = {"departure": datetime.fromisoformat}
"""The properties of events that JSON has as texts, and that are none."""


def engine_for(address: str) -> sa.Engine:
    """Connect to a database, in UTC: in a zone ahead of it, the last instants would be no more."""
    return sa.create_engine(address, connect_args={"options": "-c TimeZone=UTC"})


class ShopSource:
    """The shop's customers, over an engine of `engine_for`.

    An engine is shared by threads; each question has a connection.
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Keep the engine, set to see one state of the database in a transaction."""
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ")

    def load(
        self, needs: Requirements, ids: Collection[UUID] | None = None, /
    ) -> Iterator[tuple[Contact[UUID], list[Event[UUID]]]]:
        """Stream customers in the order of their ids: three queries, at most, for each page."""
        with Session(self._engine) as session:
            for page in self._pages(session, needs, ids):
                lists = self._lists(session, needs, page)
                events = self._events(session, needs, page)
                for id_, attributes in page.items():
                    yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])

    def _pages(
        self, session: Session, needs: Requirements, ids: Collection[UUID] | None
    ) -> Iterator[dict[UUID, dict[str, Any]]]:
        # Names in a segment may come from a user: a query holds none but those of COLUMNS.
        columns = [column for name, column in COLUMNS.items() if name in needs.attributes]
        more = [Customer.more] if needs.attributes - COLUMNS.keys() else []
        query = sa.select(Customer.id, *columns, *more).order_by(Customer.id).limit(PAGE)
        if ids is None:
            rows = session.execute(query).mappings().all()
            while rows:
                yield dict(map(_read, rows))
                rows = session.execute(query.where(Customer.id > rows[-1]["id"])).mappings().all()
        else:
            # In parts: a query takes so many values, and no more.
            wanted = sorted(set(ids))
            for start in range(0, len(wanted), PAGE):
                part = query.where(Customer.id.in_(wanted[start : start + PAGE]))
                yield dict(map(_read, session.execute(part).mappings()))

    def _lists(
        self, session: Session, needs: Requirements, page: Iterable[UUID]
    ) -> dict[UUID, dict[str, date | None]]:
        found: dict[UUID, dict[str, date | None]] = {}
        names = [name for name in needs.lists if is_text(name)]
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
            # Each name has a range of its own, and both ends are included.
            sa.and_(
                Happening.name == name,
                Happening.at <= need.until,
                *([] if need.since is None else [Happening.at >= need.since]),
            )
            for name, need in needs.events.items()
            if is_text(name)
        ]
        if not ranges:
            return found
        query = sa.select(
            Happening.id, Happening.customer_id, Happening.name, Happening.at, Happening.properties
        )
        query = query.where(Happening.customer_id.in_(page), sa.or_(*ranges)).order_by(Happening.id)
        for number, id_, name, at, known in session.execute(query):
            for key in PROPERTIES.keys() & known:
                known[key] = known[key] and PROPERTIES[key](known[key])
            found.setdefault(id_, []).append(Event(id_, name, at, known, number))
        return found


def _read(row: sa.RowMapping) -> tuple[UUID, dict[str, Any]]:
    known: dict[str, Any] = dict(row)
    return known.pop("id"), known.pop("more", {}) | known


def is_text(name: str) -> bool:
    """Whether the database can hold that name; one that it cannot is nobody's."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half a character
        return False


def stored(known: dict[str, Any]) -> dict[str, Any]:
    """Give what JSON can hold."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in known.items()}


def fill(engine: sa.Engine, contacts: list[Contact[UUID]], events: list[Event[UUID]]) -> None:
    """Write customers and what they did into the tables."""
    with Session(engine) as session, session.begin():
        for contact in contacts:
            known = contact.attributes
            columns = {name: known.get(name) for name in COLUMNS}
            more = {name: value for name, value in known.items() if name not in COLUMNS}
            session.add(Customer(id=contact.id, **columns, more=stored(more)))
            for name, joined in contact.lists.items():
                session.add(Subscription(customer_id=contact.id, list=name, joined=joined))
        for event in events:
            known = {"customer_id": event.contact_id, "name": event.name, "at": event.at}
            session.add(Happening(**known, properties=stored(event.properties)))


def main(address: str) -> None:
    """Fill a small shop and print who belongs to its segments."""
    now = datetime(2024, 5, 10, 12, tzinfo=UTC)
    engine = engine_for(address)
    Table.metadata.create_all(engine)
    ada, bob, cleo = (UUID(int=number) for number in (1, 2, 3))
    customers = [
        Contact(ada, {"city": "Lyon", "plan": "club"}, {"newsletter": None}),
        Contact(bob, {"city": "Oslo"}),
        Contact(cleo, {"city": "Lyon", "plan": "free"}, {"newsletter": now}),
    ]
    orders = [Event(who, "order", now - timedelta(days=2)) for who in (ada, bob)]
    fill(engine, customers, orders)
    evaluator = Evaluator(ShopSource(engine), tz="Europe/Paris")
    buyers = did("order").within_last(days=30) & (attr("city") == "Lyon")
    print("buyers in Lyon:", *evaluator.members(buyers, now=now))
    print("readers:", *evaluator.members(in_list("newsletter"), now=now))
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
