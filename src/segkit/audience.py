"""Many contacts at once: who is in a segment, by one pass over a source."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sized
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, tzinfo
from typing import Generic, TypeVar, cast

from segkit.clock import Moment, zone
from segkit.errors import ConditionError, FactsError, asking, shown
from segkit.model.conditions import Condition
from segkit.model.facts import instant
from segkit.model.needs import Requirements
from segkit.model.segment import Segment, condition_of
from segkit.model.showing import Shown
from segkit.operations.evaluation import holds
from segkit.operations.requirements import needs_of
from segkit.sources import Source, loaded

__all__ = ["Audience", "Evaluator"]

IdT = TypeVar("IdT", bound=Hashable)
OtherT = TypeVar("OtherT")

_logger = logging.getLogger("segkit")
_logger.addHandler(logging.NullHandler())


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


class Evaluator(Generic[IdT]):
    """Answers for all contacts of a source, or some of them.

    Args:
        source: Where contacts and events are; see `Source`.
        tz: The zone that days and calendar units are of: a name, a ``ZoneInfo`` or ``UTC``.

    Raises:
        ZoneError: If *tz* is unknown.
        FactsError: If *source* has no ``load``.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, MemorySource, attr
    >>> source = MemorySource([Contact("ada", {"age": 36}), Contact("tim", {"age": 9})])
    >>> evaluator = Evaluator(source, tz="Europe/Paris")
    >>> evaluator.members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC)) == {"ada"}
    True
    """

    def __init__(self, source: Source[IdT], tz: str | tzinfo = UTC) -> None:
        if not callable(getattr(source, "load", None)):
            problem = f"takes a source, such as MemorySource(contacts, events); got {shown(source)}"
            raise FactsError("Evaluator", problem, source)
        self._source = source
        self._tz = zone(tz)

    def members(
        self,
        condition: Condition | Segment,
        *,
        now: datetime,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> Audience[IdT]:
        """The contacts the condition holds for.

        A value that cannot be compared makes the comparison false for that contact; it never
        stops the others.

        Args:
            condition: A segment or a bare condition.
            now: The instant asked about, aware.
            ids: The contacts asked about; ``None`` for all. Ids that are not there are left out.
            progress: Called after each contact with how many are done, and of how many if known.

        Raises:
            InstantError: If *now* is naive.
            FactsError: If the source yields something that is no contact, or one twice.
        """
        asked = condition_of(condition, "members")
        return self._evaluated([asked], now, ids, progress)[0]

    def evaluate(
        self,
        segments: Iterable[Segment],
        *,
        now: datetime,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> dict[str, Audience[IdT]]:
        """The members of several segments, by name, in one pass over the source.

        Arguments and errors are those of `members`.

        Raises:
            ConditionError: If two segments have one name, or something is no `Segment`.
        """
        asked = _by_name(segments)
        audiences = self._evaluated(list(asked.values()), now, ids, progress)
        return dict(zip(asked, audiences, strict=True))

    def _evaluated(
        self,
        conditions: list[Condition],
        now: datetime,
        ids: Collection[IdT] | None,
        progress: Callable[[int, int | None], object] | None,
    ) -> list[Audience[IdT]]:
        moment = Moment.of(instant(now, "now"), self._tz)
        _check_ids(ids)
        needs = Requirements()
        for condition in conditions:
            needs |= needs_of(condition, moment)
        members: list[list[IdT]] = [[] for _ in conditions]
        total = None if progress is None else _size(self._source if ids is None else ids)
        done = 0
        for done, facts in enumerate(loaded(self._source, needs, ids), start=1):
            for condition, found in zip(conditions, members, strict=True):
                if holds(condition, facts, moment):
                    found.append(facts.contact.id)
            if progress is not None:
                progress(done, total)
        _logger.debug("evaluated %d conditions for %d contacts", len(conditions), done)
        return [
            Audience(found, now=moment.now, condition=condition)
            for condition, found in zip(conditions, members, strict=True)
        ]


@asking("evaluate")
def _by_name(segments: object) -> dict[str, Condition]:
    asked: dict[str, Condition] = {}
    if not isinstance(segments, Iterable):
        problem = "takes several segments, a list for example; for one there is members(segment)"
        raise ConditionError("evaluate", f"{problem}; got {shown(segments)}", segments)
    for segment in cast("Iterable[object]", segments):
        if not isinstance(segment, Segment):
            problem = f"takes segments, Segment(name, condition); got {shown(segment)}"
            raise ConditionError("evaluate", problem, segment)
        if segment.name in asked:
            problem = f"two segments are named {shown(segment.name)}: the answer goes by name"
            raise ConditionError("evaluate", problem, segment.name)
        asked[segment.name] = segment.condition
    return asked


def _check_ids(ids: object) -> None:
    # By the type: an object may raise when it is asked for its class.
    kind: type[object] = type(ids)
    if ids is None or (issubclass(kind, Collection) and not issubclass(kind, str | bytes)):
        return
    problem = f"takes a collection of ids, or None for all; got {shown(ids)}"
    raise FactsError("ids", problem, ids)


def _size(sized: object) -> int | None:
    return len(cast("Sized", sized)) if issubclass(type(sized), Sized) else None
