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
from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCount,
    ListMembership,
    Property,
)
from segkit.model.durations import Duration
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.model.logic import And, Not, Or
from segkit.model.needs import EventNeed, Requirements
from segkit.model.operators import Comparison
from segkit.model.segment import Segment
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next
from segkit.operations.description import describe
from segkit.operations.evaluation import matches
from segkit.operations.explanation import Explanation, explain
from segkit.operations.requirements import requirements
from segkit.sources import MemorySource, Source
from segkit.words import all_of, any_of, attr, did, in_any_list, in_list, prop

__all__ = [
    "Ago",
    "And",
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
    "Ever",
    "Explanation",
    "FactsError",
    "InstantError",
    "Interval",
    "Last",
    "ListMembership",
    "MemorySource",
    "Next",
    "Not",
    "Or",
    "Property",
    "Requirements",
    "SegkitError",
    "Segment",
    "Source",
    "ZoneError",
    "all_of",
    "any_of",
    "attr",
    "describe",
    "did",
    "explain",
    "in_any_list",
    "in_list",
    "matches",
    "prop",
    "requirements",
]
