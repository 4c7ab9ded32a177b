"""The schedule: at which instants time alone may change a membership.

Each membership that time can change has one valid entry in a heap. When its instant moves to a
later one, the entry stays, and is moved when it is reached. So a contact with a thousand events in
a row costs one entry. When the instant moves to an earlier one, a new entry is added, and the old
one is dropped when it is reached.

Example: an order on March 1 schedules the end of "the last 30 days" for March 31. Orders on March 2
and 3 change nothing in the heap. On March 31 the entry is moved to April 2, without an evaluation.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from segkit.live.records import Membership, Record

IdT = TypeVar("IdT", bound=Hashable)

_Entry: TypeAlias = tuple[datetime, int, int]
"""The instant, the order of the contact, and the slot of the segment."""

_SPARE_ENTRIES: Final = 64
"""The number of invalid entries that are tolerated besides as many as there are valid ones."""


class Due(NamedTuple, Generic[IdT]):
    """The membership that time may change first."""

    at: datetime
    record: Record[IdT]
    slot: int
    membership: Membership


class Schedule(Generic[IdT]):
    """A heap of entries by instant, then by the order of contacts, then by that of segments."""

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._records: dict[int, Record[IdT]] = {}
        self._valid = 0

    def __len__(self) -> int:
        """The number of memberships that time may change."""
        return self._valid

    @property
    def entries(self) -> int:
        """The number of entries, valid or not: at most ``2 * len(schedule) + 64``."""
        return len(self._heap)

    def update(self, record: Record[IdT], slot: int, membership: Membership) -> None:
        """Schedule a membership at its ``until``; an entry that is too early stays, see `first`."""
        at, scheduled = membership.until, membership.scheduled
        if at is None:
            if scheduled is not None:
                membership.scheduled = None
                self._valid -= 1
        elif scheduled is None or at < scheduled:
            self._valid += scheduled is None
            membership.scheduled = at
            self._records[record.order] = record
            heappush(self._heap, (at, record.order, slot))
        self._drop_invalid_entries()

    def restore(self, record: Record[IdT]) -> None:
        """Schedule the memberships of a contact that has no entry yet."""
        for slot, membership in record.memberships.items():
            membership.scheduled = membership.until
            if membership.until is not None:
                heappush(self._heap, (membership.until, record.order, slot))
                self._valid += 1
                self._records[record.order] = record

    def drop(self, record: Record[IdT]) -> None:
        """Remove the entries of a contact."""
        self._valid -= sum(each.scheduled is not None for each in record.memberships.values())
        self._records.pop(record.order, None)
        self._drop_invalid_entries()

    def _drop_invalid_entries(self) -> None:
        """Drop the entries that are not valid if they are more than the valid ones."""
        if len(self._heap) > 2 * self._valid + _SPARE_ENTRIES:
            self._heap = [entry for entry in set(self._heap) if self._membership(entry)]
            heapify(self._heap)

    def first(self) -> Due[IdT] | None:
        """Return the membership that is due first, without removing it."""
        heap = self._heap
        while heap:
            at, order, slot = heap[0]
            membership = self._membership(heap[0])
            if membership is None:
                heappop(heap)
            elif membership.until == at:
                return Due(at, self._records[order], slot, membership)
            else:
                later = membership.scheduled = membership.until
                assert later is not None, "an entry without an instant is not valid"  # noqa: S101
                heapreplace(heap, (later, order, slot))
        return None

    def _membership(self, entry: _Entry) -> Membership | None:
        """Return the membership of an entry that is valid."""
        at, order, slot = entry
        record = self._records.get(order)
        membership = None if record is None else record.memberships.get(slot)
        is_valid = membership is not None and membership.scheduled == at
        return membership if is_valid else None
