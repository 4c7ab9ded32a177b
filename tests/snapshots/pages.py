"""Pages of code and the expected text of its results, which are the text files of this folder.

Lines of a page that begin with ``#`` are comments. The other lines are Python: a block of code ends
at the next blank line, and can use the names of ``segkit`` and of `NAMES`. If a block is one
expression, the expected lines follow it, each with two spaces and a mark:

* ``|`` the sentence of a condition, or the text of another value;
* ``~`` after a single leaf, the sentence of its negation;
* ``!`` the error that the expression raises.

Other blocks define names for the following blocks of that page.
"""

from __future__ import annotations

import ast
import datetime as dt
import decimal
import enum
import math
import sys
import types
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from unittest import mock

import attrs
from dateutil.relativedelta import relativedelta

import segkit
import segkit.live
import segkit.live.durable
from segkit.model.base import BaseCondition, Leaf
from segkit.testing.factories import make_contact, make_event
from tests.unit.check_data import DECLARED, OBSERVED

__all__ = ["FOLDER", "PAGES", "Block", "Page", "Raised"]

FOLDER: Final = Path(__file__).parent
PAGES: Final = tuple(sorted(FOLDER.glob("*.txt")))

_MARKS: Final = ("  |", "  ~", "  !")


def _without(module: str, function: Callable[[], object]) -> object:
    """Call a function as if a module were not installed."""
    with mock.patch.dict(sys.modules, {module: None}):
        return function()


def _execute(storage: segkit.live.durable.SQLiteStorage[object], statement: str) -> None:
    """Execute a statement in a transaction of a storage."""
    with storage.transaction() as transaction:
        transaction.connection.execute(statement)


NAMES: Final[dict[str, object]] = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    **{name: getattr(segkit.live, name) for name in ("Remove", "Upsert")},
    **{
        name: getattr(segkit.live.durable, name)
        for name in (
            "DurableLive",
            "PostgresStorage",
            "Retries",
            "SQLiteStorage",
            "restore",
            "snapshot",
        )
    },
    **{name: getattr(dt, name) for name in ("UTC", "date", "datetime", "timedelta")},
    "Decimal": decimal.Decimal,
    "Enum": enum.Enum,
    "SimpleNamespace": types.SimpleNamespace,
    "ZoneInfo": zoneinfo.ZoneInfo,
    "declared": DECLARED,
    "execute": _execute,
    "make_contact": make_contact,
    "make_event": make_event,
    "nan": math.nan,
    "observed": OBSERVED,
    "relativedelta": relativedelta,
    "without": _without,
}


@attrs.frozen
class Raised:
    """An error that a block raised, and the file and line of segkit that raised it."""

    error: segkit.SegkitError
    file: str
    line: int


@attrs.frozen
class Block:
    """A block of code, its result, and the lines of text that show the result."""

    code: str
    result: object
    expected_lines: tuple[str, ...]


@attrs.frozen
class Page:
    """A page that was read and run.

    Attributes:
        text: The text of the file.
        current_text: The same page with the current text of its results.
        blocks: Its blocks of code.
    """

    text: str
    current_text: str
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, text: str) -> Page:
        """Read *text* and run its blocks in order; later blocks use the names of earlier blocks."""
        names = dict(NAMES)
        blocks: list[Block] = []
        lines: list[str] = []
        for kind, paragraph in _paragraphs(text):
            lines.append(paragraph)
            if kind == "code":
                blocks.append(_run(paragraph, names))
                lines += blocks[-1].expected_lines
        return cls(text, "\n".join(lines), tuple(blocks))


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the comments, blank lines and blocks of code of a page, without expected lines."""
    code: list[str] = []
    # Not splitlines(), which also splits at other characters.
    for line in text.split("\n"):
        if line.startswith(_MARKS):
            continue
        if line and not line.startswith("#"):
            code.append(line)
            continue
        if code:
            yield "code", "\n".join(code)
            code.clear()
        yield "comment", line
    if code:
        yield "code", "\n".join(code)


def _run(code: str, names: dict[str, Any]) -> Block:
    statements = ast.parse(code).body
    if not any(isinstance(statement, ast.Expr) for statement in statements):
        exec(code, names)  # noqa: S102 - a page is code of this project
        return Block(code, None, ())
    if len(statements) > 1:
        raise ValueError(f"an expression stands alone, or nobody sees what it says: {code}")
    try:
        value = eval(code, names)  # noqa: S307 - a page is code of this project
        expected_lines = _with_mark(
            "|", str(value) if not isinstance(value, BaseCondition) else _sentence(value)
        )
        if isinstance(value, Leaf):
            expected_lines += _with_mark("~", _sentence(~value))
        return Block(code, value, expected_lines)
    except segkit.SegkitError as error:
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        file, line = (
            (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno) if traceback else ("", 0)
        )
        expected_lines = _with_mark("!", f"{type(error).__name__}: {error}")
        return Block(code, Raised(error, file, line), expected_lines)


def _sentence(condition: Any) -> str:  # noqa: ANN401 - Combinable is the base of Condition
    return segkit.describe(condition)


def _with_mark(mark: str, text: str) -> tuple[str, ...]:
    return tuple(f"  {mark} {line}".rstrip() for line in text.split("\n"))
