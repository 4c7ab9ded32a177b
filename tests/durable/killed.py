"""A program that ends itself by SIGKILL at a statement, and is started again until it is done.

It starts itself anew by a fork, which is much faster than a new interpreter.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Final

from tests.durable.crashes import STEPS, Statements, small_batches
from tests.durable.sqlite_files import create, program_of

RUNS: Final = 25


class SentFile(list[str]):
    """Messages that no end of the program takes back."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def append(self, message: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{message}\n")


def run(folder: Path, statements: Statements) -> list[int]:
    """Take the steps that are not done yet; return the statements within handlers."""
    progress = folder / "progress"
    with program_of(folder / "segkit.db", statements) as (program, _):
        program.sent = SentFile(folder / "sent")
        for number in range(int(progress.read_text("utf-8")), len(STEPS)):
            STEPS[number].run(program)
            (folder / "next").write_text(str(number + 1), "utf-8")
            (folder / "next").replace(progress)
        return program.pauses


def prepare(folder: Path) -> None:
    """Create the files of a program that has done nothing yet."""
    folder.mkdir()
    create(folder / "segkit.db")
    (folder / "progress").write_text("0", "utf-8")
    (folder / "sent").touch()


def run_in_child(folder: Path, statements: Statements) -> int:
    """Run in a child process, and return its exit code: negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(folder, statements)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    """Print the exit codes of each run."""
    prepare(folder / "counted")
    counted = Statements()
    pauses = run(folder / "counted", counted)
    numbers = [1 + counted.count * run // RUNS for run in range(RUNS)]
    numbers += pauses[:: len(pauses) // 5]
    for run_number, number in enumerate(numbers):
        own = folder / f"run{run_number}"
        prepare(own)
        is_after = run_number % 2 == 1
        # The second process ends soon, in most cases during the recovery of the first.
        stops = [number, 1 + run_number, None]
        codes = [
            run_in_child(own, Statements(stop_at, is_after=is_after, end=kill)) for stop_at in stops
        ]
        print(json.dumps({"folder": str(own), "codes": codes}))  # noqa: T201 - read by the test


if __name__ == "__main__":
    with small_batches():
        main(Path(sys.argv[1]))
