"""What a condition of the small world means, counted out by hand from the sentences of its rules.

It shares no code with segkit but the classes of what is asked. An instant is a number: microseconds
from the midnight in the middle of the small world. All days and calendar units are of UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from segkit import (
    Ago,
    And,
    Attribute,
    Between,
    Calendar,
    Comparison,
    Condition,
    Contact,
    Duration,
    Event,
    EventCount,
    Ever,
    Last,
    ListMembership,
    Next,
    Not,
    Or,
    Property,
)

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
A_DAY = 24 * 60 * 60 * 1_000_000


def ticks(at: datetime) -> int:
    return (at - MIDNIGHT) // timedelta(microseconds=1)


def day_of(tick: int) -> date:
    """The day an instant lies in."""
    return MIDNIGHT.date() + timedelta(days=tick // A_DAY)


def first_tick(day: date) -> int:
    return (day - MIDNIGHT.date()).days * A_DAY


def oracle(
    condition: Condition, contact: Contact[Any], events: Iterable[Event[Any]], now: int
) -> bool:
    """Whether the contact is in, *now* being a number of ticks."""
    met: dict[object, Event[Any]] = {}
    for place, event in enumerate(events):  # [E3]
        met.setdefault(("no id", place) if event.id is None else event.id, event)
    return holds(condition, contact, list(met.values()), now)


def holds(condition: Condition, subject: Any, events: list[Event[Any]], now: int) -> bool:  # noqa: ANN401
    match condition:
        case And(parts):
            return all(holds(part, subject, events, now) for part in parts)  # [V5]
        case Or(parts):
            return any(holds(part, subject, events, now) for part in parts)  # [V5]
        case Not(part):
            return not holds(part, subject, events, now)  # [V2]
        case Attribute((name,), comparison):
            return satisfies(comparison, subject.attributes.get(name), now)
        case Property((name,), comparison):
            return satisfies(comparison, subject.properties.get(name), now)
        case ListMembership(name, joined):
            return is_on(subject.lists, name, joined, now)
        case EventCount():
            least, most = condition.minimum, condition.maximum
            if least is None and most is None:
                least = 1
            number = sum(counts(condition, event, now) for event in events)  # [E1]
            return (least is None or number >= least) and (most is None or number <= most)
        case _:
            raise AssertionError(condition)


def is_on(
    lists: Mapping[str, date | None], asked: str | None, joined: Comparison | None, now: int
) -> bool:
    on = [name for name in lists if asked is None or name == asked]
    if joined is None:
        return bool(on)  # [L1]
    return any(satisfies(joined, lists[name], now) for name in on)  # [L1], [L2]


def counts(asked: EventCount, event: Event[Any], now: int) -> bool:
    at = ticks(event.at)
    if event.name not in asked.names or at > now:  # [T1]
        return False
    if not covers_instant(asked.window, at, now):
        return False
    return asked.condition is None or holds(asked.condition, event, [], now)  # [E2]


def kind(value: object) -> str:
    """The kind of a value of the small world [K1]."""
    return {
        bool: "boolean",
        int: "number",
        str: "text",
        date: "time",
        datetime: "time",
        type(None): "no value",
    }[type(value)]


def satisfies(asked: Comparison, value: Any, now: int) -> bool:  # noqa: ANN401
    if value is None:
        return False  # [V3]
    operand: Any = asked.operand
    match asked.operator:
        case "is_set":
            return True  # [V3]
        case "within":
            if kind(value) != "time":
                return False  # [V6]
            if isinstance(value, datetime):
                return covers_instant(operand, ticks(value), now)
            return covers_day(operand, value, now)
        case "between":
            low, high = operand
            return kind(value) == kind(low) and bool(low <= value <= high)  # [V6], [K8]
        case "is_in":
            return any(single("==", value, one, asked) for one in operand)  # [K5]
        case operator:
            return single(operator, value, operand, asked)


def single(operator: str, value: Any, operand: Any, asked: Comparison) -> bool:  # noqa: ANN401
    if kind(value) != kind(operand):
        return False  # [V6]
    if isinstance(value, datetime) is not isinstance(operand, datetime):
        value, operand = as_day(value), as_day(operand)  # [K4]
    if asked.ignore_case and isinstance(value, str):
        value, operand = value.casefold(), operand.casefold()  # [K3]
    answers: dict[str, Callable[[], bool]] = {
        "==": lambda: value == operand,
        "<": lambda: value < operand,
        "<=": lambda: value <= operand,
        ">": lambda: value > operand,
        ">=": lambda: value >= operand,
        "contains": lambda: operand in value,
        "starts_with": lambda: value[: len(operand)] == operand,
        "ends_with": lambda: value[max(0, len(value) - len(operand)) :] == operand,
    }
    return answers[operator]()


def as_day(value: date) -> date:
    return day_of(ticks(value)) if isinstance(value, datetime) else value


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
            return not_before(at, start) and not_behind(at, end)  # [T7]
        case Calendar():
            return covers_day(window, day_of(at), now)  # [T8]
        case _:
            raise AssertionError(window)


def not_before(at: int, start: date | None) -> bool:
    if isinstance(start, datetime):
        return at >= ticks(start)
    return start is None or day_of(at) >= start


def not_behind(at: int, end: date | None) -> bool:
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
            first = number_of(unit, day_of(now)) + offset
            return first <= number_of(unit, day) < first + count
        case _:  # stands for the instant at which it starts [T13]
            return covers_instant(window, first_tick(day), now)


def number_of(unit: str, day: date) -> int:
    """Which unit of its kind, counted from the one that the midnight of the small world begins."""
    days = (day - MIDNIGHT.date()).days
    months = (day.year - 2024) * 12 + day.month - 1
    return {
        "day": days,
        "week": days // 7,  # that midnight is a Monday's
        "month": months,
        "quarter": months // 3,
        "year": day.year - 2024,
    }[unit]
