"""Long histories, followed through time: the work grows with the events, not with their square.

Counted, not timed: how often a timeline is expected a verdict, an event for when it enters or
leaves, a window for its bounds, a step of a sequence for the events that serve it.
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

Made: TypeAlias = Callable[[int], list[Event[str]]]

COUNTED: Final[tuple[tuple[Any, str], ...]] = (
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


def each(number: int, *names: str) -> list[Event[str]]:
    """*number* events of each name, one after the other in turn, an hour apart."""
    return [
        Event(
            "ada",
            name,
            START + timedelta(hours=len(names) * turn + place),
            {"total": turn % 7, "sku": turn, "leaves": START + timedelta(hours=turn, days=9)},
        )
        for turn in range(number)
        for place, name in enumerate(names)
    ]


def work(monkeypatch: pytest.MonkeyPatch, asking: Callable[[], object]) -> int:
    """How often something is asked."""
    return count_calls(monkeypatch, COUNTED, asking)


LASTING: Final[tuple[tuple[str, Condition, Made], ...]] = (
    ("a count", order.within_last(days=3).at_least(30), lambda n: each(n, "order")),
    ("a count of some", order.where(prop("total") > 3).within_last(days=3).at_least(9),
     lambda n: each(n, "order")),
    ("a sum", order.within_last(days=3).sum("total") >= 200, lambda n: each(n, "order")),
    ("a mean", order.within_last(days=3).mean("total") > 3, lambda n: each(n, "order")),
    ("the greatest", order.within_last(days=3).max("total") > 5, lambda n: each(n, "order")),
    ("different values", order.within_last(days=3).distinct("sku") > 50,
     lambda n: each(n, "order")),
    ("the latest", order.within_last(days=3).latest("total") > 3, lambda n: each(n, "order")),
    ("when the latest was", order.latest_at().before(hours=2), lambda n: each(n, "order")),
    ("where that moves", order.where(prop("leaves").within_next(days=1)).at_least(3),
     lambda n: each(n, "order")),
    ("a sequence", cart.within_last(days=1).followed_by(order, within=DAY),
     lambda n: each(n, "cart", "order")),
    ("a sequence of one thing",
     cart.within_last(days=1).followed_by(order.where(prop("sku") == first_prop("sku"))),
     lambda n: each(n, "cart", "order")),
    ("an absence for a time", cart.within_last(days=1).not_followed_by(order, within=DAY),
     lambda n: each(n, "cart", "order")),
    ("an absence without an end, in a window", cart.within_last(days=1).not_followed_by(order),
     lambda n: each(n, "cart", "order")),
    ("any of 50", reduce(or_, [order.within_last(hours=hours).exactly(hours // 2)
                               for hours in range(1, 51)]), lambda n: each(n, "order")),
    ("any of 50, each its own name",
     reduce(or_, [did(f"order{name}").within_last(hours=1) for name in range(50)]),
     lambda n: each(n // 10, *(f"order{name}" for name in range(50)))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "made"), [case[1:] for case in LASTING], ids=[case[0] for case in LASTING]
)
def test_four_times_the_events_are_four_times_the_work(
    monkeypatch: pytest.MonkeyPatch, condition: Condition, made: Made
) -> None:
    """Up to what is done once; the square would be sixteen times the work."""

    def watched(events: list[Event[str]]) -> int:
        end = START + timedelta(days=900)
        return work(
            monkeypatch,
            lambda: timeline(condition, Contact("ada"), events, start=START, end=end),
        )

    few, many = made(100), made(400)
    once, again = watched(few), watched(many)
    assert again <= 4.5 * once + 100


NEAR: Final[tuple[tuple[str, Condition], ...]] = (
    ("a count", order.within_last(days=3).at_least(30)),
    ("too many", order.within_last(days=3).at_most(10)),
    ("none", order.never().within_last(days=3)),
    ("ever", order),
    ("a count of some", order.where(prop("total") > 3).within_last(days=3).at_least(9)),
    ("a sum", order.within_last(days=3).sum("total") >= 10),
    ("the latest", order.within_last(days=3).latest("total") > 3),
    ("when the latest was", order.latest_at().before(hours=2)),
    ("a sequence", cart.within_last(days=3).followed_by(order, within=DAY)),
    ("two of them", order.within_last(days=3) & cart.within_last(days=3)),
    ("where that moves", order.where(prop("leaves").within_next(days=1)).within_last(days=3)),
)


@pytest.mark.parametrize("condition", [case[1] for case in NEAR], ids=[case[0] for case in NEAR])
def test_what_comes_next_is_found_among_few_of_ten_thousand(
    monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    """Events that have left the window are not tested: here all but the last three days."""
    history = History(each(5_000, "cart", "order"))
    now = START + timedelta(hours=10_000)
    asked = work(monkeypatch, lambda: next_change(condition, Contact("ada"), history, now=now))
    assert 0 < asked < 1_000


def test_a_count_is_looked_up_whatever_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the midst of ten thousand days or of a hundred, each with one event in its first hours."""

    def asked(number: int) -> int:
        history = History([Event("ada", "order", START + day * DAY) for day in range(number)])
        now = START + number // 2 * DAY
        condition = order.within_last(hours=9)
        return work(monkeypatch, lambda: next_change(condition, Contact("ada"), history, now=now))

    assert asked(10_000) == asked(100) < 10
