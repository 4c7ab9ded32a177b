"""The API reference documents every public name, and no other."""

import re
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import segkit
import segkit.live

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "api.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of this copy")

ENTRY: Final = re.compile(
    r"^\.\. (currentmodule|autofunction|autoclass|autoexception|py:data):: ([\w.]+)", re.MULTILINE
)
PACKAGES: Final = (segkit, segkit.live)


def documented(package: ModuleType) -> list[str]:
    """Return the names of a package that have an entry, in the order of the page."""
    names: list[str] = []
    module = ""
    for directive, name in ENTRY.findall(PAGE.read_text("utf-8")):
        if directive == "currentmodule":
            module = name
        elif module == package.__name__:
            names.append(name)
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_has_an_entry(package: ModuleType) -> None:
    names = set(package.__all__)
    if package is not segkit:
        names -= set(segkit.__all__)
    assert names - set(documented(package)) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_entry_is_of_a_public_name(package: ModuleType) -> None:
    assert set(documented(package)) - set(package.__all__) == set()


def test_no_name_has_two_entries() -> None:
    names = [name for package in PACKAGES for name in documented(package)]
    assert sorted(names) == sorted(set(names))
