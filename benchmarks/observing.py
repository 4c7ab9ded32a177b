"""`Catalog.observed` over a store, against one pass in plain Python over the same store.

There are 100,000 contacts with five attributes and 1,000,000 events with three properties. *One
pass* loops over the contacts and events in the order of the store, and counts for each name how
many values of each type there are. The catalog has, besides, the extremes, examples and different
values of each field, the ids, and what is unusual.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from harness import SMOKE, Disagreement, Effort, measure, parse_effort
from population import NOW
from report import Row, format_table, machine

from segkit import Catalog, Contact, Event, MemorySource, Requirements

__all__ = ["rows"]

_CONTACTS: Final = 100_000
_EVENTS_OF_ONE: Final = 10
_MAX_ROUNDS: Final = 7
_NAMES: Final = ("order", "view", "click", "email_opened")
_EVERYTHING: Final = Requirements(everything=True)

_Counts = dict[tuple[str, type], int]


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    number = 200 if effort is SMOKE else _CONTACTS
    source = make_source(number)
    _check(source)
    candidates: dict[str, Callable[[], object]] = {
        "one pass": lambda: one_pass(source),
        "Catalog.observed": lambda: Catalog.observed(source, now=NOW),
    }
    times = measure(candidates, replace(effort, rounds=min(effort.rounds, _MAX_ROUNDS)))
    case = f"observing {number:,} contacts"
    each = {name: times.seconds(name) / number for name in candidates}
    ratio = times.ratio("Catalog.observed", "one pass")
    return [
        Row(case, "one pass", each["one pass"]),
        Row(case, "Catalog.observed", each["Catalog.observed"], ratio, "one pass", "<= 3"),
    ]


def make_source(number: int) -> MemorySource[int]:
    """Return a store with contacts and ten times as many events."""
    random = Random(1)  # noqa: S311 - not for secrets
    contacts = [_contact(random, id_) for id_ in range(number)]
    events = [_event(random, number, id_) for id_ in range(number * _EVENTS_OF_ONE)]
    return MemorySource(contacts, events)


def _contact(random: Random, id_: int) -> Contact[int]:
    attributes = {
        "age": random.randint(18, 90),
        "plan": random.choice(["free", "pro", "team"]),
        "city": f"city {random.randint(0, 3_000)}",
        "email": f"{id_}@example.com",
        "signed_up": _instant(random),
    }
    return Contact(id_, attributes, {"vip": None} if id_ % 10 == 0 else {})


def _event(random: Random, number: int, id_: int) -> Event[int]:
    properties = {
        "total": random.randint(1, 1_000) / 4,
        "sku": f"sku {random.randint(0, 20_000)}",
        "quantity": random.randint(1, 5),
    }
    owner, name = random.randrange(number), random.choice(_NAMES)
    return Event(owner, name, _instant(random), properties, id=id_)


def _instant(random: Random) -> datetime:
    return NOW - timedelta(seconds=random.randint(0, 30_000_000))


def one_pass(source: MemorySource[int]) -> tuple[_Counts, _Counts]:
    """Return the number of values of each attribute and of each property, by type."""
    attributes: _Counts = {}
    properties: _Counts = {}
    for contact, events in source.load(_EVERYTHING):
        for name, value in contact.attributes.items():
            key = (name, type(value))
            attributes[key] = attributes.get(key, 0) + 1
        for event in events:
            for name, value in event.properties.items():
                key = (f"{event.name} {name}", type(value))
                properties[key] = properties.get(key, 0) + 1
    return attributes, properties


def _check(source: MemorySource[int]) -> None:
    """Compare the catalog with the counts of the plain pass."""
    catalog = Catalog.observed(source, now=NOW)
    attributes, properties = one_pass(source)
    observed: dict[str, Any] = dict(catalog.attributes or {})
    for name, fields in (catalog.events or {}).items():
        observed |= {f"{name} {each}": field for each, field in (fields or {}).items()}
    expected = {name: count for (name, _), count in (attributes | properties).items()}
    if {name: field.seen.count for name, field in observed.items()} != expected:
        raise Disagreement("the catalog has other counts than a plain pass")


if __name__ == "__main__":
    print(machine(["attrs"]))
    print(format_table(rows(parse_effort(__doc__))))
