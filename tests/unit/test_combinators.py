"""And, Or and Not: their verdicts, how they flatten, and that conditions are immutable."""

import operator
from functools import reduce
from typing import Any, Final

import pytest

from segkit import (
    And,
    Condition,
    Contact,
    Event,
    Not,
    Or,
    Segment,
    all_of,
    any_of,
    attr,
    did,
    in_list,
    matches,
    prop,
)
from segkit.model.base import MAX_DEPTH
from tests.unit.evaluation import NOW, evaluate

A: Final = attr("a").is_true()
B: Final = attr("b").is_true()
C: Final = attr("c").is_true()

CONTACTS: Final = [
    Contact("ada", {"a": a, "b": b, "c": c})
    for a in (True, False)
    for b in (True, False)
    for c in (True, None)
]


def matching_contacts(condition: Condition) -> set[str]:
    """Return the contacts that match *condition*, each named by its attributes that are true."""
    return {
        "".join(name for name in "abc" if contact.attributes[name]) or "-"
        for contact in CONTACTS
        if evaluate(condition, contact)
    }


@pytest.mark.parametrize(
    ("condition", "contacts"),
    [
        pytest.param(A & B, "ab abc", id="both"),
        pytest.param(A | B, "a b ab ac bc abc", id="either"),
        pytest.param(~A, "b c bc -", id="not"),
        pytest.param(A & ~B, "a ac", id="one but not the other"),
        pytest.param(A | B & C, "a ab ac bc abc", id="& binds closer than |"),
        pytest.param((A | B) & C, "ac bc abc", id="brackets group"),
        pytest.param(~(A | B), "c -", id="neither"),
        pytest.param(~(A & B), "a b c ac bc -", id="not both"),
        pytest.param(all_of(A, B, C), "abc", id="all of three"),
        pytest.param(any_of(A, B, C), "a b c ab ac bc abc", id="any of three"),
        pytest.param(all_of(), "a b c ab ac bc abc -", id="all of no conditions: everybody"),
        pytest.param(any_of(), "", id="any of no conditions: nobody"),
        pytest.param(~all_of(), "", id="the complement of all of no conditions"),
        pytest.param(
            ~any_of(), "a b c ab ac bc abc -", id="the complement of any of no conditions"
        ),
        pytest.param(all_of(A), "a ab ac abc", id="all of one"),
        pytest.param(any_of(A), "a ab ac abc", id="any of one"),
        pytest.param(all_of(A, A), "a ab ac abc", id="a repeated condition"),
        pytest.param(A & ~A, "", id="a condition and its complement: nobody"),
        pytest.param(A | ~A, "a b c ab ac bc abc -", id="a condition or its complement: everybody"),
        pytest.param(And((Or((A, B)), Not(C))), "a b ab", id="built with the constructors"),
        pytest.param(Not(Not(A)), "a ab ac abc", id="not not"),
    ],
)
def test_the_verdicts_of_groups(condition: Condition, contacts: str) -> None:
    """[V1], [V2], [V5]."""
    assert matching_contacts(condition) == set(contacts.split())


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        pytest.param(A & B & C, And((A, B, C)), id="a & b & c is one And"),
        pytest.param(A & (B & C), And((A, B, C)), id="a & (b & c) is one And"),
        pytest.param(A | B | C, Or((A, B, C)), id="a | b | c is one Or"),
        pytest.param(A | (B | C), Or((A, B, C)), id="a | (b | c) is one Or"),
        pytest.param((A | B) & C, And((Or((A, B)), C)), id="an Or in an And is not flattened"),
        pytest.param(all_of(A, B) & C, And((A, B, C)), id="all_of is flattened"),
        pytest.param(all_of(A, B), A & B, id="all_of is &"),
        pytest.param(any_of(A, B), A | B, id="any_of is |"),
        pytest.param(all_of() & A, And((A,)), id="And without parts is flattened"),
        pytest.param(~~A, A, id="~~a is a"),
        pytest.param(~~(A & B), A & B, id="~~ of a group"),
        pytest.param(attr("x") != 1, ~(attr("x") == 1), id="!= is Not of =="),
    ],
)
def test_how_conditions_are_built(built: Condition, expected: Condition) -> None:
    """Different expressions build equal conditions."""
    assert built == expected
    assert hash(built) == hash(expected)


