"""Serialization: conditions, segments and collections of segments as JSON documents.

`codec` defines how a value is encoded, decoded and described; `scalars`, `values` and `conditions`
are the codecs. `cursor` and `limits` make decoding safe, `documents` and `json_text` are the calls.
"""

from segkit.operations.serialization.documents import from_dict, to_dict
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
