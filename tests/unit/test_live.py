"""What a `Live` does with each operation, and what it refuses."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from time import monotonic
from types import SimpleNamespace
from typing import Any, Final

import pytest

from segkit import (
    ConditionError,
    ConditionTypeError,
    Contact,
    Event,
    FactsError,
    InstantError,
    Live,
    MemorySource,
    SegkitError,
    Segment,
    Transition,
    attr,
    did,
    in_any_list,
    in_list,
    matches,
    sample,
)
from segkit.live import (
    AddToList,
    AttributeChanged,
    ContactAdded,
    EventArrived,
    EventExpired,
    ListJoined,
    Operation,
    Remove,
    TimePassed,
    Track,
    Update,
    Upsert,
)

NOW: Final = datetime(2022, 10, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
PROS: Final = Segment("pros", attr("plan") == "pro")
ACTIVE: Final = Segment("active", did("order").within_last(days=30))
QUIET: Final = Segment("quiet", did("order").never().within_last(days=30))


def live_of(*segments: Segment, contacts: int = 1) -> Live[Any]:
    """Return a `Live` with the contacts 0, 1, ..."""
    source = MemorySource(Contact[Any](number) for number in range(contacts))
    return Live(segments, source, now=NOW)


def order(at: datetime = NOW, contact: object = 0, id_: object = None) -> Event[Any]:
    return Event(contact, "order", at, id=id_)


def told(transitions: list[Transition[Any]]) -> list[tuple[object, ...]]:
    """Return the days after `NOW`, contacts, segments and kinds of transitions."""
    return [((each.at - NOW).days, each.contact, each.segment, each.kind) for each in transitions]


# --- facts ----------------------------------------------------------------------------------------


def test_contacts_of_the_source_are_members_without_transitions() -> None:
    source = MemorySource([Contact("ada", {"plan": "pro"})], [])
    live = Live([PROS, QUIET], source, now=NOW)
    assert list(live.members("pros")) == ["ada"]
    assert live.segments_of("ada") == ["pros", "quiet"]
    (left,) = live.update("ada", {"plan": None})
    assert left.id == ("pros", 1, "ada", 1)


def test_an_own_store_is_made() -> None:
    live = Live[str]([PROS], now=NOW)
    assert told(live.upsert(Contact("ada", {"plan": "pro"}))) == [(0, "ada", "pros", "entered")]


def test_time_passes_before_the_change() -> None:
    live = live_of(ACTIVE)
    assert told(live.track(order())) == [(0, 0, "active", "entered")]
    found = live.track(order(NOW + 40 * DAY), at=NOW + 40 * DAY)
    assert told(found) == [(30, 0, "active", "left"), (40, 0, "active", "entered")]


def test_leaving_by_time_and_entering_by_a_change_at_one_instant_are_two_transitions() -> None:
    """The log is the same if another caller let time pass up to that instant before."""
    expected = [(30, 0, "active", "left"), (30, 0, "active", "entered")]
    at = NOW + 30 * DAY
    live = live_of(ACTIVE)
    live.track(order())
    assert told(live.track(order(at), at=at)) == expected
    live = live_of(ACTIVE)
    live.track(order())
    assert told(live.advance(at) + live.track(order(at))) == expected


def test_two_parts_that_cancel_each_other_at_one_instant_are_no_transition() -> None:
    """One order leaves the window at the instant at which another one counts."""
    live = live_of(ACTIVE)
    live.apply([Track(order()), Track(order(NOW + 30 * DAY))])
    assert told(live.advance(NOW + 100 * DAY)) == [(60, 0, "active", "left")]


def test_an_event_of_the_future_counts_from_its_own_instant() -> None:
    live = live_of(ACTIVE)
    assert live.track(order(NOW + 3 * DAY)) == []
    assert live.next_wake == NOW + 3 * DAY
    assert told(live.advance(NOW + 5 * DAY)) == [(3, 0, "active", "entered")]


def test_a_late_event_takes_effect_at_the_clock() -> None:
    """[M3]: past transitions stay as they are."""
    live = live_of(ACTIVE)
    live.advance(NOW + 10 * DAY)
    assert told(live.track(order(NOW - 5 * DAY))) == [(10, 0, "active", "entered")]
    assert live.next_wake == NOW + 25 * DAY


def test_an_event_that_was_late_for_its_window_has_no_effect() -> None:
    live = live_of(ACTIVE)
    assert live.track(order(NOW - 31 * DAY)) == []
    assert live.next_wake is None


def test_a_known_id_changes_nothing() -> None:
    live = live_of(Segment("two", did("order").at_least(2)))
    assert live.track(order(id_="e")) == live.track(order(id_="e")) == []
    assert told(live.track(order(id_="f"))) == [(0, 0, "two", "entered")]


def test_events_of_a_contact_that_comes_later_count_then() -> None:
    live = Live[str]([ACTIVE], now=NOW)
    assert live.track(order(contact="ada")) == []
    assert told(live.upsert(Contact("ada"))) == [(0, "ada", "active", "entered")]


def test_an_event_without_an_instant_counts_nowhere() -> None:
    live = live_of(ACTIVE, QUIET)
    host = SimpleNamespace(contact_id=0, name="order", at=None, properties={}, id=None)
    assert live.track(host) == []
    assert live.segments_of(0) == ["quiet"]


def test_numbers_go_on_after_a_contact_was_removed() -> None:
    """So that no two transitions share an identity [M5]."""
    live = Live[str]([PROS, QUIET], now=NOW)
    ada = Contact("ada", {"plan": "pro"})
    found = live.apply([Upsert(ada), Remove("ada"), Upsert(ada), Update("ada", {"plan": None})])
    assert [each.id.number for each in found if each.segment == "pros"] == [1, 2, 3, 4]
    assert len({each.id for each in found}) == len(found)


def test_a_contact_that_is_inserted_again_comes_last() -> None:
    live = live_of(QUIET, contacts=3)
    live.apply([Remove(0), Upsert(Contact(0))])
    assert list(live.members(QUIET)) == [1, 2, 0]


def test_removing_what_is_not_there_changes_nothing() -> None:
    live = live_of(PROS, ACTIVE, QUIET)
    assert live.remove("nobody") == []
    assert live.remove_from_list("nobody", "vip") == []
    assert live.remove_from_list(0, "vip") == []
    assert live.untrack(0, "e") == []
    assert live.untrack("nobody", "e") == []


def test_events_of_an_unknown_contact_can_be_untracked() -> None:
    live = Live[str]([ACTIVE], now=NOW)
    live.track(order(contact="ada", id_="e"))
    assert live.untrack("ada", "e") == []
    assert live.upsert(Contact("ada")) == []


def test_a_late_event_is_counted_among_the_others() -> None:
    """Also if it is before or at the instant of events whose value is kept."""
    live = live_of(
        Segment("sum", did("order").within_last(days=5).sum("total") >= 12),
        Segment("latest", did("order").latest("total") == 7),
    )

    def track(days: int, total: int) -> list[tuple[object, ...]]:
        at = NOW + timedelta(days=days)
        return told(live.track(Event(0, "order", at, {"total": total})))

    assert track(-1, 6) == []
    assert track(-3, 4) == []
    assert track(-4, 1) == []
    assert track(-1, 7) == [(0, 0, "sum", "entered"), (0, 0, "latest", "entered")]
    assert track(-1, 8) == [(0, 0, "latest", "left")]
    found = live.advance(NOW + 4 * DAY)
    assert told(found) == [(4, 0, "sum", "left")]


# --- time -----------------------------------------------------------------------------------------


def test_one_leap_returns_what_many_steps_return() -> None:
    def prepared() -> Live[Any]:
        live = live_of(ACTIVE, QUIET, contacts=4)
        live.apply([Track(order(NOW + number * DAY / 2, number % 4)) for number in range(12)])
        return live

    leap, steps = prepared(), prepared()
    found = [each for day in range(60) for each in steps.advance(NOW + day * DAY)]
    assert leap.advance(NOW + 59 * DAY) == found
    assert len(found) > 8


def test_transitions_of_one_instant_come_by_contact_and_then_by_segment() -> None:
    live = live_of(QUIET, ACTIVE, contacts=3)
    live.apply([Track(order(NOW, number)) for number in (2, 0, 1)])
    assert told(live.advance(NOW + 30 * DAY)) == [
        (30, contact, *what)
        for contact in range(3)
        for what in (("quiet", "entered"), ("active", "left"))
    ]


def test_a_limit_bounds_the_work_within_one_instant() -> None:
    live = live_of(ACTIVE, contacts=5)
    live.apply([Track(order(NOW, number)) for number in range(5)])
    end = NOW + 31 * DAY
    assert told(live.advance(end, limit=2)) == [(30, each, "active", "left") for each in (0, 1)]
    assert live.now == live.next_wake == NOW + 30 * DAY
    assert list(live.members("active")) == [2, 3, 4]
    # An operation completes the instant before it changes anything.
    found = live.track(order(NOW + 30 * DAY, 0))
    assert told(found) == [
        *[(30, each, "active", "left") for each in (2, 3, 4)],
        (30, 0, "active", "entered"),
    ]
    assert live.advance(end, limit=2) == []
    assert live.now == end


def test_the_last_part_of_a_limited_advance_reaches_the_end() -> None:
    live = live_of(ACTIVE, contacts=2)
    live.apply([Track(order(NOW, number)) for number in range(2)])
    assert len(live.advance(NOW + 40 * DAY, limit=2)) == 2
    assert live.next_wake is None


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "2"])
def test_a_limit_is_a_whole_number(limit: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError, match=r"advance\.limit: takes a whole number of 1 or more"):
        live_of().advance(NOW, limit=limit)


# --- segments -------------------------------------------------------------------------------------


def test_an_added_segment_has_its_members_as_transitions() -> None:
    live = live_of(PROS, contacts=2)
    live.track(order())
    assert told(live.add_segment(ACTIVE, at=NOW + DAY)) == [(1, 0, "active", "entered")]
    assert [segment.name for segment in live.segments] == ["pros", "active"]
    assert told(live.advance(NOW + 40 * DAY)) == [(30, 0, "active", "left")]


def test_a_replaced_segment_keeps_those_who_match_both() -> None:
    live = live_of(Segment("a", did("order")), contacts=3)
    live.apply([Track(order(NOW - 20 * DAY, 0)), Track(order(NOW, 1))])
    found = live.replace_segment(Segment("a", did("order").never().within_last(days=10)))
    assert told(found) == [(0, 1, "a", "left"), (0, 2, "a", "entered")]
    assert [each.id for each in found] == [("a", 2, 1, 2), ("a", 2, 2, 1)]
    assert found[0].id.revision == 2
    assert live.replace_segment(Segment("a", did("order").never().within_last(days=10))) == []
    assert live.update(0, {"x": 1}) == []


def test_a_replaced_segment_can_read_other_events() -> None:
    live = live_of(Segment("a", did("order")))
    live.apply([Track(order()), Track(Event(0, "visit", NOW))])
    assert live.replace_segment(Segment("a", did("visit"))) == []
    assert told(live.replace_segment(Segment("a", did("refund")))) == [(0, 0, "a", "left")]


def test_members_leave_a_removed_segment() -> None:
    live = live_of(ACTIVE, QUIET, contacts=4)
    live.apply([Track(order()), Track(order(NOW + DAY, 1)), Track(order(NOW, 2)), Remove(2)])
    assert told(live.remove_segment(ACTIVE)) == [(0, 0, "active", "left")]
    assert told(live.advance(NOW + 40 * DAY)) == [
        (1, 1, "quiet", "left"),
        (30, 0, "quiet", "entered"),
        (31, 1, "quiet", "entered"),
    ]
    assert live.segments_of(0) == ["quiet"]
    # The numbers of the contact that was removed before belong to the segment that is gone.
    assert [each.id.number for each in live.upsert(Contact(2))] == [2]


def test_a_segment_that_is_added_again_has_a_new_revision() -> None:
    live = live_of(QUIET)
    live.remove("0")
    found = live.remove_segment("quiet") + live.remove(0) + live.upsert(Contact(0))
    found += live.add_segment(QUIET)
    found += live.replace_segment(Segment("quiet", did("order")))
    assert [each.id for each in found] == [
        ("quiet", 1, 0, 1),
        ("quiet", 2, 0, 1),
        ("quiet", 3, 0, 2),
    ]


# --- what is refused ------------------------------------------------------------------------------


def test_the_clock_does_not_go_back() -> None:
    live = live_of(PROS)
    live.advance(NOW + DAY)
    for call in (
        lambda: live.advance(NOW),
        lambda: live.upsert(Contact(1), at=NOW),
        lambda: live.add_segment(ACTIVE, at=NOW),
        lambda: live.apply([Upsert(Contact(1), at=NOW + 3 * DAY), Remove(1, at=NOW + 2 * DAY)]),
    ):
        with pytest.raises(InstantError, match="is before the clock, 2022-10-0"):
            call()  # type: ignore[no-untyped-call]
    assert len(live.members(PROS)) == 0
    assert live.now == NOW + DAY


REFUSED: Final[list[tuple[Callable[[Live[Any]], object], type[SegkitError], str]]] = [
    (lambda live: live.update("tim", {}), FactsError, "no contact 'tim': insert it first"),
    (lambda live: live.add_to_list("tim", "vip"), FactsError, "no contact 'tim': insert it first"),
    (lambda live: live.update(0, 5), FactsError, r"update.attributes: must be a mapping"),  # type: ignore[arg-type]
    (lambda live: live.add_to_list(0, 5), FactsError, r"add_to_list.list: the name of a list"),  # type: ignore[arg-type]
    (lambda live: live.add_to_list(0, "vip", "today"), InstantError, r"add_to_list.joined"),  # type: ignore[arg-type]
    (lambda live: live.upsert("ada"), FactsError, r"upsert.contact: 'ada' is not a contact"),  # type: ignore[arg-type]
    (lambda live: live.track("order"), FactsError, r"track.event: 'order' is not an event"),  # type: ignore[arg-type]
    (lambda live: live.remove(None), FactsError, r"remove.id: an id is needed"),
    (lambda live: live.untrack(0, None), FactsError, r"untrack.event_id: an id is needed"),
    (lambda live: live.remove(0, at=datetime(2023, 1, 1)), InstantError, "at: .* is naive"),  # noqa: DTZ001
    (lambda live: live.advance(datetime(2023, 1, 1)), InstantError, "advance.to: .* is naive"),  # noqa: DTZ001
    (lambda live: live.apply(5), FactsError, r"apply: takes several operations.*; got 5"),  # type: ignore[arg-type]
    (
        lambda live: live.apply([Contact(1)]),  # type: ignore[list-item]
        FactsError,
        r"apply\[0\]: takes an operation: Upsert, ",
    ),
    (lambda live: live.add_segment(PROS), ConditionError, "call replace_segment"),
    (lambda live: live.add_segment("a"), ConditionTypeError, r"takes a Segment\(name, cond"),  # type: ignore[arg-type]
    (lambda live: live.replace_segment(QUIET), ConditionError, "there is no segment 'quiet'"),
    (lambda live: live.replace_segment("a"), ConditionTypeError, r"takes a Segment\(name, cond"),  # type: ignore[arg-type]
    (lambda live: live.remove_segment("a"), ConditionError, "no segment 'a'; the segments are: 'p"),
    (lambda live: live.members("a"), ConditionError, "members: there is no segment 'a'"),
    (lambda live: live.members(5), ConditionError, "members: there is no segment 5"),  # type: ignore[arg-type]
    (lambda live: live.is_member("a", 0), ConditionError, "is_member: there is no segment 'a'"),
    (lambda live: live.is_member("pros", None), FactsError, "is_member.id: an id is needed"),
    (lambda live: live.explain("pros", "tim"), FactsError, "explain.id: there is no contact 'tim'"),
    (lambda live: live.subscribe("prose", print), ConditionError, "there is no segment 'prose'"),
    (lambda live: live.members(["pros"]), ConditionError, "there is no segment ..pros..;"),  # type: ignore[arg-type]
    (lambda live: live.subscribe(5, print), ConditionError, "there is no segment 5"),  # type: ignore[arg-type]
    (lambda live: live.run(NOW), FactsError, "run.clock: takes a function that returns the time"),  # type: ignore[arg-type]
    (lambda live: live.subscribe("pros", 5), FactsError, "and a function of one transition"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "error", "text"), REFUSED, ids=[each[2] for each in REFUSED])
def test_a_refused_operation_changes_nothing(
    call: Callable[[Live[Any]], object], error: type[SegkitError], text: str
) -> None:
    live = live_of(PROS, ACTIVE)
    live.track(order())
    with pytest.raises(error, match=text):
        call(live)
    assert live.now == NOW
    assert live.segments_of(0) == ["active"]
    assert live.next_wake == NOW + 30 * DAY


def test_of_several_operations_all_or_none_are_applied() -> None:
    live = live_of(PROS)
    refused: list[Operation] = [Update("tim", {}), AddToList("tim", "vip"), Update(0, {}, at=NOW)]
    for last in refused:
        with pytest.raises(SegkitError):
            live.apply([Upsert(Contact(1, {"plan": "pro"}), at=NOW + DAY), Remove(0), last])
    assert live.now == NOW
    assert live.members("pros") == set()
    operations: list[Operation] = [
        Upsert(Contact("tim")),
        Update("tim", {"plan": "pro"}),
        Remove("tim"),
    ]
    assert [each.kind for each in live.apply(operations)] == ["entered", "left"]
    with pytest.raises(FactsError, match="no contact 'tim'"):
        live.apply([Upsert(Contact("tim")), Remove("tim"), Update("tim", {})])


def test_what_is_refused_at_the_beginning() -> None:
    with pytest.raises(FactsError, match="takes a MemorySource"):
        Live([PROS], [Contact(1)], now=NOW)  # type: ignore[arg-type]
    with pytest.raises(ConditionError, match="two segments are named 'pros'"):
        Live([PROS, PROS], now=NOW)
    with pytest.raises(ConditionTypeError, match=r"Live\.segments\[0\]: takes Segment"):
        Live([attr("age") >= 18], now=NOW)  # type: ignore[list-item]
    with pytest.raises(InstantError, match=r"now: .* is naive"):
        Live([PROS], now=datetime(2022, 10, 1))  # noqa: DTZ001


class Incomparable(str):
    """An id that raises when it is compared with another one of the same hash."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash("ada")

    def __eq__(self, other: object) -> bool:
        raise ConnectionError


