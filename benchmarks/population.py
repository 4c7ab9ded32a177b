"""The contacts and events that are asked about: invented, varied, the same in every run.

Contacts are many and differ, so that no cache and no branch of the processor learns one by heart.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from segkit import Contact, Event

__all__ = ["NOW", "Customer", "contacts", "customers", "events_of", "untidied"]

NOW: Final = datetime(2022, 10, 1, 12, tzinfo=UTC)
NUMBER: Final = 200
EVENTS: Final = 50

_COUNTRIES: Final = ["FR", "DE", "IT", "ES", "BE", "NL", "US", "GB"]
_PROVIDERS: Final = ["example.com", "example.org", "example.net", "mail.test"]
_FIRST: Final = ["ada", "ben", "cleo", "dan", "eve", "finn", "gus", "hana", "ivo", "june"]
_NAMES: Final = (
    ["received"] * 20 + ["opened"] * 14 + ["clicked"] * 6 + ["visit"] * 7 + ["order"] * 3
)


def contacts() -> list[Contact[int]]:
    """Contacts whose values are of the kinds one would expect; some have no phone."""
    random = Random(2022)  # noqa: S311 - not for secrets
    return [Contact(number, _attributes(random, number)) for number in range(NUMBER)]


def _attributes(random: Random, number: int) -> dict[str, Any]:
    name = random.choice(_FIRST)
    attributes: dict[str, Any] = {
        "name": name.title(),
        "email": f"{name}.{number}@{random.choice(_PROVIDERS)}",
        "plan": random.choice(["pro", "pro", "pro", "free", "team"]),
        "age": random.choice(
            [random.randint(16, 90), random.randint(16, 90), random.random() * 90]
        ),
        "country": random.choice(_COUNTRIES),
        "city": random.choice(["Paris", "Lyon", "Berlin", "Rome", "Madrid", "Gent"]),
        "vip": random.random() < 0.1,
        "orders": random.randint(0, 40),
        "spent": round(random.random() * 2000, 2),
        "source": random.choice(["shop", "newsletter", "friend"]),
        "since": date(2015, 1, 1) + timedelta(days=random.randrange(2500)),
    }
    if random.random() < 0.4:
        attributes["phone"] = f"+33 1 {random.randrange(10**8):08}"
    return attributes


def untidied(tidy: list[Contact[int]]) -> list[Contact[int]]:
    """The same contacts as forms and sheets have them: one value in twelve is unexpected."""
    random = Random(7)  # noqa: S311 - not for secrets
    oddities: list[Any] = [
        None,
        float("nan"),
        "",
        "abc",
        True,
        0,
        Decimal("41.5"),
        Decimal("NaN"),
        ["pro"],
        {},
    ]
    return [
        Contact(
            contact.id,
            {
                name: random.choice(oddities) if random.random() < 1 / 12 else value
                for name, value in contact.attributes.items()
                if random.random() >= 1 / 24
            },
        )
        for contact in tidy
    ]


@dataclass
class Customer:
    """What a host might have itself: any object with these three is a contact."""

    id: int
    attributes: dict[str, Any]
    lists: dict[str, datetime | None]


def customers(known: list[Contact[int]]) -> list[Customer]:
    """The same contacts as objects of the host's own."""
    return [Customer(contact.id, contact.attributes, {}) for contact in known]


def events_of(contact: Contact[int]) -> list[Event[int]]:
    """What the contact did in the last 400 days or so, sorted by time; some of it still to come.

    Everybody lost interest at some time of their own, so that the answers differ.
    """
    random = Random(contact.id)  # noqa: S311 - not for secrets
    quiet = {
        name: random.uniform(-1, 180 if name == "order" else 60) for name in sorted(set(_NAMES))
    }
    ago = sorted(
        ((random.uniform(quiet[name], 400), name) for name in random.sample(_NAMES, EVENTS)),
        reverse=True,
    )
    return [
        Event(
            contact.id,
            name,
            NOW - timedelta(days=days),
            {"campaign": random.choice(["summer", "autumn"]), "total": random.randint(5, 200)},
            id=f"{contact.id}-{place}",
        )
        for place, (days, name) in enumerate(ago)
    ]
