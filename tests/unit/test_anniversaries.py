"""Anniversaries: the same day and month, whatever the year [T10]."""

from bisect import bisect_left
from calendar import isleap
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import Anniversary, Attribute, Comparison, ConditionError, Property, attr, did
from segkit.clock import has_anniversary
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any: some lines are what the type checkers refuse as well.
birthday: Any = attr("birthday")

# --- every day of ten years -----------------------------------------------------------------------

YEAR_2000: Final = date(2000, 1, 1).toordinal()
BIRTHDAYS: Final = [date.fromordinal(YEAR_2000 + number) for number in range(366)]
"""One of every kind: 2000 was a leap year."""

TODAYS: Final = range(date(2019, 1, 1).toordinal(), date(2029, 1, 1).toordinal())
"""Every day of ten years, three of them leap years."""

LENGTHS: Final = (*range(4), *range(360, 371))
WINDOWS: Final = [
    *(Anniversary(0, days) for days in LENGTHS),
    *(Anniversary(-days, 0) for days in LENGTHS if days),
    *(Anniversary(days, days) for days in LENGTHS if days),
]


@cache
def anniversaries_of(birthday: date) -> list[int]:
    """Return every anniversary around those years, found by testing each day."""
    days = [date.fromordinal(day) for day in range(TODAYS[0] - 800, TODAYS[-1] + 800)]
    return [
        day.toordinal()
        for day in days
        if (day.month, day.day) == (birthday.month, birthday.day)
        or ((birthday.month, birthday.day, day.month, day.day) == (2, 29, 3, 1)
            and not isleap(day.year))
    ]  # fmt: skip


def has_one(birthday: date, window: Anniversary, today: int) -> bool:
    """Return whether an anniversary is on one of the days of *window*."""
    days = anniversaries_of(birthday)
    place = bisect_left(days, today + window.first)
    return place < len(days) and days[place] <= today + window.last


@pytest.mark.parametrize("window", WINDOWS, ids=repr)
def test_a_birthday_is_found_from_the_first_day_of_the_window_to_the_last(
    window: Anniversary,
) -> None:
    """[T10]: on every day of ten years, for birthdays on both sides of both edges."""
    reach = {edge + beside for edge in (window.first, window.last) for beside in (-1, 0, 1)}
    for today in TODAYS:
        at, found = date.fromordinal(today), {date(2000, 2, 29)}
        found.update(date.fromordinal(today + days).replace(year=2000) for days in reach)
        for each in found:
            assert has_anniversary(each, window, at) is has_one(each, window, today), (each, at)


@pytest.mark.parametrize("window", WINDOWS, ids=repr)
def test_every_birthday_of_a_year(window: Anniversary) -> None:
    """[T10]: on days at the ends of February and of the year."""
    for year in (2023, 2024):
        for day in ("02-27", "02-28", "03-01", "12-31"):
            at = date.fromisoformat(f"{year}-{day}")
            for each in BIRTHDAYS:
                assert has_anniversary(each, window, at) is has_one(each, window, at.toordinal())


# --- as conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "now", "verdict"),
    [
        case(birthday.anniversary_in(days=0), "2022-10-04", True, id="today"),
        case(birthday.anniversary_in(days=0), "2022-10-03 23:59:59.999", False, id="not yet"),
        case(birthday.anniversary_in(days=0), "2022-10-04 23:59:59.999", True, id="all day long"),
        case(birthday.anniversary_in(days=0), "2022-10-05", False, id="yesterday"),
        case(birthday.anniversary_in(days=3), "2022-10-01", True, id="in three days"),
        case(birthday.anniversary_in(days=3), "2022-10-02", False, id="in two, not three"),
        case(birthday.anniversary_within_next(days=0), "2022-10-04", True, id="n may be 0"),
        case(birthday.anniversary_within_next(days=7), "2022-09-26 23:59", False, id="in 8 days"),
        case(birthday.anniversary_within_next(days=7), "2022-09-27", True, id="in 7 days"),
        case(birthday.anniversary_within_next(days=7), "2022-10-04", True, id="today is in it"),
        case(birthday.anniversary_within_next(days=7), "2022-10-05", False, id="over"),
        case(birthday.anniversary_within_last(days=7), "2022-10-03", False, id="not yet"),
        case(birthday.anniversary_within_last(days=7), "2022-10-04", True, id="today is lately"),
        case(birthday.anniversary_within_last(days=7), "2022-10-11", True, id="7 days ago"),
        case(birthday.anniversary_within_last(days=7), "2022-10-12", False, id="8 days ago"),
        case(birthday.anniversary_within_next(days=364), "2022-10-05", True, id="364 reach it"),
        case(birthday.anniversary_within_next(days=363), "2022-10-05", False, id="363 do not"),
    ],
)
def test_a_birthday_on_october_4(condition: Attribute, now: str, verdict: bool) -> None:
    """[T10]: of a day, of an instant on it, and of a property."""
    for born in (date(1986, 10, 4), date(2031, 10, 4), datetime(1986, 10, 4, 23, tzinfo=UTC)):
        assert is_member(condition, {"birthday": born}, now=instant(now)) is verdict
    seen = [event("signup", "2000-01-01", born=date(1986, 10, 4))]
    where = did("signup").where(Property(("born",), condition.comparison))
    assert is_member(where, events=seen, now=instant(now)) is verdict


