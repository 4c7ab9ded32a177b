"""A crash at any statement loses nothing and repeats nothing, in a file of SQLite."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from segkit.live import Transition, TransitionId
from tests.durable.crashes import (
    STEPS,
    Crash,
    Memory,
    Statements,
    check_sent,
    check_state,
    report,
    small_batches,
)
from tests.durable.sqlite_files import (
    Stage,
    attempt,
    create,
    program_of,
    restore,
    stages,
    state_of,
)


@pytest.fixture(scope="module", autouse=True)
def _small_batches() -> Iterator[None]:
    with small_batches():
        yield


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    return stages(tmp_path_factory.mktemp("undisturbed") / "segkit.db")


def points(undisturbed: list[Stage]) -> list[tuple[int, int, bool]]:
    """Return each step with each of its statements, before and after it."""
    return [
        (number, statement, is_after)
        for number, stage in enumerate(undisturbed)
        for statement in range(1, stage.statements + 1)
        for is_after in (False, True)
    ]


def test_the_scenario_has_every_kind_of_state(undisturbed: list[Stage]) -> None:
    outbox = {row[0:4]: row for stage in undisturbed for row in stage.state["outbox"]}
    assert len(outbox) >= 30
    states = {row[8] for stage in undisturbed for row in stage.state["outbox"]}
    assert states == {"pending", "delivered", "dead"}
    assert len(undisturbed[-1].state["mail"]) >= 10
    assert len(undisturbed[-1].state["outbox"]) < len(outbox)


def test_after_a_crash_at_any_statement_the_repeated_step_has_the_same_result(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    path = tmp_path / "segkit.db"
    tried = points(undisturbed)
    assert len(tried) > 600
    report(f"SQLite: {len(tried):,} crashes, before and after each statement and in handlers")
    for point in tried:
        number, statement, is_after = point
        restore(path, undisturbed[number].content)
        with program_of(path, Statements(statement, is_after=is_after)) as (program, _):
            assert not attempt(lambda: STEPS[number].run(program), Crash), point  # noqa: B023
        is_last = statement == undisturbed[number].statements
        if is_after and not is_last and state_of(path) == undisturbed[number].state:
            continue  # As before the next statement.
        sent = program.sent
        with program_of(path) as (program, _):
            STEPS[number].run(program)
        check_state(state_of(path), undisturbed[number + 1].state, 1, point)
        check_sent(sent + program.sent, undisturbed[number].sent, 1, point)


def test_after_crashes_in_the_recovery_too_the_scenario_has_the_same_end(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    path = tmp_path / "segkit.db"
    random_ = random.Random(20220901)  # noqa: S311 - the same numbers each time
    for _ in range(8):
        restore(path, undisturbed[0].content)
        for number, step in enumerate(STEPS):
            crashes, sent = 0, []
            count = undisturbed[number].statements
            while True:
                stop_at = random_.randint(1, count) if crashes < 2 else None
                statements = Statements(stop_at, is_after=random_.random() < 0.5)
                with program_of(path, statements) as (program, _):
                    is_done = attempt(lambda: step.run(program), Crash)  # noqa: B023
                sent += program.sent
                if is_done:
                    break
                crashes += 1
            check_state(state_of(path), undisturbed[number + 1].state, 2 * number + 2, number)
            check_sent(sent, undisturbed[number].sent, crashes, number)


def test_after_a_statement_that_failed_the_same_program_repeats_the_step(
    undisturbed: list[Stage], tmp_path: Path
) -> None:
    def fail() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    path = tmp_path / "segkit.db"
    for point in points(undisturbed):
        number, statement, is_after = point
        if is_after or statement % 4:
            continue
        restore(path, undisturbed[number].content)
        with program_of(path, Statements(statement, end=fail)) as (program, _):
            program.statements = Statements()  # Only statements of the database fail.
            if not attempt(lambda: STEPS[number].run(program), sqlite3.OperationalError):  # noqa: B023
                STEPS[number].run(program)
        check_state(state_of(path), undisturbed[number + 1].state, 1, point)
        check_sent(program.sent, undisturbed[number].sent, 1, point)


def test_the_scenario_causes_the_transitions_of_a_live_in_memory(tmp_path: Path) -> None:
    path, memory = tmp_path / "segkit.db", Memory()
    create(path)
    found: dict[TransitionId, Transition[Any]] = {}
    with program_of(path) as (program, _):
        for step in STEPS:
            step.repeat_in_memory(memory)
            if found:
                program.live.advance(step.at)
            step.run(program)
            for delivery in reversed(program.live.deliveries(limit=1000)):
                found[delivery.transition.id] = delivery.transition
    assert len(found) > 30
    assert by_contact(found.values()) == by_contact(memory.log)


def by_contact(transitions: Iterable[Transition[Any]]) -> dict[Any, list[object]]:
    """Return what identifies transitions, their instants and sentences, contact by contact."""
    found: dict[Any, list[object]] = {}
    for each in transitions:
        key = (each.id, each.at, each.kind, str(each))
        found.setdefault(each.contact, []).append(key)
    return found
