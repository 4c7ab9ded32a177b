"""Conditions that are too large to be compiled, or that Python cannot compile."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from segkit import (
    Condition,
    Contact,
    Event,
    any_of,
    at_least,
    attr,
    compile_condition,
    did,
    in_list,
    prop,
)
from segkit.model.base import MAX_DEPTH
from segkit.operations.evaluation import compiler
from segkit.operations.evaluation.matches import COMPILE_AFTER
from tests.unit.evaluation import NOW
from tests.unit.reference_calls import counting_fallbacks, matches_by_reference

ADA: Final = Contact("ada", {"plan": "pro", "age": 36}, {"vip": NOW - timedelta(days=3)})
ORDERS: Final = [Event("ada", "order", NOW - timedelta(days=1))]


@pytest.fixture
def fallbacks() -> Iterator[list[Condition]]:
    """The conditions that the reference evaluated, one entry for each evaluation."""
    with counting_fallbacks(first_calls=True) as evaluated:
        yield evaluated


def test_the_deepest_and_the_widest_conditions_compile(fallbacks: list[Condition]) -> None:
    deep: Condition = attr("plan") == "free"
    for level in range(MAX_DEPTH - 2):
        deep = ~(deep & in_list("vip")) if level % 2 else (deep | in_list("none"))
        if deep.depth > MAX_DEPTH - 3:
            break
    wide = any_of(*(attr("age") == number for number in range(500)))
    counts = at_least(1, *(did(f"n{number}").at_least(2) for number in range(900)), did("order"))
    pair = at_least(2, *(in_list(f"n{number}") for number in range(900)), in_list("vip"))
    most = at_least(300, *(attr("age") > number for number in range(900)))
    for condition in (deep, wide, ~wide, counts, pair, most):
        assert compile_condition(condition).at(NOW)(ADA) is matches_by_reference(
            condition, ADA, now=NOW
        )
    assert fallbacks == []


def shared(levels: int) -> Condition:
    """Return a condition with two to the power of *levels* leaves that share their parts."""
    condition: Condition = attr("plan") == "pro"
    for _ in range(levels):
        condition = any_of(condition, condition & in_list("none"))
    return condition


@pytest.mark.parametrize(
    "condition",
    [
        any_of(*(attr("age") == number for number in range(5000))),
        did(*(f"n{number}" for number in range(6500))),
        did("order").where(any_of(*(prop("total") == number for number in range(5000)))),
        at_least(1, *(did(f"n{number}").at_least(2) for number in range(5000))),
        shared(14),  # more levels exceed the maximum size of a condition
    ],
    ids=["parts", "names", "parts of a where", "numbers of events", "shared parts"],
)
def test_a_condition_that_is_too_large_is_left_to_the_reference(
    condition: Condition, fallbacks: list[Condition]
) -> None:
    """This does not depend on the number of evaluations."""
    matcher = compile_condition(condition)
    for _ in range(COMPILE_AFTER + 2):
        assert matcher(ADA, ORDERS, now=NOW) is matches_by_reference(
            condition, ADA, ORDERS, now=NOW
        )
    assert matcher.at(NOW)(ADA) is matches_by_reference(condition, ADA, now=NOW)
    assert len(fallbacks) == COMPILE_AFTER + 3


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_a_source_that_python_cannot_compile_is_left_to_the_reference(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], fallbacks: list[Condition]
) -> None:
    def raise_error(*_: object) -> str:
        raise error

    monkeypatch.setattr(compiler, "build_source", raise_error)
    assert compile_condition(attr("plan") == "pro").at(NOW)(ADA)
    assert len(fallbacks) == 1


def test_a_deep_stack_of_the_caller_is_not_an_error() -> None:
    """The recursion limit of Python includes the frames of the caller."""
    condition: Condition = attr("plan") == "pro"
    for _ in range(40):
        condition = ~(condition | in_list("none"))

    def evaluate_below(frames: int) -> bool:
        return evaluate_below(frames - 1) if frames else compile_condition(condition).at(NOW)(ADA)

    free = sys.getrecursionlimit() - len(inspect.stack())
    assert evaluate_below(free - 300) is matches_by_reference(condition, ADA, now=NOW)
