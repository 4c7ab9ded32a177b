"""Sources of facts: the protocol that a host implements, and the store in memory."""

from segkit.sources.memory import MemorySource
from segkit.sources.protocol import Source, load_facts

__all__ = ["MemorySource", "Source", "load_facts"]
