"""Comparisons of one value: every operator, at its bounds, for attributes and properties."""

import math
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import pytest

from segkit import Contact, attr
from tests.unit.evaluation import HostContact, MakeComparison, evaluate, evaluate_value

OPERATORS: Final[Mapping[str, tuple[MakeComparison, object, object]]] = {
    # The comparison, and two values of one kind: it is true for the first, false for the second.
    "==": (lambda x: x == "pro", "pro", "free"),
    "is_true": (lambda x: x.is_true(), True, False),
    "is_false": (lambda x: x.is_false(), False, True),
    "<": (lambda x: x < 18, 17, 18),
    "<=": (lambda x: x <= 18, 18, 19),
    ">": (lambda x: x > 18, 19, 18),
    ">=": (lambda x: x >= 18, 18, 17),
    "between": (lambda x: x.between(18, 30), 18, 31),
    "between, open below": (lambda x: x.between(None, 30), 30, 31),
    "between, open above": (lambda x: x.between(18, None), 18, 17),
    "is_in": (lambda x: x.is_in(["Paris", "Lyon"]), "Lyon", "Nice"),
    "contains": (lambda x: x.contains("ari"), "Paris", "Lyon"),
    "starts_with": (lambda x: x.starts_with("P"), "Paris", "Lyon"),
    "ends_with": (lambda x: x.ends_with("s"), "Paris", "Lyon"),
}
BLANKS: Final[Mapping[str, Mapping[str, object]]] = {
    "absent": {},
    "None": {"x": None},
    "NaN": {"x": math.nan},
    "Decimal NaN": {"x": Decimal("NaN")},
    "Decimal signalling NaN": {"x": Decimal("sNaN")},
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_operator_is_true_of_one_value_and_false_of_another(operator: str) -> None:
    """[V1]: `evaluate_value` also checks the complement [V2]."""
    make_comparison, good, bad = OPERATORS[operator]
    assert evaluate_value({"x": good}, make_comparison) is True
    assert evaluate_value({"x": bad}, make_comparison) is False


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("operator", OPERATORS)
def test_no_value_makes_comparisons_false_and_negations_true(operator: str, blank: str) -> None:
    """[V3]: absent, None and NaN all mean no value."""
    make_comparison, _, _ = OPERATORS[operator]
    assert evaluate_value(BLANKS[blank], make_comparison) is False
    assert evaluate_value(BLANKS[blank], lambda x: ~make_comparison(x)) is True


@pytest.mark.parametrize("blank", BLANKS)
def test_no_value_is_not_set_and_is_not_equal_to_anything(blank: str) -> None:
    """[V3]: ``!=`` is the complement of ``==``; ``& is_set()`` excludes missing values."""
    assert evaluate_value(BLANKS[blank], lambda x: x.is_set()) is False
    assert evaluate_value(BLANKS[blank], lambda x: x != "pro") is True
    assert evaluate_value(BLANKS[blank], lambda x: (x != "pro") & x.is_set()) is False


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="an empty text"),
        pytest.param([], id="an empty list"),
        pytest.param((), id="an empty tuple"),
        pytest.param(set(), id="an empty set"),
        pytest.param({}, id="an empty mapping"),
        pytest.param(0, id="zero"),
        pytest.param(False, id="false"),
        pytest.param(" ", id="a space, which is not trimmed"),
        pytest.param(b"", id="bytes, which have no kind"),
        pytest.param([None], id="a list that contains None"),
    ],
)
def test_empty_is_not_absent(value: object) -> None:
    """[V4], [K9]."""
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True


