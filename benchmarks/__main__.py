"""Every question, one table each: `python benchmarks`.

With `--keep` the tables, the summary and the figure are written to where they are read.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import against_peers
import attributes
import compiling
import figure
import importing
import lasting
import windows
from harness import command_line, effort_of
from peers import PEERS
from report import Row, machine, table

README: Final = Path(__file__).parent / "README.md"
PAGE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"

_BEGIN: Final = "<!-- `python benchmarks --keep` writes from here -->\n"
_END: Final = "<!-- to here -->\n"
_QUESTIONS: Final = (attributes, windows, against_peers, compiling, lasting, importing)


def main() -> None:
    """Measure, print, and keep if asked to."""
    parser = command_line(__doc__)
    parser.add_argument("--keep", action="store_true", help="write the pages and the figure")
    asked = parser.parse_args()

    parts = [machine(["attrs", "python-dateutil", *(kind.distribution for kind in PEERS)])]
    print(parts[0])
    answers: dict[str, list[Row]] = {}
    for question in _QUESTIONS:
        title = question.__name__.replace("_", " ").capitalize()
        answers[title] = question.rows(effort_of(asked))
        text = (question.__doc__ or "").strip()
        parts.append(f"### {title}\n\n{text}\n\n{table(answers[title])}")
        print(f"\n{parts[-1]}", flush=True)
    if asked.keep:
        _write(README, "\n\n".join(parts))
        _write(PAGE, _summary(answers.values()))
        figure.draw(answers["Against peers"], PAGE.with_suffix(".svg"))


def _summary(answers: Iterable[list[Row]]) -> str:
    """The rows that a bar is set for, without the bars: what the page is about."""
    barred = [row for rows in answers for row in rows if row.bar]
    return table([replace(row, bar="", is_held=None, remark="") for row in barred])


def _write(page: Path, text: str) -> None:
    """Put *text* where the page has a place for it."""
    before, begin, rest = page.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
