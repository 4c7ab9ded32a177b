"""Random inputs of an evaluation, and facts narrowed to requirements."""

from __future__ import annotations

from datetime import datetime, tzinfo

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import segkit
from segkit import Condition, Contact, Event, Explanation, Requirements
from segkit.testing import histories, instants, zones
from tests.unit.reference_calls import matches_by_reference


@attrs.frozen
class Inputs:
    """The inputs of an evaluation besides the condition."""

    contact: Contact[str]
    events: list[Event[str]]
    now: datetime
    tz: tzinfo

    def matches(self, condition: Condition) -> bool:
        """Return the verdict by the reference."""
        return matches_by_reference(condition, self.contact, self.events, now=self.now, tz=self.tz)

    def explain(self, condition: Condition) -> Explanation:
        return segkit.explain(condition, self.contact, self.events, now=self.now, tz=self.tz)


@st.composite
def inputs(draw: DrawFn, *, unique_ids: bool = False) -> Inputs:
    """Generate a contact with its events, a now and a zone."""
    contact, events = draw(histories(unique_ids=unique_ids))
    return Inputs(contact, events, draw(instants()), draw(zones()))


def narrow(
    contact: Contact[str], events: list[Event[str]], needs: Requirements
) -> tuple[Contact[str], list[Event[str]]]:
    """Return the facts in *needs* only."""
    narrowed = Contact(
        contact.id,
        {name: value for name, value in contact.attributes.items() if name in needs.attributes},
        {
            name: joined
            for name, joined in contact.lists.items()
            if needs.any_list or name in needs.lists
        },
    )
    return narrowed, [narrow_event(event, needs) for event in events if is_needed(event, needs)]


def is_needed(event: Event[str], needs: Requirements) -> bool:
    need = needs.events.get(event.name)
    if need is None:
        return False
    return (need.since is None or need.since <= event.at) and event.at <= need.until


def narrow_event(event: Event[str], needs: Requirements) -> Event[str]:
    names = needs.events[event.name].properties
    properties = {name: value for name, value in event.properties.items() if name in names}
    return attrs.evolve(event, properties=properties)
