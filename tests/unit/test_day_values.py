"""Days against days, days against instants, and which zone decides."""

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
    ("said", "value", "verdict"),
    [
        pytest.param(lambda x: x == BORN, BORN, True, id="the same day"),
        pytest.param(lambda x: x == BORN, BORN + days(1), False, id="the next"),
        pytest.param(lambda x: x < BORN, BORN - days(1), True, id="the day before"),
        pytest.param(lambda x: x < BORN, BORN, False, id="no day is before itself"),
        pytest.param(lambda x: x <= BORN, BORN, True, id="but on or before"),
        pytest.param(lambda x: x > BORN, BORN, False, id="nor after itself"),
        pytest.param(lambda x: x >= BORN, BORN, True, id="but on or after"),
        pytest.param(lambda x: x.before(BORN), BORN, False, id="before is <"),
        pytest.param(lambda x: x.after(BORN), BORN + days(1), True, id="after is >"),
        pytest.param(lambda x: x.is_in([BORN]), BORN, True, id="one of several"),
        pytest.param(lambda x: x == BORN, "1986-10-04", False, id="a text is no day"),
        pytest.param(lambda x: x == "1986-10-04", BORN, False, id="and a day is no text"),
        pytest.param(lambda x: x < date.max, date.min, True, id="the first and the last day"),
    ],
)
def test_days_are_compared_as_days(said: MakeComparison, value: object, verdict: bool) -> None:
    """[K1], [T14]."""
    assert evaluate_value({"x": value}, said) is verdict


MIDNIGHT_IN_PARIS: Final = datetime(2022, 6, 30, 22, tzinfo=UTC)  # July 1 begins there


@pytest.mark.parametrize(
    ("said", "value", "tz", "verdict"),
    [
        pytest.param(
            lambda x: x == date(2022, 7, 1), MIDNIGHT_IN_PARIS, PARIS, True, id="July there"
        ),
        pytest.param(
            lambda x: x == date(2022, 7, 1), MIDNIGHT_IN_PARIS - TICK, PARIS, False, id="not yet"
        ),
        pytest.param(
            lambda x: x == date(2022, 7, 1), MIDNIGHT_IN_PARIS, UTC, False, id="still June in UTC"
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
            lambda x: x == MIDNIGHT_IN_PARIS, date(2022, 7, 1), PARIS, True, id="the other way"
        ),
        pytest.param(
            lambda x: x == MIDNIGHT_IN_PARIS, date(2022, 6, 30), UTC, True, id="round too"
        ),
        pytest.param(
            lambda x: x > MIDNIGHT_IN_PARIS, date(2022, 7, 1), PARIS, False, id="its own day"
        ),
        pytest.param(
            lambda x: x > MIDNIGHT_IN_PARIS, date(2022, 7, 2), PARIS, True, id="is not after it"
        ),
        pytest.param(
            lambda x: x.is_in([MIDNIGHT_IN_PARIS]), date(2022, 7, 1), PARIS, True, id="is_in"
        ),
    ],
)
def test_a_day_meets_the_local_day_of_an_instant(
    said: MakeComparison, value: object, tz: str, verdict: bool
) -> None:
    """[K4]."""
    assert evaluate_value({"x": value}, said, tz=tz) is verdict


