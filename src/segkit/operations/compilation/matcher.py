"""`compile_condition` and what it gives: a condition to ask many contacts, or one contact often."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import partial
from types import EllipsisType
from typing import Any, Final, Protocol, final

import attrs

from segkit.clock import EvaluationContext, parse_zone
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike, instant
from segkit.model.segments import Segment, contact_condition
from segkit.model.time_spans import Window
from segkit.operations.compilation.expression_source import is_small
from segkit.operations.compilation.function_source import source_of
from segkit.operations.compilation.source_builder import SourceBuilder, compile_source
from segkit.semantics.observations import evaluate_condition

_COMPILE_AFTER: Final = 20
"""Answers of the reference before a matcher is compiled, which costs about as much."""


_UNBOUND: Final = (..., None)
"""Bound to no now: the next call has to look at its own."""


class BoundMatcher(Protocol):
    """A condition bound to one now."""

    def __call__(self, contact: ContactLike[Any], events: Iterable[EventLike] = (), /) -> bool:
        """Whether *contact* belongs to the segment at that now."""
        ...


@final
class Matcher:
    """A condition made ready to be asked often; `segkit.compile_condition` gives one.

    Called as ``matcher(contact, events, now=...)`` it answers, and refuses, what `segkit.matches`
    does in the matcher's zone. A `History` in place of the events spares reading them again. The
    windows are worked out once for each *now*, so ask everything about one now before the next.
    ``matcher.at(now)`` is the bare function for one now, for the innermost loop.

    It can be shared by threads, and pickled.
    """

    __slots__ = ("_bound", "_calls_before_compiling", "_condition", "_plan", "_tz")

    def __init__(self, condition: Condition, tz: tzinfo) -> None:
        self._condition = condition
        self._tz = tz
        self._calls_before_compiling = _COMPILE_AFTER
        self._plan: _Plan | None = None
        # One tuple, replaced whole: whichever thread looks sees a now and the function for it.
        self._bound: tuple[datetime, BoundMatcher] | tuple[EllipsisType, None] = _UNBOUND

    def __call__(
        self,
        contact: ContactLike[Any],
        events: Iterable[EventLike] = (),
        *,
        now: datetime | None = None,
    ) -> bool:
        """Whether *contact* belongs to the segment; arguments and errors as of `matches`."""
        bound, ask = self._bound
        if now is not bound or ask is None:
            ask = self._bind(now)
        return ask(contact, events)

    @property
    def condition(self) -> Condition:
        """The condition."""
        return self._condition

    @property
    def tz(self) -> tzinfo:
        """The zone that days and calendar units are of."""
        return self._tz

    def at(self, now: datetime) -> BoundMatcher:
        """The function that answers for one now: ``ask(contact, events)``, both by position.

        It is compiled at once, and cannot be pickled.

        Raises:
            InstantError: If *now* is naive, or no ``datetime``.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, attr, compile_condition
        >>> ask = compile_condition(attr("age") >= 18).at(datetime(2022, 10, 1, tzinfo=UTC))
        >>> ask(Contact("ada", {"age": 36})), ask(Contact("tim"))
        (True, False)
        """
        return self._planned().bind(EvaluationContext(instant(now, "now"), self._tz))

    def __reduce__(self) -> tuple[object, ...]:
        return Matcher, (self._condition, self._tz)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._condition!r}>"

    def _bind(self, now: datetime | None) -> BoundMatcher:
        bound, asked = self._bound
        # Only in UTC does Python's == tell the two instants of a repeated hour apart.
        if asked is not None and type(now) is datetime and now.tzinfo is UTC and now == bound:
            return asked
        context = EvaluationContext.create(now, self._tz)
        if self._calls_before_compiling > 0:
            ask: BoundMatcher = partial(self._evaluate_by_reference, context)
        else:
            ask = self._planned().bind(context)
        if now is not None:
            self._bound = (now, ask)
        return ask

    def _evaluate_by_reference(
        self,
        context: EvaluationContext,
        contact: ContactLike[Any],
        events: Iterable[EventLike] = (),
        /,
    ) -> bool:
        self._calls_before_compiling -= 1
        if self._calls_before_compiling <= 0:
            self._bound = _UNBOUND
        return _evaluate(self._condition, contact, events, context)

    def _planned(self) -> _Plan:
        if self._plan is None:
            self._plan = _Plan.of(self._condition)
        return self._plan


def compile_condition(condition: Condition | Segment, *, tz: str | tzinfo = UTC) -> Matcher:
    """*condition* as a `Matcher`, which answers what `segkit.matches` does, several times faster.

    It is compiled to a Python function when it has been asked often enough to be worth it.

    Args:
        condition: A segment or a bare condition.
        tz: The zone that days and calendar units are of: a name, a ``ZoneInfo`` or ``UTC``.

    Raises:
        ZoneError: If *tz* is unknown.
        ConditionTypeError, ConditionError: If *condition* is none that is asked of contacts.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, History, compile_condition, did
    >>> lapsed = compile_condition(did("order").never().within_last(days=60))
    >>> ada = Contact("ada")
    >>> history = History([Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))])
    >>> lapsed(ada, history, now=datetime(2022, 10, 1, tzinfo=UTC))
    False
    >>> lapsed(ada, history, now=datetime(2022, 12, 1, tzinfo=UTC))
    True
    """
    return Matcher(contact_condition(condition, "compile_condition"), parse_zone(tz))


@attrs.frozen(eq=False)
class _Plan:
    """A condition compiled, for any now."""

    windows: tuple[tuple[Window, bool], ...]
    make: Callable[..., BoundMatcher]

    @classmethod
    def of(cls, condition: Condition) -> _Plan:
        builder = SourceBuilder()
        try:
            if not is_small(condition):
                return cls((), partial(_reference_matcher, condition))
            code = compile_source(source_of(condition, builder))
        except (RecursionError, MemoryError):  # The caller's own stack may be deep.
            return cls((), partial(_reference_matcher, condition))
        builder.names["reference"] = partial(_evaluate, condition)
        builder.names["code"] = code  # Kept for the tracebacks, as code_of() says.
        exec(code, builder.names)  # noqa: S102 - generated, without a word of the condition's
        return cls(tuple(builder.windows), builder.names["bind"])

    def bind(self, context: EvaluationContext) -> BoundMatcher:
        """The function that answers for one moment."""
        ends: list[datetime] = []
        for window, of_events in self.windows:
            first, last = context.window_interval(window).first_and_last()
            ends += (first, min(last, context.now) if of_events else last)  # [T1]
        return self.make(context, *ends)


def _reference_matcher(condition: Condition, context: EvaluationContext) -> BoundMatcher:
    """What answers for a condition too large to be compiled."""

    def ask(contact: ContactLike[Any], events: Iterable[EventLike] = (), /) -> bool:
        return _evaluate(condition, contact, events, context)

    return ask


def _evaluate(
    condition: Condition,
    contact: ContactLike[Any],
    events: Iterable[EventLike],
    context: EvaluationContext,
) -> bool:
    """The answer of the reference."""
    return evaluate_condition(condition, Facts.from_call(condition, contact, events), context)
