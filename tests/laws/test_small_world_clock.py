"""Every window, every now and every fact of worlds that are a few microseconds large.

The expected verdict is computed from the sentence of the rule alone. If the code and the sentence
differ by one microsecond, these worlds contain a pair of now and fact that shows the difference.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from segkit.clock import EvaluationContext, coverage, day_start, local_day, window_interval
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next, Window
from tests.slow_clock import DAY, FIRST, LAST, MICROSECOND, beside, counted, covers, instant

LENGTHS = range(1, 7)
REACH = 7


def check(
    window: Window,
    nows: list[datetime],
    facts: list[datetime],
    is_covered: Callable[[int, int], bool],
) -> None:
    """Compare the window and its inverse with *is_covered*, for every now and every fact."""
    spans = [(counted(now), now, window_interval(window, now, UTC)) for now in nows]
    for fact in facts:
        at, valid = counted(fact), coverage(window, fact, UTC)
        for number, now, span in spans:
            expected = is_covered(number, at)
            assert (fact in span) is expected, (window, now, fact)
            assert (now in valid) is expected, (window, now, fact)


def microsecond(number: int) -> Duration:
    """Return a duration of that many microseconds."""
    return Duration(microseconds=number)


WORLDS = [
    pytest.param("2022-10-01 12:00", id="an ordinary noon"),
    pytest.param("2022-03-01 00:00", id="the end of a February"),
    pytest.param("2024-02-29 00:00", id="the start of a leap day"),
    pytest.param("2024-12-31 23:59:59.999999", id="the end of a year"),
    pytest.param("2022-03-27 01:00", id="a clock change in Paris, which has no effect"),
    pytest.param("0001-01-01 00:00", id="the start of the calendar"),
    pytest.param("9999-12-31 23:59:59.999999", id="the end of the calendar"),
]


@pytest.mark.parametrize("base", WORLDS)
def test_rolling_windows_of_a_few_microseconds(base: str) -> None:
    """[T2], [T3], [T11], [T12]."""
    world = beside(instant(base), REACH)
    check(Ever(), world, world, lambda now, fact: True)  # noqa: ARG005 - at every now, every fact
    for w in LENGTHS:
        check(Last(microseconds=w), world, world, lambda now, fact: now - w < fact <= now)  # noqa: B023
        check(Next(microseconds=w), world, world, lambda now, fact: now < fact <= now + w)  # noqa: B023
        check(Ago(None, microsecond(w)), world, world, lambda now, fact: fact <= now - w)  # noqa: B023
        for newer in range(1, w):
            check(
                Ago(microsecond(w), microsecond(newer)), world, world,
                lambda now, fact: now - w < fact <= now - newer,  # noqa: B023
            )  # fmt: skip


@pytest.mark.parametrize("base", WORLDS)
def test_fixed_windows_of_a_few_microseconds(base: str) -> None:
    """[T7], [T11], [T12]: the start is included, the end is excluded, and now has no effect."""
    world = beside(instant(base), REACH)
    nows = [FIRST, world[0], world[-1], LAST]
    for start in world:
        a = counted(start)
        check(Between(start, None), nows, world, lambda _, fact: a <= fact)  # noqa: B023
        check(Between(None, start), nows, world, lambda _, fact: fact < a)  # noqa: B023
        for end in world[world.index(start) :]:
            b = counted(end)
            check(Between(start, end), nows, world, lambda _, fact: a <= fact < b)  # noqa: B023


# --- months ---------------------------------------------------------------------------------------


def around_midnights(*days: str) -> list[datetime]:
    """Return the instants within three microseconds of the midnights of these days."""
    return [moment for day in days for moment in beside(instant(day), 3)]


MONTHS = [
    pytest.param(
        around_midnights(
            "2022-01-28", "2022-01-29", "2022-01-30", "2022-01-31", "2022-02-01",
            "2022-02-28", "2022-03-01", "2022-03-28", "2022-03-29", "2022-03-30", "2022-03-31",
            "2022-04-01",
        ),
        id="January to March of a common year",
    ),
    pytest.param(
        around_midnights(
            "2024-01-29", "2024-01-30", "2024-01-31", "2024-02-01", "2024-02-28",
            "2024-02-29", "2024-03-01", "2024-03-28", "2024-03-29", "2024-03-30", "2024-03-31",
        ),
        id="January to March of a leap year",
    ),
    pytest.param(
        around_midnights(
            "2022-03-30", "2022-03-31", "2022-04-01", "2022-04-30", "2022-05-01", "2022-05-30",
            "2022-05-31", "2022-06-01",
        ),
        id="a month of thirty days",
    ),
    pytest.param(
        around_midnights(
            "2022-12-30", "2022-12-31", "2023-01-01", "2023-01-30", "2023-01-31", "2023-02-01",
        ),
        id="two months of 31 days",
    ),
    pytest.param(
        around_midnights(
            "2023-02-28", "2023-03-01", "2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28",
            "2025-03-01",
        ),
        id="a year around a leap day",
    ),
    pytest.param(
        around_midnights("0001-01-01", "0001-01-29", "0001-02-01", "0001-02-28", "0001-03-01"),
        id="the first months",
    ),
    pytest.param(
        [*around_midnights("9999-11-30", "9999-12-01", "9999-12-30", "9999-12-31"), LAST],
        id="the last months",
    ),
]  # fmt: skip

SPANS = [
    Duration(months=1),
    Duration(months=1, microseconds=1),
    Duration(months=1, microseconds=2),
    Duration(months=1, days=1),
    Duration(months=2),
    Duration(years=1),
]


def windows_with_months() -> Iterator[Window]:
    """Yield every window with one or two of the lengths."""
    for span in SPANS:
        yield Last(span)
        yield Next(span)
        yield Ago(None, span)
        yield Ago(span, Duration(microseconds=1))
        if span.months > 1 or span.microseconds:
            yield Ago(span, SPANS[0])


@pytest.mark.parametrize("world", MONTHS)
def test_windows_of_months_around_the_ends_of_months(world: list[datetime]) -> None:
    """[T5], [T6], [T11], [T15]."""
    for window in windows_with_months():
        check(window, world, world, _is_covered(window))


def _is_covered(window: Window) -> Callable[[int, int], bool]:
    def covered(now: int, fact: int) -> bool:
        return covers(window, FIRST + fact * MICROSECOND, FIRST + now * MICROSECOND)

    return covered


# --- days -----------------------------------------------------------------------------------------

DAYS = [
    pytest.param(
        "Europe/Paris", ["2022-03-25 23:00", "2022-03-26 23:00", "2022-03-27 01:00",
                         "2022-03-27 22:00", "2022-03-28 22:00"],
        id="clocks go forward at night",
    ),
    pytest.param(
        "America/Havana", ["2022-03-12 05:00", "2022-03-13 05:00", "2022-03-14 04:00"],
        id="no midnight",
    ),
    pytest.param(
        "America/Havana", ["2022-11-05 04:00", "2022-11-06 04:00", "2022-11-06 05:00",
                           "2022-11-07 05:00"],
        id="two midnights",
    ),
    pytest.param(
        "America/Sao_Paulo", ["2018-02-17 02:00", "2018-02-18 02:00", "2018-02-18 03:00",
                              "2018-02-19 03:00"],
        id="23:00 twice",
    ),
    pytest.param(
        "America/St_Johns", ["2010-11-06 02:30", "2010-11-07 02:30", "2010-11-07 02:31",
                             "2010-11-07 03:30", "2010-11-07 03:31", "2010-11-08 03:30"],
        id="back to the day before",
    ),
    pytest.param(
        "Pacific/Apia", ["2011-12-28 10:00", "2011-12-29 10:00", "2011-12-30 10:00",
                         "2011-12-31 10:00"],
        id="a skipped day",
    ),
    pytest.param(
        "Pacific/Apia", ["1892-07-03 11:26:56", "1892-07-04 11:26:56", "1892-07-05 11:26:56"],
        id="a repeated day",
    ),
    pytest.param(
        "America/Juneau", ["1867-10-18 08:57:41", "1867-10-19 00:31:13", "1867-10-19 08:57:41"],
        id="a date that returns for hours",
    ),
]  # fmt: skip


class SmallDays:
    """A few microseconds around the starts of some days, and the latest date shown so far."""

    def __init__(self, key: str, anchors: list[str]) -> None:
        """Read the clocks of the zone around each anchor."""
        self.tz = ZoneInfo(key)
        self.moments = [moment for anchor in anchors for moment in beside(instant(anchor), 2)]
        shown = (moment.astimezone(self.tz).date() for moment in self.moments)
        self.day = dict(zip(self.moments, accumulate(shown, max), strict=True))
        first, last = self.day[self.moments[0]], self.day[self.moments[-1]]
        self.days = [first + number * DAY for number in range((last - first).days + 1)]

    def start(self, day: date) -> datetime:
        """Return the first instant of the world whose local day is *day* or later."""
        return next(moment for moment in self.moments if self.day[moment] >= day)


@pytest.mark.parametrize(("key", "anchors"), DAYS)
def test_a_day_starts_once_and_never_again(key: str, anchors: list[str]) -> None:
    """[T9]: a later instant has no earlier day."""
    world = SmallDays(key, anchors)
    for moment in world.moments:
        assert local_day(moment, world.tz) == world.day[moment], moment
    for day in world.days[1:]:
        assert day_start(day, world.tz) == world.start(day)


@pytest.mark.parametrize(("key", "anchors"), DAYS)
def test_calendar_days_around_the_start_of_a_day(key: str, anchors: list[str]) -> None:
    """[T8], [T11], [T13]: the expected days are counted from the day that contains now."""
    world = SmallDays(key, anchors)
    for offset in range(-3, 3):
        for count in range(1, 4):
            window = Calendar("day", offset, count)
            for now in world.moments:
                context = EvaluationContext(now, world.tz)
                today = world.day[now]
                expected_days = {today + (offset + number) * DAY for number in range(count)}
                for fact, day in world.day.items():
                    assert context.covers(window, fact) is (day in expected_days), (
                        window,
                        now,
                        fact,
                    )
                for whole_day in world.days:
                    assert context.covers(window, whole_day) is (whole_day in expected_days), (
                        window,
                        now,
                        whole_day,
                    )
            for value in (*world.moments, *world.days):
                valid = coverage(window, value, world.tz)
                for now in world.moments:
                    assert (now in valid) is EvaluationContext(now, world.tz).covers(window, value)


@pytest.mark.parametrize(("key", "anchors"), DAYS)
def test_between_days_and_instants_around_the_start_of_a_day(key: str, anchors: list[str]) -> None:
    """[T7], [T13], [K4]: two instants are compared as instants, and other pairs as days."""
    world = SmallDays(key, anchors)
    ends: list[date] = [*world.moments, *world.days[1:]]

    def local(value: date) -> date:
        return world.day[value] if isinstance(value, datetime) else value

    def is_after_start(start: date, fact: date) -> bool:
        if isinstance(start, datetime) and isinstance(fact, datetime):
            return fact >= start
        return local(fact) >= local(start)

    def is_after_end(end: date, fact: date) -> bool:
        if not isinstance(end, datetime):
            return local(fact) > end
        return fact >= end if isinstance(fact, datetime) else fact >= local(end)

    for end in ends:
        since, until = Between(end, None), Between(None, end)
        for fact in (*world.moments, *world.days):
            expected = is_after_start(end, fact)
            assert EvaluationContext(FIRST, world.tz).covers(since, fact) is expected, (since, fact)
            assert (LAST in coverage(since, fact, world.tz)) is expected, (since, fact)
            expected = not is_after_end(end, fact)
            assert EvaluationContext(FIRST, world.tz).covers(until, fact) is expected, (until, fact)
            assert (LAST in coverage(until, fact, world.tz)) is expected, (until, fact)


@pytest.mark.parametrize(("key", "anchors"), DAYS)
def test_a_day_in_a_rolling_window_is_its_start(key: str, anchors: list[str]) -> None:
    """[T4], [T13]: a day ago is 24 hours ago, also if the day is longer or shorter."""
    world = SmallDays(key, anchors)
    for length in (*(timedelta(microseconds=w) for w in LENGTHS), DAY, DAY + MICROSECOND):
        for now in world.moments:
            context = EvaluationContext(now, world.tz)
            for day in world.days[1:]:
                start = world.start(day)
                recent, ahead = now - length < start <= now, now < start <= now + length
                assert context.covers(Last(length), day) is recent, (length, now, day)
                assert context.covers(Next(length), day) is ahead, (length, now, day)
                assert (now in coverage(Last(length), day, world.tz)) is recent
                assert (now in coverage(Next(length), day, world.tz)) is ahead
