"""`to_dict`: conditions, segments and collections of segments as documents."""

from __future__ import annotations

from typing import Any, Final, TypeAlias, assert_never, cast

import attrs

from segkit.errors import ConditionTypeError, short_repr
from segkit.model.base import And, AtLeast, BaseCondition, Not, Or
from segkit.model.comparisons import Comparison
from segkit.model.conditions import Condition
from segkit.model.contact_leaves import Attribute, ListMembership, Property, Sample
from segkit.model.event_leaves import EventCount, Sequence, Step
from segkit.model.event_values import EventValue
from segkit.model.segments import InSegment, Segment, Segments
from segkit.model.time_spans import Ever, Window
from segkit.operations.serialization.scalars import (
    ScalarEncoder,
    encode_int,
    encode_names,
    encode_scalar,
    encode_text,
)
from segkit.operations.serialization.values import (
    encode_comparison,
    encode_duration,
    encode_window,
)

VERSION: Final = 1
"""Of the form of documents: one that is changed so that older readers would misread it is 2."""

Document: TypeAlias = dict[str, Any]


@attrs.frozen
class EncodeOptions:
    """How documents are written, where there is a choice."""

    scalar: ScalarEncoder = encode_scalar
    by_name: bool = False
    """Whether a segment that is looked into is named, or written out."""
    canonical_counts: bool = False
    """Whether numbers of events are those that count, however they were said."""

    def condition(self, condition: Condition) -> Document:
        """A condition, without what it has by default."""
        match condition:
            case Attribute(path, comparison):
                return {
                    "type": "attribute",
                    "path": encode_names(path),
                    **self._compared(comparison),
                }
            case Property(path, comparison):
                return {
                    "type": "property",
                    "path": encode_names(path),
                    **self._compared(comparison),
                }
            case ListMembership(name, joined):
                named = {} if name is None else {"name": encode_text(name)}
                held = {} if joined is None else {"joined": encode_comparison(joined, self.scalar)}
                return {"type": "list", **named, **held}
            case EventCount():
                return {
                    "type": "count",
                    "names": encode_names(condition.names),
                    **self._counted(condition),
                }
            case EventValue(names, aggregate, path, comparison, window, where):
                looked_at = {"path": encode_names(path)} if path else {}
                return {
                    "type": "value",
                    "names": encode_names(names),
                    "aggregate": aggregate,
                    **looked_at,
                    **self._compared(comparison),
                    **self._narrowed(window, where),
                }
            case Sequence(first, steps, absent):
                later = {"steps": [self._step(step) for step in steps]} if steps else {}
                never = {} if absent is None else {"absent": self._step(absent)}
                return {"type": "sequence", "first": self.condition(first), **later, **never}
            case Sample(percent, salt):
                return {
                    "type": "sample",
                    "percent": self.scalar(percent),
                    "salt": encode_text(salt),
                }
            case And(parts) | Or(parts):
                tag = "and" if isinstance(condition, And) else "or"
                return {"type": tag, "parts": [self.condition(part) for part in parts]}
            case AtLeast(number, parts):
                least = encode_int(number)
                held_in = [self.condition(part) for part in parts]
                return {"type": "at_least", "number": least, "parts": held_in}
            case Not(part):
                return {"type": "not", "part": self.condition(part)}
            case InSegment(segment):
                meant = (
                    {"name": encode_text(segment.name)}
                    if self.by_name
                    else {"segment": self.segment(segment)}
                )
                return {"type": "in_segment", **meant}
            case _:
                assert_never(condition)

    def segment(self, segment: Segment) -> Document:
        """A name with its condition."""
        return {"name": encode_text(segment.name), "condition": self.condition(segment.condition)}

    def _compared(self, comparison: Comparison) -> Document:
        return {"comparison": encode_comparison(comparison, self.scalar)}

    def _counted(self, count: EventCount) -> Document:
        least, most = count.counts if self.canonical_counts else (count.minimum, count.maximum)
        document: Document = {}
        by_default = 1 if most is None else 0
        if least is not None and (
            least != by_default or not (most is None or self.canonical_counts)
        ):
            document["least"] = encode_int(least)
        if most is not None:
            document["most"] = encode_int(most)
        return {**document, **self._narrowed(count.window, count.condition)}

    def _narrowed(self, window: Window, where: Condition | None) -> Document:
        seen = {} if isinstance(window, Ever) else {"window": encode_window(window)}
        return seen if where is None else {**seen, "where": self.condition(where)}

    def _step(self, step: Step) -> Document:
        within = {} if step.within is None else {"within": encode_duration(step.within)}
        return {"event": self.condition(step.event), **within}


def encode_document(value: object, form: EncodeOptions, word: str) -> Document:
    """The whole document of *value*.

    Raises:
        ConditionTypeError: If it is neither a condition nor a segment nor segments.
    """
    # By the type: an object may raise when it is asked for its class.
    kind: type[object] = type(value)
    if issubclass(kind, Segments):
        named = attrs.evolve(form, by_name=True)
        held: object = [named.segment(segment) for segment in cast("Segments", value)]
        return {"segkit": VERSION, "segments": held}
    if issubclass(kind, Segment):
        return {"segkit": VERSION, "segment": form.segment(cast("Segment", value))}
    if not issubclass(kind, BaseCondition):
        problem = f"takes a condition, a Segment or Segments([...]); got {short_repr(value)}"
        raise ConditionTypeError(word, problem, value)
    return {"segkit": VERSION, "condition": form.condition(cast("Condition", value))}


def to_dict(value: Condition | Segment | Segments, /) -> Document:
    """A condition, a segment or a collection of segments as a document: plain dicts and lists.

    It holds nothing but dicts with text keys, lists, texts, numbers and truth values, so any JSON
    writer takes it, and any store of JSON keeps it. `from_dict` reads it back: an equal value, its
    numbers of the same types. What is left at its default is left out. Segments in a `Segments` are
    named where others look into them; elsewhere they are written out.

    The same value always gives the same document. `to_json` writes it as text.

    Raises:
        ConditionTypeError: If *value* is something else.
        ConditionError: If a text holds a surrogate pair as two characters, which JSON has as one.

    >>> from segkit import attr, to_dict
    >>> to_dict(attr("age") >= 18)["condition"]
    {'type': 'attribute', 'path': ['age'], 'comparison': {'operator': '>=', 'operand': 18}}
    """
    return encode_document(value, EncodeOptions(), "to_dict")
