"""The words of findings: kinds, values and names that are cut to a readable length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from segkit.english.values import format_path, format_value

_MAX_LENGTH: Final = 60
_MAX_SHOWN: Final = 3

KIND_NOUNS: Final[Mapping[str, str]] = {
    "boolean": "a boolean",
    "number": "a number",
    "text": "text",
    "day": "a day",
    "instant": "an instant",
    "collection": "a collection",
    "location": "a location",
    "mapping": "a mapping",
    "naive datetime": "a naive datetime",
    "no kind": "a value that cannot be compared",
}
"""The nouns of the kinds."""


def short_value(value: object) -> str:
    """Return a scalar for people, cut to 60 characters."""
    return _cut(format_value(value[: _MAX_LENGTH + 1] if isinstance(value, str) else value))


def short_path(path: tuple[str, ...]) -> str:
    """Return a path for people, cut to 60 characters."""
    return _cut(format_path(path))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 3]}..."


def first_values(values: Iterable[object]) -> str:
    """Return the first three values for people."""
    return ", ".join(map(short_value, islice(values, _MAX_SHOWN)))


def some_values(values: list[object]) -> str:
    """Return the first three values for people, and how many more there are."""
    more = len(values) - _MAX_SHOWN
    return first_values(values) + (f" and {more:,} more" if more > 0 else "")


def plain_form(text: str) -> str:
    """Return a text without differences in case and spaces."""
    return " ".join(text.casefold().split())


def plain_name(name: str) -> str:
    """Return a name without differences in case, spaces, hyphens, underscores and points."""
    return "".join(_SIGNS.split(name.casefold()))


_SIGNS: Final = re.compile(r"[\s._-]+")
