"""Timelines: the verdict of each condition over time, if no fact changes."""

from segkit.timelines.conditions import (
    NextChange,
    first_change,
    steps_for_events,
    timeline_of,
    timeline_of_observation,
)

__all__ = [
    "NextChange",
    "first_change",
    "steps_for_events",
    "timeline_of",
    "timeline_of_observation",
]
