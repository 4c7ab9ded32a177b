"""The right answers, computed without segkit: each test by itself, directly from the rules."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from conditions import COUNTRIES

from segkit import Event

__all__ = ["five_tests", "next_change", "one_test", "tests_evaluated", "two_windows"]


def _has_value(value: object) -> bool:
    """Return whether a value is not absent, None or NaN, which are the same [V3]."""
    return value is not None and str(value).lower() != "nan"


def _is_number(value: object) -> bool:
    """Return whether a value is a number; True is not 1 [K1]."""
    return type(value) in {int, float, Decimal} and _has_value(value)


def _tests(attributes: Mapping[str, Any]) -> list[bool]:
    plan, age, country, email, phone = (
        attributes.get(name) for name in ("plan", "age", "country", "email", "phone")
    )
    return [
        type(plan) is str and plan == "pro",
        _is_number(age) and Fraction(str(age)) >= 40,
        type(country) is str and any(country == other for other in COUNTRIES),
        type(email) is str and email.find("@example.") >= 0,
        not _has_value(phone),
    ]


def one_test(attributes: Mapping[str, Any]) -> bool:
    """Return whether the plan is "pro"."""
    return _tests(attributes)[0]


def five_tests(attributes: Mapping[str, Any]) -> bool:
    """Return whether the contact satisfies `conditions.FIVE_TESTS`."""
    plan, age, country, email, phone = _tests(attributes)
    return (plan or age) and country and email and phone


def tests_evaluated(attributes: Mapping[str, Any]) -> int:
    """Return how many of the five tests are evaluated, from left to right."""
    plan, age, country, email, _ = _tests(attributes)
    if plan:
        return 2 + country + (country and email)
    return 2 + (age + (age and country) + (age and country and email))


def two_windows(events: Iterable[Event[int]], now: datetime) -> bool:
    """Return the verdict of `conditions.TWO_WINDOWS`."""
    ages = [(event.name, now - event.at) for event in events]
    opened = [age for name, age in ages if name == "opened"]
    ordered = [age for name, age in ages if name == "order"]
    return any(_is_within(age, 30) for age in opened) and not any(
        _is_within(age, 60) for age in ordered
    )


def _is_within(age: timedelta, days: int) -> bool:
    """Return whether an event counts: now is included, the old end is not [T1], [T2]."""
    return timedelta(0) <= age < timedelta(days=days)


def next_change(
    match_at: Callable[[datetime], bool],
    events: Iterable[Event[int]],
    days: Iterable[int],
    now: datetime,
) -> datetime | None:
    """Return the first instant after *now* at which the verdict differs.

    Only two sorts of instant are possible: an event happens, or it leaves a window of *days* days.
    """
    lengths = [timedelta(days=number) for number in (0, *days)]
    candidates = {
        event.at + length for event in events for length in lengths if event.at + length > now
    }
    verdict = match_at(now)
    return next((at for at in sorted(candidates) if match_at(at) is not verdict), None)
