"""The work of evaluations over kept columns, counted: tests of contacts, counts, visited events."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    attr,
    did,
    in_any_list,
    in_list,
    prop,
    sample,
)
from segkit.clock import EvaluationContext
from segkit.operations.evaluation import columns_source, reference, rows
from segkit.semantics.observations import leaf_is_true
from segkit.sources import columns, event_column, kept_events, masks
from tests.unit.call_counts import count_calls
from tests.unit.evaluation import NOW
from tests.unit.reference_calls import counting_declined_leaves, matches_by_reference
from tests.unit.store_evaluation import evaluate_store as evaluate

NUMBER: Final = 60
"""More contacts than a store without columns has."""
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
order: Any = did("order")
TOTAL: Final = prop("total") >= 2


def shop() -> MemorySource[int]:
    """Return a store whose contact n has n % 4 orders and a visit, all of them in the last days."""
    contacts = [
        Contact(
            number,
            {"age": number, "since": NOW - number * DAY, "plan": "pro" if number % 2 else None},
            {"vip": NOW - number * DAY} if number % 3 else {},
        )
        for number in range(NUMBER)
    ]
    events = [
        Event(number, name, NOW - number * HOUR - each * DAY, {"total": each}, id=(name, each))
        for number in range(NUMBER)
        for name, several in (("order", number % 4), ("visit", 1))
        for each in range(several)
    ]
    return MemorySource(contacts, events)


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> Counter[Condition]:
    """The number of contacts that each leaf is tested on."""
    numbers = Counter[Condition]()

    def compile_counted(leaves: Any, *paths: Any) -> Callable[[EvaluationContext], Any]:  # noqa: ANN401
        bind = columns_source.compile_contact_tests(leaves, *paths)

        def bind_counted(context: EvaluationContext) -> Callable[..., Any]:
            test = bind(context)

            def test_counted(contacts: Any, *values: Any) -> Any:  # noqa: ANN401
                for leaf in leaves:
                    numbers[leaf] += len(contacts)
                return test(contacts, *values)

            return test_counted

        return bind_counted

    for module in (columns, masks):
        monkeypatch.setattr(module, "compile_contact_tests", compile_counted)
    return numbers


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The owners of the events that are read from columns, one entry for each event."""
    owners: list[int] = []
    column = event_column.EventColumn

    def counted(find: Callable[..., Iterator[Iterable[Any]]]) -> Callable[..., Any]:
        def find_counted(*arguments: Any) -> Iterator[Any]:  # noqa: ANN401
            for part in find(*arguments):
                found = list(part)
                owners.extend(each[1] if isinstance(each, tuple) else each for each in found)
                yield found

        return find_counted

    for name in ("owners_between", "owners_satisfying", "events_between"):
        monkeypatch.setattr(column, name, counted(getattr(column, name)))
    return owners


# --- one evaluation -------------------------------------------------------------------------------


def test_a_leaf_that_many_segments_share_is_evaluated_once(tested: Counter[Condition]) -> None:
    adult, recent = attr("age") >= 18, attr("since").within_last(days=30)
    evaluate(
        shop(), *(adult & (attr("age") < n) for n in range(20)), adult | recent, recent & ~adult
    )
    assert len(tested) == 22
    assert set(tested.values()) == {NUMBER}


def test_events_are_counted_once_for_each_name_window_and_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several = [
        *(order.within_last(days=3).at_least(n) for n in range(20)),
        order.within_last(days=3).at_most(2),
        order.within_last(days=3) & attr("age").is_set(),
        *(order.where(TOTAL).within_last(days=3).at_least(n) for n in range(3)),
        order.within_last(days=4),
        did("visit").within_last(days=3),
        *(did("order", "visit").within_last(days=3).exactly(n) for n in range(3)),
        did("visit", "order").within_last(days=3).exactly(7),
    ]
    source = shop()
    counted = [(kept_events.KeptCounts, "at")]
    assert count_calls(monkeypatch, counted, lambda: evaluate(source, *several)) == 5


