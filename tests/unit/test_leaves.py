"""What the rooms of `leaves` say of what no operation asks them by itself."""

import pytest

from segkit import Condition, Property, Requirements, Segment, attr, did, in_list, in_segment, prop
from segkit.clock import EvaluationContext
from segkit.model.conditions import LeafCondition
from segkit.operations.explanation.certainty import Judgement, judge_parts
from segkit.semantics.observations import footprint
from tests.unit.asking import NOW

NEITHER: Condition = ~(attr("plan") == "pro") & ~in_list("vip")


def judged(leaf: LeafCondition) -> Judgement:
    """A leaf about the plan rests on a missing value, any other on what is there."""
    missing = leaf == (attr("plan") == "pro")
    return Judgement(verdict=False, certain=not missing, reasons=("no plan",) * missing)


def test_a_segment_is_judged_as_its_condition() -> None:
    """[S8]."""
    inner = judge_parts(NEITHER, judged)
    assert (inner.verdict, inner.certain, inner.reasons) == (True, False, ("no plan",))
    assert judge_parts(in_segment(Segment("neither", NEITHER)), judged) == inner
    assert judge_parts(~in_segment(Segment("neither", NEITHER)), judged).verdict is False


@pytest.mark.parametrize("condition", [prop("total") > 3, prop("seen").within_last(days=3)])
def test_a_property_by_itself_needs_nothing(condition: Property) -> None:
    """[E2]: what it needs is said with the events that are asked for it."""
    context = EvaluationContext.create(NOW, "UTC")
    assert footprint(condition, context) == Requirements()
    [need] = footprint(did("order").where(condition), context).events.values()
    assert need.properties == {condition.path[0]}
