"""Catalogs as tables: lines of a summary, and rows that are printed or rendered as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from segkit.errors import short_repr
from segkit.model.catalog.fields import EventFields, Field, Fields
from segkit.model.catalog.observation import Observation, SeenEvents
from segkit.model.catalog.seen import SeenKind, SeenValues

_MAX_EXAMPLE: Final = 24
_MAX_CHOICES: Final = 5


@attrs.frozen
class Table:
    """Rows of texts under a header.

    Attributes:
        header: The names of the columns; the first is what the table is of.
        rows: The rows, each with as many texts as the header.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> Iterator[str]:
        """Return the lines of the table, with aligned columns."""
        table = (self.header, *self.rows)
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
            yield "  ".join(cells).rstrip()


@attrs.frozen
class CatalogTable:
    """A catalog for people: a summary of the data, then tables of attributes, lists and events."""

    summary: tuple[str, ...]
    tables: tuple[Table, ...]

    def as_text(self) -> str:
        """Return the summary and the tables as text."""
        blocks = ["\n".join(self.summary)] if self.summary else []
        blocks += ["\n".join(table.lines()) for table in self.tables]
        return "\n\n".join(blocks) or "an empty catalog"


def catalog_table(
    attributes: Fields | None,
    lists: tuple[str, ...] | None,
    events: EventFields | None,
    observation: Observation | None,
) -> CatalogTable:
    """Return the table of the parts of a catalog."""
    tables: list[Table] = []
    if attributes:
        tables.append(_field_table("attribute", attributes, observation is not None))
    if lists:
        tables.append(_list_table(lists, observation))
    if events:
        tables.append(_event_table(events, observation))
    summary = () if observation is None else tuple(summary_lines(observation))
    return CatalogTable(summary, tuple(tables))


def summary_lines(observation: Observation) -> Iterator[str]:
    """Return what was read, and what in it is unusual."""
    read = f"{count(observation.contacts, 'contact')}, {count(observation.events, 'event')}"
    sample = "a sample of " if observation.is_sample else ""
    yield f"{sample}{read}, at {observation.now.isoformat(sep=' ', timespec='minutes')}"
    if observation.events and observation.contacts_without_events:
        yield f"  {count(observation.contacts_without_events, 'contact')} without events"
    yield from (f"  {line}" for line in unusual_lines(observation))
    if observation.repeated_events:
        repeated = count(observation.repeated_events, "event")
        yield f"  {repeated} with the id of another event of the contact: the first one counts"
    if observation.future_events:
        future = count(observation.future_events, "event")
        yield f"  {future} in the future: not counted before then"


def unusual_lines(observation: Observation) -> Iterator[str]:
    """Return what in the data is most likely a mistake."""
    parts: list[str] = []
    if observation.unknown_contacts:
        events = count(observation.events_of_unknown_contacts, "event")
        parts.append(f"{events} of {count(observation.unknown_contacts, 'unknown contact')}")
    if observation.ids_in_another_form:
        number = observation.ids_in_another_form
        parts.append(
            f"{number:,} of these ids {'exists' if number == 1 else 'exist'} in another form"
        )
    if len(observation.id_types) > 1:
        names = [_TYPE_NAMES.get(name) or format_name(name) for name in observation.id_types]
        number = len(names)
        parts.append(f"ids of {_NUMBERS.get(number, number)} types: {' and '.join(sorted(names))}")
    if parts:
        yield "; ".join(parts)
    without = sum(seen.without_instant for seen in observation.event_names.values())
    if without:
        yield f"{count(without, 'event')} whose time is no instant with a zone: never counted"


_TYPE_NAMES: Final[Mapping[str, str]] = {"str": "text"}
_NUMBERS: Final[Mapping[int, str]] = {2: "two", 3: "three"}


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 event``, ``2,000 events``."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def format_data(value: object) -> str:
    """Return a value of the data for people: text in quotes, days and instants in ISO form."""
    if isinstance(value, date):
        text = value.isoformat()
        return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text
    text = str(value) if isinstance(value, Decimal) else short_repr(value)
    return text if len(text) <= _MAX_EXAMPLE else f"{text[: _MAX_EXAMPLE - 3]}..."


def format_name(name: str) -> str:
    """Return a name of the data; in quotes with escapes, and cut, if it is not clear without them.

    It is not if it breaks or reverses the line, is empty or long, or has spaces around it.
    """
    is_clear = name.isprintable() and name == name.strip() != "" and len(name) <= _MAX_NAME
    return name if is_clear else short_repr(name)


