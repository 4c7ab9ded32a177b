"""Random conditions for segkit's own tests, and the small world in which every edge is met."""

from tests.strategies.conditions import conditions, segments
from tests.strategies.edge_conditions import small_conditions
from tests.strategies.edge_world import SMALL_NOWS, small_histories
from tests.strategies.windows import windows

__all__ = [
    "SMALL_NOWS",
    "conditions",
    "segments",
    "small_conditions",
    "small_histories",
    "windows",
]
