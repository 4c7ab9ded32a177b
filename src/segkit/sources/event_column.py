"""The column of one event name: the instants and the owners of all its events in memory.

Events are kept by periods of eight days, in the order in which they were added within a period. The
events of a window are those of whole periods, which are not compared with its bounds, and some of
the events of the two periods at its ends.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from itertools import compress
from sys import getsizeof
from typing import Any, Final

import attrs

from segkit.model.facts import Event

_DAYS_AS_BITS: Final = 3
"""A period has ``2 ** 3`` days: few enough events at the ends of a window, and few periods."""

_MAX_KEPT: Final = 100
"""For how many keys a period keeps the verdicts of its events; beyond, all are tested again."""

_UNKNOWN: Final = 2
"""The byte of an event that was not tested yet."""


@attrs.define(eq=False)
class _Period:
    """The events of one period: lists of one length, sorted by instant when that is needed.

    Events of one instant stay in the order in which they were added [E5]. *events* is empty if they
    are not kept. *verdicts* has a byte for each event, for each ``where`` that does not depend on
    now and each zone: 1 if the event satisfies it.
    """

    instants: list[datetime] = attrs.field(factory=list[datetime])
    owners: array[int] = attrs.field(factory=lambda: array("I"))
    events: list[Event[Any]] = attrs.field(factory=list[Event[Any]])
    keeps_events: bool = False
    is_sorted: bool = True
    verdicts: dict[Hashable, bytearray] = attrs.field(factory=dict[Hashable, bytearray])

    def add(self, at: datetime, owner: int, event: Event[Any]) -> None:
        # After the events of the same instant, and so that sorted events stay sorted.
        place = bisect_right(self.instants, at) if self.is_sorted else len(self.instants)
        self.instants.insert(place, at)
        self.owners.insert(place, owner)
        if self.keeps_events:
            self.events.insert(place, event)
        for verdicts in self.verdicts.values():
            verdicts.insert(place, _UNKNOWN)

    def remove(self, event: Event[Any], owner: int) -> None:
        places = self.between(event.at, event.at)
        candidates = range(places.start, places.stop)
        if self.keeps_events:
            place = next(each for each in candidates if self.events[each] is event)
        else:
            place = next(each for each in candidates if self.owners[each] == owner)
        del self.instants[place], self.owners[place]
        if self.keeps_events:
            del self.events[place]
        for verdicts in self.verdicts.values():
            del verdicts[place]

    def between(self, first: datetime, last: datetime) -> slice:
        """Return the places of the events from *first* to *last*, both included."""
        if not self.is_sorted:
            self._sort()
        return slice(bisect_left(self.instants, first), bisect_right(self.instants, last))

    def _sort(self) -> None:
        order = sorted(range(len(self.instants)), key=self.instants.__getitem__)
        self.instants = [self.instants[place] for place in order]
        self.owners = array("I", [self.owners[place] for place in order])
        if self.keeps_events:
            self.events = [self.events[place] for place in order]
        for key, verdicts in self.verdicts.items():
            self.verdicts[key] = bytearray(verdicts[place] for place in order)
        self.is_sorted = True

    def verdicts_of(self, key: Hashable, test: Callable[[Event[Any]], bool]) -> bytearray:
        """Return a byte for each event, 1 if it satisfies *test*; new events only are tested."""
        verdicts = self.verdicts.get(key)
        if verdicts is None:
            if len(self.verdicts) >= _MAX_KEPT:
                self.verdicts.clear()
            verdicts = self.verdicts[key] = bytearray(map(test, self.events))
        place = verdicts.find(_UNKNOWN)
        while place >= 0:
            verdicts[place] = test(self.events[place])
            place = verdicts.find(_UNKNOWN, place + 1)
        return verdicts


class EventColumn:
    """The events of one name.

    An owner is the position of a contact. The events themselves are kept if *keeps_events*, for
    conditions that read their properties; else two events of one owner and instant are the same.
    """

    def __init__(
        self,
        instants: Iterable[datetime],
        owners: Iterable[int],
        events: list[Event[Any]],
        *,
        keeps_events: bool,
    ) -> None:
        self.keeps_events = keeps_events
        self._periods: dict[int, _Period] = {}
        get, new = self._periods.get, self._new_period
        for at, owner, event in zip(instants, owners, events, strict=True):
            key = at.toordinal() >> _DAYS_AS_BITS
            period = get(key) or new(key)
            period.instants.append(at)
            period.owners.append(owner)
            if keeps_events:
                period.events.append(event)
        for period in self._periods.values():
            period.is_sorted = False

    def _new_period(self, key: int) -> _Period:
        period = self._periods[key] = _Period(keeps_events=self.keeps_events)
        return period

    def add(self, event: Event[Any], owner: int) -> None:
        """Add an event after the others."""
        key = event.at.toordinal() >> _DAYS_AS_BITS
        (self._periods.get(key) or self._new_period(key)).add(event.at, owner, event)

    def remove(self, event: Event[Any], owner: int) -> None:
        """Remove an event, which exists."""
        self._periods[event.at.toordinal() >> _DAYS_AS_BITS].remove(event, owner)

    def owners_between(self, first: datetime, last: datetime) -> Iterator[Iterable[int]]:
        """Yield the owners of the events from *first* to *last*, both included, in parts."""
        for period, places in self._overlapping(first, last):
            yield period.owners if places is None else period.owners[places]

    def owners_satisfying(
        self, first: datetime, last: datetime, key: Hashable, test: Callable[[Event[Any]], bool]
    ) -> Iterator[Iterable[int]]:
        """Yield the same for events that satisfy *test*, which does not depend on now.

        *key* names the test: the condition and the zone [K4].

        An event is tested once, in the first evaluation in which its period is searched.
        """
        for period, places in self._overlapping(first, last):
            verdicts = period.verdicts_of(key, test)
            if places is None:
                yield compress(period.owners, verdicts)
            else:
                yield compress(period.owners[places], verdicts[places])

    def events_between(
        self, first: datetime, last: datetime
    ) -> Iterator[Iterable[tuple[datetime, int, Event[Any]]]]:
        """Yield the events from *first* to *last*, each with its instant and owner, in parts."""
        for period, places in self._overlapping(first, last):
            if places is None:
                yield zip(period.instants, period.owners, period.events, strict=True)
            else:
                yield zip(
                    period.instants[places],
                    period.owners[places],
                    period.events[places],
                    strict=True,
                )

    def _overlapping(
        self, first: datetime, last: datetime
    ) -> Iterator[tuple[_Period, slice | None]]:
        """Yield the periods that overlap with an interval, and which of their events are in it.

        ``None`` stands for all events of a period.
        """
        low, high = first.toordinal() >> _DAYS_AS_BITS, last.toordinal() >> _DAYS_AS_BITS
        for key, period in self._periods.items():
            if low < key < high:
                yield period, None
            elif low <= key <= high:
                yield period, period.between(first, last)

    def __len__(self) -> int:
        return sum(len(period.owners) for period in self._periods.values())

    def size_in_bytes(self) -> int:
        """Return the bytes of the lists, without the events and instants, which the store has."""
        size = getsizeof(self._periods)
        for period in self._periods.values():
            own = (period, period.instants, period.owners, period.events, period.verdicts)
            size += sum(map(getsizeof, (*own, *period.verdicts.values())))
        return size


def build_columns(
    events: Iterable[Any], positions: dict[Any, int], names: dict[str, bool]
) -> tuple[dict[str, EventColumn], dict[Any, list[Event[Any]]]]:
    """Return the columns of some names, and the events of owners without a position.

    Args:
        events: All events; other objects than exact events count nowhere [K2].
        positions: The positions of the contacts by id.
        names: For each name whether its column keeps the events.
    """
    flat: dict[str, tuple[list[datetime], array[int], list[Event[Any]]]] = {
        name: ([], array("I"), []) for name in names
    }
    waiting: dict[Any, list[Event[Any]]] = {}
    of_name, position_of = flat.get, positions.get
    exact: type[Any] = Event
    for event in events:
        if type(event) is not exact:
            continue
        found = of_name(event.name)
        if found is None:
            continue
        owner = position_of(event.contact_id)
        if owner is None:
            waiting.setdefault(event.contact_id, []).append(event)
            continue
        instants, owners, kept = found
        instants.append(event.at)
        owners.append(owner)
        kept.append(event)
    columns = {
        name: EventColumn(*flat.pop(name), keeps_events=keeps_events)
        for name, keeps_events in names.items()
    }
    return columns, waiting