def test_an_id_that_cannot_be_compared_is_refused_before_time_passes() -> None:
    live = Live([ACTIVE], MemorySource([Contact("ada")], [order(contact="ada")]), now=NOW)
    with pytest.raises(FactsError, match="an id must be comparable"):
        live.upsert(Contact(Incomparable("bob")), at=NOW + 40 * DAY)
    assert live.now == NOW
    assert len(live.advance(NOW + 40 * DAY)) == 1


def test_what_time_caused_before_a_failure_comes_with_the_next_operation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = MemorySource([Contact(0)], [order()])
    live = Live([ACTIVE], source, now=NOW)
    delivered: list[object] = []
    live.subscribe(None, delivered.append)

    def fail(_: object) -> bool:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(source, "track", fail)
        with pytest.raises(MemoryError):
            live.track(order(), at=NOW + 40 * DAY)
    assert told(live.advance(NOW + 40 * DAY)) == [(30, 0, "active", "left")]
    assert len(delivered) == 1


# --- subscriptions --------------------------------------------------------------------------------


def test_callbacks_are_called_in_order_and_can_be_ended() -> None:
    live = live_of(PROS, ACTIVE)
    seen: list[str] = []
    end = live.subscribe(PROS, lambda each: seen.append(f"pros {each.kind}"))
    live.subscribe(None, lambda each: seen.append(f"all {each.segment} {each.kind}"))
    live.apply([Track(order()), Update(0, {"plan": "pro"})])
    assert seen == ["all active entered", "pros entered", "all pros entered"]
    end()
    end()
    live.update(0, {"plan": None})
    assert seen[3:] == ["all pros left"]


