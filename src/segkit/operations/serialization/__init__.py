"""Segments that travel: conditions, segments and collections of segments as JSON documents.

`writing` makes documents and `reading` takes them, `texts` is JSON, `hashing` says what is the
same; `spots` is what reading stands on, and `schema` is the published form.
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
