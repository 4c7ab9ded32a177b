"""What a document is about: a contact, or with ``of="event"`` one event."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import (
    And,
    AtLeast,
    Condition,
    ConditionError,
    Contact,
    DocumentError,
    Not,
    Or,
    did,
    first_prop,
    from_dict,
    from_json,
    in_list,
    matches,
    prop,
    to_dict,
    to_json,
)
from segkit.model.base import FIRST_PROP_ONLY_IN_STEPS
from tests.unit.evaluation import NOW

PROPERTY: Final = to_dict(prop("total") >= 50)["condition"]
LIST: Final = to_dict(in_list("vip"))["condition"]
NEUTRAL: Final = to_dict(And())["condition"]

WRAPPERS: Final[dict[str, tuple[Any, str]]] = {
    "alone": (lambda part: part, ""),
    "not": (lambda part: {"type": "not", "part": part}, ".part"),
    "and": (lambda part: {"type": "and", "parts": [NEUTRAL, part]}, ".parts[1]"),
    "or": (lambda part: {"type": "or", "parts": [part]}, ".parts[0]"),
    "at_least": (lambda part: {"type": "at_least", "number": 1, "parts": [part]}, ".parts[0]"),
    "deep": (
        lambda part: {"type": "or", "parts": [{"type": "not", "part": part}]},
        ".parts[0].part",
    ),
}


def problems(document: Any, of: Any = "contact") -> list[tuple[str, str]]:  # noqa: ANN401
    with pytest.raises(DocumentError) as caught:
        from_dict(document, of=of)
    with pytest.raises(DocumentError) as caught_in_text:
        from_json(json.dumps(document), of=of)
    assert caught.value.problems == caught_in_text.value.problems
    return [(problem.path, problem.expected) for problem in caught.value.problems]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_condition_on_one_event_is_refused_at_its_path(wrapper: str) -> None:
    wrap, path = WRAPPERS[wrapper]
    document = {"segkit": 1, "condition": wrap(PROPERTY)}
    ((found_path, expected),) = problems(document)
    assert found_path == f"$.condition{path}"
    assert 'belongs in the "where"' in expected
    assert 'from_dict(document, of="event")' in expected
    assert to_dict(from_dict(document, of="event")) == document


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_condition_on_a_contact_is_none_of_an_event(wrapper: str) -> None:
    wrap, path = WRAPPERS[wrapper]
    document = {"segkit": 1, "condition": wrap(LIST)}
    ((found_path, expected),) = problems(document, of="event")
    assert found_path == f"$.condition{path}"
    assert 'with of="event", conditions are of type "property"' in expected
    assert to_dict(from_dict(document)) == document


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("key", ["segment", "segments"])
def test_a_segment_is_of_contacts(wrapper: str, key: str) -> None:
    wrap, _ = WRAPPERS[wrapper]
    segment = {"name": "a", "condition": wrap(PROPERTY)}
    document = {"segkit": 1, key: segment if key == "segment" else [segment]}
    (path, expected) = problems(document)[0]
    assert path.startswith(f"$.{key}")
    assert "write did(...).where(prop(...) ...)" in expected
    segment["condition"] = wrap(LIST)
    assert problems(document, of="event")[0] == (
        f"$.{key}",
        'is about contacts; with of="event", a document has a "condition"',
    )


def test_a_condition_on_a_later_event_is_one_of_an_event() -> None:
    condition = prop("sku") == first_prop("sku")
    sequence: Any = to_dict(did("order").followed_by(did("refund").where(condition)))
    document = {"segkit": 1, "condition": sequence["condition"]["steps"][0]["event"]["where"]}
    assert from_dict(document, of="event") == condition
    assert problems(document)[0][0] == "$.condition"


@pytest.mark.parametrize("of", ["contact", "event"])
def test_a_step_is_a_part_of_a_sequence_alone(of: str) -> None:
    step = did("refund").where(prop("sku") == first_prop("sku"))
    sequence: Any = to_dict(did("order").followed_by(step))
    document = {"segkit": 1, "condition": sequence["condition"]["steps"][0]["event"]}
    assert problems(document, of=of) == [("$.condition", FIRST_PROP_ONLY_IN_STEPS)]


def test_another_subject_is_refused() -> None:
    of: Any = "events"
    with pytest.raises(
        ConditionError, match="no subject 'events'; the subjects are contact, event"
    ):
        from_dict(to_dict(in_list("vip")), of=of)


@given(st.lists(st.sampled_from([And(), Or(), ~And(), in_list("a"), did("a")]), max_size=4))
def test_what_is_read_can_be_evaluated(parts: list[Condition]) -> None:
    ada = Contact("ada")
    for condition in (And(parts), Or(parts), AtLeast(1, parts), Not(And(parts))):
        again = from_json(to_json(condition))
        assert isinstance(again, And | Or | AtLeast | Not)
        assert matches(again, ada, now=NOW) == matches(condition, ada, now=NOW)
