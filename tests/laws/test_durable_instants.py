"""Instants of a `DurableLive` are those of each contact: its model is a `Live` of its own.

Operations may have an instant before the clock of the contact, and segments may be set for an
instant before or after it. No `advance` comes before an operation, and each program that is started
anew knows what the storage has.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from segkit import Live, MemorySource, Segment
from segkit.live import (
    AddToList,
    Operation,
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

TICK: Final = timedelta(microseconds=1)
START: Final = SMALL_NOWS[0]
ID: Final = "ada"

segments: Final = st.builds(Segment, st.sampled_from(("one", "two")), conditions(SMALL))
sets: Final = st.lists(segments, max_size=2, unique_by=lambda segment: segment.name)
steps: Final = st.sampled_from((-3, -1, 0, 0, 0, 1, 2, 5))
"""How many microseconds after the present an operation is; before it, if negative."""


@st.composite
def operations(draw: st.DrawFn) -> list[Operation]:
    """Generate operations of one contact, which may or may not exist."""
    contact, events = draw(small_histories())
    own = [evolve(event, contact_id=ID) for event in events]
    given = evolve(contact, id=ID)
    one: st.SearchStrategy[Operation] = st.sampled_from(
        [
            Upsert(given),
            Update(ID, given.attributes),
            *map(Track, own),
            Untrack(ID, "e1"),
            AddToList(ID, "x", START),
            RemoveFromList(ID, "x"),
            Remove(ID),
        ]
    )
    return draw(st.lists(one, min_size=1, max_size=4))


class OneContact(RuleBasedStateMachine):
    """Change a `DurableLive` and the model of its one contact."""

    live: Live[str]

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.storage: SQLiteStorage[str] = SQLiteStorage(":memory:")
        self.storage.create_tables()
        self.later: list[tuple[datetime, list[Segment]]] = []
        self.version_at = START
        self.found: list[Transition[str]] = []
        self.expected: list[Transition[str]] = []
        self.restart()

    @rule()
    def restart(self) -> None:
        self.durable: DurableLive[str] = DurableLive(self.storage, clock=lambda: self.now)

    @initialize(given=sets)
    def create(self, given: list[Segment]) -> None:
        self.given = given
        self.durable.set_segments(given)
        # The contact has no clock before its first operation, which may be earlier.
        self.live = Live(given, MemorySource(), now=START - timedelta(days=1), tz=UTC)

    # --- the model --------------------------------------------------------------------------------

    def pass_time(self, to: datetime) -> None:
        """Let the time of the contact pass, through the segments that were set."""
        while self.later and self.later[0][0] <= max(to, self.live.now):
            at, given = self.later.pop(0)
            self.expected += self.live.advance(max(at, self.live.now))
            before = {each.name: each for each in self.live.segments}
            names = [each.name for each in given]
            for name in before:
                if name not in names:
                    self.expected += self.live.remove_segment(name)
            for segment in given:
                if segment.name in before:
                    self.expected += self.live.replace_segment(segment)
                else:
                    self.expected += self.live.add_segment(segment)
        self.expected += self.live.advance(max(to, self.live.now))

    # --- operations -------------------------------------------------------------------------------

    @rule(
        step=steps, changes=operations(), gaps=st.lists(st.integers(0, 2), min_size=4, max_size=4)
    )
    def change(self, step: int, changes: list[Operation], gaps: tuple[int, ...]) -> None:
        at, is_present = self.now + step * TICK, ID in self.live.source
        dated: list[Operation] = []
        for operation, gap in zip(changes, gaps, strict=False):
            if isinstance(operation, Update | AddToList) and not is_present:
                continue
            if isinstance(operation, Upsert | Remove):
                is_present = isinstance(operation, Upsert)
            dated.append(evolve(operation, at=at))
            at += gap * TICK
        self.found += self.durable.apply(dated)
        for operation in dated:
            assert operation.at is not None
            self.pass_time(operation.at)
            self.expected += self.live.apply([evolve(operation, at=None)])

    @rule(step=steps, given=sets)
    def set_segments(self, step: int, given: list[Segment]) -> None:
        at = self.now + step * TICK
        if self.durable.set_segments(given, at=at):
            self.version_at = max(at, self.version_at)
            self.later.append((self.version_at, given))
        else:
            assert given == self.given
        self.given = given

    @rule(step=st.integers(0, 9))
    def advance(self, step: int) -> None:
        self.now += step * TICK
        self.found += self.durable.advance()
        # The clock moves to the last instant at which the contact was due.
        with self.storage.reading() as transaction:
            rows = transaction.connection.execute("SELECT clock FROM segkit_contact").fetchall()
        for (clock,) in rows:
            self.pass_time(datetime.fromisoformat(clock))

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.storage.close()

    def check(self) -> None:
        end = max(self.now, self.version_at, self.live.now)
        self.found += self.durable.advance(end)
        self.pass_time(end)
        assert self.lines(self.found) == self.lines(self.expected)
        names = [each.name for each in self.given if self.live.is_member(each.name, ID)]
        assert self.durable.segments_of(ID) == names

    @staticmethod
    def lines(transitions: list[Transition[str]]) -> dict[str, list[object]]:
        """Return the transitions by segment; those of one instant have no order among segments."""
        found: dict[str, list[object]] = {}
        for each in transitions:
            key = (each.id, each.at, each.kind, str(each))
            found.setdefault(each.segment, []).append(key)
        return found


TestOneContact = OneContact.TestCase
TestOneContact.settings = settings(stateful_step_count=8)