def test_a_callback_may_call_operations() -> None:
    """Every callback sees every transition in the order in which they happened."""
    live = live_of(PROS, Segment("welcomed", in_list("welcome")))
    seen: list[str] = []

    def welcome(transition: Transition[Any]) -> None:
        live.add_to_list(transition.contact, "welcome")
        assert live.is_member("welcomed", transition.contact)

    live.subscribe("pros", welcome)
    live.subscribe(None, lambda each: seen.append(each.segment))
    (entered,) = live.update(0, {"plan": "pro"})
    assert entered.segment == "pros"
    assert seen == ["pros", "welcomed"]


def test_a_callback_that_raises_neither_stops_the_others_nor_the_operation() -> None:
    live = live_of(PROS)
    seen: list[object] = []

    def fail(transition: Transition[Any]) -> None:
        raise ConnectionError(transition.segment)

    live.subscribe(None, fail)
    live.subscribe(None, seen.append)
    with pytest.raises(ExceptionGroup) as caught:
        live.update(0, {"plan": "pro"})
    assert [type(each) for each in caught.value.exceptions] == [ConnectionError]
    assert len(seen) == 1
    assert live.is_member("pros", 0)


def test_what_an_interrupted_callback_did_not_deliver_comes_with_the_next_operation() -> None:
    live = live_of(PROS, QUIET)
    seen: list[object] = []

    def interrupt(_: object) -> None:
        if not seen:
            seen.append("interrupted")
            raise KeyboardInterrupt

    live.subscribe(None, interrupt)
    live.subscribe(None, lambda each: seen.append(each.segment))
    with pytest.raises(KeyboardInterrupt):
        live.apply([Update(0, {"plan": "pro"}), Track(order())])
    live.advance(NOW)
    assert seen == ["interrupted", "pros", "quiet"]


