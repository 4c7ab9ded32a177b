"""Comparisons with every operator, mostly such that a value of the usual kind can satisfy them."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from segkit.model.comparisons import Comparison
from segkit.model.operands import Scalar
from segkit.model.operators import Operator
from segkit.model.values import Kind, read
from segkit.testing.wide_values import operands
from segkit.testing.wide_windows import windows

__all__ = ["comparisons", "comparisons_in_time"]

_IN_TEXT: Final[tuple[Operator, ...]] = (
    "==", "<", "<=", ">", ">=", "between", "is_in",
    "contains", "starts_with", "ends_with", "is_set",
)  # fmt: skip
_IN_TIME: Final[tuple[Operator, ...]] = ("within", "within", "==", "<", "<=", ">", ">=", "is_in")
_OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.BOOLEAN: ("==", "is_in", "is_set"),
    Kind.NUMBER: ("==", "<", "<=", ">", ">=", "between", "is_in", "is_set"),
    Kind.TEXT: _IN_TEXT,
    Kind.COLLECTION: _IN_TEXT,
    Kind.DAY: (*_IN_TIME, "is_set"),
    Kind.INSTANT: (*_IN_TIME, "is_set"),
}
_FOLDING: Final = frozenset({"==", "is_in", "contains", "starts_with", "ends_with"})

_TIMES: Final = (Kind.INSTANT, Kind.DAY)
_SCALARS: Final = {kind: operands(kind) for kind in _OPERATORS}
_ANY_SCALAR = st.one_of(list(_SCALARS.values()))
_MEMBERS: Final = {
    # A list of texts or numbers may hold a few scalars of other kinds; days go with days.
    kind: st.lists(_SCALARS[kind] if kind in _TIMES else _SCALARS[kind] | _ANY_SCALAR, max_size=3)
    for kind in _OPERATORS
}
_WINDOWS = windows(ever=False)


@st.composite
def comparisons(draw: DrawFn, kind: Kind) -> Comparison:
    """Comparisons that values of *kind* can mostly satisfy."""
    return draw(_SUITED[kind] if draw(_IS_SUITED) else _ANY)


@st.composite
def _of_kind(draw: DrawFn, kind: Kind, operator: Operator) -> Comparison:
    folded = operator in _FOLDING and draw(st.booleans())
    match operator:
        case "is_set":
            return Comparison(operator)
        case "within":
            return Comparison(operator, draw(_WINDOWS))
        case "between":
            one, other = draw(_SCALARS[kind]), draw(_SCALARS[kind])
            return Comparison(operator, (other, one) if _lies_after(one, other) else (one, other))
        case "is_in":
            return Comparison(operator, tuple(draw(_MEMBERS[kind])), ignore_case=folded)
        case _:
            return Comparison(operator, draw(_SCALARS[kind]), ignore_case=folded)


def _lies_after(one: Scalar, other: Scalar) -> bool:
    readings: tuple[Any, Any] = read(one)[1], read(other)[1]
    return bool(readings[0] > readings[1])


_SUITED: Final = {
    kind: st.one_of([_of_kind(kind, operator) for operator in operators])
    for kind, operators in _OPERATORS.items()
}
_ANY = st.one_of(list(_SUITED.values()))
_IS_SUITED = st.sampled_from((*[True] * 5, False))
comparisons_in_time = st.one_of(
    [_of_kind(kind, operator) for kind in _TIMES for operator in _IN_TIME]
)
"""Comparisons of days and instants only."""
