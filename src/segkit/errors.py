"""Every exception segkit raises on purpose: fields for programs, one sentence for people.

The sentence names the place (``path``), what was met there (``value``) and what to write instead.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

__all__ = [
    "ConditionError",
    "ConditionTypeError",
    "FactsError",
    "InstantError",
    "SegkitError",
    "ZoneError",
    "located",
    "shown",
]

_LONGEST_REPR = 80


class SegkitError(Exception):
    """The base of all errors of segkit.

    Attributes:
        path: Where the value stood, as one would write it: ``attr("age").contains(...)``.
        value: The value that was met there.
        problem: What is wrong with it and what to do, without the path.
    """

    def __init__(self, path: str, problem: str, value: object = None) -> None:
        super().__init__(path, problem, value)
        self.path = path
        self.problem = problem
        self.value = value

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r}, {self.problem!r}, {shown(self.value)})"


class ConditionError(SegkitError, ValueError):
    """A condition, window or segment cannot be built from what was given."""


class ConditionTypeError(SegkitError, TypeError):
    """A condition or term stands where it has no meaning: ``and``, ``in``, ``1 & attr("b")``."""


class FactsError(SegkitError, ValueError):
    """A contact or an event is not one, belongs to somebody else, or comes twice."""


class InstantError(SegkitError, ValueError):
    """Something that must be an instant is naive, or no ``datetime`` at all."""


class ZoneError(SegkitError, ValueError):
    """A time zone is unknown, or does not come from ``zoneinfo``."""


def shown(value: object) -> str:
    """*value* as an error prints it: its ``repr``, cut, and never raising."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - a hostile __repr__ must not hide the real error
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST_REPR else text[: _LONGEST_REPR - 3] + "..."


@contextmanager
def located(path: str) -> Generator[None]:
    """Errors of segkit raised inside name *path*, the words the user wrote."""
    try:
        yield
    except SegkitError as error:
        error.path = path
        raise