def test_an_event_is_tested_by_a_where_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all evaluations, as long as its period does not change."""
    numbers = Counter[object]()

    def compile_counted(where: Condition) -> Callable[[EvaluationContext], Any]:
        bind = columns_source.compile_where(where)

        def bind_counted(context: EvaluationContext) -> Callable[[Event[Any]], bool]:
            test = bind(context)

            def test_counted(event: Event[Any]) -> bool:
                numbers[event.contact_id, event.id] += 1
                return test(event)

            return test_counted

        return bind_counted

    monkeypatch.setattr(masks, "compile_where", compile_counted)
    source = shop()
    for hours in (0, 30, -30, 400):
        for days in (2, 5, 90):
            evaluate(source, order.where(TOTAL).within_last(days=days), now=NOW + hours * HOUR)
    assert numbers == {(n, ("order", each)): 1 for n in range(NUMBER) for each in range(n % 4)}
    numbers.clear()
    source.track(Event(7, "order", NOW - 300 * DAY, {"total": 5}))
    evaluate(source, order.where(TOTAL).within_last(days=90), now=NOW + 31 * HOUR)
    assert not numbers  # The event is in a period that is outside of every window.
    evaluate(source, order.where(TOTAL).between_ago(days=(303, 297)), now=NOW)
    assert numbers == {(7, None): 1}


def test_names_that_no_segment_asks_for_are_not_read() -> None:
    source = shop()
    evaluate(source, attr("age") >= 18)
    assert source.memory().events == 0
    evaluate(source, order)
    assert source.memory().events == sum(n % 4 for n in range(NUMBER))
    evaluate(source, did("cart"), order)
    assert source.memory().events == sum(n % 4 for n in range(NUMBER))


ALL: Final = [
    attr("age") >= 18,
    attr("plan") != "pro",
    ~attr("plan").is_set(),
    attr("since").within_last(days=20),
    attr("since").anniversary_in(days=3),
    in_list("vip"),
    in_any_list(),
    in_list("vip").joined_within_last(days=20),
    order,
    order.at_least(300),
    order.where(TOTAL).at_least(2).within_last(days=20),
    order.where(prop("at").within_last(days=2)).never(),
    order.during("week").exactly(2),
    order.sum("total") >= 2,
    did("order", "visit").distinct("total") >= 2,
    order.latest("total") == 2,
    order.latest_at().within_last(days=2),
]
DECLINED: Final = [
    sample(percent=30, salt="a"),
    attr("age") == attr("plan"),
    in_any_list().joined_within_last(days=20),
    did("order", "visit").latest("total") == 2,
    order.followed_by(did("visit"), within=DAY),
]


def refuse(*arguments: object) -> None:
    pytest.fail(str(arguments))


def test_the_reference_evaluates_declined_leaves_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """For exact contacts and events, built and after changes, at any now."""
    source, evaluated = shop(), set[object]()

    def recorded(leaf: Condition, *arguments: Any) -> bool:  # noqa: ANN401
        evaluated.add(leaf)
        return leaf_is_true(leaf, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "evaluate_condition", refuse)
    monkeypatch.setattr(reference, "evaluate_condition", refuse)
    monkeypatch.setattr(columns_source, "leaf_is_true", refuse)
    monkeypatch.setattr(columns_source, "where_is_true", refuse)
    monkeypatch.setattr(masks, "leaf_is_true", recorded)
    evaluator = Evaluator(source)
    with counting_declined_leaves() as declined:
        for now in (NOW, NOW + DAY, NOW - 3 * DAY):
            evaluator.evaluate([Segment(str(n), each) for n, each in enumerate(ALL)], now=now)
            source.update(5, {"age": 9})
            source.track(Event(7, "order", NOW - DAY, {"total": 3}))
        assert (declined, evaluated) == ([], set())
        found = [Segment(str(n), each) for n, each in enumerate(DECLINED)]
        evaluator.evaluate(found, now=NOW)
        assert {*declined, *evaluated} == set(DECLINED)


@pytest.mark.parametrize("condition", DECLINED[-2:], ids=str)
def test_the_reference_evaluates_only_contacts_with_an_event(
    monkeypatch: pytest.MonkeyPatch, condition: Condition
) -> None:
    """Of the first step of a sequence, in its window, or of the names of an aggregate."""
    source = shop()
    evaluate(source, condition)
    source.remove(3)
    for number in range(20, 30):
        for each in range(number % 4):
            source.untrack(number, ("order", each))
        source.untrack(number, ("visit", 0))
    evaluate(source, condition)
    with_orders = [n for n in range(NUMBER) if n % 4 and n != 3 and n not in range(20, 30)]
    with_events = [n for n in range(NUMBER) if n != 3 and n not in range(20, 30)]
    expected = with_orders if condition is DECLINED[-1] else with_events
    calls = count_calls(
        monkeypatch,
        [(masks, "leaf_is_true")],
        lambda: Evaluator(source).members(condition, now=NOW),
    )
    assert calls == len(expected)


# --- another now ----------------------------------------------------------------------------------


def test_at_another_now_no_contact_is_tested_again(tested: Counter[Condition]) -> None:
    """By a leaf that does not depend on now; the others are tested at each now."""
    static: list[Condition] = [
        attr("age") >= 18,
        in_list("vip"),
        sample(percent=30, salt="a"),
        attr("age") == 7,
    ]
    moving: list[Condition] = [
        attr("since").within_last(days=30),
        in_list("vip").joined_within_last(days=20),
    ]
    source = shop()
    for days in range(4):
        evaluate(source, *static, *moving, now=NOW + days * DAY)
    assert tested == dict.fromkeys(static, NUMBER) | dict.fromkeys(moving, 4 * NUMBER)


@pytest.mark.parametrize("condition", [order, order.where(TOTAL)], ids=["", "where"])
@pytest.mark.parametrize("hours", [6, -6])
def test_at_another_now_only_the_events_that_enter_or_leave_are_visited(
    visited: list[int],
    condition: Any,  # noqa: ANN401
    hours: int,
) -> None:
    """The window of two days moves by six hours, later or earlier."""
    source, recent = shop(), condition.within_last(days=2)
    evaluate(source, recent, now=NOW - DAY)
    assert visited
    visited.clear()
    evaluate(source, recent, now=NOW - DAY)
    assert visited == []
    now = NOW - DAY + hours * HOUR
    evaluate(source, recent, now=now)

    def in_window(at: datetime, now: datetime) -> bool:
        return now - 2 * DAY < at <= now

    assert sorted(visited) == sorted(
        contact.id
        for contact in source
        for event in source.events(contact.id)
        if event.name == "order"
        and in_window(event.at, NOW - DAY) != in_window(event.at, now)
        and (condition is order or event.properties["total"] >= 2)
    )


def test_the_verdicts_of_an_aggregate_are_computed_again_only_for_owners_of_moved_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of events that entered or left the window, were added, or were removed."""
    source, condition = shop(), order.within_last(days=2).sum("total") >= 2

    def owners(evaluation: Callable[[], object]) -> int:
        calls = count_calls(monkeypatch, [(masks, "aggregate_satisfies")], evaluation)
        return calls - 1  # the verdict without events

    with_orders = {
        contact.id
        for contact in source
        if matches_by_reference(
            order.within_last(days=2), contact, source.events(contact.id), now=NOW
        )
    }
    assert owners(lambda: evaluate(source, condition)) == len(with_orders)
    assert owners(lambda: evaluate(source, condition)) == 0
    assert owners(lambda: evaluate(source, condition, order, attr("age") >= 18)) == 0
    source.track(Event(7, "order", NOW, {"total": 7}))
    source.track(Event(7, "visit", NOW, {"total": 7}))
    source.untrack(9, ("order", 0))
    source.update(10, {"age": 7})
    assert owners(lambda: evaluate(source, condition)) == 1  # 9 has no order any more
    moved = {
        contact.id
        for contact in source
        for event in source.events(contact.id)
        if event.name == "order" and NOW - 2 * DAY < event.at <= NOW - 2 * DAY + 3 * HOUR
    }
    assert 0 < owners(lambda: evaluate(source, condition, now=NOW + 3 * HOUR)) <= len(moved)
    # An aggregate that depends on now is computed for everybody with an event.
    latest = order.latest_at().within_last(days=2)
    for _ in range(2):
        assert owners(lambda: evaluate(source, latest)) == sum(
            any(event.name == "order" for event in source.events(n)) for n in range(NUMBER)
        )


