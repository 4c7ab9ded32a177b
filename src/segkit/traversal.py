"""The shape of a condition: what a combinator makes of its parts, and every leaf in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from segkit.model.base import And, AtLeast, Leaf, Not, Or
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.segments import InSegment


def holds(condition: Condition, leaf_holds: Callable[[LeafCondition], bool]) -> bool:
    """Whether *condition* is true, when *leaf_holds* answers for its leaves [V1], [V2], [V5]."""
    match condition:
        case Leaf():
            return leaf_holds(condition)
        case And(parts):
            for part in parts:
                if not holds(part, leaf_holds):
                    return False
            return True
        case Or(parts):
            for part in parts:
                if holds(part, leaf_holds):
                    return True
            return False
        case AtLeast(number, parts):
            return sum(holds(part, leaf_holds) for part in parts) >= number
        case Not(part):
            return not holds(part, leaf_holds)
        case InSegment(segment):
            return holds(segment.condition, leaf_holds)  # [S8]
        case _:
            assert_never(condition)


def leaves_of(condition: Condition) -> Iterator[LeafCondition]:
    """Every leaf of *condition*, from left to right."""
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case InSegment(segment):
            yield from leaves_of(segment.condition)
        case Leaf():
            yield condition
        case _:
            assert_never(condition)
