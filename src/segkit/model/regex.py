"""Regular expressions in RE2 syntax: linear time whatever the pattern."""  # [S7]

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from segkit.errors import ConditionError
from segkit.model.validation import mismatch

_MAX_MEMORY: Final = 1 << 20
"""Bytes for one pattern. The default of RE2 is eight times as much, and the eight characters of
``\\pL{300}`` then take six megabytes and a sixth of a second; the last 512 patterns are kept."""


@lru_cache(maxsize=512)
def compile_regex(pattern: str) -> Any:  # noqa: ANN401 - the binding names no types
    """Return the compiled pattern, which takes at most a megabyte of memory."""
    try:
        re2: Any = import_module("re2")  # an optional extra
    except ImportError:
        problem = 'needs RE2: python -m pip install -e ".[regex]" (the package google-re2)'
        raise ConditionError("matches_regex", problem, pattern) from None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        (why,) = error.args
        expected = f"is not a pattern in RE2 syntax: {why.decode(errors='replace')}"
        raise mismatch("matches_regex", expected, pattern) from None
    except UnicodeEncodeError:
        expected = "has a lone surrogate, which no text can match"
        raise mismatch("matches_regex", expected, pattern) from None


def regex_search(pattern: str, text: str) -> bool:
    """Return whether *pattern* is found anywhere in *text*; never in one with lone surrogates."""
    try:
        return compile_regex(pattern).search(text) is not None
    except UnicodeEncodeError:
        return False
