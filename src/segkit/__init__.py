"""Customer segments as plain Python values: who is in one, why, and until when.

>>> from datetime import UTC, datetime
>>> from segkit import Contact, Event, Segment, attr, did, in_list, matches
>>> now = datetime(2022, 10, 1, tzinfo=UTC)
>>> ada = Contact("ada", {"city": "Paris"}, lists={"vip": None})
>>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC), {"total": 30})
>>> buyers = Segment("buyers", did("order").within_last(months=6) & in_list("vip"))
>>> matches(buyers, ada, [order], now=now)
True
"""

from segkit.audience import Audience, Evaluator
from segkit.clock import Interval
from segkit.errors import (
    ConditionError,
    ConditionTypeError,
    FactsError,
    InstantError,
    SegkitError,
    ZoneError,
)
from segkit.memory import MemorySource
from segkit.model.comparisons import Comparison
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    EventValue,
    ListMembership,
    Property,
    Sample,
    Sequence,
)
from segkit.model.durations import Duration
from segkit.model.events import Step
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.logic import And, AtLeast, Not, Or
from segkit.model.needs import EventNeed, Requirements
from segkit.model.operands import Anniversary, Place, Reference
from segkit.model.segment import InSegment, Segment
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next
from segkit.operations.description import describe
from segkit.operations.evaluation import matches
from segkit.operations.explanation import Explanation, explain
from segkit.operations.requirements import requirements
from segkit.sources import Source
from segkit.words import (
    all_of,
    any_of,
    at_least,
    attr,
    did,
    first_prop,
    in_any_list,
    in_list,
    in_segment,
    prop,
    sample,
)

__all__ = [
    "Ago",
    "And",
    "Anniversary",
    "AtLeast",
    "Attribute",
    "Audience",
    "Between",
    "Calendar",
    "Comparison",
    "Condition",
    "ConditionError",
    "ConditionTypeError",
    "Contact",
    "ContactLike",
    "Duration",
    "Evaluator",
    "Event",
    "EventCount",
    "EventLike",
    "EventNeed",
    "EventValue",
    "Ever",
    "Explanation",
    "FactsError",
    "InSegment",
    "InstantError",
    "Interval",
    "Last",
    "ListMembership",
    "MemorySource",
    "Next",
    "Not",
    "Or",
    "Place",
    "Property",
    "Reference",
    "Requirements",
    "Sample",
    "SegkitError",
    "Segment",
    "Sequence",
    "Source",
    "Step",
    "ZoneError",
    "all_of",
    "any_of",
    "at_least",
    "attr",
    "describe",
    "did",
    "explain",
    "first_prop",
    "in_any_list",
    "in_list",
    "in_segment",
    "matches",
    "prop",
    "requirements",
    "sample",
]
