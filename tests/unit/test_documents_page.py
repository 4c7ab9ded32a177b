"""The reference page of documents names every type, key and limit as the code does."""

import re
from pathlib import Path

import attrs
import pytest

from segkit.operations.serialization.conditions import CONDITIONS
from segkit.operations.serialization.limits import Limits
from segkit.operations.serialization.values import WINDOWS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "documents.md").read_text("utf-8")


def rows_of(name: str) -> list[set[str]]:
    """Find the rows with *name* in the first cell. Return the words in code style of each row."""
    lines = re.findall(rf"^\| [^|]*`{name}`[^|]*\|.*$", PAGE, re.MULTILINE)
    return [set(re.findall(r"`(\w+)`", line)) for line in lines]


@pytest.mark.parametrize("name", [*CONDITIONS.records, *WINDOWS.records])
def test_a_row_names_the_keys(name: str) -> None:
    """Each type has a row with its required and optional keys."""
    keys = {
        key
        for union in (CONDITIONS, WINDOWS)
        if name in union.records
        for key in union.records[name].keys
    }
    assert any(keys <= row for row in rows_of(name))


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Limits)])
def test_a_row_names_the_limit(field: str) -> None:
    """Each limit has a row."""
    assert rows_of(field)
