"""Comparing one value: every operator, at its edges, of an attribute and of a property."""

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
    # What is said, a value it is true for, and one of the same kind it is false for.
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


@pytest.mark.parametrize("word", OPERATORS)
def test_each_operator_is_true_of_one_value_and_false_of_another(word: str) -> None:
    """[V1]: the complement is asked besides, and is the other answer [V2]."""
    said, good, bad = OPERATORS[word]
    assert evaluate_value({"x": good}, said) is True
    assert evaluate_value({"x": bad}, said) is False


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("word", OPERATORS)
def test_no_value_makes_every_comparison_false_and_its_negation_true(word: str, blank: str) -> None:
    """[V3]: absent, None and NaN are one thing."""
    said, _, _ = OPERATORS[word]
    assert evaluate_value(BLANKS[blank], said) is False
    assert evaluate_value(BLANKS[blank], lambda x: ~said(x)) is True


@pytest.mark.parametrize("blank", BLANKS)
def test_what_has_no_value_is_not_set_and_is_unlike_anything(blank: str) -> None:
    """[V3]: ``!=`` is the complement of ``==``; ``& is_set()`` leaves the blanks out."""
    assert evaluate_value(BLANKS[blank], lambda x: x.is_set()) is False
    assert evaluate_value(BLANKS[blank], lambda x: x != "pro") is True
    assert evaluate_value(BLANKS[blank], lambda x: (x != "pro") & x.is_set()) is False


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty text is a value"),
        pytest.param([], id="so is an empty list"),
        pytest.param((), id="and an empty tuple"),
        pytest.param(set(), id="and an empty set"),
        pytest.param({}, id="and an empty mapping"),
        pytest.param(0, id="zero is a number like any other"),
        pytest.param(False, id="false is an answer"),
        pytest.param(" ", id="blank space is not trimmed"),
        pytest.param(b"", id="bytes have no kind but are there"),
        pytest.param([None], id="a list of nothing is still a list"),
    ],
)
def test_empty_is_not_absent(value: object) -> None:
    """[V4], [K9]."""
    assert evaluate_value({"x": value}, lambda x: x.is_set()) is True


