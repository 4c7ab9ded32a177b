"""Equality of conditions: hashes, copies and pickles."""

import copy
import operator
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, Final
from unittest import mock
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from segkit import (
    Ago,
    And,
    Between,
    Calendar,
    Comparison,
    ConditionTypeError,
    Contact,
    Duration,
    Evaluator,
    Event,
    Ever,
    Last,
    MemorySource,
    Next,
    SegkitError,
    Segment,
    all_of,
    any_of,
    attr,
    did,
    in_any_list,
    in_list,
    in_segment,
    prop,
    requirements,
)
from segkit.testing import EXAMPLES
from tests.unit.evaluation import NOW

PARIS: Final = ZoneInfo("Europe/Paris")


class Level(IntEnum):
    ONE = 1


class Plan(Enum):
    PRO = "pro"


DIFFERENT: Final[tuple[Any, ...]] = (
    # No two conditions in this list are equal.
    attr("x") == 1,
    attr("x") == 1.0,
    attr("x") == Decimal(1),
    attr("x") == True,
    attr("x") == "1",
    attr("x") == date(2022, 10, 1),
    attr("x") == datetime(2022, 10, 1, tzinfo=UTC),
    attr("y") == 1,
    attr("x", "y") == 1,
    attr("x.y") == 1,
    attr("x") != 1,
    attr("x") <= 1,
    attr("x").is_in([1]),
    attr("x").is_in([1.0]),
    attr("x").is_in([True]),
    attr("x").is_in([1, 2]),
    attr("x").is_in([2, 1]),
    attr("x").is_in(["a"]),
    attr("x").is_in(["a"], ignore_case=True),
    attr("x").between(1, 2),
    attr("x").between(1, 2.0),
    attr("x").is_set(),
    attr("x").within_last(days=1),
    attr("x").within_next(days=1),
    attr("x").within_last(months=1),
    in_list("x"),
    in_any_list(),
    in_list("x").joined_within_last(days=1),
    did("x"),
    did("x", "y"),
    did("y", "x"),
    did("x").at_least(2),
    did("x").exactly(2),
    did("x").never(),
    did("x").within_last(days=1),
    did("x").where(prop("x") == 1),
    did("x").where(prop("x") == True),
    all_of(),
    any_of(),
    all_of(did("x")),
    any_of(did("x")),
    did("x") & did("y"),
    did("y") & did("x"),
)


def test_conditions_with_different_meanings_are_not_equal() -> None:
    """[K10]: also if the operands are equal in Python, such as 1, 1.0 and True."""
    for index, one in enumerate(DIFFERENT):
        for other in DIFFERENT[index + 1 :]:
            assert one != other
    assert len(set(DIFFERENT)) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(attr("x").is_true(), attr("x") == True, id="is_true"),
        pytest.param(attr("x").is_false(), attr("x") == False, id="is_false"),
        pytest.param(did("x"), did("x").at_least(1), id="did is at least once"),
        pytest.param(did("x").never(), did("x").exactly(0), id="never is exactly 0"),
        pytest.param(did("x").never(), did("x").at_most(0), id="never is at most 0"),
        pytest.param(
            did("x").exactly(2), did("x").at_most(2).at_least(2), id="exactly is a range of one"
        ),
        pytest.param(did("x").at_most(2), did("x").at_least(0).at_most(2), id="at least 0"),
        pytest.param(did("x").within_last(days=1), did("x").within_last(hours=24), id="24 hours"),
        pytest.param(did("x").within_last(years=1), did("x").within_last(months=12), id="a year"),
        pytest.param(
            did("x").within_last(days=1), did("x").within_last(timedelta(1)), id="a timedelta"
        ),
        pytest.param(
            attr("x") > datetime(2022, 10, 1, 2, tzinfo=PARIS), attr("x") > NOW, id="stored in UTC"
        ),
        pytest.param(
            did("x").between(datetime(2022, 10, 1, 2, tzinfo=PARIS), None),
            did("x").between(NOW, None),
            id="stored in UTC in windows",
        ),
        pytest.param(attr("x") == Level.ONE, attr("x") == 1, id="an IntEnum member is its value"),
        pytest.param(attr("x") == Plan.PRO, attr("x") == "pro", id="an Enum member is its value"),
        pytest.param(attr("x").is_in(["a", "b"]), attr("x").is_in(("a", "b")), id="any iterable"),
        pytest.param(
            attr("x").is_in({"a", "b", "c"}), attr("x").is_in({"c", "b", "a"}), id="sets"
        ),
        pytest.param(18 < attr("x"), attr("x") > 18, id="operand first"),  # noqa: SIM300
        pytest.param(
            did("x").after(date(2022, 9, 30)),
            did("x").between(date(2022, 10, 1), None),
            id="after a day",
        ),
    ],
)  # fmt: skip
def test_conditions_with_the_same_meaning_are_equal(one: object, other: object) -> None:
    """[K10]: their hashes are equal, too."""
    assert one == other
    assert hash(one) == hash(other)


