"""Windows of local days, and day values in every window."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest

from segkit.clock import EvaluationContext, Interval, coverage, parse_zone, window_interval
from segkit.model.time_spans import Ago, Between, Calendar, CalendarUnit, Last, Next, Window
from tests.slow_clock import (
    DAY,
    FIRST,
    LAST,
    MICROSECOND,
    WATCHED,
    LocalDays,
    beside,
    covers,
    covers_as_day,
    instant,
    instant_or_none,
    local_days,
)

# --- calendar units -------------------------------------------------------------------------------

NAMES: dict[CalendarUnit, Callable[[date], object]] = {
    "day": lambda day: day,
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month + 2) // 3),
    "year": lambda day: day.year,
}


def _nows(watched: LocalDays) -> list[datetime]:
    """Return instants around each clock change, and around the starts of adjacent days."""
    anchors: list[datetime] = []
    for change in watched.changes:
        today = watched.day_of(change)
        anchors += [change, *(watched.starts[today + offset * DAY] for offset in (-1, 0, 1, 2))]
    return [now for anchor in anchors for now in (anchor - MICROSECOND, anchor)]


@pytest.mark.parametrize("unit", NAMES)
@pytest.mark.parametrize("key", WATCHED)
def test_calendar_units_consist_of_whole_local_days(key: str, unit: CalendarUnit) -> None:
    """[T8], [T9]: local days, grouped by calendar units."""
    watched = local_days(key)
    first_days = [next(days) for _, days in groupby(watched.starts, NAMES[unit])]
    # The first unit may be incomplete, because the days start inside it; the last one has no end.
    starts = [watched.starts[first] for first in first_days]
    checked = 0
    for now in _nows(watched):
        current = max(
            number for number, first in enumerate(first_days) if first <= watched.day_of(now)
        )
        for offset in (-7, -2, -1, 0, 1, 3):
            for count in (1, 2, 7):
                first, end = current + offset, current + offset + count
                if 1 <= first < end < len(starts):
                    window = Calendar(unit, offset, count)
                    expected = Interval(starts[first], starts[end], "left")
                    assert window_interval(window, now, watched.tz) == expected, (now, window)
                    checked += 1
    assert checked


CALENDARS = [
    pytest.param(
        "America/Sao_Paulo", Calendar("day"), "2018-11-04 12:00",
        "2018-11-04 03:00", "2018-11-05 02:00", id="a day that starts at one",
    ),
    pytest.param(
        "America/Havana", Calendar("day"), "2022-11-06 12:00",
        "2022-11-06 04:00", "2022-11-07 05:00", id="a day with two midnights",
    ),
    pytest.param(
        "America/St_Johns", Calendar("day"), "2010-11-07 03:00",
        "2010-11-07 02:30", "2010-11-08 03:30", id="today while the clocks show yesterday",
    ),
    pytest.param(
        "America/St_Johns", Calendar("day", -1), "2010-11-07 03:00",
        "2010-11-06 02:30", "2010-11-07 02:30", id="yesterday while the clocks show yesterday",
    ),
    pytest.param(
        "Pacific/Apia", Calendar("day", -1), "2011-12-31 00:00",
        "2011-12-30 10:00", "2011-12-30 10:00", id="the previous day is a skipped day and empty",
    ),
    pytest.param(
        "Pacific/Apia", Calendar("day", -2), "2011-12-31 00:00",
        "2011-12-29 10:00", "2011-12-30 10:00", id="two days before December 31 is December 29",
    ),
    pytest.param(
        "Pacific/Apia", Calendar("week"), "2011-12-31 00:00",
        "2011-12-26 10:00", "2012-01-01 10:00", id="a week of six days",
    ),
    pytest.param(
        "Europe/Paris", Calendar("month"), "2022-02-28 23:00",
        "2022-02-28 23:00", "2022-03-31 22:00", id="March starts in February in UTC",
    ),
    pytest.param(
        "America/New_York", Calendar("quarter", -1), "2022-04-01 03:59:59.999999",
        "2021-10-01 04:00", "2022-01-01 05:00", id="still the first quarter",
    ),
    pytest.param(
        "Pacific/Auckland", Calendar("year", 1), "2021-12-31 10:59:59.999999",
        "2021-12-31 11:00", "2022-12-31 11:00", id="the last microsecond of a year",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "window", "now", "start", "end"), CALENDARS)
def test_a_calendar_window_follows_the_zone(
    key: str, window: Calendar, now: str, start: str, end: str
) -> None:
    """[T8], [T9]."""
    found = window_interval(window, instant(now), parse_zone(key))
    assert found == Interval(instant(start), instant(end), "left")


@pytest.mark.parametrize("unit", NAMES)
@pytest.mark.parametrize("key", WATCHED)
def test_facts_enter_and_leave_calendar_windows_when_local_days_start(
    key: str, unit: CalendarUnit
) -> None:
    """[T8], [T11]: the inverse covers the same nows as the window, for instants and days."""
    watched = local_days(key)
    nows = _nows(watched)
    for offset, count in ((0, 1), (-1, 1), (2, 1), (-6, 7)):
        window = Calendar(unit, offset, count)
        for fact in nows[::3]:
            valid = coverage(window, fact, watched.tz)
            day = watched.day_of(fact)
            valid_of_day = coverage(window, day, watched.tz)
            for now in nows[::2]:
                expected = covers(window, fact, now, watched.day_of)
                assert (now in valid) is expected
                assert (now in valid_of_day) is expected
                assert EvaluationContext(now, watched.tz).covers(window, day) is expected


# --- between days ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", WATCHED)
def test_between_includes_both_whole_local_days(key: str) -> None:
    """[T7], [T9]."""
    watched = local_days(key)
    days = sorted(watched.starts)
    for day, until in pairwise(days[1:-2]):
        span = Interval(watched.starts[day], watched.starts[until + DAY], "left")
        assert window_interval(Between(day, until), LAST, watched.tz) == span
        assert window_interval(Between(day, day), LAST, watched.tz).end == watched.starts[until]


BETWEENS = [
    pytest.param(
        "Pacific/Apia", Between(date(2011, 12, 30), date(2011, 12, 30)),
        "2011-12-30 10:00", "2011-12-30 10:00", id="a skipped day has no instants",
    ),
    pytest.param(
        "Pacific/Apia", Between(date(2011, 12, 30), date(2011, 12, 31)),
        "2011-12-30 10:00", "2011-12-31 10:00", id="from a skipped day: from the next day on",
    ),
    pytest.param(
        "Pacific/Apia", Between(date(2011, 12, 29), date(2011, 12, 30)),
        "2011-12-29 10:00", "2011-12-30 10:00", id="to a skipped day: to the previous day",
    ),
    pytest.param(
        "America/Havana", Between(date(2022, 11, 6), date(2022, 11, 6)),
        "2022-11-06 04:00", "2022-11-07 05:00", id="25 hours from the first midnight",
    ),
    pytest.param(
        "America/Havana", Between(date(2022, 3, 13), None),
        "2022-03-13 05:00", None, id="from the end of the gap at midnight",
    ),
    pytest.param(
        "America/St_Johns", Between(None, date(2010, 11, 6)),
        None, "2010-11-07 02:30", id="an hour that shows this date again is not included",
    ),
    pytest.param(
        "Europe/Paris", Between(date(2022, 3, 27), instant("2022-03-27 12:00")),
        "2022-03-26 23:00", "2022-03-27 12:00", id="from a day to an instant",
    ),
    pytest.param(
        "Europe/Paris", Between(instant("2022-03-26 23:30"), date(2022, 3, 27)),
        "2022-03-26 23:30", "2022-03-27 22:00", id="from an instant to a day",
    ),
    pytest.param(
        "Pacific/Kiritimati", Between(date(2022, 10, 2), instant("2022-10-01 12:00")),
        "2022-10-01 10:00", "2022-10-01 12:00",
        id="in the far east a day starts on the previous day in UTC",
    ),
    pytest.param(
        "Pacific/Honolulu", Between(instant("2022-10-02 08:00"), date(2022, 10, 1)),
        "2022-10-02 08:00", "2022-10-02 10:00",
        id="in the far west a day ends on the next day in UTC",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "window", "start", "end"), BETWEENS)
def test_between_covers_local_days(
    key: str, window: Between, start: str | None, end: str | None
) -> None:
    """[T7], [T9]: a day value and an instant may be mixed."""
    expected = Interval(instant_or_none(start), instant_or_none(end), "left")
    assert window_interval(window, FIRST, parse_zone(key)) == expected


# --- a day value [T13], [K4] ---------------------------------------------------------------------

TODAY = date(2022, 10, 1)
NOON = "2022-10-01 10:00"  # in Paris
MIDNIGHT = "2022-09-30 22:00"

DAY_VALUES = [
    pytest.param(Last(days=3), NOON, [-2, -1, 0], id="the last three days: today and two before"),
    pytest.param(Next(days=3), NOON, [1, 2, 3], id="the next three days: tomorrow and two after"),
    pytest.param(Last(days=3), MIDNIGHT, [-2, -1, 0], id="at midnight, today has just started"),
    pytest.param(Next(days=3), MIDNIGHT, [1, 2, 3], id="at midnight, today is not in the future"),
    pytest.param(
        Last(hours=1), NOON, [], id="no day started within an hour before noon"
    ),
    pytest.param(Last(hours=13), NOON, [0], id="today started within thirteen hours before noon"),
    pytest.param(Last(months=1), "2022-10-01 10:00", [*range(-29, 1)], id="September 2 to today"),
    pytest.param(
        Ago(None, Last(days=3).length), NOON, [*range(-40, -2)], id="three days or longer ago"
    ),
    pytest.param(
        Ago(Last(days=5).length, Last(days=3).length), NOON, [-4, -3],
        id="between five and three days ago",
    ),
    pytest.param(Calendar("day", -2, 3), NOON, [-2, -1, 0], id="three days up to today"),
    pytest.param(Calendar("day", 1, 3), NOON, [1, 2, 3], id="three days from tomorrow"),
    pytest.param(Calendar("week"), NOON, [*range(-5, 2)], id="this week: Monday to Sunday"),
    pytest.param(Calendar("month", -1), NOON, [*range(-30, 0)], id="all of September"),
    pytest.param(
        Between(TODAY - DAY, TODAY + DAY), NOON, [-1, 0, 1], id="days include both ends"
    ),
    pytest.param(
        Between(instant("2022-09-30 21:59:59.999999"), None), NOON, [*range(-1, 41)],
        id="an instant is compared as its day: September 30 in Paris",
    ),
    pytest.param(
        Between(instant(MIDNIGHT), None), NOON, [*range(41)], id="October 1 in Paris"
    ),
    pytest.param(
        Between(None, instant("2022-10-01 21:59:59.999999")), NOON, [*range(-40, 0)],
        id="an instant at the end excludes its whole day",
    ),
    pytest.param(
        Between(None, instant("2022-10-01 22:00")), NOON, [*range(-40, 1)],
        id="an instant at midnight excludes the next day"
    ),
    pytest.param(
        Between(TODAY, instant("2022-10-02 10:00")), NOON, [0], id="from a day to an instant"
    ),
    pytest.param(
        Between(instant("2022-09-30 10:00"), TODAY), NOON, [-1, 0], id="from an instant to a day"
    ),
    pytest.param(
        Between(instant(NOON), instant("2022-10-01 12:00")), NOON, [],
        id="two instants of one day leave no day between them",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("window", "now", "expected"), DAY_VALUES)
def test_a_day_value_is_in_a_window(window: Window, now: str, expected: list[int]) -> None:
    """[T13], [K4]: rolling windows use the start of a day, other windows the day itself."""
    context = EvaluationContext(instant(now), ZoneInfo("Europe/Paris"))
    days = {number: TODAY + number * DAY for number in range(-40, 41)}
    assert [number for number, day in days.items() if context.covers(window, day)] == expected
    valid = [n for n, day in days.items() if context.now in coverage(window, day, context.tz)]
    assert valid == expected


@pytest.mark.parametrize("key", WATCHED)
def test_instants_as_ends_are_compared_as_local_days(key: str) -> None:
    """[K4], [T9]: with the last day that has started, also while clocks show the previous day."""
    watched = local_days(key)
    ends: list[date | None] = [None]
    for moment in _nows(watched)[:20:5]:
        ends += [moment, watched.day_of(moment)]
    for start in ends:
        for end in ends:
            if start == end is None or (
                start is not None
                and end is not None
                and _first(start, watched) > _first(end, watched)
            ):
                continue
            window = Between(start, end)
            for moment in _nows(watched)[:20:2]:
                day = watched.day_of(moment)
                expected = covers_as_day(window, day, FIRST, watched.day_of)
                assert EvaluationContext(FIRST, watched.tz).covers(window, day) is expected
                assert (FIRST in coverage(window, day, watched.tz)) is expected
                expected = covers(window, moment, FIRST, watched.day_of)
                assert EvaluationContext(FIRST, watched.tz).covers(window, moment) is expected
                assert (FIRST in coverage(window, moment, watched.tz)) is expected


def _first(end: date, watched: LocalDays) -> datetime:
    return end if isinstance(end, datetime) else watched.starts[end]


def test_a_skipped_day_is_a_valid_day_value() -> None:
    """[T9], [T13]: it has no instants, but a birthday may have this date."""
    tz, skipped = ZoneInfo("Pacific/Apia"), date(2011, 12, 30)
    now = instant("2011-12-30 10:00")  # December 31 has just started
    assert EvaluationContext(now, tz).covers(Calendar("day", -1), skipped)
    assert not EvaluationContext(now, tz).covers(Calendar("day"), skipped)
    assert EvaluationContext(now, tz).covers(Between(skipped, skipped), skipped)
    assert EvaluationContext(now, tz).covers(Last(microseconds=1), skipped)
    # During December 31 it is yesterday, and it is never today.
    yesterday = coverage(Calendar("day", -1), skipped, tz)
    assert yesterday == Interval(now, instant("2011-12-31 10:00"), "left")
    today = coverage(Calendar("day"), skipped, tz)
    assert not any(moment in today for moment in beside(now, 3))
