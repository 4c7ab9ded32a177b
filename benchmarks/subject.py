"""segkit as it is asked here: one place for how a compiled condition is called."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from segkit import Condition, Event, History, compile_condition, matches

__all__ = ["Asked", "compiled", "history", "reference"]

Asked: TypeAlias = Callable[[Any, Any], bool]
"""Takes a contact and its events, plain or as a `History`."""


def compiled(condition: Condition, now: datetime) -> Asked:
    """The compiled condition at one instant, as a loop over contacts uses it."""
    return compile_condition(condition).at(now)


def reference(condition: Condition, now: datetime) -> Asked:
    """The reference: `matches`."""
    return lambda contact, events: matches(condition, contact, events, now=now)


def history(events: Sequence[Event[int]]) -> History:
    """A contact's events, prepared once."""
    return History(events)
