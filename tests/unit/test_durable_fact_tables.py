"""A host that keeps contacts and events in its own tables: the protocol `FactTables`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from segkit import Contact, Event, Segment, attr, did, prop
from segkit.live import (
    FactsDiffer,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.durable import DurableLive, SQLiteStorage
from segkit.model.requirements import Requirements
from tests.unit.durable_program import ACTIVE, DAY, NOW, PROS, Program, told

SCHEMA: Final = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, plan TEXT);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER, total REAL, at TEXT);
"""
BIG: Final = Segment("big", did("purchase").where(prop("total") >= 100).within_last(days=30))
BUYER: Final = Segment("buyer", did("purchase"))


class Shop:
    """The tables of a shop: customers with a plan, and their purchases."""

    def __init__(self) -> None:
        self.needs: list[Requirements] = []
        self.fetched: list[int] = []
        """For each load, the number of purchases that the query found."""

    def load(
        self, connection: sqlite3.Connection, needs: Requirements, id_: int, /
    ) -> tuple[Contact[int] | None, list[Event[int]]]:
        self.needs.append(needs)
        attributes: dict[str, Any] = {}
        row = connection.execute("SELECT plan FROM customer WHERE id = ?", (id_,)).fetchone()
        if row is not None and "plan" in needs.attributes:
            attributes["plan"] = row[0]
        need = needs.events.get("purchase")
        rows: list[Any] = []
        if need is not None:
            query = "SELECT id, total, at FROM purchase WHERE customer = ? AND at >= ?"
            since = "" if need.since is None else need.since.isoformat()
            rows = connection.execute(query, (id_, since)).fetchall()
        self.fetched.append(len(rows))
        events = [
            Event(id_, "purchase", datetime.fromisoformat(at), {"total": total}, number)
            for number, total, at in rows
        ]
        return (None if row is None else Contact(id_, attributes)), events

    def write(self, connection: sqlite3.Connection, operation: Operation, /) -> bool:
        match operation:
            case Upsert(contact=contact):
                plan = contact.attributes.get("plan")
                statement = (
                    "INSERT INTO customer VALUES (?, ?)"
                    " ON CONFLICT (id) DO UPDATE SET plan = excluded.plan"
                )
                parameters: tuple[Any, ...] = (contact.id, plan)
            case Update(id=id_, attributes=attributes):
                statement = "UPDATE customer SET plan = ? WHERE id = ? AND plan IS NOT ?"
                plan = attributes.get("plan")
                parameters = (plan, id_, plan)
            case Track(event=event):
                statement = "INSERT INTO purchase VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
                total = event.properties["total"]
                parameters = (event.id, event.contact_id, total, event.at.isoformat())
            case Untrack(contact_id=contact_id, event_id=event_id):
                statement = "DELETE FROM purchase WHERE customer = ? AND id = ?"
                parameters = (contact_id, event_id)
            case Remove(id=id_):
                connection.execute("DELETE FROM purchase WHERE customer = ?", (id_,))
                statement, parameters = "DELETE FROM customer WHERE id = ?", (id_,)
            case _:
                raise NotImplementedError(operation)
        return bool(connection.execute(statement, parameters).rowcount)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def unset(shop: Shop) -> Iterator[Program]:
    """Return a program without segments."""
    storage = SQLiteStorage[Any](":memory:", shop)
    with storage.transaction() as transaction:
        for statement in SCHEMA.split(";"):
            transaction.connection.execute(statement)
    yield Program(storage, [])
    storage.close()


@pytest.fixture
def program(unset: Program) -> Program:
    unset.live.set_segments([PROS, BIG, BUYER])
    return unset


def purchase(number: int, total: float, at: datetime = NOW, customer: int = 1) -> Event[int]:
    return Event(customer, "purchase", at, {"total": total}, number)


def test_transitions_come_from_the_tables_of_the_host(program: Program) -> None:
    live = program.live
    assert told(live.upsert(Contact(1, {"plan": "pro"}))) == [(0, 1, "pros", "entered")]
    assert told(live.track(purchase(1, 20))) == [(0, 1, "buyer", "entered")]
    assert told(live.track(purchase(2, 120))) == [(0, 1, "big", "entered")]
    assert live.track(purchase(2, 120)) == []
    assert told(live.update(1, {"plan": "free"})) == [(0, 1, "pros", "left")]
    assert live.update(1, {"plan": "free"}) == []
    assert live.untrack(1, 9) == []
    assert told(live.untrack(1, 2)) == [(0, 1, "big", "left")]
    assert told(live.track(purchase(3, 100), at=NOW + DAY)) == [(1, 1, "big", "entered")]
    assert told(live.advance(NOW + 40 * DAY)) == [(30, 1, "big", "left")]
    assert told(live.remove(1, at=NOW + 40 * DAY)) == [(40, 1, "buyer", "left")]


