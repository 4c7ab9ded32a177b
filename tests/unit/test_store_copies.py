"""What is handed to the store is owned [D9]: a later change of a host's object has no effect."""

from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Final

import pytest

from segkit import (
    Contact,
    Evaluator,
    Event,
    FactsError,
    MemorySource,
    attr,
    did,
    explain,
    in_any_list,
    in_list,
    matches,
    prop,
    requirements,
)
from tests.unit.evaluation import NOW, HostContact, HostEvent, evaluate
from tests.unit.hostile_values import Key, RaisingMapping, raising

NAIVE: Final = datetime(2022, 9, 1)  # noqa: DTZ001 - what a host's object may have


def stored(contact: Any) -> Contact[Any]:  # noqa: ANN401
    """Return the contact that the store keeps."""
    [kept] = MemorySource([contact])
    assert type(kept) is Contact
    return kept


def stored_event(event: Any) -> Any:  # noqa: ANN401
    [kept] = MemorySource[Any]([], [event]).events("ada")
    return kept


def test_a_contact_and_an_event_are_kept_as_they_are() -> None:
    """They have private copies already."""
    ada, order = Contact("ada", {"tags": ["a"]}), Event("ada", "order", NOW)
    source = MemorySource([ada], [order])
    assert source.get("ada") is ada
    assert source.events("ada")[0] is order


def test_a_later_change_of_a_host_object_has_no_effect() -> None:
    """Until the object is added again."""
    person = HostContact(attributes={"age": 9, "tags": ["a"]}, lists={})
    order = HostEvent(properties={"total": 5}, id="e1")
    source = MemorySource([person], [order])
    evaluator = Evaluator(source)
    condition = (attr("age") == 9) & ~in_list("vip") & did("order").where(prop("total") == 5)
    person.attributes["age"], person.lists["vip"], order.properties["total"] = 18, None, 6
    person.attributes["tags"].append("b")
    assert evaluator.members(condition, now=NOW) == {"ada"}
    assert source.get("ada") == Contact("ada", {"age": 9, "tags": ["a"]})
    source.upsert(person)
    assert source.get("ada") == Contact("ada", {"age": 18, "tags": ["a", "b"]}, {"vip": None})
    assert source.track(order) is False
    source.untrack("ada", "e1")
    source.track(order)
    assert source.events("ada") == [Event("ada", "order", NOW, {"total": 6}, id="e1")]


def test_a_subclass_is_copied_as_a_contact() -> None:
    class Customer(Contact[str]):
        pass

    assert stored(Customer("ada", {"n": 1})) == Contact("ada", {"n": 1})


def test_update_copies_the_new_values_only() -> None:
    """A contact is replaced by another contact, and old contacts never change."""
    tags, new = ["a"], ["b"]
    source = MemorySource([Contact("ada", {"tags": tags})])
    before = source.get("ada")
    assert before is not None
    source.update("ada", {"new": new})
    source.add_to_list("ada", "vip")
    new.append("c")
    after = source.get("ada")
    assert after == Contact("ada", {"tags": ["a"], "new": ["b"]}, {"vip": None})
    assert before == Contact("ada", {"tags": ["a"]})
    assert after.attributes["tags"] is before.attributes["tags"]


class CaseInsensitive(UserDict[str, Any]):
    """A mapping whose ``get`` differs from its items."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        return "Paris" if key.lower() == "city" else default


class PartlyRaising(dict[str, Any]):
    """Some values cannot be read."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        if key == "bad":
            raise RuntimeError("this value is away")
        return super().__getitem__(key)

    def get(self, key: str, _: object = None) -> Any:  # noqa: ANN401
        return self[key]

    def items(self) -> Any:  # noqa: ANN401
        raise RuntimeError("the items are away")


class Town(dict[str, Any], Enum):  # type: ignore[misc]
    LYON = {"zip": "69001"}  # noqa: RUF012 - a value of this member


