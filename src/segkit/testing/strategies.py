"""Hypothesis strategies for time, values, and contacts with their events.

Instants are mostly close together and names are few, so that random conditions are often true.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    problem = (
        'the strategies of segkit.testing need Hypothesis: python -m pip install -e ".[testing]"'
    )
    raise ModuleNotFoundError(problem) from error
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.clock import MAX_INSTANT, MIN_INSTANT, parse_zone
from segkit.model.facts import Contact, Event
from segkit.model.time_spans import Duration
from segkit.model.values import Kind
from segkit.testing import hostile

DrawnT = TypeVar("DrawnT")


def weighted(*choices: tuple[int, SearchStrategy[DrawnT]]) -> SearchStrategy[DrawnT]:
    """Draw from one of several strategies; a *weight* of 2 is twice as likely as a weight of 1.

    `st.one_of` cannot do this: it merges equal strategies, and flattens a nested ``st.one_of``.
    """
    indexes = [index for index, (weight, _) in enumerate(choices) for _ in range(weight)]
    return st.sampled_from(indexes).flatmap(lambda index: choices[index][1])


# Each strategy is built once: building one takes longer than drawing from it.
_ZONES = st.sampled_from(
    (
        "UTC",
        "Europe/Paris",
        "America/New_York",
        "Asia/Kathmandu",  # UTC+5:45
        "America/Havana",  # clocks change at midnight: some midnights are missing or occur twice
        "Pacific/Kiritimati",  # UTC+14; one day was skipped in 1994
        "Africa/Monrovia",  # until 1972, UTC-0:44:30
    )
).map(parse_zone)
_AROUND: Final = (
    "2024-01-31T00:00Z",
    "2024-02-29T12:00Z",
    "2024-03-01T00:00Z",
    "2024-03-10T05:00Z",  # the first instant of a day without midnight in Havana
    "2024-03-31T01:00Z",  # the clocks of Paris go from 2 to 3
    "2024-04-01T00:00Z",
)
_STEPS: Final = (
    timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(hours=1),
    timedelta(days=1), timedelta(days=-1), timedelta(days=-30), timedelta(days=-366),
)  # fmt: skip
_NEAR_INSTANTS = st.sampled_from(
    [datetime.fromisoformat(around) + step for around in _AROUND for step in _STEPS]
)
_OUTERMOST_INSTANTS = st.builds(
    datetime.replace, st.sampled_from((MIN_INSTANT, MAX_INSTANT)), tzinfo=_ZONES
)
_INSTANTS = weighted(
    (11, st.builds(datetime.astimezone, _NEAR_INSTANTS, _ZONES)),
    (1, st.datetimes(timezones=_ZONES) | _OUTERMOST_INSTANTS),
)
_OUTERMOST_DAYS = st.sampled_from((date.min, date.max))
_DAYS = weighted((11, _NEAR_INSTANTS.map(datetime.date)), (1, st.dates() | _OUTERMOST_DAYS))
_USUAL_DURATIONS = st.sampled_from((
    Duration(days=30), Duration(months=1), Duration(days=1), Duration(weeks=1), Duration(months=2),
    Duration(years=1), Duration(months=1, days=1), Duration(hours=1), Duration(seconds=1),
    Duration(microseconds=1),
))  # fmt: skip
_HUGE_DURATIONS = st.sampled_from(
    (Duration(days=10**7), Duration(months=10**6), Duration(years=10**30, hours=1))
)
_MIXED_DURATIONS = st.builds(
    Duration, months=st.integers(0, 30), microseconds=st.integers(1, 10**15)
)
_DURATIONS = weighted((11, _USUAL_DURATIONS), (1, _HUGE_DURATIONS | _MIXED_DURATIONS))


def zones() -> SearchStrategy[tzinfo]:
    """Generate time zones whose clocks change at unusual times or by unusual amounts, and UTC.

    >>> from datetime import UTC
    >>> from hypothesis import find
    >>> from segkit.testing import zones
    >>> find(zones(), lambda zone: zone is not UTC)
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    return _ZONES


