"""`at_least`: a minimum number of several conditions is true [V5]."""

from collections.abc import Callable
from itertools import product
from typing import Any, Final

import pytest

import segkit
from segkit import (
    And,
    AtLeast,
    Condition,
    ConditionError,
    ConditionTypeError,
    Contact,
    Not,
    Or,
    Segment,
    at_least,
    attr,
    describe,
    did,
    explain,
    in_list,
    in_segment,
    prop,
)
from segkit.model.base import MAX_DEPTH
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any, because the type checkers also refuse some of these calls.
kit: Any = segkit

NAMES: Final = "abcd"
PARTS: Final = [attr(name).is_true() for name in NAMES]


@pytest.mark.parametrize("number", range(6))
def test_at_least_is_true_if_enough_parts_are_true(number: int) -> None:
    """[V5]: for all combinations of four parts, in both orders."""
    for values in product((True, False), repeat=4):
        attributes = dict(zip(NAMES, values, strict=True))
        verdict = sum(values) >= number
        assert is_member(at_least(number, *PARTS), attributes) is verdict
        assert is_member(at_least(number, *PARTS[::-1]), attributes) is verdict


def test_at_least_without_parts_is_true_for_0_only() -> None:
    """[V5]: as `And` without parts is true, and `Or` without parts is false."""
    assert is_member(at_least(0))
    assert not is_member(at_least(1))
    assert is_member(And())
    assert not is_member(Or())


def test_equal_parts_count_separately() -> None:
    """[V5]."""
    condition = at_least(2, PARTS[0], PARTS[0], PARTS[1])
    assert is_member(condition, {"a": True})
    assert not is_member(condition, {"b": True})


def test_at_least_1_equals_or_and_at_least_all_equals_and() -> None:
    """[V5]: the verdicts are equal, but the conditions are not."""
    for values in product((True, False), repeat=4):
        attributes = dict(zip(NAMES, values, strict=True))
        assert is_member(at_least(1, *PARTS), attributes) is is_member(
            kit.any_of(*PARTS), attributes
        )
        assert is_member(at_least(4, *PARTS), attributes) is is_member(
            kit.all_of(*PARTS), attributes
        )
    at_least_one: Condition = at_least(1, *PARTS)
    assert at_least_one != Or(tuple(PARTS))
    assert at_least(2, *PARTS) != at_least(3, *PARTS)
    assert at_least(2, *PARTS) == AtLeast(2, tuple(PARTS))
    assert len({at_least(2, *PARTS), AtLeast(2, tuple(PARTS)), at_least(2, *PARTS[:3])}) == 2


def test_every_condition_of_a_contact_may_be_a_part() -> None:
    """[V5]: negations, groups, events and segments."""
    parts = (
        ~in_list("vip"),
        did("order").at_least(2),
        in_segment(Segment("pros", attr("plan") == "pro")),
        at_least(1, PARTS[0], PARTS[1]),
    )
    order = event("order", "2022-09-01")
    assert is_member(at_least(1, *parts), {}, [order])
    assert not is_member(at_least(2, *parts), {}, [order])
    assert is_member(at_least(3, *parts), {"plan": "pro"}, [order, order])
    assert is_member(at_least(4, *parts), {"plan": "pro", "b": True}, [order, order])


def test_at_least_is_combined_like_other_conditions() -> None:
    """[D8]: `at_least` is never flattened."""
    two = at_least(2, *PARTS)
    assert two & PARTS[0] == And((two, PARTS[0]))
    assert two | two == Or((two, two))
    assert ~two == Not(two)
    assert ~~two == two
    assert at_least(2, two, two).parts == (two, two)


