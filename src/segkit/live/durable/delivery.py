"""Delivery of transitions to their receivers, with acknowledgement and repeated attempts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from segkit.errors import FactsError, short_repr
from segkit.live.durable.storage import Delivery, StorageTransaction
from segkit.live.transitions import Transition
from segkit.model.validation import ensure_whole, mismatch
from segkit.model.values import MAX_INSTANT

_logger: Final = logging.getLogger("segkit")


def _check_attempts(_: object, __: object, value: object) -> None:
    ensure_whole("Retries", "attempts is a whole number, 1 or more", value, minimum=1)


def _check_length(_: object, field: attrs.Attribute[timedelta], value: object) -> None:
    if not isinstance(value, timedelta) or value < timedelta():
        expected = f"{field.name} is a timedelta, not negative"
        raise mismatch("Retries", expected, value, FactsError)


@attrs.frozen(kw_only=True)
class Retries:
    """When a delivery that has failed is attempted again.

    The first wait is *first_wait*, and each further one twice as long, up to *longest_wait*.

    Args:
        attempts: After so many failed attempts the state of the delivery is ``"dead"``.
        first_wait: The time between the first and the second attempt.
        longest_wait: The longest time between two attempts.

    Raises:
        ConditionError: If *attempts* is not a whole number of 1 or more.
        FactsError: If a wait is not a ``timedelta``, or is negative.

    >>> from segkit.live.durable import Retries
    >>> [str(Retries().wait(attempts)) for attempts in (1, 2, 3)]
    ['0:00:10', '0:00:20', '0:00:40']
    """

    attempts: int = attrs.field(default=10, validator=_check_attempts)
    first_wait: timedelta = attrs.field(default=timedelta(seconds=10), validator=_check_length)
    longest_wait: timedelta = attrs.field(default=timedelta(hours=1), validator=_check_length)

    def wait(self, attempts: int) -> timedelta:
        """Return the time from a failed attempt to the next, after so many attempts."""
        wait = self.first_wait
        for _ in range(1, attempts):
            if wait >= self.longest_wait / 2:
                return self.longest_wait
            wait *= 2
        return min(wait, self.longest_wait)


class Deliveries:
    """The deliveries of a storage that are due at one instant, for one worker.

    Args:
        begin: Begins a transaction.
        clock: Returns the instant of an attempt. Handlers take time, so leases and waits begin
            when it returns. Transitions that are due at the first of these instants are delivered.
        segment: The name of the only segment whose transitions are delivered; ``None`` for all.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[StorageTransaction[Any]]],
        clock: Callable[[], datetime],
        segment: str | None,
        retries: Retries,
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._due = clock()
        self._segment = segment
        self._retries = retries

    def _now(self) -> datetime:
        return max(self._clock(), self._due)

    def has_next(self, transaction: StorageTransaction[Any]) -> bool:
        """Return whether a delivery is due, which another worker may have begun meanwhile."""
        return transaction.has_delivery(self._due, self._segment)

    def claim(self, lease: timedelta) -> Delivery | None:
        """Return the first delivery that is due, which no other worker gets for a time.

        The attempt is counted before it begins, so an attempt that kills the worker is counted too.
        """
        with self._begin() as transaction:
            while True:
                found = transaction.next_delivery(self._due, self._segment)
                if found is None:
                    return None
                is_last = found.attempts >= self._retries.attempts
                attempts = found.attempts if is_last else found.attempts + 1
                error = found.error or _NOT_FINISHED
                transaction.set_delivery(
                    found.position,
                    "dead" if is_last else "pending",
                    attempts=attempts,
                    due=_after(self._now(), lease),
                    error=error if is_last else found.error,
                )
                if not is_last:
                    return attrs.evolve(found, attempts=attempts)

    def acknowledge(self, delivery: Delivery) -> None:
        """Keep that a delivery has succeeded."""
        with self._begin() as transaction:
            self._set_delivered(transaction, delivery, delivery.attempts)

    def _set_delivered(
        self, transaction: StorageTransaction[Any], delivery: Delivery, attempts: int
    ) -> None:
        transaction.set_delivery(
            delivery.position, "delivered", attempts=attempts, due=self._now(), error=None
        )

    def reject(self, delivery: Delivery, error: Exception) -> None:
        """Keep that an attempt has failed that `claim` has counted."""
        self._reject(delivery, type(error), _text_of(error), counted=delivery.attempts)

    def _reject(
        self, delivery: Delivery, kind: type[Exception], text: str, *, counted: int
    ) -> None:
        """Keep that the attempt has failed, and when the next one is.

        If another worker has begun an attempt since, that one decides.

        Args:
            counted: The number of attempts that the storage has.
        """
        is_last = delivery.attempts >= self._retries.attempts
        # The text of the exception is with the delivery; it may have personal data.
        _logger.log(
            logging.ERROR if is_last else logging.WARNING,
            "attempt %d of delivery %d has failed%s: %s",
            delivery.attempts,
            delivery.position,
            ", it is dead" if is_last else "",
            kind.__name__,
        )
        with self._begin() as transaction:
            transaction.set_delivery(
                delivery.position,
                "dead" if is_last else "pending",
                attempts=delivery.attempts,
                due=_after(self._now(), self._retries.wait(delivery.attempts)),
                error=text,
                if_attempts=counted,
            )

    def deliver_in_transaction(
        self, handler: Callable[[Transition[Any], Any], object]
    ) -> bool | None:
        """Deliver the first transition that is due in the transaction that acknowledges it.

        Return whether the handler has succeeded, and ``None`` if no transition is due.
        """
        found = failure = None
        try:
            with self._begin() as transaction:
                found = transaction.next_delivery(self._due, self._segment)
                if found is not None:
                    self._set_delivered(transaction, found, found.attempts + 1)
                    handler(found.transition, transaction.connection)
        except Exception as error:
            if found is None:
                raise
            failure = type(error), _text_of(error)
        if found is None:
            return None
        if failure is not None:
            # After the exception, whose traceback may refer to the transaction.
            failed = attrs.evolve(found, attempts=found.attempts + 1)
            self._reject(failed, *failure, counted=found.attempts)
            return False
        return True


def _after(now: datetime, wait: timedelta) -> datetime:
    return now + wait if wait < MAX_INSTANT - now else MAX_INSTANT


def _text_of(error: Exception) -> str:
    """Return an exception as text of ASCII characters, which every database can keep."""
    text = short_repr(error).encode("ascii", "backslashreplace").decode()
    return text.replace("\0", "\\0")


_NOT_FINISHED: Final = "the worker ended before the attempt was finished"
