"""What to write for data of other libraries: data frames, rows, JSON text, times that are not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, cast

from segkit.errors import raise_unless_repeated
from segkit.model.values import Kind, normalize


def has_methods(value: object, *names: str) -> bool:
    """Return whether the class of *value* defines these names. No code of *value* is run."""
    defined = [vars(base) for base in type(value).__mro__]
    return all(any(name in names_of_class for names_of_class in defined) for name in names)


def has_fields(value: object, *names: str) -> bool:
    """Return whether *value* has these attributes."""
    try:
        return all(hasattr(value, name) for name in names)
    except Exception as error:  # noqa: BLE001 - the attributes of a foreign object may raise anything
        raise_unless_repeated(error, lambda: all(hasattr(value, name) for name in names))
        return False


def rows_of_frame(value: object) -> str | None:
    """Return the code that reads the rows of a data frame as dicts; ``None`` for another value."""
    if has_methods(value, "to_dict", "iterrows"):
        return 'frame.to_dict("records")'  # pandas
    if has_methods(value, "to_dicts", "columns"):
        return "frame.to_dicts()"  # polars
    if has_methods(value, "collect", "collect_schema"):
        return "frame.collect().to_dicts()"  # a lazy frame of polars
    if has_methods(value, "to_pylist", "column_names"):
        return "frame.to_pylist()"  # pyarrow
    return None


_CONTACTS: Final = "MemorySource.from_records({rows}, ...)"
_EVENTS: Final = "MemorySource.from_records(contacts, {rows}, ...)"


def frame_problem(value: object, items: str) -> str | None:
    """Return what to write instead of a data frame, where *items* are expected."""
    rows = rows_of_frame(value)
    if rows is None:
        return None
    call = _EVENTS if "event" in items else _CONTACTS
    return f"takes {items}; got a data frame: read it with {call.format(rows=rows)}"


def frame_name(value: object) -> str | None:
    """Return what to call a data frame or a row of one, whose repr has several lines."""
    if rows_of_frame(value) is not None:
        return "a data frame"
    return "a row of a data frame" if _is_row(value) else None


def _is_row(value: object) -> bool:
    return has_methods(value, "to_dict", "to_frame")  # a pandas Series


def row_advice(value: object, kind: str) -> str:
    """Return what to write instead of a mapping or a data frame; *kind* has its article."""
    rows = rows_of_frame(value)
    if rows is not None:
        cure = _EVENTS if kind == "an event" else f"read the rows with {_CONTACTS}"
        return cure.format(rows=rows)
    if _is_row(value):
        return f"{row_advice({}, kind)}, with row = value.to_dict()"
    if not issubclass(type(value), Mapping):
        return ""
    if kind == "an event":
        return 'write Event("ada", "order", at, {"total": 30}) with the values of the dict'
    many = _CONTACTS.format(rows="rows")
    return f'write Contact("ada", {{"age": 36}}) for one dict, or {many} for many'


def json_advice(value: object) -> str:
    """Return how to read *value* if it is JSON text of an object."""
    kind: type[object] = type(value)
    if issubclass(kind, bytes | bytearray):
        return ": read JSON text first, json.loads(...)"
    if issubclass(kind, str) and str.lstrip(cast("str", value)).startswith("{"):
        return ": read JSON text first, json.loads(...)"
    return ""


# --- times ----------------------------------------------------------------------------------------

_SECONDS: Final = 100_000_000
_MILLISECONDS: Final = 100_000_000_000
"""A number of this size or more is the time since 1970 in milliseconds: in seconds, it is 5138."""
_MICROSECONDS: Final = _MILLISECONDS * 1_000
_NANOSECONDS: Final = _MICROSECONDS * 1_000


_EPOCH_UNITS: Final = (
    (_NANOSECONDS, " / 1_000_000_000", "nanoseconds"),
    (_MICROSECONDS, " / 1_000_000", "microseconds"),
    (_MILLISECONDS, " / 1000", "milliseconds"),
    (_SECONDS, "", "seconds"),
)
"""The least numbers that are most likely these units since 1970, of an instant after 1973."""


def instant_advice(value: object) -> str:
    """Return how to make an instant of a text, a day, a duration or the seconds since 1970."""
    kind, moment = normalize(value)
    if kind is Kind.TEXT:
        return ": read it first, datetime.fromisoformat(...) for example"
    if kind is Kind.DAY:
        return ": write datetime.combine(day, time(), tzinfo=UTC) for the start of a day"
    if issubclass(type(value), timedelta):
        return ": write an instant, now - timedelta(...) for example"
    size = abs(cast("Any", moment)) if kind is Kind.NUMBER else 0
    for least, divisor, unit in _EPOCH_UNITS:
        if size >= least:
            return f": write datetime.fromtimestamp(x{divisor}, UTC) for {unit} since 1970"
    return ""


def day_advice(value: object) -> str:
    """Return how to make a day or an instant of a text, a number or ``None``."""
    kind, _ = normalize(value)
    if kind is Kind.TEXT:
        return ": read a text first, date.fromisoformat(...) for a day"
    if kind is Kind.NO_VALUE:
        return ": None is neither"
    return instant_advice(value)
