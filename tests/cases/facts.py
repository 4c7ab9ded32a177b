"""Contacts and events in a neutral form, as segkit's own.

Dates are ISO text in the data. A value becomes an instant, of UTC if it names no zone, where
``before``, ``after`` or ``within_last`` looks at its path: a contact's for an ``attr``, an event's
for a ``prop``. Text there that is no date stays text, and so does every date that no such operator
looks at, because the case compares it as text. A path that a case reads both ways is refused.
"""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeAlias

from segkit import Contact, Event
from tests.cases.translate import IN_TIME, Node, UntranslatableError, instant_of, mappings

Path: TypeAlias = tuple[str, ...]


def facts_of(case: Node) -> list[tuple[Contact[str], list[Event[str]]]]:
    """The contacts of *case*, each with its events.

    Raises:
        UntranslatableError: If its condition reads one path both as a date and as something else.
    """
    of_contact = _paths_in_time(case["condition"], "attr")
    of_event = _paths_in_time(case["condition"], "prop")
    return [
        (
            Contact(
                contact["id"],
                _with_instants(contact["attributes"], of_contact),
                # When it joined is not part of the neutral form.
                dict.fromkeys(contact["lists"]),
            ),
            [
                Event(
                    contact["id"],
                    event["name"],
                    instant_of(event["at"]),
                    _with_instants(event["properties"], of_event),
                )
                for event in contact["events"]
            ],
        )
        for contact in case["contacts"]
    ]


def _paths_in_time(condition: Node, leaf: str) -> set[Path]:
    """The paths whose values are dates: those that an operator about time looks at."""
    asked = [(tuple(node[leaf]), node["op"]) for node in mappings(condition) if leaf in node]
    dates = {path for path, op in asked if op in IN_TIME}
    others = {path for path, op in asked if op not in IN_TIME | {"exists", "not_exists"}}
    if dates & others:
        raise UntranslatableError(dates & others)
    return dates


def _with_instants(values: Node, paths: Iterable[Path]) -> dict[str, Any]:
    own = deepcopy(dict(values))
    for *steps, last in paths:
        holder: Any = own
        for step in steps:
            holder = holder.get(step) if isinstance(holder, dict) else None
        if isinstance(holder, dict) and isinstance(holder.get(last), str):
            holder[last] = _date_or_text(holder[last])
    return own


def _date_or_text(text: str) -> datetime | str:
    try:
        return instant_of(text)
    except ValueError:
        return text
