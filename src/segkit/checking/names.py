"""The fields that a path leads to, and the messages about names that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from segkit.checking.code import Repair
from segkit.checking.words import KIND_NOUNS, short_path, short_value
from segkit.model.catalog import Field, Observation
from segkit.model.catalog.table import count
from segkit.model.spelling import nearest_name


@attrs.frozen
class Draft:
    """A finding without the path of the condition.

    Attributes:
        key: The rest of the path: ``path``, ``comparison.operand``.
        message: The problem, in one sentence.
        repair: The repair, if there is one.
    """

    key: str
    message: str
    repair: Repair | None = None


@attrs.frozen
class Holder:
    """The contacts, or the events of one name, whose fields a condition reads.

    Attributes:
        fields: The fields.
        observation: The counts, if the fields are those of data.
        event: The name of the events; ``None`` for contacts.
    """

    fields: Mapping[str, Field]
    observation: Observation | None
    event: str | None = None

    @property
    def is_sample(self) -> bool:
        """Whether the data was read in part."""
        return self.observation is not None and self.observation.is_sample

    @property
    def noun(self) -> str:
        """The holder of the fields: ``contact``, or ``"order" event``."""
        return "contact" if self.event is None else f"{short_value(self.event)} event"

    def some(self, number: int, among: int) -> str:
        """Return a part of the holders: ``3 of 200 contacts``."""
        of = f"{number:,} of" if number else "any of"
        read = " that were read" if self.is_sample else ""
        return f"{of} {count(among, self.noun)}{read}"


@attrs.frozen
class Missing:
    """A path that leads to no field.

    Attributes:
        message: Why.
        path: The path that was most likely meant.
    """

    message: str
    path: tuple[str, ...] | None = None


def find_field(holder: Holder, path: tuple[str, ...], noun: str) -> Field | Missing:
    """Return the field at *path*; a part of a mapping without description has any kind.

    Args:
        holder: The contacts or events.
        path: The names of the path, at least one.
        noun: ``attribute`` or ``property``.
    """
    fields = holder.fields
    for place, step in enumerate(path[:-1]):
        if step not in fields:
            return _missing(holder, path, place, fields, noun)
        field = fields[step]
        problem = _no_mapping(field)
        if problem is not None:
            message = (
                f"{short_path(path[: place + 1])} {problem}: a path goes through mappings only"
            )
            return Missing(message, path[: place + 1] if _is_scalar(field) else None)
        if not field.fields and not _is_described(field):
            return Field()
        fields = field.fields
    if path[-1] not in fields:
        return _missing(holder, path, len(path) - 1, fields, noun)
    return fields[path[-1]]


def _missing(
    holder: Holder, path: tuple[str, ...], place: int, known: Iterable[str], noun: str
) -> Missing:
    name = short_path(path[: place + 1]) if place else short_value(path[0])
    whole = ".".join(path)
    if len(path) > 1 and whole in holder.fields:
        message = f"the name of the {noun} is {short_value(whole)}, and no path"
        return Missing(message, (whole,))
    near = nearest_name(path[place], known)
    inner = _path_in_name(path[place], holder.fields) if known is holder.fields else None
    if holder.observation is not None:
        read = " that was read" if holder.is_sample else ""
        message = f"no {holder.noun}{read} has the {noun} {name}"
    else:
        article = "a " if holder.event is None else "the "
        message = f"the catalog has no {noun} {name} of {article}{holder.noun}"
    if inner is not None and len(inner) > 1:
        return Missing(f"{message}: a path has a name for each step", (*inner, *path[1:]))
    if near is None:
        if holder.event is None and path == ("id",):
            message += ": the id is no attribute, evaluate with ids=[...]"
        return Missing(message)
    meant = (*path[:place], near, *path[place + 1 :])
    return Missing(f"{message}; did you mean {short_value(near)}?", meant)


_SIGNS: Final = re.compile(r"[._/ -]+")


def _path_in_name(name: str, fields: Mapping[str, Field]) -> tuple[str, ...] | None:
    """Return the path that a name with signs in it is most likely meant as: ``address.zip``."""
    path: list[str] = []
    for step in _SIGNS.split(name):
        near = step if step in fields else nearest_name(step, fields)
        if near is None:
            return None
        path.append(near)
        fields = fields[near].fields
    return tuple(path)


def _is_described(field: Field) -> bool:
    """Return whether it is known which fields a mapping has: none, if it has no field."""
    mapping = None if field.seen is None else field.seen.kinds.get("mapping")
    return mapping is not None and mapping.is_described


def _kinds_of(field: Field) -> list[str]:
    """Return the names of the kinds of a field, the most frequent first; none for any kind."""
    if field.seen is None:
        return [] if field.kind is None else [field.kind]
    kinds = field.seen.kinds
    return sorted(kinds, key=lambda name: kinds[name].count, reverse=True)


def _is_scalar(field: Field) -> bool:
    kinds, seen = _kinds_of(field), field.seen
    if seen is not None and any(kind.reads_as == "JSON" for kind in seen.kinds.values()):
        return False
    return bool(kinds) and {*kinds} <= {"boolean", "number", "text", "day", "instant"}


def _no_mapping(field: Field) -> str | None:
    """Return what a field is, if no path can go through it."""
    kinds, seen = _kinds_of(field), field.seen
    if field.fields or {"mapping", "location"} & {*kinds}:
        return None
    if not kinds:
        return None if seen is None else "has no value"
    name = kinds[0]
    kind = None if seen is None else seen.kinds[name]
    if kind is not None and kind.reads_as == "JSON":
        return "is a text that holds JSON, to be read first (json.loads)"
    if kind is not None and kind.members is not None and "mapping" in kind.members.kinds:
        return "is a list of objects (store what is compared in an attribute of its own)"
    return f"is {KIND_NOUNS[name]}"
