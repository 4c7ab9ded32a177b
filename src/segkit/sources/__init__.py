"""Sources of facts: the protocol that a host implements, and the store in memory."""

from segkit.sources.column_store import ColumnMemory
from segkit.sources.memory import MemorySource
from segkit.sources.protocol import (
    Source,
    add_row_to_path,
    evaluate_contact,
    load_facts,
    load_rows,
)

__all__ = [
    "ColumnMemory",
    "MemorySource",
    "Source",
    "add_row_to_path",
    "evaluate_contact",
    "load_facts",
    "load_rows",
]
