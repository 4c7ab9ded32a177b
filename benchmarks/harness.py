"""Timing: the candidates take turns, and are compared within each round.

Another process slows down whichever candidate runs at that moment. So the candidates run in short
turns, in many rounds. Each round gives one ratio for each pair of candidates, and the result is the
median of the ratios. Time is the CPU time of the thread, unless another clock is passed.
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
    "Candidate",
    "Disagreement",
    "Effort",
    "Spread",
    "Times",
    "argument_parser",
    "check",
    "check_and_measure",
    "effort_from",
    "loop_over",
    "measure",
    "parse_effort",
    "wrong_answers",
]

Candidate: TypeAlias = tuple[Callable[..., object], Sequence[tuple[Any, ...]]]
"""A function to time, and its arguments for each contact."""

Pass: TypeAlias = Callable[[], object]
"""A function that evaluates all contacts once."""

Clock: TypeAlias = Callable[[], int]
"""A function that returns nanoseconds."""


@dataclass(frozen=True)
class Effort:
    """The effort of a measurement: the number of rounds, and the minimum seconds of a turn."""

    rounds: int = 101
    seconds: float = 0.005


SMOKE = Effort(rounds=1, seconds=0.0)
"""Checks of the answers without a measurement: the tests run this."""


def parse_effort(description: str | None) -> Effort:
    """Return the effort that the command line specifies."""
    return effort_from(argument_parser(description).parse_args())


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all scripts share."""
    default = Effort()
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=default.rounds)
    parser.add_argument(
        "--seconds", type=float, default=default.seconds, help="minimum time of a turn"
    )
    parser.add_argument("--smoke", action="store_true", help="check the answers, measure nothing")
    return parser


def effort_from(options: argparse.Namespace) -> Effort:
    """Return the effort that parsed options specify."""
    return SMOKE if options.smoke else Effort(options.rounds, options.seconds)


@dataclass(frozen=True)
class Spread:
    """The median of some ratios, the least and the greatest."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        digits = 2 if self.median >= 0.01 else 4  # 0.00 would say nothing
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}..{self.most:.{digits}f})"


@dataclass(frozen=True)
class Times:
    """The seconds of one pass, by candidate and round."""

    of: Mapping[str, Sequence[float]]

    def seconds(self, name: str) -> float:
        """Return the median over the rounds."""
        return statistics.median(self.of[name])

    def ratio(self, name: str, to: str) -> Spread:
        """Return the time of *name* divided by the time of *to*, round by round."""
        pairs = zip(self.of[name], self.of[to], strict=True)
        ratios = [seconds / other_seconds for seconds, other_seconds in pairs]
        return Spread(statistics.median(ratios), min(ratios), max(ratios))


def measure(
    passes: Mapping[str, Pass],
    effort: Effort,
    clock: Clock = time.thread_time_ns,
    before: Mapping[str, Pass] | None = None,
) -> Times:
    """Return the times of the candidates, which run in another order in each round.

    A candidate that has a function in *before* runs it before each pass. Its time is not measured.
    """
    before = before or {}
    per_turn = {
        name: _passes_per_turn(run, effort, clock, before.get(name)) for name, run in passes.items()
    }
    measured: dict[str, list[float]] = {name: [] for name in passes}
    names = list(passes)
    random = Random(1)  # noqa: S311 - not for secrets; no candidate has a fixed predecessor
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(effort.rounds):
            gc.collect()
            random.shuffle(names)
            for name in names:
                seconds = _seconds(passes[name], per_turn[name], clock, before.get(name))
                measured[name].append(seconds / per_turn[name])
    finally:
        if was_collecting:
            gc.enable()
    return Times(measured)


def _seconds(run: Pass, passes: int, clock: Clock, before: Pass | None) -> float:
    repeated = range(passes)
    if before is not None:
        spent = 0
        for _ in repeated:
            before()
            began = clock()
            run()
            spent += clock() - began
        return (spent or 1) / 1e9
    began = clock()
    for _ in repeated:
        run()
    return (clock() - began or 1) / 1e9


def _passes_per_turn(run: Pass, effort: Effort, clock: Clock, before: Pass | None) -> int:
    """Return how many passes fill a turn; the search also warms up the code."""
    passes = 1
    while _seconds(run, passes, clock, before) < effort.seconds:
        passes *= 2
    return passes


# --- passes ---------------------------------------------------------------------------------------


def loop_over(calls: Sequence[tuple[Any, ...]], function: Callable[..., object]) -> Pass:
    """Return a pass that calls *function* with each of *calls*, which are all of one length.

    Every pass has a loop with bytecode of its own. CPython specializes a call for the function that
    is called there, and would have to specialize it anew in a loop that candidates share.
    """
    if len(calls[0]) == 1:
        return _with_own_code(_loop_of_one)([argument for (argument,) in calls], function)
    return _with_own_code(_loop_of_two)(calls, function)


def _with_own_code(function: Callable[..., Pass]) -> Callable[..., Pass]:
    code = function.__code__
    constants = tuple(
        constant.replace() if isinstance(constant, type(code)) else constant
        for constant in code.co_consts
    )
    return FunctionType(code.replace(co_consts=constants), function.__globals__)


def _loop_of_one(arguments: Sequence[Any], function: Callable[[Any], object]) -> Pass:
    def run() -> None:
        for argument in arguments:
            function(argument)

    return run


def _loop_of_two(calls: Sequence[tuple[Any, Any]], function: Callable[[Any, Any], object]) -> Pass:
    def run() -> None:
        for first, second in calls:
            function(first, second)

    return run


def check_and_measure(
    candidates: Mapping[str, Candidate], expected: Sequence[bool], effort: Effort
) -> Times:
    """Return the times of the candidates, whose answers are checked first.

    Raises:
        Disagreement: If a candidate gives another answer than expected.
    """
    for name, (function, calls) in candidates.items():
        check(name, calls, function, expected)
    passes = {name: loop_over(calls, function) for name, (function, calls) in candidates.items()}
    return measure(passes, effort)


# --- answers --------------------------------------------------------------------------------------


class Disagreement(Exception):  # noqa: N818 - it is a result, not a failure
    """A candidate gives another answer than the oracle, or raises."""


def check(
    name: str,
    calls: Sequence[tuple[Any, ...]],
    function: Callable[..., object],
    expected: Sequence[bool],
) -> None:
    """Raise an error if a candidate gives another answer than the oracle.

    Raises:
        Disagreement: With the number of wrong answers and the first of them.
    """
    wrong = wrong_answers(calls, function, expected)
    if wrong:
        problem = f"{name} gives {len(wrong)} of {len(calls)} wrong answers, first {wrong[0]}"
        raise Disagreement(problem)


def wrong_answers(
    calls: Sequence[tuple[Any, ...]], function: Callable[..., object], expected: Sequence[bool]
) -> list[str]:
    """Return the answers and exceptions of *function* where it should answer otherwise.

    An answer counts as yes if it is true in an ``if``: some peers return their last operand, or a
    match.
    """
    wrong: list[str] = []
    for arguments, verdict in zip(calls, expected, strict=True):
        try:
            answer = function(*arguments)
        except Exception as error:  # noqa: BLE001 - any exception is an answer of the candidate
            wrong.append(f"{type(error).__name__} instead of {verdict}")
        else:
            if bool(answer) is not verdict:
                wrong.append(f"{answer!r} instead of {verdict}")
    return wrong
