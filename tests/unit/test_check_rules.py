"""The rules of `check`, each on the smallest data that breaks it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final

import pytest

from segkit import (
    Catalog,
    Condition,
    Contact,
    Event,
    Field,
    MemorySource,
    SeenKind,
    SeenValues,
    attr,
    check,
    did,
    prop,
)

NOW: Final = datetime(2024, 6, 1, tzinfo=UTC)
EXACT: Final = "0.1234567890123456789"


def observed(*values: object, events: tuple[Any, ...] = ()) -> Catalog:
    """Return the catalog of contacts with the attribute x, and of events of the first of them."""
    contacts = [Contact(str(number), {"x": value}) for number, value in enumerate(values)]
    return Catalog.observed(MemorySource(contacts, events), now=NOW)


def repairs(condition: Condition, catalog: Catalog) -> list[str | None]:
    return [finding.repair for finding in check(condition, catalog)]


@pytest.mark.parametrize(
    ("condition", "values", "repair"),
    [
        (attr("x") == EXACT, [1], f'attr("x") == Decimal("{EXACT}")'),
        (attr("x2") > attr("x"), [1], 'attr("x") > attr("x")'),
        (attr("x") == "A", ["A", "a"], 'attr("x").is_in(["A"], ignore_case=True)'),
        (attr("x2").contains("p"), ["p"], 'attr("x").contains("p")'),
        (attr("x2").is_set(), [1], 'attr("x").is_set()'),
        (attr("x2").within_last(days=3), [NOW], 'attr("x")'),
        (attr("x") > "2024-01-01T00:00", [NOW], 'attr("x") > date(2024, 1, 1)'),
        (attr("x") > "2024-01-01T09:00", [NOW], None),
        (attr("x") > "2024-01-01T09:00Z", [NOW],
         'attr("x") > datetime(2024, 1, 1, 9, 0, tzinfo=UTC)'),
        (attr("x").between("1", "90"), [5], 'attr("x").between(1, 90)'),
        (attr("x").between("18", "9"), [5], None),
        (attr("x").between("2024-01-01", "2024-01-02T09:00Z"), [NOW], None),
        (attr("x") == "later", [NOW], None),
        (attr("x").contains("1"), [1], None),
        (attr("x") > "yes", [True], None),
        (attr("x").has_any(["1"]), [[1, 2]], 'attr("x").has_any([1])'),
        (attr("x").has_any([1]), [["a"], [{"b": 1}]], None),
        (attr("x").is_in(["b" * 400]), ["a"], None),
        (attr("x", "zpi") == "a", [{"zip": "a"}], 'attr("x", "zip") == "a"'),
        (attr("x", "y", "z") == "a", [{"y": {"q": 1}}], None),
        (attr("x2", "zip") == "a", [{"zip": "a"}], 'attr("x", "zip") == "a"'),
        (attr("x") > "9", ["1", "22"], 'Catalog(attributes={"x": "number"})'),
        (attr("x") > "2024-01-01", ["2024-03-05", "x"], None),
        (attr("x") > 1, [], None),
    ],
)  # fmt: skip
def test_a_finding_has_a_repair_where_there_is_one(
    condition: Condition, values: list[object], repair: str | None
) -> None:
    found = repairs(condition, observed(*values))
    assert len(found) == 1
    assert found == [repair]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        (attr("x") > 1, [2, 3]),
        (attr("x") > date(2024, 1, 1), [NOW]),
        (attr("x").is_in(["A"], ignore_case=True), ["a", "A"]),
        (attr("x").has_any(["a"]), [[], ["a"]]),
        (attr("x").has_any(["a"]), ["a", ["a", {}]]),
        (attr("x").has_any(["A"], ignore_case=True), [["a"]]),
        (attr("x") > "20240101", ["20240305", "20240306"]),
        (attr("x") > "2024-01-01", ["2024-03-05", "2024-03-06"]),
        (attr("x") > "b", ["a", "c"]),
        (attr("x").between("10", "99"), ["15", "20"]),
        (attr("x").is_in([1, 5]), [1, 2]),
        (attr("x") != "zz", ["a", "b"]),
        (attr("x").is_in(["p17", "p18"]), ["p17", "p19"]),
        (attr("x").is_in([]), ["a"]),
    ],
)
def test_what_fits_is_no_finding(condition: Condition, values: list[object]) -> None:
    assert not check(condition, observed(*values))


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        (attr("x") > 2_000, True), (attr("x") > 5, False),
        (attr("x") >= 2_000, True), (attr("x") >= 5, False),
        (attr("x") < 0, True), (attr("x") < 5, False),
        (attr("x") <= -1, True), (attr("x") <= 5, False),
        (attr("x") == 2_000, True), (attr("x") == 5, False),
        (attr("x").between(2_000, 3_000), True), (attr("x").between(5, 3_000), False),
        (attr("x").is_in([5, 2_000]), False), (~(attr("x") > 2_000), False),
    ],
)  # fmt: skip
def test_many_values_are_compared_by_their_extremes(condition: Condition, is_found: bool) -> None:
    catalog = observed(*range(1_500))
    assert bool(check(condition, catalog)) is is_found


def test_many_texts_may_contain_anything() -> None:
    catalog = observed(*(f"text {number}" for number in range(1_500)))
    assert not check(attr("x").contains("zebra"), catalog)
    assert not check(attr("x").is_in(["TEXT 1"], ignore_case=True), catalog)
    assert check(attr("x") == "zebra", catalog)
    assert not check(attr("x") == "text 77", catalog)
    hidden = Catalog.observed(MemorySource([Contact("a", {"x": "secret"})]), examples=False)
    assert not check(attr("x") == "zebra", hidden)


def test_choices_are_compared_with_equality_and_in_text_only() -> None:
    catalog = Catalog(attributes={"x": ["free", "pro"], "n": [1, 2]})
    assert not check(attr("x") > "g", catalog)
    assert not check(attr("x").contains("re"), catalog)
    assert not check(attr("x").is_in(["FREE"], ignore_case=True), catalog)
    assert not check(attr("x") == attr("x"), catalog)
    assert check(attr("n") == 3, catalog)


def test_empty_texts_that_a_condition_knows_are_no_finding() -> None:
    events = (Event("0", "order", NOW, {"code": ""}), Event("0", "order", NOW, {"code": "a"}))
    catalog = observed("a", events=events)
    is_set = prop("code").is_set()
    assert check(did("order").where(is_set), catalog)
    assert not check(did("order").where(is_set & (prop("code") != "")), catalog)
    step = did("order").where(is_set, prop("code") != "")
    assert not check(did("order").followed_by(step), catalog)


def test_events_without_an_instant_are_found() -> None:
    naive = SimpleNamespace(
        contact_id="0",
        name="order",
        at=datetime(2024, 1, 1),  # noqa: DTZ001 - naive, as a host may have it
        properties=[3],
        id=None,
    )
    catalog = Catalog.observed([(Contact("0"), [naive, naive])], now=NOW)
    messages = [finding.message for finding in check(did("order"), catalog)]
    assert messages == [
        "2 events whose time is no instant with a zone: never counted",
        '2 "order" events without an instant that has a zone: none counts',
    ]


def test_a_catalog_of_counts_without_members_is_checked() -> None:
    seen = SeenValues(2, {"collection": SeenKind(2)})
    catalog = Catalog(attributes={"x": Field("collection", seen=seen)})
    assert not check(attr("x").has_any(["a"]), catalog)


def test_a_text_without_lengths_is_checked() -> None:
    seen = SeenValues(2, {"text": SeenKind(2)})
    catalog = Catalog(attributes={"x": Field("text", seen=seen)})
    assert check(attr("x") > "9", catalog)
