"""How long counts and values of events last: by which of them enter the window, and leave it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs

from segkit.clock import Beyond, Edge
from segkit.leaves.lasting.courses import Course, Spell
from segkit.leaves.lasting.presence import Presence, Rolling
from segkit.leaves.lasting.running import Running
from segkit.model.values import Reading

__all__ = ["Counted", "EndMost", "Tallied", "ValueCourse"]

ValueCourse = Callable[[Reading], Course]
"""What a comparison says of a value as time passes."""


@attrs.define(eq=False)
class Counted(Course):
    """Whether the number of events in a rolling window is in a range [E1].

    It looks at one or two events: while at least three are there, the third but newest has not
    left; before two more have come, there are not two more.
    """

    events: Rolling
    least: int
    most: int | None

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts until the event that could change it enters or leaves."""
        lost, had = self.events.met(at)
        number = had - lost
        if number < self.least:
            return False, self.events.enter(lost + self.least - 1)
        if self.most is not None and number > self.most:
            return False, self.events.leave(had - self.most - 1)
        until: Edge = self.events.leave(had - self.least) if self.least else Beyond.AFTER
        if self.most is not None:
            until = min(until, self.events.enter(lost + self.most))
        return True, until


@attrs.define(eq=False)
class EndMost(Course):
    """What a comparison says of the latest event in a window, or of the earliest [E5]."""

    events: Rolling
    value: Callable[[int | None], Reading]
    """What the event at a place holds; without an event, no value."""
    holds: ValueCourse
    is_latest: bool
    _place: int | None = None
    _course: Course | None = None

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts no longer than the event is the latest, or the earliest."""
        lost, had = self.events.met(at)
        if lost == had:
            place, until = None, self.events.enter(had)
        elif self.is_latest:
            place = had - 1
            until = min(self.events.enter(had), self.events.leave(place))
        else:
            place, until = lost, self.events.leave(lost)
        if self._course is None or place != self._place:
            self._place = place
            self._course = self.holds(self.value(place))
        verdict, unchanged = self._course.spell(at)
        return verdict, min(until, unchanged)


@attrs.define(eq=False)
class Tallied(Course):
    """What a comparison says of a value that is kept up as events come and go [E4]."""

    events: Presence
    running: Running
    holds: ValueCourse
    _course: Course | None = None
    _next: Edge = Beyond.BEFORE
    """When the next event comes or goes."""

    def is_yearly(self) -> bool:
        """When events only come and go by anniversaries, and so it is with what is said of them."""
        settled = self._next is Beyond.AFTER or self.events.is_yearly()
        return settled and self._course is not None and self._course.is_yearly()

    def spell(self, at: datetime) -> Spell:
        """The verdict lasts no longer than until the next event comes or goes."""
        gone, come, until = self.events.pass_to(at)
        self._next = until
        changed = False
        for place in gone:
            self.running.remove(place)
            changed = True
        for place in come:
            self.running.add(place)
            changed = True
        if changed or self._course is None:
            self._course = self.holds(self.running.reading())
        verdict, unchanged = self._course.spell(at)
        return verdict, min(until, unchanged)
