"""Kept columns give the members of the reference, at any now, and while the store changes."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from hypothesis.strategies import DataObject

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    Segment,
    at_least,
    attr,
    did,
    in_any_list,
    in_list,
    prop,
    sample,
)
from segkit.model.conditions import LeafCondition
from segkit.sources import column_store
from segkit.testing import instants, zones
from segkit.testing.strategies import ContactWithEvents
from tests.laws.test_rows import expected, people, related
from tests.laws.test_store import NOW, StoreMachine, attributes, times
from tests.strategies import SMALL, SMALL_NOWS, conditions, leaves, small_histories
from tests.unit.evaluation import HostContact, HostEvent
from tests.unit.hostile_values import VALUES
from tests.unit.reference_calls import matches_by_reference


@pytest.fixture(autouse=True)
def _columns_for_few_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_store, "MIN_CONTACTS", 0)


def store_of(histories: list[ContactWithEvents]) -> MemorySource[Any]:
    events = [event for _, events in histories for event in events]
    return MemorySource([contact for contact, _ in histories], events)


def members(
    source: MemorySource[Any], several: Items[Condition], now: datetime, tz: tzinfo = UTC
) -> list[list[object]]:
    segments = [Segment(f"s{number}", condition) for number, condition in enumerate(several)]
    return [list(ids) for ids in Evaluator(source, tz).evaluate(segments, now=now).values()]


@given(related(conditions()), people(), st.lists(instants(), min_size=1, max_size=4), zones())
def test_a_store_has_the_members_of_the_reference_at_any_now(
    several: list[Condition], histories: list[ContactWithEvents], nows: list[datetime], tz: tzinfo
) -> None:
    """The columns are built at the first now, and move to the others, later or earlier."""
    source = store_of(histories)
    for now in nows:
        assert members(source, several, now, tz) == expected(several, histories, now, tz)
        assert members(source, several, now) == expected(several, histories, now)


@given(related(conditions(SMALL)), st.lists(small_histories(), min_size=1, max_size=1))
def test_a_store_is_right_at_every_instant_of_the_small_world(
    several: list[Condition], histories: list[ContactWithEvents]
) -> None:
    source = store_of(histories)
    for now in (*SMALL_NOWS, *reversed(SMALL_NOWS)):
        assert members(source, several, now) == expected(several, histories, now)


@pytest.mark.parametrize("kind", leaves(SMALL))
@given(st.data(), small_histories())
def test_each_leaf_is_right_in_the_small_world(
    kind: type[LeafCondition], data: DataObject, facts: ContactWithEvents
) -> None:
    source, several = store_of([facts]), [data.draw(leaves(SMALL)[kind]) for _ in range(2)]
    for now in (*SMALL_NOWS, *reversed(SMALL_NOWS)):
        assert members(source, several, now) == expected(several, [facts], now)


_NAMED = st.dictionaries(
    st.sampled_from(["plan", "age", "since", "city", "total", "coupon", "tags"]),
    st.sampled_from(sorted(set(VALUES) - {"a list that holds itself"})),
)


@given(related(conditions()), _NAMED, _NAMED, st.lists(instants(), min_size=1, max_size=3))
def test_values_that_raise_are_values_like_others(
    several: list[Condition],
    attributes: dict[str, str],
    properties: dict[str, str],
    nows: list[datetime],
) -> None:
    """[V1]: a value stops nobody's evaluation, in attributes and in properties."""
    contact = HostContact("c0", {name: VALUES[each] for name, each in attributes.items()}, {})
    values = {name: VALUES[each] for name, each in properties.items()}
    events = [HostEvent(name, nows[0], values, None, "c0") for name in ("order", "booking")]
    plain = Contact("c1", {"plan": "pro", "age": 36}), list[Any]()
    facts: list[tuple[Any, list[Any]]] = [(contact, events), plain]
    source: MemorySource[Any] = MemorySource([contact, plain[0]], events)
    for now in nows:
        assert members(source, several, now) == expected(several, facts, now)


# --- while the store changes ----------------------------------------------------------------------

_order, _visit = did("order"), did("visit")

