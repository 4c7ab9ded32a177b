"""The ids of operations, by which a repetition is noticed."""

from __future__ import annotations

import hashlib
from typing import assert_never

from segkit.errors import FactsError, short_repr
from segkit.live.durable.fact_codec import check_name, key_of
from segkit.live.operations import (
    AddToList,
    Operation,
    Remove,
    RemoveFromList,
    Track,
    Untrack,
    Update,
    Upsert,
    contact_id_of,
)
from segkit.model.validation import has_type, mismatch


def check_operation_id(operation_id: str | None) -> None:
    """Refuse what cannot be the id of operations."""
    given: object = operation_id
    if given is not None and not (has_type(given, str) and given):
        expected = "operation_id is a text, such as the id of a request"
        raise mismatch("apply.operation_id", expected, given, FactsError)
    if operation_id is not None:
        check_name(operation_id, "apply.operation_id")


def digest_of(operations: list[Operation]) -> str:
    """Return a hash of what operations name; values and instants may differ in a repetition."""
    return hashlib.sha256(
        repr(list(map(_names, operations))).encode("utf-8", "replace")
    ).hexdigest()


def _names(operation: Operation) -> tuple[object, ...]:
    match operation:
        case Track(event=event):
            named: object = event.name, event.id and key_of(event.id, "track.event.id")
        case Untrack(event_id=event_id):
            named = key_of(event_id, "untrack.event_id")
        case AddToList(list=name) | RemoveFromList(list=name):
            named = name
        case Update(attributes=attributes):
            named = sorted(map(str, attributes))
        case Upsert() | Remove():
            named = None
        case _:
            assert_never(operation)
    return type(operation).__name__, key_of(contact_id_of(operation), "id"), named


def check_same(operation_id: str, known: str, digest: str) -> None:
    """Refuse an id that was used for other operations."""
    if known != digest:
        problem = f"{short_repr(operation_id)} was used for other operations: take another id"
        raise FactsError("apply.operation_id", problem, operation_id)
