"""Strategies of which some are drawn more often than others.

Zones, instants, days and durations: mostly close together, so that they meet.

Values of every kind, those included that hurt code which trusts its data.

Contacts with their events, of few names, so that conditions find something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.clock import MAX_INSTANT, MIN_INSTANT, parse_zone
from segkit.model.comparisons import Scalar
from segkit.model.facts import Contact, Event
from segkit.model.time_spans import Duration
from segkit.model.values import Kind
from segkit.testing.hostile import (
    Raising,
    RaisingFloat,
    RaisingInt,
    RaisingList,
    RaisingMapping,
    RaisingText,
    RaisingZone,
)

DrawnT = TypeVar("DrawnT")


def weighted(*choices: tuple[int, SearchStrategy[DrawnT]]) -> SearchStrategy[DrawnT]:
    """One of several strategies, each so many times as often as its number says.

    `st.one_of` takes a strategy that is given twice only once, and one that is an ``st.one_of``
    itself as all that is in it.
    """
    places = [place for place, (weight, _) in enumerate(choices) for _ in range(weight)]
    return _chosen(st.sampled_from(places), tuple(strategy for _, strategy in choices))


@st.composite
def _chosen(
    draw: DrawFn, places: SearchStrategy[int], strategies: tuple[SearchStrategy[DrawnT], ...]
) -> DrawnT:
    return draw(strategies[draw(places)])


_ZONES: Final = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Asia/Kathmandu",  # 5 hours and 45 minutes from UTC
    "America/Havana",  # clocks change at midnight: some midnights are missing, some come twice
    "Pacific/Kiritimati",  # 14 hours ahead of UTC, from a day that it skipped in 1994
    "Africa/Monrovia",  # until 1972, 44 minutes and 30 seconds behind UTC
)
_AROUND: Final = (
    "2024-01-31T00:00Z",
    "2024-02-29T12:00Z",
    "2024-03-01T00:00Z",
    "2024-03-10T05:00Z",  # the first instant of a day without midnight in Havana
    "2024-03-31T01:00Z",  # the clocks of Paris go from 2 to 3
    "2024-04-01T00:00Z",
)
_STEPS: Final = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(microseconds=-1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=-1),
    timedelta(days=-30),
    timedelta(days=-366),
)
_LENGTHS: Final = (
    Duration(days=30),
    Duration(months=1),
    Duration(days=1),
    Duration(weeks=1),
    Duration(months=2),
    Duration(years=1),
    Duration(months=1, days=1),
    Duration(hours=1),
    Duration(seconds=1),
    Duration(microseconds=1),
)
_HUGE: Final = (Duration(days=10**7), Duration(months=10**6), Duration(years=10**30, hours=1))

# Strategies are made once and drawn from often: making one takes longer than drawing from it.
_NEAR = st.sampled_from(
    [datetime.fromisoformat(around) + step for around in _AROUND for step in _STEPS]
)
_ZONE = st.sampled_from(_ZONES).map(parse_zone)
_FAR_INSTANTS: SearchStrategy[datetime] = st.datetimes(timezones=_ZONE) | st.builds(
    datetime.replace, st.sampled_from((MIN_INSTANT, MAX_INSTANT)), tzinfo=_ZONE
)
_FAR_DAYS = st.dates() | st.sampled_from((date.min, date.max))
_NEAR_LENGTHS = st.sampled_from(_LENGTHS)
_FAR_LENGTHS = st.sampled_from(_HUGE) | st.builds(
    Duration, months=st.integers(0, 30), microseconds=st.integers(1, 10**15)
)
_IS_FAR = st.sampled_from((*[False] * 11, True))


def zones() -> SearchStrategy[tzinfo]:
    """``UTC`` and zones of `zoneinfo` whose clocks change at odd times or by odd amounts.

    >>> from datetime import UTC
    >>> from hypothesis import find
    >>> from segkit.testing import zones
    >>> find(zones(), lambda zone: zone is not UTC)
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    return _ZONE


