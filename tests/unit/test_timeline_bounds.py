"""Fixed windows, and questions that have no end in sight: what timelines got wrong once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    Event,
    NextChange,
    ZoneError,
    at_least,
    attr,
    did,
    explain,
    first_prop,
    matches,
    next_change,
    prop,
    timeline,
)
from segkit.timelines import base, sequences
from tests.unit.event_evaluation import NOW
from tests.unit.test_timelines_of_long_histories import START, each, work
from tests.unit.timeline_cases import Case, at, check, events_at

cart: Any = did("cart")
order: Any = did("order")
SINCE: Final = at("2022-06-01")

FIXED: Final = (
    Case("one before the window began, and one in it [T7]", order.between(SINCE, None),
         ("2022-06-15 to 2023-01-01",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("likewise where days are the ends [T7]",
         order.between(date(2022, 6, 1), date(2022, 6, 30)),
         ("2022-06-15 to 2023-01-01",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("between a day and an instant of the day before, where nothing is [T7]",
         order.between(date(2022, 6, 2), at("2022-06-01 12:00")), (),
         events_at("order 2022-06-01 11:00", "order 2022-06-01 13:00", "order 2022-06-02 01:00")),
    Case("two at least [E1]", order.between(SINCE, None).at_least(2),
         ("2022-06-20 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-05-02", "order 2022-06-15", "order 2022-06-20")),
    Case("none at most [E1]", order.between(SINCE, None).never(),
         ("2022-01-01 to 2022-06-15",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("the latest [E5]", order.between(SINCE, None).latest("status").is_set(),
         ("2022-06-15 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-06-15", status="paid")),
    Case("the earliest [E5]", order.between(SINCE, None).earliest_at().within_last(days=5),
         ("2022-06-15 to 2022-06-20",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("a sum [E4]", order.between(SINCE, None).sum("total") >= 10,
         ("2022-06-15 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-06-15", total=10)),
)  # fmt: skip


@pytest.mark.parametrize("case", FIXED, ids=lambda case: case.why)
def test_what_happened_before_a_fixed_window_hides_nothing_that_happens_in_it(case: Case) -> None:
    check(case)


def test_a_zone_that_is_none_is_refused_whatever_the_time_watched() -> None:
    """An empty time is checked like any other."""
    with pytest.raises(ZoneError):
        timeline(order, Contact("ada"), start=NOW, end=NOW, tz="Europe/Atlantis")


BORN: Final = {"born": date(1986, 10, 4)}
NEVER: Final = attr("born").anniversary_in(days=3) & attr("born").anniversary_in(days=40)
THEN: Final = prop("born").anniversary_in(days=3)
NO_EVENT: Final = did("order").where(THEN & prop("born").anniversary_in(days=40))
BIRTHS: Final = [
    Event("ada", "order", NOW - timedelta(days=day), {"born": date(1980, 1 + day % 12, 5)})
    for day in range(3)
]


@pytest.mark.parametrize(
    ("condition", "events"),
    [
        pytest.param(NEVER, [], id="two days of one person"),
        pytest.param(NO_EVENT, BIRTHS, id="of one event"),
        pytest.param(did("order").where(THEN).followed_by(cart), BIRTHS, id="of a first step"),
    ],
)
def test_anniversaries_that_never_meet_are_not_followed_to_the_end_of_time(
    monkeypatch: pytest.MonkeyPatch, condition: Condition, events: list[Event[str]]
) -> None:
    """A calendar repeats itself after 400 years: asking each part twice a year is enough."""
    asked = 0
    verdict_at = base.AnniversaryTimeline.verdict_at

    def counted(self: Any, moment: Any) -> Any:  # noqa: ANN401
        nonlocal asked
        asked += 1
        return verdict_at(self, moment)

    monkeypatch.setattr(base.AnniversaryTimeline, "verdict_at", counted)
    who = Contact("ada", BORN)
    assert not matches(condition, who, events, now=NOW)
    assert next_change(condition, who, events, now=NOW) == NextChange(None, None)
    assert asked <= 4 * 402 * max(1, len(events))


def test_a_question_without_an_end_in_sight_is_given_up() -> None:
    """The answer says how far the search went, in `explain` too; a given horizon is kept."""
    days = [attr("born").anniversary_in(days=day) for day in range(0, 300, 5)]
    who = Contact("ada", BORN)
    change = next_change(at_least(2, *days), who, now=NOW)
    assert change.at is None
    assert change.horizon is not None
    assert NOW + timedelta(days=365 * 50) < change.horizon
    explained = explain(at_least(2, *days), who, now=NOW)
    assert explained.until.at is None
    assert explained.until.horizon is not None
    assert explained.until.horizon < change.horizon
    assert f"until: after {explained.until.horizon.year}-" in str(explained)
    soon = NOW + timedelta(days=365)
    assert next_change(at_least(2, *days), who, now=NOW, horizon=soon) == NextChange(None, soon)


@pytest.mark.parametrize("word", ["max", "sum", "distinct"])
def test_what_must_come_to_an_end_is_never_given_up(word: str) -> None:
    """Each of many events leaves the window by itself: there are no more of them than that."""
    many = [
        Event("ada", "order", NOW - timedelta(minutes=minute), {"n": 1}) for minute in range(10_500)
    ]
    at_least_one = getattr(did("order").within_last(days=30), word)("n") >= 1
    last = NOW + timedelta(days=30)
    assert next_change(at_least_one, Contact("ada"), many, now=NOW).at == last
    assert explain(at_least_one, Contact("ada"), many, now=NOW).until.at == last


def test_expensive_steps_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that tests all events again and again ends the sooner, the more events there are."""
    moving = did("cart").where(THEN).followed_by(order.where(THEN))

    def steps(number: int) -> int:
        events = [
            Event(
                "ada",
                ("cart", "order")[place % 2],
                NOW - timedelta(days=place),
                {"born": date(1980, 1 + place % 2 * 6, 5)},
            )
            for place in range(number)
        ]
        asked = 0
        compute: Any = vars(sequences.SequenceTimeline)["_compute_piece"]

        def counted(self: Any, moment: Any) -> None:  # noqa: ANN401
            nonlocal asked
            asked += 1
            compute(self, moment)

        with monkeypatch.context() as patched:
            patched.setattr(sequences.SequenceTimeline, "_compute_piece", counted)
            change = next_change(~moving, Contact("ada"), events, now=NOW)
        assert change.at is not None or change.horizon is not None
        return asked * number

    assert steps(1000) <= 300_000


