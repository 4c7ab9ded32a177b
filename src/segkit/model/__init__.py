"""The model: values, windows, conditions, segments, contacts and events, as data.

The classes here are public in `segkit` too. Their modules import each other directly.
"""

from segkit.model.base import And, AtLeast, Not, Or
from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import EventValue
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.segments import InSegment, Segment, Segments
from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next

__all__ = [
    "Ago",
    "And",
    "Anniversary",
    "AtLeast",
    "Attribute",
    "Between",
    "Calendar",
    "Comparison",
    "Condition",
    "Contact",
    "ContactLike",
    "Duration",
    "Event",
    "EventCount",
    "EventLike",
    "EventNeed",
    "EventValue",
    "Ever",
    "InSegment",
    "Last",
    "ListMembership",
    "Next",
    "Not",
    "Or",
    "Place",
    "Property",
    "Reference",
    "Requirements",
    "Sample",
    "Segment",
    "Segments",
    "Sequence",
    "Step",
]
