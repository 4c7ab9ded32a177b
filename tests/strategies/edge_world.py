"""A world so small that a law can be tried at every instant of it.

It lies around the first midnight of 2024 in UTC, a Monday: a day, a week, a month, a quarter and a
year begin in the middle of it. Its instants are a microsecond apart and its windows a few
microseconds long, so random conditions and facts meet at every edge there is. What can be asked in
it is in the room of its rules.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.model.facts import Contact, Event
from segkit.testing.strategies import ContactWithEvents, weighted

_MIDNIGHT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -4, 3

LONGEST: Final = 6
"""Microseconds of the longest window."""


def _at(microseconds: int) -> datetime:
    return _MIDNIGHT + timedelta(microseconds=microseconds)


SMALL_NOWS: Final = tuple(map(_at, range(_FIRST - LONGEST - 1, _LAST + LONGEST + 2)))
"""Every instant at which something changes in the small world, with one before and one behind."""

VALUE_NAME: Final[str] = "x"
"""The name of what mostly has a value: of an attribute, a property, a list, and of events."""
TIME_NAME: Final[str] = "y"
"""The name of what mostly has an instant or a day."""

VALUES: Final = (1, 2, "a", True)
TIMES: Final = (*map(_at, range(_FIRST, _LAST + 1)), date(2023, 12, 31), date(2024, 1, 1))
_MANY: Final = ((1, "a"), (0, 0), (), (TIMES[0], 2))
"""Collections; the second is a location, too."""


def small_histories(*, max_events: int = 4) -> SearchStrategy[ContactWithEvents]:
    """A contact and its events in the small world; some events share an id [E3].

    Args:
        max_events: The most events there are.

    >>> from hypothesis import find
    >>> from segkit.testing import SMALL_NOWS, small_histories
    >>> contact, events = find(small_histories(), lambda history: len(history[1]) == 1)
    >>> events[0].at in SMALL_NOWS
    True
    """
    sizes = st.sampled_from((*range(max_events + 1), *range(1, max_events + 1)))
    several = sizes.flatmap(lambda size: st.lists(_EVENTS, min_size=size, max_size=size))
    return st.tuples(_CONTACTS, several)


_TIME: SearchStrategy[object] = st.sampled_from(TIMES)
_TIME_OR_NONE = st.sampled_from((*TIMES, None))
_ANYTHING: SearchStrategy[object] = st.sampled_from((*VALUES, *TIMES, *_MANY, None, None))
_KNOWN: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        VALUE_NAME: weighted(
            (4, st.sampled_from(VALUES)), (1, st.sampled_from(_MANY)), (1, _ANYTHING)
        ),
        TIME_NAME: weighted((4, _TIME), (1, _ANYTHING)),
    }
)
_ON_BOTH: dict[str, SearchStrategy[date | None]] = dict.fromkeys(
    (VALUE_NAME, TIME_NAME), _TIME_OR_NONE
)
_LISTS = weighted(
    (2, st.fixed_dictionaries(_ON_BOTH)), (1, st.fixed_dictionaries({}, optional=_ON_BOTH))
)
_CONTACTS = st.builds(Contact, st.just("c1"), _KNOWN, _LISTS)
_EVENTS = st.builds(
    Event,
    st.just("c1"),
    st.sampled_from((VALUE_NAME, TIME_NAME)),
    st.sampled_from(TIMES[:-2]),
    _KNOWN,
    st.sampled_from((None, None, "e1", "e2")),
)
