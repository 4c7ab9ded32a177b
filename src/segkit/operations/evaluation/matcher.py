"""compile_condition() and Matcher: a condition as a Python function, for many evaluations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, final

from segkit.clock import EvaluationContext, parse_zone
from segkit.model.conditions import Condition
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike, instant
from segkit.model.segments import Segment, contact_condition
from segkit.operations.evaluation.compiler import BoundMatcher, bind_of
from segkit.operations.evaluation.matches import NOT_CACHED, bind_and_cache


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

    __slots__ = ("_cached", "_condition", "_tz")

    def __init__(self, condition: Condition, tz: tzinfo) -> None:
        self._condition = condition
        self._tz = tz
        self._cached = NOT_CACHED

    def __call__(
        self,
        contact: ContactLike[Any],
        events: Iterable[EventLike] = NOT_GIVEN,
        *,
        now: datetime | None = None,
    ) -> bool:
        """Return whether *contact* belongs to the segment; arguments and errors as in `matches`."""
        bound_now, _, match, _, _ = self._cached
        if now is not bound_now or match is None:
            match = bind_and_cache(self, self._condition, now, self._tz)
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
        return bind_of(self._condition)(EvaluationContext(instant(now, "now"), self._tz))

    def __reduce__(self) -> tuple[object, ...]:
        return Matcher, (self._condition, self._tz)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._condition!r}>"


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
