"""Comparisons with every operator, mostly such that a value of the usual kind can satisfy them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.comparisons import Anniversary, Comparison, Place, Reference, Scalar
from segkit.model.operators import CASE_INSENSITIVE, Operator
from segkit.model.values import Kind, normalize
from segkit.testing.strategies import PATHS, usual_values, weighted
from tests.strategies.windows import windows

_PATTERNS: Final[tuple[Operator, ...]] = ("matches_regex",) if find_spec("re2") else ()
"""Patterns need the extra ``regex``."""

_IN_TIME: Final[tuple[Operator, ...]] = (
    "within", "within", "==", "<", "<=", ">", ">=", "is_in", "anniversary",
)  # fmt: skip
_OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.BOOLEAN: ("==", "is_in", "is_set"),
    Kind.NUMBER: ("==", "<", "<=", ">", ">=", "between", "is_in", "is_set", "has_any"),
    Kind.TEXT: (
        "==", "<", "<=", ">", ">=", "between", "is_in",
        "contains", "starts_with", "ends_with", "is_set", *_PATTERNS,
    ),
    Kind.DAY: (*_IN_TIME, "is_set"),
    Kind.INSTANT: (*_IN_TIME, "is_set"),
    Kind.COLLECTION: ("has_any", "has_any", "has_all", "has_all", "is_set"),
    Kind.LOCATION: ("within_km", "within_km", "is_set"),
}  # fmt: skip
_TIMES: Final = (Kind.INSTANT, Kind.DAY)
_SCALARS: Final = {
    kind: usual_values(kind) for kind in (Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, *_TIMES)
}
_ANY_SCALAR = st.one_of(list(_SCALARS.values()))
_USUAL_MEMBER: SearchStrategy[Scalar] = st.sampled_from(("a", "b", "A", 1, 0, 2))
_MEMBERS = st.lists(weighted((4, _USUAL_MEMBER), (1, _ANY_SCALAR)), min_size=1, max_size=2).map(
    tuple
)

_REGEXES = st.sampled_from(("a", "^a", "b$", "^[ab]+$", "(?i)A", "", r"\d", "\u00e9"))
_ANNIVERSARIES = st.sampled_from(
    [
        Anniversary(first, first + more)
        for first in (0, -1, 1, -30, -10, 300, -(10**30))
        for more in (0, 1, 7, 30, 30, 60, 366, 10**30)
    ]
)
_PLACES = st.builds(
    Place, st.sampled_from((25, 0, 10.5, 9000, 30_000)), st.sampled_from((48.85, 0, 90)),
    st.sampled_from((2.35, 0, 180)),
)  # fmt: skip
_OPERANDS: Final[dict[Operator, SearchStrategy[Any]]] = {
    "is_set": st.none(),
    "within": windows(ever=False),
    "anniversary": _ANNIVERSARIES,
    "within_km": _PLACES,
    "matches_regex": _REGEXES,
    "has_any": _MEMBERS,
    "has_all": _MEMBERS,
}
"""The operators that take the same operands whatever the value is."""


@st.composite
def comparisons(draw: DrawFn, kind: Kind) -> Comparison:
    """Comparisons that values of *kind* can mostly satisfy."""
    return draw(_SUITED[kind] if draw(_IS_SUITED) else _ANY)


@st.composite
def references(draw: DrawFn, kind: Kind, *, first: bool = False) -> Comparison:
    """Comparisons with another value of the same contact or event, mostly one of *kind*."""
    paths = _PATHS_OF[kind] if draw(_IS_SUITED) else _PATHS
    return Comparison(draw(_REFERRING), Reference(draw(paths), first))


@st.composite
def _of_kind(draw: DrawFn, kind: Kind, operator: Operator) -> Comparison:
    folded = operator in CASE_INSENSITIVE and draw(st.booleans())
    if operator in _OPERANDS:
        return Comparison(operator, draw(_OPERANDS[operator]), ignore_case=folded)
    if operator == "is_in":
        return Comparison(operator, draw(_SEVERAL[kind]), ignore_case=folded)
    operand = draw(_SCALARS[kind])
    if operator == "between":
        other = draw(_SCALARS[kind])
        ends = (other, operand) if _lies_after(operand, other) else (operand, other)
        return Comparison(operator, ends)
    return Comparison(operator, operand, ignore_case=folded)


def _lies_after(one: Scalar, other: Scalar) -> bool:
    readings: tuple[Any, Any] = normalize(one)[1], normalize(other)[1]
    return bool(readings[0] > readings[1])


_SEVERAL: Final = {
    # A list of texts or numbers may hold a few scalars of other kinds; days go with days.
    kind: st.lists(
        own if kind in _TIMES else weighted((5, own), (1, _ANY_SCALAR)), min_size=1, max_size=3
    ).map(tuple)
    for kind, own in _SCALARS.items()
}
_SUITED: Final = {
    kind: st.one_of([_of_kind(kind, operator) for operator in operators])
    for kind, operators in _OPERATORS.items()
}
_ANY = st.one_of(list(_SUITED.values()))
_IS_SUITED = st.sampled_from((*[True] * 5, False))
_PATHS = st.sampled_from([path for path, _ in PATHS])
_PATHS_OF: Final = {
    kind: st.sampled_from([path for path, other in PATHS if {kind, other} in ({kind}, {*_TIMES})])
    for _, kind in PATHS
}
_REFERRING: SearchStrategy[Operator] = st.sampled_from(("==", "<", "<=", ">", ">="))

_WITHOUT_WINDOW: SearchStrategy[Comparison] = st.one_of(
    [_of_kind(kind, operator) for kind in _TIMES for operator in _IN_TIME if operator != "within"]
)
_WITHIN_PAST = st.builds(Comparison, st.just("within"), windows(ever=False, ahead=False))
comparisons_in_time = weighted((1, _of_kind(Kind.INSTANT, "within")), (1, _WITHOUT_WINDOW))
"""Comparisons that days and instants alone can satisfy."""
comparisons_of_events = weighted(
    (3, _WITHIN_PAST), (3, _WITHOUT_WINDOW), (1, st.just(Comparison("is_set")))
)
"""Comparisons of the instants of events."""
comparisons_of_numbers = st.one_of(
    [
        _of_kind(Kind.NUMBER, operator)
        for operator in ("==", "<", "<=", ">", ">=", "between", "is_set")
    ]
)
"""Comparisons of nothing but numbers."""