def test_ids_are_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to evaluate nor to build an audience, which is iterated."""

    class Id:
        def __hash__(self) -> int:
            return id(self)

    source = MemorySource([Contact(Id(), {"age": number}) for number in range(NUMBER)])
    evaluator = Evaluator(source)
    evaluator.members(attr("age") >= 18, now=NOW)

    def iterate() -> None:
        assert len(list(evaluator.members(attr("age") >= 18, now=NOW))) == NUMBER - 18

    assert count_calls(monkeypatch, [(Id, "__hash__")], iterate) == 0


# --- after changes --------------------------------------------------------------------------------

KEPT: Final = [
    attr("age") >= 18,
    in_list("vip"),
    attr("plan") != "pro",
    order,
    order.sum("total") >= 3,
]


def change_ten(source: MemorySource[int]) -> None:
    for number in range(4):
        source.update(number, {"age": 40 - number})
        source.add_to_list(3 * number + 6, "vip")
    source.remove_from_list(8, "vip")
    source.upsert(Contact(NUMBER, {"age": 30}))


def test_after_ten_changes_only_ten_contacts_are_tested_again(
    monkeypatch: pytest.MonkeyPatch, tested: Counter[Condition]
) -> None:
    """However often each of them changes; a removed contact is not tested."""
    source = shop()
    evaluate(source, *KEPT)
    tested.clear()
    for _ in range(3):
        change_ten(source)
    source.remove(20)
    rebuilt = count_calls(
        monkeypatch,
        [(columns.Columns, "__init__"), (event_column.EventColumn, "__init__")],
        lambda: evaluate(source, *KEPT),
    )
    assert rebuilt == 0
    assert set(tested.values()) == {10}
    tested.clear()
    evaluate(source, *KEPT)
    assert not any(tested.values())


def test_changes_of_events_test_no_contact(tested: Counter[Condition], visited: list[int]) -> None:
    source = shop()
    evaluate(source, *KEPT)
    tested.clear()
    visited.clear()
    source.track(Event(7, "order", NOW - DAY, {"total": 9}))
    source.track(Event(NUMBER + 1, "order", NOW - DAY, {"total": 9}))
    source.untrack(9, ("order", 0))
    evaluate(source, *KEPT[:-1])
    assert not any(tested.values())
    assert visited == []


def test_a_further_name_is_built_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The column of a name is built when it is first needed; again if its events are read."""
    source = shop()
    built: list[dict[str, bool]] = []

    def counted(events: Any, positions: Any, names: dict[str, bool]) -> Any:  # noqa: ANN401
        if names:
            built.append(names)
        return event_column.build_columns(events, positions, names)

    monkeypatch.setattr(columns, "build_columns", counted)
    for several in ([order], [order, did("visit")], [order.where(TOTAL)], [order, did("visit")]):
        evaluate(source, *several)
    assert built == [{"order": False}, {"visit": False}, {"order": True}]


