"""Measure the work of a call by counting function calls, independent of the machine."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

__all__ = ["count_calls"]


def count_calls(
    monkeypatch: pytest.MonkeyPatch,
    counted: Iterable[tuple[object, str]],
    function: Callable[[], object],
) -> int:
    """Return how often *function* calls the *counted* functions.

    Each item of *counted* is a module or a class, and the name of a function in it.
    """
    number = 0

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - any arguments
            nonlocal number
            number += 1
            return original(*args, **options)

        return wrapped

    with monkeypatch.context() as patched:
        for owner, name in counted:
            patched.setattr(owner, name, counting(getattr(owner, name)))
        function()
    return number
