"""The work of evaluations over a stream of rows, counted: leaves, values, events, rows alive."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, ClassVar, Final

import attrs
import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    Segment,
    attr,
    did,
    in_list,
    prop,
    sample,
)
from segkit.operations.evaluation import reference, rows, runtime
from segkit.operations.evaluation.matches import COMPILE_AFTER
from tests.unit.call_counts import count_calls
from tests.unit.evaluation import NOW, HostContact, HostEvent
from tests.unit.reference_calls import counting_declined_leaves

DAY: Final = timedelta(days=1)
order: Any = did("order")
TOTAL: Final = prop("total") >= 2


class Values(dict[str, Any]):
    """Attributes or properties that count how often each name is read."""

    read: ClassVar = Counter[str]()

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        Values.read[name] += 1
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        Values.read[name] += 1
        return super().__getitem__(name)


@attrs.define
class Stream:
    """A source of a host that yields rows."""

    rows: Iterable[tuple[Any, Iterable[Any]]]

    def load(self, *_: object) -> Iterator[tuple[Any, Iterable[Any]]]:
        return iter(self.rows)


def evaluate(stream: Iterable[tuple[Any, Iterable[Any]]], *several: Condition) -> list[list[Any]]:
    segments = [Segment(str(number), each) for number, each in enumerate(several)]
    return [list(ids) for ids in Evaluator(Stream(stream)).evaluate(segments, now=NOW).values()]


@pytest.fixture
def _always_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segkit.evaluator.COMPILE_AFTER", 0)


@pytest.mark.usefixtures("_always_compiled")
def test_an_attribute_that_many_segments_compare_is_read_once() -> None:
    """Once for each contact."""
    Values.read.clear()
    contacts = [HostContact(n, Values({"age": 50 + n, "plan": "pro"}), {}) for n in range(5)]
    adult = attr("age") >= 18
    several: list[Condition] = [adult, ~adult]
    several += [adult & (attr("age") < n) for n in range(20)]
    evaluate([(contact, []) for contact in contacts], *several)
    assert Values.read == {"age": 5}


@pytest.mark.usefixtures("_always_compiled")
@pytest.mark.parametrize("use", [lambda leaf: leaf, lambda leaf: ~leaf, lambda leaf: leaf & leaf])
def test_a_leaf_that_twenty_segments_share_is_evaluated_once(
    monkeypatch: pytest.MonkeyPatch, use: Callable[[Condition], Condition]
) -> None:
    """Whatever it is: a declined leaf, an aggregate, a sequence."""
    declined: list[Condition] = [sample(percent=30, salt="a"), order.followed_by(did("visit"))]
    evaluated: list[object] = []
    aggregate = runtime.RUNTIME["aggregate_satisfies"]

    def counted(leaf: object, events: list[Any], *arguments: object) -> bool:
        if events:
            evaluated.append(leaf)
        verdict: bool = aggregate(leaf, events, *arguments)
        return verdict

    monkeypatch.setitem(runtime.RUNTIME, "aggregate_satisfies", counted)
    total = order.sum("total") >= 2
    several = [use(leaf) & (attr("age") >= n) for n in range(20) for leaf in (*declined, total)]
    people = [(Contact(n, {"age": 50}), [Event(n, "order", NOW)]) for n in range(4)]
    with counting_declined_leaves() as found:
        evaluate(people, *several)
    assert Counter(found) == dict.fromkeys(declined, 4)
    assert evaluated == [total] * 4


@pytest.mark.usefixtures("_always_compiled")
def test_events_are_read_in_one_pass_for_all_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many windows, names and aggregates there are."""
    read: list[object] = []
    usable_event = runtime.RUNTIME["usable_event"]

    def counted(event: Any) -> Any:  # noqa: ANN401
        read.append(event)
        return usable_event(event)

    monkeypatch.setitem(runtime.RUNTIME, "usable_event", counted)
    events = [HostEvent("order", NOW - n * DAY, {"total": n}, None, 1) for n in range(9)]
    several = [
        *(order.within_last(days=n + 1).at_least(2) for n in range(30)),
        did("visit", "order").within_last(days=3),
        order.where(TOTAL),
        order.sum("total") >= 3,
        order.latest("total") == 0,
    ]
    assert evaluate([(Contact(1), events)], *several)[-4:] == [[1]] * 4
    assert read == events