def test_a_callback_that_was_removed_by_another_one_is_not_called() -> None:
    live = live_of(PROS)
    seen: list[object] = []
    live.subscribe(None, lambda _: end())
    end = live.subscribe(None, seen.append)
    live.update(0, {"plan": "pro"})
    assert seen == []


# --- the thread -----------------------------------------------------------------------------------


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.readings = 0

    def __call__(self) -> datetime:
        self.readings += 1
        return self.now


def test_run_lets_time_pass_as_the_clock_says() -> None:
    live, clock = live_of(ACTIVE), Clock()
    seen: list[Transition[Any]] = []
    left = Signal()

    def note(transition: Transition[Any]) -> None:
        seen.append(transition)
        if transition.kind == "left":
            left.set()

    live.subscribe(None, note)
    thread = Thread(target=live.run, args=[clock])
    thread.start()
    live.track(order())  # wakes the thread, which sleeps until the order leaves the window
    clock.now = NOW + 30 * DAY
    live.upsert(Contact(1))  # at the new time of the clock, after the transition
    assert left.wait(timeout=20)
    assert told(seen) == [(0, 0, "active", "entered"), (30, 0, "active", "left")]
    live.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert live.now == NOW + 30 * DAY


def test_run_sleeps_until_the_next_wake() -> None:
    """No operation wakes the thread."""
    started, readings = monotonic(), list[datetime]()
    live = live_of(ACTIVE)
    live.track(order(NOW - 30 * DAY + timedelta(seconds=0.2)))
    live.subscribe(None, lambda _: live.stop())

    def clock() -> datetime:
        readings.append(NOW + timedelta(seconds=monotonic() - started))
        return readings[-1]

    live.run(clock)
    assert live.next_wake is None
    assert len(readings) < 20


