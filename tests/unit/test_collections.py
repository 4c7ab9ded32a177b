"""The members of a collection: `has_any` and `has_all` [K5]."""

from collections import OrderedDict, UserList, deque, namedtuple
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import Attribute, Comparison, Condition, ConditionError, attr, did, prop
from tests.slow_clock import instant
from tests.unit.event_evaluation import NOW, event, is_member

case = pytest.param

# Any, because the type checkers also refuse some of these calls.
tags: Any = attr("tags")
Pair = namedtuple("Pair", "left right")  # noqa: PYI024 - as a host application may define it

NAN: Final = float("nan")
LATE: Final = instant("2022-09-30 23:30")
"""October 1 in Paris."""

MEMBERS = [
    case(["golf", "tea"], ["golf"], True, True, id="one of two"),
    case(["golf", "tea"], ["golf", "tea"], True, True, id="both"),
    case(["golf", "tea"], ["golf", "chess"], True, False, id="one of them only"),
    case(["golf"], ["chess", "tea"], False, False, id="none"),
    case([], ["golf"], False, False, id="an empty collection"),
    case(["golf", "golf"], ["golf", "golf"], True, True, id="repeated members"),
    case(("golf", "tea"), ["tea"], True, True, id="a tuple"),
    case({"golf", "tea"}, ["tea", "golf"], True, True, id="a set"),
    case(frozenset({"golf"}), ["golf"], True, True, id="a frozenset"),
    case(Pair("golf", "tea"), ["tea"], True, True, id="a named tuple"),
    case("golf", ["golf", "tea"], True, False, id="a text counts as a collection of one"),
    case("golf", ["golf"], True, True, id="a text has all of its one value"),
    case("golf", ["g"], False, False, id="the letters of a text are not members"),
    case(7, [7.0, Decimal(7)], True, True, id="a number"),
    case(True, [True], True, True, id="a boolean"),
    case(date(2022, 9, 1), [date(2022, 9, 1)], True, True, id="a day"),
    case([1, 2.0, Decimal("0.1")], [1.0, 2, 0.1], True, True, id="numbers by value [K1]"),
    case([2**53 + 1], [2.0**53], False, False, id="numbers are compared exactly"),
    case([1, 0], [True, False], False, False, id="1 is not True"),
    case([True], [1, "True"], False, False, id="True is not 1"),
    case(["1"], [1], False, False, id="a text is not a number"),
    case([1, "a", True], [True, "a"], True, True, id="kinds may mix"),
    case(["Golf"], ["golf"], False, False, id="case counts"),
    case(["golf "], ["golf"], False, False, id="spaces count"),
    case([["golf"], {"golf": 1}, b"golf", None, NAN], ["golf"], False, False, id="nested: skipped"),
    case([["tea"], "golf", None], ["golf"], True, True, id="other members are still compared"),
    case([10**499, 1], [1], True, True, id="a number without a kind is skipped"),
    case([""], [""], True, True, id="empty text is a value [V4]"),
    case([None], [""], False, False, id="None is not a value"),
    case(None, ["None"], False, False, id="no value"),
    case({"golf": 1}, ["golf"], False, False, id="a mapping is not a collection [K9]"),
    case(OrderedDict(golf=1).keys(), ["golf"], False, False, id="the keys of a mapping [K9]"),
    case(deque(["golf"]), ["golf"], False, False, id="a deque is not a collection [K1]"),
    case(UserList(["golf"]), ["golf"], False, False, id="a class that behaves like a list"),
    case(b"golf", [103], False, False, id="bytes are not a collection"),
    case(range(3), [1], False, False, id="a range is not a collection"),
    case([float("inf")], [Decimal("Infinity")], True, True, id="infinities"),
    case([LATE], [date(2022, 9, 30)], True, True, id="an instant on a day, in UTC [K4]"),
    case([date(2022, 9, 30)], [LATE], True, True, id="a day against an instant, in UTC"),
    case([LATE], [LATE.astimezone(ZoneInfo("Asia/Tokyo"))], True, True, id="in another zone"),
]


@pytest.mark.parametrize(("collection", "values", "has_any", "has_all"), MEMBERS)
def test_has_any_and_has_all(
    collection: object, values: list[Any], has_any: bool, has_all: bool
) -> None:
    """[K5]."""
    assert is_member(tags.has_any(values), {"tags": collection}) is has_any
    assert is_member(tags.has_all(values), {"tags": collection}) is has_all
    assert is_member(tags.has_any(reversed(values)), {"tags": collection}) is has_any
    assert is_member(tags.has_all(set(values)), {"tags": collection}) is has_all
    events = [event("order", "2022-09-01", tags=collection)]
    assert is_member(did("order").where(prop("tags").has_any(values)), events=events) is has_any
    assert is_member(did("order").latest("tags").has_all(values), events=events) is has_all


@pytest.mark.parametrize(("collection", "values", "has_any", "has_all"), MEMBERS)
def test_has_any_and_has_all_compare_members_like_equality(
    collection: object, values: list[Any], has_any: bool, has_all: bool
) -> None:
    """[K5]: members are compared as with ``==``."""
    members: list[Any] = (
        list(collection) if isinstance(collection, list | tuple | set | frozenset) else [collection]
    )
    found = [
        any(is_member(attr("one") == value, {"one": member}) for member in members)
        for value in values
    ]
    assert any(found) is has_any
    assert all(found) is has_all