def instants() -> SearchStrategy[datetime]:
    """Generate aware datetimes in several zones, mostly in early 2024.

    These are a microsecond to a few months apart. Some are anywhere in the years 1 to 9999, or
    outside of these years in UTC [T12].

    >>> from hypothesis import find
    >>> from segkit.testing import instants
    >>> find(instants(), lambda at: at.year == 2024)
    datetime.datetime(2024, 1, 31, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return _INSTANTS


def durations() -> SearchStrategy[Duration]:
    """Generate a `Duration`, mostly a common one between a microsecond and a year.

    >>> from hypothesis import find
    >>> from segkit.testing import durations
    >>> find(durations(), lambda length: length.months > 1)
    Duration(months=2)
    """
    return _DURATIONS


_NUMBERS: Final[tuple[int | float | Decimal, ...]] = (
    1, 0, 2, 1.0, Decimal(1), 0.1, Decimal("0.1"), -0.0, -1, 2.5, 2**53 + 1, 2.0**53,
    float("inf"), Decimal("-Infinity"),
)  # fmt: skip
_TEXTS: Final = ("a", "b", "A", "ab", "ba", "", "ß", "SS", "é", "e\u0301")

_Plan = Enum("_Plan", {"TEXT": "a", "ONE": 1, "NONE": None, "NAN": float("nan"), "BYTES": b"a"})
_Size = IntEnum("_Size", {"SMALL": 1})
_Color = StrEnum("_Color", {"RED": "a"})
_NO_VALUES: Final = (None, float("nan"), Decimal("NaN"), Decimal("sNaN"))
_ODD_NUMBERS: Final = (
    float("-inf"), Decimal("Infinity"), 5e-324, 1.7976931348623157e308, Decimal("-0"),
    Decimal("1.000"), Decimal("1e-999999"), Decimal("9e399"), Decimal("1e400"),
    10**400 - 1, 10**400, 10**500, -(10**500), _Size.SMALL,
    hostile.RaisingInt(1), hostile.RaisingFloat(0.1),
)  # fmt: skip
_ODD_TEXTS: Final = (
    "\ud800", "a\ud800b", "\x00", "\u202e", "\U0001d4b6", "I", "\u0131", "\u0130",
    "a\nb", '"', "{}", "1", "true", hostile.RaisingText("a"), _Color.RED,
)  # fmt: skip
_NO_KIND: Final = (
    b"a", bytearray(b"a"), 1j, Fraction(1, 2), UUID(int=1), time(1), timedelta(1), object, ...,
    hostile.Raising(), *_Plan,
)  # fmt: skip
_LOCATIONS: Final[tuple[object, ...]] = (
    (48.85, 2.35), [48.9, 2.4], {"latitude": 0, "longitude": 0}, (Decimal("-33.9"), 151), (90, 0),
    (0, -180.0), (0, 180), (91, 0), (0, float("inf")), ("48.85", "2.35"), (True, 0),
    {"latitude": 0}, {"latitude": None, "longitude": 0},
)  # fmt: skip
_KEYS: Final = ("latitude", "zip", "", 1, None, 1.5, ("zip",), frozenset({1}), "\ud800")

_USUAL_LISTS = st.lists(st.sampled_from((*_TEXTS[:3], *_NUMBERS[:3])), max_size=3)
USUAL_VALUES: Final[dict[Kind, SearchStrategy[Any]]] = {
    Kind.BOOLEAN: st.sampled_from((True, False)),
    Kind.NUMBER: st.sampled_from(_NUMBERS),
    Kind.TEXT: st.sampled_from(_TEXTS),
    Kind.DAY: _DAYS,
    Kind.INSTANT: _INSTANTS,
    Kind.COLLECTION: st.one_of(_USUAL_LISTS, _USUAL_LISTS.map(tuple), _USUAL_LISTS.map(set)),
    Kind.LOCATION: st.sampled_from(_LOCATIONS),
}
"""Common values of each kind, close together, so that comparisons are often true."""
_SETS = st.frozensets(st.sampled_from((*_TEXTS[:3], 1, True, None, Fraction(1, 2))), max_size=3)


def values(*, hosted: bool = False) -> SearchStrategy[Any]:
    """Generate values of every kind and of no kind, as forms, data frames and pickles contain them.

    Examples: NaN (quiet and signalling), infinities and ``-0.0``; numbers that no float can
    represent, some with 500 digits; lone surrogates; booleans next to 1 and 0; dates; instants in
    several zones; Enum members; nested collections; mappings with unusual keys; bytes; objects, and
    subclasses of ``str`` and ``int``, that raise when they are compared or converted.

    Args:
        hosted: Whether to add values that only a host's own contacts and events can hold, because
            `Contact` and `Event` refuse or copy them: naive datetimes, zones without an offset,
            lists and mappings that raise when read, a list that contains itself.

    >>> from hypothesis import find
    >>> from segkit.testing import values
    >>> find(values(), lambda value: isinstance(value, bool))
    True
    """
    return _HOSTED if hosted else _VALUES


def _collections(members: SearchStrategy[Any]) -> SearchStrategy[Any]:
    lists = st.lists(members, max_size=3)
    mappings = st.dictionaries(st.sampled_from(_KEYS), members, max_size=2)
    return st.one_of(
        lists,
        lists.map(tuple),
        _SETS,
        _SETS.map(set),
        mappings,
        mappings.map(MappingProxyType),
        mappings.map(lambda mapping: defaultdict(list, mapping)),
        members.map(lambda member: {hostile.Raising(): member}),
    )


_SCALARS = st.one_of(
    *USUAL_VALUES.values(),
    *map(st.sampled_from, (_NO_VALUES, _ODD_NUMBERS, _ODD_TEXTS, _NO_KIND)),
    st.integers() | st.floats() | st.decimals(),
    st.text(st.characters(), max_size=4),
)
_FLAT = _collections(_SCALARS)
_VALUES = weighted((4, _SCALARS), (1, _collections(weighted((2, _SCALARS), (1, _FLAT)))))
_NAIVE: Final = datetime(2024, 2, 29, 12)  # noqa: DTZ001 - a value without a zone
_CONTAINS_ITSELF: Final[list[Any]] = []
_CONTAINS_ITSELF.append(_CONTAINS_ITSELF)
_HOSTED_ONLY: Final = (
    _NAIVE,
    _NAIVE.replace(tzinfo=hostile.RaisingZone()),
    hostile.RaisingList("a"),
    hostile.RaisingMapping(),
    _CONTAINS_ITSELF,
)
# By index, because `st.sampled_from` hashes the values, and a hash may raise.
_HOSTED = weighted(
    (4, _VALUES), (1, st.integers(0, len(_HOSTED_ONLY) - 1).map(_HOSTED_ONLY.__getitem__))
)

ContactWithEvents: TypeAlias = tuple[Contact[str], list[Event[str]]]
"""A contact and its events."""

EVENTS: Final = ("order", "opened", "odd \ud800\n")
LISTS: Final = ("vip", "news", "odd \ud800\n")
PATHS: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    (("plan",), Kind.TEXT),
    (("total",), Kind.NUMBER),
    (("gift",), Kind.BOOLEAN),
    (("born",), Kind.DAY),
    (("seen",), Kind.INSTANT),
    (("tags",), Kind.COLLECTION),
    (("address", "zip"), Kind.TEXT),
    (("home",), Kind.LOCATION),
    (("odd \ud800\n",), Kind.NUMBER),
)
"""Paths of attributes and of properties, each with its usual kind."""


@st.composite
def attribute_dicts(draw: DrawFn, unusual: SearchStrategy[Any]) -> dict[str, Any]:
    """Generate attributes or properties: most of the usual kind, some *unusual*, some absent."""
    attributes: dict[str, Any] = {}
    for (name, *steps), kind in PATHS:
        presence = draw(_PRESENCE)
        if presence == "unusual":
            attributes[name] = draw(unusual)
        elif presence == "usual":
            value = draw(USUAL_VALUES[kind])
            attributes[name] = {steps[0]: value} if steps else value
    return attributes


_PRESENCE = st.sampled_from(("absent", *["usual"] * 5, "unusual"))
_ATTRIBUTES = attribute_dicts(_VALUES)
_LISTS: SearchStrategy[dict[str, date | None]] = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(LISTS, st.none() | _INSTANTS | _DAYS)
)
_NAMES = st.sampled_from((*EVENTS[:2] * 2, EVENTS[2]))
_IDS, _UNIQUE_IDS = st.none() | st.sampled_from(("e1", "e2", 1, 1.0)), st.uuids()


def contacts(ids: SearchStrategy[str] | None = None) -> SearchStrategy[Contact[str]]:
    """Generate contacts with few names of attributes and lists, and mostly comparable values.

    Args:
        ids: A strategy for the ids; by default every id is ``"c1"``.

    >>> from hypothesis import find
    >>> from segkit.testing import contacts
    >>> find(contacts(), lambda contact: "vip" in contact.lists).lists
    {'vip': None}
    """
    return st.builds(Contact, st.just("c1") if ids is None else ids, _ATTRIBUTES, _LISTS)


def events(contact_id: str = "c1", *, unique_ids: bool = False) -> SearchStrategy[Event[str]]:
    """Generate events of one contact, with few names, mostly at the usual `instants`.

    Args:
        contact_id: The id of the contact.
        unique_ids: Whether every event has an id of its own. Otherwise some events share an id
            [E3].

    >>> from hypothesis import find
    >>> from segkit.testing import events
    >>> find(events("ada"), lambda event: event.name == "opened").contact_id
    'ada'
    """
    ids = _UNIQUE_IDS if unique_ids else _IDS
    return st.builds(Event, st.just(contact_id), _NAMES, _INSTANTS, _ATTRIBUTES, ids)


def histories(
    contact_id: str = "c1", *, unique_ids: bool = False, max_events: int = 4
) -> SearchStrategy[ContactWithEvents]:
    """Generate a contact with its events, in any order.

    Args:
        contact_id: The id of the contact.
        unique_ids: As for `events`.
        max_events: The maximum number of events.

    >>> from hypothesis import given, settings
    >>> from segkit import did, matches
    >>> from segkit.testing import histories, instants
    >>> @given(histories(), instants())
    ... @settings(max_examples=10)
    ... def contacts_without_orders_have_no_recent_order(history, now):
    ...     if matches(did("order").never(), *history, now=now):
    ...         assert not matches(did("order").within_last(days=30), *history, now=now)
    >>> contacts_without_orders_have_no_recent_order()
    """
    contact = contacts(st.just(contact_id))
    return st.tuples(contact, lists_up_to(max_events, events(contact_id, unique_ids=unique_ids)))


def lists_up_to(max_size: int, members: SearchStrategy[DrawnT]) -> SearchStrategy[list[DrawnT]]:
    """Generate lists in which every length up to *max_size* is common, unlike with ``st.lists``."""
    sizes = st.sampled_from((*range(max_size + 1), *range(1, max_size + 1)))
    return sizes.flatmap(lambda size: st.lists(members, min_size=size, max_size=size))
