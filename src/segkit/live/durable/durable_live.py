"""`DurableLive`: members that are kept current in a database, by any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, tzinfo
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Final, Generic, TypeVar

import attrs

from segkit.audience import Audience
from segkit.errors import FactsError, short_repr
from segkit.history import ids_equal
from segkit.live.durable.contact_changes import ContactChanges
from segkit.live.durable.delivery_methods import DeliveryMethods
from segkit.live.durable.known_versions import KnownVersions
from segkit.live.durable.operation_ids import check_operation_id, check_same, digest_of
from segkit.live.durable.segments_version import SegmentsVersion, zone_name
from segkit.live.durable.storage import (
    Connection,
    ContactState,
    Storage,
    StorageTransaction,
)
from segkit.live.fact_methods import FactMethods
from segkit.live.operations import (
    Operation,
    Track,
    Upsert,
    checked_operations,
    contact_id_of,
    ensure_operations,
)
from segkit.live.transitions import Transition
from segkit.model.facts import ContactLike, EventLike, check_id, instant
from segkit.model.requirements import Requirements
from segkit.model.segments import Segment, ensure_segments, segments_by_name
from segkit.model.validation import mismatch
from segkit.model.values import is_int
from segkit.operations.explanation.explain import Explanation, explain
from segkit.sources import load_rows

IdT = TypeVar("IdT", bound=Hashable)

_BATCH: Final = 100
"""The number of contacts that one transaction lets time pass for, or imports."""

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class DurableLive(FactMethods[IdT], DeliveryMethods[IdT]):
    """Keeps the members of segments current in a database, so that no crash loses a transition.

    It has the operations of `Live`. Each is one transaction that holds the change of the facts, the
    memberships, and the transitions in an outbox, from which `deliver` takes them. Any number of
    threads and processes may use one storage.

    Each contact has a clock of its own. An operation lets the time of its contact pass first;
    `advance` lets time pass for all contacts that are due. A contact's clock never goes back: an
    operation of an earlier instant takes effect at the clock.

    Args:
        storage: The database: `SQLiteStorage`, `PostgresStorage`, or one of the host's.
        clock: Returns the present time, an aware ``datetime``, for operations without *at*.

    Raises:
        FactsError: If *clock* is not a function, or *storage* is no storage.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, Segment, did
    >>> from segkit.live.durable import DurableLive, SQLiteStorage
    >>> storage = SQLiteStorage(":memory:")
    >>> storage.create_tables()
    >>> live = DurableLive(storage, clock=lambda: datetime(2022, 9, 1, tzinfo=UTC))
    >>> live.set_segments([Segment("active", did("order").within_last(days=30))])
    True
    >>> live.upsert(Contact("ada"))
    []
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC), id="o1")
    >>> [transition.kind for transition in live.track(order, at=order.at)]
    ['entered']
    >>> live.deliver(lambda transition: print("mail to", transition.contact), at=order.at)
    mail to ada
    1
    >>> storage.close()
    """

    def __init__(self, storage: Storage[IdT], *, clock: Callable[[], datetime]) -> None:
        given: object = clock
        if not callable(given):
            expected = "takes a function that returns the time, lambda: datetime.now(UTC)"
            raise mismatch("DurableLive.clock", expected, given, FactsError)
        if not hasattr(storage, "transaction"):
            expected = 'takes a storage: SQLiteStorage("automation.db"), for example'
            raise mismatch("DurableLive.storage", expected, storage, FactsError)
        self._storage = storage
        self._clock = clock
        self._known = KnownVersions()
        self._begin: Callable[[], AbstractContextManager[StorageTransaction[IdT]]]
        self._read: Callable[[], AbstractContextManager[StorageTransaction[IdT]]]
        self._begin, self._read = storage.transaction, storage.reading

    def within(self, connection: Connection) -> DurableLive[IdT]:
        """Return a `DurableLive` whose operations are part of the caller's transaction.

        The caller commits. So a change of the caller's own tables and an operation happen both, or
        none of them.

        Args:
            connection: A connection of the driver, on which a transaction has begun; otherwise the
                operations raise a `FactsError`. Contacts stay locked until the caller commits.
        """
        other = DurableLive(self._storage, clock=self._clock)

        def begin() -> AbstractContextManager[StorageTransaction[IdT]]:
            other._known = self._known.part()
            return self._storage.within(connection)

        other._begin = other._read = begin
        return other

    # --- segments ---------------------------------------------------------------------------------

    def set_segments(
        self,
        segments: Iterable[Segment],
        *,
        tz: str | tzinfo = UTC,
        at: datetime | None = None,
    ) -> bool:
        """Keep the members of these segments from an instant on; return whether that is a change.

        Call it when the program starts: the same segments change nothing. The storage keeps them,
        so that other programs need no segments. If segments were added, replaced or removed, or the
        zone or its rules have changed, each contact enters or leaves them in its next operation or
        `advance`, with the cause `SegmentChanged`.

        Args:
            segments: The segments, in order, each with another name.
            tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.
            at: The instant of the change; by default that of the clock. If it is in the future, the
                methods that read segments have the new ones at once, and contacts at that instant.

        Raises:
            ConditionError: If two segments have one name.
            ConditionTypeError: If an element of *segments* is not a `Segment`.
            FactsError: If the name of a segment cannot be stored.
            ZoneError: If *tz* is unknown, or has no name.
        """
        expected = "takes several segments, set_segments([segment]) for one"
        named = segments_by_name(
            "set_segments", ensure_segments("set_segments", expected, segments)
        )
        zone = zone_name(tz, "set_segments.tz")
        moment = self._instant(at)
        with self._begin() as transaction:
            transaction.lock_versions()
            last = self._known.last(transaction)
            version = SegmentsVersion.after(last, named.values(), zone, moment)
            if version is not None:
                transaction.add_version(version.number, version.to_json())
        return version is not None

    @property
    def segments(self) -> list[Segment]:
        """The segments, in order."""
        with self._read() as transaction:
            version = self._known.last(transaction)
            return [] if version is None else list(version.segments)

    # --- operations -------------------------------------------------------------------------------

    def apply(
        self, operations: Iterable[Operation], *, operation_id: str | None = None
    ) -> list[Transition[IdT]]:
        """Apply operations in order in one transaction, and return the transitions.

        If an operation is refused, none is applied.

        Args:
            operation_id: A text that identifies the operations, such as the id of a request. If
                operations with that id were applied already, nothing is changed, and their
                transitions are returned. So the call may be repeated after a crash or a timeout.

        Raises:
            FactsError: If an operation refers to a contact that does not exist, an id or a value
                cannot be stored, or *operation_id* was used for other operations.
            InstantError: If the instant of an operation is before the one before it.
            ConditionError: If `set_segments` was never called.
        """
        given = ensure_operations(operations)
        check_operation_id(operation_id)
        now = self._instant(None)
        with self._begin() as transaction:
            if operation_id is not None:
                digest = digest_of(given)
                known = transaction.add_operation(operation_id, digest, now)
                if known is not None:
                    check_same(operation_id, known, digest)
                    return transaction.transitions_of(operation_id)
            found = self._apply(transaction, given, now)
            transaction.add_transitions(found, operation_id)
        return found

    def _apply(
        self, transaction: StorageTransaction[IdT], given: list[Operation], now: datetime
    ) -> list[Transition[IdT]]:
        self._known.needed(transaction)
        ids: list[IdT] = list(dict.fromkeys(map(contact_id_of, given)))
        contacts = dict(zip(ids, transaction.lock(ids), strict=True))
        checked = checked_operations(given, _EARLIEST, now, lambda id_: contacts[id_].is_present)
        changes = {id_: self._changes(transaction, id_, state) for id_, state in contacts.items()}
        found: list[Transition[IdT]] = []
        for operation, at in checked:
            found += changes[contact_id_of(operation)].change(operation, at)
        for each in changes.values():
            each.save()
        return found

    def _changes(
        self, transaction: StorageTransaction[IdT], id_: IdT, state: ContactState
    ) -> ContactChanges[IdT]:
        # A new contact may have any version: it depends on the instant of its first operation.
        versions = self._known.since(transaction, state.version or 1)
        return ContactChanges(id_, state, versions, transaction)

    def import_contacts(
        self,
        rows: Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]],
        *,
        at: datetime | None = None,
    ) -> int:
        """Insert contacts with their events, as members of segments without transitions.

        A contact that exists already is left as it is, so the call may be repeated after a crash.
        Each transaction inserts 100 contacts.

        Args:
            rows: Pairs of a contact and all of its events, in a list or generator.
            at: The instant from which on transitions are found; by default that of the clock.

        Returns:
            The number of contacts that were inserted.

        Raises:
            FactsError: If a row is not such a pair, an event belongs to another contact, or an id
                or a value cannot be stored.
            ConditionError: If `set_segments` was never called.
        """
        moment = self._instant(at)
        inserted = 0
        checked = load_rows(_Rows(rows), Requirements(), None)
        while part := list(islice(checked, _BATCH)):
            with self._begin() as transaction:
                self._known.needed(transaction)
                states = transaction.lock([contact.id for contact, _ in part])
                for (contact, events), state in zip(part, states, strict=True):
                    if not state.is_present:
                        transaction.write(Upsert(contact))
                        for event in events:
                            transaction.write(_track_of(contact.id, event))
                        changes = self._changes(transaction, contact.id, state)
                        changes.add_existing_member(moment)
                        changes.save()
                        inserted += 1
        return inserted

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The present time, as the clock says, in UTC."""
        return self._instant(None)

    @property
    def next_wake(self) -> datetime | None:
        """The instant, in UTC, up to which time alone changes nothing; ``None`` for ever.

        Call `advance` then. It may be before the next transition; then `advance` returns none.
        """
        with self._read() as transaction:
            wake = transaction.first_wake()
            pending = self._known.first_pending(transaction)
        if pending is None:
            return wake
        return pending.at if wake is None else min(wake, pending.at)

    def advance(
        self, to: datetime | None = None, *, limit: int | None = None
    ) -> list[Transition[IdT]]:
        """Let time pass up to an instant for all contacts that are due; return the transitions.

        Several processes may call it at the same time; each takes other contacts. Each transaction
        holds at most 100 contacts.

        Args:
            to: The instant, an aware ``datetime``, included; by default that of the clock.
            limit: The greatest number of evaluations of a contact, 1 or more; ``None`` for all.

        Raises:
            InstantError: If *to* is naive.
            FactsError: If *limit* is not a whole number of 1 or more.
            ExceptionGroup: The exceptions of contacts whose facts cannot be loaded. The transitions
                of the others are in the outbox.
        """
        if limit is not None and not (is_int(limit) and limit > 0):
            expected = "takes a whole number of 1 or more, or None for no limit"
            raise mismatch("advance.limit", expected, limit, FactsError)
        end = self._instant(to, "advance.to")
        found: list[Transition[IdT]] = []
        evaluations = 0
        errors: dict[int, tuple[IdT, Exception]] = {}
        with self._read() as transaction:
            wake = transaction.first_wake()
            if self._known.first_pending(transaction, end) is None and (wake is None or wake > end):
                return found  # Without waiting for other transactions.
        while limit is None or evaluations < limit:
            count = _BATCH if limit is None else min(_BATCH, limit - evaluations)
            failed = len(errors)
            with self._begin() as transaction:
                transitions, done = self._advance_batch(transaction, end, count, errors)
                transaction.add_transitions(transitions, None)
            found += transitions
            evaluations += done
            if not done and len(errors) == failed:
                break
        if errors:
            ids = ", ".join(short_repr(id_) for id_, _ in errors.values())
            problem = f"contacts that cannot be evaluated: {ids}"
            raise ExceptionGroup(problem, [error for _, error in errors.values()])
        return found

    def _advance_batch(
        self,
        transaction: StorageTransaction[IdT],
        to: datetime,
        count: int,
        errors: dict[int, tuple[IdT, Exception]],
    ) -> tuple[list[Transition[IdT]], int]:
        """Let time pass for some contacts; return the transitions and the number of evaluations.

        A contact whose facts cannot be loaded is left as it is, and does not stop the others.

        Args:
            errors: The exceptions of such contacts, by their positions.
        """
        pending = self._known.first_pending(transaction, to, errors)
        if pending is not None:
            # First the time before that version, then the version, so that transitions of all
            # contacts are in the order of their instants.
            to = pending.at
        due = transaction.lock_due(to, count, errors)
        if pending is not None and not due:
            due = transaction.lock_outdated(pending.number, count, errors)
        changes = [self._changes(transaction, id_, state) for id_, state in due]
        queue = [(each.next_due(to) or to, each.state.position, each) for each in changes]
        heapify(queue)
        found: list[Transition[IdT]] = []
        done = 0
        while queue and done < count:
            at, position, each = heappop(queue)
            try:
                transitions = each.advance(at)
            except Exception as error:
                if transaction.is_broken_by(error):
                    raise
                # An error in the facts of one contact; it is raised when the others are done.
                errors[position] = each.id, error
                continue
            each.save()
            found += transitions
            done += 1
            next_due = each.next_due(to)
            if next_due is not None:
                heappush(queue, (next_due, position, each))
        return found, done

    def _instant(self, at: datetime | None, path: str = "at") -> datetime:
        return instant(self._clock(), "clock") if at is None else instant(at, path)

    def _segment_name(self, segment: str | Segment | None, path: str) -> str | None:
        if segment is None:
            return None
        with self._read() as transaction:
            return self._known.name_of(transaction, segment, path)

    # --- reading ----------------------------------------------------------------------------------

    def members(self, segment: str | Segment) -> Audience[IdT]:
        """Return the members of a segment, in the order of the contacts.

        They are members at the present time if `advance` has let time pass until then.

        Raises:
            ConditionError: If there is no segment of that name.
        """
        with self._read() as transaction:
            found = self._known.segment(transaction, segment, "members")
            ids = transaction.members(found.name)
        return Audience(ids, now=self.now, condition=found.condition)

    def count(self, segment: str | Segment) -> int:
        """Return the number of members of a segment, without reading them.

        Raises:
            ConditionError: If there is no segment of that name.
        """
        with self._read() as transaction:
            return transaction.count(self._known.segment(transaction, segment, "count").name)

    def is_member(self, segment: str | Segment, id: IdT) -> bool:  # noqa: A002 - the field's name
        """Return whether a contact is a member of a segment; an unknown contact is not.

        Raises:
            ConditionError: If there is no segment of that name.
            FactsError: If *id* cannot be an id.
        """
        check_id(id, "is_member.id")
        with self._read() as transaction:
            name = self._known.segment(transaction, segment, "is_member").name
            return name in transaction.segments_of(id)

    def segments_of(self, id: IdT) -> list[str]:  # noqa: A002 - the field's name
        """Return the names of the segments of which a contact is a member, in their order.

        Raises:
            FactsError: If *id* cannot be an id.
        """
        check_id(id, "segments_of.id")
        with self._read() as transaction:
            version = self._known.last(transaction)
            found = transaction.segments_of(id)
        segments = [] if version is None else version.segments
        return [each.name for each in segments if each.name in found]

    def explain(
        self,
        segment: str | Segment,
        id: IdT,  # noqa: A002 - the field's name
        *,
        at: datetime | None = None,
    ) -> Explanation:
        """Return why a contact is a member of a segment or not; see `segkit.explain`.

        Args:
            at: The instant, by default that of the clock.

        Raises:
            ConditionError: If there is no segment of that name.
            FactsError: If there is no contact with that id.
            InstantError: If *at* is naive.
        """
        now = self._instant(at)
        with self._read() as transaction:
            found = self._known.segment(transaction, segment, "explain")
            version = self._known.needed(transaction)
            contact, events = transaction.load(version.needs(now), id)
            if contact is None:
                raise FactsError("explain.id", f"there is no contact {short_repr(id)}", id)
            return explain(found.condition, contact, events, now=now, tz=version.tz)


@attrs.frozen
class _Rows(Generic[IdT]):
    """Rows that are given, as a source whose rows are checked."""

    rows: Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]

    def load(
        self, needs: Requirements, ids: Collection[IdT] | None = None, /
    ) -> Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]]:
        del needs, ids
        return self.rows


def _track_of(id_: object, event: EventLike) -> Track:
    """Return the operation that adds an event of a contact, to whom it has to belong."""
    operation = Track(event)
    owner = operation.event.contact_id
    if not ids_equal(owner, id_):
        problem = f"the contact is {short_repr(id_)}, but an event belongs to {short_repr(owner)}"
        raise FactsError("import_contacts", problem, event)
    return operation
