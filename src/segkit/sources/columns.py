"""Kept columns: verdicts and events for the segments of a store, kept right while it changes.

A contact has a position. The verdicts of a condition for all contacts are a mask: one byte for each
position, 1 if the condition is true, else 0. As one large number a mask is combined with others by
``&``, ``|`` and ``^``, a hundred thousand contacts in a few microseconds.

* The mask of a leaf that reads no events and does not depend on now is kept. After changes of
  contacts, only the bytes at their positions are tested again.
* The instants and owners of the events of each name are kept, in `EventColumn`, and so are the
  counts of windows, in `KeptCounts`. When now moves, only the events that entered or left a window
  are visited.

Nothing is built before a segment needs it. The columns are one version of the store: changes are
collected by the store, and are applied when the next evaluation begins.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import tzinfo
from itertools import chain
from sys import getsizeof
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, assert_never, cast

import attrs

from segkit.clock import EvaluationContext
from segkit.model.facts import Contact, Event, EventLike
from segkit.operations.evaluation.columns_source import (
    ContactFact,
    TestContacts,
    compile_contact_tests,
)
from segkit.semantics.comparisons import get_path
from segkit.sources.event_column import EventColumn, build_columns
from segkit.sources.kept_events import KeptCounts, KeptVerdicts

IdT = TypeVar("IdT")
KeptT = TypeVar("KeptT", KeptCounts, KeptVerdicts)

Change: TypeAlias = tuple[Literal["put", "drop", "append", "remove"], Any]
"""A change of the store: a contact put, an id dropped, an event appended or removed."""

_NOBODY: Final = Contact("nobody")
"""The contact at the position of a contact that was removed. The bytes there mean nothing: `exists`
leaves the position out of every result."""

_MAX_KEPT: Final = 500
"""How many masks are kept, in all zones, and how many counts and columns of values; beyond, all of
them are built again."""

_LEAVES_PER_LOOP: Final = 200
"""Python compiles a larger function slowly."""


@attrs.define(eq=False)
class _KeptMasks:
    """The masks of some leaves, which one loop over contacts tests."""

    leaves: list[ContactFact]
    test: TestContacts
    masks: list[bytearray]


class Columns(Generic[IdT]):
    """The kept columns of a store.

    Attributes:
        contacts: The contact at each position, in the order in which they were added.
        ids: The id at each position.
        exists: The mask of the positions whose contact was not removed.
        events: The columns of events by name.
    """

    def __init__(self, contacts: Iterable[Contact[IdT]]) -> None:
        self.contacts: list[Contact[Any]] = list(contacts)
        self.ids: list[IdT] = [contact.id for contact in self.contacts]
        self.exists = bytearray(b"\1") * len(self.ids)
        self.events: dict[str, EventColumn] = {}
        self._positions: dict[IdT, int] = dict(zip(self.ids, range(len(self.ids)), strict=True))
        self._masks_by_zone: dict[tzinfo, list[_KeptMasks]] = {}
        self._values: dict[tuple[str, ...], list[object]] = {}
        self._results: dict[Hashable, KeptCounts | KeptVerdicts] = {}
        self._results_by_name: dict[str, list[KeptCounts | KeptVerdicts]] = {}
        # The events of contacts that are not known yet [E6].
        self._waiting: dict[Any, list[Event[Any]]] = {}

    # --- changes ----------------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of contacts, without removed ones."""
        return len(self._positions)

    @property
    def is_sparse(self) -> bool:
        """Whether more than half of the positions are of contacts that were removed."""
        return 2 * len(self) < len(self.ids)

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the columns the version of the store after *changes*."""
        changed: dict[int, None] = {}
        for kind, value in changes:
            match kind:
                case "put":
                    changed[self._put(value)] = None
                case "drop":
                    self._drop(value)
                case "append":
                    self._append(value)
                case "remove":
                    self._remove(value)
                case _:
                    assert_never(kind)
        self._test_again(list(changed))

    def _put(self, contact: Contact[IdT]) -> int:
        position = self._positions.get(contact.id)
        if position is not None:
            self.contacts[position], self.ids[position] = contact, contact.id
            return position
        position = self._positions[contact.id] = len(self.ids)
        self.ids.append(contact.id)
        self.contacts.append(contact)
        self.exists.append(1)
        for event in self._waiting.pop(contact.id, ()):
            self._add(event, position)
        return position

    def _drop(self, id_: IdT) -> None:
        self._waiting.pop(id_, None)
        position = self._positions.pop(id_, None)
        if position is not None:  # Its events stay, at a position that nobody has any more.
            self.exists[position] = 0
            self.contacts[position] = _NOBODY

    def _append(self, event: Event[IdT]) -> None:
        if type(event) is Event and event.name in self.events:
            position = self._positions.get(event.contact_id)
            if position is None:
                self._waiting.setdefault(event.contact_id, []).append(event)
            else:
                self._add(event, position)

    def _add(self, event: Event[IdT], position: int) -> None:
        self.events[event.name].add(event, position)
        for kept in self._results_by_name.get(event.name, ()):
            kept.change(event, position, 1)

    def _remove(self, event: Event[IdT]) -> None:
        if type(event) is Event and event.name in self.events:
            position = self._positions.get(event.contact_id)
            if position is None:
                waiting = self._waiting[event.contact_id]
                waiting[:] = [each for each in waiting if each is not event]
            else:
                self.events[event.name].remove(event, position)
                for kept in self._results_by_name.get(event.name, ()):
                    kept.change(event, position, -1)

    def _test_again(self, positions: list[int]) -> None:
        """Set the bytes of some positions in every kept mask."""
        contacts = [self.contacts[position] for position in positions]
        for path, values in self._values.items():
            values.extend([None] * (len(self.ids) - len(values)))
            for position, contact in zip(positions, contacts, strict=True):
                values[position] = get_path(contact.attributes, path)
        for kept in chain.from_iterable(self._masks_by_zone.values()):
            for mask, verdicts in zip(kept.masks, kept.test(contacts), strict=True):
                mask.extend(bytes(len(self.ids) - len(mask)))
                for position, verdict in zip(positions, verdicts, strict=True):
                    mask[position] = verdict

    # --- building ---------------------------------------------------------------------------------

    def kept_masks(
        self, leaves: Iterable[ContactFact], context: EvaluationContext
    ) -> dict[ContactFact, bytearray]:
        """Return the masks of leaves that do not depend on now; new ones are built."""
        kept = self._masks_by_zone.setdefault(context.tz, [])
        masks = {
            leaf: mask for each in kept for leaf, mask in zip(each.leaves, each.masks, strict=True)
        }
        new = [leaf for leaf in leaves if leaf not in masks]
        of_all_zones = chain.from_iterable(self._masks_by_zone.values())
        if new and sum(len(each.leaves) for each in of_all_zones) + len(new) > _MAX_KEPT:
            self._masks_by_zone = {context.tz: (kept := [])}
            new = list(leaves)
        for start in range(0, len(new), _LEAVES_PER_LOOP):
            some = new[start : start + _LEAVES_PER_LOOP]
            test = compile_contact_tests(some)(context)
            built = _KeptMasks(some, test, test(self.contacts))
            kept.append(built)
            masks.update(zip(some, built.masks, strict=True))
        return masks

    def values(self, path: tuple[str, ...]) -> list[object]:
        """Return the value of an attribute at each position; the list is kept."""
        values = self._values.get(path)
        if values is None:
            if len(self._values) >= _MAX_KEPT:
                self._values.clear()
            values = [get_path(contact.attributes, path) for contact in self.contacts]
            self._values[path] = values
        return values

    def keep(self, key: Hashable, new: KeptT) -> KeptT:
        """Return the counts or verdicts that are kept as *key*: *new*, if there are none."""
        if key not in self._results:
            if len(self._results) >= _MAX_KEPT:
                self._results.clear()
                self._results_by_name.clear()
            self._results[key] = new
            for name in new.names:
                self._results_by_name.setdefault(name, []).append(new)
        return cast("KeptT", self._results[key])

    def missing_events(self, needed: dict[str, bool]) -> dict[str, bool]:
        """Return the *needed* names of events that have no column.

        Each name has whether the events themselves are read, besides their instants.
        """
        return {
            name: reads_events
            for name, reads_events in needed.items()
            if name not in self.events or (reads_events and not self.events[name].keeps_events)
        }

    def build_events(self, names: dict[str, bool], all_events: Iterable[EventLike]) -> None:
        """Build the columns of some names from all events of the store."""
        for owner, events in self._waiting.items():
            self._waiting[owner] = [event for event in events if event.name not in names]
        columns, waiting = build_columns(all_events, self._positions, names)
        self.events.update(columns)
        for owner, events in waiting.items():
            self._waiting.setdefault(owner, []).extend(events)

    # --- memory -----------------------------------------------------------------------------------

    def bytes_of_contacts(self) -> int:
        """Return the bytes of the positions and of the kept masks."""
        own = (self.contacts, self.ids, self.exists, self._positions)
        masks = (
            mask
            for kept in chain.from_iterable(self._masks_by_zone.values())
            for mask in kept.masks
        )
        counts = (
            kept.counts if isinstance(kept, KeptCounts) else kept.verdicts
            for kept in self._results.values()
        )
        return sum(map(getsizeof, chain(own, masks, counts, self._values.values())))

    def bytes_of_events(self) -> int:
        """Return the bytes of the columns of events."""
        return sum(column.size_in_bytes() for column in self.events.values())
