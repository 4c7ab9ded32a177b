"""Values that raise: one contact full of them never stops the rest."""

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

SAID: Final[Mapping[str, Callable[[Any], Any]]] = {
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


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("odd", VALUES)
def test_comparing_it_is_false_and_never_raises(odd: str, said: str) -> None:
    """[V1], [V3], [K9]: as an attribute and as a property, asked in every way."""
    assert evaluate_value({"x": VALUES[odd]}, SAID[said]) is False


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ("a text that raises", lambda x: (x == "a") & x.is_in(["a"]) & x.contains("a")),
        ("an int that raises", lambda x: (x == 1) & (x <= 1) & x.between(1, 2)),
        ("a float that raises", lambda x: (x == 1.5) & (x >= 1.5) & x.between(1, 2)),
    ],
)
def test_a_subclass_is_never_asked_itself(odd: str, said: Callable[[Any], Any]) -> None:
    """[K1]: it follows its base, whatever its own methods do."""
    assert evaluate_value({"x": VALUES[odd]}, said) is True


@pytest.mark.parametrize("odd", VALUES)
def test_it_is_set(odd: str) -> None:
    """[V4], [K9]: it is there, whatever it is."""
    assert evaluate_value({"x": VALUES[odd]}, lambda x: x.is_set()) is True


@pytest.mark.parametrize("odd", VALUES)
def test_a_path_into_it_finds_nothing(odd: str) -> None:
    """[K6], [V1]: ``"zip"`` is looked up in it."""
    assert evaluate_value({"x": VALUES[odd]}, lambda x: x.is_set(), "x", "zip") is False