@pytest.mark.parametrize("join", [operator.and_, operator.or_])
def test_500_conditions_joined_one_by_one_do_not_nest(join: Any) -> None:  # noqa: ANN401
    """Programs join a list of conditions with ``reduce(and_, ...)``."""
    parts = [attr(f"a{number}") == number for number in range(500)]
    joined: Condition = reduce(join, parts)
    assert joined == (And if join is operator.and_ else Or)(tuple(parts))
    all_true = Contact("ada", {f"a{number}": number for number in range(500)})
    assert evaluate(joined, all_true) is True
    all_but_one = Contact("ada", {f"a{number}": number for number in range(499)})
    assert evaluate(joined, all_but_one) is (join is operator.or_)
    assert evaluate(joined, Contact("ada")) is False


def test_conditions_may_nest_to_the_maximum_depth() -> None:
    """Leave one level for the event count, and one for the ``~`` of `evaluate`."""
    condition: Condition = A
    where: Any = prop("a").is_true()
    for level in range(MAX_DEPTH - 3):
        group = (And, Or)[level % 2]
        condition, where = group((condition,)), group((where,))
    assert evaluate(condition, Contact("ada", {"a": True})) is True
    assert evaluate(condition, Contact("ada")) is False
    order = Event("ada", "order", NOW, {"a": True})
    assert evaluate(did("order").where(where), events=[order]) is True


def test_a_segment_has_the_verdict_of_its_condition() -> None:
    """[V1]: a segment only adds a name."""
    ada = Contact("ada", {"a": True})
    assert matches(Segment("s", A), ada, now=NOW) is True
    assert matches(Segment("s", ~A), ada, now=NOW) is False


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(lambda x: x.at_least(2), id="at_least"),
        pytest.param(lambda x: x.at_most(2), id="at_most"),
        pytest.param(lambda x: x.exactly(2), id="exactly"),
        pytest.param(lambda x: x.never(), id="never"),
        pytest.param(lambda x: x.within_last(days=1), id="within_last"),
        pytest.param(lambda x: x.between_ago(days=(2, 1)), id="between_ago"),
        pytest.param(lambda x: x.before(days=1), id="before a duration"),
        pytest.param(lambda x: x.before(NOW), id="before"),
        pytest.param(lambda x: x.after(NOW), id="after"),
        pytest.param(lambda x: x.between(NOW, None), id="between"),
        pytest.param(lambda x: x.during("month"), id="during"),
        pytest.param(lambda x: x.where(prop("x") == 1), id="where"),
        pytest.param(lambda x: x & A, id="&"),
        pytest.param(lambda x: x | A, id="|"),
        pytest.param(lambda x: ~x, id="~"),
    ],
)
def test_a_method_returns_a_new_condition(method: Any) -> None:  # noqa: ANN401
    """A condition can be kept and shared: the original never changes."""
    order = did("order")
    new = method(order)
    assert new is not order
    assert new != order
    assert repr(order) == "EventCount(('order',))"


def test_a_joined_method_returns_a_new_condition() -> None:
    """As for event conditions."""
    vip = in_list("vip")
    assert vip.joined_within_last(days=1) != vip
    assert repr(vip) == "ListMembership('vip')"


@pytest.mark.parametrize("value", [A & B, A, Not(A), in_list("vip"), did("x"), Segment("s", A)])
def test_no_attribute_of_a_condition_can_be_set(value: Any) -> None:  # noqa: ANN401
    """A key of a cache or a member of a set must not change."""
    for name in ("parts", "path", "names", "name", "condition", "anything"):
        with pytest.raises(AttributeError):
            setattr(value, name, ())


def test_the_list_from_which_and_was_built_may_change() -> None:
    """A condition keeps its own tuple."""
    parts: Any = [A, B]
    both = And(parts)
    parts.append(C)
    assert both == A & B
