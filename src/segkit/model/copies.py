"""What a contact or an event keeps of what it was given: instants in UTC, copies of collections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

import attrs

from segkit.errors import FactsError, InstantError, shown
from segkit.model.values import Kind, read

__all__ = ["instant", "private_copy"]

_DEEPEST: Final = 100
_MOST: Final = 100_000
# Nearly every value is one of these; the path to it need not be spelled out.
_SHARED: Final = frozenset({str, int, float, bool, type(None)})
_COLLECTIONS: Final = (Mapping, list, tuple, set, frozenset)


def instant(value: object, path: str) -> datetime:
    """*value* as an instant in UTC.

    Raises:
        InstantError: If it is naive, or no ``datetime``.
    """
    kind, moment = read(value)
    if kind is Kind.INSTANT:
        return cast("datetime", moment)
    given: type[object] = type(value)
    problem = f"must be an aware datetime; got {shown(value)}"
    if issubclass(given, datetime) and kind is Kind.NO_KIND:
        problem = f"{shown(value)} is naive: attach a zone, .replace(tzinfo=UTC) for example"
    elif issubclass(given, str):
        problem += ": read it first, datetime.fromisoformat(...) for example"
    raise InstantError(path, problem, value)


def private_copy(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy of the collections in *value*, at any depth [D9]; scalars are shared.

    Raises:
        InstantError: If a naive ``datetime`` is met anywhere inside [K2].
        FactsError: If it nests more than 100 levels deep, holds itself, has more than 100,000
            collections in it, or raises when it is read.
    """
    return cast("dict[str, Any]", _Copying().of(value, path))


@attrs.define
class _Copying:
    """One copy in the making.

    A collection that is met twice is copied twice, and counts twice: of forty lists, each of which
    holds the one before it twice, no copy would have room anywhere.
    """

    begun: int = 0
    """How many collections there were so far."""
    around: set[int] = attrs.field(factory=set[int])
    """The identities of the collections around the spot."""

    def of(self, value: object, path: str) -> object:
        # By the type: an object may lie about its class, or raise when it is asked for it.
        kind: type[object] = type(value)
        if issubclass(kind, datetime):
            return instant(value, path) if read(value)[0] is Kind.NO_KIND else value
        if not issubclass(kind, _COLLECTIONS):
            return value
        self._check_room(value, path)
        shallow = _shallow(value, path)
        self.around.add(id(value))
        own: object
        if isinstance(shallow, dict):
            own = {
                key: item if type(item) in _SHARED else self.of(item, f"{path}[{shown(key)}]")
                for key, item in shallow.items()
            }
        else:
            members = [
                item if type(item) in _SHARED else self.of(item, f"{path}[{place}]")
                for place, item in enumerate(shallow)
            ]
            # What is in a set cannot change; a copy of it might not be hashable.
            own = members if isinstance(shallow, list) else shallow
            if isinstance(shallow, tuple):
                own = tuple(members)
        self.around.discard(id(value))
        return own

    def _check_room(self, value: object, path: str) -> None:
        if id(value) in self.around:
            raise FactsError(path, "holds itself: there is no end to copying it", value)
        if len(self.around) == _DEEPEST:
            raise FactsError(path, f"nests more than {_DEEPEST} levels deep", value)
        self.begun += 1
        if self.begun > _MOST:
            problem = (
                f"there are more than {_MOST:,} collections in it, each counted as often as it is "
                "met: hand in an object of your own with these fields, which is not copied"
            )
            raise FactsError(path, problem, value)


def _shallow(
    value: object, path: str
) -> dict[object, object] | list[object] | tuple[object, ...] | set[object] | frozenset[object]:
    """The same members in a plain collection of the nearest base."""
    kind: type[object] = type(value)
    try:
        if issubclass(kind, Mapping):
            return dict(cast("Mapping[object, object]", value).items())
        items = cast("list[object]", value)
        if issubclass(kind, list):
            return list(items)
        if issubclass(kind, tuple):
            return tuple(items)
        return set(items) if issubclass(kind, set) else frozenset(items)
    except Exception as error:
        raise FactsError(path, f"raises {shown(error)} when it is read", value) from error
