"""The translation of the neutral form, compared with conditions written by hand.

A case proves little if its condition is translated wrongly, so each form is tested separately.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from segkit import And, Condition, EventCount, Or, all_of, any_of, attr, did, in_list, prop
from tests.cases.facts import facts_of
from tests.cases.translate import (
    Node,
    UnsupportedError,
    UntranslatableError,
    condition_of,
    instant_of,
)

NOON = datetime(2024, 3, 15, 12, tzinfo=UTC)
A_WEEK = {"n": 7, "unit": "day"}
A_MONTH = {"n": 1, "unit": "month"}


def comparison(op: str, value: object = None, **more: object) -> Node:
    return {"attr": ["a", "b"], "op": op, "value": value, **more}


def events(**parts: object) -> Node:
    count = {"op": "gte", "n": 1}
    return {"events": {"name": "order", "where": None, "window": None, "count": count, **parts}}


AB = attr("a", "b")
ORDER = did("order").at_least(1)


@pytest.mark.parametrize(
    ("node", "condition"),
    [
        ({"all": []}, And()),
        ({"any": []}, Or()),
        ({"const": True}, And()),
        ({"const": False}, Or()),
        ({"list": "vip"}, in_list("vip")),
        ({"all": [{"list": "x"}, comparison("eq", 1)]}, all_of(in_list("x"), AB == 1)),
        ({"any": [{"list": "x"}, comparison("eq", 1)]}, any_of(in_list("x"), AB == 1)),
        ({"not": comparison("ne", "x")}, ~(AB != "x")),
        (comparison("eq", 1), AB == 1),
        (comparison("eq", "x", fold=True), AB.is_in(["x"], ignore_case=True)),
        (comparison("ne", "x", fold=True), ~AB.is_in(["x"], ignore_case=True)),
        (comparison("gt", 1), AB > 1),
        (comparison("gte", 1), AB >= 1),
        (comparison("lt", "x"), AB < "x"),
        (comparison("lte", 1), AB <= 1),
        (comparison("in", [1, "x"]), AB.is_in([1, "x"])),
        (comparison("not_in", ["x"], fold=True), ~AB.is_in(["x"], ignore_case=True)),
        (comparison("contains", "x"), AB.contains("x")),
        (comparison("not_contains", "x", fold=True), ~AB.contains("x", ignore_case=True)),
        (comparison("starts_with", "x", fold=True), AB.starts_with("x", ignore_case=True)),
        (comparison("not_ends_with", "x"), ~AB.ends_with("x")),
        (comparison("exists"), AB.is_set()),
        (comparison("not_exists"), ~AB.is_set()),
        (comparison("before", "2024-03-15T12:00:00Z"), AB.before(NOON)),
        (comparison("after", "2024-03-15T14:00:00+02:00"), AB.after(NOON)),
        (comparison("before", {"ago": A_WEEK}), AB.before(days=7)),
        (comparison("within_last", A_MONTH), AB.within_last(months=1)),
    ],
)
def test_a_comparison_or_group(node: Node, condition: Condition) -> None:
    assert condition_of(node) == condition


@pytest.mark.parametrize(
    ("parts", "condition"),
    [
        ({}, ORDER),
        ({"window": {"last": A_WEEK}}, ORDER.within_last(days=7)),
        (
            {"window": {"ago": [A_MONTH, A_WEEK]}},
            ORDER.between_ago(relativedelta(months=1), timedelta(days=7)),
        ),
        ({"window": {"ago": [None, A_WEEK]}}, ORDER.before(days=7)),
        ({"window": {"ago": [A_WEEK, None]}}, ORDER.within_last(days=7)),
        ({"window": {"from": "2024-03-15T12:00:00", "to": None}}, ORDER.between(NOON, None)),
        ({"window": {"from": None, "to": "2024-03-15T12:00Z"}}, ORDER.between(None, NOON)),
        ({"window": {"from": None, "to": None}}, ORDER),
        ({"count": {"op": "gt", "n": 2}}, did("order").at_least(3)),
        ({"count": {"op": "lte", "n": 2}}, did("order").at_most(2)),
        ({"count": {"op": "lt", "n": 2}}, did("order").at_most(1)),
        ({"count": {"op": "lt", "n": 0}}, any_of()),
        ({"count": {"op": "eq", "n": 2}}, did("order").exactly(2)),
        ({"count": {"op": "ne", "n": 2}}, ~did("order").exactly(2)),
        (
            {"where": {"any": [{"prop": ["sku"], "op": "eq", "value": "x"}]}},
            ORDER.where(any_of(prop("sku") == "x")),
        ),
    ],
)
def test_a_count_of_events(parts: dict[str, Any], condition: EventCount) -> None:
    assert condition_of(events(**parts)) == condition


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"some": []},
        {"all": [], "any": []},
        {"list": "vip", "joined": None},
        comparison("resembles", "x"),
        comparison("eq", 1, unit="cm"),
        comparison("gt", "x", fold=True),
        comparison("after", {"ago": A_WEEK}),
        comparison("within_last", {"n": 7, "unit": "day", "zone": "UTC"}),
        events(distinct="sku"),
        events(window={"next": A_WEEK}),
        events(count={"op": "about", "n": 1}),
    ],
)
def test_an_unknown_part_is_an_error(node: Node) -> None:
    with pytest.raises(UntranslatableError):
        condition_of(node)


def test_a_prefix_of_event_names_is_unsupported() -> None:
    with pytest.raises(UnsupportedError, match="prefix"):
        condition_of(events(name={"prefix": "TEST_"}))


def case_of(condition: Node, value: str) -> Node:
    event = {"name": "order", "at": "2024-03-15T12:00:00.000Z", "properties": {"a": {"b": value}}}
    contact = {"id": "u", "attributes": {"a": {"b": value}}, "lists": ["vip"], "events": [event]}
    return {"condition": condition, "contacts": [contact]}


def test_only_a_path_with_an_operator_for_times_contains_instants() -> None:
    noon = "2024-03-15T12:00:00.000Z"
    [(contact, [event])] = facts_of(case_of({"not": comparison("within_last", A_WEEK)}, noon))
    assert contact.attributes == {"a": {"b": NOON}}
    assert event.properties == {"a": {"b": noon}}
    assert (contact.lists, event.at) == ({"vip": None}, NOON)

    where = {"prop": ["a", "b"], "op": "before", "value": noon}
    [(contact, [event])] = facts_of(case_of(events(where=where), noon))
    assert contact.attributes == {"a": {"b": noon}}
    assert event.properties == {"a": {"b": NOON}}


def test_text_that_is_not_a_date_is_not_converted() -> None:
    [(contact, _)] = facts_of(case_of(comparison("within_last", A_WEEK), "soon"))
    assert contact.attributes == {"a": {"b": "soon"}}


def test_a_path_read_as_a_date_and_as_text_is_an_error() -> None:
    condition = {"all": [comparison("within_last", A_WEEK), comparison("matches", "^2024")]}
    with pytest.raises(UntranslatableError):
        facts_of(case_of(condition, "2024-03-15"))


def test_a_date_without_a_zone_is_of_utc() -> None:
    assert instant_of("2024-03-15T12:00:00") == NOON
