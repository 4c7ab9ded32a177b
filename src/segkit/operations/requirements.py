"""requirements(): which facts to load before a condition is evaluated."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import attrs

from segkit.clock import EvaluationContext
from segkit.model.call_hints import written_as
from segkit.model.conditions import Condition
from segkit.model.requirements import Requirements
from segkit.model.segments import Segment, contact_condition
from segkit.semantics.observations import footprint
from segkit.traversal import iter_contact_leaves


@written_as("requirements(condition, now=now)")
def requirements(
    condition: Condition | Segment, *, now: datetime | None = None, tz: str | tzinfo = UTC
) -> Requirements:
    """Return the facts that can change the verdict at *now*, and how far back they reach.

    Facts outside of the requirements do not change the verdict, provided that no two events of a
    contact have one id.

    Args:
        condition, tz: As for `segkit.matches`.
        now: The instant of the evaluation, an aware ``datetime``; by default the current time.

    Raises:
        InstantError: If *now* is naive.
        ZoneError: If *tz* is unknown.
        ConditionTypeError: If *condition* is neither a condition nor a segment.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

    >>> from segkit import attr, did, requirements
    >>> needs = requirements((attr("age") >= 18) & did("order"))
    >>> sorted(needs.attributes), sorted(needs.events)
    (['age'], ['order'])
    """
    checked = contact_condition(condition, "requirements")
    return needs_of(checked, EvaluationContext.create(now, tz))


def needs_of(condition: Condition, context: EvaluationContext) -> Requirements:
    """Return the facts that can change the verdict of *condition* at one instant."""
    needs = Requirements()
    for leaf in iter_contact_leaves(condition):
        needs |= footprint(leaf, context)
    return needs


def needs_between(condition: Condition, start: datetime, end: datetime, tz: tzinfo) -> Requirements:
    """Return the facts that can change the verdict of *condition* at any instant between two.

    Neither bound of a window ever moves back as time passes, so the windows of the first and the
    last instant cover those in between.
    """
    first, last = EvaluationContext(start, tz), EvaluationContext(end, tz)
    return needs_of(condition, first) | needs_of(condition, last)


def needs_since_ever(condition: Condition, context: EvaluationContext) -> Requirements:
    """Return what *condition* reads, with the events before its windows too."""
    needs = needs_of(condition, context)
    events = {name: attrs.evolve(need, since=None) for name, need in needs.events.items()}
    return attrs.evolve(needs, events=events)
