"""A segment whose members are kept current."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from segkit.clock import EvaluationContext
from segkit.live.evaluation import Evaluate, evaluation_of
from segkit.live.records import facts_of
from segkit.model.conditions import Condition, ContactLeaf
from segkit.model.facts import Contact
from segkit.model.requirements import Requirements
from segkit.semantics.observations import footprint
from segkit.traversal import iter_contact_leaves


@attrs.frozen(eq=False)
class LiveSegment:
    """One revision of a segment whose members are kept current.

    Attributes:
        revision: The number of the revision, from 1 on [M5].
        needs: The facts that each part of the condition reads.
        default: The verdict for a contact without any facts. Time does not change it, because no
            part of a condition depends on time without a fact.
        evaluate: Returns the verdict for facts, and how long time alone cannot change it.
    """

    name: str
    condition: Condition
    revision: int
    needs: Mapping[ContactLeaf, Requirements]
    default: bool
    evaluate: Evaluate

    @classmethod
    def create(
        cls, name: str, condition: Condition, revision: int, context: EvaluationContext
    ) -> LiveSegment:
        """Prepare the evaluation of a condition."""
        evaluate = evaluation_of(condition, context)
        default = evaluate(facts_of(Contact("nobody"), ()), context).verdict
        needs = {leaf: footprint(leaf, context) for leaf in iter_contact_leaves(condition)}
        return cls(name, condition, revision, needs, default, evaluate)
