"""The kind of the operands of a comparison, by the catalog that a document is decoded with.

The values of a form are texts. With a catalog, a text is read as the kind that the field has there:
``"21"`` as 21 for a number, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, cast

import attrs

from segkit.model.catalog import Catalog, Field

Values: TypeAlias = Mapping[str, object]
"""The keys of an object of a document with their values, which are not decoded yet."""


@attrs.frozen
class CatalogScope:
    """The place in a document, as far as the catalog is concerned.

    Attributes:
        catalog: The catalog.
        events: The properties of the events of which conditions are decoded.
        kind: The kind of the operands of the comparison that is decoded; ``None`` to keep texts.
    """

    catalog: Catalog
    events: tuple[Mapping[str, Field], ...] = ()
    kind: str | None = None


Narrow: TypeAlias = Callable[[CatalogScope, Values], CatalogScope]
"""Returns the scope inside of an object of a document."""


def scope_of_attribute(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a comparison of an attribute."""
    kind = _kind_at((scope.catalog.attributes or {},), values.get("path"))
    return attrs.evolve(scope, kind=kind)


def scope_of_property(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a comparison of a property."""
    return attrs.evolve(scope, kind=_kind_at(scope.events, values.get("path")))


def scope_of_events(scope: CatalogScope, values: Values) -> CatalogScope:
    """Return the scope inside of a condition on events; the operand of a sum is a number."""
    described = [(scope.catalog.events or {}).get(name) for name in _names(values.get("names"))]
    known = tuple(fields for fields in described if fields is not None)
    events = known if len(known) == len(described) else ()
    aggregate = values.get("aggregate")
    kind = None
    if aggregate in ("sum", "mean", "min", "max", "distinct"):
        kind = "number"
    elif aggregate in ("latest", "earliest"):
        kind = _kind_at(events, values.get("path"))
    return CatalogScope(scope.catalog, events, kind)


def _names(names: object) -> list[str]:
    """Return the names of a document, without what is no name: that is reported elsewhere."""
    given = cast("list[object]", names) if type(names) is list else [names]
    return [name for name in given if type(name) is str]


def _kind_at(holders: Iterable[Mapping[str, Field]], path: object) -> str | None:
    """Return the one kind that the fields at *path* have, if it is one."""
    kinds = {_field_kind(fields, _names(path)) for fields in holders}
    return kinds.pop() if len(kinds) == 1 else None


def _field_kind(fields: Mapping[str, Field], path: list[str]) -> str | None:
    field = None
    for step in path:
        field = fields.get(step)
        if field is None:
            return None
        fields = field.fields
    if field is not None and field.kind == "collection" and field.choices:
        return Field(choices=field.choices).kind  # The operands are members.
    return None if field is None else field.kind