@pytest.mark.parametrize("odd", VALUES)
def test_an_explanation_of_it_can_be_printed(odd: str) -> None:
    """[V1]: also what it says about the value."""
    person = HostContact(attributes={"x": VALUES[odd]}, lists={"vip": VALUES[odd]})
    events = [HostEvent(properties={"x": VALUES[odd]})]
    condition = (
        (attr("x") != 2)
        & ~in_list("vip").joined_before(days=1)
        & did("order").where(prop("x") != 2)
    )
    explanation = explain(condition, person, events, now=NOW)
    assert explanation.verdict is True
    assert str(explanation).encode("utf-8")


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_attributes_of_a_contact_it_holds_none(odd: str) -> None:
    """[K6], [V1]: a host's own object may have anything there."""
    person = HostContact(attributes=VALUES[odd])
    assert evaluate(attr("zip").is_set(), person) is False
    assert evaluate(attr("zip") != 1, person) is True


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_lists_of_a_contact_it_holds_none(odd: str) -> None:
    """[L1], [V1]."""
    person = HostContact(lists=VALUES[odd])
    assert evaluate(in_list("zip"), person) is False
    assert evaluate(in_list("zip").joined_before(days=1), person) is False
    assert matches(in_any_list(), person, now=NOW) in (True, False)


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_joined_instant_it_is_not_known(odd: str) -> None:
    """[L1]: the contact is on the list."""
    person = HostContact(lists={"vip": VALUES[odd]})
    assert evaluate(in_list("vip") & in_any_list(), person) is True
    assert evaluate(in_list("vip").joined_within_last(years=9), person) is False
    assert evaluate(in_any_list().joined_between(None, NOW), person) is False


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_instant_of_an_event_it_drops_that_event(odd: str) -> None:
    """[K2]: and no other."""
    events = [HostEvent(at=VALUES[odd]), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_name_of_an_event_it_is_no_name(odd: str) -> None:
    """[V1]: nor are the other events of the contact lost."""
    events = [HostEvent(name=VALUES[odd]), HostEvent()]
    assert evaluate(did("order").exactly(1), events=events) is True
    assert evaluate(did("order", "cart").never().before(days=1), events=events) is True


def test_a_text_that_raises_is_a_name_like_any_other() -> None:
    """[K1], [V1]: of segkit's own events as of a host's."""
    name: Any = raising("__eq__", "__ne__", "__hash__", "__str__", base=str)("order")
    for event in (Event("ada", name, NOW), HostEvent(name)):
        assert evaluate(did("order").exactly(1), events=[event]) is True
        assert evaluate(did("cart"), events=[event]) is False


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_properties_of_an_event_it_holds_none(odd: str) -> None:
    """[K6]: the event itself counts."""
    events = [HostEvent(properties=VALUES[odd])]
    assert evaluate(did("order").where(prop("zip") != 1), events=events) is True
    assert evaluate(did("order").where(prop("zip").is_set()), events=events) is False


@pytest.mark.parametrize("odd", VALUES)
def test_as_the_id_of_an_event_it_does_not_stop_the_others(odd: str) -> None:
    """[E3], [V1]: an id that cannot be hashed tells nothing from anything."""
    events = [HostEvent(id=VALUES[odd]), HostEvent(id="e1"), HostEvent(id="e1")]
    assert evaluate(did("order").exactly(2), events=events) is True


def test_ids_that_cannot_be_compared_tell_nothing_apart() -> None:
    """[E3], [V1]: both events count."""
    events = [HostEvent(id=Key("e1")), HostEvent(id=Key("e1"))]
    assert evaluate(did("order").exactly(2), events=events) is True


def test_names_of_lists_that_cannot_be_compared() -> None:
    """[L1], [V1]: looking "vip" up asks a key that raises."""
    assert evaluate(in_list("vip"), HostContact(lists={Key("vip"): None})) is False


CONDITIONS: Final[tuple[Condition, ...]] = (
    *(said(attr("x")) for said in SAID.values()),
    *(did("order").where(said(prop("x"))) for said in SAID.values()),
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
    """A host's own storage."""

    facts: list[tuple[ContactLike[int], list[EventLike]]]

    def load(
        self, _needs: Requirements, ids: Collection[int] | None = None, /
    ) -> Iterable[tuple[ContactLike[int], Iterable[EventLike]]]:
        for contact, events in self.facts:
            if ids is None or contact.id in ids:
                yield contact, iter(events)


def hostile_events(contact_id: int) -> Iterator[HostEvent]:
    """An event for each odd value, which it has wherever an event can have one."""
    for odd in VALUES.values():
        yield HostEvent(odd, odd, odd, odd, contact_id)
        yield HostEvent("order", odd, {"x": odd}, odd, contact_id)
        yield HostEvent("order", NOW, {"x": odd}, odd, contact_id)


def hostile_people() -> Iterator[tuple[ContactLike[int], list[EventLike]]]:
    """A person for each odd value between two usual ones."""
    usual: list[EventLike] = [Event(0, "order", NOW, {"x": "b"}), Event(0, "order", NOW)]
    yield Contact(0, {"x": "b"}), usual
    for number, odd in enumerate(VALUES.values(), start=1):
        yield HostContact(number, {"x": odd}, {"vip": odd}), list(hostile_events(number))
        yield HostContact(-number, odd, odd), []
    last = len(VALUES) + 1
    yield Contact(last, {"x": "b"}), [Event(last, "order", NOW, {"x": "b"})]


def test_one_contact_full_of_them_does_not_stop_the_rest_of_a_hosts_source() -> None:
    """[V1]."""
    evaluator = Evaluator(Shop(list(hostile_people())))
    last = len(VALUES) + 1
    assert evaluator.members(attr("x") == "b", now=NOW) == {0, last}
    assert evaluator.members(did("order").where(prop("x") == "b"), now=NOW) == {0, last}
    for condition in CONDITIONS:
        members = evaluator.members(condition, now=NOW)
        others = evaluator.members(~condition, now=NOW)
        assert len(members) + len(others) == 2 * len(VALUES) + 2
        assert members.isdisjoint(others)


def test_one_contact_full_of_them_does_not_stop_the_rest_in_memory() -> None:
    """[V1]."""
    facts = list(hostile_people())
    source = MemorySource(
        [contact for contact, _ in facts], [event for _, events in facts for event in events]
    )
    evaluator = Evaluator(source)
    assert evaluator.members(attr("x") == "b", now=NOW) == {0, len(VALUES) + 1}
    for condition in CONDITIONS:
        members = evaluator.members(condition, now=NOW)
        assert len(members) + len(evaluator.members(~condition, now=NOW)) == len(source)


UNREADABLE: Final = [odd for odd in VALUES if "cannot be" in odd]
REFUSED: Final = {
    "a list that holds itself": FactsError,
    "a datetime whose zone raises": InstantError,
}


@pytest.mark.parametrize("odd", [odd for odd in VALUES if odd not in {*UNREADABLE, *REFUSED}])
def test_a_contact_and_an_event_can_be_made_of_it(odd: str) -> None:
    """[V1]: keeping it asks it nothing."""
    ada = Contact("ada", {"x": VALUES[odd], "y": [VALUES[odd]], "z": {"x": VALUES[odd]}})
    order = Event("ada", "order", NOW, {"x": VALUES[odd]})
    assert evaluate(attr("x").is_set() & attr("y").is_set() & (attr("z", "x") != 2), ada) is True
    assert evaluate(did("order").where(prop("x") != 2), ada, [order]) is True


@pytest.mark.parametrize("odd", REFUSED)
def test_a_contact_and_an_event_refuse_what_is_no_value(odd: str) -> None:
    """[K2]: at the door, by its place."""
    with pytest.raises(REFUSED[odd], match=r"Contact\('ada'\).attributes\['x'\]"):
        Contact("ada", {"x": VALUES[odd]})
    with pytest.raises(REFUSED[odd], match=r"Event\('ada', 'order'\).properties\['x'\]"):
        Event("ada", "order", NOW, {"x": VALUES[odd]})