class EqualMembers(set[Any]):
    """It yields members that are equal."""

    def __iter__(self) -> Iterator[Any]:
        return iter([1, True, [3]])


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param(None, {}, id="None"),
        pytest.param("Paris", {}, id="a text"),
        pytest.param([("city", "Paris")], {}, id="pairs"),
        pytest.param(RaisingMapping(), {}, id="a mapping that raises"),
        pytest.param({"since": NAIVE}, {"since": NAIVE}, id="a naive datetime stays"),
        pytest.param({"seen": [NAIVE]}, {"seen": [NAIVE]}, id="a naive datetime in a list"),
        pytest.param(defaultdict(list, a=[1]), {"a": [1]}, id="a defaultdict"),
        pytest.param(OrderedDict(a=(1, [2])), {"a": (1, [2])}, id="an OrderedDict"),
        pytest.param(UserDict(a={"b": {1}}), {"a": {"b": {1}}}, id="a UserDict"),
        pytest.param(PartlyRaising(a=1, bad=2), {"a": 1}, id="a value that raises"),
        pytest.param(CaseInsensitive(City=1), {"City": "Paris"}, id="read by get"),
        pytest.param({"town": Town.LYON}, {"town": Town.LYON}, id="an Enum member"),
        pytest.param(Town.LYON, {"zip": "69001"}, id="an Enum member of attributes"),
        pytest.param({"x": EqualMembers()}, {"x": [1, True, [3]]}, id="a subclass of set"),
        pytest.param(
            {"x": raising("__iter__", base=list)(["a"])}, {"x": []}, id="a list that raises"
        ),
        pytest.param(
            {"x": raising("__iter__", base=tuple)(["a"])}, {"x": ()}, id="a tuple that raises"
        ),
        pytest.param({"x": frozenset({1})}, {"x": frozenset({1})}, id="a frozenset"),
    ],
)
def test_attributes_are_read_as_conditions_read_them(
    attributes: Any,  # noqa: ANN401
    expected: dict[str, Any],
) -> None:
    """[V1], [K6], [K9]: nothing is refused that an evaluation accepts."""
    kept = stored(HostContact(attributes=attributes))
    assert type(kept.attributes) is dict
    assert kept.attributes == expected
    event = stored_event(HostEvent(properties=attributes))
    assert (type(event), event.properties) == (Event, expected)


def test_a_key_that_raises_is_kept() -> None:
    """[V1]: it has the same effect as in the host's dict."""
    key = Key("zip")
    kept = stored(HostContact(attributes={key: 1, "city": "Paris"}))
    assert list(kept.attributes) == [key, "city"]
    assert evaluate(attr("city") == "Paris", HostContact(attributes={key: 1, "city": "Paris"}))


def test_unknown_objects_are_shared() -> None:
    shared = object()
    assert stored(HostContact(attributes={"x": [shared]})).attributes["x"][0] is shared


