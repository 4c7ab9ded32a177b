"""The text of every error that segkit raises is on a page, so that it is reviewed."""

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


def raise_statements(source: str) -> Iterator[range]:
    """Yield the lines of each statement that raises an error of segkit."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            called = node.exc.func
            if isinstance(called, ast.Name) and called.id in ERRORS:
                yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def errors_on_pages() -> list[Raised]:
    """Run all pages and return the errors that their blocks raise."""
    return [
        block.result
        for path in PAGES
        for block in Page.of(path.read_text("utf-8")).blocks
        if isinstance(block.result, Raised)
    ]


def test_the_text_of_every_error_is_on_a_page() -> None:
    """Some page reaches each `raise` of the package, so the page shows its text."""
    found = {(raised.file, raised.line) for raised in errors_on_pages()}
    missing = [
        f"{path.relative_to(PACKAGE)}:{lines.start}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for lines in raise_statements(path.read_text("utf-8"))
        if not any((str(path), line) in found for line in lines)
    ]
    assert not missing, "no page of tests/snapshots shows the texts raised at " + ", ".join(missing)


def test_every_class_of_error_is_on_a_page() -> None:
    """`SegkitError` is the base class for ``except`` and is never raised itself."""
    shown = {type(raised.error).__name__ for raised in errors_on_pages()}
    assert shown == ERRORS - {"SegkitError"}


def test_the_text_of_an_error_is_its_path_and_its_problem() -> None:
    """The error also keeps the value that was found."""
    for raised in errors_on_pages():
        assert str(raised.error) == f"{raised.error.path}: {raised.error.problem}"
        assert raised.error.args[1:] == (raised.error.problem, raised.error.value)
        assert isinstance(raised.error, (ValueError, TypeError, AttributeError))


def test_a_raise_statement_is_found_with_all_its_lines() -> None:
    """A traceback may name any line of a statement. Other errors are not included."""
    source = (
        "def f():\n"
        "    raise ConditionError(\n"
        "        'a', 'b', 3\n"
        "    ) from None\n"
        "    raise\n"
        "    raise RuntimeError('not one of segkit')\n"
        "    raise ZoneError('tz', 'c')\n"
    )
    assert list(raise_statements(source)) == [range(2, 5), range(7, 8)]


def test_the_call_of_the_user_replaces_the_inner_path() -> None:
    """The path helps the author of the line, and the value helps a program."""
    with (
        pytest.raises(ConditionError) as caught,
        with_error_path("did('order').within_last"),
    ):
        Last(days=-1)
    assert caught.value.path == "did('order').within_last"
    assert caught.value.value == -1
