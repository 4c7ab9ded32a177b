"""A builder that source is written on: its parts, and the values they speak of by made-up names.

No text of the condition ever stands in the source. So nothing has to be escaped, and two
conditions of one shape have one source, which Python compiles once.
"""

from __future__ import annotations

import linecache
import re
import weakref
from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any, Final

import attrs

from segkit.model.time_spans import Window
from segkit.operations.compilation.runtime import RUNTIME

_MAX_SOURCES: Final = 512
"""Compiled sources that are kept; one is some kilobytes for a dozen tests."""

_PLACEHOLDER: Final = re.compile(r"<(\d+)>")


@attrs.frozen
class CountTest:
    """A number of events asked for, its parts but one by their names in the source."""

    names: tuple[str, ...]
    ends: tuple[str, str]
    number: int
    count: str
    place: str
    """The place, from behind, of the oldest of that number of events."""


@attrs.define(eq=False)
class SourceBuilder:
    """The source being written, and what its names stand for."""

    names: dict[str, Any] = attrs.field(factory=lambda: dict(RUNTIME))
    windows: dict[tuple[Window, bool], int] = attrs.field(factory=dict[tuple[Window, bool], int])
    """The windows looked through, and whether of events; the number is in the names of the ends."""
    counts: list[CountTest] = attrs.field(factory=list[CountTest])
    """The numbers of events asked for, each with a mark in the source."""
    needs_attributes: bool = False
    needs_lists: bool = False
    needs_history: bool = False
    """Whether more of the events is looked at than their names and instants."""
    functions: list[str] = attrs.field(factory=list[str])

    text_constants: dict[str, str] = attrs.field(factory=dict[str, str])

    def constant(self, value: object) -> str:
        """A name for *value* in the source."""
        made_up = f"k{len(self.names) - len(RUNTIME)}"
        self.names[made_up] = value
        return made_up

    def text_constant(self, value: str) -> str:
        """The one name for a text, by which a pass over events goes too."""
        if value not in self.text_constants:
            self.text_constants[value] = self.constant(value)
        return self.text_constants[value]

    def ends(self, window: Window, *, of_events: bool = False) -> tuple[str, str]:
        """The names of the first and the last instant of *window*, both included."""
        number = self.windows.setdefault((window, of_events), len(self.windows))
        return f"first_{number}", f"last_{number}"

    def count_placeholder(self, names: tuple[str, ...], window: Window, number: int) -> str:
        """The mark of a test whether *number* events happened in *window*."""
        self.counts.append(
            CountTest(
                names=tuple(map(self.text_constant, names)),
                ends=self.ends(window, of_events=True),
                number=number,
                count=self.constant(number),
                place=self.constant(-number),
            )
        )
        return f"<{len(self.counts) - 1}>"

    def fill_counts(self, source: str, say: Callable[[CountTest], str]) -> str:
        """*source* with what *say* says of each tally in the place of its mark."""
        said = list(map(say, self.counts))
        return _PLACEHOLDER.sub(lambda mark: said[int(mark[1])], source) if said else source

    def function(self, name: str, body: list[str]) -> str:
        """The name of a function of one event, to stand before the one being written."""
        made_up = f"{name}_{len(self.functions)}"
        self.functions += [f"def {made_up}(event):", *(f"    {line}" for line in body)]
        return made_up


@lru_cache(_MAX_SOURCES)
def compile_source(source: str) -> CodeType:
    """*source*, compiled; a traceback shows its lines for as long as the code is in use."""
    filename = f"<segkit compiled {hash(source):x}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    # An entry without a time of change is one that linecache does not look for on the disk.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(code, linecache.cache.pop, filename, None)
    return code
