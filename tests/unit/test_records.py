"""Rows of files, forms and JSON, read as contacts and events."""

import csv
import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from segkit import BadCell, Catalog, Contact, Event, MemorySource, RecordError

AT: Final = "2024-03-05T10:00Z"
INSTANT: Final = datetime(2024, 3, 5, 10, tzinfo=UTC)
CATALOG: Final = Catalog(
    attributes={"age": "number", "address": {"zip": "text", "geo": {"x": "number"}}},
    events={"order": {"total": "number", "paid_at": "instant"}},
)


def read(  # any rows and arguments, as in a call
    contacts: Any,  # noqa: ANN401
    events: Any = (),  # noqa: ANN401
    **arguments: Any,  # noqa: ANN401
) -> tuple[MemorySource[Any], list[BadCell]]:
    """Return the store of rows, and the bad cells."""
    bad: list[BadCell] = []
    arguments = {"catalog": CATALOG, "on_bad": bad.append, **arguments}
    return MemorySource.from_records(contacts, events, **arguments), bad


def test_a_file_of_two_hundred_customers_is_read(tmp_path: Path) -> None:
    """With a byte order mark, blanks, texts for numbers, naive times and JSON in cells."""
    path = tmp_path / "customers.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "age", "joined", "address"])
        for number in range(200):
            address = json.dumps({"zip": number}) if number % 3 else ""
            age = str(number) if number % 2 else ""
            writer.writerow([f"'{number}", age, "2024-03-05 10:00", address])
    catalog = Catalog(attributes={"age": "number", "joined": "instant", "address": {"zip": "text"}})
    with path.open(newline="", encoding="utf-8") as file:
        source = MemorySource.from_records(csv.DictReader(file), catalog=catalog, tz="UTC")
    assert len(source) == 200
    assert source.get("1") == Contact(
        "1", {"age": 1, "joined": datetime(2024, 3, 5, 10, tzinfo=UTC), "address": {"zip": "1"}}
    )
    assert source.get("0") == Contact("0", {"joined": datetime(2024, 3, 5, 10, tzinfo=UTC)})


def test_columns_may_be_paths_into_a_mapping() -> None:
    row = {
        "id": "a",
        "address.zip": "75011",
        "address.geo.x": "3",
        "other.zip": "x",
        "address.y": "",
    }
    contact = CATALOG.contact(row)
    assert contact.attributes == {"address": {"zip": "75011", "geo": {"x": 3}}, "other.zip": "x"}


def test_a_row_may_have_the_fields_of_a_contact() -> None:
    row = {
        "id": "a",
        "attributes": '{"age": "36", "address": {"zip": 75011}, "x": null}',
        "lists": {"vip": "2024-03-05", "news": None, "beta": AT},
        "city": "Paris",
    }
    assert CATALOG.contact(row) == Contact(
        "a",
        {"age": 36, "address": {"zip": "75011"}, "city": "Paris"},
        {"vip": date(2024, 3, 5), "news": None, "beta": INSTANT},
    )
    assert CATALOG.contact({"id": "a", "lists": "vip, news"}).lists == {"vip": None, "news": None}
    assert CATALOG.contact({"id": "a", "lists": ["vip"]}).lists == {"vip": None}
    assert CATALOG.contact({"id": "a", "lists": '{"vip": ""}'}).lists == {"vip": None}
    assert CATALOG.contact({"id": "a", "lists": None, "attributes": ""}) == Contact("a")


def test_a_described_attribute_is_no_field_of_a_contact() -> None:
    catalog = Catalog(attributes={"lists": "number", "attributes": "text"})
    row = {"id": "a", "lists": "3", "attributes": "x"}
    assert catalog.contact(row).attributes == {"lists": 3, "attributes": "x"}


def test_a_row_may_have_the_fields_of_an_event() -> None:
    row = {"contact_id": "a", "name": "order", "at": AT, "id": "'e1", "properties": {"total": "3"}}
    event = CATALOG.event(row)
    assert event == Event("a", "order", INSTANT, {"total": 3}, id="e1")
    flat = {"contact_id": "a", "name": "order", "at": AT, "id": 7, "total": "3", "note": " x "}
    assert CATALOG.event(flat) == Event("a", "order", INSTANT, {"total": 3, "note": "x"}, id=7)
    assert CATALOG.event({**flat, "id": ""}).id is None


def test_the_time_of_an_event_may_have_a_form_of_its_own() -> None:
    catalog = Catalog(events={"order": {"paid_at": "instant"}})
    row = {"contact_id": "a", "paid_at": AT}
    event = catalog.event(row, columns={"at": "paid_at"}, name="order")
    assert event == Event("a", "order", INSTANT)
    described = Catalog(events={"order": {"properties": "text"}})
    row = {"contact_id": "a", "at": AT, "properties": "x"}
    assert described.event(row, name="order").properties == {"properties": "x"}


@pytest.mark.parametrize(
    ("id_type", "text", "value"),
    [
        (int, "'7", 7),
        (None, " '7 ", "7"),
        (UUID, f"{UUID(int=7)}", UUID(int=7)),
        (None, 7, 7),
        (str, 7, "7"),
    ],
)
def test_ids_are_made_of_their_texts(id_type: Any, text: object, value: object) -> None:  # noqa: ANN401
    assert CATALOG.contact({"id": text}, id_type=id_type).id == value
    row = {"contact_id": text, "name": "order", "at": AT}
    assert CATALOG.event(row, id_type=id_type).contact_id == value
    source, bad = read([{"id": text}], lists={"vip": [text]}, id_type=id_type)
    assert not bad
    assert [contact.lists for contact in source] == [{"vip": None}]


