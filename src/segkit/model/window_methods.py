"""The words about time that events, attributes and joined instants share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Generic, TypeVar, Unpack, cast

from segkit.errors import ConditionError, short_repr, with_error_path
from segkit.model.comparisons import Comparison
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
)
from segkit.model.values import Kind, normalize

ResultT_co = TypeVar("ResultT_co", covariant=True)


class WindowMethods(Generic[ResultT_co]):
    """Words that choose a window; what is done with it is the subclass's."""

    __slots__ = ()

    @abstractmethod
    def _with_window(self, window: Window) -> ResultT_co: ...

    @abstractmethod
    def _with_end(self, end: Day | datetime) -> ResultT_co: ...

    @abstractmethod
    def _with_start(self, start: Day | datetime) -> ResultT_co: ...

    @abstractmethod
    def _call_repr(self) -> str:
        """The words that gave this object, for errors: ``did('order')``."""

    def _error_path(self, word: str) -> AbstractContextManager[None]:
        return with_error_path(f"{self._call_repr()}.{word}")

    def within_last(
        self, length: DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ResultT_co:
        """In ``(now - length, now]``: the old end is open, now is included [T2].

        >>> from segkit import did
        >>> did("order").within_last(days=30)
        EventCount(('order',), window=Last(days=30))
        """
        with self._error_path("within_last"):
            return self._with_window(Last(length, **units))

    def between_ago(
        self,
        older: DurationLike | None = None,
        newer: DurationLike | None = None,
        /,
        **pairs: Unpack[UnitPairs],
    ) -> ResultT_co:
        """In ``(now - older, now - newer]``: the old end is open [T3].

        >>> from segkit import did
        >>> did("order").between_ago(days=(90, 30))
        EventCount(('order',), window=Ago(Duration(days=90), Duration(days=30)))
        """
        with self._error_path("between_ago"):
            return self._with_window(ago_window(older, newer, cast("Mapping[str, object]", pairs)))

    def between(self, start: Day | datetime | None, end: Day | datetime | None, /) -> ResultT_co:
        """Between two fixed ends: days are whole, an instant ``end`` is not included [T7].

        ``None`` leaves one side open.
        """
        with self._error_path("between"):
            return self._with_window(Between(start, end))

    def during(self, unit: CalendarUnit, offset: int = 0, *, count: int = 1) -> ResultT_co:
        """During whole calendar units of the evaluation zone [T8].

        ``during("month", -1)`` is the previous calendar month, ``during("day", -6, count=7)``
        the seven days up to and including today.
        """
        with self._error_path("during"):
            return self._with_window(Calendar(unit, offset, count))

    def before(
        self, end: Day | datetime | DurationLike | None = None, /, **units: Unpack[Units]
    ) -> ResultT_co:
        """Before a day or an instant; or, given a length, that long ago or longer [T14]."""
        with self._error_path("before"):
            if _is_time(end) and not units:
                return self._with_end(cast("Day | datetime", end))
            return self._with_window(Ago(None, Duration(cast("DurationLike | None", end), **units)))

    def after(self, start: Day | datetime, /) -> ResultT_co:
        """After an instant, or after a day has ended [T14]."""
        with self._error_path("after"):
            return self._with_start(start)


def _is_time(value: object) -> bool:
    # A naive datetime counts too: it is refused further on, with the cure for it.
    return issubclass(type(value), datetime) or normalize(value)[0] in (Kind.DAY, Kind.INSTANT)


class WindowComparisonMethods(WindowMethods[ResultT_co]):
    """The same words for a value that holds a day or an instant: windows become comparisons."""

    __slots__ = ()

    @abstractmethod
    def _compared(self, comparison: Comparison) -> ResultT_co: ...

    def _with_window(self, window: Window) -> ResultT_co:
        return self._compared(Comparison("within", window))

    def _with_end(self, end: Day | datetime) -> ResultT_co:
        return self._compared(Comparison("<", end))

    def _with_start(self, start: Day | datetime) -> ResultT_co:
        comparison = Comparison(">", start)
        if not comparison.kinds <= {Kind.DAY, Kind.INSTANT}:
            problem = f"takes a day or an instant; got {short_repr(start)}"
            raise ConditionError("after", problem, start)
        return self._compared(comparison)