@pytest.mark.parametrize(
    ("said", "value"),
    [
        pytest.param(lambda x: x >= 18, "abc", id="a text is no number"),
        pytest.param(lambda x: x >= 18, "36", id="not even one of digits"),
        pytest.param(lambda x: x == 1, True, id="true is not 1"),
        pytest.param(lambda x: x == 0, False, id="false is not 0"),
        pytest.param(lambda x: x < 18, False, id="a boolean has no order"),
        pytest.param(lambda x: x.is_true(), 1, id="1 is not true"),
        pytest.param(lambda x: x.is_true(), "true", id="the word is not true either"),
        pytest.param(lambda x: x.is_false(), 0, id="0 is not false"),
        pytest.param(lambda x: x.is_false(), "", id="empty text is not false"),
        pytest.param(lambda x: x == "1", 1, id="a number is no text"),
        pytest.param(lambda x: x.contains("1"), 11, id="its digits are not searched"),
        pytest.param(lambda x: x < "b", 1, id="numbers do not sort before text"),
        pytest.param(lambda x: x.between("0", "9"), 5, id="nor between it"),
        pytest.param(lambda x: x.is_in([1, "2"]), True, id="membership goes by kind"),
        pytest.param(lambda x: x.is_in([1, "2"]), 2, id="one operand's kind is not another's"),
        pytest.param(lambda x: x == "golf", ["golf"], id="a collection is equal to nothing"),
        pytest.param(lambda x: x.is_in(["golf"]), ["golf"], id="nor is it one of something"),
        pytest.param(lambda x: x.contains("golf"), ["golf"], id="contains is about text"),
        pytest.param(lambda x: x == "a", {"a": 1}, id="a mapping has no kind"),
        pytest.param(lambda x: x == "a", b"a", id="bytes are no text"),
    ],
)
def test_a_value_of_another_kind_makes_the_comparison_false(
    said: MakeComparison, value: object
) -> None:
    """[V6], [K1], [K5], [K9]: and so its negation true."""
    assert evaluate_value({"x": value}, said) is False
    assert evaluate_value({"x": value}, lambda x: ~said(x)) is True


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [
        pytest.param(lambda x: x < 18, 17.999999, True, id="just under"),
        pytest.param(lambda x: x < 18, Decimal("17.99999999999999999999"), True, id="a hair under"),
        pytest.param(lambda x: x < 18, 18, False, id="the edge is not less than itself"),
        pytest.param(lambda x: x <= 18, 18, True, id="but at most itself"),
        pytest.param(lambda x: x <= 18, Decimal("18.00000000000000000001"), False, id="over"),
        pytest.param(lambda x: x > 18, Decimal("18.00000000000000000001"), True, id="is more"),
        pytest.param(lambda x: x > 18, 18.0, False, id="18.0 is no more than 18"),
        pytest.param(lambda x: x >= 18, 18.0, True, id="it is 18"),
        pytest.param(lambda x: x >= 18, 17.999999, False, id="just under is not at least"),
        pytest.param(lambda x: x.between(18, 30), 18, True, id="the lower end is included"),
        pytest.param(lambda x: x.between(18, 30), 30, True, id="so is the upper"),
        pytest.param(lambda x: x.between(18, 30), Decimal("17.999"), False, id="below it"),
        pytest.param(lambda x: x.between(18, 30), Decimal("30.001"), False, id="above it"),
        pytest.param(lambda x: x.between(18, 18), 18, True, id="both ends may be one"),
        pytest.param(lambda x: x.between(-1, 0), -0.5, True, id="below zero too"),
        pytest.param(lambda x: 18 < x, 18, False, id="the operand first"),  # noqa: SIM300
        pytest.param(lambda x: 18 <= x, 18, True, id="turns the order"),  # noqa: SIM300
    ],
)  # fmt: skip
def test_the_edges_of_numbers(said: MakeComparison, value: object, verdict: bool) -> None:
    """[K1], [K8]: both ends of ``between`` are included, and the comparison is exact."""
    assert evaluate_value({"x": value}, said) is verdict


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [
        pytest.param(lambda x: x == "Paris", "paris", False, id="case counts"),
        pytest.param(lambda x: x == "Paris", "Paris ", False, id="so does space"),
        pytest.param(lambda x: x == "caf\u00e9", "cafe\u0301", False, id="no normalisation"),
        pytest.param(lambda x: x.contains("e"), "caf\u00e9", False, id="an accent is no e"),
        pytest.param(lambda x: x.contains("e"), "cafe\u0301", True, id="e and an accent hold one"),
        pytest.param(lambda x: x < "a", "Z", True, id="capitals sort first, by code point"),
        pytest.param(lambda x: x < "\uffff", "\U0001f600", False, id="code points, not UTF-16"),
        pytest.param(lambda x: x < "10", "9", False, id="digits sort as text"),
        pytest.param(lambda x: x <= "M", "M", True, id="the edge itself"),
        pytest.param(lambda x: x <= "M", "M\0", False, id="is the last: anything longer is behind"),
        pytest.param(lambda x: x > "M", "M\0", True, id="and after"),
        pytest.param(lambda x: x > "M", "M", False, id="no text is after itself"),
        pytest.param(lambda x: x >= "M", "L\U0010ffff", False, id="just before"),
        pytest.param(lambda x: x.between("A", "M"), "A", True, id="lower end included"),
        pytest.param(lambda x: x.between("A", "M"), "M", True, id="upper end included"),
        pytest.param(lambda x: x.between("A", "M"), "Ma", False, id="not what begins like it"),
        pytest.param(lambda x: x.between("A", "M"), "", False, id="empty text sorts first"),
        pytest.param(lambda x: x.contains(""), "", True, id="empty text is in every text"),
        pytest.param(lambda x: x.starts_with("Paris"), "Pari", False, id="too short to begin so"),
        pytest.param(lambda x: x.starts_with("Paris"), "Paris", True, id="begins with itself"),
        pytest.param(lambda x: x.starts_with("aris"), "Paris", False, id="in it, not first"),
        pytest.param(lambda x: x.ends_with("Pari"), "Paris", False, id="in it, not last"),
        pytest.param(lambda x: x.ends_with("Paris"), "Paris", True, id="ends with itself"),
        pytest.param(lambda x: x.contains("."), "Paris", False, id="no pattern is meant"),
        pytest.param(lambda x: x == "\ud800", "\ud800", True, id="a lone surrogate is itself"),
        pytest.param(lambda x: x.contains("\ud83d"), "\U0001f600", False, id="not half an emoji"),
    ],
)  # fmt: skip
def test_text_is_compared_code_point_by_code_point(
    said: MakeComparison, value: object, verdict: bool
) -> None:
    """[K3], [K8]."""
    assert evaluate_value({"x": value}, said) is verdict


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
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
        pytest.param(lambda x: x.starts_with("p"), "PARIS", False, id="not unless it is said"),
        pytest.param(lambda x: x.is_in([1, "a"], ignore_case=True), 1, True, id="not of numbers"),
    ],
)  # fmt: skip
def test_ignoring_case_folds_both_sides(said: MakeComparison, value: object, verdict: bool) -> None:
    """[K3]: ``casefold()``, which is more than lower case."""
    assert evaluate_value({"x": value}, said) is verdict