POOL: Final[list[Condition]] = [
    attr("n") >= 2,
    attr("n") != 1,
    ~attr("n").is_set(),
    attr("n") == attr("tags"),
    attr("tags").has_any(["a"]),
    attr("tags").within_last(days=3),
    attr("tags").anniversary_in(days=1),
    in_list("vip"),
    in_list("news") & ~in_list("vip"),
    in_list("vip").joined_within_last(days=3),
    in_any_list(),
    in_any_list().joined_within_last(days=3),
    sample(percent=50, salt="a"),
    _order,
    _order.at_least(2).within_last(days=5),
    _order.at_most(1).between_ago(days=(6, 2)),
    _order.exactly(2).between(date(2022, 9, 27), date(2022, 9, 30)),
    did("order", "visit").never().within_last(days=2),
    did("order", "visit").at_least(3),
    _order.during("day"),
    _order.at_least(254),
    _order.at_least(255),
    _order.at_most(300),
    _order.where(prop("n") == 2).at_least(2).within_last(days=6),
    _order.where(prop("at").within_last(days=2)),
    _order.where(prop("at") < date(2022, 10, 1)),
    _order.where(prop("at") >= date(2022, 9, 30)).sum("n") >= 2,
    _order.latest("at") == date(2022, 9, 30),
    attr("tags") < date(2022, 10, 1),
    _order.sum("n") > 2,
    _order.within_last(days=4).sum("n") >= 4,
    _order.where(prop("n") >= 2).mean("n") > 2,
    _order.within_last(days=4).max("n") == 3,
    did("order", "visit").distinct("n") >= 2,
    _order.latest("n") == 1,
    did("order", "visit").latest("n") == 2,
    did("order", "visit").within_last(days=4).earliest("n") != 3,
    _order.latest_at().within_last(days=2),
    _visit.followed_by(_order, within=timedelta(days=3)),
    _visit.within_last(days=5).not_followed_by(_order, within=timedelta(days=1)),
]
POOL.extend([
    at_least(2, POOL[0], POOL[7], POOL[13], POOL[14]),
    ~(POOL[1] | POOL[24]),
    at_least(2, *(POOL[7], POOL[13]) * 150),
])  # fmt: skip

nows: Final = st.integers(-9 * 24, 9 * 24).map(lambda hours: NOW + timedelta(hours=hours))
tzs: Final = st.sampled_from([UTC, UTC, ZoneInfo("Europe/Paris"), ZoneInfo("Pacific/Apia")])


class ColumnsMachine(StoreMachine):
    """Change the store, and evaluate at any time.

    An evaluation applies the changes since the last one, so several changes are applied at once,
    to columns and counts that belong to another now.
    """

    @rule(several=st.lists(st.sampled_from(POOL), min_size=1, max_size=5), now=nows, tz=tzs)
    def evaluate(self, several: list[Condition], now: datetime, tz: tzinfo) -> None:
        histories: list[tuple[Any, list[Any]]] = [
            (Contact(id_, *facts), self.model.events.get(id_, []))
            for id_, facts in self.model.contacts.items()
        ]
        assert members(self.store, several, now, tz) == expected(several, histories, now, tz)

    @rule(at=nows, number=st.integers(200, 300))
    def track_so_many_that_a_byte_is_full(self, at: datetime, number: int) -> None:
        for each in range(number):
            event = Event("ada", "order", at + timedelta(minutes=each), {"n": each % 4})
            self.store.track(event)
            self.model.track(event)

    @rule(several=st.lists(attributes, min_size=3, max_size=3))
    def update_all(self, several: list[dict[str, Any]]) -> None:
        for id_, changes in zip(list(self.model.contacts), several, strict=False):
            self.store.update(id_, changes)
            self.model.update(id_, changes)

    def has_the_members_of_the_model(self) -> None:
        """Not after every change: see `evaluate`."""


TestColumns = ColumnsMachine.TestCase
TestColumns.settings = settings(stateful_step_count=40)


@pytest.fixture(scope="module", autouse=True)
def _machine_uses_columns() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(column_store, "MIN_CONTACTS", 0)
        yield


@given(st.data())
def test_every_condition_of_the_pool_is_right(data: DataObject) -> None:
    """All of the conditions at once, so that they share counts, at nows in a random order."""
    owners = ["ada", "bob", "cleo"]
    contacts = [
        Contact(id_, data.draw(attributes), data.draw(st.sampled_from([{}, {"vip": NOW}])))
        for id_ in owners
    ]
    events = [
        Event(
            data.draw(st.sampled_from(owners)),
            data.draw(st.sampled_from(["order", "visit"])),
            NOW - timedelta(hours=data.draw(st.integers(-40, 240))),
            {"n": data.draw(st.sampled_from([None, 1, 2, 3])), "at": data.draw(times)},
        )
        for _ in range(data.draw(st.integers(0, 12)))
    ]
    histories = [
        (each, [event for event in events if event.contact_id == each.id]) for each in contacts
    ]
    source = MemorySource(contacts, events)
    for now, tz in data.draw(st.lists(st.tuples(nows, tzs), min_size=1, max_size=4)):
        found = members(source, POOL, now, tz)
        for condition, ids in zip(POOL, found, strict=True):
            assert ids == [
                contact.id
                for contact, own in histories
                if matches_by_reference(condition, contact, own, now=now, tz=tz)
            ], condition
