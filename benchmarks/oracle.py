"""The right answers, found without segkit: each test by itself, by the letter of the rules."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from conditions import COUNTRIES

from segkit import Event

__all__ = ["five", "next_change", "one", "tests_reached", "windows"]


def _has_value(value: object) -> bool:
    """Absent, None and NaN are one thing [V3]."""
    return value is not None and str(value).lower() != "nan"


def _is_number(value: object) -> bool:
    """True is not 1 [K1]."""
    return type(value) in {int, float, Decimal} and _has_value(value)


def _tests(attributes: Mapping[str, Any]) -> list[bool]:
    plan, age, country, email, phone = (
        attributes.get(name) for name in ("plan", "age", "country", "email", "phone")
    )
    return [
        type(plan) is str and plan == "pro",
        _is_number(age) and Fraction(str(age)) >= 40,
        type(country) is str and any(country == wanted for wanted in COUNTRIES),
        type(email) is str and email.find("@example.") >= 0,
        not _has_value(phone),
    ]


def one(attributes: Mapping[str, Any]) -> bool:
    """Whether the plan is "pro"."""
    return _tests(attributes)[0]


def five(attributes: Mapping[str, Any]) -> bool:
    """Whether the contact passes the five tests."""
    plan, age, country, email, phone = _tests(attributes)
    return (plan or age) and country and email and phone


def tests_reached(attributes: Mapping[str, Any]) -> int:
    """How many of the five tests are looked at, from left to right."""
    plan, age, country, email, _ = _tests(attributes)
    if plan:
        return 2 + country + (country and email)
    return 2 + (age + (age and country) + (age and country and email))


def windows(events: Iterable[Event[int]], now: datetime) -> bool:
    """Whether something was opened in the last 30 days, and nothing ordered in the last 60."""
    ages = [(event.name, now - event.at) for event in events]
    opened = [age for name, age in ages if name == "opened"]
    ordered = [age for name, age in ages if name == "order"]
    return any(_is_within(age, 30) for age in opened) and not any(
        _is_within(age, 60) for age in ordered
    )


def _is_within(age: timedelta, days: int) -> bool:
    """Now is inside, the old end is not [T2]; what is to come does not count yet [T1]."""
    return timedelta(0) <= age < timedelta(days=days)


def next_change(
    holds: Callable[[datetime], bool],
    events: Iterable[Event[int]],
    days: Iterable[int],
    now: datetime,
) -> datetime | None:
    """The first instant behind now at which an answer differs.

    It can only be one at which an event happens, or a window of one of those days loses it.
    """
    lengths = [timedelta(days=number) for number in (0, *days)]
    behind = {
        event.at + length for event in events for length in lengths if event.at + length > now
    }
    verdict = holds(now)
    return next((at for at in sorted(behind) if holds(at) is not verdict), None)
