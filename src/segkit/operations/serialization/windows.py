"""Windows and lengths of time as documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, assert_never, cast, get_type_hints

from segkit.model.durations import Duration, Units
from segkit.model.operands import Anniversary
from segkit.model.windows import Ago, Between, Calendar, Ever, Last, Next, Window
from segkit.operations.serialization.scalars import read_time, read_whole, written, written_whole
from segkit.operations.serialization.spots import Keys, Spot

__all__ = [
    "UNITS",
    "WINDOWS",
    "read_anniversary",
    "read_length",
    "read_window",
    "written_anniversary",
    "written_length",
    "written_window",
]

UNITS: Final = tuple(get_type_hints(Units))
WINDOWS: Final[Mapping[str, Keys]] = {
    "ever": Keys(()),
    "last": Keys(("length",)),
    "ago": Keys(("newer",), ("older",)),
    "next": Keys(("length",)),
    "between": Keys((), ("start", "end")),
    "calendar": Keys(("unit",), ("offset", "count")),
}
_A_YEAR: Final = 366 * 86_400 * 10**6
_UNITS_OF_A_YEAR: Final = {"day": 366, "week": 53, "month": 12, "quarter": 4, "year": 1}


# --- writing --------------------------------------------------------------------------------------


def written_length(length: Duration) -> dict[str, object]:
    """A length in as few units as say it exactly."""
    return {unit: written_whole(number) for unit, number in length.in_units().items()}


def written_window(window: Window) -> dict[str, object]:
    """A window, without what it has by default."""
    document: dict[str, object] = {"type": type(window).__name__.lower()}
    match window:
        case Ever():
            pass
        case Last(length) | Next(length):
            document["length"] = written_length(length)
        case Ago(older, newer):
            if older is not None:
                document["older"] = written_length(older)
            document["newer"] = written_length(newer)
        case Between(start, end):
            if start is not None:
                document["start"] = written(start)
            if end is not None:
                document["end"] = written(end)
        case Calendar(unit, offset, count):
            document["unit"] = unit
            if offset != 0:
                document["offset"] = written_whole(offset)
            if count != 1:
                document["count"] = written_whole(count)
        case _:
            assert_never(window)
    return document


def written_anniversary(days: Anniversary) -> dict[str, object]:
    """The first and the last day, counted from today."""
    return {"first": written_whole(days.first), "last": written_whole(days.last)}


# --- reading --------------------------------------------------------------------------------------


def read_length(spot: Spot) -> Duration | None:
    """A length of time, of one unit or several."""
    failed = spot.session.failed
    fields = spot.fields("a length of time", Keys((), UNITS))
    if fields is None:
        return None
    units = {unit: read_whole(held) for unit, held in fields.items()}
    if spot.session.failed != failed:
        return None
    length = spot.built(lambda: Duration(**cast("Units", units)))
    years = spot.session.limits.period
    if length and (length.months > 12 * years or length.microseconds > _A_YEAR * years):
        spot.refuse(f"is at most {years:,} years")
        return None
    return length


def read_window(spot: Spot) -> Window | None:
    """A window of any type."""
    failed = spot.session.failed
    tagged = spot.tagged("a window", WINDOWS)
    if tagged is None:
        return None
    tag, fields = tagged
    values: dict[str, Any] = {key: _READERS[key](held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    if tag == "calendar":
        most = _UNITS_OF_A_YEAR.get(values["unit"], 1) * spot.session.limits.period
        _check_period(spot, most, values.get("offset", 0), values.get("count", 1))
    return spot.built(lambda: _built(tag, values))


def _built(tag: str, values: dict[str, Any]) -> Window:
    match tag:
        case "ever":
            return Ever()
        case "last":
            return Last(values["length"])
        case "next":
            return Next(values["length"])
        case "ago":
            return Ago(values.get("older"), values["newer"])
        case "between":
            return Between(values.get("start"), values.get("end"))
        case _:
            return Calendar(**values)


_READERS: Final[Mapping[str, Callable[[Spot], object]]] = {
    "length": read_length,
    "older": read_length,
    "newer": read_length,
    "start": read_time,
    "end": read_time,
    "unit": Spot.text,
    "offset": read_whole,
    "count": read_whole,
}


def read_anniversary(spot: Spot) -> Anniversary | None:
    """The days of an anniversary."""
    failed = spot.session.failed
    fields = spot.fields("an anniversary", Keys(("first", "last")))
    if fields is None:
        return None
    days: dict[str, Any] = {key: read_whole(held) for key, held in fields.items()}
    if spot.session.failed != failed:
        return None
    _check_period(spot, 366 * spot.session.limits.period, *days.values())
    return spot.built(lambda: Anniversary(**days))


def _check_period(spot: Spot, most: int, *numbers: int) -> None:
    if any(abs(number) > most for number in numbers):
        spot.refuse(f"reaches at most {spot.session.limits.period:,} years")
