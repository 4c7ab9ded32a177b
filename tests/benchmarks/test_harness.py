"""The harness of the benchmarks checks answers before timing, and candidates take turns."""

import runpy
from pathlib import Path

import pytest

HARNESS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "harness.py"))


def test_a_candidate_with_a_wrong_answer_is_refused_by_name() -> None:
    calls = [(1,), (2,), (3,)]
    with pytest.raises(HARNESS["Disagreement"], match=r"half gives 1 of 3 wrong answers, first"):
        HARNESS["check"]("half", calls, lambda number: number > 1, [False, True, False])


def test_a_candidate_that_raises_is_refused() -> None:
    with pytest.raises(HARNESS["Disagreement"], match="ZeroDivisionError instead of True"):
        HARNESS["check"]("none", [(0,)], lambda number: 1 / number, [True])


def test_a_candidate_with_right_answers_is_accepted() -> None:
    HARNESS["check"]("all", [(0, 1), (1, 1)], lambda one, other: one == other, [False, True])


def test_a_ratio_is_taken_within_each_round() -> None:
    times = HARNESS["Times"]({"ours": [2.0, 40.0, 3.0], "theirs": [1.0, 10.0, 2.0]})
    assert str(times.ratio("ours", "theirs")) == "2.00 (1.50..4.00)"


def test_a_small_ratio_has_more_digits() -> None:
    times = HARNESS["Times"]({"ours": [0.003, 0.004, 0.002], "theirs": [1.0, 1.0, 1.0]})
    assert str(times.ratio("ours", "theirs")) == "0.0030 (0.0020..0.0040)"


def test_candidates_take_turns_in_another_order_each_round() -> None:
    turns: list[str] = []
    passes = {name: lambda name=name: turns.append(name) for name in "abc"}
    times = HARNESS["measure"](passes, HARNESS["Effort"](rounds=9, seconds=0.0))
    # The first pass of each candidate determines how many passes fill a turn.
    rounds = ["".join(turns[start : start + 3]) for start in range(3, len(turns), 3)]
    assert len(rounds) == 9
    assert {"".join(sorted(turn)) for turn in rounds} == {"abc"}
    assert len(set(rounds)) > 3
    assert {name: len(seconds) for name, seconds in times.of.items()} == {"a": 9, "b": 9, "c": 9}


def test_the_time_before_a_pass_is_not_measured() -> None:
    now, runs = [0], []

    def spend(seconds: int) -> None:
        now[0] += seconds * 10**9
        runs.append(seconds)

    passes = {"prepared": lambda: spend(2), "other": lambda: spend(3)}
    before = {"prepared": lambda: spend(50)}
    effort = HARNESS["Effort"](rounds=3, seconds=4.0)
    times = HARNESS["measure"](passes, effort, lambda: now[0], before)
    assert times.of == {"prepared": [2.0] * 3, "other": [3.0] * 3}
    assert runs.count(50) == runs.count(2)


def test_every_pass_has_a_loop_of_its_own() -> None:
    one, other = (HARNESS["loop_over"]([(1,)], bool) for _ in range(2))
    assert one.__code__ is not other.__code__


@pytest.mark.parametrize("calls", [[(1,), (2,)], [(1, 2), (3, 4)]])
def test_a_pass_makes_every_call_once(calls: list[tuple[int, ...]]) -> None:
    seen: list[tuple[int, ...]] = []
    HARNESS["loop_over"](calls, lambda *arguments: seen.append(arguments))()
    assert seen == calls
