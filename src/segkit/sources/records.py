"""Whole files of rows, read as the contacts and events of a store."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, tzinfo
from typing import Any, NamedTuple, TypeAlias

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog import Catalog
from segkit.model.catalog.bad_cells import OnBad
from segkit.model.catalog.columns import CONTACT_COLUMNS, EVENT_COLUMNS, Columns
from segkit.model.catalog.rows import IdType, RecordReader, ensure_event_name
from segkit.model.facts import Contact, Event, list_name
from segkit.model.foreign_data import rows_of_frame
from segkit.model.validation import ensure_mapping, ensure_type, is_iterable_of_items, is_mapping

Lists: TypeAlias = Mapping[str, Iterable[Hashable] | Mapping[Any, object]]
"""The ids of the contacts on each list, perhaps with the times at which they joined."""

RowsWithColumns: TypeAlias = tuple[object, Mapping[str, str] | None]
"""Rows, and the names of the columns that are not those of the fields."""

_logger = logging.getLogger("segkit")
_logger.addHandler(logging.NullHandler())


class RecordOptions(NamedTuple):
    """How rows are read: the arguments of `MemorySource.from_records` of the same names."""

    catalog: Catalog | None
    tz: str | tzinfo | None
    id_type: IdType | None
    on_bad: OnBad

    def reader(self) -> RecordReader:
        """Return the reader of the rows."""
        catalog = Catalog() if self.catalog is None else self.catalog
        ensure_type("catalog", "takes catalog=Catalog(...)", catalog, Catalog, CatalogError)
        return RecordReader(
            catalog.attributes, catalog.events, self.on_bad, tz=self.tz, id_type=self.id_type
        )


def read_records(
    options: RecordOptions,
    contacts: RowsWithColumns,
    events: RowsWithColumns,
    *,
    lists: object,
    event_name: str | None,
) -> tuple[list[Contact[Any]], list[Event[Any]]]:
    """Return the contacts and events of rows; what cannot be read is added to the bad cells."""
    reader = options.reader()
    known = _read_contacts(reader, *contacts)
    read = _read_events(reader, *events, event_name)
    reader.bad.records = ""
    for name, id_, joined in _memberships(reader, lists):
        if id_ not in known:
            reader.bad.add(None, f"lists[{short_repr(name)}]", id_, "is the id of no contact")
        elif joined is not None or known[id_].lists.get(name) is None:
            known[id_].lists[name] = joined
    reader.bad.raise_if_any("from_records")
    if reader.bad.count:
        _logger.warning("from_records left out %d bad cells", reader.bad.count)
    return list(known.values()), read


def _read_contacts(
    reader: RecordReader, rows: object, names: Mapping[str, str] | None
) -> dict[Hashable, Contact[Any]]:
    reader.bad.records = "contacts"
    columns = Columns.create(names, "contact_columns", CONTACT_COLUMNS)
    contacts: dict[Hashable, Contact[Any]] = {}
    rows_of: dict[Hashable, int] = {}
    number = 0
    for number, row in enumerate(_rows("contacts", rows), start=1):
        contact = reader.contact(row, columns, number)
        if contact is None:
            continue
        if contact.id in contacts:
            problem = f"is the id of row {rows_of[contact.id]} too: the first row is kept"
            reader.bad.add(number, columns["id"], contact.id, problem)
            continue
        contacts[contact.id], rows_of[contact.id] = contact, number
    reader.refuse_missing(columns, number)
    return contacts


def _read_events(
    reader: RecordReader, rows: object, names: Mapping[str, str] | None, event_name: str | None
) -> list[Event[Any]]:
    reader.bad.records = "events"
    columns = Columns.create(names, "event_columns", EVENT_COLUMNS)
    event_name = ensure_event_name(event_name, "event_name")
    events: list[Event[Any]] = []
    first_rows: dict[tuple[Hashable, Hashable], tuple[int, Event[Any]]] = {}
    number = 0
    for number, row in enumerate(_rows("events", rows), start=1):
        event = reader.event(row, columns, number, event_name)
        if event is None:
            continue
        if event.id is not None:
            # The store keeps the first event with an id: the same event, sent again, is no mistake.
            first, other = first_rows.setdefault((event.contact_id, event.id), (number, event))
            if other != event:
                problem = f"is the id of row {first} too, which is another event and is kept"
                reader.bad.add(number, columns["id"], event.id, problem)
                continue
        events.append(event)
    reader.refuse_missing(columns, number)
    return events


def _rows(path: str, rows: object) -> Iterable[object]:
    frame = rows_of_frame(rows)
    if frame is not None:
        problem = f"takes rows, and a data frame yields the names of its columns: write {frame}"
        raise CatalogError(path, problem, rows)
    if not is_iterable_of_items(rows):
        problem = f"takes rows, csv.DictReader(file) for example; got {short_repr(rows)}"
        raise CatalogError(path, problem, rows)
    return rows


def _memberships(
    reader: RecordReader, lists: object
) -> Iterator[tuple[str, Hashable, date | None]]:
    """Yield each list with the id of a contact, and when that joined."""
    if lists is None:
        return
    expected = 'takes a mapping of names to ids, {"vip": ["ada"]}'
    for given_name, ids in ensure_mapping("lists", expected, lists, CatalogError).items():
        name = list_name(given_name, "lists")
        path = f"lists[{short_repr(name)}]"
        if not is_mapping(ids) and not is_iterable_of_items(ids):
            raise CatalogError(path, f'takes ids, ["ada"]; got {short_repr(ids)}', ids)
        times = ids.items() if is_mapping(ids) else ((each, None) for each in ids)
        for given_id, at in times:
            id_ = reader.id(None, path, given_id)
            if id_ is not None:
                yield name, id_, reader.joined(None, f"{path}[{short_repr(given_id)}]", at)
