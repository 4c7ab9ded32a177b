"""What a `DurableLive` does with segments, operations and time, and what it refuses."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Audience,
    ConditionError,
    ConditionTypeError,
    Contact,
    Event,
    FactsError,
    InstantError,
    SegkitError,
    Segment,
    ZoneError,
    attr,
    did,
    in_list,
    in_segment,
    prop,
)
from segkit.live import (
    AddToList,
    Remove,
    RemoveFromList,
    SegmentChanged,
    Track,
    Untrack,
    Update,
    Upsert,
)
from segkit.live.durable import DurableLive, SQLiteStorage, known_versions, segments_version
from tests.unit.durable_program import (
    ACTIVE,
    DAY,
    NOW,
    PROS,
    QUIET,
    Open,
    Program,
    open_program,
    order,
    told,
)

ADA: Final = Contact("ada", {"plan": "pro"})


@pytest.fixture(name="open_program")
def open_program_fixture() -> Iterator[Open]:
    programs: list[Program] = []

    def opened(*args: Any, **options: Any) -> Program:  # noqa: ANN401
        programs.append(open_program(*args, **options))
        return programs[-1]

    yield opened
    for program in programs:
        program.storage.close()


# --- segments -------------------------------------------------------------------------------------


def test_the_same_segments_change_nothing(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    program.insert("ada")
    assert not program.live.set_segments([PROS, ACTIVE])
    assert not program.live.set_segments(iter([PROS, ACTIVE]), tz="UTC", at=NOW + DAY)
    assert not program.start().set_segments([PROS, ACTIVE])
    assert program.live.next_wake is None
    assert len(program.rows("SELECT * FROM segkit_version")) == 1


def test_another_order_of_the_segments_is_a_change_without_transitions(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    program.live.upsert(ADA)
    assert program.live.set_segments([ACTIVE, PROS])
    assert program.live.advance() == []
    assert [each.name for each in program.live.segments] == ["active", "pros"]
    [left] = program.live.update("ada", {"plan": None})
    assert left.id == ("pros", 1, "ada", 2)


def test_segments_survive_a_restart(open_program: Open) -> None:
    program = open_program(PROS, Segment("both", in_segment(PROS) & did("order")))
    program.live.upsert(ADA)
    live = program.start()
    assert live.segments == program.live.segments
    assert live.segments_of("ada") == ["pros"]
    assert told(live.track(order())) == [(0, "ada", "both", "entered")]


def test_before_the_first_segments_there_are_none(open_program: Open) -> None:
    live = open_program().live
    assert live.segments == []
    assert live.segments_of("ada") == []
    assert live.next_wake is None
    assert live.advance() == []
    assert live.deliver(print) == 0
    for call in (
        lambda: live.upsert(ADA),
        lambda: live.members("pros"),
        lambda: live.import_contacts([(ADA, [])]),
        lambda: live.explain("pros", "ada"),
    ):
        with pytest.raises(ConditionError, match="there are no segments: call set_segments"):
            call()


def test_there_may_be_no_segment(open_program: Open) -> None:
    live = open_program(PROS).live
    live.upsert(ADA)
    assert live.set_segments([])
    assert told(live.advance()) == [(0, "ada", "pros", "left")]
    assert live.segments == []
    with pytest.raises(ConditionError, match="there is no segment 'pros'; the segments are: none"):
        live.members("pros")
    assert live.upsert(Contact("bob", {"plan": "pro"})) == []


def test_contacts_enter_and_leave_changed_segments_in_advance(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    program.live.apply([Upsert(ADA), Upsert(Contact("bob")), Track(order())])
    program.now += DAY
    basics = Segment("basics", ~attr("plan").is_set())
    assert program.live.set_segments([Segment("pros", ~attr("plan").is_set()), basics])
    assert program.live.next_wake == program.now
    found = program.live.advance()
    assert told(found) == [
        (1, "ada", "active", "left"),
        (1, "ada", "pros", "left"),
        (1, "bob", "pros", "entered"),
        (1, "bob", "basics", "entered"),
    ]
    changes = ["removed", "replaced", "replaced", "added"]
    assert [each.cause for each in found] == list(map(SegmentChanged, changes))  # type: ignore[arg-type]
    assert [each.id.revision for each in found] == [1, 2, 2, 1]
    assert [each.id.number for each in found] == [2, 2, 1, 1]
    assert program.live.next_wake is None


def test_an_operation_evaluates_changed_segments_first(open_program: Open) -> None:
    program = open_program(PROS)
    program.live.upsert(ADA)
    program.live.set_segments([Segment("pros", attr("plan") == "free")])
    found = program.live.update("ada", {"plan": "free"})
    assert [str(each) for each in found] == [
        'left "pros": the segment was replaced',
        'entered "pros": plan changed from "pro" to "free": plan is "free"',
    ]
    assert program.live.advance() == []


def test_a_segment_of_an_instant_to_come_begins_then(open_program: Open) -> None:
    program = open_program(PROS)
    program.live.upsert(ADA)
    program.live.set_segments([PROS, Segment("all", attr("plan").is_set())], at=NOW + 2 * DAY)
    assert program.live.advance(NOW + DAY) == []
    assert program.live.next_wake == NOW + 2 * DAY
    assert told(program.live.advance(NOW + 3 * DAY)) == [(2, "ada", "all", "entered")]


def test_a_new_contact_has_the_segments_of_its_instant(open_program: Open) -> None:
    program = open_program(PROS)
    program.live.set_segments([Segment("all", attr("plan").is_set())], at=NOW + 2 * DAY)
    assert told(program.live.upsert(ADA)) == [(0, "ada", "pros", "entered")]
    assert told(program.live.advance(NOW + 3 * DAY)) == [
        (2, "ada", "pros", "left"),
        (2, "ada", "all", "entered"),
    ]


def test_a_version_never_begins_before_the_one_before_it(open_program: Open) -> None:
    program = open_program(PROS)
    program.live.upsert(ADA)
    program.live.set_segments([PROS, ACTIVE], at=NOW - DAY)
    program.live.set_segments([PROS, QUIET], at=NOW - 2 * DAY)
    assert told(program.live.advance()) == [(0, "ada", "quiet", "entered")]


def test_a_change_waits_for_an_earlier_change_of_an_instant_to_come(open_program: Open) -> None:
    """Otherwise the versions would have no order in time."""
    program = open_program(PROS)
    program.live.upsert(ADA)
    program.live.set_segments([PROS, QUIET], at=NOW + 2 * DAY)
    program.live.set_segments([QUIET], at=NOW + DAY)
    instants = [
        json.loads(text)["at"] for (text,) in program.rows("SELECT document FROM segkit_version")
    ]
    assert instants == [each.isoformat() for each in (NOW, NOW + 2 * DAY, NOW + 2 * DAY)]
    assert program.live.next_wake == NOW + 2 * DAY
    assert program.live.advance(NOW + DAY, limit=3) == []
    assert told(program.live.advance(NOW + 2 * DAY)) == [
        (2, "ada", "quiet", "entered"),
        (2, "ada", "pros", "left"),
    ]


def test_several_versions_are_passed_one_after_the_other(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.live.apply([Upsert(Contact("ada")), Track(order())])
    program.live.set_segments([QUIET, ACTIVE], at=NOW + 10 * DAY)
    program.live.set_segments([PROS, QUIET], at=NOW + 40 * DAY)
    assert program.live.next_wake == NOW + 10 * DAY
    assert program.live.advance(NOW + 10 * DAY) == []
    assert program.live.next_wake == NOW + 30 * DAY
    expected = [
        (30, "ada", "quiet", "entered"),
        (30, "ada", "active", "left"),
    ]
    assert told(program.live.advance(NOW + 50 * DAY)) == expected


def test_revisions_go_on_after_a_segment_was_removed(open_program: Open) -> None:
    """[M5] No two transitions share an identity."""
    program = open_program(PROS)
    found = program.live.upsert(ADA)
    for segments in ([], [PROS], [Segment("pros", attr("plan").is_set())], [], [PROS]):
        program.live.set_segments(segments)
        found += program.live.advance()
    assert [each.id for each in found] == [
        ("pros", 1, "ada", 1),
        ("pros", 1, "ada", 2),
        ("pros", 2, "ada", 1),
        ("pros", 3, "ada", 2),
        ("pros", 4, "ada", 1),
    ]
    assert [each.kind for each in found] == ["entered", "left", "entered", "left", "entered"]


def test_an_older_program_sees_new_segments(open_program: Open) -> None:
    program = open_program(PROS)
    old, new = program.live, program.start()
    old.upsert(ADA)
    assert new.set_segments([PROS, QUIET])
    assert new.set_segments([PROS, QUIET, ACTIVE])
    assert [each.name for each in old.segments] == ["pros", "quiet", "active"]
    assert told(old.track(Event("ada", "visit", NOW))) == [(0, "ada", "quiet", "entered")]
    assert told(old.upsert(Contact("bob"))) == [(0, "bob", "quiet", "entered")]


def test_an_older_program_may_set_its_segments_again(open_program: Open) -> None:
    program = open_program(PROS)
    assert program.start().set_segments([QUIET])
    assert program.live.set_segments([PROS])
    assert [each.name for each in program.start().segments] == ["pros"]


def test_another_zone_is_a_change(open_program: Open) -> None:
    today = Segment("today", did("order").within_last(days=1) & ~attr("x").is_set())
    program = open_program(today)
    assert program.live.set_segments([today], tz="Europe/Paris")
    assert not program.live.set_segments([today], tz=ZoneInfo("Europe/Paris"))
    assert program.live.set_segments([today])
    assert not program.live.set_segments([today], tz=UTC)


def test_contacts_whose_membership_differs_in_another_zone_enter_or_leave(
    open_program: Open,
) -> None:
    """01:00 in UTC is still the day before in New York."""
    today = Segment("today", did("order").during("day"))
    program = open_program(today, PROS)
    program.live.apply(
        [
            Upsert(ADA, at=NOW + timedelta(hours=1)),
            Upsert(Contact("bob")),
            Track(order(NOW - timedelta(hours=3))),
            Track(order(NOW, "bob")),
        ]
    )
    assert list(program.live.members("today")) == ["bob"]
    program.now += timedelta(hours=1)
    program.live.set_segments([today, PROS], tz="America/New_York")
    found = program.live.advance()
    assert told(found) == [(0, "ada", "today", "entered")]
    assert str(found[0]) == 'entered "today": the time zone, or its rules, were changed'
    assert found[0].id.revision == 2
    assert program.live.explain("today", "ada").verdict


def test_new_rules_of_a_zone_are_a_change(
    open_program: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update of the time zone database."""
    today = Segment("today", did("order").during("day"))
    program = open_program()
    program.live.set_segments([today], tz="Europe/Paris")
    program.insert("ada")
    program.live.track(order(NOW))
    assert not program.live.set_segments([today], tz="Europe/Paris")
    monkeypatch.setattr(segments_version, "zone_rules", lambda tz: f"new rules of {tz}")
    assert program.start().set_segments([today], tz="Europe/Paris")
    assert not program.live.set_segments([today], tz="Europe/Paris")
    # The membership is the same, so there is no transition, but a new revision.
    assert program.live.advance() == []
    assert [each.id.revision for each in program.live.remove("ada")] == [2]


