"""A timeline that a part of an explanation and the group around it can both read."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

import attrs

from segkit.clock import Bound, Unbounded
from segkit.timelines.base import VerdictTimeline, VerdictUntil


@attrs.define(eq=False)
class SharedTimeline(VerdictTimeline):
    """A timeline that may be read again from its beginning.

    Timelines are read at instants that never go back. An explanation reads the timeline of every
    part up to its next change, and then that of the group, which reads its parts from the beginning
    again. So the answers to the first reader are recorded, one for each period without a change,
    and a later reader gets them from the record.

    Example: a part is read at 0 and 5 (true until 5, then false until 9). A later reader gets "true
    until 5" at 3 from the record, and the answer at 9 from the timeline.
    """

    timeline: VerdictTimeline
    _starts: list[datetime] = attrs.field(factory=list[datetime])
    _answers: list[VerdictUntil] = attrs.field(factory=list["VerdictUntil"])
    _end: Bound = Unbounded.PAST
    """Where the record ends: it has no gap before."""
    _work: int = 0

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; for one from the record, *yearly* is false, which is always safe."""
        if at < self._end:
            answer = self._answers[bisect_right(self._starts, at) - 1]
            return answer._replace(yearly=False, work=self._work)
        answer = self.timeline.verdict_at(at)
        self._work = answer.work
        if at == self._end or not self._starts:
            self._starts.append(at)
            self._answers.append(answer)
            self._end = answer.until
        return answer
