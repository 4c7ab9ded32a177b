"""Count how often compiled code calls the reference evaluation, which is correct but slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from segkit import Condition
from segkit.model.conditions import LeafCondition
from segkit.operations.compilation import matcher, runtime

__all__ = ["counting_declined_leaves", "counting_fallbacks"]


@contextmanager
def counting_fallbacks() -> Iterator[list[Condition]]:
    """Yield a list of the conditions that the reference evaluates as a whole.

    It contains conditions of matchers that are compiled within the ``with`` only.
    """
    evaluated: list[Condition] = []
    evaluate = matcher._evaluate_by_reference  # noqa: SLF001

    def counted(condition: Condition, *arguments: Any) -> bool:  # noqa: ANN401
        evaluated.append(condition)
        return evaluate(condition, *arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matcher, "_evaluate_by_reference", counted)
        yield evaluated


@contextmanager
def counting_declined_leaves() -> Iterator[list[LeafCondition]]:
    """Yield a list of the leaves that generated code evaluates with the reference."""
    evaluated: list[LeafCondition] = []

    with pytest.MonkeyPatch.context() as patched:
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
