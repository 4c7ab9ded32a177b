"""HTML display: a value at the end of a notebook cell calls the registered renderer.

The renderer is in `segkit.notebook`, which imports every class that it renders. The package
`segkit` registers it, so that no module has to import from a higher layer.
"""

from __future__ import annotations

from collections.abc import Callable

_renderers: list[Callable[[object], str]] = []


def register_renderer(render: Callable[[object], str]) -> None:
    """Make *render* the function that returns the HTML of every `HtmlDisplay`."""
    _renderers[:] = [render]


class HtmlDisplay:
    """A value that Jupyter shows as HTML, by the protocol of ``_repr_html_``."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """Return the HTML of this value, or ``None``, for which Jupyter shows the repr."""
        return _renderers[0](self) if _renderers else None
