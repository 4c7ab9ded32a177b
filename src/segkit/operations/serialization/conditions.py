"""Conditions as documents: one function reads each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, get_args

from segkit.model.base import MAX_DEPTH, And, AtLeast, Not, Or
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.segments import InSegment, Segment
from segkit.model.time_spans import Ever
from segkit.operations.serialization.cursor import Cursor, ObjectShape
from segkit.operations.serialization.scalars import decode_int, decode_names, decode_scalar
from segkit.operations.serialization.values import decode_comparison, decode_duration, decode_window

CONDITIONS: Final[Mapping[str, ObjectShape]] = {
    "attribute": ObjectShape(("path", "comparison")),
    "property": ObjectShape(("path", "comparison")),
    "list": ObjectShape((), ("name", "joined")),
    "count": ObjectShape(("names",), ("least", "most", "window", "where")),
    "value": ObjectShape(("names", "aggregate", "comparison"), ("path", "window", "where")),
    "sequence": ObjectShape(("first",), ("steps", "absent")),
    "sample": ObjectShape(("percent", "salt")),
    "and": ObjectShape(("parts",)),
    "or": ObjectShape(("parts",)),
    "not": ObjectShape(("part",)),
    "at_least": ObjectShape(("number", "parts")),
    "in_segment": ObjectShape((), ("segment", "name")),
}
"""The types of conditions, and the keys of each. They are part of the format and never change."""

AGGREGATES: Final[tuple[str, ...]] = get_args(Aggregate)

Fields: TypeAlias = dict[str, Cursor]
"""The cursors of a condition's values by their keys."""


def decode_condition(cursor: Cursor) -> Condition | None:
    """A condition of any type."""
    cursor.nesting += 1
    if cursor.nesting > MAX_DEPTH:
        cursor.report_depth(
            f"conditions nest at most {MAX_DEPTH} levels deep; join more in one group"
        )
        return None
    failed = cursor.context.failed
    tagged = (
        cursor.tagged("a condition", CONDITIONS) if cursor.context.charge_nodes(cursor) else None
    )
    if tagged is None:
        return None
    tag, fields = tagged
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    return cursor.construct(
        lambda: _BUILDERS[tag](cursor, fields, values),
        lambda word: next((fields[key] for key in _BLAMED.get(word, ()) if key in fields), None),
    )


def decode_segment(cursor: Cursor) -> Segment | None:
    """A name with its condition."""
    failed = cursor.context.failed
    fields = cursor.fields("a segment", ObjectShape(("name", "condition")))
    if fields is None:
        return None
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    to_blame = fields["condition" if values["name"] else "name"]
    return cursor.construct(lambda: Segment(**values), lambda _: to_blame)


def _parts(cursor: Cursor) -> tuple[Condition | None, ...] | None:
    items = cursor.items("conditions", cursor.context.limits.parts)
    return None if items is None else tuple(map(decode_condition, items))


def _steps(cursor: Cursor) -> tuple[Step | None, ...] | None:
    items = cursor.items("steps", cursor.context.limits.steps)
    return None if items is None else tuple(map(_step, items))


def _step(cursor: Cursor) -> Step | None:
    failed = cursor.context.failed
    fields = cursor.fields("a step", ObjectShape(("event",), ("within",)))
    if fields is None:
        return None
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if cursor.context.failed != failed:
        return None
    return cursor.construct(lambda: Step(**values), lambda _: fields["event"])


def _inline_segment(cursor: Cursor) -> Segment | None:
    if cursor.context.segments is None:
        return decode_segment(cursor)
    cursor.report('in a document of segments, in_segment takes "name"')
    return None


_READERS: Final[Mapping[str, Callable[[Cursor], object]]] = {
    "absent": _step,
    "aggregate": Cursor.text,
    "comparison": decode_comparison,
    "condition": decode_condition,
    "event": decode_condition,
    "first": decode_condition,
    "joined": decode_comparison,
    "least": decode_int,
    "most": decode_int,
    "name": Cursor.text,
    "names": decode_names,
    "number": decode_int,
    "part": decode_condition,
    "parts": _parts,
    "path": decode_names,
    "percent": lambda cursor: decode_scalar(cursor, fixed=True),
    "salt": Cursor.text,
    "segment": _inline_segment,
    "steps": _steps,
    "where": decode_condition,
    "window": decode_window,
    "within": decode_duration,
}
"""A key means the same wherever it stands."""

Values: TypeAlias = dict[str, Any]


def _count(_: Cursor, __: Fields, values: Values) -> EventCount:
    least, most = values.get("least"), values.get("most")
    if least == 1 and most is None:
        least = None  # what is left out when it is written
    return EventCount(
        values["names"], least, most, values.get("window", Ever()), values.get("where")
    )


def _value(_: Cursor, __: Fields, values: Values) -> EventValue:
    return EventValue(
        values["names"],
        values["aggregate"],
        values.get("path", ()),
        values["comparison"],
        values.get("window", Ever()),
        values.get("where"),
    )


def _in_segment(cursor: Cursor, fields: Fields, values: Values) -> InSegment | None:
    session = cursor.context
    key = "segment" if session.segments is None else "name"
    if key == "segment" and "name" in fields:
        fields["name"].report('outside of a document of segments, in_segment takes "segment"')
        return None
    if key not in fields:
        cursor.report(f'a condition of type "in_segment" needs the key "{key}"')
        return None
    if session.segments is None:
        return InSegment(values["segment"])
    name = values["name"]
    if name not in session.segments:
        fields["name"].report("no segment of the document has this name", known=session.segments)
        return None
    segment = session.segments[name]
    if segment is None:  # which is told where it stands
        session.failed += 1
        return None
    return InSegment(segment) if session.charge_nodes(cursor, segment.condition.size) else None


_BUILDERS: Final[Mapping[str, Callable[[Cursor, Fields, Values], Condition | None]]] = {
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
