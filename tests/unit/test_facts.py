"""Contacts and events: the values that they accept and refuse, and their copies of these."""

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

NAIVE: Final = datetime(2022, 9, 12, 12)  # noqa: DTZ001 - refused
# Any, because type checkers refuse many of these arguments, too.
MakeContact: Any = Contact
MakeEvent: Any = Event


def test_the_fields_of_a_contact_and_an_event() -> None:
    """[D1]: the fields and their order are fixed."""
    ada = Contact("ada", {"city": "Paris"}, {"vip": None})
    assert (ada.id, ada.attributes, ada.lists) == ("ada", {"city": "Paris"}, {"vip": None})
    order = Event("ada", "order", NOW, {"total": 30}, "e1")
    assert (order.contact_id, order.name, order.at) == ("ada", "order", NOW)
    assert (order.properties, order.id) == ({"total": 30}, "e1")


def test_optional_arguments() -> None:
    """By default there are no attributes, no lists, no properties and no id."""
    assert Contact("ada") == Contact("ada", {}, {}) == MakeContact("ada", None, None)
    assert Contact("ada", lists={"vip": None}).attributes == {}
    assert Event("ada", "order", NOW) == Event("ada", "order", NOW, {}, None)


def test_contacts_and_events_are_immutable() -> None:
    """No attribute can be set."""
    for fact in (Contact("ada"), Event("ada", "order", NOW)):
        for name in ("id", "attributes", "at", "anything"):
            with pytest.raises(AttributeError):
                setattr(fact, name, None)


@pytest.mark.parametrize("id_", ["ada", " ", 7, 0, -1, UUID(int=7), ("shop", 7), 1.5, b"a", False])
def test_an_id_is_any_hashable_value(id_: Any) -> None:  # noqa: ANN401
    """[D1]: it is kept unchanged."""
    assert Contact(id_).id is id_
    assert Event(id_, "order", NOW, id=id_).contact_id is id_
    assert evaluate(did("order"), Contact(id_), [Event(id_, "order", NOW, id=id_)]) is True


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(lambda: MakeContact(None), "an id is needed; got None", id="no id"),
        pytest.param(lambda: MakeContact(float("nan")), "an id is needed; got nan", id="NaN"),
        pytest.param(lambda: MakeContact(Decimal("NaN")), "an id is needed", id="Decimal NaN"),
        pytest.param(lambda: MakeContact([1]), "hashable: text, int or UUID", id="a list"),
        pytest.param(lambda: MakeContact({}), "hashable: text, int or UUID", id="a mapping"),
        pytest.param(
            lambda: MakeEvent(None, "order", NOW),
            "an id is needed",
            id="an event without a contact",
        ),
        pytest.param(lambda: MakeEvent([1], "order", NOW), "hashable", id="an event of a list"),
        pytest.param(
            lambda: MakeEvent("ada", "order", NOW, id=[1]), "Event.id", id="the id of an event"
        ),
        pytest.param(
            lambda: MakeEvent("ada", 3, NOW), "must be text; got 3", id="a number as the name"
        ),
        pytest.param(lambda: MakeEvent("ada", None, NOW), "must be text; got None", id="no name"),
        pytest.param(lambda: MakeContact("ada", ["x"]), "must be a mapping", id="attributes"),
        pytest.param(lambda: MakeContact("ada", "x"), "must be a mapping", id="a text"),
        pytest.param(lambda: MakeEvent("ada", "order", NOW, ["x"]), "must be a mapping", id="list"),
        pytest.param(lambda: MakeContact("ada", {}, [3]), "name of a list is text", id="a number"),
        pytest.param(lambda: MakeContact("ada", {}, "vip"), r'write \["vip"\], or', id="a name"),
        pytest.param(
            lambda: MakeContact("ada", {}, {3: None}),
            "name of a list is text",
            id="a number as the name of a list",
        ),
    ],
)
def test_invalid_arguments_are_refused(build: Callable[[], object], cure: str) -> None:
    """The error has the path and the value."""
    with pytest.raises(FactsError, match=cure) as caught:
        build()
    assert caught.value.path.startswith(("Contact", "Event"))


@pytest.mark.parametrize(
    ("build", "path"),
    [
        pytest.param(lambda at: Contact("ada", {"x": at}), "attributes['x']", id="an attribute"),
        pytest.param(
            lambda at: Contact("ada", {"x": {"y": [1, (at,)]}}),
            "attributes['x']['y'][1][0]",
            id="nested in an attribute",
        ),
        pytest.param(
            lambda at: Contact("ada", lists={"vip": at}), "lists['vip']", id="a joined instant"
        ),
        pytest.param(lambda at: Event("ada", "order", at), ".at", id="the instant of an event"),
        pytest.param(
            lambda at: Event("ada", "order", NOW, {"x": {at}}), "properties['x'][0]", id="in a set"
        ),
    ],
)
def test_a_naive_datetime_is_refused(build: Callable[[datetime], object], path: str) -> None:
    """[K2]: the error has the path, and shows how to attach a zone."""
    with pytest.raises(InstantError, match=r"is naive: attach a zone, .replace\(tzinfo=UTC\)") as e:
        build(NAIVE)
    assert e.value.path.endswith(path)
    assert e.value.value is NAIVE


