"""The columns of files that hold the fields of contacts and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from segkit.errors import CatalogError, short_repr
from segkit.model.catalog.cells import plain_text
from segkit.model.validation import ensure_mapping, ensure_text

CONTACT_COLUMNS: Final = ("id", "attributes", "lists")
EVENT_COLUMNS: Final = ("contact_id", "name", "at", "properties", "id")


@attrs.frozen
class Columns:
    """The column of each field, by default the one of its name.

    Attributes:
        names: The columns by field.
        argument: The argument that names the columns: ``columns``, ``contact_columns``.
    """

    names: Mapping[str, str]
    argument: str

    @classmethod
    def create(cls, columns: object, argument: str, fields: tuple[str, ...]) -> Columns:
        """Return the columns that *argument* names, each of one of *fields*."""
        if columns is None:
            return cls({name: name for name in fields}, argument)
        expected = f'takes a mapping, {{"{fields[0]}": "Customer ID"}}'
        named = ensure_mapping(argument, expected, columns, CatalogError)
        for field, column in named.items():
            if field not in fields:
                problem = f"no field {short_repr(field)}; the fields are {', '.join(fields)}"
                raise CatalogError(argument, problem, field)
            ensure_text(f"{argument}[{short_repr(field)}]", "takes a text", column, CatalogError)
        return cls({name: plain_text(named.get(name, name)) for name in fields}, argument)

    def __getitem__(self, field: str) -> str:
        return self.names[field]

    def advice(self, field: str) -> str:
        """Return what to write if the column of *field* is missing."""
        advice = f'name it, {self.argument}={{"{field}": ...}}'
        if field == "name":
            advice += f', or write {self.argument.removesuffix("columns")}name="order"'
        return advice
