"""`Catalog`: which attributes, lists, events and properties there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from segkit.display import HtmlDisplay
from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.documents import decode_catalog, encode_catalog
from segkit.model.catalog.observation import observe
from segkit.model.catalog.parts import CatalogParts
from segkit.model.catalog.rows import RecordMethods
from segkit.model.catalog.table import catalog_table
from segkit.model.facts import instant
from segkit.model.requirements import Requirements
from segkit.model.validation import ensure_type
from segkit.model.values import is_int


@attrs.frozen(repr=False)
class Catalog(CatalogParts, RecordMethods, HtmlDisplay):
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

    def to_dict(self) -> dict[str, Any]:
        """Return the catalog as a document of plain dicts, which JSON can keep.

        >>> from segkit import Catalog
        >>> Catalog(lists=["vip"]).to_dict()
        {'segkit': 1, 'catalog': {'lists': ['vip']}}
        """
        return {"segkit": 1, "catalog": encode_catalog(self)}

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
        return catalog_table(self).as_text()

    def __repr__(self) -> str:
        shown = {"attributes": self.attributes, "lists": self.lists, "events": self.events}
        given = [f"{name}={value!r}" for name, value in shown.items() if value is not None]
        return f"Catalog({', '.join(given)})"
