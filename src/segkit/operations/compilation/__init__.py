"""compile_condition(): a condition as a Python function that gives the verdicts of `matches`."""

from segkit.operations.compilation.matcher import Matcher, compile_condition

__all__ = ["Matcher", "compile_condition"]
