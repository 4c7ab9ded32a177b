"""Transitions and their causes as JSON text, and back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast, get_args

import attrs

from segkit.live.causes import Cause
from segkit.live.durable import fact_codec
from segkit.model.conditions import Condition, ContactLeaf
from segkit.model.facts import EventLike, event_of_owned
from segkit.operations.serialization import from_dict, to_dict
from segkit.operations.serialization.limits import Limits

_CAUSES: Final[Mapping[str, type[Any]]] = {cause.__name__: cause for cause in get_args(Cause)}

# The documents are our own, so no limit protects anybody.
_LIMITS: Final = Limits(**dict.fromkeys(attrs.fields_dict(Limits), sys.maxsize))


def dump_cause(cause: Cause) -> str:
    """Return a cause as JSON text."""
    fields: dict[str, object] = {"type": type(cause).__name__}
    for field in attrs.fields(type(cause)):
        value = getattr(cause, field.name)
        if field.name == "part":
            fields["part"] = None if value is None else _document_of(value)
        elif field.name == "event":
            fields["event"] = fact_codec.encode_event(value)
        else:
            fields[field.name] = fact_codec.encode_readable(value)
    return json.dumps(fields, separators=(",", ":"))


@lru_cache(maxsize=1_000)
def _document_of(part: ContactLeaf) -> Mapping[str, Any]:
    return to_dict(part)


def load_cause(text: str) -> Cause:
    """Return the cause that `dump_cause` has written."""
    fields = fact_codec.load(text)
    if fields.get("part") is not None:
        fields["part"] = load_condition(fields["part"])
    if "event" in fields:
        fields["event"] = _event(fields["event"])
    cause: Cause = _CAUSES[fields.pop("type")](**fields)
    return cause


def load_condition(document: Mapping[str, Any]) -> Condition:
    """Return the condition of a document that this package has written."""
    return cast("Condition", from_dict(dict(document), limits=_LIMITS))


def _event(values: list[Any]) -> EventLike:
    contact_id, name, at, properties, id_ = values
    return event_of_owned(contact_id, name, cast("datetime", at), properties, id_)
