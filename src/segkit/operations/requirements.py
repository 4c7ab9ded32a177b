"""requirements(): what to load before asking."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from segkit.clock import EvaluationContext
from segkit.model.conditions import Condition
from segkit.model.requirements import Requirements
from segkit.model.segments import Segment, contact_condition
from segkit.semantics.observations import footprint
from segkit.traversal import iter_leaves


def requirements(
    condition: Condition | Segment, *, now: datetime | None = None, tz: str | tzinfo = UTC
) -> Requirements:
    """The facts that can change the answer at *now*, and how far back they lie.

    Facts outside of it change nothing, provided that no two events of a contact share an id.

    Args:
        condition: A segment or a bare condition.
        now: The instant that will be asked about; by default the current time.
        tz: The zone of the evaluation.

    Raises:
        InstantError, ZoneError, ConditionTypeError, ConditionError: As for `matches`.

    >>> from segkit import attr, did, requirements
    >>> needs = requirements((attr("age") >= 18) & did("order"))
    >>> sorted(needs.attributes), sorted(needs.events)
    (['age'], ['order'])
    """
    return needs_of(contact_condition(condition, "requirements"), EvaluationContext.create(now, tz))


def needs_of(condition: Condition, context: EvaluationContext) -> Requirements:
    """The facts that can change what *condition* says at that moment."""
    needs = Requirements()
    for leaf in iter_leaves(condition):
        needs |= footprint(leaf, context)
    return needs


def needs_between(condition: Condition, start: datetime, end: datetime, tz: tzinfo) -> Requirements:
    """The facts that can change what *condition* says at some instant between two.

    Neither edge of a window ever moves back, so those of the first and of the last instant do.
    """
    return needs_of(condition, EvaluationContext(start, tz)) | needs_of(
        condition, EvaluationContext(end, tz)
    )
