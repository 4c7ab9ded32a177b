"""The reference evaluation, and how often compiled code calls it: it is correct but slow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Any

import pytest

from segkit import Condition, ContactLike, EventLike, Segment
from segkit.clock import EvaluationContext
from segkit.model.conditions import LeafCondition
from segkit.model.facts import NOT_GIVEN
from segkit.model.segments import contact_condition
from segkit.operations.evaluation import compiler, matcher, reference, runtime
from segkit.operations.evaluation.reference import evaluate_by_reference

__all__ = ["counting_declined_leaves", "counting_fallbacks", "matches_by_reference"]


def matches_by_reference(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *,
    now: datetime,
    tz: tzinfo = UTC,
) -> bool:
    """Return what `segkit.matches` returns, by the reference however often it is called."""
    checked = contact_condition(condition, "matches_by_reference")
    return evaluate_by_reference(checked, EvaluationContext.create(now, tz), contact, events)


@contextmanager
def counting_fallbacks(*, first_calls: bool = False) -> Iterator[list[Condition]]:
    """Yield a list of the conditions that compiled code leaves to the reference as a whole.

    With *first_calls*, also those that the reference evaluates before they are compiled.
    """
    evaluated: list[Condition] = []
    evaluate = evaluate_by_reference

    def counted(condition: Condition, *arguments: Any) -> bool:  # noqa: ANN401
        evaluated.append(condition)
        return evaluate(condition, *arguments)

    with pytest.MonkeyPatch.context() as patched:
        for module in (compiler, reference) if first_calls else (compiler,):
            patched.setattr(module, "evaluate_by_reference", counted)
        yield evaluated


@contextmanager
def counting_declined_leaves() -> Iterator[list[LeafCondition]]:
    """Yield a list of the leaves that generated code evaluates with the reference.

    It contains the leaves of conditions that are compiled within the ``with`` only.
    """
    evaluated: list[LeafCondition] = []

    with pytest.MonkeyPatch.context() as patched:
        # Also if the condition was compiled before.
        patched.setattr(matcher, "bind_of", compiler._compile)  # noqa: SLF001
        for name in ("leaf_is_true", "event_leaf_is_true"):
            evaluate = runtime.RUNTIME[name]

            def counted(
                leaf: LeafCondition,
                *arguments: Any,  # noqa: ANN401
                evaluate: Any = evaluate,  # noqa: ANN401
            ) -> bool:
                evaluated.append(leaf)
                verdict: bool = evaluate(leaf, *arguments)
                return verdict

            patched.setitem(runtime.RUNTIME, name, counted)
        yield evaluated
