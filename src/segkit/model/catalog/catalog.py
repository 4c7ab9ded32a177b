"""`Catalog`: which attributes, lists, events and properties there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.columns import CONTACT_COLUMNS, EVENT_COLUMNS, Columns
from segkit.model.catalog.documents import decode_catalog, encode_catalog
from segkit.model.catalog.fields import EventFields, Fields, build_fields, ensure_name
from segkit.model.catalog.observation import Observation, observe
from segkit.model.catalog.rows import IdType, RecordReader, ensure_event_name
from segkit.model.catalog.table import CatalogTable, catalog_table
from segkit.model.facts import Contact, Event, instant
from segkit.model.requirements import Requirements
from segkit.model.validation import (
    ensure_items,
    ensure_mapping,
    ensure_type,
    has_type,
    is_iterable_of_items,
    mismatch,
)
from segkit.model.values import is_int


def _attributes(value: object) -> Fields | None:
    return None if value is None else build_fields(value, "Catalog.attributes")


def _lists(value: object) -> tuple[str, ...] | None:
    return None if value is None else _names("Catalog.lists", value)


def _names(path: str, value: object) -> tuple[str, ...]:
    names = ensure_items(path, 'takes a list of names, ["vip"]', value, CatalogError)
    return tuple(dict.fromkeys(ensure_name(path, name) for name in names))


def _events(value: object) -> EventFields | None:
    path = "Catalog.events"
    if value is None:
        return None
    if is_iterable_of_items(value):
        return dict.fromkeys(_names(path, value))
    expected = 'takes a mapping of names to properties, {"order": {"total": "number"}}'
    return {
        ensure_name(path, name): None
        if properties is None
        else build_fields(properties, f"{path}[{short_repr(name)}]")
        for name, properties in ensure_mapping(path, expected, value, CatalogError).items()
    }


def _observation(value: object) -> Observation | None:
    if value is None or has_type(value, Observation):
        return value
    expected = "takes the counts of Catalog.observed"
    raise mismatch("Catalog.observation", expected, value, CatalogError)


@attrs.frozen(repr=False)
class Catalog(HtmlDisplay):
    """The attributes, lists, event names and properties that there are, with their kinds.

    `segkit.check` compares a condition with it, `contact` and `event` read rows of text by it, and
    `observed` makes it from data.

    Args:
        attributes: The kind of each attribute: ``boolean``, ``number``, ``text``, ``day``,
            ``instant``, ``collection`` or ``location``; or a list of choices, a mapping of the
            fields of a mapping, or a `Field`. ``None``: the attributes are not described, and
            conditions on them are not checked.
        lists: The names of the lists; ``None`` if they are not described.
        events: The properties of each event name, as *attributes* are given; ``None`` instead of
            properties that are not described. A list of names describes no properties.
        observation: The counts of `observed`; ``None`` for a catalog that was written.

    Raises:
        CatalogError: If a kind does not exist, or an argument is of another type.

    >>> from segkit import Catalog
    >>> catalog = Catalog(
    ...     attributes={"age": "number", "plan": ["free", "pro"], "address": {"zip": "text"}},
    ...     lists=["vip"],
    ...     events={"order": {"total": "number"}},
    ... )
    >>> catalog.attributes["plan"].choices
    ('free', 'pro')
    """

    attributes: Fields | None = attrs.field(default=None, converter=_attributes)
    lists: tuple[str, ...] | None = attrs.field(default=None, converter=_lists)
    events: EventFields | None = attrs.field(default=None, converter=_events)
    observation: Observation | None = attrs.field(
        default=None, kw_only=True, eq=False, converter=_observation
    )

    @classmethod
    def observed(
        cls,
        source: object,
        sample: int | None = None,
        *,
        now: datetime | None = None,
        examples: bool = True,
        needs: Requirements | None = None,
    ) -> Catalog:
        """Return the catalog of the data of a source: print it to see what there is.

        The data is read once. For each field the catalog has the number of values by kind, the
        least and the greatest value, and examples: ``catalog.attributes["age"].seen``. The counts
        of contacts, events and ids are in ``catalog.observation``.

        Args:
            source: A `MemorySource`, any `Source`, or pairs of a contact and its events.
            sample: The number of contacts to read at most, the first ones; ``None`` for all.
            now: The instant after which an event is in the future; ``None`` for the current time.
            examples: Whether the catalog keeps examples, and the different values of fields that
                have few. Without them it has no values of texts.
            needs: The facts that a source of your own has to yield, if it does not read
                ``Requirements.everything``.

        Raises:
            FactsError: If *source* is no source, or yields an object that is no contact or event.
            InstantError: If *now* is naive.

        >>> from segkit import Catalog, Contact, MemorySource
        >>> source = MemorySource([Contact("ada", {"age": "36"}), Contact("tim", {"age": 9})])
        >>> seen = Catalog.observed(source).attributes["age"].seen
        >>> {kind: values.count for kind, values in seen.kinds.items()}
        {'text': 1, 'number': 1}
        """
        if sample is not None and not (is_int(sample) and sample > 0):
            problem = f"sample takes a number of contacts, 1 or more; got {short_repr(sample)}"
            raise CatalogError("observed", problem, sample)
        if needs is not None:
            ensure_type(
                "observed.needs", "takes Requirements(...)", needs, Requirements, CatalogError
            )
        at = datetime.now(UTC) if now is None else instant(now, "now")
        everything = Requirements(everything=True) | (needs or Requirements())
        attributes, events, observation = observe(source, everything, sample, at, examples=examples)
        return cls(attributes, list(observation.lists), events, observation=observation)

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

        An empty cell is no value. A column that the catalog does not describe is kept as it is,
        without spaces around a text. An apostrophe before an id and a byte order mark before a name
        are dropped. If the columns ``attributes`` and ``lists`` are there, they are the fields of
        `Contact`.

        A naive time that the clocks of *tz* show twice is the first of the two instants. A time
        that they skip is read with the offset before the change: 02:30 becomes 03:30. (These are
        the rules of ``fold=0`` in PEP 495.)

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
        reader = RecordReader(self.attributes, self.events, tz=tz, id_type=id_type)
        contact = reader.contact(row, Columns.create(columns, "columns", CONTACT_COLUMNS), None)
        reader.bad.raise_if_any("contact", row)
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
        column ``properties`` holds properties, as a mapping or as JSON, and each other column is a
        property. Cells are read as in `contact`.

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
        reader = RecordReader(self.attributes, self.events, tz=tz, id_type=id_type)
        name = ensure_event_name(name, "event.name")
        event = reader.event(row, Columns.create(columns, "columns", EVENT_COLUMNS), None, name)
        reader.bad.raise_if_any("event", row)
        return cast("Event[Any]", event)

    def to_dict(self) -> dict[str, Any]:
        """Return the catalog as a document of plain dicts, which JSON can keep.

        >>> from segkit import Catalog
        >>> Catalog(lists=["vip"]).to_dict()
        {'segkit': 1, 'catalog': {'lists': ['vip']}}
        """
        parts = (self.attributes, self.lists, self.events, self.observation)
        return {"segkit": 1, "catalog": encode_catalog(*parts)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], /) -> Catalog:
        """Return the catalog of a document, as `to_dict` returns it.

        Raises:
            CatalogError: If the document is not that of a catalog.

        >>> from segkit import Catalog
        >>> catalog = Catalog(attributes={"age": "number"})
        >>> Catalog.from_dict(catalog.to_dict()) == catalog
        True
        """
        return cls(**decode_catalog(document))

    def __str__(self) -> str:
        return self.table().as_text()

    def table(self) -> CatalogTable:
        """Return the tables that the catalog prints."""
        return catalog_table(self.attributes, self.lists, self.events, self.observation)

    def __repr__(self) -> str:
        shown = {"attributes": self.attributes, "lists": self.lists, "events": self.events}
        given = [f"{name}={value!r}" for name, value in shown.items() if value is not None]
        return f"Catalog({', '.join(given)})"
