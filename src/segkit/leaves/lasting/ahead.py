"""Looking ahead: when a course turns over next, and when it is given up to look."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import Final

import attrs

from segkit.clock import Beyond, Edge, Moment
from segkit.history import Facts
from segkit.leaves.lasting.conditions import course_of
from segkit.leaves.lasting.courses import Course
from segkit.model.conditions import Condition
from segkit.tree import leaves_of

__all__ = ["NextChange", "look_ahead", "next_turn"]


@attrs.frozen
class NextChange:
    """When an answer will change by itself.

    Attributes:
        at: The next instant, in UTC, at which it flips; ``None`` if there is none up to *horizon*.
        horizon: How far was looked, in UTC, included; ``None``: for ever, so that without an *at*
            the answer never changes by itself.
    """

    at: datetime | None
    horizon: datetime | None


def look_ahead(
    condition: Condition,
    facts: Facts,
    moment: Moment,
    horizon: datetime | None,
    *,
    patience: int,
) -> NextChange:
    """When what *condition* says changes by itself.

    Each event may come and go once for each leaf: looks at those are granted besides *patience*,
    which is for what has no end.
    """
    events = len(facts.events)
    granted = 2 * events * sum(1 for _ in leaves_of(condition)) if events else 0
    course = course_of(condition, facts, moment)
    return next_turn(course, moment.now, horizon, patience=patience + granted)


def next_turn(
    course: Course, now: datetime, horizon: datetime | None, *, patience: int
) -> NextChange:
    """The first instant behind *now*, and not behind *horizon*, at which the verdict turns over.

    Looks in vain, and the effort they take, use up *patience*; then it is said how far they went.
    """
    limit: Edge = Beyond.AFTER if horizon is None else horizon
    verdict, until = course.spell(now)
    at, yearly = now, False
    cycle_end: Edge = now
    while until <= limit and not isinstance(until, Beyond):
        if patience <= course.effort():
            return NextChange(None, at)
        patience -= 1
        at = until
        then, until = course.spell(at)
        if then is not verdict:
            return NextChange(at, horizon)
        if at > cycle_end:
            # What anniversaries do not bring about in a cycle of the calendar they never will.
            if yearly:
                break
            cycle_end, yearly = _a_cycle_behind(at), course.is_yearly()
    return NextChange(None, horizon)


_CYCLE_YEARS: Final = 401
"""After 400 years the calendar repeats itself; one more for the clocks of zones."""


def _a_cycle_behind(at: datetime) -> Edge:
    if at.year + _CYCLE_YEARS > MAXYEAR:
        return Beyond.AFTER
    return at.replace(year=at.year + _CYCLE_YEARS, day=1)
