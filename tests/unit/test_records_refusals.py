"""No cell of a row is lost without a report, and what are no rows is refused with what to write."""

import csv
import io
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import (
    BadCell,
    Catalog,
    CatalogError,
    Contact,
    Event,
    EventLike,
    Field,
    MemorySource,
    RecordError,
)
from tests.unit.hostile_collections import ListThatRaises, MappingThatRaises
from tests.unit.hostile_values import RaisingZone

AT: Final = "2024-03-05T10:00Z"
INSTANT: Final = datetime(2024, 3, 5, 10, tzinfo=UTC)
TIME_THAT_RAISES: Final = datetime(2024, 3, 5, tzinfo=RaisingZone())
CATALOG: Final = Catalog(
    attributes={
        "age": "number",
        "home": "location",
        "tags": "collection",
        "born": "day",
        "seen": "instant",
        "address": {"zip": "text", "geo": {"x": "number", "y": "number"}},
    },
    events={"order": {"total": "number"}},
)


def read_contacts(*rows: Any, **arguments: Any) -> tuple[list[Contact[Any]], list[BadCell]]:  # noqa: ANN401
    """Return the contacts of rows, and the bad cells."""
    bad: list[BadCell] = []
    source = MemorySource.from_records(rows, catalog=CATALOG, on_bad=bad.append, **arguments)
    return list(source), bad


def read_event(row: dict[Any, Any]) -> tuple[EventLike | None, list[BadCell]]:
    bad: list[BadCell] = []
    source = MemorySource.from_records([], [row], catalog=CATALOG, on_bad=bad.append)
    return next(iter(source.events("a")), None), bad


@pytest.mark.parametrize(
    ("cell", "column", "problem"),
    [
        ({"age": MappingThatRaises()}, "age", "is no number"),
        ({"address": MappingThatRaises()}, "address", "when it is read"),
        ({"tags": ListThatRaises([1])}, "tags", "when it is read"),
        ({"other": MappingThatRaises()}, "other", "raises"),
        ({"other": ListThatRaises([1])}, "other", "raises"),
        ({"other": [[datetime(2024, 3, 5)]]}, "other", "is naive"),  # noqa: DTZ001 - refused
        ({"born": TIME_THAT_RAISES}, "born", "is no day"),
        ({"seen": TIME_THAT_RAISES}, "seen", "has a zone that raises"),
        ({"other": TIME_THAT_RAISES}, "other", "has a zone that raises"),
        ({"other": [TIME_THAT_RAISES]}, "other", "has a zone that raises"),
        ({"tags": [datetime(2024, 3, 5)]}, "tags", "is naive"),  # noqa: DTZ001 - refused
        ({"attributes": MappingThatRaises()}, "attributes", "when it is read"),
        ({"attributes": {"x": [datetime(2024, 3, 5)]}}, "attributes.x", "is naive"),  # noqa: DTZ001
        ({"lists": MappingThatRaises()}, "lists", "when it is read"),
        ({"lists": ListThatRaises(["vip"])}, "lists", "when it is read"),
        ({"lists": [None]}, "lists", "is no name of a list"),
        ({"lists": {"": None}}, "lists", "is no name of a list"),
        ({"lists": [{}]}, "lists", "is no text"),
        ({"lists": {"vip": 10**5_000}}, "lists.vip", "is no instant"),
        ({"lists": {"vip": MappingThatRaises()}}, "lists.vip", "is no instant"),
        ({"home": 3}, "home", "is no location"),
        ({"home": "200, 2"}, "home", "is no location"),
        ({"home": "[1]"}, "home", "is no location"),
        ({"home": {"latitude": 1}}, "home", "is no location"),
        ({"home": "48.85; 2.35"}, "home", "is no location"),
        ({"address.zip": "7", "address.zip.x": "8", "address": "x"}, "address", "is no mapping"),
        ({7: "x"}, "7", "whose name is no text"),
        ({" age ": "4", "age": "3"}, "age", "second column"),
        ({None: ["x", ""]}, "(no column)", "beyond the last column"),
        ({None: "x"}, "(no column)", "beyond the last column"),
    ],
)
def test_a_bad_cell_leaves_out_that_cell_only(
    cell: dict[Any, Any], column: str, problem: str
) -> None:
    (contact,), bad = read_contacts({"id": "a", "city": "Paris", **cell})
    assert [each.column for each in bad] == [column]
    assert problem in bad[0].problem
    assert contact.attributes["city"] == "Paris"
    assert contact.lists in ({}, {"vip": None})
    with pytest.raises(RecordError) as caught:
        CATALOG.contact({"id": "a", **cell})
    assert [each.column for each in caught.value.cells] == [column]


