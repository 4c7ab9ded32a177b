"""Values of every kind, those included that hurt code which trusts its data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from segkit.model.operators import Scalar
from segkit.model.values import Kind
from segkit.testing.refusing import (
    Refusing,
    RefusingFloat,
    RefusingInt,
    RefusingList,
    RefusingMapping,
    RefusingText,
    RefusingZone,
)
from segkit.testing.wide_times import days, instants

__all__ = ["operands", "usual_values", "values"]

_BOOLEANS: Final = (True, False)
_NUMBERS: Final[tuple[int | float | Decimal, ...]] = (
    1, 0, 2, 1.0, Decimal(1), 0.1, Decimal("0.1"), -0.0, -1, 2.5, 2**53 + 1, 2.0**53,
    float("inf"), Decimal("-Infinity"),
)  # fmt: skip
_TEXTS: Final = ("a", "b", "A", "ab", "ba", "", "ß", "SS", "é", "e\u0301")
"""Few scalars of each kind, close to each other, so that comparing them is often true."""


class _Plan(Enum):
    FREE = "a"
    ONE = 1
    NO_VALUE = None
    NAN = float("nan")
    NO_KIND = b"a"


class _Size(IntEnum):
    SMALL = 1


class _Color(StrEnum):
    RED = "a"


_ODD: Final[tuple[object, ...]] = (
    None,
    float("nan"), Decimal("NaN"), Decimal("sNaN"),
    float("inf"), float("-inf"), Decimal("Infinity"), 5e-324, 1.7976931348623157e308,
    Decimal("1e399"), Decimal("1e400"), Decimal("1e-999999"), Decimal("-0"), Decimal("1.000"),
    10**399, 10**400, 10**500, -(10**500),
    "\ud800", "a\ud800b", "\x00", "\u202e", "\U0001d4b6", "I", "\u0131", "İ",
    "a\nb", '"', "{}", "1", "true",
    *_Plan, *_Size, *_Color,
    b"a", bytearray(b"a"), 1j, Fraction(1, 2), UUID(int=1), time(1), timedelta(1), object, ...,
    RefusingText("a"), RefusingInt(1), RefusingFloat(0.1), Refusing(),
)  # fmt: skip
_HOSTED: Final[tuple[object, ...]] = (
    datetime(2024, 2, 29, 12),  # noqa: DTZ001 - what Contact and Event refuse
    datetime(2024, 2, 29, 12, tzinfo=RefusingZone()),
    RefusingList(["a"]),
    RefusingMapping(),
)
_KEYS: Final = ("zip", "", 1, None, 1.5, ("zip",), frozenset({1}), "\ud800")


def operands(kind: Kind) -> SearchStrategy[Scalar]:
    """Scalars of one kind, as the operands of comparisons."""
    match kind:
        case Kind.BOOLEAN:
            return st.sampled_from(_BOOLEANS)
        case Kind.NUMBER:
            return st.sampled_from(_NUMBERS)
        case Kind.DAY:
            return days()
        case Kind.INSTANT:
            return instants()
        case _:
            return st.sampled_from(_TEXTS)


def usual_values(kind: Kind) -> SearchStrategy[Any]:
    """Values of one kind that an attribute may well have, close to the `operands` of that kind."""
    if kind is not Kind.COLLECTION:
        return operands(kind)
    members = operands(Kind.TEXT) | operands(Kind.NUMBER)
    return st.lists(members, max_size=3).flatmap(
        lambda items: st.sampled_from([items, tuple(items), set(items), frozenset(items)])
    )


def values(*, hosted: bool = False) -> SearchStrategy[Any]:
    """Values of every kind and of no kind, as they come from forms, data frames and pickles.

    Among them: NaN, signalling too, infinities and ``-0.0``; numbers that no float has, some of
    500 digits; lone surrogates; booleans next to 1 and 0; days; instants in several zones;
    Enum members; nested collections; mappings with odd keys; bytes; subclasses of ``str`` and
    ``int``, and objects, that raise whenever they are compared, converted or asked for their truth.

    Args:
        hosted: Whether to add what only a host's own objects can hold, because `Contact` and
            `Event` refuse or copy it: naive datetimes, zones without an offset, lists and mappings
            that raise when read, a list that holds itself.

    >>> from decimal import Decimal
    >>> from hypothesis import find
    >>> from segkit.testing import values
    >>> find(values(), lambda value: isinstance(value, Decimal) and value.is_snan())
    Decimal('sNaN')
    """
    scalars = st.one_of(
        st.sampled_from(_NUMBERS),
        st.sampled_from(_TEXTS),
        st.sampled_from(_BOOLEANS),
        st.sampled_from(_ODD),
        days(),
        instants(),
        st.text(st.characters(), max_size=4),
        st.integers(),
        st.floats(),
        st.decimals(),
    )
    leaves = scalars
    if hosted:
        leaves |= st.sampled_from(_HOSTED) | st.builds(_holding_itself)
    return st.recursive(leaves, _collections, max_leaves=4)


def _collections(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    lists = st.lists(inner, max_size=3)
    sets = st.frozensets(st.sampled_from(_NUMBERS[:4]) | st.sampled_from(_TEXTS), max_size=3)
    mappings = st.dictionaries(st.sampled_from(_KEYS), inner, max_size=2)
    return st.one_of(
        lists,
        lists.map(tuple),
        sets,
        sets.map(set),
        mappings,
        mappings.map(MappingProxyType),
        mappings.map(_growing),
        inner.map(_never_found),
    )


def _growing(mapping: Mapping[Any, Any]) -> defaultdict[Any, Any]:
    return defaultdict(list, mapping)


def _never_found(value: object) -> dict[Any, Any]:
    """A mapping in which looking up ``"zip"`` raises."""
    return {Refusing("zip"): value}


def _holding_itself() -> list[Any]:
    held: list[Any] = []
    held.append(held)
    return held
