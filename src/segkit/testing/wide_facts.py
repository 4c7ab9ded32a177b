"""Contacts with their events, of few names, so that conditions find something."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.facts import Contact, Event
from segkit.model.values import Kind
from segkit.testing.wide_times import days, instants
from segkit.testing.wide_values import usual_values, values

__all__ = ["EVENTS", "LISTS", "PATHS", "WithEvents", "contacts", "events", "histories", "known"]

WithEvents: TypeAlias = tuple[Contact[str], list[Event[str]]]
"""A contact and its events."""

EVENTS: Final = ("order", "opened", "odd \ud800\n")
LISTS: Final = ("vip", "news", "odd \ud800\n")
PATHS: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    (("plan",), Kind.TEXT),
    (("total",), Kind.NUMBER),
    (("gift",), Kind.BOOLEAN),
    (("born",), Kind.DAY),
    (("seen",), Kind.INSTANT),
    (("tags",), Kind.COLLECTION),
    (("address", "zip"), Kind.TEXT),
    (("home",), Kind.LOCATION),
    (("odd \ud800\n",), Kind.NUMBER),
)
"""What is known of contacts and of events, each with the kind that it usually is of."""


@st.composite
def known(draw: DrawFn, *, hosted: bool = False) -> dict[str, Any]:
    """Attributes or properties: most of their usual kind, some of any other, some absent."""
    found: dict[str, Any] = {}
    for ((name, *steps), kind), presence in zip(PATHS, draw(_PRESENCES), strict=True):
        if presence == "anything":
            found[name] = draw(_HOSTED if hosted else _ANYTHING)
        elif presence == "usual":
            value = draw(usual_values(kind))
            found[name] = {steps[0]: value} if steps else value
    return found


_PRESENCES = st.lists(
    st.sampled_from(("absent", *["usual"] * 5, "anything")),
    min_size=len(PATHS),
    max_size=len(PATHS),
)
_ANYTHING, _HOSTED = values(), values(hosted=True)
_JOINED = st.none() | instants() | days()
_IDS, _UNIQUE_IDS = st.none() | st.sampled_from(("e1", "e2", 1, 1.0)), st.uuids()
_NAMES = st.sampled_from((*EVENTS[:2] * 2, EVENTS[2]))
_INSTANTS = instants()
_KNOWN = known()
_LISTS: SearchStrategy[dict[str, date | None]] = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(LISTS, _JOINED)
)


@st.composite
def contacts(draw: DrawFn, ids: SearchStrategy[str] | None = None) -> Contact[str]:
    """Contacts whose attributes and lists have few names, and mostly comparable values.

    Args:
        ids: Where their ids are drawn from; by default all are ``"c1"``.

    >>> from hypothesis import find
    >>> from segkit.testing import contacts
    >>> find(contacts(), lambda contact: "vip" in contact.lists).lists
    {'vip': None}
    """
    return Contact("c1" if ids is None else draw(ids), draw(_KNOWN), draw(_LISTS))


@st.composite
def events(draw: DrawFn, contact_id: str = "c1", *, unique_ids: bool = False) -> Event[str]:
    """Events of one contact, of few names, most of them at the usual `instants`.

    Args:
        contact_id: Whose they are.
        unique_ids: Whether every event has an id of its own; otherwise some share one [E3].

    >>> from hypothesis import find
    >>> from segkit.testing import events
    >>> find(events("ada"), lambda event: event.name == "opened").contact_id
    'ada'
    """
    ids = _UNIQUE_IDS if unique_ids else _IDS
    return Event(contact_id, draw(_NAMES), draw(_INSTANTS), draw(_KNOWN), draw(ids))


def histories(
    contact_id: str = "c1", *, unique_ids: bool = False, max_events: int = 4
) -> SearchStrategy[WithEvents]:
    """A contact with its events, in any order.

    Args:
        contact_id: Who it is.
        unique_ids: As for `events`.
        max_events: The most events there are.

    >>> from hypothesis import given, settings
    >>> from segkit import did, matches
    >>> from segkit.testing import histories, instants
    >>> @given(histories(), instants())
    ... @settings(max_examples=10)
    ... def who_never_ordered_did_not_order_lately(history, now):
    ...     if matches(did("order").never(), *history, now=now):
    ...         assert not matches(did("order").within_last(days=30), *history, now=now)
    >>> who_never_ordered_did_not_order_lately()
    """
    met = events(contact_id, unique_ids=unique_ids)
    # As often many as few, which st.lists alone would not draw.
    sizes = st.sampled_from((*range(max_events + 1), *range(1, max_events + 1)))
    several = sizes.flatmap(lambda size: st.lists(met, min_size=size, max_size=size))
    return st.tuples(contacts(st.just(contact_id)), several)
