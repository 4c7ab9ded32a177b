"""The whole state of a `Live` as text, for programs that keep it in memory and start again."""

# The state of a `Live` is known in its own package only, and this module is a part of it.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, cast

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import FactsError, short_repr
from segkit.live.durable.fact_codec import dump, encode, event_of, event_text, key_of, load
from segkit.live.durable.segments_version import zone_name, zone_rules
from segkit.live.durable.transition_codec import load_condition
from segkit.live.live import Live
from segkit.live.live_segment import LiveSegment
from segkit.live.members import Members
from segkit.live.records import Membership
from segkit.live.segment_set import SegmentSet
from segkit.model.facts import Contact, EventLike, contact_of_owned
from segkit.model.validation import mismatch
from segkit.operations.serialization import to_dict
from segkit.sources import MemorySource

_VERSION: Final = 1
_EXPECTED: Final = "takes the text that snapshot(live) has returned"


def snapshot(live: Live[Any]) -> str:
    """Return the state of a `Live` as JSON text: facts, members, clock and numbers of transitions.

    `restore` returns a `Live` with that state, which goes on as if the program had never ended.

    Raises:
        FactsError: If an id is not text, an int or a UUID, or no condition can compare a
            value.
        ConditionError: If a text of a segment cannot be JSON.
        ZoneError: If the zone has no name.

    >>> from datetime import UTC, datetime
    >>> from segkit import Contact, Live, Segment, attr
    >>> from segkit.live.durable import restore, snapshot
    >>> live = Live([Segment("pros", attr("plan") == "pro")], now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> transitions = live.upsert(Contact("ada", {"plan": "pro"}))
    >>> restored = restore(snapshot(live))
    >>> restored.members("pros") == {"ada"}
    True
    """
    # Of one package: what a program has to know about a `Live` does not include its state.
    with live._lock:  # noqa: SLF001
        members = live._members  # noqa: SLF001
        context, segments = members.context, members.segment_set.segments
        document = {
            "segkit_live": _VERSION,
            "now": context.now.isoformat(),
            "zone": zone_name(context.tz, "snapshot.tz"),
            "zone_rules": zone_rules(context.tz),
            "segments": [
                [slot, each.name, each.revision, to_dict(each.condition)]
                for slot, each in segments.items()
            ],
            "revisions": members.revisions,
            "contacts": list(map(_encode_contact, members.source)),
            "events": list(map(_encode_event, _events(members.source))),
            "memberships": [
                [key_of(contact.id, "contact.id"), _encode_memberships(members, contact.id)]
                for contact in members.source
            ],
            "removed": [
                [key_of(id_, "contact.id"), _encode_memberships(members, id_)]
                for id_, numbers in members.numbers_of_removed.items()
                if numbers
            ],
        }
    return json.dumps(document, separators=(",", ":"))


def restore(text: str) -> Live[Any]:
    """Return the `Live` whose state `snapshot` has returned.

    If the rules of the time zone have changed since, the segments have new revisions, and the
    transitions that this causes are returned by the next operation.

    Raises:
        FactsError: If *text* is no snapshot.

    >>> from datetime import UTC, datetime
    >>> from segkit import Live
    >>> from segkit.live.durable import restore, snapshot
    >>> live = Live([], now=datetime(2022, 10, 1, tzinfo=UTC))
    >>> restore(snapshot(live))
    <Live of 0 contacts, 0 segments at 2022-10-01T00:00:00+00:00>
    """
    document = _document(text)
    try:
        return _restore(document)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise mismatch("restore", _EXPECTED, text, FactsError) from error


def _restore(document: Mapping[str, Any]) -> Live[Any]:
    zone = parse_zone(document["zone"])
    context = EvaluationContext(datetime.fromisoformat(document["now"]), zone)
    segments = {
        slot: LiveSegment.create(name, load_condition(condition), revision, context)
        for slot, name, revision, condition in document["segments"]
    }
    contacts = (
        contact_of_owned(load(key), load(attributes), load(lists))
        for key, attributes, lists in document["contacts"]
    )
    source = MemorySource[Any](contacts, map(_decode_event, document["events"]))
    members = Members(source, SegmentSet(segments), context, document["revisions"])
    for key, memberships in (*document["memberships"], *document["removed"]):
        members.restore(load(key), _decode_memberships(memberships))
    live = Live[Any]([], MemorySource[Any](), now=context.now, tz=zone)
    live._source, live._members = source, members  # noqa: SLF001 - as above
    if document["zone_rules"] != zone_rules(zone):
        for slot, segment in segments.items():
            found = members.replace_segment(slot, segment.condition, "zone changed")
            live._not_returned += found  # noqa: SLF001 - as above
    return live


def _document(text: str) -> Mapping[str, Any]:
    try:
        document: object = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise mismatch("restore", _EXPECTED, text, FactsError) from error
    if type(document) is not dict or "segkit_live" not in document:
        raise mismatch("restore", _EXPECTED, text, FactsError)
    found = cast("dict[str, Any]", document)
    version: object = found["segkit_live"]
    if type(version) is not int or version != _VERSION:
        problem = f"has the version {short_repr(version)}; this segkit reads {_VERSION}"
        raise FactsError("restore", problem, version)
    return found


def _events(source: MemorySource[Any]) -> Iterator[EventLike]:
    return source._iter_all_events()  # noqa: SLF001 - of unknown contacts too


def _encode_contact(contact: Contact[Any]) -> list[str]:
    path = f"Contact({short_repr(contact.id)})"
    attributes = dump(contact.attributes, f"{path}.attributes")
    return [key_of(contact.id, f"{path}.id"), attributes, dump(contact.lists, f"{path}.lists")]


def _encode_event(event: EventLike) -> list[object]:
    path = f"Event({short_repr(event.contact_id)}, {short_repr(event.name)})"
    owner, name, at, properties, event_id = event_text(event, path)
    return [owner, name, dump(at, path), properties, event_id]


def _decode_event(values: list[Any]) -> EventLike:
    owner, name, at, properties, event_id = values
    return event_of(load(owner), name, load(at), properties, event_id)


def _encode_memberships(members: Members[Any], id_: object) -> list[list[object]]:
    return [
        [slot, each.is_member, each.number, encode(each.until, "until")]
        for slot, each in members.memberships(id_).items()
    ]


def _decode_memberships(memberships: list[list[Any]]) -> dict[int, Membership]:
    return {
        slot: Membership(is_member, number, until and datetime.fromisoformat(until["$instant"]))
        for slot, is_member, number, until in memberships
    }
