"""Every error that segkit raises has its text on a page, so that somebody has read it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import segkit
from segkit import ConditionError, Last, SegkitError
from segkit.errors import with_error_path
from tests.snapshots.pages import PAGES, Page, Raised

PACKAGE: Final = Path(segkit.__file__).parent
ERRORS: Final = frozenset(
    name
    for name in segkit.__all__
    for value in [getattr(segkit, name)]
    if isinstance(value, type) and issubclass(value, SegkitError)
)


def raises(source: str) -> Iterator[range]:
    """Find the lines of each statement that raises an error of segkit."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            called = node.exc.func
            if isinstance(called, ast.Name) and called.id in ERRORS:
                yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def raised_on_pages() -> list[Raised]:
    """Run all pages and collect the errors they met."""
    return [
        block.gave
        for path in PAGES
        for block in Page.of(path.read_text("utf-8")).blocks
        if isinstance(block.gave, Raised)
    ]


def test_the_text_of_every_error_is_on_a_page() -> None:
    """Each `raise` of the package is reached from some page, so its text stands there."""
    met = {(raised.file, raised.line) for raised in raised_on_pages()}
    unread = [
        f"{path.relative_to(PACKAGE)}:{lines.start}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for lines in raises(path.read_text("utf-8"))
        if not any((str(path), line) in met for line in lines)
    ]
    assert not unread, "no page of tests/snapshots shows the texts raised at " + ", ".join(unread)


def test_every_class_of_error_is_on_a_page() -> None:
    """`SegkitError` itself is their base, for ``except``, and is raised nowhere."""
    shown = {type(raised.error).__name__ for raised in raised_on_pages()}
    assert shown == ERRORS - {"SegkitError"}


def test_an_error_is_data_first_and_a_sentence_second() -> None:
    """The sentence is made of the path and the problem, and the value that was met is kept."""
    for raised in raised_on_pages():
        assert str(raised.error) == f"{raised.error.path}: {raised.error.problem}"
        assert raised.error.args[1:] == (raised.error.problem, raised.error.value)
        assert isinstance(raised.error, (ValueError, TypeError))


def test_the_raises_of_a_source_are_found_over_all_their_lines() -> None:
    """A traceback may name any line of a statement; others' errors are not ours to list."""
    source = (
        "def f():\n"
        "    raise ConditionError(\n"
        "        'a', 'b', 3\n"
        "    ) from None\n"
        "    raise\n"
        "    raise RuntimeError('not one of segkit')\n"
        "    raise ZoneError('tz', 'c')\n"
    )
    assert list(raises(source)) == [range(2, 5), range(7, 8)]


def test_the_words_the_user_wrote_take_the_place_of_the_inner_path() -> None:
    """The path is for whoever wrote the line, the value for a program."""
    with pytest.raises(ConditionError) as caught, with_error_path("did('order').within_last"):
        Last(days=-1)
    assert caught.value.path == "did('order').within_last"
    assert caught.value.value == -1
