"""Where facts come from: a source in memory, and the contract of a host's own."""

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


def loaded(
    source: MemorySource[Any], ids: Collection[Any] | None = None, needs: Requirements = ORDERS
) -> dict[Hashable, list[Hashable]]:
    """The contacts that a source yields, each with the ids of its events."""
    return {
        contact.id: [event.id for event in events] for contact, events in source.load(needs, ids)
    }


def test_contacts_come_in_the_order_they_were_added() -> None:
    """[D7]: so an audience is in that order."""
    source = MemorySource(map(Contact, NAMES))
    source.add_contact(Contact("abe"))
    assert list(loaded(source)) == [*NAMES, "abe"]
    assert len(source) == 4
    assert repr(source) == "<MemorySource of 4 contacts>"


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param(None, ["cleo", "ada", "bob"], id="None is everyone"),
        pytest.param([], [], id="nobody is asked about"),
        pytest.param(["bob", "cleo"], ["cleo", "bob"], id="the order stays that of the source"),
        pytest.param(["nobody"], [], id="an unknown id is left out"),
        pytest.param(["ada", "nobody"], ["ada"], id="beside a known one"),
        pytest.param(["ada", "ada"], ["ada"], id="said twice, it comes once"),
        pytest.param({"ada"}, ["ada"], id="a set"),
        pytest.param({"ada": 1}.keys(), ["ada"], id="the keys of a mapping"),
        pytest.param([1, None], [], id="ids of another type"),
    ],
)
def test_only_the_contacts_asked_about_are_yielded(
    ids: Collection[Any] | None, expected: list[str]
) -> None:
    """[D7]: what is not there is not yielded."""
    assert list(loaded(MemorySource(map(Contact, NAMES)), ids)) == expected


def test_an_empty_source_yields_nobody() -> None:
    """Not an error: contacts may come later."""
    source: MemorySource[str] = MemorySource()
    assert (loaded(source), len(source)) == ({}, 0)


def test_events_may_come_before_their_contact() -> None:
    """[E6]: they are kept until it is added."""
    source: MemorySource[str] = MemorySource([], [Event("ada", "order", PAST, id="e1")])
    assert source.add_event(Event("ada", "order", PAST, id="e2")) is True
    assert loaded(source) == {}
    source.add_contact(Contact("ada"))
    assert loaded(source) == {"ada": ["e1", "e2"]}


def test_an_event_of_a_known_id_is_left_out() -> None:
    """[E3]: whatever else it says, and also while its contact is not there."""
    source: MemorySource[str] = MemorySource()
    assert source.add_event(Event("ada", "order", PAST, {"total": 1}, id="e1")) is True
    assert source.add_event(Event("ada", "refund", NOW, {"total": 2}, id="e1")) is False
    source.add_contact(Contact("ada"))
    assert source.add_event(Event("ada", "order", PAST, {"total": 3}, id="e1")) is False
    [(_, events)] = source.load(ORDERS)
    assert [event.properties for event in events] == [{"total": 1}]


def test_events_without_an_id_are_all_kept() -> None:
    """[E3]: NaN from a data frame is no id either."""
    source: MemorySource[str] = MemorySource([Contact("ada")])
    for no_id in (None, None, float("nan"), float("nan")):
        assert source.add_event(HostEvent(at=PAST, id=no_id)) is True
    assert Evaluator(source).members(did("order").exactly(4), now=NOW) == {"ada"}


def test_an_id_belongs_to_one_contact() -> None:
    """[E3]: two contacts may have events of one id."""
    source = MemorySource([Contact("ada"), Contact("bob")])
    for who in ("ada", "bob"):
        assert source.add_event(Event(who, "order", PAST, id="e1")) is True
    assert loaded(source) == {"ada": ["e1"], "bob": ["e1"]}


def test_only_events_that_are_needed_are_yielded() -> None:
    """[D7]: by their names; with none needed, none."""
    events = [Event("ada", name, PAST, id=name) for name in ("order", "cart", "refund")]
    source = MemorySource([Contact("ada")], events)
    assert loaded(source, needs=ORDERS) == {"ada": ["order"]}
    both = requirements(did("cart", "refund"), now=NOW)
    assert loaded(source, needs=both) == {"ada": ["cart", "refund"]}
    assert loaded(source, needs=requirements(attr("age") > 1, now=NOW)) == {"ada": []}


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(Contact("ada"), id="the same again"),
        pytest.param(Contact("ada", {"age": 36}), id="with other attributes"),
        pytest.param(HostContact("ada"), id="as a host's own object"),
    ],
)
def test_a_second_contact_of_one_id_is_refused(again: Any) -> None:  # noqa: ANN401
    """[E6]: and the first stays."""
    first = Contact("ada", {"city": "Paris"})
    with pytest.raises(FactsError, match="a contact with the id 'ada' exists already"):
        MemorySource([first, again])
    source = MemorySource([first])
    with pytest.raises(FactsError, match="exists already"):
        source.add_contact(again)
    assert Evaluator(source).members(attr("city") == "Paris", now=NOW) == {"ada"}


