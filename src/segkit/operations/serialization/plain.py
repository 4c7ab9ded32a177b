"""What a document is made of, read by the methods of the plain types.

A subclass of dict, list or str is taken for what it is underneath: none of its own methods runs.
Nothing is compared or hashed before its type is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, cast

__all__ = ["Doubled", "Unreadable", "is_broken", "pairs_of", "text_of", "values_of"]

# The type checkers know nothing of what the unbound methods give.
_DICT: Final[Any] = dict
_LIST: Final[Any] = list


def pairs_of(value: object) -> list[tuple[object, object]] | None:
    """The keys and values of an object, a dict; of anything else nothing."""
    if not issubclass(type(value), dict):
        return None
    return list(cast("Iterable[tuple[object, object]]", _DICT.items(value)))


def values_of(value: object) -> list[object] | None:
    """The values of a list; of anything else nothing."""
    if not issubclass(type(value), list):
        return None
    return list(cast("Iterable[object]", _LIST.__iter__(value)))


def text_of(value: object) -> str | None:
    """A text as plain ``str``; of anything else nothing."""
    return str.__str__(cast("str", value)) if issubclass(type(value), str) else None


_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def is_broken(text: str) -> bool:
    """Whether a surrogate pair stands in *text* as two characters.

    JSON writes it as it writes the one character that the pair is, and reads that.
    """
    return not text.isascii() and _PAIR.search(text) is not None


class Unreadable(NamedTuple):
    """What stands where a JSON text has a number that was not read, such as ``NaN``."""

    met: str
    expected: str

    def __repr__(self) -> str:
        return self.met  # as it was sent, where what is around it is shown


class Doubled(dict[str, object]):
    """An object of a JSON text in which a key comes twice."""

    __slots__ = ("keys_twice",)
    keys_twice: tuple[str, ...]
