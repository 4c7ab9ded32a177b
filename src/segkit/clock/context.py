"""The context of an evaluation: its now and its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import attrs

from segkit.clock.calendar import local_day
from segkit.clock.intervals import Interval
from segkit.clock.windows import coverage, window_interval
from segkit.model.facts import instant
from segkit.model.time_spans import Window
from segkit.model.zones import parse_zone


@attrs.frozen(eq=False)
class EvaluationContext:
    """A now in UTC and a zone; the interval of each window is computed once and cached."""

    now: datetime
    tz: tzinfo
    _intervals: dict[Window, Interval] = attrs.field(
        factory=dict[Window, Interval], init=False, repr=False
    )

    @classmethod
    def create(cls, now: datetime | None, tz: str | tzinfo) -> EvaluationContext:
        """Return the context of a call, after checking both; *now* ``None`` is the current time."""
        return cls(datetime.now(UTC) if now is None else instant(now, "now"), parse_zone(tz))

    def window_interval(self, window: Window) -> Interval:
        """Return the instants that *window* covers now."""
        interval = self._intervals.get(window)
        if interval is None:
            interval = self._intervals[window] = window_interval(window, self.now, self.tz)
        return interval

    def covers(self, window: Window, fact: date) -> bool:
        """Return whether *window* covers *fact* now: an instant in UTC, or a day."""
        if isinstance(fact, datetime):
            return fact in self.window_interval(window)
        return self.now in coverage(window, fact, self.tz)

    def local_day(self, fact: date) -> date:
        """Return the local day of an instant; a day is returned as it is."""  # [K4]
        return local_day(fact, self.tz)
