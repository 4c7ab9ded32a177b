"""Contacts and events for fixtures, in one line each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast, overload

from segkit.errors import FactsError, short_repr
from segkit.model.facts import Contact, Event, instant

IdT = TypeVar("IdT", bound=Hashable)


@overload
def make_contact(
    *, lists: Mapping[str, date | None] | Iterable[str] = (), **attributes: object
) -> Contact[str]: ...
@overload
def make_contact(
    id: IdT,
    /,
    *,
    lists: Mapping[str, date | None] | Iterable[str] = (),
    **attributes: object,
) -> Contact[IdT]: ...
def make_contact(
    id: Hashable = "c1",  # noqa: A002 - the field's name
    /,
    *,
    lists: Mapping[str, date | None] | Iterable[str] = (),
    **attributes: object,
) -> Contact[Any]:
    """A `Contact`, its attributes written as keywords.

    Args:
        id: Who it is.
        lists: The lists it is on: names, or a mapping from names to when it joined.
        **attributes: What is known. For an attribute that cannot be written as a keyword, or is
            named ``lists``, build the `Contact` itself.

    Raises:
        FactsError, InstantError: As `Contact` does; also for *lists* that are one bare text.

    >>> from segkit.testing import make_contact
    >>> make_contact(city="Paris", lists=["vip"])
    Contact('c1', attributes={'city': 'Paris'}, lists={'vip': None})
    """
    if isinstance(lists, str):
        problem = f"takes several names; got {short_repr(lists)}: write lists=[{short_repr(lists)}]"
        raise FactsError("make_contact.lists", problem, lists)
    if isinstance(lists, Mapping):
        joined = cast("Mapping[str, date | None]", lists)
    else:
        joined = dict.fromkeys(lists, None)
    return Contact(id, attributes, joined)


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
    """An `Event`, its properties written as keywords.

    It happened *at* an instant, or some time before *now*: the units add up, negative ones lie
    ahead, and with none it happened at *now* itself. Nothing reads the clock, so one of *at* and
    *now* is always needed.

    Args:
        name: What happened.
        contact_id: Whose it is.
        at: When it happened.
        now: What ``..._ago`` counts back from.
        weeks_ago: Like the other units, an exact duration: a day is 24 hours.
        days_ago: See *weeks_ago*.
        hours_ago: See *weeks_ago*.
        minutes_ago: See *weeks_ago*.
        seconds_ago: See *weeks_ago*.
        id: What tells it from other events.
        **properties: What is known about it. For a property that cannot be written as a keyword,
            or has the name of an argument, build the `Event` itself.

    Raises:
        FactsError: If neither or both of *at* and *now* are given, or *at* together with a unit;
            also as `Event` does.
        InstantError: As `Event` does.

    >>> from datetime import UTC, datetime
    >>> from segkit.testing import make_event
    >>> make_event("order", days_ago=3, now=datetime(2022, 10, 4, tzinfo=UTC), total=30).at
    datetime.datetime(2022, 10, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    ago = timedelta(
        weeks=weeks_ago, days=days_ago, hours=hours_ago, minutes=minutes_ago, seconds=seconds_ago
    )
    if at is None and now is None:
        problem = "say when: at=..., or now=... with days_ago=3 for example"
        raise FactsError("make_event", problem, None)
    if at is not None and (now is not None or ago):
        problem = "say once when: at=..., or now=... with days_ago=3 for example"
        raise FactsError("make_event", problem, at)
    # In UTC: on a local clock, subtracting goes wrong where the clock was changed.
    when = at if now is None else instant(now, "make_event.now") - ago
    return Event(contact_id, name, cast("datetime", when), properties, id)
