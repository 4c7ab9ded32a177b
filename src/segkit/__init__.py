"""segkit evaluates customer segments: rules such as "ordered at least twice in the last 30 days".

Define a segment, pass contacts and their events as plain objects, and segkit returns who is a
member (`matches`, `Evaluator`), explains why (`explain`), and computes when the membership changes
next (`next_change`). Start with `attr`, `did` and `in_list`, which build conditions.

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

from segkit.display import register_renderer

__version__ = "0.1.0"

if TYPE_CHECKING:
    from segkit.audience import Audience, MemberCount
    from segkit.builders import (
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
    from segkit.checking.findings import Finding, Findings
    from segkit.clock import Interval
    from segkit.errors import (
        BadCell,
        CatalogError,
        ConditionAttributeError,
        ConditionError,
        ConditionTypeError,
        DocumentError,
        FactsError,
        InstantError,
        Problem,
        RecordError,
        SegkitError,
        ZoneError,
    )
    from segkit.evaluator import Evaluator
    from segkit.history import History
    from segkit.live import Live, Transition
    from segkit.model.base import And, AtLeast, Not, Or
    from segkit.model.catalog import (
        Catalog,
        Field,
        Observation,
        SeenEvents,
        SeenKind,
        SeenList,
        SeenValues,
    )
    from segkit.model.comparisons import Anniversary, Comparison, Place, Reference
    from segkit.model.conditions import Condition
    from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
    from segkit.model.event_leaves import EventCount, Sequence, Step
    from segkit.model.event_values import EventValue
    from segkit.model.facts import Contact, ContactLike, Event, EventLike
    from segkit.model.requirements import EventNeed, Requirements
    from segkit.model.segments import InSegment, Segment, Segments
    from segkit.model.time_spans import Ago, Between, Calendar, Duration, Ever, Last, Next
    from segkit.operations.checking import check
    from segkit.operations.description import describe
    from segkit.operations.evaluation.matcher import Matcher, compile_condition
    from segkit.operations.evaluation.matches import matches
    from segkit.operations.explanation.explain import Explanation, explain
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
    from segkit.operations.timeline import Span, next_change, timeline
    from segkit.plan import Plan, PlannedPart
    from segkit.sources import ColumnMemory, MemorySource, Source
    from segkit.timelines.conditions import NextChange

__all__ = [
    "Ago", "And", "Anniversary", "AtLeast", "Attribute", "Audience", "BadCell", "Between",
    "Calendar", "Catalog", "CatalogError", "ColumnMemory", "Comparison", "Condition",
    "ConditionAttributeError", "ConditionError", "ConditionTypeError", "Contact", "ContactLike",
    "DocumentError", "Duration", "Evaluator", "Event", "EventCount", "EventLike", "EventNeed",
    "EventValue", "Ever", "Explanation", "FactsError", "Field", "Finding", "Findings",
    "History", "InSegment", "InstantError", "Interval", "Last", "Limits", "ListMembership",
    "Live", "Matcher", "MemberCount", "MemorySource", "Next", "NextChange", "Not",
    "Observation", "Or", "Place", "Plan", "PlannedPart", "Problem", "Property", "RecordError",
    "Reference", "Requirements", "Sample", "SeenEvents", "SeenKind", "SeenList", "SeenValues",
    "SegkitError", "Segment", "Segments", "Sequence", "Source", "Span", "Step", "Transition",
    "ZoneError", "all_of", "any_of", "at_least", "attr", "check", "compile_condition",
    "content_hash", "describe", "did", "explain", "first_prop", "from_dict", "from_json",
    "in_any_list", "in_list", "in_segment", "json_schema", "matches", "next_change", "prop",
    "requirements", "sample", "timeline", "to_dict", "to_json",
]  # fmt: skip

_PUBLIC_NAMES = {
    "segkit.builders": (
        "all_of any_of at_least attr did first_prop in_any_list in_list in_segment prop sample"
    ),
    "segkit.checking.findings": "Finding Findings",
    "segkit.clock": "Interval",
    "segkit.errors": (
        "BadCell CatalogError ConditionAttributeError ConditionError ConditionTypeError "
        "DocumentError FactsError InstantError Problem RecordError SegkitError ZoneError"
    ),
    "segkit.audience": "Audience MemberCount",
    "segkit.evaluator": "Evaluator",
    "segkit.history": "History",
    "segkit.live": "Live Transition",
    "segkit.model.catalog": ("Catalog Field Observation SeenEvents SeenKind SeenList SeenValues"),
    "segkit.model.base": "And AtLeast Not Or",
    "segkit.model.comparisons": "Anniversary Comparison Place Reference",
    "segkit.model.conditions": "Condition",
    "segkit.model.contact_leaves": "Attribute ListMembership Property Sample",
    "segkit.model.event_leaves": "EventCount Sequence Step",
    "segkit.model.event_values": "EventValue",
    "segkit.model.facts": "Contact ContactLike Event EventLike",
    "segkit.model.requirements": "EventNeed Requirements",
    "segkit.model.segments": "InSegment Segment Segments",
    "segkit.model.time_spans": "Ago Between Calendar Duration Ever Last Next",
    "segkit.operations.checking": "check",
    "segkit.operations.description": "describe",
    "segkit.operations.evaluation.matcher": "Matcher compile_condition",
    "segkit.operations.evaluation.matches": "matches",
    "segkit.operations.explanation.explain": "Explanation explain",
    "segkit.operations.requirements": "requirements",
    "segkit.operations.serialization": (
        "Limits content_hash from_dict from_json json_schema to_dict to_json"
    ),
    "segkit.operations.timeline": "Span next_change timeline",
    "segkit.plan": "Plan PlannedPart",
    "segkit.sources": "ColumnMemory MemorySource Source",
    "segkit.timelines.conditions": "NextChange",
}
"""The public names by module. A module is loaded when one of its names is used, so that a program
which defines segments does not load the modules that evaluate or explain them."""

_MODULE_OF = {name: module for module, names in _PUBLIC_NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(module), name)
    globals()[name] = value  # From now on Python finds it without this function.
    return value


def __dir__() -> list[str]:
    return list(__all__)


# Only a notebook loads the module that renders.
register_renderer(lambda value: import_module("segkit.notebook").html(value))
