"""Random conditions for the tests of segkit, and a world in which every bound is tested."""

from tests.strategies.conditions import conditions, segments
from tests.strategies.leaves import leaves
from tests.strategies.small_world import SMALL, SMALL_NOWS, small_histories
from tests.strategies.windows import windows

__all__ = [
    "SMALL",
    "SMALL_NOWS",
    "conditions",
    "leaves",
    "segments",
    "small_histories",
    "windows",
]
