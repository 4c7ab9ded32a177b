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

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segkit.audience import Audience, Evaluator, Size
    from segkit.clock import Interval
    from segkit.errors import (
        ConditionError,
        ConditionTypeError,
        DocumentError,
        FactsError,
        InstantError,
        Problem,
        SegkitError,
        ZoneError,
    )
    from segkit.history import History
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
    from segkit.model.segments import Segments
    from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next
    from segkit.operations.compilation import Matcher, compile_condition
    from segkit.operations.description import describe
    from segkit.operations.evaluation import matches
    from segkit.operations.explanation import Explanation, explain
    from segkit.operations.requirements import requirements
    from segkit.operations.serialization import (
        Limits,
        content_hash,
        from_dict,
        from_json,
        json_schema,
        to_dict,
        to_json,
    )
    from segkit.operations.timeline import NextChange, Span, next_change, timeline
    from segkit.sources import MemorySource, Source
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
    "DocumentError",
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
    "History",
    "InSegment",
    "InstantError",
    "Interval",
    "Last",
    "Limits",
    "ListMembership",
    "Matcher",
    "MemorySource",
    "Next",
    "NextChange",
    "Not",
    "Or",
    "Place",
    "Problem",
    "Property",
    "Reference",
    "Requirements",
    "Sample",
    "SegkitError",
    "Segment",
    "Segments",
    "Sequence",
    "Size",
    "Source",
    "Span",
    "Step",
    "ZoneError",
    "all_of",
    "any_of",
    "at_least",
    "attr",
    "compile_condition",
    "content_hash",
    "describe",
    "did",
    "explain",
    "first_prop",
    "from_dict",
    "from_json",
    "in_any_list",
    "in_list",
    "in_segment",
    "json_schema",
    "matches",
    "next_change",
    "prop",
    "requirements",
    "sample",
    "timeline",
    "to_dict",
    "to_json",
]

_ROOMS = {
    "segkit.audience": ("Audience", "Evaluator", "Size"),
    "segkit.clock": ("Interval",),
    "segkit.errors": (
        "ConditionError",
        "ConditionTypeError",
        "DocumentError",
        "FactsError",
        "InstantError",
        "Problem",
        "SegkitError",
        "ZoneError",
    ),
    "segkit.history": ("History",),
    "segkit.model.comparisons": ("Comparison",),
    "segkit.model.conditions": (
        "Attribute",
        "Condition",
        "EventCount",
        "EventValue",
        "ListMembership",
        "Property",
        "Sample",
        "Sequence",
    ),
    "segkit.model.durations": ("Duration",),
    "segkit.model.events": ("Step",),
    "segkit.model.facts": ("Contact", "ContactLike", "Event", "EventLike"),
    "segkit.model.logic": ("And", "AtLeast", "Not", "Or"),
    "segkit.model.needs": ("EventNeed", "Requirements"),
    "segkit.model.operands": ("Anniversary", "Place", "Reference"),
    "segkit.model.segment": ("InSegment", "Segment"),
    "segkit.model.segments": ("Segments",),
    "segkit.model.windows": ("Ago", "Between", "Calendar", "Ever", "Last", "Next"),
    "segkit.operations.compilation": ("Matcher", "compile_condition"),
    "segkit.operations.description": ("describe",),
    "segkit.operations.evaluation": ("matches",),
    "segkit.operations.explanation": ("Explanation", "explain"),
    "segkit.operations.requirements": ("requirements",),
    "segkit.operations.serialization": (
        "Limits",
        "content_hash",
        "from_dict",
        "from_json",
        "json_schema",
        "to_dict",
        "to_json",
    ),
    "segkit.operations.timeline": ("NextChange", "Span", "next_change", "timeline"),
    "segkit.sources": ("MemorySource", "Source"),
    "segkit.words": (
        "all_of",
        "any_of",
        "at_least",
        "attr",
        "did",
        "first_prop",
        "in_any_list",
        "in_list",
        "in_segment",
        "prop",
        "sample",
    ),
}

"""The rooms behind the door. One is loaded when somebody asks for a name in it, so that a program
pays for what it uses: whoever defines segments does not load what evaluates or explains them."""

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(room), name)
    globals()[name] = value  # The next time it is found at once.
    return value


def __dir__() -> list[str]:
    return [*__all__]
