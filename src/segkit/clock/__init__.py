"""The arithmetic of time: the instants that a window covers, and when a window covers an instant.

===================  ==============================  ===========================================
window               covers, at ``now``              covers the instant t while now is in
===================  ==============================  ===========================================
``Last(w)``          ``(now - w, now]``              ``[t, leave(t, w))``
``Ago(a, b)``        ``(now - a, now - b]``          ``[leave(t, b), leave(t, a))``
``Ago(None, b)``     everything up to ``now - b``    ``[leave(t, b), ...)``
``Next(w)``          ``(now, now + w]``              ``[leave(t, w, -1), t)``
``Between(a, b)``    ``[a, b)``                      always or never
``Calendar(...)``    ``[first day, last day + 1)``   from the start of a unit to that of another
===================  ==============================  ===========================================

``now - w`` subtracts the months first (`shift`), then the exact rest. ``leave`` is its inverse: the
first now whose window does not contain t any more. All arithmetic is exact to the microsecond in
UTC. A bound outside the years 1 to 9999 lies before, or after, every instant [T12].
"""

from segkit.clock.calendar import (
    anniversary_days,
    day_start,
    days_until_change,
    has_anniversary,
    local_day,
)
from segkit.clock.context import EvaluationContext
from segkit.clock.intervals import Bound, Interval, Unbounded, leave, shift
from segkit.clock.windows import (
    coverage,
    coverage_bounds,
    covered_days,
    is_rolling,
    window_bounds,
    window_interval,
)
from segkit.model.values import MAX_INSTANT, MIN_INSTANT
from segkit.model.zones import parse_zone

__all__ = [
    "MAX_INSTANT", "MIN_INSTANT", "Bound", "EvaluationContext", "Interval", "Unbounded",
    "anniversary_days", "coverage",
    "coverage_bounds", "covered_days", "day_start", "days_until_change", "has_anniversary",
    "is_rolling", "leave",
    "local_day", "parse_zone", "shift", "window_bounds", "window_interval",
]  # fmt: skip
