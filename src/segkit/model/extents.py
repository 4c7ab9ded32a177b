"""How deep a condition nests and how large it is when written out, and the limits of both.

Both are found from the parts, which have found theirs, so that building a condition takes time for
its parts and not for all that is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from segkit.errors import ConditionError

if TYPE_CHECKING:
    from segkit.model.conditions import Condition

__all__ = ["DEEPEST", "LARGEST", "depth_of", "measure", "size_of"]

DEEPEST: Final = 90
"""Levels of nesting. Python reads at most 200 nested brackets, a repr has two a level, and it must
be possible to paste it back; Python's recursion limit lies a little further on."""

LARGEST: Final = 100_000
"""The size of a condition: the conditions in it, itself and those of its segments too, written out.

One part may stand in many places and costs no memory there, but whoever hashes, prints or asks the
condition meets it in each: forty levels of ``at_least(1, c, c)`` are a million million."""


def depth_of(parts: Sequence[Condition], *, levels: int = 1) -> int:
    """The levels of nesting of something that puts *levels* on top of its parts.

    Raises:
        ConditionError: If they are too many.
    """
    depth = levels + max((part.depth for part in parts), default=0)
    if depth > DEEPEST:
        problem = f"conditions nest at most {DEEPEST} levels deep; join more in one And or Or"
        raise ConditionError("depth", problem, depth)
    return depth


def size_of(parts: Sequence[Condition]) -> int:
    """The size of something made of *parts*, each counted as often as it stands there.

    Raises:
        ConditionError: If it is too large.
    """
    size = 1 + sum(part.size for part in parts)
    if size > LARGEST:
        problem = (
            f"a condition is made of at most {LARGEST:,} conditions, all written out; got "
            f"{size:,}: many values of one attribute are one is_in([...]), and a part that "
            "stands in many places is an attribute worth keeping with the contact"
        )
        raise ConditionError("size", problem, size)
    return size


def measure(condition: object, parts: Sequence[Condition], *, levels: int = 1) -> None:
    """Find the depth and the size of *condition*, which is just being built, from its parts."""
    object.__setattr__(condition, "depth", depth_of(parts, levels=levels))
    object.__setattr__(condition, "size", size_of(parts))
