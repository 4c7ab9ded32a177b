"""Durations, and invalid windows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import MO, relativedelta

from segkit import did
from segkit.clock import EvaluationContext, Interval, coverage, window_interval
from segkit.errors import ConditionError
from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    Duration,
    DurationLike,
    Last,
    Next,
    Window,
)
from tests.slow_clock import DAY, LAST, MICROSECOND, beside, instant, instant_or_none

ORDER = did("order")
EQUAL_DURATIONS = [
    pytest.param(Duration(years=1), Duration(months=12), id="a year is 12 months"),
    pytest.param(Duration(days=1), Duration(hours=24), id="a day is 24 hours"),
    pytest.param(Duration(weeks=2), Duration(timedelta(days=14)), id="a week is 7 days"),
    pytest.param(Duration(minutes=1), Duration(seconds=60), id="a minute is 60 seconds"),
    pytest.param(Duration(hours=1), Duration(minutes=60), id="an hour is 60 minutes"),
    pytest.param(
        Duration(seconds=1, microseconds=1), Duration(microseconds=1_000_001),
        id="to the microsecond",
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
    pytest.param(
        Duration(relativedelta(days=2.0)), Duration(days=2),  # type: ignore[arg-type] # at run time it accepts floats
        id="a whole float of dateutil",
    ),
    pytest.param(Duration(months=1, days=0), Duration(months=1), id="a unit of zero"),
    pytest.param(Duration(Duration(months=1, days=2)), Duration(months=1, days=2), id="a Duration"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL_DURATIONS)
def test_equal_durations(one: Duration, other: Duration) -> None:
    """[T4], [T5], [T15]."""
    assert one == other
    assert Last(one) == Last(other)


def test_a_month_is_not_a_number_of_days() -> None:
    """[T15]: months and days are kept apart."""
    assert Duration(months=1, days=1) == Duration(relativedelta(months=1, days=1))
    assert all(Duration(months=1) != Duration(days=days) for days in (28, 29, 30, 31))


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(relativedelta(day=1), id="an absolute day"),
        pytest.param(relativedelta(months=1, day=31), id="a day besides a month"),
        pytest.param(relativedelta(year=2022), id="an absolute year"),
        pytest.param(relativedelta(month=1), id="an absolute month"),
        pytest.param(relativedelta(days=1, hour=0), id="an absolute hour of zero"),
        pytest.param(relativedelta(days=1, minute=0), id="an absolute minute"),
        pytest.param(relativedelta(days=1, second=0), id="an absolute second"),
        pytest.param(relativedelta(days=1, microsecond=0), id="an absolute microsecond"),
        pytest.param(relativedelta(days=1, weekday=MO), id="a weekday"),
        pytest.param(relativedelta(days=1, leapdays=1), id="leap days"),
        pytest.param(relativedelta(yearday=60), id="a day of the year"),
        *(
            pytest.param(relativedelta(days=days), id=f"{days} days")  # type: ignore[arg-type]
            for days in (1.5, 0.5, float("nan"), float("inf"))
        ),
        pytest.param(relativedelta(months=-1), id="a negative month"),
        pytest.param(relativedelta(months=1, days=-1), id="a negative day besides a month"),
        pytest.param(relativedelta(), id="an empty relativedelta"),
        pytest.param(timedelta(), id="an empty timedelta"),
        pytest.param(timedelta(days=-1), id="a negative timedelta"),
        pytest.param(None, id="None"),
    ],
)
def test_invalid_durations_are_refused(length: "DurationLike | None") -> None:
    """[T15]: durations are relative, whole and positive."""
    for window in (Duration, Last, Next):
        with pytest.raises(ConditionError):
            window(length)


@pytest.mark.parametrize(
    "units",
    [
        pytest.param({"days": 0}, id="zero"),
        pytest.param({"days": -1}, id="negative"),
        pytest.param({"months": 1, "days": -1}, id="partly negative"),
        pytest.param({"days": 1.0}, id="a whole float"),
        pytest.param({"months": True}, id="a boolean is not a number"),
        pytest.param({"days": "30"}, id="a text is not a number"),
        pytest.param({"fortnights": 1}, id="an unknown unit"),
        pytest.param({"days": None}, id="None"),
    ],
)
def test_invalid_units_are_refused(units: dict[str, int]) -> None:
    """[T15]."""
    for window in (Duration, Last, Next):
        with pytest.raises(ConditionError):
            window(**units)


def test_a_duration_is_given_once() -> None:
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
        pytest.param(Duration(hours=24), Duration(days=1), id="equally long in other units"),
        pytest.param(Duration(years=1), Duration(months=12), id="equally many months"),
        pytest.param(Duration(months=1), Duration(months=1, days=1), id="shorter by the days"),
        pytest.param(Duration(days=30), Duration(months=1, days=30), id="shorter by the months"),
    ],
)
def test_an_older_end_must_be_longer(older: Duration, newer: Duration) -> None:
    """[T3]."""
    with pytest.raises(ConditionError):
        Ago(older, newer)


def test_months_and_days_are_not_compared() -> None:
    """[T3]: only equal units are compared; 30 days are longer than a month in March only."""
    window = Ago(Duration(days=30), Duration(months=1))
    in_march, in_may = instant("2022-03-15 12:00"), instant("2022-05-15 12:00")
    assert EvaluationContext(in_march, UTC).covers(window, in_march - 29 * DAY)
    for fact in beside(in_may - 30 * DAY, 3):
        assert not EvaluationContext(in_may, UTC).covers(window, fact)
        assert in_may not in coverage(window, fact, UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(None, None, id="both sides open"),
        pytest.param(date(2022, 9, 30), date(2022, 9, 29), id="days reversed"),
        pytest.param(
            instant("2022-09-30") + MICROSECOND, instant("2022-09-30"), id="instants reversed"
        ),
        pytest.param(date(2022, 9, 30), instant("2022-09-28"), id="reversed in every zone"),
        pytest.param(datetime(2022, 9, 30), None, id="a naive end"),  # noqa: DTZ001 - to be refused
    ],
)
def test_empty_windows_are_refused(start: date | None, end: date | None) -> None:
    """[T7], [K2], [K8]."""
    with pytest.raises(ConditionError):
        Between(start, end)


@pytest.mark.parametrize(
    ("unit", "offset", "count"),
    [
        pytest.param("fortnight", 0, 1, id="an unknown unit"),
        pytest.param("days", 0, 1, id="a unit in the plural"),
        pytest.param("day", 0.0, 1, id="a whole float"),
        pytest.param("day", True, 1, id="a boolean is not a number"),
        pytest.param("day", 0, 0, id="zero units"),
        pytest.param("day", 0, -1, id="a negative number"),
        pytest.param("day", 0, None, id="None"),
    ],
)
def test_calendar_numbers_must_be_whole(unit: str, offset: object, count: object) -> None:
    """[T8]."""
    with pytest.raises(ConditionError):
        Calendar(unit, offset, count)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        pytest.param(
            ORDER.before(date(2022, 7, 1)).window, None, "2022-07-01 00:00",
            id="before a day",
        ),
        pytest.param(
            ORDER.before(instant("2022-07-01 08:00")).window, None, "2022-07-01 08:00",
            id="before an instant",
        ),
        pytest.param(
            ORDER.after(date(2022, 7, 1)).window, "2022-07-02 00:00", None,
            id="after a day",
        ),
        pytest.param(
            ORDER.after(instant("2022-07-01 08:00")).window,
            "2022-07-01 08:00:00.000001", None, id="after an instant, excluded",
        ),
    ],
)  # fmt: skip
def test_before_and_after_exclude_their_end(
    window: Window, start: str | None, end: str | None
) -> None:
    """[T14]."""
    interval = Interval(instant_or_none(start), instant_or_none(end), "left")
    assert window_interval(window, LAST, UTC) == interval


@pytest.mark.parametrize("number", [0, -1, 1.5, "2", True, None])
def test_a_duration_is_multiplied_by_a_whole_number(number: Any) -> None:  # noqa: ANN401
    with pytest.raises(ConditionError, match="times: takes a whole number, 1 or more; got"):
        Duration(days=1).times(number)
