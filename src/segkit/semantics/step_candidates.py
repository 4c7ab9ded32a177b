"""The events that could serve a later step of a sequence, given the first event of the chain.

Testing every event against every first event takes time in proportion to the square of a long
history. So where a step requires ``prop(p) == first_prop(q)``, its events are indexed by their
value at p, and only the events that hold the value of the first event at q are tested. Say the step
is an order with ``prop("cart") == first_prop("cart")``: a chain that begins with cart 7 tests the
orders of cart 7 only, not all orders [S3].
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator
from datetime import date
from itertools import chain
from typing import Protocol, TypeAlias, cast

import attrs

from segkit.clock import EvaluationContext
from segkit.history import TimedEvent
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition, EventLeaf
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.model.values import Kind, TypedValue, equality_key, normalize
from segkit.semantics.comparisons import comparable, get_path
from segkit.traversal import fold, iter_event_leaves

Positions: TypeAlias = list[int]
"""Positions of events in the chronological list of the sequence's events, in ascending order."""


class StepPredicate(Protocol):
    """Decides whether an event serves a step, given the first event of the chain."""

    def __call__(
        self, step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool
    ) -> bool:
        """Return whether *event* serves *step*; *is_absent* is true for an absent step."""  # [S2]
        ...


def step_names(leaf: Sequence) -> set[str]:
    """Return the names of the events of all steps of *leaf*, the absent one included."""
    return {*leaf.first.names, *(name for step in leaf.later_steps() for name in step.event.names)}


def group_equivalent_starts(
    leaf: Sequence, events: list[TimedEvent], starts: Positions
) -> list[Positions]:
    """Return *starts* in groups of first events that no later step can tell apart.

    The events of a group hold equal values wherever a later step refers to the first event [S3].
    """
    paths = {
        operand.path
        for step in leaf.later_steps()
        for _, operand in _first_event_references(step.event.condition)
    }
    groups: dict[Hashable, Positions] = {}
    for position in starts:
        properties = events[position].event.properties
        key = tuple(equality_key(normalize(get_path(properties, path))) for path in paths)
        groups.setdefault(key, []).append(position)
    return list(groups.values())


@attrs.frozen(eq=False)
class _Index:
    """The events of a step, by the value that ``prop(p) == first_prop(q)`` compares.

    *leaf* is that comparison in the step's ``where``, and *of_first* is its ``first_prop(q)``.
    """

    leaf: Property
    of_first: Reference
    context: EvaluationContext
    _positions: dict[Hashable, Positions] = attrs.field(factory=dict[Hashable, Positions])
    """The events by value and by kind, and instants by their day, which days compare with [K4]."""

    def add(self, position: int, event: EventLike) -> None:
        """Add an event."""
        kind, value = typed = normalize(get_path(event.properties, self.leaf.path))
        keys: list[Hashable] = [kind, self._key(typed)]
        if kind is Kind.INSTANT:
            keys.append(("on", self.context.local_day(cast("date", value))))
        for key in keys:
            self._positions.setdefault(key, []).append(position)

    def value_of(self, first: EventLike) -> TypedValue:
        """Return the value of *first* that the events are compared with."""
        return normalize(get_path(first.properties, self.of_first.path))

    def equal(self, first: EventLike) -> list[Positions]:
        """Return the events whose value is equal to that of *first*, in disjoint lists."""
        kind, value = typed = self.value_of(first)
        if not comparable(kind, kind):
            return []
        keys = [self._key(typed)]
        if kind is Kind.DAY:
            keys.append(("on", value))
        elif kind is Kind.INSTANT:
            keys.append(equality_key((Kind.DAY, self.context.local_day(cast("date", value)))))
        return [self._positions.get(key, []) for key in keys]

    def incomparable(self, kind: Kind) -> Positions:
        """Return the events whose value cannot be compared with a value of *kind*."""
        others = [other for other in Kind if not comparable(other, kind)]
        return sorted(chain.from_iterable(self._positions.get(other, ()) for other in others))

    def _key(self, typed: TypedValue) -> Hashable:
        kind, value = typed
        folds = self.leaf.comparison.ignore_case and kind is Kind.TEXT
        return equality_key((kind, cast("str", value).casefold()) if folds else typed)


