"""timeline() and next_change(): when a condition is true, and when that changes by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import InstantError
from segkit.history import Facts
from segkit.model.call_hints import written_as
from segkit.model.conditions import Condition
from segkit.model.facts import NOT_GIVEN, ContactLike, EventLike, instant
from segkit.model.segments import Segment, contact_condition
from segkit.timelines.conditions import NextChange, next_change_of, timeline_of


class Span(NamedTuple):
    """A period from *start*, which is included, to *end*, which is not; both in UTC.

    >>> from datetime import UTC, datetime
    >>> from segkit import Span
    >>> span = Span(datetime(2022, 9, 12, tzinfo=UTC), datetime(2022, 10, 12, tzinfo=UTC))
    >>> (span.end - span.start).days
    30
    """

    start: datetime
    end: datetime


@written_as("next_change(condition, contact, events, now=now)")
def next_change(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *,
    now: datetime | None = None,
    tz: str | tzinfo = UTC,
    horizon: datetime | None = None,
) -> NextChange:
    """Return when the verdict of `segkit.matches` changes by itself, if no fact changes.

    The instant is exact to the microsecond: there is no need to evaluate the contact again before
    that time. At that instant a member leaves the segment, and a non-member enters it. An event
    after *now* counts from its own instant on.

    A search without an end, such as for the day on which hundreds of birthdays coincide, stops
    after 10,000 steps, and some more for each event: the *horizon* of the result then says how far
    the search went.

    Args:
        condition, contact, events, now, tz: As for `segkit.matches`.
        horizon: The last instant to search, an aware ``datetime``, included; ``None`` for all time.

    Raises:
        FactsError: If *contact* is not contact-like, an event is not event-like, or an event
            belongs to another contact [E6].
        InstantError: If *now* or *horizon* is naive, or *horizon* is before *now*.
        ZoneError: If *tz* is unknown.
        ConditionTypeError: If *condition* is neither a condition nor a segment.
        ConditionError: If *condition* is a condition on ``prop(...)``, outside of ``where``.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, did, next_change
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC))
    >>> active = did("order").within_last(days=30)
    >>> change = next_change(active, Contact("ada"), [order], now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> print(change.at)
    2022-10-12 08:30:00+00:00
    """
    checked = contact_condition(condition, "next_change")
    facts = Facts.from_call(checked, contact, events)
    context = EvaluationContext.create(now, tz)
    if horizon is not None:
        _, horizon = period(context.now, horizon, ("now", "horizon"))
    return next_change_of(checked, facts, context, horizon)


@written_as("timeline(condition, contact, events, start=start, end=end)")
def timeline(
    condition: Condition | Segment,
    contact: ContactLike[Any],
    events: Iterable[EventLike] = NOT_GIVEN,
    *,
    start: datetime,
    end: datetime,
    tz: str | tzinfo = UTC,
) -> list[Span]:
    """Return the periods between two instants in which the condition is true.

    The spans are exact to the microsecond, sorted, and neither overlap nor touch: an instant from
    *start* to before *end* is in a span if `segkit.matches` is true at that instant. Attributes and
    lists are those of *contact* at all instants; events count from their own instants on.

    Args:
        condition, contact, events, tz: As for `segkit.matches`.
        start: The first instant, an aware ``datetime``, included.
        end: The end, an aware ``datetime``, not included.

    Raises:
        FactsError, ZoneError, ConditionTypeError, ConditionError: As `next_change`.
        InstantError: If *start* or *end* is naive, or *end* is before *start*.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Event, did, timeline
    >>> order = Event("ada", "order", datetime(2022, 9, 12, 8, 30, tzinfo=UTC))
    >>> active = did("order").within_last(days=30)
    >>> year = datetime(2022, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
    >>> for span in timeline(active, Contact("ada"), [order], start=year[0], end=year[1]):
    ...     print(span.start, "to", span.end)
    2022-09-12 08:30:00+00:00 to 2022-10-12 08:30:00+00:00
    """
    checked = contact_condition(condition, "timeline")
    facts = Facts.from_call(checked, contact, events)
    first, last = period(start, end)
    context = EvaluationContext(first, parse_zone(tz))
    if first == last:
        return []
    verdict, changes = timeline_of(checked, facts, context).changes_between(first, last)
    # The verdict flips at every change, so it is true in every second period.
    periods = list(pairwise([first, *changes, last]))
    return [Span(*period) for period in periods[0 if verdict else 1 :: 2]]


def period(
    start: datetime, end: datetime, names: tuple[str, str] = ("start", "end")
) -> tuple[datetime, datetime]:
    """Return both instants in UTC, after checking that *end* is not before *start*."""
    first, last = instant(start, names[0]), instant(end, names[1])
    if last < first:
        problem = f"{last.isoformat()} is before {names[0]}, {first.isoformat()}"
        raise InstantError(names[1], problem, end)
    return first, last
