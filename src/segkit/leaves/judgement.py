"""Verdicts with what they rest on: whether missing or mismatched values could have changed them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

import attrs

from segkit.model.conditions import Condition, LeafCondition
from segkit.model.logic import And, AtLeast, Leaf, Not, Or
from segkit.model.segment import InSegment

__all__ = ["Judgement", "enough", "every", "judge_parts", "negated", "some"]


@attrs.frozen
class Judgement:
    """A verdict, and what it rests on.

    Attributes:
        verdict: As `segkit.matches` gives it.
        certain: Whether it would be the same whatever the missing and mismatched values were.
        reasons: Those values, in words.
        seen: The value of an attribute; the lists with their joined instants; the number of events.
        among: Of how many events in the window those that counted are; ``None`` without ``where``.
    """

    verdict: bool
    certain: bool = True
    reasons: tuple[str, ...] = ()
    seen: object = None
    among: int | None = None


def judge_parts(
    condition: Condition, judge_leaf: Callable[[LeafCondition], Judgement]
) -> Judgement:
    """The judgement of a whole condition, every part of it looked at."""
    match condition:
        case And(parts):
            return every([judge_parts(part, judge_leaf) for part in parts])
        case Or(parts):
            return some([judge_parts(part, judge_leaf) for part in parts])
        case AtLeast(number, parts):
            return enough(number, [judge_parts(part, judge_leaf) for part in parts])
        case Not(part):
            return negated(judge_parts(part, judge_leaf))
        case InSegment(segment):
            return judge_parts(segment.condition, judge_leaf)
        case Leaf():
            return judge_leaf(condition)
        case _:
            assert_never(condition)


def every(parts: Sequence[Judgement]) -> Judgement:
    """Of `And`: false for certain if one part is; true for certain if all are."""
    failed = [part for part in parts if not part.verdict]
    certain = any(part.certain for part in failed) if failed else all(p.certain for p in parts)
    return Judgement(not failed, certain, () if certain else _reasons(failed or parts))


def some(parts: Sequence[Judgement]) -> Judgement:
    """Of `Or`: the complement of every part's complement."""
    return negated(every([negated(part) for part in parts]))


def enough(number: int, parts: Sequence[Judgement]) -> Judgement:
    """Of `AtLeast`: certain if the uncertain parts cannot tip the scales."""
    held = sum(part.verdict for part in parts)
    sure = sum(part.verdict and part.certain for part in parts)
    possible = sum(part.verdict or not part.certain for part in parts)
    certain = sure >= number or possible < number
    return Judgement(held >= number, certain, () if certain else _reasons(parts))


def negated(part: Judgement) -> Judgement:
    """Of `Not`: the complement, resting on the same values."""
    return Judgement(not part.verdict, part.certain, part.reasons)


def _reasons(parts: Sequence[Judgement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))
