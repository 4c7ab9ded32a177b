"""The methods of a `DurableLive` that deliver transitions from the outbox."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar, get_args

from segkit.errors import FactsError
from segkit.live.durable.delivery import Deliveries, Retries
from segkit.live.durable.storage import Delivery, DeliveryState, StorageTransaction
from segkit.live.transitions import Transition
from segkit.model.segments import Segment
from segkit.model.validation import ensure_type, mismatch
from segkit.model.values import is_int

IdT = TypeVar("IdT", bound=Hashable)

_RETRIES: Final = Retries()
_LEASE: Final = timedelta(minutes=5)
_MOST: Final = 1_000_000
_EXPECTED: Final = 'takes a delivery of live.deliveries("dead")'


class DeliveryMethods(ABC, Generic[IdT]):
    """The outbox: each transition is in it until a handler has taken it.

    The transitions of one contact and segment are delivered in order: the next one waits until the
    one before is delivered or dead.
    """

    __slots__ = ()

    _begin: Callable[[], AbstractContextManager[StorageTransaction[IdT]]]
    _read: Callable[[], AbstractContextManager[StorageTransaction[IdT]]]

    @abstractmethod
    def _segment_name(self, segment: str | Segment | None, path: str) -> str | None:
        """Return the name of a segment that exists or existed."""

    @abstractmethod
    def _instant(self, at: datetime | None, path: str = "at") -> datetime:
        """Return *at*, or the present time."""

    def deliver(
        self,
        handler: Callable[[Transition[IdT]], object],
        *,
        segment: str | Segment | None = None,
        at: datetime | None = None,
        limit: int | None = None,
        retries: Retries = _RETRIES,
        lease: timedelta = _LEASE,
    ) -> int:
        """Call *handler* with each transition that is due, and return how many it has taken.

        A transition is delivered when the handler returns. If the handler raises an exception, or
        the program ends, the transition is delivered again. So a handler that sends a message must
        send ``transition.id`` with it, to let the receiver notice a repetition.

        Args:
            handler: A function of one transition.
            segment: The only segment whose transitions are delivered; ``None`` for all.
            at: The instant; by default that of the clock.
            limit: The greatest number of attempts, 1 or more; ``None`` for all that are due.
            retries: When an attempt that has failed is repeated, and how often.
            lease: The time after which another worker takes a transition whose handler has not
                returned: longer than the handler may take.

        Raises:
            FactsError: If *handler* is not a function, or *limit* not a whole number of 1 or more.
            ConditionError: If there never was a segment of that name.
            InstantError: If *at* is naive.
        """
        _check_handler(handler, "deliver")
        _check_limit(limit, "deliver.limit")
        expected = "takes a timedelta that is not negative"
        ensure_type("deliver.lease", expected, lease, timedelta, FactsError)
        if lease < timedelta():
            raise mismatch("deliver.lease", expected, lease, FactsError)
        deliveries = self._deliveries(segment, at, retries, "deliver")
        delivered = attempts = 0
        has_next = self._has_delivery(deliveries)
        while has_next and (limit is None or attempts < limit):
            delivery = deliveries.claim(lease)
            if delivery is None:
                break
            attempts += 1
            try:
                handler(delivery.transition)
            except Exception as error:  # noqa: BLE001 - kept with the delivery, which is repeated
                deliveries.reject(delivery, error)
            else:
                deliveries.acknowledge(delivery)
                delivered += 1
        return delivered

    def deliver_in_transaction(
        self,
        handler: Callable[[Transition[IdT], Any], object],
        *,
        segment: str | Segment | None = None,
        at: datetime | None = None,
        limit: int | None = None,
        retries: Retries = _RETRIES,
    ) -> int:
        """Call *handler* in the transaction that acknowledges the delivery; return the number.

        The changes that the handler makes on the connection are kept exactly once: if it raises, or
        the program ends, both are rolled back, and the transition is delivered again. The handler
        must neither commit nor roll back. ``live.within(connection)`` has operations for it; on
        SQLite, other operations would wait for this transaction. An attempt that ends the program
        is not counted, because the count is rolled back too.

        Args:
            handler: A function of a transition and the connection of the storage's driver.
            segment, at, limit, retries: As for `deliver`.

        Raises:
            FactsError: If *handler* is not a function, or *limit* not a whole number of 1 or more.
            ConditionError: If there never was a segment of that name.
            InstantError: If *at* is naive.
        """
        _check_handler(handler, "deliver_in_transaction")
        _check_limit(limit, "deliver_in_transaction.limit")
        deliveries = self._deliveries(segment, at, retries, "deliver_in_transaction")
        delivered = attempts = 0
        has_next = self._has_delivery(deliveries)
        while has_next and (limit is None or attempts < limit):
            result = deliveries.deliver_in_transaction(handler)
            if result is None:
                break
            attempts += 1
            delivered += result
        return delivered

    def _deliveries(
        self, segment: str | Segment | None, at: datetime | None, retries: Retries, path: str
    ) -> Deliveries:
        ensure_type(f"{path}.retries", "takes Retries(...)", retries, Retries, FactsError)
        name = self._segment_name(segment, f"{path}.segment")
        return Deliveries(self._begin, lambda: self._instant(at), name, retries)

    def _has_delivery(self, deliveries: Deliveries) -> bool:
        """Return whether there is a delivery, without waiting for other transactions."""
        with self._read() as transaction:
            return deliveries.has_next(transaction)

    def deliveries(
        self,
        state: DeliveryState | None = None,
        *,
        segment: str | Segment | None = None,
        limit: int = 100,
    ) -> list[Delivery]:
        """Return the newest transitions of the outbox, the last one first.

        Args:
            state: ``"pending"``, ``"delivered"``, or ``"dead"`` after too many failed attempts;
                ``None`` for all.
            segment: The only segment; ``None`` for all.
            limit: The greatest number, 1 or more.

        Raises:
            ConditionError: If there never was a segment of that name.
            FactsError: If *state* is another one, or *limit* is not a whole number of 1 or more.
        """
        if state is not None and state not in get_args(DeliveryState):
            states = ", ".join(map(repr, get_args(DeliveryState)))
            raise mismatch("deliveries.state", f"takes {states} or None", state, FactsError)
        if not (is_int(limit) and 0 < limit <= _MOST):
            expected = f"takes a whole number from 1 to {_MOST:,}"
            raise mismatch("deliveries.limit", expected, limit, FactsError)
        name = self._segment_name(segment, "deliveries.segment")
        with self._read() as transaction:
            return transaction.deliveries(state, name, limit)

    def discard(self, delivery: Delivery) -> bool:
        """Delete a dead delivery, and return whether it was dead.

        Raises:
            FactsError: If *delivery* is no `Delivery`.
        """
        ensure_type("discard", _EXPECTED, delivery, Delivery, FactsError)
        with self._begin() as transaction:
            return transaction.delete_delivery(delivery.position, "dead")

    def retry(self, delivery: Delivery, *, at: datetime | None = None) -> bool:
        """Let a delivery that has failed be attempted again from an instant on.

        Later transitions of its contact may have been delivered before.

        Returns:
            Whether it was dead or waiting for the next attempt, as *delivery* says.

        Raises:
            FactsError: If *delivery* is no `Delivery`.
            InstantError: If *at* is naive.
        """
        ensure_type("retry", _EXPECTED, delivery, Delivery, FactsError)
        due = self._instant(at)
        with self._begin() as transaction:
            return delivery.attempts > 0 and transaction.set_delivery(
                delivery.position,
                "pending",
                attempts=0,
                due=due,
                error=None,
                if_state=delivery.state,
                if_attempts=delivery.attempts,
            )

    def prune(self, before: datetime) -> int:
        """Delete what was delivered before an instant, and the operation ids of before it.

        Dead deliveries stay until `retry` or `discard`.

        Returns:
            The number of rows that were deleted.

        Raises:
            InstantError: If *before* is naive.
        """
        moment = self._instant(before, "prune.before")
        with self._begin() as transaction:
            return transaction.prune(moment)


def _check_handler(handler: object, path: str) -> None:
    if not callable(handler):
        # Otherwise each call of it would be a failed attempt.
        raise mismatch(path, "takes a function of a transition", handler, FactsError)


def _check_limit(limit: int | None, path: str) -> None:
    if limit is not None and not (is_int(limit) and limit > 0):
        expected = "takes a whole number of 1 or more, or None for no limit"
        raise mismatch(path, expected, limit, FactsError)
