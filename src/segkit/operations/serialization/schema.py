"""`json_schema`: the format of documents as JSON Schema, for editors, forms and other languages.

The codecs that encode and decode documents describe them too, so no type and no key can be missing.
The package has the same text as a file, and a test compares the two.
"""

from __future__ import annotations

import copy

from segkit.operations.serialization.codec import Document, ref
from segkit.operations.serialization.conditions import CONDITIONS, SEGMENT_RECORD, STEP_RECORD
from segkit.operations.serialization.documents import VERSION
from segkit.operations.serialization.scalars import scalar_definitions
from segkit.operations.serialization.values import COMPARISONS, DURATION, WINDOWS


def json_schema() -> Document:
    """Return the JSON Schema (draft 2020-12) of documents of this version, a new dict each time.

    Every document of `to_dict` is valid. `from_dict` decodes a valid document, or refuses it for a
    reason that a schema cannot express: ends in reverse order, a text compared with a sum, an
    unknown name of a segment, more than `Limits` allows.

    The same schema is in the package as ``segkit/schema/segment-1.json``.

    >>> from segkit import json_schema
    >>> json_schema()["$id"]
    'urn:segkit:segment:1'
    """
    segment = SEGMENT_RECORD.schema()
    segment["properties"]["name"] = {"type": "string", "minLength": 1}
    content = {
        "condition": ref("condition"),
        "segment": ref("segment"),
        "segments": {"type": "array", "items": ref("segment")},
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:segkit:segment:{VERSION}",
        "title": "Segments of segkit",
        "description": "A condition, a segment or several segments that may name each other.",
        "type": "object",
        "properties": {"segkit": {"const": VERSION}, **content},
        "required": ["segkit"],
        "oneOf": [{"required": [key]} for key in content],
        "additionalProperties": False,
        "$defs": {
            "segment": segment,
            "condition": CONDITIONS.schema(),
            "step": STEP_RECORD.schema(),
            "comparison": COMPARISONS.schema(),
            "window": WINDOWS.schema(),
            "length": {**DURATION.schema(), "minProperties": 1},
            **scalar_definitions(),
        },
    }
    return copy.deepcopy(schema)
