"""One attribute against another, one property of an event against another [K7]."""

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

# Any: what is refused here, the type checkers refuse as well.
a: Any = attr("a")
b: Any = attr("b")
p: Any = prop("p")
total: Any = did("order").sum("total")
when: Any = did("order").latest_at()
origin: Any = first_prop("sku")
kit: Any = segkit

Said = Callable[[Any, Any], Any]

OPERATORS: Final[dict[str, Said]] = {
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
_NEITHER: Final = "!="
"""The operators that hold; of what cannot be compared only the complement of == does."""

EVENING: Final = instant("2022-09-30 22:30")
"""In Paris that is October 1 already."""

PAIRS = [
    case(1, 2, _LESS, id="numbers"),
    case(2, Decimal("2.0"), _EQUAL, id="numbers of two types"),
    case(0.1, Decimal("0.1"), _EQUAL, id="a float is the decimal it prints as [K1]"),
    case(2**53 + 1, 2.0**53, _MORE, id="by exact value"),
    case(float("inf"), 10**399, _MORE, id="an infinity"),
    case("a", "b", _LESS, id="texts"),
    case("a", "B", _MORE, id="texts, by code point [K3]"),
    case("", "", _EQUAL, id="empty texts are values [V4]"),
    case(True, True, "==", id="booleans have no order"),
    case(False, True, _NEITHER, id="booleans that differ"),
    case(True, 1, _NEITHER, id="True is not 1"),
    case("1", 1, _NEITHER, id="a text and a number"),
    case(date(2022, 9, 1), date(2022, 9, 2), _LESS, id="days"),
    case(EVENING, EVENING.astimezone(ZoneInfo("Asia/Tokyo")), _EQUAL, id="on two clocks [K4]"),
    case(date(2022, 9, 30), EVENING, _EQUAL, id="a day and an instant, in UTC [K4]"),
    case(EVENING, date(2022, 10, 1), _LESS, id="an instant and a day, in UTC"),
    case(date(2022, 9, 30), "2022-09-30", _NEITHER, id="a day and a text"),
    case(None, 1, _NEITHER, id="None on the left"),
    case(1, None, _NEITHER, id="None on the right"),
    case(None, None, _NEITHER, id="None is not None [V3]"),
    case(float("nan"), float("nan"), _NEITHER, id="nor NaN"),
    case(["a"], ["a"], _NEITHER, id="a collection is equal to nothing [K5]"),
    case(["a"], "a", _NEITHER, id="nor its member"),
    case({"k": 1}, {"k": 1}, _NEITHER, id="what has no kind is equal to nothing [K9]"),
    case(10**499, 10**499, _NEITHER, id="nor are 500 digits"),
    case(b"a", b"a", _NEITHER, id="nor bytes"),
]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("left", "right", "holding"), PAIRS)
def test_two_values_of_one_fact_are_compared(
    operator: str, left: object, right: object, holding: str
) -> None:
    """[K7]: attributes of the contact, and properties of the event."""
    said, verdict = OPERATORS[operator], operator in holding.split()
    held = {"a": left, "b": right}
    assert is_member(said(a, b), held) is verdict
    seen = Event("ada", "order", NOW, held)
    assert is_member(did("order").where(said(prop("a"), prop("b"))), events=[seen]) is verdict
    # An attribute is never held against an event, nor one event against another.
    assert is_member(said(a, b), {"a": left}, [seen]) is (operator == "!=")
    apart = [Event("ada", "order", NOW, {name: value}) for name, value in held.items()]
    where = did("order").where(said(prop("a"), prop("b")))
    assert is_member(where, events=apart) is (operator == "!=")


@pytest.mark.parametrize(
    ("day", "tz", "verdict"),
    [
        case(date(2022, 10, 1), "Europe/Paris", True, id="there it is October"),
        case(date(2022, 9, 30), "Europe/Paris", False, id="no longer September"),
        case(date(2022, 9, 30), "America/New_York", True, id="still September"),
    ],
)
def test_a_day_against_an_instant_is_that_of_the_zone(day: date, tz: str, verdict: bool) -> None:
    """[K4]."""
    assert is_member(a == b, {"a": day, "b": EVENING}, tz=tz) is verdict
    assert is_member(b == a, {"a": day, "b": EVENING}, tz=tz) is verdict


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        case({"home": {"zip": "1"}, "work": {"post": {"zip": "1"}}}, True, id="both are there"),
        case({"home": {"zip": "1"}, "work": {"post": "1"}}, False, id="a step that is no mapping"),
        case({"home": {"zip": "1"}, "work": {}}, False, id="a step that is absent"),
        case({"work": {"post": {"zip": "1"}}}, False, id="nothing on the left"),
        case({"home": {}, "work": {"post": {}}}, False, id="nothing on either side"),
    ],
)
def test_both_may_lie_deeper(held: dict[str, Any], verdict: bool) -> None:
    """[K6], [K7]."""
    assert is_member(attr("home", "zip") == attr("work", "post", "zip"), held) is verdict
    where = did("order").where(prop("home", "zip") == prop("work", "post", "zip"))
    assert is_member(where, events=[Event("ada", "order", NOW, held)]) is verdict


def test_a_value_against_itself_holds_where_there_is_one() -> None:
    assert is_member(a >= attr("a"), {"a": 1})
    assert not is_member(a == attr("a"), {})


