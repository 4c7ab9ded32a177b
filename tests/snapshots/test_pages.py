"""What people read, page by page: the pages are the text files of this folder.

A page that no longer says what the code says fails with the difference. Where the new words are
better, ``SEGKIT_UPDATE_SNAPSHOTS=1 python -m pytest tests/snapshots`` writes them down; a run that
had to write fails all the same, so that nobody agrees to new words without reading them.
"""

import difflib
import os
from pathlib import Path

import pytest

from tests.snapshots.pages import FOLDER, PAGES, Page, Raised

UPDATE = os.environ.get("SEGKIT_UPDATE_SNAPSHOTS", "") not in ("", "0")


def difference(page: Page) -> str:
    """Say how the page in the file differs from what the code says now; nothing if it does not."""
    old, new = page.text.split("\n"), page.now_says.split("\n")
    return "\n".join(difflib.unified_diff(old, new, "as written", "as said now", lineterm=""))


def checked(path: Path, *, update: bool) -> str:
    """Say how the page differs and, if so asked, write what the code says now."""
    page = Page.of(path.read_text("utf-8"))
    differs = difference(page)
    if differs and update:
        path.write_text(page.now_says, "utf-8")
        return f"{path.name} was rewritten; read the difference, then run again.\n{differs}"
    return differs


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_page_says_what_the_code_says(path: Path) -> None:
    """The difference shows the old words with ``-`` and the new ones with ``+``."""
    differs = checked(path, update=UPDATE)
    assert not differs, f"\n{differs}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_sentence_breaks_a_line_or_a_terminal(path: Path) -> None:
    """What a marketer typed into a condition cannot break the text around it."""
    for block in Page.of(path.read_text("utf-8")).blocks:
        for line in block.says:
            line.encode("utf-8")  # a lone surrogate raises
            assert line.isprintable(), line


def test_every_page_of_the_folder_is_read() -> None:
    """A page that is not read could say anything."""
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
PAGE = Page.of(CODE).now_says


def test_under_the_code_of_a_page_stands_what_it_says() -> None:
    """A leaf has its negation beside it, an error its class; what only prepares says nothing."""
    refused = Page.of(CODE).blocks[-1].gave
    assert isinstance(refused, Raised)
    assert difference(Page.of(PAGE)) == ""
    assert [line for line in PAGE.split("\n") if line not in CODE.split("\n")] == [
        "  | 4",
        '  | plan is "pro"',
        '  ~ plan is not "pro" (or has no value)',
        '  | any of: plan is "pro"; is on list "vip"',
        f"  ! ConditionError: {refused.error}",
    ]


@pytest.mark.parametrize(
    ("was", "becomes"),
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
def test_a_page_that_is_not_true_differs(was: str, becomes: str) -> None:
    """Whether an answer, its kind, its length or the code has changed."""
    assert was in PAGE
    assert difference(Page.of(PAGE.replace(was, becomes, 1)))


def test_an_expression_that_nobody_would_see_is_refused() -> None:
    """Behind other lines of its block it would run, and its answer would get lost."""
    with pytest.raises(ValueError, match="stands alone"):
        Page.of('plan = attr("plan")\nplan == "pro"\n')


def test_updating_writes_the_page_and_fails_once(tmp_path: Path) -> None:
    """Without being asked to, nothing is written."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE.replace("  | 4\n", "  | 5\n"), "utf-8")
    assert checked(path, update=False)
    assert path.read_text("utf-8") != PAGE
    assert "was rewritten" in checked(path, update=True)
    assert path.read_text("utf-8") == PAGE
    assert not checked(path, update=True)
