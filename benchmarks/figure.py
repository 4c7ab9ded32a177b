"""The figures of docs/explanation/performance.md.

`draw` shows the time per contact, by library, and `draw_bulk` the time of many contacts and
segments, as a ratio to the time of the code by hand.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from report import Row, format_seconds

__all__ = ["draw", "draw_bulk"]

_TITLES: Final = {
    "five tests": "Five tests of attributes",
    "two windows": "Two windows over 50 events",
}
_BULK_TITLES: Final = {
    "cold, from objects": "Cold: from lists of objects",
    "streamed from a source": "Streamed from a source",
    "warm, another now": "Warm: evaluated again",
}
_BULK_CANDIDATES: Final = ("by hand", "segkit", "polars", "pandas", "duckdb")
_SEGKIT: Final = "#0a6b62"
_BY_HAND: Final = "#22262b"
_OTHERS: Final = "#7f9bb8"


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw the rows of `against_peers` that have a time, the shortest time on top."""
    figure, panels = _subplots(len(_TITLES), 3.6)
    for panel, (case, title) in zip(panels, _TITLES.items(), strict=True):
        timed = [(row.seconds, row.candidate) for row in rows if row.case == case and row.seconds]
        _dots(panel, sorted(timed, reverse=True))
        panel.set_title(title)
    _save(figure, path)


def draw_bulk(rows: Sequence[Row], path: Path) -> None:
    """Draw the rows of `bulk` as bars: the ratio of each time to the time by hand."""
    figure, panels = _subplots(len(_BULK_TITLES), 2.4, sharex=True, sharey=True)
    for panel, (case, title) in zip(panels, _BULK_TITLES.items(), strict=True):
        timed = {
            row.candidate: 1.0 if row.ratio is None else row.ratio.median
            for row in rows
            if row.case == case and row.candidate in _BULK_CANDIDATES and row.seconds
        }
        _bars(panel, timed)
        panel.set_title(title)
    _save(figure, path)


def _subplots(columns: int, height: float, **options: bool) -> tuple[Any, Any]:
    """Return a new figure and its panels, side by side."""
    matplotlib = import_module("matplotlib")
    # The file contains no date and no random id, so it changes only when a time does.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "segkit", "font.size": 9})
    pyplot = import_module("matplotlib.pyplot")
    figure, panels = pyplot.subplots(1, columns, figsize=(9, height), **options)
    return figure, panels


def _save(figure: Any, path: Path) -> None:  # noqa: ANN401 - matplotlib's
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    text = path.read_text("utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", "utf-8")


def _bars(panel: Any, timed: Mapping[str, float]) -> None:  # noqa: ANN401 - matplotlib's
    names = _BULK_CANDIDATES[::-1]  # the first one on top
    ratios = [timed.get(name, 0.0) for name in names]
    panel.barh(names, ratios, color=[_colour(name) for name in names], height=0.62, zorder=2)
    for name in names:
        label = f"{timed[name]:.2f}" if name in timed else "not measured"
        panel.annotate(
            label, (timed.get(name, 0.0), name), xytext=(4, 0), textcoords="offset points",
            va="center", color=_BY_HAND if name in timed else _OTHERS,
        )  # fmt: skip
    panel.margins(x=0.18)  # space for the labels
    panel.axvline(1.0, color="#e4e8ec", zorder=0)
    panel.set_xlabel("ratio to the time by hand")
    _plain_frame(panel)


def _dots(panel: Any, timed: Sequence[tuple[float, str]]) -> None:  # noqa: ANN401 - matplotlib's
    seconds = [time for time, _ in timed]
    names = [name for _, name in timed]
    colours = [_colour(name) for name in names]
    # Dots, not bars: the length of a bar has no meaning on a logarithmic axis.
    panel.scatter(seconds, names, c=colours, s=40, zorder=2)
    for time, name in timed:
        panel.annotate(
            format_seconds(time),
            (time, name),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
        )
    panel.set_xscale("log")
    panel.set_xlim(min(seconds) / 2, max(seconds) * 12)  # space for the labels
    decades = [10.0**power for power in range(-8, 1)]
    panel.set_xticks([time for time in decades if min(seconds) / 2 <= time <= max(seconds) * 12])
    panel.xaxis.set_major_formatter(lambda time, _: _decade(time))
    panel.minorticks_off()
    panel.grid(axis="x", color="#e4e8ec", zorder=0)
    panel.set_xlabel("time per contact, logarithmic")
    _plain_frame(panel)


def _plain_frame(panel: Any) -> None:  # noqa: ANN401 - matplotlib's
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(length=0)


def _decade(time: float) -> str:
    number, unit = format_seconds(time * 1.001).split()  # 1e-6 times a little is at least 1 us
    return f"{float(number):.0f} {unit}"


def _colour(name: str) -> str:
    if name.startswith("segkit"):
        return _SEGKIT
    return _BY_HAND if name == "by hand" else _OTHERS
