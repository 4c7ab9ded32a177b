"""Documents: decoding returns the encoded value, and equal values have one hash [K10]."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import segkit
from segkit import (
    Attribute,
    Comparison,
    Condition,
    DocumentError,
    EventCount,
    Segments,
    content_hash,
    did,
    from_dict,
    from_json,
    json_schema,
    to_dict,
    to_json,
)
from segkit.model.comparisons import Scalar
from segkit.model.values import Kind
from segkit.testing import EXAMPLES
from segkit.testing.strategies import USUAL_VALUES
from tests.laws.documents import ANY_LENGTH, Value, changed, collections, stored, stored_values
from tests.strategies import conditions
from tests.strategies.leaves import event_counts

SCHEMA = Draft202012Validator(json_schema())
SCALARS = st.sampled_from((Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT)).flatmap(
    USUAL_VALUES.__getitem__
)
MORE_NUMBERS = st.integers() | st.floats(allow_nan=False) | st.decimals(allow_nan=False, places=3)


def normalized_repr(value: object) -> str:
    """Return the repr, without the parts that a document omits.

    These are ``minimum=1``, which is the default, and ``fold``, which has no effect in UTC.
    """
    return re.sub(r", minimum=1(?=[,)])(?!, maximum)|, fold=1(?=, tzinfo)", "", repr(value))


# --- round trips ----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_has_a_round_trip(example: Condition) -> None:
    """The default limits accept every kind of condition."""
    assert from_dict(to_dict(example)) == example
    assert repr(from_json(to_json(example))) == repr(example)


@given(stored_values())
def test_a_decoded_document_is_equal(value: Value) -> None:
    """It is equal [K10], and has the same repr."""
    decoded = from_dict(to_dict(value), limits=ANY_LENGTH)
    assert decoded == value
    assert type(decoded) is type(value)
    assert normalized_repr(decoded) == normalized_repr(value)


@given(stored_values())
def test_a_store_may_reorder_keys_and_write_integers(value: Value) -> None:
    assert from_dict(stored(to_dict(value)), limits=ANY_LENGTH) == value


@given(stored_values())
def test_a_document_is_plain_json(value: Value) -> None:
    document = to_dict(value)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert from_dict(json.loads(to_json(value), parse_float=Decimal), limits=ANY_LENGTH) == value
    assert from_dict(json.loads(to_json(value), parse_int=Decimal), limits=ANY_LENGTH) == value


@given(stored_values())
def test_the_text_is_canonical_and_decodes_as_text_and_as_bytes(value: Value) -> None:
    text = to_json(value)
    assert text.isascii()
    assert text == json.dumps(to_dict(value), sort_keys=True, separators=(",", ":"))
    for encoded in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), "\ufeff" + text):
        decoded = from_json(encoded, limits=ANY_LENGTH)
        assert decoded == value
        assert to_json(decoded) == text


@given(st.integers() | st.integers(-(10**399), 10**399) | MORE_NUMBERS | SCALARS | st.text())
def test_every_operand_keeps_its_type(scalar: Scalar) -> None:
    """[K10]: 1, 1.0 and Decimal(1) are three operands, and -0.0 keeps its sign."""
    condition = Attribute(("n",), Comparison("==", scalar))
    decoded = from_dict(stored(to_dict(condition)))
    assert isinstance(decoded, Attribute)
    assert normalized_repr(decoded) == normalized_repr(condition)
    assert type(decoded.comparison.operand) is type(condition.comparison.operand)


@given(collections())
def test_decoded_segments_refer_to_each_other(collection: Segments) -> None:
    """Each reference is to the segment of the same collection."""
    decoded = from_json(to_json(collection), limits=ANY_LENGTH)
    assert isinstance(decoded, Segments)
    assert [segment.name for segment in decoded] == [segment.name for segment in collection]
    for segment in decoded:
        for part in getattr(segment.condition, "parts", ()):
            if isinstance(part, segkit.InSegment):
                assert part.segment is decoded[part.segment.name]


# --- equal values have one hash -------------------------------------------------------------------


@given(stored_values(), stored_values())
def test_two_values_have_one_hash_when_they_are_equal(one: Value, other: Value) -> None:
    assert (content_hash(one) == content_hash(other)) is (one == other)


@given(SCALARS | MORE_NUMBERS, SCALARS | MORE_NUMBERS)
def test_two_operands_have_one_hash_when_they_are_equal(one: Scalar, other: Scalar) -> None:
    """[K10] The operands may be of different types."""
    left, right = (Attribute(("n",), Comparison("==", scalar)) for scalar in (one, other))
    assert (content_hash(left) == content_hash(right)) is (left == right)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2), st.integers(0, 9))
def test_a_decimal_has_one_hash_with_any_number_of_zeros(number: Decimal, zeros: int) -> None:
    """[K10]: Decimal("1.0") == Decimal("1.00"), so the conditions are equal."""
    padded = Decimal(f"{number}{'0' * zeros}")
    left, right = (Attribute(("n",), Comparison("<", operand)) for operand in (number, padded))
    assert left == right
    assert content_hash(left) == content_hash(right)


@given(event_counts(), event_counts())
def test_two_counts_have_one_hash_when_they_are_equal(one: EventCount, other: EventCount) -> None:
    """[K10]: counts are equal if their effective numbers are equal."""
    rebuilt = EventCount(one.names, *one.counts, one.window, one.condition)
    assert rebuilt == one
    assert content_hash(rebuilt) == content_hash(one)
    assert (content_hash(one) == content_hash(other)) is (one == other)


@given(st.sampled_from((None, 0, 1, 2)), st.sampled_from((None, 2, 3)))
def test_numbers_of_events_have_one_hash_when_they_are_equal(
    minimum: int | None, maximum: int | None
) -> None:
    count = EventCount("order", minimum, maximum)
    for other in (did("order"), did("order").at_most(2), did("order").at_least(0)):
        assert (content_hash(count) == content_hash(other)) is (count == other)


# --- the schema -----------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_document_of_every_example_is_valid(example: Condition) -> None:
    SCHEMA.validate(to_dict(example))


@given(stored_values())
def test_an_encoded_document_is_valid(value: Value) -> None:
    SCHEMA.validate(to_dict(value))
    SCHEMA.validate(stored(to_dict(value)))


@given(changed())
def test_a_decoded_document_is_valid_and_a_refusal_has_a_reason(
    document: object,
) -> None:
    """A document that the schema accepts may be refused; each problem has a path and a reason."""
    try:
        from_dict(document, limits=ANY_LENGTH)  # type: ignore[call-overload]
    except DocumentError as error:
        problems = error.problems
    else:
        SCHEMA.validate(document)
        return
    assert problems
    assert all(problem.path.startswith("$") and problem.expected for problem in problems)


@given(conditions(max_leaves=2), st.data())
def test_the_schema_refuses_an_unknown_key_and_a_missing_key(
    condition: Condition, data: st.DataObject
) -> None:
    """Decoding refuses both too: a misspelled key is never ignored."""
    document = to_dict(condition)
    condition_document = document["condition"]
    if data.draw(st.booleans()):
        condition_document["condittion"] = 1
    else:
        condition_document.pop("type")
    assert not SCHEMA.is_valid(document)
    with pytest.raises(DocumentError):
        from_dict(document)
