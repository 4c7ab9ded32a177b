"""The source of a compiled condition while it is built, and the constants that it refers to.

No text of a condition ever appears in its source: each value gets a name, ``k0``, ``k1``... So
nothing has to be escaped, and all conditions of one shape share one source, which Python compiles
once. Both ``in_list("vip")`` and ``in_list("news")`` become ::

    (k0 in lists)
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

from segkit.model.conditions import LeafCondition
from segkit.model.time_spans import Window
from segkit.operations.compilation.runtime import RUNTIME

_MAX_SOURCES: Final = 512
"""How many compiled sources are cached; the source of a dozen leaves takes some kilobytes."""

_PLACEHOLDER: Final = re.compile(r"<(\d+)>")


@attrs.frozen
class CountTest:
    """The test whether a number of events, or more, happened in a window.

    Attributes:
        names: The constants of the events' names.
        bounds: The variables of the first and the last instant of the window.
        number: The number itself.
        count: The constant of the number.
        position: The constant of the oldest of that number of events, as a negative index.
    """

    names: tuple[str, ...]
    bounds: tuple[str, str]
    number: int
    count: str
    position: str


@attrs.define(eq=False)
class SourceBuilder:
    """Collects what the source of one condition needs besides its expression.

    Attributes:
        namespace: The globals of the generated code: the `RUNTIME` names and the constants.
        windows: The windows, and whether of events; the number is part of the bounds' names.
        counts: The count tests, in the order of their placeholders.
        declined: The leaves without an expression of their own: the reference evaluates them.
        functions: The lines of the generated functions that test one event.
        needs_attributes: Whether the attributes of the contact are read.
        needs_lists: Whether the lists of the contact are read.
        needs_history: Whether more of the events is read than their names and instants.
    """

    namespace: dict[str, Any] = attrs.field(factory=lambda: dict(RUNTIME))
    windows: dict[tuple[Window, bool], int] = attrs.field(factory=dict[tuple[Window, bool], int])
    counts: list[CountTest] = attrs.field(factory=list[CountTest])
    declined: list[LeafCondition] = attrs.field(factory=list[LeafCondition])
    functions: list[str] = attrs.field(factory=list[str])
    needs_attributes: bool = False
    needs_lists: bool = False
    needs_history: bool = False
    _text_constants: dict[str, str] = attrs.field(factory=dict[str, str])
    _variables: int = 0

    def constant(self, value: object) -> str:
        """Return a new name for *value*."""
        name = f"k{len(self.namespace) - len(RUNTIME)}"
        self.namespace[name] = value
        return name

    def text_constant(self, value: str) -> str:
        """Return the one name for a text, so that equal texts can be told by their names."""
        if value not in self._text_constants:
            self._text_constants[value] = self.constant(value)
        return self._text_constants[value]

    def variable(self, prefix: str) -> str:
        """Return the name of a new local variable."""
        self._variables += 1
        return f"{prefix}_{self._variables}"

    def bounds(self, window: Window, *, of_events: bool = False) -> tuple[str, str]:
        """Return the variables of the first and the last instant of *window*, both included."""
        number = self.windows.setdefault((window, of_events), len(self.windows))
        return f"first_{number}", f"last_{number}"

    def count_placeholder(self, names: tuple[str, ...], window: Window, number: int) -> str:
        """Return a placeholder for the test whether *number* events happened in *window*.

        Events are counted in one way in a `History` and in another way in a list, so one
        expression with placeholders serves both: see `fill_counts`.
        """
        self.counts.append(
            CountTest(
                names=tuple(map(self.text_constant, names)),
                bounds=self.bounds(window, of_events=True),
                number=number,
                count=self.constant(number),
                position=self.constant(-number),
            )
        )
        return f"<{len(self.counts) - 1}>"

    def fill_counts(self, expression: str, count_expression: Callable[[CountTest], str]) -> str:
        """Return *expression* with each placeholder replaced by ``count_expression(test)``."""
        if not self.counts:
            return expression
        filled = list(map(count_expression, self.counts))
        return _PLACEHOLDER.sub(lambda placeholder: filled[int(placeholder[1])], expression)

    def event_function(self, prefix: str, body: list[str]) -> str:
        """Add a function of one event and return its name."""
        name = f"{prefix}_{len(self.functions)}"
        self.functions += [f"def {name}(event):", *(f"    {line}" for line in body)]
        return name


@lru_cache(_MAX_SOURCES)
def compile_source(source: str) -> CodeType:
    """Return the code of *source*; tracebacks show its lines as long as the code is in use."""
    filename = f"<segkit compiled {hash(source):x}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    # Without a modification time in its entry, linecache does not search for the file on disk.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(code, linecache.cache.pop, filename, None)
    return code
