"""One of several workers on one PostgreSQL database, which do the same operations in other orders.

Arguments: the address of the database, the number of the worker, and for how many seconds it works.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import psycopg

from segkit import ConditionError, Contact, Event, Segment
from segkit.live import AddToList, Remove, Track, Transition, Update, Upsert
from segkit.live.durable import DurableLive, PostgresStorage
from segkit.live.operations import Operation
from tests.durable.crashes import ACTIVE, CLUB, LAPSED, PROS, PROS_AND_TEAMS, day, key_of

CONTACTS: Final = [f"contact {number}" for number in range(30)]
SEGMENTS: Final[Sequence[Sequence[Segment]]] = (
    [ACTIVE, PROS, LAPSED],
    [ACTIVE, PROS_AND_TEAMS, CLUB, LAPSED],
)
LEASE: Final = timedelta(days=10_000)
"""The clocks of the workers differ, so a lease must not end."""

INSERT_MAIL: Final = "INSERT INTO host_mail (transition) VALUES (%s)"
INSERT_SENT: Final = "INSERT INTO host_sent (transition) VALUES (%s)"


def operations(number: int) -> list[Operation]:
    """Return the operations with a number, the same for each worker."""
    random_ = random.Random(number)  # noqa: S311 - the same numbers each time
    first, second = random_.sample(CONTACTS, 2)
    plan = random_.choice(["free", "pro", "team"])
    # Without an id of its own, so that it would be there twice if it was applied twice.
    order = Event(first, "order", day(number / 10 - 1), {"operation": number})
    found: list[Operation] = [Track(order)]
    kind = random_.randrange(6)
    if kind == 0:
        found += [Remove(second)]
    elif kind == 1:
        found += [Upsert(Contact(second, {"plan": plan})), AddToList(second, "club")]
    elif kind == 2:
        found += [Upsert(Contact(second)), Update(second, {"plan": plan})]
    return found


def work(address: str, worker: int, seconds: float) -> None:
    """Apply operations, let time pass and deliver."""
    storage: PostgresStorage[Any] = PostgresStorage(address)
    now = day(0)
    live: DurableLive[Any] = DurableLive(storage, clock=lambda: now)
    with psycopg.connect(address, autocommit=True) as outside:

        def send(transition: Transition[Any]) -> None:
            outside.execute(INSERT_SENT, (key_of(transition),))

        def write(transition: Transition[Any], connection: psycopg.Connection[Any]) -> None:
            connection.execute(INSERT_MAIL, (key_of(transition),))

        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            # Ten operations, which the second worker takes in the opposite order.
            numbers = range(count, count + 10)
            for number in numbers if worker == 0 else reversed(numbers):
                now = day(number / 10)
                live.apply(operations(number), operation_id=f"operation {number}")
                if number % 3 == worker:
                    live.advance(limit=20)
                live.deliver(send, segment="pros", limit=3, lease=LEASE)
                for segment in ("active", "lapsed", "club"):
                    with suppress(ConditionError):  # No worker has set it yet.
                        live.deliver_in_transaction(write, segment=segment, limit=3)
            count += 10
            storage.create_tables()
            if count % 50 == 10 * worker:
                live.set_segments(SEGMENTS[count // 50 % 2 if worker == 0 else 1])
    storage.close()
    print(count)  # noqa: T201 - read by the test


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
