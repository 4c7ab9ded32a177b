"""The evaluation of a live segment: its verdict now, and how long time alone cannot change it.

The meaning is that of the timelines. A condition is folded once to a function, in which a leaf that
does not depend on now is compiled, and counts and values of events have counters. The other leaves
are evaluated by their timelines.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from segkit.clock import EvaluationContext, Unbounded
from segkit.history import Facts
from segkit.live.counters import counter_of
from segkit.model.conditions import Condition, ContactLeaf
from segkit.operations.evaluation.compiler import BoundMatcher, bind_of
from segkit.semantics.observations import leaf_depends_on_now
from segkit.timelines.base import VerdictUntil, combine_verdicts
from segkit.timelines.conditions import timeline_of_leaf
from segkit.traversal import fold

Evaluate: TypeAlias = Callable[[Facts, EvaluationContext], VerdictUntil]
"""Returns the verdict for facts at the now of a context. Successive nows never decrease."""

_NEVER_CHANGES = {
    verdict: VerdictUntil(verdict, Unbounded.FUTURE, yearly=True) for verdict in (True, False)
}


def evaluation_of(condition: Condition, context: EvaluationContext) -> Evaluate:
    """Return the function that evaluates *condition* in the zone of *context*, at any now."""
    return fold(condition, partial(_of_leaf, context), _at_least, _negate)


def _of_leaf(context: EvaluationContext, leaf: ContactLeaf) -> Evaluate:
    if not leaf_depends_on_now(leaf):
        return partial(_evaluate_compiled, bind_of(leaf)(context))
    return counter_of(leaf) or partial(_evaluate_by_timeline, leaf)


def _evaluate_compiled(
    match: BoundMatcher, facts: Facts, context: EvaluationContext
) -> VerdictUntil:
    del context
    return _NEVER_CHANGES[match(facts.contact)]


def _evaluate_by_timeline(
    leaf: ContactLeaf, facts: Facts, context: EvaluationContext
) -> VerdictUntil:
    return timeline_of_leaf(leaf, facts, context).verdict_at(context.now)


def _at_least(required: int, parts: list[Evaluate]) -> Evaluate:
    if len(parts) == required == 1:
        return parts[0]
    if not 1 <= required <= len(parts):
        return lambda _facts, _context: _NEVER_CHANGES[required < 1]
    return partial(_evaluate_group, required, parts)


def _evaluate_group(
    required: int, parts: list[Evaluate], facts: Facts, context: EvaluationContext
) -> VerdictUntil:
    return combine_verdicts(required, len(parts), (part(facts, context) for part in parts))


def _negate(part: Evaluate) -> Evaluate:
    return partial(_evaluate_negation, part)


def _evaluate_negation(part: Evaluate, facts: Facts, context: EvaluationContext) -> VerdictUntil:
    verdict, until, yearly, work = part(facts, context)
    return VerdictUntil(not verdict, until, yearly, work)
