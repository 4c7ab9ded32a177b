"""Every question, one table each: `python benchmarks`.

With `--keep` the tables replace those in benchmarks/README.md, and the figure in docs/ is drawn
anew.
"""

from pathlib import Path
from types import ModuleType
from typing import Final

import against_peers
import attributes
import compiling
import figure
import importing
import windows
from harness import Effort, command_line, effort_of
from peers import PEERS
from report import Row, machine, table

README: Final = Path(__file__).parent / "README.md"
FIGURE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "performance.svg"
MARK: Final = "<!-- What `python benchmarks --keep` prints stands below this line. -->\n"

_QUESTIONS: Final = (attributes, windows, against_peers, compiling, importing)


def main() -> None:
    """Measure, print, and keep if asked to."""
    parser = command_line(__doc__)
    parser.add_argument("--keep", action="store_true", help="write README.md and the figure")
    asked = parser.parse_args()

    parts = [machine(["attrs", "python-dateutil", *(kind.distribution for kind in PEERS)])]
    print(parts[0])
    for question in _QUESTIONS:
        part, rows = _answered(question, effort_of(asked))
        print(part, flush=True)
        parts.append(part)
        if asked.keep and question is against_peers:
            figure.draw(rows, FIGURE)
    if asked.keep:
        before, mark, _ = README.read_text("utf-8").partition(MARK)
        README.write_text("\n".join([before + mark, *parts, ""]), "utf-8")


def _answered(question: ModuleType, effort: Effort) -> tuple[str, list[Row]]:
    rows: list[Row] = question.rows(effort)
    title = question.__name__.replace("_", " ").capitalize()
    return f"\n### {title}\n\n{(question.__doc__ or '').strip()}\n\n{table(rows)}", rows


if __name__ == "__main__":
    main()
