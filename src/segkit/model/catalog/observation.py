"""The observation of data: what a source holds, counted in one pass over its contacts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any, Final, cast
from uuid import UUID

import attrs

from segkit.errors import FactsError, raise_unless_repeated, short_repr
from segkit.model.catalog.cells import plain_id
from segkit.model.catalog.fields import KINDS, Field, FieldKind
from segkit.model.catalog.seen import (
    MAX_LEVELS,
    FieldCounters,
    Places,
    SeenValues,
    ValueCounter,
    have_zone_utc,
    plain_mappings,
    with_plain_names,
)
from segkit.model.facts import is_no_id
from segkit.model.foreign_data import frame_problem
from segkit.model.requirements import Requirements
from segkit.model.validation import has_type, is_iterable_of_items, is_mapping
from segkit.model.values import TIMES, Kind, normalize

_CONTACTS_PER_STEP: Final = 2_000
_EVENTS_PER_STEP: Final = 4_000

_get_name: Final = attrgetter("name")
_get_at: Final = attrgetter("at")
_get_id: Final = attrgetter("id")
_get_properties: Final = attrgetter("properties")


@attrs.frozen
class SeenEvents:
    """The events of one name.

    Attributes:
        count: The number of events.
        first: The earliest instant; ``None`` if no event has an instant.
        last: The latest instant.
        future: The number of events after the instant of the observation: they do not count yet.
        without_instant: The number of events that never count, because ``at`` is no aware
            ``datetime``.
    """

    count: int
    first: datetime | None = None
    last: datetime | None = None
    future: int = 0
    without_instant: int = 0


@attrs.frozen
class SeenList:
    """The contacts on one list: their number, and for how many it is known when they joined."""

    members: int
    joined: int


@attrs.frozen
class Observation:
    """The counts of the data of an observed catalog.

    Attributes:
        now: The instant after which events are in the future.
        contacts: The number of contacts that were read.
        events: The number of events, those of unknown contacts included.
        is_sample: Whether there may be more contacts than were read.
        contacts_without_events: The number of contacts without any event.
        unknown_contacts: The number of ids that events name and that no contact has.
        events_of_unknown_contacts: The number of the events of these ids.
        ids_in_another_form: The number of these ids that a contact has in another form: ``1``,
            ``"1"``, ``"01"``, ``"'1"`` and ``" 1"`` are one id, as are ``"a1"`` and ``"A1"``.
        repeated_events: The number of events that have the id of another event of the contact.
        id_types: The number of the ids of contacts, known and unknown, by the name of their type.
        event_names: The events by their name.
        lists: The lists by their name.
    """

    now: datetime
    contacts: int = 0
    events: int = 0
    is_sample: bool = False
    contacts_without_events: int = 0
    unknown_contacts: int = 0
    events_of_unknown_contacts: int = 0
    ids_in_another_form: int = 0
    repeated_events: int = 0
    id_types: Mapping[str, int] = attrs.field(factory=dict[str, int])
    event_names: Mapping[str, SeenEvents] = attrs.field(factory=dict[str, SeenEvents])
    lists: Mapping[str, SeenList] = attrs.field(factory=dict[str, SeenList])

    @property
    def future_events(self) -> int:
        """The number of events after `now`."""
        return sum(seen.future for seen in self.event_names.values())


class _EventCounter:
    """The events of one name."""

    def __init__(self, places: Places) -> None:
        self.count = self.future = self.without_instant = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.properties = FieldCounters(MAX_LEVELS, places)

    def add(self, events: list[Any], now: datetime) -> None:
        self.count += len(events)
        self.properties.add(plain_mappings(map(_get_properties, events)))
        instants: list[datetime] = list(map(_get_at, events))
        if not _are_in_utc(instants):
            typed_values = map(normalize, instants)
            instants = [cast("datetime", at) for kind, at in typed_values if kind is Kind.INSTANT]
            self.without_instant += len(events) - len(instants)
            if not instants:
                return
        first, last = min(instants), max(instants)
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)
        if last > now:
            self.future += sum(at > now for at in instants)

    def seen(self) -> SeenEvents:
        return SeenEvents(self.count, self.first, self.last, self.future, self.without_instant)


def _are_in_utc(instants: list[datetime]) -> bool:
    return {datetime}.issuperset(map(type, instants)) and have_zone_utc(instants)


class _Observer:
    """The counts of an observation."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.contacts = self.events = self.repeated = self.without_events = 0
        self.id_types = Counter[str]()
        self.lists: dict[str, list[int]] = {}
        self.places = Places()
        self.attributes = FieldCounters(MAX_LEVELS, self.places)
        self.by_name: dict[str, _EventCounter] = {}
        self._pending_contacts: list[Any] = []
        self._pending_events: list[Any] = []

    def add(self, contact: Any, events: list[Any]) -> None:  # noqa: ANN401 - contact-like
        """Add a contact with its events."""
        self.contacts += 1
        self._pending_contacts.append(contact)
        if len(self._pending_contacts) == _CONTACTS_PER_STEP:
            self._count_contacts()
        if not events:
            self.without_events += 1
            return
        self.add_events(events)

    def add_events(self, events: list[Any]) -> None:
        """Add the events of one contact."""
        self.events += len(events)
        ids = list(map(_get_id, events))
        if not _are_different(ids):
            self.repeated += _repetitions(ids)
        self._pending_events += events
        if len(self._pending_events) >= _EVENTS_PER_STEP:
            self._count_events()

    def add_rest(self) -> None:
        """Count what was added last."""
        self._count_contacts()
        self._count_events()

    def _count_contacts(self) -> None:
        contacts, self._pending_contacts = self._pending_contacts, []
        if not contacts:
            return
        self.id_types.update(type(contact.id).__name__ for contact in contacts)
        self.attributes.add(plain_mappings(contact.attributes for contact in contacts))
        for lists in plain_mappings(contact.lists for contact in contacts):
            for name, joined in with_plain_names(lists).items():
                counts = self.lists.setdefault(name, [0, 0])
                counts[0] += 1
                counts[1] += normalize(joined)[0] in TIMES

    def _count_events(self) -> None:
        events, self._pending_events = self._pending_events, []
        groups: defaultdict[str, list[Any]] = defaultdict(list)
        for name, event in zip(map(_get_name, events), events, strict=True):
            kind, text = normalize(name)
            if kind is Kind.TEXT:
                groups[cast("str", text)].append(event)
        for name, group in groups.items():
            counter = self.by_name.get(name)
            if counter is None:
                counter = self.by_name[name] = _EventCounter(self.places)
            counter.add(group, self.now)


