"""How groups are introduced: all of, any of, not; and a leaf by its own sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from segkit.leaves.phrasing import NONE_COUNTS, phrase
from segkit.leaves.wording import BLANK, said_value
from segkit.model.conditions import Condition, LeafCondition
from segkit.model.logic import And, AtLeast, Leaf, Not, Or
from segkit.model.segment import InSegment

__all__ = ["heading"]


def heading(condition: Condition) -> tuple[str, tuple[Condition, ...]]:
    """How a condition is introduced, and the parts to list below that; a leaf has none."""
    match condition:
        case Leaf():
            return phrase(condition), ()
        case Not(Leaf() as leaf):
            return phrase(leaf, negated=True), ()
        case Not(Not(part)):
            return heading(part)
        case Not(And(())) | Or(()):
            return "nobody", ()
        case Not(Or(())) | And(()):
            return "everybody", ()
        case And((part,)) | Or((part,)):
            return heading(part)
        case InSegment(segment):
            return f"is in segment {said_value(segment.name)}", ()
        case Not(InSegment(segment)):
            let_in = _let_in(segment.condition)
            return f"is not in segment {said_value(segment.name)}{let_in}", ()
        case AtLeast(number, parts):
            return f"at least {number} of", parts
        case And(parts):
            return "all of", parts
        case Or(parts):
            return "any of", parts
        case Not(And((part,)) | Or((part,))):
            return heading(Not(part))
        case Not(part):
            head, parts = heading(part)
            return f"not {head}{_let_in(part)}", parts
        case _:
            assert_never(condition)


def _let_in(negated: Condition) -> str:
    """What the negation of a group lets in without a value or an event being there."""
    said = [phrase(leaf, negated=True) for leaf in _said_plainly(negated)]
    notes = [note for note in (BLANK, NONE_COUNTS) if any(note in words for words in said)]
    return f" ({'; '.join(notes)})" if notes else ""


def _said_plainly(condition: Condition, *, plain: bool = True) -> Iterator[LeafCondition]:
    """The leaves under an even number of negations."""
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _said_plainly(part, plain=plain)
        case Not(part):
            yield from _said_plainly(part, plain=not plain)
        case InSegment(segment):
            yield from _said_plainly(segment.condition, plain=plain)
        case Leaf():
            if plain:
                yield condition
        case _:
            assert_never(condition)
