"""When an answer changes by itself: how far is looked, and what is said if it never does."""

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
class Asked:
    """A question and its answer.

    Attributes:
        why: What it is about.
        condition: What is asked of ada, who ordered twice.
        at: The answer; ``None`` for no change.
        now: When it is asked.
        horizon: How far is looked.
    """

    why: str
    condition: Condition
    at: str | None
    now: str = NOW
    horizon: str | None = None


CASES: Final = (
    Asked("the window loses the last of them", recent, "2022-11-04"),
    Asked("it gets the first of them", recent, "2022-09-12 08:30", "2022-09-01"),
    Asked("a second one is to come", recent.at_least(2), "2022-10-05"),
    Asked("right then it has come", recent.at_least(2), "2022-10-12 08:30", "2022-10-05"),
    Asked("a microsecond before it has not", recent.at_least(2), "2022-10-05",
          "2022-10-04 23:59:59.999999"),
    Asked("the horizon is included", recent, "2022-11-04", horizon="2022-11-04"),
    Asked("a microsecond before it nothing has changed", recent, None,
          horizon="2022-11-03 23:59:59.999999"),
    Asked("a horizon of now leaves nothing to look at", recent, None, horizon=NOW),
    Asked("after the last change there is none", recent, None, "2022-11-04"),
    Asked("what has happened has happened", order, None),
    Asked("what does not look at time never changes", attr("age") >= 18, None),
    Asked("a fixed window does not move", order.between(date(2022, 9, 1), None), None),
    Asked("a complement changes at the same time", ~recent, "2022-11-04"),
    Asked("of two that can change the first one that matters", recent & order.at_least(2),
          "2022-10-05"),
    Asked("one that is false for good settles it", recent & (attr("age") < 18), None),
    Asked("one that is true for good, too", recent | (attr("age") >= 18), None),
    Asked("two that change together leave the number as it is",
          order.within_last(days=30) | ~order.within_last(days=30), None),
    Asked("an anniversary", attr("born").anniversary_in(days=0), "2022-10-04"),
    Asked("after this year's the next one", attr("born").anniversary_in(days=0), "2023-10-04",
          "2022-10-05"),
    Asked("a day value that was in the window long ago", attr("ends").within_next(days=3), None),
    Asked("the last year of all has an end, the answer has not", recent, "9999-12-15",
          "9999-01-01"),
    Asked("what would leave after year 9999 never does [T12]", recent, None, "9999-12-20"),
    Asked("a change at the last instant of all [T12]", did("end"),
          "9999-12-31 23:59:59.999999"),
    Asked("from the first instant of all [T12]", order.within_last(days=30), "2022-09-12 08:30",
          "0001-01-01"),
    Asked("an order of the first instant leaves as others do [T12]",
          did("start").within_last(days=30), "0001-01-31", "0001-01-01"),
)  # fmt: skip
EVENTS: Final = (
    *ORDERED,
    *events_at("order 9999-12-15", "end 9999-12-31 23:59:59.999999", "start 0001-01-01"),
)


@pytest.mark.parametrize("asked", CASES, ids=lambda asked: asked.why)
def test_the_next_change_is_then(asked: Asked) -> None:
    given = EVENTS if "9999" in f"{asked.now}{asked.at}" or "0001" in asked.now else ORDERED
    horizon = None if asked.horizon is None else at(asked.horizon)
    for events in (given, History(given)):
        change = next_change(asked.condition, ADA, events, now=at(asked.now), horizon=horizon)
        assert change == NextChange(None if asked.at is None else at(asked.at), horizon)
    if asked.at is not None:
        verdicts = [
            matches(asked.condition, ADA, given, now=moment)
            for moment in (at(asked.now), at(asked.at) - timedelta(microseconds=1), at(asked.at))
        ]
        assert verdicts in ([True, True, False], [False, False, True])


def test_a_segment_is_asked_as_its_condition_is() -> None:
    segment = Segment("active", recent)
    assert next_change(segment, ADA, ORDERED, now=at(NOW)) == NextChange(at("2022-11-04"), None)
    spans = timeline(segment, ADA, ORDERED, start=at(NOW), end=at("2023-01-01"))
    assert spans == [Span(at(NOW), at("2022-11-04"))]


def test_instants_are_told_in_utc() -> None:
    """Whatever the zone they are handed in with."""
    paris = timedelta(hours=2)
    now = datetime.fromisoformat("2022-10-01T02:00+02:00")
    change = next_change(recent, ADA, ORDERED, now=now, horizon=now + paris)
    assert change.horizon == at("2022-10-01 02:00")
    assert change.horizon is not None
    assert change.horizon.tzinfo is UTC
    (span,) = timeline(recent, ADA, ORDERED, start=now, end=now + paris)
    assert (span.start.tzinfo, span.end.tzinfo) == (UTC, UTC)


def test_a_time_of_nothing_has_no_spans() -> None:
    """Its end does not belong to it."""
    assert timeline(recent, ADA, ORDERED, start=at(NOW), end=at(NOW)) == []


def test_all_of_time_can_be_watched() -> None:
    """But for its last instant, behind which there is none that could be its end [T12]."""
    assert timeline(attr("age") >= 18, ADA, start=MIN_INSTANT, end=MAX_INSTANT) == [
        Span(MIN_INSTANT, MAX_INSTANT)
    ]
    assert timeline(attr("age") < 18, ADA, start=MIN_INSTANT, end=MAX_INSTANT) == []


def test_what_a_host_holds_that_cannot_count_does_not_count() -> None:
    """[K2] As for `matches`."""

    @attrs.define
    class Happening:
        contact_id: str = "ada"
        name: Any = "order"
        at: Any = None
        properties: Any = None
        id: Any = None

    naive = Happening(at=datetime(2022, 9, 20))  # noqa: DTZ001 - as a host may have it
    usable = Happening(at=at("2022-09-12 08:30"))
    change = next_change(recent, ADA, [naive, usable], now=at(NOW))
    assert change.at == at("2022-10-12 08:30")


START: Final = at(NOW)
NAIVE: Final = datetime(2022, 10, 2)  # noqa: DTZ001 - it is to be refused
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
    ("an event of somebody else [E6]", FactsError, "events",
     lambda: next_change(recent, ADA, BENS, now=START)),
    ("a history of somebody else [E6]", FactsError, "events",
     lambda: timeline(recent, ADA, History(BENS), start=START, end=START)),
    ("a zone that is none [T9]", ZoneError, "tz",
     lambda: next_change(recent, ADA, now=START, tz="Europe/Atlantis")),
    ("a zone that is none, of a timeline [T9]", ZoneError, "tz",
     lambda: timeline(recent, ADA, start=START, end=at("2023-01-01"), tz="Europe/Atlantis")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("error", "path", "asking"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_asked_is_refused(
    error: type[SegkitError], path: str, asking: Callable[[], object]
) -> None:
    with pytest.raises(error) as caught:
        asking()
    assert caught.value.path == path