def test_masks_of_many_zones_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """[D7]: the memory is bounded, whatever the number of leaves, paths, counts and zones."""
    monkeypatch.setattr(columns, "_MAX_KEPT", 10)
    source = shop()

    def kept_bytes(zones: list[Any]) -> int:
        for number in range(12):
            for tz in zones:
                several = [
                    attr("age") >= number,
                    in_list(f"list {number}"),
                    attr("since", f"k{number}").within_last(days=3),
                    order.within_last(days=number + 1),
                    order.within_last(days=number + 1).sum("total") >= number,
                ]
                evaluate(source, *several, tz=tz)
        return source.memory().bytes_of_contacts

    few = kept_bytes([UTC])
    names = ("Europe/Paris", "Asia/Tokyo", "Africa/Lagos", "America/Lima", "Asia/Kathmandu")
    assert kept_bytes(list(map(ZoneInfo, names))) <= 1.5 * few


def test_the_verdicts_of_many_wheres_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_column, "_MAX_KEPT", 3)
    monkeypatch.setattr(columns, "_MAX_KEPT", 3)
    source = shop()
    sizes: list[int] = []
    for number in (*range(12), *range(12)):
        where = order.where(prop("total") >= number)
        evaluate(source, where.within_last(days=90), where.within_last(days=5))
        sizes.append(source.memory().bytes_of_events)
    assert max(sizes) == max(sizes[:4])


# --- built again ----------------------------------------------------------------------------------


def builds(monkeypatch: pytest.MonkeyPatch, source: MemorySource[Any]) -> int:
    return count_calls(
        monkeypatch, [(columns.Columns, "__init__")], lambda: evaluate(source, *KEPT)
    )


