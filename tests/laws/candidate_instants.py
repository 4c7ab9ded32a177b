"""Where a change might have been missed: the times of facts and conditions, moved about.

Nothing of `segkit.clock` is used: instants and days are collected as they stand, and moved with
plain `timedelta` and `relativedelta`. Some of these points lie beside the edge that is meant, which
does no harm: whatever the instant, `matches` says what has to be true then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import attrs
from dateutil.relativedelta import relativedelta

from segkit import Anniversary, Calendar, Duration, Span

__all__ = ["DAY", "FIRST", "LAST", "Collected", "carried", "clipped", "in_utc", "points"]

FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
DAY: Final = timedelta(days=1)

_UNITS: Final = {
    "day": relativedelta(days=1),
    "week": relativedelta(days=7),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
_FAR: Final = 10_000
"""So many units or days away: a longer move leads out of the calendar, or nearly."""


@attrs.define
class Collected:
    """What stands in facts and conditions: times, lengths of time, and what repeats."""

    times: set[date] = attrs.field(factory=set[date])
    lengths: set[Duration] = attrs.field(factory=set[Duration])
    calendars: set[Calendar] = attrs.field(factory=set[Calendar])
    anniversaries: set[Anniversary] = attrs.field(factory=set[Anniversary])

    def take(self, value: Any) -> None:  # noqa: ANN401 - whatever a contact may hold
        """Collect all there is in a value, in collections and conditions too."""
        kind = type(value)
        if kind in (datetime, date):
            self.times.add(value)
        elif kind is Duration:
            self.lengths.add(value)
        elif kind is Calendar:
            self.calendars.add(value)
        elif kind is Anniversary:
            self.anniversaries.add(value)
        elif kind is dict:
            self.take(list(value.values()))
        elif kind in (tuple, list, set, frozenset):
            for each in value:
                self.take(each)
        elif kind.__module__.startswith("segkit.model") and attrs.has(kind):
            self.take([getattr(value, field.name) for field in attrs.fields(kind)])


def points(found: Collected, tz: tzinfo, start: datetime, end: datetime) -> list[datetime]:
    """The instants from *start* up to, not including, *end* that are worth asking about, in order.

    Those beside an edge by a microsecond are not among them.
    """
    own = {instant for at in found.times for instant in _instants(at, tz)}
    moved = own | {there for at in own for length in found.lengths for there in _moves(at, length)}
    days = {at.astimezone(tz).date() for at in moved if FIRST + DAY < at < LAST - DAY}
    for at in found.times:
        day = in_utc(at).astimezone(tz).date() if _is_inside(at) else None
        if day is not None:
            days.update(_units_away(day, found.calendars))
            days.update(_years_around(day, found.anniversaries, start, end))
    days |= {first for day in days for first in _firsts(day)}
    moved |= {midnight for day in days for midnight in _midnights(day, tz)}
    moved |= {there for at in own for day in (DAY, -DAY) for there in _plus(at, day)}
    return sorted(at for at in moved if start <= at < end)


def clipped(spans: list[Span], start: datetime, end: datetime) -> list[Span]:
    """What of some spans lies between two instants."""
    cut = [Span(max(span.start, start), min(span.end, end)) for span in spans]
    return [span for span in cut if span.start < span.end]


def in_utc(at: date) -> datetime:
    """A time as an instant in UTC; one outside of the calendar is its first or last [T12]."""
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return FIRST if at.year == 1 else LAST


def _is_inside(at: date) -> bool:
    return FIRST + DAY < in_utc(at) < LAST - DAY


def _instants(at: date, tz: tzinfo) -> Iterator[datetime]:
    if isinstance(at, datetime):
        yield in_utc(at)
        return
    yield from _midnights(at, tz)
    yield from (there for day in _plus(at, DAY) for there in _midnights(day, tz))


def _plus(at: Any, length: timedelta | relativedelta) -> Iterator[Any]:  # noqa: ANN401 - as given
    try:
        yield at + length
    except (OverflowError, ValueError):
        return


def _midnights(day: date, tz: tzinfo) -> Iterator[datetime]:
    """Local midnight, the first and the second of two; of a gap, both its ends."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    for local in (midnight, midnight.replace(fold=1)):
        yield in_utc(local)


def _moves(at: datetime, length: Duration) -> Iterator[datetime]:
    """An instant moved by a length, either way, in either order, and the next start of a month."""
    steps: list[Callable[[int], timedelta | relativedelta]] = [
        lambda sign: relativedelta(months=sign * length.months),
        lambda sign: timedelta(microseconds=sign * length.microseconds),
    ]
    for sign in (1, -1):
        for first, second in (steps, steps[::-1]):
            try:
                there = at + first(sign)
                yield there
                yield there + second(sign)
                month = there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
                yield month + relativedelta(months=1)
                yield month + relativedelta(months=1) + second(sign)
            except (OverflowError, ValueError):
                continue


def _firsts(day: date) -> Iterator[date]:
    """The first days of the week, month and year of a day, and of the next ones."""
    yield from _plus(day, timedelta(days=-day.weekday()))
    yield from _plus(day, timedelta(days=7 - day.weekday()))
    for first, unit in ((day.replace(day=1), "month"), (day.replace(month=1, day=1), "year")):
        yield first
        yield from _plus(first, _UNITS[unit])


def _units_away(day: date, calendars: Iterable[Calendar]) -> Iterator[date]:
    """When a calendar window takes that day in, or lets it go, as near as a unit."""
    for window in calendars:
        for away in (window.offset, window.offset + window.count, window.offset + window.count - 1):
            if abs(away) < _FAR:
                yield from _plus(day, _UNITS[window.unit] * -away)


def _years_around(
    day: date, anniversaries: Iterable[Anniversary], start: datetime, end: datetime
) -> Iterator[date]:
    """When anniversaries of that day come into sight, or are out of it, in some of the years."""
    years = {start.year - 1, start.year, start.year + 1, end.year - 1, end.year, end.year + 1}
    for window in anniversaries:
        for away in (window.first, window.last):
            for year in years if abs(away) < _FAR else ():
                for there in _plus(day, relativedelta(year=min(max(year, 1), 9999))):
                    for off in (-1, 0, 1, 2):
                        yield from _plus(there, timedelta(days=off - away))


def carried(value: Any, away: timedelta) -> Any:  # noqa: ANN401 - whatever a contact may hold
    """What is of the usual time carried off to an end of the calendar."""
    if type(value) is dict:
        return {name: carried(each, away) for name, each in value.items()}
    if type(value) is datetime:
        value = in_utc(value)
    if type(value) in (datetime, date) and 2023 <= value.year <= 2024:
        return value + away
    return value
