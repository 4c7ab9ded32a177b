"""Data with the mistakes that real exports have, and what `check` says of a condition over it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from segkit import Catalog, Condition, Contact, Event, MemorySource, check

NOW: Final = datetime(2024, 6, 1, tzinfo=UTC)


def attributes(number: int) -> dict[str, Any]:
    """Return the attributes of one of fifty contacts."""
    return {
        "Total Spent": f"{number}.80",
        "Phone": "" if number % 2 else "503-555-0142",
        "Tags": "retail, ag-exempt",
        "Accepts": "yes",
        "City": "portland " if number % 3 else "Portland",
        "age": str(20 + number),
        "points": number,
        "tags": ["test", "duck"],
        "signup": date(2024, 1, 1 + number % 28),
        "seen": NOW - timedelta(days=number),
        "version": "3.10.0",
        "products": [{"sku": "A"}],
        "stored": '{"a": 1}',
        "zip": f"750{10 + number}",
        "plan": ["free", "pro"][number % 2],
        "address": {"zip": "75011"},
        "mixed": number if number < 10 else "many",
        "vip": bool(number % 2),
        "nothing": None,
        "email": f"{number}@example.com",
    }


def orders() -> list[Event[str]]:
    """Return an order of each contact, and events that never count."""
    at = NOW - timedelta(days=31)
    properties = {"total": 30, "price": 3.5, "products": [{"sku": "A"}], "code": "12"}
    return [
        *(Event(str(number), "order", at, {**properties, "total": number}) for number in range(50)),
        Event("1", "trip", NOW + timedelta(days=3), {"km": 3}),
        Event("1", "click", at, {"page": "start"}),
    ]


def source() -> MemorySource[str]:
    """Return fifty contacts with their orders."""
    contacts = [Contact(str(each), attributes(each), {"vip": None}) for each in range(50)]
    return MemorySource(contacts, orders())


OBSERVED: Final = Catalog.observed(source(), now=NOW)
DECLARED: Final = Catalog(
    attributes={
        "age": "number",
        "plan": ["free", "pro"],
        "tags": "collection",
        "birthday": "day",
        "seen": "instant",
        "vip": "boolean",
        "zip": "text",
        "home": "location",
        "address": {"zip": "text"},
    },
    lists=["newsletter", "vip"],
    events={"order": {"total": "number", "coupon": "text"}, "click": None},
)


def found(condition: Condition, catalog: Catalog = OBSERVED) -> list[tuple[str, str, str | None]]:
    """Return the findings as plain tuples."""
    return [(each.path, each.message, each.repair) for each in check(condition, catalog)]
