"""Rows of files, forms and JSON, read as contacts and events by the kinds of a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Final, TypeAlias, TypeVar, cast

from segkit.errors import CatalogError, FactsError, SegkitError, short_repr
from segkit.model.catalog.bad_cells import NO_COLUMN, NOTHING, BadCells, OnBad, Row
from segkit.model.catalog.cells import (
    BadValueError,
    CellOptions,
    is_iso_day,
    plain_id,
    plain_text,
    read_collection,
    read_mapping,
)
from segkit.model.catalog.columns import Columns
from segkit.model.catalog.field_cells import read_cell
from segkit.model.catalog.fields import EventFields, Field, Fields
from segkit.model.facts import Contact, Event, check_id, copy_mapping, is_no_id
from segkit.model.validation import is_mapping
from segkit.model.values import SCALARS, Kind, normalize
from segkit.model.zones import parse_zone

_T = TypeVar("_T")

IdType: TypeAlias = Callable[[str], Hashable]
"""Makes an id of its text: ``int`` or ``uuid.UUID``, for example."""


def ensure_event_name(name: object, path: str) -> str | None:
    """Return the name that a call gives to its events; ``None`` if a column holds the names."""
    if name is None:
        return None
    text = plain_text(name) if normalize(name)[0] is Kind.TEXT else ""
    if not text:
        problem = f'takes the name of an event, "order"; got {short_repr(name)}'
        raise CatalogError(path, problem, name)
    return text


class RecordReader:
    """Reads rows by a catalog; what cannot be read is added to the bad cells, and left out."""

    def __init__(
        self,
        attributes: Fields | None,
        events: EventFields | None,
        on_bad: OnBad = "raise",
        *,
        tz: str | tzinfo | None = None,
        id_type: IdType | None = None,
    ) -> None:
        self.bad = BadCells(on_bad)
        self._missing = Counter[str]()
        self._columns: list[str] = []
        self._no_rows: list[CatalogError] = []
        self.attributes = _by_plain_name(attributes)
        self.properties = {
            plain_text(name): _by_plain_name(fields) for name, fields in (events or {}).items()
        }
        self.tz = None if tz is None else parse_zone(tz)
        if id_type is not None and not callable(cast("object", id_type)):
            problem = f"takes a function of a text, int for example; got {short_repr(id_type)}"
            raise CatalogError("id_type", problem, id_type)
        self.id_type = id_type

    def contact(self, row: object, columns: Columns, number: int | None) -> Contact[Any] | None:
        """Return the contact of a row; ``None`` if it has no id that can be read."""
        cells = self._row(row, number)
        if cells is None:
            return None
        id_ = self._column_id(cells, columns, "id")
        lists: dict[str, date | None] = {}
        if columns["lists"] not in self.attributes:
            lists = self._lists(cells, columns["lists"])
        attributes = self._values(cells, columns["attributes"], self.attributes)
        if id_ is None:
            return None
        return self._within_limits(cells, lambda: Contact(id_, attributes, lists))

    def event(
        self, row: object, columns: Columns, number: int | None, name: str | None
    ) -> Event[Any] | None:
        """Return the event of a row; ``None`` if its contact, name or instant cannot be read."""
        cells = self._row(row, number)
        if cells is None:
            return None
        contact_id = self._column_id(cells, columns, "contact_id")
        if name is None:
            name = cast("str | None", self._required(cells, columns, "name", _TEXT))
        fields = self.properties.get(name or "", {})
        described = fields.get(columns["at"]) or fields.get("at") or _INSTANT
        reading = described if described.kind == "instant" else _INSTANT
        at = self._required(cells, columns, "at", reading)
        id_ = self._event_id(cells, columns["id"])
        properties = self._values(cells, columns["properties"], fields)
        if contact_id is None or name is None or at is None:
            return None
        moment = cast("datetime", at)
        return self._within_limits(cells, lambda: Event(contact_id, name, moment, properties, id_))

    def _row(self, row: object, number: int | None) -> Row | None:
        """Return the cells of a row; ``None`` if it is no mapping, which one row of many may be."""
        try:
            return Row(row, number, self.bad)
        except CatalogError as error:
            if number is None:
                raise
            self._no_rows.append(error)
            self.bad.add(number, NO_COLUMN, row, error.expected)
            return None

    @staticmethod
    def _within_limits(cells: Row, build: Callable[[], _T]) -> _T | None:
        """Return what *build* returns; ``None`` if the cells are too many or too deep together."""
        try:
            return build()
        except SegkitError as error:
            cells.report("", NOTHING, error.problem)
            return None

    def _event_id(self, cells: Row, column: str) -> Hashable | None:
        """Return the id of an event; ``None`` if it has none."""
        value = cells.take(column)
        id_ = plain_id(value) if normalize(value)[0] is Kind.TEXT else value
        try:
            return None if is_no_id(id_) else _checked_id(id_, column)
        except FactsError as error:
            cells.report(column, value, f"is no id: {error.expected}")
            return None

    def refuse_missing(self, columns: Columns, rows: int) -> None:
        """Refuse a file in which no row is a mapping, or no row has a column that each row needs.

        Raises:
            CatalogError: If it is so: the name of a column is wrong, or the separator of the file.
        """
        if self._no_rows and len(self._no_rows) == rows:
            raise self._no_rows[0]
        for field, number in self._missing.items():
            if number == rows:
                shown = ", ".join(map(short_repr, self._columns[:_MAX_COLUMNS])) or "none"
                more = len(self._columns) - _MAX_COLUMNS
                problem = (
                    f"no row has the column {short_repr(columns[field])}; the columns are {shown}"
                    f"{f' and {more} more' if more > 0 else ''}: {columns.advice(field)}"
                )
                for separator in (";", "\t", "|"):
                    if any(separator in column for column in self._columns):
                        problem += f", or csv.DictReader(file, delimiter={separator!r})"
                raise CatalogError(columns.argument, problem)
        self._missing.clear()
        self._no_rows.clear()

    def _is_missing(self, cells: Row, columns: Columns, field: str) -> bool:
        """Report a column that is needed and not there; return whether it is not."""
        column = columns[field]
        if column in cells:
            return False
        self._missing[field] += 1
        self._columns = self._columns or [*cells.cells]
        cells.report(column, NOTHING, f"is missing: {columns.advice(field)}")
        return True

    def _column_id(self, cells: Row, columns: Columns, field: str) -> Hashable | None:
        if self._is_missing(cells, columns, field):
            return None
        return self.id(cells.number, columns[field], cells.take(columns[field]))

    def id(self, row: int | None, column: str, value: object) -> Hashable | None:
        """Return the id of a cell; ``None`` if it is empty or cannot be read."""
        id_ = plain_id(value) if normalize(value)[0] is Kind.TEXT else value
        try:
            id_ = _checked_id(id_, column)
            return id_ if self.id_type is None else _checked_id(self.id_type(str(id_)), column)
        except FactsError as error:
            self.bad.add(row, column, value, f"is no id: {error.expected}")
        except (ValueError, TypeError, ArithmeticError, LookupError):
            name = getattr(self.id_type, "__name__", "id_type")
            self.bad.add(row, column, value, f"cannot be read as an id by {name}")
        return None

    def _required(self, cells: Row, columns: Columns, field: str, reading: Field) -> object:
        if self._is_missing(cells, columns, field):
            return None
        column = columns[field]
        raw = cells.take(column)
        value, is_bad = self._cell(cells, column, raw, reading)
        if value is None and not is_bad:
            cells.report(column, raw, "is empty")
        return value

    def _cell(self, cells: Row, column: str, value: object, field: Field) -> tuple[object, bool]:
        """Return the value of a cell, and whether it is bad."""
        try:
            result = read_cell(value, field, self.tz)
        except BadValueError as error:
            cells.report(column, value, str(error))
            return None, True
        if field.fields and result is not None:
            return self._mapping(cells, column, cast("dict[str, Any]", result), field.fields), False
        if normalize(result)[0] in _PLAIN:
            return result, False
        try:
            # A contact refuses a naive time anywhere: here it is one bad cell.
            return copy_mapping({column: result}, "")[column], False
        except SegkitError as error:
            problem = error.problem.removeprefix(short_repr(error.value)).lstrip()
            cells.report(column, error.value, problem)
            return None, True

    def _mapping(
        self, cells: Row, column: str, values: dict[str, Any], fields: Mapping[str, Field]
    ) -> dict[str, Any]:
        """Return a mapping whose values are read as the kinds of *fields*."""
        read: dict[str, Any] = {}
        for name, value in values.items():
            kind, text = normalize(name)
            if kind is not Kind.TEXT:
                cells.report(column, name, "is a name in a mapping, and is no text")
                continue
            step = cast("str", text)
            found, _ = self._cell(cells, f"{column}.{step}", value, fields.get(step, _ANY))
            if found is not None:
                read[step] = found
        return read

    def _values(self, cells: Row, column: str, fields: Mapping[str, Field]) -> dict[str, Any]:
        """Return the values of all other columns, and of the column with a mapping of values.

        A column may be a path, ``address.zip``.
        """
        values: dict[str, Any] = {}
        if column in cells and column not in fields:
            values = self._nested(cells, column, fields)
        for name, value in cells.cells.items():
            path, field = _path_of(name, fields)
            found, _ = self._cell(cells, name, value, field)
            if found is None:
                continue
            target = values
            for step in path[:-1]:
                target = target.setdefault(step, {})
            if not _add(target, path[-1], found):
                cells.report(name, value, "has a value in another column too: leave out one")
        return values

    def _nested(self, cells: Row, column: str, fields: Mapping[str, Field]) -> dict[str, Any]:
        """Return the values of a column that is a mapping of values."""
        value = cells.take(column)
        try:
            values = {} if _is_no_value(value) else read_mapping(value) or {}
        except BadValueError as error:
            cells.report(column, value, str(error))
            return {}
        return self._mapping(cells, column, values, fields)

    def _lists(self, cells: Row, column: str) -> dict[str, date | None]:
        value = cells.take(column)
        if _is_no_value(value):
            return {}
        is_text = normalize(value)[0] is Kind.TEXT
        try:
            if is_mapping(value) or (is_text and plain_text(value).startswith("{")):
                times = list((read_mapping(value) or {}).items())
            else:
                members = read_collection(value, CellOptions()) or []
                times = [(member, None) for member in members]
        except BadValueError as error:
            cells.report(column, value, str(error))
            return {}
        lists: dict[str, date | None] = {}
        for given_name, at in times:
            name, is_bad = self._cell(cells, column, given_name, _TEXT)
            if name is not None:
                place = f"{column}.{name}"
                lists[cast("str", name)] = self.joined(cells.number, place, at)
            elif not is_bad:
                cells.report(column, given_name, "is no name of a list")
        return lists

    def joined(self, row: int | None, column: str, value: object) -> date | None:
        """Return the day or instant at which a contact joined a list; ``None`` if not known."""
        kind, _ = normalize(value)
        is_day = kind is Kind.DAY or (kind is Kind.TEXT and is_iso_day(plain_text(value)))
        try:
            return cast("date | None", read_cell(value, _DAY if is_day else _INSTANT, self.tz))
        except BadValueError as error:
            self.bad.add(row, column, value, error.problem)
            return None


_MAX_COLUMNS: Final = 10
_PLAIN: Final = SCALARS | {Kind.NO_VALUE}
_ANY: Final = Field()
_TEXT: Final = Field("text")
_DAY: Final = Field("day")
_INSTANT: Final = Field("instant")


def _checked_id(id_: object, column: str) -> Hashable:
    check_id(id_, column)
    return id_


def _by_plain_name(fields: Mapping[str, Field] | None) -> dict[str, Field]:
    """Return fields by the names that columns have, without spaces around them."""
    named = fields or {}
    return {plain_text(name): field for name, field in named.items()} | {**named}


def _is_no_value(value: object) -> bool:
    return normalize(value)[0] is Kind.NO_VALUE


def _path_of(column: str, fields: Mapping[str, Field]) -> tuple[list[str], Field]:
    """Return the path that a name with points is where the catalog has mappings, and its field."""
    path: list[str] = []
    rest = column
    while rest not in fields:
        step, point, inner = rest.partition(".")
        if not point or step not in fields or not fields[step].fields:
            break
        path.append(step)
        rest, fields = inner, fields[step].fields
    return [*path, rest], fields.get(rest, _ANY)


def _add(target: dict[str, Any], name: str, value: object) -> bool:
    """Add a value; return whether nothing else was there. Two mappings become one."""
    if name not in target:
        target[name] = value
        return True
    present: object = target[name]
    if type(present) is not dict or type(value) is not dict:
        return False
    inner = cast("dict[str, Any]", present)
    added = [_add(inner, key, each) for key, each in cast("dict[str, Any]", value).items()]
    return all(added)
