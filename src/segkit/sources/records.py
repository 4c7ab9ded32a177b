"""Whole files of rows, read as the contacts and events of a store."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.rows import (
    CONTACT_COLUMNS,
    EVENT_COLUMNS,
    RecordReader,
    ensure_event_name,
    named_columns,
)
from segkit.model.facts import Contact, Event, list_name
from segkit.model.foreign_data import rows_of_frame
from segkit.model.validation import is_iterable_of_items, is_mapping

Lists: TypeAlias = Mapping[str, Iterable[Hashable] | Mapping[Any, object]]
"""The ids of the contacts on each list, perhaps with the times at which they joined."""

RowsWithColumns: TypeAlias = tuple[object, Mapping[str, str] | None]
"""Rows, and the names of the columns that are not those of the fields."""

_logger = logging.getLogger("segkit")
_logger.addHandler(logging.NullHandler())


def read_records(
    reader: RecordReader,
    contacts: RowsWithColumns,
    events: RowsWithColumns,
    *,
    lists: object,
    event_name: str | None,
) -> tuple[list[Contact[Any]], list[Event[Any]]]:
    """Return the contacts and events of rows; what cannot be read is added to the bad cells."""
    columns = named_columns(contacts[1], CONTACT_COLUMNS)
    known: dict[Hashable, tuple[int, Contact[Any]]] = {}
    for number, row in enumerate(_rows("contacts", contacts[0]), start=1):
        contact = reader.contact(row, columns, number)
        if contact is None:
            continue
        if contact.id in known:
            problem = f"is the id of row {known[contact.id][0]} too: the first row is kept"
            reader.bad.add(number, columns["id"], contact.id, problem)
            continue
        known[contact.id] = (number, contact)
    columns = named_columns(events[1], EVENT_COLUMNS)
    event_name = ensure_event_name(event_name, "event_name")
    read = [
        reader.event(row, columns, number, event_name)
        for number, row in enumerate(_rows("events", events[0]), start=1)
    ]
    for name, id_, joined in _memberships(reader, lists):
        if id_ in known:
            contact = known[id_][1]
            contact.lists[name] = joined
        else:
            reader.bad.add(None, f"lists[{short_repr(name)}]", id_, "is the id of no contact")
    reader.bad.raise_if_any("from_records")
    if reader.bad.count:
        _logger.warning("from_records left out %d bad cells", reader.bad.count)
    return [contact for _, contact in known.values()], [each for each in read if each is not None]


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
    if not is_mapping(lists):
        problem = f'takes a mapping of names to ids, {{"vip": ["ada"]}}; got {short_repr(lists)}'
        raise CatalogError("lists", problem, lists)
    for given_name, ids in lists.items():
        name = list_name(given_name, "lists")
        path = f"lists[{short_repr(name)}]"
        if not is_mapping(ids) and not is_iterable_of_items(ids):
            raise CatalogError(path, f'takes ids, ["ada"]; got {short_repr(ids)}', ids)
        times = ids.items() if is_mapping(ids) else ((each, None) for each in ids)
        for given_id, at in times:
            id_ = reader.id(None, path, given_id)
            if id_ is not None:
                yield name, id_, reader.joined(None, f"{path}[{short_repr(given_id)}]", at)
