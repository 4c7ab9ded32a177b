"""Certainty of groups: the parts on which a verdict depends."""

from itertools import product

import pytest

from segkit import Condition, Segment, attr, did, in_list, in_segment, prop
from segkit.clock import EvaluationContext
from segkit.model.conditions import ContactLeaf
from segkit.operations.explanation.certainty import Judgement, combine_at_least, combine_not
from segkit.semantics.observations import footprint
from segkit.traversal import fold
from tests.unit.evaluation import NOW

NEITHER: Condition = ~(attr("plan") == "pro") & ~in_list("vip")


def judge_leaf(leaf: ContactLeaf) -> Judgement:
    """Return an uncertain judgement for a leaf about the plan, and a certain one for others."""
    missing = leaf == (attr("plan") == "pro")
    return Judgement(verdict=False, certain=not missing, reasons=("no plan",) * missing)


def judge(condition: Condition) -> Judgement:
    return fold(condition, judge_leaf, combine_at_least, combine_not)


def test_a_segment_has_the_judgement_of_its_condition() -> None:
    """[S8]."""
    inner = judge(NEITHER)
    assert (inner.verdict, inner.certain, inner.reasons) == (True, False, ("no plan",))
    assert judge(in_segment(Segment("neither", NEITHER))) == inner
    assert judge(~in_segment(Segment("neither", NEITHER))).verdict is False


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_a_group_is_certain_if_no_choice_of_the_uncertain_parts_changes_it(size: int) -> None:
    """Compare with all combinations of verdicts of the uncertain parts."""
    choices_of_part = [(verdict, certain) for verdict in (True, False) for certain in (True, False)]
    for parts in product(choices_of_part, repeat=size):
        judgements = [
            Judgement(verdict, certain, () if certain else (f"part {index}",))
            for index, (verdict, certain) in enumerate(parts)
        ]
        choices = [(verdict,) if certain else (True, False) for verdict, certain in parts]
        for number in range(size + 2):
            group = combine_at_least(number, judgements)
            possible = {sum(choice) >= number for choice in product(*choices)}
            assert group.verdict is (sum(verdict for verdict, _ in parts) >= number)
            assert group.certain is (len(possible) == 1)
            assert bool(group.reasons) is not group.certain


def test_the_reasons_of_a_group_are_those_of_the_parts_that_can_change_its_verdict() -> None:
    """A change of a part with the other verdict cannot change the verdict of the group."""
    true = Judgement(verdict=True, certain=False, reasons=("true",))
    false = Judgement(verdict=False, certain=False, reasons=("false",))
    assert combine_at_least(2, [true, false]).reasons == ("false",)
    assert combine_at_least(1, [true, false]).reasons == ("true",)
    assert combine_at_least(1, [true, true]).reasons == ("true",)


@pytest.mark.parametrize("where", [prop("total") > 3, prop("seen").within_last(days=3)])
def test_the_properties_in_where_are_required(where: Condition) -> None:
    """[E2]."""
    context = EvaluationContext.create(NOW, "UTC")
    [need] = footprint(did("order").where(where), context).events.values()  # type: ignore[arg-type]
    assert need.properties <= {"total", "seen"}
    assert len(need.properties) == 1
