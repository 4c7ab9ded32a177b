"""What a now and a zone may be."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import gettz

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import InstantError, ZoneError
from tests.slow_clock import FIRST, LAST, instant


def test_now_may_come_in_any_zone_and_is_kept_in_utc() -> None:
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


def test_a_now_that_is_no_instant_is_refused() -> None:
    """[K2]."""
    naive = datetime(2022, 10, 1)  # noqa: DTZ001 - what must be refused
    for now in (naive, date(2022, 10, 1), "2022-10-01"):
        with pytest.raises(InstantError):
            EvaluationContext.create(now, "UTC")  # type: ignore[arg-type]


def test_without_now_the_current_time_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Stopped":
            assert tz is UTC
            return cls(2022, 10, 1, 12, tzinfo=UTC)

    monkeypatch.setattr("segkit.clock.context.datetime", Stopped)
    assert EvaluationContext.create(None, "UTC").now == instant("2022-10-01 12:00")


def test_a_zone_has_a_name_or_comes_from_zoneinfo() -> None:
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
        pytest.param("Europe/Paris\0", id="no text of a name"),
        pytest.param("\ud800", id="no text at all"),
        pytest.param("A" * 5000, id="too long to be looked up"),
        pytest.param(timezone(timedelta(hours=1)), id="an offset is no zone"),
        pytest.param(gettz("Europe/Paris"), id="dateutil's zones misread the second of two hours"),
        pytest.param(None, id="no zone"),
        pytest.param(1, id="a number"),
    ],
)
def test_what_is_no_zone_is_refused(tz: object) -> None:
    """[T9]."""
    with pytest.raises(ZoneError):
        parse_zone(tz)
