"""References to segments: a referenced segment has the same members as by itself [S8]."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest

import segkit
from segkit import (
    And,
    Condition,
    ConditionError,
    ConditionTypeError,
    Contact,
    Evaluator,
    EventNeed,
    InSegment,
    MemorySource,
    Segment,
    at_least,
    attr,
    describe,
    did,
    explain,
    first_prop,
    in_list,
    in_segment,
    matches,
    prop,
    requirements,
    sample,
)
from segkit.model.base import MAX_DEPTH
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any: type checkers refuse the invalid calls, too.
kit: Any = segkit

PRO: Final = Segment("pro", attr("plan") == "pro")
LAPSED: Final = Segment("lapsed", did("order") & did("order").never().within_last(days=30))


@pytest.mark.parametrize(
    "condition",
    [
        case(attr("plan") == "pro", id="an attribute"),
        case(attr("plan") != "pro", id="a negation"),
        case(did("order").at_least(2).within_last(days=30), id="a count"),
        case(did("order").never(), id="never"),
        case(did("order").sum("total") >= 10, id="a sum"),
        case(did("order").followed_by(did("order")), id="a sequence"),
        case(did("order").during("month", -1), id="a calendar month"),
        case(attr("born") == date(2022, 9, 30), id="a day"),
        case(attr("born").anniversary_in(days=0), id="an anniversary"),
        case(sample(50, "autumn"), id="a sample"),
        case(at_least(1, in_list("vip"), attr("plan").is_set()), id="a group"),
        case(And(), id="every contact"),
    ],
)
@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo"])
def test_a_reference_has_the_verdict_of_the_segment(condition: Condition, tz: str) -> None:
    """[S8]: for any facts, at any now, in any zone."""
    nested = in_segment(Segment("any name", condition))
    deeper = in_segment(Segment("another", nested & nested))
    orders = [event("order", "2022-08-31 20:00", total=4), event("order", "2022-09-30", total=6)]
    for attributes in ({}, {"plan": "pro", "born": instant("2022-09-30 20:00")}, {"plan": 7}):
        for now in (NOW, instant("2022-10-31 20:00"), instant("2022-08-31 20:00")):
            verdict = is_member(condition, attributes, orders, now=now, tz=tz)
            assert is_member(nested, attributes, orders, now=now, tz=tz) is verdict
            assert is_member(~nested, attributes, orders, now=now, tz=tz) is not verdict
            assert is_member(deeper, attributes, orders, now=now, tz=tz) is verdict


def test_a_reference_is_combined_like_any_condition() -> None:
    """[S8]: it is never replaced by its parts."""
    pro, lapsed = in_segment(PRO), in_segment(LAPSED)
    assert (pro & lapsed).parts == (pro, lapsed)
    assert (pro | lapsed).parts == (pro, lapsed)
    both = in_segment(Segment("both", And((pro, lapsed))))
    assert (both & pro).parts == (both, pro)
    assert ~~pro == pro
    ordered = [event("order", "2022-01-01")]
    assert is_member(pro & lapsed, {"plan": "pro"}, ordered)
    assert not is_member(pro & ~lapsed, {"plan": "pro"}, ordered)
    assert is_member(at_least(2, pro, lapsed, both), {"plan": "pro"}, ordered)


def test_a_reference_contains_the_segment_and_not_only_its_name() -> None:
    """[S8]: two segments of one name differ."""
    free = Segment("pro", attr("plan") == "free")
    assert in_segment(PRO) != in_segment(free)
    assert in_segment(PRO) != in_segment(Segment("Pro", PRO.condition))
    assert in_segment(PRO) == InSegment(Segment("pro", attr("plan") == "pro"))
    assert len({in_segment(PRO), in_segment(Segment("pro", PRO.condition)), in_segment(free)}) == 2
    assert copy.deepcopy(in_segment(PRO)) is not None
    assert is_member(in_segment(PRO) & ~in_segment(free), {"plan": "pro"})


def test_a_reference_has_the_requirements_of_the_segment() -> None:
    """Nested references, too."""
    nested = in_segment(PRO) & ~in_segment(Segment("deeper", in_segment(LAPSED) | in_list("vip")))
    needs = requirements(nested, now=NOW)
    assert needs.attributes == {"plan"}
    assert needs.lists == {"vip"}
    assert needs.events == {"order": EventNeed(None, NOW)}


def test_a_reference_in_bulk_evaluation() -> None:
    """[S8]: together with the segment itself."""
    source = MemorySource([Contact("ada", {"plan": "pro"}), Contact("bob")])
    others = Segment("others", ~in_segment(PRO))
    found = Evaluator(source).evaluate([PRO, others], now=NOW)
    assert found["pro"] == {"ada"}
    assert found["others"] == {"bob"}


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(lambda: kit.in_segment("pro"), "takes the segment itself, not its name", id="a name"),
        case(lambda: kit.in_segment(attr("a") == 1), "takes the segment itself", id="a condition"),
        case(lambda: kit.in_segment(None), "takes the segment itself", id="None"),
        case(lambda: kit.in_segment(attr("a")), "takes the segment itself", id="a term"),
        case(lambda: kit.InSegment("pro"), "takes the segment itself", id="InSegment"),
        case(lambda: kit.And((PRO,)), r"write in_segment\(...\) around", id="a segment in And"),
        case(lambda: in_list("vip") & kit.Segment("s", PRO.condition), "in_segment", id="after &"),
        case(lambda: kit.Segment("s", PRO.condition) | in_list("vip"), "in_segment", id="before |"),
        case(lambda: ~kit.Segment("s", PRO.condition), r"~in_segment\(...\)", id="negated"),
        case(lambda: Segment("s", prop("p") == 1), r"write did\(...\).where",
             id="a condition of an event"),
        case(lambda: Segment("s", did("a").where(prop("p") == first_prop("p"))),
             r"first_prop\(...\) refers to the first event", id="a condition of a step"),
        case(lambda: did("order").where(kit.in_segment(PRO)), r"conditions on prop", id="in where"),
    ],
)  # fmt: skip
def test_invalid_references_are_refused(build: Callable[[], object], cure: str) -> None:
    """[S8], [V6]: the error shows what to write."""
    with pytest.raises((ConditionError, ConditionTypeError), match=cure):
        build()


def test_empty_groups_are_conditions_of_contacts() -> None:
    """[D4]: ``where`` takes conditions on prop only, and no segment without conditions."""
    for condition in (kit.And(), kit.Or(), ~kit.And()):
        with pytest.raises(ConditionError, match=r"conditions on prop"):
            did("order").where(kit.in_segment(Segment("s", condition)))


def test_references_have_the_depth_limit_of_conditions() -> None:
    """The repr of a condition can always be evaluated."""
    deep: Condition = attr("plan") == "pro"
    levels = MAX_DEPTH // 2 - 2
    for number in range(levels):
        deep = in_segment(Segment(f"s{number}", ~deep))
    assert is_member(deep, {"plan": "pro"}) is (levels % 2 == 0)
    deepest = ~in_segment(Segment("t", in_segment(Segment("s", deep))))
    with pytest.raises(ConditionError, match=f"at most {MAX_DEPTH} levels"):
        in_segment(Segment("u", deepest))


def test_a_reference_is_described_by_the_name() -> None:
    """Section 5 of the specification: a negation also describes contacts without a value."""
    assert describe(in_segment(PRO)) == 'is in segment "pro"'
    assert describe(~in_segment(PRO)) == 'is not in segment "pro" (or has no value)'
    rare = Segment('of "few" orders', ~did("order").at_most(1))
    assert (
        describe(~in_segment(rare)) == 'is not in segment "of \\"few\\" orders" (none counts as 0)'
    )
    assert describe(~in_segment(Segment("vip", in_list("vip")))) == 'is not in segment "vip"'
    assert describe(~in_segment(Segment("free", attr("plan") != "pro"))) == (
        'is not in segment "free"'
    )
    assert describe(in_segment(PRO) & in_segment(LAPSED)) == (
        'all of: is in segment "pro"; is in segment "lapsed"'
    )


def test_explain_shows_the_parts_of_the_segment() -> None:
    """[S8], [V6]."""
    assert str(explain(~in_segment(PRO) & ~in_list("vip"), Contact("ada"), now=NOW)) == (
        "yes  all of\n"
        '  yes  is not in segment "pro" (or has no value)\n'
        "       holds only because plan has no value\n"
        '    no   is in segment "pro"\n'
        '      no   plan is "pro"\n'
        "           value: none\n"
        "           note: plan has no value\n"
        '  yes  is not on list "vip"\n'
        '    no   is on list "vip"\n'
        '         is not on list "vip"'
    )
    assert matches(~in_segment(PRO), Contact("ada"), now=NOW)