@pytest.mark.parametrize(
    ("contact", "cure"),
    [
        pytest.param("ada", "'ada' is not a contact: it has no .id", id="only an id"),
        pytest.param({"id": "ada"}, "is not a contact: it has no .id", id="a dict"),
        pytest.param(HostEvent(), "no .attributes and no .lists", id="an event"),
        pytest.param(HostContact(None), "an id is needed; got None", id="without an id"),
        pytest.param(
            HostContact(float("nan")), "an id is needed; got nan", id="with NaN for an id"
        ),
        pytest.param(HostContact([1]), "an id must be hashable", id="with an id that has no hash"),
    ],
)
def test_what_is_no_contact_is_refused(contact: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]: and adds nothing."""
    source: MemorySource[Any] = MemorySource()
    with pytest.raises(FactsError, match=cure):
        source.add_contact(contact)
    assert len(source) == 0


@pytest.mark.parametrize(
    ("event", "cure"),
    [
        pytest.param("order", "'order' is not an event: it has no .contact_id", id="only a name"),
        pytest.param(HostContact(), "no .contact_id and no .name", id="a contact"),
        pytest.param(HostEvent(contact_id=None), "an id is needed; got None", id="of nobody"),
        pytest.param(HostEvent(contact_id=[1]), "an id must be hashable", id="of a list"),
    ],
)
def test_what_is_no_event_is_refused(event: Any, cure: str) -> None:  # noqa: ANN401
    """[E6]."""
    with pytest.raises(FactsError, match=cure):
        MemorySource([Contact("ada")], [event])


class Loading:
    """A host's source that gives what it was given."""

    def __init__(self, loaded: Any) -> None:  # noqa: ANN401
        self.loaded = loaded

    def load(self, *_: object) -> Any:  # noqa: ANN401
        return self.loaded


async def streaming() -> AsyncIterator[object]:
    yield Contact("ada"), []


ADA: Final = Contact("ada")


@pytest.mark.parametrize(
    ("rows", "path", "cure"),
    [
        pytest.param(None, "load", "returns pairs .contact, events.*; got None", id="nothing"),
        pytest.param(5, "load", "got 5", id="a number"),
        pytest.param("ada", "load", "got 'ada'", id="a text"),
        pytest.param(b"ada", "load", "got b'ada'", id="bytes"),
        pytest.param({ADA.id: []}, "load", "got {'ada': ", id="a dict"),
        pytest.param(ADA, "load", "got Contact", id="one contact"),
        pytest.param(streaming(), "load", "await the data first.*MemorySource", id="async"),
        pytest.param([None], "load()[0]", "a row must be a pair .*; got None", id="None for a row"),
        pytest.param(
            [ADA], "load()[0]", "a row must be a pair .*; got Contact", id="a contact alone"
        ),
        pytest.param([(ADA,)], "load()[0]", "a row must be a pair", id="a tuple of one"),
        pytest.param([(ADA, [], 3)], "load()[0]", "a row must be a pair", id="a tuple of three"),
        pytest.param(
            ["ada"], "load()[0]", "a row must be a pair .*; got 'ada'", id="a text for a row"
        ),
        pytest.param(["ab"], "load()[0].contact", "'a' is not a contact", id="a text of two"),
        pytest.param([7], "load()[0]", "a row must be a pair .*; got 7", id="a number for a row"),
        pytest.param([(ADA, None)], "load()[0].events", "got None", id="no events"),
        pytest.param([(ADA, 5)], "load()[0].events", "or any iterable; got 5", id="events 5"),
        pytest.param([(ADA, "order")], "load()[0].events", "got 'order'", id="a text for events"),
        pytest.param([(ADA, {})], "load()[0].events", "got {}", id="a mapping for events"),
        pytest.param(
            [(ADA, [None])], "load()[0].event", "None is not an event", id="None among them"
        ),
        pytest.param(
            [([], ADA)], "load()[0].contact", "[] is not a contact", id="the wrong way round"
        ),
        pytest.param(
            [(HostContact(None), [])], "load()[0].contact.id", "is needed", id="without an id"
        ),
        pytest.param(
            [(HostContact([1]), [])], "load()[0].contact.id", "hashable", id="without a hash"
        ),
        pytest.param(
            [(ADA, []), (HostContact("bob"), []), (HostContact("ada"), [])],
            "load()[2].contact.id",
            "yields the contact 'ada' twice",
            id="one twice",
        ),
    ],
)
def test_a_row_that_is_none_is_refused(rows: object, path: str, cure: str) -> None:
    """[D7]: with its place in what the source yields, and what was met there."""
    with pytest.raises(FactsError, match=cure.replace("[]", r"\[\]")) as caught:
        Evaluator(Loading(rows)).members(attr("age") > 1, now=NOW)
    assert caught.value.path == path


