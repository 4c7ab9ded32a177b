"""A segment: a name and the condition that says who belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn, cast

import attrs

from segkit.errors import ConditionError, ConditionTypeError, shown
from segkit.model.extents import depth_of, size_of
from segkit.model.logic import ONLY_IN_STEPS, Combinator, Scope, checked
from segkit.model.showing import Pasted, Shown
from segkit.model.values import Kind, read

if TYPE_CHECKING:
    from segkit.model.conditions import Condition

__all__ = ["InSegment", "Segment", "condition_of"]


def _name(name: object) -> str:
    kind, text = read(name)
    if kind is not Kind.TEXT or not text:
        problem = f"a segment needs a name, text that is not empty; got {shown(name)}"
        raise ConditionError("Segment", problem, name)
    return cast("str", text)


@attrs.frozen(repr=False)
class Segment(Pasted, Shown):
    """A condition with a name.

    Args:
        name: What people call it, text that is not empty.
        condition: Who belongs to it; a condition of contacts.

    Raises:
        ConditionError: If the name is no text, or the condition is one of events (``prop``).
        ConditionTypeError: If *condition* is none, naming what to write.

    >>> from segkit import Segment, attr
    >>> Segment("adults", attr("age") >= 18)
    Segment('adults', Attribute(('age',), Comparison('>=', operand=18)))
    """

    name: str = attrs.field(converter=_name)
    condition: Condition

    def __attrs_post_init__(self) -> None:
        word = f"Segment({shown(self.name)})"
        condition_of(checked(self.condition, word, alone=True), word)

    if not TYPE_CHECKING:  # so that the checkers still report it

        def __and__(self, other: object) -> NoReturn:
            problem = "segments combine as conditions: in_segment(a) & in_segment(b)"
            raise ConditionTypeError(f"Segment({shown(self.name)})", problem, self)

        __rand__ = __or__ = __ror__ = __and__

        def __invert__(self) -> NoReturn:
            problem = "write ~in_segment(...) for everybody else"
            raise ConditionTypeError(f"Segment({shown(self.name)})", problem, self)


def _segment(value: object) -> Segment:
    if not issubclass(type(value), Segment):
        problem = f"takes the segment itself, not its name; got {shown(value)}"
        raise ConditionTypeError("in_segment", problem, value)
    return cast("Segment", value)


@attrs.frozen(repr=False)
class InSegment(Combinator):
    """What a segment means, at the same now and in the same zone [S8].

    It holds the segment itself, so there is no name to look up and no cycle. `segkit.in_segment`
    is its door.

    >>> from segkit import Segment, attr, in_segment
    >>> in_segment(Segment("pros", attr("plan") == "pro")).segment.name
    'pros'
    """

    segment: Segment = attrs.field(converter=_segment)
    scope: ClassVar[Scope] = "contact"
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "depth", depth_of((self.segment.condition,)))
        object.__setattr__(self, "size", size_of((self.segment.condition,)))


def condition_of(asked: Condition | Segment, word: str) -> Condition:
    """The condition that is asked of contacts: a segment's, or itself.

    Raises:
        ConditionTypeError: If *asked* is neither.
        ConditionError: If it is a condition on ``prop(...)``, which is asked of events.
    """
    # By the type: an object may raise when it is asked for its class.
    segment = cast("Segment", asked) if issubclass(type(asked), Segment) else None
    condition = checked(asked, word, alone=True) if segment is None else segment.condition
    if condition.scope == "step":
        raise ConditionError(word, ONLY_IN_STEPS, condition)
    if condition.scope in ("event", "later event"):
        problem = "prop(...) is asked of one event: write did(...).where(prop(...) ...)"
        raise ConditionError(word, problem, condition)
    return condition
