"""Contacts and events: what they take, what they refuse, and that they own what they hold."""

from collections import OrderedDict, UserDict, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import pytest

from segkit import Contact, Event, FactsError, InstantError, attr, did, matches
from tests.unit.evaluation import NOW, HostContact, HostEvent, evaluate

NAIVE: Final = datetime(2022, 9, 12, 12)  # noqa: DTZ001 - what is refused
# Any, because much of what is handed in here the type checkers refuse as well.
MakeContact: Any = Contact
MakeEvent: Any = Event


def test_what_a_contact_and_an_event_are_made_of() -> None:
    """[D1]: the fields and their order are fixed."""
    ada = Contact("ada", {"city": "Paris"}, {"vip": None})
    assert (ada.id, ada.attributes, ada.lists) == ("ada", {"city": "Paris"}, {"vip": None})
    order = Event("ada", "order", NOW, {"total": 30}, "e1")
    assert (order.contact_id, order.name, order.at) == ("ada", "order", NOW)
    assert (order.properties, order.id) == ({"total": 30}, "e1")


def test_what_may_be_left_out() -> None:
    """Nothing known is no attributes, no lists, no properties and no id."""
    assert Contact("ada") == Contact("ada", {}, {}) == MakeContact("ada", None, None)
    assert Contact("ada", lists={"vip": None}).attributes == {}
    assert Event("ada", "order", NOW) == Event("ada", "order", NOW, {}, None)


def test_they_cannot_be_changed() -> None:
    """A fact is as it was given."""
    for thing in (Contact("ada"), Event("ada", "order", NOW)):
        for name in ("id", "attributes", "at", "anything"):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)


@pytest.mark.parametrize("who", ["ada", " ", 7, 0, -1, UUID(int=7), ("shop", 7), 1.5, b"a", False])
def test_an_id_is_anything_that_can_be_hashed(who: Any) -> None:  # noqa: ANN401
    """[D1]: it stays what it is."""
    assert Contact(who).id is who
    assert Event(who, "order", NOW, id=who).contact_id is who
    assert evaluate(did("order"), Contact(who), [Event(who, "order", NOW, id=who)]) is True


@pytest.mark.parametrize(
    ("make", "cure"),
    [
        pytest.param(lambda: MakeContact(None), "an id is needed; got None", id="no id"),
        pytest.param(lambda: MakeContact(float("nan")), "an id is needed; got nan", id="NaN"),
        pytest.param(lambda: MakeContact(Decimal("NaN")), "an id is needed", id="Decimal NaN"),
        pytest.param(lambda: MakeContact([1]), "hashable: text, int or UUID", id="a list"),
        pytest.param(lambda: MakeContact({}), "hashable: text, int or UUID", id="a mapping"),
        pytest.param(lambda: MakeEvent(None, "order", NOW), "an id is needed", id="of nobody"),
        pytest.param(lambda: MakeEvent([1], "order", NOW), "hashable", id="of a list"),
        pytest.param(lambda: MakeEvent("ada", "order", NOW, id=[1]), "Event.id", id="event id"),
        pytest.param(lambda: MakeEvent("ada", 3, NOW), "must be text; got 3", id="a number"),
        pytest.param(lambda: MakeEvent("ada", None, NOW), "must be text; got None", id="no name"),
        pytest.param(lambda: MakeContact("ada", ["x"]), "must be a mapping", id="attributes"),
        pytest.param(lambda: MakeContact("ada", "x"), "must be a mapping", id="a text"),
        pytest.param(lambda: MakeEvent("ada", "order", NOW, ["x"]), "must be a mapping", id="list"),
        pytest.param(
            lambda: MakeContact("ada", {}, ["vip"]), r'Write \{"vip": None\}', id="bare lists"
        ),
        pytest.param(
            lambda: MakeContact("ada", {}, "vip"), r'Write \{"vip": None\}', id="a bare list"
        ),
        pytest.param(
            lambda: MakeContact("ada", {}, {3: None}), "name of a list is text", id="numbered list"
        ),
    ],
)
def test_what_is_refused(make: Callable[[], object], cure: str) -> None:
    """What nobody can mean is told at the door, with the place and the value."""
    with pytest.raises(FactsError, match=cure) as caught:
        make()
    assert caught.value.path.startswith(("Contact", "Event"))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        pytest.param(lambda at: Contact("ada", {"x": at}), "attributes['x']", id="an attribute"),
        pytest.param(
            lambda at: Contact("ada", {"x": {"y": [1, (at,)]}}),
            "attributes['x']['y'][1][0]",
            id="deep in one",
        ),
        pytest.param(lambda at: Contact("ada", lists={"vip": at}), "lists['vip']", id="joined"),
        pytest.param(lambda at: Event("ada", "order", at), ".at", id="the instant of an event"),
        pytest.param(
            lambda at: Event("ada", "order", NOW, {"x": {at}}), "properties['x'][0]", id="in a set"
        ),
    ],
)
def test_a_naive_datetime_is_refused(make: Callable[[datetime], object], path: str) -> None:
    """[K2]: with the place, and how to attach a zone."""
    with pytest.raises(InstantError, match=r"is naive: attach a zone, .replace\(tzinfo=UTC\)") as e:
        make(NAIVE)
    assert e.value.path.endswith(path)
    assert e.value.value is NAIVE