def test_the_columns_are_built_again_after_very_many_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the store collects no changes any more."""
    source = shop()
    assert builds(monkeypatch, source) == 1
    for number in range(1000):
        source.update(number % NUMBER, {"age": number % 30})
    assert len(source._changes) == 1000  # noqa: SLF001
    assert builds(monkeypatch, source) == 0
    for number in range(1001):
        source.update(number % NUMBER, {"age": number % 31})
    for number in range(20):
        source.track(Event(number, "order", NOW, {"total": number}))
    assert source._changes == []  # noqa: SLF001
    assert source.memory().contacts == 0
    assert builds(monkeypatch, source) == 1


def test_the_columns_are_built_again_if_most_contacts_were_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that positions of removed contacts do not add up."""
    source = shop()
    source.upsert_many([Contact(n, {"age": n % 50}) for n in range(NUMBER, 2 * NUMBER)])
    assert builds(monkeypatch, source) == 1
    source.remove_many(range(NUMBER + 1))
    source.track(Event(NUMBER + 5, "order", NOW, {"total": 9}))
    assert builds(monkeypatch, source) == 0
    assert source.memory().contacts == 2 * NUMBER
    source.update(NUMBER + 6, {"age": 99})
    source.track(Event(NUMBER + 6, "order", NOW, {"total": 2}))  # 2 is not 4: it is counted once.
    source.remove(NUMBER + 7)
    source.upsert(Contact(NUMBER + 7, {"age": 21}))  # After the others, and before the next one.
    source.upsert(Contact("new", {"age": 20}))  # type: ignore[arg-type]
    assert builds(monkeypatch, source) == 1
    assert source.memory().contacts == NUMBER
    assert source.memory().events == 2


# --- what is reported -----------------------------------------------------------------------------


def record(calls: list[tuple[int, int | None]], done: int, total: int | None) -> None:
    calls.append((done, total))


def test_progress_and_the_log_have_the_number_of_contacts(caplog: pytest.LogCaptureFixture) -> None:
    """[D10]: without contacts that were removed; progress never goes back, and reaches the end."""
    source = shop()
    evaluator = Evaluator(source)
    segments = [Segment(str(n), each) for n, each in enumerate(ALL)]
    for number in (NUMBER, NUMBER - 1):
        calls: list[tuple[int, int | None]] = []
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="segkit"):
            evaluator.evaluate(segments, now=NOW, progress=partial(record, calls))
        assert {total for _, total in calls} == {number}
        assert [done for done, _ in calls] == sorted(done for done, _ in calls)
        assert calls[-1] == (number, number)
        assert [record.args for record in caplog.records] == [(len(ALL), number)]
        source.remove(number - 1)


def test_without_segments_progress_is_reported_at_the_end() -> None:
    """[D10]: for a store as for any other source."""
    calls: list[tuple[int, int | None]] = []
    evaluator = Evaluator(shop())
    found = evaluator.evaluate([], now=NOW, progress=partial(record, calls))
    assert (found, calls) == ({}, [(NUMBER, NUMBER)])


# --- an evaluation that stops ---------------------------------------------------------------------


@pytest.mark.parametrize("stopped", ["_sort", "add", "_add", "_move", "aggregate_satisfies"])
@pytest.mark.parametrize("call", range(3))
def test_an_interrupted_evaluation_leaves_the_store_right(
    monkeypatch: pytest.MonkeyPatch, stopped: str, call: int
) -> None:
    """Ctrl-C may stop it while a column or a kept count is changed."""
    several = [*KEPT, order.within_last(days=2), order.within_last(days=2).sum("total") >= 2]
    source = shop()
    evaluate(source, *several)
    source.track(Event(7, "order", NOW - DAY, {"total": 9}))
    source.update(8, {"age": 3})
    owner: Any = {
        "_sort": event_column._Period,  # noqa: SLF001
        "add": event_column.EventColumn,
        "aggregate_satisfies": masks,
    }.get(stopped, kept_events.KeptCounts)
    function, calls = getattr(owner, stopped), [0]

    def interrupted(*arguments: Any) -> Any:  # noqa: ANN401
        result = function(*arguments)
        calls[0] += 1
        if calls[0] > call:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patched:
        patched.setattr(owner, stopped, interrupted)
        with suppress(KeyboardInterrupt):
            evaluate(source, *several, now=NOW + 3 * HOUR)
    for hours in (3, 0, 30):
        evaluate(source, *several, now=NOW + hours * HOUR)


def test_days_of_the_zone_are_kept_for_each_zone() -> None:
    source = shop()
    for tz in (UTC, ZoneInfo("Pacific/Kiritimati"), UTC, ZoneInfo("Pacific/Pago_Pago")):
        evaluate(source, attr("since") >= date(2022, 9, 12), order.during("day"), tz=tz)
