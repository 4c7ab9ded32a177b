"""Sums that floats decide are decided like exact sums, also close to the limit."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from segkit import Comparison, Event, EventValue
from segkit.clock import EvaluationContext
from segkit.history import TimedEvent
from segkit.operations.evaluation.runtime import decide_sum_by_floats
from segkit.semantics.aggregates import aggregate_events
from segkit.semantics.comparisons import satisfies
from tests.unit.evaluation import NOW

CONTEXT: Final = EvaluationContext.create(NOW, "UTC")
PRICES: Final = st.integers(-(10**6), 10**6).map(lambda cents: cents / 100)
ANY: Final = (
    st.floats() | st.integers(-(10**30), 10**30) | st.sampled_from([5e-324, -5e-324, 1e300])
)


def timed(amounts: list[object]) -> list[TimedEvent]:
    events = [Event("ada", "order", NOW, {"total": amount}) for amount in amounts]
    return [TimedEvent(NOW, "order", event) for event in events]


def total(operator: str, limit: object) -> EventValue:
    return EventValue(("order",), "sum", ("total",), Comparison(operator, limit))  # type: ignore[arg-type]


@given(
    st.lists(PRICES, max_size=8) | st.lists(ANY, max_size=6),
    st.sampled_from(["<", "<=", ">", ">="]),
    st.data(),
)
def test_floats_decide_like_exact_numbers(
    amounts: list[object], operator: str, data: st.DataObject
) -> None:
    """The limit is the exact sum, or some units in the last place beside it, or any number."""
    exact: object = aggregate_events(total(">=", 0), timed(amounts))[1]
    limits: st.SearchStrategy[object] = PRICES | st.floats(allow_nan=False)
    near = float(Decimal(exact)) if isinstance(exact, int | Decimal) else math.inf
    if math.isfinite(near):
        ulp = math.ulp(near)
        limits |= st.integers(-9, 9).map(lambda steps: near + steps * ulp) | st.just(exact)
    leaf = total(operator, data.draw(limits))
    decided = decide_sum_by_floats(leaf, timed(amounts))
    event("decided" if decided is not None else "left to exact arithmetic")
    expected = satisfies(leaf.comparison, aggregate_events(leaf, timed(amounts)), CONTEXT)
    assert decided is None or decided is expected


@pytest.mark.parametrize(
    ("amounts", "limit", "decided"),
    [
        ([10, 20.5], 100, False),
        ([80.25, 20.5], 100, True),
        ([0.1, 0.2], 0.3, None),
        ([9.99] * 10 + [0.1], 100, None),
        ([5e-324] * 3, 0, None),
        ([1e308, 1e308], 1, None),
        ([True], 1, None),
        ([None, "12", 7], 5, True),
        ([math.nan, 7], 5, None),
        ([Decimal(7)], 5, None),
        ([7], math.inf, None),
    ],
    ids=repr,
)
def test_floats_decide_only_if_the_error_is_small_enough(
    amounts: list[object], limit: object, decided: bool | None
) -> None:
    """[E4]: ten times 9.99 and 0.1 reaches 100, which floats cannot decide."""
    assert decide_sum_by_floats(total(">=", limit), timed(amounts)) is decided
