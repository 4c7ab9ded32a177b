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

    Timelines are read at instants that never go back, because counters are kept while events enter
    and leave. An explanation reads the timeline of every part up to its next change, and then that
    of the group, which reads its parts from the beginning again. So the first reader's answers are
    recorded, one for each period without a change, and a later reader gets them from the record.

    Example: a part is read at 0 and 5 (true until 5, then false until 9). A later reader that asks
    at 3 gets "true until 5" from the record, and one that asks at 9 is passed on.
    """

    timeline: VerdictTimeline
    _starts: list[datetime] = attrs.field(factory=list[datetime])
    _answers: list[VerdictUntil] = attrs.field(factory=list["VerdictUntil"])
    _end: Bound = Unbounded.PAST
    """Where the record ends: it has no gap before."""
    _is_passed_on: bool = False

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict at an instant, and until when it is certain to stay the same."""
        self._is_passed_on = at >= self._end
        if not self._is_passed_on:
            return self._answers[bisect_right(self._starts, at) - 1]
        answer = self.timeline.verdict_at(at)
        if at == self._end or not self._starts:
            self._starts.append(at)
            self._answers.append(answer)
            self._end = answer.until
        return answer

    def changes_only_yearly(self) -> bool:
        """Return whether only anniversaries change the verdict; false while the record is read."""
        return self._is_passed_on and self.timeline.changes_only_yearly()

    def extra_work(self) -> int:
        """Return the extra work of the timeline."""
        return self.timeline.extra_work()
