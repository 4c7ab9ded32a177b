"""Counts of events: the number, the names and the time of counted events."""

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
        pytest.param(did("order").at_least(0), "0 1 2 3 4", id="at least 0 includes every contact"),
        pytest.param(did("order").at_most(2), "0 1 2", id="at most 2 includes no events"),
        pytest.param(did("order").at_most(0), "0", id="at most 0"),
        pytest.param(did("order").exactly(2), "2", id="exactly 2"),
        pytest.param(did("order").exactly(0), "0", id="exactly 0"),
        pytest.param(did("order").never(), "0", id="never"),
        pytest.param(did("order").at_least(1).at_most(3), "1 2 3", id="a range"),
        pytest.param(
            did("order").at_most(3).at_least(1), "1 2 3", id="a range, the upper bound first"
        ),
        pytest.param(did("order").at_least(2).at_most(2), "2", id="a range of one number"),
        pytest.param(~did("order").at_least(2), "0 1", id="fewer than 2"),
    ],
)
def test_the_number_of_events_is_compared(condition: Condition, counts: str) -> None:
    """[E1]: without events the count is 0; at most, exactly 0 and never include it."""
    expected = {int(count) for count in counts.split()}
    assert {number for number in range(5) if evaluate(condition, ADA, orders(number))} == expected


@pytest.mark.parametrize(
    "refine",
    [
        pytest.param(lambda x: x.within_last(days=30), id="in a window"),
        pytest.param(lambda x: x.where(prop("total") > 50), id="with a where"),
        pytest.param(lambda x: x.during("month", -1), id="in a calendar month"),
    ],
)
def test_never_is_the_complement_of_did(refine: Callable[[EventCount], EventCount]) -> None:
    """[V2], [E1]: with any window and any condition in where."""
    for events in ([], orders(1), [Event("ada", "order", PAST, {"total": 60})]):
        at_least_once, never = refine(did("order")), refine(did("order").never())
        assert matches(never, ADA, events, now=NOW) is not matches(
            at_least_once, ADA, events, now=NOW
        )
        assert evaluate(never, ADA, events) is evaluate(~at_least_once, ADA, events)


@pytest.mark.parametrize(
    ("names", "number"),
    [
        pytest.param(("order",), 2, id="one name"),
        pytest.param(("order", "refund"), 3, id="events of several names are counted together"),
        pytest.param(("order", "order"), 2, id="a repeated name counts once"),
        pytest.param(("Order",), 0, id="names are exact"),
        pytest.param(("",), 1, id="a name may be empty"),
        pytest.param(("cart",), 0, id="a name without events"),
    ],
)
def test_events_are_counted_by_name(names: tuple[str, ...], number: int) -> None:
    """[E1], [K3]."""
    events = [Event("ada", name, PAST) for name in ("order", "refund", "order", "")]
    assert evaluate(did(*names).exactly(number), ADA, events) is True


@pytest.mark.parametrize(
    ("condition", "at", "verdict"),
    [
        pytest.param(did("order"), NOW, True, id="an event at now"),
        pytest.param(did("order"), NOW + TICK, False, id="an event a microsecond after now"),
        pytest.param(did("order").never(), NOW + TICK, True, id="never, before the event"),
        pytest.param(did("order").during("month"), NOW + TICK, False,
                     id="later in the current month"),
        pytest.param(did("order").between(date(2022, 9, 1), None), NOW + TICK, False,
                     id="since a day"),
        pytest.param(
            did("order").between(NOW + TICK, None), NOW + TICK, False,
            id="a window in the future is empty"
        ),
        pytest.param(
            did("order").during("month", 1), NOW + timedelta(days=40), False,
            id="the next month is empty"
        ),
    ],
)  # fmt: skip
def test_future_events_do_not_count(condition: Condition, at: datetime, verdict: bool) -> None:
    """[T1]."""
    assert evaluate(condition, ADA, [Event("ada", "order", at)]) is verdict


def test_an_event_starts_to_count_at_its_own_instant() -> None:
    """[T1]: the same facts, evaluated before and at the instant."""
    order = [Event("ada", "order", PAST)]
    assert evaluate(did("order"), ADA, order, now=PAST - TICK) is False
    assert evaluate(did("order"), ADA, order, now=PAST) is True


