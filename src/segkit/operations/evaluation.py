"""matches(): whether a contact belongs to a segment, by the reference implementation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

from segkit.clock import EvaluationContext
from segkit.history import NOT_GIVEN, Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike
from segkit.model.segments import Segment, contact_condition
from segkit.semantics.observations import evaluate_condition


def matches(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
) -> bool:
    """Return whether *contact* belongs to the segment.

    The answer is always true or false [V1]: a value that is absent, or of a kind that the
    condition does not compare with, makes a comparison false and its negation true.

    Args:
        condition: A segment or a bare condition.
        contact: A `Contact`, or any object with its fields.
        events: The contact's own events, in any order; for many calls about one contact, a
            `History` of them. Of two events with one id the first counts [E3]. A condition without
            events leaves them unread [E6].
        now: The instant of the evaluation, an aware ``datetime``; by default the current time.
        tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.

    Raises:
        FactsError: If *contact* is not contact-like, an event is not event-like, or an event
            belongs to another contact [E6].
        InstantError: If *now* is naive.
        ZoneError: If *tz* is unknown.
        ConditionTypeError: If *condition* is neither a condition nor a segment.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

    >>> from segkit import Contact, attr, matches
    >>> matches(attr("age") >= 18, Contact("ada", {"age": 36}))
    True
    """
    checked = contact_condition(condition, "matches")
    facts = Facts.from_call(checked, contact, events)
    return evaluate_condition(checked, facts, EvaluationContext.create(now, tz))
