"""Which events could serve a later step of a sequence, given the event it began with [S3].

Asking every event of every first one takes time in proportion to the square of a long history. So
where a step says ``prop(p) == first_prop(q)``, its events are looked up by the value at p.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Protocol, TypeAlias, cast

import attrs

from segkit import traversal
from segkit.clock import EvaluationContext
from segkit.history import TimedEvent
from segkit.model.base import And
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.model.values import Kind, TypedValue, equality_key, normalize
from segkit.semantics.comparisons import comparable, get_path

Positions: TypeAlias = list[int]
"""Where events stand among those of the sequence, which are in the order of their instants."""


class StepPredicate(Protocol):
    """Whether an event fits a step, given the first event of the chain."""

    def __call__(
        self, step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool
    ) -> bool:
        """Whether it does; the absent step is asked for apart."""
        ...


def group_equivalent_starts(
    leaf: Sequence, events: list[TimedEvent], firsts: Positions
) -> list[Positions]:
    """The first events, those together that no later step can tell apart."""
    paths = {
        operand.path
        for step in leaf.later_steps()
        for _, operand in _first_event_references(step.event.condition)
    }
    groups: dict[Hashable, Positions] = {}
    for place in firsts:
        held = events[place][-1].properties
        key = tuple(equality_key(normalize(get_path(held, path))) for path in paths)
        groups.setdefault(key, []).append(place)
    return list(groups.values())


@attrs.frozen(eq=False)
class _Index:
    """The events of a step by what ``prop(p) == first_prop(q)`` holds against the first one."""

    link: Property
    of_first: Reference
    context: EvaluationContext
    _by_value: dict[Hashable, Positions] = attrs.field(
        init=False, factory=dict[Hashable, Positions]
    )
    _by_kind: dict[Kind, Positions] = attrs.field(init=False, factory=dict[Kind, Positions])

    def add(self, place: int, event: EventLike) -> None:
        """Enter an event; an instant under its local day too, for days [K4]."""
        kind, value = reading = normalize(get_path(event.properties, self.link.path))
        self._by_kind.setdefault(kind, []).append(place)
        self._by_value.setdefault(self._key(reading), []).append(place)
        if kind is Kind.INSTANT:
            day = self.context.local_day(cast("date", value))
            self._by_value.setdefault(("on", day), []).append(place)

    def equal(self, first: EventLike) -> list[Positions]:
        """The events that hold what is equal to the value of *first* [K1], [K4]."""
        kind, value = reading = normalize(get_path(first.properties, self.of_first.path))
        if not comparable(kind, kind):
            return []
        keys = [self._key(reading)]
        if kind is Kind.DAY:
            keys.append(("on", value))
        elif kind is Kind.INSTANT:
            keys.append(equality_key((Kind.DAY, self.context.local_day(cast("date", value)))))
        return [self._by_value.get(key, []) for key in keys]

    def incomparable(self, kind: Kind) -> Positions:
        """The events that hold what cannot be compared with a value of *kind*, in order."""
        others = [other for other in self._by_kind if not comparable(other, kind)]
        return sorted(place for other in others for place in self._by_kind[other])

    def kind_of(self, first: EventLike) -> Kind:
        """The kind of the value of *first*."""
        return normalize(get_path(first.properties, self.of_first.path))[0]

    def _key(self, reading: TypedValue) -> Hashable:
        kind, value = reading
        folds = self.link.comparison.ignore_case and kind is Kind.TEXT
        return equality_key((kind, cast("str", value).casefold()) if folds else reading)


@attrs.frozen(eq=False)
class StepCandidates:
    """The events that serve one step, by the first event of the chain.

    Attributes:
        doubtful: Whether *serving* may let an event fit that cannot be compared [V6].
    """

    step: EventCount
    events: list[TimedEvent]
    context: EvaluationContext
    step_predicate: StepPredicate
    is_absent: bool
    include_uncertain: bool
    _positions: Positions = attrs.field(init=False)
    _reference_count: int = attrs.field(init=False)
    _indexes: list[_Index] = attrs.field(init=False)
    _cache: dict[Kind | None, Positions] = attrs.field(
        init=False, factory=dict["Kind | None", Positions]
    )

    def __attrs_post_init__(self) -> None:
        names, where = self.step.names, self.step.condition
        named = [place for place, timed in enumerate(self.events) if timed[1] in names]
        referring = _first_event_references(where)
        conjuncts = list(_conjuncts(where))
        indexes = [
            _Index(link, operand, self.context)
            for link, operand in referring
            if link in conjuncts and link.comparison.operator == "=="
        ]
        for index in indexes:
            for place in named:
                index.add(place, self.events[place][-1])
        set_field = object.__setattr__
        set_field(self, "_positions", named)
        set_field(self, "_reference_count", len(referring))
        set_field(self, "_indexes", indexes)

    def of(self, first: EventLike, start: int, stop: int) -> list[Positions]:
        """The places of the events that fit behind *first*, several lists, each in order.

        Only those from *start* up to, not including, *stop*.
        """
        if not self._reference_count:
            if None not in self._cache:
                self._cache[None] = self._filter(self._positions, first)
            return [slice_positions(self._cache[None], start, stop)]
        if not self._indexes:
            return [self._filter(slice_positions(self._positions, start, stop), first)]
        # Whatever one equality rules out is out, so that the one that leaves fewest will do.
        choices = [(index.equal(first), index) for index in self._indexes]
        equal, index = min(choices, key=lambda choice: sum(map(len, choice[0])))
        found = [self._filter(slice_positions(places, start, stop), first) for places in equal]
        if self.include_uncertain:
            found.append(self._incomparable(index, first, start, stop))
        return found

    def _incomparable(self, index: _Index, first: EventLike, start: int, stop: int) -> Positions:
        kind = index.kind_of(first)
        if self._reference_count > 1:
            return self._filter(slice_positions(index.incomparable(kind), start, stop), first)
        # What cannot be compared fits or not whichever value of that kind it is held against.
        if kind not in self._cache:
            self._cache[kind] = self._filter(index.incomparable(kind), first)
        return slice_positions(self._cache[kind], start, stop)

    def _filter(self, places: Positions, first: EventLike) -> Positions:
        fits, step, is_absent = self.step_predicate, self.step, self.is_absent
        events = self.events
        return [p for p in places if fits(step, events[p][-1], first, is_absent=is_absent)]


def candidates_of_steps(
    leaf: Sequence,
    events: list[TimedEvent],
    context: EvaluationContext,
    step_predicate: StepPredicate,
    *,
    include_uncertain: bool = False,
) -> list[StepCandidates]:
    """Of each later step of *leaf*, the absent one last, the events that serve it."""
    last = len(leaf.steps)
    return [
        StepCandidates(
            step.event, events, context, step_predicate, place == last, include_uncertain
        )
        for place, step in enumerate(leaf.later_steps())
    ]


def slice_positions(places: Positions, start: int, stop: int) -> Positions:
    """Those of *places* from *start* up to, not including, *stop*."""
    return places[bisect_left(places, start) : bisect_left(places, stop)]


def _first_event_references(where: Condition | None) -> list[tuple[Property, Reference]]:
    """The leaves of *where* that look at the first event, each with what it looks at."""
    return [(leaf, operand) for leaf, operand in references(where) if operand.first]


def _conjuncts(where: Condition | None) -> Iterator[Condition | None]:
    """What must hold, each by itself, for *where* to hold."""
    if isinstance(where, And):
        for part in where.parts:
            yield from _conjuncts(part)
    else:
        yield where


def references(where: Condition | None) -> Iterator[tuple[Property, Reference]]:
    """The leaves of *where* that compare two values, each with what the other one is."""
    for leaf in () if where is None else traversal.iter_leaves(where):
        if isinstance(leaf, Property) and isinstance(leaf.comparison.operand, Reference):
            yield leaf, leaf.comparison.operand