@pytest.mark.parametrize(
    ("ids", "number"),
    [
        pytest.param(["e1", "e1"], 1, id="one id, one event"),
        pytest.param(["e1", "e2"], 2, id="two ids, two events"),
        pytest.param([None, None], 2, id="events without an id all count"),
        pytest.param([float("nan"), float("nan")], 2, id="NaN is not an id"),
        pytest.param(["", ""], 2, id="an empty text is not an id"),
        pytest.param([0, 0], 1, id="zero is an id"),
        pytest.param([1, "1"], 2, id="a number is not a text"),
        pytest.param(["e1", None, "e1", None], 3, id="with and without an id"),
        pytest.param([("s", 1), ("s", 1)], 1, id="a tuple is an id"),
    ],
)
def test_two_events_of_one_id_are_one_event(ids: list[Hashable], number: int) -> None:
    """[E3]: in events of a host, and in events of a MemorySource."""
    events = [Event("ada", "order", PAST, id=id_) for id_ in ids]
    host_events = [HostEvent("order", PAST, id=id_) for id_ in ids]
    assert evaluate(did("order").exactly(number), ADA, events) is True
    assert evaluate(did("order").exactly(number), ADA, host_events) is True


@pytest.mark.parametrize(
    ("first", "condition"),
    [
        pytest.param(Event("ada", "cart", PAST, id="e1"), did("order"), id="another name"),
        pytest.param(Event("ada", "order", NOW + TICK, id="e1"), did("order"), id="a future event"),
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
def test_the_first_event_of_an_id_is_kept(first: Event[str], condition: Condition) -> None:
    """[E3]: duplicates are dropped first, so the second event does not replace the first."""
    second = Event("ada", "order", PAST, {"total": 60}, id="e1")
    assert evaluate(condition, ADA, [first, second]) is False
    assert evaluate(condition, ADA, [second, first]) is True


def test_an_unusable_event_keeps_its_id() -> None:
    """[K2], [E3]: it is dropped after the first event of each id is selected."""
    broken, order = HostEvent(at="2022-09-12", id="e1"), HostEvent(at=PAST, id="e1")
    assert evaluate(did("order"), events=[broken, order]) is False
    assert evaluate(did("order"), events=[order, broken]) is True


def test_events_of_two_contacts_may_have_one_id() -> None:
    """[E3]: an id identifies an event among the events of one contact."""
    events = [Event(contact_id, "order", PAST, id=1) for contact_id in ("ada", "bob")]
    source = MemorySource([Contact("ada"), Contact("bob")], events)
    assert Evaluator(source).members(did("order"), now=NOW) == {"ada", "bob"}


@pytest.mark.parametrize(
    ("contact_id", "other_id"),
    [
        pytest.param("ada", "bob", id="another contact"),
        pytest.param("ada", "Ada", id="ids are case-sensitive"),
        pytest.param(7, "7", id="a text is not an int"),
        pytest.param("7", 7, id="an int is not a text"),
        pytest.param(UUID(int=7), str(UUID(int=7)), id="a text is not a UUID"),
        pytest.param(UUID(int=7), 7, id="an int is not a UUID"),
    ],
)
def test_an_event_of_another_contact_is_an_error_of_the_call(
    contact_id: Hashable, other_id: Hashable
) -> None:
    """[E6]: also if the condition does not read the events of this name."""
    other = Event(other_id, "order", PAST)
    for condition in (did("order"), did("cart"), did("order").never()):
        with pytest.raises(FactsError, match="pass the contact's own events only") as caught:
            matches(condition, Contact(contact_id), [other], now=NOW)
        assert caught.value.value is other


def test_a_host_event_of_another_contact_is_refused() -> None:
    """[E6]: also if its instant is unusable."""
    with pytest.raises(FactsError, match="belongs to 'bob'"):
        matches(did("order"), ADA, [HostEvent(contact_id="bob", at="no instant")], now=NOW)


def test_events_may_come_in_any_order_and_from_any_iterable() -> None:
    """[E1]."""
    events = [Event("ada", "order", PAST + timedelta(days=n)) for n in (2, 0, 1)]
    assert matches(did("order").exactly(3), ADA, iter(events), now=NOW) is True
    assert matches(did("order").exactly(3), ADA, dict(enumerate(events)).values(), now=NOW) is True