def test_empty_cells_beyond_the_header_are_no_data() -> None:
    file = io.StringIO("id,age\na,36,\nb,9, ,\n")
    contacts, bad = read_contacts(*csv.DictReader(file))
    assert (contacts, bad) == ([Contact("a", {"age": 36}), Contact("b", {"age": 9})], [])


def test_two_columns_with_one_value_are_reported() -> None:
    (contact,), bad = read_contacts({"id": "a", "attributes": {"age": 36}, "age": "37"})
    assert contact.attributes == {"age": 36}
    assert [str(cell) for cell in bad] == [
        "contacts, row 1, age: '37' has a value in another column too: leave out one"
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_columns_of_a_mapping_become_one(order: int) -> None:
    cells = [("id", "a"), ("address.geo.x", "3"), ("address", '{"zip": 7, "geo": {"y": "4"}}')]
    (contact,), bad = read_contacts(dict(cells[::order]))
    assert not bad
    assert contact.attributes == {"address": {"zip": "7", "geo": {"x": 3, "y": 4}}}
    cells = [*cells, ("address.zip", "8")]
    _, bad = read_contacts(dict(cells[::order]))
    assert len(bad) == 1


def test_a_name_with_points_that_the_catalog_does_not_have_stays_one_name() -> None:
    row = {
        "id": "a",
        "address.zip.x": "8",
        "address.zip": "7",
        "address.geo": {"x": "1"},
        "a.b": "",
    }
    (contact,), bad = read_contacts(row)
    assert not bad
    assert contact.attributes == {"address": {"zip.x": "8", "zip": "7", "geo": {"x": 1}}}


def test_names_of_columns_may_have_spaces() -> None:
    row = {"\ufeff Customer ID ": "'6551", "age": "3"}
    assert CATALOG.contact(row, columns={"id": "Customer ID "}) == Contact("6551", {"age": 3})


def test_lists_may_have_numbers_as_names() -> None:
    (contact,), bad = read_contacts(
        {"id": "a", "lists": {7: "2024-03-05", "vip": date(2024, 1, 1)}}
    )
    assert not bad
    assert contact.lists == {"7": date(2024, 3, 5), "vip": date(2024, 1, 1)}


def test_properties_and_other_columns_are_both_read() -> None:
    row = {"contact_id": "a", "name": "order", "at": AT, "properties": '{"total": 3}', "note": "x"}
    assert read_event(row) == (Event("a", "order", INSTANT, {"total": 3, "note": "x"}), [])
    event, bad = read_event({**row, "properties": "", "total": "x"})
    assert event == Event("a", "order", INSTANT, {"note": "x"})
    assert [cell.column for cell in bad] == ["total"]


def test_an_id_of_an_event_that_cannot_be_hashed_is_left_out() -> None:
    event, bad = read_event({"contact_id": "a", "name": "order", "at": AT, "id": ["e1"]})
    assert event == Event("a", "order", INSTANT)
    assert [str(cell) for cell in bad] == [
        "events, row 1, id: ['e1'] is no id: an id must be hashable: text, int or UUID"
    ]


@pytest.mark.parametrize("made", [None, "", [], float("nan")])
def test_an_id_type_has_to_make_an_id(made: Any) -> None:  # noqa: ANN401
    contacts, bad = read_contacts({"id": "a"}, {"id": "b"}, id_type=lambda _: made)
    assert not contacts
    assert [(cell.row, cell.column) for cell in bad] == [(1, "id"), (2, "id")]


@pytest.mark.parametrize("error", [KeyError, IndexError, ValueError, TypeError, OverflowError])
def test_an_id_type_may_not_know_a_text(error: type[Exception]) -> None:
    def refuse(text: str) -> str:
        if text == "a":
            raise error(text)
        return text.upper()

    contacts, bad = read_contacts({"id": "a"}, {"id": "b"}, id_type=refuse)
    assert [contact.id for contact in contacts] == ["B"]
    assert [str(cell) for cell in bad] == [
        "contacts, row 1, id: 'a' cannot be read as an id by refuse"
    ]


def test_ids_that_cannot_be_hashed_are_on_no_list() -> None:
    contacts, bad = read_contacts({"id": "a"}, lists={"vip": [["a"], "a"]})
    assert contacts == [Contact("a", lists={"vip": None})]
    assert [cell.column for cell in bad] == ["lists['vip']"]


def test_locations_may_have_commas_in_their_numbers() -> None:
    field = Field("location", separator=";", decimal=",")
    row = {"id": "a", "x": "48,85; 2,35"}
    assert Catalog(attributes={"x": field}).contact(row).attributes == {"x": (48.85, 2.35)}


@pytest.mark.parametrize(
    ("field", "cell", "advice"),
    [
        ("number", "1,234", 'write Field("number", decimal=".") to read 1234 or'),
        (Field("number", decimal=","), "1.5", 'write Field("number", decimal=".") to read 1.5'),
    ],
)
def test_a_separator_that_is_not_clear_is_named(field: Any, cell: str, advice: str) -> None:  # noqa: ANN401
    with pytest.raises(RecordError) as caught:
        Catalog(attributes={"x": field}).contact({"id": "a", "x": cell})
    assert advice in caught.value.cells[0].problem


@pytest.mark.parametrize(
    "number", [Decimal("0.1"), Decimal("1E+2"), Decimal("0.12345678901234567")]
)
def test_seconds_since_1970_are_exact(number: Decimal) -> None:
    catalog = Catalog(attributes={"x": Field("instant", format="seconds")})
    moment = catalog.contact({"id": "a", "x": str(number)}).attributes["x"]
    assert moment.timestamp() == pytest.approx(float(number), abs=1e-6)


def test_names_of_a_catalog_are_those_of_columns_without_spaces() -> None:
    catalog = Catalog(
        attributes={"Age ": "number", " Plan": [" free ", "pro"]},
        events={"order ": {" total": "number"}},
    )
    row = {"id": "a", " Age": "36", "Plan ": "FREE "}
    assert catalog.contact(row).attributes == {"Age": 36, "Plan": " free "}
    event = catalog.event({"contact_id": "a", "name": " order", "at": AT, "total ": "3"})
    assert (event.name, event.properties) == ("order", {"total": 3})


@pytest.mark.parametrize("kind", ["text", "day", "number", None, {"x": "text"}])
def test_the_instant_of_an_event_is_no_property_of_that_name(kind: Any) -> None:  # noqa: ANN401
    catalog = Catalog(events={"order": {"at": kind}})
    assert catalog.event({"contact_id": "a", "name": "order", "at": AT}).at == INSTANT


@pytest.mark.parametrize("described", ["at", "seconds"])
def test_the_instant_of_an_event_is_read_as_described(described: str) -> None:
    catalog = Catalog(events={"order": {described: Field("instant", format="seconds")}})
    row = {"contact_id": "a", "name": "order", "seconds": "1709632800"}
    assert catalog.event(row, columns={"at": "seconds"}).at == INSTANT


def test_cells_that_are_too_many_together_are_one_bad_row() -> None:
    many: list[Any] = [[] for _ in range(60_000)]
    contacts, bad = read_contacts({"id": "a", "x": many, "y": many}, {"id": "b"})
    assert [contact.id for contact in contacts] == ["b"]
    assert [(cell.row, cell.column) for cell in bad] == [(1, "(no column)")]
    assert "100,000 collections" in bad[0].problem


def test_a_name_in_a_mapping_has_to_be_a_text() -> None:
    address = {10**5_000: "x", "zip": "7", None: 1}
    (contact,), bad = read_contacts({"id": "a", "address": address, "attributes": {5: "x"}})
    assert contact.attributes == {"address": {"zip": "7"}}
    assert [cell.problem for cell in bad] == ["is a name in a mapping, and is no text"] * 3


@pytest.mark.parametrize("on_bad", ["raise", "skip", list[BadCell]().append])
@pytest.mark.parametrize(
    ("contacts", "events", "column", "columns"),
    [
        ([{"X": "1"}, {"Y": "2"}], [], "id", "'X'"),
        (
            [{str(number): 0 for number in range(12)}],
            [],
            "id",
            "'0', '1', '2', '3', '4', '5', '6', '7', '8', '9' and 2 more",
        ),
        ([], [{}], "contact_id", "none"),
        ([], [{"contact_id": "a", "at": AT}], "name", "'at'"),
        ([], [{"contact_id": "a", "name": "order"}], "at", "none"),
    ],
)
def test_a_column_that_no_row_has_is_refused(
    contacts: list[Any],
    events: list[Any],
    column: str,
    columns: str,
    on_bad: Any,  # noqa: ANN401
) -> None:
    with pytest.raises(CatalogError) as caught:
        MemorySource.from_records(contacts, events, on_bad=on_bad)
    argument = "contact_columns" if contacts else "event_columns"
    otherwise = ', or write event_name="order"' if column == "name" else ""
    assert str(caught.value) == (
        f"{argument}: no row has the column {column!r}; the columns are {columns}: name it, "
        f'{argument}={{"{column}": ...}}{otherwise}'
    )


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_of_the_file_is_named(separator: str) -> None:
    with pytest.raises(CatalogError) as caught:
        MemorySource.from_records([{f"id{separator}age": f"1{separator}2"}])
    assert str(caught.value).endswith(f", or csv.DictReader(file, delimiter={separator!r})")


def test_a_column_of_another_name_is_named_in_the_error() -> None:
    with pytest.raises(CatalogError, match="no row has the column 'ID'; the columns are 'Id':"):
        MemorySource.from_records([{"Id": "1"}], contact_columns={"id": "ID"})


def test_a_row_among_others_may_be_no_row() -> None:
    contacts, bad = read_contacts({"id": "a"}, None, [1], MappingThatRaises(), {"X": "1"})
    assert [contact.id for contact in contacts] == ["a"]
    assert [(cell.row, cell.column) for cell in bad] == [
        (2, "(no column)"), (3, "(no column)"), (4, "(no column)"), (5, "id"),
    ]  # fmt: skip
    assert bad[-1].problem == 'is missing: name it, contact_columns={"id": ...}'


def test_one_row_has_its_own_arguments() -> None:
    with pytest.raises(RecordError, match=r'columns=\{"name": ...\}, or write name="order"$'):
        CATALOG.event({"contact_id": "a", "at": AT})


def test_two_events_with_one_id_are_reported() -> None:
    first = {"contact_id": "a", "id": "e1", "name": "order", "at": AT, "total": "1"}
    rows = [
        first,
        {**first, "total": "2"},
        first,
        {**first, "contact_id": "b"},
        {**first, "id": ""},
    ]
    bad: list[BadCell] = []
    contacts = [{"id": "a"}, {"id": "b"}]
    source = MemorySource.from_records(contacts, rows, catalog=CATALOG, on_bad=bad.append)
    assert [str(cell) for cell in bad] == [
        "events, row 2, id: 'e1' is the id of row 1 too, which is another event and is kept"
    ]
    assert [len(source.events(each)) for each in ("a", "b")] == [2, 1]
    assert source.repeated_events == 1


def test_a_known_time_of_joining_is_kept() -> None:
    rows = [{"id": "a", "lists": '{"vip": "2024-03-05"}'}]
    for given, expected in ((["a"], date(2024, 3, 5)), ({"a": "2024-04-01"}, date(2024, 4, 1))):
        (contact,), _ = read_contacts(*rows, lists={"vip": given})
        assert contact.lists == {"vip": expected}


@pytest.mark.parametrize("at", ["05.03.2024", "1709632800", 1709632800])
def test_the_time_of_joining_has_no_field(at: object) -> None:
    """There is no field whose format could be another one."""
    _, bad = read_contacts({"id": "a", "lists": {"vip": at}})
    assert [cell.column for cell in bad] == ["lists.vip"]
    assert "Field" not in bad[0].problem


def test_a_day_of_joining_is_a_day_in_each_iso_form() -> None:
    (contact,), bad = read_contacts({"id": "a", "lists": {"x": "20240305", "y": "2024-W10-2"}})
    assert not bad
    assert contact.lists == {"x": date(2024, 3, 5), "y": date(2024, 3, 5)}


# --- what are no rows -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (None, "csv.DictReader(file)"),
        ("customers.csv", "csv.DictReader(file)"),
        ({"id": "a"}, "csv.DictReader(file)"),
        (io.StringIO("id,age\na,36\n").readlines(), "csv.DictReader(file)"),
        ([["id", "age"], ["a", "36"]], "csv.DictReader(file)"),
        ([("a", 36)], "csv.DictReader(file)"),
        ([Contact("a")], "MemorySource(contacts, events)"),
        ([Event("a", "order", INSTANT)], "MemorySource(contacts, events)"),
        ([3], "write a dict"),
        ([MappingThatRaises()], "raises RuntimeError() when it is read"),
    ],
)
def test_what_are_no_rows_is_refused(rows: Any, problem: str) -> None:  # noqa: ANN401
    for contacts, events in ((rows, []), ([], rows)):
        with pytest.raises(CatalogError) as caught:
            MemorySource.from_records(contacts, events, on_bad="skip")
        assert problem in str(caught.value)