def test_in_where_one_event_must_satisfy_enough_parts() -> None:
    """[E2]: two events that each satisfy one part do not count."""
    where = AtLeast(2, (prop("a") == 1, prop("b") == 1, prop("c") == 1))
    condition = did("order").where(where)
    assert is_member(condition, events=[event("order", "2022-09-01", a=1, c=1)])
    separate = [event("order", "2022-09-01", a=1), event("order", "2022-09-02", b=1)]
    assert not is_member(condition, events=separate)


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(
            lambda: kit.at_least(-1, *PARTS),
            "whole number, 0 or more, before the conditions; got -1",
            id="below 0",
        ),
        case(
            lambda: kit.at_least(1.0, *PARTS),
            "whole number, 0 or more, before the conditions",
            id="a float",
        ),
        case(
            lambda: kit.at_least(True, *PARTS),
            "whole number, 0 or more, before the conditions",
            id="a boolean",
        ),
        case(
            lambda: kit.at_least("1", *PARTS),
            "whole number, 0 or more, before the conditions",
            id="a text",
        ),
        case(
            lambda: kit.at_least(*PARTS),
            "takes the number first, then the conditions",
            id="no number",
        ),
        case(lambda: kit.at_least(2, PARTS), "one by one, or with a star", id="a list"),
        case(lambda: kit.at_least(2, attr("a")), "compare the term first", id="a term"),
        case(
            lambda: kit.at_least(1, True),
            "Python has evaluated",
            id="a comparison that Python evaluated",
        ),
        case(lambda: kit.at_least(1, Segment("s", PARTS[0])), r"in_segment\(...\)", id="a segment"),
        case(
            lambda: kit.AtLeast(1, PARTS[0]),
            r"unlike all_of\(a, b\)",
            id="AtLeast of one condition without a tuple",
        ),
        case(
            lambda: kit.at_least(1, PARTS[0], prop("p") == 1),
            "prop",
            id="a property among attributes",
        ),
        case(lambda: did("order").where(at_least(1, PARTS[0])), "prop", id="an attribute in where"),
    ],
)
def test_invalid_arguments_are_refused(build: Callable[[], object], cure: str) -> None:
    """[V6]: the error says what to write."""
    with pytest.raises((ConditionError, ConditionTypeError), match=cure):
        build()


def test_at_least_nests_as_deep_as_other_groups() -> None:
    """The repr of the deepest condition can be evaluated."""
    deep: Condition = PARTS[0]
    for _ in range(MAX_DEPTH - 2):
        deep = at_least(1, deep)
    assert is_member(deep, {"a": True})
    deepest = at_least(1, deep)
    with pytest.raises(ConditionError, match=f"at most {MAX_DEPTH} levels"):
        at_least(1, deepest)


def test_at_least_is_described() -> None:
    """Section 5 of the specification."""
    two = at_least(2, in_list("vip"), did("order"), attr("plan") != "pro")
    assert describe(two) == (
        'at least 2 of: is on list "vip"; did "order" at least once; '
        'plan is not "pro" (or has no value)'
    )
    assert describe(~at_least(1, attr("plan") == "pro", did("order").at_least(2))) == (
        'fewer than 1 of (or has no value; none counts as 0): plan is "pro"; '
        'did "order" at least 2 times'
    )
    assert describe(at_least(1, two, in_list("staff"))) == (
        "at least 1 of:\n"
        '  - at least 2 of: is on list "vip"; did "order" at least once; '
        'plan is not "pro" (or has no value)\n'
        '  - is on list "staff"'
    )
    where = AtLeast(2, (prop("a") == 1, prop("b") != 1, And((prop("c") == 1, prop("d") == 1))))
    assert describe(did("order").where(where)) == (
        'did "order" at least once where at least 2 of a is 1, b is not 1 (or has no value), '
        "(c is 1 and d is 1)"
    )


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        case(at_least(0), "everybody", id="0 of nothing"),
        case(at_least(1), "nobody", id="1 of nothing"),
        case(~at_least(0), "nobody", id="not 0 of nothing"),
        case(~at_least(1), "everybody", id="not 1 of nothing"),
    ],
)
def test_at_least_without_parts_is_described(condition: Condition, sentence: str) -> None:
    """Section 5 of the specification: as ``And()`` and ``Or()``."""
    assert describe(condition) == sentence


@pytest.mark.parametrize(
    ("number", "attributes", "certain"),
    [
        case(1, {"a": True}, True, id="enough parts are true without the missing values"),
        case(2, {"a": True}, False, id="the missing values decide"),
        case(4, {"a": False}, True, id="not enough with all of the missing values"),
        case(3, {"a": False, "b": "yes"}, False, id="a value of another kind may be a mistake"),
        case(4, {"a": True, "b": True, "c": True, "d": True}, True, id="no missing value"),
    ],
)
def test_explain_is_certain_if_missing_values_cannot_change_the_verdict(
    number: int, attributes: dict[str, object], certain: bool
) -> None:
    """[V6]."""
    condition = at_least(number, *PARTS)
    for each in (condition, ~condition):
        explanation = explain(each, Contact("ada", attributes), now=NOW)
        assert explanation.certain is certain
        assert bool(explanation.notes) is not certain
