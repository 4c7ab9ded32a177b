"""The leaf that compares what events hold: a sum, the latest status, when it last happened."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, cast, get_args

import attrs

from segkit.errors import ConditionError, short_repr, wrap_foreign_errors
from segkit.model.base import Leaf, Scope, ensure_condition, set_depth_and_size
from segkit.model.comparisons import Comparison, Reference
from segkit.model.contact_leaves import as_names, ensure_comparison
from segkit.model.operators import TIMES
from segkit.model.repr import pasteable_repr
from segkit.model.terms import Term
from segkit.model.time_spans import BaseWindow, Ever, Next, Window
from segkit.model.values import Kind

if TYPE_CHECKING:
    from segkit.model.conditions import EventCondition

Aggregate: TypeAlias = Literal[
    "sum", "mean", "min", "max", "distinct", "latest", "earliest", "latest_at", "earliest_at"
]

_INSTANTS = frozenset({"latest_at", "earliest_at"})
_ANY_KIND = frozenset({"latest", "earliest"})


def ensure_past_window(window: object) -> Window:
    """A window that events can lie in.

    Raises:
        ConditionError: If it is ahead, or no window.
    """
    kind: type[object] = type(window)
    if issubclass(kind, Next):
        problem = "events lie in the past: Next is for attributes and properties"
        raise ConditionError("window", problem, window)
    if not issubclass(kind, BaseWindow):
        problem = f"takes a window such as Last(days=30); got {short_repr(window)}"
        raise ConditionError("window", problem, window)
    return cast("Window", window)


def where_scope(condition: Any) -> Scope | None:  # noqa: ANN401 - any object that was passed
    """What a ``where`` looks at.

    Raises:
        ConditionError: If that is a contact.
    """
    scope: Scope | None = None if condition is None else ensure_condition(condition, "where").scope
    if scope not in (None, "event", "later event"):
        problem = "takes conditions on prop(...), the properties of one event"
        raise ConditionError("where", problem, condition)
    return scope


@attrs.frozen(repr=False)
class EventValue(Leaf):
    """A value made of the events of some names in a window, compared [E4], [E5].

    ``sum mean min max`` take the property's numbers and skip the rest, ``distinct`` counts its
    different scalars; ``latest`` and ``earliest`` are the property of the last and first event,
    ``latest_at`` and ``earliest_at`` its instant. Of nothing, sum and distinct are 0 and the others
    no value. `segkit.did` builds it: ``did("order").sum("total") >= 100``.

    Args:
        names: The event names, taken together.
        aggregate: What is made of them.
        path: The property, by its path; nothing for ``latest_at`` and ``earliest_at``.
        comparison: What the value is held against.
        window: Where to look; never `Next`.
        condition: What an event must satisfy to be looked at [E2].

    Raises:
        ConditionError: If the comparison cannot be true for such a value: a text against a sum,
            a time ahead for ``latest_at`` [V6].
    """

    scope: ClassVar[Scope] = "contact"

    names: tuple[str, ...] = attrs.field(converter=as_names)
    aggregate: Aggregate
    path: tuple[str, ...] = attrs.field()
    comparison: Comparison = attrs.field(converter=ensure_comparison)
    window: Window = attrs.field(default=Ever(), converter=ensure_past_window)
    condition: EventCondition | None = None
    depth: int = attrs.field(init=False, eq=False, repr=False)
    size: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        with wrap_foreign_errors("aggregate"):
            is_known = self.aggregate in get_args(Aggregate)
        if not is_known:
            known = " ".join(get_args(Aggregate))
            problem = f"no aggregate {short_repr(self.aggregate)}; they are {known}"
            raise ConditionError("aggregate", problem, self.aggregate)
        with wrap_foreign_errors("path"):
            has_path = bool(self.path)
        path = as_names(self.path) if has_path else ()
        if bool(path) is (self.aggregate in _INSTANTS):
            what = "no property, it is of the event itself" if path else "a property"
            raise ConditionError("path", f"{self.aggregate} takes {what}", self.path)
        object.__setattr__(self, "path", path)
        if where_scope(self.condition) == "later event":
            problem = "first_prop(...) is for the later steps of a sequence"
            raise ConditionError("where", problem, self.condition)
        _check_kinds(self.aggregate, self.comparison)
        set_depth_and_size(self, () if self.condition is None else (self.condition,))


def _check_kinds(aggregate: Aggregate, comparison: Comparison) -> None:
    if isinstance(comparison.operand, Reference):
        problem = "is compared with fixed values: attributes go with attributes only"
        raise ConditionError(aggregate, problem, comparison)
    if comparison.operator == "is_set" or aggregate in _ANY_KIND:
        return
    kinds = TIMES if aggregate in _INSTANTS else frozenset({Kind.NUMBER})
    if not comparison.kinds - {Kind.COLLECTION} <= kinds:
        is_what = "an instant" if aggregate in _INSTANTS else "a number"
        problem = f"is {is_what}; got {comparison.operator} {short_repr(comparison.operand)}"
        raise ConditionError(aggregate, problem, comparison)
    if aggregate in _INSTANTS and isinstance(comparison.operand, Next):
        raise ConditionError(aggregate, "events lie in the past: Next cannot be true", comparison)


@attrs.frozen(eq=False, repr=False)
class EventValueTerm(Term[EventValue]):
    """A value made of events, to be compared; see `Term` and `EventValue`."""

    names: tuple[str, ...]
    aggregate: Aggregate
    path: tuple[str, ...]
    window: Window
    condition: EventCondition | None

    def _path(self) -> tuple[str, ...]:
        return self.path

    def _compared(self, comparison: Comparison) -> EventValue:
        return EventValue(
            self.names, self.aggregate, self.path, comparison, self.window, self.condition
        )

    def _call_repr(self) -> str:
        names, path = (", ".join(map(pasteable_repr, words)) for words in (self.names, self.path))
        return f"did({names}).{self.aggregate}({path})"


class AggregateMethods:
    """The words that make one value of events; what is made of it is the subclass's."""

    __slots__ = ()

    @abstractmethod
    def _value(self, aggregate: Aggregate, *path: str) -> EventValueTerm: ...

    def sum(self, name: str, /, *path: str) -> EventValueTerm:
        """The exact sum of a property's numbers, 0 of none [E4]."""
        return self._value("sum", name, *path)

    def mean(self, name: str, /, *path: str) -> EventValueTerm:
        """The exact mean of a property's numbers, no value of none [E4]."""
        return self._value("mean", name, *path)

    def min(self, name: str, /, *path: str) -> EventValueTerm:
        """The least of a property's numbers, no value of none [E4]."""
        return self._value("min", name, *path)

    def max(self, name: str, /, *path: str) -> EventValueTerm:
        """The greatest of a property's numbers, no value of none [E4]."""
        return self._value("max", name, *path)

    def distinct(self, name: str, /, *path: str) -> EventValueTerm:
        """How many different scalars a property has, of collections their members [E4]."""
        return self._value("distinct", name, *path)

    def latest(self, name: str, /, *path: str) -> EventValueTerm:
        """A property of the last event; among equal instants the last given [E5]."""
        return self._value("latest", name, *path)

    def earliest(self, name: str, /, *path: str) -> EventValueTerm:
        """A property of the first event; among equal instants the first given [E5]."""
        return self._value("earliest", name, *path)

    def latest_at(self) -> EventValueTerm:
        """The instant of the last event, no value without any [E5]."""
        return self._value("latest_at")

    def earliest_at(self) -> EventValueTerm:
        """The instant of the first event, no value without any [E5]."""
        return self._value("earliest_at")
