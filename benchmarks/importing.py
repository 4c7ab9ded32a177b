"""The cost of `import segkit`, compared with the import of attrs, which it depends on.

Each run is a new Python process. The time of an import is the sum of `-X importtime` over all the
modules that the statement imports; the time of a process is its CPU time. All modules have
bytecode files, as they have after an installation by pip.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Final

from harness import Effort, Times, parse_effort
from report import Row, format_table, machine

__all__ = ["rows"]

_STATEMENTS: Final = {
    "attrs": "import attr",
    "attrs and dateutil": "import attr, dateutil.relativedelta",
    "segkit": "import segkit",
    "three names of segkit": "from segkit import attr, did, matches",
}
_REMARKS: Final = {
    "segkit": "modules are loaded when a name is used",
    "three names of segkit": "loads what a first evaluation needs",
}
_MAX_ROUNDS: Final = 21


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        # Where this is set, Python compiles the modules of a checkout in every process.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        imports = _measure(partial(_import_seconds, environment), _STATEMENTS, effort)
        statements = {"nothing": "pass", **_STATEMENTS}
        processes = _measure(partial(_process_seconds, environment), statements, effort)
    lines = []
    for case, times, first in (("import", imports, "attrs"), ("process", processes, "nothing")):
        for name in times.of:
            ratio = None if name == first else times.ratio(name, first)
            remark = _REMARKS.get(name, "") if case == "import" else ""
            target = "<= 2.5" if (case, name) == ("import", "three names of segkit") else ""
            lines.append(Row(case, name, times.seconds(name), ratio, first, target, remark=remark))
    return lines


def _measure(
    seconds_of: Callable[[str], float], statements: dict[str, str], effort: Effort
) -> Times:
    """Run the processes in turns; a first run of each writes the bytecode files."""
    for statement in statements.values():
        seconds_of(statement)
    measured: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(min(effort.rounds, _MAX_ROUNDS)):
        for name, statement in statements.items():
            measured[name].append(seconds_of(statement))
    return Times(measured)


def _import_seconds(environment: dict[str, str], statement: str) -> float:
    run = subprocess.run(  # noqa: S603 - the statements above
        [sys.executable, "-X", "importtime", "-c", statement],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    lines = [line.split(":", 1)[1].split("|") for line in run.stderr.splitlines() if "|" in line]
    names = [name.strip() for _, _, name in lines]
    # Up to `site`, Python imports modules for itself.
    imported = lines[names.index("site") + 1 :]
    return sum(int(alone) for alone, _, _ in imported) / 1e6


def _process_seconds(environment: dict[str, str], statement: str) -> float:
    command = [sys.executable, "-c", statement]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env=environment)  # noqa: S603 - the statements above
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine(["attrs", "python-dateutil"]))
    print(format_table(rows(effort)))
