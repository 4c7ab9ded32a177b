"""One contact of a storage, while a transaction lets its time pass and changes its facts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Final, Generic, TypeVar, assert_never

from segkit.clock import EvaluationContext
from segkit.history import event_name
from segkit.live.causes import SegmentChanged
from segkit.live.changes import Slots
from segkit.live.durable.segments_version import SegmentsVersion
from segkit.live.durable.storage import ContactState, StorageTransaction, StoredMembership
from segkit.live.members import Members
from segkit.live.operations import (
    AddToList,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.records import Membership
from segkit.live.transitions import Transition, TransitionId
from segkit.model.facts import Contact
from segkit.model.values import MIN_INSTANT
from segkit.sources import MemorySource

IdT = TypeVar("IdT", bound=Hashable)

_SECOND_INSTANT: Final = MIN_INSTANT + datetime.resolution


class ContactChanges(Generic[IdT]):
    """The changes of one contact in one transaction, which `save` keeps.

    Its facts are loaded when they are needed, which is not the case as long as no membership is due
    and no segment reads what has changed.

    Args:
        id: The id of the contact.
        state: The state, which this transaction holds.
        versions: The versions of the segments by number, from that of the state to the last.
    """

    def __init__(
        self,
        id: IdT,  # noqa: A002 - the field's name
        state: ContactState,
        versions: Mapping[int, SegmentsVersion],
        transaction: StorageTransaction[IdT],
    ) -> None:
        self.id = id
        self.state = state
        self._transaction = transaction
        self._versions = versions
        self._later: list[SegmentsVersion] = self._after(state.version) if state.version else []
        self._members: Members[IdT] | None = None
        self._slots: Slots | None = None
        self._stored = dict(state.memberships)

    @property
    def _version(self) -> SegmentsVersion:
        return self._versions[self.state.version]

    def _after(self, version: int) -> list[SegmentsVersion]:
        return [self._versions[number] for number in range(version + 1, max(self._versions) + 1)]

    # --- time -------------------------------------------------------------------------------------

    def advance(self, to: datetime) -> list[Transition[IdT]]:
        """Let time pass up to an instant, through the versions of the segments."""
        if not self.state.version:  # A new contact: a version may begin later.
            begun = [number for number, each in self._versions.items() if each.at <= to]
            # An operation before all versions is evaluated by the first one.
            self.state.version = max(begun, default=min(self._versions))
            self._later = self._after(self.state.version)
        if self.state.clock is not None:
            to = max(to, self.state.clock)  # The clock of a contact never goes back.
        found: list[Transition[IdT]] = []
        while self._later and self._later[0].at <= to:
            version = self._later.pop(0)
            found += self._pass_time(version.at)
            found += self._change_version(version)
        return found + self._pass_time(to)

    def next_due(self, to: datetime) -> datetime | None:
        """Return the first instant, *to* at the latest, at which time may change memberships."""
        instants = [each.at for each in self._later[:1]]
        if self.state.wake is not None:
            instants.append(self.state.wake)
        at = min(instants, default=None)
        return at if at is not None and at <= to else None

    def _pass_time(self, to: datetime) -> list[Transition[IdT]]:
        state = self.state
        if state.clock is not None and to <= state.clock:
            return []
        wake = state.wake
        if wake is None or wake > to:
            state.clock = to
            return [] if self._members is None else self._members.advance(to)
        if self._members is None or self._slots is not None:
            # The facts of all segments are needed. Nothing changes before that instant, so no fact
            # from before it is loaded.
            state.clock, self._members = wake, None
        found = self._loaded().advance(to)
        state.clock = to
        self._update()
        return found

    def _change_version(self, version: SegmentsVersion) -> list[Transition[IdT]]:
        before, state = self._version, self.state
        assert state.clock is not None, "time passes first"  # noqa: S101
        found: list[Transition[IdT]] = []
        for name in before.slots.keys() - version.slots.keys():
            removed = state.memberships.pop(name, None)
            if removed is not None and removed.is_member:
                identity = TransitionId(name, before.revisions[name], self.id, removed.number + 1)
                cause = SegmentChanged("removed")
                found.append(Transition(identity, state.clock, "left", cause))
        found.sort(key=lambda transition: before.slots[transition.segment])
        state.version = version.number
        self._members = self._slots = None
        for segment in version.segments:
            change = version.change_of(segment, before)
            if change is not None:
                found += self._loaded().evaluate_all(version.slots[segment.name], change)
                self._update()
        return found

    # --- facts ------------------------------------------------------------------------------------

    def change(self, operation: Operation, at: datetime) -> list[Transition[IdT]]:
        """Let time pass up to the instant of an operation, and change the facts."""
        found = self.advance(at)
        slots = self._slots_of(operation)
        if slots is not None and not slots:
            self._transaction.write(operation)
            self._members = self._slots = None  # The loaded facts lack this one.
            return found
        members = self._loaded(slots)
        has_changed = self._transaction.write(operation)
        if isinstance(operation, Upsert):
            self.state.is_present = True
        elif isinstance(operation, Remove):
            self.state.is_present = False
        if has_changed or not isinstance(operation, Track | Untrack):
            found += members.change(operation)
            self._update()
        return found

    def _slots_of(self, operation: Operation) -> Slots | None:
        """Return the segments that an operation may affect; ``None`` for any."""
        dependencies = self._version.segment_set.dependencies
        match operation:
            case Track(event=event):
                name = event_name(event)
                if name is None or not self.state.is_present:
                    return set()
                return dependencies.of_events([name])
            case Update(attributes=attributes):
                return dependencies.of_attributes(attributes)
            case AddToList(list=name) | RemoveFromList(list=name):
                return dependencies.of_list(name)
            case Upsert() | Remove() | Untrack():
                return None
            case _:
                assert_never(operation)

    def add_existing_member(self, at: datetime) -> None:
        """Evaluate a contact that the tables of facts have, a member without transitions."""
        self.advance(at)
        self.state.is_present = True
        self._slots = None
        members = self._members = self._without_memberships()
        members.restore_numbers(self.id, self._memberships_by_slot())
        for contact in members.source:
            members.add_existing_member(contact)
        self._update()

    def _loaded(self, slots: Slots | None = None) -> Members[IdT]:
        """Return the memberships of some segments at the clock of the contact, with the facts."""
        has_others = self._slots is not None and (slots is None or not slots <= self._slots)
        if self._members is None or has_others:
            self._slots = slots
            self._members = self._without_memberships()
            self._members.restore(self.id, self._memberships_by_slot())
        return self._members

    def _without_memberships(self) -> Members[IdT]:
        version, state = self._version, self.state
        assert state.clock is not None, "time passes first"  # noqa: S101
        # Causes compare with the instant before.
        since = max(state.clock, _SECOND_INSTANT) - datetime.resolution
        needs = version.needs(since, self._slots)
        contact, events = self._transaction.load(needs, self.id)
        contacts = [contact or Contact(self.id)] if state.is_present else []
        source = MemorySource(contacts, events, columns=False)
        return Members(source, version.segment_set, EvaluationContext(state.clock, version.tz))

    def _memberships_by_slot(self) -> dict[int, Membership]:
        slots = self._version.slots
        return {
            slots[name]: Membership(each.is_member, each.number, each.until)
            for name, each in self.state.memberships.items()
            if self._slots is None or slots[name] in self._slots
        }

    # --- the state --------------------------------------------------------------------------------

    def _update(self) -> None:
        """Take over the memberships after an evaluation."""
        assert self._members is not None, "memberships were evaluated"  # noqa: S101
        segments, old = self._version.segments, self.state.memberships
        evaluated = {
            segments[slot].name: self._kept(old.get(segments[slot].name), membership)
            for slot, membership in self._members.memberships(self.id).items()
        }
        # If only some segments are loaded, the memberships in the others stay.
        self.state.memberships = evaluated if self._slots is None else {**old, **evaluated}

    def save(self) -> None:
        """Keep the state, and the memberships that differ from the stored ones."""
        stored, present = self._stored, self.state.memberships
        changed: dict[str, StoredMembership | None] = {
            name: membership
            for name, membership in present.items()
            if membership != stored.get(name)
        }
        changed.update(dict.fromkeys(stored.keys() - present.keys()))
        self._transaction.save(self.state, changed)
        self._stored = dict(present)

    def _kept(self, old: StoredMembership | None, new: Membership) -> StoredMembership:
        """Return a membership to store.

        If only the instant moves to a later one, the old instant is kept: then nothing is written,
        and the membership is evaluated once more at that instant.
        """
        clock, until = self.state.clock, new.until
        if (
            old is not None
            and old.is_member is new.is_member
            and old.number == new.number
            and old.until is not None
            and until is not None
            and clock is not None
            and clock < old.until <= until
        ):
            return old
        return StoredMembership(new.is_member, new.number, until)
