"""Serialization: conditions, segments and collections of segments as JSON documents.

`codec` defines how a value is encoded, decoded and described; `scalars`, `values` and `conditions`
are the codecs. `cursor`, `limits` and `json_text` make decoding safe. `documents` has the functions
that users call.
"""

from segkit.operations.serialization.documents import (
    content_hash,
    from_dict,
    from_json,
    to_dict,
    to_json,
)
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
