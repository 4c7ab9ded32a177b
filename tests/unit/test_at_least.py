"""At least so many of several conditions [V5]."""

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

# Any: some lines are what the type checkers refuse as well.
kit: Any = segkit

NAMES: Final = "abcd"
PARTS: Final = [attr(name).is_true() for name in NAMES]


@pytest.mark.parametrize("number", range(6))
def test_it_holds_when_so_many_or_more_do(number: int) -> None:
    """[V5]: for every choice of four, and whichever stand first."""
    for values in product((True, False), repeat=4):
        held = dict(zip(NAMES, values, strict=True))
        verdict = sum(values) >= number
        assert is_member(at_least(number, *PARTS), held) is verdict
        assert is_member(at_least(number, *PARTS[::-1]), held) is verdict


def test_of_nothing_only_0_holds() -> None:
    """[V5]: as all of nothing does and any of nothing does not."""
    assert is_member(at_least(0))
    assert not is_member(at_least(1))
    assert is_member(And())
    assert not is_member(Or())


def test_equal_parts_count_separately() -> None:
    """[V5]."""
    twice = at_least(2, PARTS[0], PARTS[0], PARTS[1])
    assert is_member(twice, {"a": True})
    assert not is_member(twice, {"b": True})


def test_one_of_them_is_or_and_all_of_them_and() -> None:
    """[V5]: in meaning; said otherwise they are other conditions."""
    for values in product((True, False), repeat=4):
        held = dict(zip(NAMES, values, strict=True))
        assert is_member(at_least(1, *PARTS), held) is is_member(kit.any_of(*PARTS), held)
        assert is_member(at_least(4, *PARTS), held) is is_member(kit.all_of(*PARTS), held)
    one: Condition = at_least(1, *PARTS)
    assert one != Or(tuple(PARTS))
    assert at_least(2, *PARTS) != at_least(3, *PARTS)
    assert at_least(2, *PARTS) == AtLeast(2, tuple(PARTS))
    assert len({at_least(2, *PARTS), AtLeast(2, tuple(PARTS)), at_least(2, *PARTS[:3])}) == 2


def test_its_parts_may_be_anything_that_is_asked_of_a_contact() -> None:
    """[V5]: a negation, a group, events, a segment."""
    parts = (
        ~in_list("vip"),
        did("order").at_least(2),
        in_segment(Segment("pros", attr("plan") == "pro")),
        at_least(1, PARTS[0], PARTS[1]),
    )
    one = event("order", "2022-09-01")
    assert is_member(at_least(1, *parts), {}, [one])
    assert not is_member(at_least(2, *parts), {}, [one])
    assert is_member(at_least(3, *parts), {"plan": "pro"}, [one, one])
    assert is_member(at_least(4, *parts), {"plan": "pro", "b": True}, [one, one])


def test_it_is_combined_like_any_other() -> None:
    """[D8]: and is never flattened."""
    two = at_least(2, *PARTS)
    assert two & PARTS[0] == And((two, PARTS[0]))
    assert two | two == Or((two, two))
    assert ~two == Not(two)
    assert ~~two == two
    assert at_least(2, two, two).parts == (two, two)


def test_of_properties_one_event_must_satisfy_so_many() -> None:
    """[E2]: in ``where``."""
    where = AtLeast(2, (prop("a") == 1, prop("b") == 1, prop("c") == 1))
    asked = did("order").where(where)
    assert is_member(asked, events=[event("order", "2022-09-01", a=1, c=1)])
    apart = [event("order", "2022-09-01", a=1), event("order", "2022-09-02", b=1)]
    assert not is_member(asked, events=apart)


@pytest.mark.parametrize(
    ("written", "cure"),
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
            "whole number, 0 or more, before the conditions",
            id="no number",
        ),
        case(lambda: kit.at_least(2, PARTS), "one by one, or with a star", id="a list"),
        case(lambda: kit.at_least(2, attr("a")), "compare the term first", id="a term"),
        case(lambda: kit.at_least(1, True), "Python has evaluated", id="a comparison worked out"),
        case(lambda: kit.at_least(1, Segment("s", PARTS[0])), r"in_segment\(...\)", id="a segment"),
        case(lambda: kit.AtLeast(1, PARTS[0]), r"or all_of\(a, b\)", id="AtLeast of one bare"),
        case(lambda: kit.at_least(1, PARTS[0], prop("p") == 1), "prop", id="an event beside it"),
        case(lambda: did("order").where(at_least(1, PARTS[0])), "prop", id="a contact in where"),
    ],
)
def test_what_it_does_not_take(written: Callable[[], object], cure: str) -> None:
    """[V6]: the error says what to write."""
    with pytest.raises((ConditionError, ConditionTypeError), match=cure):
        written()


def test_it_nests_as_deep_as_the_others() -> None:
    """A condition can always be pasted back."""
    deep: Condition = PARTS[0]
    for _ in range(MAX_DEPTH - 2):
        deep = at_least(1, deep)
    assert is_member(deep, {"a": True})
    deepest = at_least(1, deep)
    with pytest.raises(ConditionError, match=f"at most {MAX_DEPTH} levels"):
        at_least(1, deepest)


def test_it_is_said() -> None:
    """Section 5 of the law."""
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
    ("condition", "said"),
    [
        case(at_least(0), "everybody", id="0 of nothing"),
        case(at_least(1), "nobody", id="1 of nothing"),
        case(~at_least(0), "nobody", id="not 0 of nothing"),
        case(~at_least(1), "everybody", id="not 1 of nothing"),
    ],
)
def test_of_nothing_it_says_who_is_meant(condition: Condition, said: str) -> None:
    """Section 5 of the law: as ``And()`` and ``Or()`` do."""
    assert describe(condition) == said


@pytest.mark.parametrize(
    ("number", "held", "certain"),
    [
        case(1, {"a": True}, True, id="enough without the blanks"),
        case(2, {"a": True}, False, id="the blanks would tip it"),
        case(4, {"a": False}, True, id="not even with all of the blanks"),
        case(3, {"a": False, "b": "yes"}, False, id="another kind may have been meant"),
        case(4, {"a": True, "b": True, "c": True, "d": True}, True, id="no blank at all"),
    ],
)
def test_explain_is_certain_if_blanks_cannot_tip_the_scales(
    number: int, held: dict[str, object], certain: bool
) -> None:
    """[V6]."""
    condition = at_least(number, *PARTS)
    for asked in (condition, ~condition):
        explanation = explain(asked, Contact("ada", held), now=NOW)
        assert explanation.certain is certain
        assert bool(explanation.notes) is not certain
