"""Many contacts with their events, invented, and the same in every run."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, TypeAlias

from population import NOW

from segkit import Contact, Event, MemorySource, Requirements

__all__ = [
    "CHANGES",
    "EVENTS_PER_CONTACT",
    "Changes",
    "GroupedSource",
    "StoredRow",
    "group",
    "population",
]

EVENTS_PER_CONTACT: Final = 10
"""The mean; most contacts have fewer, and a few have several times as many."""

CHANGES: Final = 1_000
"""How many facts `Changes` changes at once."""

_PLANS: Final = ["pro", "free", "free", "team"]
_COUNTRIES: Final = ["FR", "DE", "IT", "ES", "BE", "NL", "US", "GB"]
_NAMES: Final = ["received"] * 8 + ["opened"] * 6 + ["clicked"] * 2 + ["visit"] * 3 + ["order"]
_DAY: Final = 86_400

StoredRow: TypeAlias = tuple[Contact[int], Sequence[Event[int]]]
"""A contact with its events."""


def population(number: int) -> tuple[list[Contact[int]], list[Event[int]]]:
    """Return *number* contacts, and their events of two years in a random order."""
    random = Random(number)  # noqa: S311 - not for secrets
    contacts = [Contact(id_, _attributes(random), lists=_lists(random)) for id_ in range(number)]
    weights = [random.paretovariate(1.5) for _ in range(number)]
    owners = random.choices(range(number), weights, k=number * EVENTS_PER_CONTACT)
    return contacts, [_event(random, owner, id_) for id_, owner in enumerate(owners)]


def _attributes(random: Random) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "plan": random.choice(_PLANS),
        "age": random.randint(14, 90),
        "country": random.choice(_COUNTRIES),
        "spent": round(random.random() * 2000, 2),
        "since": date(2015, 1, 1) + timedelta(days=random.randrange(2800)),
        "phone": f"+33 1 {random.randrange(10**8):08}",
    }
    for name, rate in (("age", 0.1), ("spent", 0.2), ("phone", 0.6)):
        if random.random() < rate:
            del attributes[name]
    return attributes


def _lists(random: Random) -> dict[str, datetime | None]:
    rates = {"newsletter": 0.4, "vip": 0.05}
    return {name: None for name, rate in rates.items() if random.random() < rate}


def _event(random: Random, owner: int, id_: int) -> Event[int]:
    # Half of the events are of the last three months, and a few are in the future.
    days = 730 * random.random() ** 3 - 1
    return Event(
        owner,
        random.choice(_NAMES),
        NOW - timedelta(seconds=round(days * _DAY)),
        {"campaign": random.choice(["summer", "autumn"]), "total": random.randint(5, 200)},
        id=id_,
    )


def group(contacts: Iterable[Contact[int]], events: Iterable[Event[int]]) -> list[StoredRow]:
    """Return each contact with its events."""
    by_owner: dict[int, list[Event[int]]] = {contact.id: [] for contact in contacts}
    for event in events:
        by_owner[event.contact_id].append(event)
    return [(contact, by_owner[contact.id]) for contact in contacts]


class GroupedSource:
    """A host's storage that yields contacts with their events, as a cursor over a join does."""

    def __init__(self, rows: Sequence[StoredRow]) -> None:
        self._rows = rows

    def load(
        self, needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterable[StoredRow]:
        """Yield every contact with all of its events, or those that are asked for."""
        del needs
        return (row for row in self._rows if ids is None or row[0].id in ids)


class Changes:
    """Invented changes of a store: a turn changes 1,000 facts, one by one.

    Half of the changes are new events, a quarter are updates of an attribute, and a quarter add a
    contact to a list or remove it.
    """

    def __init__(self, source: MemorySource[int]) -> None:
        self._source = source
        self._random = Random(1)  # noqa: S311 - not for secrets
        self._number = len(source)
        self._next_id = self._number * EVENTS_PER_CONTACT
        self._events: list[Event[int]] = []
        self._updates: list[tuple[int, dict[str, Any]]] = []
        self._joins: list[tuple[int, bool]] = []

    def invent(self) -> None:
        """Invent the changes of the next turn, which `apply` makes."""
        random = self._random
        owners = [random.randrange(self._number) for _ in range(CHANGES)]
        half, three_quarters = CHANGES // 2, CHANGES * 3 // 4
        self._events = [
            _event(random, owner, self._next_id + place)
            for place, owner in enumerate(owners[:half])
        ]
        self._next_id += half
        self._updates = [
            (
                owner,
                {"plan": random.choice(_PLANS), "age": random.randint(14, 90)}
                if place % 2
                else {"spent": round(random.random() * 2000, 2)},
            )
            for place, owner in enumerate(owners[half:three_quarters])
        ]
        self._joins = [
            (owner, "newsletter" not in self._contact(owner).lists)
            for owner in owners[three_quarters:]
        ]

    def apply(self) -> None:
        """Make the changes that were invented last."""
        source = self._source
        for event in self._events:
            source.track(event)
        for id_, attributes in self._updates:
            source.update(id_, attributes)
        for id_, joins in self._joins:
            if joins:
                source.add_to_list(id_, "newsletter")
            else:
                source.remove_from_list(id_, "newsletter")

    def stored(self) -> list[StoredRow]:
        """Return each contact of the store with its events, as they are now."""
        source = self._source
        return [(contact, list(_own_events(source, contact.id))) for contact in source]

    def _contact(self, id_: int) -> Contact[int]:
        contact = self._source.get(id_)
        assert contact is not None  # noqa: S101 - the store has every number below its length
        return contact


def _own_events(source: MemorySource[int], id_: int) -> Iterable[Event[int]]:
    return (event for event in source.events(id_) if isinstance(event, Event))
