"""What `import segkit` costs, beside the import of attrs, which it needs.

Each run is a Python of its own. Its time is what `-X importtime` says of all the modules that the
statement brings in, and for whole processes what the system says of their CPU time.
"""

import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from harness import Effort, Times, effort
from report import Row, machine, table

__all__ = ["rows"]

_STATEMENTS: Final = {
    "attrs": "import attr",
    "attrs and dateutil": "import attr, dateutil.relativedelta",
    "segkit": "import segkit",
    "three names of it": "from segkit import attr, did, matches",
}
_REMARKS: Final = {
    "segkit": "loads its modules when a name is asked for",
    "three names of it": "loads what a first question needs",
}
_MOST_ROUNDS: Final = 21


def rows(effort: Effort) -> list[Row]:
    """The lines of this question."""
    imports = _race(_import_seconds, _STATEMENTS, effort)
    processes = _race(_process_seconds, {"nothing": "pass", **_STATEMENTS}, effort)
    lines = []
    for case, times, first in (("import", imports, "attrs"), ("process", processes, "nothing")):
        for name in times.of:
            ratio = None if name == first else times.ratio(name, first)
            remark = _REMARKS.get(name, "") if case == "import" else ""
            lines.append(Row(case, name, times.seconds(name), ratio, first, remark=remark))
    return lines


def _race(measure: Callable[[str], float], statements: dict[str, str], effort: Effort) -> Times:
    """Processes take turns, too; a first run of each writes the bytecode."""
    for statement in statements.values():
        measure(statement)
    measured: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(min(effort.rounds, _MOST_ROUNDS)):
        for name, statement in statements.items():
            measured[name].append(measure(statement))
    return Times(measured)


def _import_seconds(statement: str) -> float:
    run = subprocess.run(  # noqa: S603 - statements of our own
        [sys.executable, "-X", "importtime", "-c", statement],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    lines = [line.split(":", 1)[1].split("|") for line in run.stderr.splitlines() if "|" in line]
    names = [name.strip() for _, _, name in lines]
    # Before `site` has ended, Python sets itself up.
    own = lines[names.index("site") + 1 :]
    return sum(int(alone) for alone, _, _ in own) / 1e6


def _process_seconds(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)  # noqa: S603 - as above
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    asked = effort(__doc__)
    print(machine(["attrs", "python-dateutil"]))
    print(table(rows(asked)))
