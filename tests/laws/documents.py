"""Random documents: of values, changed at random, and as stores and browsers give them back."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from segkit import And, Condition, InSegment, Limits, Segment, Segments, to_dict
from segkit.testing import EXAMPLES
from tests.strategies import SMALL, conditions, segments
from tests.strategies.leaves import event_counts, event_values, sequences

__all__ = ["ANY_LENGTH", "Value", "changed", "collections", "stored", "stored_values", "within"]

Value = Condition | Segment | Segments

ANY_LENGTH: Final = Limits(years=10**40)
"""The wide world has windows of more years than the calendar."""


@st.composite
def collections(draw: DrawFn) -> Segments:
    """Segments that look into those drawn before them, in any order."""
    drawn: list[Segment] = []
    for name in draw(st.permutations(("a", "b", "c", "\ud800"))):
        inside: Condition = draw(_ALONE)
        if draw(_CHOICE) and drawn:
            inside = And((inside, InSegment(draw(st.sampled_from(drawn)))))
        drawn.append(Segment(name, inside))
    order: list[Segment] = draw(st.permutations(drawn))
    return Segments(order)


_CHOICE = st.booleans()
_ALONE = event_counts() | event_values() | sequences()


def stored_values() -> SearchStrategy[Value]:
    """Whatever can be stored, of both worlds."""
    return st.one_of(
        conditions(), conditions(SMALL), segments(), collections(), st.sampled_from(EXAMPLES)
    ).filter(_is_told_apart)


def _is_told_apart(value: Value) -> bool:
    """JSON takes two surrogates that make a pair for the one character that they are."""
    return re.search(r"\\ud[89ab]\w\w\\ud[c-f]", repr(value)) is None


def stored(document: Any) -> Any:  # noqa: ANN401 - documents are made of anything
    """A document as a store of JSON gives it back: its keys in another order, and no ``.0``."""
    if isinstance(document, dict):
        return {key: stored(document[key]) for key in sorted(document, reverse=True)}
    if isinstance(document, list):
        return [stored(item) for item in document]
    if isinstance(document, float) and document.is_integer():
        return int(document)
    return document


# --- changed at random ----------------------------------------------------------------------------

_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2.5, 10**400, 1e300, float("nan"), float("inf"), "", "a", "\ud800",
    [], {}, [[]], {"int": "7"}, {"int": "07"}, {"decimal": "1.0"}, {"float": "1.0"}, {"day": "x"},
    {"day": "2024-02-29"}, {"instant": "2024-02-29T00:00:00+01:00"}, {"value_of": ["plan"]},
    {"first_value_of": ["plan"]}, {"days": 3}, {"type": "ever"}, {"type": "and", "parts": []},
    {"operator": "is_set"}, {"type": "in_segment", "name": "a"}, {"type": "list", "name": "vip"},
    "is_in", "==", "within", "ever", "last", "count", "not", "latest_at", "sum", "week", ["a", "b"],
)  # fmt: skip


def within(document: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Every place in a document: what holds it, and its key there."""
    for key in list(document) if isinstance(document, dict) else range(len(document)):
        yield document, key
        if isinstance(document[key], dict | list):
            yield from within(document[key])


@st.composite
def changed(draw: DrawFn) -> Any:  # noqa: ANN401 - it may be anything
    """The document of a value in which one to three things were replaced, renamed or taken away."""
    document = to_dict(draw(stored_values()))
    for _ in range(draw(st.integers(1, 3))):
        places = list(within(document))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        other, other_key = draw(st.sampled_from(places))
        match draw(st.integers(0, 4)):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(other[other_key])
            case 2 if isinstance(other_key, str) and isinstance(holder, dict):
                holder[other_key] = holder.pop(key)
            case 3 if isinstance(holder, list):
                holder.append(copy.deepcopy(other[other_key]))
            case _:
                holder[key] = copy.deepcopy(draw(st.sampled_from(_ODD)))
    return document
