"""What each condition says as time passes, if nothing new happens."""

from segkit.timelines.conditions import NextChange, find_next_change, timeline_of

__all__ = ["NextChange", "find_next_change", "timeline_of"]
