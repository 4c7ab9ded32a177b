"""A segkit source over SQLite, with the standard library only.

The source loads the data that an evaluation needs, page by page, in one read transaction, so that
the result belongs to one state of the database. Run the program from a checkout:

    pip install -e .
    python examples/hosts/sqlite_shop.py
"""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from segkit import Contact, Evaluator, Event, Requirements, Segment, attr, did, in_list

PAGE = 500
"""How many customers are in memory at the same time, with their events and lists."""

SCHEMA = """
    CREATE TABLE customer (
        id INTEGER PRIMARY KEY,
        name TEXT, city TEXT, plan TEXT, age INTEGER, vip INTEGER, balance TEXT, born TEXT,
        birthday TEXT, subscribed_at TEXT, trial_ends TEXT, last_login TEXT, last_order TEXT,
        seen TEXT, more TEXT NOT NULL
    );
    CREATE TABLE subscription (
        customer_id INTEGER NOT NULL, list TEXT NOT NULL, joined TEXT,
        PRIMARY KEY (customer_id, list)
    );
    CREATE TABLE customer_event (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, properties TEXT NOT NULL
    );
    CREATE INDEX event_by_customer ON customer_event (customer_id, name, at);
"""

INSTANTS = ("subscribed_at", "trial_ends", "last_login", "last_order", "seen")
COLUMNS: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(("name", "city", "plan"), str),
    "age": int,
    "vip": bool,  # the table has 0 or 1, but for segkit, 1 is not equal to true
    "balance": Decimal,  # the table has text, because SQLite has no decimals
    **dict.fromkeys(("born", "birthday"), date.fromisoformat),
    **dict.fromkeys(INSTANTS, datetime.fromisoformat),
}
"""How to convert each column. The column `more` has all other attributes, as JSON."""

PROPERTIES = {"departure": datetime.fromisoformat}
"""How to convert event properties that JSON stores as text."""


