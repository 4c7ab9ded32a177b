"""Properties of conditions for all facts: their logic, their equality, their round trips."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal
from functools import reduce
from itertools import combinations
from operator import and_, or_

from hypothesis import given
from hypothesis import strategies as st

import segkit
from segkit import And, Attribute, Comparison, Condition, Not, Or, attr, did
from segkit.model.comparisons import Scalar
from segkit.model.values import Kind, to_builtin
from segkit.testing import EXAMPLES, durations
from segkit.testing.strategies import USUAL_VALUES
from tests.laws.inputs import Inputs, inputs
from tests.strategies import conditions

SMALL = conditions(max_leaves=2)
PARTS = st.lists(SMALL, max_size=4).map(tuple)
SCALARS = st.sampled_from((Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT)).flatmap(
    USUAL_VALUES.__getitem__
)
NAMES = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    "datetime": dt,
    "Decimal": Decimal,
}
"""The names with which the repr of a condition is evaluated."""


# --- logic ----------------------------------------------------------------------------------------


@given(conditions(), inputs())
def test_a_negation_is_the_exact_complement(condition: Condition, case: Inputs) -> None:
    """[V2] ``Not(c)`` holds exactly where ``c`` does not."""
    assert case.matches(Not(condition)) is not case.matches(condition)


@given(conditions(), inputs())
def test_a_double_negation_changes_nothing(condition: Condition, case: Inputs) -> None:
    """[V2] ``Not(Not(c))`` and ``~~c`` hold exactly where ``c`` does."""
    assert case.matches(Not(Not(condition))) is case.matches(condition)
    assert case.matches(~~condition) is case.matches(condition)


@given(PARTS, inputs())
def test_all_of_holds_when_every_part_does(parts: tuple[Condition, ...], case: Inputs) -> None:
    """[V5] ``And`` is true if every part is true; without parts it is true."""
    assert case.matches(And(parts)) is all(case.matches(part) for part in parts)


@given(PARTS, inputs())
def test_any_of_holds_when_some_part_does(parts: tuple[Condition, ...], case: Inputs) -> None:
    """[V5] ``Or`` is true if some part is true; without parts it is false."""
    assert case.matches(Or(parts)) is any(case.matches(part) for part in parts)


@given(PARTS, inputs())
def test_de_morgan_for_all_of(parts: tuple[Condition, ...], case: Inputs) -> None:
    """[V2] ``~(a & b)`` is ``~a | ~b``."""
    assert case.matches(Not(And(parts))) is case.matches(Or(tuple(Not(part) for part in parts)))


@given(PARTS, inputs())
def test_de_morgan_for_any_of(parts: tuple[Condition, ...], case: Inputs) -> None:
    """[V2] ``~(a | b)`` is ``~a & ~b``."""
    assert case.matches(Not(Or(parts))) is case.matches(And(tuple(Not(part) for part in parts)))


@given(PARTS.flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))), inputs())
def test_the_order_of_parts_does_not_matter(
    orders: tuple[tuple[Condition, ...], list[Condition]], case: Inputs
) -> None:
    """[V5] ``a & b`` is ``b & a``, and ``a | b`` is ``b | a``."""
    parts, shuffled = orders
    assert case.matches(And(parts)) is case.matches(And(tuple(shuffled)))
    assert case.matches(Or(parts)) is case.matches(Or(tuple(shuffled)))


@given(SMALL, SMALL, SMALL, inputs())
def test_the_grouping_of_parts_does_not_matter(
    a: Condition, b: Condition, c: Condition, case: Inputs
) -> None:
    """[V5] ``a & (b & c)`` is ``(a & b) & c``, and so for ``|``."""
    assert case.matches(And((a, And((b, c))))) is case.matches(And((And((a, b)), c)))
    assert case.matches(Or((a, Or((b, c))))) is case.matches(Or((Or((a, b)), c)))


@given(st.lists(SMALL, min_size=2, max_size=4), inputs())
def test_the_operators_build_the_groups(parts: list[Condition], case: Inputs) -> None:
    """[V5] ``a & b & c`` is ``And((a, b, c))`` and ``a | b | c`` is ``Or((a, b, c))``."""
    assert case.matches(reduce(and_, parts)) is case.matches(And(tuple(parts)))
    assert case.matches(reduce(or_, parts)) is case.matches(Or(tuple(parts)))


# --- equality -------------------------------------------------------------------------------------


@given(conditions())
def test_a_repr_evaluates_to_an_equal_condition(condition: Condition) -> None:
    """[K10] ``eval(repr(c)) == c``, with the same hash."""
    evaluated = eval(repr(condition), dict(NAMES))  # noqa: S307 - a repr of our own
    assert evaluated == condition
    assert hash(evaluated) == hash(condition)


@given(conditions())
def test_an_unpickled_condition_is_equal(condition: Condition) -> None:
    """[K10] ``pickle.loads(pickle.dumps(c)) == c``, with the same hash."""
    unpickled = pickle.loads(pickle.dumps(condition))  # noqa: S301 - our own pickle
    assert unpickled == condition
    assert hash(unpickled) == hash(condition)


@given(conditions(), inputs())
def test_an_evaluated_repr_and_a_pickle_have_the_same_verdict(
    condition: Condition, case: Inputs
) -> None:
    """[K10] A condition has the same verdict after an evaluated repr and after a pickle."""
    unpickled = pickle.loads(pickle.dumps(condition))  # noqa: S301 - our own pickle
    evaluated = eval(repr(condition), dict(NAMES))  # noqa: S307 - a repr of our own
    assert case.matches(unpickled) is case.matches(evaluated) is case.matches(condition)


@given(conditions())
def test_a_copy_is_equal(condition: Condition) -> None:
    """[K10] ``deepcopy(c) == copy(c) == c``, with the same hash."""
    deep = copy.deepcopy(condition)
    assert deep == copy.copy(condition) == condition
    assert hash(deep) == hash(condition)


@given(SCALARS, SCALARS)
def test_equal_operands_have_equal_types(one: Scalar, other: Scalar) -> None:
    """[K10] ``== 1``, ``== 1.0`` and ``== True`` are three conditions, in every position."""
    same = type(to_builtin(one)) is type(to_builtin(other)) and to_builtin(one) == to_builtin(other)
    for left, right in (
        (attr("x") == one, attr("x") == other),
        (attr("x").is_in([0, one]), attr("x").is_in([0, other])),
        (~(attr("x") == one) & did("order"), ~(attr("x") == other) & did("order")),
    ):
        assert (left == right) is same
        assert not same or hash(left) == hash(right)


@given(SCALARS, SCALARS, SCALARS, st.booleans())
def test_equal_conditions_have_the_same_verdict(
    one: Scalar, other: Scalar, value: Scalar, ignores_case: bool
) -> None:
    """[K10] Of two equal comparisons, none holds where the other does not."""
    left, right = (
        Attribute(("x",), Comparison("==", operand, ignore_case=ignores_case))
        for operand in (one, other)
    )
    if left == right:
        contact = segkit.Contact("c1", {"x": value})
        now = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
        assert segkit.matches(left, contact, now=now) is segkit.matches(right, contact, now=now)


@given(durations(), durations())
def test_windows_of_equal_durations_are_equal(one: segkit.Duration, other: segkit.Duration) -> None:
    """[K10], [T4] Windows of equal lengths are equal conditions, and hash alike."""
    same = (one.months, one.microseconds) == (other.months, other.microseconds)
    left, right = (did("order").within_last(length) for length in (one, other))
    assert (left == right) is same
    assert not same or hash(left) == hash(right)


def test_the_examples_and_their_reprs_differ_from_each_other() -> None:
    """[K10]."""
    for one, other in combinations(EXAMPLES, 2):
        assert one != other
        assert repr(one) != repr(other)
