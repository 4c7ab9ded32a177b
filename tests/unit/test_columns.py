"""Kept columns: the facts that are applied to them, one case for each way in which they change."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    all_of,
    any_of,
    at_least,
    attr,
    did,
    in_any_list,
    in_list,
    prop,
)
from segkit.sources import column_store
from tests.unit.evaluation import NOW, TICK, HostContact, HostEvent
from tests.unit.hostile_values import Key
from tests.unit.store_evaluation import evaluate_store

DAY: Final = timedelta(days=1)
order: Any = did("order")
visit: Any = did("visit")
TOTAL: Final = prop("total") >= 2


@pytest.fixture(autouse=True)
def _columns_for_few_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_store, "MIN_CONTACTS", 0)


def ordered(
    at: datetime = NOW, total: object = 1, *, id_: object = None, owner: str = "ada"
) -> Event[Any]:
    return Event(owner, "order", at, {"total": total}, id=id_)


def store(*events: Any) -> MemorySource[Any]:  # noqa: ANN401
    return MemorySource([Contact("ada"), Contact("bob", {"age": 36})], events)


# --- contacts -------------------------------------------------------------------------------------

OF_CONTACTS: Final[list[Condition]] = [
    attr("age") >= 18,
    attr("age") != 36,
    ~attr("age").is_set(),
    attr("since").within_last(days=3),
    attr("since").anniversary_in(days=1),
    attr("since") == date(2022, 10, 1),
    attr("address", "city") == "Lyon",
    in_list("vip"),
    ~in_list("vip"),
    in_any_list(),
    in_list("vip").joined_within_last(days=3),
    in_any_list().joined_within_last(days=3),
    all_of(),
    any_of(),
    order.never(),
    order.sum("total") < 1,
]
CHANGES: Final[dict[str, Callable[[MemorySource[Any]], object]]] = {
    "update": lambda store: store.update("bob", {"age": 9, "since": NOW - DAY}),
    "update again": lambda store: store.update("bob", {"age": None, "since": NOW - 9 * DAY}),
    "replace": lambda store: store.upsert(Contact("bob", {"address": {"city": "Lyon"}})),
    "insert": lambda store: store.upsert(Contact("cleo", {"age": 40, "since": NOW}, {"vip": NOW})),
    "insert two": lambda store: store.upsert_many([Contact("dan", {"age": 1}), Contact("eve")]),
    "join": lambda store: store.add_to_list("ada", "vip", NOW - DAY),
    "leave": lambda store: store.remove_from_list("ada", "vip"),
    "remove": lambda store: store.remove("bob"),
    "remove the last": lambda store: store.remove(list(store)[-1].id),
    "insert again": lambda store: store.upsert(Contact("bob", {"age": 36})),
    "track": lambda store: store.track(ordered()),
}


@pytest.mark.parametrize("at_once", [1, 2, len(CHANGES)])
@pytest.mark.parametrize("rounds", [1, 2])
def test_the_columns_follow_every_change_of_contacts(at_once: int, rounds: int) -> None:
    """Applied one by one, two by two, and all at once."""
    source = store()
    evaluate_store(source, *OF_CONTACTS)
    for number, change in enumerate([*CHANGES.values()] * rounds, start=1):
        if len(source):
            change(source)
        if number % at_once == 0:
            evaluate_store(source, *OF_CONTACTS)
    evaluate_store(source, *OF_CONTACTS)
    evaluate_store(source, *OF_CONTACTS, now=NOW + 3 * DAY)


def test_the_value_of_an_attribute_that_is_compared_with_now_changes() -> None:
    """To another value, to none, and back; and a nested one."""
    recent = attr("since").within_last(days=3)
    several: list[Condition] = [recent, ~recent, attr("next", "at").within_next(days=3)]
    source = store()
    evaluate_store(source, *several)
    for since in (NOW - DAY, NOW - 9 * DAY, None, NOW, "yesterday", NOW + DAY):
        source.update("ada", {"since": since, "next": {"at": since}})
        evaluate_store(source, *several)
        evaluate_store(source, *several, now=NOW + 2 * DAY)


@pytest.mark.parametrize(
    "condition",
    [
        attr("since") == date(2022, 10, 1),
        attr("since").during("day"),
        in_list("vip").joined_between(date(2022, 10, 1), date(2022, 10, 1)),
        order.during("day"),
        order.during("day").sum("total") >= 1,
        order.between(date(2022, 10, 1), date(2022, 10, 1)),
        order.latest_at() == date(2022, 10, 1),
        order.where(prop("day") == date(2022, 10, 1)),
    ],
    ids=str,
)
def test_nothing_is_kept_across_zones(condition: Condition) -> None:
    """[T9]: one store is evaluated in several zones, in turn, before and after a change."""
    late = datetime(2022, 9, 30, 23, tzinfo=NOW.tzinfo)
    source = MemorySource(
        [Contact("ada", {"since": late}, {"vip": late}), Contact("bob")],
        [Event("ada", "order", late, {"total": 1, "day": late})],
    )
    zones = [ZoneInfo(name) for name in ("UTC", "Europe/Paris", "Pacific/Honolulu", "Asia/Tokyo")]
    for _ in range(2):
        for tz in (*zones, *reversed(zones)):
            evaluate_store(source, condition, ~condition, now=NOW + TICK, tz=tz)
        source.upsert(Contact("cleo", {"since": late}, {"vip": late}))
        source.track(Event("bob", "order", late, {"total": 1, "day": late}))


def test_groups_of_any_size() -> None:
    """[V5]: of no part, of all parts, and of more parts than a byte counts."""
    source = store(ordered())
    source.remove("ada")
    source.upsert(Contact("ada", {"age": 9}))
    parts = [attr("age") >= 18, attr("age") < 40, order, ~order]
    for number in range(6):
        evaluate_store(source, at_least(number, *parts), ~at_least(number, *parts))
    for repeated in (63, 64, 65, 128):
        many = parts * repeated
        for number in (0, 1, 2 * repeated, 3 * repeated, 3 * repeated + 1, len(many), 255, 256):
            evaluate_store(source, at_least(number, *many))


# --- windows that move ----------------------------------------------------------------------------

OF_WINDOWS: Final = [
    order.within_last(days=3),
    order.within_last(days=3).at_most(1),
    order.between_ago(days=(6, 3)),
    order.before(days=3),
    order.during("day"),
    order.during("week"),
    order.between(date(2022, 9, 29), date(2022, 9, 30)),
    order.where(TOTAL).within_last(days=3),
    order.where(TOTAL).between_ago(days=(6, 3)).at_least(2),
    order.where(prop("total") >= 1).within_last(days=3).never(),
    order.within_last(days=3).sum("total") >= 4,
    order.within_last(days=3).sum("total") < 4,
    order.within_last(days=3).mean("total") >= 2,
    order.where(TOTAL).within_last(days=3).max("total") >= 2,
    order.between_ago(days=(6, 3)).latest("total") == 2,
    did("order", "visit").within_last(days=3).at_least(2),
    did("order", "visit").within_last(days=3).latest("total") == 2,
    did("order", "order").within_last(days=3).at_least(2),
    did("order", "order").where(TOTAL).within_last(days=3).exactly(1),
    did("order", "order").within_last(days=3).sum("total") >= 4,
    visit.within_last(days=3),
]


@pytest.mark.parametrize("condition", OF_WINDOWS, ids=str)
@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("steps", [(-1, 0, 1), (0, 1), (-1, 1), (-1, 0, 0, 1, -1, 1)])
def test_a_window_that_moves_over_its_edges(
    condition: Condition, direction: int, steps: tuple[int, ...]
) -> None:
    """[T2], [T3]: one tick at a time, over several, to later and to earlier nows."""
    events = [
        ordered(NOW - days * DAY + tick * TICK, 1 + days % 3, owner=owner)
        for days in range(-1, 8)
        for tick in (-1, 0, 1)
        for owner in ("ada", "bob")[: 1 + days % 2]
    ]
    source = store(*events, Event("bob", "visit", NOW - DAY))
    for days in range(-2, 11)[::direction]:
        for tick in steps[::direction]:
            evaluate_store(source, condition, now=NOW + days * DAY + tick * TICK)


@pytest.mark.parametrize("condition", OF_WINDOWS, ids=str)
def test_a_window_that_moves_beyond_itself(condition: Condition) -> None:
    source = store(*(ordered(NOW - days * DAY, days, owner="bob") for days in range(40)))
    for days in (0, -20, 0, 30, -35, 4, 3, 100, 1, 0):
        evaluate_store(source, condition, now=NOW + days * DAY)


@pytest.mark.parametrize("condition", OF_WINDOWS, ids=str)
def test_events_that_change_inside_and_outside_of_a_window(condition: Condition) -> None:
    """At its edges too; the events of a day in any order, some of them at one instant."""
    source = store(ordered(NOW - DAY, 2, id_="e0"))
    for days in (0, 2):
        evaluate_store(source, condition, now=NOW + days * DAY)
    number = 0
    for days in (0, 3, 9, 2, 6, 1, 3, -1):
        for tick in (0, 1, -1):
            number += 1
            event = ordered(NOW - days * DAY + tick * TICK, number % 4, id_=f"e{number}")
            source.track(event)
            source.track(Event("bob", "visit", event.at, {"total": 2}, id=f"v{number}"))
            evaluate_store(source, condition)
    for each in range(0, number, 2):
        source.untrack("ada", f"e{each}")
        evaluate_store(source, condition)
        source.untrack("bob", f"v{each}")
        evaluate_store(source, condition, now=NOW + each % 5 * DAY)
    source.upsert(Contact("cleo"))
    source.track(ordered(NOW, 9, owner="cleo"))
    evaluate_store(source, condition)


@pytest.mark.parametrize("where", [None, TOTAL], ids=["", "where"])
@pytest.mark.parametrize("number", [253, 254, 255, 257, 258, 259, 261])
def test_about_as_many_events_as_a_byte_counts(number: int, where: Condition | None) -> None:
    """They enter the window, leave it, are added, and are removed."""
    did_order = order if where is None else order.where(where)
    several = [
        *(did_order.within_last(days=3).at_least(least) for least in (1, 254, 255, 256)),
        *(did_order.within_last(days=3).at_most(most) for most in (252, 254, 255, 256)),
        did_order.within_last(days=3).exactly(255),
    ]
    first = NOW - 2 * DAY
    source = store(*(ordered(first + each * TICK, 3, id_=each) for each in range(number)))
    evaluate_store(source, *several)
    source.track(ordered(first, 3, id_="more"))
    evaluate_store(source, *several)
    for each in range(4):
        source.untrack("ada", each)
        evaluate_store(source, *several)
    for ticks in (0, 3, number - 3, number - 1, number, 3):
        evaluate_store(source, *several, now=first + 3 * DAY + ticks * TICK)
        evaluate_store(source, *several, now=first + ticks * TICK)
    for each in range(4, number):
        source.untrack("ada", each)
    evaluate_store(source, *several)


@pytest.mark.parametrize("days", [40, 400])
def test_an_aggregate_over_many_periods(days: int) -> None:
    """Most of them are read whole."""
    several = [
        order.within_last(days=days).sum("total") >= days,
        order.where(TOTAL).within_last(days=days).mean("total") > 2,
        order.where(prop("due").within_last(days=days)).within_last(days=days).at_least(9),
        order.within_last(days=days).latest("total") == 2,
    ]
    source = store(
        *(
            Event("bob" if n % 3 else "ada", "order", NOW - n * DAY, {"total": n % 4, "due": NOW})
            for n in range(2 * days)
        )
    )
    for later in (0, 9, -30, 1):
        evaluate_store(source, *several, now=NOW + later * DAY)


def test_a_where_that_depends_on_now_is_tested_at_each_now() -> None:
    several = [
        order.where(prop("due").within_last(days=3)),
        order.where(prop("due").within_next(days=3)).sum("total") >= 1,
        order.where(prop("due").within_last(days=3) | TOTAL).never(),
    ]
    due = [NOW, NOW + 4 * DAY, None]
    source = store(
        *(Event("ada", "order", NOW - 30 * DAY, {"due": each, "total": 1}) for each in due)
    )
    for days in (0, 2, 4, 5, 9, 0, -2, -5):
        evaluate_store(source, *several, now=NOW + days * DAY)


# --- events of unknown contacts -------------------------------------------------------------------

OF_EVENTS: Final = [
    order,
    order.at_least(2),
    order.where(TOTAL),
    order.sum("total") >= 3,
    order.latest("total") == 2,
    did("order", "visit").latest("total") == 2,
    visit.followed_by(order),
    order.exactly(1),
    order.exactly(2),
    order.exactly(3),
]


@pytest.mark.parametrize("early", [[], OF_EVENTS[:1], OF_EVENTS])
def test_events_wait_for_their_contact(early: list[Condition]) -> None:
    """[E6]: tracked before or after the columns are built, taken back, and counted once."""
    source = store(ordered(owner="cleo", total=2, id_="first"))
    evaluate_store(source, *early)
    for number in range(3):
        source.track(ordered(owner="cleo", id_=number))
        source.track(ordered(owner="dan", id_=number))
    evaluate_store(source, *early)
    source.untrack("cleo", 1)
    source.untrack("dan", 1)
    source.track(Event("cleo", "visit", NOW - DAY, id="visit"))
    evaluate_store(source, *early)
    source.remove("dan")  # The events of an unknown contact go too.
    source.upsert(Contact("cleo"))
    source.upsert(Contact("dan"))
    evaluate_store(source, *OF_EVENTS)
    source.untrack("cleo", 2)
    evaluate_store(source, *OF_EVENTS)
    source.remove("cleo")
    evaluate_store(source, *OF_EVENTS)
    source.track(ordered(owner="cleo", total=2))
    source.upsert(Contact("cleo"))
    evaluate_store(source, *OF_EVENTS)


def test_events_that_wait_while_their_column_is_built_again() -> None:
    """[E6]: with the events themselves; each of them is counted once."""
    source = store()
    evaluate_store(source, order)
    source.track(ordered(owner="cleo", total=2))
    evaluate_store(source, order)
    evaluate_store(source, order.where(TOTAL))
    source.upsert(Contact("cleo"))
    evaluate_store(source, order.exactly(1), order.where(TOTAL).exactly(1))


def test_the_first_events_of_a_store_with_columns() -> None:
    """Many at once are taken over as a whole."""
    source = store()
    evaluate_store(source, *OF_EVENTS)
    source.track_many([ordered(NOW - n * TICK, n) for n in range(40)])
    evaluate_store(source, *OF_EVENTS)


# --- periods of events ----------------------------------------------------------------------------


@pytest.mark.parametrize("reads_events", [False, True], ids=["instants", "events"])
def test_the_events_of_a_period_in_any_order(reads_events: bool) -> None:
    """Added out of order, searched, added again, and removed by their identity or instant."""
    several = [
        order.within_last(days=3).at_least(2),
        order.between(NOW - 2 * DAY, NOW - DAY).exactly(1),
        order.between_ago(days=(2, 1)).at_least(1),
    ]
    if reads_events:
        several += [
            order.where(TOTAL).within_last(days=3),
            order.where(TOTAL).between(NOW - 2 * DAY, NOW - DAY).exactly(1),
            order.within_last(days=3).latest("total") == 2,
            order.between_ago(days=(2, 1)).earliest("total") == 3,
            order.within_last(days=3).sum("total") >= 5,
        ]
    hours = [30, 5, 47, 71, 24, 48, 5, 5, 100, 26, 1]
    source = store()
    for number, hour in enumerate(hours):
        for owner in ("ada", "bob"):
            at = NOW - timedelta(hours=hour + (owner == "bob"))
            source.track(ordered(at, number % 4, id_=number, owner=owner))
        evaluate_store(source, *several)
    for number in (6, 0, 10, 3, 7, 1):
        source.untrack("ada", number)
        evaluate_store(source, *several)
        source.untrack("bob", number)
        source.track(ordered(NOW - timedelta(hours=number), 3, owner="bob"))
        evaluate_store(source, *several, now=NOW + timedelta(hours=number))


@pytest.mark.parametrize("places", [range(24), range(24)[::-1], [*range(0, 24, 5), *range(24)]])
def test_the_verdicts_of_a_where_belong_to_the_events_of_a_period(places: Sequence[int]) -> None:
    """Kept while the period is read whole, then for a part of it, and after events were added."""
    recent = order.where(TOTAL).within_last(days=30)
    several = [recent.exactly(number) for number in range(20)]
    source = store(*(ordered(NOW - n * DAY, n % 3, owner="bob") for n in places))
    for days in (0, *range(5, 31, 3), 12, 0):
        evaluate_store(source, *several, now=NOW + days * DAY)
    for days in (3, 9, 17):
        source.track(ordered(NOW - days * DAY, 2))
        source.track(ordered(NOW - days * DAY, 1))
        for later in (0, 29 - days, 31 - days, 0):
            evaluate_store(source, *several, now=NOW + later * DAY)


def test_the_verdicts_of_a_where_after_events_were_added_in_order() -> None:
    recent = order.where(TOTAL).within_last(days=2)
    several = [recent.exactly(number) for number in range(9)]
    source = store(ordered(NOW - DAY, 2))
    for hours in range(1, 40, 5):
        evaluate_store(source, *several, now=NOW + timedelta(hours=hours))
        source.track(ordered(NOW + timedelta(hours=hours), hours % 4))
        evaluate_store(source, *several, now=NOW + timedelta(hours=hours))
    for hours in range(40, 100, 7):
        evaluate_store(source, *several, now=NOW + timedelta(hours=hours))


def test_of_events_at_one_instant_the_last_given_is_the_latest() -> None:
    """[E5]: after the period was sorted too."""
    several = [order.within_last(days=3).latest("total") == n for n in range(5)]
    several += [order.within_last(days=3).earliest("total") == n for n in range(5)]
    source = store(*(ordered(NOW - DAY, n) for n in (2, 1, 3)), ordered(NOW - 2 * DAY, 9))
    evaluate_store(source, *several)
    for total in (4, 0, 2):
        source.track(ordered(NOW - DAY, total))
        source.track(ordered(NOW - 4 * DAY, total))
        evaluate_store(source, *several)


def test_the_memory_of_the_columns_is_shown() -> None:
    """In total and for each contact and event; nothing is shared with a copy."""
    source = store(*(ordered(NOW - n * DAY, id_=n) for n in range(40)))
    assert str(source.memory()) == "kept columns\n0 contacts: 0 bytes\n0 events: 0 bytes"
    evaluate_store(source, *OF_WINDOWS, *OF_CONTACTS)
    memory = source.memory()
    of_each = memory.bytes_of_contacts / 2
    assert f"2 contacts: {memory.bytes_of_contacts:,} bytes, {of_each:.1f} for each" in str(memory)
    assert "40 events: " in str(memory)
    before = memory.bytes_of_events
    source.track_many([ordered(NOW - n * DAY) for n in range(500)])
    evaluate_store(source, order)
    assert source.memory().events == 540
    assert source.memory().bytes_of_events > before + 500 * 4
    copied = pickle.loads(pickle.dumps(source))  # noqa: S301
    assert copied.memory() == MemorySource[Any]().memory()
    copied.track(ordered(NOW, 9))
    evaluate_store(copied, *OF_WINDOWS, *OF_CONTACTS)
    evaluate_store(source, *OF_WINDOWS, *OF_CONTACTS)


# --- objects of hosts -----------------------------------------------------------------------------


def test_events_of_hosts_that_count_nowhere() -> None:
    """[K2]: an event without an instant or without a name, given early, late, and taken back."""

    def unusable(number: int) -> list[HostEvent]:
        return [
            HostEvent(at=None, id=f"a{number}"),
            HostEvent(at=NOW.replace(tzinfo=None), id=f"b{number}"),
            HostEvent(name=3, id=f"c{number}"),
        ]

    source = store(*unusable(1), ordered())
    evaluate_store(source, *OF_EVENTS)
    source.track_many(unusable(2))
    evaluate_store(source, *OF_EVENTS)
    for id_ in ("a1", "b2", "c2"):
        assert source.untrack("ada", id_)
    evaluate_store(source, *OF_EVENTS)


def test_keys_that_raise_stop_nobody() -> None:
    """[V1]: neither attributes nor properties, one of them or many, in any evaluation."""
    several = [
        attr("age") >= 3,
        attr("age") != 3,
        ~attr("age").is_set(),
        attr("age") >= 30,
        attr("since").within_last(days=3),
        in_list("vip"),
        order.where(TOTAL),
        order.where(TOTAL).never(),
        order.where(prop("total") != 4),
        order.where(~prop("total").is_set()),
        order.sum("total") >= 3,
        order.sum("total") < 3,
        order.mean("total") >= 3,
        order.latest("total") == 3,
    ]
    hostile = {Key("age"): 1, Key("since"): NOW, Key("total"): 1}

    def contacts() -> Iterator[HostContact]:
        for number in range(23):
            values = {"age": number, "since": NOW - number * DAY}
            lists = {"vip": None} if number % 3 == 0 else {}
            yield HostContact(number, hostile if number % 5 == 2 else values, lists)

    def properties(number: int) -> dict[Any, Any]:
        return hostile if number % 4 == 1 else {"total": number}

    source = MemorySource(
        contacts(), [HostEvent("order", NOW, properties(n), n, n) for n in range(23)]
    )
    evaluate_store(source, *several)
    source.upsert(HostContact(7, {"age": 40}))
    source.upsert(HostContact(8, hostile))
    source.track(HostEvent("order", NOW, hostile, None, 8))
    evaluate_store(source, *several)
    evaluate_store(source, *several, now=NOW + DAY)
    source.upsert_many([HostContact(n, hostile) for n in range(23)])
    evaluate_store(source, *several, now=NOW + DAY)


# --- what is evaluated by columns -----------------------------------------------------------------


def test_ids_restrict_the_contacts_of_a_store_with_columns() -> None:
    """[D7]: before and after its columns are built."""
    evaluator = Evaluator(store(ordered()))
    for _ in range(2):
        assert list(evaluator.members(~order, now=NOW, ids=["bob", "nobody"])) == ["bob"]
        assert list(evaluator.members(order, now=NOW, ids=["bob"])) == []
        assert list(evaluator.members(all_of(), now=NOW)) == ["ada", "bob"]


def test_a_store_that_loads_other_facts_is_evaluated_by_its_rows() -> None:
    """A subclass may add facts, and leave some out."""

    class Adults(MemorySource[Any]):
        def load(self, *arguments: Any) -> Any:  # noqa: ANN401
            return (row for row in super().load(*arguments) if row[0].id != "ada")

    evaluator = Evaluator(Adults([Contact("ada"), Contact("bob")]))
    assert list(evaluator.members(all_of(), now=NOW)) == ["bob"]


def test_a_store_without_columns() -> None:
    source = MemorySource([Contact("ada"), Contact("bob")], [ordered()], columns=False)
    evaluate_store(source, *OF_CONTACTS, *OF_EVENTS)
    assert source.memory() == MemorySource[Any]().memory()


class NamedSource(MemorySource[int]):
    """A subclass of an application, with a field of its own."""

    def __init__(self, name: str, contacts: Iterable[Contact[int]] = ()) -> None:
        super().__init__(contacts)
        self.name = name


def test_a_pickle_of_a_subclass_has_its_own_fields() -> None:
    source = NamedSource("shop", [Contact(number, {"n": number}) for number in range(60)])
    assert len(Evaluator(source).members(attr("n") >= 30, now=NOW)) == 30
    for restored in (pickle.loads(pickle.dumps(source)), copy.copy(source)):  # noqa: S301
        assert restored.name == "shop"
        assert restored.memory().contacts == 0
        restored.update(0, {"n": 99})
        assert len(Evaluator(restored).members(attr("n") >= 30, now=NOW)) == 31
    assert len(Evaluator(source).members(attr("n") >= 30, now=NOW)) == 30


def test_the_id_is_that_of_the_contact_that_replaced_another() -> None:
    """``True`` equals 1, and is another object."""
    source: MemorySource[int] = MemorySource([Contact(number, {"n": 1}) for number in range(60)])
    evaluator = Evaluator(source)
    evaluator.members(attr("n") == 1, now=NOW)
    source.upsert(Contact(True, {"n": 1}))
    assert list(evaluator.members(attr("n") == 1, now=NOW))[1] is True


def test_changes_after_a_full_byte_was_decreased_are_counted_again() -> None:
    """The count is unknown from the first removed event on, until the next evaluation."""
    orders = [Event(0, "order", NOW - timedelta(hours=number), id=number) for number in range(300)]
    source: MemorySource[int] = MemorySource([Contact(number) for number in range(60)], orders)
    evaluator, frequent = Evaluator(source), did("order").at_least(250)
    assert evaluator.members(frequent, now=NOW) == {0}
    assert source.untrack_many([(0, number) for number in range(51)]) == 51
    source.track(Event(1, "order", NOW))
    assert evaluator.members(frequent, now=NOW) == set()
    assert evaluator.members(did("order"), now=NOW) == {0, 1}
    source.track(Event(0, "order", NOW))
    assert evaluator.members(frequent, now=NOW) == {0}


def test_the_event_of_its_own_contact_is_removed() -> None:
    """Two contacts have an event of one name and one instant, and no condition reads properties."""
    orders = [Event(number, "order", NOW, id="e") for number in (0, 1)]
    source: MemorySource[int] = MemorySource([Contact(number) for number in range(60)], orders)
    evaluator, later = Evaluator(source), NOW + timedelta(days=400)
    assert evaluator.members(did("order"), now=NOW) == {0, 1}
    source.untrack(1, "e")
    assert evaluator.members(did("order"), now=NOW) == {0}
    # A window without the instants of the kept counts is counted again from the column.
    recent = did("order").within_last(days=500)
    assert evaluator.members(recent, now=later) == {0}


def test_more_changes_than_contacts_are_applied_if_there_are_more_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All events would have to be read again."""
    orders = [Event(number % 60, "order", NOW, id=number) for number in range(5000)]
    source: MemorySource[int] = MemorySource([Contact(number) for number in range(60)], orders)
    evaluator = Evaluator(source)
    assert evaluator.members(did("order").at_least(90), now=NOW) == set()
    source.track_many(Event(1, "order", NOW, id=number) for number in range(5000, 7000))
    monkeypatch.setattr("segkit.sources.columns.build_columns", lambda *_: pytest.fail("built"))
    monkeypatch.setattr("segkit.sources.column_store.Columns", lambda *_: pytest.fail("built"))
    assert evaluator.members(did("order").at_least(90), now=NOW) == {1}
