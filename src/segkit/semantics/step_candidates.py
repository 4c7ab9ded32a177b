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
from segkit.clock import Moment
from segkit.history import TimedEvent
from segkit.model.base import And
from segkit.model.comparisons import Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Property
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.model.values import Kind, Reading, read, same
from segkit.semantics.comparisons import comparable, value_at

Places: TypeAlias = list[int]
"""Where events stand among those of the sequence, which are in the order of their instants."""


class Serving(Protocol):
    """Whether an event fits a step, given the first event of the chain."""

    def __call__(
        self, step: EventCount, event: EventLike, first: EventLike, /, *, is_absent: bool
    ) -> bool:
        """Whether it does; the absent step is asked for apart."""
        ...


def alike(leaf: Sequence, events: list[TimedEvent], firsts: Places) -> list[Places]:
    """The first events, those together that no later step can tell apart."""
    paths = {
        operand.path for step in leaf.behind() for _, operand in _referring(step.event.condition)
    }
    groups: dict[Hashable, Places] = {}
    for place in firsts:
        held = events[place][-1].properties
        key = tuple(same(read(value_at(held, path))) for path in paths)
        groups.setdefault(key, []).append(place)
    return list(groups.values())


@attrs.frozen(eq=False)
class _Index:
    """The events of a step by what ``prop(p) == first_prop(q)`` holds against the first one."""

    link: Property
    of_first: Reference
    moment: Moment
    _by_value: dict[Hashable, Places] = attrs.field(init=False, factory=dict[Hashable, Places])
    _by_kind: dict[Kind, Places] = attrs.field(init=False, factory=dict[Kind, Places])

    def add(self, place: int, event: EventLike) -> None:
        """Enter an event; an instant under its local day too, for days [K4]."""
        kind, value = reading = read(value_at(event.properties, self.link.path))
        self._by_kind.setdefault(kind, []).append(place)
        self._by_value.setdefault(self._key(reading), []).append(place)
        if kind is Kind.INSTANT:
            day = self.moment.local_day(cast("date", value))
            self._by_value.setdefault(("on", day), []).append(place)

    def equal(self, first: EventLike) -> list[Places]:
        """The events that hold what is equal to the value of *first* [K1], [K4]."""
        kind, value = reading = read(value_at(first.properties, self.of_first.path))
        if not comparable(kind, kind):
            return []
        keys = [self._key(reading)]
        if kind is Kind.DAY:
            keys.append(("on", value))
        elif kind is Kind.INSTANT:
            keys.append(same((Kind.DAY, self.moment.local_day(cast("date", value)))))
        return [self._by_value.get(key, []) for key in keys]

    def odd(self, kind: Kind) -> Places:
        """The events that hold what cannot be compared with a value of *kind*, in order."""
        others = [other for other in self._by_kind if not comparable(other, kind)]
        return sorted(place for other in others for place in self._by_kind[other])

    def kind_of(self, first: EventLike) -> Kind:
        """The kind of the value of *first*."""
        return read(value_at(first.properties, self.of_first.path))[0]

    def _key(self, reading: Reading) -> Hashable:
        kind, value = reading
        folds = self.link.comparison.ignore_case and kind is Kind.TEXT
        return same((kind, cast("str", value).casefold()) if folds else reading)


@attrs.frozen(eq=False)
class Fitting:
    """The events that serve one step, by the first event of the chain.

    Attributes:
        doubtful: Whether *serving* may let an event fit that cannot be compared [V6].
    """

    step: EventCount
    events: list[TimedEvent]
    moment: Moment
    serving: Serving
    is_absent: bool
    doubtful: bool
    _named: Places = attrs.field(init=False)
    _refers: int = attrs.field(init=False)
    _indexes: list[_Index] = attrs.field(init=False)
    _known: dict[Kind | None, Places] = attrs.field(init=False, factory=dict["Kind | None", Places])

    def __attrs_post_init__(self) -> None:
        names, where = self.step.names, self.step.condition
        named = [place for place, timed in enumerate(self.events) if timed[1] in names]
        referring = _referring(where)
        conjuncts = list(_conjuncts(where))
        indexes = [
            _Index(link, operand, self.moment)
            for link, operand in referring
            if link in conjuncts and link.comparison.operator == "=="
        ]
        for index in indexes:
            for place in named:
                index.add(place, self.events[place][-1])
        set_field = object.__setattr__
        set_field(self, "_named", named)
        set_field(self, "_refers", len(referring))
        set_field(self, "_indexes", indexes)

    def of(self, first: EventLike, start: int, stop: int) -> list[Places]:
        """The places of the events that fit behind *first*, several lists, each in order.

        Only those from *start* up to, not including, *stop*.
        """
        if not self._refers:
            if None not in self._known:
                self._known[None] = self._asked(self._named, first)
            return [between(self._known[None], start, stop)]
        if not self._indexes:
            return [self._asked(between(self._named, start, stop), first)]
        # Whatever one equality rules out is out, so that the one that leaves fewest will do.
        choices = [(index.equal(first), index) for index in self._indexes]
        equal, index = min(choices, key=lambda choice: sum(map(len, choice[0])))
        found = [self._asked(between(places, start, stop), first) for places in equal]
        if self.doubtful:
            found.append(self._odd(index, first, start, stop))
        return found

    def _odd(self, index: _Index, first: EventLike, start: int, stop: int) -> Places:
        kind = index.kind_of(first)
        if self._refers > 1:
            return self._asked(between(index.odd(kind), start, stop), first)
        # What cannot be compared fits or not whichever value of that kind it is held against.
        if kind not in self._known:
            self._known[kind] = self._asked(index.odd(kind), first)
        return between(self._known[kind], start, stop)

    def _asked(self, places: Places, first: EventLike) -> Places:
        fits, step, is_absent = self.serving, self.step, self.is_absent
        events = self.events
        return [p for p in places if fits(step, events[p][-1], first, is_absent=is_absent)]


def fittings_of(
    leaf: Sequence,
    events: list[TimedEvent],
    moment: Moment,
    serving: Serving,
    *,
    doubtful: bool = False,
) -> list[Fitting]:
    """Of each later step of *leaf*, the absent one last, the events that serve it."""
    last = len(leaf.steps)
    return [
        Fitting(step.event, events, moment, serving, place == last, doubtful)
        for place, step in enumerate(leaf.behind())
    ]


def between(places: Places, start: int, stop: int) -> Places:
    """Those of *places* from *start* up to, not including, *stop*."""
    return places[bisect_left(places, start) : bisect_left(places, stop)]


def _referring(where: Condition | None) -> list[tuple[Property, Reference]]:
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
    for leaf in () if where is None else traversal.leaves_of(where):
        if isinstance(leaf, Property) and isinstance(leaf.comparison.operand, Reference):
            yield leaf, leaf.comparison.operand
