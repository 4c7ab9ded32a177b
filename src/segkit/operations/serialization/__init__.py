"""Serialization: conditions, segments and collections of segments as JSON documents.

`encoding` writes documents and `decoding` reads them, with a `cursor` that knows the path and the
limits; `json_text` is the JSON text and its hash, and `schema` the published JSON Schema.
"""

from segkit.operations.serialization.decoding import from_dict
from segkit.operations.serialization.encoding import to_dict
from segkit.operations.serialization.json_text import content_hash, from_json, to_json
from segkit.operations.serialization.limits import Limits
from segkit.operations.serialization.schema import json_schema

__all__ = [
    "Limits",
    "content_hash",
    "from_dict",
    "from_json",
    "json_schema",
    "to_dict",
    "to_json",
]
