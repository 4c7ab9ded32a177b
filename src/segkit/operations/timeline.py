"""timeline() and next_change(): when a condition holds, and until when its answer does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import Any, Final, NamedTuple

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import InstantError
from segkit.history import Facts
from segkit.model.conditions import Condition
from segkit.model.facts import ContactLike, EventLike, instant
from segkit.model.segments import Segment, contact_condition
from segkit.timelines.conditions import NextChange, find_next_change, timeline_of


class Span(NamedTuple):
    """A time from *start*, which belongs to it, up to *end*, which does not; both in UTC."""

    start: datetime
    end: datetime


def next_change(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = (),
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
    horizon: datetime | None = None,
) -> NextChange:
    """When the answer of `segkit.matches` will change by itself, if nothing new happens.

    The instant is exact to the microsecond: the answer at it is the other one, and from *now* up
    to the microsecond before it is the same. An event after now happens at its own instant.

    A question with no end in sight, as one about hundreds of birthdays that must fall on one day,
    is given up after 10,000 looks ahead, and some for each event: *horizon* then says how far they
    went.

    Args:
        condition: A segment or a bare condition.
        contact: A `Contact`, or any object with its fields.
        events: The contact's own events, in any order. Asked about one contact many times, prepare
            a `History` of them.
        now: The instant asked about, aware; by default the current time.
        tz: The zone that days and calendar units are of: a name, a ``ZoneInfo`` or ``UTC``.
        horizon: How far to look, an aware instant, itself included; ``None`` for ever.

    Raises:
        FactsError: If *contact* or an event is none, or an event is of somebody else [E6].
        InstantError: If *now* or *horizon* is naive, or *horizon* lies before *now*.
        ZoneError: If *tz* is unknown.
        ConditionTypeError, ConditionError: If *condition* is none that is asked of contacts.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, did, next_change
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC))
    >>> active = did("order").within_last(days=30)
    >>> change = next_change(active, Contact("ada"), [order], now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> print(change.at)
    2022-10-12 08:30:00+00:00
    """
    asked = contact_condition(condition, "next_change")
    facts = Facts.from_call(asked, contact, events)
    context = EvaluationContext.create(now, tz)
    if horizon is not None:
        horizon = _not_before(horizon, context.now, "horizon", "now")
    return find_next_change(asked, facts, context, horizon, max_steps=_MAX_STEPS)


_MAX_STEPS: Final = 10_000
"""Looks ahead before it is said how far was looked: what a question may cost is bounded."""


def timeline(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = (),
    *,
    start: datetime,
    end: datetime,
    tz: str | tzinfo = UTC,
) -> list[Span]:
    """When the condition holds between two instants, if nothing new happens.

    The spans are exact to the microsecond, in order, and neither overlap nor touch: an instant from
    *start* up to *end* lies in one of them if `segkit.matches` is true then. Attributes and lists
    are taken as they are in *contact*, at all those instants; events by their own.

    Args:
        condition: A segment or a bare condition.
        contact: A `Contact`, or any object with its fields.
        events: The contact's own events, or a `History` of them.
        start: The first instant looked at, aware.
        end: The first instant not looked at any more, aware.
        tz: The zone that days and calendar units are of: a name, a ``ZoneInfo`` or ``UTC``.

    Raises:
        FactsError, ZoneError, ConditionTypeError, ConditionError: As of `next_change`.
        InstantError: If *start* or *end* is naive, or *end* lies before *start*.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, did, timeline
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC))
    >>> active = did("order").within_last(days=30)
    >>> year = datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    >>> for span in timeline(active, Contact("ada"), [order], start=year[0], end=year[1]):
    ...     print(span.start, "to", span.end)
    2022-09-12 08:30:00+00:00 to 2022-10-12 08:30:00+00:00
    """
    asked = contact_condition(condition, "timeline")
    facts = Facts.from_call(asked, contact, events)
    since, until = period(start, end)
    context = EvaluationContext(since, parse_zone(tz))
    if since == until:
        return []
    verdict, turned = changes_of(asked, facts, context, until)
    return list(_spans(verdict, [since, *turned, until]))


def _spans(verdict: bool, edges: list[datetime]) -> Iterator[Span]:  # noqa: FBT001 - the first one
    for start, end in pairwise(edges):
        if verdict:
            yield Span(start, end)
        verdict = not verdict


def changes_of(
    condition: Condition, facts: Facts, context: EvaluationContext, end: datetime
) -> tuple[bool, list[datetime]]:
    """The verdict at a moment, and the instants behind it, before *end*, at which it turns over."""
    return timeline_of(condition, facts, context).changes_between(context.now, end)


def period(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Two instants in UTC, the second not before the first.

    Raises:
        InstantError: If they are not.
    """
    since = instant(start, "start")
    return since, _not_before(end, since, "end", "start")


def _not_before(value: datetime, first: datetime, name: str, of: str) -> datetime:
    at = instant(value, name)
    if at < first:
        problem = f"{at.isoformat()} lies before {of}, {first.isoformat()}"
        raise InstantError(name, problem, value)
    return at
