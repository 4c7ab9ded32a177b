"""Fixed windows, and conditions without a next change: regressions of timelines."""

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
from tests.unit.test_timelines_of_long_histories import START, alternate, count_work
from tests.unit.timeline_cases import Case, at, check, events_at

cart: Any = did("cart")
order: Any = did("order")
SINCE: Final = at("2022-06-01")

FIXED: Final = (
    Case("one event before the window, and one in it [T7]", order.between(SINCE, None),
         ("2022-06-15 to 2023-01-01",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("the same with days as the ends [T7]",
         order.between(date(2022, 6, 1), date(2022, 6, 30)),
         ("2022-06-15 to 2023-01-01",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("an empty window, from a day to an instant of the day before [T7]",
         order.between(date(2022, 6, 2), at("2022-06-01 12:00")), (),
         events_at("order 2022-06-01 11:00", "order 2022-06-01 13:00", "order 2022-06-02 01:00")),
    Case("at least two [E1]", order.between(SINCE, None).at_least(2),
         ("2022-06-20 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-05-02", "order 2022-06-15", "order 2022-06-20")),
    Case("never [E1]", order.between(SINCE, None).never(),
         ("2022-01-01 to 2022-06-15",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("the latest value [E5]", order.between(SINCE, None).latest("status").is_set(),
         ("2022-06-15 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-06-15", status="paid")),
    Case("the earliest instant [E5]", order.between(SINCE, None).earliest_at().within_last(days=5),
         ("2022-06-15 to 2022-06-20",), events_at("order 2022-05-01", "order 2022-06-15")),
    Case("a sum [E4]", order.between(SINCE, None).sum("total") >= 10,
         ("2022-06-15 to 2023-01-01",),
         events_at("order 2022-05-01", "order 2022-06-15", total=10)),
)  # fmt: skip


@pytest.mark.parametrize("case", FIXED, ids=lambda case: case.why)
def test_events_before_a_fixed_window_do_not_hide_events_in_it(case: Case) -> None:
    check(case)


def test_an_unknown_zone_is_refused_for_any_period() -> None:
    """Also for an empty period."""
    with pytest.raises(ZoneError):
        timeline(order, Contact("ada"), start=NOW, end=NOW, tz="Europe/Atlantis")


BORN: Final = {"born": date(1986, 10, 4)}
NO_CONTACT: Final = attr("born").anniversary_in(days=3) & attr("born").anniversary_in(days=40)
ANNIVERSARY: Final = prop("born").anniversary_in(days=3)
NO_EVENT: Final = did("order").where(ANNIVERSARY & prop("born").anniversary_in(days=40))
BIRTHS: Final = [
    Event("ada", "order", NOW - timedelta(days=day), {"born": date(1980, 1 + day % 12, 5)})
    for day in range(3)
]


@pytest.mark.parametrize(
    ("condition", "events"),
    [
        pytest.param(NO_CONTACT, [], id="two anniversaries of a contact"),
        pytest.param(NO_EVENT, BIRTHS, id="two anniversaries of an event"),
        pytest.param(
            did("order").where(ANNIVERSARY).followed_by(cart),
            BIRTHS,
            id="an anniversary in a first step",
        ),
    ],
)
def test_anniversaries_that_never_coincide_need_limited_work(
    monkeypatch: pytest.MonkeyPatch, condition: Condition, events: list[Event[str]]
) -> None:
    """A calendar repeats after 400 years: two verdicts of each part per year are sufficient."""
    calls = 0
    verdict_at = base.AnniversaryTimeline.verdict_at

    def count_call(self: Any, moment: Any) -> Any:  # noqa: ANN401
        nonlocal calls
        calls += 1
        return verdict_at(self, moment)

    monkeypatch.setattr(base.AnniversaryTimeline, "verdict_at", count_call)
    contact = Contact("ada", BORN)
    assert not matches(condition, contact, events, now=NOW)
    assert next_change(condition, contact, events, now=NOW) == NextChange(None, None)
    assert calls <= 4 * 402 * max(1, len(events))


def test_a_search_without_a_next_change_has_a_limit() -> None:
    """The result has the horizon of the search, also in `explain`; a given horizon is kept."""
    days = [attr("born").anniversary_in(days=day) for day in range(0, 300, 5)]
    contact = Contact("ada", BORN)
    change = next_change(at_least(2, *days), contact, now=NOW)
    assert change.at is None
    assert change.horizon is not None
    assert NOW + timedelta(days=365 * 50) < change.horizon
    explained = explain(at_least(2, *days), contact, now=NOW)
    assert explained.until.at is None
    assert explained.until.horizon is not None
    assert explained.until.horizon < change.horizon
    assert f"until: after {explained.until.horizon.year}-" in str(explained)
    soon = NOW + timedelta(days=365)
    assert next_change(at_least(2, *days), contact, now=NOW, horizon=soon) == NextChange(None, soon)


@pytest.mark.parametrize("aggregate", ["max", "sum", "distinct"])
def test_a_search_with_a_certain_end_has_no_limit(aggregate: str) -> None:
    """The number of steps is limited by the number of events that leave the window."""
    events = [
        Event("ada", "order", NOW - timedelta(minutes=minute), {"n": 1}) for minute in range(10_500)
    ]
    at_least_one = getattr(did("order").within_last(days=30), aggregate)("n") >= 1
    last = NOW + timedelta(days=30)
    assert next_change(at_least_one, Contact("ada"), events, now=NOW).at == last
    assert explain(at_least_one, Contact("ada"), events, now=NOW).until.at == last


def test_expensive_steps_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that tests all events in each step has fewer steps with more events."""
    condition = did("cart").where(ANNIVERSARY).followed_by(order.where(ANNIVERSARY))

    def steps(number: int) -> int:
        events = [
            Event(
                "ada",
                ("cart", "order")[position % 2],
                NOW - timedelta(days=position),
                {"born": date(1980, 1 + position % 2 * 6, 5)},
            )
            for position in range(number)
        ]
        calls = 0
        compute: Any = vars(sequences.SequenceTimeline)["_compute_piece"]

        def count_call(self: Any, moment: Any) -> None:  # noqa: ANN401
            nonlocal calls
            calls += 1
            compute(self, moment)

        with monkeypatch.context() as patched:
            patched.setattr(sequences.SequenceTimeline, "_compute_piece", count_call)
            change = next_change(~condition, Contact("ada"), events, now=NOW)
        assert change.at is not None or change.horizon is not None
        return calls * number

    assert steps(1000) <= 300_000


def test_a_change_before_the_limit_of_the_search_is_found() -> None:
    """A sequence with a rolling window in a later step may have no next change."""
    condition = did("order").followed_by(cart.where(ANNIVERSARY))
    born = {"born": date(1980, 4, 1)}
    early = [*BIRTHS, Event("ada", "cart", NOW - timedelta(days=90), born)]
    change = next_change(condition, Contact("ada"), early, now=NOW)
    assert change.at is None
    assert change.horizon is not None
    later = [*early, Event("ada", "cart", NOW, born)]
    change = next_change(condition, Contact("ada"), later, now=NOW)
    assert change.at is not None
    assert matches(condition, Contact("ada"), later, now=change.at)


QUADRATIC: Final = (
    pytest.param(cart.not_followed_by(order), id="an absence without a time limit"),
    pytest.param(
        cart.within_last(days=1).not_followed_by(order.where(prop("sku") == first_prop("sku"))),
        id="an absence of one sku, in a window",
    ),
    pytest.param(
        cart.where(prop("leaves").within_next(days=1)).followed_by(order),
        id="a rolling window in the first step",
    ),
)


@pytest.mark.parametrize("condition", QUADRATIC)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    def work_of_timeline(number: int) -> int:
        events, end = alternate(number, "cart", "order"), START + timedelta(days=900)
        return count_work(
            monkeypatch,
            lambda: timeline(condition, Contact("ada"), events, start=START, end=end),
        )

    work_of_few, work_of_many = work_of_timeline(50), work_of_timeline(200)
    assert work_of_many <= 4.5 * work_of_few + 100
