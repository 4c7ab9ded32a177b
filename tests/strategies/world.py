"""The parameter of random conditions: the names, values and times that they use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, get_args

import attrs
from hypothesis.strategies import SearchStrategy

from segkit.model.comparisons import Anniversary, Place, Scalar
from segkit.model.time_spans import Duration, Window
from segkit.model.values import Kind
from segkit.testing.strategies import (
    EVENTS,
    LISTS,
    PATHS,
    USUAL_VALUES,
    durations,
)

SCALAR_KINDS: Final = (Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.INSTANT)


@attrs.frozen(eq=False)
class World:
    """The names, values and times from which conditions are drawn.

    Attributes:
        paths: Paths of attributes and of properties, each with its usual kinds of value.
        number_paths: Paths for the aggregates of numbers.
        event_names: Names of events.
        list_names: Names of lists.
        salts: Salts of samples.
        percents: Percentages of samples.
        scalars: Operands of each scalar kind.
        members: Operands for comparisons of collections.
        patterns: Regular expressions.
        places: Circles for ``within_km``.
        anniversaries: Ranges of days for ``anniversary``.
        durations: Lengths of windows, and of the time between two events.
        ends: Ends of `Between`.
        calendar_offsets: Offsets of `Calendar`.
        calendar_counts: Numbers of calendar units.
        window_weights: How often each class of window is drawn.
        within_weight: How often ``within`` is drawn, compared with another operator for times.
    """

    paths: tuple[tuple[tuple[str, ...], tuple[Kind, ...]], ...]
    number_paths: tuple[tuple[str, ...], ...]
    event_names: tuple[str, ...]
    list_names: tuple[str, ...]
    salts: tuple[str, ...]
    percents: tuple[float | Decimal, ...]
    scalars: Mapping[Kind, SearchStrategy[Scalar]]
    members: tuple[Scalar, ...]
    patterns: tuple[str, ...]
    places: tuple[Place, ...]
    anniversaries: tuple[Anniversary, ...]
    durations: SearchStrategy[Duration]
    ends: SearchStrategy[date | datetime]
    calendar_offsets: tuple[int, ...]
    calendar_counts: tuple[int, ...]
    window_weights: Mapping[type[Window], int]
    within_weight: int


WIDE: Final = World(
    paths=tuple((path, (kind,)) for path, kind in PATHS),
    number_paths=(("total",), ("total",), ("odd \ud800\n",), ("plan",)),
    event_names=(*EVENTS[:2] * 2, EVENTS[2]),
    list_names=LISTS,
    salts=("a", "b", "", "\ud800"),
    percents=(50, 10, 99.5, Decimal("33.3"), 0.01, 100),
    scalars={kind: USUAL_VALUES[kind] for kind in SCALAR_KINDS},
    members=("a", "b", "A", 1, 0, 2),
    patterns=("a", "^a", "b$", "^[ab]+$", "(?i)A", "", r"\d", "\u00e9"),
    places=tuple(
        Place(kilometers, latitude, longitude)
        for kilometers in (25, 0, 10.5, 9000, 30_000)
        for latitude in (48.85, 0, 90)
        for longitude in (2.35, 0, 180)
    ),
    anniversaries=tuple(
        Anniversary(first, first + more)
        for first in (0, -1, 1, -30, -10, 300, -(10**30))
        for more in (0, 1, 7, 30, 30, 60, 366, 10**30)
    ),
    durations=durations(),
    ends=USUAL_VALUES[Kind.DAY] | USUAL_VALUES[Kind.INSTANT],
    calendar_offsets=(*(0, -1, -2, 1) * 10, -6, -(10**6), 10**6, -(10**30), 10**30),
    calendar_counts=(*(1, 1, 1, 2, 3) * 8, 7, 10**6, 10**30),
    window_weights=dict.fromkeys(get_args(Window), 1),
    within_weight=2,
)
"""The names and values that `segkit.testing.histories` generates."""
