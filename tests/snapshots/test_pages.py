"""The sentences and errors that people read: the pages are the text files of this folder.

The test of a page fails if a result differs from the page, and shows the difference. If the new
text is better, ``SEGKIT_UPDATE_SNAPSHOTS=1 python -m pytest tests/snapshots`` writes it to the
page. A run that writes a page also fails, so that somebody reads the new text.
"""

import difflib
import os
from pathlib import Path

import pytest

from tests.snapshots.pages import FOLDER, PAGES, Page, Raised

UPDATE = os.environ.get("SEGKIT_UPDATE_SNAPSHOTS", "") not in ("", "0")


def difference(page: Page) -> str:
    """Return the difference between the file and the current text, or an empty string."""
    old, new = page.text.split("\n"), page.current_text.split("\n")
    return "\n".join(difflib.unified_diff(old, new, "in the file", "current", lineterm=""))


def check(path: Path, *, update: bool) -> str:
    """Return the difference of a page and, if *update*, write the current text to the file."""
    page = Page.of(path.read_text("utf-8"))
    text = difference(page)
    if text and update:
        path.write_text(page.current_text, "utf-8")
        return f"{path.name} was rewritten; read the difference, then run again.\n{text}"
    return text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_page_shows_the_results_of_its_code(path: Path) -> None:
    """The difference shows the old lines with ``-`` and the new lines with ``+``."""
    text = check(path, update=UPDATE)
    assert not text, f"\n{text}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_sentence_breaks_a_line_or_a_terminal(path: Path) -> None:
    """The names and values in a condition cannot break the text of the sentence."""
    for block in Page.of(path.read_text("utf-8")).blocks:
        for line in block.expected_lines:
            line.encode("utf-8")  # a lone surrogate raises
            assert line.isprintable(), line


def test_all_pages_of_the_folder_are_found() -> None:
    """The tests of the pages would pass for an empty list."""
    assert len(PAGES) >= 10
    assert {path.stem for path in PAGES} >= {"brevo", "comparisons", "errors_of_facts"}
    assert all(path.parent == FOLDER for path in PAGES)


CODE = """\
# A page.
four = 2 + 2
five = 5

four

attr("plan") == "pro"

any_of(
    attr("plan") == "pro",
    in_list("vip"),
)

attr("plan") == ["pro"]
"""
PAGE = Page.of(CODE).current_text


def test_the_lines_after_a_block_show_its_result() -> None:
    """A leaf also has its negation, an error has its class, and an assignment has no lines."""
    raised = Page.of(CODE).blocks[-1].result
    assert isinstance(raised, Raised)
    assert difference(Page.of(PAGE)) == ""
    assert [line for line in PAGE.split("\n") if line not in CODE.split("\n")] == [
        "  | 4",
        '  | plan is "pro"',
        '  ~ plan is not "pro" (or has no value)',
        '  | any of: plan is "pro"; is on list "vip"',
        f"  ! ConditionError: {raised.error}",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  | 4", "  | 5"),
        ("  | 4\n", ""),
        ("  | 4", "  | 4\n  | 4"),
        ("  ~ plan is not", "  ~ plan is"),
        ("  ! ConditionError", "  ! FactsError"),
        ("four = 2 + 2", "four = 2 + 3"),
        ('attr("plan") == "pro"\n', 'attr("plan") == "basic"\n'),
        ('    in_list("vip"),', '    in_list("news"),'),
    ],
)
def test_an_outdated_page_differs(old: str, new: str) -> None:
    """A result, its mark, its length or the code may have changed."""
    assert old in PAGE
    assert difference(Page.of(PAGE.replace(old, new, 1)))


def test_an_expression_after_other_statements_is_refused() -> None:
    """Otherwise its result would not be on the page."""
    with pytest.raises(ValueError, match="stands alone"):
        Page.of('plan = attr("plan")\nplan == "pro"\n')


def test_updating_writes_the_page_and_fails_once(tmp_path: Path) -> None:
    """Without *update*, nothing is written."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE.replace("  | 4\n", "  | 5\n"), "utf-8")
    assert check(path, update=False)
    assert path.read_text("utf-8") != PAGE
    assert "was rewritten" in check(path, update=True)
    assert path.read_text("utf-8") == PAGE
    assert not check(path, update=True)