def test_what_happens_before_a_question_is_given_up_is_found() -> None:
    """A sequence with a later step that moves has no end in sight."""
    moving = did("order").followed_by(cart.where(THEN))
    born = {"born": date(1980, 4, 1)}
    early = [*BIRTHS, Event("ada", "cart", NOW - timedelta(days=90), born)]
    change = next_change(moving, Contact("ada"), early, now=NOW)
    assert change.at is None
    assert change.horizon is not None
    later = [*early, Event("ada", "cart", NOW, born)]
    change = next_change(moving, Contact("ada"), later, now=NOW)
    assert change.at is not None
    assert matches(moving, Contact("ada"), later, now=change.at)


QUADRATIC: Final = (
    pytest.param(cart.not_followed_by(order), id="an absence without an end of time"),
    pytest.param(
        cart.within_last(days=1).not_followed_by(order.where(prop("sku") == first_prop("sku"))),
        id="likewise, of one thing, in a window",
    ),
    pytest.param(
        cart.where(prop("leaves").within_next(days=1)).followed_by(order),
        id="a first step that moves",
    ),
)


@pytest.mark.parametrize("condition", QUADRATIC)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    def watched(number: int) -> int:
        events, end = each(number, "cart", "order"), START + timedelta(days=900)
        return work(
            monkeypatch,
            lambda: timeline(condition, Contact("ada"), events, start=START, end=end),
        )

    once, again = watched(50), watched(200)
    assert again <= 4.5 * once + 100
