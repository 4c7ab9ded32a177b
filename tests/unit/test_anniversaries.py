"""Anniversaries: the same day and month in any year [T10]."""

from bisect import bisect_left
from calendar import isleap
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Anniversary,
    Attribute,
    Comparison,
    ConditionError,
    Contact,
    Property,
    attr,
    did,
    matches,
)
from segkit.clock import has_anniversary
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any: some lines are what the type checkers refuse as well.
birthday: Any = attr("birthday")

# --- every day of ten years -----------------------------------------------------------------------

YEAR_2000: Final = date(2000, 1, 1).toordinal()
BIRTHDAYS: Final = [date.fromordinal(YEAR_2000 + number) for number in range(366)]
"""Every day of a leap year."""

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
    """Return every anniversary near `TODAYS`, found by testing each day."""
    days = [date.fromordinal(day) for day in range(TODAYS[0] - 800, TODAYS[-1] + 800)]
    return [
        day.toordinal()
        for day in days
        if (day.month, day.day) == (birthday.month, birthday.day)
        or ((birthday.month, birthday.day, day.month, day.day) == (2, 29, 3, 1)
            and not isleap(day.year))
    ]  # fmt: skip


def expected_verdict(birthday: date, window: Anniversary, today: int) -> bool:
    """Return whether *window*, evaluated on *today*, contains an anniversary of *birthday*."""
    days = anniversaries_of(birthday)
    index = bisect_left(days, today + window.first)
    return index < len(days) and days[index] <= today + window.last


@pytest.mark.parametrize("window", WINDOWS, ids=repr)
def test_a_birthday_is_found_from_the_first_day_of_the_window_to_the_last(
    window: Anniversary,
) -> None:
    """[T10]: on every day of ten years, for birthdays before, on and after both bounds."""
    offsets = {edge + step for edge in (window.first, window.last) for step in (-1, 0, 1)}
    for today in TODAYS:
        day, birthdays = date.fromordinal(today), {date(2000, 2, 29)}
        birthdays.update(date.fromordinal(today + days).replace(year=2000) for days in offsets)
        for born in birthdays:
            expected = expected_verdict(born, window, today)
            assert has_anniversary(born, window, day) is expected, (born, day)


@pytest.mark.parametrize("window", WINDOWS, ids=repr)
def test_every_birthday_of_a_year(window: Anniversary) -> None:
    """[T10]: on days at the ends of February and of the year."""
    for year in (2023, 2024):
        for day in ("02-27", "02-28", "03-01", "12-31"):
            today = date.fromisoformat(f"{year}-{day}")
            for born in BIRTHDAYS:
                expected = expected_verdict(born, window, today.toordinal())
                assert has_anniversary(born, window, today) is expected


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
        case(birthday.anniversary_within_next(days=7), "2022-10-04", True, id="today is included"),
        case(birthday.anniversary_within_next(days=7), "2022-10-05", False, id="the day after"),
        case(birthday.anniversary_within_last(days=7), "2022-10-03", False, id="not yet"),
        case(birthday.anniversary_within_last(days=7), "2022-10-04", True, id="today is included"),
        case(birthday.anniversary_within_last(days=7), "2022-10-11", True, id="7 days ago"),
        case(birthday.anniversary_within_last(days=7), "2022-10-12", False, id="8 days ago"),
        case(birthday.anniversary_within_next(days=364), "2022-10-05", True, id="364 days: yes"),
        case(birthday.anniversary_within_next(days=363), "2022-10-05", False, id="363 days: no"),
    ],
)
def test_a_birthday_on_october_4(condition: Attribute, now: str, verdict: bool) -> None:
    """[T10]: of a day, of an instant on it, and of a property."""
    for born in (date(1986, 10, 4), date(2031, 10, 4), datetime(1986, 10, 4, 23, tzinfo=UTC)):
        assert is_member(condition, {"birthday": born}, now=instant(now)) is verdict
    events = [event("signup", "2000-01-01", born=date(1986, 10, 4))]
    where = did("signup").where(Property(("born",), condition.comparison))
    assert is_member(where, events=events, now=instant(now)) is verdict


