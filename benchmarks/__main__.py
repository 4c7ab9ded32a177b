"""Every question, with one table each: `python benchmarks`.

With `--keep` the tables, the summary and the figures are written into the pages that show them.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import against_peers
import attributes
import bulk
import bulk_journey
import bulk_sizes
import changes_over_time
import compiling
import durable
import figure
import importing
import live
import long_lists
import observing
import windows
from harness import argument_parser, effort_from
from peers import PEERS
from report import Row, format_table, machine

README: Final = Path(__file__).parent / "README.md"
PAGE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"

_BEGIN: Final = "<!-- `python benchmarks --keep` writes from here -->\n"
_END: Final = "<!-- to here -->\n"
_QUESTIONS: Final = (
    attributes, windows, against_peers, compiling, changes_over_time,
    bulk, bulk_sizes, bulk_journey, live, durable, observing,
    long_lists, importing,
)  # fmt: skip


def main() -> None:
    """Measure and print, and with `--keep` write the pages."""
    parser = argument_parser(__doc__)
    parser.add_argument("--keep", action="store_true", help="write the pages and the figures")
    options = parser.parse_args()

    parts = [
        machine(["attrs", "python-dateutil", *(kind.distribution for kind in PEERS), *bulk.ENGINES])
    ]
    print(parts[0])
    tables: dict[str, list[Row]] = {}
    for question in _QUESTIONS:
        title = question.__name__.replace("_", " ").capitalize()
        tables[title] = question.rows(effort_from(options))
        text = (question.__doc__ or "").strip()
        parts.append(f"### {title}\n\n{text}\n\n{format_table(tables[title])}")
        print(f"\n{parts[-1]}", flush=True)
    if options.keep:
        _write(README, "\n\n".join(parts))
        _write(PAGE, _summary(tables.values()))
        figure.draw(tables["Against peers"], PAGE.with_suffix(".svg"))
        figure.draw_bulk(tables["Bulk"], bulk.FIGURE)


def _summary(tables: Iterable[list[Row]]) -> str:
    """Return the times with a target, without the targets: the subject of the page."""
    with_target = [row for rows in tables for row in rows if row.target and row.seconds]
    return format_table([replace(row, target="", is_held=None, remark="") for row in with_target])


def _write(page: Path, text: str) -> None:
    """Replace the generated part of *page* by *text*."""
    before, begin, rest = page.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
