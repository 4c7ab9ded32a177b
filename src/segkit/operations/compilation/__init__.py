"""compile_condition(): a condition as a Python function of its own, proven equal to `matches`."""

from segkit.operations.compilation.matcher import Matcher, compile_condition

__all__ = ["Matcher", "compile_condition"]
