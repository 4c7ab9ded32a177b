"""Bulk evaluation: the members of segments among all contacts of a source."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sized
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, Generic, TypeGuard, TypeVar, cast

from segkit.audience import Audience, DifferentIds, MemberCount
from segkit.checking.findings import Findings
from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import ConditionTypeError, FactsError, short_repr
from segkit.model.call_hints import written_as
from segkit.model.catalog import Catalog
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike, instant
from segkit.model.foreign_data import frame_problem
from segkit.model.requirements import Requirements
from segkit.model.segments import Segment, contact_condition, ensure_segments, segments_by_name
from segkit.model.validation import ensure_items
from segkit.model.values import MAX_INSTANT
from segkit.operations.checking import check
from segkit.operations.evaluation.matches import COMPILE_AFTER
from segkit.operations.evaluation.rows import RowsCache, not_compiled
from segkit.operations.explanation.explain import Explanation, explain
from segkit.operations.requirements import needs_between, needs_of, needs_since_ever
from segkit.operations.timeline import Span, next_change, period, timeline
from segkit.plan import Plan, plan_of
from segkit.progress import check_selection, no_report, reporting
from segkit.sources import (
    MemorySource,
    Source,
    add_row_to_path,
    evaluate_contact,
    load_facts,
    load_rows,
)
from segkit.timelines.conditions import NextChange, timeline_of

IdT = TypeVar("IdT", bound=Hashable)
RowT = TypeVar("RowT")

_logger = logging.getLogger("segkit")
_logger.addHandler(logging.NullHandler())


class Evaluator(Generic[IdT]):
    """Evaluates segments for all contacts of a source, or for some of them.

    `members` returns the members of one segment, `evaluate` those of several, `as_of` the members
    at a past instant, and `size_over_time` their number over time. `explain`, `next_change` and
    `timeline` are about one contact, by its id. `check` returns what in the data does not fit a
    segment, and `plan` how several segments are evaluated.

    Args:
        source: The contacts with their events: a `MemorySource`, or any `Source`.
        tz: The zone of days and calendar units: a name, a ``ZoneInfo`` or ``datetime.UTC``.

    Raises:
        ZoneError: If *tz* is unknown.
        FactsError: If *source* has no method ``load``.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Evaluator, MemorySource, attr
    >>> source = MemorySource([Contact("ada", {"age": 36}), Contact("tim", {"age": 9})])
    >>> evaluator = Evaluator(source, tz="Europe/Paris")
    >>> evaluator.members(attr("age") >= 18, now=datetime(2022, 10, 1, tzinfo=UTC)) == {"ada"}
    True
    """

    def __init__(self, source: Source[IdT], tz: str | tzinfo = UTC) -> None:
        if not callable(getattr(source, "load", None)):
            expected = "takes a source, such as MemorySource(contacts, events)"
            problem = frame_problem(source, "a source") or f"{expected}; got {short_repr(source)}"
            raise FactsError("Evaluator", problem, source)
        self._source = source
        self._tz = parse_zone(tz)
        self._compiled = RowsCache()

    @written_as("evaluator.members(segment, now=now)")
    def members(
        self,
        condition: Condition | Segment,
        *,
        now: datetime,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> Audience[IdT]:
        """Return the contacts for which the condition is true.

        A value that cannot be compared makes the comparison false for that contact, and never
        stops the evaluation of the others.

        Args:
            condition: A segment or a bare condition.
            now: The instant of the evaluation, an aware ``datetime``.
            ids: The ids of the contacts to evaluate; ``None`` for all. Unknown ids are left out.
            progress: Called after every 1,000 contacts and at the end, with the number of contacts
                done, and the total number if it is known, else ``None``.

        Raises:
            InstantError: If *now* is naive.
            FactsError: If the source yields an object that is not contact-like, or a contact twice.
            ConditionTypeError: If *condition* is neither a condition nor a segment.
            ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, MemorySource, attr
        >>> evaluator = Evaluator(MemorySource([Contact("ada", {"age": 36}), Contact("tim")]))
        >>> sorted(evaluator.members(attr("age").is_set(), now=datetime(2022, 10, 1, tzinfo=UTC)))
        ['ada']
        """
        checked = contact_condition(condition, "members")
        return self._evaluate([checked], now, ids, progress)[0]

    @written_as("evaluator.evaluate([segment, other], now=now)")
    def evaluate(
        self,
        segments: Iterable[Segment],
        *,
        now: datetime,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> dict[str, Audience[IdT]]:
        """Return the members of several segments by name, in one pass over the source.

        Other arguments and errors are those of `members`.

        Raises:
            ConditionError: If two segments have one name.
            ConditionTypeError: If an element is not a `Segment`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, MemorySource, Segment, attr
        >>> evaluator = Evaluator(MemorySource([Contact("ada", {"age": 36})]))
        >>> segments = [Segment("adults", attr("age") >= 18), Segment("minors", attr("age") < 18)]
        >>> found = evaluator.evaluate(segments, now=datetime(2022, 10, 1, tzinfo=UTC))
        >>> {name: len(audience) for name, audience in found.items()}
        {'adults': 1, 'minors': 0}
        """
        expected = "takes several segments, a list for example; for one, call members(segment)"
        named = segments_by_name("evaluate", ensure_segments("evaluate", expected, segments))
        conditions = [segment.condition for segment in named.values()]
        return dict(zip(named, self._evaluate(conditions, now, ids, progress), strict=True))

    @written_as("evaluator.plan([segment, other])")
    def plan(self, segments: Iterable[Condition | Segment]) -> Plan:
        """Return how `evaluate` evaluates these segments: print it to read it.

        A part that several segments contain is evaluated once. Parts by ``reference`` take much
        longer than the others.

        Raises:
            ConditionTypeError: If an element is neither a condition nor a segment.

        >>> from segkit import Contact, Evaluator, MemorySource, attr
        >>> evaluator = Evaluator(MemorySource([Contact(number) for number in range(100)]))
        >>> print(evaluator.plan([attr("age") >= 18]))
        1 segment, 1 different part
          1 part by columns: verdicts kept for each contact
        """
        expected = "takes several segments or conditions, in a list for example"
        items = ensure_items("plan", expected, segments, ConditionTypeError)
        conditions = [
            contact_condition(item, f"plan[{number}]")
            for number, item in enumerate(cast("tuple[Condition | Segment, ...]", items))
        ]
        return plan_of(conditions, by_columns=self._has_columns())

    @written_as("evaluator.check(segment)")
    def check(
        self,
        condition: Condition | Segment,
        *,
        sample: int | None = None,
        now: datetime | None = None,
    ) -> Findings:
        """Return what in a condition does not fit the data of the source: see `segkit.check`.

        The source is read once. To check many segments, call `Catalog.observed` and `check`. Errors
        are those of `members`.

        Args:
            sample: The number of contacts to read at most, the first ones; ``None`` for all.
            now: The instant after which an event is in the future; ``None`` for the current time.

        >>> from segkit import Contact, Evaluator, MemorySource, attr
        >>> evaluator = Evaluator(MemorySource([Contact("ada", {"age": "36"})]))
        >>> print(evaluator.check(attr("age") >= 18)[0].message)
        age is text in 1 of 1 contact: "36"; a number is needed
        """
        context = EvaluationContext.create(now, self._tz)
        needs = needs_since_ever(contact_condition(condition, "check"), context)
        return check(
            condition, Catalog.observed(self._source, sample, now=context.now, needs=needs)
        )

    @written_as("evaluator.as_of(segment, at)")
    def as_of(
        self,
        condition: Condition | Segment,
        at: datetime,
        *,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> Audience[IdT]:
        """Return the members at a past instant: later events are left out.

        Events after *at* do not count [T1]. **Attributes and lists are those of today**, unless the
        source supplies past ones: a contact who is "pro" now counts as "pro" then. Other arguments
        and errors are those of `members`.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, Event, MemorySource, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> evaluator = Evaluator(MemorySource([Contact("ada")], [order]))
        >>> len(evaluator.as_of(did("order"), datetime(2022, 9, 1, tzinfo=UTC)))
        0
        """
        checked = contact_condition(condition, "as_of")
        return self._evaluate([checked], instant(at, "at"), ids, progress)[0]

    @written_as("evaluator.size_over_time(segment, start, end)")
    def size_over_time(
        self,
        condition: Condition | Segment,
        start: datetime,
        end: datetime,
        *,
        ids: Collection[IdT] | None = None,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> list[MemberCount]:
        """Return the exact number of members at every instant from *start* to before *end*.

        The result is a step function: the first step is at *start*, and there is one more wherever
        the number changes. Each number is ``len(as_of(condition, at))`` at every instant before the
        next step, with the attributes and lists of today as in `as_of`. The source is read once.
        Other arguments and errors are those of `members`.

        Args:
            start: The first instant, an aware ``datetime``, included.
            end: The end, an aware ``datetime``, not included. The list is empty if it is *start*.

        Raises:
            InstantError: If *start* or *end* is naive, or *end* is before *start*.

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
        checked = contact_condition(condition, "size_over_time")
        first, last = period(start, end)
        if first == last:
            return []
        needs = needs_between(checked, first, last, self._tz)
        size, done = 0, 0
        entered_minus_left = Counter[datetime]()
        for facts in self._rows(load_facts, needs, ids, progress):
            done += 1
            context = EvaluationContext(first, self._tz)
            verdict, changes = timeline_of(checked, facts, context).changes_between(first, last)
            size += verdict
            for at in changes:
                verdict = not verdict
                entered_minus_left[at] += 1 if verdict else -1
        steps = [MemberCount(first, size)]
        for at in sorted(entered_minus_left):
            if entered_minus_left[at]:
                size += entered_minus_left[at]
                steps.append(MemberCount(at, size))
        _logger.debug("size over time of 1 condition, %d contacts: %d steps", done, len(steps))
        return steps

    # --- one contact ------------------------------------------------------------------------------

    @written_as("evaluator.explain(segment, id, now=now)")
    def explain(
        self,
        condition: Condition | Segment,
        id: IdT,  # noqa: A002 - the field's name
        *,
        now: datetime | None = None,
    ) -> Explanation:
        """Return why a contact is in the segment or is not; see `segkit.explain`.

        The source is loaded once, for this contact.

        Args:
            condition: A segment or a bare condition.
            id: The id of the contact.
            now: The instant of the evaluation, an aware ``datetime``; by default the current time.

        Raises:
            FactsError: If there is no contact with that id. The error says if there is one whose
                id has another type: ``1`` instead of ``"1"``.
            InstantError, ConditionTypeError, ConditionError: As `members`.

        >>> from segkit import Contact, Evaluator, MemorySource, attr
        >>> evaluator = Evaluator(MemorySource([Contact("ada", {"age": 36})]))
        >>> print(evaluator.explain(attr("age") >= 18, "ada"))
        yes  age is at least 18
             value: 36
        """
        checked = contact_condition(condition, "explain")
        context = EvaluationContext.create(now, self._tz)
        needs = needs_between(checked, context.now, MAX_INSTANT, self._tz)
        evaluate = partial(explain, checked, now=context.now, tz=self._tz)
        return evaluate_contact(self._source, needs, id, "explain.id", evaluate)

    @written_as("evaluator.next_change(segment, id, now=now)")
    def next_change(
        self,
        condition: Condition | Segment,
        id: IdT,  # noqa: A002 - as in explain
        *,
        now: datetime | None = None,
        horizon: datetime | None = None,
    ) -> NextChange:
        """Return when time alone changes whether a contact is in the segment.

        See `segkit.next_change`. Other arguments and errors are those of `explain`.

        Args:
            horizon: The last instant to search, an aware ``datetime``, included; ``None`` for all
                time.

        Raises:
            InstantError: If *now* or *horizon* is naive, or *horizon* is before *now*.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, Event, MemorySource, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> evaluator = Evaluator(MemorySource([Contact("ada")], [order]))
        >>> active = did("order").within_last(days=30)
        >>> print(evaluator.next_change(active, "ada", now=datetime(2022, 10, 1, tzinfo=UTC)).at)
        2022-10-12 00:00:00+00:00
        """
        checked = contact_condition(condition, "next_change")
        context = EvaluationContext.create(now, self._tz)
        last = MAX_INSTANT
        if horizon is not None:
            _, last = period(context.now, horizon, ("now", "horizon"))
        needs = needs_between(checked, context.now, last, self._tz)
        evaluate = partial(next_change, checked, now=context.now, tz=self._tz, horizon=horizon)
        return evaluate_contact(self._source, needs, id, "next_change.id", evaluate)

    @written_as("evaluator.timeline(segment, id, start=start, end=end)")
    def timeline(
        self,
        condition: Condition | Segment,
        id: IdT,  # noqa: A002 - as in explain
        *,
        start: datetime,
        end: datetime,
    ) -> list[Span]:
        """Return the periods between two instants in which a contact is in the segment.

        See `segkit.timeline`. Other arguments and errors are those of `explain`.

        Args:
            start: The first instant, an aware ``datetime``, included.
            end: The end, an aware ``datetime``, not included.

        Raises:
            InstantError: If *start* or *end* is naive, or *end* is before *start*.

        >>> from datetime import UTC, datetime
        >>> from segkit import Contact, Evaluator, Event, MemorySource, did
        >>> order = Event("ada", "order", datetime(2022, 9, 12, tzinfo=UTC))
        >>> evaluator = Evaluator(MemorySource([Contact("ada")], [order]))
        >>> year = datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
        >>> active = did("order").within_last(days=30)
        >>> [span] = evaluator.timeline(active, "ada", start=year[0], end=year[1])
        >>> span.start.date().isoformat(), span.end.date().isoformat()
        ('2022-09-12', '2022-10-12')
        """
        checked = contact_condition(condition, "timeline")
        first, last = period(start, end)
        needs = needs_between(checked, first, last, self._tz)
        evaluate = partial(timeline, checked, start=first, end=last, tz=self._tz)
        return evaluate_contact(self._source, needs, id, "timeline.id", evaluate)

    # --- many contacts ----------------------------------------------------------------------------

    def _evaluate(
        self,
        conditions: list[Condition],
        now: datetime,
        ids: Collection[IdT] | None,
        progress: Callable[[int, int | None], object] | None,
    ) -> list[Audience[IdT]]:
        context = EvaluationContext.create(instant(now, "now"), self._tz)
        check_selection(ids, progress)
        found: tuple[int, list[list[IdT]]] | None = None
        if ids is None and _is_store(self._source):
            report = progress or no_report
            found = self._source.members_by_columns(conditions, context, report)
        if found is None:
            needs = Requirements()
            for condition in conditions:
                needs |= needs_of(condition, context)
            rows = self._rows(load_rows, needs, ids, progress)
            found = self._members_of_rows(conditions, context, rows)
        number, members = found
        _logger.debug("evaluated %d conditions for %d contacts", len(conditions), number)
        return [
            Audience(DifferentIds(of_one), now=context.now, condition=condition)
            for condition, of_one in zip(conditions, members, strict=True)
        ]

    def _has_columns(self) -> bool:
        return _is_store(self._source) and self._source.is_evaluated_by_columns

    def _members_of_rows(
        self,
        conditions: list[Condition],
        context: EvaluationContext,
        rows: Iterable[tuple[ContactLike[IdT], Iterable[EventLike]]],
    ) -> tuple[int, list[list[IdT]]]:
        """Return the number of rows, and the members of each condition.

        A row is not kept after it was evaluated.
        """
        members: list[list[IdT]] = [[] for _ in conditions]
        adders = [found.append for found in members]
        compiled = self._compiled.get(conditions)
        functions = (compiled or not_compiled(conditions)).bind(context, adders)
        done = 0
        for number, (contact, events) in enumerate(rows):
            if number == COMPILE_AFTER and compiled is None:
                functions = self._compiled.add(conditions).bind(context, adders)
            try:
                for evaluate_row in functions:
                    evaluate_row(contact, events)
            except FactsError as error:
                add_row_to_path(error, number)
                raise
            done = number + 1
        return done, members

    def _rows(
        self,
        load: Callable[[Source[IdT], Requirements, Collection[IdT] | None], Iterator[RowT]],
        needs: Requirements,
        ids: Collection[IdT] | None,
        progress: Callable[[int, int | None], object] | None,
    ) -> Iterator[RowT]:
        """Return what *load* yields for each contact, with reports of the progress."""
        check_selection(ids, progress)
        rows = load(self._source, needs, ids)
        if progress is None:
            return rows
        sized: object = self._source if ids is None else ids
        total = len(cast("Sized", sized)) if issubclass(type(sized), Sized) else None
        return reporting(rows, progress, total)


def _is_store(source: object) -> TypeGuard[MemorySource[Any]]:
    """Return whether *source* is a store; a subclass may load other facts than it has."""
    store: Any = MemorySource
    kind: Any = type(source)
    return issubclass(kind, store) and kind.load is store.load
