"""A sheet of generated source: its lines, and the values they speak of by a made-up name.

No text of the condition ever stands in the source. So nothing has to be escaped, and two
conditions of one shape have one source, which Python compiles once.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from types import CodeType
from typing import Any, Final

import attrs

from segkit.model.windows import Window
from segkit.operations.compilation.support import SUPPORT

__all__ = ["Sheet", "code_of"]

_MOST_SOURCES: Final = 512
"""Compiled sources that are kept; one is a few kilobytes."""


@attrs.define(eq=False)
class Sheet:
    """The source being written, and what its names stand for."""

    names: dict[str, Any] = attrs.field(factory=lambda: dict(SUPPORT))
    windows: list[tuple[Window, bool]] = attrs.field(factory=list[tuple[Window, bool]])
    """The windows looked through, and whether of events; the place is in the names of the ends."""
    event_names: set[str] = attrs.field(factory=set[str])
    """The names of the events whose instants are looked at."""
    looks_at_events: bool = False
    """Whether more of an event than its instant is looked at."""
    functions: list[str] = attrs.field(factory=list[str])

    def name(self, value: object, sort: str = "k") -> str:
        """A name for *value* in the source."""
        made_up = f"{sort}{len(self.names)}"
        self.names[made_up] = value
        return made_up

    def ends(self, window: Window, *, of_events: bool = False) -> tuple[str, str]:
        """The names of the first and the last instant of *window*, both included."""
        if (window, of_events) not in self.windows:
            self.windows.append((window, of_events))
        place = self.windows.index((window, of_events))
        return f"first_{place}", f"last_{place}"

    def function(self, name: str, body: list[str]) -> str:
        """The name of a function of one event, to stand before the one being written."""
        made_up = f"{name}_{len(self.functions)}"
        self.functions += [f"def {made_up}(event):", *(f"    {line}" for line in body)]
        return made_up


@lru_cache(_MOST_SOURCES)
def code_of(source: str) -> tuple[CodeType, Loader]:
    """*source*, compiled; and what shows its lines in a traceback."""
    filename = f"segkit-compiled-{zlib.crc32(source.encode()):08x}.py"
    return compile(source, filename, "exec", dont_inherit=True), Loader(source)


@attrs.frozen(eq=False)
class Loader:
    """Shows generated lines in tracebacks: `linecache` asks it, should it ever need them."""

    source: str

    def get_source(self, _: str) -> str:
        """The source of the module of that name."""
        return self.source
