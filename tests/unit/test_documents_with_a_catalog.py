"""With a catalog, the texts of a document are values of the kinds of its fields."""

from datetime import UTC, date, datetime
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


@pytest.mark.parametrize(
    ("field", "written", "operand"),
    [
        (Field("number", decimal=","), "1,5", 1.5),
        (Field("number", decimal=","), "1.129", 1129),
        (Field("number", choices=[18, 21]), "21", 21),
        (Field("day", format="%d.%m.%Y"), "05.03.2024", date(2024, 3, 5)),
        (Field("instant", format="seconds"), "1709632800", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        (Field("instant"), "2024-03-05T10:00Z", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        (Field("instant"), "2024-03-05", date(2024, 3, 5)),
        (Field("boolean"), "on", True),
        (Field("boolean"), "0", False),
        (Field(choices=["Free", "Pro"]), "free", "Free"),
        (Field("text"), "20240305", "20240305"),
        (Field("text"), "2024-03-05", "2024-03-05"),
        (Field(choices=["20240305", "x"]), "20240305", "20240305"),
        (Field(), "3", "3"),
    ],
)
def test_an_operand_is_read_as_a_cell_of_its_field(
    field: Field,
    written: str,
    operand: Any,  # noqa: ANN401
) -> None:
    catalog = Catalog(attributes={"x": field}, events={"order": {"x": field}})
    for build in (
        lambda value: attr("x") == value,
        lambda value: attr("x").is_in([value]),
        lambda value: did("order").where(prop("x") == value),
        lambda value: did("order").latest("x") == value,
    ):
        read = from_dict(to_dict(build(written)), catalog=catalog)
        assert read == build(operand)
        assert type(getattr(getattr(read, "comparison", None), "operand", operand)) in (
            type(operand),
            tuple,
        )


def test_members_of_a_collection_are_texts() -> None:
    catalog = Catalog(
        attributes={"tags": "collection", "on": Field("collection", choices=["2024-03-05"])}
    )
    for name in ("tags", "on"):
        condition = attr(name).has_any(["2024-03-05"])
        assert from_dict(to_dict(condition), catalog=catalog) == condition


def test_one_operand_that_cannot_be_read_is_reported() -> None:
    with pytest.raises(DocumentError, match='"abc" is text, and age is a number'):
        from_dict(to_dict(attr("age").is_in(["18", "abc"])), catalog=CATALOG)


def test_a_condition_on_events_is_read_by_the_properties_of_all_events() -> None:
    document = to_dict(prop("total") > "3")
    assert from_dict(document, of="event", catalog=CATALOG) == (prop("total") > 3)
    with pytest.raises(DocumentError, match=r"\$\.condition\.path: the catalog has no property"):
        from_dict(to_dict(prop("totl") > "3"), of="event", catalog=Catalog(events={"order": {}}))


def test_an_event_without_the_property_changes_no_reading() -> None:
    catalog = Catalog(events={"order": {"total": "number"}, "visit": {}})
    condition = did("order", "visit").where(prop("total") > 3)
    assert from_dict(as_text(to_dict(condition)), catalog=catalog) == condition


def test_a_part_of_a_text_is_a_text() -> None:
    with pytest.raises(DocumentError, match="age is a number; text is needed"):
        from_dict(to_dict(attr("age").contains("21")), catalog=CATALOG)


def test_lists_and_texts_of_the_host_are_read_too() -> None:
    class Names(list[Any]):
        pass

    class Text(str):
        __slots__ = ()

    document = to_dict(attr("age") >= 18)
    document["condition"]["path"] = Names([Text("age")])
    document["condition"]["comparison"]["operand"] = Text("18")
    assert from_dict(document, catalog=CATALOG) == (attr("age") >= 18)


def test_names_of_events_share_the_reading_of_a_property() -> None:
    """They may have other labels, and choices."""
    fields = (Field("number", label="Total"), Field("number", choices=[1, 2]))
    catalog = Catalog(events={"order": {"total": fields[0]}, "refund": {"total": fields[1]}})
    condition = did("order", "refund").where(prop("total") == 3)
    assert from_dict(as_text(to_dict(condition)), catalog=catalog) == condition


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
