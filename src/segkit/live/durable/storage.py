"""The protocols of a storage: what a host implements to keep members current in its own database.

`SQLiteStorage` and `PostgresStorage` are the reference implementations. `FactTables` is the part
that reads and writes contacts and events, so that a host can keep these in tables of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import attrs

from segkit.live.operations import Operation
from segkit.live.transitions import Transition
from segkit.model.facts import ContactLike, EventLike
from segkit.model.requirements import Requirements

IdT = TypeVar("IdT", bound=Hashable)

Connection: TypeAlias = Any
"""A connection of the driver of a storage."""

DeliveryState: TypeAlias = Literal["pending", "delivered", "dead"]


@attrs.frozen
class StoredMembership:
    """The membership of a contact in a segment, as a storage keeps it.

    Attributes:
        is_member: Whether the contact is a member.
        number: The number of transitions so far [M5].
        until: The instant before which time alone certainly changes nothing; ``None`` for ever.
    """

    is_member: bool
    number: int
    until: datetime | None


@attrs.define(eq=False)
class ContactState:
    """The state of a contact in a storage, besides its facts.

    Attributes:
        position: The position of the contact among all that the storage has ever seen.
        is_present: Whether the contact was inserted, and not removed since.
        version: The number of the version of the segments that the memberships belong to; 0 for a
            contact that is new to the storage.
        clock: The instant of the contact's last operation; ``None`` before the first.
        memberships: By the name of the segment. A segment has none if the contact was never a
            member, and time alone does not change that.
    """

    position: int
    is_present: bool = False
    version: int = 0
    clock: datetime | None = None
    memberships: dict[str, StoredMembership] = attrs.field(factory=dict[str, StoredMembership])

    @property
    def wake(self) -> datetime | None:
        """The instant before which time alone certainly changes no membership."""
        instants = [each.until for each in self.memberships.values() if each.until is not None]
        return min(instants, default=None)


@attrs.frozen(eq=False)
class Delivery:
    """A transition in the outbox, and the state of its delivery.

    Attributes:
        position: The position in the outbox. The transitions of one contact are in order.
        transition: The transition.
        state: ``"pending"``, ``"delivered"``, or ``"dead"`` after too many failed attempts.
        attempts: How often a delivery was begun.
        due: The instant of the next attempt; of a delivered one, the instant of the delivery.
        error: The exception of the last attempt, as text; ``None`` if none has failed.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Segment, attr
    >>> from segkit.live.durable import DurableLive, SQLiteStorage
    >>> storage = SQLiteStorage(":memory:")
    >>> storage.create_tables()
    >>> live = DurableLive(storage, clock=lambda: datetime(2022, 9, 1, tzinfo=UTC))
    >>> changed = live.set_segments([Segment("pros", attr("plan") == "pro")])
    >>> transitions = live.upsert(Contact("ada", {"plan": "pro"}))
    >>> [delivery] = live.deliveries()
    >>> delivery.transition.contact, delivery.state, delivery.attempts
    ('ada', 'pending', 0)
    >>> storage.close()
    """

    position: int
    transition: Transition[Any]
    state: DeliveryState
    attempts: int
    due: datetime
    error: str | None


class FactTables(Protocol[IdT]):
    """The contacts and events of a host, in tables of the same database.

    Each method is called within the transaction of one operation, with its connection. It must
    neither commit nor roll back.
    """

    def load(
        self,
        connection: Connection,
        needs: Requirements,
        id_: IdT,
        /,
    ) -> tuple[ContactLike[IdT] | None, Iterable[EventLike]]:
        """Return a contact and its events, narrowed to *needs* or wider, as `Source.load` yields.

        Events of the future are needed too. The contact is ``None`` if it does not exist; it may
        have events even so.
        """
        ...

    def write(self, connection: Connection, operation: Operation, /) -> bool:
        """Make the change of an operation, and return whether it has changed anything.

        `load` must return the changed facts afterwards. An event with an id that the contact has
        already changes nothing; the operation that removes a contact removes its events.
        """
        ...


class StorageTransaction(Protocol[IdT]):
    """One transaction: all of its changes are kept, or none.

    The methods do nothing but read and write rows. Two transactions never hold the same contact.
    """

    @property
    def connection(self) -> Connection:
        """The connection of the driver."""
        ...

    def is_broken_by(self, error: Exception) -> bool:
        """Return whether an exception is one of the database, after which nothing can follow."""
        ...

    # --- segments ---

    def last_version(self) -> int:
        """Return the number of the last version of the segments; 0 without versions."""
        ...

    def lock_versions(self) -> None:
        """Wait until no other transaction adds a version."""
        ...

    def versions(self, after: int) -> Sequence[str]:
        """Return the documents of the versions with a greater number, in order."""
        ...

    def add_version(self, number: int, document: str) -> None:
        """Add a version of the segments."""
        ...

    # --- operations and contacts ---

    def add_operation(self, operation_id: str, digest: str, at: datetime) -> str | None:
        """Record an operation; if it is known, return the digest that was recorded before."""
        ...

    def lock(self, ids: Sequence[IdT]) -> list[ContactState]:
        """Return the states of contacts, new ones too, and hold them until the end."""
        ...

    def lock_due(
        self, to: datetime, count: int, without: Collection[int]
    ) -> list[tuple[IdT, ContactState]]:
        """Hold the first contacts whose wake is not after *to*, by their wakes, then positions.

        Contacts that another transaction holds are left out, and those of the positions *without*.
        """
        ...

    def lock_outdated(
        self, version: int, count: int, without: Collection[int]
    ) -> list[tuple[IdT, ContactState]]:
        """Hold contacts with an earlier version of the segments, by their positions.

        Contacts that another transaction holds are left out, contacts without a version, and those
        of the positions *without*.
        """
        ...

    def load(
        self, needs: Requirements, id_: IdT
    ) -> tuple[ContactLike[IdT] | None, Iterable[EventLike]]:
        """Return the facts of a contact; see `FactTables.load`."""
        ...

    def write(self, operation: Operation) -> bool:
        """Change the facts of a contact; see `FactTables.write`."""
        ...

    def save(self, state: ContactState, memberships: Mapping[str, StoredMembership | None]) -> None:
        """Keep a state, and those of its memberships that have changed; ``None`` deletes one."""
        ...

    # --- the outbox ---

    def add_transitions(
        self, transitions: Sequence[Transition[IdT]], operation_id: str | None
    ) -> None:
        """Add transitions to the outbox, in order, each to be delivered at its instant."""
        ...

    def transitions_of(self, operation_id: str) -> list[Transition[IdT]]:
        """Return the transitions of an operation that was recorded."""
        ...

    def next_delivery(self, now: datetime, segment: str | None) -> Delivery | None:
        """Hold the first transition to deliver, if it is due, and return it.

        The transitions of one contact and segment follow each other: the second is due when the
        first is delivered or dead. Transitions that another transaction holds are left out.
        """
        ...

    def has_delivery(self, now: datetime, segment: str | None) -> bool:
        """Return whether there is a transition to deliver, which another transaction may hold."""
        ...

    def delete_delivery(self, position: int, state: DeliveryState) -> bool:
        """Delete a transition of the outbox, and return True, if it has that state."""
        ...

    def set_delivery(
        self,
        position: int,
        state: DeliveryState,
        *,
        attempts: int,
        due: datetime,
        error: str | None,
        if_state: DeliveryState = "pending",
        if_attempts: int | None = None,
    ) -> bool:
        """Keep the result of an attempt, and return True, if the state is *if_state*.

        If *if_attempts* is given, the number of attempts must be that one, too.
        """
        ...

    def deliveries(
        self, state: DeliveryState | None, segment: str | None, limit: int
    ) -> list[Delivery]:
        """Return the newest transitions of the outbox, in a state or in any."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete delivered transitions and operations of before an instant; return the number."""
        ...

    # --- reading ---

    def members(self, segment: str) -> list[IdT]:
        """Return the members of a segment, in the order of the contacts."""
        ...

    def count(self, segment: str) -> int:
        """Return the number of members of a segment."""
        ...

    def segments_of(self, id_: IdT) -> set[str]:
        """Return the names of the segments that a contact is a member of."""
        ...

    def first_wake(self) -> datetime | None:
        """Return the least wake of all contacts."""
        ...

    def first_version(self, without: Collection[int] = ()) -> int | None:
        """Return the least number of a version that a contact has; ``None`` without contacts.

        Contacts of the positions *without* are left out.
        """
        ...


class Storage(Protocol[IdT]):
    """A database that keeps the state of a `DurableLive`."""

    def create_tables(self) -> None:
        """Create the tables that do not exist yet."""
        ...

    def transaction(self) -> AbstractContextManager[StorageTransaction[IdT]]:
        """Begin a transaction; it ends with the block: an exception rolls it back."""
        ...

    def reading(self) -> AbstractContextManager[StorageTransaction[IdT]]:
        """Begin a transaction that changes nothing, and waits for no other one if possible."""
        ...

    def within(
        self,
        connection: Connection,
        /,
    ) -> AbstractContextManager[StorageTransaction[IdT]]:
        """Begin a part of the caller's transaction on *connection*, which the caller commits.

        An exception in the block rolls back this part only.
        """
        ...
