"""The starts of local days in zones with unusual clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from segkit.clock import EvaluationContext, day_start, local_day, parse_zone, window_interval
from segkit.model.time_spans import Between
from tests.slow_clock import (
    DAY,
    FIRST,
    LAST,
    MICROSECOND,
    WATCHED,
    LocalDays,
    beside,
    instant,
    local_days,
)

STARTS = [
    pytest.param("UTC", "2022-03-27", "2022-03-27 00:00", id="a zone without clock changes"),
    pytest.param("Europe/Paris", "2022-03-27", "2022-03-26 23:00", id="a day of 23 hours"),
    pytest.param("Europe/Paris", "2022-03-28", "2022-03-27 22:00",
                 id="the day after a clock change"),
    pytest.param("Europe/Dublin", "2022-03-28", "2022-03-27 23:00", id="standard time in summer"),
    pytest.param("America/New_York", "2022-11-07", "2022-11-07 05:00", id="the day after 25 hours"),
    pytest.param("Australia/Lord_Howe", "2021-04-05", "2021-04-04 13:30",
                 id="clocks go back half an hour"),
    pytest.param("Asia/Kathmandu", "2022-01-01", "2021-12-31 18:15",
                 id="an offset with a quarter of an hour"),
    pytest.param(
        "America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00",
        id="no midnight: the day starts at one"
    ),
    pytest.param(
        "America/Sao_Paulo", "2018-02-18", "2018-02-18 03:00",
        id="23:00 is repeated before the day starts",
    ),
    pytest.param(
        "Asia/Beirut", "2022-03-27", "2022-03-26 22:00", id="no midnight east of Greenwich"
    ),
    pytest.param("Asia/Beirut", "2021-10-31", "2021-10-30 22:00", id="23:00 is repeated in Beirut"),
    pytest.param("Africa/Cairo", "2014-08-01", "2014-07-31 22:00", id="no midnight after Ramadan"),
    pytest.param("America/Havana", "2022-03-13", "2022-03-13 05:00", id="no midnight in Havana"),
    pytest.param("America/Havana", "2022-11-06", "2022-11-06 04:00",
                 id="the first of two midnights"),
    pytest.param("America/Havana", "2022-11-07", "2022-11-07 05:00", id="after two midnights"),
    pytest.param(
        "America/St_Johns", "2010-11-07", "2010-11-07 02:30",
        id="a minute after midnight the clocks go back to the day before",
    ),
    pytest.param(
        "America/St_Johns", "2010-03-14", "2010-03-14 03:30",
        id="a minute after midnight an hour is skipped",
    ),
    pytest.param("Pacific/Apia", "2011-12-29", "2011-12-29 10:00",
                 id="the last day east of the date line"),
    pytest.param("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", id="a skipped day"),
    pytest.param("Pacific/Apia", "2011-12-31", "2011-12-30 10:00",
                 id="the day after a skipped day"),
    pytest.param(
        "Pacific/Apia", "1892-07-04", "1892-07-03 11:26:56",
        id="July 4, 1892 is repeated: its first start"
    ),
    pytest.param("Pacific/Apia", "1892-07-05", "1892-07-05 11:26:56",
                 id="the day after the repeated July 4"),
    pytest.param("America/Toronto", "1919-03-31", "1919-03-31 04:30",
                 id="clocks go from 23:30 to 00:30"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "day", "start"), STARTS)
def test_a_day_starts_at_the_first_instant_of_its_date_or_a_later_date(
    key: str, day: str, start: str
) -> None:
    """[T9]."""
    tz, first = parse_zone(key), instant(start)
    assert day_start(date.fromisoformat(day), tz) == first
    # zoneinfo confirms the table above.
    assert (first - MICROSECOND).astimezone(tz).date() < date.fromisoformat(day)
    assert first.astimezone(tz).date() >= date.fromisoformat(day)


LOCAL_DAYS = [
    pytest.param(
        "America/St_Johns", "2010-11-07 02:30:59.999999", "2010-11-07", "2010-11-07",
        id="the minute before the clocks go back",
    ),
    pytest.param(
        "America/St_Johns", "2010-11-07 02:31", "2010-11-06", "2010-11-07",
        id="the clocks show yesterday again, after the new day has started",
    ),
    pytest.param(
        "America/St_Johns", "2010-11-07 03:29:59.999999", "2010-11-06", "2010-11-07",
        id="before the second midnight",
    ),
    pytest.param(
        "America/Sao_Paulo", "2018-02-18 02:59:59.999999", "2018-02-17", "2018-02-17",
        id="the second 23:59 belongs to the old day",
    ),
    pytest.param(
        "America/Havana", "2022-11-06 04:30", "2022-11-06", "2022-11-06", id="between two midnights"
    ),
    pytest.param(
        "Pacific/Apia", "2011-12-30 09:59:59.999999", "2011-12-29", "2011-12-29",
        id="the last microsecond before the skipped day",
    ),
    pytest.param(
        "Pacific/Apia", "2011-12-30 10:00", "2011-12-31", "2011-12-31",
        id="a skipped day has no instants",
    ),
    pytest.param(
        "Pacific/Apia", "1892-07-04 12:00", "1892-07-04", "1892-07-04", id="July 4, 1892"
    ),
    pytest.param(
        "Pacific/Apia", "1892-07-05 11:26:55.999999", "1892-07-04", "1892-07-04",
        id="the repeated July 4, 1892"
    ),
    pytest.param(
        "America/Juneau", "1867-10-18 12:00", "1867-10-19", "1867-10-19", id="the last Russian date"
    ),
    pytest.param(
        "America/Juneau", "1867-10-19 12:00", "1867-10-19", "1867-10-19", id="a day later"
    ),
    pytest.param(
        "America/Juneau", "1867-10-19 02:00", "1867-10-18", "1867-10-19",
        id="the date is repeated for hours, the local day is not",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "moment", "clock_date", "expected"), LOCAL_DAYS)
def test_the_local_day_does_not_go_back(
    key: str, moment: str, clock_date: str, expected: str
) -> None:
    """[T9]: the local day is the last day that has started, also if clocks go back."""
    at, tz = instant(moment), parse_zone(key)
    assert at.astimezone(tz).date() == date.fromisoformat(clock_date)
    assert local_day(at, tz) == date.fromisoformat(expected)
    assert EvaluationContext(at, tz).local_day(at) == date.fromisoformat(expected)


def test_a_day_is_its_own_local_day() -> None:
    """[K4]."""
    for key in WATCHED:
        assert EvaluationContext(FIRST, parse_zone(key)).local_day(date(2011, 12, 30)) == date(
            2011, 12, 30
        )


@pytest.mark.parametrize("key", WATCHED)
def test_the_starts_of_days_of_some_years_equal_the_slow_clock(key: str) -> None:
    """[T9]."""
    watched = local_days(key)
    assert len(watched.changes) >= 4
    for day, start in watched.starts.items():
        assert day_start(day, watched.tz) == start, day
    for start in list(watched.starts.values())[1:-1]:
        for moment in beside(start):
            assert local_day(moment, watched.tz) == watched.day_of(moment), moment


@pytest.mark.parametrize("key", WATCHED)
def test_local_days_never_go_back_around_a_clock_change(key: str) -> None:
    """[T9]: in each minute, the local day is the latest date that the clocks have shown."""
    tz = ZoneInfo(key)
    for change in local_days(key).changes:
        now = change - timedelta(hours=26)
        latest = now.astimezone(tz).date()
        while now < change + timedelta(hours=26):
            latest = max(latest, now.astimezone(tz).date())
            assert local_day(now, tz) == latest, now
            now += timedelta(minutes=1)


@pytest.mark.deep
def test_the_starts_of_days_since_1980_equal_the_slow_clock() -> None:
    """[T9]: in zones of every continent and on both sides of the date line."""
    for key in (*WATCHED, "Africa/Casablanca", "America/Asuncion", "America/Nuuk", "Asia/Amman",
                "Asia/Gaza", "Asia/Tehran", "Atlantic/Azores", "Pacific/Kiritimati",
                "Pacific/Kwajalein", "Antarctica/Troll"):  # fmt: skip
        watched = LocalDays(key, 1980, 2037)
        for day, start in watched.starts.items():
            assert day_start(day, watched.tz) == start, (key, day)
        for start in list(watched.starts.values())[1:-1]:
            for moment in beside(start):
                assert local_day(moment, watched.tz) == watched.day_of(moment), (key, moment)


@pytest.mark.parametrize(
    "key",
    ["Asia/Tokyo", "America/New_York", "Pacific/Auckland", "Asia/Manila", "America/Juneau"],
)
def test_a_local_day_outside_the_calendar_is_the_first_or_the_last_day(key: str) -> None:
    """[T12]: clocks of some zones show the year 0 or 10000 at the ends of the calendar."""
    tz = ZoneInfo(key)
    assert day_start(date.min, tz) == FIRST
    for moment in beside(FIRST):
        assert local_day(moment, tz) == date.min
    for moment in beside(LAST):
        assert local_day(moment, tz) == date.max
    for day in (date.min + DAY, date.max):
        midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
        offset = midnight.utcoffset()
        assert offset is not None
        start = midnight.replace(tzinfo=UTC) - offset
        assert day_start(day, tz) == start
        before, at, after = (local_day(moment, tz) for moment in beside(start))
        assert (before, at, after) == (day - DAY, day, day)
    assert window_interval(Between(date.min, date.min), FIRST, tz).end == day_start(
        date.min + DAY, tz
    )
    assert window_interval(Between(date.max, date.max), FIRST, tz).end is None
