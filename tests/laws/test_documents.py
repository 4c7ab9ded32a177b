"""Documents: what is written is read back, in one form, with one hash for what is equal [K10]."""

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


def said(value: object) -> str:
    """The repr, without what is left out when it is written.

    At least one, which is the default; and ``fold``, which means nothing in UTC.
    """
    return re.sub(r", minimum=1(?=[,)])(?!, maximum)|, fold=1(?=, tzinfo)", "", repr(value))


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_comes_back(example: Condition) -> None:
    """Whatever a condition can say, within the limits for what nobody trusts."""
    assert from_dict(to_dict(example)) == example
    assert repr(from_json(to_json(example))) == repr(example)


@given(stored_values())
def test_what_is_written_is_read_back(value: Value) -> None:
    """Equal [K10], and spelled in the same way."""
    back = from_dict(to_dict(value), limits=ANY_LENGTH)
    assert back == value
    assert type(back) is type(value)
    assert said(back) == said(value)


@given(stored_values())
def test_a_document_survives_a_store_that_reorders_keys_and_drops_point_zero(value: Value) -> None:
    assert from_dict(stored(to_dict(value)), limits=ANY_LENGTH) == value


@given(stored_values())
def test_a_document_is_made_of_plain_json(value: Value) -> None:
    document = to_dict(value)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert from_dict(json.loads(to_json(value), parse_float=Decimal), limits=ANY_LENGTH) == value
    assert from_dict(json.loads(to_json(value), parse_int=Decimal), limits=ANY_LENGTH) == value


@given(stored_values())
def test_the_text_is_canonical_and_comes_back_from_text_and_bytes(value: Value) -> None:
    text = to_json(value)
    assert text.isascii()
    assert text == json.dumps(to_dict(value), sort_keys=True, separators=(",", ":"))
    for given_ in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), "\ufeff" + text):
        back = from_json(given_, limits=ANY_LENGTH)
        assert back == value
        assert to_json(back) == text


@given(st.integers() | st.integers(-(10**399), 10**399) | MORE_NUMBERS | SCALARS | st.text())
def test_every_operand_comes_back_with_its_type(scalar: Scalar) -> None:
    """[K10]: 1, 1.0 and Decimal(1) are three operands, and -0.0 keeps its sign."""
    condition = Attribute(("n",), Comparison("==", scalar))
    back = from_dict(stored(to_dict(condition)))
    assert isinstance(back, Attribute)
    assert said(back) == said(condition)
    assert type(back.comparison.operand) is type(condition.comparison.operand)


@given(collections())
def test_segments_come_back_bound_to_each_other(collection: Segments) -> None:
    """Each looks into the very segment of the collection."""
    back = from_json(to_json(collection), limits=ANY_LENGTH)
    assert isinstance(back, Segments)
    assert [segment.name for segment in back] == [segment.name for segment in collection]
    for segment in back:
        for part in getattr(segment.condition, "parts", ()):
            if isinstance(part, segkit.InSegment):
                assert part.segment is back[part.segment.name]


# --- one hash for what is equal -------------------------------------------------------------------


@given(stored_values(), stored_values())
def test_two_values_have_one_hash_when_they_are_equal(one: Value, other: Value) -> None:
    assert (content_hash(one) == content_hash(other)) is (one == other)


@given(SCALARS | MORE_NUMBERS, SCALARS | MORE_NUMBERS)
def test_two_operands_have_one_hash_when_they_are_equal(one: Scalar, other: Scalar) -> None:
    """[K10]."""
    here, there = (Attribute(("n",), Comparison("==", scalar)) for scalar in (one, other))
    assert (content_hash(here) == content_hash(there)) is (here == there)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2), st.integers(0, 9))
def test_a_decimal_has_one_hash_however_many_zeros_it_has(number: Decimal, zeros: int) -> None:
    """[K10]: Decimal("1.0") == Decimal("1.00"), so the conditions are equal."""
    longer = Decimal(f"{number}{'0' * zeros}")
    here, there = (Attribute(("n",), Comparison("<", given_)) for given_ in (number, longer))
    assert here == there
    assert content_hash(here) == content_hash(there)


@given(event_counts(), event_counts())
def test_two_counts_have_one_hash_when_they_are_equal(one: EventCount, other: EventCount) -> None:
    """[K10]: by the numbers that count, however they were said."""
    respelled = EventCount(one.names, *one.counts, one.window, one.condition)
    assert respelled == one
    assert content_hash(respelled) == content_hash(one)
    assert (content_hash(one) == content_hash(other)) is (one == other)


@given(st.sampled_from((None, 0, 1, 2)), st.sampled_from((None, 2, 3)))
def test_numbers_of_events_have_one_hash_when_they_are_equal(
    least: int | None, most: int | None
) -> None:
    count = EventCount("order", least, most)
    for other in (did("order"), did("order").at_most(2), did("order").at_least(0)):
        assert (content_hash(count) == content_hash(other)) is (count == other)


# --- the schema -----------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_document_of_every_example_is_valid(example: Condition) -> None:
    SCHEMA.validate(to_dict(example))


@given(stored_values())
def test_what_is_written_is_valid(value: Value) -> None:
    SCHEMA.validate(to_dict(value))
    SCHEMA.validate(stored(to_dict(value)))


@given(changed())
def test_what_is_read_is_valid_and_what_is_valid_is_read_or_refused_with_a_reason(
    document: object,
) -> None:
    """What no schema can say is told in words, with its place."""
    try:
        from_dict(document, limits=ANY_LENGTH)  # type: ignore[arg-type]
    except DocumentError as error:
        told = error.problems
    else:
        SCHEMA.validate(document)
        return
    assert told
    assert all(problem.path.startswith("$") and problem.expected for problem in told)


@given(conditions(max_leaves=2), st.data())
def test_the_schema_refuses_what_has_a_key_too_many_or_too_few(
    condition: Condition, data: st.DataObject
) -> None:
    """As reading does: a misspelled key is never passed over."""
    document = to_dict(condition)
    held = document["condition"]
    if data.draw(st.booleans()):
        held["condittion"] = 1
    else:
        held.pop("type")
    assert not SCHEMA.is_valid(document)
    with pytest.raises(DocumentError):
        from_dict(document)
