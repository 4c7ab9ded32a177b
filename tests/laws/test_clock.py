"""Windows and their inverse, at any instant and in zones with unusual clock changes."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Literal, get_args

from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.clock import (
    EvaluationContext,
    anniversary_days,
    coverage,
    covered_days,
    has_anniversary,
    leave,
    local_day,
    shift,
    window_interval,
)
from segkit.errors import ConditionError
from segkit.model.comparisons import Anniversary
from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Duration,
    Ever,
    Last,
    Next,
    Window,
)
from segkit.testing import zones
from tests.slow_clock import (
    DAY,
    FIRST,
    LAST,
    MICROSECOND,
    WATCHED,
    LocalDays,
    away,
    beside,
    counted,
    covers,
    covers_as_day,
    instant,
    local_days,
    months_away,
)

# --- generated windows and instants ---------------------------------------------------------------

HUGE = 10**30
END = counted(LAST)


def _near(moment: datetime, microseconds: int) -> datetime:
    """Return the instant that many microseconds later, limited to the calendar."""
    return FIRST + min(max(counted(moment) + microseconds, 0), END) * MICROSECOND


# The days around the ends of months, in ordinary years and at the ends of the calendar.
month_ends = st.builds(
    lambda year, month, days, microseconds: _near(
        datetime(year, month, 1, tzinfo=UTC), days * 86_400_000_000 + microseconds
    ),
    st.sampled_from((1, 2, 2019, 2020, 2021, 2023, 2024, 9998, 9999)),
    st.integers(1, 12),
    st.integers(-4, 1),
    st.sampled_from((0, -1, 1)) | st.integers(0, 86_399_999_999),
)
instants = month_ends | st.builds(_near, st.sampled_from((FIRST, LAST)), st.integers(-3, 3)) | (
    st.datetimes(timezones=st.just(UTC))
)  # fmt: skip
months = st.integers(1, 14) | st.integers(1, 2000) | st.integers(1, 200_000) | st.just(HUGE)
rests = st.one_of(
    st.integers(1, 3),
    st.integers(1, 800).map(lambda days: days * 86_400_000_000),
    st.integers(1, 10**17),
    st.integers(END - 3, END + 3),
    st.just(HUGE),
)
durations = st.one_of(
    months.map(lambda count: Duration(months=count)),
    rests.map(lambda count: Duration(microseconds=count)),
    st.builds(lambda count, rest: Duration(months=count, microseconds=rest), months, rests),
)


@st.composite
def agos(draw: st.DrawFn) -> Ago:
    """Generate `Ago` windows; a pair of lengths that is refused is swapped."""
    one, other = draw(durations), draw(durations)
    assume(one != other)
    try:
        return Ago(one, other)
    except ConditionError:
        return Ago(other, one)


rolling: SearchStrategy[Window] = st.one_of(
    durations.map(Last),
    durations.map(Next),
    durations.map(lambda length: Ago(None, length)),
    agos(),
)
offsets = st.integers(-3, 3) | st.integers(-10_000, 10_000) | st.sampled_from((HUGE, -HUGE))
calendars = st.builds(
    Calendar,
    st.sampled_from(get_args(CalendarUnit)),
    offsets,
    st.integers(1, 8) | st.just(2 * HUGE),
)


def _betweens(ends: SearchStrategy[date]) -> SearchStrategy[Between]:
    """Generate `Between` windows with two ends or one; a pair that is refused is swapped."""

    def ordered(start: date | None, end: date | None) -> Between:
        try:
            return Between(start, end)
        except ConditionError:
            return Between(end, start)

    return st.tuples(ends, st.none() | ends).map(lambda pair: ordered(*pair))


windows: SearchStrategy[Window] = st.one_of(
    st.just(Ever()), rolling, calendars, _betweens(instants | st.dates())
)
directions: SearchStrategy[Literal[1, -1]] = st.sampled_from((1, -1))


def _instants(numbers: list[float]) -> list[datetime]:
    """Return the instants of these numbers and their neighbors, within the calendar."""
    return [
        FIRST + (int(number) + step) * MICROSECOND
        for number in numbers
        if math.isfinite(number)
        for step in (-1, 0, 1)
        if 0 <= number + step <= END
    ]


def _edges(window: Window, now: datetime) -> list[datetime]:
    """Return the bounds of a rolling window by the rules, and the instants next to them."""
    match window:
        case Last(length):
            return _instants([away(now, length, -1), counted(now)])
        case Ago(older, newer):
            ends = [length for length in (older, newer) if length is not None]
            return _instants([away(now, length, -1) for length in ends])
        case Next(length):
            return _instants([away(now, length, 1), counted(now)])
        case _:
            return []


# --- windows --------------------------------------------------------------------------------------


@given(windows, instants, instants)
@example(Last(months=1), instant("2022-03-29 06:00"), instant("2022-02-28 12:00"))
@example(Next(months=1), instant("2022-01-29 06:00"), instant("2022-02-28 12:00"))
def test_a_window_covers_the_instants_of_its_rule(
    window: Window, now: datetime, fact: datetime
) -> None:
    """[T2], [T3], [T7], [T8], [T12], [T15]: compared with `tests.slow_clock`."""
    span = window_interval(window, now, UTC)
    for moment in (fact, now, FIRST, LAST, *_edges(window, now)):
        assert (moment in span) is covers(window, moment, now)


@given(windows, instants, instants)
def test_the_inverse_covers_the_same_nows_as_the_window(
    window: Window, fact: datetime, now: datetime
) -> None:
    """[T11], [T12]: at both bounds of the inverse, next to them, and at random instants."""
    valid = coverage(window, fact, UTC)
    nows = [now, *beside(fact), FIRST, LAST]
    for edge in (valid.start, valid.end):
        nows += beside(edge) if edge is not None else []
    for moment in nows:
        assert (moment in valid) is (fact in window_interval(window, moment, UTC))


@given(windows, st.dates() | st.sampled_from((date.min, date.max)), instants)
def test_the_inverse_covers_the_same_nows_for_a_day(
    window: Window, fact: date, now: datetime
) -> None:
    """[T11], [T13]: the same for a fact that is a day."""
    valid = coverage(window, fact, UTC)
    nows = [now, FIRST, LAST]
    for edge in (valid.start, valid.end):
        nows += beside(edge) if edge is not None else []
    for moment in nows:
        assert (moment in valid) is EvaluationContext(moment, UTC).covers(window, fact)


@given(
    st.integers(-800, 800),
    st.integers(0, 400),
    st.dates(),
    st.lists(st.dates() | st.sampled_from((date(2000, 2, 29), date(2023, 3, 1))), min_size=1),
)
def test_anniversary_days_are_the_days_with_an_anniversary(
    first: int, length: int, today: date, days: list[date]
) -> None:
    """[T10]: the year of a day is ignored."""
    window = Anniversary(first, first + length)
    found = anniversary_days(window, today)
    for day in days:
        assert ((day.month, day.day) in found) is has_anniversary(day, window, today)


@given(windows, st.dates() | st.sampled_from((date.min, date.max)), instants, zones())
def test_the_covered_days_are_those_from_the_first_to_the_last(
    window: Window, fact: date, now: datetime, tz: tzinfo
) -> None:
    """[T11], [T13]: at both ends, next to them, and at a random day; in any zone."""
    first, last = covered_days(window, now, tz)
    context = EvaluationContext(now, tz)
    days = {fact, date.min, date.max, local_day(now, tz)}
    for end in (first, last):
        days |= {
            date.fromordinal(ordinal)
            for ordinal in range(end.toordinal() - 2, end.toordinal() + 3)
            if 1 <= ordinal <= date.max.toordinal()
        }
    for day in days:
        assert (first <= day <= last) is context.covers(window, day)


@given(windows, instants, st.lists(instants, min_size=3, max_size=12))
@example(
    Last(months=1),
    instant("2022-02-28 06:00"),
    [instant(f"2022-03-{now}") for now in ("28 05:59", "28 06:00", "29 00:00", "29 06:00")],
)
def test_a_fact_enters_a_window_once_and_leaves_it_once(
    window: Window, fact: datetime, nows: list[datetime]
) -> None:
    """[T5], [T11]: the nows at which a window covers a fact are one interval."""
    covered = [fact in window_interval(window, now, UTC) for now in sorted(nows)]
    assert sum(inside for inside, _ in groupby(covered)) <= 1


@given(durations, durations, instants, instants)
def test_last_and_ago_are_disjoint_and_leave_no_gap(
    one: Duration, other: Duration, now: datetime, fact: datetime
) -> None:
    """[T2], [T3]: for any two lengths."""
    for moment in (fact, *_edges(Last(one), now), *_edges(Last(other), now)):
        recent, further = (moment in window_interval(Last(one), now, UTC) for one in (one, other))
        long_ago = moment in window_interval(Ago(None, one), now, UTC)
        assert (recent, long_ago) != (True, True)
        assert (recent or long_ago) is (moment <= now)
        try:
            between = Ago(other, one)
        except ConditionError:
            continue
        assert (moment in window_interval(between, now, UTC)) is (long_ago and further)


# --- lengths --------------------------------------------------------------------------------------


@given(instants, instants, st.integers(-200_000, 200_000))
@example(instant("2022-03-28 23:59:59.999999"), instant("2022-03-29 00:00"), -1)
@example(FIRST, LAST, -HUGE)
def test_shift_is_monotonic(one: datetime, other: datetime, count: int) -> None:
    """[T5]: a later instant never has an earlier result."""
    assume(count)
    early, late = (shift(moment, count) for moment in sorted((one, other)))
    if isinstance(early, datetime) and isinstance(late, datetime):
        assert early <= late
    elif count > 0:
        assert not isinstance(late, datetime)
    else:
        assert not isinstance(early, datetime)


@given(instants, st.integers(-200_000, 200_000).filter(bool))
def test_shift_is_the_same_day_and_time_or_the_end_of_that_month(now: datetime, count: int) -> None:
    """[T5], [T12]: compared with `tests.slow_clock`."""
    moved, expected = shift(now, count), months_away(now, count)
    if isinstance(expected, datetime):
        assert moved == expected
    else:
        assert not isinstance(moved, datetime)


@given(instants, durations, directions)
@example(instant("2022-01-31 15:00"), Duration(months=1), 1)
@example(instant("2022-01-31 15:00"), Duration(months=1, hours=9), 1)
@example(instant("2022-03-31 15:00"), Duration(months=1), -1)
@example(instant("9999-12-31 00:00"), Duration(months=1), 1)
@example(instant("0001-01-31 00:00"), Duration(months=1), -1)
def test_leave_is_the_first_now_that_reaches_the_instant(
    moment: datetime, length: Duration, direction: Literal[1, -1]
) -> None:
    """[T6], [T12]: if the result is not an instant, no now reaches the instant, or all nows do."""
    at = counted(moment)
    left = leave(moment, length, direction)
    if isinstance(left, datetime):
        assert away(left, length, -direction) >= at
        if left != FIRST:
            assert away(left - MICROSECOND, length, -direction) < at
    elif direction == 1:
        assert away(LAST, length, -1) < at
    else:
        assert away(FIRST, length, 1) >= at


@given(instants, months, rests, directions)
def test_the_inverse_applies_months_last(
    moment: datetime, count: int, rest: int, direction: Literal[1, -1]
) -> None:
    """[T15]: `leave` by k months and w is `leave` by w, followed by `leave` by k months."""
    both = leave(moment, Duration(months=count, microseconds=rest), direction)
    first = leave(moment, Duration(microseconds=rest), direction)
    if isinstance(first, datetime):
        assert both == leave(first, Duration(months=count), direction)
    else:
        assert both == first


@given(
    st.dictionaries(
        st.sampled_from(("weeks", "days", "hours", "minutes", "seconds", "microseconds")),
        st.integers(1, 1000),
        min_size=1,
    )
)
def test_units_below_a_month_add_up_as_timedelta_adds_them(units: dict[str, int]) -> None:
    """[T4]: a day is 24 hours in every zone."""
    length = timedelta(**units)
    assert Duration(**units) == Duration(length)
    assert leave(FIRST, Duration(**units)) == FIRST + length


# --- zones ----------------------------------------------------------------------------------------


def _instants_in_zone(zone: LocalDays) -> SearchStrategy[datetime]:
    """Generate instants in the years of `WATCHED`, many within days of a clock change."""
    starts = list(zone.starts.values())
    first, last = starts[14], starts[-14]
    anywhere = st.integers(0, (last - first) // MICROSECOND).map(
        lambda number: first + number * MICROSECOND
    )
    minutes = st.integers(-3 * 1440, 3 * 1440).map(lambda number: timedelta(minutes=number))
    near = st.builds(lambda change, step: change + step, st.sampled_from(zone.changes), minutes)
    beside_near = st.builds(_near, near, st.integers(-1, 1))
    return beside_near | anywhere


in_a_zone = st.sampled_from(sorted(WATCHED)).flatmap(
    lambda key: st.tuples(
        st.just(local_days(key)),
        _instants_in_zone(local_days(key)),
        _instants_in_zone(local_days(key)),
    )
)


@given(in_a_zone)
def test_the_local_day_is_the_latest_started_day(
    drawn: tuple[LocalDays, datetime, datetime],
) -> None:
    """[T9]: compared with the days of `LocalDays`; a later instant has no earlier day."""
    zone, *moments = drawn
    early, late = (local_day(moment, zone.tz) for moment in sorted(moments))
    assert [early, late] == [zone.day_of(moment) for moment in sorted(moments)]
    assert early <= late


def _windows_of_days(day_of: Callable[[datetime], date], around: datetime) -> SearchStrategy[
    Calendar | Between
]:  # fmt: skip
    day = day_of(around)
    days = st.integers(-3, 3).map(lambda number: day + number * DAY)
    moments = st.integers(-6 * 1440, 6 * 1440).map(lambda n: around + timedelta(minutes=n))
    return calendars | _betweens(days | moments)


@given(st.data(), in_a_zone)
def test_windows_made_of_days_follow_the_clocks_of_a_zone(
    data: st.DataObject, drawn: tuple[LocalDays, datetime, datetime]
) -> None:
    """[T7], [T8], [T9], [T11], [T13], [K4]: for instants and days, forward and inverse."""
    zone, now, fact = drawn
    window = data.draw(_windows_of_days(zone.day_of, fact))
    context, day = EvaluationContext(now, zone.tz), zone.day_of(fact)
    expected = covers(window, fact, now, zone.day_of)
    assert context.covers(window, fact) is expected
    assert (now in coverage(window, fact, zone.tz)) is expected
    expected = covers_as_day(window, day, now, zone.day_of)
    assert context.covers(window, day) is expected
    assert (now in coverage(window, day, zone.tz)) is expected


@given(rolling, in_a_zone)
def test_rolling_windows_use_the_zone_only_for_the_start_of_a_day(
    window: Window, drawn: tuple[LocalDays, datetime, datetime]
) -> None:
    """[T4], [T13]: a day is compared as the instant at which it starts in the zone."""
    zone, now, fact = drawn
    context = EvaluationContext(now, zone.tz)
    assert context.covers(window, fact) is covers(window, fact, now)
    assert coverage(window, fact, zone.tz) == coverage(window, fact, UTC)
    day = zone.day_of(fact)
    expected = covers(window, zone.starts[day], now)
    assert context.covers(window, day) is expected
    assert (now in coverage(window, day, zone.tz)) is expected
