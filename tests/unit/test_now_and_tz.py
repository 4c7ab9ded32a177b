"""The arguments *now* and *tz*: accepted and refused values."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import gettz

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import InstantError, ZoneError
from tests.slow_clock import FIRST, LAST, instant


def test_now_may_be_in_any_zone_and_is_converted_to_utc() -> None:
    """[K2], [T12]: arithmetic is done in UTC."""
    paris = datetime(2022, 3, 27, 3, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert repr(EvaluationContext.create(paris, "UTC").now) == repr(instant("2022-03-27 01:30"))
    second = datetime(2022, 10, 30, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)
    assert EvaluationContext.create(second, UTC).now == instant("2022-10-30 01:30")
    early = datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))
    late = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert (EvaluationContext.create(early, UTC).now, EvaluationContext.create(late, UTC).now) == (
        FIRST,
        LAST,
    )


def test_a_now_that_is_not_an_instant_is_refused() -> None:
    """[K2]."""
    naive = datetime(2022, 10, 1)  # noqa: DTZ001 - refused
    for now in (naive, date(2022, 10, 1), "2022-10-01"):
        with pytest.raises(InstantError):
            EvaluationContext.create(now, "UTC")  # type: ignore[arg-type]


def test_without_now_the_current_time_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class FixedClock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "FixedClock":
            assert tz is UTC
            return cls(2022, 10, 1, 12, tzinfo=UTC)

    monkeypatch.setattr("segkit.clock.context.datetime", FixedClock)
    assert EvaluationContext.create(None, "UTC").now == instant("2022-10-01 12:00")


def test_a_zone_is_a_name_or_a_zone_of_zoneinfo() -> None:
    """[T9]."""
    paris = ZoneInfo("Europe/Paris")
    assert parse_zone(paris) is paris
    assert parse_zone("Europe/Paris") is paris
    assert parse_zone(UTC) is UTC
    assert parse_zone("UTC") is UTC


@pytest.mark.parametrize(
    "tz",
    [
        pytest.param("Europe/Atlantis", id="unknown"),
        pytest.param("", id="empty"),
        pytest.param("Europe", id="a part of a name"),
        pytest.param("/etc/localtime", id="a file of the machine"),
        pytest.param("../zoneinfo/Europe/Paris", id="a path to a zone"),
        pytest.param("Europe/Paris\0", id="a name with a null character"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param("A" * 5000, id="a name that is too long"),
        pytest.param(timezone(timedelta(hours=1)), id="an offset is not a zone"),
        pytest.param(gettz("Europe/Paris"), id="a zone of dateutil"),
        pytest.param(None, id="no zone"),
        pytest.param(1, id="a number"),
    ],
)
def test_invalid_zones_are_refused(tz: object) -> None:
    """[T9]."""
    with pytest.raises(ZoneError):
        parse_zone(tz)
