"""The depth and the size of a condition: computed and limited when it is built."""

import copy
import pickle
from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from segkit import (
    And,
    AtLeast,
    Condition,
    ConditionError,
    EventCount,
    EventValue,
    InSegment,
    Not,
    Or,
    Segment,
    Sequence,
    all_of,
    any_of,
    at_least,
    attr,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)
from segkit.model.base import MAX_SIZE
from segkit.testing import EXAMPLES

case = pytest.param
A: Final = attr("a").is_true()
P: Final = prop("p").is_true()
PQ: Final = P & (prop("q") == first_prop("q"))


@pytest.mark.parametrize(
    ("condition", "size"),
    [
        case(A, 1, id="an attribute"),
        case(P, 1, id="a property"),
        case(in_list("vip"), 1, id="a list"),
        case(in_any_list().joined_within_last(days=3), 1, id="a comparison is not a condition"),
        case(sample(10, "s"), 1, id="a sample"),
        case(attr("a").is_in(range(500)), 1, id="many operands are one condition"),
        case(did("order"), 1, id="a count"),
        case(did("order").where(P), 2, id="a count and its where"),
        case(did("order").where(P, P), 4, id="a count, And, and two parts"),
        case(did("order").sum("t") > 3, 1, id="a value"),
        case(did("order").where(~P).sum("t") > 3, 3, id="a value, Not, and its part"),
        case(did("cart").followed_by(did("order")), 3, id="a sequence and its two events"),
        case(
            did("cart").not_followed_by(did("order").where(PQ)),
            6,
            id="a sequence with an absent event",
        ),
        case(And(), 1, id="And without parts"),
        case(~A, 2, id="Not"),
        case(any_of(A, A, A), 4, id="a repeated part"),
        case(at_least(2, A, ~A), 4, id="AtLeast"),
        case(in_segment(Segment("s", A | ~A)), 5, id="the condition of a segment"),
        case(did("order").in_at_least(2, of=52, weeks=1), 53, id="one count for each window"),
    ],
)
def test_the_size_is_the_number_of_conditions(condition: Condition, size: int) -> None:
    assert condition.size == size


def count_conditions(condition: object) -> int:
    """Return the size of *condition*, computed by traversing it."""
    children: tuple[object, ...]
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            children = parts
        case Not(part):
            children = (part,)
        case InSegment(segment):
            children = (segment.condition,)
        case EventCount(condition=where) | EventValue(condition=where):
            children = () if where is None else (where,)
        case Sequence(first):
            children = (first, *(step.event for step in condition.later_steps()))
        case _:
            children = ()
    return 1 + sum(map(count_conditions, children))


@pytest.mark.parametrize("condition", EXAMPLES)
def test_the_size_of_every_example(condition: Condition) -> None:
    assert condition.size == count_conditions(condition)


def doubled(double: Callable[[Condition], Condition], times: int) -> Condition:
    condition: Condition = A
    for _ in range(times):
        condition = double(condition)
    return condition


def in_a_segment(condition: Condition) -> Condition:
    member = in_segment(Segment("s", condition))
    return member & ~member


@pytest.mark.parametrize(
    "double",
    [
        case(lambda c: And((c, c)), id="And"),
        case(lambda c: Or((c, c)), id="Or"),
        case(lambda c: at_least(1, c, c), id="AtLeast"),
        case(in_a_segment, id="a segment"),
    ],
)
def test_a_condition_that_repeats_a_part_too_often_is_refused(
    double: Callable[[Condition], Condition],
) -> None:
    """It takes little memory, but too much time to hash, to print and to evaluate."""
    with pytest.raises(ConditionError, match="holds at most 100,000 conditions") as caught:
        doubled(double, 40)
    assert MAX_SIZE < caught.value.value < 2 * MAX_SIZE + 9  # type: ignore[operator]


def test_the_parts_of_a_where_and_of_a_sequence_are_counted() -> None:
    large: Any = P
    for _ in range(15):
        large = And((large, large))
    with pytest.raises(ConditionError, match=r"100,000 conditions.* got 1\d\d,\d\d\d:"):
        did("order").where(large, large)
    event = did("order").where(large)
    with pytest.raises(ConditionError, match=r"100,000 conditions"):
        event.followed_by(event)


def test_a_group_may_have_the_maximum_size() -> None:
    assert all_of(*[A] * (MAX_SIZE - 1)).size == MAX_SIZE
    with pytest.raises(ConditionError, match="got 100,001"):
        all_of(*[A] * MAX_SIZE)


def test_the_largest_conditions_hash_compare_and_print() -> None:
    """This takes a fraction of a second, because each part is visited once."""
    one, other = (doubled(lambda c: at_least(1, c, c), 15) for _ in range(2))
    assert one.size == other.size == 2**16 - 1
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one).count("AtLeast") == 2**15 - 1


def test_the_size_is_not_part_of_equality_or_repr() -> None:
    """[K10]: the size follows from the parts. Copies and pickles keep it."""
    condition = any_of(A, did("order").where(P), in_segment(Segment("s", ~A)))
    assert "size" not in repr(condition)
    for copied in (pickle.loads(pickle.dumps(condition)), copy.deepcopy(condition)):  # noqa: S301
        assert (copied, copied.size) == (condition, 6 + 1)
    smaller = attrs.evolve(condition, parts=condition.parts[:1])
    assert (smaller.size, smaller.depth) == (2, 2)
    assert did("order").where(P).at_least(2).size == 2
