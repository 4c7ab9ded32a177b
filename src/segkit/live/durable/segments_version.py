"""The segments that a storage evaluates, with their revisions: one version after the other.

A version begins at an instant. It has a new number when a segment is added, replaced or removed,
and when the zone or the rules of the zone change. A contact keeps the number of the version that
its memberships belong to; the next transaction of the contact evaluates the segments that differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, cached_property
from typing import Any, Final

import attrs

from segkit.clock import EvaluationContext, parse_zone
from segkit.errors import ZoneError
from segkit.live.causes import ChangeOfSegment
from segkit.live.changes import Slots
from segkit.live.durable.fact_codec import check_name
from segkit.live.durable.transition_codec import load_condition
from segkit.live.live_segment import LiveSegment
from segkit.live.segment_set import SegmentSet
from segkit.model.requirements import EventNeed, Requirements
from segkit.model.segments import Segment
from segkit.model.validation import has_type, mismatch
from segkit.model.values import MAX_INSTANT
from segkit.operations.requirements import needs_of
from segkit.operations.serialization import to_dict

_MAX_CACHED_NEEDS: Final = 1_000
_CACHED_NEEDS: Final = timedelta(hours=1)
"""How long requirements are used again: those of an instant contain those of any later one."""


@attrs.define(eq=False)
class SegmentsVersion:
    """One version of the segments of a storage.

    Attributes:
        number: The number, from 1 on.
        at: The instant at which the version begins.
        zone: The name of the zone of days and calendar units.
        zone_rules: A hash of the rules of the zone.
        segments: The segments in order.
        revisions: The last revision of each name that a segment ever had [M5].
    """

    number: int
    at: datetime
    zone: str
    zone_rules: str
    segments: list[Segment]
    revisions: dict[str, int]
    _needs: dict[frozenset[int] | None, tuple[datetime, Requirements]] = attrs.field(
        factory=dict[frozenset[int] | None, tuple[datetime, Requirements]], init=False
    )

    @classmethod
    def after(
        cls,
        before: SegmentsVersion | None,
        segments: Iterable[Segment],
        zone: str,
        at: datetime,
    ) -> SegmentsVersion | None:
        """Return the version after *before*; ``None`` if the segments and the zone are the same."""
        rules = zone_rules(parse_zone(zone))
        version = cls(1, at, zone, rules, list(segments), {})
        for number, segment in enumerate(version.segments):
            check_name(segment.name, f"set_segments[{number}].name")
        if before is not None:
            version.number = before.number + 1
            version.at = max(at, before.at)
            version.revisions = dict(before.revisions)
            if version.content() == before.content():
                return None
        for segment in version.segments:
            if before is None or version.change_of(segment, before) is not None:
                revision = version.revisions.get(segment.name, 0) + 1
                version.revisions[segment.name] = revision
        return version

    def content(self) -> object:
        """Return what makes one version differ from the one before."""
        return self.zone, self.zone_rules, [(each.name, each.condition) for each in self.segments]

    def change_of(self, segment: Segment, before: SegmentsVersion) -> ChangeOfSegment | None:
        """Return how a segment of this version differs from the version before."""
        conditions = {each.name: each.condition for each in before.segments}
        if segment.name not in conditions:
            return "added"
        if conditions[segment.name] != segment.condition:
            return "replaced"
        has_same_zone = (self.zone, self.zone_rules) == (before.zone, before.zone_rules)
        return None if has_same_zone else "zone changed"

    # --- evaluation -------------------------------------------------------------------------------

    @cached_property
    def tz(self) -> tzinfo:
        """The zone."""
        return parse_zone(self.zone)

    @cached_property
    def slots(self) -> dict[str, int]:
        """The slots of the segments by name."""
        return {segment.name: slot for slot, segment in enumerate(self.segments)}

    @cached_property
    def segment_set(self) -> SegmentSet:
        """The segments, prepared for evaluation."""
        context = EvaluationContext(self.at, self.tz)
        revisions = self.revisions
        return SegmentSet(
            {
                slot: LiveSegment.create(each.name, each.condition, revisions[each.name], context)
                for slot, each in enumerate(self.segments)
            }
        )

    def needs(self, since: datetime, slots: Slots | None = None) -> Requirements:
        """Return the facts that can matter at an instant or later, or some more.

        Args:
            slots: The slots of the segments that are evaluated; ``None`` for all.
        """
        key = None if slots is None else frozenset(slots)
        first, needs = self._needs.get(key, (MAX_INSTANT, Requirements()))
        if since < first or since - first >= _CACHED_NEEDS:
            needs = self._needs_of(since, self.slots.values() if key is None else key)
            if len(self._needs) >= _MAX_CACHED_NEEDS:
                self._needs.clear()
            self._needs[key] = since, needs
        return needs

    def _needs_of(self, since: datetime, slots: Iterable[int]) -> Requirements:
        context = EvaluationContext(since, self.tz)
        needs = Requirements()
        for slot in slots:
            needs |= needs_of(self.segments[slot].condition, context)
        # An event of the future counts when its instant comes.
        events = {
            name: EventNeed(need.since, MAX_INSTANT, need.properties)
            for name, need in needs.events.items()
        }
        return attrs.evolve(needs, events=events)

    # --- documents --------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the version as JSON text."""
        segments = [
            {"name": each.name, "condition": to_dict(each.condition)} for each in self.segments
        ]
        return json.dumps(
            {
                "number": self.number,
                "at": self.at.isoformat(),
                "zone": self.zone,
                "zone_rules": self.zone_rules,
                "segments": segments,
                "revisions": self.revisions,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> SegmentsVersion:
        """Return the version that `to_json` has written."""
        document: dict[str, Any] = json.loads(text)
        segments: list[Mapping[str, Any]] = document["segments"]
        return cls(
            document["number"],
            datetime.fromisoformat(document["at"]),
            document["zone"],
            document["zone_rules"],
            [Segment(each["name"], load_condition(each["condition"])) for each in segments],
            document["revisions"],
        )


def zone_name(tz: str | tzinfo, path: str) -> str:
    """Return the name by which a storage keeps a zone."""
    zone = parse_zone(tz)
    name = "UTC" if zone is UTC else getattr(zone, "key", None)
    if not has_type(name, str):
        expected = 'a storage keeps the zone by its name: "Europe/Paris"'
        raise mismatch(path, expected, tz, ZoneError)
    return name


@cache
def zone_rules(tz: tzinfo) -> str:
    """Return a hash of the offsets of a zone from 1900 to 2100, and of the instants they change."""
    found: list[str] = []
    day = datetime(1900, 1, 1, tzinfo=UTC)
    offset = day.astimezone(tz).utcoffset()
    while day.year < 2100:  # noqa: PLR2004 - as far as zone databases say
        next_day = day + timedelta(days=1)
        if (next_offset := next_day.astimezone(tz).utcoffset()) != offset:
            found.append(f"{_change_between(day, next_day, tz).isoformat()} {next_offset}")
        day, offset = next_day, next_offset
    return hashlib.sha256("\n".join([str(offset), *found]).encode()).hexdigest()


def _change_between(first: datetime, last: datetime, tz: tzinfo) -> datetime:
    """Return the first second with the offset of *last*."""
    offset = last.astimezone(tz).utcoffset()
    while last - first > timedelta(seconds=1):
        middle = first + (last - first) // 2
        if middle.astimezone(tz).utcoffset() == offset:
            last = middle
        else:
            first = middle
    return last
