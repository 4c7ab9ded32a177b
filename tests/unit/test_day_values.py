"""Comparisons of days with days and instants, and the zone that determines the day."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from segkit import did
from tests.unit.evaluation import NOW, TICK, HostEvent, MakeComparison, evaluate, evaluate_value

PARIS: Final = ZoneInfo("Europe/Paris")
HONOLULU: Final = "Pacific/Honolulu"
TODAY: Final = date(2022, 10, 1)
BORN: Final = date(1986, 10, 4)


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(lambda x: x == BORN, BORN, True, id="the same day"),
        pytest.param(lambda x: x == BORN, BORN + days(1), False, id="the next day"),
        pytest.param(lambda x: x < BORN, BORN - days(1), True, id="the day before"),
        pytest.param(lambda x: x < BORN, BORN, False, id="a day is not before itself"),
        pytest.param(lambda x: x <= BORN, BORN, True, id="on or before"),
        pytest.param(lambda x: x > BORN, BORN, False, id="a day is not after itself"),
        pytest.param(lambda x: x >= BORN, BORN, True, id="on or after"),
        pytest.param(lambda x: x.before(BORN), BORN, False, id="before is <"),
        pytest.param(lambda x: x.after(BORN), BORN + days(1), True, id="after is >"),
        pytest.param(lambda x: x.is_in([BORN]), BORN, True, id="is_in"),
        pytest.param(lambda x: x == BORN, "1986-10-04", False, id="a text is not a day"),
        pytest.param(lambda x: x == "1986-10-04", BORN, False, id="a day is not a text"),
        pytest.param(lambda x: x < date.max, date.min, True, id="the first and the last day"),
    ],
)
def test_days_are_compared_as_days(
    make_comparison: MakeComparison, value: object, verdict: bool
) -> None:
    """[K1], [T14]."""
    assert evaluate_value({"x": value}, make_comparison) is verdict


MIDNIGHT_IN_PARIS: Final = datetime(2022, 6, 30, 22, tzinfo=UTC)  # the start of July 1 in Paris


@pytest.mark.parametrize(
    ("make_comparison", "value", "tz", "verdict"),
    [
        pytest.param(
            lambda x: x == date(2022, 7, 1), MIDNIGHT_IN_PARIS, PARIS, True, id="July 1 in Paris"
        ),
        pytest.param(
            lambda x: x == date(2022, 7, 1),
            MIDNIGHT_IN_PARIS - TICK,
            PARIS,
            False,
            id="a microsecond before",
        ),
        pytest.param(
            lambda x: x == date(2022, 7, 1), MIDNIGHT_IN_PARIS, UTC, False, id="June 30 in UTC"
        ),
        pytest.param(
            lambda x: x < date(2022, 7, 1), MIDNIGHT_IN_PARIS - TICK, PARIS, True, id="before"
        ),
        pytest.param(
            lambda x: x < date(2022, 7, 1), MIDNIGHT_IN_PARIS, PARIS, False, id="not before"
        ),
        pytest.param(
            lambda x: x >= date(2022, 7, 1), MIDNIGHT_IN_PARIS, PARIS, True, id="on or after"
        ),
        pytest.param(
            lambda x: x == MIDNIGHT_IN_PARIS,
            date(2022, 7, 1),
            PARIS,
            True,
            id="an instant as operand",
        ),
        pytest.param(
            lambda x: x == MIDNIGHT_IN_PARIS,
            date(2022, 6, 30),
            UTC,
            True,
            id="an instant as operand, in UTC",
        ),
        pytest.param(
            lambda x: x > MIDNIGHT_IN_PARIS,
            date(2022, 7, 1),
            PARIS,
            False,
            id="a day is not after its instant",
        ),
        pytest.param(
            lambda x: x > MIDNIGHT_IN_PARIS,
            date(2022, 7, 2),
            PARIS,
            True,
            id="the next day is after it",
        ),
        pytest.param(
            lambda x: x.is_in([MIDNIGHT_IN_PARIS]), date(2022, 7, 1), PARIS, True, id="is_in"
        ),
    ],
)
def test_a_day_is_compared_with_the_local_day_of_an_instant(
    make_comparison: MakeComparison, value: object, tz: str, verdict: bool
) -> None:
    """[K4]."""
    assert evaluate_value({"x": value}, make_comparison, tz=tz) is verdict


AMBIGUOUS: Final = datetime(2022, 10, 30, 2, 30, tzinfo=PARIS)  # at 00:30 and at 01:30 UTC


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(
            lambda x: x == AMBIGUOUS,
            datetime(2022, 10, 30, 0, 30, tzinfo=UTC),
            True,
            id="the first of two instants",
        ),
        pytest.param(
            lambda x: x == AMBIGUOUS, AMBIGUOUS.replace(fold=1), False, id="the second is not equal"
        ),
        pytest.param(
            lambda x: x < AMBIGUOUS.replace(fold=1), AMBIGUOUS, True, id="the first is before it"
        ),
        pytest.param(
            lambda x: x == AMBIGUOUS.replace(fold=1),
            datetime(2022, 10, 30, 1, 30, tzinfo=UTC),
            True,
            id="the second is an hour later",
        ),
        pytest.param(
            lambda x: x == NOW,
            datetime(2022, 10, 1, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            True,
            id="a value in another zone",
        ),
        pytest.param(lambda x: x == NOW, NOW + TICK, False, id="not a microsecond later"),
        pytest.param(lambda x: x <= NOW, NOW + TICK, False, id="a microsecond later is after"),
        pytest.param(lambda x: x < NOW, NOW - TICK, True, id="a microsecond earlier is before"),
        pytest.param(lambda x: x > NOW, NOW, False, id="an instant is not after itself"),
        pytest.param(lambda x: x >= NOW, NOW, True, id="at or after"),
        pytest.param(
            lambda x: x == datetime.min.replace(tzinfo=UTC),
            datetime(1, 1, 1, tzinfo=PARIS),
            True,
            id="before year 1 in UTC: the first instant [T12]",
        ),
        pytest.param(
            lambda x: x == datetime.max.replace(tzinfo=UTC),
            datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))),
            True,
            id="after year 9999 in UTC: the last instant [T12]",
        ),
    ],
)
def test_instants_are_compared_in_utc_to_the_microsecond(
    make_comparison: MakeComparison, value: object, verdict: bool
) -> None:
    """[K4]: the ``==`` of Python ignores ``fold``."""
    assert evaluate_value({"x": value}, make_comparison, tz=PARIS) is verdict


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(lambda x: x.within_last(days=3), TODAY, True, id="today has begun"),
        pytest.param(lambda x: x.within_last(days=3), TODAY - days(2), True, id="two days ago"),
        pytest.param(
            lambda x: x.within_last(days=3), TODAY - days(3), False, id="three days ago, excluded"
        ),
        pytest.param(lambda x: x.within_last(days=3), TODAY + days(1), False, id="tomorrow"),
        pytest.param(lambda x: x.within_next(days=3), TODAY, False, id="today is not after now"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(1), True, id="tomorrow is next"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(3), True, id="in 3 days"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(4), False, id="in 4 days"),
        pytest.param(lambda x: x.between_ago(days=(3, 1)), TODAY - days(1), True, id="newer end"),
        pytest.param(lambda x: x.between_ago(days=(3, 1)), TODAY - days(3), False, id="older end"),
        pytest.param(lambda x: x.before(days=1), TODAY - days(1), True, id="a day ago or longer"),
        pytest.param(lambda x: x.before(days=1), TODAY, False, id="not today"),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY - days(1), True, id="first day"
        ),
        pytest.param(lambda x: x.between(TODAY - days(1), TODAY), TODAY, True, id="last day"),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY + days(1), False, id="the day after"
        ),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY - days(2), False, id="the day before"
        ),
        pytest.param(lambda x: x.between(None, TODAY), date.min, True, id="open below"),
        pytest.param(lambda x: x.between(TODAY, None), date.max, True, id="open above"),
        pytest.param(lambda x: x.between(NOW, None), TODAY, True, id="the day of an instant"),
        pytest.param(lambda x: x.between(NOW, None), TODAY - days(1), False, id="the day before"),
        pytest.param(lambda x: x.between(None, NOW), TODAY, False, id="the end is excluded"),
        pytest.param(lambda x: x.between(None, NOW), TODAY - days(1), True, id="before the end"),
        pytest.param(lambda x: x.during("month"), date(2022, 10, 31), True, id="this month"),
        pytest.param(lambda x: x.during("month"), date(2022, 11, 1), False, id="the next month"),
        pytest.param(lambda x: x.during("month", -1), date(2022, 9, 30), True, id="last month"),
        pytest.param(lambda x: x.during("week"), date(2022, 9, 26), True, id="Monday"),
        pytest.param(lambda x: x.during("week"), date(2022, 10, 2), True, id="Sunday"),
        pytest.param(lambda x: x.during("week"), date(2022, 10, 3), False, id="next Monday"),
    ],
)  # fmt: skip
def test_a_day_in_a_window(make_comparison: MakeComparison, value: date, verdict: bool) -> None:
    """[T13]: rolling windows use the start of the day, other windows the day; [T7], [T8]."""
    assert evaluate_value({"x": value}, make_comparison) is verdict


@pytest.mark.parametrize(
    ("tz", "verdict"),
    [
        pytest.param("UTC", True, id="October has just begun in UTC"),
        pytest.param(PARIS, True, id="two hours ago in Paris"),
        pytest.param(HONOLULU, False, id="not yet in Honolulu"),
    ],
)
def test_the_zone_of_the_evaluation_determines_the_month(tz: str, verdict: bool) -> None:
    """[T8], [T9]: it also determines the units that a window covers."""
    assert evaluate_value({"x": date(2022, 10, 31)}, lambda x: x.during("month"), tz=tz) is verdict
    earlier = [HostEvent(at=NOW - timedelta(hours=1))]
    in_october = {"UTC": False, str(PARIS): True, HONOLULU: False}[str(tz)]
    assert evaluate(did("order").between(TODAY, None), events=earlier, tz=tz) is in_october


def test_a_rolling_day_has_24_hours_when_the_clocks_change() -> None:
    """[T4]: in Paris the clocks went forward at 01:00 UTC on 27 March 2022."""
    noon = datetime(2022, 3, 27, 12, tzinfo=PARIS)  # 10:00 UTC; noon of the day before was 11:00
    last_day = did("order").within_last(days=1)
    start = datetime(2022, 3, 26, 10, tzinfo=UTC)
    assert evaluate(last_day, events=[HostEvent(at=start)], now=noon, tz=PARIS) is False
    assert evaluate(last_day, events=[HostEvent(at=start + TICK)], now=noon, tz=PARIS) is True


def test_now_may_be_given_in_any_zone() -> None:
    """[K4]: only the instant counts."""
    order, now = HostEvent(), NOW.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert evaluate(did("order").within_last(microseconds=1), events=[order], now=now) is True
    assert evaluate(did("order").during("day"), events=[order], now=now) is True
