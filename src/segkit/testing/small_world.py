"""A world so small that a law can be tried at every instant of it.

It lies around the first midnight of 2024 in UTC, a Monday: a day, a week, a month, a quarter and a
year begin in the middle of it. Its instants are a microsecond apart and its windows a few
microseconds long, so random conditions and facts meet at every edge there is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.comparisons import Comparison
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCondition,
    EventCount,
    ListMembership,
    Property,
)
from segkit.model.durations import Duration
from segkit.model.facts import Contact, Event
from segkit.model.operators import Operator
from segkit.model.windows import Ago, Between, Calendar, CalendarUnit, Ever, Last, Next, Window
from segkit.testing.groups import nested
from segkit.testing.wide_facts import History

__all__ = ["SMALL_NOWS", "small_conditions", "small_histories"]

_MIDNIGHT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -4, 3
_LONGEST: Final = 6


def _at(microseconds: int) -> datetime:
    return _MIDNIGHT + timedelta(microseconds=microseconds)


SMALL_NOWS: Final = tuple(map(_at, range(_FIRST - _LONGEST - 1, _LAST + _LONGEST + 2)))
"""Every instant at which something changes in the small world, with one before and one behind."""

_VALUED: Final[str] = "x"
_TIMED: Final[str] = "y"
_NAMES: Final = (_VALUED, _TIMED)
"""What is named ``x`` mostly has a value, what is named ``y`` mostly an instant or a day."""

_VALUES: Final = (1, 2, "a", True)
_TIMES: Final = (*map(_at, range(_FIRST, _LAST + 1)), date(2023, 12, 31), date(2024, 1, 1))
_LENGTHS: Final = tuple(Duration(microseconds=length) for length in range(1, _LONGEST + 1))
_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)
_RANGES: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (None, None), (2, None), (0, None), (None, 0), (None, 1), (1, 1), (1, 2), (2, 2),
)  # fmt: skip
_ORDER: Final[tuple[Operator, ...]] = ("==", "<", "<=", ">", ">=")
_IN_TEXT: Final[tuple[Operator, ...]] = ("contains", "starts_with", "ends_with")


def small_histories(*, max_events: int = 4) -> SearchStrategy[History]:
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


_TIME = st.sampled_from(_TIMES)
_TIME_OR_NONE = st.sampled_from((*_TIMES, None))
_ANYTHING = st.sampled_from((*_VALUES, *_TIMES, None))
_KNOWN: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        _VALUED: st.sampled_from(_VALUES) | st.sampled_from((*_VALUES, None)) | _ANYTHING,
        _TIMED: _TIME | _TIME_OR_NONE | _ANYTHING,
    }
)
_ON_BOTH: dict[str, SearchStrategy[date | None]] = dict.fromkeys(_NAMES, _TIME_OR_NONE)
_LISTS = st.fixed_dictionaries(_ON_BOTH) | st.fixed_dictionaries({}, optional=_ON_BOTH)
_CONTACTS = st.builds(Contact, st.just("c1"), _KNOWN, _LISTS)
_EVENTS = st.builds(
    Event,
    st.just("c1"),
    st.sampled_from(_NAMES),
    st.sampled_from(_TIMES[:-2]),
    _KNOWN,
    st.sampled_from((None, None, "e1", "e2")),
)


def small_conditions(*, max_leaves: int = 4) -> SearchStrategy[Condition]:
    """Conditions of every kind whose windows are one to six microseconds, or a calendar unit.

    Args:
        max_leaves: The most leaves in one condition, those within ``where`` not counted.

    >>> from hypothesis import given, settings
    >>> from segkit import matches
    >>> from segkit.testing import SMALL_NOWS, small_conditions, small_histories
    >>> @given(small_conditions(), small_histories())
    ... @settings(max_examples=20)
    ... def nobody_is_in_and_out(condition, history):
    ...     for now in SMALL_NOWS:
    ...         inside = matches(condition, *history, now=now)
    ...         assert matches(~condition, *history, now=now) is not inside
    >>> nobody_is_in_and_out()
    """
    return nested(_LEAVES, max_leaves)


@st.composite
def _attributes(draw: DrawFn) -> Attribute:
    return Attribute(*_compared(draw))


@st.composite
def _properties(draw: DrawFn) -> Property:
    return Property(*_compared(draw))


def _compared(draw: DrawFn) -> tuple[tuple[str], Comparison]:
    """A path, and a comparison that mostly suits what is there."""
    name = draw(_PATHS)
    return (name,), draw(_WITH_TIMES if (name == _TIMED) is draw(_MOSTLY) else _WITH_VALUES)


@st.composite
def _event_counts(draw: DrawFn) -> EventCount:
    minimum, maximum = draw(_COUNTS)
    return EventCount(draw(_SEVERAL), minimum, maximum, draw(_PAST), draw(_WHERE))


@st.composite
def _agos(draw: DrawFn) -> Ago:
    shorter, longer = sorted(draw(_TWO_LENGTHS), key=lambda length: length.microseconds)
    return Ago(longer if draw(_MOSTLY) else None, shorter)


@st.composite
def _betweens(draw: DrawFn) -> Between:
    one, other = draw(_TIME), draw(_TIME_OR_NONE)
    if other is None:
        return Between(one, None) if draw(st.booleans()) else Between(None, one)
    if isinstance(one, datetime) is isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    return Between(one, other)  # a day and an instant next to it may stand in either order


# What moves with now is drawn more often than what stands still.
_PATHS = st.sampled_from((_VALUED, _TIMED, _TIMED))
_COUNTS = st.sampled_from(_RANGES)
_SEVERAL = st.sampled_from((_NAMES[:1], _NAMES[1:], _NAMES, _NAMES))
_MOSTLY = st.sampled_from((*[True] * 5, False))

_TWO_LENGTHS = st.lists(st.sampled_from(_LENGTHS), min_size=2, max_size=2, unique=True)
_LASTS = st.builds(Last, st.sampled_from(_LENGTHS))
_NEXTS = st.builds(Next, st.sampled_from(_LENGTHS))
_CALENDARS = st.builds(
    Calendar, st.sampled_from(_UNITS), st.sampled_from((0, -1, 0, -1, 1)), st.integers(1, 2)
)
_PAST: SearchStrategy[Window] = st.one_of(
    st.builds(Ever), _LASTS, _LASTS, _agos(), _agos(), _betweens(), _CALENDARS
)
_WINDOWS: SearchStrategy[Window] = st.one_of(_LASTS, _NEXTS, _agos(), _betweens(), _CALENDARS)

_WITHIN = st.builds(Comparison, st.just("within"), _WINDOWS)
_WITH_TIMES = st.one_of(
    _WITHIN,
    _WITHIN,
    _WITHIN,
    st.builds(Comparison, st.sampled_from(_ORDER), _TIME),
    st.builds(Comparison, st.just("is_in"), st.lists(_TIME, max_size=2).map(tuple)),
)
_WITH_VALUES = st.one_of(
    st.just(Comparison("is_set")),
    st.builds(Comparison, st.just("=="), st.sampled_from((*_VALUES, "A")), st.booleans()),
    st.builds(Comparison, st.sampled_from(_ORDER), st.sampled_from((1, 2, "a"))),
    st.builds(Comparison, st.sampled_from(_IN_TEXT), st.sampled_from("aA"), st.booleans()),
    st.builds(Comparison, st.just("between"), st.sampled_from(((1, 1), (1, 2), ("a", "b")))),
    st.builds(
        Comparison,
        st.just("is_in"),
        st.lists(st.sampled_from((*_VALUES, *_TIMES)), max_size=3).map(tuple),
        st.booleans(),
    ),
)
_WHERE = st.none() | cast("SearchStrategy[EventCondition]", nested(_properties(), 2))
_MEMBERSHIPS = st.builds(
    ListMembership, st.sampled_from((None, *_NAMES)), st.none() | _WITH_TIMES | _WITH_TIMES
)
_LEAVES: SearchStrategy[Condition] = st.one_of(
    _attributes(), _attributes(), _event_counts(), _event_counts(), _MEMBERSHIPS
)
