"""matches(): the reference meaning of every condition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

from segkit import traversal
from segkit.clock import EvaluationContext
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike
from segkit.model.segments import Segment, contact_condition
from segkit.semantics.observations import leaf_holds


def matches(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = (),
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
) -> bool:
    """Whether *contact* belongs to the segment.

    Always true or false [V1]: what is absent, or of a kind the condition does not compare with,
    makes a comparison false, and its negation true.

    Args:
        condition: A segment or a bare condition.
        contact: A `Contact`, or any object with its fields.
        events: The contact's own events, in any order; of two with one id the first counts [E3].
        now: The instant asked about, aware; by default the current time.
        tz: The zone that days and calendar units are of: a name, a ``ZoneInfo`` or ``UTC``.

    Raises:
        FactsError: If *contact* or an event is none, or an event is of somebody else [E6].
        InstantError: If *now* is naive.
        ZoneError: If *tz* is unknown.
        ConditionTypeError, ConditionError: If *condition* is none that is asked of contacts.

    >>> from segkit import Contact, attr, matches
    >>> matches(attr("age") >= 18, Contact("ada", {"age": 36}))
    True
    """
    asked = contact_condition(condition, "matches")
    return evaluate_facts(
        asked, Facts.from_call(contact, events), EvaluationContext.create(now, tz)
    )


def evaluate_facts(condition: Condition, facts: Facts, context: EvaluationContext) -> bool:
    """Whether *condition* is true of the facts at that moment."""
    return traversal.evaluate(condition, lambda leaf: leaf_holds(leaf, facts, context))
