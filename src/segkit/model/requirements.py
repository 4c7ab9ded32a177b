"""`Requirements`: the facts that a condition reads, for applications that load their own data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.frozen
class EventNeed:
    """The events of one name that a condition reads.

    Attributes:
        since: The earliest instant that can matter, included; ``None`` for no limit.
        until: The latest instant that can matter, included.
        properties: The properties that are read, by the first name of their path.

    >>> from datetime import UTC, datetime
    >>> from segkit import did, prop, requirements
    >>> recent = did("order").where(prop("total") >= 50).within_last(days=30)
    >>> need = requirements(recent, now=datetime(2022, 10, 1, tzinfo=UTC)).events["order"]
    >>> need.since.isoformat(), need.properties
    ('2022-09-01T00:00:00+00:00', frozenset({'total'}))
    """

    since: datetime | None
    until: datetime
    properties: frozenset[str] = frozenset()

    def __or__(self, other: EventNeed) -> EventNeed:
        since = None
        if self.since is not None and other.since is not None:
            since = min(self.since, other.since)
        until = max(self.until, other.until)
        return EventNeed(since, until, self.properties | other.properties)


@attrs.frozen
class Requirements:
    """The facts that can change an answer at one ``now``. Other facts may be loaded too.

    Two requirements are combined with ``|``.

    Attributes:
        attributes: The attributes that are read, by the first name of their path.
        lists: The lists that are read.
        any_list: Whether every list is read.
        events: The events that are read, by their name.
        everything: Whether all attributes, lists and events are read, as `Catalog.observed` does. A
            source may then yield all that it has, and must yield what the other fields name.

    >>> from segkit import attr, in_list, requirements
    >>> needs = requirements((attr("age") >= 18) & in_list("vip"))
    >>> needs.attributes, needs.lists
    (frozenset({'age'}), frozenset({'vip'}))
    """

    attributes: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    any_list: bool = False
    events: Mapping[str, EventNeed] = attrs.field(factory=dict[str, EventNeed])
    everything: bool = False

    def __or__(self, other: Requirements) -> Requirements:
        events = dict(self.events)
        for name, need in other.events.items():
            events[name] = events[name] | need if name in events else need
        return Requirements(
            self.attributes | other.attributes,
            self.lists | other.lists,
            self.any_list or other.any_list,
            events,
            self.everything or other.everything,
        )
