"""Evaluate a store over its columns, and check the members against the reference."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from segkit import Condition, Evaluator, MemorySource, Segment
from tests.unit.evaluation import NOW
from tests.unit.reference_calls import matches_by_reference

__all__ = ["evaluate_store"]


def evaluate_store(
    source: MemorySource[Any], *conditions: Condition, now: datetime = NOW, tz: tzinfo = UTC
) -> None:
    """Evaluate *conditions* in one call, and check the members of each of them."""
    segments = [Segment(f"s{number}", condition) for number, condition in enumerate(conditions)]
    audiences = Evaluator(source, tz).evaluate(segments, now=now)
    for segment in segments:
        assert list(audiences[segment.name]) == [
            contact.id
            for contact in source
            if matches_by_reference(
                segment.condition, contact, source.events(contact.id), now=now, tz=tz
            )
        ], segment
