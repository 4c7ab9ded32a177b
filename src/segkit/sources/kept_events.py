"""Counts and aggregates of events that are kept between evaluations.

A kept result belongs to the bounds of its window. When they have moved, only the events that have
entered or left the window since are visited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

import attrs

from segkit.model.facts import Event

FULL: Final = 255
"""The byte that stands for this count and for every larger one."""

Bounds: TypeAlias = tuple[datetime, datetime]
"""The first and the last instant of a window, both included."""

OwnersBetween: TypeAlias = Callable[[datetime, datetime], Iterator[Iterable[int]]]
"""Yields the owners of the events that count from one instant to another, in parts."""

_STEP: Final = datetime.resolution


def moved_between(old: Bounds, new: Bounds) -> tuple[list[Bounds], list[Bounds]] | None:
    """Return the spans that are left, and that are entered; ``None`` if nothing is shared."""
    (old_first, old_last), (new_first, new_last) = old, new
    if max(old_first, new_first) > min(old_last, new_last):
        return None
    left: list[Bounds] = []
    entered: list[Bounds] = []
    if old_first < new_first:
        left.append((old_first, new_first - _STEP))
    elif new_first < old_first:
        entered.append((new_first, old_first - _STEP))
    if old_last < new_last:
        entered.append((old_last + _STEP, new_last))
    elif new_last < old_last:
        left.append((new_last + _STEP, old_last))
    return left, entered


@attrs.define(eq=False)
class KeptCounts:
    """The number of events at each position, one byte each; `FULL` stands for more as well.

    Attributes:
        names: The names of the events that count.
        test: Whether an event counts, besides its name and instant.
        counts: The bytes; empty before the first evaluation.
    """

    names: frozenset[str]
    test: Callable[[Event[Any]], bool] | None
    counts: bytearray = attrs.field(factory=bytearray)
    _bounds: Bounds | None = None

    def at(self, bounds: Bounds, owners_between: OwnersBetween, size: int) -> bytearray:
        """Return the counts for a window with these bounds, over *size* positions."""
        self.counts.extend(bytes(size - len(self.counts)))
        moved = None if self._bounds is None else moved_between(self._bounds, bounds)
        if moved is None or not self._move(*moved, owners_between):
            self.counts = bytearray(size)
            self._add(owners_between(*bounds))
        self._bounds = bounds
        return self.counts

    def _move(
        self, left: list[Bounds], entered: list[Bounds], owners_between: OwnersBetween
    ) -> bool:
        """Count the events that moved, and return whether the counts are right."""
        for span in left:
            for owners in owners_between(*span):
                for owner in owners:
                    if self.counts[owner] == FULL:
                        return False
                    self.counts[owner] -= 1
        for span in entered:
            self._add(owners_between(*span))
        return True

    def _add(self, parts: Iterable[Iterable[int]]) -> None:
        counts = self.counts
        for owners in parts:
            for owner in owners:
                try:
                    counts[owner] += 1
                except ValueError:
                    counts[owner] = FULL

    def change(self, event: Event[Any], owner: int, by: int) -> None:
        """Count one event of these names more, or less, if it counts."""
        bounds = self._bounds
        if bounds is None:
            return
        if bounds[0] <= event.at <= bounds[1] and (self.test is None or self.test(event)):
            self.counts.extend(bytes(max(0, owner + 1 - len(self.counts))))
            if self.counts[owner] != FULL:
                self.counts[owner] += by
            elif by < 0:
                self._bounds = None  # Nobody knows how many there are: count again.


@attrs.define(eq=False)
class KeptVerdicts:
    """The verdicts of an aggregate at each position, of an aggregate that does not depend on now.

    Attributes:
        names: The names of the events that count.
        of_none: The verdict without events.
        verdicts: One byte for each position.
        changed: The positions whose events have changed since.
    """

    names: frozenset[str]
    of_none: bool
    verdicts: bytearray = attrs.field(factory=bytearray)
    changed: set[int] = attrs.field(factory=set[int])
    _bounds: Bounds | None = None

    def to_compute(
        self, bounds: Bounds, owners_between: OwnersBetween, size: int
    ) -> set[int] | None:
        """Return the positions to compute again for a window with these bounds; ``None`` for all.

        Their verdicts are those without events until they are set.
        """
        moved = None if self._bounds is None else moved_between(self._bounds, bounds)
        self._bounds = bounds
        changed, self.changed = self.changed, set()
        if moved is None:
            self.verdicts = bytearray([self.of_none]) * size
            return None
        self.verdicts.extend(bytearray([self.of_none]) * (size - len(self.verdicts)))
        for spans in moved:
            for span in spans:
                for owners in owners_between(*span):
                    changed.update(owners)
        for owner in changed:
            self.verdicts[owner] = self.of_none
        return changed

    def change(self, event: Event[Any], owner: int, by: int) -> None:
        """Compute the verdict of *owner* again: it has one event of these names more, or less."""
        del event, by
        self.changed.add(owner)
