"""What each window covers, and when a fact enters and leaves it: the edges written out."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from dateutil.relativedelta import relativedelta

from segkit.clock import EvaluationContext, Interval, coverage, window_interval
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from tests.slow_clock import FIRST, LAST, beside, instant, instant_or_none

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
        Ago(Duration(months=2), Duration(months=1)), "2022-04-30 12:00",
        "2022-02-28 23:59:59.999999", "2022-03-30 12:00", "right",
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
    context = EvaluationContext(instant(now), UTC)
    edges = Interval(instant_or_none(start), instant_or_none(end), closed)
    assert context.window_interval(window) == edges
    begun = [True] if start is None else [False, closed == "left", True]
    facts = [FIRST] if start is None else beside(instant(start))
    assert [context.covers(window, fact) for fact in facts] == begun
    going = [True] if end is None else [True, closed == "right", False]
    facts = [LAST] if end is None else beside(instant(end))
    assert [context.covers(window, fact) for fact in facts] == going


@pytest.mark.parametrize("fact", [FIRST, instant("2022-10-01 12:00"), LAST])
def test_ever_covers_everything_at_every_now(fact: datetime) -> None:
    """[T11]; that events of the future do not count yet [T1] is for who counts them."""
    for now in (FIRST, instant("2022-10-01 12:00"), LAST):
        assert EvaluationContext(now, UTC).covers(Ever(), fact)
    assert coverage(Ever(), fact, UTC) == Interval(None, None, "left")


@pytest.mark.parametrize(
    "length", [Duration(days=30), Duration(months=1), Duration(microseconds=1)]
)
def test_what_leaves_the_last_n_is_n_or_longer_ago(length: Duration) -> None:
    """[T2]: the two share nothing and leave no gap."""
    now = instant("2022-03-31 12:00")
    edge = window_interval(Last(length), now, UTC).start
    assert edge is not None
    for fact in (*beside(edge), now):
        recent = fact in window_interval(Last(length), now, UTC)
        assert recent is not (fact in window_interval(Ago(None, length), now, UTC))


# --- the inverse ----------------------------------------------------------------------------------

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
    found = coverage(window, at, UTC)
    assert found == Interval(instant_or_none(enter), instant_or_none(left), "left")
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
def test_a_fact_outside_fixed_ends_is_never_in(fact: str) -> None:
    """[T7], [T11]."""
    never = coverage(Between(date(2022, 7, 1), date(2022, 9, 30)), instant(fact), UTC)
    for now in (FIRST, instant(fact), LAST):
        assert now not in never


def test_what_has_left_the_last_month_does_not_come_back() -> None:
    """[T5]: plain relativedelta has an event of Feb 28 06:00 back on Mar 29 00:00."""
    fact = instant("2022-02-28 06:00")
    back = instant("2022-03-29 00:00")
    assert fact > back - relativedelta(months=1)
    hours = [instant("2022-03-28 00:00") + hour * timedelta(hours=1) for hour in range(5 * 24)]
    held = [fact in window_interval(Last(months=1), now, UTC) for now in hours]
    assert held == [True] * 6 + [False] * (5 * 24 - 6)
