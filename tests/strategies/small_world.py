"""A world so small that a property can be tested at every instant.

It is around the first midnight of 2024 in UTC, a Monday: a day, a week, a month, a quarter and a
year begin in the middle of it. Instants are a microsecond apart and windows a few microseconds
long, so that random facts are at every bound of random conditions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.model.comparisons import Anniversary, Place
from segkit.model.facts import Contact, Event
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next
from segkit.model.values import Kind
from segkit.testing.strategies import ContactWithEvents, lists_up_to, weighted
from tests.strategies.world import World

_MIDNIGHT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -4, 3

_LONGEST_WINDOW: Final = 6
"""Microseconds."""


def _at(microseconds: int) -> datetime:
    return _MIDNIGHT + timedelta(microseconds=microseconds)


SMALL_NOWS: Final = tuple(
    map(_at, range(_FIRST - _LONGEST_WINDOW - 1, _LAST + _LONGEST_WINDOW + 2))
)
"""Every instant at which something changes in the small world, and one before and one after."""

_VALUE_NAME: Final[str] = "x"
"""The name of an attribute or property that usually has a value; also of a list and an event."""
_TIME_NAME: Final[str] = "y"
"""The name of an attribute or property that usually has an instant or a day."""
_NAMES: Final = (_VALUE_NAME, _TIME_NAME)

_VALUES: Final = (1, 2, "a", True)
_INSTANTS: Final = tuple(map(_at, range(_FIRST, _LAST + 1)))
_DAYS: Final = (date(2023, 12, 31), date(2024, 1, 1))
_TIMES: Final = (*_INSTANTS, *_DAYS)
_COLLECTIONS: Final = ((1, "a"), (0, 0), (), (_INSTANTS[0], 2))
"""Collections; the second is a location, too."""

SMALL: Final = World(
    paths=(
        (
            (_VALUE_NAME,),
            (
                *[Kind.NUMBER] * 2,
                *[Kind.TEXT] * 3,
                Kind.BOOLEAN,
                Kind.COLLECTION,
                Kind.LOCATION,
            ),
        ),
        ((_TIME_NAME,), (*[Kind.INSTANT] * 6, *[Kind.DAY] * 3)),
    ),
    number_paths=((_VALUE_NAME,),),
    event_names=_NAMES,
    list_names=_NAMES,
    salts=("a", "b", "c"),
    percents=(50, 0.01, 99.5),
    scalars={
        Kind.BOOLEAN: st.sampled_from((True, False)),
        Kind.NUMBER: st.sampled_from((1, 2, 0, 1.5, 3)),
        Kind.TEXT: st.sampled_from(("a", "A")),
        Kind.DAY: st.sampled_from(_DAYS),
        Kind.INSTANT: st.sampled_from(_INSTANTS),
    },
    members=_VALUES,
    patterns=("a", "^A", "(?i)A$"),
    places=(Place(1, 0, 0), Place(1, 0, 90)),
    anniversaries=tuple(
        Anniversary(first, last) for first, last in ((0, 0), (-1, -1), (1, 1), (0, 1), (-1, 0))
    ),
    durations=st.sampled_from(
        [Duration(microseconds=length) for length in range(1, _LONGEST_WINDOW + 1)]
    ),
    ends=st.sampled_from(_TIMES),
    calendar_offsets=(0, -1, 0, -1, 1),
    calendar_counts=(1, 2),
    # Windows that move with now are drawn more often than fixed ones.
    window_weights={Last: 4, Ago: 4, Between: 2, Calendar: 2, Next: 3, Ever: 3},
    within_weight=12,
)
"""The names and values that `small_histories` generates."""


def small_histories(*, max_events: int = 4) -> SearchStrategy[ContactWithEvents]:
    """Generate a contact with its events in the small world; some events share an id [E3].

    Args:
        max_events: The maximum number of events.

    >>> from hypothesis import find
    >>> from tests.strategies import SMALL_NOWS, small_histories
    >>> contact, events = find(small_histories(), lambda history: len(history[1]) == 1)
    >>> events[0].at in SMALL_NOWS
    True
    """
    return st.tuples(_CONTACTS, lists_up_to(max_events, _EVENTS))


_TIME: SearchStrategy[object] = st.sampled_from(_TIMES)
_TIME_OR_NONE = st.sampled_from((*_TIMES, None))
_ANYTHING: SearchStrategy[object] = st.sampled_from((*_VALUES, *_TIMES, *_COLLECTIONS, None, None))
_KNOWN: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        _VALUE_NAME: weighted(
            (4, st.sampled_from(_VALUES)), (1, st.sampled_from(_COLLECTIONS)), (1, _ANYTHING)
        ),
        _TIME_NAME: weighted((4, _TIME), (1, _ANYTHING)),
    }
)
_BOTH_LISTS: dict[str, SearchStrategy[date | None]] = dict.fromkeys(_NAMES, _TIME_OR_NONE)
_LISTS = weighted(
    (2, st.fixed_dictionaries(_BOTH_LISTS)), (1, st.fixed_dictionaries({}, optional=_BOTH_LISTS))
)
_CONTACTS = st.builds(Contact, st.just("c1"), _KNOWN, _LISTS)
_EVENTS = st.builds(
    Event,
    st.just("c1"),
    st.sampled_from(_NAMES),
    st.sampled_from(_INSTANTS),
    _KNOWN,
    st.sampled_from((None, None, "e1", "e2")),
)
