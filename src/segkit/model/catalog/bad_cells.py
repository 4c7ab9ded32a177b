"""The cells of one row by column, and the cells that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeAlias, cast

import attrs

from segkit.errors import BadCell, CatalogError, RecordError, raise_unless_repeated, short_repr
from segkit.model.catalog.cells import plain_text
from segkit.model.facts import Contact, Event
from segkit.model.foreign_data import has_methods
from segkit.model.validation import has_type, is_mapping
from segkit.model.values import Kind, normalize

OnBad: TypeAlias = Literal["raise", "skip"] | Callable[[BadCell], object]

NO_COLUMN: Final = "(no column)"
NOTHING: Final = object()
"""The value of a column that is missing."""

_MAX_CELLS: Final = 1_000
_MAX_LINES: Final = 10


@attrs.define
class BadCells:
    """The bad cells that were found: kept for one error, skipped, or given to a function."""

    on_bad: OnBad
    records: str = ""
    cells: list[BadCell] = attrs.field(factory=list[BadCell])
    count: int = 0

    def __attrs_post_init__(self) -> None:
        is_word = has_type(self.on_bad, str) and self.on_bad in ("raise", "skip")
        if not is_word and not callable(self.on_bad):
            problem = f'takes "raise", "skip" or a function; got {short_repr(self.on_bad)}'
            raise CatalogError("on_bad", problem, self.on_bad)

    def add(self, row: int | None, column: str, value: object, problem: str) -> None:
        """Add a bad cell."""
        found = "" if value is NOTHING else short_repr(value)
        cell = BadCell(row, column, found, problem, self.records)
        self.count += 1
        if callable(self.on_bad):
            self.on_bad(cell)
        elif len(self.cells) < _MAX_CELLS:
            self.cells.append(cell)

    def raise_if_any(self, path: str, value: object = None) -> None:
        """Raise one `RecordError` for all bad cells, unless they are to be skipped."""
        if self.on_bad != "raise" or not self.count:
            return
        lines = list(self._lines())
        text = lines[0] if self.count == 1 else "\n  ".join([f"{self.count:,} bad cells", *lines])
        omitted = self.count - len(self.cells)
        raise RecordError(path, text, value, tuple(self.cells), omitted)

    def _lines(self) -> Iterator[str]:
        """Yield the first cell with each problem, and the number of the others with it."""
        groups: dict[tuple[str, str, str], list[BadCell]] = {}
        for cell in self.cells:
            groups.setdefault((cell.records, cell.column, cell.problem), []).append(cell)
        shown = list(groups.values())[:_MAX_LINES]
        for cells in shown:
            others = f" (and {len(cells) - 1:,} more like it)" if len(cells) > 1 else ""
            yield f"{cells[0]}{others}"
        rest = self.count - sum(map(len, shown))
        if rest:
            yield f"and {rest:,} more"


class Row:
    """One row, of which the cells are taken by the names of their columns."""

    def __init__(self, row: object, number: int | None, bad: BadCells) -> None:
        self.number, self.bad = number, bad
        self.cells: dict[str, Any] = {}
        for column, value in _items(row, "row" if number is None else f"row {number}"):
            name = plain_text(column) if normalize(column)[0] is Kind.TEXT else None
            if column is None:  # csv.DictReader puts the cells beyond the header there.
                if not _is_blank(value):
                    self.report("", value, "lies beyond the last column")
            elif name is None:
                self.report(short_repr(column), value, "is in a column whose name is no text")
            elif name in self.cells:
                self.report(name, value, "is in a second column of this name: rename one of them")
            else:
                self.cells[name] = value

    def report(self, column: str, value: object, problem: str) -> None:
        """Add a bad cell of this row."""
        self.bad.add(self.number, column or NO_COLUMN, value, problem)

    def take(self, column: str) -> object:
        """Return the value of a column, and leave it out of `cells`."""
        return self.cells.pop(column, None)

    def __contains__(self, column: str) -> bool:
        return column in self.cells


def _items(row: object, path: str) -> list[tuple[object, object]]:
    """Return the columns of a row with their cells."""
    if not is_mapping(row):
        kind: type[object] = type(row)
        if issubclass(kind, Contact | Event):
            advice = "contacts and events are no rows, write MemorySource(contacts, events)"
        elif issubclass(kind, str | list | tuple):
            advice = "write csv.DictReader(file)"
        elif has_methods(row, "to_dict", "to_frame"):
            advice = "write row.to_dict()"
        else:
            advice = "write a dict"
        problem = f"takes a mapping of columns to cells: {advice}; got {short_repr(row)}"
        raise CatalogError(path, problem, row)
    try:
        return list(row.items())
    except Exception as error:
        raise_unless_repeated(error, lambda: list(row.items()))
        problem = f"raises {short_repr(error)} when it is read: pass a dict"
        raise CatalogError(path, problem, row) from error


def _is_blank(cells: object) -> bool:
    """Return whether the cells beyond the last column are empty."""
    return issubclass(type(cells), list) and not any(
        normalize(cell)[0] is not Kind.TEXT or plain_text(cell)
        for cell in cast("list[object]", cells)
    )
