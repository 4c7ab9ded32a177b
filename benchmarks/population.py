"""The contacts and events: invented, varied, and the same in every run.

There are many contacts and they differ, so no cache or branch predictor adapts to one of them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from segkit import Contact, Event

__all__ = ["NOW", "Customer", "contacts", "customers", "events_of", "untidy"]

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
    """Return contacts whose values are of the expected kinds; some contacts have no phone."""
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


def untidy(tidy: list[Contact[int]]) -> list[Contact[int]]:
    """Return the contacts as forms and spreadsheets have them: some values are unexpected."""
    random = Random(7)  # noqa: S311 - not for secrets
    unexpected: list[Any] = [
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
                name: random.choice(unexpected) if random.random() < 1 / 12 else value
                for name, value in contact.attributes.items()
                if random.random() >= 1 / 24
            },
        )
        for contact in tidy
    ]


@dataclass
class Customer:
    """A class of the host's own: any object with these three fields is contact-like."""

    id: int
    attributes: dict[str, Any]
    lists: dict[str, datetime | None]


def customers(originals: list[Contact[int]]) -> list[Customer]:
    """Return the contacts as objects of the host's own class."""
    return [Customer(contact.id, contact.attributes, {}) for contact in originals]


def events_of(contact: Contact[int]) -> list[Event[int]]:
    """Return the contact's events, sorted by time: 400 days up to about now, a few in the future.

    Each contact stopped opening and ordering at another time, so that the answers differ.
    """
    random = Random(contact.id)  # noqa: S311 - not for secrets
    days_since_latest = {
        name: random.uniform(-1, 180 if name == "order" else 60) for name in sorted(set(_NAMES))
    }
    days_ago = sorted(
        (
            (random.uniform(days_since_latest[name], 400), name)
            for name in random.sample(_NAMES, EVENTS)
        ),
        reverse=True,
    )
    return [
        Event(
            contact.id,
            name,
            NOW - timedelta(days=days),
            {"campaign": random.choice(["summer", "autumn"]), "total": random.randint(5, 200)},
            id=f"{contact.id}-{number}",
        )
        for number, (days, name) in enumerate(days_ago)
    ]
