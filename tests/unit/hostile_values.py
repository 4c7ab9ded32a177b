"""Objects that raise when they are used. The data of a host application may contain them."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any, Final, NoReturn

__all__ = ["VALUES", "RaisingClassAttribute", "raising"]


def _raise(self: object, *_: object) -> NoReturn:  # noqa: ARG001 - it is a method
    raise RuntimeError("this must never be called")


def raising(*methods: str, base: type[Any] = object) -> type[Any]:
    """Return a subclass of *base* whose *methods* raise."""
    return type("Raising", (base,), dict.fromkeys(methods, _raise))


class RaisingClassAttribute:
    """An object whose ``__class__``, which ``isinstance`` reads, raises."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # noqa: ANN401
        raise RuntimeError("this must never be called")


class RaisingMember(Enum):
    ONE = 1

    @property
    def value(self) -> Any:  # noqa: ANN401
        raise RuntimeError("this must never be called")


class RaisingZone(tzinfo):
    utcoffset = dst = tzname = _raise


class RaisingMapping(Mapping[Any, Any]):
    __getitem__ = __iter__ = __len__ = _raise


COMPARING: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
CONVERTING: Final = ("__bool__", "__int__", "__float__", "__index__", "__str__", "__len__")


class Key:
    """A key with the hash of a text, so that a lookup of the text calls ``__eq__``."""

    def __init__(self, text: str) -> None:
        self._hash = hash(text)

    __eq__ = _raise

    def __hash__(self) -> int:
        return self._hash


def _list_that_contains_itself() -> list[Any]:
    members: list[Any] = []
    members.append(members)
    return members


VALUES: Final[Mapping[str, object]] = {
    "__eq__ raises": raising("__eq__", "__ne__")(),
    "every comparison raises": raising(*COMPARING)(),
    "__bool__ raises": raising("__bool__")(),
    "__len__ raises": raising("__len__")(),
    "__hash__ raises": raising("__hash__")(),
    "__repr__ raises": raising("__repr__", "__str__")(),
    "__iter__ raises": raising("__iter__")(),
    "__getattribute__ raises": raising("__getattribute__")(),
    "__class__ raises": RaisingClassAttribute(),
    "everything raises": raising(*COMPARING, *CONVERTING, "__hash__", "__repr__", "__iter__")(),
    "a text that raises": raising(*COMPARING, *CONVERTING, "__hash__", base=str)("a"),
    "an int that raises": raising(*COMPARING, *CONVERTING, "__hash__", base=int)(1),
    "a float that raises": raising(*COMPARING, *CONVERTING, "__hash__", base=float)(1.5),
    "a list that cannot be iterated": raising("__iter__", base=list)(["a"]),
    "a tuple that cannot be iterated": raising("__iter__", base=tuple)(["a"]),
    "a set that cannot be iterated": raising("__iter__", base=set)(["a"]),
    "a dict that cannot be read": raising("get", "__getitem__", "items", base=dict)({"a": 1}),
    "a mapping that cannot be read": RaisingMapping(),
    "a mapping with a key that raises": {Key("zip"): 1},
    "an Enum member whose value raises": RaisingMember.ONE,
    "a datetime whose zone raises": datetime(2022, 9, 12, 12, tzinfo=RaisingZone()),
    "a list that holds itself": _list_that_contains_itself(),
    "a lone surrogate": "\ud800",
    "a number of 5000 digits": 10**4999,
}
"""Unusual values by their description. None of them may raise in an evaluation [V1]."""
