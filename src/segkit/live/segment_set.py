"""The segments of a `Live`: which of them a change can affect, and how a contact is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import partial
from typing import TypeAlias, TypeVar

import attrs

from segkit.clock import Bound, EvaluationContext, Unbounded
from segkit.history import Facts, event_name
from segkit.live.attribution import cause_of_time
from segkit.live.causes import Cause
from segkit.live.changes import ContactChange, Dependencies
from segkit.live.records import Record, facts_of
from segkit.live.transitions import Kind, Transition, TransitionId
from segkit.model.conditions import Condition
from segkit.model.facts import Contact, EventLike
from segkit.operations.evaluation.compiler import BoundMatcher, bind_of, depends_on_now
from segkit.semantics.observations import evaluate_condition
from segkit.timelines.conditions import timeline_of

IdT = TypeVar("IdT", bound=Hashable)

CauseOf: TypeAlias = Callable[[Condition], Cause]
"""A function that returns the cause of a transition of the segment with that condition."""


@attrs.frozen(eq=False)
class LiveSegment:
    """One revision of a segment whose members are kept current.

    Attributes:
        revision: The number of the revision, from 1 on [M5].
        default: The verdict for a contact without any facts, which time does not change.
        match: The compiled condition if time alone never changes its verdict.
    """

    name: str
    condition: Condition
    revision: int
    default: bool
    match: BoundMatcher | None

    @classmethod
    def create(
        cls, name: str, condition: Condition, revision: int, context: EvaluationContext
    ) -> LiveSegment:
        """Prepare the evaluation of a condition."""
        match = None if depends_on_now(condition) else bind_of(condition)(context)
        default = evaluate_condition(condition, Facts(Contact("nobody"), [], []), context)
        return cls(name, condition, revision, default, match)

    def verdict_until(self, facts: Facts, context: EvaluationContext) -> tuple[bool, Bound]:
        """Return the verdict, and a bound before which time alone does not change it."""
        if self.match is not None:
            return self.match(facts.contact), Unbounded.FUTURE
        answer = timeline_of(self.condition, facts, context).verdict_at(context.now)
        return answer.verdict, answer.until


class SegmentSet:
    """Segments by slot, their position among all that were ever added.

    Attributes:
        segments: The segments by slot, in order.
        dependencies: Which segments read which facts.
    """

    def __init__(self, segments: dict[int, LiveSegment], context: EvaluationContext) -> None:
        self.segments = segments
        conditions = {slot: segment.condition for slot, segment in segments.items()}
        self.dependencies = Dependencies(conditions, context)

    def slot_of(self, name: object) -> int | None:
        """Return the slot of the segment of that name."""
        return next((slot for slot, each in self.segments.items() if each.name == name), None)

    def facts(self, contact: Contact[IdT], events: Iterable[EventLike]) -> Facts:
        """Return a contact with those of its events that segments read."""
        names = self.dependencies.event_names
        return facts_of(contact, (event for event in events if event_name(event) in names))

    def slots_of_new(self, record: Record[IdT]) -> set[int]:
        """Return the segments that are not known to be false for ever for a new contact."""
        slots = self.dependencies.of_change(ContactChange(None, record.contact))
        slots |= self.dependencies.of_events(record.index.instants)
        return slots | {slot for slot, segment in self.segments.items() if segment.default}

    def evaluate(
        self, record: Record[IdT], slots: Iterable[int], context: EvaluationContext, cause: CauseOf
    ) -> list[Transition[IdT]]:
        """Evaluate a contact for some segments, and return its transitions in their order."""
        transitions: list[Transition[IdT]] = []
        for slot in sorted(slots):
            verdict, until = self.segments[slot].verdict_until(record.facts, context)
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
        membership.is_member = not membership.is_member
        membership.number += 1
        identity = TransitionId(
            segment.name, segment.revision, record.contact.id, membership.number
        )
        kind: Kind = "entered" if membership.is_member else "left"
        return Transition(identity, at, kind, cause(segment.condition))

    def evaluate_at(
        self, record: Record[IdT], slots: Iterable[int], context: EvaluationContext
    ) -> list[Transition[IdT]]:
        """Evaluate segments that time may change at the instant of *context*."""
        cause = partial(cause_of_time, facts=record.facts, context=context)
        return self.evaluate(record, slots, context, cause)
