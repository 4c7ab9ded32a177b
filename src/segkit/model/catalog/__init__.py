"""The catalog of attributes, lists and events: declared, or observed in data."""

from segkit.model.catalog.catalog import Catalog
from segkit.model.catalog.fields import Field
from segkit.model.catalog.observation import Observation, SeenEvents, SeenList
from segkit.model.catalog.seen import SeenKind, SeenValues

__all__ = [
    "Catalog", "Field", "Observation", "SeenEvents", "SeenKind", "SeenList", "SeenValues",
]  # fmt: skip
