"""A world so small that a law can be tried at every instant of it.

It lies around the first midnight of 2024 in UTC, a Monday: a day, a week, a month, a quarter and a
year begin in the middle of it. Its instants are a microsecond apart and its windows a few
microseconds long, so random conditions and facts meet at every edge there is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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
from segkit.model.logic import And, Not, Or
from segkit.model.operators import Comparison, Operator
from segkit.model.windows import Ago, Between, Calendar, CalendarUnit, Ever, Last, Next, Window
from segkit.testing.wide_facts import History

__all__ = ["SMALL_NOWS", "small_conditions", "small_histories"]

_MIDNIGHT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -4, 3
_LONGEST: Final = 6


def _at(microseconds: int) -> datetime:
    return _MIDNIGHT + timedelta(microseconds=microseconds)


SMALL_NOWS: Final = tuple(map(_at, range(_FIRST - _LONGEST - 1, _LAST + _LONGEST + 2)))
"""Every instant at which something changes in the small world, with one before and one behind."""

_NAMES: Final = ("x", "y")
_VALUES: Final = (1, 2, "a", True)
_INSTANTS: Final = tuple(map(_at, range(_FIRST, _LAST + 1)))
_DAYS: Final = (date(2023, 12, 31), date(2024, 1, 1))
_LENGTHS: Final = tuple(Duration(microseconds=length) for length in range(1, _LONGEST + 1))
_UNITS: Final[tuple[CalendarUnit, ...]] = get_args(CalendarUnit)
_COUNTS: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (2, None), (0, None), (None, 0), (None, 1), (1, 1), (1, 2), (2, 2),
)  # fmt: skip

_SINGLE: Final[tuple[Operator, ...]] = ("==", "<", "<=", ">", ">=")
_IN_TEXT: Final[tuple[Operator, ...]] = ("==", "contains", "starts_with", "ends_with")
_ANYTHING: Final = _VALUES + _INSTANTS + _DAYS


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
    known: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(_NAMES, st.sampled_from(_ANYTHING) | st.none())
    )
    joined = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(_NAMES, st.none() | st.sampled_from(_INSTANTS + _DAYS))
    )
    events = st.builds(
        Event,
        st.just("c1"),
        st.sampled_from(_NAMES),
        st.sampled_from(_INSTANTS),
        known,
        st.none() | st.sampled_from((1, 2)),
    )
    contacts = st.builds(Contact, st.just("c1"), known, joined)
    return st.tuples(contacts, st.lists(events, max_size=max_events))


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
    leaves = st.one_of(_attributes(), _memberships(), _event_counts())
    return st.recursive(leaves, _groups, max_leaves=max_leaves)


def _groups(inner: SearchStrategy[Condition]) -> SearchStrategy[Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


def _attributes() -> SearchStrategy[Attribute]:
    return st.builds(Attribute, st.sampled_from(_NAMES), _in_time() | _of_values())


def _memberships() -> SearchStrategy[ListMembership]:
    return st.builds(ListMembership, st.none() | st.sampled_from(_NAMES), st.none() | _in_time())


def _event_counts() -> SearchStrategy[EventCount]:
    properties = st.builds(Property, st.sampled_from(_NAMES), _in_time() | _of_values())
    where = st.recursive(properties, _groups, max_leaves=2)
    windows: SearchStrategy[Window] = st.just(Ever()) | _windows()
    return st.builds(
        _counted,
        st.sampled_from((_NAMES[:1], _NAMES[1:], _NAMES)),
        st.sampled_from(_COUNTS),
        windows.filter(lambda window: not isinstance(window, Next)),
        st.none() | cast("SearchStrategy[EventCondition]", where),
    )


def _counted(
    names: tuple[str, ...],
    counts: tuple[int | None, int | None],
    window: Window,
    condition: EventCondition | None,
) -> EventCount:
    return EventCount(names, *counts, window, condition)


def _in_time() -> SearchStrategy[Comparison]:
    """Comparisons with an instant, with a day, or with a window."""
    fixed = st.builds(Comparison, st.sampled_from(_SINGLE), st.sampled_from(_INSTANTS + _DAYS))
    return st.one_of(fixed, st.builds(Comparison, st.just("within"), _windows()))


def _of_values() -> SearchStrategy[Comparison]:
    """All other comparisons."""
    several = st.lists(st.sampled_from(_ANYTHING), max_size=3).map(tuple)
    return st.one_of(
        st.just(Comparison("is_set")),
        st.builds(Comparison, st.just("=="), st.sampled_from(_ANYTHING)),
        st.builds(Comparison, st.sampled_from(_SINGLE), st.sampled_from((1, 2, "a"))),
        st.builds(Comparison, st.sampled_from(_IN_TEXT), st.sampled_from("aA"), st.booleans()),
        st.builds(Comparison, st.just("is_in"), several, st.booleans()),
        st.builds(Comparison, st.just("between"), st.sampled_from(((1, 1), (1, 2), ("a", "b")))),
    )


def _windows() -> SearchStrategy[Window]:
    lengths = st.sampled_from(_LENGTHS)
    ends = st.sampled_from(_INSTANTS + _DAYS)
    return st.one_of(
        lengths.map(Last),
        lengths.map(Next),
        st.builds(_ago, st.none() | lengths, lengths),
        st.builds(_between, ends, st.none() | ends),
        st.builds(Calendar, st.sampled_from(_UNITS), st.integers(-1, 1), st.integers(1, 2)),
    )


def _ago(older: Duration | None, newer: Duration) -> Ago:
    if older is None or older == newer:
        return Ago(None, newer)
    shorter, longer = sorted((older, newer), key=lambda length: length.microseconds)
    return Ago(longer, shorter)


def _between(one: date, other: date | None) -> Between:
    """In order; reversed ends of which one is left out are open at the other side."""
    if other is None:
        return Between(one, None)
    if isinstance(one, datetime) is isinstance(other, datetime):
        return Between(min(one, other), max(one, other))
    # The two days of this world are next to each other, so either order is one to ask for.
    return Between(one, other)
