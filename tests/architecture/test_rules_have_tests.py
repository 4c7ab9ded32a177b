"""Each rule of meaning is cited by a test, and documented.

The pages on semantics contain the rules, each with an id such as ``[T2]``. A test of a rule cites
the id in a comment, a docstring or the reason of a case.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.once

TESTS: Final = Path(__file__).parents[1]
SEMANTICS: Final = tuple(sorted((TESTS.parent / "docs" / "reference").glob("semantics*.md")))

# New rules of meaning are added here.
RULES: Final = tuple(
    f"{letter}{number}"
    for letter, numbers in {"V": 8, "K": 10, "T": 15, "L": 2, "E": 6, "S": 8, "M": 5}.items()
    for number in range(1, numbers + 1)
)

CITED: Final = re.compile(r"\[([A-Z]\d{1,2})\]")


def citations() -> dict[str, set[str]]:
    """Return the test files that cite each rule, without this file."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((*TESTS.rglob("*.py"), *TESTS.rglob("*.txt"))):
        if path != Path(__file__):
            for rule in CITED.findall(path.read_text("utf-8")):
                found[rule].add(str(path.relative_to(TESTS)))
    return found


def test_the_number_of_rules() -> None:
    """The other tests would pass without rules."""
    assert len(RULES) == len(set(RULES)) == 8 + 10 + 15 + 2 + 6 + 8 + 5
    assert {"V1", "T15", "S8", "M5"} <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_test_cites_the_rule(rule: str) -> None:
    """A rule that no test cites may have been forgotten."""
    assert citations()[rule], f"no file of tests/ cites [{rule}]"


def test_similar_ids_are_distinguished() -> None:
    """`[T1]` is not `[T11]`, and a rule that does not exist is not cited."""
    assert CITED.findall("as in [T11], [V3]; data[0], [x1] and list[T1 | K2]") == ["T11", "V3"]
    assert not citations()["T99"]


# --- the pages on semantics, if they exist --------------------------------------------------------

with_docs = pytest.mark.skipif(not SEMANTICS, reason="docs/ is not part of this copy")


def sections() -> dict[str, str]:
    """Return the text under the heading of each rule; no rule has two headings."""
    texts: dict[str, str] = {}
    for page in SEMANTICS:
        parts = re.split(r"^### ([A-Z]\d{1,2}) .*$", page.read_text("utf-8"), flags=re.MULTILINE)
        for rule, section in zip(parts[1::2], parts[2::2], strict=True):
            assert rule not in texts, f"{page.name} has a second heading for [{rule}]"
            texts[rule] = section
    return texts


@with_docs
@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_documented_with_an_example(rule: str) -> None:
    """The rule has its own heading; the examples of the pages run as tests."""
    assert "```python\n" in sections().get(rule, "")


@with_docs
def test_every_documented_rule_is_tested() -> None:
    """A rule on the pages is cited by a test."""
    untested = [rule for rule in sections() if not citations()[rule]]
    assert untested == []
