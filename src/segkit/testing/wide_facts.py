"""Contacts with their events, of few names, so that conditions find something."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.model.facts import Contact, Event
from segkit.model.values import Kind
from segkit.testing.wide_times import days, instants, mostly
from segkit.testing.wide_values import usual_values, values

__all__ = ["EVENTS", "LISTS", "PATHS", "History", "contacts", "events", "histories"]

History: TypeAlias = tuple[Contact[str], list[Event[str]]]
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
    (("odd \ud800\n",), Kind.NUMBER),
)
"""What is known of contacts and of events, each with the kind that it usually is of."""


def _known() -> SearchStrategy[dict[str, Any]]:
    """Attributes or properties: most of their usual kind, some of any other, some absent."""
    return st.fixed_dictionaries(
        {},
        optional={
            path[0]: mostly(_nested(path[1:], usual_values(kind)), values(), 5)
            for path, kind in PATHS
        },
    )


def _nested(path: tuple[str, ...], inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    for step in reversed(path):
        inner = st.fixed_dictionaries({step: inner})
    return inner


def contacts(ids: SearchStrategy[str] | None = None) -> SearchStrategy[Contact[str]]:
    """Contacts whose attributes and lists have few names, and mostly comparable values.

    Args:
        ids: Where their ids are drawn from; by default all are ``"c1"``.

    >>> from hypothesis import find
    >>> from segkit.testing import contacts
    >>> find(contacts(), lambda contact: "vip" in contact.lists)
    Contact('c1', lists={'vip': None})
    """
    joined = st.none() | mostly(instants(), days(), 3)
    lists = st.fixed_dictionaries({}, optional=dict.fromkeys(LISTS, joined))
    return st.builds(Contact, st.just("c1") if ids is None else ids, _known(), lists)


def events(contact_id: str = "c1", *, unique_ids: bool = False) -> SearchStrategy[Event[str]]:
    """Events of one contact, of few names, most of them at the usual `instants`.

    Args:
        contact_id: Whose they are.
        unique_ids: Whether every event has an id of its own; otherwise some share one [E3].

    >>> from hypothesis import find
    >>> from segkit.testing import events
    >>> find(events("ada"), lambda event: event.properties.get("plan") == "b").name
    'order'
    """
    ids = st.uuids() if unique_ids else st.none() | st.sampled_from(("e1", "e2", 1, 1.0))
    return st.builds(Event, st.just(contact_id), st.sampled_from(EVENTS), instants(), _known(), ids)


def histories(
    contact_id: str = "c1", *, unique_ids: bool = False, max_events: int = 5
) -> SearchStrategy[History]:
    """A contact with its events, in any order.

    Args:
        contact_id: Who it is.
        unique_ids: As for `events`.
        max_events: The most events there are.

    >>> from hypothesis import find
    >>> from segkit.testing import histories
    >>> contact, met = find(histories(), lambda history: len(history[1]) > 1)
    >>> contact.id, len(met)
    ('c1', 2)
    """
    return st.tuples(
        contacts(st.just(contact_id)),
        st.lists(events(contact_id, unique_ids=unique_ids), max_size=max_events),
    )
