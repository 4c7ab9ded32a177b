"""The meaning of comparisons and windows in the small world, for `small_oracle`.

An instant is a number of microseconds since the midnight in the middle of the small world. All
days and calendar units are in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from segkit import Ago, Between, Calendar, Comparison, Duration, Ever, Last, Next

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
A_DAY = 24 * 60 * 60 * 1_000_000


def ticks(at: datetime) -> int:
    return (at - MIDNIGHT) // timedelta(microseconds=1)


def day_of(tick: int) -> date:
    """Return the day that contains an instant."""
    return MIDNIGHT.date() + timedelta(days=tick // A_DAY)


def first_tick(day: date) -> int:
    return (day - MIDNIGHT.date()).days * A_DAY


def as_day(value: date) -> date:
    return day_of(ticks(value)) if isinstance(value, datetime) else value


# --- values ---------------------------------------------------------------------------------------


def kind(value: object) -> str:
    """Return the kind of a value [K1]; days and instants are one kind, as in comparisons [K4]."""
    return {
        bool: "boolean",
        int: "number",
        float: "number",
        Fraction: "number",
        str: "text",
        date: "time",
        datetime: "time",
        tuple: "collection",
        type(None): "no value",
    }[type(value)]


def members_of(value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return the members; a scalar is like a collection of one member [K5]."""
    return value if isinstance(value, tuple) else (value,)


def satisfies(comparison: Comparison, value: Any, now: int) -> bool:  # noqa: ANN401
    if value is None:
        return False  # [V3]
    operand: Any = comparison.operand
    match comparison.operator:
        case "is_set":
            return True  # [V3], [V4]
        case "within":
            if kind(value) != "time":
                return False  # [V6]
            if isinstance(value, datetime):
                return covers_instant(operand, ticks(value), now)
            return covers_day(operand, value, now)
        case "anniversary":
            days = [
                day_of(now + days_from_now * A_DAY)
                for days_from_now in range(operand.first, operand.last + 1)
            ]
            return kind(value) == "time" and any(
                (day.month, day.day) == (as_day(value).month, as_day(value).day) for day in days
            )  # [T10]
        case "within_km":  # (0, 0) is the only location; it is 10,000 km from (0, 90) [S6]
            return value == (0, 0) and (operand.latitude, operand.longitude) == (0, 0)
        case "matches_regex":
            return kind(value) == "text" and re.search(operand, value) is not None  # [S7]
        case "between":
            low, high = operand
            return kind(value) == kind(low) and bool(low <= value <= high)  # [V6], [K8]
        case "is_in":
            return any(single("==", value, member, comparison) for member in operand)  # [K5]
        case "has_any":
            return any(has(value, member, comparison) for member in operand)
        case "has_all":
            return all(has(value, member, comparison) for member in operand)
        case operator:
            return single(operator, value, operand, comparison)


def has(value: Any, operand: Any, comparison: Comparison) -> bool:  # noqa: ANN401
    return any(single("==", member, operand, comparison) for member in members_of(value))  # [K5]


def single(operator: str, value: Any, operand: Any, comparison: Comparison) -> bool:  # noqa: ANN401
    if kind(value) != kind(operand) or kind(value) in ("no value", "collection"):
        return False  # [V3], [V6], [K5]
    if isinstance(value, datetime) is not isinstance(operand, datetime):
        value, operand = as_day(value), as_day(operand)  # [K4]
    if comparison.ignore_case and isinstance(value, str):
        value, operand = value.casefold(), operand.casefold()  # [K3]
    results: dict[str, Callable[[], bool]] = {
        "==": lambda: value == operand,
        "<": lambda: value < operand,
        "<=": lambda: value <= operand,
        ">": lambda: value > operand,
        ">=": lambda: value >= operand,
        "contains": lambda: operand in value,
        "starts_with": lambda: value[: len(operand)] == operand,
        "ends_with": lambda: value[max(0, len(value) - len(operand)) :] == operand,
    }
    return results[operator]()


# --- windows --------------------------------------------------------------------------------------


def covers_instant(window: Any, at: int, now: int) -> bool:  # noqa: ANN401
    match window:
        case Ever():
            return True
        case Last(length):
            return now - length.microseconds < at <= now  # [T2]
        case Ago(None, newer):
            return at <= now - newer.microseconds  # [T3]
        case Ago(Duration() as older, newer):
            return now - older.microseconds < at <= now - newer.microseconds  # [T3]
        case Next(length):
            return now < at <= now + length.microseconds  # [T3]
        case Between(start, end):
            return is_after_start(at, start) and is_before_end(at, end)  # [T7]
        case Calendar():
            return covers_day(window, day_of(at), now)  # [T8]
        case _:
            raise AssertionError(window)


def is_after_start(at: int, start: date | None) -> bool:
    if isinstance(start, datetime):
        return at >= ticks(start)
    return start is None or day_of(at) >= start


def is_before_end(at: int, end: date | None) -> bool:
    if isinstance(end, datetime):
        return at < ticks(end)
    return end is None or day_of(at) <= end


def covers_day(window: Any, day: date, now: int) -> bool:  # noqa: ANN401
    match window:
        case Between(start, end):  # compared as days [T13], [K4]
            after_start = start is None or day >= as_day(start)
            if isinstance(end, datetime):
                return after_start and day < as_day(end)
            return after_start and (end is None or day <= end)
        case Calendar(unit, offset, count):  # [T8]
            first = unit_number(unit, day_of(now)) + offset
            return first <= unit_number(unit, day) < first + count
        case _:  # a day is compared as the instant at which it starts [T13]
            return covers_instant(window, first_tick(day), now)


def unit_number(unit: str, day: date) -> int:
    """Return the number of the unit that contains *day*; the unit that starts at midnight is 0."""
    days = (day - MIDNIGHT.date()).days
    months = (day.year - 2024) * 12 + day.month - 1
    return {
        "day": days,
        "week": days // 7,  # 1 January 2024 is a Monday
        "month": months,
        "quarter": months // 3,
        "year": day.year - 2024,
    }[unit]
