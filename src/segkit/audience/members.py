"""The members of a segment at one instant, as a set; how many there were over time, as steps."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from segkit.model.conditions import Condition
from segkit.model.showing import Shown

__all__ = ["Audience", "Size"]

IdT = TypeVar("IdT", bound=Hashable)
OtherT = TypeVar("OtherT")


class Audience(AbstractSet[IdT], Shown, Generic[IdT]):
    """The ids of the contacts a condition held for, at one instant; a set that never changes.

    It iterates in the order of its source and compares as a set: ``audience == {"ada"}``.
    ``& | - ^`` with another set give a plain ``frozenset`` [V8].
    """

    __slots__ = ("_condition", "_ids", "_now")

    def __init__(self, ids: Iterable[IdT], *, now: datetime, condition: Condition) -> None:
        self._ids: dict[IdT, None] = dict.fromkeys(ids)
        self._now = now
        self._condition = condition

    @property
    def now(self) -> datetime:
        """The instant it was asked for, in UTC."""
        return self._now

    @property
    def condition(self) -> Condition:
        """The condition that was asked."""
        return self._condition

    def __contains__(self, id: object) -> bool:  # noqa: A002 - what it holds are ids
        return id in self._ids

    def __iter__(self) -> Iterator[IdT]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __eq__(self, other: object) -> bool:
        # Spelled out for the type checkers, which take a set of another type to be never equal.
        return super().__eq__(other)

    def __hash__(self) -> int:
        return self._hash()

    @classmethod
    def _from_iterable(cls, it: Iterable[OtherT]) -> frozenset[OtherT]:
        return frozenset(it)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} at {self.now.isoformat()}>"


class Size(NamedTuple):
    """How many members a segment has had since an instant in UTC, that instant included."""

    at: datetime
    size: int
