"""Sources of facts: the source in memory, and the contract of a source of a host."""

from collections.abc import AsyncIterator, Collection, Hashable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from segkit import (
    Contact,
    Evaluator,
    Event,
    FactsError,
    MemorySource,
    Requirements,
    attr,
    did,
    in_list,
    prop,
    requirements,
)
from tests.unit.evaluation import NOW, HostContact, HostEvent

PAST: Final = NOW - timedelta(days=9)
NAMES: Final = ("cleo", "ada", "bob")
ORDERS: Final = requirements(did("order"), now=NOW)


def load(
    source: MemorySource[Any], ids: Collection[Any] | None = None, needs: Requirements = ORDERS
) -> dict[Hashable, list[Hashable]]:
    """Return the ids of the contacts that *source* yields, each with the ids of its events."""
    return {
        contact.id: [event.id for event in events] for contact, events in source.load(needs, ids)
    }


def test_contacts_come_in_the_order_they_were_added() -> None:
    """[D7]: an audience has the same order."""
    source = MemorySource(map(Contact, NAMES))
    source.upsert(Contact("abe"))
    assert list(load(source)) == [*NAMES, "abe"]
    assert len(source) == 4
    assert repr(source) == "<MemorySource of 4 contacts>"


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param(None, ["cleo", "ada", "bob"], id="None: all contacts"),
        pytest.param([], [], id="no ids"),
        pytest.param(["bob", "cleo"], ["cleo", "bob"], id="the order of the source"),
        pytest.param(["nobody"], [], id="an unknown id"),
        pytest.param(["ada", "nobody"], ["ada"], id="a known and an unknown id"),
        pytest.param(["ada", "ada"], ["ada"], id="a repeated id"),
        pytest.param({"ada"}, ["ada"], id="a set"),
        pytest.param({"ada": 1}.keys(), ["ada"], id="the keys of a mapping"),
        pytest.param([1, None], [], id="ids of another type"),
    ],
)
def test_only_the_contacts_with_the_ids_are_yielded(
    ids: Collection[Any] | None, expected: list[str]
) -> None:
    """[D7]: unknown ids are ignored."""
    assert list(load(MemorySource(map(Contact, NAMES)), ids)) == expected


def test_an_empty_source_yields_no_contacts() -> None:
    """This is not an error: contacts may be added later."""
    source: MemorySource[str] = MemorySource()
    assert (load(source), len(source)) == ({}, 0)


def test_events_may_be_added_before_their_contact() -> None:
    """[E6]: the events are kept until the contact is added."""
    source: MemorySource[str] = MemorySource([], [Event("ada", "order", PAST, id="e1")])
    assert source.track(Event("ada", "order", PAST, id="e2")) is True
    assert load(source) == {}
    source.upsert(Contact("ada"))
    assert load(source) == {"ada": ["e1", "e2"]}


def test_an_event_of_a_known_id_is_ignored() -> None:
    """[E3]: also if other fields differ, and before the contact is added."""
    source: MemorySource[str] = MemorySource()
    assert source.track(Event("ada", "order", PAST, {"total": 1}, id="e1")) is True
    assert source.track(Event("ada", "refund", NOW, {"total": 2}, id="e1")) is False
    source.upsert(Contact("ada"))
    assert source.track(Event("ada", "order", PAST, {"total": 3}, id="e1")) is False
    [(_, events)] = source.load(ORDERS)
    assert [event.properties for event in events] == [{"total": 1}]


def test_events_without_an_id_are_all_kept() -> None:
    """[E3]: NaN from a data frame is not an id."""
    source: MemorySource[str] = MemorySource([Contact("ada")])
    for no_id in (None, None, float("nan"), float("nan")):
        assert source.track(HostEvent(at=PAST, id=no_id)) is True
    assert Evaluator(source).members(did("order").exactly(4), now=NOW) == {"ada"}


def test_events_of_two_contacts_may_have_one_id() -> None:
    """[E3]: an id identifies an event among the events of one contact."""
    source = MemorySource([Contact("ada"), Contact("bob")])
    for contact_id in ("ada", "bob"):
        assert source.track(Event(contact_id, "order", PAST, id="e1")) is True
    assert load(source) == {"ada": ["e1"], "bob": ["e1"]}


def test_only_required_events_are_yielded() -> None:
    """[D7]: selected by their names."""
    events = [Event("ada", name, PAST, id=name) for name in ("order", "cart", "refund")]
    source = MemorySource([Contact("ada")], events)
    assert load(source, needs=ORDERS) == {"ada": ["order"]}
    both = requirements(did("cart", "refund"), now=NOW)
    assert load(source, needs=both) == {"ada": ["cart", "refund"]}
    assert load(source, needs=requirements(attr("age") > 1, now=NOW)) == {"ada": []}


