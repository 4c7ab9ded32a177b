"""A program that is killed, or whose disk is full, continues as if nothing had happened."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from segkit.live.durable import Retries
from tests.durable.crashes import (
    STEPS,
    Apply,
    DeliverInTransaction,
    Rows,
    SetSegments,
    check_sent,
    check_state,
    report,
    small_batches,
)
from tests.durable.sqlite_files import (
    SETTINGS,
    Stage,
    attempt,
    program_of,
    restore,
    stages,
    state_of,
)

ROOT: Final = Path(__file__).parents[2]
FRAME: Final = 24 + 512
"""The size of a page in the log of SQLite."""


@pytest.fixture(scope="module", autouse=True)
def _small_batches() -> Iterator[None]:
    with small_batches():
        yield


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    return stages(tmp_path_factory.mktemp("undisturbed") / "segkit.db")


def test_a_program_that_is_killed_and_started_again_comes_to_the_same_end(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.durable.killed", str(tmp_path)]
    paths = os.pathsep.join([str(ROOT), *sys.path])
    run = subprocess.run(  # noqa: S603 - the file beside this one
        command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(lines) >= 30
    messages = [message for stage in undisturbed for message in stage.sent]
    kills = 0
    for line in lines:
        folder = Path(line["folder"])
        first, second, last = line["codes"]
        assert first == -9, line
        assert second in {-9, 0}, line
        assert last == 0, line
        kills += 1 + (second == -9)
        check_state(state_of(folder / "segkit.db"), undisturbed[-1].state, 2, line)
        check_sent((folder / "sent").read_text("utf-8").splitlines(), messages, 2, line)
    assert kills > 50
    report(f"SQLite: {kills:,} times SIGKILL in {len(lines):,} programs")


def test_after_a_full_disk_the_same_program_repeats_the_step(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    path, failures = tmp_path / "segkit.db", 0
    for number, step in enumerate(STEPS):
        if isinstance(step, DeliverInTransaction):
            continue  # An error is that of the handler: the next test.
        stage = undisturbed[number]
        pages = len(stage.content) // 512
        for more in range(100):
            restore(path, stage.content)
            settings = (*SETTINGS, f"PRAGMA max_page_count = {pages + more}")
            with program_of(path, settings=settings) as (program, storage):
                is_done = attempt(lambda: step.run(program), sqlite3.OperationalError)  # noqa: B023
                if not is_done:
                    failures += 1
                    check_unchanged(number, path, stage)
                    for connection in storage.connections:
                        connection.execute("PRAGMA max_page_count = 1000000")
                    step.run(program)
            check_state(state_of(path), undisturbed[number + 1].state, 1, (number, more))
            check_sent(program.sent, stage.sent, 1, (number, more))
            if is_done:
                break
    assert failures > 50
    report(f"SQLite: {failures:,} failures of a full disk")


def check_unchanged(number: int, path: Path, stage: Stage) -> None:
    if isinstance(STEPS[number], Apply | SetSegments):
        assert state_of(path) == stage.state, number


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_after_a_write_that_the_system_refused_the_same_program_repeats_the_step(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    path, failures = tmp_path / "segkit.db", 0
    for number, step in enumerate(STEPS):
        if isinstance(step, DeliverInTransaction):
            continue  # An error is that of the handler: the next test.
        stage = undisturbed[number]
        for frames in (0, 1, 4, 10, 25, 60):
            restore(path, stage.content)
            with program_of(path) as (program, _):
                assert program.live.next_wake is None or number > 0  # Opens the files.
                with limited_files(32 + frames * FRAME):
                    is_done = attempt(lambda: step.run(program), sqlite3.Error)  # noqa: B023
                if not is_done:
                    failures += 1
                    check_unchanged(number, path, stage)
                    step.run(program)
            check_state(state_of(path), undisturbed[number + 1].state, 1, (number, frames))
            check_sent(program.sent, stage.sent, 1, (number, frames))
            if is_done:
                break
    assert failures > 50


def test_a_delivery_that_found_the_disk_full_takes_place_once_when_there_is_space(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    path, failures = tmp_path / "segkit.db", 0
    for number, step in enumerate(STEPS):
        if not isinstance(step, DeliverInTransaction):
            continue
        stage = undisturbed[number]
        for more in range(100):
            restore(path, stage.content)
            settings = (*SETTINGS, f"PRAGMA max_page_count = {len(stage.content) // 512 + more}")
            with program_of(path, settings=settings) as (program, storage):
                program.retries = Retries(first_wait=timedelta(seconds=10))
                is_done = attempt(lambda: step.run(program), sqlite3.OperationalError)  # noqa: B023
                failed = [each for each in program.live.deliveries("pending") if each.error]
                # The error is that of the disk, and not one that followed from it.
                assert all("disk is full" in str(each.error) for each in failed)
                failures += len(failed) + (not is_done)
                for connection in storage.connections:
                    connection.execute("PRAGMA max_page_count = 1000000")
                program.later = timedelta(seconds=10)
                step.run(program)
            found, expected = state_of(path), undisturbed[number + 1].state
            assert sorted(found["mail"]) == sorted(expected["mail"]), more
            assert found["facts"] == expected["facts"], more
            assert of_outbox(found) == of_outbox(expected), more
            if is_done and not failed:
                break
    assert failures >= 2


def of_outbox(state: dict[str, Rows]) -> list[tuple[object, ...]]:
    """Return the transitions of an outbox with their states."""
    return sorted((*row[:4], row[5], row[8]) for row in state["outbox"])
