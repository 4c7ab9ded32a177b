"""What one would write by hand: as fast as it gets, and still right by the same rules.

No value (absent, ``None``, NaN) and values of another kind make a comparison false and never
raise; ``True`` is not 1. What a host may have beyond that is left out here, and not by segkit: Enum
members, NumPy scalars, mappings that are no ``dict``, values that raise when they are compared.
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
    "five",
    "newest_first",
    "one",
    "over_newest",
    "over_times",
    "scan",
    "scan_once",
    "times_by_name",
]

_WANTED = frozenset(COUNTRIES)
_NUMBERS = (int, float, Decimal)


def one(contact: ContactLike[int], events: object) -> bool:
    """Whether the plan is "pro"."""
    del events
    return contact.attributes.get("plan") == "pro"


def five(contact: ContactLike[int], events: object) -> bool:
    """Five tests: a text, a number, one of some texts, a part of a text, an absence."""
    del events
    get = contact.attributes.get
    if get("plan") != "pro":
        age: Any = get("age")
        kind = type(age)
        if kind is int or kind is float:  # NaN is at least nothing
            if not age >= 40:
                return False
        elif not isinstance(age, _NUMBERS) or kind is bool or _is_nan(age) or not age >= 40:
            return False
    country = get("country")
    if not (isinstance(country, str) and country in _WANTED):
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
Question: TypeAlias = Callable[[Any, Any], bool]


def times_by_name(events: Sequence[Event[int]]) -> Times:
    """A contact's events, prepared: sorted times in UTC by the name of the event."""
    times: dict[str, list[datetime]] = {}
    for event in sorted(events, key=attrgetter("at")):
        times.setdefault(event.name, []).append(event.at)
    return times


def over_times(now: datetime) -> Question:
    """Opened in the last 30 days and nothing ordered in the last 60, over prepared times."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def holds(contact: object, times: Times) -> bool:
        del contact
        opened = times.get("opened", ())
        place = bisect_right(opened, opened_after)
        if place == len(opened) or opened[place] > now:
            return False
        ordered = times.get("order", ())
        place = bisect_right(ordered, ordered_after)
        return place == len(ordered) or ordered[place] > now

    return holds


def over_newest(now: datetime) -> Question:
    """The same with a look at the newest first: only what is still to come takes a search."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def is_since(times: Sequence[datetime], start: datetime) -> bool:
        place = bisect_right(times, now)
        return place > 0 and times[place - 1] > start

    def holds(contact: object, times: Times) -> bool:
        del contact
        opened = times.get("opened")
        if not opened:
            return False
        newest = opened[-1]
        if not (newest > opened_after if newest <= now else is_since(opened, opened_after)):
            return False
        ordered = times.get("order")
        if not ordered:
            return True
        newest = ordered[-1]
        return not (newest > ordered_after if newest <= now else is_since(ordered, ordered_after))

    return holds


def scan(now: datetime) -> Question:
    """The same over plain events in any order."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def holds(contact: object, events: Sequence[Event[int]]) -> bool:
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

    return holds


def scan_once(now: datetime) -> Question:
    """The same where two events may have one id: the first given is the event [E3]."""
    holds = scan(now)

    def holds_once(contact: object, events: Sequence[Event[int]]) -> bool:
        if len({event.id for event in events}) < len(events):
            events = _first_of_each_id(events)
        return holds(contact, events)

    return holds_once


def _first_of_each_id(events: Sequence[Event[int]]) -> Sequence[Event[int]]:
    first: dict[Hashable, Event[int]] = {}
    for event in events:
        first.setdefault(event.id, event)
    return [event for event in events if event.id is None or first[event.id] is event]


def newest_first(now: datetime) -> Question:
    """The same over events that are known to be sorted: from the newest on, as far as needed."""
    opened_after, ordered_after = now - timedelta(days=30), now - timedelta(days=60)

    def holds(contact: object, events: Sequence[Event[int]]) -> bool:
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

    return holds