@pytest.mark.parametrize(
    ("now", "ahead", "was_lately"),
    [
        case("2023-02-28", {1, 366}, False, id="the day before, in a common year"),
        case("2023-03-01", {0, 365}, True, id="March 1"),
        case("2023-03-02", {364}, True, id="a day later"),
        case("2023-03-03", {363}, False, id="two days later"),
        case("2024-02-28", {1, 367}, False, id="in a leap year not yet"),
        case("2024-02-29", {0, 366}, True, id="but on its day"),
        case("2024-03-01", {365}, True, id="and over in March"),
        case("2100-03-01", {0, 365}, True, id="2100 is a common year"),
        case("2000-02-28", {1, 367}, False, id="2000 was a leap year"),
    ],
)
def test_the_anniversary_of_a_leap_day_is_march_1_in_common_years(
    now: str, ahead: set[int], was_lately: bool
) -> None:
    """[T10]."""
    born = {"birthday": date(1996, 2, 29)}
    for days in (0, 1, 2, 363, 364, 365, 366, 367):
        condition = birthday.anniversary_in(days=days)
        assert is_member(condition, born, now=instant(now)) is (days in ahead), days
    assert is_member(birthday.anniversary_within_last(days=1), born, now=instant(now)) is was_lately


def test_a_march_1_and_a_february_28_have_their_own_day_only() -> None:
    """[T10]."""
    today = birthday.anniversary_in(days=0)
    assert is_member(today, {"birthday": date(1990, 3, 1)}, now=instant("2024-03-01"))
    assert not is_member(today, {"birthday": date(1990, 3, 1)}, now=instant("2024-02-29"))
    assert not is_member(today, {"birthday": date(1990, 2, 28)}, now=instant("2024-02-29"))


TURNS_18: Final = birthday.anniversary_in(days=0) & birthday.between_ago(years=(19, 18))


@pytest.mark.parametrize("tz", ["UTC", "Europe/Paris", "America/New_York"])
@pytest.mark.parametrize(
    ("born", "eighteenth"),
    [
        case(date(2004, 2, 28), date(2022, 2, 28), id="February 28"),
        case(date(2004, 2, 29), date(2022, 3, 1), id="a leap day: no February 29 in 2022"),
        case(date(2004, 3, 1), date(2022, 3, 1), id="March 1"),
        case(date(2005, 12, 31), date(2023, 12, 31), id="the last day of a year"),
    ],
)
def test_turns_18_today_is_the_anniversary_and_18_years(
    born: date, eighteenth: date, tz: str
) -> None:
    """[T10], [T6]: the anniversary is the local day on which the years are complete.

    At noon: years are counted in UTC [T5], so that a March 1 that starts on February 29 in UTC
    completes its years some hours after the local midnight.
    """
    days = [eighteenth + timedelta(days=away) for away in range(-800, 800)]
    noon = {day: datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(tz)) for day in days}
    found = [day for day in days if is_member(TURNS_18, {"birthday": born}, now=noon[day], tz=tz)]
    assert found == [eighteenth]


def test_around_new_year() -> None:
    """[T10]."""
    soon = birthday.anniversary_within_next(days=3)
    lately = birthday.anniversary_within_last(days=3)
    for born, now, is_soon, was_lately in (
        (date(1990, 1, 2), "2022-12-30", True, False),
        (date(1990, 1, 2), "2022-12-29", False, False),
        (date(1990, 12, 30), "2023-01-02", False, True),
        (date(1990, 12, 30), "2023-01-03", False, False),
        (date(1990, 12, 31), "2022-12-31", True, True),
    ):
        assert is_member(soon, {"birthday": born}, now=instant(now)) is is_soon
        assert is_member(lately, {"birthday": born}, now=instant(now)) is was_lately


BORN: Final = date(1986, 10, 4)
AT_NIGHT: Final = instant("1986-10-03 23:30")
"""In Paris that is October 4 already."""
SKIPPED: Final = date(2011, 12, 30)
"""A day that Samoa did not have."""


