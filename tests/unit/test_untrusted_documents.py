"""Documents of strangers that were refused without a word once, or taken for something else."""

from typing import Any, Final

import jsonschema
import pytest

from segkit import (
    ConditionTypeError,
    DocumentError,
    Limits,
    Segments,
    from_dict,
    from_json,
    json_schema,
)

NAMED: Final = {"type": "in_segment", "name": "b"}
OF_EVENTS: Final = {"type": "count", "names": ["o"]}
ON_LIST: Final = {"type": "list", "name": "vip"}


def together(condition: object, *, last: bool) -> dict[str, Any]:
    """A document in which "a" holds *condition*, "b" standing before it or behind."""
    a, b = {"name": "a", "condition": condition}, {"name": "b", "condition": ON_LIST}
    return {"segkit": 1, "segments": [a, b] if last else [b, a]}


AMONG_EVENTS: Final = [
    pytest.param({**OF_EVENTS, "where": NAMED}, id="the where of a count"),
    pytest.param({**OF_EVENTS, "where": {"type": "not", "part": NAMED}}, id="a complement"),
    pytest.param({"type": "sequence", "first": NAMED, "steps": [{"event": OF_EVENTS}]}, id="first"),
    pytest.param(
        {"type": "sequence", "first": OF_EVENTS, "steps": [{"event": NAMED}]}, id="a step"
    ),
    pytest.param({"type": "sequence", "first": OF_EVENTS, "absent": {"event": NAMED}}, id="absent"),
]


@pytest.mark.parametrize("last", [False, True], ids=["known before", "further down"])
@pytest.mark.parametrize("condition", AMONG_EVENTS)
def test_a_segment_where_only_events_may_stand_is_told_in_its_place(
    condition: object,
    last: bool,
) -> None:
    with pytest.raises(DocumentError) as refused:
        from_dict(together(condition, last=last))
    assert refused.value.problems
    place = "$.segments[0]" if last else "$.segments[1]"
    assert all(problem.path.startswith(place) for problem in refused.value.problems)


def test_a_segment_that_looks_into_itself_among_events_is_a_circle() -> None:
    itself = {"type": "in_segment", "name": "a"}
    with pytest.raises(DocumentError, match="a segment must not refer to itself"):
        from_dict(together({**OF_EVENTS, "where": itself}, last=True))


def test_segments_among_contacts_may_stand_further_down() -> None:
    found = from_dict(together({"type": "not", "part": NAMED}, last=True))
    assert isinstance(found, Segments)
    assert [segment.name for segment in found] == ["a", "b"]


@pytest.mark.parametrize("limits", [None, {}, 5, Limits], ids=str)
def test_limits_are_limits(limits: Any) -> None:  # noqa: ANN401 - what is refused
    document = {"segkit": 1, "condition": ON_LIST}
    with pytest.raises(ConditionTypeError, match=r"from_dict: takes limits=Limits\(nodes=500\)"):
        from_dict(document, limits=limits)
    with pytest.raises(ConditionTypeError, match=r"from_json: takes limits=Limits\(nodes=500\)"):
        from_json("{}", limits=limits)


@pytest.mark.parametrize("text", ["[Infinity]", '{"segkit": 1, "condition": [NaN]}'])
def test_a_number_that_was_not_read_is_shown_as_it_was_sent(text: str) -> None:
    with pytest.raises(DocumentError) as refused:
        from_json(text)
    assert "Unreadable" not in str(refused.value)
    assert any(word in str(refused.value) for word in ("[Infinity]", "[NaN]"))


@pytest.mark.parametrize("offset", ["+02:60", "+00:99", "+24:00", "-99:00"])
def test_an_offset_is_hours_and_minutes(offset: str) -> None:
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
