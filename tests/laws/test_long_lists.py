"""Lists of operands are searched, and every engine gives the verdict of a loop over them."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from segkit import Comparison
from segkit.clock import EvaluationContext
from segkit.model.operators import Operator
from segkit.model.values import SCALARS, Kind, collection_members, normalize
from segkit.semantics.comparisons import satisfies
from segkit.testing import values, zones
from segkit.testing.strategies import USUAL_VALUES
from tests.unit.evaluation import NOW, evaluate_value

SAME_HASH: Final = tuple(number * (2**61 - 1) for number in range(1, 5))
OPERANDS = st.lists(
    st.one_of(*(USUAL_VALUES[kind] for kind in sorted(SCALARS, key=str)))
    | st.sampled_from(SAME_HASH),
    min_size=1,
    max_size=30,
)
LISTS = OPERANDS | st.sampled_from(sorted(SCALARS, key=str)).flatmap(
    lambda kind: st.lists(USUAL_VALUES[kind], min_size=1, max_size=30)
)
VALUES = st.one_of(
    values(), *USUAL_VALUES.values(), OPERANDS, LISTS.map(lambda values: [*values, [1], None])
)
OPERATORS: st.SearchStrategy[Operator] = st.sampled_from(("is_in", "has_any", "has_all"))


def by_loop(comparison: Comparison, value: object, tz: tzinfo) -> bool:
    """Return the verdict by a loop of ``==`` over the operands, and over the members."""  # [K5]
    typed = normalize(value)
    members = [typed]
    if comparison.operator != "is_in" and typed[0] is Kind.COLLECTION:
        members = list(collection_members(value))
    operands: Any = comparison.operand
    equalities = [Comparison("==", operand, comparison.ignore_case) for operand in operands]
    context = EvaluationContext(NOW, tz)
    found = [any(satisfies(each, member, context) for member in members) for each in equalities]
    return all(found) if comparison.operator == "has_all" else any(found)


@given(OPERATORS, LISTS, VALUES, zones(), st.booleans())
@example("is_in", [*SAME_HASH, 1], float(SAME_HASH[0]), NOW.tzinfo, False)
def test_a_list_of_operands_gives_the_verdict_of_a_loop(
    operator: Operator,
    operands: list[Any],
    value: object,
    tz: tzinfo,
    ignore_case: bool,
) -> None:
    """[K1], [K3], [K4], [K5]: for values of every kind, with every engine."""
    comparison = Comparison(operator, tuple(operands), ignore_case)
    verdict = evaluate_value(
        {"x": value},
        lambda x: getattr(x, operator)(operands, ignore_case=ignore_case),
        tz=tz,
    )
    assert verdict is by_loop(comparison, value, tz)


@given(OPERATORS, OPERANDS, st.data(), zones(), st.booleans())
def test_a_list_of_operands_has_its_own_values(
    operator: Operator,
    operands: list[Any],
    data: st.DataObject,
    tz: tzinfo,
    ignore_case: bool,
) -> None:
    """Values that are among the operands, and collections of them."""
    some = st.sampled_from(operands)
    value = data.draw(some | st.lists(some, max_size=5) | st.just(operands))
    comparison = Comparison(operator, tuple(operands), ignore_case)
    context = EvaluationContext(NOW, tz)
    assert satisfies(comparison, normalize(value), context) is by_loop(comparison, value, tz)