def test_bad_cells_of_a_file_are_reported_together() -> None:
    contacts = [
        {"id": "a", "age": "x"},
        {"id": "", "age": "1"},
        {"age": "1"},
        {"id": "a", "age": "2"},
    ]
    events = [
        {"contact_id": "a", "name": "order", "at": "soon", "total": "y"},
        {"contact_id": "a", "name": "order", "at": AT, "total": "z"},
    ]
    with pytest.raises(RecordError) as caught:
        MemorySource.from_records(contacts, events, catalog=CATALOG)
    places = [(cell.row, cell.column) for cell in caught.value.cells]
    assert places == [
        (1, "age"),
        (2, "id"),
        (3, "id"),
        (4, "id"),
        (1, "at"),
        (1, "total"),
        (2, "total"),
    ]
    assert caught.value.omitted == 0
    source, bad = read(contacts, events)
    assert [(cell.row, cell.column) for cell in bad] == places
    assert [contact.attributes for contact in source] == [{}]
    assert source.events("a") == [Event("a", "order", INSTANT)]


def test_many_bad_cells_are_counted() -> None:
    rows = [{"id": str(number), "age": "x"} for number in range(1_500)]
    with pytest.raises(RecordError, match="1,500 bad cells") as caught:
        MemorySource.from_records(rows, catalog=CATALOG)
    assert (len(caught.value.cells), caught.value.omitted) == (1_000, 500)
    assert str(caught.value).splitlines() == [
        "from_records: 1,500 bad cells",
        "  contacts, row 1, age: 'x' is no number (and 999 more like it)",
        "  and 500 more",
    ]


def test_bad_cells_with_different_problems_are_shown_up_to_ten() -> None:
    catalog = Catalog(attributes={f"x{number}": "number" for number in range(12)})
    rows = [{"id": "a"} | {f"x{number}": "x" for number in range(12)}, {"id": "b", "x3": "y"}]
    with pytest.raises(RecordError, match="13 bad cells") as caught:
        MemorySource.from_records(rows, catalog=catalog)
    lines = str(caught.value).splitlines()
    assert len(lines) == 12
    assert lines[4] == "  contacts, row 1, x3: 'x' is no number (and 1 more like it)"
    assert lines[-1] == "  and 2 more"


def test_skipped_cells_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="segkit"):
        source = MemorySource.from_records(
            [{"id": "a", "age": "x"}], catalog=CATALOG, on_bad="skip"
        )
    assert len(source) == 1
    assert caplog.messages == ["from_records left out 1 bad cells"]


def test_lists_name_their_contacts() -> None:
    lists = {"vip": {"a": "2024-03-05", "b": "soon"}, "news": {"a", "z"}}
    source, bad = read([{"id": "a", "lists": "beta"}, {"id": "b"}], lists=lists)
    assert [contact.lists for contact in source] == [
        {"beta": None, "vip": date(2024, 3, 5), "news": None},
        {"vip": None},
    ]
    assert sorted(cell.column for cell in bad) == ["lists['news']", "lists['vip']['b']"]
    _, bad = read([{"id": "a"}], lists={"vip": [""]})
    assert [cell.problem for cell in bad] == ["is no id: an id is needed"]


def test_a_value_that_a_contact_refuses_leaves_out_its_cell_only() -> None:
    naive = datetime(2024, 3, 5)  # noqa: DTZ001 - refused
    source, bad = read([{"id": "a", "x": [naive], "age": "3"}, {"id": "b"}])
    assert list(source) == [Contact("a", {"age": 3}), Contact("b")]
    assert [(cell.row, cell.column) for cell in bad] == [(1, "x")]
    assert bad[0].problem.startswith("is naive")
    source, bad = read([], [{"contact_id": "a", "name": "order", "at": AT, "x": [naive]}])
    assert source.events("a") == [Event("a", "order", INSTANT)]
    assert [(cell.row, cell.column) for cell in bad] == [(1, "x")]


def test_a_store_without_a_catalog_keeps_the_texts() -> None:
    source = MemorySource.from_records([{"id": "a", "age": " 36 ", "x": ""}])
    assert source.get("a") == Contact("a", {"age": "36"})


def test_rows_of_other_columns_are_reported() -> None:
    _, bad = read([{"id": "a", None: ["b"], 3: "x"}])
    assert [str(cell) for cell in bad] == [
        "contacts, row 1, (no column): ['b'] lies beyond the last column",
        "contacts, row 1, 3: 'x' is in a column whose name is no text",
    ]
    _, bad = read([{"id": "a", "lists": {"vip": "soon"}}, {"id": "b", "attributes": "x"}])
    assert [(cell.row, cell.column) for cell in bad] == [(1, "lists.vip"), (2, "attributes")]
    _, bad = read([{"id": "a", "lists": [["x"]]}])
    assert [cell.column for cell in bad] == ["lists"]


def test_a_bad_cell_prints_its_place() -> None:
    assert str(BadCell(None, "age", "'x'", "is no number")) == "age: 'x' is no number"
