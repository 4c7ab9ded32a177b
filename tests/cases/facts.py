"""Convert contacts and events in the neutral form to `Contact` and `Event`.

Dates are ISO text in the data. A text becomes an instant, in UTC if it names no zone, if
``before``, ``after`` or ``within_last`` reads its path: an ``attr`` of a contact, a ``prop`` of an
event. A text that is not a date stays text. Other texts are not converted, because the case
compares them as text. A path that a case uses both as a date and as text is refused.
"""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeAlias

from segkit import Contact, Event
from tests.cases.translate import IN_TIME, Node, UntranslatableError, instant_of, mappings

Path: TypeAlias = tuple[str, ...]


def facts_of(case: Node) -> list[tuple[Contact[str], list[Event[str]]]]:
    """Return the contacts of *case*, each with its events.

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
                # The neutral form has no instants of joining a list.
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
    """Return the paths whose values are dates, because an operator for times reads them."""
    operators_by_path = [
        (tuple(node[leaf]), node["op"]) for node in mappings(condition) if leaf in node
    ]
    dates = {path for path, op in operators_by_path if op in IN_TIME}
    others = {
        path for path, op in operators_by_path if op not in IN_TIME | {"exists", "not_exists"}
    }
    if dates & others:
        raise UntranslatableError(dates & others)
    return dates


def _with_instants(values: Node, paths: Iterable[Path]) -> dict[str, Any]:
    converted = deepcopy(dict(values))
    for *steps, last in paths:
        container: Any = converted
        for step in steps:
            container = container.get(step) if isinstance(container, dict) else None
        if isinstance(container, dict) and isinstance(container.get(last), str):
            container[last] = _date_or_text(container[last])
    return converted


def _date_or_text(text: str) -> datetime | str:
    try:
        return instant_of(text)
    except ValueError:
        return text
