"""When a verdict changes: the next change with 1,000 events, timelines, sizes over a year.

Every next change is first checked: the oracle evaluates at each instant that is possible.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final

import oracle
from conditions import CHANGING
from harness import Disagreement, Effort, measure, parse_effort
from population import NOW, contacts, events_of
from report import Row, format_table, machine
from segkit_calls import history

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    MemorySource,
    did,
    matches,
    next_change,
    timeline,
)

__all__ = ["rows"]

_EVENTS: Final = 1_000
_CONTACTS: Final = 10
_MAX_SECONDS: Final = 40e-6
"""The seconds that a next change may take over a prepared history."""

_NAMES: Final = ("received", "opened", "clicked", "visit", "order")
_YEAR: Final = timedelta(days=365)


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    return [*_next_changes(effort), *_timelines(effort), *_sizes(effort)]


def _contacts_with_events() -> list[tuple[Contact[int], list[Event[int]]]]:
    """Return contacts with a thousand events each, spread over a year."""
    return [(contact, _thousand_events(contact)) for contact in contacts()[:_CONTACTS]]


def _thousand_events(contact: Contact[int]) -> list[Event[int]]:
    random = Random(contact.id)  # noqa: S311 - not for secrets
    return [
        Event(
            contact.id,
            random.choice(_NAMES),
            NOW - timedelta(microseconds=random.randrange(_YEAR // timedelta(microseconds=1))),
            {"total": random.randint(5, 200)},
            id=f"{contact.id}-{number}",
        )
        for number in range(_EVENTS)
    ]


def _next_changes(effort: Effort) -> list[Row]:
    plain = _contacts_with_events()
    prepared = [(contact, history(events)) for contact, events in plain]
    found: list[Row] = []
    for name, (condition, days) in CHANGING.items():
        for contact, events in plain:
            expected = _expected(condition, contact, events, days)
            if next_change(condition, contact, events, now=NOW).at != expected:
                raise Disagreement(f"{name}: the next change of {contact.id} is {expected}")
        times = measure(
            {
                "next_change, History": _over(partial(next_change, condition, now=NOW), prepared),
                "next_change, plain events": _over(partial(next_change, condition, now=NOW), plain),
                "matches(), plain events": _over(partial(matches, condition, now=NOW), plain),
            },
            effort,
        )
        case, other = f"next change, {name}", "matches(), plain events"
        each = {candidate: times.seconds(candidate) / len(plain) for candidate in times.of}
        first = "next_change, History"
        found += [
            Row(case, first, each[first], times.ratio(first, other), "matches()", "<= 40 us",
                is_held=each[first] <= _MAX_SECONDS),
            Row(case, "next_change, plain events", each["next_change, plain events"],
                times.ratio("next_change, plain events", other), "matches()"),
        ]  # fmt: skip
    return found


def _expected(
    condition: Condition, contact: Contact[int], events: list[Event[int]], days: tuple[int, ...]
) -> datetime | None:
    def match_at(now: datetime) -> bool:
        return matches(condition, contact, events, now=now)

    return oracle.next_change(match_at, events, days, NOW)


def _over(function: Callable[..., object], facts: list[Any]) -> Callable[[], None]:
    def run() -> None:
        for contact, events in facts:
            function(contact, events)

    return run


def _timelines(effort: Effort) -> list[Row]:
    prepared = [(contact, history(events)) for contact, events in _contacts_with_events()]
    found: list[Row] = []
    for name, (condition, _) in CHANGING.items():
        year = partial(timeline, condition, start=NOW - _YEAR, end=NOW)
        times = measure({"timeline": _over(year, prepared)}, effort)
        seconds = times.seconds("timeline") / len(prepared)
        found.append(Row(f"timeline of a year, {name}", "timeline, History", seconds))
    return found


def _sizes(effort: Effort) -> list[Row]:
    all_contacts = contacts()
    events = [event for contact in all_contacts for event in events_of(contact)]
    evaluator = Evaluator(MemorySource(all_contacts, events))
    condition: Condition = did("opened").at_least(2).within_last(days=30)
    start = NOW - _YEAR
    nows = [start + month * _YEAR / 12 for month in range(12)]
    steps = evaluator.size_over_time(condition, start, NOW)
    for now in nows:
        [*_, size] = [step.size for step in steps if step.at <= now]
        if size != len(evaluator.members(condition, now=now)):
            raise Disagreement(f"the size at {now} is not {size}")

    def monthly() -> None:
        for now in nows:
            evaluator.members(condition, now=now)

    def exact() -> None:
        evaluator.size_over_time(condition, start, NOW)

    times = measure({"size_over_time": exact, "12 x members": monthly}, effort)
    case = "sizes over a year, 200 contacts"
    return [
        Row(case, "12 x members", times.seconds("12 x members"), remark="once a month"),
        Row(
            case,
            "size_over_time",
            times.seconds("size_over_time"),
            times.ratio("size_over_time", "12 x members"),
            "12 x members",
            remark=f"{len(steps)} steps, exact",
        ),
    ]


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine())
    print(format_table(rows(effort)))