def test_the_order_of_a_set_of_operands_has_no_effect() -> None:
    """[K10]: 0 and 8 collide in a small set, so it iterates in the order of insertion."""
    one, other = {0, 8}, {8, 0}
    assert list(one) != list(other)
    assert attr("x").is_in(one) == attr("x").is_in(other)
    assert repr(attr("x").is_in(one)) == repr(attr("x").is_in(other))


def test_a_condition_is_not_equal_to_other_types() -> None:
    """Also not to its own repr, or to a segment that contains it."""
    condition: Any = did("x")
    for other in (
        None,
        "x",
        repr(condition),
        Segment("s", condition),
        ("x",),
        in_list("x"),
    ):
        assert (condition == other) is False
        assert (other == condition) is False
        assert (condition != other) is True


@pytest.mark.parametrize("number", [3, 0, 3.5, Decimal(3), True, False, np.int64(3)])
@pytest.mark.parametrize(
    "condition", [*EXAMPLES, And(), ~did("x"), in_segment(Segment("s", did("x")))]
)
def test_a_comparison_with_a_number_is_refused(condition: Any, number: Any) -> None:  # noqa: ANN401
    """[D2]: otherwise ``==`` would return False, without an error."""
    advice = r"\.exactly\(3\), \.at_least\(3\)"
    if isinstance(number, bool):
        advice = "write the condition alone for True, and ~ before it for False"
    for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        for operands in ((condition, number), (number, condition)):
            with pytest.raises(ConditionTypeError, match=advice) as caught:
                compare(*operands)
            assert caught.value.value == number


def test_conditions_have_no_order() -> None:
    """Neither two conditions nor a condition and another value are ordered."""
    for other in (did("y"), None, "x"):
        with pytest.raises(ConditionTypeError, match="a condition cannot be compared"):
            sorted([did("x"), other])  # type: ignore[type-var]


def test_conditions_are_found_in_collections() -> None:
    """They are found by equality; a collection that contains a number is refused."""
    condition = did("x").at_least(1)
    assert condition in [None, "x", attr("x") == 1, did("x")]
    assert condition in {did("x"), attr("x") == 1}
    assert {did("x"): "found"}[condition] == "found"
    assert [None, did("x")].index(condition) == 1
    assert condition == mock.ANY
    with pytest.raises(ConditionTypeError):
        [1, condition].index(condition)


def test_segments_are_equal_by_name_and_condition() -> None:
    """[K10]."""
    assert Segment("s", attr("x") == 1) == Segment("s", attr("x") == 1)
    assert Segment("s", attr("x") == 1) != Segment("s", attr("x") == 1.0)
    assert Segment("s", attr("x") == 1) != Segment("t", attr("x") == 1)


VALUES: Final[tuple[Any, ...]] = (
    *DIFFERENT,
    Segment("s", attr("x") == 1),
    Comparison("between", (1, 2)),
    Duration(months=1, days=3),
    Ever(),
    Last(days=30),
    Next(weeks=1),
    Ago(Duration(days=90), Duration(days=30)),
    Between(date(2022, 7, 1), NOW),
    Calendar("month", -1, 2),
    Contact("ada", {"a": {"b": [1, (2,), {3}, frozenset({4})]}}, {"vip": NOW, "news": None}),
    Event("ada", "order", NOW, {"total": Decimal("9.99")}, id="e1"),
    requirements(did("x").where(prop("total") > 1) & in_list("vip"), now=NOW),
)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_pickles_and_copies_are_equal(value: object) -> None:
    """So that other processes can evaluate them."""
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        restored = pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - just pickled
        assert (restored, repr(restored)) == (value, repr(value))
    assert copy.copy(value) == value
    assert copy.deepcopy(value) == value


def test_a_pickled_condition_can_be_evaluated() -> None:
    """[V1]: it keeps the values that were computed when it was built."""
    condition = (attr("age") >= 18) & ~did("order").at_least(2).where(prop("total") > 1)
    restored = pickle.loads(pickle.dumps(condition))  # noqa: S301 - just pickled
    source = MemorySource([Contact("ada", {"age": 36}), Contact("tim", {"age": 9})])
    assert Evaluator(source).members(restored, now=NOW) == {"ada"}
    assert restored & did("x") == condition & did("x")


def test_an_audience_is_pickled_with_its_condition_and_instant() -> None:
    """[V8]."""
    source = MemorySource([Contact("bob", {"age": 40}), Contact("ada", {"age": 36})])
    audience = Evaluator(source).members(attr("age") >= 18, now=NOW)
    restored = pickle.loads(pickle.dumps(audience))  # noqa: S301 - just pickled
    assert list(restored) == ["bob", "ada"]
    assert (restored.now, restored.condition) == (NOW, attr("age") >= 18)


def test_errors_are_pickled_with_their_fields() -> None:
    """A worker process has to send its error to the process that waits for it."""
    with pytest.raises(SegkitError) as caught:
        did("x").at_least(-1)
    restored = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - just pickled
    assert type(restored) is type(caught.value)
    assert (restored.path, restored.problem, restored.value) == (
        "did('x').at_least",
        "takes a whole number, 0 or more; got -1",
        -1,
    )
    assert str(restored) == str(caught.value)