@pytest.mark.parametrize(
    ("make_comparison", "value"),
    [
        pytest.param(lambda x: x >= 18, "abc", id="a text is not a number"),
        pytest.param(lambda x: x >= 18, "36", id="a text of digits is not a number"),
        pytest.param(lambda x: x == 1, True, id="true is not 1"),
        pytest.param(lambda x: x == 0, False, id="false is not 0"),
        pytest.param(lambda x: x < 18, False, id="a boolean has no order"),
        pytest.param(lambda x: x.is_true(), 1, id="1 is not true"),
        pytest.param(lambda x: x.is_true(), "true", id="the text 'true' is not true"),
        pytest.param(lambda x: x.is_false(), 0, id="0 is not false"),
        pytest.param(lambda x: x.is_false(), "", id="empty text is not false"),
        pytest.param(lambda x: x == "1", 1, id="a number is not a text"),
        pytest.param(lambda x: x.contains("1"), 11, id="the digits of a number are not searched"),
        pytest.param(lambda x: x < "b", 1, id="numbers do not sort before text"),
        pytest.param(lambda x: x.between("0", "9"), 5, id="numbers are not between texts"),
        pytest.param(lambda x: x.is_in([1, "2"]), True, id="is_in compares kinds"),
        pytest.param(
            lambda x: x.is_in([1, "2"]), 2, id="is_in compares each operand with its kind"
        ),
        pytest.param(lambda x: x == "golf", ["golf"], id="a collection is equal to nothing"),
        pytest.param(
            lambda x: x.is_in(["golf"]), ["golf"], id="a collection is not one of several values"
        ),
        pytest.param(lambda x: x.contains("golf"), ["golf"], id="contains searches texts only"),
        pytest.param(lambda x: x == "a", {"a": 1}, id="a mapping has no kind"),
        pytest.param(lambda x: x == "a", b"a", id="bytes are not a text"),
    ],
)
def test_a_value_of_another_kind_makes_the_comparison_false(
    make_comparison: MakeComparison, value: object
) -> None:
    """[V6], [K1], [K5], [K9]: the negation is true."""
    assert evaluate_value({"x": value}, make_comparison) is False
    assert evaluate_value({"x": value}, lambda x: ~make_comparison(x)) is True


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(lambda x: x < 18, 17.999999, True, id="just under"),
        pytest.param(lambda x: x < 18, Decimal("17.99999999999999999999"), True, id="as a Decimal"),
        pytest.param(lambda x: x < 18, 18, False, id="the bound is not less than itself"),
        pytest.param(lambda x: x <= 18, 18, True, id="the bound is at most itself"),
        pytest.param(lambda x: x <= 18, Decimal("18.00000000000000000001"), False, id="just over"),
        pytest.param(lambda x: x > 18, Decimal("18.00000000000000000001"), True, id="more"),
        pytest.param(lambda x: x > 18, 18.0, False, id="18.0 is not more than 18"),
        pytest.param(lambda x: x >= 18, 18.0, True, id="18.0 is at least 18"),
        pytest.param(lambda x: x >= 18, 17.999999, False, id="just under is not at least"),
        pytest.param(lambda x: x.between(18, 30), 18, True, id="the lower end is included"),
        pytest.param(lambda x: x.between(18, 30), 30, True, id="the upper end is included"),
        pytest.param(lambda x: x.between(18, 30), Decimal("17.999"), False, id="below the range"),
        pytest.param(lambda x: x.between(18, 30), Decimal("30.001"), False, id="above the range"),
        pytest.param(lambda x: x.between(18, 18), 18, True, id="both ends are equal"),
        pytest.param(lambda x: x.between(-1, 0), -0.5, True, id="below zero"),
        pytest.param(lambda x: 18 < x, 18, False, id="operand first, <"),  # noqa: SIM300
        pytest.param(lambda x: 18 <= x, 18, True, id="operand first, <="),  # noqa: SIM300
    ],
)  # fmt: skip
def test_numbers_at_the_bounds(
    make_comparison: MakeComparison, value: object, verdict: bool
) -> None:
    """[K1], [K8]: both ends of ``between`` are included, and the comparison is exact."""
    assert evaluate_value({"x": value}, make_comparison) is verdict


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(lambda x: x == "Paris", "paris", False, id="case counts"),
        pytest.param(lambda x: x == "Paris", "Paris ", False, id="space counts"),
        pytest.param(lambda x: x == "caf\u00e9", "cafe\u0301", False, id="no normalisation"),
        pytest.param(lambda x: x.contains("e"), "caf\u00e9", False, id="an accented e is not e"),
        pytest.param(lambda x: x.contains("e"), "cafe\u0301", True, id="combining accent"),
        pytest.param(lambda x: x < "a", "Z", True, id="capitals sort first, by code point"),
        pytest.param(lambda x: x < "\uffff", "\U0001f600", False, id="code points, not UTF-16"),
        pytest.param(lambda x: x < "10", "9", False, id="digits sort as text"),
        pytest.param(lambda x: x <= "M", "M", True, id="the bound itself"),
        pytest.param(lambda x: x <= "M", "M\0", False, id="a longer text is greater"),
        pytest.param(lambda x: x > "M", "M\0", True, id="a longer text is after the bound"),
        pytest.param(lambda x: x > "M", "M", False, id="a text is not after itself"),
        pytest.param(lambda x: x >= "M", "L\U0010ffff", False, id="just before the bound"),
        pytest.param(lambda x: x.between("A", "M"), "A", True, id="lower end included"),
        pytest.param(lambda x: x.between("A", "M"), "M", True, id="upper end included"),
        pytest.param(lambda x: x.between("A", "M"), "Ma", False, id="longer than the upper end"),
        pytest.param(lambda x: x.between("A", "M"), "", False, id="empty text sorts first"),
        pytest.param(lambda x: x.contains(""), "", True, id="empty text is in every text"),
        pytest.param(lambda x: x.starts_with("Paris"), "Pari", False, id="a shorter text"),
        pytest.param(lambda x: x.starts_with("Paris"), "Paris", True, id="starts with itself"),
        pytest.param(lambda x: x.starts_with("aris"), "Paris", False, id="not at the start"),
        pytest.param(lambda x: x.ends_with("Pari"), "Paris", False, id="not at the end"),
        pytest.param(lambda x: x.ends_with("Paris"), "Paris", True, id="ends with itself"),
        pytest.param(lambda x: x.contains("."), "Paris", False, id="the operand is not a pattern"),
        pytest.param(lambda x: x == "\ud800", "\ud800", True, id="the same lone surrogate"),
        pytest.param(lambda x: x.contains("\ud83d"), "\U0001f600", False, id="half a pair"),
    ],
)  # fmt: skip
def test_text_is_compared_code_point_by_code_point(
    make_comparison: MakeComparison, value: object, verdict: bool
) -> None:
    """[K3], [K8]."""
    assert evaluate_value({"x": value}, make_comparison) is verdict


