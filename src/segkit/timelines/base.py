"""Timelines of verdicts, and how `And`, `Or`, `AtLeast` and `Not` combine those of their parts.

Evaluated at an instant, a timeline returns a verdict and an instant before which that verdict
certainly does not change. The verdict may last longer; then the timeline is evaluated again at that
instant. So the next change is found without computing all the others: an `And` with a false part is
false at least until the last of its false parts may change.

To list all changes between two instants, the changes of the parts are merged in one sweep instead,
so that no part is evaluated again because another part changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import attrs

from segkit.clock import Bound, Unbounded, day_start, days_until_change, has_anniversary, local_day
from segkit.model.comparisons import Anniversary


class VerdictUntil(NamedTuple):
    """A verdict at an instant.

    Attributes:
        verdict: The verdict.
        until: An instant after that one, before which the verdict does not change.
        yearly: Whether only anniversaries can change the verdict after that instant. The calendar
            repeats itself after 400 years, so a verdict that did not change by then never will.
        work: A tenth of the number of events that sequences have tested so far.
    """

    verdict: bool
    until: Bound
    yearly: bool = False
    work: int = 0


class VerdictTimeline(ABC):
    """The verdict of one condition as time passes, if nothing new happens.

    The instants at which a timeline is evaluated never go back, and are not before the instant that
    the timeline was made for.
    """

    __slots__ = ()

    @abstractmethod
    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict at an instant in UTC."""

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the verdict at *start*, and the instants at which it changes before *end*."""
        at_start, until, *_ = self.verdict_at(start)
        verdict, changes = at_start, list[datetime]()
        while until < end and not isinstance(until, Unbounded):
            at = until
            next_verdict, until, *_ = self.verdict_at(at)
            if next_verdict is not verdict:
                verdict = next_verdict
                changes.append(at)
        return at_start, changes


@attrs.define(eq=False)
class Constant(VerdictTimeline):
    """A verdict that never changes."""

    verdict: bool

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict, for ever."""
        del at
        return VerdictUntil(self.verdict, Unbounded.FUTURE, yearly=True)


@attrs.define(eq=False)
class DuringInterval(VerdictTimeline):
    """True from one bound up to, not including, another: a fact in its window."""  # [T11]

    start: Bound
    end: Bound

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return whether the instant lies in ``[start, end)``."""
        if self.start <= at < self.end:
            return VerdictUntil(verdict=True, until=self.end)
        is_ahead = at < self.start < self.end
        return VerdictUntil(verdict=False, until=self.start if is_ahead else Unbounded.FUTURE)


_DAY: Final = timedelta(days=1)


@attrs.define(eq=False)
class AnniversaryTimeline(VerdictTimeline):
    """Whether an anniversary of a day is within a number of days."""  # [T10]

    day: date
    window: Anniversary
    tz: tzinfo

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict of the instant's local day; it can change only when a day starts."""
        today = local_day(at, self.tz)
        days = days_until_change(self.day, self.window, today)
        until: Bound = Unbounded.FUTURE
        if days is not None and days <= (date.max - today).days:
            until = day_start(today + days * _DAY, self.tz)
        return VerdictUntil(has_anniversary(self.day, self.window, today), until, yearly=True)


@attrs.define(eq=False)
class Deferred(VerdictTimeline):
    """A timeline that is made when it is evaluated for the first time, perhaps never."""

    make: Callable[[], VerdictTimeline]

    @cached_property
    def _timeline(self) -> VerdictTimeline:
        return self.make()

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict of the timeline."""
        return self._timeline.verdict_at(at)


@attrs.define(eq=False)
class AtLeastTimeline(VerdictTimeline):
    """True while at least *required* of the parts are true; of all `And`, of one `Or`."""

    required: int
    parts: list[VerdictTimeline]
    _answers: list[VerdictUntil] = attrs.field(init=False)
    """The last answer of each part, which is evaluated again only when that may have changed."""

    def __attrs_post_init__(self) -> None:
        unknown = VerdictUntil(verdict=False, until=Unbounded.PAST)
        self._answers = [unknown] * len(self.parts)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict; it lasts until enough parts may have changed to change it."""
        return combine_verdicts(self.required, len(self.parts), self._answers_at(at))

    def _answers_at(self, at: datetime) -> Iterator[VerdictUntil]:
        for number, part in enumerate(self.parts):
            if self._answers[number].until <= at:
                self._answers[number] = part.verdict_at(at)
            yield self._answers[number]

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the changes, from those of all parts in one sweep."""
        count, steps = 0, list[tuple[datetime, int]]()
        for part in self.parts:
            verdict, changes = part.changes_between(start, end)
            count += verdict
            step = -1 if verdict else 1
            for at in changes:
                steps.append((at, step))
                step = -step
        steps.sort(key=itemgetter(0))
        at_start = verdict = count >= self.required
        found: list[datetime] = []
        for at, together in groupby(steps, key=itemgetter(0)):
            count += sum(step for _, step in together)
            if (count >= self.required) is not verdict:
                verdict = not verdict
                found.append(at)
        return at_start, found


def combine_verdicts(required: int, parts: int, answers: Iterable[VerdictUntil]) -> VerdictUntil:
    """Return the verdict of "at least *required* of *parts*", given the answers of the parts.

    While more parts are true than required, the verdict lasts until one more than the surplus may
    have changed. Say 2 are required, and 3 parts are true, until March 1, 5 and 9: the verdict is
    true until March 5, because before that one part at most has become false [V5].

    *required* is from 1 to *parts*. Answers that cannot change the verdict are not requested.
    """
    true_until: list[Bound] = []
    false_until: list[Bound] = []
    dispensable = parts - required
    all_yearly, all_work = True, 0
    for verdict, until, yearly, work in answers:
        (true_until if verdict else false_until).append(until)
        if until is Unbounded.FUTURE:
            if not verdict and dispensable == 0:
                # The other parts cannot change the verdict, so they are not evaluated.
                return VerdictUntil(verdict=False, until=until)
        elif not yearly:
            all_yearly = False
        all_work += work
    surplus = len(true_until) - required
    if surplus >= 0:
        until = nsmallest(surplus + 1, true_until)[-1]
    else:
        # The group can become true once this many of the false parts have changed.
        until = nsmallest(len(false_until) - dispensable, false_until)[-1]
    return VerdictUntil(surplus >= 0, until, all_yearly, all_work)


@attrs.define(eq=False)
class NegatedTimeline(VerdictTimeline):
    """The exact complement of a timeline."""  # [V2]

    part: VerdictTimeline

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the other verdict, which lasts as long."""
        answer = self.part.verdict_at(at)
        return answer._replace(verdict=not answer.verdict)

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the other verdict, and the changes of the part."""
        verdict, changes = self.part.changes_between(start, end)
        return not verdict, changes


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


def at_least(required: int, parts: Iterable[VerdictTimeline]) -> VerdictTimeline:
    """Return the timeline of "at least *required* of *parts*", without its constant parts."""
    changing: list[VerdictTimeline] = []
    for part in parts:
        if not isinstance(part, Constant):
            changing.append(part)
        elif part.verdict:
            required -= 1
    if required <= 0:
        return Constant(verdict=True)
    if required > len(changing):
        return Constant(verdict=False)
    return changing[0] if len(changing) == 1 else AtLeastTimeline(required, changing)


def negate(part: VerdictTimeline) -> VerdictTimeline:
    """Return the timeline of the complement."""
    return Constant(not part.verdict) if isinstance(part, Constant) else NegatedTimeline(part)
