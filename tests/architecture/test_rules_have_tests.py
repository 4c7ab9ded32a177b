"""Each rule of meaning that the words can say so far is cited by a test, and told in the docs.

The rules stand in the page on semantics, each with an id such as ``[T2]``. A test that exists
because of one cites it in a comment, a docstring or the reason of a case.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
SEMANTICS: Final = TESTS.parent / "docs" / "reference" / "semantics.md"

# What a library without sequences, aggregates and stored forms can say. A word that can say more
# adds its rules here.
RULES: Final = (
    *(f"V{number}" for number in range(1, 9)),
    *(f"K{number}" for number in (1, 2, 3, 4, 6, 8, 9, 10)),
    *(f"T{number}" for number in (*range(1, 10), *range(11, 16))),
    "L1", "L2",
    "E1", "E2", "E3", "E6",
)  # fmt: skip

CITED: Final = re.compile(r"\[([A-Z]\d{1,2})\]")


def citations() -> dict[str, set[str]]:
    """Which files of the tests cite each rule, this one left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((*TESTS.rglob("*.py"), *TESTS.rglob("*.txt"))):
        if path != Path(__file__):
            for rule in CITED.findall(path.read_text("utf-8")):
                found[rule].add(str(path.relative_to(TESTS)))
    return found


def test_a_rule_comes_once() -> None:
    """The list is kept by hand."""
    assert len(RULES) == len(set(RULES))


@pytest.mark.parametrize("rule", RULES)
def test_a_test_cites_the_rule(rule: str) -> None:
    """A rule that no test cites may have been forgotten."""
    assert citations()[rule], f"no file of tests/ cites [{rule}]"


def test_citations_are_told_apart() -> None:
    """`[T1]` is not `[T11]`, and a rule that nobody wrote is not cited."""
    assert CITED.findall("as in [T11], [V3]; data[0], [x1] and list[T1 | K2]") == ["T11", "V3"]
    assert not citations()["T99"]


# --- the page on semantics, where there is one ---------------------------------------------------

where_told = pytest.mark.skipif(not SEMANTICS.exists(), reason="docs/ is not part of this copy")


def sections() -> dict[str, str]:
    """What the page tells under the heading of each rule."""
    parts = re.split(r"^### ([A-Z]\d{1,2}) .*$", SEMANTICS.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@where_told
@pytest.mark.parametrize("rule", RULES)
def test_the_page_on_semantics_tells_the_rule_with_an_example(rule: str) -> None:
    """Under a heading of its own; the examples of the page run as tests."""
    assert "```python\n" in sections()[rule]


@where_told
def test_the_page_on_semantics_tells_of_no_rule_that_is_not_tested() -> None:
    """What the page promises, some test holds."""
    untested = [rule for rule in sections() if not citations()[rule]]
    assert untested == []
