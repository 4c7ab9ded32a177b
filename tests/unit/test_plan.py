"""The plan of an evaluation: which engine evaluates which parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    ConditionTypeError,
    Contact,
    Evaluator,
    MemorySource,
    Segment,
    attr,
    did,
    in_list,
    prop,
    sample,
)
from tests.unit.evaluation import OneRowSource

ORDER: Final = did("order")
STORE: Final[MemorySource[int]] = MemorySource(Contact(number) for number in range(60))


def engines(source: Any, condition: Condition) -> set[str]:  # noqa: ANN401
    return {part.engine for part in Evaluator(source).plan([condition]).parts}


@pytest.mark.parametrize(
    ("condition", "by_columns", "by_rows"),
    [
        (attr("age") >= 18, "columns", "rows"),
        (attr("since").within_last(days=3), "columns", "rows"),
        (in_list("vip"), "columns", "rows"),
        (ORDER, "columns", "rows"),
        (ORDER.where(prop("at").within_last(days=3)), "columns", "rows"),
        (ORDER.sum("total") > 5, "columns", "rows"),
        (ORDER.latest("total") > 5, "columns", "rows"),
        (ORDER.latest_at().within_last(days=3), "columns", "rows"),
        (did("order", "visit").latest("total") > 5, "reference", "rows"),
        (ORDER.where(prop("a") < prop("b")), "reference", "reference"),
        (attr("a") == attr("b"), "reference", "reference"),
        (sample(percent=10, salt="a"), "reference", "reference"),
        (ORDER.followed_by(did("refund"), within=timedelta(days=3)), "reference", "reference"),
    ],
    ids=str,
)
def test_each_part_has_an_engine(condition: Condition, by_columns: str, by_rows: str) -> None:
    assert engines(STORE, condition) == {by_columns}
    assert engines(OneRowSource(Contact(1), []), condition) == {by_rows}
    assert engines(MemorySource([Contact(1)]), condition) == {by_rows}
    assert engines(MemorySource(STORE, columns=False), condition) == {by_rows}


def test_a_part_of_several_segments_is_counted_once() -> None:
    plan = Evaluator(STORE).plan([Segment("a", ORDER & in_list("vip")), ORDER | ORDER, ~ORDER])
    assert plan.segments == 3
    assert [(part.part, part.segments) for part in plan.parts] == [(ORDER, 3), (in_list("vip"), 1)]
    assert plan.declined == ()
    assert str(plan) == (
        "3 segments, 2 different parts\n"
        "  1 part by columns: counts kept for each contact, moved on with now\n"
        "  1 part by columns: verdicts kept for each contact"
    )


@pytest.mark.parametrize(
    ("condition", "work"),
    [
        (attr("since").within_last(days=3), "a verdict for each contact"),
        (ORDER.where(prop("at").within_last(days=3)), "counts for each contact"),
        (ORDER.latest_at().within_last(days=3), "aggregates of the events in the window"),
        (
            ORDER.sum("total") > 5,
            "aggregates of the events in the window, kept for contacts without a change",
        ),
    ],
    ids=str,
)
def test_what_depends_on_now_otherwise_than_by_a_window_is_not_kept(
    condition: Condition, work: str
) -> None:
    (part,) = Evaluator(STORE).plan([condition]).parts
    assert part.work == work


def test_few_of_many_declined_parts_are_printed() -> None:
    plan = Evaluator(STORE).plan([sample(percent=10, salt=str(number)) for number in range(5)])
    assert len(plan.declined) == 5
    assert str(plan).splitlines() == [
        "5 segments, 5 different parts",
        "  5 parts by reference: at first, then verdicts kept for each contact",
        '    is in the sample "0" of 10 percent',
        '    is in the sample "1" of 10 percent',
        '    is in the sample "2" of 10 percent',
        "    and 2 more",
    ]


def test_each_kind_of_work_has_a_line() -> None:
    plan = Evaluator(STORE).plan([sample(percent=10, salt="a"), in_list("vip")])
    assert str(plan).splitlines() == [
        "2 segments, 2 different parts",
        "  1 part by reference: at first, then verdicts kept for each contact",
        '    is in the sample "a" of 10 percent',
        "  1 part by columns: verdicts kept for each contact",
    ]


def test_no_segments_have_an_empty_plan() -> None:
    assert str(Evaluator(STORE).plan([])) == "0 segments, 0 different parts"


@pytest.mark.parametrize("value", [attr("age") >= 18, Segment("a", ORDER), "a", None])
def test_one_segment_is_refused(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(ConditionTypeError, match="takes several segments"):
        Evaluator(STORE).plan(value)


def test_an_element_that_is_no_segment_is_refused() -> None:
    with pytest.raises(ConditionTypeError, match=r"plan\[1\]"):
        Evaluator(STORE).plan([ORDER, 5])  # type: ignore[list-item]
