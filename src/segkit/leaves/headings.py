"""How groups are introduced: all of, any of, not; and a leaf by its own sentence."""

from __future__ import annotations

from typing import assert_never

from segkit.leaves.phrasing import let_in, phrase
from segkit.leaves.wording import said_value
from segkit.model.conditions import Condition
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
            blanks = let_in(segment.condition)
            return f"is not in segment {said_value(segment.name)}{blanks}", ()
        case AtLeast(number, parts) if number > len(parts):
            return "nobody", ()
        case AtLeast(0, _):
            return "everybody", ()
        case AtLeast(number, parts):
            return f"at least {number} of", parts
        case Not(AtLeast(number, parts)) if 0 < number <= len(parts):
            return f"fewer than {number} of{let_in(condition.part)}", parts
        case Not(AtLeast(number)):
            return ("everybody" if number else "nobody"), ()
        case And(parts):
            return "all of", parts
        case Or(parts):
            return "any of", parts
        case Not(And((part,)) | Or((part,))):
            return heading(Not(part))
        case Not(part):
            head, parts = heading(part)
            return f"not {head}{let_in(part)}", parts
        case _:
            assert_never(condition)
