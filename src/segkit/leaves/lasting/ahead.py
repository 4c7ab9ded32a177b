"""Looking ahead: when a course turns over next, and when it is given up to look."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import Final

import attrs

from segkit.clock import Beyond, Edge
from segkit.leaves.lasting.courses import Course

__all__ = ["NextChange", "next_turn"]


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


def next_turn(
    course: Course, now: datetime, horizon: datetime | None, *, patience: int
) -> NextChange:
    """The first instant behind *now*, and not behind *horizon*, at which the verdict turns over.

    After *patience* looks in vain it is said how far they went.
    """
    limit: Edge = Beyond.AFTER if horizon is None else horizon
    verdict, until = course.spell(now)
    at, yearly = now, False
    look_up: Edge = now
    while until <= limit and not isinstance(until, Beyond):
        if not patience:
            return NextChange(None, at)
        patience -= 1
        at = until
        then, until = course.spell(at)
        if then is not verdict:
            return NextChange(at, horizon)
        if at > look_up:
            # What anniversaries do not bring about in a cycle of the calendar they never will.
            if yearly:
                break
            look_up, yearly = _a_cycle_behind(at), course.is_yearly()
    return NextChange(None, horizon)


_CYCLE_YEARS: Final = 401
"""After 400 years the calendar repeats itself; one more for the clocks of zones."""


def _a_cycle_behind(at: datetime) -> Edge:
    if at.year + _CYCLE_YEARS > MAXYEAR:
        return Beyond.AFTER
    return at.replace(year=at.year + _CYCLE_YEARS, day=1)