def test_a_stop_before_the_run_ends_it_when_it_begins() -> None:
    live = live_of(ACTIVE)
    live.stop()
    live.run(lambda: NOW)
    assert live.now == NOW
    live.subscribe(None, lambda _: live.stop())
    live.track(order(NOW - 30 * DAY + timedelta(microseconds=1)))
    live.stop()
    live.run(lambda: NOW + DAY)
    assert live.now == NOW


def test_only_one_run_at_a_time() -> None:
    live = live_of(ACTIVE)
    refused: list[str] = []

    def run_again(_: object) -> None:
        with pytest.raises(FactsError) as caught:
            live.run(lambda: NOW)
        refused.append(str(caught.value))
        live.stop()

    live.track(order(NOW - 30 * DAY + timedelta(microseconds=1)))
    live.subscribe(None, run_again)
    live.run(lambda: NOW + DAY)
    assert refused == ["run: it runs already: call stop() and join its thread first"]


def test_an_exception_of_a_callback_is_logged_by_run_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    live = live_of(ACTIVE, QUIET)
    live.track(order(NOW - 30 * DAY + timedelta(microseconds=1)))

    def fail(transition: Transition[Any]) -> None:
        if transition.segment == "quiet":
            live.stop()
        raise ConnectionError

    live.subscribe(None, fail)
    live.run(lambda: NOW + DAY)
    (record,) = caplog.records
    assert record.name == "segkit"
    assert record.getMessage() == "callbacks of Live.subscribe have raised"
    assert live.now == NOW + DAY


