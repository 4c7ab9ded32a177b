"""Deliberate faults: each is put into a copy of the source, and a test has to notice it.

    python -m tests.faults              # all of them
    python -m tests.faults clock        # those in files whose path contains the word

A fault is one line changed in a way somebody might change it: `>` for `>=`, a clamp forgotten, a
bool taken for an int. The tests run on the copy, nearest first, and stop at the first that fails.
A fault no test notices is printed as alive, and the exit status is 1. The working tree is never
touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.fault_list import FAULTS, Fault

ROOT = Path(__file__).parents[1]
SUITES = ("unit", "laws", "snapshots", "architecture")
AT_ONCE = 2


class Outcome(NamedTuple):
    """What became of one fault."""

    fault: Fault
    noticed_by: str
    """The first test that failed; empty if none did."""


def notice(fault: Fault) -> Outcome:
    """Run the tests over a copy with *fault* in it until one fails."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "src", copy / "src")
        for name in ("tests", "pyproject.toml", "conftest.py", "README.md"):
            (copy / name).symlink_to(ROOT / name)
        broken = copy / "src" / "segkit" / fault.file
        source = broken.read_text()
        if source.count(fault.line) != 1:
            raise SystemExit(
                f"{fault.file} should hold this line once, the list is stale:\n{fault.line}"
            )
        broken.write_text(source.replace(fault.line, fault.instead))
        for suite in SUITES:
            if not (ROOT / "tests" / suite).is_dir():
                continue
            failed = _first_failure(copy, suite)
            if failed:
                return Outcome(fault, failed)
    return Outcome(fault, "")


def _first_failure(copy: Path, suite: str) -> str:
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header",
        "--no-cov", f"tests/{suite}",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(  # noqa: S603 - our own command
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode == 0:
        return ""
    if ran.returncode not in (1, 2):  # neither a failed test nor one that could not be collected
        raise SystemExit(f"pytest did not run: {ran.stdout}{ran.stderr}")
    lines = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0].partition(" ")[2].partition(" - ")[0] if lines else "collection"


def main(words: list[str]) -> int:
    """Try every fault whose file holds the words; 1 if one of them is alive."""
    chosen = [fault for fault in FAULTS if all(word in fault.file for word in words)]
    alive = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, outcome in enumerate(pool.map(notice, chosen), start=1):
            alive += not outcome.noticed_by
            said = f"{number}/{len(chosen)} {outcome.fault.file}: {outcome.fault.why}"
            sys.stdout.write(f"{said}\n    {outcome.noticed_by or 'ALIVE'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - alive} of {len(chosen)} faults were noticed\n")
    return min(alive, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
