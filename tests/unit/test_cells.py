"""Cells of files, read as the kind of their field: the value, or what is wrong with it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, Inexact, localcontext
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segkit import CatalogError, Field
from segkit.model.catalog.cells import BadValueError
from segkit.model.catalog.field_cells import read_cell
from segkit.model.catalog.fields import FieldKind
from segkit.model.catalog.text_kinds import kind_of_texts

PARIS = ZoneInfo("Europe/Paris")


def problem(value: object, field: Field, tz: tzinfo | None = None) -> str:
    """Return what is wrong with a cell."""
    with pytest.raises(BadValueError) as error:
        read_cell(value, field, tz)
    return str(error.value)


class Raising(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> object:
        raise RuntimeError("boom")

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("boom")

    def __len__(self) -> int:
        return 1


class RaisingList(list[Any]):
    """A list that cannot be iterated."""

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("boom")


@pytest.mark.parametrize("kind", ["number", "text", "boolean", "day", "instant", "collection"])
@pytest.mark.parametrize("empty", ["", "  ", "\ufeff", None, float("nan"), "\u00a0"])
def test_an_empty_cell_is_no_value(kind: FieldKind, empty: object) -> None:
    assert read_cell(empty, Field(kind), PARIS) is None
    assert read_cell(empty, Field(), None) is None
    assert read_cell(empty, Field("location"), None) is None
    assert read_cell(empty, Field(fields={"zip": "text"}), None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("129.80", 129.8),
        (" 36 ", 36),
        ("1,234.50", 1234.5),
        ("1,234,567", 1234567),
        ("1 234", 1234),
        ("1\u202f234\u00a0567.5", 1234567.5),
        ("-1,234.5", -1234.5),
        ("+5", 5),
        ("1e5", 100_000.0),
        ("007", 7),
        ("0.10000000000000001", Decimal("0.10000000000000001")),
        ("1e399", Decimal("1E+399")),
        ("1" * 400, int("1" * 400)),
        (36, 36),
        (Decimal("1.10"), Decimal("1.10")),
    ],
)
def test_numbers(text: object, expected: object) -> None:
    found = read_cell(text, Field("number"), None)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.234,50", 1234.5), ("129,80", 129.8), ("1.234.567", 1234567), ("1 234,5", 1234.5)],
)
def test_numbers_with_a_decimal_comma(text: str, expected: float) -> None:
    assert read_cell(text, Field("number", decimal=","), None) == expected


@pytest.mark.parametrize(
    ("text", "decimal", "readings"),
    [
        ("1,234", None, {".": 1234, ",": 1.234}),
        ("-1,234", None, {".": -1234, ",": -1.234}),
        ("1,23", None, {",": 1.23}),
        ("1,23", ".", {",": 1.23}),
        ("1.234.567,89", None, {",": 1234567.89}),
        ("1.5", ",", {".": 1.5}),
        ("1,234.5", ",", {".": 1234.5}),
    ],
)
def test_a_separator_that_is_not_clear_is_refused(
    text: str, decimal: str | None, readings: dict[str, float]
) -> None:
    write = [f'Field("number", decimal="{mark}") to read {n}' for mark, n in readings.items()]
    is_what = "is no number" if len(readings) == 1 else "is not clear"
    assert (
        problem(text, Field("number", decimal=decimal)) == f"{is_what}: write {' or '.join(write)}"
    )


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("12,34,567", None, "is no number: leave out what separates its digits"),
        ("1234 567", None, "is no number: leave out what separates its digits"),
        ("1_000", None, "is no number: leave out what separates its digits"),
        ("1,,000", ",", "is no number: leave out what separates its digits"),
        ("12x", ",", "is no number"),
    ],
)
def test_groups_of_other_sizes_are_refused(text: str, decimal: str | None, expected: str) -> None:
    assert problem(text, Field("number", decimal=decimal)) == expected


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1,234", ",", 1.234),
        ("1,234.", ".", 1234.0),
    ],
)
def test_a_named_separator_makes_the_other_one_clear(
    text: str, decimal: str, expected: float
) -> None:
    assert read_cell(text, Field("number", decimal=decimal), None) == expected


def test_a_long_text_is_refused_at_once() -> None:
    """Work in proportion to the length: a text of a megabyte takes no time worth counting."""
    for text in ("1" * 1_000_000 + "x", "1," * 500_000 + "x", "1 " * 500_000):
        assert problem(text, Field("number")) == "is no number with at most 400 digits"


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "inf",
        "١٢",
        "²",
        ".",
        "+-5",
        "12 %",
        "1 23 x",
        True,
        [1],
        b"1",
        10**1000,
        date(2024, 3, 5),
        Raising(),
        "�",
    ],
)
def test_what_is_no_number(value: object) -> None:
    assert problem(value, Field("number")) == "is no number"


@pytest.mark.parametrize("yes", ["yes", "TRUE", "y", "t", "On", "1", True, 1, 1.0, Decimal(1)])
def test_yes(yes: object) -> None:
    assert read_cell(yes, Field("boolean"), None) is True


@pytest.mark.parametrize("no", ["no", "FALSE", "n", "f", "Off", "0", False, 0, 0.0])
def test_no(no: object) -> None:
    assert read_cell(no, Field("boolean"), None) is False


@pytest.mark.parametrize("value", ["ja", "2", 2, 0.5, [True], Raising()])
def test_neither_yes_nor_no(value: object) -> None:
    assert problem(value, Field("boolean")).startswith("is neither yes nor no")


def test_texts() -> None:
    assert read_cell("  Lyon ", Field("text"), None) == "Lyon"
    assert read_cell(97201, Field("text"), None) == "97201"
    for value in (5.5, True, ["a"], date(2024, 3, 5), 10**5_000):
        assert problem(value, Field("text")) == "is no text"


MIDNIGHT = datetime(2024, 3, 5)  # noqa: DTZ001 - a naive time, as data frames write it


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05",
        "20240305",
        "2024-03-05T00:00:00",
        "2024-03-05 00:00",
        MIDNIGHT,
        date(2024, 3, 5),
    ],
)
def test_days(value: object) -> None:
    found = read_cell(value, Field("day"), None)
    assert (found, type(found)) == (date(2024, 3, 5), date)


@pytest.mark.parametrize(
    "value",
    ["5.3.2024", "2024-03-05 14:30", "1712010110000", datetime(2024, 3, 5, tzinfo=UTC), 20240305],
)
def test_what_is_no_day(value: object) -> None:
    assert problem(value, Field("day")).startswith("is no day such as 2024-03-05: ")


def test_days_of_a_format() -> None:
    field = Field("day", format="%d.%m.%Y")
    assert read_cell("05.03.2024", field, None) == date(2024, 3, 5)
    assert problem("31.02.2024", field) == "is not of the form %d.%m.%Y"


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05T14:30:00Z",
        "2024-03-05 09:30:00 -0500",
        "2024-03-05 14:30:00 UTC",
        "2024-03-05 15:30:00 +01:00",
        "2024-03-05 14:30 Z",
        "20240305T143000Z",
    ],
)
def test_instants(text: str) -> None:
    found = read_cell(text, Field("instant"), PARIS)
    assert found == datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("value", ["2024-03-05", date(2024, 3, 5), "2024-03-05 00:00", MIDNIGHT])
def test_naive_times_have_the_zone_of_the_option(value: object) -> None:
    found = read_cell(value, Field("instant"), PARIS)
    assert found == datetime(2024, 3, 4, 23, tzinfo=UTC)
    expected = 'is naive: name the zone of naive times, tz="Europe/Paris"'
    assert problem(value, Field("instant")) == expected


@pytest.mark.parametrize(
    ("local", "hour"), [("2024-03-31 02:30", 1), ("2024-10-27 02:30", 0)], ids=["gap", "fold"]
)
def test_a_time_in_a_gap_or_a_fold_has_the_earlier_offset(local: str, hour: int) -> None:
    """In a gap the offset before the change is kept, and of a time that occurs twice, the first."""
    found = read_cell(local, Field("instant"), PARIS)
    day = date.fromisoformat(local[:10])
    assert found == datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["1712010110203", "1712010110", 1712010110, 5.5])
@pytest.mark.parametrize("tz", [None, PARIS])
def test_a_number_is_an_instant_by_its_format_only(value: object, tz: tzinfo | None) -> None:
    """Thirteen digits could be read as a day of 1712 and a time."""
    expected = 'is a number: write Field("instant", format="seconds") or format="milliseconds"'
    assert problem(value, Field("instant"), tz) == expected


@pytest.mark.parametrize(
    "value", ["5.3.2024", "2024-03-05 14:30 CET", "x", True, [1], Raising(), "\ud800"]
)
def test_what_is_no_instant(value: object) -> None:
    assert problem(value, Field("instant"), PARIS).startswith("is no instant")


@pytest.mark.parametrize(
    ("value", "microseconds"),
    [
        ("1700000000.123456", 1700000000123456),
        (-1, -1000000),
        (Decimal("1.5"), 1500000),
        (" 1700000000 ", 1700000000000000),
        (1700000000.5, 1700000000500000),
    ],
)
def test_seconds_and_milliseconds_since_1970_are_exact(value: object, microseconds: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    seconds = read_cell(value, Field("instant", format="seconds"), None)
    assert seconds == epoch + timedelta(microseconds=microseconds)
    thousandth = timedelta(microseconds=int(Decimal(microseconds) / 1_000))
    assert read_cell(value, Field("instant", format="milliseconds"), None) == epoch + thousandth


@pytest.mark.parametrize("value", ["1e20", "x", True, 10**1000, "1e999999", float("inf"), MIDNIGHT])
def test_what_is_no_number_of_seconds(value: object) -> None:
    assert problem(value, Field("instant", format="seconds")).startswith("is no number")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05+02:00",
        "2024-03-05 -0500",
        "2024-03-05-05:00",
        "2024-03-05 0500",
        "2024-03-05.10",
    ],
)
def test_an_offset_is_no_time_of_day(text: str) -> None:
    for kind in ("instant", "day"):
        assert problem(text, Field(kind), PARIS).startswith(f"is no {kind} such as 2024-03-05")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05T10:00",
        "2024-03-05 10:00:00.5",
        "20240305T1000",
        "2024-W10-2T10:00",
        "2024W102T10",
    ],
)
def test_iso_forms_of_an_instant(text: str) -> None:
    found = read_cell(text, Field("instant"), UTC)
    assert isinstance(found, datetime)
    assert found.replace(microsecond=0) == datetime(2024, 3, 5, 10, tzinfo=UTC)


def test_the_decimal_context_of_the_host_changes_nothing() -> None:
    field = Field("instant", format="seconds")
    with localcontext(prec=3) as context:
        context.traps[Inexact] = True
        found = read_cell("1709632801.5", field, None)
    assert found == datetime(2024, 3, 5, 10, 0, 1, 500_000, tzinfo=UTC)


def test_instants_of_a_format() -> None:
    field = Field("instant", format="%d.%m.%Y %H:%M")
    found = read_cell("05.03.2024 14:30", field, PARIS)
    assert found == datetime(2024, 3, 5, 13, 30, tzinfo=UTC)
    assert problem("05/03/24", field, PARIS) == "is not of the form %d.%m.%Y %H:%M"
    aware = datetime(2024, 3, 5, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    assert read_cell(aware, field, None) == aware


def test_the_format_of_an_instant_may_have_an_offset() -> None:
    field = Field("instant", format="%d.%m.%Y %H:%M %z")
    found = read_cell("05.03.2024 14:30 +0200", field, PARIS)
    assert found == datetime(2024, 3, 5, 12, 30, tzinfo=UTC)
    with pytest.raises(CatalogError, match="takes a format of strptime"):
        Field("instant", format="%d.%m.%Y %H:%M %Z")  # strptime drops the zone that it reads


def test_collections() -> None:
    field = Field("collection")
    assert read_cell("golf, tea,, ", field, None) == ["golf", "tea"]
    assert read_cell('["a", 1]', field, None) == ["a", 1]
    assert read_cell(["a", None], field, None) == ["a", None]
    assert read_cell("a; b,c", Field("collection", separator=";"), None) == ["a", "b,c"]
    assert problem("[1,", field) == "is no valid JSON"
    assert problem("[" * 100_000, field) == "is no valid JSON"
    assert problem("[" + "9" * 5_000 + "]", field) == "is no valid JSON"
    for value in (5, {"a": 1}, b"ab", Raising()):
        assert problem(value, field) == "is no list"
    assert problem(RaisingList("ab"), field) == "raises RuntimeError('boom') when it is read"


def test_mappings() -> None:
    field = Field(fields={"zip": "text"})
    assert read_cell('{"zip": "75011"}', field, None) == {"zip": "75011"}
    assert read_cell({"zip": "75011"}, field, None) == {"zip": "75011"}
    for value in ("[]", "{", "Paris", 5, ["zip"]):
        assert problem(value, field).startswith("is no mapping and no JSON object such as")
    assert problem(Raising(), field) == "raises RuntimeError('boom') when it is read"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("48.85, 2.35", (48.85, 2.35)),
        ("[48.85, 2.35]", [48.85, 2.35]),
        ((1, 2), (1, 2)),
        ('{"latitude": 48.85, "longitude": 2}', {"latitude": 48.85, "longitude": 2}),
    ],
)
def test_locations(value: object, expected: object) -> None:
    assert read_cell(value, Field("location"), None) == expected


def test_a_location_with_decimal_commas() -> None:
    field = Field("location", separator=";", decimal=",")
    assert read_cell("48,85; 2,35", field, None) == (48.85, 2.35)


@pytest.mark.parametrize(
    "value",
    ["x", "1", "1,x", "1,2,3", "1,", "95, 2", "[1]", '{"lat": 1, "lon": 2}', 5, (1,), Raising()],
)
def test_what_is_no_location(value: object) -> None:
    assert problem(value, Field("location")).startswith("is no location: ")


def test_choices_in_any_case() -> None:
    plan = Field(choices=["free", "pro", "Pro"])
    assert read_cell(" FREE", plan, None) == "free"
    assert read_cell("Pro", plan, None) == "Pro"
    assert problem("PRO", plan) == "is not one of the choices 'free', 'pro', 'Pro'"
    assert read_cell("1", Field(choices=[1, 3]), None) == 1
    assert problem("2", Field(choices=[1, 3])) == "is not one of the choices 1, 3"
    assert problem("x", Field(choices=list("abcdefghijkl"))).endswith("'j' and 2 more")


def test_the_problem_names_the_member_that_is_no_choice() -> None:
    tags = Field("collection", choices=["golf", "tea"])
    assert read_cell("Golf, tea", tags, None) == ["golf", "tea"]
    expected = "has the member 'chess', which is not one of the choices 'golf', 'tea'"
    assert problem("Golf, chess", tags) == expected


def test_a_field_without_a_kind_keeps_its_value() -> None:
    assert read_cell(" a ", Field(), None) == "a"
    assert read_cell(5.5, Field(), None) == 5.5
    assert read_cell(MIDNIGHT, Field(), PARIS) == datetime(2024, 3, 4, 23, tzinfo=UTC)
    assert problem(MIDNIGHT, Field()).startswith("is naive: ")


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "2.5", ""], "number"),
        (["01"], None),
        (["+5"], None),
        (["yes", "No"], "boolean"),
        (["2024-03-05"], "day"),
        (["2024-03-05 14:30"], "instant"),
        (['{"a": 1}', "[]"], "JSON"),
        (["[x"], None),
        ([], None),
        ([" "], None),
        (["1", "x"], None),
        (["-"], None),
    ],
)
def test_the_kind_that_texts_could_be_read_as(texts: list[str], kind: str | None) -> None:
    assert kind_of_texts(texts) == kind
