"""Masks: the evaluation of many conditions at once over the kept columns of a store.

A mask has one byte for each position: 1 if a condition is true for the contact there, else 0. All
masks of an evaluation are numbers, which Python combines in one operation: ``&`` for all, ``|`` for
any, and ``+`` for at least some, whose bytes are the numbers of parts that are true.

Every leaf is evaluated once, whatever the number of conditions that contain it, and every count of
events once, whatever the number of leaves that compare it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from functools import reduce
from itertools import compress
from re import finditer
from typing import Any, Final

from segkit.clock import EvaluationContext
from segkit.history import Facts, TimedEvent
from segkit.model.conditions import Condition, ContactLeaf
from segkit.model.contact_leaves import Attribute, ListMembership, Sample
from segkit.model.event_leaves import EventCount
from segkit.model.event_leaves import Sequence as EventSequence
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.time_spans import Window
from segkit.operations.evaluation.columns_source import (
    ContactFact,
    TestEvent,
    compile_contact_tests,
    compile_where,
)
from segkit.operations.evaluation.runtime import aggregate_satisfies, window_bounds
from segkit.semantics.comparisons import depends_on_now
from segkit.semantics.observations import leaf_depends_on_now, leaf_is_true
from segkit.sources.columns import Columns
from segkit.sources.kept_events import FULL, Bounds, KeptCounts, KeptVerdicts, OwnersBetween
from segkit.traversal import fold, iter_contact_leaves, iter_event_leaves

_SPARSE: Final = 16
"""Below one member in so many contacts, searching the members is faster than reading the mask."""

_IN_ORDER: Final = frozenset({"latest", "earliest"})
"""The aggregates for which the order of events of one instant counts [E5]."""


def event_names(conditions: Iterable[Condition]) -> dict[str, bool]:
    """Return the names of the events whose columns are read.

    Each name has whether the events themselves are read, besides their instants.
    """
    names: dict[str, bool] = {}
    for condition in conditions:
        for leaf in iter_contact_leaves(condition):
            if isinstance(leaf, EventSequence):
                leaf = leaf.first  # noqa: PLW2901 - only contacts with such events are evaluated
                reads_events = False
            else:
                reads_events = isinstance(leaf, EventValue)
            if isinstance(leaf, EventCount | EventValue):
                for name in leaf.names:
                    reads = reads_events or leaf.condition is not None
                    names[name] = names.get(name, False) or reads
    return names


def reads_all_events(leaf: ContactLeaf) -> bool:
    """Return whether the reference evaluates *leaf*, over the events of single contacts."""
    if isinstance(leaf, EventValue):
        return len(set(leaf.names)) > 1 and leaf.aggregate in _IN_ORDER
    return not isinstance(leaf, EventCount | Attribute | ListMembership | Sample)


class Masks:
    """The masks of conditions at one now, over one version of a store.

    Args:
        columns: The columns, with those of all `event_names`.
        context: The now and the zone.
        events_of: The events of a contact in the order given, if one of the leaves
            `reads_all_events`.

    Attributes:
        number: The number of contacts.
        number_of_facts: The number of contacts, and of events in the columns.
    """

    def __init__(
        self,
        columns: Columns[Any],
        context: EvaluationContext,
        events_of: Callable[[Any], Iterable[EventLike]],
    ) -> None:
        self._columns = columns
        self._context = context
        self._events_of = events_of
        self.number = len(columns)
        self.number_of_facts = self.number + sum(map(len, columns.events.values()))
        self._size = len(columns.ids)
        self._ones = int.from_bytes(b"\1" * self._size, "little")
        self._exists = int.from_bytes(columns.exists, "little")
        self._masks: dict[ContactLeaf, int] = {}
        self._counted: dict[Hashable, bytearray] = {}
        self._tests: dict[Condition, TestEvent] = {}
        # Several aggregates often read the same events: the last ones are kept until the next.
        self._grouped: tuple[Hashable, dict[int, list[TimedEvent]]] | None = None

    def add_contact_leaves(self, leaves: Iterable[ContactLeaf]) -> None:
        """Evaluate all leaves that read no events, in one loop over the contacts."""
        facts = [leaf for leaf in leaves if isinstance(leaf, Attribute | ListMembership | Sample)]
        static = [leaf for leaf in facts if not leaf_depends_on_now(leaf)]
        masks = self._columns.kept_masks(static, self._context)
        moving = [leaf for leaf in facts if leaf_depends_on_now(leaf)]
        if moving:
            masks |= zip(moving, self._moving_verdicts(moving), strict=True)
        for leaf in facts:
            self._masks[leaf] = int.from_bytes(masks[leaf], "little")

    def _moving_verdicts(self, leaves: list[ContactFact]) -> list[bytearray]:
        """Return the verdicts of leaves that depend on now, most often on one attribute each."""
        paths = {leaf.path for leaf in leaves if isinstance(leaf, Attribute)}
        values = [self._columns.values(path) for path in paths]
        return compile_contact_tests(leaves, paths)(self._context)(self._columns.contacts, *values)

    def mask(self, leaf: ContactLeaf) -> int:
        """Return the mask of *leaf*."""
        mask = self._masks.get(leaf)
        if mask is None:
            mask = self._masks[leaf] = int.from_bytes(self._event_verdicts(leaf), "little")
        return mask

    def members(self, condition: Condition) -> list[Any]:
        """Return the ids of the members of *condition*, in the order of the store."""
        mask = fold(condition, self.mask, self._at_least, self._negate) & self._exists
        verdicts = mask.to_bytes(self._size, "little")
        ids = self._columns.ids
        if verdicts.count(1) * _SPARSE < self._size:
            return [ids[found.start()] for found in finditer(b"\1", verdicts)]
        return list(compress(ids, verdicts))

    # --- groups -----------------------------------------------------------------------------------

    def _at_least(self, number: int, masks: list[int]) -> int:
        if number <= 0:
            return self._ones
        if number > len(masks):
            return 0
        if number == len(masks):
            return reduce(int.__and__, masks)
        if number == 1:
            return reduce(int.__or__, masks)
        if len(masks) > FULL:
            columns = zip(*(mask.to_bytes(self._size, "little") for mask in masks), strict=True)
            return int.from_bytes((sum(column) >= number for column in columns), "little")
        sums = sum(masks).to_bytes(self._size, "little")
        return int.from_bytes(sums.translate(_table(number, None)), "little")

    def _negate(self, mask: int) -> int:
        return self._ones ^ mask

    # --- leaves that read events ------------------------------------------------------------------

    def _event_verdicts(self, leaf: ContactLeaf) -> bytes | bytearray:
        if isinstance(leaf, EventCount):
            return self._count_verdicts(leaf)
        if isinstance(leaf, EventValue):
            of_none = aggregate_satisfies(leaf, [], None, self._context)
            if not reads_all_events(leaf):
                return self._aggregate_verdicts(leaf, of_none)
            return self._verdicts_by_reference(leaf, self._with_events(leaf), of_none)
        # Without an event of the first step there is no sequence.
        first = leaf.first if isinstance(leaf, EventSequence) else None
        candidates = self._with_events(first) if first is not None else self._columns.exists
        return self._verdicts_by_reference(leaf, candidates, of_others=False)

    def _with_events(self, leaf: EventCount | EventValue) -> bytearray:
        """Return how many events of the names are in the window of *leaf*, 0 at other contacts."""
        return self._counts(leaf, ignores_where=True)

    def _count_verdicts(self, leaf: EventCount) -> bytes | bytearray:
        least, most = leaf.counts
        if max(least, most or 0) < FULL:
            return self._counts(leaf).translate(_table(least, most))
        number = [0] * self._size
        for owners in self._owners_between(leaf)(*self._bounds(leaf.window)):
            for owner in owners:
                number[owner] += 1
        return bytes([least <= each and (most is None or each <= most) for each in number])

    def _counts(self, leaf: EventCount | EventValue, *, ignores_where: bool = False) -> bytearray:
        """Return the number of events at each position, one byte each."""
        where = None if ignores_where else leaf.condition
        key = (frozenset(leaf.names), leaf.window, where)
        counts = self._counted.get(key)
        if counts is None:
            kept = KeptCounts(key[0], None if where is None else self._test(where))
            if is_static(where):
                kept = self._columns.keep((*key, self._context.tz), kept)
            between = self._owners_between(leaf, ignores_where=ignores_where)
            counts = kept.at(self._bounds(leaf.window), between, self._size)
            self._counted[key] = counts
        return counts

    def _bounds(self, window: Window) -> Bounds:
        return window_bounds((window, True), self._context)

    def _test(self, where: Condition) -> TestEvent:
        test = self._tests.get(where)
        if test is None:
            test = self._tests[where] = compile_where(where)(self._context)
        return test

    def _owners_between(
        self, leaf: EventCount | EventValue, *, ignores_where: bool = False
    ) -> OwnersBetween:
        """Return the function of two instants that yields the owners of the events that count."""
        where = None if ignores_where else leaf.condition
        columns = [self._columns.events[name] for name in set(leaf.names)]

        def owners_between(first: datetime, last: datetime) -> Iterator[Iterable[int]]:
            for column in columns:
                if where is None:
                    yield from column.owners_between(first, last)
                elif is_static(where):
                    # A day and an instant compare otherwise in another zone [K4].
                    key = (where, self._context.tz)
                    yield from column.owners_satisfying(first, last, key, self._test(where))
                else:
                    test = self._test(where)
                    for events in column.events_between(first, last):
                        yield [owner for _, owner, event in events if test(event)]

        return owners_between

    def _aggregate_verdicts(self, leaf: EventValue, of_none: bool) -> bytearray:  # noqa: FBT001
        kept = KeptVerdicts(frozenset(leaf.names), of_none)
        if is_static(leaf.condition) and not depends_on_now(leaf.comparison):
            kept = self._columns.keep((leaf, self._context.tz), kept)
        bounds = self._bounds(leaf.window)
        positions = kept.to_compute(
            bounds, self._owners_between(leaf, ignores_where=True), self._size
        )
        for owner, events in self._events_by_owner(leaf, bounds, positions).items():
            kept.verdicts[owner] = aggregate_satisfies(leaf, events, None, self._context)
        return kept.verdicts

    def _events_by_owner(
        self, leaf: EventValue, bounds: Bounds, positions: set[int] | None
    ) -> dict[int, list[TimedEvent]]:
        """Return the events that count by position, of some *positions* or of all."""
        key = (frozenset(leaf.names), leaf.window, leaf.condition)
        if positions is None and self._grouped is not None and self._grouped[0] == key:
            return self._grouped[1]
        found: dict[int, list[TimedEvent]] = {}
        test = None if leaf.condition is None else self._test(leaf.condition)
        for name in set(leaf.names) if positions is None or positions else ():
            for events in self._columns.events[name].events_between(*bounds):
                for at, owner, event in events:
                    if (positions is None or owner in positions) and (test is None or test(event)):
                        timed = TimedEvent(at, name, event)
                        if owner in found:
                            found[owner].append(timed)
                        else:
                            found[owner] = [timed]
        if positions is None:
            self._grouped = (key, found)
        return found

    def _verdicts_by_reference(
        self,
        leaf: ContactLeaf,
        candidates: bytearray,
        of_others: bool,  # noqa: FBT001
    ) -> bytearray:
        """Return the verdicts of the reference for the contacts that are not 0 in *candidates*."""
        verdicts = bytearray([of_others]) * self._size
        exists, contacts = self._columns.exists, self._columns.contacts
        for position in compress(range(self._size), candidates):
            if exists[position]:
                contact = contacts[position]
                facts = Facts.from_source(contact, self._events_of(contact.id))
                verdicts[position] = leaf_is_true(leaf, facts, self._context)
        return verdicts


def is_static(where: Condition | None) -> bool:
    """Return whether the verdict of ``where`` on an event is the same at every now."""
    return not any(depends_on_now(leaf.comparison) for leaf in iter_event_leaves(where))


def _table(least: int, most: int | None) -> bytes:
    """Return a table for ``translate``: 1 for every byte from *least* to *most*, else 0."""
    return bytes(least <= byte and (most is None or byte <= most) for byte in range(256))
