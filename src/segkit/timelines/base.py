"""How long a verdict lasts: courses, and what a combinator makes of those of its parts.

A course is asked at an instant and answers with its *spell*: the verdict, and an instant up to
which it surely stays the same. It may stay longer; whoever wants to know asks again then. That is
all it takes to find the next turn without working out the others: an `And` with a false part stays
false at least until the last of its false parts may change.

To follow a course from one end of a time to the other, its turns are listed instead: those of the
parts merged in one sweep, so that none of them is asked again because another one turned.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final, TypeAlias

import attrs

from segkit.clock import Bound, Unbounded, day_start, days_until_change, has_anniversary, local_day
from segkit.model.comparisons import Anniversary

VerdictUntil: TypeAlias = tuple[bool, Bound]
"""A verdict, and the instant, behind the one asked about, before which it does not change."""


class VerdictTimeline(ABC):
    """What one condition says as time passes, if nothing new happens.

    It is asked about instants that never go back, and not before the one it was prepared for.
    """

    __slots__ = ()

    @abstractmethod
    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict at an instant in UTC, and until when it surely stays that."""

    def is_yearly(self) -> bool:
        """Whether, since it was last asked, surely nothing but anniversaries can change it."""
        return False

    def extra_work(self) -> int:
        """What was looked at so far besides what is looked at once, in tens of events."""
        return 0

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """The verdict at *start*, and the instants before *end* at which it turns over."""
        begun, until = self.verdict_at(start)
        verdict, turned = begun, list[datetime]()
        while until < end and not isinstance(until, Unbounded):
            at = until
            now, until = self.verdict_at(at)
            if now is not verdict:
                verdict = now
                turned.append(at)
        return begun, turned


@attrs.define(eq=False)
class Constant(VerdictTimeline):
    """A verdict that time does not change."""

    verdict: bool

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """That verdict, for ever."""
        del at
        return self.verdict, Unbounded.FUTURE

    def is_yearly(self) -> bool:
        """Nothing at all changes it."""
        return True


@attrs.define(eq=False)
class DuringInterval(VerdictTimeline):
    """True from one edge up to, not including, another: a fact in its window [T11]."""

    start: Bound
    end: Bound

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Whether the instant lies between them."""
        if at >= self.end or self.start >= self.end:
            return False, Unbounded.FUTURE
        return (True, self.end) if at >= self.start else (False, self.start)


_DAY: Final = timedelta(days=1)


@attrs.define(eq=False)
class AnniversaryTimeline(VerdictTimeline):
    """Whether an anniversary is near [T10]."""

    day: date
    window: Anniversary
    tz: tzinfo

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """Whether it is at the local day of the instant; that can change when a day begins."""
        today = local_day(at, self.tz)
        verdict = has_anniversary(self.day, self.window, today)
        days = days_until_change(self.day, self.window, today)
        if days is None or days > (date.max - today).days:
            return verdict, Unbounded.FUTURE
        return verdict, day_start(today + days * _DAY, self.tz)

    def is_yearly(self) -> bool:
        """It is."""
        return True


@attrs.define(eq=False)
class Deferred(VerdictTimeline):
    """A course that is made when it is first asked: perhaps never."""

    make: Callable[[], VerdictTimeline]
    made: VerdictTimeline | None = None

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """What the course says."""
        return self._course().verdict_at(at)

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """What the course says."""
        return self._course().changes_between(start, end)

    def is_yearly(self) -> bool:
        """What the course says."""
        return self._course().is_yearly()

    def extra_work(self) -> int:
        """That of the course."""
        return 0 if self.made is None else self.made.extra_work()

    def _course(self) -> VerdictTimeline:
        if self.made is None:
            self.made = self.make()
        return self.made


@attrs.define(eq=False)
class AtLeastTimeline(VerdictTimeline):
    """True while at least a number of its parts are [V5]: of all, `And`; of one, `Or`."""

    number: int
    parts: list[VerdictTimeline]
    _spells: list[VerdictUntil] = attrs.field(init=False)
    """The last one of each part, who is asked again only when that may be over."""

    def __attrs_post_init__(self) -> None:
        self._spells = [(False, Unbounded.PAST)] * len(self.parts)

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The verdict lasts until enough of the parts that make it may have changed."""
        for_it: list[Bound] = []
        against: list[Bound] = []
        spared = len(self.parts) - self.number
        for place, last in enumerate(self._spells):
            verdict, until = last
            if until <= at:
                verdict, until = self._spells[place] = self.parts[place].verdict_at(at)
            (for_it if verdict else against).append(until)
            if until is Unbounded.FUTURE and not verdict and spared == 0:
                return False, until  # One part was enough; the others need not be asked.
        if len(for_it) >= self.number:
            return True, _nth_earliest(for_it, len(for_it) - self.number + 1)
        return False, _nth_earliest(against, len(against) - spared)

    def is_yearly(self) -> bool:
        """When all parts are, or do not change any more."""
        return all(
            until is Unbounded.FUTURE or part.is_yearly()
            for part, (_, until) in zip(self.parts, self._spells, strict=True)
        )

    def extra_work(self) -> int:
        """That of all parts."""
        return sum(part.extra_work() for part in self.parts)

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Those of all parts, in one sweep."""
        number, changes = 0, list[tuple[datetime, int]]()
        for part in self.parts:
            verdict, turned = part.changes_between(start, end)
            number += verdict
            step = -1 if verdict else 1
            for at in turned:
                changes.append((at, step))
                step = -step
        changes.sort(key=_instant)
        begun = verdict = number >= self.number
        found: list[datetime] = []
        for at, together in groupby(changes, key=_instant):
            number += sum(step for _, step in together)
            if (number >= self.number) is not verdict:
                verdict = not verdict
                found.append(at)
        return begun, found


def _nth_earliest(untils: list[Bound], number: int) -> Bound:
    """Before when fewer than *number* of some spells are over."""
    if number == 1:
        return min(untils)
    return max(untils) if number == len(untils) else sorted(untils)[number - 1]


def _instant(change: tuple[datetime, int]) -> datetime:
    return change[0]


@attrs.define(eq=False)
class NegatedTimeline(VerdictTimeline):
    """The exact complement [V2]."""

    part: VerdictTimeline

    def verdict_at(self, at: datetime) -> VerdictUntil:
        """The other verdict, just as long."""
        verdict, until = self.part.verdict_at(at)
        return not verdict, until

    def is_yearly(self) -> bool:
        """When the part is."""
        return self.part.is_yearly()

    def extra_work(self) -> int:
        """That of the part."""
        return self.part.extra_work()

    def changes_between(self, start: datetime, end: Bound) -> tuple[bool, list[datetime]]:
        """Those of the part."""
        verdict, turned = self.part.changes_between(start, end)
        return not verdict, turned


def at_least(number: int, parts: Iterable[VerdictTimeline]) -> VerdictTimeline:
    """The course of "at least *number* of", as simple as it can be."""
    moving: list[VerdictTimeline] = []
    for part in parts:
        if not isinstance(part, Constant):
            moving.append(part)
        elif part.verdict:
            number -= 1
    if number <= 0:
        return Constant(verdict=True)
    if number > len(moving):
        return Constant(verdict=False)
    return moving[0] if len(moving) == 1 else AtLeastTimeline(number, moving)


def negate(part: VerdictTimeline) -> VerdictTimeline:
    """The course of the complement."""
    return (
        Constant(verdict=not part.verdict) if isinstance(part, Constant) else NegatedTimeline(part)
    )
