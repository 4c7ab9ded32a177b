"""What generated source calls: the parts of a test that are better said once than written out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from segkit.clock import Moment
from segkit.history import Facts, History, TimedEvent, iterated
from segkit.leaves import OneEvent, compared, leaf_holds, value_at
from segkit.model.conditions import EventValue
from segkit.model.facts import Event, EventLike
from segkit.operations.compilation.totals import value_holds

__all__ = ["NO_EVENTS", "SUPPORT", "settled"]

NO_EVENTS: Final[tuple[EventLike, ...]] = ()


class _DoubtError(Exception):
    """Raised where the fast path meets what only the reference can judge, or refuse."""


def settled(events: Iterable[EventLike]) -> History | list[EventLike]:
    """*events* in a form that can be read twice.

    Raises:
        FactsError: If they are no iterable.
    """
    if type(events) is History or type(events) is list:
        return events
    return list(iterated(events))


def _check_owner(contact_id: object, events: History | list[EventLike]) -> None:
    """Leave it to the reference to refuse what is no event of the contact [E6]."""
    for event in events.first() if type(events) is History else events:
        if type(event) is not Event or event.contact_id != contact_id:
            _history(contact_id, events)
            return


def _history(contact_id: object, events: History | list[EventLike]) -> History:
    """The contact's events, prepared."""
    history = events if type(events) is History else History(events)
    if any(event.contact_id != contact_id for event in history.first()):
        raise _DoubtError
    return history


def _instants(
    contact_id: object, events: list[EventLike], names: frozenset[str]
) -> Callable[[str], list[datetime] | None]:
    """The sorted instants of the events of each name: one pass, preparing nothing else."""
    found: dict[str, list[datetime]] = {name: [] for name in names}
    ids: set[object] = set()
    numbered = 0
    for event in events:
        if type(event) is not Event or event.contact_id != contact_id:
            return _history(contact_id, events).instants.get
        if event.id is not None:
            ids.add(event.id)
            numbered += 1
        name = event.name
        if name in found:
            found[name].append(event.at)
    if len(ids) != numbered:  # Of two events of one id the first given counts [E3].
        return _history(contact_id, events).instants.get

    def sorted_instants(name: str) -> list[datetime]:
        instants = found[name]
        instants.sort()
        return instants

    return sorted_instants


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


def _getter(mapping: object) -> Callable[[str], object]:
    """What looks a name up in a mapping of the host's, which may be none at all [K6]."""
    return lambda name: value_at(mapping, (name,))


def _lists(lists: object) -> dict[str, Any]:
    """The lists of a host's contact; what is no mapping holds none [K6]."""
    if not issubclass(type(lists), Mapping):
        return {}
    return dict(cast("Mapping[str, Any]", lists))


SUPPORT: Final[Mapping[str, Any]] = {
    "Doubt": _DoubtError,
    "Facts": Facts,
    "History": History,
    "OneEvent": OneEvent,
    "UTC": UTC,
    "check_owner": _check_owner,
    "compared": compared,
    "counted": _counted,
    "date": date,
    "datetime": datetime,
    "getter": _getter,
    "history_of": _history,
    "instants_of": _instants,
    "leaf_holds": leaf_holds,
    "lists_of": _lists,
    "no_events": NO_EVENTS,
    "reaches": _reaches,
    "settled": settled,
    "value_at": value_at,
    "value_holds": _value,
}
"""The names generated source may use besides its own."""