def test_nothing_is_stored_twice(program: Program) -> None:
    program.live.apply([Upsert(Contact(1, {"plan": "secret"})), Track(purchase(1, 31.25))])
    tables = [name for (name,) in program.rows("SELECT name FROM sqlite_master WHERE type='table'")]
    assert "segkit_event" not in tables
    assert "segkit_contact_facts" not in tables
    texts = [str(program.rows(f"SELECT * FROM {name}")) for name in tables if "segkit" in name]  # noqa: S608
    assert not [text for text in texts if "secret" in text]
    # A purchase that causes a transition is in its cause.
    assert [name for name in tables if "31.25" in str(program.rows(f"SELECT * FROM {name}"))] == [  # noqa: S608
        "purchase",
        "segkit_transition",
    ]


def test_requirements_name_what_the_segments_read(program: Program, shop: Shop) -> None:
    program.live.upsert(Contact(1, {"plan": "pro"}))
    [needs] = shop.needs
    assert needs.attributes == {"plan"}
    assert needs.lists == frozenset()
    assert set(needs.events) == {"purchase"}
    assert needs.events["purchase"].properties == {"total"}
    assert needs.events["purchase"].since is None, "BUYER reads all purchases"
    assert needs.events["purchase"].until == datetime.max.replace(tzinfo=UTC)


def test_requirements_end_where_no_window_does(program: Program, shop: Shop) -> None:
    """Events before the window are not fetched, but those of the future are."""
    live = program.live
    live.set_segments([BIG])
    with program.storage.transaction() as transaction:
        for number in range(50):
            event = purchase(number, 100, NOW - timedelta(days=100 + number))
            transaction.write(Track(event))
        transaction.write(Track(purchase(60, 100, NOW + DAY)))
    live.upsert(Contact(1))
    assert shop.fetched == [1]
    since = shop.needs[-1].events["purchase"].since
    assert since is not None
    assert NOW - 30 * DAY - timedelta(hours=1) <= since <= NOW - 30 * DAY
    assert told(live.advance(NOW + 40 * DAY)) == [(1, 1, "big", "entered"), (31, 1, "big", "left")]


def test_the_event_that_leaves_the_window_is_loaded_for_its_cause(
    program: Program, shop: Shop
) -> None:
    live = program.live
    live.set_segments([BIG])
    live.apply([Upsert(Contact(1)), Track(purchase(1, 100))])
    [left] = program.start().advance(NOW + 300 * DAY)
    assert told([left]) == [(30, 1, "big", "left")]
    assert str(left).startswith('left "big": event "purchase" of 2022-10-01 00:00 UTC is no longer')
    assert shop.fetched[-1] == 1


def test_requirements_are_not_used_again_for_an_earlier_instant(unset: Program, shop: Shop) -> None:
    live = unset.live
    live.set_segments([BIG], at=NOW - 20 * DAY)
    with unset.storage.transaction() as transaction:
        for number in (1, 2):
            transaction.write(Track(purchase(number, 100, NOW - 31 * DAY, customer=number)))
    assert live.upsert(Contact(1), at=NOW) == []
    assert told(live.upsert(Contact(2), at=NOW - 10 * DAY)) == [(-10, 2, "big", "entered")]
    for hours in (0, 1, 2):
        live.upsert(Contact(3 + hours), at=NOW + timedelta(hours=hours))
        since = shop.needs[-1].events["purchase"].since
        assert since is not None
        oldest = NOW + timedelta(hours=hours) - 30 * DAY
        assert oldest - timedelta(hours=1) <= since <= oldest


def test_a_contact_that_the_host_has_deleted_itself_has_no_facts(program: Program) -> None:
    live = program.live
    live.apply([Upsert(Contact(1, {"plan": "pro"})), Track(purchase(1, 10))])
    program.rows("DELETE FROM customer")
    assert told(live.track(purchase(2, 100))) == [(0, 1, "big", "entered")]
    live.set_segments([Segment("pros", attr("plan") == "team"), BIG, BUYER])
    assert told(live.advance()) == [(0, 1, "pros", "left")]
    assert live.segments_of(1) == ["big", "buyer"]


def test_facts_of_the_host_are_imported(program: Program, shop: Shop) -> None:
    """The host writes them again, and nothing changes."""
    with program.storage.transaction() as transaction:
        transaction.write(Upsert(Contact(1, {"plan": "pro"})))
        transaction.write(Track(purchase(1, 100)))
    rows = [(Contact(1, {"plan": "pro"}), [purchase(1, 100)])]
    assert program.live.import_contacts(rows) == 1
    assert program.live.segments_of(1) == ["pros", "big", "buyer"]
    assert program.rows("SELECT count(*) FROM purchase") == [(1,)]
    assert len(shop.needs) == 1