@st.composite
def instants(draw: DrawFn) -> datetime:
    """Aware datetimes in several zones: mostly of early 2024, a microsecond to months apart.

    Some are anywhere from year 1 to 9999, or outside of these in UTC [T12].

    >>> from hypothesis import find
    >>> from segkit.testing import instants
    >>> find(instants(), lambda at: at.year == 2024)
    datetime.datetime(2024, 1, 31, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if draw(_IS_FAR):
        return draw(_FAR_INSTANTS)
    return draw(_NEAR).astimezone(draw(_ZONE))


@st.composite
def days(draw: DrawFn) -> date:
    """Days, mostly those of the usual `instants`."""
    return draw(_FAR_DAYS) if draw(_IS_FAR) else draw(_NEAR).date()


@st.composite
def durations(draw: DrawFn) -> Duration:
    """Lengths of time: mostly few usual ones, from a microsecond to a year; any others, too.

    >>> from hypothesis import find
    >>> from segkit.testing import durations
    >>> find(durations(), lambda length: length.months > 1)
    Duration(months=2)
    """
    return draw(_FAR_LENGTHS if draw(_IS_FAR) else _NEAR_LENGTHS)


# Few scalars of each kind, close to each other, so that comparing them is often true.
_BOOLEANS: Final = (True, False)
_NUMBERS: Final[tuple[int | float | Decimal, ...]] = (
    1, 0, 2, 1.0, Decimal(1), 0.1, Decimal("0.1"), -0.0, -1, 2.5, 2**53 + 1, 2.0**53,
    float("inf"), Decimal("-Infinity"),
)  # fmt: skip
_TEXTS: Final = ("a", "b", "A", "ab", "ba", "", "ß", "SS", "é", "e\u0301")


class _Plan(Enum):
    FREE = "a"
    ONE = 1
    NO_VALUE = None
    NAN = float("nan")
    NO_KIND = b"a"


class _Size(IntEnum):
    SMALL = 1


class _Color(StrEnum):
    RED = "a"


_NOTHING: Final = (None, float("nan"), Decimal("NaN"), Decimal("sNaN"))
_ODD_NUMBERS: Final = (
    float("-inf"), Decimal("Infinity"), 5e-324, 1.7976931348623157e308, Decimal("-0"),
    Decimal("1.000"), Decimal("1e-999999"), Decimal("9e399"), Decimal("1e400"),
    10**400 - 1, 10**400, 10**500, -(10**500), RaisingInt(1), RaisingFloat(0.1), _Size.SMALL,
)  # fmt: skip
_ODD_TEXTS: Final = (
    "\ud800", "a\ud800b", "\x00", "\u202e", "\U0001d4b6", "I", "\u0131", "\u0130",
    "a\nb", '"', "{}", "1", "true", RaisingText("a"), _Color.RED,
)  # fmt: skip
_NO_KIND: Final = (
    b"a", bytearray(b"a"), 1j, Fraction(1, 2), UUID(int=1), time(1), timedelta(1), object, ...,
    Raising(), *_Plan,
)  # fmt: skip
_LOCATIONS: Final[tuple[object, ...]] = (
    (48.85, 2.35), [48.9, 2.4], {"latitude": 0, "longitude": 0}, (Decimal("-33.9"), 151), (90, 0),
    (0, -180.0), (0, 180), (91, 0), (0, float("inf")), ("48.85", "2.35"), (True, 0),
    {"latitude": 0}, {"latitude": None, "longitude": 0},
)  # fmt: skip
_KEYS: Final = ("latitude", "zip", "", 1, None, 1.5, ("zip",), frozenset({1}), "\ud800")

_SCALARS_OF: Final[dict[Kind, SearchStrategy[Scalar]]] = {
    Kind.BOOLEAN: st.sampled_from(_BOOLEANS),
    Kind.NUMBER: st.sampled_from(_NUMBERS),
    Kind.TEXT: st.sampled_from(_TEXTS),
    Kind.DAY: days(),
    Kind.INSTANT: instants(),
}
_USUAL_LISTS = st.lists(st.sampled_from((*_TEXTS[:3], *_NUMBERS[:3])), max_size=3)
_USUAL: Final[dict[Kind, SearchStrategy[Any]]] = {
    **_SCALARS_OF,
    Kind.COLLECTION: st.one_of(_USUAL_LISTS, _USUAL_LISTS.map(tuple), _USUAL_LISTS.map(set)),
    Kind.LOCATION: st.sampled_from(_LOCATIONS),
}
_SETS = st.frozensets(st.sampled_from((*_TEXTS[:3], 1, True, None, Fraction(1, 2))), max_size=3)


def operands(kind: Kind) -> SearchStrategy[Scalar]:
    """Scalars of one kind, as the operands of comparisons; of no other kind there are any."""
    return _SCALARS_OF[kind]


def usual_values(kind: Kind) -> SearchStrategy[Any]:
    """Values of one kind that an attribute may well have, close to the `operands` of that kind."""
    return _USUAL[kind]


@st.composite
def values(draw: DrawFn, *, hosted: bool = False) -> Any:  # noqa: ANN401 - values are of any type
    """Values of every kind and of no kind, as they come from forms, data frames and pickles.

    Among them: NaN, signalling too, infinities and ``-0.0``; numbers that no float has, some of
    500 digits; lone surrogates; booleans next to 1 and 0; days; instants in several zones; Enum
    members; nested collections; mappings with odd keys; bytes; subclasses of ``str`` and ``int``,
    and objects, that raise whenever they are compared, converted or asked for their truth.

    Args:
        hosted: Whether to add what only a host's own objects can hold, because `Contact` and
            `Event` refuse or copy it: naive datetimes, zones without an offset, lists and mappings
            that raise when read, a list that holds itself.

    >>> from hypothesis import find
    >>> from segkit.testing import values
    >>> find(values(), lambda value: isinstance(value, bool))
    True
    """
    return draw(_HOSTED if hosted else _VALUES)


def _collections(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    lists = st.lists(inner, max_size=3)
    mappings = st.dictionaries(st.sampled_from(_KEYS), inner, max_size=2)
    return st.one_of(
        lists,
        lists.map(tuple),
        _SETS,
        _SETS.map(set),
        mappings,
        mappings.map(MappingProxyType),
        mappings.map(_growing),
        inner.map(_never_found),
    )


def _growing(mapping: Mapping[Any, Any]) -> defaultdict[Any, Any]:
    return defaultdict(list, mapping)


def _never_found(value: object) -> dict[Any, Any]:
    """A mapping in which looking up ``"zip"`` raises."""
    return {Raising("zip"): value}


def _naive(*, zone: RaisingZone | None) -> datetime:
    return datetime(2024, 2, 29, 12, tzinfo=zone)


def _holding_itself() -> list[Any]:
    held: list[Any] = []
    held.append(held)
    return held


_SCALARS = st.one_of(
    st.sampled_from(_NOTHING),
    st.sampled_from(_BOOLEANS),
    st.sampled_from(_NUMBERS),
    st.sampled_from(_TEXTS),
    st.sampled_from(_ODD_NUMBERS),
    st.sampled_from(_ODD_TEXTS),
    st.sampled_from(_NO_KIND),
    st.sampled_from(_LOCATIONS),
    days(),
    instants(),
    st.integers() | st.floats() | st.decimals(),
    st.text(st.characters(), max_size=4),
)
_FLAT = _collections(_SCALARS)
_VALUES = weighted((4, _SCALARS), (1, _collections(weighted((2, _SCALARS), (1, _FLAT)))))
_HOSTED_ONLY: SearchStrategy[Any] = st.one_of(
    st.builds(_naive, zone=st.none() | st.builds(RaisingZone)),
    st.builds(RaisingList, st.just(("a",))),
    st.builds(RaisingMapping),
    st.builds(_holding_itself),
)
_HOSTED = weighted((4, _VALUES), (1, _HOSTED_ONLY))


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
"""What is known of contacts and of events, each with the kind that it usually is of."""


@st.composite
def attribute_dicts(draw: DrawFn, *, hosted: bool = False) -> dict[str, Any]:
    """Attributes or properties: most of their usual kind, some of any other, some absent."""
    found: dict[str, Any] = {}
    for ((name, *steps), kind), presence in zip(PATHS, draw(_PRESENCES), strict=True):
        if presence == "anything":
            found[name] = draw(_HOST_VALUES if hosted else _ANYTHING)
        elif presence == "usual":
            value = draw(usual_values(kind))
            found[name] = {steps[0]: value} if steps else value
    return found


_PRESENCES = st.lists(
    st.sampled_from(("absent", *["usual"] * 5, "anything")),
    min_size=len(PATHS),
    max_size=len(PATHS),
)
_ANYTHING, _HOST_VALUES = values(), values(hosted=True)
_JOINED = st.none() | instants() | days()
_IDS, _UNIQUE_IDS = st.none() | st.sampled_from(("e1", "e2", 1, 1.0)), st.uuids()
_NAMES = st.sampled_from((*EVENTS[:2] * 2, EVENTS[2]))
_INSTANTS = instants()
_KNOWN = attribute_dicts()
_LISTS: SearchStrategy[dict[str, date | None]] = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(LISTS, _JOINED)
)


@st.composite
def contacts(draw: DrawFn, ids: SearchStrategy[str] | None = None) -> Contact[str]:
    """Contacts whose attributes and lists have few names, and mostly comparable values.

    Args:
        ids: Where their ids are drawn from; by default all are ``"c1"``.

    >>> from hypothesis import find
    >>> from segkit.testing import contacts
    >>> find(contacts(), lambda contact: "vip" in contact.lists).lists
    {'vip': None}
    """
    return Contact("c1" if ids is None else draw(ids), draw(_KNOWN), draw(_LISTS))


@st.composite
def events(draw: DrawFn, contact_id: str = "c1", *, unique_ids: bool = False) -> Event[str]:
    """Events of one contact, of few names, most of them at the usual `instants`.

    Args:
        contact_id: Whose they are.
        unique_ids: Whether every event has an id of its own; otherwise some share one [E3].

    >>> from hypothesis import find
    >>> from segkit.testing import events
    >>> find(events("ada"), lambda event: event.name == "opened").contact_id
    'ada'
    """
    ids = _UNIQUE_IDS if unique_ids else _IDS
    return Event(contact_id, draw(_NAMES), draw(_INSTANTS), draw(_KNOWN), draw(ids))


def histories(
    contact_id: str = "c1", *, unique_ids: bool = False, max_events: int = 4
) -> SearchStrategy[ContactWithEvents]:
    """A contact with its events, in any order.

    Args:
        contact_id: Who it is.
        unique_ids: As for `events`.
        max_events: The most events there are.

    >>> from hypothesis import given, settings
    >>> from segkit import did, matches
    >>> from segkit.testing import histories, instants
    >>> @given(histories(), instants())
    ... @settings(max_examples=10)
    ... def who_never_ordered_did_not_order_lately(history, now):
    ...     if matches(did("order").never(), *history, now=now):
    ...         assert not matches(did("order").within_last(days=30), *history, now=now)
    >>> who_never_ordered_did_not_order_lately()
    """
    met = events(contact_id, unique_ids=unique_ids)
    # As often many as few, which st.lists alone would not draw.
    sizes = st.sampled_from((*range(max_events + 1), *range(1, max_events + 1)))
    several = sizes.flatmap(lambda size: st.lists(met, min_size=size, max_size=size))
    return st.tuples(contacts(st.just(contact_id)), several)
