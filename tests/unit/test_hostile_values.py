"""Values whose methods raise: they never stop the evaluation of other contacts."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import attrs
import pytest

from segkit import (
    Condition,
    Contact,
    ContactLike,
    Evaluator,
    Event,
    EventLike,
    FactsError,
    InstantError,
    MemorySource,
    Requirements,
    attr,
    did,
    explain,
    first_prop,
    in_any_list,
    in_list,
    matches,
    prop,
    sample,
)
from tests.unit.evaluation import NOW, HostContact, HostEvent, evaluate, evaluate_value
from tests.unit.hostile_values import VALUES, Key, raising

COMPARISONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "==": lambda x: (x == 2) | (x == "b") | x.is_true(),
    "<": lambda x: (x < 0) | (x > 2),
    "between": lambda x: x.between(2, 3) | x.between("b", "c"),
    "is_in": lambda x: x.is_in([2, "b", True]),
    "contains": lambda x: x.contains("b") | x.starts_with("b") | x.ends_with("b"),
    "ignoring case": lambda x: x.contains("B", ignore_case=True),
    "windows": lambda x: x.within_last(years=9) | x.during("year") | x.between(None, NOW),
    "has_any": lambda x: x.has_any([2, "b"]) | x.has_all(["a", "b"]),
    "anniversaries": lambda x: x.anniversary_within_last(days=366) | x.anniversary_in(days=0),
    "matches_regex": lambda x: x.matches_regex("b"),
    "within_km": lambda x: x.within_km(20_000, of=(0, 0)),
}


@pytest.mark.parametrize("operator", COMPARISONS)
@pytest.mark.parametrize("name", VALUES)
def test_a_comparison_is_false_and_never_raises(name: str, operator: str) -> None:
    """[V1], [V3], [K9]: as an attribute and as a property, with every engine."""
    assert evaluate_value({"x": VALUES[name]}, COMPARISONS[operator]) is False


@pytest.mark.parametrize(
    ("name", "make_comparison"),
    [
        ("a text that raises", lambda x: (x == "a") & x.is_in(["a"]) & x.contains("a")),
        ("an int that raises", lambda x: (x == 1) & (x <= 1) & x.between(1, 2)),
        ("a float that raises", lambda x: (x == 1.5) & (x >= 1.5) & x.between(1, 2)),
    ],
)
def test_no_method_of_a_subclass_is_called(
    name: str, make_comparison: Callable[[Any], Any]
) -> None:
    """[K1]: a subclass is compared as its base."""
    assert evaluate_value({"x": VALUES[name]}, make_comparison) is True


@pytest.mark.parametrize("name", VALUES)
def test_a_hostile_value_is_set(name: str) -> None:
    """[V4], [K9]: any value is set."""
    assert evaluate_value({"x": VALUES[name]}, lambda x: x.is_set()) is True


@pytest.mark.parametrize("name", VALUES)
def test_a_path_into_a_hostile_value_has_no_value(name: str) -> None:
    """[K6], [V1]: the name ``"zip"`` is read from the value."""
    assert evaluate_value({"x": VALUES[name]}, lambda x: x.is_set(), "x", "zip") is False


@pytest.mark.parametrize("name", VALUES)
def test_an_explanation_of_a_hostile_value_can_be_printed(name: str) -> None:
    """[V1]: also the line that shows the value."""
    person = HostContact(attributes={"x": VALUES[name]}, lists={"vip": VALUES[name]})
    events = [HostEvent(properties={"x": VALUES[name]})]
    condition = (
        (attr("x") != 2)
        & ~in_list("vip").joined_before(days=1)
        & did("order").where(prop("x") != 2)
    )
    explanation = explain(condition, person, events, now=NOW)
    assert explanation.verdict is True
    assert str(explanation).encode("utf-8")


@pytest.mark.parametrize("name", VALUES)
def test_as_attributes_of_a_contact_it_contains_no_attribute(name: str) -> None:
    """[K6], [V1]: the object of a host may contain any value."""
    person = HostContact(attributes=VALUES[name])
    assert evaluate(attr("zip").is_set(), person) is False
    assert evaluate(attr("zip") != 1, person) is True


@pytest.mark.parametrize("name", VALUES)
def test_as_lists_of_a_contact_it_contains_no_list(name: str) -> None:
    """[L1], [V1]."""
    person = HostContact(lists=VALUES[name])
    assert evaluate(in_list("zip"), person) is False
    assert evaluate(in_list("zip").joined_before(days=1), person) is False
    assert matches(in_any_list(), person, now=NOW) in (True, False)


@pytest.mark.parametrize("name", VALUES)
def test_as_a_joined_instant_it_is_unknown(name: str) -> None:
    """[L1]: the contact is on the list."""
    person = HostContact(lists={"vip": VALUES[name]})
    assert evaluate(in_list("vip") & in_any_list(), person) is True
    assert evaluate(in_list("vip").joined_within_last(years=9), person) is False
    assert evaluate(in_any_list().joined_between(None, NOW), person) is False


@pytest.mark.parametrize("name", VALUES)
def test_as_an_instant_of_an_event_it_drops_the_event(name: str) -> None:
    """[K2]: other events are kept."""
    events = [HostEvent(at=VALUES[name]), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True


@pytest.mark.parametrize("name", VALUES)
def test_as_a_name_of_an_event_it_equals_no_name(name: str) -> None:
    """[V1]: other events of the contact are kept."""
    events = [HostEvent(name=VALUES[name]), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True
    assert evaluate(did("order", "cart").never().before(days=1), events=events) is True


def test_a_text_that_raises_is_a_valid_name() -> None:
    """[K1], [V1]: in events of segkit and in events of a host."""
    name: Any = raising("__eq__", "__ne__", "__hash__", "__str__", base=str)("order")
    for event in (Event("ada", name, NOW), HostEvent(name)):
        assert evaluate(did("order").exactly(1), events=[event]) is True
        assert evaluate(did("cart"), events=[event]) is False


@pytest.mark.parametrize("name", VALUES)
def test_as_properties_of_an_event_it_contains_no_property(name: str) -> None:
    """[K6]: the event itself counts."""
    events = [HostEvent(properties=VALUES[name])]
    assert evaluate(did("order").where(prop("zip") != 1), events=events) is True
    assert evaluate(did("order").where(prop("zip").is_set()), events=events) is False


@pytest.mark.parametrize("name", VALUES)
def test_as_an_id_of_an_event_it_identifies_no_event(name: str) -> None:
    """[E3], [V1]: an id that cannot be hashed is not compared."""
    events = [HostEvent(id=VALUES[name]), HostEvent(id="e1"), HostEvent(id="e1")]
    assert evaluate(did("order").exactly(2), events=events) is True


def test_events_whose_ids_cannot_be_compared_are_different() -> None:
    """[E3], [V1]: both events count."""
    events = [HostEvent(id=Key("e1")), HostEvent(id=Key("e1"))]
    assert evaluate(did("order").exactly(2), events=events) is True


def test_names_of_lists_that_cannot_be_compared() -> None:
    """[L1], [V1]: a lookup of "vip" compares a key that raises."""
    assert evaluate(in_list("vip"), HostContact(lists={Key("vip"): None})) is False


CONDITIONS: Final[tuple[Condition, ...]] = (
    *(make_comparison(attr("x")) for make_comparison in COMPARISONS.values()),
    *(did("order").where(make_comparison(prop("x"))) for make_comparison in COMPARISONS.values()),
    attr("x", "zip") == 1,
    attr("x") == attr("x"),
    attr("x") < attr("x", "zip"),
    did("order").where(prop("x") == prop("x")),
    *(did("order").sum("x") > limit for limit in (0, 9)),
    did("order").mean("x") > 1,
    (did("order").max("x") > 1) | (did("order").min("x") < 1),
    did("order").distinct("x") > 3,
    (did("order").latest("x") == "b") | (did("order").earliest("x") == "b"),
    did("order").latest_at().within_last(days=1),
    did("order").followed_by(did("order").where(prop("x") == first_prop("x"))),
    did("order").not_followed_by(did("cart"), within=timedelta(days=1)),
    sample(percent=50, salt="s"),
    in_list("vip").joined_before(days=1),
    in_any_list().joined_within_last(days=1),
    did("order").within_last(days=30) & did("order").at_least(2),
)


@attrs.define
class Shop:
    """A storage of a host."""

    facts: list[tuple[ContactLike[int], list[EventLike]]]

    def load(
        self, _needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterable[tuple[ContactLike[int], Iterable[EventLike]]]:
        for contact, events in self.facts:
            if ids is None or contact.id in ids:
                yield contact, iter(events)


def hostile_events(contact_id: int) -> Iterator[HostEvent]:
    """Yield events with each hostile value at each position."""
    for value in VALUES.values():
        yield HostEvent(value, value, value, value, contact_id)
        yield HostEvent("order", value, {"x": value}, value, contact_id)
        yield HostEvent("order", NOW, {"x": value}, value, contact_id)


def hostile_contacts() -> Iterator[tuple[ContactLike[int], list[EventLike]]]:
    """Yield contacts with each hostile value, between two contacts with plain values."""
    usual: list[EventLike] = [Event(0, "order", NOW, {"x": "b"}), Event(0, "order", NOW)]
    yield Contact(0, {"x": "b"}), usual
    for number, value in enumerate(VALUES.values(), start=1):
        yield HostContact(number, {"x": value}, {"vip": value}), list(hostile_events(number))
        yield HostContact(-number, value, value), []
    last = len(VALUES) + 1
    yield Contact(last, {"x": "b"}), [Event(last, "order", NOW, {"x": "b"})]


def test_hostile_contacts_do_not_stop_the_evaluation_of_a_host_source() -> None:
    """[V1]."""
    evaluator = Evaluator(Shop(list(hostile_contacts())))
    last = len(VALUES) + 1
    assert evaluator.members(attr("x") == "b", now=NOW) == {0, last}
    assert evaluator.members(did("order").where(prop("x") == "b"), now=NOW) == {0, last}
    for condition in CONDITIONS:
        members = evaluator.members(condition, now=NOW)
        others = evaluator.members(~condition, now=NOW)
        assert len(members) + len(others) == 2 * len(VALUES) + 2
        assert members.isdisjoint(others)


def is_same(mapping: Any, other: dict[str, object]) -> bool:  # noqa: ANN401
    """Return whether a value is a dict with the same object: it is not compared."""
    return type(mapping) is dict and mapping.get("x") is other["x"]


def test_hostile_contacts_do_not_stop_the_evaluation_of_a_memory_source() -> None:
    """[V1]: the store refuses to copy a list that contains itself [D9]."""
    endless = {"x": VALUES["a list that holds itself"]}
    rows = list(hostile_contacts())
    contacts = [contact for contact, _ in rows if not is_same(contact.attributes, endless)]
    events = [event for _, events in rows for event in events]
    stored = [event for event in events if not is_same(event.properties, endless)]
    assert len(contacts) == len(rows) - 1
    source = MemorySource(contacts, stored)
    evaluator = Evaluator(source)
    assert evaluator.members(attr("x") == "b", now=NOW) == {0, len(VALUES) + 1}
    for condition in CONDITIONS:
        members = evaluator.members(condition, now=NOW)
        assert len(members) + len(evaluator.members(~condition, now=NOW)) == len(source)


UNREADABLE: Final = [name for name in VALUES if "cannot be" in name]
REFUSED: Final = {
    "a list that holds itself": FactsError,
    "a datetime whose zone raises": InstantError,
}


@pytest.mark.parametrize("name", [name for name in VALUES if name not in {*UNREADABLE, *REFUSED}])
def test_a_contact_and_an_event_accept_a_hostile_value(name: str) -> None:
    """[V1]: no method of the value is called."""
    ada = Contact("ada", {"x": VALUES[name], "y": [VALUES[name]], "z": {"x": VALUES[name]}})
    order = Event("ada", "order", NOW, {"x": VALUES[name]})
    assert evaluate(attr("x").is_set() & attr("y").is_set() & (attr("z", "x") != 2), ada) is True
    assert evaluate(did("order").where(prop("x") != 2), ada, [order]) is True


@pytest.mark.parametrize("name", REFUSED)
def test_a_contact_and_an_event_refuse_an_invalid_value(name: str) -> None:
    """[K2]: the error has the path of the value."""
    with pytest.raises(REFUSED[name], match=r"Contact\('ada'\).attributes\['x'\]"):
        Contact("ada", {"x": VALUES[name]})
    with pytest.raises(REFUSED[name], match=r"Event\('ada', 'order'\).properties\['x'\]"):
        Event("ada", "order", NOW, {"x": VALUES[name]})