_MAX_NAME: Final = 80


# --- tables ---------------------------------------------------------------------------------------


def _field_rows(
    fields: Mapping[str, Field], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, Field]]:
    for name, field in fields.items():
        own = (*path, name)
        yield ".".join(map(format_name, own)), field
        yield from _field_rows(field.fields, own)


def _field_table(title: str, fields: Mapping[str, Field], is_observed: bool) -> Table:  # noqa: FBT001 - one of two forms
    rows = [
        (name, *(_observed_cells(field) if is_observed else _declared_cells(field)))
        for name, field in _field_rows(fields)
    ]
    header = ("set", "kinds", "range", "examples") if is_observed else ("kind", "label", "choices")
    return Table((title, *header), tuple(rows))


def _declared_cells(field: Field) -> tuple[str, ...]:
    parts = (field.label, f"({field.unit})" if field.unit else None)
    label = " ".join(format_name(part) for part in parts if part)
    kind = "mapping" if field.fields else field.kind or "any"
    return kind, label, ", ".join(_some(field.choices or ()))


def _observed_cells(field: Field) -> tuple[str, ...]:
    seen = field.seen
    if seen is None:
        return "", field.kind or "", "", ""
    kinds, ranges, examples = list[str](), list[str](), list[str]()
    for name, kind in seen.kinds.items():
        kinds.append(_kind_cell(name, kind, is_only=len(seen.kinds) == 1))
        if kind.least is not None and name != "text":
            ranges.append(f"{format_data(kind.least)} to {format_data(kind.greatest)}")
        of_members = None if kind.members is None else kind.members
        shown = kind if of_members is None else next(iter(of_members.kinds.values()), kind)
        examples += map(format_data, shown.examples)
    is_all = seen.count == seen.among
    number = "all" if is_all else f"{seen.count:,} of {seen.among:,}"
    return number, ", ".join(kinds), "; ".join(ranges), ", ".join(examples)


def _kind_cell(name: str, kind: SeenKind, *, is_only: bool) -> str:
    text = name if is_only else f"{name} {kind.count:,}"
    notes: list[str] = []
    if kind.reads_as is not None:
        notes.append(f"all like {kind.reads_as}" if kind.reads_as != "JSON" else "JSON")
    if kind.empty:
        notes.append(f"{kind.empty:,} empty")
    if kind.members is not None and kind.members.kinds:
        notes.append("of " + _members_cell(kind.members))
    return f"{text} ({', '.join(notes)})" if notes else text


def _members_cell(members: SeenValues) -> str:
    return ", ".join(members.kinds)


def _list_table(lists: tuple[str, ...], observation: Observation | None) -> Table:
    if observation is None:
        return Table(("list",), tuple((format_name(name),) for name in lists))
    rows: list[tuple[str, ...]] = []
    for name in lists:
        seen = observation.lists.get(name)
        numbers = ("0", "0") if seen is None else (f"{seen.members:,}", f"{seen.joined:,}")
        rows.append((format_name(name), *numbers))
    return Table(("list", "members", "joined known"), tuple(rows))


def _event_table(events: EventFields, observation: Observation | None) -> Table:
    rows: list[tuple[str, ...]] = []
    for name, properties in events.items():
        seen = None if observation is None else observation.event_names.get(name)
        if observation is None:
            rows.append((format_name(name), "", "", ""))
        else:
            rows.append((format_name(name), *_event_cells(seen)))
        for path, field in _field_rows(properties or {}):
            cells = _declared_cells(field) if observation is None else _observed_cells(field)
            rows.append((f"  {path}", *cells))
    header = (
        ("kind", "label", "choices")
        if observation is None
        else ("set", "kinds", "range", "examples")
    )
    return Table(("event", *header), tuple(rows))


def _event_cells(seen: SeenEvents | None) -> tuple[str, ...]:
    if seen is None:
        return "0", "", "", ""
    period = ""
    if seen.first is not None and seen.last is not None:
        period = f"{seen.first.date().isoformat()} to {seen.last.date().isoformat()}"
    return f"{seen.count:,}", "", period, ""


def _some(values: tuple[object, ...]) -> list[str]:
    shown = list(map(format_data, values[:_MAX_CHOICES]))
    more = len(values) - _MAX_CHOICES
    return [*shown, f"{more} more"] if more > 0 else shown
