"""The fields that a path leads to, and what is said about names that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from segkit.english.values import format_path, format_value
from segkit.model.catalog import Field
from segkit.model.spelling import nearest_name


@attrs.frozen
class Draft:
    """A finding without the path of the condition.

    Attributes:
        key: The rest of the path: ``path``, ``comparison.operand``.
        message: What does not fit.
        repair: The repair as code, if there is one.
    """

    key: str
    message: str
    repair: str | None = None


@attrs.frozen
class Holder:
    """The contacts, or the events of one name, whose fields a condition reads.

    Attributes:
        noun: ``contact``, or ``"order" event``.
        fields: The fields.
        is_observed: Whether the fields are those of data.
        is_sample: Whether the data was read in part.
        catalog: The code of a catalog, given that of its fields.
    """

    noun: str
    fields: Mapping[str, Field]
    is_observed: bool
    is_sample: bool
    catalog: Callable[[str], str]


@attrs.frozen
class Missing:
    """A path that leads to no field.

    Attributes:
        message: Why.
        path: The path that was most likely meant.
    """

    message: str
    path: tuple[str, ...] | None = None


_NO_FIELD: Final = Field()


def find_field(holder: Holder, path: tuple[str, ...], noun: str) -> Field | Missing:
    """Return the field at *path*; an undescribed part of a mapping is a field of any kind.

    Args:
        holder: The contacts or events.
        path: The names of the path.
        noun: ``attribute`` or ``property``.
    """
    fields = holder.fields
    field = _NO_FIELD
    for place, step in enumerate(path):
        if step not in fields:
            return _missing(holder, path, place, fields, noun)
        field = fields[step]
        is_last = place == len(path) - 1
        if is_last or field.fields:
            fields = field.fields
            continue
        problem, is_scalar = _no_mapping(field)
        if problem is None:
            return _NO_FIELD
        own = path[: place + 1]
        message = f"{format_path(own)} {problem}: a path goes through mappings only"
        return Missing(message, own if is_scalar else None)
    return field


def _missing(
    holder: Holder, path: tuple[str, ...], place: int, known: Iterable[str], noun: str
) -> Missing:
    name = format_value(path[place]) if place == 0 else format_path(path[: place + 1])
    near = nearest_name(path[place], known)
    if holder.is_observed:
        read = " that was read" if holder.is_sample else ""
        message = f"no {holder.noun}{read} has the {noun} {name}"
    else:
        message = f"the catalog has no {noun} {name} of {_article(holder.noun)}"
    if near is None:
        return Missing(message)
    meant = (*path[:place], near, *path[place + 1 :])
    return Missing(f"{message}; did you mean {format_value(near)}?", meant)


def _article(noun: str) -> str:
    return f"a {noun}" if noun == "contact" else f"{noun}s"


def _no_mapping(field: Field) -> tuple[str | None, bool]:
    """Return what a field is, if no path can go through it, and whether it is a scalar."""
    name: str | None = field.kind
    if field.seen is not None:
        kinds = field.seen.kinds
        name = None if "mapping" in kinds else next(iter(kinds), None)
        if name is not None and kinds[name].reads_as == "JSON":
            return "is a text that holds JSON, to be read first (json.loads)", False
    if name is None:
        return None, False
    of_mappings = name == "collection" and _has_mappings(field)
    noun = "a list of objects" if of_mappings else KIND_NOUNS.get(name, name)
    return f"is {noun}", name in ("boolean", "number", "text", "day", "instant")


def _has_mappings(field: Field) -> bool:
    members = None if field.seen is None else field.seen.kinds["collection"].members
    return members is not None and "mapping" in members.kinds


KIND_NOUNS: Final[Mapping[str, str]] = {
    "boolean": "a boolean",
    "number": "a number",
    "text": "text",
    "day": "a day",
    "instant": "an instant",
    "collection": "a collection",
    "location": "a location",
    "mapping": "a mapping",
    "naive datetime": "a naive datetime",
    "no kind": "a value that cannot be compared",
}
"""The kinds as they are said of a value."""
