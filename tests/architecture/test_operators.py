"""Every operator and every unit is handled wherever one can be met.

They are literals, so a new one is only a new text to the type checkers: each is built, asked, said
and explained here.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args

import pytest

from segkit import (
    Anniversary,
    Attribute,
    Calendar,
    Comparison,
    ConditionError,
    Contact,
    Duration,
    Evaluator,
    Last,
    MemorySource,
    Next,
    Place,
    attr,
    describe,
    did,
    explain,
    matches,
    requirements,
)
from segkit.clock import coverage, window_interval
from segkit.model.operators import Operator
from segkit.model.time_spans import CalendarUnit, UnitPairs, Units

NOW: Final = datetime(2022, 10, 15, 9, 0, tzinfo=UTC)

# For each operator: an operand, a value that satisfies it, one that does not, and an operand that
# the operator cannot take.
CASES: Final[dict[str, tuple[Any, Any, Any, Any]]] = {
    "==": ("pro", "pro", "basic", ["pro"]),
    "<": (18, 17, 18, True),
    "<=": (18, 18, 19, True),
    ">": (18, 19, 18, True),
    ">=": (18, 18, 17, True),
    "between": ((18, 30), 30, 31, (30, 18)),
    "is_in": (("Paris", "Lyon"), "Lyon", "Nice", "Paris"),
    "has_any": (("golf", "tea"), ["tea", "go"], ["go"], "golf"),
    "has_all": (("golf", "tea"), ["tea", "golf", "go"], ["tea", "go"], ()),
    "contains": ("is", "crisp", "Lyon", 3),
    "starts_with": ("is", "isle", "Paris", 3),
    "ends_with": ("is", "Paris", "isle", 3),
    "matches_regex": ("^is.e$", "isle", "aisle", "("),
    "is_set": (None, "", None, 3),
    "within": (Last(days=3), NOW, NOW - timedelta(days=3), 3),
    "anniversary": (Anniversary(0, 7), date(1986, 10, 22), date(1986, 10, 23), 7),
    "within_km": (Place(25, 48.85, 2.35), (48.86, 2.34), (45.75, 4.85), 25),
}
# An order is negated by the opposite one; the others by "not".
OPPOSITE: Final[dict[Operator, Operator]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

operators = pytest.mark.parametrize("operator", get_args(Operator))
units = pytest.mark.parametrize("unit", get_args(CalendarUnit))
lengths = pytest.mark.parametrize("unit", Units.__annotations__)


def test_there_is_a_case_for_every_operator() -> None:
    """A new operator begins here."""
    assert set(CASES) == set(get_args(Operator))


@operators
def test_the_operator_compares(operator: Operator) -> None:
    """True, false, and the complement of false [V2]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    assert matches(condition, Contact("ada", {"a": satisfying}), now=NOW)
    assert not matches(condition, Contact("ada", {"a": other}), now=NOW)
    assert matches(~condition, Contact("ada", {"a": other}), now=NOW)


@operators
def test_one_contact_and_many_are_asked_alike(operator: Operator) -> None:
    """There is one way of computing an operator, and it answers exactly [V7]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    values = {"yes": satisfying, "no": other, "none": None, "of no kind": {}}
    contacts = [Contact(name, {"a": value}) for name, value in values.items()]
    members = Evaluator(MemorySource(contacts)).members(condition, now=NOW)
    assert members == {who.id for who in contacts if matches(condition, who, now=NOW)}
    assert "yes" in members
    assert "no" not in members


@operators
def test_no_value_satisfies_no_operator(operator: Operator) -> None:
    """Absent is false, whatever is asked [V3]; without a kind it is set, and no more [K9]."""
    condition = Attribute(("a",), Comparison(operator, CASES[operator][0]))
    assert not matches(condition, Contact("ada"), now=NOW)
    unknown = matches(condition, Contact("ada", {"a": b"bytes"}), now=NOW)
    assert unknown is (operator == "is_set")


@operators
def test_the_operator_is_said(operator: Operator) -> None:
    """In words of its own: the programmer's word with its underscore is for programs."""
    condition = Attribute(("a",), Comparison(operator, CASES[operator][0]))
    said, negated = describe(condition), describe(~condition)
    assert said.startswith("a ")
    assert negated.startswith("a ")
    assert said not in negated
    assert (" not " in negated) is (operator not in OPPOSITE)
    assert "_" not in said
    assert ("(or has no value)" in negated) is (operator != "is_set")


