"""The costs before the first answer: compiling, binding to a now, preparing a history."""

from datetime import timedelta
from typing import Final

import handwritten
from conditions import FIVE_TESTS, TWO_WINDOWS
from harness import Disagreement, Effort, measure, parse_effort
from population import NOW, contacts, events_of
from report import Row, format_table, machine
from segkit_calls import clear_cache, compiled, compiled_anew, history, intervals, source

from segkit import Condition, Last, compile_condition

__all__ = ["rows"]

_MAX_OVERHEAD: Final = 3e-6
"""The seconds that binding to another now may take beyond the arithmetic of the windows."""


def rows(effort: Effort) -> list[Row]:
    """Return the rows of this question."""
    return [
        *_compiling("five tests", FIVE_TESTS, effort),
        *_compiling("two windows", TWO_WINDOWS, effort),
        *_binding(effort),
        *_preparing(effort),
    ]


def _compiling(case: str, condition: Condition, effort: Effort) -> list[Row]:
    text = source(compiled(condition, NOW))

    def compile_anew() -> None:
        clear_cache()
        compiled_anew(condition, NOW)

    times = measure(
        {
            "compile() of the source": lambda: compile(text, "condition.py", "exec"),
            "compile_condition": compile_anew,
            "another of the same shape": lambda: compiled_anew(condition, NOW),
        },
        effort,
    )
    case, other = f"compiling {case}", "compile() of the source"
    return [
        Row(case, other, times.seconds(other), remark=f"{len(text.splitlines())} lines"),
        *(
            Row(case, name, times.seconds(name), times.ratio(name, other), "compile()", target)
            for name, target in (("compile_condition", "<= 1.5"), ("another of the same shape", ""))
        ),
    ]


def _binding(effort: Effort) -> list[Row]:
    matcher = compile_condition(TWO_WINDOWS)
    windows = [Last(days=30), Last(days=60)]
    nows = [NOW + timedelta(minutes=minutes) for minutes in range(100)]

    def arithmetic() -> None:
        for now in nows:
            intervals(windows, now)

    def at() -> None:
        for now in nows:
            matcher.at(now)

    def by_hand() -> None:
        for now in nows:
            handwritten.search(now)

    passes = {"by hand": by_hand, "the windows' intervals": arithmetic, "at(now)": at}
    times = measure(passes, effort)
    each = {name: times.seconds(name) / len(nows) for name in passes}
    overhead = each["at(now)"] - each["the windows' intervals"]
    case = "another now, two windows"
    return [
        Row(case, "by hand", each["by hand"]),
        Row(case, "the windows' intervals", each["the windows' intervals"]),
        Row(
            case,
            "at(now)",
            each["at(now)"],
            times.ratio("at(now)", "the windows' intervals"),
            "the intervals",
            target="<= 3 us more",
            is_held=overhead <= _MAX_OVERHEAD,
            remark=f"{overhead * 1e6:.2f} us more",
        ),
    ]


def _preparing(effort: Effort) -> list[Row]:
    histories = [events_of(contact) for contact in contacts()[:20]]
    for events in histories:
        by_name = {name: list(times) for name, times in history(events).instants.items()}
        if by_name != handwritten.times_by_name(events):
            raise Disagreement("a History differs from the dict of times")

    def by_hand() -> None:
        for events in histories:
            handwritten.times_by_name(events)

    def prepared() -> None:
        for events in histories:
            history(events)

    times = measure({"by hand": by_hand, "History": prepared}, effort)
    number = sum(len(events) for events in histories)
    case = "preparing, for each event"
    return [
        Row(case, "by hand", times.seconds("by hand") / number, remark="sorts by time and name"),
        Row(
            case,
            "History",
            times.seconds("History") / number,
            times.ratio("History", "by hand"),
            "by hand",
            remark="validates contact and event ids too",
        ),
    ]


if __name__ == "__main__":
    effort = parse_effort(__doc__)
    print(machine())
    print(format_table(rows(effort)))
