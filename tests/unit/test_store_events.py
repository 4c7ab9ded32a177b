"""Events of the store in memory: which are one event [E3], their order, and their versions."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from segkit import Contact, Evaluator, Event, EventLike, FactsError, MemorySource, did, requirements
from tests.unit.evaluation import NOW, HostEvent
from tests.unit.hostile_values import VALUES, Key

PAST: Final = NOW - timedelta(days=9)
ORDERS: Final = requirements(did("order"), now=NOW)
MANY: Final = 100
"""More events of one contact than are searched one by one."""


def orders(number: int, owner: Any = "ada", id_: Callable[[int], Any] = str) -> list[Event[Any]]:  # noqa: ANN401
    return [Event(owner, "order", PAST, {"n": n}, id=id_(n)) for n in range(number)]


def numbers(source: MemorySource[Any], owner: Any = "ada") -> list[int]:  # noqa: ANN401
    return [event.properties["n"] for event in source.events(owner)]


@pytest.mark.parametrize("size", [1, 3, 32, 33, MANY])
def test_a_known_id_changes_nothing(size: int) -> None:
    """[E3]: with few events and with many."""
    source: MemorySource[str] = MemorySource([Contact("ada")])
    for event in orders(size):
        assert source.track(event) is True
    for event in orders(size):
        assert source.track(event) is False
    assert source.track(Event("tim", "order", PAST, id="0")) is True
    assert source.track(Event("ada", "order", PAST, {"n": -1})) is True
    assert source.track(Event("ada", "order", PAST, {"n": -1})) is True
    assert numbers(source) == [*range(size), -1, -1]


@pytest.mark.parametrize("size", [1, 3, 32, 33, MANY])
def test_an_id_is_free_after_untrack(size: int) -> None:
    """[E3]: and the event comes last if it is tracked again."""
    source = MemorySource([Contact("ada")], orders(size))
    assert source.track(orders(size)[0]) is False
    assert source.untrack("ada", "0") is True
    assert source.untrack("ada", "0") is False
    assert source.untrack("nobody", "0") is False
    assert numbers(source) == list(range(1, size))
    assert source.track(orders(size)[0]) is True
    assert source.track(orders(size)[0]) is False
    assert numbers(source) == [*range(1, size), 0]


@pytest.mark.parametrize("size", [1, 3, MANY])
def test_untrack_many_counts_the_events(size: int) -> None:
    source = MemorySource([Contact("ada")], orders(size))
    pairs = [("ada", "0"), ["ada", "0"], ("tim", "0"), ("ada", "no"), ("ada", str(size - 1))]
    assert source.untrack_many(pairs) == min(size, 2)  # type: ignore[arg-type]
    assert numbers(source) == list(range(1, size - 1))


def test_track_many_counts_the_new_events() -> None:
    """[E3]: repeated ids count once."""
    source: MemorySource[str] = MemorySource()
    assert source.track_many([*orders(3), *orders(2), HostEvent(id="0"), HostEvent(id="9")]) == 4
    assert source.track_many(orders(5)) == 2
    assert source.track_many([]) == 0
    assert len(source.events("ada")) == 6


def shared_ids() -> list[EventLike]:
    """Return events of two contacts that have the same ids: not one of them is another one."""
    return [*orders(MANY), *orders(MANY, "tim")]


@pytest.mark.parametrize(
    ("events", "new"),
    [
        pytest.param(orders(MANY), MANY, id="different ids"),
        pytest.param(orders(MANY, id_=lambda _: None), MANY, id="without ids"),
        pytest.param(orders(MANY, id_=lambda n: n or None), MANY, id="one without an id"),
        pytest.param(orders(MANY, id_=lambda n: n // 50), 2, id="repeated ids"),
        pytest.param(orders(MANY, id_=lambda n: n % 50 or None), 51, id="repeated, without"),
        pytest.param(shared_ids(), 2 * MANY, id="ids that two contacts share"),
        pytest.param([*orders(MANY), HostEvent(id="0"), HostEvent(id="x")], MANY + 1, id="hosts"),
        pytest.param([*orders(MANY), HostEvent(at=None, id="0")], MANY, id="a host's, undated"),
        pytest.param(orders(MANY, id_=lambda _: Key("e")), MANY, id="ids that raise"),
    ],
)
def test_many_events_at_once_are_the_events_one_by_one(events: list[Any], new: int) -> None:
    """[E3]: in the constructor, in `track_many`, and with `track`."""
    created = MemorySource([Contact("ada")], iter(events))
    many, single, late = (MemorySource([Contact("ada")]) for _ in range(3))
    assert many.track_many(events) == new
    assert sum(map(single.track, events)) == new
    late.track(Event("bob", "order", PAST))
    assert late.track_many(events) == new
    for source in (created, many, single, late):
        for owner in ("ada", "tim"):
            found = [(event.id, event.properties) for event in source.events(owner)]
            assert found == [(event.id, event.properties) for event in single.events(owner)]


def test_an_owner_that_cannot_be_compared_is_refused() -> None:
    """[E6]: also among many events."""
    events = [*orders(MANY), Event(Key("x"), "order", PAST), Event(Key("x"), "order", PAST)]
    with pytest.raises(FactsError, match="must be comparable") as caught:
        MemorySource([], events)
    assert caught.value.path == f"MemorySource.events[{MANY + 1}].contact_id"


@pytest.mark.parametrize("name", VALUES)
def test_an_unusual_id_never_raises(name: str) -> None:
    """[E3], [V1]: an id that cannot be hashed or compared identifies nothing."""
    source = MemorySource([Contact("ada")], [HostEvent(id=VALUES[name])])
    source.track(HostEvent(id=VALUES[name]))
    assert source.track(HostEvent(id="new")) is True
    for _ in range(MANY):
        assert source.track(HostEvent(at=PAST)) is True
    source.track(HostEvent(id=VALUES[name]))
    assert source.track(HostEvent(id="new")) is False
    assert source.track(HostEvent(id="later")) is True
    assert source.untrack("ada", "new") is True


def test_ids_that_cannot_be_compared_identify_nothing() -> None:
    """[E3]: with few events, and with many."""
    source: MemorySource[str] = MemorySource()
    for number in range(MANY):
        assert source.track(HostEvent(id=Key("e1"), properties={"n": number})) is True
    assert source.untrack("ada", Key("e1")) is False
    assert source.untrack("ada", source.events("ada")[3].id) is True
    assert numbers(source) == [0, 1, 2, *range(4, MANY)]


@pytest.mark.parametrize("size", [2, MANY])
def test_waiting_events_belong_to_the_contact_that_comes_later(size: int) -> None:
    """[E6]."""
    source: MemorySource[str] = MemorySource([], orders(size))
    assert len(source.events("ada")) == size
    source.upsert(Contact("ada"))
    assert Evaluator(source).members(did("order").exactly(size), now=NOW) == {"ada"}
    assert source.remove("ada") is True
    source.upsert(Contact("ada"))
    assert Evaluator(source).members(did("order"), now=NOW) == set()


@pytest.mark.parametrize("size", [2, MANY])
@pytest.mark.parametrize("is_grouped", [False, True])
def test_all_events_can_be_iterated(size: int, is_grouped: bool) -> None:
    """A version of them, whichever changes follow; the order within a contact is kept."""
    events = [*orders(size), *orders(size, "tim", lambda n: f"t{n}")]
    source: MemorySource[str] = MemorySource([Contact("ada")], events)
    if is_grouped:
        assert source.events("nobody") == []
    version = source._iter_all_events()  # noqa: SLF001 - for compiled columns
    source.track(Event("ada", "order", NOW))
    source.untrack("tim", "t0")
    source.remove("ada")
    assert list(version) == events


@pytest.mark.parametrize("size", [2, MANY])
def test_a_pickled_store_is_the_store_at_one_instant(size: int) -> None:
    """With the events of unknown contacts, before and after they are grouped."""
    source: MemorySource[str] = MemorySource([Contact("ada", {"n": 1})], orders(size))
    copies = [pickle.loads(pickle.dumps(source))]  # noqa: S301
    assert source.track(orders(1)[0]) is False
    copies.append(pickle.loads(pickle.dumps(source)))  # noqa: S301
    source.remove("ada")
    for copied in copies:
        assert list(copied) == [Contact("ada", {"n": 1})]
        assert copied.events("ada") == orders(size)
        assert copied.track(orders(size)[-1]) is False
        assert copied.untrack("ada", "0") is True


def test_a_load_needs_no_events_for_a_condition_without_events() -> None:
    source = MemorySource([Contact("ada"), Contact("tim")], orders(MANY))
    needs = requirements(did("visit"), now=NOW)
    assert [(contact.id, events) for contact, events in source.load(needs)] == [
        ("ada", []),
        ("tim", []),
    ]
    [(contact, events)] = source.load(ORDERS, ["ada"])
    assert (contact.id, len(events)) == ("ada", MANY)
