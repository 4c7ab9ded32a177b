"""Several segments that belong together: each once, and with those that they look into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never, cast

import attrs

from segkit.errors import ConditionError, ConditionTypeError, asking, shown
from segkit.model.conditions import Condition
from segkit.model.logic import And, AtLeast, Leaf, Not, Or
from segkit.model.segment import InSegment, Segment
from segkit.model.showing import Pasted, Shown

__all__ = ["Segments"]


def _segments(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    # Some are no iterable, whatever the annotation says.
    given = cast("object", segments)
    kind: type[object] = type(given)
    if issubclass(kind, Segment | str | bytes | Mapping) or not issubclass(kind, Iterable):
        problem = f"takes several segments, Segments([vip, lapsed]); got {shown(given)}"
        raise ConditionTypeError("Segments", problem, given)
    with asking("Segments"):
        several = tuple(cast("Iterable[object]", given))
    for place, segment in enumerate(several):
        if not issubclass(type(segment), Segment):
            problem = f"takes Segment(name, condition); got {shown(segment)}"
            raise ConditionTypeError(f"Segments[{place}]", problem, segment)
    return cast("tuple[Segment, ...]", several)


@attrs.frozen(repr=False)
class Segments(Pasted, Shown):
    """Segments in an order, each of a name of its own, closed under ``in_segment``.

    A ``Collection[Segment]``: iterating gives the `Segment` values, so that an `Evaluator` takes
    it, ``evaluator.evaluate(segments, now=now)``. ``segments["vip"]`` is the segment of that name,
    a `KeyError` if there is none; ``"vip" in segments`` and ``vip in segments`` ask whether it is
    there. Two collections are equal when they hold the same segments in the same order.

    Whatever a segment looks into by ``in_segment`` must be in the collection too, as the same
    segment. So the collection can be stored with one definition of each, and no two parts of it
    mean different things by one name.

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

    segments: tuple[Segment, ...] = attrs.field(default=(), converter=_segments)
    _by_name: dict[str, Segment] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_name: dict[str, Segment] = {}
        for segment in self.segments:
            if segment.name in by_name:
                problem = f"two segments are named {shown(segment.name)}: rename or leave out one"
                raise ConditionError("Segments", problem, segment)
            by_name[segment.name] = segment
        for segment in self.segments:
            way = _way_out(segment, by_name)
            if way:
                raise ConditionError("Segments", _said(way, by_name), way[-1])
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


def _way_out(segment: Segment, by_name: Mapping[str, Segment]) -> tuple[Segment, ...]:
    """The segments on the way from *segment* to one that is not in the collection as it is there.

    A segment that is there as it is has been looked into, or will be, on its own account.
    """
    for inner in _looked_into(segment.condition):
        known = by_name.get(inner.name)
        if known is not inner and known != inner:
            return (segment, *(_way_out(inner, by_name) or (inner,)))
    return ()


def _looked_into(condition: Condition) -> Iterator[Segment]:
    """The segments that *condition* itself names, but not those that they name."""
    match condition:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _looked_into(part)
        case Not(part):
            yield from _looked_into(part)
        case InSegment(segment):
            yield segment
        case Leaf():
            return
        case _:
            assert_never(condition)


def _said(way: tuple[Segment, ...], by_name: Mapping[str, Segment]) -> str:
    last = way[-1].name
    chain = " -> ".join(segment.name for segment in way)
    if last in by_name:
        fault = f"{shown(last)} has another condition here: hand in the segment it looks into"
    else:
        fault = f"{shown(last)} is not here: add it"
    return f"{shown(chain)}: {fault}"
