"""The leaf on values of events: a sum, the latest status, the instant of the last event."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, assert_never, cast, get_args

import attrs

from segkit.errors import ConditionError, read_foreign, short_repr
from segkit.model.base import NestedLeaf, Scope, ensure_condition, set_depth_and_size
from segkit.model.call_hints import written_as
from segkit.model.comparisons import Comparison, Reference
from segkit.model.contact_leaves import ensure_comparison
from segkit.model.foreign_data import day_advice
from segkit.model.terms import Term, names_repr
from segkit.model.time_spans import BaseWindow, Ever, Next, Window
from segkit.model.validation import as_names, ensure_choice, has_type, mismatch
from segkit.model.values import TIMES, Kind

if TYPE_CHECKING:
    from segkit.model.conditions import EventCondition
    from segkit.model.event_leaves import EventCount

Aggregate: TypeAlias = Literal[
    "sum", "mean", "min", "max", "distinct", "latest", "earliest", "latest_at", "earliest_at"
]


def value_kinds(aggregate: Aggregate) -> frozenset[Kind] | None:
    """Return the kinds of value that an aggregate can have, or ``None`` for every kind."""
    match aggregate:
        case "sum" | "mean" | "min" | "max" | "distinct":
            return frozenset({Kind.NUMBER})
        case "latest_at" | "earliest_at":
            return TIMES
        case "latest" | "earliest":
            return None
        case _:
            assert_never(aggregate)


def ensure_past_window(window: object) -> Window:
    """Return *window* if events can be in it."""
    if has_type(window, Next):
        problem = "events lie in the past: Next is for attributes and properties"
        raise ConditionError("window", problem, window)
    if not issubclass(type(window), BaseWindow):
        raise mismatch("window", "takes a window such as Last(days=30)", window)
    return cast("Window", window)


def where_scope(condition: Any) -> Scope | None:  # noqa: ANN401 - any object that was passed
    """Return the scope of the *condition* of a ``where``, if it is evaluated on one event."""
    scope: Scope | None = None if condition is None else ensure_condition(condition, "where").scope
    if scope not in (None, "event", "later event"):
        problem = "takes conditions on prop(...), the properties of one event"
        raise ConditionError("where", problem, condition)
    return scope


def _ensure_aggregate(aggregate: Aggregate) -> Aggregate:
    choice = ensure_choice("aggregate", "aggregate", aggregate, get_args(Aggregate))
    return cast("Aggregate", choice)


def _names_or_none(path: object) -> tuple[str, ...]:
    is_empty = read_foreign("path", lambda: not path)
    return () if is_empty else as_names(path)


@attrs.frozen(repr=False)
class EventValue(NestedLeaf):
    """An aggregate of the events of some names in a window, compared.

    ``sum``, ``mean``, ``min`` and ``max`` aggregate the numbers of a property and skip other
    values, ``distinct`` counts its different scalars. ``latest`` and ``earliest`` are the property
    of the last and first event, ``latest_at`` and ``earliest_at`` its instant. Without events, sum
    and distinct are 0 and the others are no value. `segkit.did` builds it.

    The path of the property is empty for ``latest_at`` and ``earliest_at``. The names, the window
    and the condition are those of `EventCount` [E4], [E5].

    Raises:
        ConditionError: If the comparison cannot be true for such an aggregate: a text for a sum,
            a time after now for ``latest_at`` [V6].

    >>> from segkit import did
    >>> did("order").sum("total") >= 100
    EventValue(('order',), 'sum', ('total',), Comparison('>=', operand=100))
    """

    scope: ClassVar[Scope] = "contact"

    names: tuple[str, ...] = attrs.field(converter=as_names)
    aggregate: Aggregate = attrs.field(converter=_ensure_aggregate)
    path: tuple[str, ...] = attrs.field(converter=_names_or_none)
    comparison: Comparison = attrs.field(converter=ensure_comparison)
    window: Window = attrs.field(default=Ever(), converter=ensure_past_window)
    condition: EventCondition | None = None

    def __attrs_post_init__(self) -> None:
        if bool(self.path) is (value_kinds(self.aggregate) is TIMES):
            takes = "no property, it is of the event itself" if self.path else "a property"
            raise ConditionError("path", f"{self.aggregate} takes {takes}", self.path)
        if where_scope(self.condition) == "later event":
            problem = "first_prop(...) is for the later steps of a sequence"
            raise ConditionError("where", problem, self.condition)
        _check_kinds(self.aggregate, self.comparison)
        set_depth_and_size(self, () if self.condition is None else (self.condition,))


def _time_advice(operand: object) -> str:
    """Return how to make a day or an instant of *operand*, or of the first of several."""
    several = issubclass(type(operand), tuple)
    values = list(cast("tuple[object, ...]", operand)) if several else [operand]
    return next((advice for advice in map(day_advice, values) if advice), "")


def _check_kinds(aggregate: Aggregate, comparison: Comparison) -> None:
    if isinstance(comparison.operand, Reference):
        problem = "takes fixed values: compare attr(...) with attr(...) only"
        raise ConditionError(aggregate, problem, comparison)
    kinds = value_kinds(aggregate)
    if comparison.operator == "is_set" or kinds is None:
        return
    if not comparison.kinds - {Kind.COLLECTION} <= kinds:
        expected = "a day or an instant" if kinds is TIMES else "a number"
        found = f"{comparison.operator} {short_repr(comparison.operand)}"
        advice = _time_advice(comparison.operand) if kinds is TIMES else ""
        raise mismatch(
            aggregate, f"takes a comparison with {expected}", comparison, found=found, advice=advice
        )
    if isinstance(comparison.operand, Next):
        raise ConditionError(aggregate, "events lie in the past: Next cannot be true", comparison)


@attrs.frozen(eq=False, repr=False)
class EventValueTerm(Term[EventValue]):
    """An aggregate of events, not compared yet; see `Term` and `EventValue`."""

    events: EventCount
    aggregate: Aggregate

    def _compared(self, comparison: Comparison) -> EventValue:
        events = self.events
        return EventValue(
            events.names, self.aggregate, self.path, comparison, events.window, events.condition
        )

    def _call_repr(self) -> str:
        return f"did({names_repr(self.events.names)}).{self.aggregate}({names_repr(self.path)})"


class AggregateMethods:
    """The methods that aggregate events, each with a term to compare as its result."""

    __slots__ = ()

    @abstractmethod
    def _value(self, aggregate: Aggregate, *path: str) -> EventValueTerm: ...

    @written_as('.sum("total")')
    def sum(self, name: str, /, *path: str) -> EventValueTerm:
        """Return the exact sum of the numbers of a property, to compare; 0 without any.

        Several names are one path, and not several properties: ``sum("price", "amount")`` is the
        sum of ``amount`` in ``price``, where the value of ``price`` is a mapping [K6] [E4].

        Raises:
            ConditionError: If a name is not text, or a count is set.

        >>> from segkit import describe, did
        >>> describe(did("order").within_last(days=30).sum("total") >= 100)
        'the sum of total of "order" in the last 30 days is at least 100'
        >>> describe(did("order").sum("price", "amount") >= 100)
        'the sum of price.amount of "order" is at least 100'
        """
        return self._value("sum", name, *path)

    @written_as('.mean("total")')
    def mean(self, name: str, /, *path: str) -> EventValueTerm:
        """Return the exact mean of the numbers of a property; no value without any.

        Several names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").mean("total") >= 50)
        'the mean of total of "order" is at least 50'
        """
        return self._value("mean", name, *path)

    @written_as('.min("total")')
    def min(self, name: str, /, *path: str) -> EventValueTerm:
        """Return the least number of a property; no value without any.

        Several names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").min("total") >= 10)
        'the least total of "order" is at least 10'
        """
        return self._value("min", name, *path)

    @written_as('.max("total")')
    def max(self, name: str, /, *path: str) -> EventValueTerm:
        """Return the greatest number of a property; no value without any.

        Several names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").max("total") >= 200)
        'the greatest total of "order" is at least 200'
        """
        return self._value("max", name, *path)

    @written_as('.distinct("sku")')
    def distinct(self, name: str, /, *path: str) -> EventValueTerm:
        """Return the number of different scalars of a property; 0 without any.

        Of a collection, its members are counted [E4]. Several names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").distinct("sku") >= 3)
        'the number of different sku of "order" is at least 3'
        """
        return self._value("distinct", name, *path)

    @written_as('.latest("status")')
    def latest(self, name: str, /, *path: str) -> EventValueTerm:
        """Return a property of the last event; of events at one instant, the last passed.

        Without an event, and for an event without the property, it is no value [E5]. Several
        names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").latest("status") == "returned")
        'status of the latest "order" is "returned"'
        """
        return self._value("latest", name, *path)

    @written_as('.earliest("status")')
    def earliest(self, name: str, /, *path: str) -> EventValueTerm:
        """Return a property of the first event; of events at one instant, the first passed.

        Without an event, and for an event without the property, it is no value [E5]. Several
        names are one path, as in `sum`.

        >>> from segkit import describe, did
        >>> describe(did("order").earliest("channel") == "shop")
        'channel of the earliest "order" is "shop"'
        """
        return self._value("earliest", name, *path)

    @written_as('.latest_at(), or .latest("status") for a property')
    def latest_at(self) -> EventValueTerm:
        """Return the instant of the last event, to compare; no value without an event.

        >>> from segkit import describe, did
        >>> describe(did("order").latest_at().before(days=90))
        'the time of the latest "order" is 90 days ago or earlier'
        """
        return self._value("latest_at")

    @written_as('.earliest_at(), or .earliest("status") for a property')
    def earliest_at(self) -> EventValueTerm:
        """Return the instant of the first event, to compare; no value without an event.

        >>> from segkit import describe, did
        >>> describe(did("order").earliest_at().within_last(days=7))
        'the time of the earliest "order" is in the last 7 days'
        """
        return self._value("earliest_at")
