"""Validated facts about one contact: its events, each once, with their UTC instants."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any, Final, NamedTuple, assert_never, cast, final

import attrs

from segkit.clock import Bound, Interval
from segkit.errors import FactsError, raise_unless_repeated, short_repr
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import NOT_GIVEN, Contact, ContactLike, Event, EventLike, is_no_id
from segkit.model.foreign_data import frame_name, frame_problem, row_advice
from segkit.model.validation import is_iterable_of_items
from segkit.model.values import MAX_INSTANT, Kind, normalize
from segkit.traversal import iter_leaves


class TimedEvent(NamedTuple):
    """An event with its UTC instant and its name."""

    at: datetime
    name: str
    event: EventLike


event_instant: Final[Callable[[TimedEvent], datetime]] = itemgetter(0)
"""The sort key of timed events."""


class EventIndex:
    """Events of one contact, indexed by name and instant.

    Attributes:
        timed: The events that can count, in the order given.
        instants: The instants of the events of each name, in ascending order.
    """

    __slots__ = ("_positions", "instants", "timed")

    def __init__(self, timed: list[TimedEvent]) -> None:
        self.timed = timed
        self.instants: dict[str, list[datetime]] = {}
        # The positions in `timed` of the events in `instants`.
        self._positions: dict[str, list[int]] = {}
        # Sorting is stable, so events of one instant stay in the order given [E5].
        for position in sorted(range(len(timed)), key=lambda position: timed[position].at):
            at, name, _ = timed[position]
            self.instants.setdefault(name, []).append(at)
            self._positions.setdefault(name, []).append(position)

    def between(self, names: Iterable[str], first: Bound, last: datetime) -> list[TimedEvent]:
        """Return the events of some names from *first* to *last*, both included, as given."""
        found: list[int] = []
        for name in dict.fromkeys(names):
            instants = self.instants.get(name)
            if instants is not None:
                low, high = bisect_left(instants, first), bisect_right(instants, last)
                found += self._positions[name][low:high]
        found.sort()
        return [self.timed[position] for position in found]

    def chronological(self, names: Iterable[str], first: Bound) -> list[TimedEvent]:
        """Return the events of some names from *first* on, by instant and then as given."""  # [E5]
        return sorted(self.between(names, first, MAX_INSTANT), key=event_instant)


class GrowingIndex(EventIndex):
    """An index of the events of one contact that takes further events."""

    __slots__ = ()

    def add(self, timed: TimedEvent) -> None:
        """Add an event after all others in the order given, to the list `timed` too."""
        at, name, _ = timed
        instants = self.instants.setdefault(name, [])
        positions = self._positions.setdefault(name, [])
        place = bisect_right(instants, at)
        instants.insert(place, at)
        positions.insert(place, len(self.timed))
        self.timed.append(timed)


@attrs.define(eq=False)
class Facts:
    """One contact and its events, as an evaluation reads them.

    Attributes:
        events: The events that can count, in the order given.
        undated: The events that count nowhere, because ``at`` is not an aware instant or the name
            is not text [K2].
        counters: Results about the first of the events that `segkit.live` keeps; for each of its
            evaluations one.
    """

    contact: ContactLike[Any]
    events: list[TimedEvent]
    undated: list[EventLike]
    _index: EventIndex | None = None
    counters: dict[object, Any] | None = None

    @classmethod
    def from_source(cls, contact: ContactLike[Any], events: Iterable[EventLike]) -> Facts:
        """Return the facts of a row of a source, in which event ids are unique already."""  # [E3]
        check_contact(contact)
        if type(events) is History:
            return cls(contact, events.timed, events.undated, events)
        return cls(contact, *split_usable(check_iterable(events)))

    @classmethod
    def from_call(
        cls, condition: Condition, contact: ContactLike[Any], events: Iterable[EventLike]
    ) -> Facts:
        """Return the facts of a call about one contact, to whom all *events* have to belong.

        Events are neither read nor checked if *condition* does not depend on events [E6].
        """
        check_contact(contact)
        if events is NOT_GIVEN or not depends_on_events(condition):
            return cls(contact, [], [])
        is_history = type(events) is History
        # All events of a history belong to one contact, so that checking the first is enough.
        given = list(islice(events, 1) if is_history else check_iterable(events))
        for event in given:
            check_event(event)
            if not ids_equal(event.contact_id, contact.id):
                problem = (
                    f"the contact is {short_repr(contact.id)}, but an event "
                    f"{short_repr(event.name)} belongs to {short_repr(event.contact_id)}: pass "
                    "the contact's own events only"
                )
                raise FactsError("events", problem, event)
        return cls.from_source(contact, events if is_history else _unique_by_id(given))

    def index(self) -> EventIndex:
        """Return the index of the events, which is built once."""
        if self._index is None:
            self._index = GrowingIndex(self.events)
        return self._index

    def add(self, timed: TimedEvent) -> None:
        """Add an event after all others; these facts are not those of a `History`."""
        if self._index is None:
            self.events.append(timed)
        else:
            cast("GrowingIndex", self._index).add(timed)  # to `events` too, which is its list

    def events_in(
        self, names: Iterable[str], interval: Interval, now: datetime
    ) -> list[TimedEvent]:
        """Return the events of some names in *interval*, none after *now*, in the order given.

        If there is an index, only the events in the interval are visited, otherwise all.
        """
        first, last = interval.first_and_last()
        last = min(last, now)
        if self._index is not None:
            return self._index.between(names, first, last)
        return [timed for timed in self.events if timed.name in names and first <= timed.at <= last]


@final
class History(EventIndex):
    """The events of one contact, validated and indexed once for many calls.

    A history takes the place of *events* in calls about one contact and gives the same answers:
    each event once [E3], sorted by instant within each name, so that counting the events in a
    window visits one or two of them. A history is immutable: build another one when the contact
    has new events. Iterating yields the events in the order given.

    Args:
        events: The events of one contact, in any order.

    Raises:
        FactsError: If an element of *events* is not event-like, or the events belong to several
            contacts.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, History, did, matches
    >>> history = History([Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))])
    >>> matches(did("order"), Contact("ada"), history, now=datetime(2022, 10, 1, tzinfo=UTC))
    True
    """

    __slots__ = ("_events", "contact_id", "undated")

    def __init__(self, events: Iterable[EventLike] = ()) -> None:
        given = list(check_iterable(events))
        for event in given:
            check_event(event)
            if not ids_equal(event.contact_id, given[0].contact_id):
                owners = f"{short_repr(given[0].contact_id)} and {short_repr(event.contact_id)}"
                problem = f"takes the events of one contact; got events of {owners}: build one each"
                raise FactsError("History", problem, event)
        self._events = _unique_by_id(given)
        self.contact_id = given[0].contact_id if given else None
        """The id of the contact; ``None`` without events."""
        timed, self.undated = split_usable(self._events)
        super().__init__(timed)

    def __iter__(self) -> Iterator[EventLike]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} events>"


def depends_on_events(condition: Condition) -> bool:
    """Return whether a verdict of *condition* can depend on events."""
    return any(map(_reads_events, iter_leaves(condition)))


def _reads_events(leaf: LeafCondition) -> bool:
    match leaf:
        case EventCount() | EventValue() | Sequence():
            return True
        case Attribute() | Property() | ListMembership() | Sample():
            return False
        case _:
            assert_never(leaf)


# --- validation -----------------------------------------------------------------------------------


def check_contact(value: object) -> None:
    """Raise a `FactsError` that names the missing fields if *value* is not contact-like."""
    if type(value) is not Contact:
        _check_fields(value, ("id", "attributes", "lists"), "a contact", Contact)


def check_event(value: object) -> None:
    """Raise a `FactsError` that names the missing fields if *value* is not event-like."""
    if type(value) is not Event:
        _check_fields(value, ("contact_id", "name", "at", "properties", "id"), "an event", Event)


def _check_fields(value: object, fields: tuple[str, ...], kind: str, shipped: type) -> None:
    missing = [field for field in fields if not hasattr(value, field)]
    if missing:
        found = frame_name(value) or short_repr(value)
        advice = row_advice(value, kind) or (
            f"pass a segkit.{shipped.__name__} or any object with these fields"
        )
        problem = f"{found} is not {kind}: it has no .{' and no .'.join(missing)}; {advice}"
        raise FactsError(shipped.__name__.lower(), problem, value)


def event_name(event: EventLike) -> str | None:
    """Return the name of an event as a plain ``str``; ``None`` if the name is not text."""
    if type(event) is Event:
        return event.name
    kind, name = normalize(event.name)
    return cast("str", name) if kind is Kind.TEXT else None


def _equal(one: object, other: object) -> bool:
    return bool(one == other)


def ids_equal(one: object, other: object) -> bool:
    """Return whether two ids are equal; an id that cannot be compared equals itself only."""
    try:
        return bool(one == other)
    except Exception as error:  # noqa: BLE001 - an id that cannot be compared belongs to no other contact
        raise_unless_repeated(error, partial(_equal, one, other))
        return one is other


def check_iterable(
    value: object, path: str = "events", items: str = "the contact's events"
) -> Iterable[Any]:
    """Return *value* if it is iterable, and not over characters or keys; else it is an error."""
    if type(value) is list or type(value) is tuple:
        return cast("list[Any]", value)
    frame = frame_problem(value, items)
    if frame is not None:
        raise FactsError(path, frame, value)
    if is_iterable_of_items(value):
        return value
    problem = f"takes {items}, a list or any iterable; got {short_repr(value)}"
    if issubclass(type(value), Mapping):
        problem += ": pass its .values()"
    raise FactsError(path, problem, value)


def _is_in(key: Hashable, keys: set[Hashable]) -> bool:
    hash(key)  # Of a set, `in` makes a frozenset.
    return key in keys


def add_if_new(event: EventLike, seen_ids: set[Hashable]) -> bool:
    """Return whether the id of *event* is not in *seen_ids* yet, and add it."""  # [E3]
    key = event.id
    if key is None or is_no_id(key):
        return True
    try:
        is_known = key in seen_ids
        seen_ids.add(key)
    except Exception as error:  # noqa: BLE001 - an id that cannot be hashed or compared identifies nothing
        raise_unless_repeated(error, partial(_is_in, key, seen_ids))
        return True
    return not is_known


def split_usable(events: Iterable[EventLike]) -> tuple[list[TimedEvent], list[EventLike]]:
    """Return the events that can count, with instants and names, and the other events."""  # [K2]
    timed: list[TimedEvent] = []
    undated: list[EventLike] = []
    for event in events:
        if type(event) is Event:
            timed.append(TimedEvent(event.at, event.name, event))
            continue
        check_event(event)
        (kind, at), name = normalize(event.at), event_name(event)
        if kind is Kind.INSTANT and name is not None:
            timed.append(TimedEvent(cast("datetime", at), name, event))
        else:
            undated.append(event)
    return timed, undated


def _unique_by_id(events: Iterable[EventLike]) -> list[EventLike]:
    """Return the first event of each id, and every event without an id."""  # [E3]
    seen_ids: set[Hashable] = set()
    return [event for event in events if add_if_new(event, seen_ids)]
