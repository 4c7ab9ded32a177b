"""The figures of docs/explanation/performance.md.

`draw` shows the time per contact, by library, and `draw_bulk` the time of many contacts and
segments, as a ratio to the time of the code by hand. `python benchmarks/figure.py` draws both again
from the times in benchmarks/README.md, and measures nothing.

The background is transparent and the colours can be read on white and on black, because pages have
a light and a dark mode. Texts are shapes, so that no font of a reader changes their width.
"""

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from harness import Spread
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
_SEGKIT: Final = "#12958a"
_BY_HAND: Final = "#d9730d"
_OTHERS: Final = "#7d93ad"
_TEXT: Final = "#7a828c"
_LINES: Final = "#7a828c40"  # a quarter of the opacity

_PAGES: Final = Path(__file__).parents[1] / "docs" / "explanation"
_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw the rows of `against_peers` that have a time, the shortest time on top."""
    figure, panels = _subplots(len(_TITLES), 4.2)
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
    matplotlib.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "segkit", "font.size": 9})
    parts = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    matplotlib.rcParams.update(dict.fromkeys(parts, _TEXT))
    pyplot = import_module("matplotlib.pyplot")
    figure, panels = pyplot.subplots(1, columns, figsize=(10, height), **options)
    return figure, panels


def _save(figure: Any, path: Path) -> None:  # noqa: ANN401 - matplotlib's
    figure.tight_layout(w_pad=3)
    figure.savefig(
        path, metadata={"Date": None}, transparent=True, bbox_inches="tight", pad_inches=0.1
    )
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
            va="center", color=_TEXT if name in timed else _OTHERS,
        )  # fmt: skip
    panel.margins(x=0.25)  # space for the labels
    panel.axvline(1.0, color=_LINES, zorder=0)
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
    least, most = min(seconds) / 2, max(seconds) * 40  # space for the labels
    panel.set_xlim(least, most)
    decades = [10.0**power for power in range(-8, 1)]
    panel.set_xticks([time for time in decades if least <= time <= most])
    panel.tick_params(axis="x", labelsize=7.5)
    panel.xaxis.set_major_formatter(lambda time, _: _decade(time))
    panel.minorticks_off()
    panel.grid(axis="x", color=_LINES, zorder=0)
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


# --- the times of an earlier measurement ---------------------------------------------------------


def kept_rows(page: str, title: str) -> list[Row]:
    """Return the rows of the table under a heading of benchmarks/README.md."""
    _, _, section = page.partition(f"### {title}\n")
    lines = section.partition("\n### ")[0].splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| ")]
    return [
        Row(case, candidate, _seconds(time), _spread(ratio))
        for _, case, candidate, time, ratio, *_ in cells[1:]
    ]


def _seconds(text: str) -> float | None:
    number, _, unit = text.partition(" ")
    return float(number) * _UNITS[unit] if number else None


def _spread(text: str) -> Spread | None:
    numbers = re.match(r"([\d.]+) \(([\d.]+)\.\.([\d.]+)\)", text)
    return Spread(*map(float, numbers.groups())) if numbers else None


def main() -> None:
    """Draw both figures from the times in benchmarks/README.md."""
    page = Path(__file__).with_name("README.md").read_text("utf-8")
    draw(kept_rows(page, "Against peers"), _PAGES / "performance.svg")
    draw_bulk(kept_rows(page, "Bulk"), _PAGES / "bulk.svg")


if __name__ == "__main__":
    main()
