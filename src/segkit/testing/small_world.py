"""A world so small that a law can be tried at every instant of it.

It lies around the first midnight of 2024 in UTC, a Monday: a day, a week, a month, a quarter and a
year begin in the middle of it. Its instants are a microsecond apart, its windows a few microseconds
long, so random conditions and facts meet at every edge that there is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias, cast, get_args

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
from segkit.model.operators import Comparison
from segkit.model.windows import Ago, Between, Calendar, CalendarUnit, Ever, Last, Next, Window

__all__ = ["SMALL_NOWS", "small_conditions", "small_histories"]

_MIDNIGHT: Final = datetime(2024, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_INSTANTS: Final = tuple(_MIDNIGHT + tick * _TICK for tick in range(-4, 4))
_DAYS: Final = (date(2023, 12, 31), date(2024, 1, 1))
_VALUES: Final = (1, 2, "a", True)
_LONGEST: Final = 6

SMALL_NOWS: Final[tuple[datetime, ...]] = tuple(
    _MIDNIGHT + tick * _TICK for tick in range(-5, 4 + _LONGEST + 1)
)
"""Every instant at which something can change in the small world, one before and one behind."""
