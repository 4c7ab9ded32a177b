"""The page that compares products: each row has a snippet that builds, or says why there is none.

The page promises that nothing its products offer is missing without a reason in words.
"""

import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen

from segkit import Condition, SegkitError, describe

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "vocabulary.md"
PRODUCTS: Final = (
    "Klaviyo", "HubSpot", "Customer.io", "Braze", "PostHog",
    "Mautic", "Dittofeed", "Brevo", "Mixpanel", "Segment",
)  # fmt: skip
FEWEST_WORDS: Final = 8
"""Of a reason; "not supported" is none."""

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of this copy")


@frozen
class Row:
    """What a product calls a condition, and what the page has to say of it."""

    product: str
    theirs: str
    here: str

    def __str__(self) -> str:
        return f"{self.product}: {self.theirs}"

    def snippet(self) -> str | None:
        """The code a cell begins with."""
        found = re.match(r"`([^`]+)`", self.here)
        return found and found[1].replace(r"\|", "|")

    def reason(self) -> str | None:
        """What a cell without code says: that there is no condition, and why."""
        return self.here if self.here.startswith("no condition") else None


def rows_of(text: str) -> list[Row]:
    """Each row of each table below a heading, the head of the table left out."""
    rows: list[Row] = []
    product = ""
    for line in text.splitlines():
        if line.startswith("## "):
            product = line.removeprefix("## ")
        elif line.startswith("|"):
            theirs, here = (
                cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))
            )
            if theirs != "in the product" and set(theirs) != {"-"}:
                rows.append(Row(product, theirs, here))
    return rows


def problem_of(row: Row, names: dict[str, object]) -> str | None:
    """What is wrong with *row*, if anything is."""
    snippet = row.snippet()
    if snippet is None:
        reason = row.reason()
        if reason is None:
            return "neither a snippet nor a reason"
        return None if len(reason.split()) >= FEWEST_WORDS else "a reason that says nothing"
    try:
        built: object = eval(snippet, dict(names))  # noqa: S307 - the page is our own
    except (SegkitError, SyntaxError, NameError, AttributeError, TypeError) as error:
        return f"{snippet} does not build: {error}"
    if not isinstance(built, Condition):
        return f"{snippet} is no condition yet"
    return None if describe(built) else f"{snippet} has no sentence"


def page() -> str:
    return PAGE.read_text("utf-8") if PAGE.exists() else ""


def names_of(text: str) -> dict[str, object]:
    """What the page says its snippets use."""
    names: dict[str, object] = {}
    [shared] = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(shared, names)  # noqa: S102 - the page is our own
    return names


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    return names_of(page())


@pytest.mark.parametrize("row", rows_of(page()), ids=str)
def test_the_row_has_a_snippet_that_builds_or_a_reason(row: Row, names: dict[str, object]) -> None:
    if "matches_regex" in row.here and find_spec("re2") is None:
        pytest.skip("patterns need the package google-re2")
    assert problem_of(row, names) is None


def test_every_product_has_its_rows() -> None:
    counted = Counter(row.product for row in rows_of(page()))
    assert list(counted) == list(PRODUCTS)
    assert min(counted.values()) >= 10


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_names_its_source(product: str) -> None:
    """A public page, before the table."""
    [section] = re.findall(rf"^## {re.escape(product)}\n(.*?)^\|", page(), re.DOTALL | re.MULTILINE)
    assert re.search(r"\]\(https://[^)\s]+\)", section)


def test_no_row_is_there_twice() -> None:
    rows = [str(row) for row in rows_of(page())]
    assert [row for row, times in Counter(rows).items() if times > 1] == []


@pytest.mark.parametrize(
    "here",
    [
        "",
        "yes",
        "no condition",
        "no condition: not supported",
        'see `attr("a") == 1`',
        '`attr("a")`',
        '`attr("a") == `',
        '`attr("a").sounds_like("b")`',
        '`unheard_of("a")`',
        '`did("a").at_least(-1)`',
        '`attr("a") == None`',
        "`1 + 1`",
    ],
)
def test_a_row_without_either_would_be_found(here: str, names: dict[str, object]) -> None:
    [row] = rows_of(f"## A product\n\n| in the product | in segkit |\n|---|---|\n| is | {here} |\n")
    assert problem_of(row, names) is not None


@pytest.mark.parametrize(
    "here",
    [
        '`attr("a") == 1`',
        '`attr("a") == "b\\|c"`, with a note',
        '`(attr("a") == 1) \\| in_list("b")`',
        "no condition: a model's guess, no fact about the contact",
    ],
)
def test_a_row_with_either_passes(here: str, names: dict[str, object]) -> None:
    [row] = rows_of(f"## A product\n\n| in the product | in segkit |\n|---|---|\n| is | {here} |\n")
    assert problem_of(row, names) is None
