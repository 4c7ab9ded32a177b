"""Traversal of conditions: the only module that knows what And, Or, Not, AtLeast, InSegment mean.

A group is true when ``group.required`` or more of its parts are; a negation is the complement of
its part; a reference to a segment means the segment's condition [V2], [V5], [S8].

A condition on a contact has contact leaves only, and a condition in ``where`` event leaves only:
the constructors refuse a mixture. So these functions take a function of either sort of leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar, assert_never, cast

import attrs

from segkit.model.base import Group, Leaf, Not
from segkit.model.conditions import (
    CombinedCondition,
    Condition,
    ContactLeaf,
    EventLeaf,
    LeafCondition,
)
from segkit.model.segments import InSegment, Segment

LeafT = TypeVar("LeafT", bound=LeafCondition)
ResultT = TypeVar("ResultT")


def children(condition: Condition) -> tuple[Condition, ...]:
    """Return the direct parts of *condition*; a leaf has none."""
    match condition:
        case Leaf():
            return ()
        case Group():
            return condition.parts
        case Not(part):
            return (part,)
        case InSegment(segment):
            return (segment.condition,)
        case _:
            assert_never(condition)


def iter_leaves(condition: Condition) -> Iterator[LeafCondition]:
    """Yield every leaf of *condition* from left to right, those of referenced segments included."""
    if isinstance(condition, Leaf):
        yield condition
    for part in children(condition):
        yield from iter_leaves(part)


def iter_contact_leaves(condition: Condition) -> Iterator[ContactLeaf]:
    """Yield every leaf of a condition on a contact."""
    return cast("Iterator[ContactLeaf]", iter_leaves(condition))


def iter_event_leaves(where: Condition | None) -> Iterator[EventLeaf]:
    """Yield every leaf of a condition in ``where``; none if there is no condition."""
    return iter(()) if where is None else cast("Iterator[EventLeaf]", iter_leaves(where))


def evaluate(condition: Condition, leaf_is_true: Callable[[LeafT], bool]) -> bool:
    """Return whether *condition* is true, given whether each leaf is.

    Leaves are evaluated from left to right, and no further than the verdict needs.
    """
    match condition:
        case Leaf():
            return leaf_is_true(cast("LeafT", condition))
        case Group():
            # `missing` more parts have to be true, and `spare` more may be false.
            missing = condition.required
            spare = len(condition.parts) - missing
            for part in condition.parts:
                if missing <= 0 or spare < 0:
                    break
                if evaluate(part, leaf_is_true):
                    missing -= 1
                else:
                    spare -= 1
            return missing <= 0
        case Not(part):
            return not evaluate(part, leaf_is_true)
        case InSegment(segment):
            return evaluate(segment.condition, leaf_is_true)
        case _:
            assert_never(condition)


def combine(
    condition: CombinedCondition,
    results: list[ResultT],
    at_least: Callable[[int, list[ResultT]], ResultT],
    negate: Callable[[ResultT], ResultT],
) -> ResultT:
    """Return the result of a *condition* that is not a leaf, given the results of its children.

    Args:
        condition: A group, a negation or a reference to a segment.
        results: The results of `children`, in order.
        at_least: Combines the results of a group, of which *number* or more have to be true.
        negate: Turns a result into the result of the complement.
    """
    match condition:
        case Group():
            return at_least(condition.required, results)
        case Not():
            return negate(results[0])
        case InSegment():
            return results[0]
        case _:
            assert_never(condition)


def fold(
    condition: Condition,
    of_leaf: Callable[[LeafT], ResultT],
    at_least: Callable[[int, list[ResultT]], ResultT],
    negate: Callable[[ResultT], ResultT],
) -> ResultT:
    """Return a result for *condition*, computed from the leaves upwards; every leaf is visited.

    *of_leaf* gives the result of a leaf; the other functions are those of `combine`.

    >>> from segkit import attr, in_list
    >>> from segkit.traversal import fold
    >>> condition = (attr("age") >= 18) & ~in_list("staff")
    >>> fold(condition, lambda leaf: 1, lambda number, counts: sum(counts), lambda count: count)
    2
    """
    if isinstance(condition, Leaf):
        return of_leaf(cast("LeafT", condition))
    results = [fold(part, of_leaf, at_least, negate) for part in children(condition)]
    return combine(condition, results, at_least, negate)


def replace(condition: Condition, of_leaf: Callable[[LeafT], Condition]) -> Condition:
    """Return *condition* with every leaf replaced by ``of_leaf(leaf)``.

    Parts in which nothing is replaced are kept as they are. A segment in which something is
    replaced keeps its name.

    >>> from segkit import attr, in_list
    >>> from segkit.traversal import replace
    >>> replace(~in_list("vip"), lambda leaf: attr("plan") == "pro")
    Not(Attribute(('plan',), Comparison('==', operand='pro')))
    """
    match condition:
        case Leaf():
            return of_leaf(cast("LeafT", condition))
        case Group():
            replaced = tuple(replace(part, of_leaf) for part in condition.parts)
            if all(new is old for new, old in zip(replaced, condition.parts, strict=True)):
                return condition
            return attrs.evolve(condition, parts=replaced)
        case Not(part):
            new = replace(part, of_leaf)
            return condition if new is part else Not(new)
        case InSegment(segment):
            new = replace(segment.condition, of_leaf)
            if new is segment.condition:
                return condition
            return InSegment(Segment(segment.name, new))
        case _:
            assert_never(condition)


@attrs.frozen
class LocatedLeaf:
    """A leaf with its place in a condition.

    Attributes:
        path: The path of the leaf in the document of the condition.
        leaf: The leaf.
        is_negated: Whether the leaf is in an odd number of negations.
        is_unequal: Whether the leaf is an ``==`` that is itself the part of a `Not`: a ``!=``.
    """

    path: str
    leaf: LeafCondition
    is_negated: bool
    is_unequal: bool = False


def iter_located_leaves(
    condition: Condition, path: str, *, is_negated: bool = False, by_name: bool = False
) -> Iterator[LocatedLeaf]:
    """Yield every leaf of *condition* with its path; *path* is that of the condition.

    Where segments are referred to *by_name*, their leaves are not in the document of the condition
    and are left out.

    >>> from segkit import attr, in_list
    >>> from segkit.traversal import iter_located_leaves
    >>> [leaf.path for leaf in iter_located_leaves(attr("a").is_set() & ~in_list("b"), "$")]
    ['$.parts[0]', '$.parts[1].part']
    """
    match condition:
        case Leaf():
            yield LocatedLeaf(path, condition, is_negated)
        case Group():
            for number, part in enumerate(condition.parts):
                inner = f"{path}.parts[{number}]"
                yield from iter_located_leaves(part, inner, is_negated=is_negated, by_name=by_name)
        case Not(Leaf() as leaf):
            comparison = getattr(leaf, "comparison", None)
            is_unequal = comparison is not None and comparison.operator == "=="
            yield LocatedLeaf(f"{path}.part", leaf, not is_negated, is_unequal=is_unequal)
        case Not(part):
            yield from iter_located_leaves(
                part, f"{path}.part", is_negated=not is_negated, by_name=by_name
            )
        case InSegment(segment):
            if not by_name:
                inner = f"{path}.segment.condition"
                yield from iter_located_leaves(segment.condition, inner, is_negated=is_negated)
        case _:
            assert_never(condition)