@pytest.mark.parametrize(
    ("path", "attributes", "found"),
    [
        pytest.param(("a", "zip"), {"a": {"zip": "75011"}}, True, id="a step into a mapping"),
        pytest.param(("a", "b", "c"), {"a": {"b": {"c": "75011"}}}, True, id="and another"),
        pytest.param(("a", "zip"), {"a": MappingProxyType({"zip": "75011"})}, True, id="of any"),
        pytest.param(("a", "zip"), {"a": {}}, False, id="the last step is absent"),
        pytest.param(("a", "zip"), {}, False, id="the first step is absent"),
        pytest.param(("a", "zip"), {"a": None}, False, id="a step has no value"),
        pytest.param(("a", "zip"), {"a": "zip"}, False, id="a text is no mapping"),
        pytest.param(("a", "0"), {"a": ["75011"]}, False, id="a list is no mapping"),
        pytest.param(("a", "zip"), {"a": [{"zip": "75011"}]}, False, id="nor are its members"),
        pytest.param(("a.zip",), {"a": {"zip": "75011"}}, False, id="a dot is no step"),
        pytest.param(("a.zip",), {"a.zip": "75011"}, True, id="but may be in a name"),
        pytest.param(("a", ""), {"a": {"": "75011"}}, True, id="a name may be empty"),
    ],
)  # fmt: skip
def test_a_path_walks_mappings(
    path: tuple[str, ...], attributes: Mapping[str, object], found: bool
) -> None:
    """[K6]: where a step is absent or no mapping there is no value."""
    assert evaluate_value(attributes, lambda x: x == "75011", *path) is found
    assert evaluate_value(attributes, lambda x: x.is_set(), *path) is found


def test_a_mapping_may_have_keys_of_any_sort() -> None:
    """[K6]: a step is text, and finds text only; the others are in nobody's way."""
    odd: dict[object, int] = {b"zip": 1, None: 2, ("zip",): 3, 1: 4, math.nan: 5, False: 6}
    contact = Contact("ada", {"address": odd})
    assert evaluate(attr("address", "zip").is_set(), contact) is False
    assert (
        evaluate(attr("address", "1").is_set() | attr("address", "None").is_set(), contact) is False
    )
    assert (
        evaluate(attr("address", "zip") == 8, Contact("ada", {"address": odd | {"zip": 8}})) is True
    )


@pytest.mark.parametrize("attributes", [None, ["x"], "x", {"x"}, 3, float("nan")])
def test_attributes_that_are_no_mapping_hold_nothing(attributes: object) -> None:
    """[V1], [K6]: in a host's own contact, which nobody checked."""
    assert evaluate(attr("x").is_set(), HostContact(attributes=attributes)) is False
    assert evaluate(attr("x") != 1, HostContact(attributes=attributes)) is True


def test_looking_for_a_value_changes_nothing() -> None:
    """[K6]: a ``defaultdict`` invents no step, and does not grow by being asked."""
    growing: defaultdict[str, object] = defaultdict(lambda: "75011")
    attributes: defaultdict[str, object] = defaultdict(dict, {"a": growing})
    assert evaluate_value(attributes, lambda x: x == "75011", "a", "zip") is False
    assert evaluate_value(attributes, lambda x: x.is_set(), "b", "zip") is False
    assert (dict(attributes), dict(growing)) == ({"a": {}}, {})


@pytest.mark.parametrize(
    ("values", "value", "verdict"),
    [
        pytest.param(["Paris"], "Paris", True, id="one"),
        pytest.param(("Paris", "Lyon"), "Lyon", True, id="the last of a tuple"),
        pytest.param({"Paris", "Lyon"}, "Lyon", True, id="of a set"),
        pytest.param([], "Paris", False, id="nothing is one of none"),
        pytest.param([], None, False, id="not even nothing"),
        pytest.param([1, "1", True], "1", True, id="operands of several kinds"),
        pytest.param([1, "1"], True, False, id="none of this kind"),
        pytest.param([1.5], Decimal("1.5"), True, id="equal as == has it"),
        pytest.param(["a", "a"], "a", True, id="said twice"),
    ],
)
def test_is_in_is_equal_to_one_of_them(values: object, value: object, verdict: bool) -> None:
    """[K5]: ``is_in`` is `Or` of equalities; of none, false [V5]."""
    assert evaluate_value({"x": value}, lambda x: x.is_in(values)) is verdict
