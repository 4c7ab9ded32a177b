"""The instants that each window covers, and when a fact enters and leaves it: each bound."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from dateutil.relativedelta import relativedelta

from segkit.clock import EvaluationContext, Interval, coverage, window_interval
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from tests.slow_clock import FIRST, LAST, beside, instant, instant_or_none

# --- each window, at each bound and one microsecond before and after it ---------------------------

WINDOWS = [
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
        id="the last microsecond of a month that is too short",
    ),
    pytest.param(
        Last(months=1), "2024-03-29 06:00", "2024-02-29 06:00", "2024-03-29 06:00", "right",
        id="a month ago is a leap day",
    ),
    pytest.param(
        Last(months=1), "2024-03-30 06:00", "2024-02-29 23:59:59.999999", "2024-03-30 06:00",
        "right",
        id="a month before March 30 is the end of a leap February",
    ),
    pytest.param(
        Last(years=1), "2024-02-29 06:00", "2023-02-28 23:59:59.999999", "2024-02-29 06:00",
        "right",
        id="a year before a leap day is the end of February",
    ),
    pytest.param(
        Last(years=4), "2024-02-29 06:00", "2020-02-29 06:00", "2024-02-29 06:00", "right",
        id="four years before a leap day is a leap day",
    ),
    pytest.param(
        Last(months=1, days=1), "2022-03-31 12:00", "2022-02-27 23:59:59.999999",
        "2022-03-31 12:00", "right",
        id="months are subtracted first, then days",
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
        Ago(Duration(months=2), Duration(months=1)), "2022-04-30 12:00",
        "2022-02-28 23:59:59.999999", "2022-03-30 12:00", "right",
        id="both ends of months ago are counted from now",
    ),
    pytest.param(
        Next(days=7), "2022-10-01 12:00", "2022-10-01 12:00", "2022-10-08 12:00", "right",
        id="the next 7 days exclude now and include the instant in 7 days",
    ),
    pytest.param(
        Next(months=1), "2022-01-31 15:00", "2022-01-31 15:00", "2022-02-28 23:59:59.999999",
        "right",
        id="a month after a 31st is the end of a shorter month",
    ),
    pytest.param(
        Next(months=1, hours=1), "2022-01-31 15:00", "2022-01-31 15:00",
        "2022-03-01 00:59:59.999999", "right",
        id="months are added first, then hours",
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
        id="a week ends with Sunday",
    ),
    pytest.param(
        Calendar("week", 1), "2022-10-03 00:00", "2022-10-10 00:00", "2022-10-17 00:00", "left",
        id="a week begins with Monday",
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
        id="the two quarters after the fourth are in the next year",
    ),
    pytest.param(
        Calendar("year", -1), "2022-01-01 00:00", "2021-01-01 00:00", "2022-01-01 00:00", "left",
        id="the previous year",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("window", "now", "start", "end", "closed"), WINDOWS)
def test_a_window_includes_one_of_its_bounds(
    window: Window, now: str, start: str | None, end: str | None, closed: Literal["left", "right"]
) -> None:
    """[T2], [T3], [T5], [T7], [T8], [T15]."""
    context = EvaluationContext(instant(now), UTC)
    interval = Interval(instant_or_none(start), instant_or_none(end), closed)
    assert context.window_interval(window) == interval
    at_start = [True] if start is None else [False, closed == "left", True]
    facts = [FIRST] if start is None else beside(instant(start))
    assert [context.covers(window, fact) for fact in facts] == at_start
    at_end = [True] if end is None else [True, closed == "right", False]
    facts = [LAST] if end is None else beside(instant(end))
    assert [context.covers(window, fact) for fact in facts] == at_end


@pytest.mark.parametrize("fact", [FIRST, instant("2022-10-01 12:00"), LAST])
def test_ever_covers_everything_at_every_now(fact: datetime) -> None:
    """[T11]: `Ever` also covers the future; counts exclude future events [T1]."""
    for now in (FIRST, instant("2022-10-01 12:00"), LAST):
        assert EvaluationContext(now, UTC).covers(Ever(), fact)
    assert coverage(Ever(), fact, UTC) == Interval(None, None, "left")


@pytest.mark.parametrize(
    "length", [Duration(days=30), Duration(months=1), Duration(microseconds=1)]
)
def test_a_fact_is_either_in_the_last_n_or_n_or_longer_ago(length: Duration) -> None:
    """[T2]: the two windows neither overlap nor leave a gap."""
    now = instant("2022-03-31 12:00")
    start = window_interval(Last(length), now, UTC).start
    assert start is not None
    for fact in (*beside(start), now):
        recent = fact in window_interval(Last(length), now, UTC)
        assert recent is not (fact in window_interval(Ago(None, length), now, UTC))


# --- the inverse ----------------------------------------------------------------------------------

COVERAGES = [
    pytest.param(
        Last(days=30), "2022-09-01 12:00", "2022-09-01 12:00", "2022-10-01 12:00",
        id="from its instant until 30 days later",
    ),
    pytest.param(
        Last(months=1), "2022-01-15 15:00", "2022-01-15 15:00", "2022-02-15 15:00",
        id="it leaves a month later",
    ),
    pytest.param(
        Last(months=1), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="no February 31: it leaves when March begins",
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
        id="from the end of February until March 28",
    ),
    pytest.param(
        Last(months=1), "2022-12-31 15:00", "2022-12-31 15:00", "2023-01-31 15:00",
        id="across the end of the year",
    ),
    pytest.param(
        Last(years=1), "2020-02-29 06:00", "2020-02-29 06:00", "2021-03-01 00:00",
        id="a leap day leaves a year later when March begins",
    ),
    pytest.param(
        Last(months=1, hours=9), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="in the inverse, hours first: February 1, then March 1",
    ),
    pytest.param(
        Last(months=1, hours=8), "2022-01-31 15:00", "2022-01-31 15:00", "2022-03-01 00:00",
        id="in the inverse, January 31 23:00 has no February day",
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
        id="it enters and never leaves",
    ),
    pytest.param(
        Next(days=7), "2022-10-08 12:00", "2022-10-01 12:00", "2022-10-08 12:00",
        id="it enters 7 days before its instant and leaves at it",
    ),
    pytest.param(
        Next(months=1), "2022-03-31 15:00", "2022-03-01 00:00", "2022-03-31 15:00",
        id="no February 31: it enters when March begins",
    ),
    pytest.param(
        Next(months=1), "2022-02-28 23:59:59.999999", "2022-01-28 23:59:59.999999",
        "2022-02-28 23:59:59.999999",
        id="a month before the last microsecond of February",
    ),
    pytest.param(
        Next(months=1, hours=16), "2022-04-01 15:00", "2022-03-01 00:00", "2022-04-01 15:00",
        id="in the inverse, hours first, then months",
    ),
    pytest.param(
        Between(date(2022, 7, 1), date(2022, 9, 30)), "2022-09-30 23:59:59.999999", None, None,
        id="between fixed bounds: always",
    ),
    pytest.param(
        Calendar("month", -1), "2022-01-31 15:00", "2022-02-01 00:00", "2022-03-01 00:00",
        id="in the previous month during the next one",
    ),
    pytest.param(
        Calendar("day", -6, 7), "2022-10-01 12:00", "2022-10-01 00:00", "2022-10-08 00:00",
        id="for seven days",
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


@pytest.mark.parametrize(("window", "fact", "enter", "leave"), COVERAGES)
def test_a_fact_enters_a_window_and_leaves_it(
    window: Window, fact: str, enter: str | None, leave: str | None
) -> None:
    """[T6], [T11]: the window covers the fact from *enter*, included, until *leave*, excluded."""
    at = instant(fact)
    found = coverage(window, at, UTC)
    assert found == Interval(instant_or_none(enter), instant_or_none(leave), "left")
    if found.start is not None:
        nows = beside(found.start)
        assert [EvaluationContext(now, UTC).covers(window, at) for now in nows] == [
            False,
            True,
            True,
        ]
    if found.end is not None:
        nows = beside(found.end)
        assert [EvaluationContext(now, UTC).covers(window, at) for now in nows] == [
            True,
            False,
            False,
        ]


@pytest.mark.parametrize("fact", ["2022-06-30 23:59:59.999999", "2022-10-01 00:00"])
def test_a_fact_outside_fixed_bounds_is_never_covered(fact: str) -> None:
    """[T7], [T11]."""
    never = coverage(Between(date(2022, 7, 1), date(2022, 9, 30)), instant(fact), UTC)
    for now in (FIRST, instant(fact), LAST):
        assert now not in never


def test_a_fact_that_has_left_the_last_month_does_not_enter_again() -> None:
    """[T5]: with plain relativedelta, a fact of Feb 28 06:00 enters again on Mar 29 00:00."""
    fact = instant("2022-02-28 06:00")
    again = instant("2022-03-29 00:00")
    assert fact > again - relativedelta(months=1)
    hours = [instant("2022-03-28 00:00") + hour * timedelta(hours=1) for hour in range(5 * 24)]
    covered = [fact in window_interval(Last(months=1), now, UTC) for now in hours]
    assert covered == [True] * 6 + [False] * (5 * 24 - 6)