@pytest.mark.parametrize(
    ("held", "now", "tz", "verdict"),
    [
        case(BORN, "2022-10-03 22:00", "Europe/Paris", True, id="today is local"),
        case(BORN, "2022-10-03 21:59", "Europe/Paris", False, id="a minute before"),
        case(BORN, "2022-10-05 03:59", "America/New_York", True, id="still today"),
        case(AT_NIGHT, "2022-10-03 22:00", "Europe/Paris", True, id="of an instant, its local day"),
        case(AT_NIGHT, "2022-10-03 12:00", "UTC", True, id="in UTC the day before"),
        case(AT_NIGHT, "2022-10-04 12:00", "UTC", False, id="and not the day itself"),
        case(SKIPPED, "2011-12-30 10:00", "Pacific/Apia", False, id="a day that was skipped"),
        case(SKIPPED, "2012-12-29 09:59", "Pacific/Apia", False, id="14 hours ahead of UTC"),
        case(SKIPPED, "2012-12-29 10:00", "Pacific/Apia", True, id="the day has begun"),
        case(SKIPPED, "2012-12-30 09:59", "Pacific/Apia", True, id="and goes on"),
    ],
)
def test_today_is_the_local_day(held: date, now: str, tz: str, verdict: bool) -> None:
    """[T9], [T10]."""
    condition = birthday.anniversary_in(days=0)
    assert is_member(condition, {"birthday": held}, now=instant(now), tz=tz) is verdict


@pytest.mark.parametrize("tz", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize(
    "now", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31 23:59:59.999999"]
)
def test_at_the_ends_of_the_calendar_nothing_overflows(now: str, tz: str) -> None:
    """[T12]."""
    at = instant(now)
    for days in (0, 1, 3, 365, 366, 10**6, 10**398):
        for born in (at.date(), date.min, date.max, instant("0001-01-01"), instant("9999-12-31")):
            for condition in (
                birthday.anniversary_in(days=days),
                birthday.anniversary_within_next(days=days),
                birthday.anniversary_within_last(days=days),
            ):
                verdict = is_member(condition, {"birthday": born}, now=at, tz=tz)
                assert verdict or days < 365 or condition == birthday.anniversary_in(days=days)
    for condition in (birthday.anniversary_within_next(days=0), birthday.anniversary_in(days=0)):
        assert is_member(condition, {"birthday": at.date()}, now=at)
        assert is_member(condition, {"birthday": date(2022, at.month, at.day)}, now=at)


@pytest.mark.parametrize(
    "held",
    [
        case(None, id="no value"),
        case("1986-10-01", id="a text"),
        case(19861001, id="a number"),
        case([date(1986, 10, 1)], id="a list"),
    ],
)
def test_what_is_no_day_has_no_anniversary(held: object) -> None:
    """[V3], [V6]: not in a window of a year or more either."""
    for days in (0, 365, 400):
        assert not is_member(birthday.anniversary_within_next(days=days), {"birthday": held})
        assert not is_member(birthday.anniversary_within_last(days=days), {"birthday": held})


WORDS: Final = ("anniversary_within_next", "anniversary_within_last", "anniversary_in")


@pytest.mark.parametrize("word", WORDS)
def test_days_are_a_whole_number_from_0_on(word: str) -> None:
    """[V6]: the error says so."""
    for days in (-1, 1.0, True, "7", None, timedelta(days=7), 10**499):
        with pytest.raises(ConditionError, match="days is a whole number, 0 or more; got"):
            getattr(birthday, word)(days=days)


@pytest.mark.parametrize("word", WORDS)
def test_the_error_names_the_words_that_were_written(word: str) -> None:
    """As for every other word of a term."""
    with pytest.raises(ConditionError) as refused:
        getattr(birthday, word)(days=-1)
    assert refused.value.path == f"attr('birthday').{word}"


@pytest.mark.parametrize("ends", [(1, 0), (0.0, 1), (False, True), (None, 1)], ids=repr)
def test_the_days_of_an_anniversary_are_in_order(ends: tuple[Any, Any]) -> None:
    """[V6]."""
    with pytest.raises(ConditionError, match="takes whole numbers of days in order"):
        Anniversary(*ends)


def test_an_anniversary_is_not_compared_with_a_window_or_a_number() -> None:
    """[V6]."""
    for operand in (7, None, date(2022, 10, 4), (0, 7)):
        with pytest.raises(ConditionError, match=r"such as Anniversary\(0, 7\)"):
            Comparison("anniversary", operand)


def test_the_words_build_the_days_they_name() -> None:
    """The methods build one kind of condition."""
    built: Iterable[tuple[Callable[..., Any], Anniversary]] = (
        (birthday.anniversary_within_next, Anniversary(0, 7)),
        (birthday.anniversary_within_last, Anniversary(-7, 0)),
        (birthday.anniversary_in, Anniversary(7, 7)),
    )
    for word, days in built:
        assert word(days=7) == Attribute(("birthday",), Comparison("anniversary", days))
    assert is_member(birthday.anniversary_in(days=3), {"birthday": date(1986, 10, 4)}, now=NOW)
