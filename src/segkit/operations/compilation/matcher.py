"""`compile_condition` and what it gives: a condition to ask many contacts, or one contact often."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import partial
from types import EllipsisType
from typing import Any, Final, Protocol, final

import attrs

from segkit import traversal
from segkit.clock import Moment, zone
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike, instant
from segkit.model.segments import Segment, condition_of
from segkit.model.time_spans import Window
from segkit.operations.compilation.expression_source import is_small
from segkit.operations.compilation.function_source import source_of
from segkit.operations.compilation.source_builder import Sheet, code_of
from segkit.semantics.observations import leaf_holds

_PATIENCE: Final = 20
"""Answers of the reference before a matcher is compiled, which costs about as much."""


_UNBOUND: Final = (..., None)
"""Bound to no now: the next call has to look at its own."""


class Asking(Protocol):
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

    __slots__ = ("_bound", "_condition", "_patience", "_plan", "_tz")

    def __init__(self, condition: Condition, tz: tzinfo) -> None:
        self._condition = condition
        self._tz = tz
        self._patience = _PATIENCE
        self._plan: _Plan | None = None
        # One tuple, replaced whole: whichever thread looks sees a now and the function for it.
        self._bound: tuple[datetime, Asking] | tuple[EllipsisType, None] = _UNBOUND

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
            ask = self._ask_at(now)
        return ask(contact, events)

    @property
    def condition(self) -> Condition:
        """The condition."""
        return self._condition

    @property
    def tz(self) -> tzinfo:
        """The zone that days and calendar units are of."""
        return self._tz

    def at(self, now: datetime) -> Asking:
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
        return self._planned().bind(Moment(instant(now, "now"), self._tz))

    def __reduce__(self) -> tuple[object, ...]:
        return Matcher, (self._condition, self._tz)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._condition!r}>"

    def _ask_at(self, now: datetime | None) -> Asking:
        bound, asked = self._bound
        # Only in UTC does Python's == tell the two instants of a repeated hour apart.
        if asked is not None and type(now) is datetime and now.tzinfo is UTC and now == bound:
            return asked
        moment = Moment.of(now, self._tz)
        if self._patience > 0:
            ask: Asking = partial(self._interpreted, moment)
        else:
            ask = self._planned().bind(moment)
        if now is not None:
            self._bound = (now, ask)
        return ask

    def _interpreted(
        self, moment: Moment, contact: ContactLike[Any], events: Iterable[EventLike] = (), /
    ) -> bool:
        self._patience -= 1
        if self._patience <= 0:
            self._bound = _UNBOUND
        return _refer(self._condition, contact, events, moment)

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
    return Matcher(condition_of(condition, "compile_condition"), zone(tz))


@attrs.frozen(eq=False)
class _Plan:
    """A condition compiled, for any now."""

    windows: tuple[tuple[Window, bool], ...]
    make: Callable[..., Asking]

    @classmethod
    def of(cls, condition: Condition) -> _Plan:
        sheet = Sheet()
        try:
            if not is_small(condition):
                return cls((), partial(_interpreting, condition))
            code = code_of(source_of(condition, sheet))
        except (RecursionError, MemoryError):  # The caller's own stack may be deep.
            return cls((), partial(_interpreting, condition))
        sheet.names["reference"] = partial(_refer, condition)
        sheet.names["code"] = code  # Kept for the tracebacks, as code_of() says.
        exec(code, sheet.names)  # noqa: S102 - generated, without a word of the condition's
        return cls(tuple(sheet.windows), sheet.names["bind"])

    def bind(self, moment: Moment) -> Asking:
        """The function that answers for one moment."""
        ends: list[datetime] = []
        for window, of_events in self.windows:
            first, last = moment.interval(window).ends()
            ends += (first, min(last, moment.now) if of_events else last)  # [T1]
        return self.make(moment, *ends)


def _interpreting(condition: Condition, moment: Moment) -> Asking:
    """What answers for a condition too large to be compiled."""

    def ask(contact: ContactLike[Any], events: Iterable[EventLike] = (), /) -> bool:
        return _refer(condition, contact, events, moment)

    return ask


def _refer(
    condition: Condition,
    contact: ContactLike[Any],
    events: Iterable[EventLike],
    moment: Moment,
) -> bool:
    """The answer of the reference."""
    facts = Facts.of_call(contact, events)
    return traversal.holds(condition, lambda leaf: leaf_holds(leaf, facts, moment))
