"""Many contacts with their events, invented, and the same in every run."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, TypeAlias

from population import NOW

from segkit import Contact, Event, Requirements

__all__ = ["EVENTS_PER_CONTACT", "GroupedSource", "StoredRow", "group", "population"]

EVENTS_PER_CONTACT: Final = 10
"""The mean; most contacts have fewer, and a few have several times as many."""

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
        "plan": random.choice(["pro", "free", "free", "team"]),
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
