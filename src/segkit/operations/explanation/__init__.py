"""explain(): why a contact is in a segment, or is not."""

from segkit.operations.explanation.explain import Explanation, explain

__all__ = ["Explanation", "explain"]
