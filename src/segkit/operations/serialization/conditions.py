"""The codecs of conditions, of the steps of a sequence, and of segments."""

from __future__ import annotations

from typing import Any, Final, assert_never, cast, get_args

import attrs

from segkit.model.base import MAX_DEPTH, And, AtLeast, Not, Or
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import Aggregate, EventValue
from segkit.model.segments import InSegment, Segment
from segkit.model.time_spans import Ever
from segkit.operations.serialization.catalog_scope import (
    scope_of_attribute,
    scope_of_events,
    scope_of_property,
)
from segkit.operations.serialization.codec import (
    Codec,
    Document,
    EncodeOptions,
    Field,
    Record,
    TaggedUnion,
    list_of,
    ref,
)
from segkit.operations.serialization.cursor import Cursor
from segkit.operations.serialization.limits import Limits
from segkit.operations.serialization.scalars import COUNT, NAMES, NUMBER, TEXT
from segkit.operations.serialization.values import COMPARISON, LENGTH, WINDOW


def encode_condition(condition: Condition, options: EncodeOptions) -> Document:
    """Encode a condition; its type in documents depends on its class."""
    match condition:
        case Attribute():
            tag = "attribute"
        case Property():
            tag = "property"
        case ListMembership():
            tag = "list"
        case EventCount():
            tag = "count"
        case EventValue():
            tag = "value"
        case Sequence():
            tag = "sequence"
        case Sample():
            tag = "sample"
        case And():
            tag = "and"
        case Or():
            tag = "or"
        case Not():
            tag = "not"
        case AtLeast():
            tag = "at_least"
        case InSegment():
            tag = "in_segment"
        case _:
            assert_never(condition)
    return CONDITIONS.encode(tag, condition, options)


def _decode_condition(cursor: Cursor) -> Condition | None:
    cursor.nesting += 1
    if cursor.nesting > MAX_DEPTH:
        cursor.report_depth(
            f"conditions nest at most {MAX_DEPTH} levels deep; join more in one group"
        )
        return None
    return CONDITIONS.decode(cursor) if cursor.context.count_nodes(cursor) else None


CONDITION: Final = Codec(encode_condition, _decode_condition, ref("condition"))
_CONDITION_LIST: Final = list_of(CONDITION, "conditions", "parts")

# --- segments -------------------------------------------------------------------------------------

SEGMENT_RECORD: Final = Record(
    Segment,
    Field("name", TEXT, error_paths=("Segment",)),
    Field("condition", CONDITION),
    name="a segment",
    error_key="condition",
)


def _decode_inline_segment(cursor: Cursor) -> Segment | None:
    if cursor.context.segments is None:
        return cast("Segment | None", SEGMENT.decode(cursor))
    cursor.report('in a document of segments, in_segment takes "name"')
    return None


def _decode_segment_name(cursor: Cursor) -> Segment | None:
    context = cursor.context
    name = cursor.text()
    if name is None:
        return None
    if context.segments is None:
        cursor.report('outside of a document of segments, in_segment takes "segment"')
        return None
    if name not in context.segments:
        cursor.report("no segment of the document has this name", known=context.segments)
        return None
    segment = context.segments[name]
    if segment is None:  # Its problems are recorded where it is defined.
        context.failures += 1
        return None
    return segment if context.count_nodes(cursor, segment.condition.size) else None


def _in_segment(segment: Segment | None) -> InSegment | None:
    return None if segment is None else InSegment(segment)


def _check_in_segment(condition: InSegment | None, _: Limits) -> str | None:
    is_missing = 'needs the key "segment", or "name" in a document of segments'
    return is_missing if condition is None else None


SEGMENT: Final = SEGMENT_RECORD.codec("segment")
_INLINE: Final = attrs.evolve(SEGMENT, decode=_decode_inline_segment)
_BY_NAME: Final = attrs.evolve(TEXT, decode=_decode_segment_name)

# --- the records of conditions --------------------------------------------------------------------

STEP_RECORD: Final = Record(
    Step,
    Field("event", CONDITION),
    Field("within", LENGTH, default=None),
    name="a step",
    error_key="event",
)
_STEP: Final = STEP_RECORD.codec("step")
_STEP_LIST: Final = list_of(_STEP, "steps", "steps")

_AGGREGATES: Final[tuple[str, ...]] = get_args(Aggregate)
_AGGREGATE: Final = attrs.evolve(TEXT, schema={"enum": list(_AGGREGATES)})
_NAMES: Final = Field("names", NAMES)
_PATH: Final = Field("path", NAMES)
_COMPARISON: Final = Field("comparison", COMPARISON, error_paths=("attr",))
_PARTS: Final = Field("parts", _CONDITION_LIST)
_WINDOW: Final = Field("window", WINDOW, default=Ever())
_WHERE: Final = Field(
    "where", CONDITION, default=None, argument="condition", error_paths=("where",)
)


def _minimum(count: EventCount, options: EncodeOptions) -> int | None:
    """Return the minimum to write: `did` has a minimum of 1 without one, so 1 is not written."""
    least = count.minimum
    if count.maximum is None:
        return None if least == 1 else least
    return None if options.canonical and least == 0 else least


def _event_count(minimum: int | None, maximum: int | None, **arguments: Any) -> EventCount:  # noqa: ANN401 - of the constructor
    # A step of a sequence takes no minimum, so the default is not set.
    is_default = minimum == 1 and maximum is None
    return EventCount(minimum=None if is_default else minimum, maximum=maximum, **arguments)


CONDITIONS: Final = TaggedUnion(
    "a condition",
    "type",
    "of type",
    {
        "attribute": Record(Attribute, _PATH, _COMPARISON, narrow=scope_of_attribute),
        "property": Record(Property, _PATH, _COMPARISON, narrow=scope_of_property),
        "list": Record(
            ListMembership,
            Field("name", TEXT, default=None),
            Field("joined", COMPARISON, default=None),
        ),
        "count": Record(
            _event_count,
            _NAMES,
            Field(
                "least",
                COUNT,
                default=None,
                argument="minimum",
                error_paths=("at_least",),
                get=_minimum,
            ),
            Field("most", COUNT, default=None, argument="maximum", error_paths=("at_most",)),
            _WINDOW,
            _WHERE,
            narrow=scope_of_events,
        ),
        "value": Record(
            EventValue,
            _NAMES,
            Field("aggregate", _AGGREGATE),
            Field("path", NAMES, default=()),
            Field("comparison", COMPARISON, error_paths=_AGGREGATES),
            _WINDOW,
            _WHERE,
            narrow=scope_of_events,
        ),
        "sequence": Record(
            Sequence,
            Field("first", CONDITION, error_paths=("step",)),
            Field("steps", _STEP_LIST, default=()),
            Field("absent", _STEP, default=None),
        ),
        "sample": Record(
            Sample, Field("percent", NUMBER, error_paths=("sample",)), Field("salt", TEXT)
        ),
        "and": Record(And, _PARTS),
        "or": Record(Or, _PARTS),
        "not": Record(Not, Field("part", CONDITION)),
        "at_least": Record(AtLeast, Field("number", COUNT, error_paths=("at_least",)), _PARTS),
        "in_segment": Record(
            _in_segment,
            Field(
                "segment",
                _INLINE,
                default=None,
                get=lambda value, options: None if options.by_name else value.segment,
            ),
            Field(
                "name",
                _BY_NAME,
                default=None,
                argument="segment",
                get=lambda value, options: value.segment.name if options.by_name else None,
            ),
            check=_check_in_segment,
        ),
    },
)