def test_data_frames_are_refused_with_what_to_write() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["a"], "age": [36]})
    with pytest.raises(CatalogError, match=r'frame\.to_dict\("records"\)'):
        MemorySource.from_records(frame)
    with pytest.raises(CatalogError, match=r"write row\.to_dict\(\)"):
        CATALOG.contact(frame.iloc[0])
    source = MemorySource.from_records(frame.to_dict("records"), catalog=CATALOG)
    assert list(source) == [Contact("a", {"age": 36})]


def test_arguments_of_other_types_are_refused() -> None:
    rows: list[Any] = []
    with pytest.raises(CatalogError, match=r"takes catalog=Catalog\(\.\.\.\)"):
        MemorySource.from_records(rows, catalog={"age": "number"})  # type: ignore[arg-type]
    for name in (3, "", ["order"]):
        with pytest.raises(CatalogError, match="event_name: takes the name of an event"):
            MemorySource.from_records(rows, event_name=name)  # type: ignore[arg-type]
        with pytest.raises(CatalogError, match=r"event\.name: takes the name of an event"):
            CATALOG.event({}, name=name)  # type: ignore[arg-type]


def test_a_record_error_can_be_pickled() -> None:
    with pytest.raises(RecordError) as caught:
        CATALOG.contact({"id": "a", "age": "x"})
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - of this test
    assert (str(copy), copy.cells, copy.omitted) == (str(caught.value), caught.value.cells, 0)
