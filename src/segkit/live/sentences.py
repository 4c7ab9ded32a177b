"""A transition and its cause as a sentence."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never, cast

from segkit.english.conditions import phrase
from segkit.english.values import format_instant, format_value, format_window
from segkit.errors import short_repr
from segkit.live.causes import (
    AttributeChanged,
    Cause,
    ContactAdded,
    ContactRemoved,
    EventArrived,
    EventExpired,
    EventRemoved,
    FactsDiffer,
    ListJoined,
    ListLeft,
    SegmentChanged,
    TimePassed,
)
from segkit.model.conditions import ContactLeaf
from segkit.model.event_leaves import EventCount, Sequence
from segkit.model.event_values import EventValue
from segkit.model.facts import EventLike
from segkit.model.values import SCALARS, Kind, normalize


def format_transition(kind: str, segment: str, cause: Cause) -> str:
    """Return what happened, why, and the part of the condition that decided, as it is now."""
    text = f"{kind} {format_value(segment)}: {_format_cause(cause)}"
    if isinstance(cause, SegmentChanged | ContactRemoved | FactsDiffer) or cause.part is None:
        return text
    return f"{text}: {phrase(cause.part, negated=not cause.is_true)}"


def _format_cause(cause: Cause) -> str:
    match cause:
        case ContactAdded():
            return "the contact was added"
        case ContactRemoved():
            return "the contact was removed"
        case AttributeChanged(attribute=name, old=old, new=new):
            return f"{name} changed from {_format_fact(old)} to {_format_fact(new)}"
        case ListJoined(list=name):
            return f"the contact joined list {format_value(name)}"
        case ListLeft(list=name):
            return f"the contact left list {format_value(name)}"
        case EventArrived(event=event):
            return _format_event(event)
        case EventRemoved(event=event):
            return f"{_format_event(event)} was removed"
        case EventExpired(part=part, event=event):
            return f"{_format_event(event)} is no longer {_format_window(part)}"
        case TimePassed():
            return "time has passed"
        case FactsDiffer():
            return "the facts were changed, but not by an operation"
        case SegmentChanged("zone changed"):
            return "the time zone, or its rules, were changed"
        case SegmentChanged(change):
            return f"the segment was {change}"
        case _:
            assert_never(cause)


def _format_window(part: ContactLeaf) -> str:
    """Return the window that events of *part* leave."""
    of_events = part.first if isinstance(part, Sequence) else part
    assert isinstance(of_events, EventCount | EventValue), "a part with events"  # noqa: S101
    return format_window(of_events.window)


def _format_event(event: EventLike) -> str:
    # A transition is caused by an event that counts, which has a name and an instant [K2].
    name, at = normalize(event.name)[1], cast("datetime", normalize(event.at)[1])
    return f"event {format_value(name)} of {format_instant(at)}"


def _format_fact(value: object) -> str:
    kind, plain = normalize(value)
    if kind is Kind.NO_VALUE:
        return "no value"
    return format_value(plain) if kind in SCALARS else short_repr(value)
