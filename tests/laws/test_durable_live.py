"""A `DurableLive` causes the transitions of a `Live`, for every contact in the same order.

`Live` is the model, and has a law of its own. Before each operation, `advance` lets the time of all
contacts pass; then both have seen the same. Between operations, the program may end and begin anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from segkit import Contact, Event, Live, MemorySource, Segment
from segkit.live import (
    AddToList,
    Remove,
    RemoveFromList,
    Track,
    Transition,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.durable import DurableLive, SQLiteStorage
from tests.strategies import SMALL, SMALL_NOWS, conditions, small_histories

IDS: Final = ("ada", "bob", 3)
NAMES: Final = ("one", "two", "three")
TICK: Final = timedelta(microseconds=1)

ids: Final = st.sampled_from(IDS)
segments: Final = st.builds(Segment, st.sampled_from(NAMES), conditions(SMALL))
steps: Final = st.sampled_from((0, 0, 0, 1, 1, 2, 5))
"""How many microseconds pass before an operation."""


@st.composite
def owned(draw: st.DrawFn) -> tuple[Contact[Any], list[Event[Any]]]:
    """Generate a contact with events, with one of a few ids."""
    contact, events = draw(small_histories())
    id_ = draw(ids)
    own = [Event(id_, each.name, each.at, each.properties, each.id) for each in events]
    return Contact(id_, contact.attributes, contact.lists), own


def by_contact(transitions: list[Transition[Any]]) -> dict[Any, list[object]]:
    """Return what identifies transitions, their instants and sentences, contact by contact."""
    found: dict[Any, list[object]] = {}
    for each in transitions:
        key = (each.id, each.at, each.kind, str(each), type(each.cause))
        found.setdefault(each.contact, []).append(key)
    return found


class DurableMachine(RuleBasedStateMachine):
    """Change a `DurableLive` and a `Live` alike, and let time pass."""

    live: Live[Any]

    def __init__(self) -> None:
        super().__init__()
        self.now = SMALL_NOWS[0]
        self.storage: SQLiteStorage[Any] = SQLiteStorage(":memory:")
        self.storage.create_tables()
        self.count = 0
        self.log: list[Transition[Any]] = []
        self.restart()

    @rule()
    def restart(self) -> None:
        """The state is in the storage alone."""
        self.durable: DurableLive[Any] = DurableLive(self.storage, clock=lambda: self.now)

    def teardown(self) -> None:
        try:
            delivered: list[Transition[Any]] = []
            self.durable.deliver(delivered.append, at=self.now)
            assert by_contact(delivered) == by_contact(self.log)
        finally:
            self.storage.close()

    @initialize(
        given=st.lists(segments, max_size=3, unique_by=lambda segment: segment.name),
        facts=st.lists(owned(), max_size=2, unique_by=lambda row: row[0].id),
        zone=st.sampled_from((UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York"))),
    )
    def create(self, given: list[Segment], facts: list[Any], zone: Any) -> None:  # noqa: ANN401
        contacts = [contact for contact, _ in facts]
        events = [event for _, own in facts for event in own]
        self.tz = zone
        self.live = Live(given, MemorySource(contacts, events), now=self.now, tz=zone)
        assert self.durable.set_segments(given, tz=zone)
        assert self.durable.import_contacts(facts) == len(contacts)
        assert self.durable.import_contacts(facts) == 0

    def apply(self, step: int, *operations: Any) -> None:  # noqa: ANN401
        """Change both after a number of microseconds; a repetition changes nothing."""
        self.advance(step)
        expected = self.live.apply(operations)
        self.count += 1
        for _ in range(2):
            found = self.durable.apply(operations, operation_id=f"operation {self.count}")
            assert by_contact(found) == by_contact(expected)
        self.log += found

    @rule(step=st.integers(0, 30))
    def advance(self, step: int) -> None:
        self.now += step * TICK
        expected = self.live.advance(self.now)
        found = self.durable.advance()
        assert [each.at for each in found] == sorted(each.at for each in found)
        assert by_contact(found) == by_contact(expected)
        self.log += found

    # --- operations -------------------------------------------------------------------------------

    @rule(step=steps, row=owned())
    def upsert(self, step: int, row: Any) -> None:  # noqa: ANN401
        self.apply(step, Upsert(row[0]))

    @rule(step=steps, id_=ids, row=owned())
    def update(self, step: int, id_: Any, row: Any) -> None:  # noqa: ANN401
        if id_ in self.live.source:
            self.apply(step, Update(id_, row[0].attributes))

    @rule(step=steps, id_=ids)
    def remove(self, step: int, id_: Any) -> None:  # noqa: ANN401
        self.apply(step, Remove(id_))

    @rule(step=steps, id_=ids, name=st.sampled_from("xy"), joined=st.sampled_from(SMALL_NOWS))
    def add_to_list(self, step: int, id_: Any, name: str, joined: datetime) -> None:  # noqa: ANN401
        if id_ in self.live.source:
            self.apply(step, AddToList(id_, name, joined))

    @rule(step=steps, id_=ids, name=st.sampled_from("xy"))
    def remove_from_list(self, step: int, id_: Any, name: str) -> None:  # noqa: ANN401
        self.apply(step, RemoveFromList(id_, name))

    @rule(step=steps, row=owned())
    def track(self, step: int, row: Any) -> None:  # noqa: ANN401
        for event in row[1]:
            self.apply(step, Track(event))

    @rule(step=steps, id_=ids, event_id=st.sampled_from(("e1", "e2")))
    def untrack(self, step: int, id_: Any, event_id: str) -> None:  # noqa: ANN401
        self.apply(step, Untrack(id_, event_id))

    @rule(step=steps, rows=st.lists(owned(), max_size=3), id_=ids)
    def many(self, step: int, rows: Any, id_: Any) -> None:  # noqa: ANN401
        operations: list[Any] = []
        for contact, events in rows:
            operations += [Upsert(contact), *map(Track, events), AddToList(contact.id, "x")]
        self.apply(step, *operations, Untrack(id_, "e1"), Remove(id_))

    @rule(step=steps, segment=segments)
    def add_or_replace_segment(self, step: int, segment: Segment) -> None:
        self.advance(step)
        given = {each.name: each for each in self.live.segments}
        if segment.name in given:
            expected = self.live.replace_segment(segment)
        else:
            expected = self.live.add_segment(segment)
        self.set_segments({**given, segment.name: segment}, expected)

    @rule(step=steps, name=st.sampled_from(NAMES))
    def remove_segment(self, step: int, name: str) -> None:
        self.advance(step)
        given = {each.name: each for each in self.live.segments}
        if given.pop(name, None) is not None:
            self.set_segments(given, self.live.remove_segment(name))

    def set_segments(self, given: dict[str, Segment], expected: list[Transition[Any]]) -> None:
        self.durable.set_segments(given.values(), tz=self.tz)
        assert not self.durable.set_segments(given.values(), tz=self.tz)
        found = self.durable.advance()
        assert by_contact(found) == by_contact(expected)
        self.log += found

    # --- what is compared -------------------------------------------------------------------------

    @invariant()
    def members_are_those_of_live(self) -> None:
        for segment in self.live.segments:
            found = self.durable.members(segment)
            assert set(found) == set(self.live.members(segment))
            assert self.durable.count(segment) == len(found)
        for id_ in IDS:
            assert self.durable.segments_of(id_) == self.live.segments_of(id_)

    @invariant()
    def no_wake_is_missed(self) -> None:
        expected, found = self.live.next_wake, self.durable.next_wake
        assert expected is None or (found is not None and found <= expected), (expected, found)


TestDurableLive = DurableMachine.TestCase
TestDurableLive.settings = settings(stateful_step_count=12)
