"""Pages of code and of what it says, as they stand in this folder.

A page is a text. Lines that begin with ``#`` are its words; the others are Python, a block of code
up to the next blank line, with the names of ``segkit`` and of `NAMES` at hand. Under a block that
is one expression stands what it says, each line two spaces in and behind a mark:

* ``|`` the sentence of a condition, or the text of anything else;
* ``~`` under a single leaf, the sentence of its negation;
* ``!`` the error that it raises.

Other blocks prepare names for what follows on that page.
"""

from __future__ import annotations

import ast
import datetime as dt
import decimal
import enum
import math
import types
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
from dateutil.relativedelta import relativedelta

import segkit
from segkit.model.base import BaseCondition, Leaf
from segkit.testing.factories import make_contact, make_event

__all__ = ["FOLDER", "PAGES", "Block", "Page", "Raised"]

FOLDER: Final = Path(__file__).parent
PAGES: Final = tuple(sorted(FOLDER.glob("*.txt")))

_MARKS: Final = ("  |", "  ~", "  !")
NAMES: Final[dict[str, object]] = {
    **{name: getattr(segkit, name) for name in segkit.__all__},
    **{name: getattr(dt, name) for name in ("UTC", "date", "datetime", "timedelta")},
    "Decimal": decimal.Decimal,
    "Enum": enum.Enum,
    "SimpleNamespace": types.SimpleNamespace,
    "ZoneInfo": zoneinfo.ZoneInfo,
    "make_contact": make_contact,
    "make_event": make_event,
    "nan": math.nan,
    "relativedelta": relativedelta,
}


@attrs.frozen
class Raised:
    """An error that a block raised, and the place in segkit that raised it."""

    error: segkit.SegkitError
    file: str
    line: int


@attrs.frozen
class Block:
    """A block of code, what it gave, and the lines that say so."""

    code: str
    gave: object
    says: tuple[str, ...]


@attrs.frozen
class Page:
    """A page, read and run.

    Attributes:
        text: As it stands in the file.
        now_says: The same page with what its blocks say now.
        blocks: Its blocks of code.
    """

    text: str
    now_says: str
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, text: str) -> Page:
        """Read *text* and run its blocks, in their order and in the same names."""
        names = dict(NAMES)
        blocks: list[Block] = []
        lines: list[str] = []
        for kind, paragraph in _paragraphs(text):
            lines.append(paragraph)
            if kind == "code":
                blocks.append(_run(paragraph, names))
                lines += blocks[-1].says
        return cls(text, "\n".join(lines), tuple(blocks))


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """The words, blank lines and blocks of code of a page, without what the code says."""
    code: list[str] = []
    # Not splitlines(), which takes other characters for ends of lines, too.
    for line in text.split("\n"):
        if line.startswith(_MARKS):
            continue
        if line and not line.startswith("#"):
            code.append(line)
            continue
        if code:
            yield "code", "\n".join(code)
            code.clear()
        yield "words", line
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
        gave = eval(code, names)  # noqa: S307 - as above
        said = _marked("|", str(gave) if not isinstance(gave, BaseCondition) else _described(gave))
        if isinstance(gave, Leaf):
            said += _marked("~", _described(~gave))
        return Block(code, gave, said)
    except segkit.SegkitError as error:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        file, line = (at.tb_frame.f_code.co_filename, at.tb_lineno) if at else ("", 0)
        said = _marked("!", f"{type(error).__name__}: {error}")
        return Block(code, Raised(error, file, line), said)


def _described(condition: Any) -> str:  # noqa: ANN401 - Combinable is the base of Condition
    return segkit.describe(condition)


def _marked(mark: str, said: str) -> tuple[str, ...]:
    return tuple(f"  {mark} {line}".rstrip() for line in said.split("\n"))
