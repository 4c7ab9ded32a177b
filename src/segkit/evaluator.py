"""The members of a segment at one instant, as a set; how many there were over time, as steps.

Many contacts at once: who is in a segment, by one pass over a source.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sized
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, tzinfo
from typing import Generic, NamedTuple, TypeVar, cast

from segkit.clock import EvaluationContext, parse_zone
from segkit.display import HtmlDisplay
from segkit.errors import ConditionError, FactsError, short_repr, wrap_foreign_errors
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import instant
from segkit.model.requirements import Requirements
from segkit.model.segments import Segment, contact_condition
from segkit.operations.requirements import needs_between, needs_of
from segkit.operations.timeline import changes_of, period
from segkit.semantics.observations import evaluate_condition
from segkit.sources import Source, load_facts

IdT = TypeVar("IdT", bound=Hashable)
OtherT = TypeVar("OtherT")


class Audience(AbstractSet[IdT], HtmlDisplay, Generic[IdT]):
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


class MemberCount(NamedTuple):
    """How many members a segment has had since an instant in UTC, that instant included."""

    at: datetime
    size: int


_logger = logging.getLogger("segkit")
_logger.addHandler(logging.NullHandler())


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
            problem = (
                f"takes a source, such as MemorySource(contacts, events); got {short_repr(source)}"
            )
            raise FactsError("Evaluator", problem, source)
        self._source = source
        self._tz = parse_zone(tz)

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
        asked = contact_condition(condition, "members")
        return self._evaluate([asked], now, ids, progress)[0]

    def evaluate(
        self,
        segments: Iterable[Segment],
        *,
        now: datetime,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> dict[str, Audience[IdT]]:
        """The members of several segments, by name, in one pass over the source.

        Arguments and errors are those of `collection_members`.

        Raises:
            ConditionError: If two segments have one name, or something is no `Segment`.
        """
        asked = _by_name(segments)
        audiences = self._evaluate(list(asked.values()), now, ids, progress)
        return dict(zip(asked, audiences, strict=True))

    def as_of(
        self,
        condition: Condition | Segment,
        at: datetime,
        *,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> Audience[IdT]:
        """The members at a past instant: `collection_members` then, what happened later left out.

        Events have their instants, so that those after *at* do not count [T1]. **Attributes and
        lists are as they are today**, unless the source supplies them as they were: a contact who
        is "pro" now counts as "pro" then.

        Other arguments and errors are those of `collection_members`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, Event, MemorySource, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> evaluator = Evaluator(MemorySource([Contact("ada")], [order]))
        >>> len(evaluator.as_of(did("order"), datetime(2022, 9, 1, tzinfo=UTC)))
        0
        """
        asked = contact_condition(condition, "as_of")
        return self._evaluate([asked], instant(at, "at"), ids, progress)[0]

    def size_over_time(
        self,
        condition: Condition | Segment,
        start: datetime,
        end: datetime,
        *,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> list[MemberCount]:
        """How many members there are from *start* up to *end*, exactly, at every instant.

        A step function: the first step is at *start*, and one more wherever the number changes.
        Each number is ``len(as_of(condition, at))`` of every instant up to the next step, and what
        `as_of` says of attributes and lists holds here too. One pass over the source.

        Args:
            condition: A segment or a bare condition.
            start: The first instant, aware.
            end: The first instant that does not belong to the time any more, aware.
            ids: The contacts asked about; ``None`` for all. Ids that are not there are left out.
            progress: Called after each contact with how many are done, and of how many if known.

        Returns:
            The steps in order; none if *start* is *end*.

        Raises:
            InstantError: If *start* or *end* is naive, or *end* lies before *start*.
            FactsError: If the source yields something that is no contact, or one twice.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, Event, MemorySource, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> evaluator = Evaluator(MemorySource([Contact("ada")], [order]))
        >>> october, november = datetime(2022, 10, 1, tzinfo=UTC), datetime(2022, 11, 1, tzinfo=UTC)
        >>> active = did("order").within_last(days=30)
        >>> for step in evaluator.size_over_time(active, october, november):
        ...     print(step.at.date(), step.size)
        2022-10-01 1
        2022-10-12 0
        """
        asked = contact_condition(condition, "size_over_time")
        since, until = period(start, end)
        if since == until:
            return []
        needs = needs_between(asked, since, until, self._tz)
        size, changes, done = 0, Counter[datetime](), 0
        for facts in self._iter_facts(needs, ids, progress):
            verdict, turned = changes_of(asked, facts, EvaluationContext(since, self._tz), until)
            size += verdict
            for at in turned:
                verdict = not verdict
                changes[at] += 1 if verdict else -1
            done += 1
        steps = [MemberCount(since, size)]
        for at in sorted(changes):
            if changes[at]:
                size += changes[at]
                steps.append(MemberCount(at, size))
        _logger.debug("followed 1 condition for %d contacts: %d steps", done, len(steps))
        return steps

    def _evaluate(
        self,
        conditions: list[Condition],
        now: datetime,
        ids: Collection[IdT] | None,
        progress: Callable[[int, int | None], object] | None,
    ) -> list[Audience[IdT]]:
        context = EvaluationContext.create(instant(now, "now"), self._tz)
        needs = Requirements()
        for condition in conditions:
            needs |= needs_of(condition, context)
        members: list[list[IdT]] = [[] for _ in conditions]
        done = 0
        for facts in self._iter_facts(needs, ids, progress):
            for condition, found in zip(conditions, members, strict=True):
                if evaluate_condition(condition, facts, context):
                    found.append(facts.contact.id)
            done += 1
        _logger.debug("evaluated %d conditions for %d contacts", len(conditions), done)
        return [
            Audience(found, now=context.now, condition=condition)
            for condition, found in zip(conditions, members, strict=True)
        ]

    def _iter_facts(
        self,
        needs: Requirements,
        ids: Collection[IdT] | None,
        progress: Callable[[int, int | None], object] | None,
    ) -> Iterator[Facts]:
        """The facts of the contacts asked about; progress is told when one is done with."""
        _check_ids(ids)
        _check_progress(progress)
        total = None if progress is None else _known_size(self._source if ids is None else ids)
        for done, facts in enumerate(load_facts(self._source, needs, ids), start=1):
            yield facts
            if progress is not None:
                progress(done, total)


@wrap_foreign_errors("evaluate")
def _by_name(segments: object) -> dict[str, Condition]:
    asked: dict[str, Condition] = {}
    if not isinstance(segments, Iterable):
        problem = "takes several segments, a list for example; for one there is members(segment)"
        raise ConditionError("evaluate", f"{problem}; got {short_repr(segments)}", segments)
    for segment in cast("Iterable[object]", segments):
        if not isinstance(segment, Segment):
            problem = f"takes segments, Segment(name, condition); got {short_repr(segment)}"
            raise ConditionError("evaluate", problem, segment)
        if segment.name in asked:
            problem = f"two segments are named {short_repr(segment.name)}: the answer goes by name"
            raise ConditionError("evaluate", problem, segment.name)
        asked[segment.name] = segment.condition
    return asked


def _check_ids(ids: object) -> None:
    # By the type: an object may raise when it is asked for its class.
    kind: type[object] = type(ids)
    if ids is None or (issubclass(kind, Collection) and not issubclass(kind, str | bytes)):
        return
    problem = f"takes a collection of ids, or None for all; got {short_repr(ids)}"
    raise FactsError("ids", problem, ids)


def _check_progress(progress: object) -> None:
    if progress is not None and not callable(progress):
        problem = (
            f"takes a function of how many are done and of how many; got {short_repr(progress)}"
        )
        raise FactsError("progress", problem, progress)


def _known_size(sized: object) -> int | None:
    return len(cast("Sized", sized)) if issubclass(type(sized), Sized) else None