def test_the_other_value_is_needed_too() -> None:
    """What a host loads: the first names of both paths."""
    assert requirements(attr("a", "x") > attr("b", "y"), now=NOW).attributes == {"a", "b"}
    where = did("order").where(prop("a", "x") > prop("b", "y"))
    assert requirements(where, now=NOW).events["order"].properties == {"a", "b"}


def test_a_term_is_either_side_and_both_are_one_condition() -> None:
    """[D2]: Python turns ``x < y`` around where the left side cannot."""
    assert (a == b) == Attribute(("a",), Comparison("==", Reference(("b",))))
    assert (a < b) != (b > a)
    assert (prop("p") == origin) == (origin == prop("p"))
    assert (origin > prop("p")) == (prop("p") < origin)
    assert (prop("p") == prop("sku")) != (prop("p") == origin)


REFUSED = [
    case(lambda: a == prop("b"), r"attr\(...\) is compared with attr\(...\)", id="a property"),
    case(lambda: prop("b") < a, r"prop\(...\) with prop\(...\)", id="an attribute"),
    case(lambda: a == total, r"attr\(...\) is compared with attr\(...\)", id="a sum"),
    case(lambda: total >= a, r"attr\(...\) is compared with attr\(...\)", id="a sum against it"),
    case(lambda: total >= did("refund").sum("total"), "not of the same fact", id="two sums"),
    case(lambda: when > did("cart").latest_at(), "not of the same fact", id="two instants"),
    case(lambda: a == origin, "not of the same fact", id="first_prop"),
    case(lambda: when == origin, "not of the same fact", id="first_prop against an instant"),
    case(lambda: a.contains(b), "takes a fixed value", id="contains"),
    case(lambda: a.starts_with(b), "takes a fixed value", id="starts_with"),
    case(lambda: a.matches_regex(b), "takes a fixed value", id="matches_regex"),
    case(lambda: a.is_in(b), "takes a fixed value", id="is_in"),
    case(lambda: a.is_in([b]), "no kind", id="is_in a list of it"),
    case(lambda: a.has_any([b]), "no kind", id="has_any"),
    case(lambda: a.has_all(b), "takes a fixed value", id="has_all"),
    case(lambda: a.between(1, b), "no kind", id="between"),
    case(lambda: a.before(b), "takes a timedelta or relativedelta", id="before"),
    case(lambda: a.after(b), "attr", id="after"),
    case(lambda: a.within_last(b), "takes a timedelta or relativedelta", id="within_last"),
    case(lambda: a.within_km(1, of=b), r"takes \(latitude, longitude\)", id="within_km"),
    case(lambda: a.within_km(b, of=(0, 0)), "takes numbers", id="within_km of it"),
    case(lambda: Comparison("is_in", Reference(("b",))), "takes a fixed value", id="Comparison"),
    case(lambda: Comparison("within", Reference(("b",))), "takes a window", id="a window"),
    case(lambda: Attribute(("a",), Comparison("==", Reference(("b",), first=True))),
         r"compared with prop\(...\) only", id="Attribute against the first event"),
    case(lambda: kit.ListMembership("vip", Comparison("<", Reference(("b",)))),
         "compared with days and instants", id="a joined instant"),
    case(lambda: kit.EventValue(("o",), "latest", ("a",), Comparison("==", Reference(("b",)))),
         "takes fixed values", id="EventValue"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "cure"), REFUSED)
def test_other_mixtures_are_refused(written: Callable[[], object], cure: str) -> None:
    """[K7], [S3]: when they are written, and naming what is possible."""
    with pytest.raises((ConditionError, ConditionTypeError), match=cure):
        written()


def test_a_reference_out_of_its_place_is_refused() -> None:
    """[K7]: an attribute waits for a contact, a property for one event."""
    assert isinstance(p == prop("q"), Property)
    with pytest.raises(ConditionError, match=r"write did\(...\).where"):
        kit.matches(p == prop("q"), Contact("ada"))
    with pytest.raises(ConditionError, match=r"takes conditions on prop\(...\)"):
        did("order").where(a == b)


@pytest.mark.parametrize(
    ("held", "why"),
    [
        case({"b": 1}, "a has no value", id="nothing on the left"),
        case({"a": 1}, "b has no value", id="nothing on the right"),
        case({}, "a has no value; b has no value", id="nothing at all"),
        case({"a": 1, "b": "1"}, "a is a number and b is a text", id="two kinds [V6]"),
        case({"a": True, "b": 1}, "a is a boolean and b is a number", id="True and 1"),
        case(
            {"a": 1, "b": {}},
            "b holds something that cannot be compared",
            id="no kind on the right",
        ),
    ],
)
def test_explain_names_what_could_not_be_compared(held: dict[str, Any], why: str) -> None:
    """[V6]: where the negation holds only because of it."""
    explained = str(explain(a != b, Contact("ada", held), now=NOW))
    assert f"holds only because {why}" in explained.splitlines()[1]


def test_explain_is_sure_where_both_can_be_compared() -> None:
    """[V6]: a day and an instant are of kinds that can."""
    for held in ({"a": 1, "b": 2.5}, {"a": date(2022, 9, 1), "b": EVENING}):
        explanation = explain(a != b, Contact("ada", held), now=NOW)
        assert explanation.certain
        assert explanation.notes == ()
