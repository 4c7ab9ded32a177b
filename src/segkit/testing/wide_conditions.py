"""Conditions of every kind, asked of the names and values that `wide_facts` draws."""

from __future__ import annotations

from typing import Any, Final, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit.model.conditions import (
    Attribute,
    Condition,
    EventCondition,
    EventCount,
    ListMembership,
    Property,
)
from segkit.model.logic import And, Not, Or
from segkit.model.operators import Comparison, Operator, Scalar
from segkit.model.segment import Segment
from segkit.model.values import Kind, read
from segkit.model.windows import Window
from segkit.testing.wide_facts import EVENTS, LISTS, PATHS
from segkit.testing.wide_times import mostly, windows
from segkit.testing.wide_values import operands

__all__ = ["conditions", "segments"]

_IN_TIME: Final[tuple[Operator, ...]] = ("within", "==", "<", "<=", ">", ">=", "is_in", "is_set")
_OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.BOOLEAN: ("==", "is_in", "is_set"),
    Kind.NUMBER: ("==", "<", "<=", ">", ">=", "between", "is_in", "is_set"),
    Kind.TEXT: (
        "==", "<", "<=", ">", ">=", "between", "is_in",
        "contains", "starts_with", "ends_with", "is_set",
    ),
    Kind.DAY: _IN_TIME,
    Kind.INSTANT: _IN_TIME,
}  # fmt: skip
_FOLDING: Final = frozenset({"==", "is_in", "contains", "starts_with", "ends_with"})
_COUNTS: Final[tuple[tuple[int | None, int | None], ...]] = (
    (None, None), (1, None), (2, None), (0, None),
    (0, 0), (None, 0), (None, 1), (1, 1), (1, 2), (0, 2), (2, 3), (10**30, None),
)  # fmt: skip


def conditions(*, max_leaves: int = 4) -> SearchStrategy[Condition]:
    """Conditions of contacts: every leaf, operator, window and group, nested at random.

    They ask for the names and values that `contacts` and `events` draw, so that about half of them
    are true.

    Args:
        max_leaves: The most leaves in one condition, those within ``where`` not counted.

    >>> from hypothesis import given, settings
    >>> from segkit import matches
    >>> from segkit.testing import conditions, histories, instants
    >>> @given(conditions(), histories(), instants())
    ... @settings(max_examples=20)
    ... def nobody_is_in_and_out(condition, history, now):
    ...     inside = matches(condition, *history, now=now)
    ...     assert matches(~condition, *history, now=now) is not inside
    >>> nobody_is_in_and_out()
    """
    leaves = st.one_of(_attributes(), _memberships(), _event_counts())
    return st.recursive(leaves, _groups, max_leaves=max_leaves)


def segments(*, max_leaves: int = 4) -> SearchStrategy[Segment]:
    """Segments of random `conditions`, with few names.

    Args:
        max_leaves: As for `conditions`.

    >>> from hypothesis import find
    >>> from segkit.testing import segments
    >>> find(segments(), lambda segment: True).name
    'a'
    """
    names = mostly(st.sampled_from(("a", "b", "c")), st.text(st.characters(), min_size=1))
    return st.builds(Segment, names, conditions(max_leaves=max_leaves))


def _groups(inner: SearchStrategy[Condition]) -> SearchStrategy[Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


def _attributes() -> SearchStrategy[Attribute]:
    return st.sampled_from(PATHS).flatmap(
        lambda known: st.builds(Attribute, st.just(known[0]), _suited(known[1]))
    )


def _properties() -> SearchStrategy[Property]:
    return st.sampled_from(PATHS).flatmap(
        lambda known: st.builds(Property, st.just(known[0]), _suited(known[1]))
    )


def _memberships() -> SearchStrategy[ListMembership]:
    joined = st.sampled_from((Kind.DAY, Kind.INSTANT)).flatmap(_comparisons)
    in_time = joined.filter(lambda comparison: comparison.operator != "is_set")
    return st.builds(ListMembership, st.none() | st.sampled_from(LISTS), st.none() | in_time)


def _event_counts() -> SearchStrategy[EventCount]:
    where = st.recursive(_properties(), _groups, max_leaves=3)
    return st.builds(
        _counted,
        st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2).map(tuple),
        st.sampled_from(_COUNTS),
        windows(ahead=False),
        st.none() | cast("SearchStrategy[EventCondition]", where),
    )


def _counted(
    names: tuple[str, ...],
    counts: tuple[int | None, int | None],
    window: Window,
    condition: EventCondition | None,
) -> EventCount:
    return EventCount(names, *counts, window, condition)


def _suited(kind: Kind) -> SearchStrategy[Comparison]:
    """Comparisons that values of that kind mostly can satisfy."""
    suited = _comparisons(kind if kind in _OPERATORS else Kind.TEXT)
    return mostly(suited, st.sampled_from(tuple(_OPERATORS)).flatmap(_comparisons), 5)


@st.composite
def _comparisons(draw: DrawFn, kind: Kind) -> Comparison:
    word = draw(st.sampled_from(_OPERATORS[kind]))
    folded = word in _FOLDING and draw(st.booleans())
    match word:
        case "is_set":
            return Comparison(word)
        case "within":
            return Comparison(word, draw(windows(ever=False)))
        case "between":
            one, other = draw(operands(kind)), draw(operands(kind))
            return Comparison(word, (other, one) if _lies_after(one, other) else (one, other))
        case "is_in":
            others = st.sampled_from(tuple(_OPERATORS)).flatmap(operands)
            several = st.lists(mostly(operands(kind), others), max_size=3)
            return Comparison(word, tuple(draw(several)), ignore_case=folded)
        case _:
            return Comparison(word, draw(operands(kind)), ignore_case=folded)


def _lies_after(one: Scalar, other: Scalar) -> bool:
    readings: tuple[Any, Any] = read(one)[1], read(other)[1]
    return bool(readings[0] > readings[1])
