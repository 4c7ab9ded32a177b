"""Timelines of verdicts, and how `And`, `Or`, `AtLeast` and `Not` combine those of their parts.

Asked at an instant, a timeline answers with a verdict and an instant before which that verdict
surely does not change. The verdict may last longer; then the timeline is asked again at that
instant. So the next change is found without computing all the others: an `And` with a false part is
false at least until the last of its false parts may change.

To list all changes between two instants, the changes of the parts are merged in one sweep instead,
so that no part is asked again because another part changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final, NamedTuple

import attrs

from segkit.clock import Bound, Unbounded, day_start, days_until_change, has_anniversary, local_day
from segkit.model.comparisons import Anniversary


class VerdictUntil(NamedTuple):
    """A verdict, and the instant before which it does not change; later than the instant asked."""

    verdict: bool
    until: Bound


class VerdictTimeline(ABC):
    """The verdict of one condition as time passes, if nothing new happens.

    The instants passed to a timeline never go back, and are not before the instant that the
    timeline was made for.
    """

    __slots__ = ()

    @abstractmethod
    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict at an instant in UTC, and until when it surely does not change."""

    def changes_only_yearly(self) -> bool:
        """Return whether, after the last instant asked, only anniversaries can change the verdict.

        The calendar repeats itself after 400 years, so that what anniversaries have not changed by
        then they never will: a search for the next change need not go on to the year 9999.
        """
        return False

    def extra_work(self) -> int:
        """Return the work done so far that grows with time, in units of ten events."""
        return 0

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the verdict at *start*, and the instants at which it changes before *end*."""
        at_start, until = self.verdict_at(start)
        verdict, changes = at_start, list[datetime]()
        while until < end and not isinstance(until, Unbounded):
            at = until
            next_verdict, until = self.verdict_at(at)
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
        return VerdictUntil(self.verdict, Unbounded.FUTURE)

    def changes_only_yearly(self) -> bool:
        """Return true: nothing changes it."""
        return True


@attrs.define(eq=False)
class DuringInterval(VerdictTimeline):
    """True from one bound up to, not including, another: a fact in its window [T11]."""

    start: Bound
    end: Bound

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return whether the instant lies in ``[start, end)``."""
        if at >= self.end or self.start >= self.end:
            return VerdictUntil(verdict=False, until=Unbounded.FUTURE)
        if at >= self.start:
            return VerdictUntil(verdict=True, until=self.end)
        return VerdictUntil(verdict=False, until=self.start)


_DAY: Final = timedelta(days=1)


@attrs.define(eq=False)
class AnniversaryTimeline(VerdictTimeline):
    """Whether an anniversary of a day is within a number of days [T10]."""

    day: date
    window: Anniversary
    tz: tzinfo

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict of the instant's local day; it can change only when a day starts."""
        today = local_day(at, self.tz)
        verdict = has_anniversary(self.day, self.window, today)
        days = days_until_change(self.day, self.window, today)
        if days is None or days > (date.max - today).days:
            return VerdictUntil(verdict, Unbounded.FUTURE)
        return VerdictUntil(verdict, day_start(today + days * _DAY, self.tz))

    def changes_only_yearly(self) -> bool:
        """Return true."""
        return True


@attrs.define(eq=False)
class Deferred(VerdictTimeline):
    """A timeline that is made when it is first asked, perhaps never."""

    make: Callable[[], VerdictTimeline]
    _made: VerdictTimeline | None = attrs.field(default=None, init=False)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the answer of the timeline."""
        return self._timeline().verdict_at(at)

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the changes of the timeline."""
        return self._timeline().changes_between(start, end)

    def changes_only_yearly(self) -> bool:
        """Return whether the timeline changes only yearly."""
        return self._timeline().changes_only_yearly()

    def extra_work(self) -> int:
        """Return the work of the timeline."""
        return 0 if self._made is None else self._made.extra_work()

    def _timeline(self) -> VerdictTimeline:
        if self._made is None:
            self._made = self.make()
        return self._made


@attrs.define(eq=False)
class AtLeastTimeline(VerdictTimeline):
    """True while at least *required* of the parts are true [V5]; of all `And`, of one `Or`.

    While more parts are true than required, the verdict lasts until one more than the surplus may
    have changed. Say 2 are required, and 3 parts are true, until March 1, 5 and 9: the verdict is
    true until March 5, because before that one part at most has become false.
    """

    required: int
    parts: list[VerdictTimeline]
    _answers: list[VerdictUntil] = attrs.field(init=False)
    """The last answer of each part, which is asked again only when that may have changed."""

    def __attrs_post_init__(self) -> None:
        unknown = VerdictUntil(verdict=False, until=Unbounded.PAST)
        self._answers = [unknown] * len(self.parts)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the verdict, and when enough parts may have changed to change it."""
        true_until: list[Bound] = []
        false_until: list[Bound] = []
        dispensable = len(self.parts) - self.required
        for number, answer in enumerate(self._answers):
            verdict, until = answer
            if until <= at:
                verdict, until = self._answers[number] = self.parts[number].verdict_at(at)
            (true_until if verdict else false_until).append(until)
            if until is Unbounded.FUTURE and not verdict and dispensable == 0:
                # The other parts cannot change the verdict, so they need not be asked.
                return VerdictUntil(verdict=False, until=until)
        surplus = len(true_until) - self.required
        if surplus >= 0:
            return VerdictUntil(verdict=True, until=_nth_earliest(true_until, surplus + 1))
        # The verdict can change when so many false parts have that no more are than dispensable.
        until = _nth_earliest(false_until, len(false_until) - dispensable)
        return VerdictUntil(verdict=False, until=until)

    def changes_only_yearly(self) -> bool:
        """Return whether each part changes only yearly, or does not change any more."""
        return all(
            until is Unbounded.FUTURE or part.changes_only_yearly()
            for part, (_, until) in zip(self.parts, self._answers, strict=True)
        )

    def extra_work(self) -> int:
        """Return the work of all parts."""
        return sum(part.extra_work() for part in self.parts)

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
        steps.sort(key=_instant)
        at_start = verdict = count >= self.required
        found: list[datetime] = []
        for at, together in groupby(steps, key=_instant):
            count += sum(step for _, step in together)
            if (count >= self.required) is not verdict:
                verdict = not verdict
                found.append(at)
        return at_start, found


def _nth_earliest(bounds: list[Bound], number: int) -> Bound:
    """Return the *number*-th earliest of some bounds, counted from 1."""
    if number == 1:
        return min(bounds)
    return max(bounds) if number == len(bounds) else sorted(bounds)[number - 1]


def _instant(step: tuple[datetime, int]) -> datetime:
    return step[0]


@attrs.define(eq=False)
class NegatedTimeline(VerdictTimeline):
    """The exact complement of a timeline [V2]."""

    part: VerdictTimeline

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Return the other verdict, which lasts as long."""
        verdict, until = self.part.verdict_at(at)
        return VerdictUntil(not verdict, until)

    def changes_only_yearly(self) -> bool:
        """Return whether the part changes only yearly."""
        return self.part.changes_only_yearly()

    def extra_work(self) -> int:
        """Return the work of the part."""
        return self.part.extra_work()

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Return the other verdict, and the changes of the part."""
        verdict, changes = self.part.changes_between(start, end)
        return not verdict, changes


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
    return (
        Constant(verdict=not part.verdict) if isinstance(part, Constant) else NegatedTimeline(part)
    )
