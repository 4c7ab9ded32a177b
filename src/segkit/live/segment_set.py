"""The segments of a `Live`: which of them a change can affect, and how a contact is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import partial
from typing import TypeAlias, TypeVar

from segkit.clock import EvaluationContext, Unbounded
from segkit.history import Facts, event_name
from segkit.live.attribution import cause_of_time
from segkit.live.causes import Cause
from segkit.live.changes import ContactChange, Dependencies
from segkit.live.live_segment import LiveSegment
from segkit.live.records import Record, facts_of
from segkit.live.transitions import Transition, TransitionId, TransitionKind
from segkit.model.facts import Contact, EventLike

IdT = TypeVar("IdT", bound=Hashable)

CauseOf: TypeAlias = Callable[[LiveSegment], Cause]
"""A function that returns the cause of a transition of a segment."""


class SegmentSet:
    """Segments by slot, their position among all that were ever added.

    Attributes:
        segments: The segments by slot, in order.
        dependencies: Which segments read which facts.
    """

    def __init__(self, segments: dict[int, LiveSegment]) -> None:
        self.segments = segments
        needs = {slot: segment.needs for slot, segment in segments.items()}
        self.dependencies = Dependencies(needs)

    def add(self, slot: int, segment: LiveSegment) -> None:
        """Add a segment after the others."""
        self.segments[slot] = segment
        self.dependencies.add(slot, segment.needs)

    def slot_of(self, name: object) -> int | None:
        """Return the slot of the segment of that name."""
        return next((slot for slot, each in self.segments.items() if each.name == name), None)

    def facts(self, contact: Contact[IdT], events: Iterable[EventLike]) -> Facts:
        """Return a contact with those of its events that segments read."""
        names = self.dependencies.event_names
        return facts_of(contact, (event for event in events if event_name(event) in names))

    def slots_of_new(self, record: Record[IdT]) -> set[int]:
        """Return the segments that are not known to be false for ever for a new contact."""
        slots = self.dependencies.of_change(ContactChange.between(None, record.contact))
        slots |= self.dependencies.of_events({each.name for each in record.facts.events})
        return slots | {slot for slot, segment in self.segments.items() if segment.default}

    def evaluate(
        self, record: Record[IdT], slots: Iterable[int], context: EvaluationContext, cause: CauseOf
    ) -> list[Transition[IdT]]:
        """Evaluate a contact for some segments, and return its transitions in their order."""
        transitions: list[Transition[IdT]] = []
        for slot in sorted(slots):
            verdict, until, *_ = self.segments[slot].evaluate(record.facts, context)
            membership = record.memberships.get(slot)
            if membership is None:
                if not verdict and until is Unbounded.FUTURE:
                    continue
                membership = record.membership(slot)
            membership.until = until if isinstance(until, datetime) else None
            membership.is_exact = False
            if verdict is not membership.is_member:
                transitions.append(self.flip(record, slot, context.now, cause))
        return transitions

    def flip(self, record: Record[IdT], slot: int, at: datetime, cause: CauseOf) -> Transition[IdT]:
        """Let a contact enter a segment, or leave it if it is a member."""
        segment, membership = self.segments[slot], record.membership(slot)
        why = cause(segment)
        membership.is_member = not membership.is_member
        membership.number += 1
        identity = TransitionId(
            segment.name, segment.revision, record.contact.id, membership.number
        )
        kind: TransitionKind = "entered" if membership.is_member else "left"
        return Transition(identity, at, kind, why)

    def evaluate_at(
        self, record: Record[IdT], slots: Iterable[int], context: EvaluationContext
    ) -> list[Transition[IdT]]:
        """Evaluate segments that time may change at the instant of *context*."""
        cause = partial(cause_of_time, facts=record.facts, context=context)
        return self.evaluate(record, slots, context, cause)
