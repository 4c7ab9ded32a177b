"""`snapshot` and `restore`: a `Live` in memory that goes on after its program has ended."""

from __future__ import annotations

import json
import struct
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segkit import (
    Contact,
    Event,
    FactsError,
    Live,
    MemorySource,
    SegkitError,
    Segment,
    ZoneError,
    attr,
    did,
)
from segkit.live.durable import restore, snapshot, snapshots

NOW = datetime(2022, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)

PROS = Segment("pros", attr("plan") == "pro")
ACTIVE = Segment("active", did("order").within_last(days=30))


def order(at: datetime, id_: str | None = None) -> Event[str]:
    return Event("ada", "order", at, {"total": 30}, id=id_)


def test_everything_is_in_the_text() -> None:
    live: Live[str] = Live([PROS, ACTIVE], now=NOW, tz="Europe/Paris")
    live.upsert(Contact("ada", {"plan": "pro", "born": date(1990, 1, 1)}, {"vip": NOW}))
    live.track(order(NOW - DAY, "o1"))
    live.track(Event("nobody", "order", NOW, id="o1"))
    live.upsert(Contact("bob", {"plan": "pro"}))
    live.remove("bob")
    live.remove_segment("pros")
    restored = restore(snapshot(live))
    assert snapshot(restored) == snapshot(live)
    assert restored.now == NOW
    assert restored.segments == [ACTIVE]
    assert restored.source.get("ada") == live.source.get("ada")
    assert restored.source.events("ada") == live.source.events("ada")
    assert restored.next_wake == live.next_wake == NOW + 29 * DAY


def test_numbers_and_revisions_continue() -> None:
    live: Live[str] = Live([PROS], now=NOW)
    live.upsert(Contact("ada", {"plan": "pro"}))
    live.remove("ada")
    live.remove_segment("pros")
    live.add_segment(PROS)
    live.upsert(Contact("bob", {"plan": "pro"}))
    live.remove("bob")
    restored: Live[Any] = restore(snapshot(live))
    [transition] = restored.upsert(Contact("bob", {"plan": "pro"}))
    assert transition.id == ("pros", 2, "bob", 3)
    restored.remove_segment("pros")
    assert [each.id for each in restored.add_segment(PROS)] == [("pros", 3, "bob", 1)]


def test_a_duplicate_event_stays_a_duplicate() -> None:
    live = Live([ACTIVE], MemorySource([Contact("ada")]), now=NOW)
    live.track(order(NOW, "o1"))
    restored: Live[Any] = restore(snapshot(live))
    assert restored.track(order(NOW, "o1")) == []
    assert len(restored.source.events("ada")) == 1


def test_work_that_advance_has_left_is_done_later() -> None:
    trial = Segment("trial over", attr("ends").before(days=1))
    contacts = [Contact(number, {"ends": NOW}) for number in range(3)]
    live: Live[int] = Live([trial], MemorySource(contacts), now=NOW)
    assert len(live.advance(NOW + DAY, limit=1)) == 1
    restored = restore(snapshot(live))
    assert restored.next_wake == restored.now
    assert [each.contact for each in restored.advance(NOW + DAY)] == [1, 2]


def test_new_rules_of_the_zone_cause_transitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text says that midnight was earlier when the members were computed."""
    today = Segment("today", did("order").during("day"))
    live = Live([today], MemorySource([Contact("ada")]), now=NOW, tz="Europe/Paris")
    live.track(order(NOW - timedelta(hours=3)))
    assert live.members("today") == set()
    document = json.loads(snapshot(live))
    document["zone"] = "America/New_York"
    restored: Live[Any] = restore(json.dumps(document))
    [transition] = restored.advance(NOW)
    assert transition.id == ("today", 2, "ada", 1)
    assert str(transition).startswith('entered "today": the time zone, or its rules, were changed')
    assert restored.advance(NOW) == []
    monkeypatch.setattr(snapshots, "zone_rules", lambda _: "others")
    assert restore(json.dumps(document)).segments == [today]


def test_a_zone_without_a_name_is_refused() -> None:
    # A file of a zone: one type of local time, which is UTC, and no changes.
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    content = b"TZif\0" + bytes(15) + counts + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    live: Live[str] = Live([], now=NOW, tz=ZoneInfo.from_file(BytesIO(content)))
    with pytest.raises(ZoneError, match="by its name"):
        snapshot(live)


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"segkit": 1}', None, b"\xff"])
def test_another_text_is_refused(text: Any) -> None:  # noqa: ANN401
    with pytest.raises(FactsError, match="takes the text that snapshot"):
        restore(text)


def test_a_text_that_lacks_something_is_refused() -> None:
    live: Live[str] = Live([PROS], MemorySource([Contact("ada", {"plan": "pro"})]), now=NOW)
    document = json.loads(snapshot(live))
    for key in document:
        less = {name: value for name, value in document.items() if name != key}
        with pytest.raises(SegkitError):
            restore(json.dumps(less))
        if key != "zone_rules":  # Any others are those of another database of zones.
            with pytest.raises(SegkitError):
                restore(json.dumps({**less, key: 7}))
    with pytest.raises(FactsError, match="takes the text that snapshot"):
        restore("[" * 100_000)


def test_a_later_version_is_refused() -> None:
    with pytest.raises(FactsError, match="has the version 2"):
        restore('{"segkit_live": 2}')


class Place:
    """A value that no condition can compare."""


class Click:
    """An event of a host without an instant."""

    contact_id, name, at, id = "ada", "click", None, None
    properties: dict[str, Any] = {}  # noqa: RUF012


@pytest.mark.parametrize(
    ("contacts", "events", "path"),
    [
        ([Contact("ada", {"place": Place()})], [], r"Contact\('ada'\).attributes\['place'\]"),
        ([Contact(1.5)], [], r"Contact\(1.5\).id"),
        ([], [Click()], r"Event\('ada', 'click'\)"),
    ],
)
def test_facts_that_text_cannot_keep_are_refused(
    contacts: list[Contact[Any]], events: list[Any], path: str
) -> None:
    live: Live[Any] = Live([PROS], MemorySource(contacts, events), now=NOW)
    with pytest.raises(FactsError, match=path):
        snapshot(live)
