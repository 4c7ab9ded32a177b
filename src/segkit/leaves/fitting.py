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

from segkit.clock import Moment
from segkit.history import TimedEvent
from segkit.leaves.comparing import comparable, value_at
from segkit.leaves.referring import references
from segkit.model.conditions import Condition, Property
from segkit.model.events import EventCount, Sequence
from segkit.model.facts import EventLike
from segkit.model.logic import And
from segkit.model.operands import Reference
from segkit.model.values import Kind, Reading, read, same

__all__ = ["Fitting", "Places", "Serving", "alike", "between"]

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
    _link: tuple[Property, Reference] | None = attrs.field(init=False)
    _by_value: dict[Hashable, Places] = attrs.field(init=False, factory=dict[Hashable, Places])
    _by_kind: dict[Kind, Places] = attrs.field(init=False, factory=dict[Kind, Places])
    _known: dict[Kind | None, Places] = attrs.field(init=False, factory=dict["Kind | None", Places])

    def __attrs_post_init__(self) -> None:
        names = self.step.names
        named = [place for place, timed in enumerate(self.events) if timed[1] in names]
        referring = _referring(self.step.condition)
        conjuncts = list(_conjuncts(self.step.condition))
        # Not `in`: conditions that are equal say the same, and either will do.
        links = [link for link in referring if link[0] in conjuncts and _is_equality(link[0])]
        set_field = object.__setattr__
        set_field(self, "_named", named)
        set_field(self, "_refers", len(referring))
        set_field(self, "_link", links[0] if links else None)
        if links:
            self._index(links[0][0])

    def _index(self, link: Property) -> None:
        for place in self._named:
            reading = read(value_at(self.events[place][-1].properties, link.path))
            self._by_kind.setdefault(reading[0], []).append(place)
            for key in self._keys(link, reading):
                self._by_value.setdefault(key, []).append(place)

    def _keys(self, link: Property, reading: Reading) -> Iterator[Hashable]:
        """Under what an event is found; an instant by its local day too, for days [K4]."""
        yield same(_folded(link, reading))
        if reading[0] is Kind.INSTANT:
            yield ("on", self.moment.local_day(cast("date", reading[1])))

    def of(self, first: EventLike, start: int, stop: int) -> list[Places]:
        """The places of the events that fit behind *first*, several lists, each in order.

        Only those from *start* up to, not including, *stop*.
        """
        if not self._refers:
            if None not in self._known:
                self._known[None] = self._asked(self._named, first)
            return [between(self._known[None], start, stop)]
        if self._link is None:
            return [self._asked(between(self._named, start, stop), first)]
        link, operand = self._link
        reading = read(value_at(first.properties, operand.path))
        found = [self._asked(between(self._equal(link, reading), start, stop), first)]
        if self.doubtful:
            found.append(between(self._odd(reading[0], first), start, stop))
        return found

    def _odd(self, kind: Kind, first: EventLike) -> Places:
        """Those that cannot be compared with a value of *kind*, whichever it is."""
        if kind not in self._known or self._refers > 1:
            others = [known for known in self._by_kind if not comparable(known, kind)]
            odd = sorted(place for other in others for place in self._by_kind[other])
            self._known[kind] = self._asked(odd, first)
        return self._known[kind]

    def _equal(self, link: Property, reading: Reading) -> Places:
        """Those that may hold what is equal to *reading* [K1], [K4]."""
        kind, value = reading
        if not comparable(kind, kind):
            return []
        keys: list[Hashable] = [same(_folded(link, reading))]
        if kind is Kind.DAY:
            keys.append(("on", value))
        elif kind is Kind.INSTANT:
            keys.append(same((Kind.DAY, self.moment.local_day(cast("date", value)))))
        return sorted(place for key in keys for place in self._by_value.get(key, ()))

    def _asked(self, places: Places, first: EventLike) -> Places:
        fits, step, is_absent = self.serving, self.step, self.is_absent
        events = self.events
        return [p for p in places if fits(step, events[p][-1], first, is_absent=is_absent)]


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


def _is_equality(link: Property) -> bool:
    return link.comparison.operator == "=="


def _folded(link: Property, reading: Reading) -> Reading:
    kind, value = reading
    folds = link.comparison.ignore_case and kind is Kind.TEXT
    return (kind, cast("str", value).casefold()) if folds else reading
