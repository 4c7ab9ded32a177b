"""Cases about timelines, and a check that all functions about time agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import attrs

from segkit import Condition, Contact, Event, History, NextChange, matches, next_change, timeline
from tests.slow_clock import MICROSECOND, instant
from tests.unit.event_evaluation import event

__all__ = ["Case", "at", "check", "events_at"]


@attrs.frozen
class Case:
    """The times at which a condition is true.

    Attributes:
        why: The reason for the case.
        condition: The condition.
        spans: The spans at which it is true, each as ``2022-09-12 08:30 to 2022-10-12 08:30``.
        events: The events of the contact, made by `events_at`.
        attributes: The attributes of the contact.
        lists: The lists of the contact.
        during: The period of the timeline, the end excluded.
        tz: The time zone of the evaluation.
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
    """Return an instant in UTC from a text: ``2022-09-12``, ``2022-09-12 08:30``."""
    return instant(text)


def events_at(*texts: str, **properties: object) -> tuple[Event[str], ...]:
    """Return events from texts like ``order 2022-09-12 08:30``, with the same properties."""
    events: list[Event[str]] = []
    for text in texts:
        name, _, when = text.partition(" ")
        events.append(event(name, when, **properties))
    return tuple(events)


def span_texts(moments: Iterable[tuple[datetime, datetime]]) -> tuple[str, ...]:
    """Return spans in the form of `Case.spans`."""
    return tuple(f"{_as_text(start)} to {_as_text(end)}" for start, end in moments)


def _as_text(moment: datetime) -> str:
    local = moment.replace(tzinfo=None)
    return local.isoformat(" ").removesuffix(":00").removesuffix(" 00:00")


def check(case: Case) -> None:
    """Check the timeline of *case*, and that ``next_change`` and ``matches`` agree with it."""
    contact, events, tz = Contact("ada", case.attributes, case.lists), list(case.events), case.tz
    start, end = map(at, case.during.split(" to "))
    spans = timeline(case.condition, contact, events, start=start, end=end, tz=tz)
    assert span_texts(spans) == case.spans
    history = History(events)
    assert timeline(case.condition, contact, history, start=start, end=end, tz=tz) == spans
    edges = sorted({start, end, *(edge for span in spans for edge in span)})
    others = timeline(~case.condition, contact, events, start=start, end=end, tz=tz)
    assert sorted([*spans, *others]) == list(pairwise(edges))  # [V2]
    for now, then in pairwise(edges):
        horizon = end - MICROSECOND
        change = next_change(case.condition, contact, history, now=now, tz=tz, horizon=horizon)
        assert change == NextChange(None if then == end else then, horizon)
        verdict = any(start <= now < end for start, end in spans)
        for moment in (now, then - MICROSECOND):
            assert matches(case.condition, contact, events, now=moment, tz=tz) is verdict
