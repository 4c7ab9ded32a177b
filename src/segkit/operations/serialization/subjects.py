"""The subject of the condition of a document: a contact, or one event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

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
    while True:
        inner = next(_parts(cursor, condition), None)
        if inner is None:
            break
        cursor, condition = inner
    cursor.report(expected)


def _parts(cursor: Cursor, condition: Condition) -> Iterator[tuple[Cursor, Condition]]:
    """Yield the parts of a decoded group or negation that have a subject, each with its cursor."""
    # The document is decoded without problems, so that these keys are there.
    values: Any = cursor.value
    if isinstance(condition, Not):
        yield cursor.child("part", _at(values, "part")), condition.part
    elif isinstance(condition, Group):
        parts = cursor.child("parts", _at(values, "parts"))
        items = values_of(parts.value) or ()
        for number, (part, item) in enumerate(zip(condition.parts, items, strict=True)):
            if part.scope is not None:
                yield parts.child(number, item), part


def _at(values: object, key: str) -> object:
    """Return the value of a key, whatever a subclass of dict makes of reading it."""
    return dict(items_of(values) or ()).get(key)
