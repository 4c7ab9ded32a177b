"""Refused changes of the store in memory: the error names the position, and nothing changes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

import pytest

from segkit import Contact, Event, FactsError, InstantError, MemorySource, SegkitError
from tests.unit.evaluation import NOW, HostContact, HostEvent
from tests.unit.hostile_values import Key

NAIVE: Final = datetime(2022, 9, 1)  # noqa: DTZ001 - what is refused
ADA: Final = Contact("ada", {"city": "Paris", "age": 36}, {"vip": date(2022, 9, 1)})
TIM: Final = Contact("tim")
ORDER: Final = Event("ada", "order", NOW, {"total": 30}, id="e1")
VISIT: Final = Event("ada", "visit", NOW)
EARLY: Final = Event("bob", "order", NOW, id="e1")
"""An event of a contact that is not known yet."""


def store() -> MemorySource[Any]:
    return MemorySource([ADA, TIM], [ORDER, EARLY, VISIT])


def state(source: MemorySource[Any]) -> tuple[list[int], list[list[int]]]:
    """Return the identities of all contacts and all events."""
    owners = ["ada", "tim", "bob", "cleo"]
    return list(map(id, source)), [list(map(id, source.events(owner))) for owner in owners]


def raising(*items: object) -> Iterator[Any]:
    yield from items
    raise ConnectionError("the storage is away")


Change = Callable[[MemorySource[Any]], object]

REFUSED: Final[dict[str, tuple[Change, type[Exception], str, str]]] = {
    "upsert text": (lambda s: s.upsert("ada"), FactsError, "upsert.contact", "is not a contact"),  # type: ignore[arg-type]
    "upsert event": (lambda s: s.upsert(ORDER), FactsError, "upsert.contact", "no .attributes"),  # type: ignore[arg-type]
    "upsert no id": (lambda s: s.upsert(HostContact("")), FactsError, "upsert.contact.id", "''"),
    "upsert unhashable": (
        lambda s: s.upsert(HostContact([1])),
        FactsError,
        "upsert.contact.id",
        "hashable",
    ),
    "upsert key": (
        lambda s: s.upsert(Contact(Key("ada"))),
        FactsError,
        "upsert.contact.id",
        "comparable",
    ),
    "upsert_many one": (
        lambda s: s.upsert_many(TIM),  # type: ignore[arg-type]
        FactsError,
        "upsert_many.contacts",
        "takes contacts, a list",
    ),
    "upsert_many mapping": (
        lambda s: s.upsert_many({"ada": TIM}),  # type: ignore[dict-item]
        FactsError,
        "upsert_many.contacts",
        "its .values()",
    ),
    "upsert_many bad": (
        lambda s: s.upsert_many([Contact("cleo"), 5]),  # type: ignore[list-item]
        FactsError,
        "upsert_many.contacts[1]",
        "5 is not a contact",
    ),
    "upsert_many keys": (
        lambda s: s.upsert_many([Contact("cleo"), Contact(Key("ada"))]),
        FactsError,
        "upsert_many.contacts[1].id",
        "comparable",
    ),
    "upsert_many raises": (
        lambda s: s.upsert_many(raising(Contact("ada"), Contact("cleo"))),
        ConnectionError,
        "",
        "away",
    ),
    "update unknown": (
        lambda s: s.update("cleo", {"age": 1}),
        FactsError,
        "update('cleo')",
        "insert it first, source.upsert(Contact('cleo'))",
    ),
    "update no id": (lambda s: s.update(None, {}), FactsError, "update.id", "an id is needed"),
    "update text": (
        lambda s: s.update("ada", "Lyon"),  # type: ignore[arg-type]
        FactsError,
        "update('ada').attributes",
        "must be a mapping; got 'Lyon'",
    ),
    "update naive": (
        lambda s: s.update("ada", {"age": 1, "since": NAIVE}),
        InstantError,
        "update('ada').attributes['since']",
        "is naive",
    ),
    "update_many list": (
        lambda s: s.update_many([("ada", {})]),  # type: ignore[arg-type]
        FactsError,
        "update_many.changes",
        "takes a mapping of ids to attributes",
    ),
    "update_many unknown": (
        lambda s: s.update_many({"ada": {"age": 1}, "cleo": {"age": 1}}),
        FactsError,
        "update_many.changes['cleo']",
        "there is no contact 'cleo'",
    ),
    "update_many no id": (
        lambda s: s.update_many({"ada": {"age": 1}, "": {"age": 1}}),
        FactsError,
        "update_many.changes[1].id",
        "an id is needed",
    ),
    "update_many naive": (
        lambda s: s.update_many({"ada": {"age": 1}, "tim": {"since": NAIVE}}),
        InstantError,
        "update_many.changes['tim']['since']",
        "is naive",
    ),
    "remove no id": (lambda s: s.remove(""), FactsError, "remove.id", "an id is needed"),
    "remove list": (lambda s: s.remove(["ada"]), FactsError, "remove.id", "hashable"),
    "remove_many text": (
        lambda s: s.remove_many("ada"),
        FactsError,
        "remove_many.ids",
        "takes ids, a list or any iterable; got 'ada'",
    ),
    "remove_many bad": (
        lambda s: s.remove_many(["ada", None]),
        FactsError,
        "remove_many.ids[1]",
        "an id is needed",
    ),
    "remove_many key": (
        lambda s: s.remove_many(["ada", Key("tim")]),
        FactsError,
        "remove_many.ids[1]",
        "comparable",
    ),
    "remove_many raises": (lambda s: s.remove_many(raising("ada")), ConnectionError, "", "away"),
    "add_to_list unknown": (
        lambda s: s.add_to_list("cleo", "vip"),
        FactsError,
        "add_to_list.id",
        "there is no contact 'cleo'",
    ),
    "add_to_list no id": (
        lambda s: s.add_to_list(None, "vip"),
        FactsError,
        "add_to_list.id",
        "an id is needed",
    ),
    "add_to_list name": (
        lambda s: s.add_to_list("ada", 3),  # type: ignore[arg-type]
        FactsError,
        "add_to_list.list",
        "the name of a list is text; got 3",
    ),
    "add_to_list naive": (
        lambda s: s.add_to_list("ada", "vip", NAIVE),
        InstantError,
        "add_to_list.joined",
        "is naive",
    ),
    "add_to_list text": (
        lambda s: s.add_to_list("ada", "vip", "2022-09-01"),  # type: ignore[arg-type]
        InstantError,
        "add_to_list.joined",
        "must be a day, an aware datetime or None",
    ),
    "add_many_to_list unknown": (
        lambda s: s.add_many_to_list(["ada", "cleo"], "beta"),
        FactsError,
        "add_many_to_list.ids[1]",
        "there is no contact 'cleo'",
    ),
    "add_many_to_list text": (
        lambda s: s.add_many_to_list("ada", "beta"),
        FactsError,
        "add_many_to_list.ids",
        "got 'ada'",
    ),
    "add_many_to_list raises": (
        lambda s: s.add_many_to_list(raising("ada"), "beta"),
        ConnectionError,
        "",
        "away",
    ),
    "add_many_to_list joined": (
        lambda s: s.add_many_to_list(["ada"], "beta", True),  # type: ignore[arg-type]
        InstantError,
        "add_many_to_list.joined",
        "got True",
    ),
    "remove_from_list no id": (
        lambda s: s.remove_from_list("", "vip"),
        FactsError,
        "remove_from_list.id",
        "an id is needed",
    ),
    "remove_from_list name": (
        lambda s: s.remove_from_list("ada", None),  # type: ignore[arg-type]
        FactsError,
        "remove_from_list.list",
        "the name of a list is text",
    ),
    "remove_many_from_list bad": (
        lambda s: s.remove_many_from_list(["ada", ["tim"]], "vip"),
        FactsError,
        "remove_many_from_list.ids[1]",
        "hashable",
    ),
    "remove_many_from_list raises": (
        lambda s: s.remove_many_from_list(raising("ada"), "vip"),
        ConnectionError,
        "",
        "away",
    ),
    "track text": (lambda s: s.track("order"), FactsError, "track.event", "is not an event"),  # type: ignore[arg-type]
    "track no contact": (
        lambda s: s.track(HostEvent(contact_id=None)),
        FactsError,
        "track.event.contact_id",
        "an id is needed",
    ),
    "track key": (
        lambda s: s.track(HostEvent(contact_id=Key("ada"))),
        FactsError,
        "track.event.contact_id",
        "comparable",
    ),
    "track_many one": (
        lambda s: s.track_many(VISIT),  # type: ignore[arg-type]
        FactsError,
        "track_many.events",
        "takes events, a list",
    ),
    "track_many bad": (
        lambda s: s.track_many([VISIT, VISIT, VISIT, "order"]),  # type: ignore[list-item]
        FactsError,
        "track_many.events[3]",
        "'order' is not an event",
    ),
    "track_many keys": (
        lambda s: s.track_many([VISIT, Event(Key("x"), "o", NOW), Event(Key("x"), "o", NOW)]),
        FactsError,
        "track_many.events[2].contact_id",
        "comparable",
    ),
    "track_many raises": (lambda s: s.track_many(raising(VISIT)), ConnectionError, "", "away"),
    "untrack None": (
        lambda s: s.untrack("ada", None),
        FactsError,
        "untrack.event_id",
        "an id is needed",
    ),
    "untrack empty": (
        lambda s: s.untrack("ada", ""),
        FactsError,
        "untrack.event_id",
        "an id is needed",
    ),
    "untrack no contact": (
        lambda s: s.untrack(float("nan"), "e1"),
        FactsError,
        "untrack.contact_id",
        "an id is needed",
    ),
    "untrack_many text": (
        lambda s: s.untrack_many(["e1"]),  # type: ignore[list-item]
        FactsError,
        "untrack_many.pairs[0]",
        "must be a pair (contact_id, event_id); got 'e1'",
    ),
    "untrack_many three": (
        lambda s: s.untrack_many([("ada", "e1"), ("ada", "e1", 3)]),  # type: ignore[list-item]
        FactsError,
        "untrack_many.pairs[1]",
        "must be a pair",
    ),
    "untrack_many None": (
        lambda s: s.untrack_many([("ada", "e1"), ("bob", None)]),
        FactsError,
        "untrack_many.pairs[1][1]",
        "an id is needed",
    ),
    "untrack_many raises": (
        lambda s: s.untrack_many(raising(("ada", "e1"))),
        ConnectionError,
        "",
        "away",
    ),
    "get None": (lambda s: s.get(None), FactsError, "get.id", "an id is needed"),
    "get key": (lambda s: s.get(Key("ada")), FactsError, "get.id", "comparable"),
    "events list": (lambda s: s.events(["ada"]), FactsError, "events.id", "hashable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_change_changes_nothing(name: str) -> None:
    """The error names the position and what is wrong; the same objects are in the store."""
    change, kind, path, problem = REFUSED[name]
    source = store()
    before = state(source)
    with pytest.raises(kind) as caught:
        change(source)
    assert state(source) == before
    assert problem in str(caught.value)
    if isinstance(caught.value, SegkitError):
        assert caught.value.path == path
    assert source.track(ORDER) is False
    assert source.track(Event("tim", "order", NOW, id="e1")) is True
