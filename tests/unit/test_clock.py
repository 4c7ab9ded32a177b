"""The windows and their inverse: edges written out, and ten years of month ends day by day."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import MO, relativedelta
from dateutil.tz import gettz

from segkit import clock
from segkit.clock import Interval, Moment, interval, leave, shift, validity, zone
from segkit.errors import ConditionError, InstantError, ZoneError
from segkit.model.durations import Duration, DurationLike
from segkit.model.windows import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Ever,
    Last,
    Next,
    Window,
    after_window,
    before_window,
)
from tests.slow_clock import DAY, FIRST, LAST, MICROSECOND, beside, instant, months_away

HUGE = 10**30

# --- each window, at each edge and one microsecond beside it --------------------------------------

EDGES = [
    pytest.param(
        Last(days=30), "2022-10-01 12:00", "2022-09-01 12:00", "2022-10-01 12:00", "right",
        id="the last 30 days include now and not the instant 30 days ago",
    ),
    pytest.param(
        Last(weeks=1, hours=2), "2022-10-01 12:00", "2022-09-24 10:00", "2022-10-01 12:00", "right",
        id="several units are one length",
    ),
    pytest.param(
        Last(microseconds=2), "2022-10-01 12:00", "2022-10-01 11:59:59.999998", "2022-10-01 12:00",
        "right",
        id="the shortest lengths are exact",
    ),
    pytest.param(
        Last(months=1), "2022-10-15 09:00", "2022-09-15 09:00", "2022-10-15 09:00", "right",
        id="a month ago is the same day and time",
    ),
    pytest.param(
        Last(months=1), "2022-03-31 12:00", "2022-02-28 23:59:59.999999", "2022-03-31 12:00",
        "right",
        id="where the month is too short it is that month's last microsecond",
    ),
    pytest.param(
        Last(months=1), "2024-03-29 06:00", "2024-02-29 06:00", "2024-03-29 06:00", "right",
        id="a leap day is a day like others",
    ),
    pytest.param(
        Last(months=1), "2024-03-30 06:00", "2024-02-29 23:59:59.999999", "2024-03-30 06:00",
        "right",
        id="the day after it is none of February's",
    ),
    pytest.param(
        Last(years=1), "2024-02-29 06:00", "2023-02-28 23:59:59.999999", "2024-02-29 06:00",
        "right",
        id="a year is twelve months, and a leap day is missing in most",
    ),
    pytest.param(
        Last(years=4), "2024-02-29 06:00", "2020-02-29 06:00", "2024-02-29 06:00", "right",
        id="four years before a leap day is a leap day",
    ),
    pytest.param(
        Last(months=1, days=1), "2022-03-31 12:00", "2022-02-27 23:59:59.999999",
        "2022-03-31 12:00", "right",
        id="months are taken first, then the rest",
    ),
    pytest.param(
        Ago(Duration(days=90), Duration(days=30)), "2022-10-01 12:00", "2022-07-03 12:00",
        "2022-09-01 12:00", "right",
        id="between 90 and 30 days ago ends where the last 30 days begin",
    ),
    pytest.param(
        Ago(None, Duration(days=30)), "2022-10-01 12:00", None, "2022-09-01 12:00", "right",
        id="30 days or longer ago includes the instant 30 days ago",
    ),
    pytest.param(
        Ago(Duration(months=2), Duration(months=1)), "2022-04-30 12:00", "2022-02-28 23:59:59.999999",
        "2022-03-30 12:00", "right",
        id="both ends of months ago are counted from now",
    ),
    pytest.param(
        Next(days=7), "2022-10-01 12:00", "2022-10-01 12:00", "2022-10-08 12:00", "right",
        id="the next 7 days exclude now and include the instant 7 days ahead",
    ),
    pytest.param(
        Next(months=1), "2022-01-31 15:00", "2022-01-31 15:00", "2022-02-28 23:59:59.999999",
        "right",
        id="a month ahead of a 31st is the end of a shorter month",
    ),
    pytest.param(
        Next(months=1, hours=1), "2022-01-31 15:00", "2022-01-31 15:00",
        "2022-03-01 00:59:59.999999", "right",
        id="ahead too, months are taken first",
    ),
    pytest.param(
        Between(instant("2022-07-01 08:00"), instant("2022-07-03 20:00")), "2020-01-01 00:00",
        "2022-07-01 08:00", "2022-07-03 20:00", "left",
        id="between instants includes the first and not the second",
    ),
    pytest.param(
        Between(date(2022, 7, 1), date(2022, 9, 30)), "2022-10-01 12:00", "2022-07-01 00:00",
        "2022-10-01 00:00", "left",
        id="between days includes both days whole",
    ),
    pytest.param(
        Between(date(2022, 7, 1), date(2022, 7, 1)), "2022-10-01 12:00", "2022-07-01 00:00",
        "2022-07-02 00:00", "left",
        id="from a day to the same day is one day",
    ),
    pytest.param(
        Between(None, date(2022, 9, 30)), "2022-10-01 12:00", None, "2022-10-01 00:00", "left",
        id="the start may be open",
    ),
    pytest.param(
        Between(instant("2022-07-01 08:00"), None), "2022-10-01 12:00", "2022-07-01 08:00", None,
        "left",
        id="the end may be open",
    ),
    pytest.param(
        Between(date(2022, 7, 1), instant("2022-07-01 08:00")), "2022-10-01 12:00",
        "2022-07-01 00:00", "2022-07-01 08:00", "left",
        id="a day and an instant may be mixed",
    ),
    pytest.param(
        Calendar("day"), "2022-10-01 12:00", "2022-10-01 00:00", "2022-10-02 00:00", "left",
        id="this day",
    ),
    pytest.param(
        Calendar("day", -6, 7), "2022-10-01 12:00", "2022-09-25 00:00", "2022-10-02 00:00", "left",
        id="seven days up to today",
    ),
    pytest.param(
        Calendar("week"), "2022-10-02 23:59:59.999999", "2022-09-26 00:00", "2022-10-03 00:00",
        "left",
        id="a Sunday ends its week",
    ),
    pytest.param(
        Calendar("week", 1), "2022-10-03 00:00", "2022-10-10 00:00", "2022-10-17 00:00", "left",
        id="a Monday begins one",
    ),
    pytest.param(
        Calendar("month", -1), "2022-03-31 12:00", "2022-02-01 00:00", "2022-03-01 00:00", "left",
        id="the previous month, however short",
    ),
    pytest.param(
        Calendar("month", -14, 2), "2022-01-01 00:00", "2020-11-01 00:00", "2021-01-01 00:00",
        "left",
        id="months are counted across years",
    ),
    pytest.param(
        Calendar("quarter"), "2022-06-30 12:00", "2022-04-01 00:00", "2022-07-01 00:00", "left",
        id="June belongs to the second quarter",
    ),
    pytest.param(
        Calendar("quarter", 1, 2), "2022-10-01 00:00", "2023-01-01 00:00", "2023-07-01 00:00",
        "left",
        id="the two quarters after the fourth are next year's",
    ),
    pytest.param(
        Calendar("year", -1), "2022-01-01 00:00", "2021-01-01 00:00", "2022-01-01 00:00", "left",
        id="the previous year",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("window", "now", "start", "end", "closed"), EDGES)
def test_one_edge_belongs_to_a_window_and_the_other_does_not(
    window: Window, now: str, start: str | None, end: str | None, closed: Literal["left", "right"]
) -> None:
    """[T2], [T3], [T5], [T7], [T8], [T15]."""
    moment = Moment(instant(now), UTC)
    edges = Interval(start and instant(start), end and instant(end), closed)
    assert moment.interval(window) == edges
    begun = [True] if start is None else [False, closed == "left", True]
    facts = [FIRST] if start is None else beside(instant(start))
    assert [moment.covers(window, fact) for fact in facts] == begun
    going = [True] if end is None else [True, closed == "right", False]
    facts = [LAST] if end is None else beside(instant(end))
    assert [moment.covers(window, fact) for fact in facts] == going


@pytest.mark.parametrize("fact", [FIRST, instant("2022-10-01 12:00"), LAST])
def test_ever_covers_everything_at_every_now(fact: datetime) -> None:
    """[T11]; that events of the future do not count yet [T1] is for who counts them."""
    for now in (FIRST, instant("2022-10-01 12:00"), LAST):
        assert Moment(now, UTC).covers(Ever(), fact)
    assert validity(Ever(), fact, UTC) == Interval(None, None, "left")


@pytest.mark.parametrize("length", [Duration(days=30), Duration(months=1), Duration(microseconds=1)])
def test_what_leaves_the_last_n_is_n_or_longer_ago(length: Duration) -> None:
    """[T2]: the two share nothing and leave no gap."""
    now = instant("2022-03-31 12:00")
    edge = interval(Last(length), now, UTC).start
    assert edge is not None
    for fact in (*beside(edge), now):
        recent = fact in interval(Last(length), now, UTC)
        assert recent is not (fact in interval(Ago(None, length), now, UTC))


# --- the inverse ---------------------------------------------------------------------------------

VALIDITIES = [
    pytest.param(
        Last(days=30), "2022-09-01 12:00", "2022-09-01 12:00", "2022-10-01 12:00",
        id="from its instant up to 30 days later",
    ),
    pytest.param(
        Last(months=1), "2022-01-15 15:00", "2022-01-15 15:00", "2022-02-15 15:00",
        id="a month later it is gone",
    ),
    pytest.param(
        Last(months=1), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="no February 31: gone when March begins",
    ),
    pytest.param(
        Last(months=1), "2022-01-29 00:00", "2022-01-29 00:00", "2022-03-01 00:00",
        id="no February 29 in a common year",
    ),
    pytest.param(
        Last(months=1), "2024-01-29 06:00", "2024-01-29 06:00", "2024-02-29 06:00",
        id="a February 29 in a leap year",
    ),
    pytest.param(
        Last(months=1), "2022-02-28 06:00", "2022-02-28 06:00", "2022-03-28 06:00",
        id="from the end of February to March 28, not back on the 29th",
    ),
    pytest.param(
        Last(months=1), "2022-12-31 15:00", "2022-12-31 15:00", "2023-01-31 15:00",
        id="over the turn of the year",
    ),
    pytest.param(
        Last(years=1), "2020-02-29 06:00", "2020-02-29 06:00", "2021-03-01 00:00",
        id="a leap day is a year old when March begins",
    ),
    pytest.param(
        Last(months=1, hours=9), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="months are given back last: February 1 has its March 1",
    ),
    pytest.param(
        Last(months=1, hours=8), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="January 31 23:00 has no February day, so March begins it too",
    ),
    pytest.param(
        Last(months=1, days=1), "2022-01-27 15:00", "2022-01-27 15:00", "2022-02-28 15:00",
        id="a month and a day",
    ),
    pytest.param(
        Ago(Duration(days=90), Duration(days=30)), "2022-07-03 12:00", "2022-08-02 12:00",
        "2022-10-01 12:00",
        id="it enters 30 days later and leaves 90 days later",
    ),
    pytest.param(
        Ago(Duration(months=2), Duration(months=1)), "2021-12-30 12:00", "2022-01-30 12:00",
        "2022-03-01 00:00",
        id="each end has its own month",
    ),
    pytest.param(
        Ago(None, Duration(months=1)), "2022-01-31 15:00", "2022-03-01 00:00", None,
        id="what is long ago stays so",
    ),
    pytest.param(
        Next(days=7), "2022-10-08 12:00", "2022-10-01 12:00", "2022-10-08 12:00",
        id="ahead it enters 7 days before and leaves at its instant",
    ),
    pytest.param(
        Next(months=1), "2022-03-31 15:00", "2022-03-01 00:00", "2022-03-31 15:00",
        id="no February 31 ahead of it: it enters when March begins",
    ),
    pytest.param(
        Next(months=1), "2022-02-28 23:59:59.999999", "2022-01-28 23:59:59.999999",
        "2022-02-28 23:59:59.999999",
        id="the last microsecond of February has its January 28",
    ),
    pytest.param(
        Next(months=1, hours=16), "2022-04-01 15:00", "2022-03-01 00:00", "2022-04-01 15:00",
        id="ahead too, months are given back last",
    ),
    pytest.param(
        Between(date(2022, 7, 1), date(2022, 9, 30)), "2022-09-30 23:59:59.999999", None, None,
        id="between fixed ends: always",
    ),
    pytest.param(
        Calendar("month", -1), "2022-01-31 15:00", "2022-02-01 00:00", "2022-03-01 00:00",
        id="in the previous month throughout the next one",
    ),
    pytest.param(
        Calendar("day", -6, 7), "2022-10-01 12:00", "2022-10-01 00:00", "2022-10-08 00:00",
        id="seven days long",
    ),
    pytest.param(
        Calendar("week", 1), "2022-10-02 12:00", "2022-09-19 00:00", "2022-09-26 00:00",
        id="next week's Sunday",
    ),
    pytest.param(
        Calendar("quarter", -4, 4), "2022-12-31 12:00", "2023-01-01 00:00", "2024-01-01 00:00",
        id="the four quarters before this one",
    ),
    pytest.param(
        Calendar("year", 0, 2), "2022-06-01 00:00", "2021-01-01 00:00", "2023-01-01 00:00",
        id="this year and the next",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("window", "fact", "enter", "left"), VALIDITIES)
def test_a_fact_enters_a_window_and_leaves_it(
    window: Window, fact: str, enter: str | None, left: str | None
) -> None:
    """[T6], [T11]: at `enter` it is in, at `leave` it is out; one microsecond before, not yet."""
    at = instant(fact)
    found = validity(window, at, UTC)
    assert found == Interval(enter and instant(enter), left and instant(left), "left")
    if found.start is not None:
        nows = beside(found.start)
        assert [Moment(now, UTC).covers(window, at) for now in nows] == [False, True, True]
    if found.end is not None:
        nows = beside(found.end)
        assert [Moment(now, UTC).covers(window, at) for now in nows] == [True, False, False]


@pytest.mark.parametrize("fact", ["2022-06-30 23:59:59.999999", "2022-10-01 00:00"])
def test_a_fact_outside_fixed_ends_is_never_in(fact: str) -> None:
    """[T7], [T11]."""
    never = validity(Between(date(2022, 7, 1), date(2022, 9, 30)), instant(fact), UTC)
    for now in (FIRST, instant(fact), LAST):
        assert now not in never


def test_what_has_left_the_last_month_does_not_come_back() -> None:
    """[T5]: plain relativedelta has an event of Feb 28 06:00 back on Mar 29 00:00."""
    fact = instant("2022-02-28 06:00")
    back = instant("2022-03-29 00:00")
    assert fact > back - relativedelta(months=1)
    hours = [instant("2022-03-28 00:00") + hour * timedelta(hours=1) for hour in range(5 * 24)]
    held = [fact in interval(Last(months=1), now, UTC) for now in hours]
    assert held == [True] * 6 + [False] * (5 * 24 - 6)


# --- ten years of month ends, day by day ---------------------------------------------------------

DAYS = [date(2019, 1, 1) + number * DAY for number in range(3653)]
LENGTHS = (1, 2, 3, 5, 6, 9, 11, 12, 13, 24, 48)
BOTH_WAYS = (*(-length for length in LENGTHS), *LENGTHS)


def test_the_days_are_all_days_of_ten_years() -> None:
    assert (DAYS[-1], len(DAYS)) == (date(2028, 12, 31), len(set(DAYS)))


@pytest.mark.parametrize("months", BOTH_WAYS)
def test_shift_is_the_running_maximum_of_dateutils_answer(months: int) -> None:
    """[T5]. dateutil runs forwards within a day, so the last microsecond of a day is its maximum."""
    step = relativedelta(months=months)
    maximum = FIRST
    for day in DAYS:
        for at in (time(0), time(15), time(23, 59, 59, 999_999)):
            now = datetime.combine(day, at, UTC)
            maximum = max(maximum, now + step)
            assert shift(now, months) == maximum, now


@pytest.mark.parametrize("months", BOTH_WAYS)
def test_shift_is_the_same_day_and_time_or_the_end_of_the_month(months: int) -> None:
    """[T5]."""
    for day in DAYS:
        now = datetime.combine(day, time(6, 30, 0, 1), UTC)
        assert shift(now, months) == months_away(now, months), now


@pytest.mark.parametrize("months", [*range(-13, 0), *range(1, 14)])
def test_shift_never_runs_backwards_around_a_month_end(months: int) -> None:
    """[T5]: of two consecutive instants the later one is never shifted before the earlier one."""
    moments = [
        moment
        for day in DAYS
        if day.day >= 28 or day.day == 1
        for midnight in [datetime.combine(day, time(), UTC)]
        for moment in (
            midnight,
            midnight + MICROSECOND,
            midnight + timedelta(hours=6),
            midnight + DAY - 2 * MICROSECOND,
            midnight + DAY - MICROSECOND,
        )
    ]
    shifted = [shift(moment, months) for moment in moments]
    for (moment, there), (_, then) in pairwise(zip(moments, shifted, strict=True)):
        assert isinstance(there, datetime)
        assert isinstance(then, datetime)
        assert there <= then, moment


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("months", LENGTHS)
def test_leave_is_the_first_now_whose_window_has_lost_the_instant(
    months: int, direction: Literal[1, -1]
) -> None:
    """[T6]: at `leave` now back (or ahead) has reached it, one microsecond earlier it has not."""
    length = Duration(months=months)
    for day in DAYS:
        for at in (time(0), time(15), time(23, 59, 59, 999_999)):
            moment = datetime.combine(day, at, UTC)
            left = leave(moment, length, direction)
            assert isinstance(left, datetime)
            reached = months_away(left, -direction * months)
            short = months_away(left - MICROSECOND, -direction * months)
            assert isinstance(reached, datetime)
            assert isinstance(short, datetime)
            assert short < moment <= reached, moment


@pytest.mark.parametrize("unit", ["day", "week", "month", "quarter", "year"])
def test_a_calendar_unit_runs_from_its_first_day_to_the_next_one(unit: CalendarUnit) -> None:
    """[T8]: the first days of units are found by turning the pages of a calendar."""
    begins = {
        "day": lambda day: True,  # noqa: ARG005 - every day begins one
        "week": lambda day: day.isoweekday() == 1,
        "month": lambda day: day.day == 1,
        "quarter": lambda day: day.day == 1 and day.month in {1, 4, 7, 10},
        "year": lambda day: day.day == 1 and day.month == 1,
    }[unit]
    first_days = [datetime.combine(day, time(), UTC) for day in DAYS if begins(day)]
    for first, behind in pairwise(first_days):
        for now in (first, behind - MICROSECOND):
            assert interval(Calendar(unit), now, UTC) == Interval(first, behind, "left")


# --- the ends of time ----------------------------------------------------------------------------

# Whether FIRST and LAST are covered, at FIRST and at LAST.
AT_THE_ENDS = [
    pytest.param(Ever(), (True, True), (True, True), id="everything"),
    pytest.param(Last(microseconds=1), (True, False), (False, True), id="one microsecond"),
    pytest.param(Last(months=1), (True, False), (False, True), id="one month"),
    pytest.param(Last(weeks=HUGE), (True, False), (True, True), id="a huge duration"),
    pytest.param(Last(years=HUGE), (True, False), (True, True), id="a huge number of months"),
    pytest.param(
        Last(months=HUGE, microseconds=HUGE), (True, False), (True, True), id="hugely mixed"
    ),
    pytest.param(Last(months=1, days=HUGE), (True, False), (True, True), id="a huge rest"),
    pytest.param(Next(microseconds=1), (False, False), (False, False), id="one microsecond ahead"),
    pytest.param(Next(weeks=HUGE), (False, True), (False, False), id="a huge duration ahead"),
    pytest.param(Next(years=HUGE), (False, True), (False, False), id="huge months ahead"),
    pytest.param(Next(months=1, days=HUGE), (False, True), (False, False), id="a huge rest ahead"),
    pytest.param(
        Ago(None, Duration(microseconds=1)), (False, False), (True, False), id="everything before"
    ),
    pytest.param(Ago(None, Duration(weeks=HUGE)), (False, False), (False, False), id="hugely ago"),
    pytest.param(Ago(None, Duration(years=HUGE)), (False, False), (False, False), id="years ago"),
    pytest.param(
        Ago(Duration(years=HUGE), Duration(microseconds=1)), (False, False), (True, False),
        id="the older end before all time",
    ),
    pytest.param(
        Ago(Duration(weeks=HUGE + 1), Duration(weeks=HUGE)), (False, False), (False, False),
        id="both ends before all time",
    ),
    pytest.param(Between(FIRST, LAST), (True, False), (True, False), id="the last end excluded"),
    pytest.param(Between(FIRST, FIRST), (False, False), (False, False), id="no time at all"),
    pytest.param(Between(None, FIRST), (False, False), (False, False), id="before all time"),
    pytest.param(Between(LAST, None), (False, True), (False, True), id="the last instant"),
    pytest.param(Between(date.min, date.max), (True, True), (True, True), id="all days"),
    pytest.param(Between(None, date.min), (True, False), (True, False), id="the first day"),
    pytest.param(Between(date.max, None), (False, True), (False, True), id="the last day"),
    *(
        pytest.param(Calendar(unit, offset, count), at_first, at_last, id=f"{unit}s {why}")
        for unit in ("day", "week", "month", "quarter", "year")
        for offset, count, at_first, at_last, why in (
            (0, 1, (True, False), (False, True), "of now"),
            (-1, 1, (False, False), (False, False), "before"),
            (1, 1, (False, False), (False, False), "behind"),
            (HUGE, 1, (False, False), (False, False), "hugely behind"),
            (-HUGE, 1, (False, False), (False, False), "hugely before"),
            (-HUGE, 2 * HUGE, (True, True), (True, True), "in huge numbers"),
            (-HUGE, HUGE, (False, False), (True, False), "up to the one of now"),
            (1, HUGE, (False, True), (False, False), "from the next one on"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("UTC", id="no offset"),
        pytest.param("Asia/Tokyo", id="east at both ends of time"),
        pytest.param("America/New_York", id="west at both ends of time"),
        pytest.param("Pacific/Auckland", id="east, in summer when year 9999 ends"),
        pytest.param("Asia/Manila", id="far west in year 1 and east in year 9999"),
        pytest.param("America/Juneau", id="far east in year 1 and west in year 9999"),
    ],
)
@pytest.mark.parametrize(("window", "at_first", "at_last"), AT_THE_ENDS)
def test_nothing_overflows_at_the_ends_of_time(
    window: Window, at_first: tuple[bool, bool], at_last: tuple[bool, bool], key: str
) -> None:
    """[T12], for instants, for the first and the last day, and for the inverse."""
    tz = zone(key)
    for now, verdicts in ((FIRST, at_first), (LAST, at_last)):
        found = tuple(Moment(now, tz).covers(window, fact) for fact in (FIRST, LAST))
        assert found == verdicts
        inverse = tuple(now in validity(window, fact, tz) for fact in (FIRST, LAST))
        assert inverse == verdicts
        for day in (date.min, date.max):
            assert (now in validity(window, day, tz)) is Moment(now, tz).covers(window, day)


@pytest.mark.parametrize(
    ("window", "fact", "now", "covered"),
    [
        pytest.param(Last(days=1), FIRST, FIRST + DAY, False, id="an edge exactly at the first"),
        pytest.param(
            Last(days=1), FIRST, FIRST + DAY - MICROSECOND, True, id="an edge just before all time"
        ),
        pytest.param(Next(days=1), LAST, LAST - DAY, True, id="an edge exactly at the last"),
        pytest.param(
            Next(days=1), LAST, LAST - DAY + MICROSECOND, True, id="an edge just behind all time"
        ),
        pytest.param(
            Last(months=1), FIRST, instant("0001-02-01 00:00"), False, id="one month after all began"
        ),
        pytest.param(
            Last(months=1), FIRST, instant("0001-01-31 23:59:59.999999"), True, id="not yet a month"
        ),
        pytest.param(
            Ago(None, Duration(months=1)), LAST - 31 * DAY, LAST, False, id="less than a month ago"
        ),
        pytest.param(
            Ago(None, Duration(months=1)),
            instant("9999-11-30 23:59:59.999999"), LAST, True, id="a month before all ends",
        ),
    ],
)  # fmt: skip
def test_edges_at_the_ends_of_time_are_exact(
    window: Window, fact: datetime, now: datetime, covered: bool
) -> None:
    """[T12]."""
    if window == Ago(None, Duration(months=1)) and not covered:
        fact += MICROSECOND
    assert Moment(now, UTC).covers(window, fact) is covered
    assert (now in validity(window, fact, UTC)) is covered


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(
    "length",
    [Duration(months=HUGE), Duration(weeks=HUGE), Duration(months=HUGE, weeks=HUGE)],
)
def test_what_is_never_reached_is_no_instant(length: Duration, direction: Literal[1, -1]) -> None:
    """[T12]."""
    for moment in (FIRST, instant("2022-10-01 12:00"), LAST):
        assert not isinstance(leave(moment, length, direction), datetime)
        assert not isinstance(shift(moment, direction * HUGE), datetime)


# --- lengths of time -----------------------------------------------------------------------------

LENGTHS_SAID_IN_TWO_WAYS = [
    pytest.param(Duration(years=1), Duration(months=12), id="a year is 12 months"),
    pytest.param(Duration(days=1), Duration(hours=24), id="a day is 24 hours"),
    pytest.param(Duration(weeks=2), Duration(timedelta(days=14)), id="a week is 7 days"),
    pytest.param(Duration(minutes=1), Duration(seconds=60), id="a minute is 60 seconds"),
    pytest.param(Duration(hours=1), Duration(minutes=60), id="an hour is 60 minutes"),
    pytest.param(
        Duration(seconds=1, microseconds=1), Duration(microseconds=1_000_001), id="to the microsecond"
    ),
    pytest.param(
        Duration(timedelta(days=1, seconds=1, microseconds=1)),
        Duration(days=1, seconds=1, microseconds=1), id="a timedelta",
    ),
    pytest.param(
        Duration(timedelta.max), Duration(microseconds=timedelta.max // MICROSECOND),
        id="the longest timedelta",
    ),
    pytest.param(
        Duration(relativedelta(years=1, months=2, days=3, hours=4, minutes=5, seconds=6)),
        Duration(months=14, days=3, hours=4, minutes=5, seconds=6), id="a relativedelta",
    ),
    pytest.param(
        Duration(relativedelta(weeks=1, microseconds=7)), Duration(days=7, microseconds=7),
        id="a relativedelta keeps its weeks in days",
    ),
    pytest.param(Duration(relativedelta(days=2.0)), Duration(days=2), id="a whole float of dateutil"),
    pytest.param(Duration(months=1, days=0), Duration(months=1), id="a unit of nothing"),
    pytest.param(Duration(Duration(months=1, days=2)), Duration(months=1, days=2), id="itself"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), LENGTHS_SAID_IN_TWO_WAYS)
def test_a_length_is_the_same_however_it_is_said(one: Duration, other: Duration) -> None:
    """[T4], [T5], [T15]."""
    assert one == other
    assert Last(one) == Last(other)


def test_a_month_is_no_number_of_days() -> None:
    """[T15]: what is counted in months and what is counted in days stay apart."""
    assert Duration(months=1, days=1) == Duration(relativedelta(months=1, days=1))
    assert all(Duration(months=1) != Duration(days=days) for days in (28, 29, 30, 31))


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(relativedelta(day=1), id="an absolute day"),
        pytest.param(relativedelta(months=1, day=31), id="a day besides a month"),
        pytest.param(relativedelta(year=2022), id="an absolute year"),
        pytest.param(relativedelta(month=1), id="an absolute month"),
        pytest.param(relativedelta(days=1, hour=0), id="an hour of zero is absolute too"),
        pytest.param(relativedelta(days=1, minute=0), id="an absolute minute"),
        pytest.param(relativedelta(days=1, second=0), id="an absolute second"),
        pytest.param(relativedelta(days=1, microsecond=0), id="an absolute microsecond"),
        pytest.param(relativedelta(days=1, weekday=MO), id="a weekday"),
        pytest.param(relativedelta(days=1, leapdays=1), id="leap days"),
        pytest.param(relativedelta(yearday=60), id="a day of the year"),
        pytest.param(relativedelta(days=1.5), id="a fraction of a day"),
        pytest.param(relativedelta(hours=0.5), id="a fraction of an hour"),
        pytest.param(relativedelta(days=float("nan")), id="no number of days"),
        pytest.param(relativedelta(months=-1), id="a negative month"),
        pytest.param(relativedelta(months=1, days=-1), id="a negative day besides a month"),
        pytest.param(relativedelta(), id="nothing"),
        pytest.param(timedelta(), id="no time"),
        pytest.param(timedelta(days=-1), id="a negative timedelta"),
        pytest.param(None, id="no length at all"),
    ],
)
def test_what_is_no_length_of_time_is_refused(length: "DurationLike | None") -> None:
    """[T15]: durations are whole and positive, and neither absolute nor fractional."""
    for window in (Duration, Last, Next):
        with pytest.raises(ConditionError):
            window(length)


@pytest.mark.parametrize(
    "units",
    [
        pytest.param({"days": 0}, id="nothing"),
        pytest.param({"days": -1}, id="negative"),
        pytest.param({"months": 1, "days": -1}, id="partly negative"),
        pytest.param({"days": 1.0}, id="a float, though whole"),
        pytest.param({"months": True}, id="a boolean is no number"),
        pytest.param({"days": "30"}, id="a text is no number"),
        pytest.param({"fortnights": 1}, id="no unit"),
        pytest.param({"days": None}, id="no number"),
    ],
)
def test_units_that_say_no_length_are_refused(units: dict[str, int]) -> None:
    """[T15]."""
    for window in (Duration, Last, Next):
        with pytest.raises(ConditionError):
            window(**units)  # type: ignore[arg-type]


def test_a_length_is_given_once() -> None:
    """[T15]."""
    with pytest.raises(ConditionError):
        Last(Duration(days=1), hours=1)
    with pytest.raises(ConditionError):
        Duration(30)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        pytest.param(Duration(days=30), Duration(days=90), id="reversed"),
        pytest.param(Duration(days=30), Duration(days=30), id="equally long"),
        pytest.param(Duration(hours=24), Duration(days=1), id="equally long in other words"),
        pytest.param(Duration(years=1), Duration(months=12), id="equally many months"),
        pytest.param(Duration(months=1), Duration(months=1, days=1), id="shorter by the rest"),
        pytest.param(Duration(days=30), Duration(months=1, days=30), id="shorter by the months"),
    ],
)
def test_an_older_end_that_is_not_longer_is_refused(older: Duration, newer: Duration) -> None:
    """[T3]."""
    with pytest.raises(ConditionError):
        Ago(older, newer)


def test_months_against_days_are_left_to_the_calendar() -> None:
    """[T3] speaks of the same units: 30 days are longer than a month in March only."""
    window = Ago(Duration(days=30), Duration(months=1))
    in_march, in_may = instant("2022-03-15 12:00"), instant("2022-05-15 12:00")
    assert Moment(in_march, UTC).covers(window, in_march - 29 * DAY)
    for fact in beside(in_may - 30 * DAY, 3):
        assert not Moment(in_may, UTC).covers(window, fact)
        assert in_may not in validity(window, fact, UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(None, None, id="both sides open"),
        pytest.param(date(2022, 9, 30), date(2022, 9, 29), id="days reversed"),
        pytest.param(
            instant("2022-09-30") + MICROSECOND, instant("2022-09-30"), id="instants reversed"
        ),
        pytest.param(date(2022, 9, 30), instant("2022-09-28"), id="reversed in every zone"),
        pytest.param(datetime(2022, 9, 30), None, id="a naive end"),  # noqa: DTZ001 - what must be refused
    ],
)
def test_ends_that_enclose_nothing_are_refused(start: date | None, end: date | None) -> None:
    """[T7], [K2], [K8]."""
    with pytest.raises(ConditionError):
        Between(start, end)


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        pytest.param(
            before_window(date(2022, 7, 1)), None, "2022-07-01 00:00", id="before a day begins"
        ),
        pytest.param(
            before_window(instant("2022-07-01 08:00")), None, "2022-07-01 08:00", id="before an instant"
        ),
        pytest.param(
            after_window(date(2022, 7, 1)), "2022-07-02 00:00", None, id="after a day has ended"
        ),
        pytest.param(
            after_window(instant("2022-07-01 08:00")), "2022-07-01 08:00:00.000001", None,
            id="after an instant, itself not included",
        ),
    ],
)  # fmt: skip
def test_before_and_after_leave_their_end_out(
    window: Window, start: str | None, end: str | None
) -> None:
    """[T14]."""
    edges = Interval(start and instant(start), end and instant(end), "left")
    assert interval(window, LAST, UTC) == edges


# --- the moment of a question --------------------------------------------------------------------


def test_now_may_come_in_any_zone_and_is_kept_in_utc() -> None:
    """[K2], [T12]: arithmetic is done in UTC."""
    paris = datetime(2022, 3, 27, 3, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert repr(Moment.of(paris, "UTC").now) == repr(instant("2022-03-27 01:30"))
    second = datetime(2022, 10, 30, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)
    assert Moment.of(second, UTC).now == instant("2022-10-30 01:30")
    early = datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))
    late = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert (Moment.of(early, UTC).now, Moment.of(late, UTC).now) == (FIRST, LAST)


def test_a_now_that_is_no_instant_is_refused() -> None:
    """[K2]."""
    naive = datetime(2022, 10, 1)  # noqa: DTZ001 - what must be refused
    for now in (naive, date(2022, 10, 1), "2022-10-01"):
        with pytest.raises(InstantError):
            Moment.of(now, "UTC")  # type: ignore[arg-type]


def test_without_now_the_current_time_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Stopped":
            assert tz is UTC
            return cls(2022, 10, 1, 12, tzinfo=UTC)

    monkeypatch.setattr(clock, "datetime", Stopped)
    assert Moment.of(None, "UTC").now == instant("2022-10-01 12:00")


def test_a_zone_has_a_name_or_comes_from_zoneinfo() -> None:
    """[T9]."""
    paris = ZoneInfo("Europe/Paris")
    assert zone(paris) is paris
    assert zone("Europe/Paris") is paris
    assert zone(UTC) is UTC
    assert zone("UTC") is UTC


@pytest.mark.parametrize(
    "tz",
    [
        pytest.param("Europe/Atlantis", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param("Europe", id="a part of a name"),
        pytest.param("/etc/localtime", id="a file of the machine"),
        pytest.param("../zoneinfo/Europe/Paris", id="a path to a zone"),
        pytest.param("Europe/Paris\0", id="no text of a name"),
        pytest.param("\ud800", id="no text at all"),
        pytest.param("A" * 5000, id="too long to be looked up"),
        pytest.param(timezone(timedelta(hours=1)), id="an offset is no zone"),
        pytest.param(gettz("Europe/Paris"), id="dateutil's zones misread the second of two hours"),
        pytest.param(None, id="no zone"),
        pytest.param(1, id="a number"),
    ],
)
def test_what_is_no_zone_is_refused(tz: object) -> None:
    """[T9]."""
    with pytest.raises(ZoneError):
        zone(tz)
