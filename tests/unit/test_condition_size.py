"""How deep and how large a condition is: found when it is built, and refused in time."""

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
        case(in_any_list().joined_within_last(days=3), 1, id="a comparison is no condition"),
        case(sample(10, "s"), 1, id="a sample"),
        case(attr("a").is_in(range(500)), 1, id="many operands are one condition"),
        case(did("order"), 1, id="a count"),
        case(did("order").where(P), 2, id="a count and its where"),
        case(did("order").where(P, P), 4, id="a count, And, and two parts"),
        case(did("order").sum("t") > 3, 1, id="a value"),
        case(did("order").where(~P).sum("t") > 3, 3, id="a value, Not, and its part"),
        case(did("cart").followed_by(did("order")), 3, id="a sequence and its two events"),
        case(did("cart").not_followed_by(did("order").where(PQ)), 6, id="the absent event, too"),
        case(And(), 1, id="And of nothing"),
        case(~A, 2, id="Not"),
        case(any_of(A, A, A), 4, id="a part that is there three times"),
        case(at_least(2, A, ~A), 4, id="AtLeast"),
        case(in_segment(Segment("s", A | ~A)), 5, id="a segment is counted through"),
        case(did("order").in_at_least(2, of=52, weeks=1), 53, id="a window each"),
    ],
)
def test_the_size_is_the_number_of_conditions_written_out(condition: Condition, size: int) -> None:
    assert condition.size == size


def written_out(condition: object) -> int:
    """The same, found by looking through everything again."""
    inner: tuple[object, ...]
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            inner = parts
        case Not(part):
            inner = (part,)
        case InSegment(segment):
            inner = (segment.condition,)
        case EventCount(condition=where) | EventValue(condition=where):
            inner = () if where is None else (where,)
        case Sequence(first):
            inner = (first, *(step.event for step in condition.later_steps()))
        case _:
            inner = ()
    return 1 + sum(map(written_out, inner))


@pytest.mark.parametrize("condition", EXAMPLES)
def test_every_condition_knows_its_size(condition: Condition) -> None:
    assert condition.size == written_out(condition)


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
def test_what_holds_one_part_many_times_is_refused_in_time(
    double: Callable[[Condition], Condition],
) -> None:
    """It takes no memory to build, and for ever to hash, to print and to ask."""
    with pytest.raises(ConditionError, match="holds at most 100,000 conditions") as caught:
        doubled(double, 40)
    assert MAX_SIZE < caught.value.value < 2 * MAX_SIZE + 9  # type: ignore[operator]


def test_a_where_and_a_sequence_are_counted_too() -> None:
    large: Any = P
    for _ in range(15):
        large = And((large, large))
    with pytest.raises(ConditionError, match=r"100,000 conditions.* got 1\d\d,\d\d\d:"):
        did("order").where(large, large)
    event = did("order").where(large)
    with pytest.raises(ConditionError, match=r"100,000 conditions"):
        event.followed_by(event)


def test_as_many_conditions_as_are_allowed_can_stand_side_by_side() -> None:
    assert all_of(*[A] * (MAX_SIZE - 1)).size == MAX_SIZE
    with pytest.raises(ConditionError, match="got 100,001"):
        all_of(*[A] * MAX_SIZE)


def test_the_largest_conditions_hash_compare_and_print() -> None:
    """In a fraction of a second: what is counted is that each is looked at once."""
    one, other = (doubled(lambda c: at_least(1, c, c), 15) for _ in range(2))
    assert one.size == other.size == 2**16 - 1
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one).count("AtLeast") == 2**15 - 1


def test_the_size_is_no_part_of_what_a_condition_says() -> None:
    """[K10]: it follows from the rest, so it is neither compared nor printed, but carried along."""
    condition = any_of(A, did("order").where(P), in_segment(Segment("s", ~A)))
    assert "size" not in repr(condition)
    for copied in (pickle.loads(pickle.dumps(condition)), copy.deepcopy(condition)):  # noqa: S301
        assert (copied, copied.size) == (condition, 6 + 1)
    smaller = attrs.evolve(condition, parts=condition.parts[:1])
    assert (smaller.size, smaller.depth) == (2, 2)
    assert did("order").where(P).at_least(2).size == 2
