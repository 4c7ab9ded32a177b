"""What each condition says as time passes, if nothing new happens."""

from segkit.timelines.conditions import NextChange, course_of, look_ahead

__all__ = ["NextChange", "course_of", "look_ahead"]
