"""Changes of the store in memory: contacts, attributes and lists; each change is whole or none."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from segkit import (
    Contact,
    Evaluator,
    Event,
    MemorySource,
    attr,
    did,
)
from tests.unit.evaluation import NOW
from tests.unit.hostile_values import Key

DAY: Final = date(2022, 9, 1)
ADA: Final = Contact("ada", {"city": "Paris", "age": 36}, {"vip": DAY, "news": None})
TIM: Final = Contact("tim")
ORDER: Final = Event("ada", "order", NOW, {"total": 30}, id="e1")
VISIT: Final = Event("ada", "visit", NOW)
EARLY: Final = Event("bob", "order", NOW, id="e1")
"""An event of a contact that is not known yet."""


def store() -> MemorySource[Any]:
    return MemorySource([ADA, TIM], [ORDER, EARLY, VISIT])


# --- contacts -------------------------------------------------------------------------------------


def test_upsert_inserts_after_the_others() -> None:
    source = store()
    source.upsert(Contact("bob"))
    assert [contact.id for contact in source] == ["ada", "tim", "bob"]
    assert source.events("bob") == [EARLY]


def test_upsert_replaces_the_whole_contact_in_its_place() -> None:
    """Its events are kept."""
    source = store()
    source.upsert(Contact("ada", {"plan": "pro"}))
    assert list(source) == [Contact("ada", {"plan": "pro"}), TIM]
    assert source.events("ada") == [ORDER, VISIT]


def test_of_two_contacts_of_one_id_the_last_one_is_kept() -> None:
    """At the position of the first one."""
    source = store()
    source.upsert_many([Contact("cleo", {"n": 1}), Contact("bob"), Contact("cleo", {"n": 2})])
    assert [(contact.id, contact.attributes.get("n")) for contact in source][2:] == [
        ("cleo", 2),
        ("bob", None),
    ]


def test_update_sets_the_attributes_that_are_named() -> None:
    """`None` removes one, and other attributes, lists, events and the old contact stay."""
    source = store()
    source.update("ada", {"city": None, "plan": "pro", "unknown": None})
    assert source.get("ada") == Contact("ada", {"age": 36, "plan": "pro"}, ADA.lists)
    assert ADA.attributes == {"city": "Paris", "age": 36}
    assert [contact.id for contact in source] == ["ada", "tim"]
    source.update("ada", {})
    assert source.get("ada") == Contact("ada", {"age": 36, "plan": "pro"}, ADA.lists)


def test_update_many_updates_each_contact() -> None:
    source = store()
    source.update_many({"tim": {"age": 9}, "ada": {"age": None}})
    assert [contact.attributes for contact in source] == [{"city": "Paris"}, {"age": 9}]
    source.update_many({})


def test_remove_removes_the_events_too() -> None:
    source = store()
    assert source.remove("ada") is True
    assert source.remove("ada") is False
    assert list(source) == [TIM]
    assert source.events("ada") == []
    source.upsert(ADA)
    assert list(source) == [TIM, ADA]
    assert source.track(ORDER) is True


def test_remove_removes_the_events_of_an_unknown_contact() -> None:
    """[E6]: there was no contact."""
    source = store()
    assert source.remove("bob") is False
    assert source.events("bob") == []


def test_remove_many_counts_the_contacts() -> None:
    source = store()
    assert source.remove_many(["ada", "bob", "cleo", "ada"]) == 1
    assert list(source) == [TIM]
    assert source.events("ada") == source.events("bob") == []
    assert source.remove_many(iter(["tim"])) == 1
    assert len(source) == 0


# --- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "joined", "is_new", "expected"),
    [
        pytest.param("beta", None, True, None, id="a new list"),
        pytest.param("beta", DAY, True, DAY, id="a new list with a day"),
        pytest.param("beta", NOW, True, NOW, id="a new list with an instant"),
        pytest.param("vip", None, False, DAY, id="None keeps the known day"),
        pytest.param("vip", float("nan"), False, DAY, id="NaN is no value"),
        pytest.param("vip", NOW, False, NOW, id="an instant replaces the day"),
        pytest.param("news", DAY, False, DAY, id="a day replaces an unknown time"),
        pytest.param("news", None, False, None, id="still unknown"),
    ],
)
def test_add_to_list(name: str, joined: Any, is_new: bool, expected: date | None) -> None:  # noqa: ANN401
    """[L1], [L2]."""
    source = store()
    assert source.add_to_list("ada", name, joined) is is_new
    assert source.get("ada") == Contact("ada", ADA.attributes, {**ADA.lists, name: expected})
    assert ADA.lists == {"vip": DAY, "news": None}
    other = store()
    assert other.add_many_to_list(["tim", "ada", "tim"], name, joined=joined) == 1 + is_new
    assert other.get("ada") == source.get("ada")


def test_a_joined_instant_is_kept_in_utc() -> None:
    source = store()
    source.add_to_list("tim", "vip", NOW.astimezone(timezone(timedelta(hours=2))))
    [(name, joined)] = source.get("tim").lists.items()  # type: ignore[union-attr]
    assert (name, joined) == ("vip", NOW)
    assert isinstance(joined, datetime)
    assert joined.tzinfo is UTC


def test_remove_from_list() -> None:
    source = store()
    assert source.remove_from_list("ada", "vip") is True
    assert source.remove_from_list("ada", "vip") is False
    assert source.remove_from_list("cleo", "vip") is False
    assert source.get("ada") == Contact("ada", ADA.attributes, {"news": None})
    assert source.remove_many_from_list(["ada", "tim", "cleo", "ada"], "news") == 1
    assert source.get("ada") == Contact("ada", ADA.attributes)


# --- reading --------------------------------------------------------------------------------------


def test_reading_the_store() -> None:
    source = store()
    assert source.get("ada") is ADA
    assert source.get("bob") is None
    assert ("ada" in source, "bob" in source, ADA in source, ["ada"] in source) == (
        True,
        False,
        False,
        False,
    )
    assert None not in source
    assert Key("ada") not in source
    events = source.events("ada")
    events.clear()
    assert source.events("ada") == [ORDER, VISIT]


def test_iteration_is_over_the_contacts_at_its_start() -> None:
    source = store()
    for contact in source:
        source.remove(contact.id)
        source.upsert(Contact(f"{contact.id}2"))
    assert [contact.id for contact in source] == ["ada2", "tim2"]


def test_a_store_can_be_given_to_a_store() -> None:
    """It iterates contacts."""
    assert list(MemorySource(store())) == [ADA, TIM]


# --- in time --------------------------------------------------------------------------------------


def test_no_change_is_made_while_the_arguments_are_read() -> None:
    """A generator of an application may read the store."""
    source = store()

    def contacts() -> Iterable[Contact[str]]:
        for number in range(3):
            yield Contact(f"c{number}")
            assert len(source) == 2

    source.upsert_many(contacts())
    assert len(source) == 5


def test_changes_are_evaluated() -> None:
    """[T1]: the evaluator reads the store in each call."""
    source = store()
    evaluator = Evaluator(source, tz="Europe/Paris")
    assert list(evaluator.members(did("order") & (attr("age") > 30), now=NOW)) == ["ada"]
    source.update("ada", {"age": 9})
    assert not evaluator.members(did("order") & (attr("age") > 30), now=NOW)
    source.untrack("ada", "e1")
    assert not evaluator.members(did("order"), now=NOW)
