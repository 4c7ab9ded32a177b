"""Every operator and every unit is built, evaluated, described and explained.

Operators and units are literals, so that a type checker sees a new one as a new text only.
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

# For each operator: an operand, a value that satisfies the comparison, a value that does not, and
# an invalid operand.
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
# The negation of an order is the opposite order; other operators are negated with "not".
OPPOSITE: Final[dict[Operator, Operator]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

operators = pytest.mark.parametrize("operator", get_args(Operator))
units = pytest.mark.parametrize("unit", get_args(CalendarUnit))
lengths = pytest.mark.parametrize("unit", Units.__annotations__)


def test_there_is_a_case_for_every_operator() -> None:
    """A new operator needs a case."""
    assert set(CASES) == set(get_args(Operator))


@operators
def test_the_operator_compares(operator: Operator) -> None:
    """The comparison is true, false, and the complement of false [V2]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    assert matches(condition, Contact("ada", {"a": satisfying}), now=NOW)
    assert not matches(condition, Contact("ada", {"a": other}), now=NOW)
    assert matches(~condition, Contact("ada", {"a": other}), now=NOW)


@operators
def test_one_contact_and_many_contacts_have_the_same_verdicts(operator: Operator) -> None:
    """Bulk evaluation uses the same exact comparison [V7]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    values = {"yes": satisfying, "no": other, "none": None, "of no kind": {}}
    contacts = [Contact(name, {"a": value}) for name, value in values.items()]
    members = Evaluator(MemorySource(contacts)).members(condition, now=NOW)
    assert members == {who.id for who in contacts if matches(condition, who, now=NOW)}
    assert "yes" in members
    assert "no" not in members


@operators
def test_a_missing_value_satisfies_no_operator(operator: Operator) -> None:
    """A missing value is false for each operator [V3]; a value without a kind is only set [K9]."""
    condition = Attribute(("a",), Comparison(operator, CASES[operator][0]))
    assert not matches(condition, Contact("ada"), now=NOW)
    unknown = matches(condition, Contact("ada", {"a": b"bytes"}), now=NOW)
    assert unknown is (operator == "is_set")


@operators
def test_the_operator_is_described(operator: Operator) -> None:
    """The description is English, and does not contain the name with its underscore."""
    condition = Attribute(("a",), Comparison(operator, CASES[operator][0]))
    sentence, negated = describe(condition), describe(~condition)
    assert sentence.startswith("a ")
    assert negated.startswith("a ")
    assert sentence not in negated
    assert (" not " in negated) is (operator not in OPPOSITE)
    assert "_" not in sentence
    assert ("(or has no value)" in negated) is (operator != "is_set")


@pytest.mark.parametrize(("operator", "opposite"), OPPOSITE.items())
def test_the_negation_of_an_order_is_the_opposite_order(
    operator: Operator, opposite: Operator
) -> None:
    """The description still says that contacts without a value match [V3]."""
    condition = ~Attribute(("a",), Comparison(operator, 18))
    opposite_sentence = describe(Attribute(("a",), Comparison(opposite, 18)))
    assert describe(condition) == f"{opposite_sentence} (or has no value)"


@operators
def test_no_two_operators_have_the_same_description(operator: Operator) -> None:
    """With the same operand, two sentences differ."""
    sentences = {
        describe(Attribute(("a",), Comparison(other, CASES[other][0])))
        for other in get_args(Operator)
        if other != operator
    }
    assert describe(Attribute(("a",), Comparison(operator, CASES[operator][0]))) not in sentences


@operators
def test_the_operator_is_explained(operator: Operator) -> None:
    """Only ``within`` has a window, and a value of the right kind needs no note [V6]."""
    operand, satisfying, other, _ = CASES[operator]
    condition = Attribute(("a",), Comparison(operator, operand))
    for value, verdict in ((satisfying, True), (other, False)):
        explanation = explain(condition, Contact("ada", {"a": value}), now=NOW)
        assert explanation.verdict is verdict
        assert explanation.notes == ()
        assert explanation.certain
        assert (explanation.window is None) is (operator != "within")


@operators
def test_an_invalid_operand_is_an_error(operator: Operator) -> None:
    """The error occurs when the comparison is built, and its path is the operator [V6]."""
    with pytest.raises(ConditionError) as caught:
        Comparison(operator, CASES[operator][3])
    assert caught.value.path == operator


@operators
def test_a_comparison_requires_its_attribute(operator: Operator) -> None:
    """The requirements contain the first name of the path [K6]."""
    condition = Attribute(("a", "b"), Comparison(operator, CASES[operator][0]))
    assert requirements(condition, now=NOW).attributes == {"a"}


@units
def test_the_clock_supports_the_calendar_unit(unit: CalendarUnit) -> None:
    """Now is in the current unit and not in the previous one [T8]."""
    covered = window_interval(Calendar(unit), NOW, UTC)
    assert NOW in covered
    assert NOW not in window_interval(Calendar(unit, -1), NOW, UTC)
    assert covered == coverage(Calendar(unit), NOW, UTC)


@units
def test_the_calendar_unit_is_described(unit: CalendarUnit) -> None:
    """A day of the current unit is in the current unit."""
    sentence = describe(attr("at").during(unit))
    assert sentence == ("at is today" if unit == "day" else f"at is in this calendar {unit}")
    assert matches(attr("at").during(unit), Contact("ada", {"at": date(2022, 10, 15)}), now=NOW)


@lengths
def test_the_unit_of_duration_is_computed_and_described(unit: str) -> None:
    """Every unit works for the past and the future; a week is described in days [T15]."""
    length = Duration(**{unit: 5})
    assert NOW - timedelta(microseconds=1) in window_interval(Last(length), NOW, UTC)
    assert NOW + timedelta(microseconds=1) in window_interval(Next(length), NOW, UTC)
    length_text = "35 days" if unit == "weeks" else f"5 {unit}"
    sentence = describe(did("order").within_last(length))
    assert sentence == f'did "order" at least once in the last {length_text}'


@lengths
def test_the_unit_of_duration_can_be_a_pair(unit: str) -> None:
    """``between_ago`` has one keyword per unit as well [T3]."""
    lengths_text = "49 and 35 days" if unit == "weeks" else f"7 and 5 {unit}"
    sentence = describe(did("order").between_ago(**{unit: (7, 5)}))
    assert sentence == f'did "order" at least once between {lengths_text} ago'


def test_durations_and_pairs_of_durations_have_the_same_units() -> None:
    """There are two lists only because type checkers need each of them."""
    assert list(Units.__annotations__) == list(UnitPairs.__annotations__)