@pytest.mark.parametrize(
    ("zone", "other", "equal"),
    [
        ("Europe/Paris", "Europe/Paris", True),
        ("Europe/Paris", "Europe/Berlin", False),
        ("UTC", "Etc/UTC", True),
        ("Etc/GMT+5", "Etc/GMT+4", False),
        ("Asia/Tokyo", "Asia/Seoul", False),
    ],
)
def test_the_rules_of_a_zone_are_its_offsets(zone: str, other: str, equal: bool) -> None:
    rules = segments_version.zone_rules
    assert (rules(ZoneInfo.no_cache(zone)) == rules(ZoneInfo.no_cache(other))) is equal


@pytest.mark.parametrize(
    ("tz", "problem"),
    [
        (timezone(timedelta(hours=2)), "takes a name, a zoneinfo.ZoneInfo or datetime.UTC"),
        ("Europe/Pariss", "'Europe/Pariss'"),
        (None, "takes a name"),
    ],
    ids=repr,
)
def test_a_zone_has_a_name(open_program: Open, tz: Any, problem: str) -> None:  # noqa: ANN401
    live = open_program().live
    with pytest.raises(ZoneError, match=problem):
        live.set_segments([PROS], tz=tz)
    assert live.segments == []


def test_a_zone_of_a_file_has_no_name(open_program: Open) -> None:
    live = open_program().live
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    file = BytesIO(b"TZif" + bytes(16) + counts + struct.pack(">lbb", 3600, 0, 0) + b"ABC\0")
    zone = ZoneInfo.from_file(file)
    with pytest.raises(ZoneError, match=r"set_segments\.tz: a storage keeps the zone by its name"):
        live.set_segments([PROS], tz=zone)


