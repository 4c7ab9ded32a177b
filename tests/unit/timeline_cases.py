"""How the cases about time passing are asked: whichever way, the answer has to be the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import attrs

from segkit import Condition, Contact, Event, History, NextChange, matches, next_change, timeline
from tests.slow_clock import MICROSECOND, instant
from tests.unit.event_evaluation import event

__all__ = ["Case", "at", "check", "happened"]


@attrs.frozen
class Case:
    """When a condition holds.

    Attributes:
        why: What the case is about.
        condition: What is asked.
        spans: When it holds, each as ``2022-09-12 08:30 to 2022-10-12 08:30``.
        events: Of whom it is asked, as `happened` builds them.
        attributes: Likewise.
        lists: Likewise.
        during: From when to when it is watched, the end excluded.
        tz: The zone of the evaluation.
    """

    why: str
    condition: Condition
    spans: tuple[str, ...]
    events: tuple[Event[str], ...] = ()
    attributes: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    lists: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    during: str = "2022-01-01 to 2023-01-01"
    tz: str = "UTC"


def at(text: str) -> datetime:
    """An instant in UTC: ``2022-09-12``, ``2022-09-12 08:30``."""
    return instant(text)


def happened(*texts: str, **properties: object) -> tuple[Event[str], ...]:
    """Events as ``order 2022-09-12 08:30``, all with the same properties."""
    found: list[Event[str]] = []
    for each in texts:
        name, _, when = each.partition(" ")
        found.append(event(name, when, **properties))
    return tuple(found)


def written(moments: Iterable[tuple[datetime, datetime]]) -> tuple[str, ...]:
    """Spans as a case has them."""
    return tuple(f"{_as_text(start)} to {_as_text(end)}" for start, end in moments)


def _as_text(moment: datetime) -> str:
    local = moment.replace(tzinfo=None)
    return local.isoformat(" ").removesuffix(":00").removesuffix(" 00:00")


def check(case: Case) -> None:
    """The timeline is the one that is written down, and every other way of asking says the same."""
    who, events, tz = Contact("ada", case.attributes, case.lists), list(case.events), case.tz
    start, end = map(at, case.during.split(" to "))
    spans = timeline(case.condition, who, events, start=start, end=end, tz=tz)
    assert written(spans) == case.spans
    history = History(events)
    assert timeline(case.condition, who, history, start=start, end=end, tz=tz) == spans
    edges = sorted({start, end, *(edge for span in spans for edge in span)})
    others = timeline(~case.condition, who, events, start=start, end=end, tz=tz)
    assert sorted([*spans, *others]) == list(pairwise(edges))  # [V2]
    for now, then in pairwise(edges):
        horizon = end - MICROSECOND
        change = next_change(case.condition, who, history, now=now, tz=tz, horizon=horizon)
        assert change == NextChange(None if then == end else then, horizon)
        verdict = any(start <= now < end for start, end in spans)
        for moment in (now, then - MICROSECOND):
            assert matches(case.condition, who, events, now=moment, tz=tz) is verdict