def test_while_it_runs_an_instant_after_the_clock_of_live_is_accepted() -> None:
    """The clock of the run is the default; the clock of Live is the limit."""
    live = live_of(PROS)
    readings, found = list[datetime](), list[Transition[Any]]()

    def clock() -> datetime:
        readings.append(NOW + 5 * DAY)
        if len(readings) == 1:
            found.extend(live.update(0, {"plan": "pro"}, at=NOW + DAY))
            live.stop()
        return readings[-1]

    live.run(clock)
    assert told(found) == [(1, 0, "pros", "entered")]


def test_a_clock_behind_that_of_live_is_not_polled() -> None:
    live, started, readings = live_of(ACTIVE), monotonic(), list[datetime]()
    live.advance(NOW + timedelta(seconds=0.2))
    live.track(order(live.now + timedelta(microseconds=1)))

    def clock() -> datetime:
        readings.append(NOW + timedelta(seconds=monotonic() - started))
        return readings[-1]

    live.subscribe(None, lambda _: live.stop())
    live.run(clock)
    assert live.is_member("active", 0)
    assert len(readings) < 20


def test_a_clock_that_goes_back_does_not_move_the_clock_of_live() -> None:
    live, readings = live_of(ACTIVE), [NOW, NOW + 2 * DAY]

    def clock() -> datetime:
        if len(readings) == 1:
            live.stop()
        return readings.pop()

    live.advance(NOW + DAY)
    live.track(order(NOW + 3 * DAY))
    live.run(clock)
    assert live.now == NOW + 2 * DAY