FOLDED = [
    case(["Golf", "TEA"], ["golf", "tea"], True, True, id="collections"),
    case("GOLF", ["golf"], True, True, id="one text"),
    case(["straße"], ["STRASSE"], True, True, id="casefold() and not lower()"),
    case(["Σίσυφος"], ["ΣΊΣΥΦΟΣ"], True, True, id="the last sigma"),
    case(["I"], ["\u0131"], False, False, id="independent of the language"),
    case(["é"], ["E\u0301"], False, False, id="no normalisation [K3]"),
    case([1, True, "A"], ["a", 1], True, True, id="numbers have no case"),
    case([True], [1, "true"], False, False, id="other kinds are not converted to text"),
]


@pytest.mark.parametrize(("collection", "values", "has_any", "has_all"), FOLDED)
def test_case_may_be_ignored(
    collection: object, values: list[Any], has_any: bool, has_all: bool
) -> None:
    """[K3], [K5]."""
    assert is_member(tags.has_any(values, ignore_case=True), {"tags": collection}) is has_any
    assert is_member(tags.has_all(values, ignore_case=True), {"tags": collection}) is has_all


def test_a_day_is_compared_with_the_local_day_of_a_member() -> None:
    """[K4]."""
    october = tags.has_any([date(2022, 10, 1)])
    assert is_member(october, {"tags": [LATE]}, tz="Europe/Paris")
    assert not is_member(october, {"tags": [LATE]})


def test_an_absent_attribute_has_no_members() -> None:
    """[V3]: the complement is true."""
    assert not is_member(tags.has_any(["golf"]), {})
    assert not is_member(tags.has_all(["golf"]), {})
    assert is_member(~tags.has_any(["golf"]), {})


def test_has_any_of_no_values_is_false() -> None:
    """[V5]: as for ``is_in``."""
    for collection in (["golf"], [], "golf", None):
        assert not is_member(tags.has_any([]), {"tags": collection})


@pytest.mark.parametrize("collection", [["golf"], ("golf",), {"golf"}, []], ids=repr)
@pytest.mark.parametrize(
    "make_comparison",
    [
        case(lambda x: x == "golf", id="=="),
        case(lambda x: x.is_in(["golf", "['golf']"]), id="is_in"),
        case(lambda x: x.contains("golf"), id="contains"),
        case(lambda x: x.starts_with(""), id="starts_with"),
        case(lambda x: x >= "a", id=">="),
        case(lambda x: x.between("a", "z"), id="between"),
        case(lambda x: x == attr("tags"), id="itself"),
    ],
)
def test_a_whole_collection_is_equal_to_nothing(
    make_comparison: Callable[[Any], Condition], collection: object
) -> None:
    """[K5]."""
    assert not is_member(make_comparison(tags), {"tags": collection})


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        case(lambda: tags.has_any("golf"), r"takes a list of values: \['golf'\]", id="a bare text"),
        case(lambda: tags.has_all("golf"), r"takes a list of values: \['golf'\]", id="for has_all"),
        case(lambda: tags.has_all([]), "takes at least one value", id="all of nothing"),
        case(lambda: tags.has_all(()), "takes at least one value", id="all of an empty tuple"),
        case(lambda: tags.has_any(7), "takes a list of values; got 7", id="a number"),
        case(lambda: tags.has_any({"a": 1}), "takes a list of values", id="a mapping"),
        case(lambda: tags.has_any(b"golf"), "takes a list of values", id="bytes"),
        case(lambda: tags.has_any(None), "takes a list of values", id="None"),
        case(lambda: tags.has_any([None]), r"\.is_set\(\)", id="None in it"),
        case(lambda: tags.has_all(["a", NAN]), r"\.is_set\(\)", id="NaN in it"),
        case(lambda: tags.has_any([["a"]]), r"collection", id="a collection in it"),
        case(lambda: tags.has_any([datetime(2022, 9, 1)]), r"replace\(tzinfo=UTC\)", id="naive"),  # noqa: DTZ001
        case(lambda: tags == ["a"], r"write \.is_in\(\[\.\.\.\]\)", id="== a list"),
        case(lambda: Comparison("has_all", ()), "takes at least one value", id="Comparison"),
    ],
)
def test_invalid_values_are_refused(build: Callable[[], object], cure: str) -> None:
    """[V6]."""
    with pytest.raises(ConditionError, match=cure):
        build()


def test_the_values_keep_their_types() -> None:
    """[K10]: an iterator is read once, and values of different types are not equal."""
    assert tags.has_any(iter([1, 2])) == tags.has_any((1, 2))
    assert tags.has_any([1]) != tags.has_any([1.0])
    assert tags.has_any([1]) != tags.has_any([True])
    assert tags.has_any(["a"]) != tags.has_all(["a"])
    assert tags.has_any(["a"]) != tags.has_any(["a"], ignore_case=True)
    assert tags.has_any(["a", "b"]) == Attribute(("tags",), Comparison("has_any", ("a", "b")))
    assert is_member(tags.has_any([LATE]), {"tags": LATE}, now=NOW)
