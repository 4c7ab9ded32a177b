"""compile_condition() and Matcher: a condition as a Python function, for many evaluations.

The first evaluations of a matcher use the reference, because compiling takes as long as some of
them. Then the condition is compiled once, to a function ``bind``, which is called once for
each now, computes the windows, and returns a function of a contact and its events.
"""

from __future__ import annotations

import linecache
import weakref
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache, partial
from itertools import count
from types import CodeType
from typing import Any, Final, Protocol, TypeAlias, cast, final

from segkit.clock import EvaluationContext, parse_zone
from segkit.history import NOT_GIVEN, Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike, instant
from segkit.model.segments import Segment, contact_condition
from segkit.operations.compilation.expression_source import SourceBuilder, is_small
from segkit.operations.compilation.function_source import build_source
from segkit.operations.compilation.runtime import RUNTIME
from segkit.semantics.observations import evaluate_condition

_COMPILE_AFTER: Final = 20
"""The number of evaluations by the reference that take about as long as compiling."""

_MAX_SOURCES: Final = 512
"""How many compiled sources are cached; the source of a dozen leaves takes some kilobytes."""

_NUMBERS: Final = count(1)


class BoundMatcher(Protocol):
    """A condition bound to one now."""

    def __call__(
        self, contact: ContactLike[Any], events: Iterable[EventLike] = NOT_GIVEN, /
    ) -> bool:
        """Return whether *contact* belongs to the segment at that now."""
        ...


_Bind: TypeAlias = Callable[[EvaluationContext], BoundMatcher]


@final
class Matcher:
    """A condition prepared for many evaluations; `segkit.compile_condition` returns one.

    ``matcher(contact, events, now=...)`` returns the verdict of `segkit.matches` in the matcher's
    zone, and raises the same errors. Pass a `History` as the events to read them only once. The
    windows are computed once for each *now*, so evaluate all contacts at one now before the next.
    ``matcher.at(now)`` returns the plain function for one now, for the innermost loop.

    A matcher can be shared by threads and pickled.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, attr, compile_condition
    >>> matcher = compile_condition(attr("since").within_last(days=30), tz="Europe/Paris")
    >>> ada = Contact("ada", {"since": datetime(2022, 9, 12, tzinfo=UTC)})
    >>> matcher(ada, now=datetime(2022, 10, 1, tzinfo=UTC))
    True
    """

    __slots__ = ("_bind", "_bound", "_calls_before_compiling", "_condition", "_tz")

    def __init__(self, condition: Condition, tz: tzinfo) -> None:
        self._condition = condition
        self._tz = tz
        self._calls_before_compiling = _COMPILE_AFTER
        self._bind: _Bind | None = None
        # One tuple, replaced as a whole: every thread reads a now together with its function.
        self._bound: tuple[datetime, BoundMatcher] | tuple[None, None] = (None, None)

    def __call__(
        self,
        contact: ContactLike[Any],
        events: Iterable[EventLike] = NOT_GIVEN,
        *,
        now: datetime | None = None,
    ) -> bool:
        """Return whether *contact* belongs to the segment; arguments and errors as in `matches`."""
        bound_now, match = self._bound
        if now is not bound_now or match is None:
            match = self._match_at(now)
        return match(contact, events)

    @property
    def condition(self) -> Condition:
        """The condition."""
        return self._condition

    @property
    def tz(self) -> tzinfo:
        """The zone of days and calendar units."""
        return self._tz

    def at(self, now: datetime) -> BoundMatcher:
        """Return a function of a contact and its events, both positional, for one now.

        The condition is compiled at once. The function cannot be pickled.

        Raises:
            InstantError: If *now* is naive or not a ``datetime``.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, attr, compile_condition
        >>> match = compile_condition(attr("age") >= 18).at(datetime(2022, 10, 1, tzinfo=UTC))
        >>> match(Contact("ada", {"age": 36})), match(Contact("tim"))
        (True, False)
        """
        return self._compiled()(EvaluationContext(instant(now, "now"), self._tz))

    def __reduce__(self) -> tuple[object, ...]:
        return Matcher, (self._condition, self._tz)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._condition!r}>"

    def _match_at(self, now: datetime | None) -> BoundMatcher:
        """Return the function for *now*, and keep it for further calls at the same now."""
        bound_now, match = self._bound
        # Only in UTC does Python's == distinguish the two instants of a repeated hour.
        if match and type(now) is datetime and now.tzinfo is UTC and now == bound_now:
            return match
        context = EvaluationContext.create(now, self._tz)
        if self._calls_before_compiling > 0:
            match = partial(self._count_and_evaluate, context)
        else:
            match = self._compiled()(context)
        if now is not None:
            self._bound = (now, match)
        return match

    def _count_and_evaluate(
        self,
        context: EvaluationContext,
        contact: ContactLike[Any],
        events: Iterable[EventLike] = NOT_GIVEN,
        /,
    ) -> bool:
        self._calls_before_compiling -= 1
        if self._calls_before_compiling <= 0:
            self._bound = (None, None)  # The next call compiles.
        return _evaluate_by_reference(self._condition, context, contact, events)

    def _compiled(self) -> _Bind:
        if self._bind is None:
            self._bind = _compile(self._condition)
        return self._bind


def compile_condition(condition: Condition | Segment, *, tz: str | tzinfo = UTC) -> Matcher:
    """Return a `Matcher`, which gives the verdicts of `segkit.matches` several times faster.

    The matcher compiles *condition* to a Python function when it has been called often enough.

    Args:
        condition: A segment or a bare condition.
        tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.

    Raises:
        ZoneError: If *tz* is unknown.
        ConditionTypeError: If *condition* is neither a condition nor a segment.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

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


def _compile(condition: Condition) -> _Bind:
    """Return the function that binds *condition* to a now; a large condition is not compiled."""
    builder = SourceBuilder()
    try:
        code = compile_source(build_source(condition, builder)) if is_small(condition) else None
    except (RecursionError, MemoryError):  # The caller's own stack may be deep.
        code = None
    if code is None:
        return lambda context: partial(_evaluate_by_reference, condition, context)
    namespace: dict[str, object] = {
        **RUNTIME,
        **builder.constants,
        "reference": partial(_evaluate_by_reference, condition),
        "code": code,  # Tracebacks show source lines while the code is alive.
    }
    exec(code, namespace)  # noqa: S102 - it contains no text of the condition
    return cast("_Bind", namespace["bind"])


@lru_cache(_MAX_SOURCES)
def compile_source(source: str) -> CodeType:
    """Return the code of *source*; tracebacks show its lines as long as the code is in use."""
    # A number, because a hash of the source is also the name of an evicted code still in use.
    filename = f"<segkit compiled {next(_NUMBERS)}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    # Without a modification time in its entry, linecache does not search for the file on disk.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(code, linecache.cache.pop, filename, None)
    return code


def _evaluate_by_reference(
    condition: Condition,
    context: EvaluationContext,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    /,
) -> bool:
    return evaluate_condition(condition, Facts.from_call(condition, contact, events), context)
