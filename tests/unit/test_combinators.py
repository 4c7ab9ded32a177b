"""And, Or and Not: what they mean, how they flatten, and that nothing changes underfoot."""

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

EVERYONE: Final = [
    Contact("ada", {"a": a, "b": b, "c": c})
    for a in (True, False)
    for b in (True, False)
    for c in (True, None)
]


def who(condition: Condition) -> set[str]:
    """The contacts it holds for, each named by what is true of it."""
    return {
        "".join(name for name in "abc" if contact.attributes[name]) or "-"
        for contact in EVERYONE
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
        pytest.param((A | B) & C, "ac bc abc", id="unless grouped"),
        pytest.param(~(A | B), "c -", id="neither"),
        pytest.param(~(A & B), "a b c ac bc -", id="not both"),
        pytest.param(all_of(A, B, C), "abc", id="all of three"),
        pytest.param(any_of(A, B, C), "a b c ab ac bc abc", id="any of three"),
        pytest.param(all_of(), "a b c ab ac bc abc -", id="all of none: everybody"),
        pytest.param(any_of(), "", id="any of none: nobody"),
        pytest.param(~all_of(), "", id="and their complements"),
        pytest.param(~any_of(), "a b c ab ac bc abc -", id="the other way round"),
        pytest.param(all_of(A), "a ab ac abc", id="all of one"),
        pytest.param(any_of(A), "a ab ac abc", id="any of one"),
        pytest.param(all_of(A, A), "a ab ac abc", id="the same twice"),
        pytest.param(A & ~A, "", id="nobody is both"),
        pytest.param(A | ~A, "a b c ab ac bc abc -", id="everybody is either"),
        pytest.param(And((Or((A, B)), Not(C))), "a b ab", id="by their constructors"),
        pytest.param(Not(Not(A)), "a ab ac abc", id="not not"),
    ],
)
def test_groups_mean_what_they_say(condition: Condition, contacts: str) -> None:
    """[V1], [V2], [V5]."""
    assert who(condition) == set(contacts.split())


@pytest.mark.parametrize(
    ("built", "plain"),
    [
        pytest.param(A & B & C, And((A, B, C)), id="a & b & c is one And"),
        pytest.param(A & (B & C), And((A, B, C)), id="also grouped to the right"),
        pytest.param(A | B | C, Or((A, B, C)), id="a | b | c is one Or"),
        pytest.param(A | (B | C), Or((A, B, C)), id="grouped to the right"),
        pytest.param((A | B) & C, And((Or((A, B)), C)), id="an Or in an And stays"),
        pytest.param(all_of(A, B) & C, And((A, B, C)), id="all_of goes on"),
        pytest.param(all_of(A, B), A & B, id="all_of is &"),
        pytest.param(any_of(A, B), A | B, id="any_of is |"),
        pytest.param(all_of() & A, And((A,)), id="from nothing"),
        pytest.param(~~A, A, id="~~a is a"),
        pytest.param(~~(A & B), A & B, id="of a group too"),
        pytest.param(attr("x") != 1, ~(attr("x") == 1), id="!= is Not of =="),
    ],
)
def test_how_conditions_are_built(built: Condition, plain: Condition) -> None:
    """One way of saying it is one condition."""
    assert built == plain
    assert hash(built) == hash(plain)


@pytest.mark.parametrize("join", [operator.and_, operator.or_])
def test_500_conditions_joined_one_by_one_do_not_nest(join: Any) -> None:  # noqa: ANN401
    """``reduce(and_, ...)`` is how programs join what they have collected."""
    parts = [attr(f"a{number}") == number for number in range(500)]
    joined: Condition = reduce(join, parts)
    assert joined == (And if join is operator.and_ else Or)(tuple(parts))
    everything = Contact("ada", {f"a{number}": number for number in range(500)})
    assert evaluate(joined, everything) is True
    almost = Contact("ada", {f"a{number}": number for number in range(499)})
    assert evaluate(joined, almost) is (join is operator.or_)
    assert evaluate(joined, Contact("ada")) is False


def test_conditions_may_nest_as_deep_as_is_allowed() -> None:
    """One level is left for the event count around them, and for the ``~`` that asks back."""
    condition: Condition = A
    where: Any = prop("a").is_true()
    for level in range(MAX_DEPTH - 3):
        group = (And, Or)[level % 2]
        condition, where = group((condition,)), group((where,))
    assert evaluate(condition, Contact("ada", {"a": True})) is True
    assert evaluate(condition, Contact("ada")) is False
    order = Event("ada", "order", NOW, {"a": True})
    assert evaluate(did("order").where(where), events=[order]) is True


def test_a_segment_means_what_its_condition_means() -> None:
    """[V1]: it only adds a name."""
    ada = Contact("ada", {"a": True})
    assert matches(Segment("s", A), ada, now=NOW) is True
    assert matches(Segment("s", ~A), ada, now=NOW) is False


@pytest.mark.parametrize(
    "further",
    [
        pytest.param(lambda x: x.at_least(2), id="at_least"),
        pytest.param(lambda x: x.at_most(2), id="at_most"),
        pytest.param(lambda x: x.exactly(2), id="exactly"),
        pytest.param(lambda x: x.never(), id="never"),
        pytest.param(lambda x: x.within_last(days=1), id="within_last"),
        pytest.param(lambda x: x.between_ago(days=(2, 1)), id="between_ago"),
        pytest.param(lambda x: x.before(days=1), id="before a length"),
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
def test_a_further_word_makes_a_new_condition(further: Any) -> None:  # noqa: ANN401
    """A condition can be kept, shared and said on: the original never changes."""
    order = did("order")
    narrowed = further(order)
    assert narrowed is not order
    assert narrowed != order
    assert repr(order) == "EventCount(('order',))"


def test_a_joined_word_makes_a_new_condition() -> None:
    """As with events."""
    vip = in_list("vip")
    assert vip.joined_within_last(days=1) != vip
    assert repr(vip) == "ListMembership('vip')"


@pytest.mark.parametrize("thing", [A & B, A, Not(A), in_list("vip"), did("x"), Segment("s", A)])
def test_nothing_in_a_condition_can_be_set(thing: Any) -> None:  # noqa: ANN401
    """What a cache or a set holds must not change."""
    for name in ("parts", "path", "names", "name", "condition", "anything"):
        with pytest.raises(AttributeError):
            setattr(thing, name, ())


def test_the_list_that_and_was_built_from_may_change() -> None:
    """A condition keeps a tuple of its own."""
    parts: Any = [A, B]
    both = And(parts)
    parts.append(C)
    assert both == A & B
