"""What every peer is asked, and what several of them need."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, TypeAlias

from segkit import Event

__all__ = ["CannotSay", "Peer", "Rule", "json_only", "seconds", "with_seconds"]

Rule: TypeAlias = Callable[[Any], object]
"""Takes the facts of one contact; what is true in an ``if`` counts as yes."""


class CannotSay(Exception):  # noqa: N818 - it says what a peer cannot do
    """The peer has no words for the question; the reason is the text."""


class Peer(ABC):
    """A library that answers the questions of `conditions`."""

    distribution: ClassVar[str]

    def attributes(self, known: Mapping[str, Any]) -> object:
        """A contact's attributes, in the form in which the rules take them."""
        return dict(known)

    def history(self, events: Sequence[Event[int]]) -> object:
        """A contact's events, in the form in which the rule about windows takes them."""
        return {"events": [{"name": event.name, "at": event.at} for event in events]}

    @abstractmethod
    def one(self) -> Rule:
        """`conditions.ONE`."""

    @abstractmethod
    def five(self) -> Rule:
        """`conditions.FIVE`."""

    def windows(self, now: datetime) -> Rule:
        """`conditions.WINDOWS`, at one instant."""
        del now
        raise CannotSay("knows attributes only")


_JSON: Final = frozenset({str, int, float, bool})


def json_only(known: Mapping[str, Any]) -> dict[str, Any]:
    """Without the values that JSON has no word for, which no question is about."""
    return {name: value for name, value in known.items() if type(value) in _JSON}


def seconds(at: datetime) -> float:
    """An instant for those who know numbers and texts, but no times."""
    return at.timestamp()


def with_seconds(events: Sequence[Event[int]]) -> object:
    """Events for them."""
    return {"events": [{"name": event.name, "at": seconds(event.at)} for event in events]}