@pytest.mark.parametrize(
    "duplicate",
    [
        pytest.param(Contact("ada"), id="an equal contact"),
        pytest.param(Contact("ada", {"age": 36}), id="a contact with other attributes"),
        pytest.param(HostContact("ada"), id="a contact of a host"),
    ],
)
def test_a_second_contact_of_one_id_is_refused(duplicate: Any) -> None:  # noqa: ANN401
    """[E6]: in the constructor; `upsert` replaces the first contact."""
    first = Contact("ada", {"city": "Paris"})
    with pytest.raises(FactsError, match=r"'ada' exists already.*upsert") as caught:
        MemorySource([Contact("bob"), first, Contact("cleo"), duplicate])
    assert caught.value.path == "MemorySource.contacts[3].id"


@pytest.mark.parametrize(
    ("contact", "cure"),
    [
        pytest.param("ada", "'ada' is not a contact: it has no .id", id="an id"),
        pytest.param({"id": "ada"}, "is not a contact: it has no .id", id="a dict"),
        pytest.param(HostEvent(), "no .attributes and no .lists", id="an event"),
        pytest.param(HostContact(None), "an id is needed; got None", id="no id"),
        pytest.param(HostContact(float("nan")), "an id is needed; got nan", id="NaN as the id"),
        pytest.param(HostContact([1]), "an id must be hashable", id="an id that is not hashable"),
    ],
)
def test_an_invalid_contact_is_refused(contact: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]: the source is unchanged."""
    source: MemorySource[Any] = MemorySource()
    with pytest.raises(FactsError, match=cure):
        source.upsert(contact)
    assert len(source) == 0
    with pytest.raises(FactsError, match=cure) as caught:
        MemorySource([Contact("bob"), contact])
    assert caught.value.path.startswith("MemorySource.contacts[1]")


@pytest.mark.parametrize(
    ("event", "cure"),
    [
        pytest.param("order", "'order' is not an event: it has no .contact_id", id="a name"),
        pytest.param(HostContact(), "no .contact_id and no .name", id="a contact"),
        pytest.param(
            HostEvent(contact_id=None), "an id is needed; got None", id="no id of a contact"
        ),
        pytest.param(
            HostEvent(contact_id=[1]), "an id must be hashable", id="a list as the id of a contact"
        ),
    ],
)
def test_an_invalid_event_is_refused(event: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]."""
    with pytest.raises(FactsError, match=cure) as caught:
        MemorySource([Contact("ada")], [Event("ada", "order", PAST), event])
    assert caught.value.path.startswith("MemorySource.events[1]")


class FixedSource:
    """A source of a host that returns a fixed object."""

    def __init__(self, loaded: Any) -> None:  # noqa: ANN401
        self.loaded = loaded

    def load(self, *_: object) -> Any:  # noqa: ANN401
        return self.loaded


async def async_rows() -> AsyncIterator[object]:
    yield Contact("ada"), []


ADA: Final = Contact("ada")


@pytest.mark.parametrize(
    ("rows", "path", "cure"),
    [
        pytest.param(None, "load", "returns pairs .contact, events.*; got None", id="None"),
        pytest.param(5, "load", "got 5", id="a number"),
        pytest.param("ada", "load", "got 'ada'", id="a text"),
        pytest.param(b"ada", "load", "got b'ada'", id="bytes"),
        pytest.param({ADA.id: []}, "load", "got {'ada': ", id="a dict"),
        pytest.param(ADA, "load", "got Contact", id="one contact"),
        pytest.param(
            async_rows(), "load", "await the data first.*MemorySource", id="an async generator"
        ),
        pytest.param([None], "load()[0]", "a row must be a pair .*; got None", id="None as a row"),
        pytest.param(
            [ADA], "load()[0]", "a row must be a pair .*; got Contact", id="a contact as a row"
        ),
        pytest.param([(ADA,)], "load()[0]", "a row must be a pair", id="a tuple of one"),
        pytest.param([(ADA, [], 3)], "load()[0]", "a row must be a pair", id="a tuple of three"),
        pytest.param(
            ["ada"], "load()[0]", "a row must be a pair .*; got 'ada'", id="a text as a row"
        ),
        pytest.param(
            ["ab"],
            "load()[0].contact",
            "'a' is not a contact",
            id="a text of two characters as a row",
        ),
        pytest.param([7], "load()[0]", "a row must be a pair .*; got 7", id="a number as a row"),
        pytest.param([(ADA, None)], "load()[0].events", "got None", id="None as the events"),
        pytest.param(
            [(ADA, 5)], "load()[0].events", "or any iterable; got 5", id="a number as the events"
        ),
        pytest.param(
            [(ADA, "order")], "load()[0].events", "got 'order'", id="a text as the events"
        ),
        pytest.param([(ADA, {})], "load()[0].events", "got {}", id="a mapping as the events"),
        pytest.param(
            [(ADA, [None])], "load()[0].event", "None is not an event", id="None among the events"
        ),
        pytest.param(
            [([], ADA)], "load()[0].contact", "[] is not a contact", id="the events first"
        ),
        pytest.param(
            [(HostContact(None), [])],
            "load()[0].contact.id",
            "is needed",
            id="a contact without an id",
        ),
        pytest.param(
            [(HostContact([1]), [])],
            "load()[0].contact.id",
            "hashable",
            id="an id that is not hashable",
        ),
        pytest.param(
            [(ADA, []), (HostContact("bob"), []), (HostContact("ada"), [])],
            "load()[2].contact.id",
            "yields the contact 'ada' twice",
            id="a repeated contact",
        ),
    ],
)
def test_invalid_rows_are_refused(rows: object, path: str, cure: str) -> None:
    """[D7]: the error has the path of the row, and the value."""
    with pytest.raises(FactsError, match=cure.replace("[]", r"\[\]")) as caught:
        Evaluator(FixedSource(rows)).members(attr("age") > 1, now=NOW)
    assert caught.value.path == path


