"""How long verdicts last: what each condition says as time passes, if nothing new happens."""

from segkit.leaves.lasting.ahead import NextChange, look_ahead
from segkit.leaves.lasting.conditions import course_of

__all__ = ["NextChange", "course_of", "look_ahead"]