def _are_different(ids: list[object]) -> bool:
    try:
        return len(set(ids)) == len(ids)
    except Exception as error:  # noqa: BLE001 - an id that cannot be hashed or compared
        raise_unless_repeated(error, lambda: set(ids))
        return False


def _repetitions(ids: list[object]) -> int:
    """Return how many ids an earlier event has; unhashable ids do not count."""
    seen: set[object] = set()
    count = 0
    for id_ in ids:
        if not is_no_id(id_):  # [E3]
            try:
                count += id_ in seen
                seen.add(id_)
            except Exception as error:  # noqa: BLE001 - an id that cannot be hashed or compared
                raise_unless_repeated(error, partial(seen.add, id_))
    return count


# --- reading a source -----------------------------------------------------------------------------


def observe(
    source: object, needs: Requirements, sample: int | None, now: datetime, *, examples: bool
) -> tuple[dict[str, Field], dict[str, dict[str, Field]], Observation]:
    """Return the fields of the contacts and of the events of *source*, and the counts."""
    observer = _Observer(now)
    # Around each step alone: an AttributeError of the source itself is not about a field.
    for contact, events in islice(_rows(source, needs), sample):
        try:
            observer.add(contact, events)
        except AttributeError as error:
            raise _lacks_field(error) from error
    unknown = _unknown_contacts(source)
    try:
        for id_ in unknown:
            observer.add_events(cast("Any", source).events(id_))
        observer.add_rest()
    except AttributeError as error:
        raise _lacks_field(error) from error
    observer.id_types.update(type(id_).__name__ for id_ in unknown)
    observation = Observation(
        now=now,
        contacts=observer.contacts,
        events=observer.events,
        is_sample=sample is not None and observer.contacts == sample,
        contacts_without_events=observer.without_events,
        unknown_contacts=len(unknown),
        events_of_unknown_contacts=sum(unknown.values()),
        ids_in_another_form=_known_in_another_form(unknown, source),
        repeated_events=observer.repeated + int(getattr(source, "repeated_events", 0)),
        id_types=dict(observer.id_types),
        event_names={name: counter.seen() for name, counter in observer.by_name.items()},
        lists={name: SeenList(*counts) for name, counts in observer.lists.items()},
    )
    attributes = _fields(observer.attributes, observer.contacts, examples=examples)
    events_of = {
        name: _fields(counter.properties, counter.count, examples=examples)
        for name, counter in observer.by_name.items()
    }
    return attributes, events_of, observation


