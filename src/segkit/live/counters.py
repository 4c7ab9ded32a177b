"""Counters: the events that satisfy a leaf, and their count or value, kept while events arrive.

The timeline of a count or a sum with ``where`` reads every event in the window. A live contact gets
one event after the other, so a counter tests each event once, when it is new, and keeps the events
that satisfy the ``where`` and the timeline of their count or value. A later event is appended, and
the timeline continues; only an event that is before another one begins a new timeline.

Example: the events are a cart, an order of 20 and one of 200. The counter of "orders of 100 or
more, at least 2" has one event. A later order of 150 is tested and appended; the others are not
tested again.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

import attrs

from segkit.clock import EvaluationContext
from segkit.history import Facts, TimedEvent
from segkit.model.conditions import ContactLeaf
from segkit.model.event_leaves import EventCount
from segkit.model.event_values import EventValue
from segkit.semantics.observations import EventSubject, where_is_true
from segkit.sources.masks import is_static
from segkit.timelines.base import VerdictTimeline, VerdictUntil
from segkit.timelines.conditions import timeline_of_selected


@attrs.define(eq=False)
class Counter:
    """The events of a contact that satisfy a leaf, in chronological order, and their timeline.

    Attributes:
        read: The number of the contact's events that have been tested.
        timeline: ``None`` if it has to be made again.
    """

    events: list[TimedEvent] = attrs.field(factory=list[TimedEvent])
    instants: list[datetime] = attrs.field(factory=list[datetime])
    read: int = 0
    timeline: VerdictTimeline | None = None

    def add(self, timed: TimedEvent) -> None:
        """Add an event that satisfies the leaf, after the events of its instant [E5]."""
        place = bisect_right(self.instants, timed.at)
        if place < len(self.instants):
            self.timeline = None  # Positions of events have changed.
        self.events.insert(place, timed)
        self.instants.insert(place, timed.at)


@attrs.frozen(eq=False)
class CounterEvaluation:
    """Evaluates a leaf by the counters that it keeps in the facts of each contact."""

    leaf: EventCount | EventValue

    def __call__(self, facts: Facts, context: EvaluationContext) -> VerdictUntil:
        """Return the verdict and how long it lasts, after testing the events that are new."""
        leaf = self.leaf
        if facts.counters is None:
            facts.counters = {}
        counter = facts.counters.get(self)
        if counter is None:
            counter = facts.counters[self] = Counter()
        for timed in facts.events[counter.read :]:
            if timed.name in leaf.names and where_is_true(
                leaf.condition, EventSubject(timed.event), context
            ):
                counter.add(timed)
        counter.read = len(facts.events)
        timeline = counter.timeline
        if timeline is None:
            timeline = timeline_of_selected(leaf, counter.events, counter.instants, context)
            counter.timeline = timeline
        return timeline.verdict_at(context.now)


def counter_of(leaf: ContactLeaf) -> CounterEvaluation | None:
    """Return the evaluation of *leaf* by counters, if the same events satisfy it at every now.

    The index of the events is the counter of a count of one name without ``where``.
    """
    if not isinstance(leaf, EventCount | EventValue) or not is_static(leaf.condition):
        return None
    if isinstance(leaf, EventCount) and leaf.condition is None and len(leaf.names) == 1:
        return None
    return CounterEvaluation(leaf)
