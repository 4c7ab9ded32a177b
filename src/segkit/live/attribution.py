"""Attribution: which part of a condition, and which fact, caused a transition.

The verdicts of the parts before and after are compared. A part decided if its verdict changed, and
the segment would not have changed without that. If several parts changed together, and none of them
decided alone, the first of them is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, partial
from typing import TypeAlias

from segkit.clock import EvaluationContext, Interval
from segkit.history import Facts, TimedEvent, event_instant
from segkit.live.causes import (
    AttributeChanged,
    Cause,
    ContactAdded,
    ContactRemoved,
    EventArrived,
    EventExpired,
    EventRemoved,
    FactsDiffer,
    ListJoined,
    ListLeft,
    TimePassed,
)
from segkit.live.changes import Change, ContactChange, EventChange
from segkit.live.live_segment import LiveSegment
from segkit.model.conditions import ContactLeaf
from segkit.semantics.observations import (
    AggregateObservation,
    CountObservation,
    SequenceObservation,
    leaf_is_true,
    observe,
)
from segkit.traversal import evaluate

_Verdicts: TypeAlias = Callable[[ContactLeaf], bool]


def cause_of_change(
    segment: LiveSegment,
    change: Change,
    before: Callable[[], Facts],
    after: Facts,
    context: EvaluationContext,
) -> Cause:
    """Return why a change of facts caused a transition; *before* returns the facts before it."""
    if isinstance(change, ContactChange) and change.after is None:
        return ContactRemoved()
    is_true = _verdicts(after, context)
    if isinstance(change, ContactChange) and change.before is None:
        decided = _deciding_part(segment, segment.needs, _verdicts(before(), context), is_true)
        return ContactAdded(decided, decided is None or is_true(decided))
    parts = [part for part, needs in segment.needs.items() if change.touches(needs)]
    # If one part only can have changed, it has, because the segment has.
    part: ContactLeaf | None = parts[0]
    if len(parts) > 1:
        part = _deciding_part(segment, parts, _verdicts(before(), context), is_true)
    if part is None:
        return FactsDiffer()
    if isinstance(change, EventChange):
        kind = EventArrived if change.is_added else EventRemoved
        return kind(part, is_true(part), change.event)
    needs = segment.needs[part]
    names = [name for name in change.attributes if name in needs.attributes]
    lists = [name for name in change.lists if needs.any_list or name in needs.lists]
    if not names and not lists:
        return AttributeChanged(part, is_true(part), "id", *change.ids())
    name = names[0] if names else lists[0]
    for other in (*names, *lists) if len(names) + len(lists) > 1 else ():
        # The fact decided without which the part would be as before.
        facts = Facts(change.without(other), after.events, after.undated)
        if leaf_is_true(part, facts, context) is not is_true(part):
            name = other
            break
    if name in names:
        return AttributeChanged(part, is_true(part), name, *change.values(name))
    return (ListJoined if change.is_on(name) else ListLeft)(part, is_true(part), name)


def cause_of_time(segment: LiveSegment, facts: Facts, context: EvaluationContext) -> Cause:
    """Return why a verdict changed at the instant of *context*, although no fact changed."""
    is_true: _Verdicts = partial(leaf_is_true, facts=facts, context=context)
    # If there is one part only, it has changed, because the segment has.
    part: ContactLeaf | None = next(iter(segment.needs))
    before = EvaluationContext(context.now - datetime.resolution, context.tz)
    if len(segment.needs) > 1:
        is_true = cache(is_true)
        part = _deciding_part(segment, segment.needs, _verdicts(facts, before), is_true)
    if part is None:
        return FactsDiffer()
    if not segment.needs[part].events:
        return TimePassed(part, is_true(part))
    counts, window = _events_of(part, facts, context)
    arrived = [each for each in counts if each.at == context.now]
    # By identity, because events without an id may be equal.
    still_counts = {id(each.event) for each in counts}
    expired = [
        each
        for each in _events_of(part, facts, before)[0]
        if id(each.event) not in still_counts and window is not None and each.at not in window
    ]
    if arrived and expired:
        others = [each for each in facts.events if each.at != context.now]
        without = leaf_is_true(part, Facts(facts.contact, others, facts.undated), context)
        if without is is_true(part):
            arrived = []  # The events that have left the window decided.
    if arrived:
        return EventArrived(part, is_true(part), arrived[-1].event)
    if expired:
        return EventExpired(part, is_true(part), max(expired, key=event_instant).event)
    return TimePassed(part, is_true(part))


def _events_of(
    part: ContactLeaf, facts: Facts, context: EvaluationContext
) -> tuple[list[TimedEvent], Interval | None]:
    """Return the events on which the verdict of a part is based, and their window."""
    observation = observe(part, facts, context)
    if isinstance(observation, SequenceObservation):
        return observation.candidates, observation.window
    assert isinstance(observation, CountObservation | AggregateObservation)  # noqa: S101 - of events
    return observation.events, observation.window


def _verdicts(facts: Facts, context: EvaluationContext) -> _Verdicts:
    """Return a function that evaluates each part once."""
    return cache(partial(leaf_is_true, facts=facts, context=context))


def _deciding_part(
    segment: LiveSegment, parts: Iterable[ContactLeaf], before: _Verdicts, after: _Verdicts
) -> ContactLeaf | None:
    """Return which of *parts* decided; ``None`` if the verdict of none of them changed."""
    changed = [part for part in parts if before(part) is not after(part)]
    if len(changed) <= 1:
        return changed[0] if changed else None
    verdict = evaluate(segment.condition, after)

    def decided(part: ContactLeaf) -> bool:
        def without(leaf: ContactLeaf) -> bool:
            return before(leaf) if leaf == part else after(leaf)

        return evaluate(segment.condition, without) is not verdict

    return next(filter(decided, changed), changed[0])
