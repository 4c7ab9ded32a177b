"""`Segment`, a condition with a name; `InSegment`, a reference to one; `Segments`, a collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import ConditionError, ConditionTypeError, short_repr
from segkit.model.base import (
    FIRST_PROP_ONLY_IN_STEPS,
    Combinator,
    Compilable,
    NotACondition,
    ensure_condition,
    set_depth_and_size,
)
from segkit.model.method_hints import CONDITION_HINTS, MethodHints
from segkit.model.repr import PasteableRepr
from segkit.model.validation import (
    ensure_items,
    ensure_text,
    ensure_type,
    has_type,
    is_mapping,
    mismatch,
    set_fields,
)

if TYPE_CHECKING:
    from segkit.model.conditions import Condition


def _ensure_name(name: str) -> str:
    expected = "a segment needs a name, text that is not empty"
    text = ensure_text("Segment", expected, name)
    if not text:
        raise mismatch("Segment", expected, name)
    return text


@attrs.frozen(repr=False)
class Segment(PasteableRepr, HtmlDisplay, NotACondition, Compilable, MethodHints):
    """A condition with a name. A contact is a member if it satisfies the condition.

    Raises:
        ConditionError: If *name* is not a text or is empty, or *condition* is on one event
            (``prop``).
        ConditionTypeError: If *condition* is not a condition; the error names what to write.

    >>> from segkit import Segment, attr
    >>> Segment("adults", attr("age") >= 18)
    Segment('adults', Attribute(('age',), Comparison('>=', operand=18)))
    """

    advice: ClassVar[str] = "write in_segment(...) around a segment"
    advice_in_where: ClassVar[str] = (
        "a segment is of contacts; write conditions on prop(...), which is of one event"
    )
    method_hints: ClassVar[Mapping[str, str]] = CONDITION_HINTS

    name: str = attrs.field(converter=_ensure_name)
    condition: Condition

    def __attrs_post_init__(self) -> None:
        path = f"Segment({short_repr(self.name)})"
        contact_condition(ensure_condition(self.condition, path, alone=True), path)

    def _call_repr(self) -> str:
        return f"Segment({short_repr(self.name)})"

    if not TYPE_CHECKING:  # so that type checkers still report these operations

        def __and__(self, other: object) -> NoReturn:
            problem = "combine segments as conditions: in_segment(a) & in_segment(b)"
            raise ConditionTypeError(self._call_repr(), problem, self)

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            problem = "write ~in_segment(...) for all other contacts"
            raise ConditionTypeError(self._call_repr(), problem, self)


@attrs.frozen(repr=False)
class InSegment(Combinator):
    """The contact is in a segment, at the same now and in the same time zone.

    It refers to the segment itself, so no cycle is possible; `segkit.in_segment` builds it [S8].

    Raises:
        ConditionTypeError: If *segment* is not a `Segment`.

    >>> from segkit import Segment, attr, in_segment
    >>> in_segment(Segment("pros", attr("plan") == "pro")).segment.name
    'pros'
    """

    segment: Segment

    def __attrs_post_init__(self) -> None:
        expected = "takes the segment itself, not its name"
        ensure_type("in_segment", expected, self.segment, Segment, ConditionTypeError)
        # Not the segments that it refers to in turn.
        set_fields(self, scope="contact", referenced_segments=(self.segment,))
        set_depth_and_size(self, (self.segment.condition,))


def contact_condition(condition: Condition | Segment, path: str) -> Condition:
    """Return *condition*, or the condition of a segment, if it can be evaluated on a contact."""
    if has_type(condition, Segment):
        condition = condition.condition
    condition = ensure_condition(condition, path, alone=True)
    if condition.scope == "step":
        raise ConditionError(path, FIRST_PROP_ONLY_IN_STEPS, condition)
    if condition.scope not in (None, "contact"):
        problem = "prop(...) is evaluated on one event: write did(...).where(prop(...) ...)"
        raise ConditionError(path, problem, condition)
    return condition


def ensure_segments(path: str, expected: str, segments: object) -> tuple[Segment, ...]:
    """Return the items of *segments* if all of them are segments."""
    if is_mapping(segments):
        values = cast("dict[object, object]", segments).values() if type(segments) is dict else ()
        advice = ": write [Segment(name, condition) for name, condition in segments.items()]"
        if any(has_type(value, Segment) for value in values):
            advice = ": pass the segments, list(segments.values())"
        raise mismatch(path, expected, cast("object", segments), ConditionTypeError, advice=advice)
    items = ensure_items(path, expected, segments, ConditionTypeError)
    for index, segment in enumerate(items):
        expected = "takes Segment(name, condition)"
        ensure_type(f"{path}[{index}]", expected, segment, Segment, ConditionTypeError)
    return cast("tuple[Segment, ...]", items)


def _ensure_collection(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return ensure_segments("Segments", "takes several segments, Segments([vip, lapsed])", segments)


def segments_by_name(path: str, segments: Iterable[Segment]) -> dict[str, Segment]:
    """Return *segments* by their names, which must be different."""
    by_name: dict[str, Segment] = {}
    for segment in segments:
        if segment.name in by_name:
            problem = f"two segments are named {short_repr(segment.name)}: rename or leave out one"
            raise ConditionError(path, problem, segment)
        by_name[segment.name] = segment
    return by_name


@attrs.frozen(repr=False)
class Segments(PasteableRepr, HtmlDisplay):
    """An ordered collection of segments with different names, complete under ``in_segment``.

    A ``Collection[Segment]``: iterating yields the `Segment` values in order, so that an
    `Evaluator` takes it, ``evaluator.evaluate(segments, now=now)``. ``segments["vip"]`` is the
    segment of that name, or a `KeyError`; ``"vip" in segments`` and ``vip in segments`` test for
    it. Two collections are equal when they contain the same segments in the same order.

    Every segment that another one refers to by ``in_segment`` must be in the collection too, as the
    same segment, so that the collection can be stored with one definition of each name.

    Raises:
        ConditionError: If two segments have one name, or one refers to a segment that is missing
            or has another condition here. The error names the references: ``lapsed -> vip``.
        ConditionTypeError: If an item is not a `Segment`.

    >>> from segkit import Segment, Segments, attr, in_list, in_segment
    >>> vip = Segment("vip", in_list("vip"))
    >>> young = Segment("young vip", in_segment(vip) & (attr("age") < 30))
    >>> segments = Segments([vip, young])
    >>> [segment.name for segment in segments], "vip" in segments, segments["vip"] == vip
    (['vip', 'young vip'], True, True)
    """

    segments: tuple[Segment, ...] = attrs.field(default=(), converter=_ensure_collection)
    _by_name: dict[str, Segment] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_name = segments_by_name("Segments", self.segments)
        for segment in self.segments:
            path = _path_to_missing(segment, by_name)
            if path:
                raise ConditionError("Segments", _problem(path, by_name), path[-1])
        set_fields(self, _by_name=by_name)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    def __getitem__(self, name: str) -> Segment:
        return self._by_name[name]

    def __contains__(self, item: object) -> bool:
        if has_type(item, Segment):
            return self._by_name.get(item.name) == item
        return has_type(item, str) and str.__str__(item) in self._by_name


def _path_to_missing(segment: Segment, by_name: Mapping[str, Segment]) -> tuple[Segment, ...]:
    """Return the references from *segment* to a segment that *by_name* lacks or has changed."""
    for referenced in segment.condition.referenced_segments:
        present = by_name.get(referenced.name)
        # A segment that is present and unchanged is not followed: it is checked by itself.
        if present is not referenced and present != referenced:
            return (segment, *(_path_to_missing(referenced, by_name) or (referenced,)))
    return ()


def _problem(path: tuple[Segment, ...], by_name: Mapping[str, Segment]) -> str:
    last = path[-1].name
    chain = " -> ".join(segment.name for segment in path)
    if last in by_name:
        fault = f"{short_repr(last)} has another condition here: pass the one referred to"
    else:
        fault = f"{short_repr(last)} is not here: add it"
    return f"{short_repr(chain)}: {fault}"