@attrs.define(eq=False)
class StepCandidates:
    """The events that could serve one step, by the first event of the chain.

    *is_absent* says whether the step must not happen [S2]. The other fields are those of
    `segkit.semantics.sequences.ChainSearch`.
    """

    step: EventCount
    events: list[TimedEvent]
    context: EvaluationContext
    step_predicate: StepPredicate
    is_absent: bool
    include_uncertain: bool
    _named: Positions = attrs.field(init=False)
    """The events with a name of the step."""
    _reference_count: int = attrs.field(init=False)
    _indexes: list[_Index] = attrs.field(init=False)
    _cache: dict[Kind | None, Positions] = attrs.field(factory=dict["Kind | None", Positions])
    """The events that serve the step for every first event, or for every value of a kind."""

    def __attrs_post_init__(self) -> None:
        names, where = self.step.names, self.step.condition
        self._named = [number for number, timed in enumerate(self.events) if timed.name in names]
        references = _first_event_references(where)
        self._reference_count = len(references)
        required = _required_leaves(where)
        self._indexes = [
            _Index(leaf, operand, self.context)
            for leaf, operand in references
            if leaf in required and leaf.comparison.operator == "=="
        ]
        for index in self._indexes:
            for position in self._named:
                index.add(position, self.events[position].event)

    def of(self, first: EventLike, start: int, stop: int) -> Positions:
        """Return the events that serve the step if the chain begins with *first*.

        Only positions from *start* up to, not including, *stop* are returned.
        """
        if not self._reference_count:
            if None not in self._cache:
                self._cache[None] = self._filter(self._named, first)
            return slice_positions(self._cache[None], start, stop)
        if not self._indexes:
            return self._filter(slice_positions(self._named, start, stop), first)
        # Every equality must hold, so the index that leaves the fewest events to test is enough.
        choices = [(index.equal(first), index) for index in self._indexes]
        equal, index = min(choices, key=lambda choice: sum(map(len, choice[0])))
        inside = [slice_positions(positions, start, stop) for positions in equal]
        found = self._filter(list(chain.from_iterable(inside)), first)
        if self.include_uncertain:
            found += self._incomparable(index, first, start, stop)
        return sorted(found)

    def _incomparable(self, index: _Index, first: EventLike, start: int, stop: int) -> Positions:
        kind, _ = index.value_of(first)
        if self._reference_count > 1:
            return self._filter(slice_positions(index.incomparable(kind), start, stop), first)
        # An event that cannot be compared serves the step, or not, for every value of that kind.
        if kind not in self._cache:
            self._cache[kind] = self._filter(index.incomparable(kind), first)
        return slice_positions(self._cache[kind], start, stop)

    def _filter(self, positions: Positions, first: EventLike) -> Positions:
        serves, step, is_absent = self.step_predicate, self.step, self.is_absent
        events = self.events
        return [p for p in positions if serves(step, events[p].event, first, is_absent=is_absent)]


def slice_positions(positions: Positions, start: int, stop: int) -> Positions:
    """Return the positions from *start* up to, not including, *stop*."""
    return positions[bisect_left(positions, start) : bisect_left(positions, stop)]


def _first_event_references(where: Condition | None) -> list[tuple[Property, Reference]]:
    """Return the leaves of *where* that compare with the first event, and what with."""
    return [(leaf, operand) for leaf, operand in references(where) if operand.first]


def _required_leaves(where: Condition | None) -> list[EventLeaf]:
    """Return the leaves that must all be true for *where* to be true."""

    def of_leaf(leaf: EventLeaf) -> list[EventLeaf]:
        return [leaf]

    def at_least(number: int, parts: list[list[EventLeaf]]) -> list[EventLeaf]:
        return list(chain.from_iterable(parts)) if number == len(parts) else []

    return [] if where is None else fold(where, of_leaf, at_least, lambda _: [])


def references(where: Condition | None) -> Iterator[tuple[Property, Reference]]:
    """Yield the leaves of *where* that compare two values, each with its second value."""
    for leaf in iter_event_leaves(where):
        if isinstance(leaf.comparison.operand, Reference):
            yield leaf, leaf.comparison.operand