@pytest.mark.parametrize(
    ("now", "days_ahead", "recent"),
    [
        case("2023-02-28", {1, 366}, False, id="the day before, in a common year"),
        case("2023-03-01", {0, 365}, True, id="March 1"),
        case("2023-03-02", {364}, True, id="a day later"),
        case("2023-03-03", {363}, False, id="two days later"),
        case("2024-02-28", {1, 367}, False, id="the day before, in a leap year"),
        case("2024-02-29", {0, 366}, True, id="the leap day"),
        case("2024-03-01", {365}, True, id="March 1, in a leap year"),
        case("2100-03-01", {0, 365}, True, id="2100 is a common year"),
        case("2000-02-28", {1, 367}, False, id="2000 was a leap year"),
    ],
)
def test_the_anniversary_of_a_leap_day_is_march_1_in_common_years(
    now: str, days_ahead: set[int], recent: bool
) -> None:
    """[T10]."""
    born = {"birthday": date(1996, 2, 29)}
    for days in (0, 1, 2, 363, 364, 365, 366, 367):
        condition = birthday.anniversary_in(days=days)
        assert is_member(condition, born, now=instant(now)) is (days in days_ahead), days
    assert is_member(birthday.anniversary_within_last(days=1), born, now=instant(now)) is recent


def test_march_1_and_february_28_have_no_anniversary_on_february_29() -> None:
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
    completes its years some hours after local midnight.
    """
    ada, found = Contact("ada", {"birthday": born}), list[date]()
    for offset in range(-800, 800):
        day = eighteenth + timedelta(days=offset)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(tz))
        if matches(TURNS_18, ada, now=noon, tz=tz):
            found.append(day)
        if abs(offset) % 365 <= 2:
            assert is_member(TURNS_18, ada.attributes, now=noon, tz=tz) is (offset == 0)
    assert found == [eighteenth]


def test_around_new_year() -> None:
    """[T10]."""
    in_next_days = birthday.anniversary_within_next(days=3)
    in_last_days = birthday.anniversary_within_last(days=3)
    for born, now, next_verdict, last_verdict in (
        (date(1990, 1, 2), "2022-12-30", True, False),
        (date(1990, 1, 2), "2022-12-29", False, False),
        (date(1990, 12, 30), "2023-01-02", False, True),
        (date(1990, 12, 30), "2023-01-03", False, False),
        (date(1990, 12, 31), "2022-12-31", True, True),
    ):
        assert is_member(in_next_days, {"birthday": born}, now=instant(now)) is next_verdict
        assert is_member(in_last_days, {"birthday": born}, now=instant(now)) is last_verdict


BORN: Final = date(1986, 10, 4)
AT_NIGHT: Final = instant("1986-10-03 23:30")
"""October 4 in Paris."""
SKIPPED: Final = date(2011, 12, 30)
"""A day that Samoa did not have."""


@pytest.mark.parametrize(
    ("value", "now", "tz", "verdict"),
    [
        case(BORN, "2022-10-03 22:00", "Europe/Paris", True, id="today is local"),
        case(BORN, "2022-10-03 21:59", "Europe/Paris", False, id="a minute before"),
        case(BORN, "2022-10-05 03:59", "America/New_York", True, id="still today"),
        case(AT_NIGHT, "2022-10-03 22:00", "Europe/Paris", True, id="the local day of an instant"),
        case(AT_NIGHT, "2022-10-03 12:00", "UTC", True, id="in UTC, the day of the instant"),
        case(AT_NIGHT, "2022-10-04 12:00", "UTC", False, id="in UTC, not the next day"),
        case(SKIPPED, "2011-12-30 10:00", "Pacific/Apia", False, id="a day that was skipped"),
        case(SKIPPED, "2012-12-29 09:59", "Pacific/Apia", False, id="before the local day"),
        case(SKIPPED, "2012-12-29 10:00", "Pacific/Apia", True, id="start of the local day"),
        case(SKIPPED, "2012-12-30 09:59", "Pacific/Apia", True, id="end of the local day"),
    ],
)
def test_today_is_the_local_day(value: date, now: str, tz: str, verdict: bool) -> None:
    """[T9], [T10]."""
    condition = birthday.anniversary_in(days=0)
    assert is_member(condition, {"birthday": value}, now=instant(now), tz=tz) is verdict


@pytest.mark.parametrize("tz", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize(
    "now", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31 23:59:59.999999"]
)
def test_no_overflow_at_the_ends_of_the_calendar(now: str, tz: str) -> None:
    """[T12]."""
    moment = instant(now)
    for days in (0, 1, 3, 365, 366, 10**6, 10**398):
        ends = (date.min, date.max, instant("0001-01-01"), instant("9999-12-31"))
        for born in (moment.date(), *ends):
            for condition in (
                birthday.anniversary_in(days=days),
                birthday.anniversary_within_next(days=days),
                birthday.anniversary_within_last(days=days),
            ):
                verdict = is_member(condition, {"birthday": born}, now=moment, tz=tz)
                assert verdict or days < 365 or condition == birthday.anniversary_in(days=days)
    for condition in (birthday.anniversary_within_next(days=0), birthday.anniversary_in(days=0)):
        assert is_member(condition, {"birthday": moment.date()}, now=moment)
        assert is_member(condition, {"birthday": date(2022, moment.month, moment.day)}, now=moment)


@pytest.mark.parametrize(
    "value",
    [
        case(None, id="no value"),
        case("1986-10-01", id="a text"),
        case(19861001, id="a number"),
        case([date(1986, 10, 1)], id="a list"),
    ],
)
def test_a_value_that_is_not_a_day_has_no_anniversary(value: object) -> None:
    """[V3], [V6]: also in a window of a year or longer."""
    for days in (0, 365, 400):
        assert not is_member(birthday.anniversary_within_next(days=days), {"birthday": value})
        assert not is_member(birthday.anniversary_within_last(days=days), {"birthday": value})


METHODS: Final = ("anniversary_within_next", "anniversary_within_last", "anniversary_in")


@pytest.mark.parametrize("method", METHODS)
def test_days_must_be_a_whole_number_of_0_or_more(method: str) -> None:
    """[V6]: the error states the rule."""
    for days in (-1, 1.0, True, "7", None, timedelta(days=7), 10**499):
        with pytest.raises(ConditionError, match="days is a whole number, 0 or more; got"):
            getattr(birthday, method)(days=days)


@pytest.mark.parametrize("method", METHODS)
def test_the_path_of_the_error_names_the_method(method: str) -> None:
    """The path is as for every other method of a term."""
    with pytest.raises(ConditionError) as caught:
        getattr(birthday, method)(days=-1)
    assert caught.value.path == f"attr('birthday').{method}"


@pytest.mark.parametrize("ends", [(1, 0), (0.0, 1), (False, True), (None, 1)], ids=repr)
def test_the_days_of_an_anniversary_must_be_in_order(ends: tuple[Any, Any]) -> None:
    """[V6]."""
    with pytest.raises(ConditionError, match="takes whole numbers of days in order"):
        Anniversary(*ends)


def test_an_anniversary_is_not_compared_with_a_window_or_a_number() -> None:
    """[V6]."""
    for operand in (7, None, date(2022, 10, 4), (0, 7)):
        with pytest.raises(ConditionError, match=r"such as Anniversary\(0, 7\)"):
            Comparison("anniversary", operand)


def test_each_method_builds_its_anniversary() -> None:
    """All methods build the same class of condition."""
    built: Iterable[tuple[Callable[..., Any], Anniversary]] = (
        (birthday.anniversary_within_next, Anniversary(0, 7)),
        (birthday.anniversary_within_last, Anniversary(-7, 0)),
        (birthday.anniversary_in, Anniversary(7, 7)),
    )
    for method, days in built:
        assert method(days=7) == Attribute(("birthday",), Comparison("anniversary", days))
    assert is_member(birthday.anniversary_in(days=3), {"birthday": date(1986, 10, 4)}, now=NOW)


@pytest.mark.parametrize("tz", ["UTC", "America/Los_Angeles"])
def test_a_person_born_on_a_leap_day_turns_18_on_one_day(tz: str) -> None:
    """[T10], [T6]: on March 1 and on no other day of the year."""
    turns_18 = birthday.anniversary_in(days=0) & birthday.between_ago(years=(19, 18))
    born, zone = {"birthday": date(2004, 2, 29)}, ZoneInfo(tz)
    noons = [datetime(2022, 1, 1, 12, tzinfo=zone) + timedelta(days=day) for day in range(365)]
    noons.append(datetime(2023, 2, 28, 12, tzinfo=zone))
    found = [noon.date() for noon in noons if is_member(turns_18, born, now=noon, tz=tz)]
    assert found == [date(2022, 3, 1)]


def test_a_birthday_without_a_year_is_stored_with_the_year_2000() -> None:
    """[T10]: every day of a year is a day of a leap year, February 29 included."""
    for month, day in ((2, 29), (2, 28), (12, 31)):
        contact = {"birthday": date(2000, month, day)}
        for year in (2024, 2028):
            noon = datetime(year, month, day, 12, tzinfo=UTC)
            assert is_member(birthday.anniversary_in(days=0), contact, now=noon)
