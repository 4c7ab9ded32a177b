"""The field whose operands are decoded, by the catalog that a document is decoded with.

The values of a form are texts. With a catalog, a text is read as a cell of the field: ``"21"`` as
21 for a number, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, cast

import attrs

from segkit.model.catalog import Catalog, Field
from segkit.model.catalog.field_cells import cell_options, choice_of
from segkit.model.catalog.text_kinds import read_operand

Values: TypeAlias = Mapping[str, object]
"""The keys of an object of a document with their values, which are not decoded yet."""


@attrs.frozen
class CatalogScope:
    """The place in a document, as far as the catalog is concerned.

    Attributes:
        catalog: The catalog.
        events: The properties of the events of which conditions are decoded.
        field: The field that the operands are compared with; ``None`` to keep texts.
    """

    catalog: Catalog
    events: tuple[Mapping[str, Field], ...] = ()
    field: Field | None = None

    def read(self, text: str) -> object:
        """Return a text as an operand: as the kind of the field, or as one of its choices."""
        field = self.field
        if field is None:
            return text
        read = read_operand(text, field.kind, cell_options(field))
        if read is None and field.kind == "text":
            read = choice_of(text, field)
        return text if read is None else read


def scope_of_document(catalog: Catalog, subject: str) -> CatalogScope:
    """Return the scope of a document about a contact, or about an event of any name."""
    described = () if subject == "contact" else (catalog.events or {}).values()
    return CatalogScope(catalog, tuple(fields for fields in described if fields is not None))


Narrow: TypeAlias = Callable[[CatalogScope, Values], CatalogScope]
"""Returns the scope inside of an object of a document."""


def scope_of_attribute(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a comparison of an attribute."""
    field = _field_at((scope.catalog.attributes or {},), values.get("path"))
    return attrs.evolve(scope, field=field)


def scope_of_property(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a comparison of a property."""
    return attrs.evolve(scope, field=_field_at(scope.events, values.get("path")))


def scope_of_events(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a condition on events; the operand of a sum is a number."""
    described = [(scope.catalog.events or {}).get(name) for name in _names(values.get("names"))]
    known = tuple(fields for fields in described if fields is not None)
    events = known if len(known) == len(described) else ()
    aggregate = values.get("aggregate")
    field = _field_at(events, values.get("path"))
    if aggregate in ("sum", "mean", "min", "max", "distinct"):
        is_number = field is not None and field.kind == "number" and aggregate != "distinct"
        field = field if is_number else _NUMBER
    elif aggregate not in ("latest", "earliest"):
        field = None
    return CatalogScope(scope.catalog, events, field)


_NUMBER: Final = Field("number")


def _names(names: object) -> list[str]:
    """Return the names of a document, without what is no name: that is reported elsewhere."""
    given = cast("list[object]", names) if issubclass(type(names), list) else [names]
    return [str(name) for name in given if issubclass(type(name), str)]


def _field_at(holders: Iterable[Mapping[str, Field]], path: object) -> Field | None:
    """Return the field at *path*, if operands are read alike by all of *holders* that have one."""
    fields = [_one_field_at(fields, _names(path)) for fields in holders]
    found = [field for field in fields if field is not None]
    readings = {(field.kind, cell_options(field)) for field in found}
    if len(readings) != 1:
        return None
    has_same_choices = all(field.choices == found[0].choices for field in found)
    return found[0] if has_same_choices else attrs.evolve(found[0], choices=None)


def _one_field_at(fields: Mapping[str, Field], path: list[str]) -> Field | None:
    field = None
    for step in path:
        field = fields.get(step)
        if field is None:
            return None
        fields = field.fields
    if field is not None and field.kind == "collection" and field.choices:
        return Field(choices=field.choices)  # The operands are members.
    return field
