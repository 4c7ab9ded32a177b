"""Each rule of meaning is cited by a test, and told in the docs.

The rules stand in the pages on semantics, each with an id such as ``[T2]``. A test that exists
because of one cites it in a comment, a docstring or the reason of a case.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
SEMANTICS: Final = tuple(sorted((TESTS.parent / "docs" / "reference").glob("semantics*.md")))

# A word that can say more adds its rules here.
RULES: Final = tuple(
    f"{letter}{number}"
    for letter, numbers in {"V": 8, "K": 10, "T": 15, "L": 2, "E": 6, "S": 8}.items()
    for number in range(1, numbers + 1)
)

CITED: Final = re.compile(r"\[([A-Z]\d{1,2})\]")


def citations() -> dict[str, set[str]]:
    """Which files of the tests cite each rule, this one left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((*TESTS.rglob("*.py"), *TESTS.rglob("*.txt"))):
        if path != Path(__file__):
            for rule in CITED.findall(path.read_text("utf-8")):
                found[rule].add(str(path.relative_to(TESTS)))
    return found


def test_there_are_so_many_rules() -> None:
    """What follows would hold for none."""
    assert len(RULES) == len(set(RULES)) == 8 + 10 + 15 + 2 + 6 + 8
    assert {"V1", "T15", "S8"} <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_test_cites_the_rule(rule: str) -> None:
    """A rule that no test cites may have been forgotten."""
    assert citations()[rule], f"no file of tests/ cites [{rule}]"


def test_citations_are_told_apart() -> None:
    """`[T1]` is not `[T11]`, and a rule that nobody wrote is not cited."""
    assert CITED.findall("as in [T11], [V3]; data[0], [x1] and list[T1 | K2]") == ["T11", "V3"]
    assert not citations()["T99"]


# --- the pages on semantics, where there are any --------------------------------------------------

where_told = pytest.mark.skipif(not SEMANTICS, reason="docs/ is not part of this copy")


def sections() -> dict[str, str]:
    """What the pages tell under the heading of each rule; no rule is told twice."""
    told: dict[str, str] = {}
    for page in SEMANTICS:
        parts = re.split(r"^### ([A-Z]\d{1,2}) .*$", page.read_text("utf-8"), flags=re.MULTILINE)
        for rule, section in zip(parts[1::2], parts[2::2], strict=True):
            assert rule not in told, f"{page.name} tells [{rule}] a second time"
            told[rule] = section
    return told


@where_told
@pytest.mark.parametrize("rule", RULES)
def test_a_page_on_semantics_tells_the_rule_with_an_example(rule: str) -> None:
    """Under a heading of its own; the examples of the pages run as tests."""
    assert "```python\n" in sections().get(rule, "")


@where_told
def test_the_pages_on_semantics_tell_of_no_rule_that_is_not_tested() -> None:
    """What the pages promise, some test holds."""
    untested = [rule for rule in sections() if not citations()[rule]]
    assert untested == []
