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

from segkit.clock import Beyond, Edge, day_start, days_unchanged, has_anniversary, local_day
from segkit.model.comparisons import Anniversary

Spell: TypeAlias = tuple[bool, Edge]
"""A verdict, and the instant, behind the one asked about, before which it does not change."""


class Course(ABC):
    """What one condition says as time passes, if nothing new happens.

    It is asked about instants that never go back, and not before the one it was prepared for.
    """

    __slots__ = ()

    @abstractmethod
    def spell(self, at: datetime) -> Spell:
        """The verdict at an instant in UTC, and until when it surely stays that."""

    def is_yearly(self) -> bool:
        """Whether, since it was last asked, surely nothing but anniversaries can change it."""
        return False

    def effort(self) -> int:
        """What was looked at so far besides what is looked at once, in tens of events."""
        return 0

    def turns(self, start: datetime, end: Edge) -> tuple[bool, list[datetime]]:
        """The verdict at *start*, and the instants before *end* at which it turns over."""
        begun, until = self.spell(start)
        verdict, turned = begun, list[datetime]()
        while until < end and not isinstance(until, Beyond):
            at = until
            now, until = self.spell(at)
            if now is not verdict:
                verdict = now
                turned.append(at)
        return begun, turned


@attrs.define(eq=False)
class Always(Course):
    """A verdict that time does not change."""

    verdict: bool

    def spell(self, at: datetime) -> Spell:
        """That verdict, for ever."""
        del at
        return self.verdict, Beyond.AFTER

    def is_yearly(self) -> bool:
        """Nothing at all changes it."""
        return True


@attrs.define(eq=False)
class Stay(Course):
    """True from one edge up to, not including, another: a fact in its window [T11]."""

    start: Edge
    end: Edge

    def spell(self, at: datetime) -> Spell:
        """Whether the instant lies between them."""
        if at >= self.end or self.start >= self.end:
            return False, Beyond.AFTER
        return (True, self.end) if at >= self.start else (False, self.start)


_DAY: Final = timedelta(days=1)


@attrs.define(eq=False)
class Yearly(Course):
    """Whether an anniversary is near [T10]."""

    day: date
    window: Anniversary
    tz: tzinfo

    def spell(self, at: datetime) -> Spell:
        """Whether it is at the local day of the instant; that can change when a day begins."""
        today = local_day(at, self.tz)
        verdict = has_anniversary(self.day, self.window, today)
        days = days_unchanged(self.day, self.window, today)
        if days is None or days > (date.max - today).days:
            return verdict, Beyond.AFTER
        return verdict, day_start(today + days * _DAY, self.tz)

    def is_yearly(self) -> bool:
        """It is."""
        return True


@attrs.define(eq=False)
class Later(Course):
    """A course that is made when it is first asked: perhaps never."""

    make: Callable[[], Course]
    made: Course | None = None

    def spell(self, at: datetime) -> Spell:
        """What the course says."""
        return self._course().spell(at)

    def turns(self, start: datetime, end: Edge) -> tuple[bool, list[datetime]]:
        """What the course says."""
        return self._course().turns(start, end)

    def is_yearly(self) -> bool:
        """What the course says."""
        return self._course().is_yearly()

    def effort(self) -> int:
        """That of the course."""
        return 0 if self.made is None else self.made.effort()

    def _course(self) -> Course:
        if self.made is None:
            self.made = self.make()
        return self.made


@attrs.define(eq=False)
class Enough(Course):
    """True while at least a number of its parts are [V5]: of all, `And`; of one, `Or`."""

    number: int
    parts: list[Course]
    _spells: list[Spell] = attrs.field(init=False)
    """The last one of each part, who is asked again only when that may be over."""

    def __attrs_post_init__(self) -> None:
        self._spells = [(False, Beyond.BEFORE)] * len(self.parts)

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts until enough of the parts that make it may have changed."""
        for_it: list[Edge] = []
        against: list[Edge] = []
        spared = len(self.parts) - self.number
        for place, last in enumerate(self._spells):
            verdict, until = last
            if until <= at:
                verdict, until = self._spells[place] = self.parts[place].spell(at)
            (for_it if verdict else against).append(until)
            if until is Beyond.AFTER and not verdict and spared == 0:
                return False, until  # One part was enough; the others need not be asked.
        if len(for_it) >= self.number:
            return True, _until_number_change(for_it, len(for_it) - self.number + 1)
        return False, _until_number_change(against, len(against) - spared)

    def is_yearly(self) -> bool:
        """When all parts are, or do not change any more."""
        return all(
            until is Beyond.AFTER or part.is_yearly()
            for part, (_, until) in zip(self.parts, self._spells, strict=True)
        )

    def effort(self) -> int:
        """That of all parts."""
        return sum(part.effort() for part in self.parts)

    def turns(self, start: datetime, end: Edge) -> tuple[bool, list[datetime]]:
        """Those of all parts, in one sweep."""
        number, changes = 0, list[tuple[datetime, int]]()
        for part in self.parts:
            verdict, turned = part.turns(start, end)
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


def _until_number_change(untils: list[Edge], number: int) -> Edge:
    """Before when fewer than *number* of some spells are over."""
    if number == 1:
        return min(untils)
    return max(untils) if number == len(untils) else sorted(untils)[number - 1]


def _instant(change: tuple[datetime, int]) -> datetime:
    return change[0]


@attrs.define(eq=False)
class Inverse(Course):
    """The exact complement [V2]."""

    part: Course

    def spell(self, at: datetime) -> Spell:
        """The other verdict, just as long."""
        verdict, until = self.part.spell(at)
        return not verdict, until

    def is_yearly(self) -> bool:
        """When the part is."""
        return self.part.is_yearly()

    def effort(self) -> int:
        """That of the part."""
        return self.part.effort()

    def turns(self, start: datetime, end: Edge) -> tuple[bool, list[datetime]]:
        """Those of the part."""
        verdict, turned = self.part.turns(start, end)
        return not verdict, turned


def enough(number: int, parts: Iterable[Course]) -> Course:
    """The course of "at least *number* of", as simple as it can be."""
    moving: list[Course] = []
    for part in parts:
        if not isinstance(part, Always):
            moving.append(part)
        elif part.verdict:
            number -= 1
    if number <= 0:
        return Always(verdict=True)
    if number > len(moving):
        return Always(verdict=False)
    return moving[0] if len(moving) == 1 else Enough(number, moving)


def inverse(part: Course) -> Course:
    """The course of the complement."""
    return Always(verdict=not part.verdict) if isinstance(part, Always) else Inverse(part)
