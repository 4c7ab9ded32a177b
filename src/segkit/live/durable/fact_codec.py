"""Facts as JSON text, and back: ids, values of attributes and properties, instants.

JSON has texts, numbers, booleans, ``null``, lists and objects. Another value is an object with one
key that begins with ``$``: ``{"$instant": "2022-09-12T08:30:00+00:00"}``. Every value that a
condition can compare has the same meaning when it is read. A value that no condition can compare is
refused, because it would be lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from segkit.errors import FactsError, short_repr
from segkit.history import event_name
from segkit.model.facts import Contact, EventLike, contact_of_owned, event_of_owned
from segkit.model.validation import mismatch
from segkit.model.values import Kind, is_int, normalize

_ADVICE: Final = (
    "storage keeps text, numbers, booleans, instants, days, and lists and mappings of these"
)
_MAX_KEY: Final = 1_000
"""The length of an id or a name; two of them have to fit into an entry of an index."""

_COLLECTIONS: Final = (list, tuple, set, frozenset)
_PLAIN_TYPES: Final = frozenset({bool, type(None)})

# --- ids ------------------------------------------------------------------------------------------


def key_of(id_: object, path: str) -> str:
    """Return an id as JSON text: different ids have different texts.

    Raises:
        FactsError: If *id_* is neither text, an int nor a UUID.
    """
    kind = type(id_)
    if kind is str:
        key = json.dumps(_text(cast("str", id_), path))
    elif kind is int and is_int(id_):
        key = str(id_)
    elif kind is UUID:
        key = json.dumps({"$uuid": str(id_)})
    else:
        raise mismatch(path, "an id in a storage is text, an int or a UUID", id_, FactsError)
    if len(key) > _MAX_KEY:
        problem = f"an id in a storage has at most {_MAX_KEY} characters: {short_repr(id_)}"
        raise FactsError(path, problem, id_)
    return key


def id_of(key: str) -> Any:  # noqa: ANN401 - an id of any type
    """Return the id that `key_of` has written."""
    return load(key)


# --- values ---------------------------------------------------------------------------------------


def encode(value: object, path: str) -> object:
    """Return a value as JSON has it.

    Raises:
        FactsError: If no condition can compare the value, or it holds half of a surrogate pair.
    """
    kind = type(value)
    if kind is str:
        return _text(cast("str", value), path)
    if kind in _PLAIN_TYPES:
        return value
    if kind is int and is_int(value):
        return value
    if kind is dict:
        return _encode_mapping(cast("dict[object, object]", value), path)
    if kind is set or kind is frozenset:
        hashable = cast("frozenset[object]", value)
        encoded = [_encode_hashable(each, path) for each in hashable]
        encoded.sort(key=json.dumps)  # One order in every process.
        return {f"${kind.__name__}": encoded}
    if kind is list or kind is tuple:
        members = cast("list[object]", value)
        encoded = [encode(each, f"{path}[{number}]") for number, each in enumerate(members)]
        return encoded if kind is list else {"$tuple": encoded}
    return _encode_scalar(value, kind, path)


def _encode_scalar(value: Any, kind: type[object], path: str) -> object:  # noqa: ANN401 - of that type
    # The types whose exact value is kept; others are written as what conditions read of them.
    if kind is float:
        is_plain = value - value == 0  # neither infinite nor NaN
        return value if is_plain else {"$float": repr(value)}
    if kind is Decimal:
        return {"$decimal": str(value)}
    if issubclass(kind, UUID):
        return {"$uuid": str(value)}
    if kind is date:
        return {"$day": value.isoformat()}
    if kind is datetime and value.tzinfo is None:
        return {"$naive": value.isoformat()}
    if kind is time and value.tzinfo is None:
        return {"$time": value.isoformat()}
    normal_kind, normal = normalize(value)
    if normal_kind is Kind.NO_VALUE:
        return None
    if normal_kind is Kind.INSTANT:
        return {"$instant": cast("datetime", normal).isoformat()}
    if normal_kind is Kind.COLLECTION:
        return encode(_plain_collection(normal, path), path)
    if normal is value or type(normal) not in _DECODED_TYPES:
        raise mismatch(path, _ADVICE, value, FactsError)
    return encode(normal, path)


def _plain_collection(value: object, path: str) -> object:
    """Return a collection of a subclass, or of an Enum member, as one of the class itself."""
    try:
        members = tuple(cast("list[object]", value))
        for kind in (list, set, frozenset):
            if issubclass(type(value), kind):
                return cast("object", kind(members))
    except Exception as error:
        problem = f"raises {short_repr(error)} when it is read"
        raise FactsError(path, problem, value) from error
    return members


def _encode_mapping(value: dict[object, object], path: str) -> object:
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {
            _text(cast("str", key), path): encode(each, f"{path}[{short_repr(key)}]")
            for key, each in value.items()
        }
    return {
        "$mapping": [
            [_encode_hashable(key, path), encode(each, f"{path}[{short_repr(key)}]")]
            for key, each in value.items()
        ]
    }


def _encode_hashable(value: object, path: str) -> object:
    """Return a member of a set, or a key, which has to be hashable when it is read."""
    encoded = encode(value, path)
    if issubclass(type(encoded), list | dict):
        try:
            hash(load(json.dumps(encoded)))
        except TypeError:
            # An Enum member is hashable, and the list that is its value is not.
            raise mismatch(path, _ADVICE, value, FactsError) from None
    return encoded


def _text(text: str, path: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            problem = f"holds half of a surrogate pair: {short_repr(text)}"
            raise FactsError(path, problem, text) from None
    return text


def encode_readable(value: object) -> object:
    """Return a value as JSON has it, or a text for people if it cannot be stored."""
    try:
        return encode(value, "value")
    except FactsError:
        return short_repr(value)


_DECODERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "$float": float,
    "$decimal": Decimal,
    "$uuid": UUID,
    "$instant": datetime.fromisoformat,
    "$naive": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$time": time.fromisoformat,
    "$tuple": tuple,
    "$set": set,
    "$frozenset": frozenset,
    "$mapping": dict,
}
_DECODED_TYPES: Final = frozenset({str, bool, int, float, Decimal, datetime, date})


def _decode(document: dict[str, Any]) -> Any:  # noqa: ANN401 - a value of any type
    if len(document) == 1:
        [(key, value)] = document.items()
        decoder: Callable[[Any], Any] | None = _DECODERS.get(key)
        if decoder is not None:
            return cast("object", decoder(value))
    return document


# The text is our own, so no space has to be skipped before the value.
_scan: Callable[[str, int], tuple[Any, int]]
_scan = cast("Any", json.JSONDecoder(object_hook=_decode)).scan_once
_to_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def dump(value: object, path: str) -> str:
    """Return a value as JSON text of ASCII characters, for which every database has a type."""
    return _to_json(encode(value, path))


def load(text: str) -> Any:  # noqa: ANN401 - a value of any type
    """Return the value that `dump` has written."""
    return _scan(text, 0)[0]


# --- contacts and events --------------------------------------------------------------------------


def check_name(name: str, path: str) -> str:
    """Return the name of a segment, a list or an event, which a column of text can keep.

    Raises:
        FactsError: If the name has a character that some databases cannot keep.
    """
    if len(name.encode(errors="replace")) > _MAX_KEY:
        problem = f"a name in a storage has at most {_MAX_KEY} bytes: {short_repr(name)}"
        raise FactsError(path, problem, name)
    if "\0" in name:
        problem = f"a name in a storage cannot have the character NUL: {short_repr(name)}"
        raise FactsError(path, problem, name)
    return _text(name, path)


def can_be_name(name: str) -> bool:
    """Return whether a column of text can keep a name."""
    return "\0" not in name and not any("\ud800" <= each <= "\udfff" for each in name)


def contact_of(id_: Any, attributes: str, lists: str) -> Contact[Any]:  # noqa: ANN401 - any id
    """Return a contact whose attributes and lists `dump` has written."""
    return contact_of_owned(id_, load(attributes), load(lists))


def encode_event(event: EventLike) -> list[object]:
    """Return an event as JSON has it, for people and for comparisons."""
    values = (event.contact_id, event.name, event.at, dict(event.properties), event.id)
    return [encode_readable(value) for value in values]


class EventText(NamedTuple):
    """An event as a storage keeps it: ids and properties are JSON text."""

    contact: str
    name: str
    at: datetime
    properties: str
    id: str | None


def event_text(event: EventLike, path: str) -> EventText:
    """Return an event as a storage keeps it.

    Raises:
        FactsError: If the event has no name or no instant, or an id or a value cannot be stored.
    """
    name, (kind, at) = event_name(event), normalize(event.at)
    if name is None or kind is not Kind.INSTANT:
        expected = "a storage keeps events with a name and an aware datetime"
        raise mismatch(path, expected, event, FactsError)
    return EventText(
        key_of(event.contact_id, f"{path}.contact_id"),
        check_name(name, f"{path}.name"),
        cast("datetime", at),
        dump(dict(event.properties), f"{path}.properties"),
        None if event.id is None else key_of(event.id, f"{path}.id"),
    )


def event_of(
    contact_id: object, name: str, at: datetime, properties: str, event_id: str | None
) -> EventLike:
    """Return an event whose properties and id `dump` has written."""
    id_ = None if event_id is None else load(event_id)
    return event_of_owned(contact_id, name, at, load(properties), id_)
