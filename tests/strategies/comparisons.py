"""Random comparisons with every operator, most of which a usual value can satisfy."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any, Final, assert_never

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.comparisons import Comparison, Reference, Scalar
from segkit.model.operators import OPERATORS, Operator
from segkit.model.values import Kind, normalize
from segkit.testing.strategies import weighted
from tests.strategies.windows import windows
from tests.strategies.world import World

_PATTERNS: Final[tuple[Operator, ...]] = ("matches_regex",) if find_spec("re2") else ()
"""Patterns need the extra ``regex``."""

_ORDER: Final[tuple[Operator, ...]] = ("==", "<", "<=", ">", ">=")
_IN_TIME: Final[tuple[Operator, ...]] = (*_ORDER, "is_in", "anniversary")
_OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.BOOLEAN: ("==", "is_in", "is_set"),
    Kind.NUMBER: (*_ORDER, "between", "is_in", "is_set", "has_any"),
    Kind.TEXT: (
        *_ORDER, "between", "is_in", "contains", "starts_with", "ends_with", "is_set", *_PATTERNS,
    ),
    Kind.DAY: (*_IN_TIME, "is_set"),
    Kind.INSTANT: (*_IN_TIME, "is_set"),
    Kind.COLLECTION: ("has_any", "has_any", "has_all", "has_all", "is_set"),
    Kind.LOCATION: ("within_km", "within_km", "is_set"),
}  # fmt: skip
"""The operators of each kind; ``within`` is added for times, as often as a world needs it."""
_TIMES: Final = (Kind.INSTANT, Kind.DAY)
_IS_SUITED = st.sampled_from((*[True] * 5, False))
_REFERRING: SearchStrategy[Operator] = st.sampled_from(_ORDER)


@cache
def comparisons(world: World, kind: Kind) -> SearchStrategy[Comparison]:
    """Generate comparisons that values of *kind* can mostly satisfy."""
    suited = {
        each: weighted(
            *[(1, _comparisons_with(world, each, operator)) for operator in operators],
            *[(world.within_weight, _comparisons_with(world, each, "within"))] * (each in _TIMES),
        )
        for each, operators in _OPERATORS.items()
    }
    return weighted((5, suited[kind]), (1, st.one_of(list(suited.values()))))


@st.composite
def references(draw: DrawFn, world: World, kind: Kind, *, first: bool = False) -> Comparison:
    """Generate comparisons with another value of the contact or event, mostly one of *kind*.

    If *first*, the other value is a value of the first event of a sequence.
    """
    suited = set(_TIMES) if kind in _TIMES else {kind}
    paths = [path for path, kinds in world.paths if not suited.isdisjoint(kinds)]
    if not draw(_IS_SUITED):
        paths = [path for path, _ in world.paths]
    return Comparison(draw(_REFERRING), Reference(draw(st.sampled_from(paths)), first))


@cache
def comparisons_in_time(world: World) -> SearchStrategy[Comparison]:
    """Generate comparisons that only days and instants can satisfy."""
    within = _comparisons_with(world, Kind.INSTANT, "within")
    return weighted((1, within), (1, _without_window(world)))


@cache
def comparisons_of_events(world: World) -> SearchStrategy[Comparison]:
    """Generate comparisons of the instants of events."""
    past = st.builds(Comparison, st.just("within"), windows(world, ever=False, ahead=False))
    return weighted((3, past), (3, _without_window(world)), (1, st.just(Comparison("is_set"))))


@cache
def comparisons_of_numbers(world: World) -> SearchStrategy[Comparison]:
    """Generate comparisons of numbers only."""
    operators: tuple[Operator, ...] = (*_ORDER, "between", "is_set")
    return st.one_of([_comparisons_with(world, Kind.NUMBER, operator) for operator in operators])


def _without_window(world: World) -> SearchStrategy[Comparison]:
    return st.one_of(
        [_comparisons_with(world, kind, operator) for kind in _TIMES for operator in _IN_TIME]
    )


def _comparisons_with(world: World, kind: Kind, operator: Operator) -> SearchStrategy[Comparison]:
    ignore_case = st.booleans() if OPERATORS[operator].can_ignore_case else st.just(value=False)
    return st.builds(Comparison, st.just(operator), _operands(world, kind, operator), ignore_case)


def _operands(world: World, kind: Kind, operator: Operator) -> SearchStrategy[Any]:
    """Return a strategy for the operands of *operator* that suit values of *kind*."""
    any_scalar = st.one_of(list(world.scalars.values()))
    match operator:
        case "is_set":
            return st.none()
        case "within":
            return windows(world, ever=False)
        case "anniversary":
            return st.sampled_from(world.anniversaries)
        case "within_km":
            return st.sampled_from(world.places)
        case "matches_regex":
            return st.sampled_from(world.patterns)
        case "has_any" | "has_all":
            members = weighted((4, st.sampled_from(world.members)), (1, any_scalar))
            return st.lists(members, min_size=1, max_size=2).map(tuple)
        case "is_in" if kind in _TIMES:
            times = world.scalars[Kind.DAY] | world.scalars[Kind.INSTANT]
            return st.lists(times, min_size=1, max_size=3).map(tuple)
        case "is_in":
            members = weighted((5, world.scalars[kind]), (1, any_scalar))
            return st.lists(members, min_size=1, max_size=3).map(tuple)
        case "between":
            return st.tuples(world.scalars[kind], world.scalars[kind]).map(_in_order)
        case "==" | "<" | "<=" | ">" | ">=" | "contains" | "starts_with" | "ends_with":
            return world.scalars[kind]
        case _:
            assert_never(operator)


def _in_order(pair: tuple[Scalar, Scalar]) -> tuple[Scalar, ...]:
    return tuple(sorted(pair, key=_comparable))


def _comparable(scalar: Scalar) -> Any:  # noqa: ANN401 - of the kind of the scalar
    return normalize(scalar)[1]
