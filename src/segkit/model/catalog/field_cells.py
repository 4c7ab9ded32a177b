"""Cells read by the field that they belong to: as its kind, and as one of its choices."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final, cast

from segkit.errors import short_repr
from segkit.model.catalog.cells import (
    NO_VALUE,
    READERS,
    BadValueError,
    CellOptions,
    plain_text,
    read_instant,
    read_mapping,
)
from segkit.model.catalog.fields import Field
from segkit.model.values import Kind, is_naive, normalize


def read_cell(value: object, field: Field, tz: tzinfo | None) -> object:
    """Return *value* as the kind of *field*; ``None`` for an empty cell.

    Raises:
        BadValueError: If it cannot be read as that, or is not one of the choices.
    """
    if normalize(value)[0] is Kind.NO_VALUE:
        return NO_VALUE
    if field.fields:
        return read_mapping(value)
    if field.kind is None:
        return _as_it_is(value, tz)
    result = READERS[field.kind](value, cell_options(field, tz))
    if field.choices is None or result is NO_VALUE:
        return result
    if field.kind == "collection":
        return [_chosen(member, field, is_member=True) for member in cast("list[object]", result)]
    return _chosen(result, field)


def cell_options(field: Field, tz: tzinfo | None = None) -> CellOptions:
    """Return how the cells of a field are read."""
    return CellOptions(tz, field.format, field.separator, field.decimal)


def _as_it_is(value: object, tz: tzinfo | None) -> object:
    """Return a value of any kind: a text without spaces around it, a naive time in the zone."""
    if normalize(value)[0] is Kind.TEXT:
        return plain_text(value) or NO_VALUE
    return read_instant(value, CellOptions(tz)) if is_naive(value) else value


def choice_of(value: object, field: Field) -> object:
    """Return the choice that *value* is: for texts in any case, if one choice alone is so.

    The result is ``None`` if it is no choice.
    """
    choices = field.choices or ()
    typed_value = normalize(value)
    for choice in choices:
        if normalize(choice) == typed_value:
            return choice
    if typed_value[0] is not Kind.TEXT:
        return None
    folded = plain_text(value).casefold()
    similar = [each for each in choices if str(each).strip().casefold() == folded]
    return similar[0] if len(similar) == 1 else None


def _chosen(value: object, field: Field, *, is_member: bool = False) -> object:
    choices = cast("tuple[object, ...]", field.choices)
    choice = choice_of(value, field)
    if choice is not None:
        return choice
    shown = ", ".join(map(short_repr, choices[:_MAX_CHOICES]))
    more = f" and {len(choices) - _MAX_CHOICES} more" if len(choices) > _MAX_CHOICES else ""
    found = f"has the member {short_repr(value)}, which is" if is_member else "is"
    raise BadValueError(f"{found} not one of the choices {shown}{more}")


_MAX_CHOICES: Final = 10
