"""Results of bulk evaluation: the members of a segment at one instant, and their number."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.model.conditions import Condition

IdT = TypeVar("IdT", bound=Hashable)
OtherT = TypeVar("OtherT")


class DifferentIds(list[IdT]):
    """Ids that are known to be different, which are not compared again."""


def _unique_in_order(ids: Iterable[IdT]) -> list[IdT]:
    return ids if isinstance(ids, DifferentIds) else DifferentIds(dict.fromkeys(ids))


@attrs.frozen(eq=False, repr=False)
class Audience(AbstractSet[IdT], HtmlDisplay, Generic[IdT]):
    """The ids of the members of a segment at one instant: an immutable set.

    It iterates in the order of the source and compares as a set. ``& | - ^`` with another set
    return a plain ``frozenset`` [V8].

    Attributes:
        now: The instant of the evaluation, in UTC.
        condition: The condition that was evaluated.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, MemorySource, attr
    >>> evaluator = Evaluator(MemorySource([Contact("ada", {"age": 36}), Contact("tim")]))
    >>> audience = evaluator.members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> audience == {"ada"}, audience & {"tim"}
    (True, frozenset())
    """

    _ids: list[IdT] = attrs.field(converter=_unique_in_order, alias="ids")
    now: datetime = attrs.field(kw_only=True)
    condition: Condition = attrs.field(kw_only=True)
    _as_set: set[IdT] = attrs.field(init=False, factory=set[IdT])

    def __contains__(self, id: object) -> bool:  # noqa: A002 - the elements are ids
        if len(self._as_set) < len(self._ids):
            # Many audiences are only iterated, so the set is built when it is needed.
            self._as_set.update(self._ids)
        return id in self._as_set

    def __iter__(self) -> Iterator[IdT]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __eq__(self, other: object) -> bool:
        # For type checkers, which assume that a set of another type is never equal.
        return super().__eq__(other)

    def __hash__(self) -> int:
        return self._hash()

    # Likewise: the inherited methods return what `_from_iterable` returns.
    def __and__(self, other: AbstractSet[Any]) -> frozenset[IdT]:
        return cast("frozenset[IdT]", super().__and__(other))

    def __or__(self, other: AbstractSet[OtherT]) -> frozenset[IdT | OtherT]:
        return cast("frozenset[IdT | OtherT]", super().__or__(other))

    def __sub__(self, other: AbstractSet[Any]) -> frozenset[IdT]:
        return cast("frozenset[IdT]", super().__sub__(other))

    def __xor__(self, other: AbstractSet[OtherT]) -> frozenset[IdT | OtherT]:
        return cast("frozenset[IdT | OtherT]", super().__xor__(other))

    @classmethod
    def _from_iterable(cls, it: Iterable[OtherT]) -> frozenset[OtherT]:
        return frozenset(it)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} at {self.now.isoformat()}>"


class MemberCount(NamedTuple):
    """The number of members from the instant *at*, in UTC and included, until the next count.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, MemorySource, all_of
    >>> evaluator = Evaluator(MemorySource([Contact("ada"), Contact("tim")]))
    >>> start, end = datetime(2022, 10, 1, tzinfo=UTC), datetime(2022, 11, 1, tzinfo=UTC)
    >>> [count.size for count in evaluator.size_over_time(all_of(), start, end)]
    [2]
    """

    at: datetime
    size: int
