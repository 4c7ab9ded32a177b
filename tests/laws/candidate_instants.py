"""The instants at which a verdict may flip: times of facts and conditions, shifted by lengths.

Nothing of `segkit.clock` is used: instants and days are collected as they are, and shifted with
plain `timedelta` and `relativedelta`. Some candidates are close to a bound and not on it, which is
harmless: at every instant, `matches` returns the correct verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import attrs
from dateutil.relativedelta import relativedelta

from segkit import Anniversary, Calendar, Duration, Span

__all__ = [
    "DAY",
    "FIRST",
    "LAST",
    "Collected",
    "candidate_instants",
    "clip",
    "in_utc",
    "move_times",
]

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
_DISTANT: Final = 10_000
"""A shift by more units or days leaves the calendar, or nearly leaves it."""


@attrs.define
class Collected:
    """The times, lengths, calendar windows and anniversaries in facts and conditions."""

    times: set[date] = attrs.field(factory=set[date])
    lengths: set[Duration] = attrs.field(factory=set[Duration])
    calendars: set[Calendar] = attrs.field(factory=set[Calendar])
    anniversaries: set[Anniversary] = attrs.field(factory=set[Anniversary])

    def collect(self, value: Any) -> None:  # noqa: ANN401 - any value of a contact
        """Collect from *value*, and from the collections and conditions in it."""
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
            self.collect(list(value.values()))
        elif kind in (tuple, list, set, frozenset):
            for each in value:
                self.collect(each)
        elif kind.__module__.startswith("segkit.model") and attrs.has(kind):
            self.collect([getattr(value, field.name) for field in attrs.fields(kind)])


def candidate_instants(
    found: Collected, tz: tzinfo, start: datetime, end: datetime
) -> list[datetime]:
    """Return the instants from *start* (included) to *end* (excluded) to check, in order.

    Their neighbors at a distance of a microsecond are not included.
    """
    given_instants = {instant for at in found.times for instant in _instants(at, tz)}
    candidates = given_instants | {
        shifted
        for at in given_instants
        for length in found.lengths
        for shifted in _shifts(at, length)
    }
    days = {at.astimezone(tz).date() for at in candidates if FIRST + DAY < at < LAST - DAY}
    for at in found.times:
        day = in_utc(at).astimezone(tz).date() if _is_inside(at) else None
        if day is not None:
            days.update(_units_away(day, found.calendars))
            days.update(_years_around(day, found.anniversaries, start, end))
    days |= {first for day in days for first in _firsts(day)}
    candidates |= {midnight for day in days for midnight in _midnights(day, tz)}
    candidates |= {
        shifted for at in given_instants for day in (DAY, -DAY) for shifted in _plus(at, day)
    }
    return sorted(at for at in candidates if start <= at < end)


def clip(spans: list[Span], start: datetime, end: datetime) -> list[Span]:
    """Return the parts of *spans* between two instants."""
    cut = [Span(max(span.start, start), min(span.end, end)) for span in spans]
    return [span for span in cut if span.start < span.end]


def in_utc(at: date) -> datetime:
    """Return a time as an instant in UTC, limited to the years 1 to 9999 [T12]."""
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
    yield from (midnight for day in _plus(at, DAY) for midnight in _midnights(day, tz))


def _plus(at: Any, length: timedelta | relativedelta) -> Iterator[Any]:  # noqa: ANN401 - as given
    try:
        yield at + length
    except (OverflowError, ValueError):
        return


def _midnights(day: date, tz: tzinfo) -> Iterator[datetime]:
    """Yield local midnight: both if it occurs twice, and both ends of a gap."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    for local in (midnight, midnight.replace(fold=1)):
        yield in_utc(local)


def _shifts(at: datetime, length: Duration) -> Iterator[datetime]:
    """Yield an instant shifted by a length, in both directions and orders, and starts of months."""
    steps: list[Callable[[int], timedelta | relativedelta]] = [
        lambda sign: relativedelta(months=sign * length.months),
        lambda sign: timedelta(microseconds=sign * length.microseconds),
    ]
    for sign in (1, -1):
        for first, second in (steps, steps[::-1]):
            try:
                shifted = at + first(sign)
                yield shifted
                yield shifted + second(sign)
                month = shifted.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
                yield month + relativedelta(months=1)
                yield month + relativedelta(months=1) + second(sign)
            except (OverflowError, ValueError):
                continue


def _firsts(day: date) -> Iterator[date]:
    """Yield the first days of the week, month and year of a day, and of the next ones."""
    yield from _plus(day, timedelta(days=-day.weekday()))
    yield from _plus(day, timedelta(days=7 - day.weekday()))
    for first, unit in ((day.replace(day=1), "month"), (day.replace(month=1, day=1), "year")):
        yield first
        yield from _plus(first, _UNITS[unit])


def _units_away(day: date, calendars: Iterable[Calendar]) -> Iterator[date]:
    """Yield days, exact to a unit, at which a calendar window starts or stops to cover *day*."""
    for window in calendars:
        for away in (window.offset, window.offset + window.count, window.offset + window.count - 1):
            if abs(away) < _DISTANT:
                yield from _plus(day, _UNITS[window.unit] * -away)


def _years_around(
    day: date, anniversaries: Iterable[Anniversary], start: datetime, end: datetime
) -> Iterator[date]:
    """Yield days around the anniversaries of *day*, in some of the years."""
    years = {start.year - 1, start.year, start.year + 1, end.year - 1, end.year, end.year + 1}
    for window in anniversaries:
        for away in (window.first, window.last):
            for year in years if abs(away) < _DISTANT else ():
                for anniversary in _plus(day, relativedelta(year=min(max(year, 1), 9999))):
                    for days in (-1, 0, 1, 2):
                        yield from _plus(anniversary, timedelta(days=days - away))


def move_times(value: Any, away: timedelta) -> Any:  # noqa: ANN401 - any value of a contact
    """Move the times of 2023 and 2024 in *value*, to an end of the calendar.

    A time that would be outside the calendar is kept.
    """
    if type(value) is dict:
        return {name: move_times(each, away) for name, each in value.items()}
    if type(value) is datetime:
        value = in_utc(value)
    if type(value) in (datetime, date) and 2023 <= value.year <= 2024:
        return next(_plus(value, away), value)
    return value
