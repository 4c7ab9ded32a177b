"""Comparisons of two attributes, and of two properties of one event [K7]."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

import segkit
from segkit import (
    Attribute,
    Comparison,
    ConditionError,
    ConditionTypeError,
    Contact,
    Event,
    Property,
    Reference,
    attr,
    did,
    explain,
    first_prop,
    prop,
    requirements,
)
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, is_member

case = pytest.param

# Any: type checkers refuse the invalid calls, too.
a: Any = attr("a")
b: Any = attr("b")
p: Any = prop("p")
total: Any = did("order").sum("total")
latest_at: Any = did("order").latest_at()
first_sku: Any = first_prop("sku")
kit: Any = segkit

MakeComparison = Callable[[Any, Any], Any]

OPERATORS: Final[dict[str, MakeComparison]] = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}
_LESS: Final = "!= < <="
_EQUAL: Final = "== <= >="
_MORE: Final = "!= > >="
_INCOMPARABLE: Final = "!="
"""The operators that are true; for incomparable values only the complement of ``==``."""

EVENING: Final = instant("2022-09-30 22:30")
"""In Paris, this is October 1."""

PAIRS = [
    case(1, 2, _LESS, id="numbers"),
    case(2, Decimal("2.0"), _EQUAL, id="numbers of two types"),
    case(0.1, Decimal("0.1"), _EQUAL, id="a float is the decimal it prints as [K1]"),
    case(2**53 + 1, 2.0**53, _MORE, id="numbers, by exact value"),
    case(float("inf"), 10**399, _MORE, id="an infinity"),
    case("a", "b", _LESS, id="texts"),
    case("a", "B", _MORE, id="texts, by code point [K3]"),
    case("", "", _EQUAL, id="empty texts are values [V4]"),
    case(True, True, "==", id="booleans have no order"),
    case(False, True, _INCOMPARABLE, id="booleans that differ"),
    case(True, 1, _INCOMPARABLE, id="True is not 1"),
    case("1", 1, _INCOMPARABLE, id="a text and a number"),
    case(date(2022, 9, 1), date(2022, 9, 2), _LESS, id="days"),
    case(
        EVENING,
        EVENING.astimezone(ZoneInfo("Asia/Tokyo")),
        _EQUAL,
        id="one instant in two zones [K4]",
    ),
    case(date(2022, 9, 30), EVENING, _EQUAL, id="a day and an instant, in UTC [K4]"),
    case(EVENING, date(2022, 10, 1), _LESS, id="an instant and a day, in UTC"),
    case(date(2022, 9, 30), "2022-09-30", _INCOMPARABLE, id="a day and a text"),
    case(None, 1, _INCOMPARABLE, id="None on the left"),
    case(1, None, _INCOMPARABLE, id="None on the right"),
    case(None, None, _INCOMPARABLE, id="None is not None [V3]"),
    case(float("nan"), float("nan"), _INCOMPARABLE, id="NaN is not NaN"),
    case(["a"], ["a"], _INCOMPARABLE, id="a collection is equal to nothing [K5]"),
    case(["a"], "a", _INCOMPARABLE, id="a collection is not equal to its member"),
    case({"k": 1}, {"k": 1}, _INCOMPARABLE, id="a value without a kind is equal to nothing [K9]"),
    case(10**499, 10**499, _INCOMPARABLE, id="500 digits are equal to nothing"),
    case(b"a", b"a", _INCOMPARABLE, id="bytes are equal to nothing"),
]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("left", "right", "true_operators"), PAIRS)
def test_two_values_of_one_fact_are_compared(
    operator: str, left: object, right: object, true_operators: str
) -> None:
    """[K7]: attributes of the contact, and properties of the event."""
    make_comparison, verdict = OPERATORS[operator], operator in true_operators.split()
    attributes = {"a": left, "b": right}
    assert is_member(make_comparison(a, b), attributes) is verdict
    seen = Event("ada", "order", NOW, attributes)
    assert (
        is_member(did("order").where(make_comparison(prop("a"), prop("b"))), events=[seen])
        is verdict
    )
    # An attribute is never compared with a property, and two events are never compared.
    assert is_member(make_comparison(a, b), {"a": left}, [seen]) is (operator == "!=")
    separate_events = [
        Event("ada", "order", NOW, {name: value}) for name, value in attributes.items()
    ]
    where = did("order").where(make_comparison(prop("a"), prop("b")))
    assert is_member(where, events=separate_events) is (operator == "!=")


@pytest.mark.parametrize(
    ("day", "tz", "verdict"),
    [
        case(date(2022, 10, 1), "Europe/Paris", True, id="October 1 in Paris"),
        case(date(2022, 9, 30), "Europe/Paris", False, id="not September 30 in Paris"),
        case(date(2022, 9, 30), "America/New_York", True, id="September 30 in New York"),
    ],
)
def test_a_day_is_compared_with_the_local_day_of_an_instant(
    day: date, tz: str, verdict: bool
) -> None:
    """[K4]."""
    assert is_member(a == b, {"a": day, "b": EVENING}, tz=tz) is verdict
    assert is_member(b == a, {"a": day, "b": EVENING}, tz=tz) is verdict


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        case({"home": {"zip": "1"}, "work": {"post": {"zip": "1"}}}, True, id="both values"),
        case({"home": {"zip": "1"}, "work": {"post": "1"}}, False, id="a path through a text"),
        case({"home": {"zip": "1"}, "work": {}}, False, id="an absent path"),
        case({"work": {"post": {"zip": "1"}}}, False, id="no value on the left"),
        case({"home": {}, "work": {"post": {}}}, False, id="no value on either side"),
    ],
)
def test_both_values_may_be_nested(attributes: dict[str, Any], verdict: bool) -> None:
    """[K6], [K7]."""
    assert is_member(attr("home", "zip") == attr("work", "post", "zip"), attributes) is verdict
    where = did("order").where(prop("home", "zip") == prop("work", "post", "zip"))
    assert is_member(where, events=[Event("ada", "order", NOW, attributes)]) is verdict


def test_a_value_is_equal_to_itself_if_it_is_set() -> None:
    assert is_member(a >= attr("a"), {"a": 1})
    assert not is_member(a == attr("a"), {})


def test_both_values_are_required() -> None:
    """The requirements contain the first names of both paths."""
    assert requirements(attr("a", "x") > attr("b", "y"), now=NOW).attributes == {"a", "b"}
    where = did("order").where(prop("a", "x") > prop("b", "y"))
    assert requirements(where, now=NOW).events["order"].properties == {"a", "b"}


def test_a_term_may_be_on_either_side() -> None:
    """[D2]: Python evaluates ``y > x`` if the left side of ``x < y`` does not support it."""
    assert (a == b) == Attribute(("a",), Comparison("==", Reference(("b",))))
    assert (a < b) != (b > a)
    assert (prop("p") == first_sku) == (first_sku == prop("p"))
    assert (first_sku > prop("p")) == (prop("p") < first_sku)
    assert (prop("p") == prop("sku")) != (prop("p") == first_sku)


REFUSED = [
    case(lambda: a == prop("b"), r"attr\(...\) is compared with attr\(...\)", id="a property"),
    case(lambda: prop("b") < a, r"prop\(...\) with prop\(...\)", id="an attribute"),
    case(lambda: a == total, r"attr\(...\) is compared with attr\(...\)", id="a sum"),
    case(lambda: total >= a, r"attr\(...\) is compared with attr\(...\)",
         id="an attribute on the right of a sum"),
    case(lambda: total >= did("refund").sum("total"), "not of the same fact", id="two sums"),
    case(lambda: latest_at > did("cart").latest_at(), "not of the same fact", id="two instants"),
    case(lambda: a == first_sku, "not of the same fact", id="first_prop"),
    case(lambda: latest_at == first_sku, "not of the same fact", id="an instant and first_prop"),
    case(lambda: a.contains(b), "takes a fixed value", id="contains"),
    case(lambda: a.starts_with(b), "takes a fixed value", id="starts_with"),
    case(lambda: a.matches_regex(b), "takes a fixed value", id="matches_regex"),
    case(lambda: a.is_in(b), "takes a fixed value", id="is_in"),
    case(lambda: a.is_in([b]), "no kind", id="is_in a list with an attribute"),
    case(lambda: a.has_any([b]), "no kind", id="has_any"),
    case(lambda: a.has_all(b), "takes a fixed value", id="has_all"),
    case(lambda: a.between(1, b), "no kind", id="between"),
    case(lambda: a.before(b), "takes a timedelta or relativedelta", id="before"),
    case(lambda: a.after(b), "attr", id="after"),
    case(lambda: a.within_last(b), "takes a timedelta or relativedelta", id="within_last"),
    case(lambda: a.within_km(1, of=b), r"takes \(latitude, longitude\)", id="within_km"),
    case(lambda: a.within_km(b, of=(0, 0)), "takes numbers", id="an attribute as the distance"),
    case(lambda: Comparison("is_in", Reference(("b",))), "takes a fixed value", id="Comparison"),
    case(lambda: Comparison("within", Reference(("b",))), "takes a window", id="a window"),
    case(lambda: Attribute(("a",), Comparison("==", Reference(("b",), first=True))),
         r"compared with prop\(...\) only", id="Attribute against the first event"),
    case(lambda: kit.ListMembership("vip", Comparison("<", Reference(("b",)))),
         "compared with days and instants", id="a joined instant"),
    case(lambda: kit.EventValue(("o",), "latest", ("a",), Comparison("==", Reference(("b",)))),
         "takes fixed values", id="EventValue"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "cure"), REFUSED)
def test_other_comparisons_of_two_terms_are_refused(build: Callable[[], object], cure: str) -> None:
    """[K7], [S3]: when the condition is built; the error names the valid comparisons."""
    with pytest.raises((ConditionError, ConditionTypeError), match=cure):
        build()


def test_a_reference_in_an_invalid_position_is_refused() -> None:
    """[K7]: an attribute is a value of a contact, a property is a value of one event."""
    assert isinstance(p == prop("q"), Property)
    with pytest.raises(ConditionError, match=r"write did\(...\).where"):
        kit.matches(p == prop("q"), Contact("ada"))
    with pytest.raises(ConditionError, match=r"takes conditions on prop\(...\)"):
        did("order").where(a == b)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        case({"b": 1}, "a has no value", id="no value on the left"),
        case({"a": 1}, "b has no value", id="no value on the right"),
        case({}, "a has no value; b has no value", id="no values"),
        case({"a": 1, "b": "1"}, "a is a number and b is a text", id="two kinds [V6]"),
        case({"a": True, "b": 1}, "a is a boolean and b is a number", id="True and 1"),
        case(
            {"a": 1, "b": {}},
            "b is a mapping: compare a value in it, by a longer path",
            id="no kind on the right",
        ),
    ],
)
def test_explain_names_the_values_that_cannot_be_compared(
    attributes: dict[str, Any], why: str
) -> None:
    """[V6]: if the negation is true only because of these values."""
    explained = str(explain(a != b, Contact("ada", attributes), now=NOW))
    assert f"holds only because {why}" in explained.splitlines()[1]


def test_explain_is_certain_if_both_values_can_be_compared() -> None:
    """[V6]: a day and an instant can be compared."""
    for attributes in ({"a": 1, "b": 2.5}, {"a": date(2022, 9, 1), "b": EVENING}):
        explanation = explain(a != b, Contact("ada", attributes), now=NOW)
        assert explanation.certain
        assert explanation.notes == ()