@pytest.mark.parametrize(
    ("make_comparison", "value", "verdict"),
    [
        pytest.param(lambda x: x.is_in(["paris"], ignore_case=True), "PARIS", True, id="is_in"),
        pytest.param(lambda x: x.contains("ARI", ignore_case=True), "Paris", True, id="contains"),
        pytest.param(lambda x: x.starts_with("p", ignore_case=True), "Paris", True, id="starts"),
        pytest.param(lambda x: x.ends_with("S", ignore_case=True), "Paris", True, id="ends"),
        pytest.param(
            lambda x: x.is_in(["STRASSE"], ignore_case=True), "stra\u00dfe", True, id="sharp s"
        ),
        pytest.param(
            lambda x: x.ends_with("\u03a3", ignore_case=True), "\u03bf\u03c2", True, id="last sigma"
        ),
        pytest.param(lambda x: x.starts_with("p"), "PARIS", False, id="case counts by default"),
        pytest.param(lambda x: x.is_in([1, "a"], ignore_case=True), 1, True, id="a number"),
    ],
)  # fmt: skip
def test_ignore_case_folds_both_sides(
    make_comparison: MakeComparison, value: object, verdict: bool
) -> None:
    """[K3]: with ``casefold()``, which changes more characters than ``lower()``."""
    assert evaluate_value({"x": value}, make_comparison) is verdict


