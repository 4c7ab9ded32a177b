"""A store with kept columns: verdicts and events, built once for segments and kept right."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import islice
from threading import RLock
from typing import Any, Final, Literal, TypeVar

import attrs

from segkit.clock import EvaluationContext
from segkit.model.conditions import Condition
from segkit.model.facts import Contact, EventLike
from segkit.sources.columns import Change, Columns
from segkit.sources.masks import Masks, event_names, reads_all_events
from segkit.sources.owned import OwnedFacts
from segkit.traversal import iter_contact_leaves

IdT = TypeVar("IdT", bound=Hashable)

MIN_CONTACTS: Final = 50
"""A smaller store is evaluated contact by contact, which takes less time than building columns."""

_MIN_CHANGES: Final = 1_000
"""With more changes than this, and than contacts and events in the columns, they are built anew."""


@attrs.frozen
class ColumnMemory:
    """The memory of the kept columns of a `MemorySource`, beyond its contacts and events.

    Attributes:
        contacts: The number of contacts in the columns, 0 if there are none yet; removed contacts
            are included until the columns are built again.
        events: The number of events in the columns: of the names that segments have used.
        bytes_of_contacts: The bytes for the contacts: positions, and one byte for each kept leaf.
        bytes_of_events: The bytes for the events: instants and owners.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, MemorySource, attr
    >>> source = MemorySource([Contact(number, {"age": number}) for number in range(100)])
    >>> source.memory().contacts
    0
    >>> adults = Evaluator(source).members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> source.memory().contacts
    100
    """

    contacts: int
    events: int
    bytes_of_contacts: int
    bytes_of_events: int

    def __str__(self) -> str:
        shown = [
            f"{number:,} {what}: {size:,} bytes"
            + (f", {size / number:.1f} for each" if number else "")
            for number, what, size in (
                (self.contacts, "contacts", self.bytes_of_contacts),
                (self.events, "events", self.bytes_of_events),
            )
        ]
        return "\n".join(["kept columns", *shown])


class ColumnStore(OwnedFacts[IdT]):
    """The facts of a store with its columns, which are one version of the facts.

    The store collects its changes, and the next evaluation applies them to the columns. So a change
    takes no longer because there are columns, and never waits for an evaluation.
    """

    def __init__(self, *, uses_columns: bool) -> None:
        super().__init__()
        self.uses_columns = uses_columns
        self._columns: Columns[IdT] | None = None
        # The changes since the columns were applied last; guarded by the lock of the facts.
        self._changes: list[Change] = []
        self._max_changes = _MIN_CHANGES
        # One evaluation at a time changes the columns. Re-entrant, because an evaluation reports
        # its progress to a function of the host, which may evaluate too.
        self._columns_lock = RLock()
        self._is_evaluating = False

    @property
    def is_evaluated_by_columns(self) -> bool:
        """Whether the next evaluation uses columns."""
        return self.uses_columns and len(self._contacts) >= MIN_CONTACTS

    def members_by_columns(
        self,
        conditions: Sequence[Condition],
        context: EvaluationContext,
        report: Callable[[int, int], object],
    ) -> tuple[int, list[list[IdT]]] | None:
        """Return the number of contacts, and the ids of the members of each condition.

        ``None`` stands for a store that is not evaluated by columns. *report* is called with the
        number of contacts that the work done so far amounts to, and with the number of all
        contacts.
        """
        if not conditions or not self.is_evaluated_by_columns:
            return None
        with self._columns_lock:
            if self._is_evaluating:
                return None  # This call comes from the function that reports our progress.
            self._is_evaluating = True
            try:
                masks = self._masks(conditions, context)
                self._max_changes = max(_MIN_CHANGES, masks.number_of_facts)
                return masks.number, _members(masks, conditions, report)
            except BaseException:
                # The evaluation may have stopped anywhere, while columns or counts were changed.
                with self._lock:
                    self._discard_columns()
                raise
            finally:
                self._is_evaluating = False

    def _masks(self, conditions: Sequence[Condition], context: EvaluationContext) -> Masks:
        """Return the masks over the columns of the current version of the store."""
        leaves = {leaf for condition in conditions for leaf in iter_contact_leaves(condition)}
        with self._lock:
            changes, self._changes = self._changes, []
            columns = self._columns
            if columns is None or columns.is_sparse:
                changes = []
                columns = self._columns = Columns(self._contacts.values())
            missing = columns.missing_events(event_names(conditions))
            all_events = self._iter_all_events() if missing else ()
            versions: dict[IdT, tuple[list[EventLike], int]] = {}
            if any(map(reads_all_events, leaves)):
                self._group()
                versions = {id_: (events, len(events)) for id_, events in self._events.items()}
        columns.apply(changes)
        if missing:
            columns.build_events(missing, all_events)

        def events_of(id_: IdT) -> Iterable[EventLike]:
            events, size = versions.get(id_, ([], 0))
            return list(islice(events, size))

        masks = Masks(columns, context, events_of)
        masks.add_contact_leaves(leaves)
        return masks

    def memory(self) -> ColumnMemory:
        """Return the memory of the kept columns, in bytes.

        >>> from segkit import MemorySource
        >>> print(MemorySource().memory())
        kept columns
        0 contacts: 0 bytes
        0 events: 0 bytes
        """
        with self._columns_lock:
            columns = self._columns
            if columns is None:
                return ColumnMemory(0, 0, 0, 0)
            return ColumnMemory(
                len(columns.ids),
                sum(map(len, columns.events.values())),
                columns.bytes_of_contacts(),
                columns.bytes_of_events(),
            )

    def unknown_contacts(self) -> dict[IdT, int]:
        """Return the ids that events name and no contact has, with the number of their events.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Event, MemorySource
        >>> order = Event("1", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> MemorySource([Contact(1)], [order]).unknown_contacts()
        {'1': 1}
        """
        with self._lock:
            self._group()
            return {
                id_: len(events)
                for id_, events in self._events.items()
                if id_ not in self._contacts
            }

    def __getstate__(self) -> dict[str, Any]:
        """Return the facts; the columns are built again when they are needed."""
        derived = ("_columns", "_changes", "_max_changes", "_columns_lock", "_is_evaluating")
        return {k: value for k, value in super().__getstate__().items() if k not in derived}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._columns, self._changes, self._max_changes = None, [], _MIN_CHANGES
        self._columns_lock = RLock()
        self._is_evaluating = False

    # --- changes ----------------------------------------------------------------------------------

    def _put_contact(self, contact: Contact[IdT]) -> None:
        super()._put_contact(contact)
        self._collect("put", contact)

    def _drop_contact(self, id_: IdT) -> None:
        super()._drop_contact(id_)
        self._collect("drop", id_)

    def _append_event(self, event: EventLike) -> None:
        super()._append_event(event)
        self._collect("append", event)

    def _drop_event(self, contact_id: IdT, event: EventLike) -> None:
        super()._drop_event(contact_id, event)
        self._collect("remove", event)

    def _put_first_events(self, events: list[EventLike]) -> None:
        super()._put_first_events(events)
        self._discard_columns()

    def _collect(self, kind: Literal["put", "drop", "append", "remove"], value: object) -> None:
        if self._columns is not None:
            self._changes.append((kind, value))
            if len(self._changes) > self._max_changes:
                self._discard_columns()

    def _discard_columns(self) -> None:
        self._columns, self._changes = None, []


def _members(
    masks: Masks,
    conditions: Sequence[Condition],
    report: Callable[[int, int], object],
) -> list[list[Any]]:
    """Return the members of each condition, with a report after each step."""
    number = masks.number
    leaves = list(dict.fromkeys(leaf for each in conditions for leaf in iter_contact_leaves(each)))
    steps = len(leaves) + len(conditions)
    for step, leaf in enumerate(leaves, start=1):
        masks.mask(leaf)
        report(number * step // steps, number)
    found: list[list[Any]] = []
    for step, condition in enumerate(conditions, start=len(leaves) + 1):
        found.append(masks.members(condition))
        report(number * step // steps, number)
    return found
