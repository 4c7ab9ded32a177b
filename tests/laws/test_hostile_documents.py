"""Every input is decoded or refused with a `DocumentError`; no other error is raised."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from segkit import DocumentError, Limits, content_hash, from_dict, from_json, to_json
from segkit.testing import values
from tests.laws.documents import ANY_LENGTH, Value, changed, stored_values

ANYTHING = st.recursive(
    values(hosted=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ("segkit", "condition", "segment", "segments", "type", "name", "names", "path", "parts", "part",
     "comparison", "operator", "operand", "window", "where", "length", "day", "int", "number")
)  # fmt: skip
TYPES_AND_OPERATORS = st.sampled_from(
    ("attribute", "list", "count", "and", "not", "in_segment", "==", "is_in", "within", "last", "a")
)
NEARLY_VALID = st.recursive(
    TYPES_AND_OPERATORS | st.integers() | st.floats() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
LIMITS = st.builds(
    Limits,
    characters=st.integers(1, 300),
    depth=st.integers(1, 9),
    nodes=st.integers(1, 5),
    parts=st.integers(1, 3),
    operands=st.integers(1, 3),
    names=st.integers(1, 3),
    steps=st.integers(1, 3),
    text=st.integers(1, 9),
    pattern=st.integers(1, 9),
    patterns=st.integers(1, 2),
    digits=st.integers(1, 9),
    years=st.integers(1, 9),
)


def decode_or_refuse(document: Any, limits: Limits = ANY_LENGTH) -> Value | None:  # noqa: ANN401
    """Return the decoded value, or ``None`` if a `DocumentError` with problems is raised."""
    decode = from_json if isinstance(document, str | bytes) else from_dict
    try:
        return decode(document, limits=limits)
    except DocumentError as error:
        refusal = error
    assert refusal.problems
    assert len(refusal.problems) <= 100
    lines = str(refusal).split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 102
    return None


@given(changed())
def test_a_changed_document_is_decoded_or_refused(document: object) -> None:
    """A decoded value is encoded and decoded again without a change."""
    value = decode_or_refuse(document)
    if value is not None:
        assert from_json(to_json(value), limits=ANY_LENGTH) == value


@given(ANYTHING, st.sampled_from(("condition", "segment", "segments", "parts")))
def test_any_value_is_decoded_or_refused(value: object, key: str) -> None:
    """Any value includes objects that raise from every method, and unreadable collections."""
    decode_or_refuse(value if not isinstance(value, str | bytes) else [value])
    decode_or_refuse({"segkit": 1, key: value})
    decode_or_refuse({"segkit": 1, "condition": {"type": "and", key: value}})
    comparison = {"operator": "==", "operand": value}
    decode_or_refuse(
        {"segkit": 1, "condition": {"type": "attribute", "path": value, "comparison": comparison}}
    )


@given(NEARLY_VALID)
def test_a_nearly_valid_document_is_decoded_or_refused(value: object) -> None:
    decode_or_refuse({"segkit": 1, "condition": value})
    decode_or_refuse({"segkit": 1, "segments": [value, {"name": "a", "condition": value}]})


@given(st.binary() | st.text(st.characters()))
def test_any_text_is_decoded_or_refused(text: str | bytes) -> None:
    decode_or_refuse(text)


@given(stored_values(), st.data())
def test_a_changed_text_is_decoded_or_refused(value: Value, data: st.DataObject) -> None:
    """Some characters are removed, inserted or replaced."""
    text = to_json(value)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 9)))
    inserted = data.draw(
        st.sampled_from(("", "{", "[", '"', "\\", "9", "e9", ".", "NaN", "\ud800", " "))
    )
    decoded = decode_or_refuse(text[:start] + inserted + text[end:])
    if decoded is not None:
        assert content_hash(decoded)


@given(changed() | NEARLY_VALID, LIMITS)
def test_small_limits_accept_no_document_that_large_limits_refuse(
    document: object, limits: Limits
) -> None:
    value = decode_or_refuse(document, limits)
    if value is not None:
        assert from_dict(document) == value  # type: ignore[call-overload]


@given(stored_values())
def test_a_dict_and_its_text_are_decoded_alike(value: Value) -> None:
    """The limits refuse both of them, or none."""
    text = to_json(value)
    for limits in (Limits(), Limits(nodes=3), Limits(depth=5), Limits(text=2)):
        assert decode_or_refuse(text, limits) == decode_or_refuse(json.loads(text), limits)
