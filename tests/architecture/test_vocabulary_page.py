"""The page that compares products: each row has a valid snippet, or a reason why there is none."""

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
MIN_REASON_WORDS: Final = 8
"""A shorter text such as "not supported" is not a reason."""

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of this copy")


@frozen
class Row:
    """A condition of a product, and the corresponding condition of segkit."""

    product: str
    their_words: str
    segkit_words: str

    def __str__(self) -> str:
        return f"{self.product}: {self.their_words}"

    def snippet(self) -> str | None:
        """Return the code at the start of the cell."""
        found = re.match(r"`([^`]+)`", self.segkit_words)
        return found and found[1].replace(r"\|", "|")

    def reason(self) -> str | None:
        """Return the text of a cell that says why there is no condition."""
        return self.segkit_words if self.segkit_words.startswith("no condition") else None


def rows_of(text: str) -> list[Row]:
    """Return the rows of the tables below each heading, without the rows of headings."""
    rows: list[Row] = []
    product = ""
    for line in text.splitlines():
        if line.startswith("## "):
            product = line.removeprefix("## ")
        elif line.startswith("|"):
            their_words, segkit_words = (
                cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))
            )
            if their_words != "in the product" and set(their_words) != {"-"}:
                rows.append(Row(product, their_words, segkit_words))
    return rows


def problem_of(row: Row, names: dict[str, object]) -> str | None:
    """Return the problem of *row*, or ``None``."""
    snippet = row.snippet()
    if snippet is None:
        reason = row.reason()
        if reason is None:
            return "neither a snippet nor a reason"
        return None if len(reason.split()) >= MIN_REASON_WORDS else "the reason is too short"
    try:
        built: object = eval(snippet, dict(names))  # noqa: S307 - the page is our own
    except (SegkitError, SyntaxError, NameError, AttributeError, TypeError) as error:
        return f"{snippet} does not build: {error}"
    if not isinstance(built, Condition):
        return f"{snippet} is not a condition"
    return None if describe(built) else f"{snippet} has no description"


def page() -> str:
    return PAGE.read_text("utf-8") if PAGE.exists() else ""


def names_of(text: str) -> dict[str, object]:
    """Return the names that the snippets of the page use."""
    names: dict[str, object] = {}
    [shared] = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(shared, names)  # noqa: S102 - the page is our own
    return names


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    return names_of(page())


@pytest.mark.parametrize("row", rows_of(page()), ids=str)
def test_the_row_has_a_valid_snippet_or_a_reason(row: Row, names: dict[str, object]) -> None:
    if "matches_regex" in row.segkit_words and find_spec("re2") is None:
        pytest.skip("patterns need the package google-re2")
    assert problem_of(row, names) is None


def test_every_product_has_its_rows() -> None:
    counted = Counter(row.product for row in rows_of(page()))
    assert list(counted) == list(PRODUCTS)
    assert min(counted.values()) >= 10


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_names_its_source(product: str) -> None:
    """The section links to a public page before the table."""
    [section] = re.findall(rf"^## {re.escape(product)}\n(.*?)^\|", page(), re.DOTALL | re.MULTILINE)
    assert re.search(r"\]\(https://[^)\s]+\)", section)


def test_no_row_occurs_twice() -> None:
    rows = [str(row) for row in rows_of(page())]
    assert [row for row, times in Counter(rows).items() if times > 1] == []


@pytest.mark.parametrize(
    "segkit_words",
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
def test_a_row_without_snippet_and_reason_is_a_problem(
    segkit_words: str, names: dict[str, object]
) -> None:
    [row] = rows_of(
        f"## A product\n\n| in the product | in segkit |\n|---|---|\n| is | {segkit_words} |\n"
    )
    assert problem_of(row, names) is not None


@pytest.mark.parametrize(
    "segkit_words",
    [
        '`attr("a") == 1`',
        '`attr("a") == "b\\|c"`, with a note',
        '`(attr("a") == 1) \\| in_list("b")`',
        "no condition: a model's guess, no fact about the contact",
    ],
)
def test_a_row_with_a_snippet_or_a_reason_is_valid(
    segkit_words: str, names: dict[str, object]
) -> None:
    [row] = rows_of(
        f"## A product\n\n| in the product | in segkit |\n|---|---|\n| is | {segkit_words} |\n"
    )
    assert problem_of(row, names) is None
