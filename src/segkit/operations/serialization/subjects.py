"""The subject of the condition of a document: a contact, or one event."""

from __future__ import annotations

from typing import Final

from segkit.model.base import FIRST_PROP_ONLY_IN_STEPS, Group, Not
from segkit.model.conditions import Condition
from segkit.operations.serialization.cursor import Cursor, items_of, values_of

_OF_EVENT: Final = (
    'is about one event, which belongs in the "where" of a count or a value; to read a condition '
    'for did(...).where(...), call from_dict(document, of="event")'
)
_OF_CONTACT: Final = 'is about a contact; with of="event", conditions are of type "property"'


def check_subject(cursor: Cursor, condition: Condition, subject: str) -> None:
    """Report the first part of *condition* that is not about the *subject*, at its own path."""
    scopes = ("contact",) if subject == "contact" else ("event", "later event")
    if condition.scope is None or condition.scope in scopes:
        return
    if condition.scope == "step":
        expected = FIRST_PROP_ONLY_IN_STEPS
    else:
        expected = _OF_EVENT if subject == "contact" else _OF_CONTACT
    inner = _first_part(cursor, condition)
    while inner is not None:
        cursor, condition = inner
        inner = _first_part(cursor, condition)
    cursor.report(expected)


def _first_part(cursor: Cursor, condition: Condition) -> tuple[Cursor, Condition] | None:
    """Return the first part of a group or negation that has a subject, and its cursor."""
    # The document is decoded without problems, so that these keys are there.
    if isinstance(condition, Not):
        return cursor.child("part", _at(cursor.value, "part")), condition.part
    if not isinstance(condition, Group):
        return None
    parts = cursor.child("parts", _at(cursor.value, "parts"))
    items = values_of(parts.value) or []
    number = [part.scope is not None for part in condition.parts].index(True)
    return parts.child(number, items[number]), condition.parts[number]


def _at(values: object, key: str) -> object:
    """Return the value of a key, whatever a subclass of dict makes of reading it."""
    return dict(items_of(values) or ()).get(key)