@pytest.mark.parametrize("events", [[], (), set(), iter(()), map(str, ())])
@pytest.mark.parametrize("pair", [tuple, list])
def test_rows_and_events_may_be_of_any_sequence(pair: Any, events: object) -> None:  # noqa: ANN401
    """[D7]: a row is any sequence of two values."""
    rows = iter([pair((Contact("ada"), events))])
    assert Evaluator(FixedSource(rows)).members(~did("order"), now=NOW) == {"ada"}


def raising_rows(*rows: object) -> Iterator[Any]:
    yield from rows
    raise ConnectionError("the storage is away")


@pytest.mark.parametrize("rows", [raising_rows(), raising_rows((ADA, [])), [(ADA, raising_rows())]])
def test_an_exception_of_a_source_is_not_caught(rows: object) -> None:
    """[D7]: exceptions of a host are not wrapped, also after the first rows."""
    with pytest.raises(ConnectionError, match="the storage is away"):
        Evaluator(FixedSource(rows)).members(attr("age") > 1, now=NOW)


@pytest.mark.parametrize(
    ("arguments", "path", "cure"),
    [
        pytest.param(
            [5], "MemorySource.contacts", "takes contacts.*; got 5", id="a number as contacts"
        ),
        pytest.param(["ada"], "MemorySource.contacts", "got 'ada'", id="a text"),
        pytest.param([None], "MemorySource.contacts", "got None", id="None"),
        pytest.param([ADA], "MemorySource.contacts", "got Contact", id="one contact"),
        pytest.param([{"ada": ADA}], "MemorySource.contacts", r"its .values\(\)", id="a dict"),
        pytest.param([[ADA], 5], "MemorySource.events", "takes events.*; got 5", id="[], 5"),
        pytest.param([[], "order"], "MemorySource.events", "got 'order'", id="[], a text"),
        pytest.param([[], {"e1": 1}], "MemorySource.events", r"its .values\(\)", id="[], a dict"),
    ],
)
def test_a_source_in_memory_takes_iterables(arguments: list[Any], path: str, cure: str) -> None:
    """[D7]: the error shows the argument."""
    with pytest.raises(FactsError, match=cure) as caught:
        MemorySource(*arguments)
    assert caught.value.path == path


@pytest.mark.parametrize("ids", [[["ada"]], [{}], ({"a": 1},)])
def test_ids_that_are_not_hashable_are_refused(ids: Any) -> None:  # noqa: ANN401
    """[D1]: no contact has such an id."""
    with pytest.raises(FactsError, match="a collection of hashable ids"):
        Evaluator(MemorySource([Contact("ada")])).members(attr("age") > 1, now=NOW, ids=ids)


def test_facts_may_be_added_between_two_calls() -> None:
    """[T1]: each call evaluates the facts that the source has at that time."""
    source = MemorySource([Contact("ada")])
    evaluator = Evaluator(source)
    assert evaluator.members(did("order"), now=NOW) == set()
    source.track(Event("ada", "order", PAST))
    source.upsert(Contact("bob"))
    assert evaluator.members(did("order"), now=NOW) == {"ada"}
    assert evaluator.members(~did("order"), now=NOW) == {"bob"}


def test_a_source_in_memory_has_all_facts() -> None:
    """[E2], [L1]: attributes, lists and events."""
    source = MemorySource(
        [Contact("ada", {"age": 36}, {"vip": None}), Contact("bob", {"age": 36})],
        [Event("ada", "order", PAST, {"total": 60}), Event("bob", "order", PAST, {"total": 60})],
    )
    condition = (attr("age") >= 18) & in_list("vip") & did("order").where(prop("total") > 50)
    assert Evaluator(source).members(condition, now=NOW) == {"ada"}
