"""What a question needs to know of a contact: data for a host's loading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.frozen
class EventNeed:
    """The events of one name that a question looks at.

    Attributes:
        since: The oldest instant that can matter, included; ``None``: as far back as there is.
        until: The newest instant that can matter, included.
        properties: The properties looked at, by their first name.
    """

    since: datetime | None
    until: datetime
    properties: frozenset[str] = frozenset()

    def __or__(self, other: EventNeed) -> EventNeed:
        """What both need of events of one name."""
        since = None
        if self.since is not None and other.since is not None:
            since = min(self.since, other.since)
        until = max(self.until, other.until)
        return EventNeed(since, until, self.properties | other.properties)


@attrs.frozen
class Requirements:
    """The facts that can change an answer at one ``now``; loading others does no harm.

    Attributes:
        attributes: The attributes looked at, by the first name of their path.
        lists: The lists looked at.
        any_list: Whether every list is looked at.
        events: What is needed of the events of each name.

    Two of them join with ``|``.
    """

    attributes: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    any_list: bool = False
    events: Mapping[str, EventNeed] = attrs.field(factory=dict[str, EventNeed])

    def __or__(self, other: Requirements) -> Requirements:
        """What two questions need together."""
        events = dict(self.events)
        for name, need in other.events.items():
            events[name] = events[name] | need if name in events else need
        return Requirements(
            self.attributes | other.attributes,
            self.lists | other.lists,
            self.any_list or other.any_list,
            events,
        )
