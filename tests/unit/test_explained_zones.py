"""Explanations show instants in the zone of the evaluation."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import TZPATH, ZoneInfo

import pytest

from segkit import (
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    all_of,
    attr,
    did,
    explain,
    in_list,
    prop,
)
from segkit.english.values import format_instant
from segkit.live import Live
from segkit.model.values import MAX_INSTANT, MIN_INSTANT
from segkit.notebook import html
from tests.slow_clock import instant

case = pytest.param

NOW: Final = instant("2022-10-15 09:00")
NEW_YORK: Final = "America/New_York"
ADA: Final = Contact(
    "ada",
    {"seen": instant("2022-10-15 02:30"), "paid": instant("2022-10-14 23:00")},
    {"vip": instant("2022-10-01 01:00")},
)
ORDERS: Final = [
    Event("ada", "cart", instant("2022-10-14 01:00"), {"a": instant("2022-01-01 02:00"), "b": 3}),
    Event("ada", "order", instant("2022-10-14 02:00")),
]


def unnamed_zone(name: str | None = None) -> ZoneInfo:
    """Return Paris without its name."""
    folder = next(Path(each) for each in TZPATH if (Path(each) / "Europe" / "Paris").exists())
    data = (folder / "Europe" / "Paris").read_bytes()
    return ZoneInfo.from_file(BytesIO(data), key=name)


INSTANTS: Final[list[Any]] = [
    case("2022-09-12 08:30", "UTC", "2022-09-12 08:30 UTC", id="UTC by name"),
    case("2022-09-12 08:30", UTC, "2022-09-12 08:30 UTC", id="UTC"),
    case("2022-09-12 08:30", "Europe/Paris", "2022-09-12 10:30 Europe/Paris", id="summer"),
    case("2022-12-12 08:30:07", "Europe/Paris", "2022-12-12 09:30:07 Europe/Paris", id="winter"),
    case("2022-10-30 00:30", "Europe/Paris", "2022-10-30 02:30+02:00 Europe/Paris",
         id="first of two local times"),
    case("2022-10-30 01:30", "Europe/Paris", "2022-10-30 02:30+01:00 Europe/Paris",
         id="second of two local times"),
    case("2022-10-30 02:00", "Europe/Paris", "2022-10-30 03:00 Europe/Paris", id="after both"),
    case("2022-03-27 01:00", "Europe/Paris", "2022-03-27 03:00 Europe/Paris", id="after a gap"),
    case("1900-01-01 00:00", "Europe/Paris", "1900-01-01 00:09:21 Europe/Paris", id="local mean"),
    case("2022-09-12 08:30", unnamed_zone(), "2022-09-12 10:30+02:00", id="no name"),
    case("2022-09-12 08:30", unnamed_zone("a\nb"), "2022-09-12 10:30+02:00", id="an unusable name"),
    case("0001-01-01 00:00", NEW_YORK, "0001-01-01 00:00 UTC", id="before year 1 [T12]"),
    case("9999-12-31 23:00", "Asia/Tokyo", "9999-12-31 23:00 UTC", id="after year 9999 [T12]"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "tz", "text"), INSTANTS)
def test_an_instant_is_written_in_a_zone(at: str, tz: Any, text: str) -> None:  # noqa: ANN401
    """With the offset only where the local time, or the zone, is not clear."""
    zone: tzinfo = ZoneInfo(tz) if isinstance(tz, str) else tz
    assert format_instant(instant(at), zone) == text


@pytest.mark.parametrize("at", [MIN_INSTANT, MAX_INSTANT])
@pytest.mark.parametrize("tz", ["UTC", NEW_YORK, "Asia/Tokyo", "Africa/Monrovia"])
def test_the_first_and_the_last_instant_can_be_written(at: datetime, tz: str) -> None:
    """[T12]: nothing overflows."""
    assert format_instant(at, ZoneInfo(tz))


LINES: Final[list[Any]] = [
    case(attr("seen").within_last(days=1), [
        "value: 2022-10-14 22:30 America/New_York",
        ("window: after 2022-10-14 05:00 America/New_York, "
        "up to and including 2022-10-15 05:00 America/New_York"),
        "until: 2022-10-15 22:30 America/New_York",
    ], id="a value, a window and until"),
    case(attr("seen") == "x", [
        "value: 2022-10-14 22:30 America/New_York",
        "note: seen is the instant 2022-10-14 22:30 America/New_York where a text is expected",
    ], id="a note"),
    case(attr("seen") > attr("paid"), [
        "values: seen 2022-10-14 22:30 America/New_York, paid 2022-10-14 19:00 America/New_York",
    ], id="two values"),
    case(in_list("vip").joined_before(date(2022, 10, 1)), [
        'on: "vip" (joined 2022-09-30 21:00 America/New_York)',
    ], id="a joined instant"),
    case(did("cart").where(prop("a") > prop("b")), [
        "count: 0 of 1 in the window",
        '"cart" at 2022-10-13 21:00 America/New_York: a 2021-12-31 21:00 America/New_York, b 3',
        "window: up to and including 2022-10-15 05:00 America/New_York",
        "note: a is an instant and b is a number",
    ], id="a line of an event"),
    case(did("cart").latest_at() > date(2022, 10, 14), [
        "value: 2022-10-13 21:00 America/New_York",
        "window: up to and including 2022-10-15 05:00 America/New_York",
    ], id="a value of events"),
    case(did("cart").latest("a") == "x", [
        "value: 2021-12-31 21:00 America/New_York",
        "window: up to and including 2022-10-15 05:00 America/New_York",
        ('note: a of the latest "cart" is the instant 2021-12-31 21:00 America/New_York where a '
         "text is expected"),
    ], id="a note of events"),
    case(did("cart").followed_by(did("order")), [
        "found: 2022-10-13 21:00 America/New_York, then 2022-10-13 22:00 America/New_York",
        "window: up to and including 2022-10-15 05:00 America/New_York",
    ], id="a sequence"),
    case(did("cart").not_followed_by(did("pay"), within=timedelta(days=2)), [
        "found: none",
        "window: up to and including 2022-10-15 05:00 America/New_York",
        "until: 2022-10-15 21:00 America/New_York",
        ("not yet: the time after 2022-10-13 21:00 America/New_York is not over until "
        "2022-10-15 21:00 America/New_York"),
    ], id="a remaining time"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "lines"), LINES)
def test_every_instant_is_shown_in_the_zone(condition: Any, lines: list[str]) -> None:  # noqa: ANN401
    """The attributes of the explanation are in UTC; the text of UTC has no other zone."""
    explanation = explain(condition, ADA, ORDERS, now=NOW, tz=NEW_YORK)
    assert explanation.findings() == lines
    assert explanation.tz is ZoneInfo(NEW_YORK)
    for line in lines:
        assert line.replace('"', "&quot;") in html(explanation)
    in_utc = explain(condition, ADA, ORDERS, now=NOW)
    assert NEW_YORK not in str(in_utc)
    assert (in_utc.window, in_utc.until) == (explanation.window, explanation.until)


def test_parts_and_the_groups_have_the_zone() -> None:
    """Also if the evaluator or the `Live` has the zone."""
    condition = did("cart").within_last(days=2) & ~in_list("none")
    source = MemorySource([ADA], ORDERS)
    live = Live([Segment("a", condition)], MemorySource([ADA], ORDERS), now=NOW, tz=NEW_YORK)
    for explanation in (
        explain(condition, ADA, ORDERS, now=NOW, tz=NEW_YORK),
        Evaluator(source, tz=NEW_YORK).explain(condition, "ada", now=NOW),
        live.explain("a", "ada"),
    ):
        assert explanation.findings() == ["until: 2022-10-15 21:00 America/New_York"]
        assert explanation.parts[1].parts[0].tz is ZoneInfo(NEW_YORK)


def test_a_search_that_stopped_shows_its_horizon_in_the_zone() -> None:
    """The line says after which instant the verdict may change."""
    days = range(1, 30)
    attributes = {f"born{day}": date(2000, 1, day) for day in days}
    coincidence = all_of(*(attr(name).anniversary_in(days=0) for name in attributes))
    explanation = explain(coincidence, Contact("ada", attributes), now=NOW, tz=NEW_YORK)
    horizon = explanation.until.horizon
    assert horizon is not None
    local = f"{horizon.astimezone(ZoneInfo(NEW_YORK)):%Y-%m-%d %H:%M} America/New_York"
    assert explanation.findings() == [f"until: after {local}"]