@pytest.mark.parametrize(
    ("path", "attributes", "found"),
    [
        pytest.param(("a", "zip"), {"a": {"zip": "75011"}}, True, id="a step into a mapping"),
        pytest.param(("a", "b", "c"), {"a": {"b": {"c": "75011"}}}, True, id="two steps"),
        pytest.param(("a", "zip"), {"a": MappingProxyType({"zip": "75011"})}, True, id="a proxy"),
        pytest.param(("a", "zip"), {"a": {}}, False, id="the last step is absent"),
        pytest.param(("a", "zip"), {}, False, id="the first step is absent"),
        pytest.param(("a", "zip"), {"a": None}, False, id="a step has no value"),
        pytest.param(("a", "zip"), {"a": "zip"}, False, id="a text is not a mapping"),
        pytest.param(("a", "0"), {"a": ["75011"]}, False, id="a list is not a mapping"),
        pytest.param(("a", "zip"), {"a": [{"zip": "75011"}]}, False, id="a list of mappings"),
        pytest.param(("a.zip",), {"a": {"zip": "75011"}}, False, id="a dot is not a step"),
        pytest.param(("a.zip",), {"a.zip": "75011"}, True, id="a name may contain a dot"),
        pytest.param(("a", ""), {"a": {"": "75011"}}, True, id="a name may be empty"),
    ],
)  # fmt: skip
def test_a_path_leads_through_mappings(
    path: tuple[str, ...], attributes: Mapping[str, object], found: bool
) -> None:
    """[K6]: there is no value if a step is absent or is not a mapping."""
    assert evaluate_value(attributes, lambda x: x == "75011", *path) is found
    assert evaluate_value(attributes, lambda x: x.is_set(), *path) is found


def test_a_mapping_may_have_keys_of_any_type() -> None:
    """[K6]: a step is a text and finds text keys only; other keys are ignored."""
    mixed_keys: dict[object, int] = {b"zip": 1, None: 2, ("zip",): 3, 1: 4, math.nan: 5, False: 6}
    contact = Contact("ada", {"address": mixed_keys})
    assert evaluate(attr("address", "zip").is_set(), contact) is False
    assert (
        evaluate(attr("address", "1").is_set() | attr("address", "None").is_set(), contact) is False
    )
    assert (
        evaluate(attr("address", "zip") == 8, Contact("ada", {"address": mixed_keys | {"zip": 8}}))
        is True
    )


@pytest.mark.parametrize("attributes", [None, ["x"], "x", {"x"}, 3, float("nan")])
def test_attributes_that_are_not_a_mapping_have_no_values(attributes: object) -> None:
    """[V1], [K6]: in a contact class of a host application, which is not checked."""
    assert evaluate(attr("x").is_set(), HostContact(attributes=attributes)) is False
    assert evaluate(attr("x") != 1, HostContact(attributes=attributes)) is True


def test_reading_a_value_changes_nothing() -> None:
    """[K6]: a ``defaultdict`` adds no key when a path is read."""
    inner: defaultdict[str, object] = defaultdict(lambda: "75011")
    attributes: defaultdict[str, object] = defaultdict(dict, {"a": inner})
    assert evaluate_value(attributes, lambda x: x == "75011", "a", "zip") is False
    assert evaluate_value(attributes, lambda x: x.is_set(), "b", "zip") is False
    assert (dict(attributes), dict(inner)) == ({"a": {}}, {})


@pytest.mark.parametrize(
    ("values", "value", "verdict"),
    [
        pytest.param(["Paris"], "Paris", True, id="a list of one"),
        pytest.param(("Paris", "Lyon"), "Lyon", True, id="the last of a tuple"),
        pytest.param({"Paris", "Lyon"}, "Lyon", True, id="a set"),
        pytest.param([], "Paris", False, id="an empty list"),
        pytest.param([], None, False, id="None and an empty list"),
        pytest.param([1, "1", True], "1", True, id="operands of several kinds"),
        pytest.param([1, "1"], True, False, id="no operand of this kind"),
        pytest.param([1.5], Decimal("1.5"), True, id="compared as with =="),
        pytest.param(["a", "a"], "a", True, id="a repeated operand"),
    ],
)
def test_is_in_means_equal_to_one_of_the_values(
    values: object, value: object, verdict: bool
) -> None:
    """[K5]: ``is_in`` is `Or` of equalities; without values it is false [V5]."""
    assert evaluate_value({"x": value}, lambda x: x.is_in(values)) is verdict
