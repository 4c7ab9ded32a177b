"""A segment: a name and the condition that says who belongs to it."""

from __future__ import annotations

from typing import cast

import attrs

from segkit.errors import ConditionError, shown
from segkit.model.conditions import Condition
from segkit.model.logic import checked
from segkit.model.showing import Pasted, Shown
from segkit.model.values import Kind, read

__all__ = ["Segment", "condition_of"]


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
        condition_of(checked(self.condition, word), word)


def condition_of(asked: Condition | Segment, word: str) -> Condition:
    """The condition that is asked of contacts: a segment's, or itself.

    Raises:
        ConditionTypeError: If *asked* is neither.
        ConditionError: If it is a condition on ``prop(...)``, which is asked of events.
    """
    condition = asked.condition if isinstance(asked, Segment) else checked(asked, word)
    if condition.scope == "event":
        problem = "prop(...) is asked of one event: write did(...).where(prop(...) ...)"
        raise ConditionError(word, problem, condition)
    return condition
