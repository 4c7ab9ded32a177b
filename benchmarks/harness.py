"""Timing: contestants take turns, and are compared within each round.

A machine that is busy with other things slows down everybody who runs just then. So the contestants
run in short turns, one round after another, each round gives one ratio, and what counts is the
median of the ratios. The clock is that of the thread's own CPU time.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import FunctionType
from typing import Any, TypeAlias

__all__ = [
    "Disagreement",
    "Effort",
    "Spread",
    "Times",
    "check",
    "command_line",
    "contest",
    "effort",
    "effort_of",
    "over",
    "race",
    "wrong_answers",
]

Contestant: TypeAlias = tuple[Callable[..., object], Sequence[tuple[Any, ...]]]
"""Who is called, and with what, once for each contact."""

Pass: TypeAlias = Callable[[], object]
"""One go over everything that is asked: all contacts, once."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: the number of rounds, and the least time a turn takes."""

    rounds: int = 101
    seconds: float = 0.005


SMOKE = Effort(rounds=1, seconds=0.0)
"""No measurement, only the checks: what the tests run."""


def effort(description: str | None) -> Effort:
    """What the command line asks for."""
    return effort_of(command_line(description).parse_args())


def command_line(description: str | None) -> argparse.ArgumentParser:
    """The options that every script has."""
    usual = Effort()
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="least time of a turn")
    parser.add_argument("--smoke", action="store_true", help="check the answers, measure nothing")
    return parser


def effort_of(asked: argparse.Namespace) -> Effort:
    """How long to measure by these options."""
    return SMOKE if asked.smoke else Effort(asked.rounds, asked.seconds)


@dataclass(frozen=True)
class Spread:
    """The median of some ratios, and between which they lay."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}..{self.most:.2f})"


@dataclass(frozen=True)
class Times:
    """Seconds per pass of each contestant, one number per round."""

    of: Mapping[str, Sequence[float]]

    def seconds(self, name: str) -> float:
        """The median over the rounds."""
        return statistics.median(self.of[name])

    def ratio(self, name: str, to: str) -> Spread:
        """How many times as long as *to* it took, round by round."""
        ratios = [mine / theirs for mine, theirs in zip(self.of[name], self.of[to], strict=True)]
        return Spread(statistics.median(ratios), min(ratios), max(ratios))


def race(contestants: Mapping[str, Pass], effort: Effort) -> Times:
    """Let the contestants take turns, in another order each round."""
    turns = {name: _passes_per_turn(run, effort) for name, run in contestants.items()}
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    random = Random(1)  # noqa: S311 - not for secrets; nobody is to have a fixed neighbour
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(effort.rounds):
            gc.collect()
            random.shuffle(names)
            for name in names:
                measured[name].append(_seconds(contestants[name], turns[name]) / turns[name])
    finally:
        if was_collecting:
            gc.enable()
    return Times(measured)


def _seconds(run: Pass, passes: int) -> float:
    repeated = range(passes)
    began = time.thread_time_ns()
    for _ in repeated:
        run()
    return (time.thread_time_ns() - began or 1) / 1e9


def _passes_per_turn(run: Pass, effort: Effort) -> int:
    """How many passes fill a turn; finding out warms up as well."""
    passes = 1
    while _seconds(run, passes) < effort.seconds:
        passes *= 2
    return passes


# --- passes ---------------------------------------------------------------------------------------


def over(asked: Sequence[tuple[Any, ...]], call: Callable[..., object]) -> Pass:
    """A pass that calls *call* with each of *asked*, all of one or all of two arguments.

    Every pass has a loop of its own: CPython adapts a call to what is called there, and would have
    to unlearn it in a loop that several contestants share.
    """
    if len(asked[0]) == 1:
        return _fresh(_loop_of_one)([one for (one,) in asked], call)
    return _fresh(_loop_of_two)(asked, call)


def _fresh(function: Callable[..., Pass]) -> Callable[..., Pass]:
    code = function.__code__
    own = tuple(
        constant.replace() if isinstance(constant, type(code)) else constant
        for constant in code.co_consts
    )
    return FunctionType(code.replace(co_consts=own), function.__globals__)


def _loop_of_one(asked: Sequence[Any], call: Callable[[Any], object]) -> Pass:
    def run() -> None:
        for one in asked:
            call(one)

    return run


def _loop_of_two(asked: Sequence[tuple[Any, Any]], call: Callable[[Any, Any], object]) -> Pass:
    def run() -> None:
        for one, other in asked:
            call(one, other)

    return run


def contest(contestants: Mapping[str, Contestant], truth: Sequence[bool], effort: Effort) -> Times:
    """Let who answers as the oracle race.

    Raises:
        Disagreement: If somebody answers otherwise.
    """
    for name, (call, asked) in contestants.items():
        check(name, asked, call, truth)
    return race({name: over(asked, call) for name, (call, asked) in contestants.items()}, effort)


# --- answers --------------------------------------------------------------------------------------


class Disagreement(Exception):  # noqa: N818 - it says what happened
    """A contestant gives another answer than the oracle, or none."""


def check(
    name: str, asked: Sequence[tuple[Any, ...]], call: Callable[..., object], truth: Sequence[bool]
) -> None:
    """Refuse to time who answers otherwise than the oracle.

    Raises:
        Disagreement: It says for how many, and shows the first.
    """
    wrong = wrong_answers(asked, call, truth)
    if wrong:
        problem = f"{name} answers {len(wrong)} of {len(asked)} otherwise, first {wrong[0]}"
        raise Disagreement(problem)


def wrong_answers(
    asked: Sequence[tuple[Any, ...]], call: Callable[..., object], truth: Sequence[bool]
) -> list[str]:
    """What *call* answers, or raises, where it should answer otherwise.

    What is true in an ``if`` counts as yes: some peers give their last operand, or a match.
    """
    wrong: list[str] = []
    for arguments, true in zip(asked, truth, strict=True):
        try:
            answer = call(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever a contestant raises is its answer
            wrong.append(f"{type(error).__name__} instead of {true}")
        else:
            if bool(answer) is not true:
                wrong.append(f"{answer!r} instead of {true}")
    return wrong
