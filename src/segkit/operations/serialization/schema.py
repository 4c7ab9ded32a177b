"""`json_schema`: the form of documents as JSON Schema, for editors, forms and other languages.

It is made of the tables that reading goes by, so that a type or a key is never in one only. The
shipped file is the same text; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from segkit.model.time_spans import CalendarUnit
from segkit.operations.serialization.conditions import AGGREGATES, CONDITIONS
from segkit.operations.serialization.cursor import ObjectShape
from segkit.operations.serialization.encoding import VERSION, Document
from segkit.operations.serialization.scalars import DAY, DECIMAL, FLOAT, INSTANT, WHOLE
from segkit.operations.serialization.values import OPERATOR_NAMES, SEVERAL, UNITS, WINDOWS


def json_schema() -> Document:
    """The JSON Schema (draft 2020-12) of documents of this version, a new dict each time.

    Every document that `to_dict` writes is valid. A valid document is read by `from_dict`, or
    refused for a reason that no schema can say: ends that are reversed, a text against a sum, a
    name that no segment has, more than `Limits` allows.

    The same schema is in the package as ``segkit/schema/segment-1.json``.

    >>> from segkit import json_schema
    >>> json_schema()["$id"]
    'urn:segkit:segment:1'
    """
    held = {
        "condition": _ref("condition"),
        "segment": _ref("segment"),
        "segments": {"type": "array", "items": _ref("segment")},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:segkit:segment:{VERSION}",
        "title": "Segments of segkit",
        "description": "A condition, a segment or several segments that may name each other.",
        "type": "object",
        "properties": {"segkit": {"const": VERSION}, **held},
        "required": ["segkit"],
        "oneOf": [{"required": [key]} for key in held],
        "additionalProperties": False,
        "$defs": {
            "segment": _object(
                ObjectShape(("name", "condition")),
                {"name": {"type": "string", "minLength": 1}, "condition": _ref("condition")},
            ),
            "condition": _by_type(CONDITIONS, _VALUES),
            "step": _object(ObjectShape(("event",), ("within",)), _VALUES),
            "comparison": _comparison(),
            "window": _by_type(WINDOWS, _VALUES),
            "length": {
                **_object(ObjectShape((), UNITS), dict.fromkeys(UNITS, _COUNT)),
                "minProperties": 1,
            },
            "names": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "count": {"anyOf": [{"type": "integer", "minimum": 0}, _tagged("int")]},
            "whole": {"anyOf": [{"type": "integer"}, _tagged("int")]},
            "number": {"anyOf": [{"type": "number"}, *map(_tagged, ("int", "float", "decimal"))]},
            "time": {"anyOf": [_tagged("day"), _tagged("instant")]},
            "scalar": {
                "anyOf": [{"type": ["string", "boolean"]}, _ref("number"), _ref("time")],
            },
            "reference": {"anyOf": [_tagged("value_of"), _tagged("first_value_of")]},
        },
    }


# --- parts ----------------------------------------------------------------------------------------


def _ref(name: str) -> Document:
    return {"$ref": f"#/$defs/{name}"}


def _object(keys: ObjectShape, values: Mapping[str, Document]) -> Document:
    return {
        "type": "object",
        "properties": {key: values[key] for key in (*keys.required, *keys.optional)},
        "required": list(keys.required),
        "additionalProperties": False,
    }


def _by_type(kinds: Mapping[str, ObjectShape], values: Mapping[str, Document]) -> Document:
    """Objects told apart by their ``type``: the other kinds of object are not even looked at."""
    whole = {
        tag: _object(
            ObjectShape(("type", *keys.required), keys.optional), {"type": {"const": tag}, **values}
        )
        for tag, keys in kinds.items()
    }
    return _chosen("type", {(tag,): schema for tag, schema in whole.items()})


def _chosen(key: str, then: Mapping[tuple[str, ...], Document]) -> Document:
    return {
        "type": "object",
        "properties": {key: {"enum": [word for words in then for word in words]}},
        "required": [key],
        "allOf": [
            {"if": {"properties": {key: {"enum": list(words)}}, "required": [key]}, "then": schema}
            for words, schema in then.items()
        ],
    }


_SHAPES: Final[Mapping[str, Document]] = {
    **{
        tag: {"type": "string", "pattern": f"^({shape.pattern})$"}
        for tag, shape in {"int": WHOLE, "float": FLOAT, "decimal": DECIMAL, "day": DAY}.items()
    },
    "instant": {"type": "string", "pattern": f"^({INSTANT.pattern.replace('?P<offset>', '')})$"},
    "value_of": _ref("names"),
    "first_value_of": _ref("names"),
}


def _tagged(tag: str) -> Document:
    return _object(ObjectShape((tag,)), {tag: _SHAPES[tag]})


_TEXT: Final[Document] = {"type": "string"}
_COUNT: Final = _ref("count")
_CONDITIONS: Final[Document] = {"type": "array", "items": _ref("condition")}
_STEPS: Final[Document] = {"type": "array", "items": _ref("step")}

_VALUES: Final[Mapping[str, Document]] = {
    "absent": _ref("step"),
    "aggregate": {"enum": list(AGGREGATES)},
    "comparison": _ref("comparison"),
    "count": {"anyOf": [{"type": "integer", "minimum": 1}, _tagged("int")]},
    "end": _ref("time"),
    "event": _ref("condition"),
    "first": _ref("condition"),
    "joined": _ref("comparison"),
    "least": _COUNT,
    "length": _ref("length"),
    "most": _COUNT,
    "name": _TEXT,
    "names": _ref("names"),
    "newer": _ref("length"),
    "number": _COUNT,
    "offset": _ref("whole"),
    "older": _ref("length"),
    "part": _ref("condition"),
    "parts": _CONDITIONS,
    "path": _ref("names"),
    "percent": _ref("number"),
    "salt": _TEXT,
    "segment": _ref("segment"),
    "start": _ref("time"),
    "steps": _STEPS,
    "unit": {"enum": list(get_args(CalendarUnit))},
    "where": _ref("condition"),
    "window": _ref("window"),
    "within": _ref("length"),
}
"""What stands behind each key of a condition, a step or a window."""


def _comparison() -> Document:
    places = ObjectShape(("km", "latitude", "longitude"))
    days = ObjectShape(("first", "last"))
    special: dict[str, Document] = {
        "between": {"type": "array", "items": _ref("scalar"), "minItems": 2, "maxItems": 2},
        "within": _ref("window"),
        "anniversary": _object(days, dict.fromkeys(days.required, _ref("whole"))),
        "within_km": _object(places, dict.fromkeys(places.required, _ref("number"))),
        **dict.fromkeys(("contains", "starts_with", "ends_with", "matches_regex"), _TEXT),
    }
    plain = [word for word in OPERATOR_NAMES if word not in (*SEVERAL, *special, "is_set")]
    lists = sorted(SEVERAL - {"between"})
    several: Document = {"type": "array", "items": _ref("scalar")}
    one: Document = {"anyOf": [_ref("scalar"), _ref("reference")]}
    return _chosen(
        "operator",
        {
            ("is_set",): _compared(("is_set",), None),
            tuple(plain): _compared(plain, one),
            tuple(lists): _compared(lists, several),
            **{(word,): _compared((word,), operand) for word, operand in special.items()},
        },
    )


def _compared(operators: Iterable[str], operand: Document | None) -> Document:
    values: dict[str, Document] = {
        "operator": {"enum": list(operators)},
        "ignore_case": {"type": "boolean"},
    }
    if operand is None:
        return _object(ObjectShape(("operator",), ("ignore_case",)), values)
    return _object(
        ObjectShape(("operator", "operand"), ("ignore_case",)), {**values, "operand": operand}
    )
