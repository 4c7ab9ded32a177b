"""The moment of a question: a now and a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import attrs

from segkit.clock.calendar import local_day, parse_zone
from segkit.clock.intervals import Interval
from segkit.clock.windows import covers_day, window_interval
from segkit.model.facts import instant
from segkit.model.time_spans import Window


def _nothing_yet() -> dict[Window, Interval]:
    return {}


@attrs.frozen(eq=False)
class EvaluationContext:
    """A now in UTC and the zone of the evaluation; each window is worked out once."""

    now: datetime
    tz: tzinfo
    _intervals: dict[Window, Interval] = attrs.field(factory=_nothing_yet, init=False, repr=False)

    @classmethod
    def create(cls, now: datetime | None, tz: str | tzinfo) -> EvaluationContext:
        """The moment a caller asks about; ``None`` is the current time.

        Raises:
            InstantError: If *now* is naive or no ``datetime``.
            ZoneError: If *tz* is unknown or does not come from ``zoneinfo``.
        """
        return cls(datetime.now(UTC) if now is None else instant(now, "now"), parse_zone(tz))

    def window_interval(self, window: Window) -> Interval:
        """The instants *window* covers now."""
        found = self._intervals.get(window)
        if found is None:
            found = self._intervals[window] = window_interval(window, self.now, self.tz)
        return found

    def covers(self, window: Window, fact: date) -> bool:
        """Whether *window* covers an instant in UTC, or a day, now."""
        if isinstance(fact, datetime):
            return fact in self.window_interval(window)
        return covers_day(window, fact, self.now, self.tz)

    def local_day(self, fact: date) -> date:
        """The local day of an instant; a day is its own [K4]."""
        return local_day(fact, self.tz) if isinstance(fact, datetime) else fact
