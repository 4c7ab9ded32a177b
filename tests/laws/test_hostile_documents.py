"""Whatever is handed in, it is read or refused as `DocumentError`: no other error, ever."""

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
WORDS = st.sampled_from(
    ("attribute", "list", "count", "and", "not", "in_segment", "==", "is_in", "within", "last", "a")
)
LIKELY = st.recursive(
    WORDS | st.integers() | st.floats() | st.none() | st.booleans(),
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


def read_or_refused(document: Any, limits: Limits = ANY_LENGTH) -> Value | None:  # noqa: ANN401
    """Read it; everything but a `DocumentError` with its problems is a finding."""
    read = from_json if isinstance(document, str | bytes) else from_dict
    try:
        return read(document, limits=limits)
    except DocumentError as error:
        told = error
    assert told.problems
    assert len(told.problems) <= 100
    lines = str(told).split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 102
    return None


@given(changed())
def test_a_changed_document_is_read_or_refused(document: object) -> None:
    """And what is read comes back."""
    value = read_or_refused(document)
    if value is not None:
        assert from_json(to_json(value), limits=ANY_LENGTH) == value


@given(ANYTHING, st.sampled_from(("condition", "segment", "segments", "parts")))
def test_anything_is_read_or_refused(thing: object, where: str) -> None:
    """Values that raise when they are asked anything, collections that cannot be read."""
    read_or_refused(thing if not isinstance(thing, str | bytes) else [thing])
    read_or_refused({"segkit": 1, where: thing})
    read_or_refused({"segkit": 1, "condition": {"type": "and", where: thing}})
    comparison = {"operator": "==", "operand": thing}
    read_or_refused(
        {"segkit": 1, "condition": {"type": "attribute", "path": thing, "comparison": comparison}}
    )


@given(LIKELY)
def test_what_looks_like_a_document_is_read_or_refused(thing: object) -> None:
    read_or_refused({"segkit": 1, "condition": thing})
    read_or_refused({"segkit": 1, "segments": [thing, {"name": "a", "condition": thing}]})


@given(st.binary() | st.text(st.characters()))
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    read_or_refused(text)


@given(stored_values(), st.data())
def test_a_changed_text_is_read_or_refused(value: Value, data: st.DataObject) -> None:
    """Some characters taken away, put in or doubled."""
    text = to_json(value)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 9)))
    put = data.draw(
        st.sampled_from(("", "{", "[", '"', "\\", "9", "e9", ".", "NaN", "\ud800", " "))
    )
    found = read_or_refused(text[:start] + put + text[end:])
    if found is not None:
        assert content_hash(found)


@given(changed() | LIKELY, LIMITS)
def test_small_limits_refuse_and_never_let_pass_what_large_ones_refuse(
    document: object, limits: Limits
) -> None:
    value = read_or_refused(document, limits)
    if value is not None:
        assert from_dict(document) == value  # type: ignore[arg-type]


@given(stored_values())
def test_a_dict_and_its_text_are_read_alike(value: Value) -> None:
    """Also where the same limits refuse one of them."""
    text = to_json(value)
    for limits in (Limits(), Limits(nodes=3), Limits(depth=5), Limits(text=2)):
        assert read_or_refused(text, limits) == read_or_refused(json.loads(text), limits)