def _lacks_field(error: AttributeError) -> FactsError:
    return FactsError("observed", f"a contact or an event lacks a field: {error}", error.obj)


def _rows(source: object, needs: Requirements) -> Iterator[tuple[Any, list[Any]]]:
    load = getattr(source, "load", None)
    rows: object = load(needs, None) if callable(load) else source
    items = "a source, such as MemorySource(contacts, events), or pairs (contact, events)"
    problem = frame_problem(rows, "a source")
    if problem is None and not is_iterable_of_items(rows):
        problem = f"takes {items}; got {short_repr(rows)}"
    if problem is not None:
        raise FactsError("observed", problem, rows)
    for number, row in enumerate(cast("Iterable[object]", rows)):
        try:
            contact, events = cast("tuple[Any, Iterable[Any]]", row)
            own_events: list[Any] = list(events)
        except Exception as error:
            advice = "write MemorySource(contacts, events) if contacts and events are apart"
            if is_mapping(row):
                advice = "read rows of a file with MemorySource.from_records(rows)"
            problem = f"a row must be a pair (contact, events): {advice}; got {short_repr(row)}"
            raise FactsError(f"rows[{number}]", problem, row) from error
        yield contact, own_events


def _unknown_contacts(source: object) -> dict[Hashable, int]:
    """Return the number of events of each contact that a store does not know."""
    unknown_contacts: Any = getattr(source, "unknown_contacts", dict)
    return cast("dict[Hashable, int]", unknown_contacts())


def _known_in_another_form(unknown: Collection[object], source: object) -> int:
    """Return how many of the unknown ids a contact of the store has in another form."""
    if not unknown:
        return 0
    known = {_bare_id(contact.id) for contact in cast("Iterable[Any]", source)}
    return sum(_bare_id(id_) in known for id_ in unknown)


def _bare_id(id_: object) -> object:
    """Return the text of an id, in one case and without what is before or after it.

    Ids in different forms have the same text: ``6551``, ``"6551"``, ``"06551"`` and ``"'6551"``.
    """
    kind, value = normalize(id_)
    if kind in (Kind.TEXT, Kind.NUMBER) or has_type(id_, UUID):
        text = str(id_) if has_type(id_, UUID) else str(value)
        return plain_id(text).casefold().lstrip("0")
    return object()


def _fields(counters: FieldCounters, among: int, *, examples: bool) -> dict[str, Field]:
    return {
        name: _field(counter, among, examples=examples)
        for name, counter in counters.by_name.items()
    }


def _field(counter: ValueCounter, among: int, *, examples: bool) -> Field:
    seen: SeenValues = counter.seen(among, examples=examples)
    fields = {} if counter.fields is None else _fields(counter.fields, among, examples=examples)
    kinds = list(seen.kinds)
    is_one = len(kinds) == 1 and kinds[0] in KINDS and not fields
    kind = cast("FieldKind", kinds[0]) if is_one else None
    return Field(kind, fields=fields, seen=seen)