# --- reading --------------------------------------------------------------------------------------


def test_reading() -> None:
    live = live_of(PROS, QUIET, contacts=2)
    live.update(1, {"plan": "pro"}, at=NOW + DAY)
    assert repr(live) == "<Live of 2 contacts, 2 segments at 2022-10-02T00:00:00+00:00>"
    assert live.source.get(1) == Contact(1, {"plan": "pro"})
    audience = live.members(PROS)
    assert audience == {1}
    assert (audience.now, audience.condition) == (NOW + DAY, PROS.condition)
    assert live.is_member("pros", 1)
    assert not live.is_member("pros", "nobody")
    assert live.segments_of(1) == ["pros", "quiet"]
    assert live.segments_of("nobody") == []
    explanation = live.explain("quiet", 1)
    assert explanation
    assert explanation.seen == 0


def test_a_sample_is_of_the_id() -> None:
    segment = Segment("half", sample(percent=50, salt="a"))
    live = Live[int]([segment], now=NOW)
    found = live.apply([Upsert(Contact(number)) for number in range(50)])
    assert {each.contact for each in found} == set(live.members(segment))
    assert 10 < len(found) < 40
    assert found[0].cause == ContactAdded(None, is_true=True)


def test_an_equal_id_that_is_written_otherwise_can_be_in_another_sample() -> None:
    segments = [Segment(salt, sample(percent=50, salt=salt)) for salt in "abcdefgh"]
    live = Live[Any](segments, now=NOW)
    live.upsert(Contact(1))
    changes = live.upsert(Contact(1.0))
    assert {getattr(each.cause, "attribute", None) for each in changes} == {"id"}
    for segment in segments:
        expected = matches(segment, Contact(1.0), now=NOW)
        assert list(map(str, live.members(segment))) == ["1.0"] * expected


