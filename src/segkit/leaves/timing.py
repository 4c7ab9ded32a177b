"""How lengths of time, instants and windows are said in English."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, assert_never

from segkit.model.durations import Duration
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next, Window

__all__ = ["said_instant", "said_length", "said_window"]


def said_instant(moment: datetime) -> str:
    """An instant in UTC, without the parts of the time that are zero."""
    wall = moment.astimezone(UTC).replace(tzinfo=None)
    exact = "auto" if wall.second or wall.microsecond else "minutes"
    return f"{wall.isoformat(sep=' ', timespec=exact)} UTC"


def _said_time(time: date) -> str:
    return said_instant(time) if isinstance(time, datetime) else time.isoformat()


def _units(length: Duration) -> list[tuple[int, str]]:
    """A length in as few units as say it, years among them."""
    units = length.in_units()
    if "months" in units and units["months"] % 12 == 0:
        units = {"years": units.pop("months") // 12, **units}
    return [(number, unit) for unit, number in units.items()]


def said_length(length: Duration) -> str:
    """A length of time in words: ``24 hours``, ``6 months``."""
    units = _units(length)
    if units == [(1, "days")]:  # "The last day" might be taken for a calendar day.
        units = [(24, "hours")]
    return " and ".join(f"{number} {unit if number != 1 else unit[:-1]}" for number, unit in units)


def _said_to_now(length: Duration) -> str:
    """Without the number where it is one: "the last month"."""
    return said_length(length).removeprefix("1 ")


def said_window(window: Window) -> str:
    """When, as an adverb: ``in the last 30 days``; empty for `Ever`."""
    match window:
        case Ever():
            return ""
        case Last(length):
            return f"in the last {_said_to_now(length)}"
        case Next(length):
            return f"in the next {_said_to_now(length)}"
        case Ago():
            return _said_ago(window)
        case Between(start, end):
            return _said_between(start, end)
        case Calendar():
            return _said_calendar(window)
        case _:
            assert_never(window)


def _said_ago(window: Ago) -> str:
    if window.older is None:
        return f"{said_length(window.newer)} ago or earlier"
    older, newer = _units(window.older), _units(window.newer)
    if len(older) == len(newer) == 1 and older[0][1] == newer[0][1]:
        return f"between {older[0][0]} and {newer[0][0]} {newer[0][1]} ago"
    if len(older) == len(newer) == 1:
        return f"between {said_length(window.older)} and {said_length(window.newer)} ago"
    return f"from {said_length(window.older)} ago to {said_length(window.newer)} ago"


def _said_between(start: date | None, end: date | None) -> str:
    if start is None:
        assert end is not None, "Between() refuses both sides open"  # noqa: S101
        return f"{'before' if isinstance(end, datetime) else 'on or before'} {_said_time(end)}"
    if end is None:
        return f"{'at' if isinstance(start, datetime) else 'on'} or after {_said_time(start)}"
    if isinstance(end, datetime):
        return f"from {_said_time(start)} to before {_said_time(end)}"
    if start == end:
        return f"on {_said_time(start)}"
    return f"between {_said_time(start)} and {_said_time(end)}"


_ONE_DAY: Final = {0: "today", -1: "yesterday", 1: "tomorrow"}
_ONE_UNIT: Final = {0: "in this", -1: "in the previous", 1: "in the next"}


def _said_calendar(window: Calendar) -> str:
    unit, offset, count = window.unit, window.offset, window.count
    is_day = unit == "day"
    whole = "day" if is_day else f"calendar {unit}"
    away = f"{abs(offset)} {unit}{'' if abs(offset) == 1 else 's'}"
    there = f"{away} ago" if offset < 0 else f"{away} from now"
    if count == 1:
        if offset in _ONE_UNIT:
            return _ONE_DAY[offset] if is_day else f"{_ONE_UNIT[offset]} {whole}"
        return f"{'on' if is_day else 'in'} the {whole} {there}"
    if offset + count == 1:
        return f"in the {count} {whole}s up to and including {'today' if is_day else 'this one'}"
    if not is_day and offset + count == 0:
        return f"in the previous {count} {whole}s"
    if not is_day and offset == 1:
        return f"in the next {count} {whole}s"
    first = _ONE_DAY.get(offset, f"the one {there}") if is_day else f"the one {there}"
    if offset == 0 and not is_day:
        first = "this one"
    return f"in the {count} {whole}s beginning with {first}"
