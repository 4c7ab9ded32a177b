"""The methods that choose a window of time, shared by events, attributes and joined instants."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Final, Generic, TypeVar, Unpack, cast

from segkit.errors import ConditionError, with_error_path
from segkit.model.call_hints import written_as
from segkit.model.comparisons import Comparison
from segkit.model.foreign_data import day_advice
from segkit.model.time_spans import (
    Ago,
    Between,
    Calendar,
    CalendarUnit,
    Day,
    Duration,
    DurationLike,
    Last,
    UnitPairs,
    Units,
    Window,
    ago_window,
    end_of_window,
)
from segkit.model.validation import has_type, mismatch
from segkit.model.values import MAX_INSTANT, TIMES, is_datetime64, normalize

_A_TIME: Final = "takes a day or an instant"

ResultT_co = TypeVar("ResultT_co", covariant=True)


class WindowMethods(Generic[ResultT_co]):
    """Methods that choose a window of time. A subclass decides what to do with the window."""

    __slots__ = ()

    @abstractmethod
    def _with_window(self, window: Window) -> ResultT_co: ...

    def _with_end(self, end: Day | datetime) -> ResultT_co:
        until = end_of_window(end)
        if isinstance(until, date) and not isinstance(until, datetime):
            if until == date.min:
                raise ConditionError("before", "there is no day before the first one", end)
            until -= timedelta(days=1)
        return self._with_window(Between(None, until))

    def _with_start(self, start: Day | datetime) -> ResultT_co:
        since = end_of_window(start)
        if since is None:
            raise mismatch("after", _A_TIME, start, advice=day_advice(start))
        if since in (date.max, MAX_INSTANT):
            raise ConditionError("after", "there is no time after the last instant", start)
        step = timedelta(microseconds=1) if isinstance(since, datetime) else timedelta(days=1)
        return self._with_window(Between(since + step, None))

    @abstractmethod
    def _call_repr(self) -> str:
        """Return the call that returned this object, for errors: ``did('order')``."""

    def _error_path(self, method: str) -> AbstractContextManager[None]:
        return with_error_path(f"{self._call_repr()}.{method}")

    @written_as(".within_last(days=30)")
    def within_last(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ResultT_co:
        """Restrict to the time up to now, ``(now - length, now]``: the older end is excluded.

        Give the length as a ``timedelta`` or ``relativedelta``, or in whole ``years, months, weeks,
        days, hours, minutes, seconds`` [T2].

        Raises:
            ConditionError: If the length is not given exactly once, or is not whole and positive.

        >>> from segkit import did
        >>> did("order").within_last(days=30)
        EventCount(('order',), window=Last(days=30))
        """
        with self._error_path("within_last"):
            return self._with_window(Last(length, **units))

    @written_as(".between_ago(days=(90, 30))")
    def between_ago(
        self,
        older: DurationLike | None = None,
        newer: DurationLike | None = None,
        /,
        **pairs: Unpack[UnitPairs],
    ) -> ResultT_co:
        """Restrict to ``(now - older, now - newer]``, between two lengths of time ago.

        Give the lengths as two ``timedelta`` or ``relativedelta``, or as pairs (older, newer) of
        whole ``years, months, weeks, days, hours, minutes, seconds``. The old end is open [T3].

        Raises:
            ConditionError: If *older* is not longer than *newer*, or both forms are mixed.

        >>> from segkit import did
        >>> did("order").between_ago(days=(90, 30))
        EventCount(('order',), window=Ago(Duration(days=90), Duration(days=30)))
        """
        with self._error_path("between_ago"):
            return self._with_window(ago_window(older, newer, cast("Mapping[str, object]", pairs)))

    @written_as(".between(date(2022, 7, 1), date(2022, 9, 30)), with None for an open end")
    def between(self, start: Day | datetime | None, end: Day | datetime | None, /) -> ResultT_co:
        """Restrict to the time between two fixed ends, one of which may be open (``None``).

        Days are included whole at both ends; an instant *end* is excluded [T7].

        Raises:
            ConditionError: If both ends are open or in reverse order, or an end is naive or is
                neither a day nor an instant.

        >>> from datetime import date
        >>> from segkit import describe, did
        >>> describe(did("order").between(date(2022, 7, 1), date(2022, 9, 30)))
        'did "order" at least once between 2022-07-01 and 2022-09-30'
        """
        with self._error_path("between"):
            return self._with_window(Between(start, end))

    @written_as('.during("month", -1), or .during("day", -6, count=7)')
    def during(self, unit: CalendarUnit, offset: int = 0, *, count: int = 1) -> ResultT_co:
        """Restrict to whole calendar units in the time zone of the evaluation.

        Args:
            unit: ``"day"``, ``"week"`` (ISO, from Monday), ``"month"``, ``"quarter"``, ``"year"``.
            offset: The first unit, counted from the current one: 0 is this one, -1 the previous.
            count: The number of units, 1 or more.

        Raises:
            ConditionError: For another unit, or a number that is not whole.

        >>> from segkit import describe, did
        >>> describe(did("order").during("month", -1))
        'did "order" at least once in the previous calendar month'
        """
        with self._error_path("during"):
            return self._with_window(Calendar(unit, offset, count))

    @written_as(".before(date(2022, 9, 1)), or .before(days=30)")
    def before(
        self, end: Day | datetime | DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ResultT_co:
        """Restrict to the time before a day or instant, or at least a length of time ago.

        ``before(date(2022, 9, 1))`` ends when that day starts; an instant is excluded.
        ``before(days=30)`` is everything up to and including ``now - 30 days``. The units are whole
        ``years, months, weeks, days, hours, minutes, seconds`` [T14].

        Raises:
            ConditionError: If *end* and units are both given, or neither, or the instant is naive.

        >>> from segkit import describe, did
        >>> describe(did("order").before(days=30))
        'did "order" at least once 30 days ago or earlier'
        """
        with self._error_path("before"):
            if is_time(end) and not units:
                return self._with_end(cast("Day | datetime", end))
            if has_type(end, str) or (end is None and not units):
                expected = "takes a day, an instant or a length of time, such as days=30"
                raise mismatch("before", expected, end, advice=day_advice(end))
            return self._with_window(Ago(None, Duration(cast("DurationLike | None", end), **units)))

    @written_as(".after(date(2022, 9, 1)), or .within_last(days=30) for a length of time")
    def after(self, start: Day | datetime, /) -> ResultT_co:
        """Restrict to the time after an instant, excluded, or after the end of a day.

        Raises:
            ConditionError: If *start* is not a day or an aware instant.

        >>> from datetime import date
        >>> from segkit import describe, did
        >>> describe(did("order").after(date(2022, 9, 1)))
        'did "order" at least once on or after 2022-09-02'
        """
        with self._error_path("after"):
            return self._with_start(start)


def is_time(value: object) -> bool:
    """Return whether *value* is a day, an instant or a time without a zone.

    A later check refuses a time without a zone, with an error that says how to attach one.
    """
    return has_type(value, datetime) or is_datetime64(value) or normalize(value)[0] in TIMES


class WindowComparisonMethods(WindowMethods[ResultT_co]):
    """The same methods for a value: each compares it with a window, a day or an instant."""

    __slots__ = ()

    @abstractmethod
    def _compared(self, comparison: Comparison) -> ResultT_co: ...

    def _with_window(self, window: Window) -> ResultT_co:
        return self._compared(Comparison("within", window))

    def _with_end(self, end: Day | datetime) -> ResultT_co:
        return self._compared(Comparison("<", end))

    def _with_start(self, start: Day | datetime) -> ResultT_co:
        if not is_time(start):
            raise mismatch("after", _A_TIME, start, advice=day_advice(start))
        return self._compared(Comparison(">", start))