@pytest.mark.usefixtures("_always_compiled")
def test_a_where_is_tested_once_for_each_event() -> None:
    """For all of the segments that count the same events; outside of the window it is not."""
    Values.read.clear()
    events = [HostEvent("order", NOW - n * DAY, Values({"total": n}), None, 1) for n in range(9)]
    several = [order.where(TOTAL).within_last(days=4).at_least(n) for n in range(1, 20)]
    assert evaluate([(Contact(1), events)], *several)[:3] == [[1], [1], []]
    assert Values.read == {"total": 4}


@pytest.mark.usefixtures("_always_compiled")
def test_the_properties_of_other_names_are_not_read() -> None:
    Values.read.clear()
    events = [HostEvent(name, NOW, Values({"total": 3}), None, 1) for name in ("visit", "cart")]
    assert evaluate([(Contact(1), events)], order.where(TOTAL), order.sum("total") >= 1) == [[], []]
    assert Values.read == {}


def test_segments_are_compiled_once_for_all_evaluations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the now; a few contacts are evaluated without compiling."""
    evaluator = Evaluator(Stream([(Contact(n, {"age": n}), []) for n in range(COMPILE_AFTER + 1)]))
    segments = [Segment("adults", attr("age") >= 18), Segment("recent", order.within_last(days=3))]

    def evaluate_often() -> None:
        for days in range(5):
            evaluator.evaluate(segments, now=NOW + days * DAY)

    counted = [(rows, "compile_rows")]
    assert count_calls(monkeypatch, counted, evaluate_often) == 1
    few = Evaluator(Stream([(Contact(n), []) for n in range(COMPILE_AFTER)]))
    assert count_calls(monkeypatch, counted, lambda: few.evaluate(segments, now=NOW)) == 0


def test_an_evaluator_keeps_a_few_compiled_evaluations() -> None:
    """The oldest is dropped, and the conditions with it."""
    evaluator = Evaluator(Stream([(Contact(n, {"age": n}), []) for n in range(COMPILE_AFTER + 9)]))
    conditions = weakref.WeakSet[Condition]()
    for number in range(30):
        condition = attr("age") >= number
        conditions.add(condition)
        assert len(evaluator.members(condition, now=NOW)) == max(0, COMPILE_AFTER + 9 - number)
        del condition
    gc.collect()
    assert len(conditions) == 8


def test_the_reference_evaluates_declined_leaves_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """For exact contacts and events, after the first contacts."""
    counted: list[object] = []

    def refuse(*arguments: object) -> None:
        counted.append(arguments)

    several = [
        attr("age") >= 18,
        attr("since").within_last(days=3),
        in_list("vip"),
        order.at_least(2).within_last(days=3),
        order.where(TOTAL).never(),
        order.sum("total") >= 2,
        did("order", "visit").latest("total") == 2,
    ]
    monkeypatch.setattr("segkit.evaluator.COMPILE_AFTER", 0)
    monkeypatch.setattr(rows, "evaluate_condition", refuse)
    monkeypatch.setattr(reference, "evaluate_condition", refuse)
    people = [(Contact(n, {"age": n}), [Event(n, "order", NOW, {"total": n})]) for n in range(9)]
    with counting_declined_leaves() as declined:
        evaluate(people, *several)
    assert (declined, counted) == ([], [])


@pytest.mark.parametrize("number", [3 * COMPILE_AFTER])
@pytest.mark.parametrize("progress", [None, lambda *_: None], ids=["", "progress"])
def test_a_stream_is_never_held_whole(number: int, progress: Any) -> None:  # noqa: ANN401
    """[D7]: one or two rows are alive at any time, before and after segments are compiled."""
    alive = weakref.WeakSet[Any]()
    most = 0

    @attrs.define(eq=False)
    class Row:
        id: int
        attributes: dict[str, Any]
        lists: dict[str, Any]

    @attrs.define(eq=False)
    class Order:
        contact_id: int
        name: str = "order"
        at: Any = NOW
        properties: Any = attrs.field(factory=dict[str, Any])
        id: Any = None

    def stream() -> Iterator[tuple[Row, list[Order]]]:
        nonlocal most
        for each in range(number):
            row, events = Row(each, {"age": each}, {}), [Order(each)]
            alive.update([row, *events])
            yield row, events
            most = max(most, len(alive))
            del row, events

    evaluator = Evaluator(Stream(stream()))
    segments = [
        Segment("adults", attr("age") >= 18),
        Segment("buyers", order.at_least(1)),
        Segment("total", order.sum("total") >= 0),
        Segment("sequence", order.followed_by(order)),
    ]
    found = evaluator.evaluate(segments, now=NOW, progress=progress)
    assert [len(ids) for ids in found.values()] == [number - 18, number, number, 0]
    assert most <= 4
    assert len(alive) == 0
