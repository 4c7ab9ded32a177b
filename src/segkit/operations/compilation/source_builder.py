"""SourceBuilder: the parts of a generated source that are collected while it is written.

The source of a condition contains no text of the condition: each value gets a name, ``k0``,
``k1``... So nothing has to be escaped, and all conditions of one shape share one source, which
Python compiles once. Both ``in_list("vip")`` and ``in_list("news")`` become ::

    (k0 in lists)
"""

from __future__ import annotations

import linecache
import weakref
from functools import lru_cache
from types import CodeType
from typing import Final

import attrs

from segkit.model.conditions import LeafCondition
from segkit.model.event_leaves import EventCount
from segkit.model.time_spans import Window

_MAX_SOURCES: Final = 512
"""How many compiled sources are cached; the source of a dozen leaves takes some kilobytes."""


@attrs.define(eq=False)
class SourceBuilder:
    """The parts of one source, without its expression.

    Attributes:
        constants: The values of the condition, by their names in the source.
        windows: A number for each window, which is part of the names of its bounds. Windows of
            events are separate: they end at now.
        counts: The leaf and the number for each placeholder ``{0}``, ``{1}``... in the expression:
            whether that number of events happened is tested in a `History` by one expression and
            in a list by another.
        declined: The leaves without an expression of their own: the reference evaluates them.
        functions: The lines of the functions that test one event.
        fields: The fields of the contact that the expression reads.
        needs_history: Whether more of the events is read than their names and instants.
    """

    constants: dict[str, object] = attrs.field(factory=dict[str, object])
    windows: dict[tuple[Window, bool], int] = attrs.field(factory=dict[tuple[Window, bool], int])
    counts: list[tuple[EventCount, int]] = attrs.field(factory=list[tuple[EventCount, int]])
    declined: list[LeafCondition] = attrs.field(factory=list[LeafCondition])
    functions: list[str] = attrs.field(factory=list[str])
    fields: set[str] = attrs.field(factory=set[str])
    needs_history: bool = False

    def constant(self, value: object) -> str:
        """Return a new name for *value*."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def bounds(self, window: Window, *, of_events: bool = False) -> tuple[str, str]:
        """Return the variables of the first and the last instant of *window*, both included."""
        number = self.windows.setdefault((window, of_events), len(self.windows))
        return f"first_{number}", f"last_{number}"


@lru_cache(_MAX_SOURCES)
def compile_source(source: str) -> CodeType:
    """Return the code of *source*; tracebacks show its lines as long as the code is in use."""
    filename = f"<segkit compiled {hash(source):x}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    # Without a modification time in its entry, linecache does not search for the file on disk.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(code, linecache.cache.pop, filename, None)
    return code
