"""How much work a question is, counted and not timed."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

__all__ = ["calls"]


def calls(
    monkeypatch: pytest.MonkeyPatch,
    counted: Iterable[tuple[object, str]],
    asking: Callable[[], object],
) -> int:
    """How often the *counted* functions, each a room or class with a name in it, are called."""
    taken = 0

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is called with
            nonlocal taken
            taken += 1
            return function(*args, **named)

        return wrapped

    with monkeypatch.context() as patched:
        for place, name in counted:
            patched.setattr(place, name, counting(getattr(place, name)))
        asking()
    return taken
