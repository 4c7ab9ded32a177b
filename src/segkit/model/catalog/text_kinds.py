"""The kind that a text looks like, and a text as an operand of that kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC
from typing import Final, Literal, TypeAlias

from segkit.model.catalog.cells import (
    READERS,
    BadValueError,
    CellOptions,
    plain_text,
    read_day,
    read_instant,
    read_json,
    read_number,
)

TextKind: TypeAlias = Literal["number", "boolean", "day", "instant", "JSON"]

_BOOLEANS: Final = frozenset({"true", "yes", "false", "no"})
_LEADING_ZERO: Final = re.compile(r"\+|0\d")
_OPERANDS: Final = frozenset({"boolean", "number", "day", "instant"})


def kind_of_texts(texts: Iterable[str]) -> TextKind | None:
    """Return the kind that all of these texts look like, apart from empty ones."""
    given = list(map(plain_text, texts))
    given = [text for text in given if text]
    if not given:
        return None
    for kind, is_like in _LIKE.items():
        if all(map(is_like, given)):
            return kind
    return None


def looks_like(text: str, kind: TextKind) -> bool:
    """Return whether a text looks like a value of *kind*."""
    plain = plain_text(text)
    return bool(plain) and _LIKE[kind](plain)


def _reads_as(read: Callable[[str, CellOptions], object], text: str) -> bool:
    try:
        read(text, CellOptions(UTC))
    except BadValueError:
        return False
    return True


def _is_json(text: str) -> bool:
    return text[0] in "[{" and _reads_as(lambda given, _: read_json(given), text)


_LIKE: Final[Mapping[TextKind, Callable[[str], bool]]] = {
    # A leading zero, as in postcodes and phone numbers, would be lost.
    "number": lambda text: not _LEADING_ZERO.match(text) and _reads_as(read_number, text),
    "boolean": lambda text: text.casefold() in _BOOLEANS,
    "day": lambda text: "-" in text and _reads_as(read_day, text),
    "instant": lambda text: "-" in text and _reads_as(read_instant, text),
    "JSON": _is_json,
}


def read_operand(text: str, kind: str | None, options: CellOptions) -> object:
    """Return a text that a field of *kind* is compared with, as a value of that kind.

    An instant may be compared with a day. The result is ``None`` if the text cannot be read so, or
    if fields of the kind are not compared with a value of it.
    """
    if kind not in _OPERANDS:
        return None
    with suppress(BadValueError):
        if kind == "instant" and options.format is None:
            with suppress(BadValueError):
                return read_day(text, CellOptions())
        return READERS[kind](text, options)
    return None