def test_an_operation_may_have_an_iterator_that_raises() -> None:
    live = live_of(PROS)

    def operations() -> Iterator[Operation]:
        yield Upsert(Contact(5, {"plan": "pro"}))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        live.apply(operations())
    assert 5 not in live.source


def test_a_transition_is_a_value_whatever_its_cause_contains() -> None:
    (one,) = live_of(PROS).upsert(Contact(5, {"plan": "pro"}))
    live = live_of(Segment("pros", attr("plan").is_set()), contacts=6)
    (other,) = live.update(5, {"plan": ["pro"]})
    assert len({one, other}) == 1
    assert one.cause != other.cause


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_live_is_not_copied(copied: Callable[[object], object]) -> None:
    with pytest.raises(FactsError, match=r"Live: cannot be copied or pickled: pickle live\.source"):
        copied(live_of(PROS))


def test_ids_that_cannot_be_compared_are_refused() -> None:
    live = Live[Any]([PROS], MemorySource([Contact("ada", {"plan": "pro"})]), now=NOW)
    operations: list[Operation] = [Upsert(Contact("ada")), Remove(Incomparable("bob"))]
    for call in (
        lambda: live.is_member("pros", Incomparable("bob")),
        lambda: live.segments_of(Incomparable("bob")),
        lambda: live.apply(operations),
    ):
        with pytest.raises(FactsError, match="an id must be comparable"):
            call()
    assert live.is_member("pros", "ada")


def test_the_cause_among_facts_that_change_together() -> None:
    joined = Segment("old list", in_any_list().joined_before(days=30))
    live = Live([joined], MemorySource([Contact(0, lists={"a": NOW})]), now=NOW)
    (entered,) = live.upsert(Contact(0, lists={"b": NOW - 60 * DAY}))
    assert isinstance(entered.cause, ListJoined)
    assert entered.cause.list == "b"
    same = Segment("same", attr("a") == attr("b"))
    live = Live([same], MemorySource([Contact(0, {"a": None, "b": 1})]), now=NOW)
    (entered,) = live.update(0, {"a": 2, "b": 2})
    assert isinstance(entered.cause, AttributeChanged)
    assert entered.cause.attribute == "a"


def test_an_event_that_arrives_when_others_expire_is_not_the_cause_of_leaving() -> None:
    two = Segment("two", did("order").at_least(2).within_last(days=30))
    first, second = order(id_=1), order(id_=2)
    live = Live([two], MemorySource([Contact(0)], [first, second]), now=NOW)
    live.track(order(NOW + 30 * DAY))
    (left,) = live.advance(NOW + 30 * DAY)
    assert isinstance(left.cause, EventExpired)
    assert left.cause.event in (first, second)


def test_events_that_arrive_when_others_expire_are_the_cause_of_entering() -> None:
    two = Segment("two", did("order").at_least(2).within_last(days=30))
    live = Live([two], MemorySource([Contact(0)], [order()]), now=NOW)
    live.apply([Track(order(NOW + 30 * DAY)), Track(order(NOW + 30 * DAY))])
    (entered,) = live.advance(NOW + 30 * DAY)
    assert isinstance(entered.cause, EventArrived)


def test_one_event_object_that_is_tracked_twice_is_two_events() -> None:
    ordered = did("order").at_least(1) & did("order").at_least(2)
    live = live_of(Segment("two", ordered))
    event = order()
    live.track(event)
    (entered,) = live.track(event)
    assert str(entered).endswith('did "order" at least 2 times')


def test_days_are_those_of_the_zone() -> None:
    birthday = Segment("birthday", attr("born").anniversary_in(days=0))
    live = Live[str]([birthday], now=NOW, tz="Asia/Tokyo")
    live.upsert(Contact("ada", {"born": date(1990, 10, 4)}))
    assert live.next_wake == datetime(2022, 10, 3, 15, tzinfo=UTC)
    (entered,) = live.advance(NOW + 3 * DAY)
    assert isinstance(entered.cause, TimePassed)
