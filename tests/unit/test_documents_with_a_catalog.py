"""With a catalog, the texts of a document are values of the kinds of its fields."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from segkit import (
    Catalog,
    Contact,
    DocumentError,
    Event,
    Field,
    MemorySource,
    Segment,
    Segments,
    attr,
    did,
    from_dict,
    from_json,
    in_segment,
    prop,
    to_dict,
    to_json,
)

NOW: Final = datetime(2024, 6, 1, tzinfo=UTC)
CATALOG: Final = Catalog(
    attributes={
        "age": "number",
        "zip": "text",
        "codes": Field("collection", choices=[1, 2]),
        "tags": "collection",
        "address": {"floor": "number"},
    },
    events={
        "order": {"total": "number", "status": "number"},
        "refund": {"total": "number", "status": "text"},
        "click": None,
    },
)


def as_text(document: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return a document in which each number is a text, as a form sends it."""
    if isinstance(document, dict):
        kept = ("segkit", "least", "most", "length", "number")
        return {key: each if key in kept else as_text(each) for key, each in document.items()}
    if isinstance(document, list):
        return list(map(as_text, document))
    return str(document) if type(document) in (int, float) else document


@pytest.mark.parametrize(
    "condition",
    [
        attr("age") >= 18,
        attr("age").between(9, 18),
        attr("age").is_in([9, 18]),
        attr("address", "floor") == 3,
        attr("codes").has_any([1]),
        did("order").at_least(2).where(prop("total") >= 50),
        did("order", "refund").where(~(prop("total") == 5) | (prop("total") > 50)),
        did("order").sum("total") >= 100,
        did("order").distinct("anything") >= 3,
        did("order").latest("status") == 3,
        did("order").followed_by(did("refund").where(prop("total") > 3)),
    ],
)
def test_texts_are_read_as_the_kinds_of_their_fields(condition: Any) -> None:  # noqa: ANN401
    document = as_text(to_dict(condition))
    if "anything" in str(document):
        catalog = Catalog(events={"order": None})
        assert from_dict(document, catalog=catalog) == condition
    else:
        assert from_dict(document, catalog=CATALOG) == condition


@pytest.mark.parametrize(
    "condition",
    [
        attr("zip") == "75011",
        attr("tags").has_any(["1"]),
        did("click").where(prop("page") == "3"),
        did("order", "refund").where(prop("status") == "3"),
    ],
)
def test_a_text_stays_one_where_the_catalog_says_so(condition: Any) -> None:  # noqa: ANN401
    catalog = Catalog(
        attributes=CATALOG.attributes, events={"click": None, "order": None, "refund": None}
    )
    assert from_dict(to_dict(condition), catalog=catalog) == condition


@pytest.mark.parametrize(
    "condition",
    [
        did("order", "refund").where(prop("status") == "3"),
        did("order", "click").where(prop("total") == "3"),
        did("order", "click").where(prop("total") == "3") | did("click"),
    ],
    ids=["two kinds", "one name is not described", "in a group"],
)
def test_a_text_stays_one_where_the_names_do_not_agree(condition: Any) -> None:  # noqa: ANN401
    assert from_dict(to_dict(condition), catalog=CATALOG) == condition


def test_a_kind_is_that_of_one_field_only() -> None:
    """The operand of the next condition is read as text, so that it is refused."""
    comparison = {"operator": ">", "operand": "2024-01-01"}
    parts = [
        {"type": "attribute", "path": ["born"], "comparison": comparison},
        {"type": "list", "name": "vip", "joined": comparison},
    ]
    document = {"segkit": 1, "condition": {"type": "and", "parts": parts}}
    with pytest.raises(DocumentError) as caught:
        from_dict(document, catalog=Catalog(attributes={"born": "day"}))
    assert [problem.path for problem in caught.value.problems] == ["$.condition.parts[1].joined"]


def test_findings_are_problems_of_the_document() -> None:
    document = to_dict(did("order").where(prop("totl") > 3) & (attr("agee") > 3))
    with pytest.raises(DocumentError) as caught:
        from_dict(document, catalog=CATALOG)
    assert [problem.path for problem in caught.value.problems] == [
        "$.condition.parts[0].where.path",
        "$.condition.parts[1].path",
    ]
    assert [problem.found for problem in caught.value.problems] == ["['totl']", "['agee']"]


def test_the_data_as_a_whole_is_no_problem_of_a_document() -> None:
    order = Event("1", "order", NOW, {"total": 3})
    catalog = Catalog.observed(MemorySource([Contact(1)], [order]), now=NOW)
    assert from_dict(to_dict(did("order")), catalog=catalog) == did("order")


def test_segments_and_texts_of_json_are_checked_too() -> None:
    adults = Segment("adults", attr("agee") >= 18)
    both = Segments([adults, Segment("others", ~in_segment(adults))])
    with pytest.raises(DocumentError) as caught:
        from_json(to_json(both), catalog=CATALOG)
    assert [problem.path for problem in caught.value.problems] == ["$.segments[0].condition.path"]
    assert from_dict(to_dict(prop("x") == "3"), of="event", catalog=CATALOG) == (prop("x") == "3")


def test_an_event_that_the_data_does_not_have_is_shown_with_zero() -> None:
    observed = Catalog.observed(MemorySource([Contact("a")]), now=NOW)
    merged = Catalog({"x": "number"}, ["vip"], {"order": None}, observation=observed.observation)
    text = str(merged)
    assert "order  0" in text
    assert "vip   0" in text
