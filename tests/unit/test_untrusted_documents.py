"""Untrusted documents: regressions of wrong errors and wrong results."""

from typing import Any, Final

import jsonschema
import pytest

from segkit import (
    Condition,
    ConditionTypeError,
    DocumentError,
    Limits,
    Segment,
    Segments,
    from_dict,
    from_json,
    in_list,
    json_schema,
    to_dict,
    to_json,
)

REFERENCE: Final = {"type": "in_segment", "name": "b"}
COUNT: Final = {"type": "count", "names": ["o"]}
MEMBERSHIP: Final = {"type": "list", "name": "vip"}


def document_with(condition: object, *, last: bool) -> dict[str, Any]:
    """Return a document with *condition* as "a", and with "b" before it, or after it if *last*."""
    a, b = {"name": "a", "condition": condition}, {"name": "b", "condition": MEMBERSHIP}
    return {"segkit": 1, "segments": [a, b] if last else [b, a]}


IN_EVENTS: Final = [
    pytest.param({**COUNT, "where": REFERENCE}, id="the where of a count"),
    pytest.param({**COUNT, "where": {"type": "not", "part": REFERENCE}}, id="a complement"),
    pytest.param({"type": "sequence", "first": REFERENCE, "steps": [{"event": COUNT}]}, id="first"),
    pytest.param(
        {"type": "sequence", "first": COUNT, "steps": [{"event": REFERENCE}]}, id="a step"
    ),
    pytest.param({"type": "sequence", "first": COUNT, "absent": {"event": REFERENCE}}, id="absent"),
]


@pytest.mark.parametrize("last", [False, True], ids=["defined before", "defined after"])
@pytest.mark.parametrize("condition", IN_EVENTS)
def test_a_reference_in_a_condition_of_events_is_reported_with_its_path(
    condition: object,
    last: bool,
) -> None:
    with pytest.raises(DocumentError) as caught:
        from_dict(document_with(condition, last=last))
    assert caught.value.problems
    path = "$.segments[0]" if last else "$.segments[1]"
    assert all(problem.path.startswith(path) for problem in caught.value.problems)


def test_a_segment_that_refers_to_itself_in_a_condition_of_events_is_refused() -> None:
    reference = {"type": "in_segment", "name": "a"}
    with pytest.raises(DocumentError, match="a segment must not refer to itself"):
        from_dict(document_with({**COUNT, "where": reference}, last=True))


def test_a_reference_may_be_before_the_referenced_segment() -> None:
    found = from_dict(document_with({"type": "not", "part": REFERENCE}, last=True))
    assert isinstance(found, Segments)
    assert [segment.name for segment in found] == ["a", "b"]


@pytest.mark.parametrize("limits", [None, {}, 5, Limits], ids=str)
def test_invalid_limits_are_refused(limits: Any) -> None:  # noqa: ANN401 - refused
    document = {"segkit": 1, "condition": MEMBERSHIP}
    with pytest.raises(ConditionTypeError, match=r"from_dict: takes limits=Limits\(nodes=500\)"):
        from_dict(document, limits=limits)
    with pytest.raises(ConditionTypeError, match=r"from_json: takes limits=Limits\(nodes=500\)"):
        from_json("{}", limits=limits)


CONTENTS: Final[dict[str, tuple[object, Any]]] = {
    "condition": (Condition, in_list("vip")),
    "segment": (Segment, Segment("vip", in_list("vip"))),
    "segments": (Segments, Segments([Segment("vip", in_list("vip"))])),
}


@pytest.mark.parametrize("key", CONTENTS)
@pytest.mark.parametrize("expected", CONTENTS)
def test_a_document_of_another_type_is_refused(expected: str, key: str) -> None:
    """The error names the key that the document has, and the key that is expected."""
    result_type: Any = CONTENTS[expected][0]
    value = CONTENTS[key][1]
    if key == expected:
        assert from_dict(to_dict(value), result_type) == value
        assert from_json(to_json(value), result_type) == value
        return
    calls: tuple[tuple[Any, object], ...] = (
        (from_dict, to_dict(value)),
        (from_json, to_json(value)),
    )
    for decode, document in calls:
        with pytest.raises(DocumentError) as caught:
            decode(document, result_type)
        (problem,) = caught.value.problems
        assert problem.path == "$"
        assert problem.expected == f'is to have the key "{expected}", and has the key "{key}"'


def test_the_expected_type_is_one_that_documents_hold() -> None:
    """A leaf is no type of a document: its condition could become a group."""
    decode: Any = from_dict
    for wrong in (type(in_list("vip")), dict, "segment", (), Segment("vip", in_list("vip"))):
        with pytest.raises(ConditionTypeError, match="takes Segment, Segments or Condition"):
            decode(to_dict(in_list("vip")), wrong)


@pytest.mark.parametrize("text", ["[Infinity]", '{"segkit": 1, "condition": [NaN]}'])
def test_an_invalid_number_is_shown_as_in_the_document(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        from_json(text)
    assert "Unreadable" not in str(caught.value)
    assert any(word in str(caught.value) for word in ("[Infinity]", "[NaN]"))


@pytest.mark.parametrize("offset", ["+02:60", "+00:99", "+24:00", "-99:00"])
def test_an_invalid_offset_is_refused(offset: str) -> None:
    operand = {"instant": f"2022-07-01T00:00:00{offset}"}
    comparison = {"operator": ">", "operand": operand}
    condition = {"type": "attribute", "path": ["since"], "comparison": comparison}
    document = {"segkit": 1, "condition": condition}
    with pytest.raises(DocumentError):
        from_dict(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())
    operand["instant"] = "2022-07-01T00:00:00+02:59"
    from_dict(document)
    jsonschema.validate(document, json_schema())
