"""Anniversaries: the same day and month, whatever the year [T10]."""

from calendar import isleap
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

import segkit
from segkit import Anniversary, Attribute, Comparison, ConditionError, attr
from segkit.clock import has_anniversary
from tests.slow_clock import DAY, instant
from tests.unit.answering import answer

case = pytest.param

# Any: some lines are what the type checkers refuse as well.
birthday: Any = attr("birthday")
kit: Any = segkit

LENGTHS: Final = (*range(4), *range(360, 371))
TODAYS: Final = [date(2019, 1, 1) + DAY * number for number in range(3653)]
"""Every day of ten years, three of them leap years."""


def kept_on(day: date) -> set[tuple[int, int]]:
    """The birthdays, month and day, that are kept on *day*: the law read backwards."""
    kept = {(day.month, day.day)}
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        kept.add((2, 29))
    return kept


KEPT: Final = {day: kept_on(day) for day in [TODAYS[0] + DAY * n for n in range(-400, 4060)]}
BIRTHDAYS: Final = [date(2000, 1, 1) + DAY * number for number in range(366)]
"""One birthday of every kind: 2000 was a leap year."""


def met(today: date, first: int, last: int) -> set[tuple[int, int]]:
    """The birthdays kept from ``today + first`` to ``today + last``, a day at a time."""
    return set().union(*(KEPT[today + DAY * number] for number in range(first, last + 1)))


def windows() -> Iterator[Anniversary]:
    for number in LENGTHS:
        yield Anniversary(0, number)
        yield Anniversary(-number, 0)
        yield Anniversary(number, number)


@pytest.mark.parametrize("window", windows(), ids=repr)
def test_every_birthday_from_near_the_ends_of_months_on_every_day_of_ten_years(
    window: Anniversary,
) -> None:
    """[T10]: the days today to today + n, both included; today - n to today; or the one day."""
    turns = [day for day in BIRTHDAYS if day.day in (1, 28, 29, 30, 31)]
    for today in TODAYS:
        # A window of a year or more is asked about on fewer days: it says the same on most.
        if window.last - window.first > 3 and not (today.day >= 27 or today.day <= 2):
            continue
        found = met(today, window.first, window.last)
        near = turns if window.last - window.first > 3 else _around(today, window)
        for day in near:
            expected = (day.month, day.day) in found
            assert has_anniversary(day, window, today) is expected, (day, today)


def _around(today: date, window: Anniversary) -> list[date]:
    """Birthdays inside, at the edges and one day outside of a short window."""
    reach = range(window.first - 2, window.last + 3)
    days = {(today + DAY * number).replace(year=2000) for number in reach}
    return [*days, date(2000, 2, 29)]
