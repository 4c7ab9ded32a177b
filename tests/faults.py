"""Deliberate faults: each is inserted into a copy of the source, and a test has to fail.

    python -m tests.faults              # all faults
    python -m tests.faults clock        # the faults in files whose path contains the word

A fault is one line changed as a programmer might change it: `>` for `>=`, a missing clamp, a bool
accepted as a number. One run of the tests without a fault records which test modules execute which
lines. Then the tests run on each copy: first the modules that execute the changed line, the fastest
ones first, then all. They stop at the first failure, or when one test takes too long: a fault may
make a loop endless. A fault that no test detects is printed as alive, and the exit status is 1. The
working tree is never changed.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from coverage import CoverageData

from tests.fault_list import FAULTS, Fault

ROOT = Path(__file__).parents[1]
FAST_SUITES = ("tests/unit", "tests/snapshots")
ALL_SUITES = ("tests/unit", "tests/laws", "tests/snapshots")
QUIET = ("-q", "-p", "no:cacheprovider", "--no-header")
MAX_SECONDS = 180  # for one test; without a fault, the slowest takes about a tenth of this
ENDS = ("-o", f"faulthandler_timeout={MAX_SECONDS}", "-o", "faulthandler_exit_on_timeout=true")


class Reach(NamedTuple):
    """The test modules that execute each line of the source, and how long they take."""

    executed: Mapping[str, Mapping[int, set[str]]]
    """By the path under src/segkit, then by the first line of a statement."""
    seconds: Mapping[str, float]

    def nearest(self, fault: Fault) -> list[str]:
        """Return the test modules that execute the changed line, the fastest ones first.

        A line that runs when the module is imported is executed by no test. Then the modules are
        ordered by the number of lines that they execute in the file.
        """
        lines = self.executed.get(fault.file, {})
        modules = lines.get(_statement_line(fault), set())
        if modules:
            return sorted(modules, key=lambda module: self.seconds.get(module, 0.0))
        count = Counter(module for modules in lines.values() for module in modules)
        return [module for module, _ in count.most_common()]


def _statement_line(fault: Fault) -> int:
    """Return the first line of the innermost statement that holds the changed line."""
    source = (ROOT / "src" / "segkit" / fault.file).read_text("utf-8")
    line = source[: source.index(fault.line.strip())].count("\n") + 1
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    return max(
        node.lineno for node in statements if node.lineno <= line <= (node.end_lineno or line)
    )


def record_reach() -> Reach:
    """Run the fast suites once, without a fault.

    Raises:
        SystemExit: If a test fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        data_file, report = Path(folder) / "coverage", Path(folder) / "report.xml"
        run = _pytest(
            ROOT, *FAST_SUITES, "-n", "auto", "--dist", "loadfile", "--cov", "--cov-report=",
            "--cov-fail-under=0", "-p", "tests.fault_contexts", f"--junitxml={report}",
            environment={"COVERAGE_FILE": str(data_file)},
        )  # fmt: skip
        if run.returncode != 0:
            raise SystemExit(f"the tests fail without a fault:\n{run.stdout}{run.stderr}")
        data = CoverageData(basename=str(data_file))
        data.read()
        executed: dict[str, dict[int, set[str]]] = {}
        for measured in data.measured_files():
            file = measured.replace(os.sep, "/").rpartition("/segkit/")[2]
            executed[file] = {
                line: {module for module in modules if module}
                for line, modules in data.contexts_by_lineno(measured).items()
            }
        seconds: dict[str, float] = defaultdict(float)
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it
            module = case.get("classname", "").replace(".", "/") + ".py"
            seconds[module] += float(case.get("time", "0"))
        return Reach(executed, seconds)


def detect(fault: Fault, reach: Reach) -> str:
    """Run the tests on a copy with *fault*, and return the first test that fails, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "src", copy / "src")
        for entry in ROOT.iterdir():
            if entry.name not in (".git", "src"):
                (copy / entry.name).symlink_to(entry)
        broken = copy / "src" / "segkit" / fault.file
        source = broken.read_text("utf-8")
        broken.write_text(source.replace(fault.line, fault.instead), "utf-8")
        return _first_failure(copy, reach.nearest(fault)) or _first_failure(copy, ALL_SUITES)


def _first_failure(copy: Path, paths: Iterable[str]) -> str:
    existing_paths = [path for path in paths if (ROOT / path).exists()]
    if not existing_paths:
        return ""
    run = _pytest(
        copy, "-x", "--no-cov", *ENDS, *existing_paths,
        environment={"PYTHONPATH": str(copy / "src")},
    )  # fmt: skip
    if run.returncode == 0:
        return ""
    if run.returncode not in (1, 2):  # neither a failed test nor an error of the collection
        raise SystemExit(f"pytest did not run: {run.stdout}{run.stderr}")
    lines = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if lines:
        return lines[0].partition(" ")[2].partition(" - ")[0]
    return f"a test of {MAX_SECONDS} seconds" if "Timeout" in run.stderr else "the collection"


def _pytest(
    folder: Path, *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the pytest of this environment
        [sys.executable, "-m", "pytest", *QUIET, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def main(words: list[str]) -> int:
    """Test every fault whose file contains all *words*; return 1 if a fault is alive."""
    chosen = [fault for fault in FAULTS if all(word in fault.file for word in words)]
    reach = record_reach()
    alive = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(detect, fault, reach): fault for fault in chosen}
        for number, outcome in enumerate(as_completed(running), start=1):
            fault, test = running[outcome], outcome.result()
            alive += not test
            sys.stdout.write(f"{number}/{len(chosen)} {fault.file}: {fault.why}\n")
            sys.stdout.write(f"    {test or 'ALIVE'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - alive} of {len(chosen)} faults were detected\n")
    return min(alive, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