@pytest.mark.parametrize("name", ["a\0", "\ud800", "\ud83d\ude00"])
def test_a_segment_whose_name_cannot_be_stored_is_refused(open_program: Open, name: str) -> None:
    program = open_program(PROS)
    with pytest.raises(FactsError) as caught:
        program.live.set_segments([QUIET, Segment(name, did("order"))])
    assert caught.value.path == "set_segments[1].name"
    assert program.live.segments == [PROS]


@pytest.mark.parametrize(
    ("segments", "error"),
    [
        ([PROS, Segment("pros", did("order"))], ConditionError),
        ([PROS, did("order")], ConditionTypeError),
        (PROS, ConditionTypeError),
        ("pros", ConditionTypeError),
        (None, ConditionTypeError),
    ],
)
def test_segments_are_several_with_different_names(
    open_program: Open,
    segments: Any,  # noqa: ANN401
    error: type[SegkitError],
) -> None:
    with pytest.raises(error):
        open_program().live.set_segments(segments)


def test_an_event_name_that_no_event_can_have_matches_none(open_program: Open) -> None:
    """A segment that names it is evaluated all the same."""
    never = Segment("never", did("\ud800").never() & did("a\0").never() & did("order"))
    program = open_program(never, Segment("only", did("\ud800")))
    program.insert("ada")
    assert told(program.live.track(order())) == [(0, "ada", "never", "entered")]


# --- operations -----------------------------------------------------------------------------------


