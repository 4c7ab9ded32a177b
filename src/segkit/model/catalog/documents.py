"""Catalogs as documents of plain dicts, with what was observed.

Values of data are written by their kind: numbers as JSON numbers or, if JSON would round them, as
text; days and instants in ISO form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Final, cast

import attrs

from segkit.errors import CatalogError, SegkitError, short_repr, with_error_path
from segkit.model.catalog.fields import KINDS, EventFields, Field, Fields
from segkit.model.catalog.observation import Observation, SeenEvents, SeenList
from segkit.model.catalog.seen import SeenKind, SeenValues
from segkit.model.validation import is_iterable_of_items, is_mapping
from segkit.model.values import Kind, is_int, normalize

_VERSION: Final = 1
_PATH: Final = "Catalog.from_dict"


def encode_catalog(
    attributes: Fields | None,
    lists: tuple[str, ...] | None,
    events: EventFields | None,
    observation: Observation | None,
) -> dict[str, Any]:
    """Return the document of the parts of a catalog, without what is not described."""
    encoded: dict[str, Any] = {}
    if attributes is not None:
        encoded["attributes"] = _encode_fields(attributes)
    if lists is not None:
        encoded["lists"] = list(lists)
    if events is not None:
        encoded["events"] = {
            name: None if fields is None else _encode_fields(fields)
            for name, fields in events.items()
        }
    if observation is not None:
        observed = attrs.asdict(observation)
        observed["now"] = observation.now.isoformat()
        for seen in observed["event_names"].values():
            for key in ("first", "last"):
                seen[key] = None if seen[key] is None else seen[key].isoformat()
        encoded["observation"] = observed
    return encoded


def _encode_fields(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _encode_field(field) for name, field in fields.items()}


def _encode_field(field: Field) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for attribute in attrs.fields(Field):
        if not attribute.init:
            continue
        value = getattr(field, attribute.name)
        if attribute.name == "fields":
            value = _encode_fields(value) if value else None
        elif attribute.name == "choices":
            value = None if value is None else list(value)
        elif attribute.name == "seen":
            value = None if value is None else _encode_seen(value)
        if value is not None and value != attribute.default:
            encoded[attribute.name] = value
    return encoded


def _encode_seen(seen: SeenValues) -> dict[str, Any]:
    return {
        "among": seen.among,
        "kinds": {name: _encode_kind(name, kind) for name, kind in seen.kinds.items()},
    }


def _encode_kind(name: str, kind: SeenKind) -> dict[str, Any]:
    encode = _ENCODERS.get(name, str)
    encoded: dict[str, Any] = {"count": kind.count}
    for key in ("least", "greatest"):
        value = getattr(kind, key)
        if value is not None:
            encoded[key] = encode(value)
    if kind.examples:
        encoded["examples"] = list(map(encode, kind.examples))
    if kind.values is not None:
        encoded["values"] = list(map(encode, kind.values))
    if kind.empty:
        encoded["empty"] = kind.empty
    if kind.reads_as is not None:
        encoded["reads_as"] = kind.reads_as
    if kind.lengths is not None:
        encoded["lengths"] = list(kind.lengths)
    if kind.members is not None:
        encoded["members"] = _encode_seen(kind.members)
    if not kind.is_described:
        encoded["is_described"] = False
    return encoded


def _plain(value: object) -> object:
    return value


def _encode_number(number: object) -> object:
    # JSON has no infinity, and readers of JSON round decimals and long integers.
    if isinstance(number, float) and isfinite(number):
        return number
    exact = Decimal(cast("int | float | Decimal", number))
    # Without abs(), which rounds and may raise in the decimal context of the host.
    is_int = exact.is_finite() and exact == exact.to_integral_value() and -(2**53) < exact < 2**53
    return int(exact) if is_int else str(exact)


def _decode_number(number: object) -> object:
    if isinstance(number, str):
        number = int(number) if number.lstrip("-").isdigit() else Decimal(number)
    return _ensure_kind(number, Kind.NUMBER)


def _decode_instant(text: str) -> object:
    return _ensure_kind(datetime.fromisoformat(text), Kind.INSTANT)


def _ensure_kind(value: object, kind: Kind) -> object:
    if normalize(value)[0] is not kind:
        raise ValueError(f"{short_repr(value)} is no {kind.value}")
    return value


def _isoformat(value: object) -> str:
    return cast("date", value).isoformat()


_ENCODERS: Final[Mapping[str, Callable[[object], object]]] = {
    "boolean": _plain,
    "number": _encode_number,
    "text": _plain,
    "day": _isoformat,
    "instant": _isoformat,
}
_DECODERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "boolean": lambda value: _ensure_kind(value, Kind.BOOLEAN),
    "number": _decode_number,
    "text": lambda value: _ensure_kind(value, Kind.TEXT),
    "day": date.fromisoformat,
    "instant": _decode_instant,
}
_KINDS: Final = frozenset({*KINDS, "mapping", "naive datetime", Kind.INCOMPARABLE.value})

# --- decoding -------------------------------------------------------------------------------------


def decode_catalog(document: object) -> dict[str, Any]:
    """Return the arguments of `Catalog` that a document holds."""
    outer = _mapping(document, _PATH)
    version = outer.get("segkit")
    if not is_int(version) or version != _VERSION:
        problem = f'takes a document with "segkit": {_VERSION}; got {short_repr(version)}'
        raise CatalogError(_PATH, problem, document)
    content = _mapping(outer.get("catalog"), f"{_PATH}.catalog")
    try:
        return {
            "attributes": _optional(content, "attributes", _decode_attributes),
            "lists": content.get("lists"),
            "events": _optional(content, "events", _decode_events),
            "observation": _optional(content, "observation", _decode_observation),
        }
    except SegkitError:
        raise
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:
        reason = f": {error}" if type(error) is ValueError else ""
        problem = f"is not the document of a catalog, as to_dict() returns it{reason}"
        raise CatalogError(_PATH, problem, document) from error


def _mapping(value: object, path: str) -> Mapping[str, Any]:
    if not is_mapping(value):
        problem = f"takes a mapping, as to_dict() returns it; got {short_repr(value)}"
        raise CatalogError(path, problem, value)
    return cast("Mapping[str, Any]", value)


def _optional(content: Mapping[str, Any], key: str, decode: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - what *decode* returns
    value = content.get(key)
    return None if value is None else decode(value)


def _decode_events(events: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None
        if fields is None
        else _decode_fields(fields, f"{_PATH}.events[{short_repr(name)}]")
        for name, fields in events.items()
    }


def _decode_attributes(attributes: Mapping[str, Any]) -> dict[str, Field]:
    return _decode_fields(attributes, f"{_PATH}.attributes")


def _decode_fields(fields: Mapping[str, Any], path: str) -> dict[str, Field]:
    return {
        name: _decode_field(field, f"{path}[{short_repr(name)}]") for name, field in fields.items()
    }


def _decode_field(encoded: Mapping[str, Any], path: str) -> Field:
    arguments = dict(encoded)
    arguments["fields"] = _decode_fields(arguments.get("fields", {}), path)
    arguments["seen"] = _optional(arguments, "seen", _decode_seen)
    with with_error_path(path):
        return Field(**arguments)


def _decode_seen(seen: Mapping[str, Any]) -> SeenValues:
    kinds = {name: _decode_kind(name, kind) for name, kind in seen["kinds"].items()}
    return SeenValues(_number_of(seen["among"]), kinds)


def _number_of(value: object) -> int:
    if not is_int(value) or cast("int", value) < 0:
        raise ValueError(f"{short_repr(value)} is no number of values")
    return cast("int", value)


def _decode_kind(name: str, encoded: Mapping[str, Any]) -> SeenKind:
    if name not in _KINDS:
        raise ValueError(f"there is no kind {short_repr(name)}")
    decode = _DECODERS.get(name, _no_value)
    arguments = dict(encoded)
    for key in arguments.keys() & {"count", "empty"}:
        arguments[key] = _number_of(arguments[key])
    for key in arguments.keys() & {"least", "greatest"}:
        arguments[key] = decode(arguments[key])
    for key in arguments.keys() & {"examples", "values"}:
        arguments[key] = tuple(map(decode, _list(arguments[key])))
    if "lengths" in arguments:
        low, high = map(_number_of, _list(arguments["lengths"]))
        arguments["lengths"] = (low, high)
    if "reads_as" in arguments:
        _ensure_kind(arguments["reads_as"], Kind.TEXT)
    if "is_described" in arguments:
        _ensure_kind(arguments["is_described"], Kind.BOOLEAN)
    arguments["members"] = _optional(encoded, "members", _decode_seen)
    kind = SeenKind(**arguments)
    if (kind.least is None) != (kind.greatest is None) or kind.values == ():
        raise ValueError("least and greatest belong together, and values are one or more")
    return kind


def _no_value(value: object) -> object:
    raise ValueError(f"{short_repr(value)} is of a kind whose values are not kept")


def _list(value: object) -> list[Any]:
    if not is_iterable_of_items(value):
        raise ValueError(f"{short_repr(value)} is no list")
    return list(value)


def _decode_observation(encoded: Mapping[str, Any]) -> Observation:
    arguments = dict(encoded)
    for key in _COUNTS & arguments.keys():
        arguments[key] = _number_of(arguments[key])
    arguments["now"] = _decode_instant(arguments["now"])
    arguments["id_types"] = {
        str(name): _number_of(number) for name, number in arguments["id_types"].items()
    }
    arguments["event_names"] = {
        name: _decode_events_of_name(seen) for name, seen in arguments["event_names"].items()
    }
    arguments["lists"] = {
        name: SeenList(**{key: _number_of(number) for key, number in seen.items()})
        for name, seen in arguments["lists"].items()
    }
    return Observation(**arguments)


_COUNTS: Final = frozenset(
    attribute.name for attribute in attrs.fields(Observation) if attribute.type in ("int", int)
)


def _decode_events_of_name(seen: Mapping[str, Any]) -> SeenEvents:
    arguments: dict[str, Any] = {
        key: _number_of(value) for key, value in seen.items() if key not in ("first", "last")
    }
    for key in ("first", "last"):
        arguments[key] = _optional(seen, key, _decode_instant)
    return SeenEvents(**arguments)
