"""Which instants a window covers at a given now, and at which nows a window covers an instant.

===================  ==============================  ===========================================
window               covers, at ``now``              covers the instant t while now is in
===================  ==============================  ===========================================
``Last(w)``          ``(now - w, now]``              ``[t, leave(t, w))``
``Ago(a, b)``        ``(now - a, now - b]``          ``[leave(t, b), leave(t, a))``
``Ago(None, b)``     everything up to ``now - b``    ``[leave(t, b), ...)``
``Next(w)``          ``(now, now + w]``              ``[leave(t, -w), t)``
``Between(a, b)``    ``[a, b)``                      always or never
``Calendar(...)``    ``[first day, last day + 1)``   from the start of a unit to that of another
===================  ==============================  ===========================================

``now - w`` is `shift`, months first and then the exact rest; ``leave`` is its exact inverse, the
first now whose window has lost t. Everything is exact to the microsecond in UTC. An edge outside
the years 1 to 9999 lies before, or behind, every instant: nothing overflows.
"""

from segkit.clock.calendar import (
    day_start,
    days_until_change,
    has_anniversary,
    local_day,
    parse_zone,
)
from segkit.clock.context import EvaluationContext
from segkit.clock.intervals import Bound, Interval, Unbounded, interval_between, leave, shift
from segkit.clock.windows import (
    coverage,
    coverage_bounds,
    covers_day,
    is_rolling,
    window_bounds,
    window_interval,
)
from segkit.model.values import MAX_INSTANT, MIN_INSTANT

__all__ = [
    "MAX_INSTANT",
    "MIN_INSTANT",
    "Bound",
    "EvaluationContext",
    "Interval",
    "Unbounded",
    "coverage",
    "coverage_bounds",
    "covers_day",
    "day_start",
    "days_until_change",
    "has_anniversary",
    "interval_between",
    "is_rolling",
    "leave",
    "local_day",
    "parse_zone",
    "shift",
    "window_bounds",
    "window_interval",
]
