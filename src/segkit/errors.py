"""The exceptions of segkit: fields for programs, and one sentence for people.

The sentence names the path of the error, what was found there and what to write instead.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple, cast

_MAX_REPR_LENGTH: Final = 80


class SegkitError(Exception):
    """The base of all errors that segkit raises on purpose.

    Attributes:
        path: The place of the error, as the user wrote it: ``attr('age').contains``.
        value: The value that was found there.
        problem: What is wrong with the value and what to write instead, without the path.

    >>> from segkit import SegkitError, attr
    >>> try:
    ...     attr("city").is_in("Paris")
    ... except SegkitError as error:
    ...     print(error.path, error.value)
    attr('city').is_in Paris
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
    """A condition, window or segment cannot be built from the given values."""


class ConditionTypeError(SegkitError, TypeError):
    """A condition or term is used where it has no meaning: ``and``, ``in``, ``did(...) == 3``."""


class FactsError(SegkitError, ValueError):
    """A contact or an event is not usable.

    It is not contact-like or event-like, belongs to another contact, comes twice, or cannot be
    copied.
    """


class InstantError(SegkitError, ValueError):
    """A value that must be an instant is naive, or is not a ``datetime``."""


class ZoneError(SegkitError, ValueError):
    """A time zone is unknown, or does not come from ``zoneinfo``."""


class Problem(NamedTuple):
    """One problem of a document.

    Attributes:
        path: The place of the problem, as a JSON path: ``$.condition.parts[2].comparison.operand``.
        found: The value at that place, as text; shortened if it is long.
        expected: What to write there instead.
    """

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        found = "" if self.found in self.expected else f"; got {self.found}"
        return f"{self.path}: {self.expected}{found}"


class DocumentError(SegkitError, ValueError):
    """A document does not hold a condition, a segment or segments. It lists every problem.

    Attributes:
        problems: The problems, the first hundred if there are more.
        omitted: The number of further problems.
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
    """Return the ``repr`` of *value* for an error: at most 80 characters, and never raising."""
    try:
        text = _repr_beginning(value, _MAX_REPR_LENGTH)
    except Exception as error:  # noqa: BLE001 - a hostile __repr__ must not hide the real error
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _MAX_REPR_LENGTH else text[: _MAX_REPR_LENGTH - 3] + "..."


_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}
_MAX_INT_BITS: Final = 4_000  # Python refuses to print an int of about four times as many bits.


def _repr_beginning(value: object, length: int) -> str:
    """Return the ``repr`` of *value*, or slightly more than its first *length* characters.

    ``repr`` itself would print ten megabytes of text in order to show eighty characters.
    """
    kind: type[object] = type(value)
    if kind is str or kind is bytes:
        return repr(cast("str", value)[: length + 1])
    if kind is int and cast("int", value).bit_length() > _MAX_INT_BITS:
        return f"<int of {cast('int', value).bit_length()} bits>"
    if kind not in _BRACKETS or not value:
        return repr(value)
    text, closing = _BRACKETS[kind]
    separator = ""
    for item in cast("Iterable[object]", value):
        text += separator
        if len(text) > length:
            return text
        text += _repr_beginning(item, length - len(text))
        if kind is dict:
            item_value = cast("dict[object, object]", value)[item]
            text += f": {_repr_beginning(item_value, length - len(text) - 2)}"
        separator = ", "
    is_single = kind is tuple and len(cast("tuple[object, ...]", value)) == 1
    return f"{text},{closing}" if is_single else text + closing


@contextmanager
def wrap_foreign_errors(path: str) -> Generator[None]:
    """Turn an error that a foreign value raises into a `ConditionError` at *path*.

    Use it around the lines that read, iterate, compare or hash a value of the caller, and around
    nothing else: a fault of segkit itself must keep its own type. Errors of segkit pass unchanged,
    and so does what is not an `Exception`, such as `KeyboardInterrupt`.
    """
    try:
        yield
    except SegkitError:
        raise
    except Exception as error:
        problem = f"reading the given value raises {short_repr(error)}: pass plain Python values"
        raise ConditionError(path, problem) from error


@contextmanager
def with_error_path(path: str) -> Generator[None]:
    """Set *path*, the call as the user wrote it, on every error of segkit raised inside."""
    try:
        yield
    except SegkitError as error:
        error.path = path
        raise
