"""Strategies of which some are drawn more often than others."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["weighted"]

DrawnT = TypeVar("DrawnT")


def weighted(*choices: tuple[int, SearchStrategy[DrawnT]]) -> SearchStrategy[DrawnT]:
    """One of several strategies, each so many times as often as its number says.

    `st.one_of` takes a strategy that is given twice only once, and one that is an ``st.one_of``
    itself as all that is in it.
    """
    places = [place for place, (weight, _) in enumerate(choices) for _ in range(weight)]
    return _chosen(st.sampled_from(places), tuple(strategy for _, strategy in choices))


@st.composite
def _chosen(
    draw: DrawFn, places: SearchStrategy[int], strategies: tuple[SearchStrategy[DrawnT], ...]
) -> DrawnT:
    return draw(strategies[draw(places)])
