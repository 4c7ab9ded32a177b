"""Python code written by hand for the same conditions: as fast as possible, by the same rules.

No value (absent, ``None``, NaN) and values of another kind make a comparison false and never
raise; ``True`` is not 1. Unlike segkit, this code does not support Enum members, NumPy scalars,
mappings that are not a ``dict``, and values that raise when they are compared.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias

from conditions import COUNTRIES

from segkit import ContactLike, Event

__all__ = [
    "Times",
    "five_tests",
    "latest_then_search",
    "one_test",
    "scan",
    "scan_latest_first",
    "scan_unique_ids",
    "search",
    "times_by_name",
]

_COUNTRIES = frozenset(COUNTRIES)
_NUMBERS = (int, float, Decimal)


def one_test(contact: ContactLike[int], events: object) -> bool:
    """Return whether the plan is "pro"."""
    del events
    return contact.attributes.get("plan") == "pro"


def five_tests(contact: ContactLike[int], events: object) -> bool:
    """Evaluate five tests: a text, a number, one of some texts, part of a text, an absence."""
    del events
    get = contact.attributes.get
    if get("plan") != "pro":
        age: Any = get("age")
        kind = type(age)
        if kind is int or kind is float:  # False for NaN
            if not age >= 40:
                return False
        elif not isinstance(age, _NUMBERS) or kind is bool or _is_nan(age) or not age >= 40:
            return False
    country = get("country")
    if not (isinstance(country, str) and country in _COUNTRIES):
        return False
    email = get("email")
    if not (isinstance(email, str) and "@example." in email):
        return False
    phone = get("phone")
    return phone is None or (type(phone) is not str and _is_nan(phone))


def _is_nan(value: object) -> bool:
    return value != value  # noqa: PLR0124 - the definition of NaN


# --- windows --------------------------------------------------------------------------------------

Times: TypeAlias = Mapping[str, Sequence[datetime]]
Match: TypeAlias = Callable[[Any, Any], bool]


def times_by_name(events: Sequence[Event[int]]) -> Times:
    """Return the index of a contact's events: sorted times in UTC by name."""
    times: dict[str, list[datetime]] = {}
    for event in sorted(events, key=attrgetter("at")):
        times.setdefault(event.name, []).append(event.at)
    return times


def search(now: datetime) -> Match:
    """Return `conditions.TWO_WINDOWS` over the index, by binary search."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def match(contact: object, times: Times) -> bool:
        del contact
        opened = times.get("opened", ())
        position = bisect_right(opened, opened_after)
        if position == len(opened) or opened[position] > now:
            return False
        ordered = times.get("order", ())
        position = bisect_right(ordered, ordered_after)
        return position == len(ordered) or ordered[position] > now

    return match


def latest_then_search(now: datetime) -> Match:
    """Return the same, with the latest time tested first; a search is for future events only."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def is_since(times: Sequence[datetime], start: datetime) -> bool:
        position = bisect_right(times, now)
        return position > 0 and times[position - 1] > start

    def match(contact: object, times: Times) -> bool:
        del contact
        opened = times.get("opened")
        if not opened:
            return False
        latest = opened[-1]
        if not (latest > opened_after if latest <= now else is_since(opened, opened_after)):
            return False
        ordered = times.get("order")
        if not ordered:
            return True
        latest = ordered[-1]
        return not (latest > ordered_after if latest <= now else is_since(ordered, ordered_after))

    return match


def scan(now: datetime) -> Match:
    """Return the same over plain events in any order."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def match(contact: object, events: Sequence[Event[int]]) -> bool:
        del contact
        has_opened = False
        for event in events:
            name = event.name
            if name == "opened":
                if opened_after < event.at <= now:
                    has_opened = True
            elif name == "order" and ordered_after < event.at <= now:
                return False
        return has_opened

    return match


def scan_unique_ids(now: datetime) -> Match:
    """Return the same for events that may share an id: the first event of an id counts [E3]."""
    match = scan(now)

    def match_unique(contact: object, events: Sequence[Event[int]]) -> bool:
        if len({event.id for event in events}) < len(events):
            events = _first_of_each_id(events)
        return match(contact, events)

    return match_unique


def _first_of_each_id(events: Sequence[Event[int]]) -> Sequence[Event[int]]:
    first: dict[Hashable, Event[int]] = {}
    for event in events:
        first.setdefault(event.id, event)
    return [event for event in events if event.id is None or first[event.id] is event]


def scan_latest_first(now: datetime) -> Match:
    """Return the same over sorted events: from the latest one back, as far as needed."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def match(contact: object, events: Sequence[Event[int]]) -> bool:
        del contact
        has_opened = False
        for event in reversed(events):
            at = event.at
            if at <= ordered_after:
                break
            if at > now:
                continue
            name = event.name
            if name == "order":
                return False
            if name == "opened" and at > opened_after:
                has_opened = True
        return has_opened

    return match
