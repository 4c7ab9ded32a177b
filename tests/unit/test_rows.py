"""Segments that are compiled together have the members of the reference: one case for each part."""

from __future__ import annotations

import pickle
import types
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    FactsError,
    Segment,
    at_least,
    attr,
    did,
    in_list,
    prop,
)
from segkit.clock import EvaluationContext
from segkit.operations.evaluation import rows
from segkit.operations.evaluation.expression_source import MAX_LEAVES
from segkit.traversal import iter_contact_leaves
from tests.unit.evaluation import NOW, TICK, HostContact, HostEvent, OneRowSource
from tests.unit.reference_calls import matches_by_reference

DAY: Final = timedelta(days=1)
order: Any = did("order")
TOTAL: Final = prop("total") >= 2


def evaluate(
    several: list[Condition],
    contact: Any,  # noqa: ANN401
    events: list[Any],
    now: datetime = NOW,
) -> rows.CompiledRows:
    """Evaluate one row, check the members of each condition, and return what was compiled."""
    compiled = rows.compile_rows(several)
    found: list[list[object]] = [[] for _ in several]
    context = EvaluationContext.create(now, "UTC")
    for evaluate_row in compiled.bind(context, [each.append for each in found]):
        evaluate_row(contact, events)
    for condition, ids in zip(several, found, strict=True):
        is_member = matches_by_reference(condition, contact, events, now=now)
        assert ids == [contact.id] * is_member, condition
    return compiled


WINDOWS: Final = [
    order,
    order.within_last(days=29),
    order.within_last(months=1),
    order.within_last(days=31),
    order.within_last(months=1, days=1),
    order.within_last(hours=1),
    order.between_ago(days=(31, 29)),
    order.before(days=29),
    order.during("day"),
    order.during("month"),
    order.between(date(2022, 9, 1), date(2022, 9, 29)),
    order.between(date(2022, 9, 1), None),
    order.between(None, date(2022, 9, 1)),
    order.where(TOTAL),
    order.where(TOTAL).within_last(days=29),
    order.where(TOTAL).within_last(months=1),
    order.where(prop("total") < 2).within_last(days=29),
]


@pytest.mark.parametrize("is_host", [False, True])
def test_windows_that_overlap(is_host: bool) -> None:
    """[T1] to [T8]: at their edges, and after now, for each number of events."""
    several: list[Condition] = [
        *(window.at_least(number) for window in WINDOWS for number in (1, 2, 3)),
        *(window.exactly(1) for window in WINDOWS),
        *(window.never() for window in WINDOWS),
        *(window.sum("total") >= 2 for window in WINDOWS),
        *(window.sum("total") < 2 for window in WINDOWS),
        *(window.latest("total") == 2 for window in WINDOWS),
        did("order", "visit").within_last(days=29).at_least(2),
        did("order", "visit").within_last(days=29).exactly(2) | in_list("vip"),
        ~order.within_last(days=29) & ~order.within_last(months=1),
    ]
    make = HostEvent if is_host else _event
    for days in (0, 1, 28, 29, 30, 31, 32, 60):
        for tick in (-1, 0, 1):
            events = [make("order", NOW - days * DAY + tick * TICK, {"total": 2}, None, "ada")]
            for total in (None, 0, 1, 2):
                events.append(make("order", NOW - 29 * DAY, {"total": total}, None, "ada"))
                evaluate(several, Contact("ada"), [*events, make("visit", NOW, {}, None, "ada")])


def _event(name: str, at: datetime, properties: dict[str, Any], *_: object) -> Event[str]:
    return Event("ada", name, at, properties)


def test_more_tiers_than_python_nests() -> None:
    several = [order.at_least(number) for number in range(1, 50)]
    several += [order.within_last(days=number) for number in range(1, 50)]
    for number in (0, 1, 19, 20, 21, 22, 40, 41, 49, 60):
        events = [Event("ada", "order", NOW - each * DAY) for each in range(number)]
        evaluate(several, Contact("ada"), events)


def test_objects_of_hosts() -> None:
    """[K2], [V1]: events that cannot count, and properties of every class."""
    several = [order, order.where(TOTAL), order.sum("total") >= 3, order.where(TOTAL).never()]
    all_properties = [
        {"total": 3}, types.MappingProxyType({"total": 3}), None, [("total", 3)], {"total": "3"},
    ]  # fmt: skip
    for properties in all_properties:
        for at in (NOW, NOW + TICK, NOW.replace(tzinfo=None), None):
            for name in ("order", 3, None):
                event = HostEvent(name, at, properties)
                evaluate(several, HostContact(), [event])
                evaluate(several, Contact("ada"), [event, Event("ada", "order", NOW)])


@pytest.mark.parametrize("size", [1, MAX_LEAVES // 2, MAX_LEAVES - 1, MAX_LEAVES])
def test_more_leaves_than_one_function_tests(size: int) -> None:
    """The conditions are compiled in slices, of whole conditions."""
    large = at_least(2, *(attr("age") >= number for number in range(size)))
    several: list[Condition] = [
        attr("age") >= 18,
        large,
        ~large,
        in_list("vip"),
        large,
        attr("age") < 18,
    ]
    for age in (0, 1, 18, None):
        assert not evaluate(several, Contact("ada", {"age": age}), []).declined


def test_a_condition_that_is_too_large_is_declined() -> None:
    """The reference evaluates it, and the others are compiled."""
    large = at_least(2, *(attr("age") >= number for number in range(MAX_LEAVES + 1)))
    several: list[Condition] = [in_list("vip"), large, attr("age") >= 18]
    for age in (0, 1, 30):
        compiled = evaluate(several, Contact("ada", {"age": age}), [])
        assert set(compiled.declined) == set(iter_contact_leaves(large))


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_conditions_that_python_cannot_compile_are_declined(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """The caller's own stack may be deep."""

    def refuse(_source: str) -> None:
        raise error

    monkeypatch.setattr(rows, "compile_source", refuse)
    several: list[Condition] = [in_list("vip"), attr("age") >= 18, ~attr("age").is_set()]
    assert set(evaluate(several, Contact("ada", {"age": 20}), []).declined) == {
        several[0], several[1], attr("age").is_set(),
    }  # fmt: skip


def test_a_pickled_evaluator_compiles_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segkit.evaluator.COMPILE_AFTER", 0)
    adults = Segment("adults", attr("age") >= 18)
    evaluator = Evaluator(OneRowSource(Contact("ada", {"age": 36}), []))
    for each in (evaluator, pickle.loads(pickle.dumps(evaluator)), evaluator):  # noqa: S301
        assert each.members(adults, now=NOW) == {"ada"}


def test_progress_must_be_callable() -> None:
    """[D10]: for a store and for a source of a host."""
    evaluator = Evaluator(OneRowSource(Contact("ada"), []))
    with pytest.raises(FactsError, match="takes a function of two numbers"):
        evaluator.members(in_list("vip"), now=NOW, progress=3)  # type: ignore[arg-type]