@pytest.mark.parametrize("events", [[], (), set(), iter(()), map(str, ())])
@pytest.mark.parametrize("pair", [tuple, list])
def test_rows_and_events_may_be_of_any_sequence(pair: Any, events: object) -> None:  # noqa: ANN401
    """[D7]: what can be taken apart into two is a pair."""
    rows = iter([pair((Contact("ada"), events))])
    assert Evaluator(Loading(rows)).members(~did("order"), now=NOW) == {"ada"}


def failing(*rows: object) -> Iterator[Any]:
    yield from rows
    raise ConnectionError("the storage is away")


@pytest.mark.parametrize("rows", [failing(), failing((ADA, [])), [(ADA, failing())]])
def test_what_a_source_raises_itself_comes_through(rows: object) -> None:
    """[D7]: a host's own exceptions are its own, in the midst of a stream, too."""
    with pytest.raises(ConnectionError, match="the storage is away"):
        Evaluator(Loading(rows)).members(attr("age") > 1, now=NOW)


@pytest.mark.parametrize(
    ("given", "path", "cure"),
    [
        pytest.param([5], "MemorySource.contacts", "takes contacts.*; got 5", id="5"),
        pytest.param(["ada"], "MemorySource.contacts", "got 'ada'", id="a text"),
        pytest.param([None], "MemorySource.contacts", "got None", id="None"),
        pytest.param([ADA], "MemorySource.contacts", "got Contact", id="one contact"),
        pytest.param([{"ada": ADA}], "MemorySource.contacts", r"its .values\(\)", id="a dict"),
        pytest.param([[ADA], 5], "MemorySource.events", "takes events.*; got 5", id="[], 5"),
        pytest.param([[], "order"], "MemorySource.events", "got 'order'", id="[], a text"),
        pytest.param([[], {"e1": 1}], "MemorySource.events", r"its .values\(\)", id="[], a dict"),
    ],
)
def test_a_source_in_memory_takes_several(given: list[Any], path: str, cure: str) -> None:
    """[D7]: and says so, with what it was given instead."""
    with pytest.raises(FactsError, match=cure) as caught:
        MemorySource(*given)
    assert caught.value.path == path


@pytest.mark.parametrize("bad", [5, None, "order", HostEvent(contact_id=None), HostContact("ada")])
def test_what_fails_to_be_added_leaves_the_source_as_it_was(bad: Any) -> None:  # noqa: ANN401
    """[E6]: nothing is half there, and the same can still be added rightly."""
    source = MemorySource([Contact("ada")], [Event("ada", "order", PAST, id="e1")])
    before = loaded(source)
    with pytest.raises(FactsError):
        source.add_event(bad)
    with pytest.raises(FactsError):
        source.add_contact(bad)
    assert (loaded(source), len(source)) == (before, 1)
    assert source.add_event(Event("ada", "order", PAST, id="e2")) is True
    assert loaded(source) == {"ada": ["e1", "e2"]}


@pytest.mark.parametrize("ids", [[["ada"]], [{}], ({"a": 1},)])
def test_ids_that_have_no_hash_are_refused(ids: Any) -> None:  # noqa: ANN401
    """[D1]: no contact has one of them."""
    with pytest.raises(FactsError, match="a collection of hashable ids"):
        Evaluator(MemorySource([Contact("ada")])).members(attr("age") > 1, now=NOW, ids=ids)


def test_a_source_may_grow_between_two_questions() -> None:
    """[T1]: each question sees what is there when it is asked."""
    source = MemorySource([Contact("ada")])
    evaluator = Evaluator(source)
    assert evaluator.members(did("order"), now=NOW) == set()
    source.add_event(Event("ada", "order", PAST))
    source.add_contact(Contact("bob"))
    assert evaluator.members(did("order"), now=NOW) == {"ada"}
    assert evaluator.members(~did("order"), now=NOW) == {"bob"}


def test_a_source_reads_a_hosts_objects_as_they_are_now() -> None:
    """[D7]: it keeps no copy of what is not segkit's own."""
    person = HostContact(attributes={"age": 9})
    evaluator = Evaluator(MemorySource([person]))
    assert evaluator.members(attr("age") >= 18, now=NOW) == set()
    person.attributes["age"] = 18
    assert evaluator.members(attr("age") >= 18, now=NOW) == {"ada"}


def test_everything_can_be_asked_of_it() -> None:
    """[E2], [L1]: attributes, lists and events of the contacts it holds."""
    source = MemorySource(
        [Contact("ada", {"age": 36}, {"vip": None}), Contact("bob", {"age": 36})],
        [Event("ada", "order", PAST, {"total": 60}), Event("bob", "order", PAST, {"total": 60})],
    )
    condition = (attr("age") >= 18) & in_list("vip") & did("order").where(prop("total") > 50)
    assert Evaluator(source).members(condition, now=NOW) == {"ada"}