@pytest.mark.parametrize(("operator", "opposite"), OPPOSITE.items())
def test_an_order_is_negated_by_the_opposite_one(operator: Operator, opposite: Operator) -> None:
    """That contacts without a value are let in is said all the same [V3]."""
    condition = ~Attribute(("a",), Comparison(operator, 18))
    plainly = describe(Attribute(("a",), Comparison(opposite, 18)))
    assert describe(condition) == f"{plainly} (or has no value)"


@operators
def test_no_two_operators_are_said_alike(operator: Operator) -> None:
    """With the same operand, two sentences differ."""
    said = {
        describe(Attribute(("a",), Comparison(other, CASES[other][0])))
        for other in get_args(Operator)
        if other != operator
    }
    assert describe(Attribute(("a",), Comparison(operator, CASES[operator][0]))) not in said


@operators
def test_the_operator_is_explained(operator: Operator) -> None:
    """Only a window has two ends to show, and a value of the right kind needs no note [V6]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    for value, verdict in ((satisfying, True), (other, False)):
        why = explain(condition, Contact("ada", {"a": value}), now=NOW)
        assert why.verdict is verdict
        assert why.notes == ()
        assert why.certain
        assert (why.window is None) is (operator != "within")


@operators
def test_the_operator_refuses_what_it_cannot_take(operator: Operator) -> None:
    """When it is built, and under its own name [V6]."""
    with pytest.raises(ConditionError) as caught:
        Comparison(operator, CASES[operator][3])
    assert caught.value.path == operator


@operators
def test_the_operator_needs_the_attribute_that_it_compares(operator: Operator) -> None:
    """By the first name of its path [K6]."""
    condition = Attribute(("a", "b"), Comparison(operator, CASES[operator][0]))
    assert requirements(condition, now=NOW).attributes == {"a"}


@units
def test_the_calendar_unit_is_known_to_the_clock(unit: CalendarUnit) -> None:
    """Now lies in this unit and not in the one before [T8]."""
    covered = window_interval(Calendar(unit), NOW, UTC)
    assert NOW in covered
    assert NOW not in window_interval(Calendar(unit, -1), NOW, UTC)
    assert covered == coverage(Calendar(unit), NOW, UTC)


@units
def test_the_calendar_unit_is_said(unit: CalendarUnit) -> None:
    """And a day of it is found in it."""
    says = describe(attr("at").during(unit))
    assert says == ("at is today" if unit == "day" else f"at is in this calendar {unit}")
    assert matches(attr("at").during(unit), Contact("ada", {"at": date(2022, 10, 15)}), now=NOW)


@lengths
def test_the_unit_of_length_can_be_counted_and_said(unit: str) -> None:
    """Every unit reaches back and ahead; a week is said in days [T15]."""
    length = Duration(**{unit: 5})
    assert NOW - timedelta(microseconds=1) in window_interval(Last(length), NOW, UTC)
    assert NOW + timedelta(microseconds=1) in window_interval(Next(length), NOW, UTC)
    said = describe(did("order").within_last(length))
    in_words = "35 days" if unit == "weeks" else f"5 {unit}"
    assert said == f'did "order" at least once in the last {in_words}'


@lengths
def test_the_unit_of_length_goes_in_pairs_too(unit: str) -> None:
    """``between_ago`` has one keyword per unit as well [T3]."""
    said = describe(did("order").between_ago(**{unit: (7, 5)}))
    in_words = "49 and 35 days" if unit == "weeks" else f"7 and 5 {unit}"
    assert said == f'did "order" at least once between {in_words} ago'


def test_lengths_and_pairs_of_lengths_have_the_same_units() -> None:
    """They are two lists only because type checkers want them written out."""
    assert list(Units.__annotations__) == list(UnitPairs.__annotations__)
