"""A contact, its events, a now and a zone, drawn together; and the facts cut down to a need."""

from __future__ import annotations

from datetime import datetime, tzinfo

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from segkit import Condition, Contact, Event, Explanation, Requirements, explain, matches
from segkit.testing import histories, instants, zones


@attrs.frozen
class Situation:
    """Everything a condition is asked with."""

    contact: Contact[str]
    events: list[Event[str]]
    now: datetime
    tz: tzinfo

    def holds(self, condition: Condition) -> bool:
        return matches(condition, self.contact, self.events, now=self.now, tz=self.tz)

    def explained(self, condition: Condition) -> Explanation:
        return explain(condition, self.contact, self.events, now=self.now, tz=self.tz)


@st.composite
def situations(draw: DrawFn, *, unique_ids: bool = False) -> Situation:
    contact, events = draw(histories(unique_ids=unique_ids))
    return Situation(contact, events, draw(instants()), draw(zones()))


def narrowed(
    contact: Contact[str], events: list[Event[str]], needs: Requirements
) -> tuple[Contact[str], list[Event[str]]]:
    """What *needs* names, and nothing else."""
    left = Contact(
        contact.id,
        {name: value for name, value in contact.attributes.items() if name in needs.attributes},
        {
            name: joined
            for name, joined in contact.lists.items()
            if needs.any_list or name in needs.lists
        },
    )
    return left, [narrowed_event(event, needs) for event in events if is_needed(event, needs)]


def is_needed(event: Event[str], needs: Requirements) -> bool:
    need = needs.events.get(event.name)
    if need is None:
        return False
    return (need.since is None or need.since <= event.at) and event.at <= need.until


def narrowed_event(event: Event[str], needs: Requirements) -> Event[str]:
    named = needs.events[event.name].properties
    kept = {name: value for name, value in event.properties.items() if name in named}
    return attrs.evolve(event, properties=kept)
