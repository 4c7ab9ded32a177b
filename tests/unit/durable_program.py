"""A program with a `DurableLive`, whose clock the test sets, for the tests of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from segkit import Contact, Event, Segment, Transition, attr, did
from segkit.live.durable import DurableLive, FactTables, SQLiteStorage

__all__ = [
    "ACTIVE",
    "DAY",
    "NOW",
    "PROS",
    "QUIET",
    "Open",
    "Program",
    "order",
    "told",
]

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
PROS: Final = Segment("pros", attr("plan") == "pro")
ACTIVE: Final = Segment("active", did("order").within_last(days=30))
QUIET: Final = Segment("quiet", did("order").never().within_last(days=30))


class Program:
    """One or several programs with one storage; *now* is the time of their clocks."""

    def __init__(self, storage: SQLiteStorage[Any], segments: Iterable[Segment]) -> None:
        self.now = NOW
        self.storage = storage
        self.storage.create_tables()
        self.live = self.start()
        given = list(segments)
        if given:
            assert self.live.set_segments(given)

    def start(self) -> DurableLive[Any]:
        """Return a `DurableLive` of a program that starts now."""
        return DurableLive(self.storage, clock=lambda: self.now)

    def insert(self, *ids: object) -> None:
        """Insert contacts without facts."""
        for id_ in ids:
            self.live.upsert(Contact[Any](id_))

    def rows(self, query: str) -> list[Any]:
        """Return what a query finds in the database."""
        with self.storage.transaction() as transaction:
            return list(transaction.connection.execute(query).fetchall())


Open = Callable[..., Program]
"""Takes segments, and optionally *facts* or *path*."""


def open_program(
    *segments: Segment, path: object = ":memory:", facts: FactTables[Any] | None = None
) -> Program:
    return Program(SQLiteStorage(path, facts), segments)  # type: ignore[arg-type]


def order(at: datetime = NOW, contact: object = "ada", id_: object = None) -> Event[Any]:
    return Event(contact, "order", at, id=id_)


def told(transitions: Iterable[Transition[Any]]) -> list[tuple[object, ...]]:
    """Return the days after `NOW`, contacts, segments and kinds of transitions."""
    return [((each.at - NOW).days, each.contact, each.segment, each.kind) for each in transitions]
