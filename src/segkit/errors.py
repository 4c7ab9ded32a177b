"""Every exception that segkit raises on purpose: fields for programs, one sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeVar, cast

_MAX_REPR: Final = 80


class SegkitError(Exception):
    """The base of all errors of segkit.

    Attributes:
        path: The refused call, ``attr('age').contains``, or the place of a fact, ``Contact.id``.
        value: The value that was found there.
        problem: The sentence without the path: what is wrong, and what to write instead.
        expected: The problem without the value, if the value can be left out.

    >>> from segkit import SegkitError, attr
    >>> try:
    ...     attr("city").is_in("Paris")
    ... except SegkitError as error:
    ...     error.path, error.value
    ("attr('city').is_in", 'Paris')
    """

    def __init__(self, path: str, problem: str, value: object = None) -> None:
        super().__init__(path, problem, value)
        self.path = path
        self.problem = problem
        self.expected = problem
        self.value = value

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r}, {self.problem!r}, {short_repr(self.value)})"


class ConditionError(SegkitError, ValueError):
    """A condition, window or segment cannot be built from these arguments.

    >>> from segkit import did
    >>> did("order").at_least(-1)
    Traceback (most recent call last):
        ...
    segkit.errors.ConditionError: did('order').at_least: takes a whole number, 0 or more; got -1
    """


class ConditionTypeError(SegkitError, TypeError):
    """A condition or term is used where it has no meaning: ``and``, ``in``, ``did(...) == 3``.

    >>> from segkit import attr
    >>> "Paris" in attr("city")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.ConditionTypeError: attr('city'): has no operator `in`: write .contains(...) ...
    """


class ConditionAttributeError(SegkitError, AttributeError):
    """A term or a condition has no method of that name; the error says what to write instead.

    >>> from segkit import attr, did
    >>> did("order").avg("total")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.ConditionAttributeError: did('order'): there is no .avg: write ...
    >>> hasattr(attr("age"), "gte")
    False
    """


class FactsError(SegkitError, ValueError):
    """A contact, an event or a source is not valid: a field is missing, an id occurs twice.

    >>> from segkit import Contact
    >>> Contact("")
    Traceback (most recent call last):
        ...
    segkit.errors.FactsError: Contact.id: an id is needed; got ''
    """


class CatalogError(SegkitError, ValueError):
    """A catalog or a field cannot be built from these arguments.

    >>> from segkit import Field
    >>> Field("numbr")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.CatalogError: Field.kind: no kind 'numbr'; the kinds are boolean, number, ...
    """


class BadCell(NamedTuple):
    """One cell of a file, form or document that cannot be read; see `RecordError`.

    Attributes:
        row: The number of the row, 1 for the first one after the header; ``None`` for a single row.
        column: The name of the column, or a path into the mapping in a cell: ``address.zip``.
        found: The value, as a short repr; empty if the column is missing.
        problem: The problem, and the way to mend it.
        records: ``contacts`` or ``events``, the file of the row; empty for a single row.

    >>> from segkit import BadCell
    >>> print(BadCell(3, "age", found="'old'", problem="is no number", records="contacts"))
    contacts, row 3, age: 'old' is no number
    """

    row: int | None
    column: str
    found: str
    problem: str
    records: str = ""

    def __str__(self) -> str:
        column = self.column if self.column.isprintable() else repr(self.column)
        row = "" if self.row is None else f"row {self.row}"
        place = ", ".join(filter(None, (self.records, row, column)))
        return f"{place}: {self.found} {self.problem}" if self.found else f"{place}: {self.problem}"


class RecordError(FactsError):
    """Rows cannot be read as contacts and events; the error lists all bad cells.

    Attributes:
        cells: The bad cells, at most one thousand.
        omitted: The number of further bad cells.

    >>> from segkit import Catalog, RecordError
    >>> try:
    ...     Catalog(attributes={"age": "number"}).contact({"id": "ada", "age": "old"})
    ... except RecordError as error:
    ...     print(error.cells[0])
    age: 'old' is no number
    """

    def __init__(
        self,
        path: str,
        problem: str,
        value: object = None,
        cells: tuple[BadCell, ...] = (),
        omitted: int = 0,
    ) -> None:
        super().__init__(path, problem, value)
        self.cells = cells
        self.omitted = omitted


class InstantError(SegkitError, ValueError):
    """A value that must be an instant is naive, or is not a ``datetime``.

    >>> from segkit import Event
    >>> Event("ada", "order", "2022-09-12")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.InstantError: Event('ada', 'order').at: must be an aware datetime; got ...
    """


class ZoneError(SegkitError, ValueError):
    """A time zone is unknown, or does not come from ``zoneinfo``.

    >>> from segkit import Contact, attr, matches
    >>> matches(attr("age") >= 18, Contact("ada"), tz="Paris")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.ZoneError: tz: there is no time zone 'Paris'; names look like ...
    """


class Problem(NamedTuple):
    """One problem of a document; see `DocumentError`.

    Attributes:
        path: The place, as a JSON path: ``$.condition.parts[2].comparison.operand``.
        found: The value at that place, as a short repr.
        expected: A sentence that says what is wrong, or what to write there instead.

    >>> from segkit import Problem
    >>> print(Problem("$.segment.name", found="5", expected="takes a text"))
    $.segment.name: takes a text; got 5
    """

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: {self.expected}; got {self.found}"


class DocumentError(SegkitError, ValueError):
    """A document has no valid condition, segment or segments; the error lists all its problems.

    Attributes:
        problems: The problems, at most one hundred.
        omitted: The number of further problems.

    >>> from segkit import DocumentError, from_json
    >>> try:
    ...     from_json('{"segkit": 1}')
    ... except DocumentError as error:
    ...     print(error.problems[0])
    $: a document has one of the keys "condition", "segment" and "segments"; got {'segkit': 1}
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


