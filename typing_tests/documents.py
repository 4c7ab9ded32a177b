"""Documents and collections of segments, as a host annotates them.

Checked by mypy and pyright, never run.
"""

from collections.abc import Collection
from typing import Any, assert_type

from segkit import (
    Condition,
    DocumentError,
    Limits,
    Problem,
    Segment,
    Segments,
    attr,
    content_hash,
    from_dict,
    from_json,
    in_list,
    json_schema,
    to_dict,
    to_json,
)

vip = Segment("vip", in_list("vip"))
segments = Segments([vip])

# What is written.
assert_type(to_dict(vip), dict[str, Any])
assert_type(to_json(attr("age") >= 18), str)
assert_type(content_hash(segments), str)
assert_type(json_schema(), dict[str, Any])
to_json("vip")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
to_json([vip])  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

# A document holds one of three types.
found = from_json(b"{}", limits=Limits(nodes=100))
assert_type(from_dict({}), Condition | Segment | Segments)
if isinstance(found, Segment):
    assert_type(found.name, str)
elif isinstance(found, Segments):
    assert_type(found["vip"], Segment)
else:
    assert_type(found.size, int)

# The expected type is that of the result.
assert_type(from_dict({}, Segment), Segment)
assert_type(from_dict({}, Segments), Segments)
assert_type(from_dict({}, Condition), Condition)
assert_type(from_json("{}", Segment, limits=Limits(nodes=100)), Segment)
assert_type(from_json("{}", Condition), Condition)
from_dict({}, Limits)  # type: ignore[type-var] # pyright: ignore[reportArgumentType, reportCallIssue]
Limits(100)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]

# What is wrong with it.
try:
    from_json("{}")
except DocumentError as error:
    assert_type(error.problems, tuple[Problem, ...])
    for path, value, expected in error.problems:
        assert_type((path, value, expected), tuple[str, str, str])

# A collection is one to everybody who asks for one.
collection: Collection[Segment] = segments
assert_type([segment.name for segment in segments], list[str])
assert "vip" in segments
assert vip in segments
Segments(vip)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