def test_a_repeated_operation_returns_the_first_transitions(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    first = program.live.apply([Upsert(ADA), Track(order())], operation_id="r1")
    assert len(first) == 2
    program.now += DAY
    again = program.start().apply(
        [Upsert(ADA, at=NOW + DAY), Track(order(), at=NOW + 2 * DAY)], operation_id="r1"
    )
    assert again == first
    assert list(map(str, again)) == list(map(str, first))
    assert [each.cause for each in again] == [each.cause for each in first]
    assert len(program.live.deliveries()) == 2


def test_a_repetition_without_transitions_changes_nothing(open_program: Open) -> None:
    program = open_program(Segment("two", did("order").at_least(2)))
    program.insert("ada")
    for _ in range(3):
        assert program.live.apply([Track(order())], operation_id="r1") == []
    assert told(program.live.apply([Track(order())], operation_id="r2")) == [
        (0, "ada", "two", "entered")
    ]


def test_an_operation_id_is_used_once(open_program: Open) -> None:
    program = open_program(PROS)
    program.live.apply([Upsert(ADA)], operation_id="r1")
    with pytest.raises(FactsError, match=r"'r1' was used for other operations: take another id"):
        program.live.apply([Upsert(Contact("bob"))], operation_id="r1")
    assert program.live.segments_of("bob") == []


def test_an_operation_id_of_refused_operations_can_be_used(open_program: Open) -> None:
    program = open_program(PROS)
    operations = [Update("ada", {"plan": "pro"})]
    with pytest.raises(FactsError, match=r"update\.id: there is no contact 'ada'"):
        program.live.apply(operations, operation_id="r1")
    program.insert("ada")
    assert len(program.live.apply(operations, operation_id="r1")) == 1


@pytest.mark.parametrize("operation_id", ["", 1, b"a", "a\0", "\ud800", True])
def test_an_operation_id_is_text(open_program: Open, operation_id: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError) as caught:
        open_program(PROS).live.apply([Upsert(ADA)], operation_id=operation_id)
    assert caught.value.path == "apply.operation_id"


REFUSED: Final[dict[str, Callable[[], list[Any]]]] = {
    "an unknown contact": lambda: [Update("nobody", {})],
    "a contact that was removed before": lambda: [Remove("bob"), AddToList("bob", "vip")],
    "an id that cannot be stored": lambda: [Upsert(Contact(1.5))],
    "an id that equals another one": lambda: [Upsert(Contact(1)), Upsert(Contact(True))],
    "a value that cannot be stored": lambda: [Update("bob", {"file": b"a"})],
    "a list that cannot be stored": lambda: [AddToList("bob", "a\0")],
    "an event id that cannot be stored": lambda: [Track(order(NOW, "bob", (1,)))],
    "an event name that cannot be stored": lambda: [Track(Event("bob", "\ud800", NOW))],
    "a property that cannot be stored": lambda: [Track(Event("bob", "order", NOW, {"x": b"a"}))],
    "an event id to untrack": lambda: [Untrack("bob", 1.5)],
    "an instant before the one before it": lambda: [
        Update("bob", {}, at=NOW + DAY),
        Update("bob", {}, at=NOW),
    ],
    "no operation": lambda: [Contact("tim")],
}


@pytest.mark.parametrize("case", REFUSED)
def test_if_an_operation_is_refused_none_is_applied(open_program: Open, case: str) -> None:
    program = open_program(PROS, ACTIVE)
    program.insert("bob")

    def stored() -> list[Any]:
        return program.rows(
            "SELECT contact, is_present, clock, wake FROM segkit_contact"
            " UNION ALL SELECT contact, at, number, 0 FROM segkit_transition"
            " UNION ALL SELECT contact, attributes, lists, 0 FROM segkit_contact_facts"
            " UNION ALL SELECT contact, name, at, properties FROM segkit_event"
            " UNION ALL SELECT operation_id, 0, 0, 0 FROM segkit_operation"
        )

    before = stored()
    first: list[Any] = [Upsert(ADA), Update("bob", {"plan": "pro"}), Track(order())]
    with pytest.raises(SegkitError):
        program.live.apply([*first, *REFUSED[case]()], operation_id="r1")
    assert stored() == before
    assert len(program.live.apply(first, operation_id="r1")) == 3


def test_an_event_of_a_host_without_an_instant_is_refused(open_program: Open) -> None:
    """`Live` ignores it. A storage has no place for it."""
    host = SimpleNamespace(contact_id="ada", name="order", at=None, properties={}, id=None)
    with pytest.raises(FactsError, match=r"track\.event: a storage keeps events with a name and"):
        open_program(PROS).live.track(host)


@pytest.mark.parametrize("given", [ADA, Upsert(ADA), "ada", None, {"a": 1}])
def test_apply_takes_several_operations(open_program: Open, given: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError, match="apply: takes several operations"):
        open_program(PROS).live.apply(given)


def test_no_operation_is_no_change(open_program: Open) -> None:
    assert open_program(PROS).live.apply([]) == []


def test_an_operation_before_the_clock_of_its_contact_takes_effect_at_the_clock(
    open_program: Open,
) -> None:
    program = open_program(ACTIVE, PROS)
    program.live.upsert(Contact("ada"), at=NOW + 10 * DAY)
    found = program.live.track(order(NOW - 5 * DAY), at=NOW)
    found += program.live.update("ada", {"plan": "pro"}, at=NOW - DAY)
    assert told(found) == [(10, "ada", "active", "entered"), (10, "ada", "pros", "entered")]
    # Another contact has a clock of its own.
    assert told(program.live.upsert(Contact("bob", {"plan": "pro"}), at=NOW)) == [
        (0, "bob", "pros", "entered")
    ]


def test_the_time_of_the_contact_passes_before_an_operation(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.live.apply([Upsert(Contact("ada")), Upsert(Contact("bob"))])
    program.live.apply([Track(order()), Track(order(NOW, "bob"))])
    program.now += 40 * DAY
    assert told(program.live.track(order(program.now))) == [
        (30, "ada", "active", "left"),
        (40, "ada", "active", "entered"),
    ]
    assert told(program.live.advance()) == [(30, "bob", "active", "left")]


def test_operations_of_several_contacts_are_one_transaction(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    found = program.live.apply(
        [
            Upsert(Contact("zoe"), at=NOW),
            Upsert(ADA, at=NOW + DAY),
            Track(order(NOW, "zoe"), at=NOW + 2 * DAY),
            Track(order(NOW + 2 * DAY), at=NOW + 3 * DAY),
            Remove("zoe"),
        ]
    )
    assert told(found) == [
        (1, "ada", "pros", "entered"),
        (2, "zoe", "active", "entered"),
        (3, "ada", "active", "entered"),
        (3, "zoe", "active", "left"),
    ]


def test_events_may_come_before_their_contact(open_program: Open) -> None:
    program = open_program(ACTIVE)
    assert program.live.track(order()) == []
    assert program.live.segments_of("ada") == []
    assert told(program.start().upsert(Contact("ada"))) == [(0, "ada", "active", "entered")]


def test_events_of_an_unknown_contact_can_be_untracked(open_program: Open) -> None:
    live = open_program(ACTIVE).live
    live.track(order(id_="e"))
    assert live.untrack("ada", "e") == []
    assert live.upsert(Contact("ada")) == []


def test_removing_what_is_not_there_changes_nothing(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE, QUIET)
    program.insert("ada")
    for operation in (
        Remove("nobody"),
        RemoveFromList("nobody", "vip"),
        RemoveFromList("ada", "vip"),
        Untrack("ada", "e"),
        Untrack("nobody", "e"),
    ):
        assert program.live.apply([operation]) == []
    assert program.live.segments_of("ada") == ["quiet"]


def test_events_that_no_segment_reads_count_when_one_reads_them(open_program: Open) -> None:
    program = open_program(PROS)
    program.insert("ada")
    assert program.live.track(Event("ada", "visit", NOW, {"page": "/"}, 7)) == []
    assert program.live.track(Event("ada", "visit", NOW, {"page": "/"}, 7)) == []
    visits = did("visit").where(prop("page") == "/")
    program.live.set_segments([Segment("one", visits), Segment("two", visits.at_least(2))])
    assert told(program.live.advance()) == [(0, "ada", "one", "entered")]
    assert told(program.live.untrack("ada", 7)) == [(0, "ada", "one", "left")]


def test_an_event_of_the_future_counts_from_its_instant(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.insert("ada")
    assert program.live.track(order(NOW + 3 * DAY)) == []
    assert program.live.next_wake == NOW + 3 * DAY
    assert told(program.start().advance(NOW + 50 * DAY)) == [
        (3, "ada", "active", "entered"),
        (33, "ada", "active", "left"),
    ]


def test_numbers_go_on_after_a_contact_was_removed(open_program: Open) -> None:
    """[M5] So that no two transitions share an identity."""
    program = open_program(PROS)
    found = program.live.apply([Upsert(ADA), Remove("ada")])
    assert program.live.remove("ada") == []
    assert not program.live.is_member("pros", "ada")
    found += program.start().upsert(ADA)
    assert [each.id.number for each in found] == [1, 2, 3]


def test_a_removed_contact_has_lost_its_facts(open_program: Open) -> None:
    live = open_program(PROS, ACTIVE, Segment("vips", in_list("vip"))).live
    live.apply([Upsert(ADA), Track(order()), AddToList("ada", "vip")])
    assert len(live.remove("ada")) == 3
    assert live.upsert(Contact("ada")) == []


def test_an_attribute_of_none_is_removed(open_program: Open) -> None:
    program = open_program(Segment("set", attr("a", "b").is_set()))
    program.live.upsert(Contact("ada", {"a": {"b": 1}, "c": 2}))
    [left] = program.live.update("ada", {"a": None})
    assert str(left) == "left \"set\": a changed from {'b': 1} to no value: a.b is not set"
    assert program.rows("SELECT attributes FROM segkit_contact_facts") == [('{"c":2}',)]


# --- importing ------------------------------------------------------------------------------------


def test_imported_contacts_are_members_without_transitions(open_program: Open) -> None:
    program = open_program(PROS, ACTIVE)
    rows: list[Any] = [(ADA, [order(), order(NOW - 40 * DAY)]), (Contact("bob"), ())]
    assert program.live.import_contacts(iter(rows)) == 2
    assert program.live.import_contacts(rows) == 0
    assert program.live.deliveries() == []
    assert program.live.segments_of("ada") == ["pros", "active"]
    assert told(program.live.advance(NOW + 40 * DAY)) == [(30, "ada", "active", "left")]
    [left] = program.live.update("ada", {"plan": None}, at=NOW + 40 * DAY)
    assert left.id == ("pros", 1, "ada", 1)


def test_an_import_goes_on_after_a_crash(open_program: Open) -> None:
    """Each 100 contacts are one transaction."""
    program = open_program(PROS)

    def rows(end: int) -> Iterator[Any]:
        for number in range(end):
            yield Contact(number, {"plan": "pro"}), []
        if end < 250:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.live.import_contacts(rows(230))
    assert program.live.count("pros") == 200
    assert program.live.import_contacts(rows(250)) == 50
    assert set(program.live.members("pros")) == set(range(250))


def test_a_contact_that_was_removed_is_imported_with_its_numbers(open_program: Open) -> None:
    """[M5]"""  # noqa: D415
    program = open_program(PROS)
    program.live.apply([Upsert(ADA), Remove("ada")])
    assert program.live.import_contacts([(ADA, [])], at=NOW - DAY) == 1
    [left] = program.live.update("ada", {"plan": None})
    assert left.id == ("pros", 1, "ada", 3)


def test_an_import_counts_events_that_came_before(open_program: Open) -> None:
    program = open_program(Segment("two", did("order").at_least(2)))
    program.live.track(order(id_=1))
    assert program.live.import_contacts([(Contact("ada"), [order(id_=1), order(id_=2)])]) == 1
    assert program.live.is_member("two", "ada")


def test_a_contact_is_imported_from_an_instant_on(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.live.import_contacts([(Contact("ada"), [order()])], at=NOW + 10 * DAY)
    assert program.live.next_wake == NOW + 30 * DAY
    assert told(program.live.track(order(NOW), at=NOW)) == []


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [ADA],
        [(ADA, None)],
        [(ADA, [order(NOW, "bob")])],
        [(ADA, []), (ADA, [])],
        [(Contact(1.5), [])],
        "ada",
    ],
    ids=repr,
)
def test_a_row_is_a_pair_of_a_contact_and_its_events(
    open_program: Open,
    rows: Any,  # noqa: ANN401
) -> None:
    program = open_program(PROS)
    with pytest.raises(FactsError):
        program.live.import_contacts(rows)
    assert program.live.count("pros") == 0
    assert program.rows("SELECT * FROM segkit_event") == []


# --- time -----------------------------------------------------------------------------------------


def test_the_clock_is_that_of_the_program(open_program: Open) -> None:
    program = open_program(PROS)
    program.now = datetime(2022, 10, 1, 2, tzinfo=ZoneInfo("Europe/Paris"))
    assert program.live.now == NOW
    assert program.live.now.tzinfo is UTC


@pytest.mark.parametrize("clock", [NOW, None, "now"])
def test_the_clock_is_a_function(clock: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError, match=r"DurableLive\.clock: takes a function that returns"):
        DurableLive(SQLiteStorage(":memory:"), clock=clock)


def test_a_clock_returns_an_aware_datetime() -> None:
    live = DurableLive(SQLiteStorage[str](":memory:"), clock=lambda: datetime(2022, 10, 1))  # noqa: DTZ001
    with pytest.raises(InstantError) as caught:
        live.upsert(ADA)
    assert caught.value.path == "clock"


def test_transitions_come_by_instant_for_many_contacts(open_program: Open) -> None:
    """Also for more than a transaction holds, which is 100 contacts."""
    program = open_program(ACTIVE)
    count = 250
    rows: list[Any] = [
        (Contact(number), [order(NOW - timedelta(hours=number * 7 % count), number)])
        for number in range(count)
    ]
    program.live.import_contacts(rows)
    found = program.live.advance(NOW + 31 * DAY)
    assert len(found) == count
    instants = [(each.at, each.contact) for each in found]
    assert instants == sorted(instants)
    assert program.live.next_wake is None


def test_transitions_of_one_contact_come_by_instant_among_the_others(open_program: Open) -> None:
    program = open_program(ACTIVE)
    for number in range(120):
        program.insert(number)
        program.live.apply(
            [Track(order(NOW + number * DAY, number)), Track(order(NOW + 300 * DAY, number))]
        )
    found = program.live.advance(NOW + 400 * DAY)
    instants = [(each.at, each.contact) for each in found]
    assert instants == sorted(instants)
    assert len(found) == 120 * 4 - 1  # The first order counted at once.


def test_a_changed_segment_comes_before_what_time_does_later(open_program: Open) -> None:
    program = open_program(ACTIVE)
    for number in range(3):
        program.insert(number)
        program.live.track(order(NOW + number * DAY, number))
    program.live.set_segments([ACTIVE, Segment("all", ~attr("x").is_set())], at=NOW + 31 * DAY)
    found = told(program.live.advance(NOW + 40 * DAY))
    entered = [(day, day, "active", "entered") for day in (1, 2)]
    assert found == [
        *entered,
        (30, 0, "active", "left"),
        (31, 0, "all", "entered"),
        (31, 1, "active", "left"),
        (31, 1, "all", "entered"),
        (31, 2, "all", "entered"),
        (32, 2, "active", "left"),
    ]


def test_transitions_come_by_instant_for_many_contacts_and_a_changed_segment(
    open_program: Open,
) -> None:
    program = open_program(ACTIVE)
    rows: list[Any] = [(Contact(n), [order(NOW - timedelta(hours=n), n)]) for n in range(150)]
    program.live.import_contacts(rows)
    program.live.set_segments([ACTIVE, PROS], at=NOW + 40 * DAY)
    instants = [each.at for each in program.live.advance(NOW + 50 * DAY)]
    assert len(instants) == 150
    assert instants == sorted(instants)


def test_a_limit_bounds_the_evaluations(open_program: Open) -> None:
    program = open_program(ACTIVE)
    rows: list[Any] = [(Contact(number), [order(NOW, number)]) for number in range(5)]
    program.live.import_contacts(rows)
    end = NOW + 31 * DAY
    assert [each.contact for each in program.live.advance(end, limit=2)] == [0, 1]
    assert program.live.next_wake == NOW + 30 * DAY
    assert [each.contact for each in program.live.advance(end, limit=2)] == [2, 3]
    assert [each.contact for each in program.live.advance(end, limit=2)] == [4]
    assert program.live.advance(end, limit=2) == []
    assert program.live.next_wake is None


def test_a_limit_may_be_more_than_a_transaction_holds(open_program: Open) -> None:
    program = open_program(ACTIVE)
    rows: list[Any] = [(Contact(number), [order(NOW, number)]) for number in range(230)]
    program.live.import_contacts(rows)
    found = program.live.advance(NOW + 31 * DAY, limit=210)
    assert len({each.contact for each in found}) == len(found) == 210


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "2"])
def test_a_limit_is_a_whole_number(open_program: Open, limit: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError, match=r"advance\.limit: takes a whole number of 1 or more"):
        open_program(PROS).live.advance(limit=limit)


def test_a_wake_may_turn_out_to_be_no_transition(open_program: Open) -> None:
    """The first order leaves the window, but a later one is in it."""
    program = open_program(ACTIVE)
    program.insert("ada")
    program.live.track(order())
    program.live.track(order(NOW + 10 * DAY), at=NOW + 10 * DAY)
    assert program.live.next_wake == NOW + 30 * DAY
    assert program.live.advance(NOW + 30 * DAY) == []
    assert program.live.next_wake == NOW + 40 * DAY
    assert told(program.live.advance(NOW + 40 * DAY)) == [(40, "ada", "active", "left")]


def test_a_wake_moves_to_an_earlier_instant(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.insert("ada")
    program.live.track(order(NOW + 20 * DAY))
    program.live.track(order(NOW + 5 * DAY))
    assert program.live.next_wake == NOW + 5 * DAY


def test_the_next_wake_is_the_least_one_of_all_contacts(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.insert("ada", "bob")
    program.live.track(order(NOW + 2 * DAY, "bob"))
    program.live.track(order(NOW + 3 * DAY, "ada"))
    assert program.live.next_wake == NOW + 2 * DAY
    program.live.set_segments([ACTIVE, PROS], at=NOW + DAY)
    assert program.live.next_wake == NOW + DAY
    program.live.set_segments([ACTIVE], at=NOW + 9 * DAY)
    assert program.live.next_wake == NOW + DAY
    program.live.advance(NOW + DAY)
    assert program.live.next_wake == NOW + 2 * DAY


def test_the_clock_may_be_at_either_end_of_all_instants(open_program: Open) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    program = open_program()
    program.live.set_segments([ACTIVE, QUIET], at=first)
    found = program.live.upsert(Contact("ada"), at=first)
    found += program.live.track(order(first), at=first)
    assert [each.kind for each in found] == ["entered", "entered", "left"]
    found = program.live.advance(last)
    assert [(each.at, each.segment) for each in found] == [
        (first + 30 * DAY, "active"),
        (first + 30 * DAY, "quiet"),
    ]
    assert len(program.live.track(order(last), at=last)) == 2


def test_an_advance_to_the_past_changes_nothing(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.live.upsert(Contact("ada"), at=NOW + DAY)
    assert program.live.advance(NOW - DAY) == []
    with pytest.raises(InstantError, match=r"advance\.to"):
        program.live.advance(datetime(2022, 10, 1))  # noqa: DTZ001 - what is refused


# --- within a transaction -------------------------------------------------------------------------


def test_operations_are_part_of_the_transaction_of_the_caller(
    open_program: Open, tmp_path: Path
) -> None:
    program = open_program(PROS, path=tmp_path / "live.db")
    connection = program.storage.connect()
    connection.execute("CREATE TABLE own (name TEXT)")
    for end in ("ROLLBACK", "COMMIT"):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO own VALUES ('ada')")
        live = program.live.within(connection)
        assert len(live.upsert(ADA)) == 1
        assert live.is_member("pros", "ada")
        connection.execute(end)
        done = int(end == "COMMIT")
        assert connection.execute("SELECT count(*) FROM own").fetchone() == (done,)
        assert program.live.count("pros") == len(program.live.deliveries()) == done
    connection.close()


def test_a_refused_operation_leaves_the_transaction_of_the_caller_as_it_was(
    open_program: Open, tmp_path: Path
) -> None:
    program = open_program(PROS, path=tmp_path / "live.db")
    connection = program.storage.connect()
    connection.execute("BEGIN IMMEDIATE")
    live = program.live.within(connection)
    live.upsert(ADA)
    with pytest.raises(FactsError):
        live.apply([Upsert(Contact("bob", {"plan": "pro"})), Update("bob", {"file": b""})])
    connection.execute("COMMIT")
    connection.close()
    assert list(program.live.members("pros")) == ["ada"]
    assert program.rows("SELECT contact FROM segkit_contact_facts") == [('"ada"',)]


def test_segments_that_a_caller_rolls_back_are_forgotten(
    open_program: Open, tmp_path: Path
) -> None:
    program = open_program(PROS, path=tmp_path / "live.db")
    connection = program.storage.connect()
    connection.execute("BEGIN IMMEDIATE")
    live = program.live.within(connection)
    live.set_segments([QUIET])
    assert told(live.upsert(Contact("bob"))) == [(0, "bob", "quiet", "entered")]
    connection.execute("ROLLBACK")
    connection.close()
    assert told(program.live.upsert(ADA)) == [(0, "ada", "pros", "entered")]
    program.start().set_segments([ACTIVE])
    assert told(program.live.advance()) == [(0, "ada", "pros", "left")]
    assert program.live.segments == [ACTIVE]


# --- reading --------------------------------------------------------------------------------------


def test_members_are_an_audience_in_the_order_of_the_contacts(open_program: Open) -> None:
    program = open_program(QUIET)
    program.insert("zoe", 3, "ada")
    found = program.live.members("quiet")
    assert isinstance(found, Audience)
    assert list(found) == ["zoe", 3, "ada"]
    assert (found.now, found.condition) == (NOW, QUIET.condition)
    assert list(program.live.members(QUIET)) == list(found)
    assert program.live.count(QUIET) == program.live.count("quiet") == 3


def test_members_are_those_of_the_last_advance(open_program: Open) -> None:
    program = open_program(ACTIVE)
    program.insert("ada")
    program.live.track(order())
    program.now += 40 * DAY
    assert list(program.live.members("active")) == ["ada"]
    program.live.advance()
    assert list(program.live.members("active")) == []


def test_an_unknown_contact_is_no_member(open_program: Open) -> None:
    live = open_program(QUIET).live
    assert not live.is_member("quiet", "nobody")
    assert live.segments_of("nobody") == []


def test_segments_of_a_contact_come_in_their_order(open_program: Open) -> None:
    live = open_program(QUIET, ACTIVE, PROS).live
    live.upsert(ADA)
    assert live.segments_of("ada") == ["quiet", "pros"]
    assert live.is_member(PROS, "ada")
    assert not live.is_member(ACTIVE, "ada")


def test_an_explanation_reads_the_stored_facts(open_program: Open) -> None:
    live = open_program(ACTIVE).live
    live.apply([Upsert(Contact("ada")), Track(order())])
    assert live.explain("active", "ada").verdict
    assert not live.explain(ACTIVE, "ada", at=NOW + 30 * DAY).verdict
    assert not live.explain("active", "ada", at=NOW - DAY).verdict


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda live: live.members("prose"), "members"),
        (lambda live: live.count(QUIET), "count"),
        (lambda live: live.is_member(None, "ada"), "is_member"),
        (lambda live: live.is_member("pros", [1]), "is_member.id"),
        (lambda live: live.is_member("pros", None), "is_member.id"),
        (lambda live: live.is_member("pros", 1.5), "id"),
        (lambda live: live.segments_of({}), "segments_of.id"),
        (lambda live: live.explain("prose", "ada"), "explain"),
        (lambda live: live.explain("pros", "nobody"), "explain.id"),
        (lambda live: live.explain("pros", "ada", at="now"), "at"),
    ],
)
def test_a_wrong_argument_is_refused(
    open_program: Open, call: Callable[[DurableLive[Any]], object], path: str
) -> None:
    program = open_program(PROS)
    program.live.upsert(ADA)
    with pytest.raises(SegkitError) as caught:
        call(program.live)
    assert caught.value.path == path


# --- files ----------------------------------------------------------------------------------------


def test_a_file_keeps_everything(tmp_path: Path) -> None:
    first = open_program(PROS, ACTIVE, path=tmp_path / "live.db")
    first.live.apply([Upsert(ADA), Track(order())], operation_id="r1")
    first.storage.close()
    second = open_program(path=str(tmp_path / "live.db"))
    assert second.live.segments_of("ada") == ["pros", "active"]
    assert len(second.live.apply([Upsert(ADA), Track(order())], operation_id="r1")) == 2
    assert told(second.live.advance(NOW + 40 * DAY)) == [(30, "ada", "active", "left")]
    assert second.live.deliver(lambda _: None, at=NOW + 40 * DAY) == 3
    second.storage.close()


def test_threads_take_turns(open_program: Open, tmp_path: Path) -> None:
    program = open_program(PROS, Segment("all", attr("n") >= 0), path=tmp_path / "live.db")

    def work(first: int) -> None:
        for number in range(first, first + 5):
            program.live.upsert(Contact(number, {"n": number}))

    threads = [Thread(target=partial(work, 5 * number)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(program.live.members("all")) == set(range(15))
    assert len(program.live.deliveries()) == 15


def test_a_transaction_of_another_process_is_waited_for(tmp_path: Path) -> None:
    program = open_program(PROS, path=tmp_path / "live.db")
    storage = SQLiteStorage[str](tmp_path / "live.db", timeout=0)
    connection = program.storage.connect()
    connection.execute("BEGIN IMMEDIATE")
    live = DurableLive(storage, clock=lambda: NOW)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        live.upsert(ADA)
    connection.execute("ROLLBACK")
    connection.close()
    assert len(live.upsert(ADA)) == 1
    storage.close()
    program.storage.close()


def test_requirements_of_other_segments_are_forgotten_if_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(segments_version, "_MAX_CACHED_NEEDS", 2)
    version = segments_version.SegmentsVersion.after(None, [ACTIVE, PROS], "UTC", NOW)
    assert version is not None
    for slots in (None, {0}, {1}, {0, 1}, None):
        needs = version.needs(NOW, slots)
        assert ("order" in needs.events) is (slots is None or 0 in slots)
        assert ("plan" in needs.attributes) is (slots is None or 1 in slots)


# --- versions and instants of an operation --------------------------------------------------------

X_IS_1: Final = Segment("a", attr("x") == 1)
X_IS_2: Final = Segment("a", attr("x") == 2)


@pytest.mark.parametrize("first", ["remove", "untrack"])
def test_an_event_of_an_absent_contact_counts_in_the_same_call(
    open_program: Open, first: str
) -> None:
    program = open_program(Segment("buyers", did("order")))
    operations: list[Any] = [Untrack("ada", "e")] if first == "untrack" else []
    if first == "remove":
        operations = [Upsert(Contact("ada")), Remove("ada")]
    found = program.live.apply([*operations, Track(order()), Upsert(Contact("ada"))])
    assert told(found) == [(0, "ada", "buyers", "entered")]


def test_a_program_that_has_just_started_knows_the_segments_of_an_earlier_instant(
    open_program: Open,
) -> None:
    program = open_program(X_IS_1)
    program.live.set_segments([X_IS_2], at=NOW + DAY)
    other = program.start()
    assert told(other.upsert(Contact("ada", {"x": 1}))) == [(0, "ada", "a", "entered")]
    assert told(other.advance(NOW + DAY)) == [(1, "ada", "a", "left")]


def test_an_early_instant_does_not_bring_back_segments_that_were_replaced(
    open_program: Open,
) -> None:
    program = open_program(X_IS_1)
    program.insert("ada")
    program.live.set_segments([X_IS_2])
    assert program.live.update("ada", {"x": 1}, at=NOW - DAY) == []
    assert told(program.live.update("ada", {"x": 2}, at=NOW - DAY)) == [(0, "ada", "a", "entered")]


def test_another_object_does_not_keep_segments_that_were_rolled_back(tmp_path: Path) -> None:
    with closing(SQLiteStorage[Any](tmp_path / "segkit.db")) as storage:
        program = Program(storage, [X_IS_1])
        other = program.start()
        with closing(storage.connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            program.live.within(connection).set_segments([X_IS_2])
            other.within(connection).upsert(Contact("ada", {"x": 2}))
            connection.execute("ROLLBACK")
        program.live.set_segments([Segment("a", attr("x") == 3)])
        assert told(other.upsert(Contact("ada", {"x": 3}))) == [(0, "ada", "a", "entered")]
        # An operation in a transaction of a caller reads new segments once.
        for number in range(3):
            with closing(storage.connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                other.within(connection).upsert(Contact(number, {"x": 3}))
                connection.execute("COMMIT")
        assert other.count("a") == 4


@pytest.mark.parametrize(
    "operations",
    [[Upsert(Contact("a" * 1_001))], [Track(Event("ada", "order", NOW, id="é" * 200))]],
)
def test_an_id_that_is_too_long_for_an_index_is_refused(
    open_program: Open, operations: list[Any]
) -> None:
    program = open_program(PROS)
    for operation_id in (None, "r1"):
        with pytest.raises(FactsError, match="has at most 1000 characters"):
            program.live.apply(operations, operation_id=operation_id)


def test_a_name_that_is_too_long_for_an_index_is_refused(open_program: Open) -> None:
    with pytest.raises(
        FactsError, match=r"set_segments\[0\].name: a name in a storage has at most"
    ):
        open_program().live.set_segments([Segment("é" * 501, attr("x") == 1)])


def test_transitions_of_an_operation_stay_as_long_as_its_id(open_program: Open) -> None:
    """The id is recorded at the present time, and the delivery is of an earlier instant."""
    program = open_program(PROS)
    program.now = NOW + DAY
    operations = [Upsert(Contact("ada", {"plan": "pro"}), at=NOW)]
    found = program.live.apply(operations, operation_id="r1")
    assert program.live.deliver(lambda _: None, at=NOW) == 1
    assert program.live.prune(NOW + DAY) == 0
    assert program.live.apply(operations, operation_id="r1") == found
    assert program.live.prune(NOW + 2 * DAY) == 2


def test_time_passes_for_all_segments_between_operations_of_one_call(open_program: Open) -> None:
    """The first operation affects one segment only, so the facts of the other are not loaded."""
    program = open_program(ACTIVE, PROS)
    program.live.apply([Upsert(Contact("ada", {"plan": "pro"})), Track(order())])
    operations: list[Any] = [
        Update("ada", {"plan": "free"}),
        AddToList("ada", "vip", at=NOW + 40 * DAY),
    ]
    assert told(program.live.apply(operations)) == [
        (0, "ada", "pros", "left"),
        (30, "ada", "active", "left"),
    ]


def test_segments_are_prepared_again_after_very_many_versions(
    open_program: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_versions, "_MAX_PREPARED", 2)
    program = open_program()
    for number in range(5):
        program.live.set_segments([Segment("a", attr("x") == number)])
        assert len(program.live.upsert(Contact(number, {"x": number}))) == 1
