"""Functions that create contacts and events for fixtures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast, overload

from segkit.errors import FactsError
from segkit.model.facts import Contact, Event, instant

IdT = TypeVar("IdT", bound=Hashable)


@overload
def make_contact(
    *, lists: Mapping[str, date | None] | Iterable[str] = (), **attributes: object
) -> Contact[str]: ...
@overload
def make_contact(
    id: IdT, /, *, lists: Mapping[str, date | None] | Iterable[str] = (), **attributes: object
) -> Contact[IdT]: ...
def make_contact(
    id: Hashable = "c1",  # noqa: A002 - the field's name
    /,
    *,
    lists: Mapping[str, date | None] | Iterable[str] = (),
    **attributes: object,
) -> Contact[Any]:
    """Create a `Contact` with its attributes as keyword arguments.

    Args:
        id: The id of the contact.
        lists: Names of lists, or a mapping from names to the instant of joining, a day or ``None``.
        **attributes: The attributes. If an attribute is named ``lists``, or its name is not an
            identifier, create the `Contact` itself.

    Raises:
        FactsError, InstantError: As for `Contact`.

    >>> from segkit.testing import make_contact
    >>> make_contact(city="Paris", lists=["vip"])
    Contact('c1', attributes={'city': 'Paris'}, lists={'vip': None})
    """
    return Contact(id, attributes, lists)


def make_event(
    name: str = "order",
    /,
    *,
    contact_id: Hashable = "c1",
    at: datetime | None = None,
    now: datetime | None = None,
    weeks_ago: float = 0,
    days_ago: float = 0,
    hours_ago: float = 0,
    minutes_ago: float = 0,
    seconds_ago: float = 0,
    id: Hashable = None,  # noqa: A002 - the field's name
    **properties: object,
) -> Event[Any]:
    """Create an `Event` with its properties as keyword arguments.

    The event is *at* an instant, or some time before *now*. The units add up, a negative number is
    after *now*, and without units the event is at *now*. The system clock is not read, so either
    *at* or *now* is required.

    Args:
        name: The name of the event.
        contact_id: The id of the contact.
        at: The instant of the event.
        now: The instant from which ``weeks_ago``, ``days_ago``, ... are subtracted.
        weeks_ago, days_ago, hours_ago, minutes_ago, seconds_ago: Exact durations: a day is 24
            hours.
        id: The id of the event.
        **properties: The properties. If a property has the name of an argument, or its name is not
            an identifier, create the `Event` itself.

    Raises:
        FactsError: If neither or both of *at* and *now* are given, or *at* and a unit; also as for
            `Event`.
        InstantError: As for `Event`.

    >>> from datetime import UTC, datetime
    >>> from segkit.testing import make_event
    >>> make_event("order", days_ago=3, now=datetime(2022, 10, 4, tzinfo=UTC), total=30).at
    datetime.datetime(2022, 10, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    ago = timedelta(
        weeks=weeks_ago, days=days_ago, hours=hours_ago, minutes=minutes_ago, seconds=seconds_ago
    )
    if (at is None) == (now is None) or (now is None and ago):
        problem = "takes either at=..., or now=... with days_ago=3 for example"
        raise FactsError("make_event", problem, at)
    # Subtract in UTC: on a local clock a day may have 23 or 25 hours.
    when = at if now is None else instant(now, "make_event.now") - ago
    return Event(contact_id, name, cast("datetime", when), properties, id)
