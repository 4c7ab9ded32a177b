"""Conditions that are refused when they are built, and the fix that each error names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pytest

import segkit
from segkit import (
    And,
    Condition,
    ConditionError,
    ConditionTypeError,
    Contact,
    EventCount,
    Next,
    Not,
    Or,
    Segment,
    attr,
    did,
    in_list,
    matches,
    prop,
)
from segkit.model.base import MAX_DEPTH
from tests.unit.evaluation import NOW

# Any, because the type checkers also refuse most of these calls.
kit: Any = segkit
age: Any = attr("age")
total: Any = prop("total")
order: Any = did("order")
a: Any = attr("a") == 1
b: Any = attr("b") == 1
p: Any = prop("p") == 1
ADA: Final = Contact("ada")
NAIVE: Final = datetime(2022, 9, 12, 12)  # noqa: DTZ001 - to be refused

Build = Callable[[], object]


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: 18 < age < 30, r"write attr\(...\).between\(a, b\)", id="chained <"),
        pytest.param(lambda: 18 <= age <= 30, "between", id="chained <="),
        pytest.param(lambda: a and b, r"combine with & \| ~", id="and"),
        pytest.param(lambda: a or b, r"combine with & \| ~", id="or"),
        pytest.param(lambda: not a, r"combine with & \| ~", id="not"),
        pytest.param(lambda: bool(order), r"matches\(condition, contact, events\)", id="bool"),
        pytest.param(lambda: bool(a & b), r"combine with & \| ~", id="bool of a group"),
        pytest.param(lambda: 1 if kit.in_list("vip") else 2, r"& \| ~", id="if"),
        pytest.param(lambda: age and a, r"write .is_true\(\), .is_set\(\)", id="and with a term"),
        pytest.param(lambda: not age, r"write .is_true\(\), .is_set\(\)", id="not a term"),
        pytest.param(lambda: bool(total), r"prop\('total'\)", id="bool of a property"),
        pytest.param(lambda: "golf" in age, r"write .contains\(...\)", id="in a term"),
        pytest.param(lambda: age in [1, 2], r"combine with & \| ~", id="a term in a list"),
        pytest.param(lambda: 1 & age, r"evaluates 1 & \.\.\. before", id="1 & a term"),
        pytest.param(lambda: age & 1, r"write .is_set\(\), .is_true\(\)", id="a term & 1"),
        pytest.param(lambda: age | age, r"write .is_set\(\), .is", id="a term | a term"),
        pytest.param(lambda: 1 | age, r"evaluates 1 \| \.\.\. before", id="1 | a term"),
        pytest.param(lambda: ~age, r"'age'\)\.is_false\(\) or ~attr\('age'\)\.is_set", id="~ term"),
        pytest.param(lambda: a & age, r"brackets, such as \(attr", id="a condition & a term"),
        pytest.param(lambda: age & a, r"brackets, such as \(attr", id="a term & a condition"),
        pytest.param(lambda: a | total, "compare the term first", id="a condition | a property"),
        pytest.param(lambda: a & True, "Python has evaluated", id="& True"),
        pytest.param(lambda: (order == 3) | a, r"\.exactly\(3\)", id="a count == a number"),
        pytest.param(lambda: 1 & a, r"brackets around each comp", id="1 & a condition"),
        pytest.param(lambda: a | Segment("s", b), r"write in_segment\(...\)", id="| s"),
        pytest.param(lambda: kit.all_of([a, b]), "one by one, or with a star", id="all_of a list"),
        pytest.param(lambda: kit.any_of((a, b)), "one by one, or with a star", id="any_of a tuple"),
        pytest.param(lambda: kit.all_of(age), r"write .is_set\(\)", id="all_of a term"),
        pytest.param(lambda: kit.any_of("vip"), "takes conditions; got 'vip'", id="any_of a text"),
        pytest.param(lambda: kit.And(a), r"unlike all_of\(a, b\)", id="And of one"),
        pytest.param(lambda: kit.And((a, 3)), r"parts\[1\]: takes conditions", id="And of 3"),
        pytest.param(lambda: kit.Not(age), r"write .is_set\(\)", id="Not of a term"),
        pytest.param(lambda: kit.Segment("s", age), r"write .is_set\(\)", id="a segment of a term"),
        pytest.param(lambda: kit.Segment("s", "age > 3"), "takes a condition; got", id="a text"),
        pytest.param(lambda: kit.Segment("s", Segment("t", a)), "in_segment", id="two segments"),
        pytest.param(lambda: order.where(total), r"write .is_set\(\)", id="where with a term"),
        pytest.param(lambda: order.where([p]), "one by one, or with a star", id="where a list"),
        pytest.param(lambda: order.where(age), r"write .is_set\(\)", id="where with an attribute"),
        pytest.param(lambda: kit.did(1), "takes names, each a text; got 1", id="did a number"),
        pytest.param(lambda: kit.did(["a", "b"]), "takes names, each a text", id="did a list"),
        pytest.param(lambda: kit.attr("a", 0), "takes names, each a text; got 0", id="a number"),
        pytest.param(lambda: kit.prop(None), "takes names, each a text; got None", id="prop None"),
        pytest.param(lambda: kit.in_list(["vip"]), "takes names", id="in_list a list"),
    ],
)  # fmt: skip
def test_operations_without_a_meaning(build: Build, cure: str) -> None:
    """[D2], [V6]: a `ConditionTypeError`, which is a `TypeError`."""
    with pytest.raises(ConditionTypeError, match=cure) as caught:
        build()
    assert isinstance(caught.value, TypeError)
    assert caught.value.path


@pytest.mark.parametrize("term", [age, total])
def test_a_term_has_no_hash(term: object) -> None:
    """[D2]: a set or a dict would use the result of ``==`` as a truth value."""
    with pytest.raises(TypeError, match="unhashable type"):
        _ = {term}
    with pytest.raises(TypeError, match="unhashable type"):
        _ = {term: 1}
    with pytest.raises(TypeError, match="unhashable type"):
        _ = term in {1, 2}


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: order.where(a), r"prop\(...\), the properties", id="an attribute"),
        pytest.param(lambda: order.where(p & a), r"did\(...\).where\(...\)", id="in an And"),
        pytest.param(lambda: order.where(p, a), r"did\(...\).where\(...\)", id="a second argument"),
        pytest.param(lambda: order.where(a & b), r"prop\(...\), the properties", id="attributes"),
        pytest.param(lambda: order.where(~(p | ~a)), r"where\(...\)", id="in nested groups"),
        pytest.param(lambda: order.where(in_list("vip")), r"prop\(...\)", id="a list"),
        pytest.param(lambda: order.where(did("cart")), r"prop\(...\)", id="another count"),
        pytest.param(order.where, "at least one condition on prop", id="no argument"),
        pytest.param(lambda: a & p, r"did\(...\).where\(...\)", id="a property among attributes"),
        pytest.param(lambda: order | p, r"did\(...\).where\(...\)", id="a property among events"),
        pytest.param(lambda: Segment("s", p), r"write did\(...\).where\(prop", id="a segment"),
        pytest.param(lambda: Segment("s", ~p | p), r"did\(...\).where", id="a segment of an Or"),
    ],
)  # fmt: skip
def test_conditions_of_events_and_of_contacts_do_not_mix(build: Build, cure: str) -> None:
    """[D4]: ``where`` takes conditions on ``prop`` only; nothing else takes them."""
    with pytest.raises(ConditionError, match=cure):
        build()


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: order.at_least(1).at_least(2), "set already", id="at_least twice"),
        pytest.param(lambda: order.exactly(1).at_most(2), "set already", id="exactly, at_most"),
        pytest.param(lambda: order.never().at_least(1), "set already", id="never, at_least"),
        pytest.param(lambda: order.at_least(1).never(), "set already", id="at_least, never"),
        pytest.param(lambda: order.at_least(3).at_most(2), "at least 3 and", id="an empty range"),
        pytest.param(lambda: order.at_most(2).at_least(3), "at least 3", id="at_most first"),
        pytest.param(lambda: order.at_least(-1), "a whole number, 0 or more; got -1", id="below 0"),
        pytest.param(lambda: order.at_most(-1), "a whole number, 0 or more; got -1", id="at most"),
        pytest.param(lambda: order.exactly(-1), "a whole number, 0 or more; got -1", id="exactly"),
        pytest.param(lambda: order.at_least(1.0), "a whole number", id="a float"),
        pytest.param(lambda: order.at_least(True), "a whole number", id="a boolean"),
        pytest.param(lambda: order.at_least("2"), "a whole number", id="a text"),
        pytest.param(lambda: order.at_most(None), "a whole number", id="None"),
        pytest.param(lambda: order.within_last(days=1).during("month"),
                     r"Last\(days=1\) is set: combine two with &", id="a second window"),
        pytest.param(lambda: order.during("month").within_last(days=1), "second", id="calendar"),
        pytest.param(lambda: order.before(days=1).after(NOW), "second window", id="before, after"),
        pytest.param(lambda: order.between(NOW, None).between_ago(days=(2, 1)), "second", id="two"),
        pytest.param(lambda: EventCount(("order",), window=Next(days=3)),
                     "Next is for attributes and properties", id="Next on events"),
        pytest.param(lambda: EventCount(("order",), window="month"), r"Last\(days=30\)", id="text"),
        pytest.param(lambda: EventCount(()), "at least one is needed", id="no name"),
        pytest.param(lambda: in_list("vip").joined_before(days=1).joined_before(days=2),
                     "combine two conditions with &", id="joined twice"),
        pytest.param(lambda: Segment("", a), "text that is not empty", id="no name"),
        pytest.param(lambda: Segment(1, a), "text that is not empty", id="a number as name"),  # type: ignore[arg-type]
        pytest.param(lambda: Segment(None, a), "text that is not empty", id="None as name"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_methods_that_contradict_each_other(build: Build, cure: str) -> None:
    """[D3], [V6], [T3]."""
    with pytest.raises(ConditionError, match=cure):
        build()


def test_events_have_no_window_after_now() -> None:
    """[V6], [T3]: events after now are not counted."""
    with pytest.raises(AttributeError, match="within_next"):
        order.within_next(days=3)


def nested_and_or(depth: int) -> Condition:
    condition: Condition = a
    for level in range(depth - 1):
        condition = (And, Or)[level % 2]((condition,))
    return condition


def nested_not(depth: int) -> Condition:
    condition: Condition = a
    for _ in range(depth - 1):
        condition = Not(condition)
    return condition


def nested_by_operators(depth: int) -> Condition:
    condition: Condition = a
    for level in range(depth - 1):
        condition = condition & b if level % 2 else condition | b
    return condition


def nested_where(depth: int) -> Condition:
    where: Any = p
    for _ in range(depth - 2):
        where = Not(where)
    return did("order").where(where)


@pytest.mark.parametrize("nested", [nested_and_or, nested_not, nested_by_operators, nested_where])
def test_conditions_that_nest_too_deep_are_refused(nested: Callable[[int], Condition]) -> None:
    """An error of segkit, raised before an evaluation would raise a `RecursionError`."""
    assert matches(nested(MAX_DEPTH), ADA, now=NOW) in (True, False)
    for depth in (MAX_DEPTH + 1, 101, 5000):
        with pytest.raises(ConditionError, match="join more in one And or Or"):
            nested(depth)