@pytest.mark.parametrize(
    ("build", "cure"),
    [
        pytest.param(
            lambda: MakeEvent("ada", "order", "2022-09-12"), "datetime.fromisoformat", id="text"
        ),
        pytest.param(
            lambda: MakeEvent("ada", "order", date(2022, 9, 12)), "an aware datetime", id="a day"
        ),
        pytest.param(lambda: MakeEvent("ada", "order", 0), "an aware datetime", id="a number"),
        pytest.param(lambda: MakeEvent("ada", "order", None), "an aware datetime", id="None"),
        pytest.param(
            lambda: MakeContact("ada", lists={"vip": "2022-09-12"}),
            "fromisoformat",
            id="a text as the joined instant",
        ),
        pytest.param(
            lambda: MakeContact("ada", lists={"vip": True}),
            "an aware datetime",
            id="a boolean as the joined instant",
        ),
    ],
)
def test_a_value_that_is_not_an_instant_is_refused(build: Callable[[], object], cure: str) -> None:
    """[K2], [L1]: for a text the error shows how to parse it."""
    with pytest.raises(InstantError, match=cure):
        build()


def test_instants_are_kept_in_utc() -> None:
    """[K4]: the instant of an event and a joined instant; an attribute is kept unchanged."""
    local = datetime(2022, 10, 1, 5, 45, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert Event("ada", "order", local).at.tzinfo is UTC
    assert Event("ada", "order", local).at == NOW
    joined = Contact("ada", lists={"vip": local, "news": date(2022, 10, 1)}).lists
    assert joined == {"vip": NOW, "news": date(2022, 10, 1)}
    assert Contact("ada", {"x": local}).attributes["x"] is local


def test_contacts_and_events_have_their_own_copy() -> None:
    """[D9]: the arguments may change later, at any depth."""
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
    expected = {
        "address": {"zip": "75011", "tags": ["a"]},
        "tags": ["a"],
        "set": {"a"},
        "pair": (["a"], "b"),
    }
    assert ada.attributes == expected
    assert order.properties == expected
    assert ada.lists == {"vip": None}


@pytest.mark.parametrize(
    "make_mapping",
    [dict, OrderedDict, MappingProxyType, UserDict, lambda it: defaultdict(int, it)],
    ids=["dict", "OrderedDict", "MappingProxyType", "UserDict", "defaultdict"],
)
def test_any_mapping_becomes_a_plain_dict(make_mapping: Callable[[dict[str, Any]], Any]) -> None:
    """[D9]: also a nested mapping; a plain dict can be pickled, and lookups do not add keys."""
    ada = Contact("ada", make_mapping({"a": make_mapping({"b": 1})}), make_mapping({"vip": None}))
    assert type(ada.attributes) is type(ada.attributes["a"]) is type(ada.lists) is dict
    assert evaluate(attr("a", "b") == 1, ada) is True
    assert type(Event("ada", "order", NOW, make_mapping({"a": 1})).properties) is dict


def test_copies_keep_the_kind_of_a_collection() -> None:
    """[D9], [K1]."""
    values = {"list": [1, [2]], "tuple": (1, (2,)), "set": {1, (2,)}, "frozenset": frozenset({1})}
    ada = Contact("ada", values)
    assert ada.attributes == values
    assert [type(value).__name__ for value in ada.attributes.values()] == list(values)


class Frozen(dict[str, int]):
    """A hashable mapping, as in libraries of immutable values."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def test_a_set_may_contain_hashable_mappings() -> None:
    """[V1], [D9]: such a mapping has no kind, but the attribute is set."""
    ada = Contact("ada", {"x": {Frozen(a=1)}, "y": frozenset({Frozen(a=1)}), "z": 1})
    assert evaluate(attr("x").is_set() & attr("y").is_set() & (attr("z") == 1), ada) is True


def containing_itself(kind: str) -> Mapping[str, Any]:
    container: Any = [] if kind == "a list" else {}
    if kind == "a list":
        container.append(container)
    else:
        container["x"] = container
    return {"x": container}


@pytest.mark.parametrize("kind", ["a list", "a mapping"])
def test_a_container_that_contains_itself_is_refused(kind: str) -> None:
    """[D9]: with a `FactsError`, not a `RecursionError`. The object of a host is not copied."""
    attributes = containing_itself(kind)
    with pytest.raises(FactsError, match="holds itself") as caught:
        Contact("ada", attributes)
    assert caught.value.path.startswith("Contact('ada').attributes['x']")
    with pytest.raises(FactsError, match="holds itself"):
        Event("ada", "order", NOW, attributes)
    person = HostContact(attributes=attributes)
    assert evaluate(attr("x").is_set() & ~attr("x", "x", "y").is_set(), person) is True


def test_nesting_up_to_the_limit_is_copied() -> None:
    """[D9]."""
    deep: Any = "bottom"
    for _ in range(99):
        deep = [deep]
    assert Contact("ada", {"x": deep}).attributes["x"] == deep
    with pytest.raises(FactsError, match="levels deep"):
        Contact("ada", {"x": [deep]})


def nested_pairs(times: int) -> list[Any]:
    """Return nested lists that share their members: few here, very many when they are copied."""
    nested: list[Any] = []
    for _ in range(times):
        nested = [nested, nested]
    return nested


@pytest.mark.parametrize("make_collection", [list, tuple, lambda it: {"a": it[0], "b": it[1]}])
def test_a_value_whose_copy_is_too_large_is_refused(make_collection: Callable[[Any], Any]) -> None:
    """[D9]: quickly, for contacts and events; the object of a host is not copied."""
    nested: Any = ()
    for _ in range(40):
        nested = make_collection((nested, nested))
    for build in (lambda it: Contact("ada", it), lambda it: Event("ada", "order", NOW, it)):
        with pytest.raises(FactsError, match="more than 100,000 collections") as caught:
            build({"x": nested})
        assert len(str(caught.value)) < 1000
        assert len(repr(caught.value)) < 1000
    assert evaluate(attr("x").is_set(), HostContact(attributes={"x": nested})) is True


def test_shared_lists_are_copied_separately() -> None:
    """[D9]: a copy shares no list with another value; 2**16 copies are within the limit."""
    tags = ["a"]
    ada = Contact("ada", {"one": tags, "other": [tags, (tags,)]})
    assert ada.attributes == {"one": ["a"], "other": [["a"], (["a"],)]}
    assert ada.attributes["one"] is not ada.attributes["other"][0]
    assert Contact("ada", {"x": nested_pairs(15)}).attributes["x"] == nested_pairs(15)


def test_a_hundred_thousand_collections_are_copied() -> None:
    """[D9]: the mapping and the list are counted, too; other values are not counted."""
    empty: list[Any] = []
    assert len(Contact("ada", {"x": [empty] * 99_998}).attributes["x"]) == 99_998
    with pytest.raises(FactsError, match="more than 100,000 collections"):
        Contact("ada", {"x": [empty] * 99_999})
    assert len(Contact("ada", {"x": [0] * 200_000}).attributes["x"]) == 200_000


def test_any_object_with_the_fields_is_accepted() -> None:
    """[D7]: it is read, never copied and never changed."""
    attributes, lists, properties = {"age": 36}, {"vip": None}, {"total": 30}
    person = HostContact("ada", attributes, lists)
    host_event = HostEvent("order", NOW, properties, "e1")
    assert matches((attr("age") == 36) & did("order"), person, [host_event], now=NOW) is True
    assert (person.attributes, host_event.properties) == (attributes, properties)
    assert person.attributes is attributes


@pytest.mark.parametrize(
    ("contact", "events", "missing"),
    [
        pytest.param({"id": 1}, [], "it has no .id and no .attributes", id="a dict"),
        pytest.param("ada", [], r"not a contact: it has no .id", id="an id"),
        pytest.param(None, [], r"None is not a contact", id="None as the contact"),
        pytest.param(Event("ada", "order", NOW), [], r"no .attributes and no .lists", id="event"),
        pytest.param(Contact("ada"), [3], r"3 is not an event", id="a number among the events"),
        pytest.param(Contact("ada"), [Contact("ada")], "no .contact_id and",
                     id="a contact among the events"),
        pytest.param(Contact("ada"), None, "a list or any iterable; got None",
                     id="None as the events"),
        pytest.param(Contact("ada"), "order", "a list or any iterable", id="a text"),
        pytest.param(Contact("ada"), {"order": NOW}, "a list or any", id="a mapping"),
        pytest.param(Contact("ada"), Event("ada", "order", NOW), "a list or any", id="one event"),
    ],
)  # fmt: skip
def test_an_invalid_contact_or_event_is_refused(
    contact: Any,  # noqa: ANN401
    events: Any,  # noqa: ANN401
    missing: str,
) -> None:
    """The error names the missing attribute."""
    with pytest.raises(FactsError, match=missing):
        matches(did("order") | (attr("age") == 36), contact, events, now=NOW)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(NAIVE, id="naive"),
        pytest.param("2022-09-12T12:00:00+00:00", id="text"),
        pytest.param(1_662_984_000, id="a number of seconds"),
        pytest.param(date(2022, 9, 12), id="a day"),
        pytest.param(None, id="None"),
    ],
)
def test_an_event_without_an_instant_counts_nowhere(at: object) -> None:
    """[K2]: an event of a host; the other events still count."""
    events = [HostEvent(at=at), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True
    assert evaluate(did("order").never(), events=[HostEvent(at=at)]) is True


@pytest.mark.parametrize("name", [None, 3, ["order"], ("order",), b"order"])
def test_an_event_without_a_name_counts_nowhere(name: object) -> None:
    """[V1]: an event of a host."""
    assert evaluate(did("order").exactly(1), events=[HostEvent(name), HostEvent()]) is True
