"""The shape of a condition: what a combinator makes of its parts, and every leaf in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.segments import InSegment


def evaluate(condition: Condition, leaf_is_true: Callable[[LeafCondition], bool]) -> bool:
    """Whether *condition* is true, when *leaf_holds* answers for its leaves [V1], [V2], [V5]."""
    match condition:
        case Leaf():
            return leaf_is_true(condition)
        case And(parts):
            for part in parts:
                if not evaluate(part, leaf_is_true):
                    return False
            return True
        case Or(parts):
            for part in parts:
                if evaluate(part, leaf_is_true):
                    return True
            return False
        case AtLeast(number, parts):
            return sum(evaluate(part, leaf_is_true) for part in parts) >= number
        case Not(part):
            return not evaluate(part, leaf_is_true)
        case InSegment(segment):
            return evaluate(segment.condition, leaf_is_true)  # [S8]
        case _:
            assert_never(condition)


def iter_leaves(condition: Condition) -> Iterator[LeafCondition]:
    """Every leaf of *condition*, from left to right."""
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from iter_leaves(part)
        case Not(part):
            yield from iter_leaves(part)
        case InSegment(segment):
            yield from iter_leaves(segment.condition)
        case Leaf():
            yield condition
        case _:
            assert_never(condition)