def test_a_refused_operation_changes_no_table_of_the_host(program: Program) -> None:
    operations: list[Any] = [Upsert(Contact(1)), Track(purchase(1, 5)), RemoveFromList(1, "vip")]
    with pytest.raises(NotImplementedError):
        program.live.apply(operations)
    assert program.rows("SELECT * FROM customer") == []
    assert program.rows("SELECT * FROM purchase") == []


def test_segments_of_other_names_need_nothing_of_the_tables(shop: Shop) -> None:
    storage = SQLiteStorage[Any](":memory:", shop)
    storage.create_tables()
    live = DurableLive(storage, clock=lambda: NOW)
    live.set_segments([ACTIVE])
    with storage.transaction() as transaction:
        for statement in SCHEMA.split(";"):
            transaction.connection.execute(statement)
    live.upsert(Contact(1))
    assert shop.fetched == [0]
    storage.close()


# --- tables that change in another way ------------------------------------------------------------


PRO_BUYER: Final = Segment(
    "pro buyer", (attr("plan") == "pro") & did("purchase").within_last(days=30)
)


def test_facts_that_the_host_has_changed_itself_are_the_cause(unset: Program) -> None:
    """No part of the condition has changed since the facts before the operation were loaded."""
    program = unset
    program.live.set_segments([Segment("pro buyer", PRO_BUYER.condition & did("purchase"))])
    program.live.apply([Upsert(Contact(1, {"plan": "free"})), Track(purchase(1, 20))])
    program.rows("UPDATE customer SET plan = 'pro'")
    [transition] = program.live.track(purchase(2, 20))
    assert isinstance(transition.cause, FactsDiffer)
    assert str(transition) == (
        'entered "pro buyer": the facts were changed, but not by an operation'
    )


def test_facts_that_the_host_has_changed_itself_do_not_stop_time(unset: Program) -> None:
    program = unset
    program.live.set_segments([PRO_BUYER])
    program.live.apply([Upsert(Contact(1, {"plan": "pro"})), Track(purchase(1, 20))])
    program.rows("DELETE FROM purchase")
    [transition] = program.live.advance(NOW + 40 * DAY)
    assert isinstance(transition.cause, FactsDiffer)
    assert program.live.deliveries(limit=1)[0].transition == transition


def test_a_contact_that_cannot_be_loaded_does_not_stop_the_others(unset: Program) -> None:
    program = unset
    program.live.set_segments([PRO_BUYER])
    for number in (1, 2, 3):
        program.live.upsert(Contact(number, {"plan": "pro"}))
        program.live.track(purchase(number, 1, NOW, number))
    program.rows("UPDATE purchase SET at = 'yesterday' WHERE customer = 2")
    with pytest.raises(ExceptionGroup, match="contacts that cannot be evaluated: 2") as caught:
        program.live.advance(NOW + 40 * DAY)
    assert [type(each) for each in caught.value.exceptions] == [ValueError]
    assert list(program.live.members("pro buyer")) == [2]
    program.rows("UPDATE purchase SET at = '2022-10-01T00:00:00+00:00'")
    assert told(program.live.advance(NOW + 40 * DAY)) == [(30, 2, "pro buyer", "left")]


def test_an_error_of_the_database_is_raised_as_it_is(unset: Program) -> None:
    program = unset
    program.live.set_segments([PRO_BUYER])
    program.live.apply([Upsert(Contact(1, {"plan": "pro"})), Track(purchase(1, 20))])
    program.rows("ALTER TABLE purchase RENAME TO sale")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        program.live.advance(NOW + 40 * DAY)


def test_contacts_that_cannot_be_loaded_do_not_keep_the_others_from_new_segments(
    unset: Program,
) -> None:
    program = unset
    program.live.set_segments([PRO_BUYER])
    for number in (1, 2):
        program.live.upsert(Contact(number, {"plan": "pro"}))
        program.live.track(purchase(number, 1, NOW, number))
    program.rows("UPDATE purchase SET at = 'yesterday' WHERE customer = 1")
    program.live.set_segments([PRO_BUYER, BUYER])
    for days in (1, 40):
        with pytest.raises(ExceptionGroup, match="contacts that cannot be evaluated: 1"):
            program.live.advance(NOW + days * DAY, limit=1)
        with pytest.raises(ExceptionGroup, match="contacts that cannot be evaluated: 1"):
            program.live.advance(NOW + days * DAY)
    assert list(program.live.members("buyer")) == [2]
    assert list(program.live.members("pro buyer")) == [1]
