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
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.operands import Scalar
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
from segkit.testing.weights import weighted
from segkit.testing.wide_times import days, instants

__all__ = ["operands", "usual_values", "values"]

# Few scalars of each kind, close to each other, so that comparing them is often true.
_BOOLEANS: Final = (True, False)
_NUMBERS: Final[tuple[int | float | Decimal, ...]] = (
    1, 0, 2, 1.0, Decimal(1), 0.1, Decimal("0.1"), -0.0, -1, 2.5, 2**53 + 1, 2.0**53,
    float("inf"), Decimal("-Infinity"),
)  # fmt: skip
_TEXTS: Final = ("a", "b", "A", "ab", "ba", "", "ß", "SS", "é", "e\u0301")


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


_NOTHING: Final = (None, float("nan"), Decimal("NaN"), Decimal("sNaN"))
_ODD_NUMBERS: Final = (
    float("-inf"), Decimal("Infinity"), 5e-324, 1.7976931348623157e308, Decimal("-0"),
    Decimal("1.000"), Decimal("1e-999999"), Decimal("9e399"), Decimal("1e400"),
    10**400 - 1, 10**400, 10**500, -(10**500), RefusingInt(1), RefusingFloat(0.1), _Size.SMALL,
)  # fmt: skip
_ODD_TEXTS: Final = (
    "\ud800", "a\ud800b", "\x00", "\u202e", "\U0001d4b6", "I", "\u0131", "\u0130",
    "a\nb", '"', "{}", "1", "true", RefusingText("a"), _Color.RED,
)  # fmt: skip
_NO_KIND: Final = (
    b"a", bytearray(b"a"), 1j, Fraction(1, 2), UUID(int=1), time(1), timedelta(1), object, ...,
    Refusing(), *_Plan,
)  # fmt: skip
_LOCATIONS: Final[tuple[object, ...]] = (
    (48.85, 2.35), [48.9, 2.4], {"latitude": 0, "longitude": 0}, (Decimal("-33.9"), 151), (90, 0),
    (0, -180.0), (0, 180), (91, 0), (0, float("inf")), ("48.85", "2.35"), (True, 0),
    {"latitude": 0}, {"latitude": None, "longitude": 0},
)  # fmt: skip
_KEYS: Final = ("latitude", "zip", "", 1, None, 1.5, ("zip",), frozenset({1}), "\ud800")

_SCALARS_OF: Final[dict[Kind, SearchStrategy[Scalar]]] = {
    Kind.BOOLEAN: st.sampled_from(_BOOLEANS),
    Kind.NUMBER: st.sampled_from(_NUMBERS),
    Kind.TEXT: st.sampled_from(_TEXTS),
    Kind.DAY: days(),
    Kind.INSTANT: instants(),
}
_USUAL_LISTS = st.lists(st.sampled_from((*_TEXTS[:3], *_NUMBERS[:3])), max_size=3)
_USUAL: Final[dict[Kind, SearchStrategy[Any]]] = {
    **_SCALARS_OF,
    Kind.COLLECTION: st.one_of(_USUAL_LISTS, _USUAL_LISTS.map(tuple), _USUAL_LISTS.map(set)),
    Kind.LOCATION: st.sampled_from(_LOCATIONS),
}
_SETS = st.frozensets(st.sampled_from((*_TEXTS[:3], 1, True, None, Fraction(1, 2))), max_size=3)


def operands(kind: Kind) -> SearchStrategy[Scalar]:
    """Scalars of one kind, as the operands of comparisons; of no other kind there are any."""
    return _SCALARS_OF[kind]


def usual_values(kind: Kind) -> SearchStrategy[Any]:
    """Values of one kind that an attribute may well have, close to the `operands` of that kind."""
    return _USUAL[kind]


@st.composite
def values(draw: DrawFn, *, hosted: bool = False) -> Any:  # noqa: ANN401 - values are of any type
    """Values of every kind and of no kind, as they come from forms, data frames and pickles.

    Among them: NaN, signalling too, infinities and ``-0.0``; numbers that no float has, some of
    500 digits; lone surrogates; booleans next to 1 and 0; days; instants in several zones; Enum
    members; nested collections; mappings with odd keys; bytes; subclasses of ``str`` and ``int``,
    and objects, that raise whenever they are compared, converted or asked for their truth.

    Args:
        hosted: Whether to add what only a host's own objects can hold, because `Contact` and
            `Event` refuse or copy it: naive datetimes, zones without an offset, lists and mappings
            that raise when read, a list that holds itself.

    >>> from hypothesis import find
    >>> from segkit.testing import values
    >>> find(values(), lambda value: isinstance(value, bool))
    True
    """
    return draw(_HOSTED if hosted else _VALUES)


def _collections(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    lists = st.lists(inner, max_size=3)
    mappings = st.dictionaries(st.sampled_from(_KEYS), inner, max_size=2)
    return st.one_of(
        lists,
        lists.map(tuple),
        _SETS,
        _SETS.map(set),
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


def _naive(*, zone: RefusingZone | None) -> datetime:
    return datetime(2024, 2, 29, 12, tzinfo=zone)


def _holding_itself() -> list[Any]:
    held: list[Any] = []
    held.append(held)
    return held


_SCALARS = st.one_of(
    st.sampled_from(_NOTHING),
    st.sampled_from(_BOOLEANS),
    st.sampled_from(_NUMBERS),
    st.sampled_from(_TEXTS),
    st.sampled_from(_ODD_NUMBERS),
    st.sampled_from(_ODD_TEXTS),
    st.sampled_from(_NO_KIND),
    st.sampled_from(_LOCATIONS),
    days(),
    instants(),
    st.integers() | st.floats() | st.decimals(),
    st.text(st.characters(), max_size=4),
)
_FLAT = _collections(_SCALARS)
_VALUES = weighted((4, _SCALARS), (1, _collections(weighted((2, _SCALARS), (1, _FLAT)))))
_HOSTED_ONLY: SearchStrategy[Any] = st.one_of(
    st.builds(_naive, zone=st.none() | st.builds(RefusingZone)),
    st.builds(RefusingList, st.just(("a",))),
    st.builds(RefusingMapping),
    st.builds(_holding_itself),
)
_HOSTED = weighted((4, _VALUES), (1, _HOSTED_ONLY))
