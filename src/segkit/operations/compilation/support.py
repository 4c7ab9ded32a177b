"""What generated source calls: the parts of a test that are better said once than written out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from segkit.clock import Moment
from segkit.entering import iterated
from segkit.history import NO_EVENTS, Facts, History, TimedEvent
from segkit.leaves import OneEvent, leaf_holds, memberships, value_at, value_satisfies
from segkit.model.conditions import EventValue
from segkit.model.facts import Contact, ContactLike, Event, EventLike
from segkit.operations.compilation.totals import value_holds

__all__ = ["SUPPORT"]


class DoubtError(Exception):
    """Raised where the fast path meets what only the reference can judge, or refuse."""


def _settled(events: Iterable[EventLike]) -> History | list[EventLike]:
    """*events* in a form that can be read twice.

    Raises:
        FactsError: If they are no iterable.
    """
    if type(events) is History or type(events) is list:
        return cast("History | list[EventLike]", events)
    return list(iterated(events))


def _check_events(contact: ContactLike[Any], events: Iterable[EventLike]) -> None:
    """Refuse what is no event of the contact's [E6].

    Raises:
        FactsError: If one is none, or somebody else's.
    """
    given = _settled(events)
    if type(given) is History or not _are_all_of(contact, given):
        Facts.of_call(contact, given)


def _are_all_of(contact: ContactLike[Any], events: list[EventLike]) -> bool:
    """Whether that is certain at a glance."""
    try:
        contact_id = contact.id
        return all(type(event) is Event and event.contact_id == contact_id for event in events)
    except Exception:  # noqa: BLE001 - it may be no contact, or have an id that raises
        return False


def _all_count(events: list[EventLike]) -> bool:
    """Whether no two of the events have one id [E3]."""
    ids = {event.id for event in events}
    if len(ids) == len(events) or ids == {None}:
        return True
    return len(ids - {None}) == sum(event.id is not None for event in events)


def _counted(instants: list[datetime] | None, first: datetime, last: datetime) -> int:
    """How many of *instants* lie between two, both included."""
    if not instants or first > last:
        return 0
    return bisect_right(instants, last) - bisect_left(instants, first)


def _reaches(events: list[TimedEvent], where: Callable[[EventLike], bool], number: int) -> bool:
    """Whether *number* of the events, 1 or more, satisfy *where*."""
    if len(events) < number:
        return False
    for _, _, event in events:
        if where(event):
            number -= 1
            if not number:
                return True
    return False


def _value(
    leaf: EventValue,
    events: list[TimedEvent],
    where: Callable[[EventLike], bool] | None,
    moment: Moment,
) -> bool:
    if where is not None:
        events = [timed for timed in events if where(timed[-1])]
    return value_holds(leaf, events, moment)


class _Known:
    """A mapping of the host's, which may be none at all, looked up as the reference does [K6]."""

    __slots__ = ("_mapping",)

    def __init__(self, mapping: object) -> None:
        self._mapping = mapping

    def get(self, name: str) -> object:
        return value_at(self._mapping, (name,))


class _Lists:
    """The lists of a host's contact, looked up as the reference does."""

    __slots__ = ("_lists",)

    def __init__(self, lists: object) -> None:
        self._lists = lists

    def __contains__(self, name: str) -> bool:
        return name in memberships(self._lists, name)

    def __len__(self) -> int:
        return len(memberships(self._lists, None))

    def get(self, name: str) -> object:
        """When it joined, in comparable form."""
        return memberships(self._lists, name).get(name, (None, None))[1]


SUPPORT: Final[Mapping[str, Any]] = {
    "Contact": Contact,
    "Doubt": DoubtError,
    "Event": Event,
    "Facts": Facts,
    "History": History,
    "Known": _Known,
    "OneEvent": OneEvent,
    "UTC": UTC,
    "all_count": _all_count,
    "check_events": _check_events,
    "compared": value_satisfies,
    "counted": _counted,
    "date": date,
    "datetime": datetime,
    "leaf_holds": leaf_holds,
    "Lists": _Lists,
    "no_events": NO_EVENTS,
    "reaches": _reaches,
    "settled": _settled,
    "value_at": value_at,
    "value_holds": _value,
}
"""The names generated source may use besides its own."""
