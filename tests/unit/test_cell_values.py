"""Cells of files and forms, read as the kind of their field; what cannot be read is reported."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import pytest

from segkit import Catalog, Field, RecordError

EAST: Final = timezone(timedelta(hours=2))
NAIVE: Final = datetime(2024, 3, 5, 10, 0)  # noqa: DTZ001 - of a data frame, for example


def read(field: Any, value: object, tz: str | None = None) -> object:  # noqa: ANN401 - any description
    """Return the value of the attribute x; ``None`` if it has none."""
    contact = Catalog(attributes={"x": field}).contact({"id": "a", "x": value}, tz=tz)
    return contact.attributes.get("x")


@pytest.mark.parametrize(
    ("field", "cell", "value", "why"),
    [
        ("number", "36", 36, "a whole number is an int"),
        ("number", "-7", -7, "a sign"),
        ("number", "129.80", 129.8, "a fraction is a float"),
        ("number", ".5", 0.5, "without a leading zero"),
        ("number", "1e3", 1000.0, "an exponent"),
        ("number", "0.1234567890123456789", Decimal("0.1234567890123456789"), "a float rounds"),
        ("number", "1,234.50", 1234.5, "groups before a fraction are clear"),
        ("number", "1,234,567", 1_234_567, "two groups are clear"),
        ("number", "1 234,5".replace(",", "."), 1234.5, "a space between groups"),
        ("number", "1\u00a0234", 1234, "a space that does not break"),
        (Field("number", decimal=","), "1.234,50", 1234.5, "a comma as the decimal separator"),
        (Field("number", decimal=","), "0,5", 0.5, "likewise"),
        ("number", " 36 ", 36, "spaces around it"),
        ("number", 36, 36, "a number of JSON"),
        ("number", Decimal("1.10"), Decimal("1.10"), "a Decimal stays one"),
        ("number", "", None, "an empty cell is no value"),
        ("number", None, None, "no value"),
        ("number", float("nan"), None, "the empty cell of a data frame"),
        ("boolean", "yes", True, "a word"),
        ("boolean", "OFF", False, "in any case"),
        ("boolean", "1", True, "a digit"),
        ("boolean", 0, False, "a number of a database"),
        ("boolean", True, True, "a boolean"),
        ("boolean", " ", None, "blanks are no value"),
        ("text", "portland ", "portland", "spaces around it"),
        ("text", 75011, "75011", "a whole number becomes its digits"),
        ("text", "  ", None, "blanks are no value"),
        ("day", "2024-03-05", date(2024, 3, 5), "an ISO day"),
        ("day", "2024-03-05 00:00:00", date(2024, 3, 5), "a day as a data frame writes it"),
        ("day", date(2024, 3, 5), date(2024, 3, 5), "a day"),
        ("day", NAIVE.replace(hour=0), date(2024, 3, 5), "a naive midnight is a day"),
        ("day", "", None, "an empty cell is no value"),
        (Field("day", format="%d.%m.%Y"), "05.03.2024", date(2024, 3, 5), "another form"),
        ("instant", "2024-03-05T10:00:00Z", datetime(2024, 3, 5, 10, tzinfo=UTC), "with Z"),
        ("instant", "2024-03-05 10:00:00 UTC", datetime(2024, 3, 5, 10, tzinfo=UTC), "with UTC"),
        ("instant", "2024-03-05 10:00:00 -0500", datetime(2024, 3, 5, 15, tzinfo=UTC), "an offset"),
        ("instant", "2024-03-05T10:00+02:00", datetime(2024, 3, 5, 8, tzinfo=UTC), "an offset"),
        ("instant", datetime(2024, 3, 5, 10, tzinfo=EAST),
         datetime(2024, 3, 5, 8, tzinfo=UTC), "an aware time"),
        ("instant", "", None, "an empty cell is no value"),
        (Field("instant", format="seconds"), "1717200000.25",
         datetime(2024, 6, 1, 0, 0, 0, 250_000, tzinfo=UTC), "exact to the microsecond"),
        (Field("instant", format="milliseconds"), 1_717_200_000_001,
         datetime(2024, 6, 1, 0, 0, 0, 1_000, tzinfo=UTC), "a number of JSON"),
        (Field("instant", format="seconds"), "", None, "an empty cell is no value"),
        ("collection", "retail, vip,,", ["retail", "vip"], "empty members are dropped"),
        ("collection", '["retail", 3]', ["retail", 3], "a JSON list"),
        ("collection", ("a", "b"), ["a", "b"], "a collection"),
        (Field("collection", separator="|"), "a|b", ["a", "b"], "another separator"),
        ("collection", "", None, "an empty cell is no value"),
        ("location", "48.85, 2.35", (48.85, 2.35), "two numbers"),
        ("location", "[48.85, 2.35]", [48.85, 2.35], "JSON"),
        ("location", (48.85, 2.35), (48.85, 2.35), "a pair"),
        ("location", "", None, "an empty cell is no value"),
        ({"zip": "text"}, '{"zip": 75011, "x": ""}', {"zip": "75011"}, "JSON, by its fields"),
        ({"zip": "text"}, {"zip": "75011"}, {"zip": "75011"}, "a mapping"),
        ({"zip": "text"}, "", None, "an empty cell is no value"),
        (["free", "Pro"], "PRO", "Pro", "the spelling of the choice"),
        ([1, 2], "2", 2, "a choice that is a number"),
        (Field("collection", choices=["a", "b"]), "B, a", ["b", "a"], "choices of members"),
        (None, " x ", "x", "a field of any kind keeps texts, without spaces"),
        (None, 3.5, 3.5, "and other values"),
        (None, "", None, "an empty cell is no value"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_its_kind(field: Any, cell: object, value: object, why: str) -> None:  # noqa: ANN401
    result = read(field, cell)
    assert result == value, why
    assert type(result) is type(value), why


@pytest.mark.parametrize(
    ("field", "cell", "problem"),
    [
        ("number", "1,5", 'decimal=","'),
        ("number", "old", "is no number"),
        ("number", "1" * 500, "is no number"),
        ("number", "1e999", "is no number"),
        ("number", ["1"], "is no number"),
        ("boolean", "2", "neither yes nor no"),
        ("boolean", [], "neither yes nor no"),
        ("text", True, "is no text"),
        ("day", "2024-02-30", "is no day"),
        ("day", "2024-03-05 10:00", "is no day"),
        ("day", 3, "is no day"),
        (Field("day", format="%d.%m.%Y"), "x", "is not of the form %d.%m.%Y"),
        ("instant", "2024-03-05 10:00", 'tz="Europe/Paris"'),
        ("instant", NAIVE, 'tz="Europe/Paris"'),
        ("instant", "x", "is no instant"),
        ("instant", 3, 'format="seconds"'),
        ("instant", [], "is no instant"),
        (Field("instant", format="seconds"), "x", "is no number"),
        (Field("instant", format="milliseconds"), "inf", "is no number"),
        (Field("instant", format="seconds"), float("inf"), "since 1970"),
        ("collection", "[1, 2", "is no valid JSON"),
        ("collection", 3, "is no list"),
        ("location", "48.85", "is no location"),
        ("location", "{x", "is no location"),
        ({"zip": "text"}, "[1]", "is no mapping"),
        ({"zip": "number"}, {"zip": "x"}, "is no number"),
        ([1, 2], "3", "is not one of the choices 1, 2"),
        ([str(number) for number in range(20)], "x", "and 10 more"),
        (Field("collection", choices=["a"]), ["b"], "is not one of the choices"),
    ],
)
def test_a_cell_that_cannot_be_read_is_reported(field: Any, cell: object, problem: str) -> None:  # noqa: ANN401
    with pytest.raises(RecordError) as caught:
        read(field, cell)
    (bad,) = caught.value.cells
    assert problem in bad.problem
    assert bad.column.partition(".")[0] == "x"


@pytest.mark.parametrize(
    ("cell", "tz", "value"),
    [
        ("2024-03-05 10:00", "Europe/Paris", datetime(2024, 3, 5, 9, tzinfo=UTC)),
        ("2024-03-05", "Europe/Paris", datetime(2024, 3, 4, 23, tzinfo=UTC)),
        (date(2024, 3, 5), "Europe/Paris", datetime(2024, 3, 4, 23, tzinfo=UTC)),
        (NAIVE, "America/New_York", datetime(2024, 3, 5, 15, tzinfo=UTC)),
        ("2024-03-31 02:30", "Europe/Paris", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ("2024-10-27 02:30", "Europe/Paris", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ("2024-03-05T10:00Z", "Europe/Paris", datetime(2024, 3, 5, 10, tzinfo=UTC)),
    ],
    ids=["a time", "a day", "a date", "a datetime", "in a gap", "twice: the first", "an offset"],
)
def test_a_naive_time_is_one_of_the_zone(cell: object, tz: str, value: datetime) -> None:
    assert read("instant", cell, tz) == value


def test_a_zone_reads_the_formats_of_a_field_too() -> None:
    field = Field("instant", format="%d.%m.%Y %H:%M")
    assert read(field, "05.03.2024 10:00", "UTC") == datetime(2024, 3, 5, 10, tzinfo=UTC)
