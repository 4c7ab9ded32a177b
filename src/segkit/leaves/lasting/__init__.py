"""How long verdicts last: what each condition says as time passes, if nothing new happens."""

from segkit.leaves.lasting.ahead import NextChange, look_ahead
from segkit.leaves.lasting.conditions import course_of
from segkit.leaves.lasting.courses import Course

__all__ = ["Course", "NextChange", "course_of", "look_ahead"]
