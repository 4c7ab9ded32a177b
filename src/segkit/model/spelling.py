"""The nearest of the known names, for "did you mean" in errors and findings."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

_MAX_LENGTH: Final = 80
_MAX_NAMES: Final = 1_000
"""Longer words, and more names, take too long to compare."""


def nearest_name(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that *word* is most likely a misspelling of, or ``None``.

    A name that differs only in case, spaces or signs is preferred.

    >>> from segkit.model.spelling import nearest_name
    >>> nearest_name("Sign Up", ["sign_up", "sign_out"])
    'sign_up'
    """
    from difflib import get_close_matches  # noqa: PLC0415 - for misspelled words only

    if len(word) > _MAX_LENGTH:
        return None
    names = [name for name in islice(known, _MAX_NAMES) if len(name) <= _MAX_LENGTH]
    by_letters = {_letters(name): name for name in reversed(names) if name != word}
    near = get_close_matches(_letters(word), by_letters, 1)
    return by_letters[near[0]] if near else None


def _letters(name: str) -> str:
    """Return the letters and digits of a name in one case; the name itself if it has none."""
    return "".join(filter(str.isalnum, name.casefold())) or name
