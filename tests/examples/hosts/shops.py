"""The customers and events of one shop, for every host, and random customers and events."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from segkit import Condition, Contact, Evaluator, Event, MemorySource, Source
from segkit.testing import EXAMPLES, instants, zones
from tests.strategies import conditions

__all__ = ["NOW", "World", "check_examples", "check_members", "shop", "worlds"]

NOW: Final = datetime(2022, 10, 1, 12, tzinfo=UTC)
PARIS: Final = ZoneInfo("Europe/Paris")
LAST_YEAR: Final = 9999
_CUSTOMERS: Final = 60

Make: TypeAlias = Callable[[list[Contact[Any]], list[Event[Any]]], Source[Any]]
"""Stores contacts and events in an empty storage, and returns a source of them."""

_PLACES: Final = ([48.85, 2.35], [0, 0], {"latitude": 48.9, "longitude": 2.3}, [45.76, 4.84])


def _ago(days: float) -> datetime:
    return NOW - timedelta(days=days, microseconds=1)


# Values for the conditions of EXAMPLES; some satisfy the conditions, and others do not.
_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "plan": ("pro", "free", ""),
    "vip": (True, False),
    "age": (9, 17, 18, 25, 30, 36, 75),
    "score": (0.5, 1, 0.25),
    "balance": (Decimal("9.99"), Decimal("0.01"), Decimal(100)),
    "born": (date(1986, 10, 4), date(2004, 10, 1), date(2010, 1, 31)),
    "birthday": (date(1986, 10, 4), date(2000, 2, 29), date(1999, 9, 20), date(1970, 10, 1)),
    "subscribed_at": (datetime(2022, 9, 12, 12, tzinfo=UTC), _ago(1), _ago(45), _ago(100)),
    "trial_ends": (_ago(-2), _ago(-9), _ago(3)),
    "last_login": (_ago(1), _ago(2)),
    "last_order": (_ago(1.5), _ago(3)),
    "name": ("Ada", "Max", "Zoe", "A", "\u00c9mile"),
    "city": ("Paris", "paris", "Lyon", "Saint-Denis"),
    "code": ("75011", 75011, True, "75012"),
    "email": ("ada@example.com", "max@example.org"),
    "interests": (["golf", "tea"], ["Golf"], ["tea", 1, None], []),
    "location": _PLACES,
    "phone": ("+33 1", ""),
    "address": ({"zip": "75011"}, {"zip": "69001"}, {"zip": None}, {}),
    "billing": ({"zip": "75011"}, {}),
}  # fmt: skip
_EVENTS: Final = (
    "order",
    "order",
    "order",
    "cart",
    "refund",
    "booking",
    "mailed",
    "opened",
    "clicked",
)
_PROPERTIES: Final[dict[str, tuple[Any, ...]]] = {
    "total": (50, 9.99, 0.1, 0.2, 3, 120),
    "status": ("paid", "cancelled"),
    "items": ({"count": 1}, {"count": 12}, {}),
    "gift": (True, False),
    "coupon": ("SUMMER",),
    "departure": (_ago(-3), _ago(-30), _ago(2)),
    "paid": (50, 2),
    "sku": ("a", "b", "c"),
    "channel": ("app", "shop"),
}
_LISTS: Final = {
    "newsletter": (None, _ago(10), _ago(70), _ago(400)),
    "vip": (None, _ago(40)),
    "autumn": (None, datetime(2022, 8, 1, 9, tzinfo=UTC)),
}


def _drawn(random: Random, pools: dict[str, tuple[Any, ...]], probability: float) -> dict[str, Any]:
    values = {
        name: random.choice(pool) for name, pool in pools.items() if random.random() < probability
    }
    return values | {name: None for name in pools.keys() - values if random.random() < 0.3}


def shop(make_id: Callable[[int], Hashable]) -> tuple[list[Contact[Any]], list[Event[Any]]]:
    """Return sixty customers and a few hundred events, which are always the same."""
    random = Random(20221001)  # noqa: S311 - test data
    contacts: list[Contact[Any]] = []
    events: list[Event[Any]] = []
    for number in range(1, _CUSTOMERS + 1):
        lists = {
            name: random.choice(pool) for name, pool in _LISTS.items() if random.random() < 0.4
        }
        contacts.append(Contact(make_id(number), _drawn(random, _VALUES, 0.7), lists))
        for _ in range(random.choice((0, 1, 2, 4, 9, 15))):
            at = _ago(random.choice((0, 1, 3, 8, 20, 31, 61, 75, 100, 300, 700, -1)))
            at -= timedelta(hours=random.randrange(48))
            properties = _drawn(random, _PROPERTIES, 0.6)
            events.append(
                Event(make_id(number), random.choice(_EVENTS), at, properties, len(events))
            )
    return contacts, events


def check_members(
    source: Source[Any],
    memory: Source[Any],
    condition: Condition,
    *,
    now: datetime = NOW,
    tz: tzinfo = PARIS,
    ids: list[Any] | None = None,
) -> list[Any]:
    """Return the members, after a check that both sources give them in the same order."""
    members = list(Evaluator(source, tz).members(condition, now=now, ids=ids))
    assert members == list(Evaluator(memory, tz).members(condition, now=now, ids=ids)), condition
    return members


def check_examples(make: Make, make_id: Callable[[int], Hashable]) -> None:
    """Check every condition of EXAMPLES at two instants, for all customers and for some ids."""
    contacts, events = shop(make_id)
    source, memory = make(contacts, events), MemorySource(contacts, events)
    ids = [contact.id for contact in contacts[::-3]]
    dividing = 0
    for condition in EXAMPLES:
        members = check_members(source, memory, condition)
        dividing += 0 < len(members) < len(contacts)
        check_members(source, memory, condition, now=NOW - timedelta(days=33, hours=5))
        check_members(source, memory, condition, ids=ids)
    assert dividing > 0.8 * len(EXAMPLES)  # Most conditions have members and non-members.


@attrs.frozen
class World:
    """Random customers and events, and the inputs of an evaluation of them."""

    contacts: list[Contact[Any]]
    events: list[Event[Any]]
    condition: Condition
    now: datetime
    tz: tzinfo
    numbers: list[int]

    def check(self, make: Make, make_id: Callable[[int], Hashable]) -> None:
        """Check the members of all customers, and of some ids."""
        source, memory = make(self.contacts, self.events), MemorySource(self.contacts, self.events)
        check_members(source, memory, self.condition, now=self.now, tz=self.tz)
        ids = [make_id(number) for number in self.numbers]
        check_members(source, memory, self.condition, now=self.now, tz=self.tz, ids=ids)


# The names and values of `segkit.testing`, as far as columns and JSON can represent them.
_TEXTS: Final = st.sampled_from(
    ("a", "b", "A", "ab", "ba", "", "\u00df", "SS", "\u00e9", "e\u0301")
)
_NUMBERS: Final = st.sampled_from((1, 0, 2, 1.0, 0.1, -1, 2.5, 2**53 + 1))
_ZIPS: Final = st.sampled_from(({"zip": "a"}, {"zip": "A"}, {"zip": None}, {}))
_TAGS: Final = st.lists(st.sampled_from(("a", "b", "A", 1, 0, 2)), max_size=3)
_JSON: Final[dict[str, Any]] = {
    "total": _NUMBERS | _TEXTS, "gift": st.booleans() | st.just(1), "tags": _TAGS,
    "address": _ZIPS, "home": st.sampled_from(_PLACES),
}  # fmt: skip
_NONE: Final = st.none()


def _optional_values(strategies: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {name: strategy | _NONE for name, strategy in strategies.items()}
    return st.fixed_dictionaries({}, optional=optional)


# The storages support instants of attributes from year 1 to year 9999 in UTC.
_WITHIN: Final = instants().filter(lambda at: 1 < at.year < LAST_YEAR)
_ATTRIBUTES: Final = _optional_values(
    {"plan": _TEXTS, "born": st.dates(), "seen": _WITHIN, **_JSON}
)
_OF_EVENTS: Final = _optional_values({"plan": _TEXTS, **_JSON})
_JOINED: Final = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("vip", "news"), instants() | _NONE)
)
_INSTANTS: Final = instants()
_NAMES: Final = st.sampled_from(("order", "opened"))
_MAX: Final = 4


@st.composite
def worlds(draw: DrawFn, make_id: Callable[[int], Hashable]) -> World:
    """Generate up to four customers with up to four events each, a condition and an instant."""
    contacts = [
        Contact(make_id(number), draw(_ATTRIBUTES), draw(_JOINED))
        for number in range(1, draw(st.integers(0, _MAX)) + 1)
    ]
    events = list(_events(draw, contacts))
    numbers = draw(st.lists(st.integers(1, _MAX + 1), max_size=3))
    return World(contacts, events, draw(conditions()), draw(_INSTANTS), draw(zones()), numbers)


def _events(draw: DrawFn, contacts: list[Contact[Any]]) -> Iterator[Event[Any]]:
    for contact in contacts:
        for number in range(draw(st.integers(0, _MAX))):
            yield Event(contact.id, draw(_NAMES), draw(_INSTANTS), draw(_OF_EVENTS), number)