TWICE: Final = datetime(2022, 10, 30, 2, 30, tzinfo=PARIS)  # comes at 00:30 and at 01:30 UTC


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [
        pytest.param(
            lambda x: x == TWICE, datetime(2022, 10, 30, 0, 30, tzinfo=UTC), True, id="the first"
        ),
        pytest.param(lambda x: x == TWICE, TWICE.replace(fold=1), False, id="is not the second"),
        pytest.param(lambda x: x < TWICE.replace(fold=1), TWICE, True, id="but before it"),
        pytest.param(
            lambda x: x == TWICE.replace(fold=1),
            datetime(2022, 10, 30, 1, 30, tzinfo=UTC),
            True,
            id="which is an hour later",
        ),
        pytest.param(
            lambda x: x == NOW,
            datetime(2022, 10, 1, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            True,
            id="any zone may carry a value",
        ),
        pytest.param(lambda x: x == NOW, NOW + TICK, False, id="a microsecond beside"),
        pytest.param(lambda x: x <= NOW, NOW + TICK, False, id="is behind"),
        pytest.param(lambda x: x < NOW, NOW - TICK, True, id="or before"),
        pytest.param(lambda x: x > NOW, NOW, False, id="nothing is after itself"),
        pytest.param(lambda x: x >= NOW, NOW, True, id="but at or after"),
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
            id="after year 9999 in UTC: the last one [T12]",
        ),
    ],
)
def test_instants_are_compared_in_utc_to_the_microsecond(
    said: MakeComparison, value: object, verdict: bool
) -> None:
    """[K4]: Python's own ``==`` ignores ``fold``."""
    assert evaluate_value({"x": value}, said, tz=PARIS) is verdict


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [
        pytest.param(lambda x: x.within_last(days=3), TODAY, True, id="today has begun"),
        pytest.param(lambda x: x.within_last(days=3), TODAY - days(2), True, id="two days ago"),
        pytest.param(
            lambda x: x.within_last(days=3), TODAY - days(3), False, id="the end itself, open"
        ),
        pytest.param(lambda x: x.within_last(days=3), TODAY + days(1), False, id="tomorrow"),
        pytest.param(lambda x: x.within_next(days=3), TODAY, False, id="today is not ahead"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(1), True, id="tomorrow is"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(3), True, id="the last of 3"),
        pytest.param(lambda x: x.within_next(days=3), TODAY + days(4), False, id="a fourth"),
        pytest.param(lambda x: x.between_ago(days=(3, 1)), TODAY - days(1), True, id="new end, in"),
        pytest.param(lambda x: x.between_ago(days=(3, 1)), TODAY - days(3), False, id="old, out"),
        pytest.param(lambda x: x.before(days=1), TODAY - days(1), True, id="a day ago or longer"),
        pytest.param(lambda x: x.before(days=1), TODAY, False, id="today is not"),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY - days(1), True, id="first day"
        ),
        pytest.param(lambda x: x.between(TODAY - days(1), TODAY), TODAY, True, id="last day"),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY + days(1), False, id="behind"
        ),
        pytest.param(
            lambda x: x.between(TODAY - days(1), TODAY), TODAY - days(2), False, id="in front"
        ),
        pytest.param(lambda x: x.between(None, TODAY), date.min, True, id="open below"),
        pytest.param(lambda x: x.between(TODAY, None), date.max, True, id="open above"),
        pytest.param(lambda x: x.between(NOW, None), TODAY, True, id="the day of an instant"),
        pytest.param(lambda x: x.between(NOW, None), TODAY - days(1), False, id="the day before"),
        pytest.param(lambda x: x.between(None, NOW), TODAY, False, id="an instant end is out"),
        pytest.param(lambda x: x.between(None, NOW), TODAY - days(1), True, id="what lies before"),
        pytest.param(lambda x: x.during("month"), date(2022, 10, 31), True, id="of this month"),
        pytest.param(lambda x: x.during("month"), date(2022, 11, 1), False, id="of the next"),
        pytest.param(lambda x: x.during("month", -1), date(2022, 9, 30), True, id="the previous"),
        pytest.param(lambda x: x.during("week"), date(2022, 9, 26), True, id="Monday begins it"),
        pytest.param(lambda x: x.during("week"), date(2022, 10, 2), True, id="Sunday ends it"),
        pytest.param(lambda x: x.during("week"), date(2022, 10, 3), False, id="not behind"),
    ],
)  # fmt: skip
def test_a_day_in_a_window(said: MakeComparison, value: date, verdict: bool) -> None:
    """[T13]: rolling windows take the instant the day starts at, the others the day; [T7], [T8]."""
    assert evaluate_value({"x": value}, said) is verdict


@pytest.mark.parametrize(
    ("tz", "verdict"),
    [
        pytest.param("UTC", True, id="October has just begun in UTC"),
        pytest.param(PARIS, True, id="two hours ago in Paris"),
        pytest.param(HONOLULU, False, id="not yet in Honolulu"),
    ],
)
def test_the_zone_of_the_evaluation_says_which_month_it_is(tz: str, verdict: bool) -> None:
    """[T8], [T9]: and so which units a window holds."""
    assert evaluate_value({"x": date(2022, 10, 31)}, lambda x: x.during("month"), tz=tz) is verdict
    earlier = [HostEvent(at=NOW - timedelta(hours=1))]
    in_october = {"UTC": False, str(PARIS): True, HONOLULU: False}[str(tz)]
    assert evaluate(did("order").between(TODAY, None), events=earlier, tz=tz) is in_october


def test_a_rolling_day_has_24_hours_whatever_the_clocks_do() -> None:
    """[T4]: in Paris the clocks went forward at 01:00 UTC on 27 March 2022."""
    noon = datetime(2022, 3, 27, 12, tzinfo=PARIS)  # 10:00 UTC; noon of the day before was 11:00
    last_day = did("order").within_last(days=1)
    edge = datetime(2022, 3, 26, 10, tzinfo=UTC)
    assert evaluate(last_day, events=[HostEvent(at=edge)], now=noon, tz=PARIS) is False
    assert evaluate(last_day, events=[HostEvent(at=edge + TICK)], now=noon, tz=PARIS) is True


def test_now_may_be_given_in_any_zone() -> None:
    """[K4]: an instant is an instant."""
    order, abroad = HostEvent(), NOW.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert evaluate(did("order").within_last(microseconds=1), events=[order], now=abroad) is True
    assert evaluate(did("order").during("day"), events=[order], now=abroad) is True