# --- short texts ----------------------------------------------------------------------------------

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

_MAX_ITEMS: Final = 20
"""A longer list is cut to its first items."""

_SHOWN_ITEMS: Final = 5


def join_items(
    items: Sequence[ItemT],
    form: Callable[[ItemT], str],
    separator: str = ", ",
    last: str = " and ",
) -> str:
    """Return *form* of each item in one line; of more than 20 items, the first five and a count.

    >>> from segkit.errors import join_items
    >>> join_items([1, 2, 3], str)
    '1, 2, 3'
    >>> join_items(range(50_000), str)
    '0, 1, 2, 3, 4 and 49,995 more'
    """
    shown = items if len(items) <= _MAX_ITEMS else items[:_SHOWN_ITEMS]
    text = separator.join(map(form, shown))
    more = len(items) - len(shown)
    return f"{text}{last}{more:,} more" if more else text


def short_repr(value: object) -> str:
    """Return the ``repr`` of *value* for an error: cut to 80 characters, and never raising."""
    try:
        text = _repr_beginning(value, _MAX_REPR)
    except Exception as error:  # noqa: BLE001 - a hostile __repr__ must not hide the real error
        raise_unless_repeated(error, lambda: _repr_beginning(value, _MAX_REPR))
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _MAX_REPR else text[: _MAX_REPR - 3] + "..."


_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}
_MAX_INT_BITS: Final = 4_000  # Python refuses to print an integer four times as long.


def _repr_beginning(value: object, length: int) -> str:
    """Return the ``repr`` of *value*, or at least the first *length* characters of it.

    The ``repr`` of a text of ten megabytes is not built for an error that shows 80 characters.
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


# --- errors of foreign values ---------------------------------------------------------------------


def raise_unless_repeated(error: Exception, read: Callable[[], object]) -> None:
    """Raise *error*, which came from *read*, unless *read* raises once more.

    If a value of a host raises, it raises again when it is read once more: no reason to stop.
    An exception that does not come back is nobody's value: a time limit that a signal handler
    raises, for example. `RecursionError` and `MemoryError` are about the program: they always are.
    """
    if isinstance(error, _OF_THE_PROGRAM):
        raise error
    try:
        read()
    except _OF_THE_PROGRAM:
        raise
    except Exception:  # noqa: BLE001 - the value raises
        return
    raise error


_OF_THE_PROGRAM: Final = (RecursionError, MemoryError)


def read_foreign(
    path: str, read: Callable[[], ResultT], error_type: type[SegkitError] = ConditionError
) -> ResultT:
    """Return what *read* returns; what a foreign value raises becomes an error of segkit.

    A value is read by its own ``__iter__``, ``__bool__`` or ``__eq__``. Errors of segkit are not
    changed, and an exception that is of no value comes through.
    """
    try:
        return read()
    except SegkitError:
        raise
    except Exception as error:
        raise_unless_repeated(error, read)
        problem = f"a value raises {short_repr(error)} when it is read: pass plain values"
        raise error_type(path, problem) from error


@contextmanager
def with_error_path(path: str) -> Generator[None]:
    """Replace the path of an error of segkit by *path*, the call that the user wrote."""
    try:
        yield
    except SegkitError as error:
        error.path = path
        raise
