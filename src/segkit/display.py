"""HTML display: a value at the end of a notebook cell asks the registered renderer for its HTML.

The renderer lives in `segkit.notebook`, which imports everything that it can show. `segkit` itself
registers it, so that no module below has to import upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Renderer: TypeAlias = Callable[[object], str]

_renderers: list[Renderer] = []


def register_renderer(render: Renderer) -> None:
    """Make *render* the function that `HtmlDisplay` asks for HTML."""
    _renderers[:] = [render]


class HtmlDisplay:
    """A value that Jupyter shows as HTML, by the protocol of ``_repr_html_``."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """The HTML of this value; ``None``, so that Jupyter takes the repr, without a renderer."""
        return _renderers[0](self) if _renderers else None
