"""Counting events: how many, which names, and when they count."""

from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from segkit import (
    Condition,
    Contact,
    Evaluator,
    Event,
    EventCount,
    FactsError,
    MemorySource,
    did,
    matches,
    prop,
)
from tests.unit.evaluation import NOW, TICK, HostEvent, evaluate

PAST: Final = datetime(2022, 9, 12, 12, tzinfo=UTC)
ADA: Final = Contact("ada")


def orders(number: int) -> list[Event[str]]:
    return [Event("ada", "order", PAST)] * number


@pytest.mark.parametrize(
    ("condition", "counts"),
    [
        pytest.param(did("order"), "   1 2 3 4", id="did: once or more"),
        pytest.param(did("order").at_least(2), "       2 3 4", id="at least 2"),
        pytest.param(did("order").at_least(0), "0 1 2 3 4", id="at least 0 is everybody"),
        pytest.param(did("order").at_most(2), "0 1 2", id="at most 2 includes none"),
        pytest.param(did("order").at_most(0), "0", id="at most 0"),
        pytest.param(did("order").exactly(2), "2", id="exactly 2"),
        pytest.param(did("order").exactly(0), "0", id="exactly 0"),
        pytest.param(did("order").never(), "0", id="never"),
        pytest.param(did("order").at_least(1).at_most(3), "1 2 3", id="a range"),
        pytest.param(did("order").at_most(3).at_least(1), "1 2 3", id="said the other way round"),
        pytest.param(did("order").at_least(2).at_most(2), "2", id="a range of one"),
        pytest.param(~did("order").at_least(2), "0 1", id="fewer than 2"),
    ],
)
def test_the_number_of_events_is_compared(condition: Condition, counts: str) -> None:
    """[E1]: no events is 0, and at most, exactly 0 and never include it."""
    wanted = {int(count) for count in counts.split()}
    assert {number for number in range(5) if evaluate(condition, ADA, orders(number))} == wanted


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(lambda x: x.within_last(days=30), id="in a window"),
        pytest.param(lambda x: x.where(prop("total") > 50), id="with a where"),
        pytest.param(lambda x: x.during("month", -1), id="in a calendar month"),
    ],
)
def test_never_is_the_complement_of_did(words: Callable[[EventCount], EventCount]) -> None:
    """[V2], [E1]: whatever else is said."""
    for events in ([], orders(1), [Event("ada", "order", PAST, {"total": 60})]):
        once, never = words(did("order")), words(did("order").never())
        assert matches(never, ADA, events, now=NOW) is not matches(once, ADA, events, now=NOW)
        assert evaluate(never, ADA, events) is evaluate(~once, ADA, events)


@pytest.mark.parametrize(
    ("names", "number"),
    [
        pytest.param(("order",), 2, id="its own"),
        pytest.param(("order", "refund"), 3, id="several are counted together"),
        pytest.param(("order", "order"), 2, id="a name said twice counts once"),
        pytest.param(("Order",), 0, id="names are exact"),
        pytest.param(("",), 1, id="a name may be empty"),
        pytest.param(("cart",), 0, id="one that never came"),
    ],
)
def test_events_are_counted_by_name(names: tuple[str, ...], number: int) -> None:
    """[E1], [K3]."""
    events = [Event("ada", name, PAST) for name in ("order", "refund", "order", "")]
    assert evaluate(did(*names).exactly(number), ADA, events) is True


@pytest.mark.parametrize(
    ("condition", "at", "verdict"),
    [
        pytest.param(did("order"), NOW, True, id="now is not the future"),
        pytest.param(did("order"), NOW + TICK, False, id="a microsecond ahead is"),
        pytest.param(did("order").never(), NOW + TICK, True, id="so it never happened yet"),
        pytest.param(did("order").during("month"), NOW + TICK, False, id="though of this month"),
        pytest.param(did("order").between(date(2022, 9, 1), None), NOW + TICK, False, id="since"),
        pytest.param(
            did("order").between(NOW + TICK, None), NOW + TICK, False, id="a window ahead is empty"
        ),
        pytest.param(
            did("order").during("month", 1), NOW + timedelta(days=40), False, id="so is next month"
        ),
    ],
)  # fmt: skip
def test_what_is_yet_to_come_does_not_count(
    condition: Condition, at: datetime, verdict: bool
) -> None:
    """[T1]."""
    assert evaluate(condition, ADA, [Event("ada", "order", at)]) is verdict


def test_an_event_starts_to_count_at_its_own_instant() -> None:
    """[T1]: the same facts, asked later."""
    order = [Event("ada", "order", PAST)]
    assert evaluate(did("order"), ADA, order, now=PAST - TICK) is False
    assert evaluate(did("order"), ADA, order, now=PAST) is True


