"""The verdict of a condition for the arguments of one call, by the reference in `segkit.semantics`.

It is the specification of compiled code, and evaluates what compiled code does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from segkit.clock import EvaluationContext
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike
from segkit.semantics.observations import evaluate_condition


def evaluate_by_reference(
    condition: Condition,
    context: EvaluationContext,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    /,
) -> bool:
    """Return whether *condition* is true for *contact* with its own *events*.

    Raises:
        FactsError: As `segkit.matches`.
    """
    return evaluate_condition(condition, Facts.from_call(condition, contact, events), context)