@pytest.mark.parametrize(
    ("make", "cure"),
    [
        pytest.param(
            lambda: MakeEvent("ada", "order", "2022-09-12"), "datetime.fromisoformat", id="text"
        ),
        pytest.param(
            lambda: MakeEvent("ada", "order", date(2022, 9, 12)), "an aware datetime", id="a day"
        ),
        pytest.param(lambda: MakeEvent("ada", "order", 0), "an aware datetime", id="a number"),
        pytest.param(lambda: MakeEvent("ada", "order", None), "an aware datetime", id="nothing"),
        pytest.param(
            lambda: MakeContact("ada", lists={"vip": "2022-09-12"}), "fromisoformat", id="joined"
        ),
        pytest.param(
            lambda: MakeContact("ada", lists={"vip": True}), "an aware datetime", id="a mark"
        ),
    ],
)
def test_what_is_no_instant_is_refused(make: Callable[[], object], cure: str) -> None:
    """[K2], [L1]: a text says how to read it first."""
    with pytest.raises(InstantError, match=cure):
        make()


def test_instants_are_kept_in_utc() -> None:
    """[K4]: of an event its own, of a list the joined one; an attribute stays as it was given."""
    local = datetime(2022, 10, 1, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert Event("ada", "order", local).at.tzinfo is UTC
    assert Event("ada", "order", local).at == NOW
    joined = Contact("ada", lists={"vip": local, "news": date(2022, 10, 1)}).lists
    assert joined == {"vip": NOW, "news": date(2022, 10, 1)}
    assert Contact("ada", {"x": local}).attributes["x"] is local


def test_they_own_a_copy() -> None:
    """[D9]: what was handed in may change later, at any depth."""
    inner: dict[str, Any] = {"zip": "75011", "tags": ["a"]}
    pair = (["a"], "b")
    attributes: dict[str, Any] = {"address": inner, "tags": ["a"], "set": {"a"}, "pair": pair}
    lists: dict[str, date | None] = {"vip": None}
    ada = Contact("ada", attributes, lists)
    order = Event("ada", "order", NOW, attributes)
    inner["zip"] = "0"
    inner["tags"].append("b")
    pair[0].append("b")
    attributes["tags"].append("b")
    attributes["set"].add("b")
    attributes["new"] = 1
    lists["news"] = None
    known = {
        "address": {"zip": "75011", "tags": ["a"]},
        "tags": ["a"],
        "set": {"a"},
        "pair": (["a"], "b"),
    }
    assert ada.attributes == known
    assert order.properties == known
    assert ada.lists == {"vip": None}


@pytest.mark.parametrize(
    "kind",
    [dict, OrderedDict, MappingProxyType, UserDict, lambda it: defaultdict(int, it)],
    ids=["dict", "OrderedDict", "MappingProxyType", "UserDict", "defaultdict"],
)
def test_any_mapping_becomes_a_plain_dict(kind: Callable[[dict[str, Any]], Any]) -> None:
    """[D9]: which can be pickled, and grows by no look-up; also inside."""
    ada = Contact("ada", kind({"a": kind({"b": 1})}), kind({"vip": None}))
    assert type(ada.attributes) is type(ada.attributes["a"]) is type(ada.lists) is dict
    assert evaluate(attr("a", "b") == 1, ada) is True
    assert type(Event("ada", "order", NOW, kind({"a": 1})).properties) is dict


def test_copies_keep_the_kind_of_a_collection() -> None:
    """[D9], [K1]."""
    values = {"list": [1, [2]], "tuple": (1, (2,)), "set": {1, (2,)}, "frozenset": frozenset({1})}
    ada = Contact("ada", values)
    assert ada.attributes == values
    assert [type(value).__name__ for value in ada.attributes.values()] == list(values)


class Frozen(dict[str, int]):
    """A mapping that can be hashed, as libraries of immutable values have one."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def test_a_set_may_hold_mappings_that_can_be_hashed() -> None:
    """[V1], [D9]: they have no kind, and nobody asks for them, but they are there."""
    ada = Contact("ada", {"x": {Frozen(a=1)}, "y": frozenset({Frozen(a=1)}), "z": 1})
    assert evaluate(attr("x").is_set() & attr("y").is_set() & (attr("z") == 1), ada) is True


def holding_itself(kind: str) -> Mapping[str, Any]:
    held: Any = [] if kind == "a list" else {}
    if kind == "a list":
        held.append(held)
    else:
        held["x"] = held
    return {"x": held}


@pytest.mark.parametrize("kind", ["a list", "a mapping"])
def test_what_holds_itself_is_refused(kind: str) -> None:
    """[D9]: our own error, not a `RecursionError`. In a host's own object it is never walked."""
    held = holding_itself(kind)
    with pytest.raises(FactsError, match="holds itself") as caught:
        Contact("ada", held)
    assert caught.value.path.startswith("Contact('ada').attributes['x']")
    with pytest.raises(FactsError, match="holds itself"):
        Event("ada", "order", NOW, held)
    person = HostContact(attributes=held)
    assert evaluate(attr("x").is_set() & ~attr("x", "x", "y").is_set(), person) is True


def test_nesting_up_to_the_limit_is_copied() -> None:
    """[D9]."""
    deep: Any = "bottom"
    for _ in range(99):
        deep = [deep]
    assert Contact("ada", {"x": deep}).attributes["x"] == deep
    with pytest.raises(FactsError, match="levels deep"):
        Contact("ada", {"x": [deep]})


def doubled(times: int) -> list[Any]:
    """A list that holds the one before it twice: short here, endless when it is copied."""
    held: list[Any] = []
    for _ in range(times):
        held = [held, held]
    return held


@pytest.mark.parametrize("kind", [list, tuple, lambda it: {"a": it[0], "b": it[1]}])
def test_what_is_endless_when_it_is_copied_is_refused(kind: Callable[[Any], Any]) -> None:
    """[D9]: within a moment, and the same way for an event; a host's own object is not copied."""
    held: Any = ()
    for _ in range(40):
        held = kind((held, held))
    for make in (lambda it: Contact("ada", it), lambda it: Event("ada", "order", NOW, it)):
        with pytest.raises(FactsError, match="more than 100,000 collections") as caught:
            make({"x": held})
        assert len(str(caught.value)) < 1000
        assert len(repr(caught.value)) < 1000
    assert evaluate(attr("x").is_set(), HostContact(attributes={"x": held})) is True


def test_what_is_shared_is_copied_apart() -> None:
    """[D9]: a copy is private, whoever else held the same list; 2**16 of them are no matter."""
    tags = ["a"]
    ada = Contact("ada", {"one": tags, "other": [tags, (tags,)]})
    assert ada.attributes == {"one": ["a"], "other": [["a"], (["a"],)]}
    assert ada.attributes["one"] is not ada.attributes["other"][0]
    assert Contact("ada", {"x": doubled(15)}).attributes["x"] == doubled(15)


def test_a_hundred_thousand_collections_are_copied() -> None:
    """[D9]: the mapping and the list are two of them; what is no collection is not counted."""
    empty: list[Any] = []
    assert len(Contact("ada", {"x": [empty] * 99_998}).attributes["x"]) == 99_998
    with pytest.raises(FactsError, match="more than 100,000 collections"):
        Contact("ada", {"x": [empty] * 99_999})
    assert len(Contact("ada", {"x": [0] * 200_000}).attributes["x"]) == 200_000


def test_any_object_with_the_fields_will_do() -> None:
    """[D7]: it is read, never copied and never changed."""
    attributes, lists, properties = {"age": 36}, {"vip": None}, {"total": 30}
    person = HostContact("ada", attributes, lists)
    happening = HostEvent("order", NOW, properties, "e1")
    assert matches((attr("age") == 36) & did("order"), person, [happening], now=NOW) is True
    assert (person.attributes, happening.properties) == (attributes, properties)
    assert person.attributes is attributes


@pytest.mark.parametrize(
    ("contact", "events", "missing"),
    [
        pytest.param({"id": 1}, [], "it has no .id and no .attributes", id="a dict"),
        pytest.param("ada", [], r"not a contact: it has no .id", id="only the id"),
        pytest.param(None, [], r"None is not a contact", id="nobody"),
        pytest.param(Event("ada", "order", NOW), [], r"no .attributes and no .lists", id="event"),
        pytest.param(Contact("ada"), [3], r"3 is not an event", id="a number among the events"),
        pytest.param(Contact("ada"), [Contact("ada")], "no .contact_id and", id="a contact"),
        pytest.param(Contact("ada"), None, "a list or any iterable; got None", id="None"),
        pytest.param(Contact("ada"), "order", "a list or any iterable", id="a text"),
        pytest.param(Contact("ada"), {"order": NOW}, "a list or any", id="a mapping"),
        pytest.param(Contact("ada"), Event("ada", "order", NOW), "a list or any", id="one event"),
    ],
)  # fmt: skip
def test_what_is_no_contact_and_no_event_is_refused(
    contact: Any,  # noqa: ANN401
    events: Any,  # noqa: ANN401
    missing: str,
) -> None:
    """It says what is missing."""
    with pytest.raises(FactsError, match=missing):
        matches(did("order") | (attr("age") == 36), contact, events, now=NOW)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(NAIVE, id="naive"),
        pytest.param("2022-09-12T12:00:00+00:00", id="text"),
        pytest.param(1_662_984_000, id="a number of seconds"),
        pytest.param(date(2022, 9, 12), id="a day is no instant"),
        pytest.param(None, id="nothing"),
    ],
)
def test_an_event_without_an_instant_counts_nowhere(at: object) -> None:
    """[K2]: in a host's own object; the other events still count."""
    events = [HostEvent(at=at), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True
    assert evaluate(did("order").never(), events=[HostEvent(at=at)]) is True


@pytest.mark.parametrize("name", [None, 3, ["order"], ("order",), b"order"])
def test_an_event_without_a_name_counts_nowhere(name: object) -> None:
    """[V1]: in a host's own object."""
    assert evaluate(did("order").exactly(1), events=[HostEvent(name), HostEvent()]) is True
