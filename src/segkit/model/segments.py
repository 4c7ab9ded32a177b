"""A segment: a name and the condition that says who belongs to it.

Several segments that belong together: each once, and with those that they look into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import ConditionError, ConditionTypeError, short_repr, wrap_foreign_errors
from segkit.model.base import (
    FIRST_PROP_ONLY_IN_STEPS,
    Combinator,
    NotACondition,
    Scope,
    ensure_condition,
    set_depth_and_size,
)
from segkit.model.repr import PasteableRepr
from segkit.model.values import Kind, normalize

if TYPE_CHECKING:
    from segkit.model.conditions import Condition


def _ensure_name(name: object) -> str:
    kind, text = normalize(name)
    if kind is not Kind.TEXT or not text:
        problem = f"a segment needs a name, text that is not empty; got {short_repr(name)}"
        raise ConditionError("Segment", problem, name)
    return cast("str", text)


@attrs.frozen(repr=False)
class Segment(PasteableRepr, HtmlDisplay, NotACondition):
    """A condition with a name.

    Args:
        name: What people call it, text that is not empty.
        condition: Who belongs to it; a condition of contacts.

    Raises:
        ConditionError: If the name is no text, or the condition is one of events (``prop``).
        ConditionTypeError: If *condition* is not a condition; the error names what to write.

    >>> from segkit import Segment, attr
    >>> Segment("adults", attr("age") >= 18)
    Segment('adults', Attribute(('age',), Comparison('>=', operand=18)))
    """

    advice: ClassVar[str] = "write in_segment(...) around a segment"

    name: str = attrs.field(converter=_ensure_name)
    condition: Condition

    def __attrs_post_init__(self) -> None:
        word = f"Segment({short_repr(self.name)})"
        contact_condition(ensure_condition(self.condition, word, alone=True), word)

    if not TYPE_CHECKING:  # so that the checkers still report it

        def __and__(self, other: object) -> NoReturn:
            problem = "segments combine as conditions: in_segment(a) & in_segment(b)"
            raise ConditionTypeError(f"Segment({short_repr(self.name)})", problem, self)

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            problem = "write ~in_segment(...) for everybody else"
            raise ConditionTypeError(f"Segment({short_repr(self.name)})", problem, self)


def _ensure_segment(value: object) -> Segment:
    if not issubclass(type(value), Segment):
        problem = f"takes the segment itself, not its name; got {short_repr(value)}"
        raise ConditionTypeError("in_segment", problem, value)
    return cast("Segment", value)


@attrs.frozen(repr=False)
class InSegment(Combinator):
    """What a segment means, at the same now and in the same zone [S8].

    It holds the segment itself, so there is no name to look up and no cycle. `segkit.in_segment`
    builds it.

    >>> from segkit import Segment, attr, in_segment
    >>> in_segment(Segment("pros", attr("plan") == "pro")).segment.name
    'pros'
    """

    segment: Segment = attrs.field(converter=_ensure_segment)
    scope: ClassVar[Scope] = "contact"
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        set_depth_and_size(self, (self.segment.condition,))

    @property
    def referenced_segments(self) -> tuple[Segment, ...]:
        """The segment itself, and not those that it refers to in turn."""
        return (self.segment,)


def contact_condition(condition: Condition | Segment, path: str) -> Condition:
    """The condition that is asked of contacts: a segment's, or itself.

    Raises:
        ConditionTypeError: If *asked* is neither.
        ConditionError: If it is a condition on ``prop(...)``, which is asked of events.
    """
    # By the type: an object may raise when it is asked for its class.
    segment = cast("Segment", condition) if issubclass(type(condition), Segment) else None
    condition = (
        ensure_condition(condition, path, alone=True) if segment is None else segment.condition
    )
    if condition.scope == "step":
        raise ConditionError(path, FIRST_PROP_ONLY_IN_STEPS, condition)
    if condition.scope in ("event", "later event"):
        problem = "prop(...) is asked of one event: write did(...).where(prop(...) ...)"
        raise ConditionError(path, problem, condition)
    return condition


def _ensure_segments(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    # Some are no iterable, whatever the annotation says.
    given = cast("object", segments)
    kind: type[object] = type(given)
    if issubclass(kind, Segment | str | bytes | Mapping) or not issubclass(kind, Iterable):
        problem = f"takes several segments, Segments([vip, lapsed]); got {short_repr(given)}"
        raise ConditionTypeError("Segments", problem, given)
    with wrap_foreign_errors("Segments"):
        several = tuple(cast("Iterable[object]", given))
    for place, segment in enumerate(several):
        if not issubclass(type(segment), Segment):
            problem = f"takes Segment(name, condition); got {short_repr(segment)}"
            raise ConditionTypeError(f"Segments[{place}]", problem, segment)
    return cast("tuple[Segment, ...]", several)


@attrs.frozen(repr=False)
class Segments(PasteableRepr, HtmlDisplay):
    """Segments in an order, each of a name of its own, closed under ``in_segment``.

    A ``Collection[Segment]``: iterating yields the `Segment` values, so that an `Evaluator` takes
    it, ``evaluator.evaluate(segments, now=now)``. ``segments["vip"]`` is the segment of that name,
    or a `KeyError`; ``"vip" in segments`` and ``vip in segments`` test for it. Two collections are
    equal when they hold the same segments in the same order.

    Every segment that another one refers to by ``in_segment`` must be in the collection too, as the
    same segment. So the collection can be stored with one definition of each, and no two parts of
    it mean different things by one name.

    Args:
        segments: The segments, in the order they are to keep.

    Raises:
        ConditionError: If two have one name; if one looks into a segment that is not here, or that
            has another condition here. The error names the way to it: ``lapsed -> vip``.
        ConditionTypeError: If something is no `Segment`.

    >>> from segkit import Segment, Segments, attr, in_list, in_segment
    >>> vip = Segment("vip", in_list("vip"))
    >>> young = Segment("young vip", in_segment(vip) & (attr("age") < 30))
    >>> segments = Segments([vip, young])
    >>> [segment.name for segment in segments], "vip" in segments, segments["vip"] == vip
    (['vip', 'young vip'], True, True)
    """

    segments: tuple[Segment, ...] = attrs.field(default=(), converter=_ensure_segments)
    _by_name: dict[str, Segment] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_name: dict[str, Segment] = {}
        for segment in self.segments:
            if segment.name in by_name:
                problem = (
                    f"two segments are named {short_repr(segment.name)}: rename or leave out one"
                )
                raise ConditionError("Segments", problem, segment)
            by_name[segment.name] = segment
        for segment in self.segments:
            way = _path_to_missing(segment, by_name)
            if way:
                raise ConditionError("Segments", _problem(way, by_name), way[-1])
        object.__setattr__(self, "_by_name", by_name)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    def __getitem__(self, name: str) -> Segment:
        return self._by_name[name]

    def __contains__(self, asked: object) -> bool:
        if issubclass(type(asked), Segment):
            segment = cast("Segment", asked)
            return self._by_name.get(segment.name) == segment
        return issubclass(type(asked), str) and str.__str__(cast("str", asked)) in self._by_name


def _path_to_missing(segment: Segment, by_name: Mapping[str, Segment]) -> tuple[Segment, ...]:
    """The segments on the way from *segment* to one that is not in the collection as it is there.

    A segment that is there as it is has been looked into, or will be, on its own account.
    """
    for inner in segment.condition.referenced_segments:
        known = by_name.get(inner.name)
        if known is not inner and known != inner:
            return (segment, *(_path_to_missing(inner, by_name) or (inner,)))
    return ()


def _problem(way: tuple[Segment, ...], by_name: Mapping[str, Segment]) -> str:
    last = way[-1].name
    chain = " -> ".join(segment.name for segment in way)
    if last in by_name:
        fault = f"{short_repr(last)} has another condition here: pass the one referred to"
    else:
        fault = f"{short_repr(last)} is not here: add it"
    return f"{short_repr(chain)}: {fault}"
