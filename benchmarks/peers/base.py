"""The base class of the peers, and functions that several of them use."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, TypeAlias

from segkit import Event

__all__ = ["Peer", "Rule", "UnsupportedError", "json_only", "seconds", "with_seconds"]

Rule: TypeAlias = Callable[[Any], object]
"""A function of the facts of one contact; a result that is true in an ``if`` means yes."""


class UnsupportedError(Exception):
    """The peer cannot express the condition; the text is the reason."""


class Peer(ABC):
    """A library that evaluates the rules of `conditions`."""

    distribution: ClassVar[str]

    def attributes(self, attributes: Mapping[str, Any]) -> object:
        """Return a contact's attributes in the form that the rules take."""
        return dict(attributes)

    def history(self, events: Sequence[Event[int]]) -> object:
        """Return a contact's events in the form that the rule about windows takes."""
        return {"events": [{"name": event.name, "at": event.at} for event in events]}

    @abstractmethod
    def one_test(self) -> Rule:
        """Return the rule of `conditions.ONE_TEST`."""

    @abstractmethod
    def five_tests(self) -> Rule:
        """Return the rule of `conditions.FIVE_TESTS`."""

    def two_windows(self, now: datetime) -> Rule:
        """Return the rule of `conditions.TWO_WINDOWS` at one instant."""
        del now
        raise UnsupportedError("supports attributes only")


_JSON: Final = frozenset({str, int, float, bool})


def json_only(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that JSON can represent; no condition reads the others."""
    return {name: value for name, value in attributes.items() if type(value) in _JSON}


def seconds(at: datetime) -> float:
    """Return an instant as a number, for libraries without a type for instants."""
    return at.timestamp()


def with_seconds(events: Sequence[Event[int]]) -> object:
    """Return events with their instants as numbers."""
    return {"events": [{"name": event.name, "at": seconds(event.at)} for event in events]}
