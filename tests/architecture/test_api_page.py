"""The API reference documents every public name, and no other."""

import re
from pathlib import Path
from typing import Final

import pytest

import segkit

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "api.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of this copy")

DOCUMENTED: Final = re.compile(
    r"^\.\. (?:autofunction|autoclass|autoexception|py:data):: (\w+)", re.MULTILINE
)


def documented() -> list[str]:
    """Return the names that have an entry, in the order of the page."""
    return DOCUMENTED.findall(PAGE.read_text("utf-8"))


def test_every_public_name_has_an_entry() -> None:
    assert set(segkit.__all__) - set(documented()) == set()


def test_every_entry_is_of_a_public_name() -> None:
    assert set(documented()) - set(segkit.__all__) == set()


def test_no_name_has_two_entries() -> None:
    names = documented()
    assert sorted(names) == sorted(set(names))
