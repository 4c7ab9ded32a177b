"""Traversal: children, leaves, evaluation, folding and replacement of conditions."""

from typing import Any

import pytest
from hypothesis import given

from segkit import (
    Condition,
    Segment,
    all_of,
    any_of,
    at_least,
    attr,
    did,
    in_list,
    in_segment,
    prop,
)
from segkit.model.conditions import ContactLeaf
from segkit.traversal import (
    children,
    evaluate,
    fold,
    iter_contact_leaves,
    iter_event_leaves,
    iter_leaves,
    replace,
)
from tests.strategies import conditions

A: Any = attr("a") == 1
B: Any = in_list("b")
C: Any = did("c").where(prop("total") >= 3)
VIP = Segment("vip", A & B)


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        pytest.param(A, (), id="a leaf"),
        pytest.param(C, (), id="a where is part of its leaf"),
        pytest.param(A & B & C, (A, B, C), id="and"),
        pytest.param(any_of(), (), id="no parts"),
        pytest.param(at_least(2, A, A, B), (A, A, B), id="equal parts"),
        pytest.param(~A, (A,), id="not"),
        pytest.param(in_segment(VIP), (A & B,), id="a segment"),
    ],
)
def test_the_children_are_the_direct_parts(
    condition: Condition, parts: tuple[Condition, ...]
) -> None:
    assert children(condition) == parts


def test_leaves_are_ordered_from_left_to_right_and_include_leaves_of_segments() -> None:
    condition = all_of(~in_segment(VIP), at_least(1, C, A))
    assert list(iter_leaves(condition)) == [A, B, C, A]
    assert list(iter_contact_leaves(condition)) == [A, B, C, A]
    assert list(iter_event_leaves(C.condition)) == [prop("total") >= 3]
    assert list(iter_event_leaves(None)) == []


def leaf_predicate(number: int) -> Any:  # noqa: ANN401 - of any kind of leaf
    """Return a predicate that is true for about every second leaf."""
    return lambda leaf: hash(repr(leaf)) >> number & 1 == 1


@given(conditions())
def test_evaluate_has_the_result_of_fold(condition: Condition) -> None:
    """`evaluate` stops early and `fold` does not; both give the same verdict."""

    def enough(number: int, parts: list[bool]) -> bool:
        return sum(parts) >= number

    for number in range(4):
        folded = fold(condition, leaf_predicate(number), enough, lambda part: not part)
        assert evaluate(condition, leaf_predicate(number)) is folded


@given(conditions())
def test_fold_visits_every_leaf_once_in_order(condition: Condition) -> None:
    def leaves(leaf: ContactLeaf) -> list[ContactLeaf]:
        return [leaf]

    folded = fold(
        condition, leaves, lambda _, parts: [leaf for part in parts for leaf in part], lambda a: a
    )
    assert folded == list(iter_leaves(condition))


@given(conditions())
def test_replacing_every_leaf_by_itself_returns_the_same_object(condition: Condition) -> None:
    """Conditions without a replaced leaf are not rebuilt."""

    def same(leaf: ContactLeaf) -> Condition:
        return leaf

    assert replace(condition, same) is condition


@given(conditions())
def test_replacing_every_leaf_by_its_complement_keeps_the_groups(condition: Condition) -> None:
    """The new condition has the verdict of the old one for the opposite leaves."""

    def negate(leaf: ContactLeaf) -> Condition:
        return ~leaf

    negated = replace(condition, negate)
    for number in range(4):
        predicate = leaf_predicate(number)
        opposite: Any = lambda leaf, given=predicate: not given(leaf)  # noqa: E731
        assert evaluate(negated, predicate) is evaluate(condition, opposite)


def test_a_segment_with_a_replaced_leaf_keeps_its_name() -> None:
    def swap(leaf: ContactLeaf) -> Condition:
        return B if leaf == A else leaf

    condition = in_segment(VIP) | C
    replaced: Any = replace(condition, swap)
    assert replaced.parts[0].segment == Segment("vip", B & B)
    assert replaced.parts[1] is C


def test_the_referenced_segments_of_a_condition() -> None:
    """Only direct references, each segment once."""
    gold = Segment("gold", in_segment(VIP))
    condition = at_least(1, in_segment(VIP), ~in_segment(gold), A) & in_segment(VIP)
    assert condition.referenced_segments == (VIP, gold)
    assert A.referenced_segments == C.referenced_segments == ()
