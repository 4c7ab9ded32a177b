"""Timelines of long histories: the work is proportional to the number of events.

The tests count calls and measure no time: the verdicts of timelines, the instants at which events
enter and leave, the bounds of windows, and the events that match a step of a sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any, Final, TypeAlias

import pytest

from segkit import Condition, Contact, Event, History, did, first_prop, next_change, prop, timeline
from segkit.semantics import observations, step_candidates
from segkit.semantics import sequences as searches
from segkit.timelines import aggregates, base, conditions, counts, sequences
from tests.unit.call_counts import count_calls
from tests.unit.event_evaluation import NOW

cart: Any = did("cart")
order: Any = did("order")
DAY: Final = timedelta(days=1)
START: Final = NOW - timedelta(days=90)

BuildEvents: TypeAlias = Callable[[int], list[Event[str]]]

COUNTED_FUNCTIONS: Final[tuple[tuple[Any, str], ...]] = (
    (counts.CountTimeline, "verdict_at"),
    (counts.AggregateTimeline, "verdict_at"),
    (base.DuringInterval, "verdict_at"),
    (base.AnniversaryTimeline, "verdict_at"),
    (sequences.SequenceTimeline, "verdict_at"),
    (counts, "window_bounds"),
    (counts, "coverage_bounds"),
    (sequences, "window_bounds"),
    (conditions, "window_bounds"),
    (conditions, "coverage_bounds"),
    (aggregates, "numbers_of_event"),
    (aggregates, "distinct_keys"),
    (observations, "observe_event"),
    (observations, "satisfies"),
    (conditions, "satisfies"),
    (step_candidates, "equality_key"),
    (step_candidates, "normalize"),
    (searches, "leave"),
    (searches, "augment_matching"),
    (searches, "_deadline"),
)


def alternate(number: int, *names: str) -> list[Event[str]]:
    """Return *number* events of each name, in turn, one per hour."""
    return [
        Event(
            "ada",
            name,
            START + timedelta(hours=len(names) * cycle + position),
            {"total": cycle % 7, "sku": cycle, "leaves": START + timedelta(hours=cycle, days=9)},
        )
        for cycle in range(number)
        for position, name in enumerate(names)
    ]


def count_work(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> int:
    """Return the number of counted calls."""
    return count_calls(monkeypatch, COUNTED_FUNCTIONS, call)


TIMELINES: Final[tuple[tuple[str, Condition, BuildEvents], ...]] = (
    ("a count", order.within_last(days=3).at_least(30), lambda n: alternate(n, "order")),
    ("a count with where", order.where(prop("total") > 3).within_last(days=3).at_least(9),
     lambda n: alternate(n, "order")),
    ("a sum", order.within_last(days=3).sum("total") >= 200, lambda n: alternate(n, "order")),
    ("a mean", order.within_last(days=3).mean("total") > 3, lambda n: alternate(n, "order")),
    ("a maximum", order.within_last(days=3).max("total") > 5, lambda n: alternate(n, "order")),
    ("distinct values", order.within_last(days=3).distinct("sku") > 50,
     lambda n: alternate(n, "order")),
    ("a latest value",
     order.within_last(days=3).latest("total") > 3, lambda n: alternate(n, "order")),
    ("the instant of the latest event",
     order.latest_at().before(hours=2), lambda n: alternate(n, "order")),
    ("where with a rolling window", order.where(prop("leaves").within_next(days=1)).at_least(3),
     lambda n: alternate(n, "order")),
    ("a sequence", cart.within_last(days=1).followed_by(order, within=DAY),
     lambda n: alternate(n, "cart", "order")),
    ("a sequence of one sku",
     cart.within_last(days=1).followed_by(order.where(prop("sku") == first_prop("sku"))),
     lambda n: alternate(n, "cart", "order")),
    ("an absence with a time limit", cart.within_last(days=1).not_followed_by(order, within=DAY),
     lambda n: alternate(n, "cart", "order")),
    ("an absence without a time limit, in a window",
     cart.within_last(days=1).not_followed_by(order),
     lambda n: alternate(n, "cart", "order")),
    ("any of 50", reduce(or_, [order.within_last(hours=hours).exactly(hours // 2)
                               for hours in range(1, 51)]), lambda n: alternate(n, "order")),
    ("any of 50 names",
     reduce(or_, [did(f"order{name}").within_last(hours=1) for name in range(50)]),
     lambda n: alternate(n // 10, *(f"order{name}" for name in range(50)))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "build_events"),
    [case[1:] for case in TIMELINES],
    ids=[case[0] for case in TIMELINES],
)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch, condition: Condition, build_events: BuildEvents
) -> None:
    """With a constant part; quadratic work would be sixteen times the work."""

    def work_of_timeline(events: list[Event[str]]) -> int:
        end = START + timedelta(days=900)
        return count_work(
            monkeypatch,
            lambda: timeline(condition, Contact("ada"), events, start=START, end=end),
        )

    few, many = build_events(100), build_events(400)
    work_of_few, work_of_many = work_of_timeline(few), work_of_timeline(many)
    assert work_of_many <= 4.5 * work_of_few + 100


NEXT_CHANGES: Final[tuple[tuple[str, Condition], ...]] = (
    ("a count", order.within_last(days=3).at_least(30)),
    ("at most 10", order.within_last(days=3).at_most(10)),
    ("never", order.never().within_last(days=3)),
    ("a count without a window", order),
    ("a count with where", order.where(prop("total") > 3).within_last(days=3).at_least(9)),
    ("a sum", order.within_last(days=3).sum("total") >= 10),
    ("a latest value", order.within_last(days=3).latest("total") > 3),
    ("the instant of the latest event", order.latest_at().before(hours=2)),
    ("a sequence", cart.within_last(days=3).followed_by(order, within=DAY)),
    ("two counts", order.within_last(days=3) & cart.within_last(days=3)),
    (
        "where with a rolling window",
        order.where(prop("leaves").within_next(days=1)).within_last(days=3),
    ),
)


@pytest.mark.parametrize(
    "condition", [case[1] for case in NEXT_CHANGES], ids=[case[0] for case in NEXT_CHANGES]
)
def test_the_next_change_is_found_with_little_work_in_ten_thousand_events(
    monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    """Events that have left the window are not tested: all events before the last three days."""
    history = History(alternate(5_000, "cart", "order"))
    now = START + timedelta(hours=10_000)
    calls = count_work(
        monkeypatch, lambda: next_change(condition, Contact("ada"), history, now=now)
    )
    assert 0 < calls < 1_000


def test_the_work_of_a_count_does_not_depend_on_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the middle of ten thousand days or of a hundred days, with one event per day."""

    def calls(number: int) -> int:
        history = History([Event("ada", "order", START + day * DAY) for day in range(number)])
        now = START + number // 2 * DAY
        condition = order.within_last(hours=9)
        return count_work(
            monkeypatch, lambda: next_change(condition, Contact("ada"), history, now=now)
        )

    assert calls(10_000) == calls(100) < 10
