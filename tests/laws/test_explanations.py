"""An explanation tells the verdict of every part, and whether it could have been another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from segkit import Condition, Contact, Explanation, explain
from segkit.testing.strategies import PATHS
from tests.laws.inputs import Inputs, inputs
from tests.strategies import conditions

NOW = datetime(2024, 3, 1, tzinfo=UTC)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("this value does not print")


def nodes(told: Explanation) -> Iterator[Explanation]:
    yield told
    for part in told.parts:
        yield from nodes(part)


@given(conditions(), inputs())
def test_every_part_has_the_verdict_of_its_condition(condition: Condition, case: Inputs) -> None:
    """``explain`` watches what ``matches`` means: each part says what ``matches`` says of it."""
    for node in nodes(case.explain(condition)):
        assert node.verdict is case.matches(node.condition)


@given(conditions(), inputs())
def test_what_is_uncertain_says_why(condition: Condition, case: Inputs) -> None:
    """[V6] A verdict that rests on blanks or on other kinds names them."""
    for node in nodes(case.explain(condition)):
        assert node.certain or node.notes
        assert not node.only_because() or (node.verdict and not node.certain)


UNPRINTABLE = {
    "an object": Unprintable(),
    "a list": [Unprintable()],
    "a number of 5000 digits": 10**5000,
    "a mapping": {"zip": 10**5000},
    "a lone surrogate": "\ud800",
}


@given(conditions(), st.sampled_from(sorted(UNPRINTABLE)))
def test_an_explanation_prints_what_cannot_print_itself(condition: Condition, what: str) -> None:
    """[V1] ``str`` and ``repr`` of an explanation answer for values whose own ``repr`` raises."""
    attributes = {path[0]: UNPRINTABLE[what] for path, _ in PATHS}
    told = explain(condition, Contact("c1", attributes), now=NOW)
    assert str(told).encode()
    assert repr(told).encode()
