"""The closed unions of condition classes; `Condition` is the union of all of them."""

from __future__ import annotations

from typing import TypeAlias

from segkit.model.base import And, AtLeast, Not, Or
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment

ContactLeaf: TypeAlias = Attribute | ListMembership | EventCount | EventValue | Sequence | Sample
"""The leaves that are evaluated on a contact with its events."""

EventLeaf: TypeAlias = Property
"""The leaf that is evaluated on one event, in ``where``."""

LeafCondition: TypeAlias = ContactLeaf | EventLeaf
"""The conditions that read a fact."""

CombinedCondition: TypeAlias = InSegment | And | Or | Not | AtLeast
"""The conditions that are made of other conditions."""

Condition: TypeAlias = LeafCondition | CombinedCondition
"""Any condition: for annotations and for ``match``."""

EventCondition: TypeAlias = Property | And | Or | Not | AtLeast
"""A condition on one event, built from ``prop(...)``: the argument of ``where``."""
