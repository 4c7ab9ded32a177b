"""The leaf conditions with their fluent words, and `Condition`, the closed union of all.

What each of them means is said once, in `segkit.leaves`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias, Unpack, cast

import attrs

from segkit.errors import ConditionError, located, shown
from segkit.model.durations import DurationLike, Units
from segkit.model.fluent import ComparedInTime, InTime
from segkit.model.logic import And, Leaf, Not, Or, Scope, checked, depth_of
from segkit.model.operators import Comparison
from segkit.model.values import Kind, is_whole, read
from segkit.model.windows import (
    CalendarUnit,
    Day,
    Ever,
    Next,
    Window,
    after_window,
    before_window,
)

__all__ = [
    "Attribute",
    "Condition",
    "EventCondition",
    "EventCount",
    "LeafCondition",
    "ListMembership",
    "Property",
]


def _texts(names: object) -> tuple[str, ...]:
    """Names as plain text: a str, or several of them."""
    given: object = names
    several = cast("tuple[object, ...]", given) if isinstance(names, tuple | list) else (given,)
    for name in several:
        if not isinstance(name, str):
            raise ConditionError("name", f"must be text; got {shown(name)}", name)
    if not several:
        raise ConditionError("name", "at least one is needed", given)
    # Plain, so that an Enum member or a subclass of str prints as something to paste back.
    return tuple(cast("str", read(name)[1]) for name in several)


def _comparison(value: object) -> Comparison:
    if not isinstance(value, Comparison):
        raise ConditionError("comparison", f"must be a Comparison; got {shown(value)}", value)
    return value


def _window_back(window: object) -> Window:
    """A window that events can lie in."""
    if isinstance(window, Next):
        problem = "events lie in the past: Next is for attributes and properties"
        raise ConditionError("window", problem, window)
    if not isinstance(window, Window):
        problem = f"takes a window such as Last(days=30); got {shown(window)}"
        raise ConditionError("window", problem, window)
    return window


@attrs.frozen(repr=False)
class Attribute(Leaf):
    """A comparison of one attribute of the contact; `segkit.attr` is its door.

    A path of several names walks mappings [K6]. An attribute that is absent has no value, and
    every comparison of it is false [V3].
    """

    scope: ClassVar[Scope] = "contact"
    depth: ClassVar[int] = 1

    path: tuple[str, ...] = attrs.field(converter=_texts)
    comparison: Comparison = attrs.field(converter=_comparison)


@attrs.frozen(repr=False)
class Property(Leaf):
    """A comparison of one property of an event, in ``where`` only; `segkit.prop` is its door."""

    scope: ClassVar[Scope] = "event"
    depth: ClassVar[int] = 1

    path: tuple[str, ...] = attrs.field(converter=_texts)
    comparison: Comparison = attrs.field(converter=_comparison)


@attrs.frozen(repr=False)
class ListMembership(Leaf):
    """Whether the contact is on a list, and perhaps when it joined [L1], [L2].

    `segkit.in_list` and `segkit.in_any_list` are its doors.

    Args:
        name: The list; ``None`` for any list.
        joined: What the joined instant is compared with. When it is unknown, that is false.

    >>> from segkit import in_list
    >>> in_list("newsletter").joined_within_last(months=2)
    ListMembership('newsletter', joined=Comparison('within', operand=Last(months=2)))
    """

    scope: ClassVar[Scope] = "contact"
    depth: ClassVar[int] = 1

    name: str | None
    joined: Comparison | None = None

    def __attrs_post_init__(self) -> None:
        if self.name is not None:
            object.__setattr__(self, "name", _texts(self.name)[0])
        if self.joined is not None and not _comparison(self.joined).kinds <= _TIMES:
            problem = f"the joined instant is compared with days and instants; got {self.joined}"
            raise ConditionError("joined", problem, self.joined)

    def joined_within_last(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Joined in ``(now - length, now]`` [T2]."""
        return _Joined(self).within_last(length, **units)

    def joined_before(
        self, end: Day | datetime | DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ListMembership:
        """Joined before a day or instant; or, given a length, that long ago or longer [T14]."""
        return _Joined(self).before(end, **units)

    def joined_between(
        self, start: Day | datetime | None, end: Day | datetime | None, /
    ) -> ListMembership:
        """Joined between two fixed ends: days are whole, an instant ``end`` not included [T7]."""
        return _Joined(self).between(start, end)

    def joined_during(
        self, unit: CalendarUnit, offset: int = 0, *, count: int = 1
    ) -> ListMembership:
        """Joined during whole calendar units of the evaluation zone [T8]."""
        return _Joined(self).during(unit, offset, count=count)


_TIMES = frozenset({Kind.DAY, Kind.INSTANT})


@attrs.frozen
class _Joined(ComparedInTime[ListMembership]):
    """The joined instant of a membership, as something to compare."""

    membership: ListMembership

    def _compared(self, comparison: Comparison) -> ListMembership:
        if self.membership.joined is not None:
            problem = "a second joined... is refused: combine two conditions with &"
            raise ConditionError("joined", problem, comparison)
        return attrs.evolve(self.membership, joined=comparison)

    def _door(self) -> str:
        name = self.membership.name
        return "in_any_list()" if name is None else f"in_list({shown(name)})"

    def _word(self, word: str):  # type: ignore[no-untyped-def] # noqa: ANN202
        return located(f"{self._door()}.joined_{word}")


@attrs.frozen(repr=False)
class EventCount(Leaf, InTime["EventCount"]):
    """How many events of some names happened in a window [E1]; `segkit.did` is its door.

    Args:
        names: The event names, counted together.
        minimum: The least number; ``None`` if not said.
        maximum: The greatest number; ``None`` if not said. With neither said: at least one.
        window: Where to look, `Ever` by default. Events after now never count [T1].
        condition: What one and the same event must satisfy [E2], built from ``prop(...)``.

    Raises:
        ConditionError: For a count below 0, a reversed range, a window ahead (`Next`), or a
            condition of contacts.

    >>> from segkit import did, prop
    >>> did("order").at_least(2).where(prop("total") >= 50)
    EventCount(('order',), minimum=2, condition=Property(('total',), Comparison('>=', operand=50)))
    """

    scope: ClassVar[Scope] = "contact"

    names: tuple[str, ...] = attrs.field(converter=_texts)
    minimum: int | None = attrs.field(default=None, eq=False)
    maximum: int | None = attrs.field(default=None, eq=False)
    window: Window = attrs.field(default=Ever(), converter=_window_back)
    condition: EventCondition | None = None
    counts: tuple[int, int | None] = attrs.field(init=False, repr=False)
    """The least and the greatest number that satisfy: equality goes by these, however said."""
    depth: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for word, number in (("at_least", self.minimum), ("at_most", self.maximum)):
            if number is not None and not (is_whole(number) and number >= 0):
                problem = f"takes a whole number, 0 or more; got {shown(number)}"
                raise ConditionError(word, problem, number)
        least = self.minimum
        if least is None:
            least = 1 if self.maximum is None else 0
        if self.maximum is not None and least > self.maximum:
            problem = f"no number is at least {least} and at most {self.maximum}"
            raise ConditionError("at_most", problem, self.maximum)
        if self.condition is not None and checked(self.condition, "where").scope == "contact":
            problem = "takes conditions on prop(...), the properties of one event"
            raise ConditionError("where", problem, self.condition)
        object.__setattr__(self, "counts", (least, self.maximum))
        inner = () if self.condition is None else (self.condition,)
        object.__setattr__(self, "depth", depth_of(inner))

    def at_least(self, number: int, /) -> EventCount:
        """*number* times or more."""
        return self._counted("at_least", minimum=number)

    def at_most(self, number: int, /) -> EventCount:
        """*number* times or fewer; unless ``at_least`` is said too, that includes none [E1]."""
        return self._counted("at_most", maximum=number)

    def exactly(self, number: int, /) -> EventCount:
        """*number* times; ``exactly(0)`` includes contacts without any event [E1]."""
        return self._counted("exactly", minimum=number, maximum=number)

    def never(self) -> EventCount:
        """Not once: the complement of at least once [V2]."""
        return self._counted("never", minimum=0, maximum=0)

    def where(self, *conditions: Property | And | Or | Not) -> EventCount:
        """Count only events that satisfy all *conditions*, each one event by itself [E2].

        Args:
            *conditions: Built from ``prop(...)``. Said again, all of them must hold.
        """
        with self._word("where"):
            parts = tuple(checked(part, "where") for part in conditions)
            if not parts:
                raise ConditionError("where", "takes at least one condition on prop(...)", None)
            if self.condition is not None:
                parts = (self.condition, *parts)
            combined: Condition = parts[0]
            for part in parts[1:]:
                combined &= part
            return attrs.evolve(self, condition=cast("EventCondition", combined))

    def _counted(self, word: str, **counts: object) -> EventCount:
        with self._word(word):
            for field, number in counts.items():
                if getattr(self, field) is not None:
                    problem = "how often is said already: at_least and at_most go once each"
                    raise ConditionError(word, problem, number)
                if number is None:
                    raise ConditionError(word, "takes a whole number, 0 or more; got None", None)
            return attrs.evolve(self, **counts)  # type: ignore[arg-type]

    def _in(self, window: Window) -> EventCount:
        if self.window != Ever():
            problem = f"a second window is refused, {self.window} is set: combine two with &"
            raise ConditionError("window", problem, window)
        return attrs.evolve(self, window=window)

    def _before(self, end: Day | datetime) -> EventCount:
        return self._in(before_window(end))

    def _after(self, start: Day | datetime) -> EventCount:
        return self._in(after_window(start))

    def _door(self) -> str:
        return f"did({', '.join(map(shown, self.names))})"


LeafCondition: TypeAlias = Attribute | Property | ListMembership | EventCount
"""The conditions that look at a fact."""

Condition: TypeAlias = LeafCondition | And | Or | Not
"""Everything that is a condition: for annotations and ``match``."""

EventCondition: TypeAlias = Property | And | Or | Not
"""What ``where`` takes: conditions of one event, built from ``prop(...)``."""