class PartlyRaisingLists(Mapping[str, Any]):
    """The time of joining one of the lists cannot be read."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401
        return {"vip": None}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(["bad", "vip"])

    def __len__(self) -> int:
        return 2


PARIS_SUMMER: Final = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        pytest.param(None, {}, id="None"),
        pytest.param(["vip"], {}, id="names"),
        pytest.param(RaisingMapping(), {}, id="a mapping that raises"),
        pytest.param(PartlyRaisingLists(), {"vip": None}, id="a list that raises"),
        pytest.param({"vip": date(2022, 9, 1)}, {"vip": date(2022, 9, 1)}, id="a day"),
        pytest.param({"vip": NOW.astimezone(PARIS_SUMMER)}, {"vip": NOW}, id="an instant"),
        pytest.param({"vip": NAIVE}, {"vip": None}, id="a naive datetime"),
        pytest.param({"vip": "2022-09-01", "a": 3}, {"vip": None, "a": None}, id="others"),
    ],
)
def test_lists_are_read_as_conditions_read_them(lists: Any, expected: dict[str, Any]) -> None:  # noqa: ANN401
    """[L1], [V1]."""
    kept = stored(HostContact(lists=lists))
    assert kept.lists == expected
    assert all(at is None or type(at) is date or at.tzinfo is UTC for at in kept.lists.values())  # type: ignore[attr-defined]
    for condition in (in_list("vip"), in_list("vip").joined_within_last(days=60)):
        own, theirs = (
            matches(condition, each, now=NOW) for each in (kept, HostContact(lists=lists))
        )
        assert own is theirs


def test_a_key_of_lists_that_raises_makes_the_contact_be_on_a_list() -> None:
    """[L1]: as for the host's object."""
    person = HostContact(lists={Key("vip"): None})
    assert evaluate(in_any_list(), person) is True
    assert evaluate(in_list("vip"), person) is False


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            HostEvent(at=NOW.astimezone(PARIS_SUMMER)), Event("ada", "order", NOW), id="in UTC"
        ),
        pytest.param(HostEvent(id=float("nan")), Event("ada", "order", NOW), id="NaN as an id"),
        pytest.param(HostEvent(id=""), Event("ada", "order", NOW), id="no text as an id"),
        pytest.param(HostEvent(id=[1]), Event("ada", "order", NOW), id="a list as an id"),
        pytest.param(HostEvent(id=7), Event("ada", "order", NOW, id=7), id="an id"),
    ],
)
def test_an_event_of_a_host_is_kept_as_an_event(event: HostEvent, expected: Event[str]) -> None:
    assert stored_event(event) == expected


@pytest.mark.parametrize("event", [HostEvent(at=NAIVE), HostEvent(at=None), HostEvent(name=3)])
def test_an_event_that_counts_nowhere_is_kept_as_it_is(event: HostEvent) -> None:
    """[K2]: an explanation counts it."""
    assert stored_event(event) is event
    source = MemorySource([Contact("ada")], [event])
    [(contact, events)] = source.load(requirements_of("order"))
    text = str(explain(did("order"), HostContact(), [event], now=NOW))
    assert str(explain(did("order"), contact, source.events("ada"), now=NOW)) == text
    assert Evaluator(source).members(did("order"), now=NOW) == set()
    assert len(events) == (event.name == "order")


def requirements_of(name: str) -> Any:  # noqa: ANN401
    return requirements(did(name), now=NOW)


def test_a_host_object_that_raises_changes_nothing() -> None:
    """The exception of the host is not changed."""

    class Away(HostContact):
        @property
        def lists(self) -> Any:  # noqa: ANN401
            raise ConnectionError("the storage is away")

        @lists.setter
        def lists(self, value: Any) -> None:  # noqa: ANN401
            pass

    source = MemorySource([Contact("tim")])
    with pytest.raises(ConnectionError):
        source.upsert_many([Contact("bob"), Away()])
    assert [contact.id for contact in source] == ["tim"]


def endless(collection: Any) -> Any:  # noqa: ANN401
    if isinstance(collection, dict):
        collection["x"] = collection
    else:
        collection.append(collection)
    return collection


def nested(depth: int) -> Any:  # noqa: ANN401
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        pytest.param({"x": endless([])}, "holds itself", id="a list in itself"),
        pytest.param(endless({}), "holds itself", id="a mapping in itself"),
        pytest.param({"x": nested(100)}, "levels deep", id="deep"),
        pytest.param({"x": [[]] * 100_000}, "more than 100,000 collections", id="many"),
    ],
)
def test_facts_that_cannot_be_copied_are_refused(attributes: Any, problem: str) -> None:  # noqa: ANN401
    """[D9]: of a host's objects too, because they are copied."""
    source: MemorySource[Any] = MemorySource()
    with pytest.raises(FactsError, match=problem) as caught:
        source.upsert_many([HostContact("bob"), HostContact(attributes=attributes)])
    assert caught.value.path.startswith("upsert_many.contacts[1].attributes['x']")
    with pytest.raises(FactsError, match=problem):
        source.track(HostEvent(properties=attributes))
    with pytest.raises(FactsError, match=problem):
        source.upsert(HostContact(attributes=attributes))
    assert len(source) == 0
    assert source.events("ada") == []
