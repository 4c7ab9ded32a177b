"""Many contacts at once: who is in a segment, and how many were, by one pass over a source."""

from segkit.audience.evaluator import Evaluator
from segkit.audience.members import Audience, Size

__all__ = ["Audience", "Evaluator", "Size"]
