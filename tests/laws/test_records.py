"""Contacts that are written to a CSV file are read back from it, cell by cell."""

import csv
import io
import json
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from segkit import BadCell, Catalog, Contact, ContactLike, Field, MemorySource
from segkit.model.values import normalize

DECIMAL_COMMA: Final = str.maketrans(".", ",")
PLAIN_TEXT: Final = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff'"),
    min_size=1,
    max_size=8,
).filter(lambda text: text == text.strip())
WORDS: Final = st.sampled_from(["golf", "tea", "a b", "é", "日本", "1"])
NUMBERS: Final = (
    st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3)
)
DAYS: Final = st.dates()
INSTANTS: Final = st.datetimes(timezones=st.just(UTC))

CATALOG: Final = Catalog(
    attributes={
        "number": "number",
        "comma": Field("number", decimal=","),
        "boolean": "boolean",
        "text": "text",
        "day": "day",
        "first": Field("day", format="%d.%m.%Y"),
        "instant": "instant",
        "tags": Field("collection", separator="|"),
        "json": "collection",
        "home": {"zip": "text", "door": "number"},
    }
)


def written_number(number: float | Decimal) -> str:
    return format(number, "f") if isinstance(number, Decimal) else repr(number)


def is_short(number: float | Decimal) -> bool:
    return len(written_number(number)) <= 400


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str]]:
    """Return attributes, and the cells in which they are written."""
    number, other = draw(NUMBERS.filter(is_short)), draw(NUMBERS.filter(is_short))
    yes, text, tags = draw(st.booleans()), draw(PLAIN_TEXT), draw(st.lists(WORDS, min_size=1))
    day, first, moment = draw(DAYS), draw(st.dates(date(1000, 1, 1))), draw(INSTANTS)
    home = draw(st.fixed_dictionaries({"zip": PLAIN_TEXT, "door": st.integers(-9, 99)}))
    iso = moment.isoformat(draw(st.sampled_from("T ")))
    words = ["yes", "TRUE", "1"] if yes else ["no", "False", "0"]
    written = {
        "number": (number, written_number(number)),
        "comma": (other, written_number(other).translate(DECIMAL_COMMA)),
        "boolean": (yes, draw(st.sampled_from(words))),
        "text": (text, text),
        "day": (day, day.isoformat()),
        "first": (first, first.strftime("%d.%m.%Y")),
        "instant": (moment, draw(st.sampled_from([iso, iso.replace("+00:00", "Z")]))),
        "tags": (tags, "|".join(tags)),
        "json": ([1, *tags], json.dumps([1, *tags])),
        "home": (home, json.dumps(home)),
    }
    kept = draw(st.sets(st.sampled_from(sorted(written))))
    blank, spaces = draw(st.sampled_from(["", " "])), draw(st.sampled_from(["", " "]))
    return {name: value for name, (value, _) in written.items() if name in kept}, {
        name: f"{spaces}{cell}" if name in kept else blank for name, (_, cell) in written.items()
    }


def comparable(contact: ContactLike[Any]) -> tuple[object, dict[str, object]]:
    """Return a contact with its numbers as conditions compare them: 0.5 is Decimal("0.5")."""
    numbers = ("number", "comma")
    values = contact.attributes.items()
    return contact.id, {name: normalize(x) if name in numbers else x for name, x in values}


@given(st.lists(rows(), max_size=3), st.sampled_from(["", "\ufeff"]))
def test_what_is_written_to_a_file_is_read_back(
    written: list[tuple[dict[str, Any], dict[str, str]]], mark: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, ["id", *(CATALOG.attributes or {})])
    writer.writeheader()
    for number, (_, cells) in enumerate(written):
        writer.writerow({"id": f"'{number}", **cells})
    bad: list[BadCell] = []
    read = csv.DictReader(io.StringIO(mark + file.getvalue(), newline=""))
    source = MemorySource.from_records(read, catalog=CATALOG, on_bad=bad.append)
    assert bad == []
    contacts = [Contact(str(number), values) for number, (values, _) in enumerate(written)]
    assert list(map(comparable, source)) == list(map(comparable, contacts))


@given(st.dictionaries(st.sampled_from(sorted(CATALOG.attributes or {})), st.text(max_size=12)))
def test_a_cell_is_read_or_reported(cells: dict[str, str]) -> None:
    """No cell is lost: each that is not blank is an attribute or a bad cell, and never both."""
    bad: list[BadCell] = []
    row = {"id": "a", **cells}
    (contact,) = MemorySource.from_records([row], catalog=CATALOG, on_bad=bad.append)
    reported = {cell.column.partition(".")[0] for cell in bad}
    for name, cell in cells.items():
        is_blank = not cell.strip().strip("\ufeff").strip()
        is_read = name in contact.attributes or (name == "tags" and not cell.strip(" |"))
        assert is_blank or is_read != (name in reported) or name == "home"
