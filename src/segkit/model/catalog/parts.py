"""The parts of a catalog, checked: attributes, lists, events, and the counts of observed data."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.fields import Field, build_fields, ensure_name
from segkit.model.catalog.observation import Observation
from segkit.model.validation import (
    ensure_items,
    ensure_mapping,
    has_type,
    is_iterable_of_items,
    mismatch,
)


def _attributes(value: object) -> dict[str, Field] | None:
    return None if value is None else build_fields(value, "Catalog.attributes")


def _lists(value: object) -> tuple[str, ...] | None:
    return None if value is None else _names("Catalog.lists", value)


def _names(path: str, value: object) -> tuple[str, ...]:
    names = ensure_items(path, 'takes a list of names, ["vip"]', value, CatalogError)
    return tuple(dict.fromkeys(ensure_name(path, name) for name in names))


def _events(value: object) -> dict[str, dict[str, Field] | None] | None:
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
class CatalogParts:
    """The parts of a `Catalog`; ``None`` for a part that is not described."""

    attributes: Mapping[str, Field] | None = attrs.field(default=None, converter=_attributes)
    lists: tuple[str, ...] | None = attrs.field(default=None, converter=_lists)
    events: Mapping[str, Mapping[str, Field] | None] | None = attrs.field(
        default=None, converter=_events
    )
    observation: Observation | None = attrs.field(
        default=None, kw_only=True, eq=False, converter=_observation
    )
