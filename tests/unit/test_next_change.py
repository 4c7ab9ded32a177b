"""The next change of a verdict: the horizon of the search, and verdicts that never change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import attrs
import pytest

from segkit import (
    Condition,
    Contact,
    Event,
    FactsError,
    History,
    InstantError,
    NextChange,
    SegkitError,
    Segment,
    Span,
    ZoneError,
    attr,
    did,
    matches,
    next_change,
    timeline,
)
from segkit.clock import MAX_INSTANT, MIN_INSTANT
from tests.unit.timeline_cases import at, events_at

ADA: Final = Contact("ada", {"age": 36, "ends": date(2022, 6, 10), "born": date(1986, 10, 4)})
order: Any = did("order")
recent: Final = order.within_last(days=30)
ORDERED: Final = events_at("order 2022-09-12 08:30", "order 2022-10-05")
NOW: Final = "2022-10-01"


@attrs.frozen
class ChangeCase:
    """A condition and its next change.

    Attributes:
        why: The reason for the case.
        condition: The condition; ada ordered twice.
        at: The instant of the next change; ``None`` if there is no change.
        now: The instant of the evaluation.
        horizon: The end of the search.
    """

    why: str
    condition: Condition
    at: str | None
    now: str = NOW
    horizon: str | None = None


CASES: Final = (
    ChangeCase("the last event leaves the window", recent, "2022-11-04"),
    ChangeCase("the first event enters the window", recent, "2022-09-12 08:30", "2022-09-01"),
    ChangeCase("a second event is in the future", recent.at_least(2), "2022-10-05"),
    ChangeCase("at the instant of the second event", recent.at_least(2), "2022-10-12 08:30",
               "2022-10-05"),
    ChangeCase("a microsecond before the second event", recent.at_least(2), "2022-10-05",
               "2022-10-04 23:59:59.999999"),
    ChangeCase("the horizon is included", recent, "2022-11-04", horizon="2022-11-04"),
    ChangeCase("the horizon is a microsecond before the change", recent, None,
               horizon="2022-11-03 23:59:59.999999"),
    ChangeCase("the horizon is now", recent, None, horizon=NOW),
    ChangeCase("there is no change after the last one", recent, None, "2022-11-04"),
    ChangeCase("an event without a window", order, None),
    ChangeCase("a condition without time never changes", attr("age") >= 18, None),
    ChangeCase("a fixed window does not change", order.between(date(2022, 9, 1), None), None),
    ChangeCase("a complement changes at the same time", ~recent, "2022-11-04"),
    ChangeCase("of two parts, the first change of the verdict", recent & order.at_least(2),
               "2022-10-05"),
    ChangeCase("a part that is always false determines the verdict",
               recent & (attr("age") < 18), None),
    ChangeCase("a part that is always true determines the verdict",
               recent | (attr("age") >= 18), None),
    ChangeCase("two parts that change at one instant",
               order.within_last(days=30) | ~order.within_last(days=30), None),
    ChangeCase("an anniversary", attr("born").anniversary_in(days=0), "2022-10-04"),
    ChangeCase("the anniversary of the next year",
               attr("born").anniversary_in(days=0), "2023-10-04",
               "2022-10-05"),
    ChangeCase("a day that was in the window long ago", attr("ends").within_next(days=3), None),
    ChangeCase("an event in the last year of the calendar", recent, "9999-12-15",
               "9999-01-01"),
    ChangeCase("a change after the year 9999 does not exist [T12]", recent, None, "9999-12-20"),
    ChangeCase("a change at the last instant [T12]", did("end"),
               "9999-12-31 23:59:59.999999"),
    ChangeCase("from the first instant on [T12]", order.within_last(days=30), "2022-09-12 08:30",
               "0001-01-01"),
    ChangeCase("an order at the first instant leaves the window [T12]",
               did("start").within_last(days=30), "0001-01-31", "0001-01-01"),
)  # fmt: skip
EVENTS: Final = (
    *ORDERED,
    *events_at("order 9999-12-15", "end 9999-12-31 23:59:59.999999", "start 0001-01-01"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_the_next_change(case: ChangeCase) -> None:
    given = EVENTS if "9999" in f"{case.now}{case.at}" or "0001" in case.now else ORDERED
    horizon = None if case.horizon is None else at(case.horizon)
    for events in (given, History(given)):
        change = next_change(case.condition, ADA, events, now=at(case.now), horizon=horizon)
        assert change == NextChange(None if case.at is None else at(case.at), horizon)
    if case.at is not None:
        verdicts = [
            matches(case.condition, ADA, given, now=moment)
            for moment in (at(case.now), at(case.at) - timedelta(microseconds=1), at(case.at))
        ]
        assert verdicts in ([True, True, False], [False, False, True])


def test_a_segment_has_the_changes_of_its_condition() -> None:
    segment = Segment("active", recent)
    assert next_change(segment, ADA, ORDERED, now=at(NOW)) == NextChange(at("2022-11-04"), None)
    spans = timeline(segment, ADA, ORDERED, start=at(NOW), end=at("2023-01-01"))
    assert spans == [Span(at(NOW), at("2022-11-04"))]


def test_instants_are_returned_in_utc() -> None:
    """For arguments in any zone."""
    paris = timedelta(hours=2)
    now = datetime.fromisoformat("2022-10-01T02:00+02:00")
    change = next_change(recent, ADA, ORDERED, now=now, horizon=now + paris)
    assert change.horizon == at("2022-10-01 02:00")
    assert change.horizon is not None
    assert change.horizon.tzinfo is UTC
    (span,) = timeline(recent, ADA, ORDERED, start=now, end=now + paris)
    assert (span.start.tzinfo, span.end.tzinfo) == (UTC, UTC)


def test_an_empty_period_has_no_spans() -> None:
    """The end of the period is excluded."""
    assert timeline(recent, ADA, ORDERED, start=at(NOW), end=at(NOW)) == []


def test_a_timeline_may_cover_the_whole_calendar() -> None:
    """Except the last instant, because the end is excluded and no later end exists [T12]."""
    assert timeline(attr("age") >= 18, ADA, start=MIN_INSTANT, end=MAX_INSTANT) == [
        Span(MIN_INSTANT, MAX_INSTANT)
    ]
    assert timeline(attr("age") < 18, ADA, start=MIN_INSTANT, end=MAX_INSTANT) == []


def test_unusable_events_of_a_host_do_not_count() -> None:
    """[K2]: as in `matches`."""

    @attrs.define
    class HostEvent:
        contact_id: str = "ada"
        name: Any = "order"
        at: Any = None
        properties: Any = None
        id: Any = None

    naive = HostEvent(at=datetime(2022, 9, 20))  # noqa: DTZ001 - a host may have such an event
    usable = HostEvent(at=at("2022-09-12 08:30"))
    change = next_change(recent, ADA, [naive, usable], now=at(NOW))
    assert change.at == at("2022-10-12 08:30")


START: Final = at(NOW)
NAIVE: Final = datetime(2022, 10, 2)  # noqa: DTZ001 - refused
BENS: Final = (Event("ben", "order", START),)
REFUSED: Final[tuple[tuple[str, type[SegkitError], str, Callable[[], object]], ...]] = (
    ("a naive now", InstantError, "now", lambda: next_change(recent, ADA, now=NAIVE)),
    ("a naive horizon", InstantError, "horizon",
     lambda: next_change(recent, ADA, now=START, horizon=NAIVE)),
    ("a text as horizon", InstantError, "horizon",
     lambda: next_change(recent, ADA, now=START, horizon="2023-01-01")),  # type: ignore[arg-type]
    ("a day as horizon", InstantError, "horizon",
     lambda: next_change(recent, ADA, now=START, horizon=date(2023, 1, 1))),  # type: ignore[arg-type]
    ("a horizon before now", InstantError, "horizon",
     lambda: next_change(recent, ADA, now=START, horizon=at("2022-09-30"))),
    ("a naive start", InstantError, "start",
     lambda: timeline(recent, ADA, start=NAIVE, end=START)),
    ("a naive end", InstantError, "end", lambda: timeline(recent, ADA, start=START, end=NAIVE)),
    ("an end before the start", InstantError, "end",
     lambda: timeline(recent, ADA, start=START, end=at("2022-09-30 23:59:59.999999"))),
    ("an event of another contact [E6]", FactsError, "events",
     lambda: next_change(recent, ADA, BENS, now=START)),
    ("a history of another contact [E6]", FactsError, "events",
     lambda: timeline(recent, ADA, History(BENS), start=START, end=START)),
    ("an unknown zone [T9]", ZoneError, "tz",
     lambda: next_change(recent, ADA, now=START, tz="Europe/Atlantis")),
    ("an unknown zone of a timeline [T9]", ZoneError, "tz",
     lambda: timeline(recent, ADA, start=START, end=at("2023-01-01"), tz="Europe/Atlantis")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("error", "path", "call"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_invalid_arguments_are_refused(
    error: type[SegkitError], path: str, call: Callable[[], object]
) -> None:
    with pytest.raises(error) as caught:
        call()
    assert caught.value.path == path
