"""`Condition`, the closed union of everything that is a condition."""

from __future__ import annotations

from typing import TypeAlias

from segkit.model.event_values import EventValue
from segkit.model.events import EventCount, Sequence
from segkit.model.logic import And, AtLeast, Not, Or
from segkit.model.lookups import Attribute, ListMembership, Property, Sample
from segkit.model.segment import InSegment

__all__ = [
    "Attribute",
    "Condition",
    "EventCondition",
    "EventCount",
    "EventValue",
    "LeafCondition",
    "ListMembership",
    "Property",
    "Sample",
    "Sequence",
]

LeafCondition: TypeAlias = (
    Attribute | Property | ListMembership | EventCount | EventValue | Sequence | Sample
)
"""The conditions that look at a fact."""

Condition: TypeAlias = LeafCondition | InSegment | And | Or | Not | AtLeast
"""Everything that is a condition: for annotations and ``match``."""

EventCondition: TypeAlias = Property | And | Or | Not | AtLeast
"""What ``where`` takes: conditions of one event, built from ``prop(...)``."""
