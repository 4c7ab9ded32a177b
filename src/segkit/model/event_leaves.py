"""Leaves on events: how many happened (`EventCount`) and in which order (`Sequence`).

`segkit.model.event_values` has the leaf on the values of events, such as a sum.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, Final, Unpack, cast

import attrs

from segkit.errors import ConditionError, ConditionTypeError, with_error_path
from segkit.model.base import (
    FIRST_PROP_ONLY_IN_STEPS,
    AtLeast,
    NestedLeaf,
    Scope,
    ensure_condition,
    set_depth_and_size,
)
from segkit.model.call_hints import written_as
from segkit.model.event_values import (
    Aggregate,
    AggregateMethods,
    EventValueTerm,
    ensure_past_window,
    where_scope,
)
from segkit.model.method_hints import EVENT_HINTS
from segkit.model.repr import PasteableRepr
from segkit.model.terms import names_repr
from segkit.model.time_spans import (
    Ago,
    Duration,
    DurationLike,
    Ever,
    Last,
    Units,
    Window,
)
from segkit.model.validation import (
    as_names,
    as_tuple,
    ensure_type,
    ensure_whole,
    mismatch,
    set_fields,
)
from segkit.model.window_methods import WindowMethods

if TYPE_CHECKING:
    from segkit.model.conditions import Condition, EventCondition


_WHOLE: Final = "takes a whole number, 0 or more"


def _ensure_count(method: str, number: int | None) -> int | None:
    return None if number is None else ensure_whole(method, _WHOLE, number, minimum=0)


class StepMethods:
    """The methods that add a step after an event, or after the last step of a sequence."""

    __slots__ = ()

    @abstractmethod
    def _error_path(self, method: str) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _chain(self) -> tuple[EventCount, tuple[Step, ...]]:
        """Return the first step and the later steps so far."""

    @written_as('.followed_by(did("order"), within=Duration(hours=24))')
    def followed_by(self, step: EventCount, /, *, within: DurationLike | None = None) -> Sequence:
        """Require that another event of *step* happened at or after the last one.

        Args:
            step: ``did(...)``, perhaps with ``where``; without a window or a count.
            within: The time after the last event, its end excluded: a ``timedelta``,
                ``relativedelta`` or `Duration`. ``None``: any time up to now.

        Raises:
            ConditionError: If *step* has a window or a count, or the first step has a count.
            ConditionTypeError: If *step* is not ``did(...)``.

        >>> from segkit import Duration, describe, did
        >>> describe(did("cart").followed_by(did("order"), within=Duration(hours=24)))
        'did "cart" followed by "order" within 24 hours'
        """
        with self._error_path("followed_by"):
            first, steps = self._chain()
            return Sequence(first, (*steps, Step(step, within)))

    @written_as('.not_followed_by(did("order"), within=Duration(hours=24))')
    def not_followed_by(
        self, step: EventCount, /, *, within: DurationLike | None = None
    ) -> Sequence:
        """Require that no event of *step* happened at or after the last one.

        With *within*, only that time after the last event counts, and it must be over: a cart of
        ten minutes ago is not yet abandoned. Nothing may follow. Arguments and errors are those of
        `followed_by` [S2].

        >>> from segkit import Duration, describe, did
        >>> describe(did("cart").not_followed_by(did("order"), within=Duration(hours=24)))
        'did "cart" not followed by "order" within 24 hours'
        """
        with self._error_path("not_followed_by"):
            first, steps = self._chain()
            return Sequence(first, steps, absent=Step(step, within))


@attrs.frozen(repr=False)
class EventCount(NestedLeaf, AggregateMethods, WindowMethods["EventCount"], StepMethods):
    """The number of events of some names in a window, compared; `segkit.did` builds it.

    Counts: `at_least`, `at_most`, `exactly`, `never`. Windows: `within_last`, `between_ago`,
    `between`, `during`, `before`, `after`. Properties: `where`. Values to compare: `sum`, `mean`,
    `min`, `max`, `distinct`, `latest`, `earliest`, `latest_at`, `earliest_at`. Order:
    `followed_by`, `not_followed_by`, `in_at_least` [E1].

    Args:
        names: The event names, counted together.
        minimum: The minimum number of events. ``None`` is 1 if *maximum* is ``None`` too, else 0.
        maximum: The maximum number of events; ``None`` for no maximum.
        window: The window of time, `Ever` by default. Events after now never count [T1].
        condition: The condition on each event [E2], built from ``prop(...)``.

    Raises:
        ConditionError: For a count below 0, a minimum above the maximum, a window after now
            (`Next`), or a condition on the contact.

    >>> from segkit import did, prop
    >>> did("order").at_least(2).where(prop("total") >= 50)
    EventCount(('order',), minimum=2, condition=Property(('total',), Comparison('>=', operand=50)))
    """

    method_hints: ClassVar[Mapping[str, str]] = EVENT_HINTS

    names: tuple[str, ...] = attrs.field(converter=as_names)
    minimum: int | None = attrs.field(default=None, eq=False)
    maximum: int | None = attrs.field(default=None, eq=False)
    window: Window = attrs.field(default=Ever(), converter=ensure_past_window)
    condition: EventCondition | None = None
    counts: tuple[int, int | None] = attrs.field(init=False, repr=False)
    """The minimum and the maximum. Equality compares these: ``never()`` is ``exactly(0)``."""
    scope: Scope = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        minimum = _ensure_count("at_least", self.minimum)
        maximum = _ensure_count("at_most", self.maximum)
        least = minimum
        if least is None:
            least = 1 if maximum is None else 0
        if maximum is not None and least > maximum:
            problem = f"no number is at least {least} and at most {maximum}"
            raise ConditionError("at_most", problem, maximum)
        # A condition on first_prop(...) can only be evaluated in a step of a sequence [S3].
        scope = "step" if where_scope(self.condition) == "later event" else "contact"
        set_fields(self, minimum=minimum, maximum=maximum, counts=(least, maximum), scope=scope)
        set_depth_and_size(self, () if self.condition is None else (self.condition,))

    @written_as(".at_least(2)")
    def at_least(self, number: int, /) -> EventCount:
        """Require at least *number* events.

        Raises:
            ConditionError: If *number* is not a whole number of 0 or more, or is already set.

        >>> from segkit import did
        >>> did("order").at_least(2)
        EventCount(('order',), minimum=2)
        """
        return self._with_counts("at_least", minimum=number)

    @written_as(".at_most(3)")
    def at_most(self, number: int, /) -> EventCount:
        """Require at most *number* events; without a minimum, none is needed. See `at_least`.

        >>> from segkit import did
        >>> did("order").at_least(1).at_most(3)
        EventCount(('order',), minimum=1, maximum=3)
        """
        return self._with_counts("at_most", maximum=number)

    @written_as(".exactly(1)")
    def exactly(self, number: int, /) -> EventCount:
        """Require exactly *number* events; ``exactly(0)`` is `never`. See `at_least`.

        >>> from segkit import did
        >>> did("order").exactly(2) == did("order").at_least(2).at_most(2)
        True
        """
        return self._with_counts("exactly", minimum=number, maximum=number)

    @written_as(".never(), or .never().within_last(days=30)")
    def never(self) -> EventCount:
        """Require that no event happened: the complement of at least one. See `at_least`.

        >>> from segkit import describe, did
        >>> describe(did("order").never().within_last(days=30))
        'never did "order" in the last 30 days'
        """
        return self._with_counts("never", minimum=0, maximum=0)

    @written_as('.where(prop("total") == 5, prop("status") == "paid")')
    def where(self, *conditions: EventCondition) -> EventCount:
        """Count only the events that satisfy every one of *conditions* on ``prop(...)``.

        A second ``where`` adds to the first [E2].

        Raises:
            ConditionError: If there is no condition, or one on the contact.
            ConditionTypeError: If an argument is not a condition.

        >>> from segkit import describe, did, prop
        >>> describe(did("order").where(prop("total") >= 50, prop("gift").is_true()))
        'did "order" at least once where total is at least 50 and gift is true'
        """
        with self._error_path("where"):
            parts = tuple(ensure_condition(part, "where") for part in conditions)
            if not parts:
                raise ConditionError("where", "takes at least one condition on prop(...)", None)
            if self.condition is not None:
                parts = (self.condition, *parts)
            combined: Condition = parts[0]
            for part in parts[1:]:
                combined &= part
            return attrs.evolve(self, condition=cast("EventCondition", combined))

    def _value(self, aggregate: Aggregate, *path: str) -> EventValueTerm:
        with self._error_path(aggregate):
            if self._is_counted():
                problem = "comes instead of a count: leave at_least and the like out"
                raise ConditionError(aggregate, problem, self)
            names = as_names(path) if path else ()
            return EventValueTerm(names, self, aggregate)

    def _is_counted(self) -> bool:
        return self.minimum is not None or self.maximum is not None

    @written_as(".in_at_least(3, of=4, weeks=1)")
    def in_at_least(self, number: int, /, *, of: int, **length: Unpack[Units]) -> AtLeast:
        """Require an event in *number* or more of the last *of* periods, by default weeks.

        The result is an `AtLeast` over 1 to 1000 rolling windows, ``Ago(i + 1, i)`` in periods. A
        period has whole ``years, months, weeks, days, hours, minutes, seconds`` [S4].

        Raises:
            ConditionError: If a window or a count is set, or a number is out of range.

        >>> from segkit import did
        >>> len(did("order").in_at_least(3, of=4, weeks=1).parts)
        4
        """
        with self._error_path("in_at_least"):
            if self._is_counted() or self.window != Ever():
                problem = "takes did(...) with no window and no count of its own"
                raise ConditionError("in_at_least", problem, self)
            expected = "of= is a whole number of periods, 1 to 1000"
            periods = ensure_whole("in_at_least", expected, of, minimum=1)
            if periods > 1000:  # noqa: PLR2004 - a window each
                raise mismatch("in_at_least", expected, of)
            one = Duration(**(length or {"weeks": 1}))
            windows: tuple[Window, ...] = (
                Last(one),
                *(Ago(one.times(i + 1), one.times(i)) for i in range(1, periods)),
            )
            return AtLeast(number, tuple(attrs.evolve(self, window=window) for window in windows))

    def _with_counts(self, method: str, **counts: object) -> EventCount:
        with self._error_path(method):
            for field, number in counts.items():
                if getattr(self, field) is not None:
                    problem = "the count is set already: write at_least and at_most once each"
                    raise ConditionError(method, problem, number)
                ensure_whole(method, _WHOLE, number, minimum=0)
            return attrs.evolve(self, **counts)  # type: ignore[arg-type]

    def _with_window(self, window: Window) -> EventCount:
        if self.window != Ever():
            problem = f"a second window is refused, {self.window} is set: combine two with &"
            raise ConditionError("window", problem, window)
        return attrs.evolve(self, window=window)

    def _chain(self) -> tuple[EventCount, tuple[Step, ...]]:
        return self, ()

    def _call_repr(self) -> str:
        return f"did({names_repr(self.names)})"


def _ensure_step_event(event: EventCount) -> EventCount:
    expected = "takes did(...), perhaps with where"
    ensure_type("step", expected, event, EventCount, ConditionTypeError)
    if event.minimum is not None or event.maximum is not None:
        raise ConditionError("step", "a step of a sequence takes no count", event)
    return event


@attrs.frozen(repr=False)
class Step(PasteableRepr):
    """A later step of a sequence: an event at or after the previous one.

    Arguments and errors are those of `EventCount.followed_by`.

    >>> from segkit import Step, did
    >>> Step(did("order"))
    Step(EventCount(('order',)))
    """

    event: EventCount = attrs.field(converter=_ensure_step_event)
    within: Duration | None = attrs.field(
        default=None, converter=attrs.converters.optional(Duration)
    )

    def __attrs_post_init__(self) -> None:
        if self.event.window != Ever():
            problem = "takes no window of its own, only the first step does; write within=..."
            raise ConditionError("step", problem, self.event)


def _ensure_step(step: object) -> Step:
    return ensure_type("steps", "takes Step(did(...))", step, Step, ConditionTypeError)


def _ensure_steps(steps: object) -> tuple[Step, ...]:
    return tuple(map(_ensure_step, as_tuple(steps, "steps")))


@attrs.frozen(repr=False)
class Sequence(NestedLeaf, StepMethods):
    """Events in an order; ``did(...).followed_by(...)`` builds it.

    An event of the first step in its window, then another event of the next step, and so on: each
    at or after the previous one and, with ``within``, less than that time later. All events of a
    chain are different, and every choice of events is tried. With *absent*, at least one chain must
    have no event of that step after it, and the time of *absent* must be over [S1], [S2].

    Args:
        first: ``did(...)``, perhaps with ``where`` and a window; without a count.
        steps: The later steps.
        absent: The step that must not have followed the last one.

    Raises:
        ConditionError: If an event has a count, a later one has a window, or there is no later
            step.
        ConditionTypeError: If a step is not a `Step`.

    >>> from segkit import Duration, did
    >>> did("cart").followed_by(did("order"), within=Duration(hours=2)).steps
    (Step(EventCount(('order',)), within=Duration(hours=2)),)
    """

    scope: ClassVar[Scope] = "contact"

    first: EventCount = attrs.field(converter=_ensure_step_event)
    steps: tuple[Step, ...] = attrs.field(default=(), converter=_ensure_steps)
    absent: Step | None = attrs.field(
        default=None, converter=attrs.converters.optional(_ensure_step)
    )

    def __attrs_post_init__(self) -> None:
        if self.first.scope == "step":
            raise ConditionError("first", FIRST_PROP_ONLY_IN_STEPS, self.first)
        if not self.later_steps():
            problem = "a sequence needs a later step; for one event write did(...) alone"
            raise ConditionError("Sequence", problem, self)
        events = (self.first, *(step.event for step in self.later_steps()))
        # The search for a chain recurses once for each step.
        set_depth_and_size(self, events, minimum_depth=len(events))

    def later_steps(self) -> tuple[Step, ...]:
        """Return the later steps, with the absent one last.

        >>> from segkit import did
        >>> did("cart").not_followed_by(did("order")).later_steps()
        (Step(EventCount(('order',))),)
        """
        return self.steps if self.absent is None else (*self.steps, self.absent)

    def _chain(self) -> tuple[EventCount, tuple[Step, ...]]:
        if self.absent is not None:
            problem = "nothing follows not_followed_by: there is no event to follow"
            raise ConditionError("step", problem, self)
        return self.first, self.steps

    def _error_path(self, method: str) -> AbstractContextManager[None]:
        return with_error_path(f"did(...).{method}")
