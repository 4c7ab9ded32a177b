"""The members of segments as facts change and time passes: the state of a `Live`.

A change of facts evaluates the segments that can read a changed fact, for its contact only. Time
evaluates the memberships that the schedule names, at the instants that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, tzinfo
from typing import Generic, TypeVar, assert_never, cast

from segkit.clock import EvaluationContext
from segkit.history import Facts, ids_equal, split_usable
from segkit.live.attribution import cause_of_change
from segkit.live.causes import Cause, ChangeOfSegment, SegmentChanged
from segkit.live.changes import Change, ContactChange, EventChange
from segkit.live.live_segment import LiveSegment
from segkit.live.operations import (
    AddToList,
    ContactOperation,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
    change_contact,
    contact_id_of,
)
from segkit.live.records import Membership, Record, order_of
from segkit.live.schedule import Due, Schedule
from segkit.live.segment_set import CauseOf, SegmentSet
from segkit.live.transitions import Transition
from segkit.model.conditions import Condition
from segkit.model.facts import Contact, EventLike
from segkit.model.segments import Segment
from segkit.sources import MemorySource
from segkit.sources.protocol import contains_id
from segkit.timelines.conditions import next_change_of

IdT = TypeVar("IdT", bound=Hashable)


class Members(Generic[IdT]):
    """The memberships of all contacts of a store, at one instant that never goes back.

    Attributes:
        source: The store.
        context: The instant and the zone.
        segment_set: The segments.
        schedule: When time may change memberships.
        revisions: The last revision of each name that a segment ever had.
        numbers_of_removed: The numbers of transitions of contacts that were removed, by slot.
    """

    def __init__(
        self,
        source: MemorySource[IdT],
        segment_set: SegmentSet,
        context: EvaluationContext,
        revisions: Mapping[str, int] | None = None,
    ) -> None:
        self.source = source
        self.context = context
        self.segment_set = segment_set
        self.schedule = Schedule[IdT]()
        self._records: dict[IdT, Record[IdT]] = {}
        # By slot, so that reading the members of one segment does not read all contacts.
        self._members: dict[int, set[IdT]] = {slot: set() for slot in segment_set.segments}
        self._orders = 0
        # No identity of a transition is used twice, so these outlast segments and contacts [M5].
        self.revisions = dict(revisions or {})
        self.numbers_of_removed: dict[IdT, dict[int, int]] = {}

    @classmethod
    def of_source(
        cls, source: MemorySource[IdT], segments: Iterable[Segment], now: datetime, tz: tzinfo
    ) -> Members[IdT]:
        """Return the members of segments at *now*, who are members without transitions."""
        members = cls(source, SegmentSet({}), EvaluationContext(now, tz))
        for segment in segments:
            members.add_segment(segment)
        for contact in source:
            members.add_existing_member(contact)
        return members

    def add_existing_member(self, contact: Contact[IdT]) -> None:
        """Add a contact of the store, which is a member of segments without transitions."""
        record = self._insert(contact)
        slots = self.segment_set.slots_of_new(record)
        self._evaluate(record, slots, lambda _: SegmentChanged("added"))
        for membership in record.memberships.values():
            membership.number -= membership.is_member  # No transition is returned.

    # --- an earlier state -------------------------------------------------------------------------

    def restore(self, id_: IdT, memberships: Mapping[int, Membership]) -> None:
        """Give a contact the memberships of an earlier state, without evaluating it."""
        contact = self.source.get(id_)
        if contact is None:
            self.restore_numbers(id_, memberships)
            return
        record = self._insert(contact)
        record.memberships.update(memberships)
        self.schedule.restore(record)
        for slot, membership in memberships.items():
            if membership.is_member:
                self._members[slot].add(id_)

    def memberships(self, id_: IdT) -> Mapping[int, Membership]:
        """Return the memberships of a contact by slot; of a removed one, the numbers only."""
        record = self._records.get(id_)
        if record is not None:
            return record.memberships
        numbers = self.numbers_of_removed.get(id_, {})
        return {slot: Membership(number=number) for slot, number in numbers.items()}

    def restore_numbers(self, id_: IdT, memberships: Mapping[int, Membership]) -> None:
        """Let the numbers of the transitions of a contact continue when it is inserted."""
        numbers = {slot: each.number for slot, each in memberships.items() if each.number}
        if numbers:
            self.numbers_of_removed[id_] = numbers

    # --- segments ---------------------------------------------------------------------------------

    def add_segment(self, segment: Segment) -> list[Transition[IdT]]:
        """Add a segment after the others: its members enter it."""
        slot = 1 + max(self._members, default=-1)
        names = self.segment_set.dependencies.event_names
        added = self._next_revision(segment.name, segment.condition)
        self._members[slot] = set()
        self.segment_set.add(slot, added)
        self._read_new_events(names)
        return self.evaluate_all(slot, "added")

    def replace_segment(
        self, slot: int, condition: Condition, change: ChangeOfSegment = "replaced"
    ) -> list[Transition[IdT]]:
        """Replace the condition of a segment, which has the next revision then."""
        segments, names = self.segment_set.segments, self.segment_set.dependencies.event_names
        replaced = self._next_revision(segments[slot].name, condition)
        self.segment_set = SegmentSet({**segments, slot: replaced})
        self._read_new_events(names)
        self._drop_counters()
        return self.evaluate_all(slot, change)

    def remove_segment(self, slot: int) -> list[Transition[IdT]]:
        """Remove a segment: its members leave it."""
        transitions: list[Transition[IdT]] = []
        for record in self._records.values():
            membership = record.memberships.get(slot)
            if membership is None:
                continue
            membership.until = None
            self.schedule.update(record, slot, membership)
            if membership.is_member:
                transitions.append(
                    self.segment_set.flip(
                        record, slot, self.context.now, lambda _: SegmentChanged("removed")
                    )
                )
            del record.memberships[slot]
        for numbers in self.numbers_of_removed.values():
            numbers.pop(slot, None)
        self._members[slot].clear()  # The slot is not used again.
        self._drop_counters()
        others = {
            each: segment for each, segment in self.segment_set.segments.items() if each != slot
        }
        self.segment_set = SegmentSet(others)
        return transitions

    def _next_revision(self, name: str, condition: Condition) -> LiveSegment:
        revision = self.revisions.get(name, 0) + 1
        segment = LiveSegment.create(name, condition, revision, self.context)
        self.revisions[name] = revision
        return segment

    def _drop_counters(self) -> None:
        """Drop the counters of all contacts, because some are of a segment that is gone."""
        for record in self._records.values():
            record.facts.counters = None

    def _read_new_events(self, names: AbstractSet[str]) -> None:
        """Read the events of all contacts again if segments read others than those of *names*."""
        if not self.segment_set.dependencies.event_names <= names:
            for record in self._records.values():
                record.facts = self._facts_of(record.contact)

    def evaluate_all(self, slot: int, change: ChangeOfSegment) -> list[Transition[IdT]]:
        """Evaluate all contacts for a segment that has changed."""
        found: list[Transition[IdT]] = []
        for record in self._records.values():
            found += self._evaluate(record, (slot,), lambda _: SegmentChanged(change))
        return found

    # --- facts ------------------------------------------------------------------------------------

    def change(self, operation: Operation) -> list[Transition[IdT]]:
        """Change the facts of one contact, and return the transitions that this causes."""
        match operation:
            case Upsert() | Update() | AddToList() | RemoveFromList():
                return self._put(operation)
            case Remove(id=id_):
                return self._remove(id_)
            case Track(event=event):
                return self._track(event)
            case Untrack(contact_id=contact_id, event_id=event_id):
                return self._untrack(contact_id, event_id)
            case _:
                assert_never(operation)

    def _put(self, operation: ContactOperation) -> list[Transition[IdT]]:
        change_contact(self.source, operation)
        id_: IdT = contact_id_of(operation)
        contact = self.source.get(id_)
        record = self._records.get(id_)
        if contact is None:
            return []
        if record is None:
            record = self._insert(contact)
            before = Facts(Contact(id_), [], [])
            changed = ContactChange.between(None, contact)
            slots = self.segment_set.slots_of_new(record)
        else:
            facts = record.facts
            before = Facts(facts.contact, facts.events, [])
            changed = ContactChange.between(record.contact, contact)
            facts.contact = contact
            slots = self.segment_set.dependencies.of_change(changed)
        return self._evaluate(record, slots, self._cause_of(changed, record, lambda: before))

    def _insert(self, contact: Contact[IdT]) -> Record[IdT]:
        """Add the record of a contact that the store has."""
        record = Record[IdT](self._orders, self._facts_of(contact))
        self._orders += 1
        self._records[contact.id] = record
        for slot, number in self.numbers_of_removed.pop(contact.id, {}).items():
            record.membership(slot).number = number
        return record

    def _remove(self, id_: IdT) -> list[Transition[IdT]]:
        self.source.remove(id_)
        record = self._records.pop(id_, None)
        if record is None:
            return []
        self.schedule.drop(record)
        changed = ContactChange.between(record.contact, None)
        cause = self._cause_of(changed, record, lambda: record.facts)
        transitions: list[Transition[IdT]] = []
        for slot, membership in sorted(record.memberships.items()):
            if membership.is_member:
                transitions.append(self.segment_set.flip(record, slot, self.context.now, cause))
                self._members[slot].remove(id_)
        self.restore_numbers(id_, record.memberships)
        return transitions

    def _track(self, event: EventLike) -> list[Transition[IdT]]:
        is_new = self.source.track(event)
        record = self._records.get(cast("IdT", event.contact_id))
        if not is_new or record is None:
            return []
        changed = EventChange(event, is_added=True)
        slots = self.segment_set.dependencies.of_change(changed)
        timed, _ = split_usable((event,))
        if not timed or not slots:
            return []
        facts = record.facts
        facts.add(timed[0])

        def before() -> Facts:
            return Facts(facts.contact, facts.events[:-1], [])

        return self._evaluate(record, slots, self._cause_of(changed, record, before))

    def _untrack(self, contact_id: IdT, event_id: Hashable) -> list[Transition[IdT]]:
        events = self.source.events(contact_id)
        event = next((each for each in events if ids_equal(each.id, event_id)), None)
        self.source.untrack(contact_id, event_id)
        record = self._records.get(contact_id)
        if event is None or record is None:
            return []
        changed = EventChange(event, is_added=False)
        slots = self.segment_set.dependencies.of_change(changed)
        before = record.facts
        if slots:
            record.facts = self._facts_of(record.contact)
        return self._evaluate(record, slots, self._cause_of(changed, record, lambda: before))

    def _facts_of(self, contact: Contact[IdT]) -> Facts:
        reads_events = bool(self.segment_set.dependencies.event_names)
        return self.segment_set.facts(
            contact, self.source.events(contact.id) if reads_events else ()
        )

    def _cause_of(
        self, change: Change, record: Record[IdT], before: Callable[[], Facts]
    ) -> CauseOf:
        def cause(segment: LiveSegment) -> Cause:
            return cause_of_change(segment, change, before, record.facts, self.context)

        return cause

    def _evaluate(
        self, record: Record[IdT], slots: Iterable[int], cause: CauseOf
    ) -> list[Transition[IdT]]:
        slots = list(slots)
        return self._keep(
            record, slots, self.segment_set.evaluate(record, slots, self.context, cause)
        )

    def _keep(
        self, record: Record[IdT], slots: Iterable[int], transitions: list[Transition[IdT]]
    ) -> list[Transition[IdT]]:
        """Schedule the memberships in *slots*, which have been evaluated."""
        for slot in slots:
            membership = record.memberships.get(slot)
            if membership is not None:
                self.schedule.update(record, slot, membership)
                members = self._members[slot]
                change = members.add if membership.is_member else members.discard
                change(record.contact.id)
        return transitions

    # --- time -------------------------------------------------------------------------------------

    def advance(self, to: datetime, limit: int | None = None) -> list[Transition[IdT]]:
        """Let time pass up to an instant, and return the transitions that this causes.

        With *limit*, no more memberships are evaluated; the instant may then be an earlier one.
        """
        found: list[Transition[IdT]] = []
        evaluations = 0
        while (due := self.schedule.first()) is not None and due.at <= to:
            if evaluations == limit:
                return found
            evaluations += 1
            self._move_clock(due.at)
            transitions = self.segment_set.evaluate_at(due.record, (due.slot,), self.context)
            found += self._keep(due.record, (due.slot,), transitions)
        self._move_clock(to)
        return found

    def _move_clock(self, to: datetime) -> None:
        if to != self.context.now:
            self.context = EvaluationContext(to, self.context.tz)

    def next_wake(self) -> datetime | None:
        """Return the instant of the next transition by time alone."""
        while (due := self.schedule.first()) is not None:
            if due.membership.is_exact or due.at <= self.context.now:
                return due.at
            self._search_exactly(due)
        return None

    def _search_exactly(self, due: Due[IdT]) -> None:
        """Schedule a membership for the instant at which it changes, which may be a later one."""
        condition = self.segment_set.segments[due.slot].condition
        change = next_change_of(condition, due.record.facts, self.context)
        due.membership.until = change.at if change else change.horizon
        due.membership.is_exact = True
        self.schedule.update(due.record, due.slot, due.membership)

    # --- reading ----------------------------------------------------------------------------------

    def ids(self, slot: int) -> list[IdT]:
        """Return the ids of the members of a segment, in the order of the contacts."""
        records = sorted(map(self._records.__getitem__, self._members[slot]), key=order_of)
        return [record.contact.id for record in records]

    def is_member(self, slot: int, id_: IdT) -> bool:
        """Return whether a contact is a member of a segment."""
        return contains_id(id_, self._members[slot], "id")
