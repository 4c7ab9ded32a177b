"""Objects that raise when they are asked anything, as a host's data may hold some [V1]."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final, NoReturn


def _refuse(self: object, *_: object) -> NoReturn:  # noqa: ARG001 - it is a method
    raise RuntimeError("this value answers nothing")


_COMPARED: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_CONVERTED: Final = ("__bool__", "__int__", "__float__", "__index__", "__str__", "__format__")
_SEARCHED: Final = ("__len__", "__iter__", "__contains__", "__getitem__")


class Raising:
    """No comparison, no truth value, nothing; a look-up of the text *like* meets its ``__eq__``."""

    def __init__(self, like: str = "zip") -> None:
        self._hash = hash(like)

    def __hash__(self) -> int:
        return self._hash


class RaisingText(str):
    """A text that cannot be compared or converted."""

    __slots__ = ()
    __hash__ = str.__hash__


class RaisingInt(int):
    """A whole number that cannot be compared or converted."""

    __slots__ = ()
    __hash__ = int.__hash__


class RaisingFloat(float):
    """A float that cannot be compared or converted."""

    __slots__ = ()
    __hash__ = float.__hash__


for _kind in (Raising, RaisingText, RaisingInt, RaisingFloat):
    for _word in _COMPARED + _CONVERTED:
        setattr(_kind, _word, _refuse)
for _word in _SEARCHED:
    setattr(Raising, _word, _refuse)


class RaisingList(list[Any]):
    """A list that cannot be iterated."""

    __slots__ = ()
    __iter__ = _refuse

    def __repr__(self) -> str:
        return "<a list that cannot be iterated>"


class RaisingMapping(Mapping[Any, Any]):
    """A mapping that cannot be looked into."""

    __slots__ = ()
    __getitem__ = __iter__ = __len__ = _refuse


class RaisingZone(tzinfo):
    """A zone that knows no offset."""

    utcoffset = dst = tzname = _refuse
