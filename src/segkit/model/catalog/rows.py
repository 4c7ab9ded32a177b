"""Rows of files, forms and JSON, read as contacts and events by the kinds of a catalog."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date, tzinfo
from typing import Any, Final, Literal, Self, TypeAlias, cast

import attrs

from segkit.errors import BadCell, CatalogError, FactsError, RecordError, SegkitError, short_repr
from segkit.model.catalog.cells import (
    BadValueError,
    CellOptions,
    read_collection,
    read_mapping,
)
from segkit.model.catalog.field_cells import read_cell
from segkit.model.catalog.fields import Field
from segkit.model.catalog.parts import CatalogParts
from segkit.model.facts import Contact, Event, check_id, is_no_id
from segkit.model.validation import is_mapping
from segkit.model.values import Kind, normalize
from segkit.model.zones import parse_zone

IdType: TypeAlias = Callable[[str], Hashable]
"""Makes an id of its text: ``int`` or ``uuid.UUID``, for example."""

OnBad: TypeAlias = Literal["raise", "skip"] | Callable[[BadCell], object]

CONTACT_COLUMNS: Final = ("id", "attributes", "lists")
EVENT_COLUMNS: Final = ("contact_id", "name", "at", "properties", "id")

_MAX_CELLS: Final = 1_000
_MAX_LINES: Final = 10


class RecordMethods:
    """The methods of a `Catalog` that read one row."""

    __slots__ = ()

    def contact(
        self,
        row: Mapping[str, Any],
        *,
        columns: Mapping[str, str] | None = None,
        tz: str | tzinfo | None = None,
        id_type: IdType | None = None,
    ) -> Contact[Any]:
        """Return the contact of a row of text: of a CSV file, of a form, or of JSON.

        Each column is an attribute, and its cell is read as the kind of the attribute:

        * numbers, yes and no, ISO days and instants, and texts without spaces around them;
        * a collection from a JSON list, or from a text with separators;
        * a mapping from JSON, or from columns such as ``address.zip``.

        An empty cell is no value. A column that the catalog does not describe is kept as it is.
        An apostrophe before an id and a byte order mark before a name are dropped. If the columns
        ``attributes`` and ``lists`` are there, they are the fields of `Contact`.

        Args:
            row: The cells by column.
            columns: The names of the columns that are not called ``id``, ``attributes`` or
                ``lists``: ``{"id": "Customer ID"}``.
            tz: The zone of naive times; ``None`` refuses them.
            id_type: Makes the id of its text: ``int``, for example. ``None`` keeps it.

        Raises:
            RecordError: If cells cannot be read; the error lists all of them.
            CatalogError: If *row* or *columns* is not a mapping.
            ZoneError: If *tz* is unknown.

        >>> from segkit import Catalog
        >>> catalog = Catalog(attributes={"age": "number", "tags": "collection"})
        >>> catalog.contact({"id": "'6551", "age": "36", "tags": "golf, tea", "city": ""})
        Contact('6551', attributes={'age': 36, 'tags': ['golf', 'tea']}, lists={})
        """
        bad = BadCells("raise")
        reader = RecordReader(cast("CatalogParts", self), bad, tz=tz, id_type=id_type)
        contact = reader.contact(row, named_columns(columns, CONTACT_COLUMNS), None)
        bad.raise_if_any("contact", row)
        return cast("Contact[Any]", contact)

    def event(
        self,
        row: Mapping[str, Any],
        *,
        columns: Mapping[str, str] | None = None,
        tz: str | tzinfo | None = None,
        id_type: IdType | None = None,
        name: str | None = None,
    ) -> Event[Any]:
        """Return the event of a row of text: of a CSV file, of a form, or of JSON.

        The columns ``contact_id``, ``name``, ``at`` and ``id`` are the fields of `Event`. The
        column ``properties`` holds the properties, as a mapping or as JSON; if there is no such
        column, each other column is a property. Cells are read as in `contact`.

        Args:
            row: The cells by column.
            columns: The names of the columns that are called otherwise: ``{"at": "timestamp"}``.
            tz: The zone of naive times; ``None`` refuses them.
            id_type: Makes the contact's id of its text: ``int``, for example.
            name: The name of the event, if no column holds it.

        Raises:
            RecordError: If cells cannot be read; the error lists all of them.
            CatalogError: If *row* or *columns* is not a mapping.
            ZoneError: If *tz* is unknown.

        >>> from segkit import Catalog
        >>> catalog = Catalog(events={"order": {"total": "number"}})
        >>> row = {"contact_id": "ada", "name": "order", "at": "2022-09-12T08:30Z", "total": "30"}
        >>> catalog.event(row).properties
        {'total': 30}
        """
        bad = BadCells("raise")
        reader = RecordReader(cast("CatalogParts", self), bad, tz=tz, id_type=id_type)
        event = reader.event(row, named_columns(columns, EVENT_COLUMNS), None, name)
        bad.raise_if_any("event", row)
        return cast("Event[Any]", event)


def named_columns(columns: object, fields: tuple[str, ...]) -> dict[str, str]:
    """Return the column of each field, by default the one of its name."""
    if columns is None:
        return {name: name for name in fields}
    if not is_mapping(columns):
        problem = f'takes a mapping, {{"{fields[0]}": "Customer ID"}}; got {short_repr(columns)}'
        raise CatalogError("columns", problem, columns)
    for field, column in columns.items():
        if field not in fields:
            problem = f"no field {short_repr(field)}; the fields are {', '.join(fields)}"
            raise CatalogError("columns", problem, field)
        if normalize(column)[0] is not Kind.TEXT:
            raise CatalogError(f"columns[{field!r}]", f"a text; got {short_repr(column)}", column)
    return {name: cast("str", columns.get(name, name)) for name in fields}


@attrs.define
class BadCells:
    """The bad cells that were found: kept for one error, skipped, or given to a function."""

    on_bad: OnBad
    cells: list[BadCell] = attrs.field(factory=list[BadCell])
    count: int = 0

    def __attrs_post_init__(self) -> None:
        if self.on_bad not in ("raise", "skip") and not callable(self.on_bad):
            problem = f'takes "raise", "skip" or a function; got {short_repr(self.on_bad)}'
            raise CatalogError("on_bad", problem, self.on_bad)

    def add(self, row: int | None, column: str, value: object, problem: str) -> None:
        """Add a bad cell."""
        cell = BadCell(row, column, short_repr(value), problem)
        self.count += 1
        if callable(self.on_bad):
            self.on_bad(cell)
        elif len(self.cells) < _MAX_CELLS:
            self.cells.append(cell)

    def raise_if_any(self, path: str, value: object = None) -> None:
        """Raise one `RecordError` for all bad cells, unless they are to be skipped."""
        if self.on_bad != "raise" or not self.count:
            return
        lines = list(map(str, self.cells[:_MAX_LINES]))
        if self.count > _MAX_LINES:
            lines.append(f"and {self.count - _MAX_LINES:,} more")
        text = lines[0] if self.count == 1 else "\n  ".join([f"{self.count:,} bad cells", *lines])
        omitted = self.count - len(self.cells)
        raise RecordError(path, text, value, tuple(self.cells), omitted)


class _Row:
    """One row, of which the cells are taken by the names of their columns."""

    def __init__(self, row: object, number: int | None, bad: BadCells) -> None:
        if not is_mapping(row):
            path = "row" if number is None else f"row {number}"
            problem = f"takes a mapping of columns to cells; got {short_repr(row)}"
            raise CatalogError(path, problem, row)
        self.number, self.bad = number, bad
        self.cells: dict[str, Any] = {}
        for column, value in row.items():
            if column is None:  # csv.DictReader puts the cells beyond the header there.
                self.report("", value, "lies beyond the last column")
            elif normalize(column)[0] is Kind.TEXT:
                self.cells[str(column).strip("\ufeff").strip()] = value

    def report(self, column: str, value: object, problem: str) -> None:
        self.bad.add(self.number, column or "(no column)", value, problem)

    def take(self, column: str) -> object:
        return self.cells.pop(column, None)

    def __contains__(self, column: str) -> bool:
        return column in self.cells


class RecordReader:
    """Reads rows by a catalog; what cannot be read is added to the bad cells, and left out."""

    def __init__(
        self,
        catalog: CatalogParts,
        bad: BadCells,
        *,
        tz: str | tzinfo | None = None,
        id_type: IdType | None = None,
    ) -> None:
        self.catalog = catalog
        self.bad = bad
        self.tz = None if tz is None else parse_zone(tz)
        if id_type is not None and not callable(cast("object", id_type)):
            problem = f"takes a function of a text, int for example; got {short_repr(id_type)}"
            raise CatalogError("id_type", problem, id_type)
        self.id_type = id_type

    @classmethod
    def of(
        cls,
        catalog: CatalogParts,
        on_bad: OnBad,
        tz: str | tzinfo | None,
        id_type: IdType | None,
    ) -> Self:
        """Return a reader with its own bad cells."""
        return cls(catalog, BadCells(on_bad), tz=tz, id_type=id_type)

    def contact(
        self, row: object, columns: Mapping[str, str], number: int | None
    ) -> Contact[Any] | None:
        """Return the contact of a row; ``None`` if it has no id that can be read."""
        cells = _Row(row, number, self.bad)
        id_ = self._column_id(cells, columns["id"])
        fields = self.catalog.attributes or {}
        lists: dict[str, date | None] = {}
        if columns["lists"] not in fields:
            lists = self._lists(cells, columns["lists"])
        attributes = self._nested(cells, columns["attributes"], fields)
        attributes |= self._values(cells, fields)
        if id_ is None:
            return None
        return cast("Contact[Any] | None", self._build(cells, Contact, id_, attributes, lists))

    def event(
        self,
        row: object,
        columns: Mapping[str, str],
        number: int | None,
        name: str | None,
    ) -> Event[Any] | None:
        """Return the event of a row; ``None`` if its contact, name or instant cannot be read."""
        cells = _Row(row, number, self.bad)
        contact_id = self._column_id(cells, columns["contact_id"])
        if name is None:
            name = cast("str | None", self._required(cells, columns["name"], _TEXT))
        fields = (self.catalog.events or {}).get(name or "") or {}
        at = self._required(cells, columns["at"], fields.get(columns["at"], _INSTANT))
        id_ = cells.take(columns["id"])
        if normalize(id_)[0] is Kind.TEXT:
            id_ = _plain_id(id_)
        if columns["properties"] in cells and columns["properties"] not in fields:
            properties = self._nested(cells, columns["properties"], fields)
        else:
            properties = self._values(cells, fields)
        if contact_id is None or name is None or at is None:
            return None
        own_id = None if is_no_id(id_) else id_
        arguments = (contact_id, name, at, properties, own_id)
        return cast("Event[Any] | None", self._build(cells, Event, *arguments))

    def _build(self, cells: _Row, build: Callable[..., Any], *arguments: object) -> object:
        """Return a contact or event; a value that it refuses is a bad cell."""
        try:
            return build(*arguments)
        except SegkitError as error:
            problem = error.problem.removeprefix(short_repr(error.value)).lstrip()
            cells.report(error.path, error.value, problem)
            return None

    def _column_id(self, cells: _Row, column: str) -> Hashable | None:
        if column not in cells:
            known = ", ".join(map(short_repr, cells.cells))
            problem = f"is missing: name the column of the id, columns={{...}}, among {known}"
            cells.report(column, None, problem)
            return None
        return self.id(cells.number, column, cells.take(column))

    def id(self, row: int | None, column: str, value: object) -> Hashable | None:
        """Return the id of a cell; ``None`` if it is empty or cannot be read."""
        id_ = _plain_id(value) if normalize(value)[0] is Kind.TEXT else value
        try:
            check_id(id_, column)
            return id_ if self.id_type is None else self.id_type(str(id_))
        except FactsError as error:
            self.bad.add(row, column, value, f"is no id: {error.expected}")
        except (ValueError, TypeError, ArithmeticError):
            name = getattr(self.id_type, "__name__", "id_type")
            self.bad.add(row, column, value, f"cannot be read as an id by {name}")
        return None

    def _required(self, cells: _Row, column: str, field: Field) -> object:
        is_missing = column not in cells
        raw = cells.take(column)
        value, is_bad = self._cell(cells, column, raw, field)
        if value is None and not is_bad:
            advice = ": name its column, columns={...}" if is_missing else ""
            cells.report(column, raw, f"is {'missing' if is_missing else 'empty'}{advice}")
        return value

    def _cell(self, cells: _Row, column: str, value: object, field: Field) -> tuple[object, bool]:
        """Return the value of a cell, and whether it is bad."""
        try:
            result = read_cell(value, field, self.tz)
        except BadValueError as error:
            cells.report(column, value, str(error))
            return None, True
        if field.fields and result is not None:
            return self._mapping(cells, column, cast("dict[str, Any]", result), field.fields), False
        return result, False

    def _mapping(
        self, cells: _Row, column: str, values: dict[str, Any], fields: Mapping[str, Field]
    ) -> dict[str, Any]:
        """Return a mapping whose values are read as the kinds of *fields*."""
        read: dict[str, Any] = {}
        for name, value in values.items():
            field = fields.get(name, _ANY)
            found, _ = self._cell(cells, f"{column}.{name}", value, field)
            if found is not None:
                read[name] = found
        return read

    def _nested(self, cells: _Row, column: str, fields: Mapping[str, Field]) -> dict[str, Any]:
        """Return the values of a column that holds all attributes or properties."""
        if column not in cells or column in fields:
            return {}
        value = cells.take(column)
        try:
            values = read_mapping(value) or {}
        except BadValueError as error:
            cells.report(column, value, str(error))
            return {}
        return self._mapping(cells, column, values, fields)

    def _values(self, cells: _Row, fields: Mapping[str, Field]) -> dict[str, Any]:
        """Return the values of the other columns; a column may be a path, ``address.zip``."""
        values: dict[str, Any] = {}
        for column, value in cells.cells.items():
            path = [column] if column in fields else _field_path(column, fields)
            found, _ = self._cell(cells, column, value, _field_at(fields, path))
            if found is None:
                continue
            target = values
            for step in path[:-1]:
                target = target.setdefault(step, {})
            target[path[-1]] = found
        return values

    def _lists(self, cells: _Row, column: str) -> dict[str, date | None]:
        value = cells.take(column)
        if normalize(value)[0] is Kind.NO_VALUE:
            return {}
        try:
            if is_mapping(value) or str(value).strip().startswith("{"):
                times = read_mapping(value) or {}
            else:
                times = dict.fromkeys(read_collection(value, CellOptions()) or [])
        except (BadValueError, TypeError) as error:
            cells.report(column, value, str(error))
            return {}
        return {
            str(name): self.joined(cells.number, f"{column}.{name}", at)
            for name, at in times.items()
        }

    def joined(self, row: int | None, column: str, value: object) -> date | None:
        """Return the day or instant at which a contact joined a list; ``None`` if not known."""
        is_day = normalize(value)[0] is Kind.DAY or len(str(value).strip()) == len("2024-03-05")
        try:
            return cast("date | None", read_cell(value, _DAY if is_day else _INSTANT, self.tz))
        except BadValueError as error:
            self.bad.add(row, column, value, str(error))
            return None


_ANY: Final = Field()
_TEXT: Final = Field("text")
_DAY: Final = Field("day")
_INSTANT: Final = Field("instant")


def _plain_id(value: object) -> str:
    """Return an id without spaces and, as spreadsheets write it, without an apostrophe."""
    return cast("str", normalize(value)[1]).strip().strip("\ufeff").removeprefix("'").strip()


def _field_path(column: str, fields: Mapping[str, Field]) -> list[str]:
    """Return the path that a column of a name with points is, if the catalog has its mapping."""
    first, *rest = column.split(".")
    return [first, *rest] if rest and first in fields and fields[first].fields else [column]


def _field_at(fields: Mapping[str, Field], path: list[str]) -> Field:
    field = _ANY
    for step in path:
        field = fields.get(step, _ANY)
        fields = field.fields
    return field
