"""The parts of a catalog, checked: attributes, lists, events, and the counts of observed data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import attrs

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.fields import Field, build_fields
from segkit.model.catalog.observation import Observation
from segkit.model.validation import is_iterable_of_items, is_mapping
from segkit.model.values import Kind, normalize


def _attributes(value: object) -> dict[str, Field] | None:
    return None if value is None else build_fields(value, "Catalog.attributes")


def _lists(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    path = "Catalog.lists"
    if not is_iterable_of_items(value):
        problem = f'takes a list of names, ["vip"]; got {short_repr(value)}'
        raise CatalogError(path, problem, value)
    return tuple(dict.fromkeys(_name(name, path) for name in value))


def _name(name: object, path: str) -> str:
    kind, text = normalize(name)
    if kind is not Kind.TEXT:
        raise CatalogError(path, f"a name is a text; got {short_repr(name)}", name)
    return cast("str", text)


def _events(value: object) -> dict[str, dict[str, Field] | None] | None:
    path = "Catalog.events"
    if value is None:
        return None
    if is_mapping(value):
        return {
            _name(name, path): None
            if properties is None
            else build_fields(properties, f"{path}[{short_repr(name)}]")
            for name, properties in value.items()
        }
    if is_iterable_of_items(value):
        return {_name(name, path): None for name in value}
    problem = (
        'takes a mapping of names to properties, {"order": {"total": "number"}}; '
        f"got {short_repr(value)}"
    )
    raise CatalogError(path, problem, value)


@attrs.frozen(repr=False)
class CatalogParts:
    """The parts of a `Catalog`; ``None`` for a part that is not described."""

    attributes: Mapping[str, Field] | None = attrs.field(default=None, converter=_attributes)
    lists: tuple[str, ...] | None = attrs.field(default=None, converter=_lists)
    events: Mapping[str, Mapping[str, Field] | None] | None = attrs.field(
        default=None, converter=_events
    )
    observation: Observation | None = attrs.field(default=None, kw_only=True, eq=False)