class ShopSource:
    """The source. Each evaluation opens its own connection, so threads can share a source."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """Create a source from a function that connects to the database."""
        self._connect = connect

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterator[tuple[Contact[int], list[Event[int]]]]:
        """Yield customers in the order of their ids, with at most three queries for each page."""
        with closing(self._connect()) as database:
            # All pages belong to one state of the database. Closing ends the transaction.
            database.execute("BEGIN")
            for page in self._pages(database, needs, ids):
                lists = self._lists(database, needs, page)
                events = self._events(database, needs, page)
                for id_, attributes in page.items():
                    yield Contact(id_, attributes, lists.get(id_)), events.get(id_, [])

    def _pages(
        self, database: sqlite3.Connection, needs: Requirements, ids: Collection[int] | None
    ) -> Iterator[dict[int, dict[str, object]]]:
        # Names in a segment may come from a user: only names of COLUMNS go into the query.
        columns = [name for name in COLUMNS if name in needs.attributes]
        more = "more" if needs.attributes - COLUMNS.keys() else "'{}'"
        query = f"""SELECT {", ".join(("id", more, *columns))} FROM customer WHERE id > :after
            AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
            ORDER BY id LIMIT :page"""  # noqa: S608
        after, wanted = -(2**63), None if ids is None else json.dumps(list(ids))
        fetch_page = partial(database.execute, query)
        while rows := fetch_page({"after": after, "ids": wanted, "page": PAGE}).fetchall():
            yield {id_: json.loads(text) | convert(columns, cells) for id_, text, *cells in rows}
            after = rows[-1][0]

    def _lists(
        self, database: sqlite3.Connection, needs: Requirements, page: Iterable[int]
    ) -> dict[int, dict[str, date | None]]:
        found: dict[int, dict[str, date | None]] = {}
        names = [name for name in needs.lists if can_store(name)]
        if not (names or needs.any_list):
            return found
        rows = database.execute(
            """SELECT customer_id, list, joined FROM subscription
               WHERE customer_id IN (SELECT value FROM json_each(:page))
               AND (:any OR list IN (SELECT value FROM json_each(:lists)))""",
            {"page": json.dumps([*page]), "any": needs.any_list, "lists": json.dumps(names)},
        )
        for id_, name, joined in rows:
            found.setdefault(id_, {})[name] = joined and datetime.fromisoformat(joined)
        return found

    def _events(
        self, database: sqlite3.Connection, needs: Requirements, page: Iterable[int]
    ) -> dict[int, list[Event[int]]]:
        found: dict[int, list[Event[int]]] = {}
        ranges = [
            # Both ends are included. All texts have the same width, so they sort as instants.
            (name, "" if need.since is None else as_text(need.since), as_text(need.until))
            for name, need in needs.events.items()
            if can_store(name)
        ]
        if not ranges:
            return found
        rows = database.execute(
            """SELECT customer_event.id, customer_id, name, at, properties
               FROM customer_event JOIN json_each(:ranges) AS range
               ON name = json_extract(range.value, '$[0]')
               AND at >= json_extract(range.value, '$[1]')
               AND at <= json_extract(range.value, '$[2]')
               WHERE customer_id IN (SELECT value FROM json_each(:page))
               ORDER BY customer_event.id""",
            {"ranges": json.dumps(ranges), "page": json.dumps([*page])},
        )
        for id_, customer_id, name, at, text in rows:
            properties = json.loads(text)
            for key in PROPERTIES.keys() & properties:
                properties[key] = properties[key] and PROPERTIES[key](properties[key])
            event = Event(customer_id, name, datetime.fromisoformat(at), properties, id_)
            found.setdefault(customer_id, []).append(event)
        return found


def convert(columns: list[str], cells: list[Any]) -> dict[str, object]:
    """Convert the cells of a row. NULL becomes None, which means no value."""
    pairs = zip(columns, cells, strict=True)
    return {name: None if value is None else COLUMNS[name](value) for name, value in pairs}


def can_store(name: str) -> bool:
    """Return whether the database can store this name; other names match no contact."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def as_text(instant: datetime) -> str:
    """Return an instant as text in UTC with six digits, so that texts sort as instants."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def stored(value: object) -> object:
    """Return a value as the database, or JSON in the database, stores it."""
    if isinstance(value, datetime):
        return as_text(value)
    return str(value) if isinstance(value, date | Decimal) else value


def fill(
    database: sqlite3.Connection, contacts: Iterable[Contact[int]], events: Iterable[Event[int]]
) -> None:
    """Insert customers and their events into the tables."""
    for contact in contacts:
        attributes = contact.attributes
        more = json.dumps(
            {name: attributes[name] for name in attributes.keys() - COLUMNS}, default=stored
        )
        row = (contact.id, *[stored(attributes.get(name)) for name in COLUMNS], more)
        database.execute(f"INSERT INTO customer VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
        lists = [(contact.id, name, stored(joined)) for name, joined in contact.lists.items()]
        database.executemany("INSERT INTO subscription VALUES (?, ?, ?)", lists)
    for event in events:
        properties = json.dumps(event.properties, default=stored)
        row = (event.contact_id, event.name, as_text(event.at), properties)
        insert = (
            "INSERT INTO customer_event (customer_id, name, at, properties) VALUES (?, ?, ?, ?)"
        )
        database.execute(insert, row)
    database.commit()


def main() -> None:
    """Fill the tables of a small shop, and print the members of its segments."""
    now = datetime(2024, 5, 10, 12, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        connect = partial(sqlite3.connect, Path(folder) / "shop.db")
        with closing(connect()) as database:
            database.executescript(SCHEMA)
            customers = [
                Contact(1, {"city": "Lyon", "plan": "club"}, {"newsletter": None}),
                Contact(2, {"city": "Oslo"}),
                Contact(3, {"city": "Lyon", "plan": "free"}, {"newsletter": now}),
            ]
            orders = [Event(id_, "order", now - timedelta(days=id_)) for id_ in (1, 2)]
            fill(database, customers, orders)
        evaluator = Evaluator(ShopSource(connect), tz="Europe/Paris")
        buyers = did("order").within_last(days=30) & (attr("city") == "Lyon")
        segments = [Segment("buyers in Lyon", buyers), Segment("readers", in_list("newsletter"))]
        for name, members in evaluator.evaluate(segments, now=now).items():
            print(f"{name}: {', '.join(map(str, members))}")


if __name__ == "__main__":
    main()
