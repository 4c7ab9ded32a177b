"""Local days in invented zones, because real clocks mostly change at midnight or at night.

Since 1880 only one gap contains a midnight and does not start at it (Toronto, March 30, 1919,
23:30). Here clocks change at any second of the day, by any number of seconds up to a whole day.
"""

import io
import struct
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segkit.clock import EvaluationContext, coverage, day_start, local_day, window_interval
from segkit.model.time_spans import Calendar
from tests.slow_clock import DAY, MICROSECOND, beside

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DISTANT = 10**9
HOUR = 3_600
WHOLE_DAY = 24 * HOUR


@attrs.frozen
class InventedZone:
    """A zone: its offsets in seconds, and the seconds at which it changes to the next offset."""

    offsets: tuple[int, ...]
    changes: tuple[int, ...]

    def zone(self) -> ZoneInfo:
        """Build the zone from a file in the format of RFC 8536, version 1."""
        # The first type is valid before the first change, and the next type after each change.
        types, times = range(1, len(self.offsets)), len(self.changes)
        header = struct.pack(">4s16x6l", b"TZif", 0, 0, 0, times, len(self.offsets), 4)
        body = struct.pack(f">{times}l", *self.changes) + bytes(types)
        body += b"".join(struct.pack(">lBB", offset, 0, 0) for offset in self.offsets)
        return ZoneInfo.from_file(io.BytesIO(header + body + b"ABC\0"))

    def start(self, day: date) -> datetime:
        """Return the start of a day [T9]: the earliest one in the intervals between changes."""
        midnight = (day - EPOCH.date()).days * WHOLE_DAY
        begins, ends = (-DISTANT, *self.changes), (*self.changes, DISTANT)
        firsts = [
            max(begin, midnight - offset)
            for begin, end, offset in zip(begins, ends, self.offsets, strict=True)
            if max(begin, midnight - offset) < end
        ]
        return EPOCH + timedelta(seconds=min(firsts))

    def days(self) -> list[date]:
        """Return the days from shortly before the first change to shortly after the last change."""
        first, last = (EPOCH.date() + self.changes[end] // WHOLE_DAY * DAY for end in (0, -1))
        return [first + number * DAY for number in range(-4, (last - first).days + 5)]


@st.composite
def invented(draw: st.DrawFn) -> InventedZone:
    """Generate one or two changes, at least two days apart, each by a day at most."""
    offsets = [draw(st.integers(-15 * HOUR, 15 * HOUR))]
    changes = [draw(st.integers(-1_000_000, 1_000_000))]
    for _ in range(draw(st.integers(1, 2))):
        by = draw(st.integers(-WHOLE_DAY, WHOLE_DAY) | st.sampled_from((-HOUR, HOUR)))
        offsets.append(min(max(offsets[-1] + by, -15 * HOUR), 15 * HOUR))
    if len(offsets) > 2:
        changes.append(changes[0] + draw(st.integers(2 * WHOLE_DAY, 1_000_000)))
    return InventedZone(tuple(offsets), tuple(changes))


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        pytest.param(InventedZone((0, HOUR), (-1807,)), "23:29:52.999999", "00:29:53", id="a gap"),
        pytest.param(
            InventedZone((HOUR, 0), (-1807,)), "00:29:52.999999", "23:29:53", id="a repeated hour"
        ),
    ],
)
def test_the_clocks_of_an_invented_zone_change_at_its_changes(
    zone: InventedZone, before: str, after: str
) -> None:
    change = EPOCH + timedelta(seconds=zone.changes[0])
    shown = [moment.astimezone(zone.zone()).time() for moment in (change - MICROSECOND, change)]
    assert [moment.isoformat() for moment in shown] == [before, after]


@given(invented())
@example(InventedZone((0, HOUR), (-1807,)))
@example(InventedZone((HOUR, 0), (-1807,)))
@example(InventedZone((-10 * HOUR, 14 * HOUR), (-12_345,)))
@example(InventedZone((14 * HOUR, -10 * HOUR), (-12_345,)))
def test_a_day_starts_at_the_first_instant_of_its_date_or_a_later_one(drawn: InventedZone) -> None:
    """[T9]: exact to the microsecond, for all changes of clocks."""
    zone, days = drawn.zone(), drawn.days()
    starts = {day: drawn.start(day) for day in days}
    for day in days[1:-1]:
        assert day_start(day, zone) == starts[day]
        for moment in beside(starts[day]):
            assert local_day(moment, zone) == max(day for day in days if starts[day] <= moment)


@given(invented(), st.integers(-2, 2), st.integers(1, 2))
def test_calendar_days_follow_one_another(drawn: InventedZone, offset: int, count: int) -> None:
    """[T8], [T9], [T11]: also where a day is two days long, or empty."""
    zone, window = drawn.zone(), Calendar("day", offset, count)
    for day, following in pairwise(drawn.days()):
        start, end = drawn.start(day), drawn.start(following)
        if start == end:
            continue
        for now in (start, end - MICROSECOND):
            span = window_interval(window, now, zone)
            assert span.start == drawn.start(day + offset * DAY)
            assert span.end == drawn.start(day + (offset + count) * DAY)
            for fact in (start, end - MICROSECOND):
                assert (now in coverage(window, fact, zone)) is (fact in span)
            assert EvaluationContext(now, zone).local_day(now) == day
