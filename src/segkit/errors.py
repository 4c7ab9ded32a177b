"""Every exception segkit raises on purpose: fields for programs, one sentence for people.

The sentence names the place (``path``), what was met there (``value``) and what to write instead.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple, cast

_LONGEST_REPR: Final = 80


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
        return f"{type(self).__name__}({self.path!r}, {self.problem!r}, {short_repr(self.value)})"


class ConditionError(SegkitError, ValueError):
    """A condition, window or segment cannot be built from what was given."""


class ConditionTypeError(SegkitError, TypeError):
    """A condition or term stands where it has no meaning: ``and``, ``in``, ``did(...) == 3``."""


class FactsError(SegkitError, ValueError):
    """A contact or an event is none, is of somebody else, comes twice or cannot be copied."""


class InstantError(SegkitError, ValueError):
    """Something that must be an instant is naive, or no ``datetime`` at all."""


class ZoneError(SegkitError, ValueError):
    """A time zone is unknown, or does not come from ``zoneinfo``."""


class Problem(NamedTuple):
    """One thing that is wrong with a document.

    Attributes:
        path: Where, as a JSON path: ``$.condition.parts[2].comparison.operand``.
        met: What stands there, as it prints; cut if it is long.
        expected: What to write there instead.
    """

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        told = "" if self.found in self.expected else f"; got {self.found}"
        return f"{self.path}: {self.expected}{told}"


class DocumentError(SegkitError, ValueError):
    """A document holds no condition, segment or segments; all that is wrong with it, at once.

    Attributes:
        problems: What is wrong; the first hundred that were met, if there are more.
        more: How many more there are.
    """

    def __init__(
        self,
        path: str,
        problem: str,
        value: object = None,
        problems: tuple[Problem, ...] = (),
        omitted: int = 0,
    ) -> None:
        super().__init__(path, problem, value)
        self.problems = problems
        self.omitted = omitted


def short_repr(value: object) -> str:
    """*value* as an error prints it: its ``repr``, cut, and never raising."""
    try:
        text = _beginning(value, _LONGEST_REPR)
    except Exception as error:  # noqa: BLE001 - a hostile __repr__ must not hide the real error
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST_REPR else text[: _LONGEST_REPR - 3] + "..."


_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}
_LONGEST_INT: Final = 4_000  # bits; Python refuses to write a number four times as long


def _beginning(value: object, room: int) -> str:
    """The ``repr`` of *value*, or a little more than *room* characters of its beginning.

    A text of ten megabytes in somebody's data is not written out to show eighty characters of it.
    """
    kind: type[object] = type(value)
    if kind is str or kind is bytes:
        return repr(cast("str", value)[: room + 1])
    if kind is int and cast("int", value).bit_length() > _LONGEST_INT:
        return f"<int of {cast('int', value).bit_length()} bits>"
    if kind not in _BRACKETS or not value:
        return repr(value)
    text, closing = _BRACKETS[kind]
    between = ""
    for item in cast("Iterable[object]", value):
        text += between
        if len(text) > room:
            return text
        text += _beginning(item, room - len(text))
        if kind is dict:
            held = cast("dict[object, object]", value)[item]
            text += f": {_beginning(held, room - len(text) - 2)}"
        between = ", "
    lonely = kind is tuple and len(cast("tuple[object, ...]", value)) == 1
    return f"{text},{closing}" if lonely else text + closing


@contextmanager
def wrap_foreign_errors(path: str) -> Generator[None]:
    """What a value of the host's raises inside, when it is looked at, becomes a `ConditionError`.

    Errors of segkit pass as they are, and so do those that are to end a program.
    """
    try:
        yield
    except SegkitError:
        raise
    except Exception as error:
        problem = f"a value given raises {short_repr(error)} when it is read: hand in plain values"
        raise ConditionError(path, problem) from error


@contextmanager
def with_error_path(path: str) -> Generator[None]:
    """Errors raised inside name *path*, as the user wrote it; see also `wrap_foreign_errors`."""
    try:
        with wrap_foreign_errors(path):
            yield
    except SegkitError as error:
        error.path = path
        raise
