"""What each condition says as time passes, if no fact changes."""

from segkit.timelines.conditions import (
    NextChange,
    find_next_change,
    first_change,
    steps_for_events,
    timeline_of,
    timeline_of_observation,
)

__all__ = [
    "NextChange",
    "find_next_change",
    "first_change",
    "steps_for_events",
    "timeline_of",
    "timeline_of_observation",
]
