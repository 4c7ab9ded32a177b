"""What is let in as a contact, as an event or as several of them, and which event is new.

What one contact did: its events checked, each of them once, each behind its instant in UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, cast, final

import attrs

from segkit.clock import Bound
from segkit.errors import FactsError, short_repr
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.values import Kind, normalize

_CONTACT_FIELDS = ("id", "attributes", "lists")
_EVENT_FIELDS = ("contact_id", "name", "at", "properties", "id")


def event_name(event: EventLike) -> str | None:
    """The name of an event as plain text; ``None`` if it is none."""
    if type(event) is Event:
        return event.name
    kind, name = normalize(event.name)
    return cast("str", name) if kind is Kind.TEXT else None


def check_contact(value: object) -> None:
    """Refuse what is no contact.

    Raises:
        FactsError: Naming the fields that are missing.
    """
    _check_fields(value, _CONTACT_FIELDS, "contact", Contact)


def check_event(value: object) -> None:
    """Refuse what is no event.

    Raises:
        FactsError: Naming the fields that are missing.
    """
    _check_fields(value, _EVENT_FIELDS, "event", Event)


def _check_fields(value: object, fields: tuple[str, ...], what: str, shipped: type) -> None:
    if type(value) is shipped:
        return
    missing = [field for field in fields if not hasattr(value, field)]
    if missing:
        problem = f"{short_repr(value)} is no {what}: it has no .{' and no .'.join(missing)}"
        raise FactsError(what, problem, value)


def ids_equal(one: object, other: object) -> bool:
    """Whether two ids are equal; one that cannot be compared is equal to itself only."""
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - an id that cannot be compared is nobody's
        return one is other


def check_iterable(events: object) -> Iterable[EventLike]:
    """*events*, if they are several.

    Raises:
        FactsError: If they are no iterable, or one of characters or keys.
    """
    if is_iterable_of_items(events):
        return cast("Iterable[EventLike]", events)
    problem = f"takes the contact's events, a list or any other iterable; got {short_repr(events)}"
    raise FactsError("events", problem, events)


def is_iterable_of_items(given: object) -> bool:
    """Whether *given* can be iterated and holds things of its own: no text, no mapping."""
    # By the type: an object may lie about its class, or raise when it is asked for it.
    kind: type[object] = type(given)
    return issubclass(kind, Iterable) and not issubclass(kind, str | bytes | Mapping)


def _event_id(event: EventLike) -> Hashable:
    """What tells an event from others; ``None`` if nothing does."""
    given = event.id
    if given is None or normalize(given)[0] is Kind.NO_VALUE:
        return None
    return given


def add_if_new(event: EventLike, seen_ids: set[Hashable]) -> bool:
    """Whether no event of its id was met before; it is met now [E3]."""
    key = _event_id(event)
    if key is None:
        return True
    try:
        if key in seen_ids:
            return False
        seen_ids.add(key)
    except Exception:  # noqa: BLE001 - an id that cannot be hashed or compared tells nothing apart
        return True
    return True


TimedEvent: TypeAlias = tuple[datetime, str, EventLike]
"""An event behind its instant in UTC and its name, as plain values."""

NOT_GIVEN: Final[tuple[EventLike, ...]] = ()
"""What a call about a contact is given when no events are: worth no look at all."""


@attrs.define(eq=False)
class Facts:
    """One contact and its events, as an evaluation reads them.

    Attributes:
        contact: The contact.
        events: Its events with their instants, in the order given.
        undated: Its events whose ``at`` is no aware instant, or whose name is no text; they
            count nowhere [K2].
    """

    contact: ContactLike[Any]
    events: list[TimedEvent]
    undated: list[EventLike]
    _history: History | None = None

    def history(self) -> History:
        """The events by their names and instants: the `History` handed in, or one made once."""
        if self._history is None:
            self._history = History.from_timed(self.contact.id, self.events, self.undated)
        return self._history

    @classmethod
    def from_source(cls, contact: ContactLike[Any], events: Iterable[EventLike]) -> Facts:
        """The facts a source yields: unique already [E3].

        Raises:
            FactsError: If *contact* or one of *events* is none.
        """
        check_contact(contact)
        if type(events) is History:
            return cls(contact, events.timed, events.undated, events)
        return cls(contact, *_split_usable(check_iterable(events)))

    @classmethod
    def from_call(cls, contact: ContactLike[Any], events: Iterable[EventLike]) -> Facts:
        """The facts handed in with a single call, perhaps as a `History`.

        Raises:
            FactsError: If *contact* or one of *events* is none, or an event is somebody else's.
        """
        check_contact(contact)
        if events is NOT_GIVEN:
            return cls(contact, [], [])
        history = events if type(events) is History else None
        given = list(check_iterable(events)) if history is None else history.first_event()
        for event in given:
            check_event(event)
            if not ids_equal(event.contact_id, contact.id):
                problem = (
                    f"the contact is {short_repr(contact.id)}, but an event {short_repr(event.name)} "
                    f"is of {short_repr(event.contact_id)}: hand in the contact's own events only"
                )
                raise FactsError("events", problem, event)
        if history is not None:
            return cls(contact, history.timed, history.undated, history)
        return cls(contact, *_split_usable(_unique_by_id(given)))


@final
class History:
    """One contact's events, prepared once to be asked about many times.

    It takes the place of *events* in calls about one contact, and gives the same answers: each
    event once [E3], sorted by instant within each name, so that a count in a window is a look at
    one or two places. It does not change; when the contact has done something more, prepare
    another one. Iterating gives its events in the order given.

    Args:
        events: The events of one contact, in any order.

    Raises:
        FactsError: If one of *events* is none, or they are of several contacts.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, History, did, matches
    >>> history = History([Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))])
    >>> matches(did("order"), Contact("ada"), history, now=datetime(2022, 10, 1, tzinfo=UTC))
    True
    """

    __slots__ = ("_events", "_positions", "contact_id", "instants", "timed", "undated")

    def __init__(self, events: Iterable[EventLike] = ()) -> None:
        given = list(check_iterable(events))
        for event in given:
            check_event(event)
            if not ids_equal(event.contact_id, given[0].contact_id):
                owners = f"{short_repr(given[0].contact_id)} and {short_repr(event.contact_id)}"
                problem = f"is of one contact; got events of {owners}: prepare one for each"
                raise FactsError("History", problem, event)
        self._events = list(_unique_by_id(given))
        self.contact_id: object = given[0].contact_id if given else None
        """The id of the contact; ``None`` if there are no events."""
        self.timed: list[TimedEvent]
        """The events that can count, in the order given."""
        self.undated: list[EventLike]
        """Those whose ``at`` is no aware instant, or whose name is no text [K2]."""
        self.timed, self.undated = _split_usable(self._events)
        self._build_index()

    @classmethod
    def from_timed(
        cls, contact_id: object, timed: list[TimedEvent], undated: list[EventLike]
    ) -> History:
        """What is checked already, and unique [E3]."""
        history = object.__new__(cls)
        history._events = [*(event for _, _, event in timed), *undated]
        history.contact_id, history.timed, history.undated = contact_id, timed, undated
        history._build_index()
        return history

    def _build_index(self) -> None:
        # Of each name where its events stand in `timed`, ordered by instant; sorted() is stable, so
        # events of one instant stay in the order given [E5].
        self._positions: dict[str, list[int]] = {}
        for place, (_, name, _) in enumerate(self.timed):
            self._positions.setdefault(name, []).append(place)
        self.instants: dict[str, list[datetime]] = {}
        """The instants at which an event of each name happened, in their order."""
        for name, places in self._positions.items():
            places.sort(key=lambda place: self.timed[place][0])
            self.instants[name] = [self.timed[place][0] for place in places]

    def __iter__(self) -> Iterator[EventLike]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} events>"

    def first_event(self) -> list[EventLike]:
        """The first event given, who stands for the owner of all; empty if there is none."""
        return self._events[:1]

    def between(self, names: Iterable[str], first: datetime, last: datetime) -> list[TimedEvent]:
        """The events of some names between two instants, both included, in the order given."""
        found: list[int] = []
        for name in names:
            instants = self.instants.get(name)
            if instants is not None:
                low, high = bisect_left(instants, first), bisect_right(instants, last)
                found += self._positions[name][low:high]
        found.sort()
        return [self.timed[place] for place in found]

    def chronological(self, names: Iterable[str], first: Bound) -> list[TimedEvent]:
        """The events of some names from *first* on, in the order of their instants.

        Those of one instant stay in the order given [E5].
        """
        found: list[int] = []
        several = dict.fromkeys(names)
        for name in several:
            instants = self.instants.get(name)
            if instants is not None:
                found += self._positions[name][bisect_left(instants, first) :]
        if len(several) > 1:
            found.sort(key=lambda place: (self.timed[place][0], place))
        return [self.timed[place] for place in found]


def event_instant(timed: TimedEvent) -> datetime:
    """When the event happened: what several are put in order by."""
    return timed[0]


def _split_usable(events: Iterable[EventLike]) -> tuple[list[TimedEvent], list[EventLike]]:
    """The events behind their instants and names; and those that have none [K2]."""
    timed: list[TimedEvent] = []
    undated: list[EventLike] = []
    for event in events:
        if type(event) is Event:
            timed.append((event.at, event.name, event))
            continue
        check_event(event)
        (at_kind, at), name = normalize(event.at), event_name(event)
        if at_kind is Kind.INSTANT and name is not None:
            timed.append((cast("datetime", at), name, event))
        else:
            undated.append(event)
    return timed, undated


def _unique_by_id(events: Iterable[EventLike]) -> Iterator[EventLike]:
    """*events* without those whose id was met before [E3]."""
    met: set[Hashable] = set()
    for event in events:
        if add_if_new(event, met):
            yield event