@pytest.mark.parametrize(
    ("ids", "number"),
    [
        pytest.param(["e1", "e1"], 1, id="one id is one event"),
        pytest.param(["e1", "e2"], 2, id="two ids are two"),
        pytest.param([None, None], 2, id="without an id all count"),
        pytest.param([float("nan"), float("nan")], 2, id="NaN is no id"),
        pytest.param(["", ""], 2, id="an empty text is no id"),
        pytest.param([0, 0], 1, id="so is zero"),
        pytest.param([1, "1"], 2, id="a number is no text"),
        pytest.param(["e1", None, "e1", None], 3, id="mixed"),
        pytest.param([("s", 1), ("s", 1)], 1, id="a tuple will do"),
    ],
)
def test_two_events_of_one_id_are_one_event(ids: list[Hashable], number: int) -> None:
    """[E3]: at the doors of a single call and of a MemorySource."""
    events = [Event("ada", "order", PAST, id=id_) for id_ in ids]
    happenings = [HostEvent("order", PAST, id=id_) for id_ in ids]
    assert evaluate(did("order").exactly(number), ADA, events) is True
    assert evaluate(did("order").exactly(number), ADA, happenings) is True


@pytest.mark.parametrize(
    ("first", "condition"),
    [
        pytest.param(Event("ada", "cart", PAST, id="e1"), did("order"), id="another name"),
        pytest.param(Event("ada", "order", NOW + TICK, id="e1"), did("order"), id="yet to come"),
        pytest.param(
            Event("ada", "order", datetime(2020, 1, 1, tzinfo=UTC), id="e1"),
            did("order").within_last(days=30),
            id="outside the window",
        ),
        pytest.param(
            Event("ada", "order", PAST, {"total": 1}, id="e1"),
            did("order").where(prop("total") == 60),
            id="other properties",
        ),
    ],
)
def test_the_first_given_of_one_id_is_kept(first: Event[str], condition: Condition) -> None:
    """[E3]: before anything is selected, so the second does not count in its place."""
    second = Event("ada", "order", PAST, {"total": 60}, id="e1")
    assert evaluate(condition, ADA, [first, second]) is False
    assert evaluate(condition, ADA, [second, first]) is True


def test_an_event_that_cannot_be_used_still_holds_its_id() -> None:
    """[K2], [E3]: it is dropped after the first of each id was chosen."""
    broken, order = HostEvent(at="2022-09-12", id="e1"), HostEvent(at=PAST, id="e1")
    assert evaluate(did("order"), events=[broken, order]) is False
    assert evaluate(did("order"), events=[order, broken]) is True


def test_one_id_of_two_contacts_is_two_events() -> None:
    """[E3]: an id tells the events of one contact apart."""
    events = [Event(who, "order", PAST, id=1) for who in ("ada", "bob")]
    source = MemorySource([Contact("ada"), Contact("bob")], events)
    assert Evaluator(source).members(did("order"), now=NOW) == {"ada", "bob"}


@pytest.mark.parametrize(
    ("contact_id", "other_id"),
    [
        pytest.param("ada", "bob", id="somebody else's"),
        pytest.param("ada", "Ada", id="an id is exact"),
        pytest.param(7, "7", id="a text is no int"),
        pytest.param("7", 7, id="nor the other way round"),
        pytest.param(UUID(int=7), str(UUID(int=7)), id="a text is no UUID"),
        pytest.param(UUID(int=7), 7, id="nor is an int"),
    ],
)
def test_an_event_of_another_contact_is_an_error_of_the_call(
    contact_id: Hashable, other_id: Hashable
) -> None:
    """[E6]: also where the condition never looks at events, or not at these."""
    other = Event(other_id, "order", PAST)
    for condition in (did("order"), did("cart"), did("order").never()):
        with pytest.raises(FactsError, match="pass the contact's own events only") as caught:
            matches(condition, Contact(contact_id), [other], now=NOW)
        assert caught.value.value is other


def test_an_event_of_another_contact_may_be_a_hosts_own_object() -> None:
    """[E6]: and is refused even if it could not be used."""
    with pytest.raises(FactsError, match="belongs to 'bob'"):
        matches(did("order"), ADA, [HostEvent(contact_id="bob", at="no instant")], now=NOW)


def test_events_may_come_in_any_order_and_from_any_iterable() -> None:
    """[E1]."""
    events = [Event("ada", "order", PAST + timedelta(days=n)) for n in (2, 0, 1)]
    assert matches(did("order").exactly(3), ADA, iter(events), now=NOW) is True
    assert matches(did("order").exactly(3), ADA, dict(enumerate(events)).values(), now=NOW) is True
