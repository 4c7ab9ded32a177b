"""The deliberate faults of `faults.py`, as data: file, line, what stands there instead, why."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One line of src/segkit changed as somebody might change it."""

    why: str
    file: str
    line: str
    instead: str


FAULTS = (
    # --- lengths of time ---
    Fault(
        "a clamped month ends at the time of day, so what has left comes back [T5]",
        "clock/lengths.py",
        "return moved.replace(hour=23, minute=59, second=59, microsecond=999_999)",
        "return moved",
    ),
    Fault(
        "the inverse of a clamped month is the clamped day [T6]",
        "clock/lengths.py",
        "return _plus_months(datetime(moved.year, moved.month, 1, tzinfo=UTC), 1)",
        "return moved",
    ),
    Fault(
        "the exact rest is given back after the months [T15]",
        "clock/lengths.py",
        "    rest = _plus_microseconds(moment, direction * length.microseconds)",
        "    rest = _plus_microseconds(moment, 0 * length.microseconds)",
    ),
    Fault(
        "too far into the past counts as the future [T12]",
        "clock/lengths.py",
        "return Beyond.AFTER if months > 0 else Beyond.BEFORE",
        "return Beyond.AFTER",
    ),
)
