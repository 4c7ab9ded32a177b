"""Objects that raise an error when they are read, as a host's data may contain."""  # [V1]

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, NoReturn


def _refuse(self: object, *_: object) -> NoReturn:  # noqa: ARG001 - it is a method
    raise RuntimeError("this value answers nothing")


class _Incomparable:
    """Raises an error when it is compared or converted."""

    __slots__ = ()
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __int__ = __float__ = __index__ = __str__ = __format__ = _refuse

    def __hash__(self) -> int:
        return super().__hash__()


class Raising(_Incomparable):
    """As a key of a dict, makes a look-up of ``"zip"`` raise: both have the same hash."""

    __len__ = __iter__ = __contains__ = __getitem__ = _refuse

    def __hash__(self) -> int:
        return hash("zip")


class RaisingText(_Incomparable, str):
    """A text that cannot be compared or converted."""

    __slots__ = ()


class RaisingInt(_Incomparable, int):
    """An ``int`` that cannot be compared or converted."""


class RaisingFloat(_Incomparable, float):
    """A ``float`` that cannot be compared or converted."""


class RaisingList(list[Any]):
    """A list that cannot be iterated."""

    __iter__ = _refuse

    def __repr__(self) -> str:
        return "<a list that cannot be iterated>"


class RaisingMapping(Mapping[Any, Any]):
    """A mapping that cannot be read."""

    __getitem__ = __iter__ = __len__ = _refuse


class RaisingZone(tzinfo):
    """A time zone whose offset cannot be computed."""

    utcoffset = dst = tzname = _refuse
