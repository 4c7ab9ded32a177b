"""Conditions as documents: one function reads each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, get_args

from segkit.model.base import DEEPEST, And, AtLeast, Not, Or
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.segments import InSegment, Segment
from segkit.model.time_spans import Ever
from segkit.operations.serialization.cursor import Keys, Spot
from segkit.operations.serialization.scalars import read_names, read_scalar, read_whole
from segkit.operations.serialization.values import read_comparison, read_length, read_window

CONDITIONS: Final[Mapping[str, Keys]] = {
    "attribute": Keys(("path", "comparison")),
    "property": Keys(("path", "comparison")),
    "list": Keys((), ("name", "joined")),
    "count": Keys(("names",), ("least", "most", "window", "where")),
    "value": Keys(("names", "aggregate", "comparison"), ("path", "window", "where")),
    "sequence": Keys(("first",), ("steps", "absent")),
    "sample": Keys(("percent", "salt")),
    "and": Keys(("parts",)),
    "or": Keys(("parts",)),
    "not": Keys(("part",)),
    "at_least": Keys(("number", "parts")),
    "in_segment": Keys((), ("segment", "name")),
}
"""The types of conditions, and the keys of each. They are part of the format and never change."""

AGGREGATES: Final[tuple[str, ...]] = get_args(Aggregate)

Fields: TypeAlias = dict[str, Spot]
"""The spots of a condition's values by their keys."""


def read_condition(spot: Spot) -> Condition | None:
    """A condition of any type."""
    spot.nesting += 1
    if spot.nesting > DEEPEST:
        spot.refuse_depth(f"conditions nest at most {DEEPEST} levels deep; join more in one group")
        return None
    failed = spot.session.failed
    tagged = spot.tagged("a condition", CONDITIONS) if spot.session.count(spot) else None
    if tagged is None:
        return None
    tag, fields = tagged
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    return spot.built(
        lambda: _BUILDERS[tag](spot, fields, values),
        lambda word: next((fields[key] for key in _BLAMED.get(word, ()) if key in fields), None),
    )


def read_segment(spot: Spot) -> Segment | None:
    """A name with its condition."""
    failed = spot.session.failed
    fields = spot.fields("a segment", Keys(("name", "condition")))
    if fields is None:
        return None
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    to_blame = fields["condition" if values["name"] else "name"]
    return spot.built(lambda: Segment(**values), lambda _: to_blame)


def _parts(spot: Spot) -> tuple[Condition | None, ...] | None:
    items = spot.items("conditions", spot.session.limits.parts)
    return None if items is None else tuple(map(read_condition, items))


def _steps(spot: Spot) -> tuple[Step | None, ...] | None:
    items = spot.items("steps", spot.session.limits.steps)
    return None if items is None else tuple(map(_step, items))


def _step(spot: Spot) -> Step | None:
    failed = spot.session.failed
    fields = spot.fields("a step", Keys(("event",), ("within",)))
    if fields is None:
        return None
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    return spot.built(lambda: Step(**values), lambda _: fields["event"])


def _written_out(spot: Spot) -> Segment | None:
    if spot.session.segments is None:
        return read_segment(spot)
    spot.refuse('in a document of segments, in_segment takes "name"')
    return None


_READERS: Final[Mapping[str, Callable[[Spot], object]]] = {
    "absent": _step,
    "aggregate": Spot.text,
    "comparison": read_comparison,
    "condition": read_condition,
    "event": read_condition,
    "first": read_condition,
    "joined": read_comparison,
    "least": read_whole,
    "most": read_whole,
    "name": Spot.text,
    "names": read_names,
    "number": read_whole,
    "part": read_condition,
    "parts": _parts,
    "path": read_names,
    "percent": lambda spot: read_scalar(spot, fixed=True),
    "salt": Spot.text,
    "segment": _written_out,
    "steps": _steps,
    "where": read_condition,
    "window": read_window,
    "within": read_length,
}
"""A key means the same wherever it stands."""

Values: TypeAlias = dict[str, Any]


def _count(_: Spot, __: Fields, values: Values) -> EventCount:
    least, most = values.get("least"), values.get("most")
    if least == 1 and most is None:
        least = None  # what is left out when it is written
    return EventCount(
        values["names"], least, most, values.get("window", Ever()), values.get("where")
    )


def _value(_: Spot, __: Fields, values: Values) -> EventValue:
    return EventValue(
        values["names"],
        values["aggregate"],
        values.get("path", ()),
        values["comparison"],
        values.get("window", Ever()),
        values.get("where"),
    )


def _in_segment(spot: Spot, fields: Fields, values: Values) -> InSegment | None:
    session = spot.session
    key = "segment" if session.segments is None else "name"
    if key == "segment" and "name" in fields:
        fields["name"].refuse('outside of a document of segments, in_segment takes "segment"')
        return None
    if key not in fields:
        spot.refuse(f'a condition of type "in_segment" needs the key "{key}"')
        return None
    if session.segments is None:
        return InSegment(values["segment"])
    name = values["name"]
    if name not in session.segments:
        fields["name"].refuse("no segment of the document has this name", known=session.segments)
        return None
    segment = session.segments[name]
    if segment is None:  # which is told where it stands
        session.failed += 1
        return None
    return InSegment(segment) if session.count(spot, segment.condition.size) else None


_BUILDERS: Final[Mapping[str, Callable[[Spot, Fields, Values], Condition | None]]] = {
    "attribute": lambda _, __, values: Attribute(**values),
    "property": lambda _, __, values: Property(**values),
    "list": lambda _, __, values: ListMembership(values.get("name"), values.get("joined")),
    "count": _count,
    "value": _value,
    "sequence": lambda _, __, values: Sequence(**values),
    "sample": lambda _, __, values: Sample(**values),
    "and": lambda _, __, values: And(values["parts"]),
    "or": lambda _, __, values: Or(values["parts"]),
    "not": lambda _, __, values: Not(values["part"]),
    "at_least": lambda _, __, values: AtLeast(**values),
    "in_segment": _in_segment,
}

_BLAMED: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(AGGREGATES, ("comparison",)),
    "aggregate": ("aggregate",),
    "at_least": ("least", "number"),
    "at_most": ("most",),
    "attr": ("comparison",),
    "joined": ("joined",),
    "path": ("path",),
    "sample": ("percent",),
    "step": ("first",),
    "where": ("where",),
    "window": ("window",),
}
"""Which value of a condition is to blame, by the path of its constructor's error."""
