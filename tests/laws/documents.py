"""Random documents: of values, with random changes, and in the form that JSON stores return."""

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

__all__ = [
    "ANY_LENGTH",
    "Value",
    "changed",
    "collections",
    "iter_positions",
    "stored",
    "stored_values",
]

Value = Condition | Segment | Segments

ANY_LENGTH: Final = Limits(years=10**40)
"""The wide world has windows of more years than the calendar."""


@st.composite
def collections(draw: DrawFn) -> Segments:
    """Generate segments that refer to segments drawn before them, in any order."""
    drawn: list[Segment] = []
    for name in draw(st.permutations(("a", "b", "c", "\ud800"))):
        condition: Condition = draw(_LEAVES)
        if draw(_HAS_REFERENCE) and drawn:
            condition = And((condition, InSegment(draw(st.sampled_from(drawn)))))
        drawn.append(Segment(name, condition))
    shuffled: list[Segment] = draw(st.permutations(drawn))
    return Segments(shuffled)


_HAS_REFERENCE = st.booleans()
_LEAVES = event_counts() | event_values() | sequences()


def stored_values() -> SearchStrategy[Value]:
    """Generate every kind of value that can be stored, of the wide and the small world."""
    return st.one_of(
        conditions(), conditions(SMALL), segments(), collections(), st.sampled_from(EXAMPLES)
    ).filter(_has_no_surrogate_pair)


def _has_no_surrogate_pair(value: Value) -> bool:
    """Return whether no text contains a surrogate pair, which JSON decodes as one character."""
    return re.search(r"\\ud[89ab]\w\w\\ud[c-f]", repr(value)) is None


def stored(document: Any) -> Any:  # noqa: ANN401 - documents are made of anything
    """Return a document as a JSON store returns it: keys in another order, and no ``.0``."""
    if isinstance(document, dict):
        return {key: stored(document[key]) for key in sorted(document, reverse=True)}
    if isinstance(document, list):
        return [stored(item) for item in document]
    if isinstance(document, float) and document.is_integer():
        return int(document)
    return document


# --- documents with random changes ----------------------------------------------------------------

_ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2.5, 10**400, 1e300, float("nan"), float("inf"), "", "a", "\ud800",
    [], {}, [[]], {"int": "7"}, {"int": "07"}, {"decimal": "1.0"}, {"float": "1.0"}, {"day": "x"},
    {"day": "2024-02-29"}, {"instant": "2024-02-29T00:00:00+01:00"}, {"value_of": ["plan"]},
    {"first_value_of": ["plan"]}, {"days": 3}, {"type": "ever"}, {"type": "and", "parts": []},
    {"operator": "is_set"}, {"type": "in_segment", "name": "a"}, {"type": "list", "name": "vip"},
    "is_in", "==", "within", "ever", "last", "count", "not", "latest_at", "sum", "week", ["a", "b"],
)  # fmt: skip


def iter_positions(document: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Yield every position in a document: the container, and the key in the container."""
    for key in list(document) if isinstance(document, dict) else range(len(document)):
        yield document, key
        if isinstance(document[key], dict | list):
            yield from iter_positions(document[key])


@st.composite
def changed(draw: DrawFn) -> Any:  # noqa: ANN401 - it may be anything
    """Generate documents in which one to three parts are replaced, renamed or removed."""
    document = to_dict(draw(stored_values()))
    for _ in range(draw(st.integers(1, 3))):
        positions = list(iter_positions(document))
        if not positions:
            break
        container, key = draw(st.sampled_from(positions))
        other_container, other_key = draw(st.sampled_from(positions))
        match draw(st.integers(0, 4)):
            case 0:
                del container[key]
            case 1:
                container[key] = copy.deepcopy(other_container[other_key])
            case 2 if isinstance(other_key, str) and isinstance(container, dict):
                container[other_key] = container.pop(key)
            case 3 if isinstance(container, list):
                container.append(copy.deepcopy(other_container[other_key]))
            case _:
                container[key] = copy.deepcopy(draw(st.sampled_from(_ODD_VALUES)))
    return document
